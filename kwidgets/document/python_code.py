"""Experiment (the engine's plain dict) -> a Python program that builds, compiles and trains the same model.

The same text runs with the engine and with Keras 2; only the package in the imports differs. A graph that is not
finished is written as far as it goes; what cannot run yet stands there as comments.
"""

from __future__ import annotations

import inspect
import keyword
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeGuard

from engine.describe import classes
from engine.describe.graphs import counted_from_zero, ends_of, has_wires, in_order, input_name
from engine.experiment import DEFAULTS
from engine.models import Model
from engine.types import Config

from ..words import texts as say
from . import settings
from .draft import INPUT, Source, nothing_chosen
from .records import DataChoice, Experiment, LayerEntry

PACKAGES = ("engine", "keras")
# Which settings of training a program says where: what `compile` and `fit` have arguments for, in their order.
OF_COMPILE = tuple(name for name in inspect.signature(Model.compile).parameters if name in DEFAULTS)
OF_FIT = tuple(name for name in inspect.signature(Model.fit).parameters if name in DEFAULTS)
WIDTH = 100
TAKEN = {"model", "train", "arrays", "history", "numpy", "sys", "Input", "InputLayer", "Model", "Sequential"}


class _Source(str):
    """An argument that is Python source already, such as a layer inside a layer."""


@dataclass
class _Program:
    """Text under way: names that are taken, classes to import, lines of the model."""

    layers: set[str] = field(default_factory=set)
    models: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=lambda: set(TAKEN))
    lines: list[str] = field(default_factory=list)
    unfinished: list[str] = field(default_factory=list)

    def put(self, text: str) -> None:
        """Adds lines; as comments where the model is not finished."""
        self.lines += [f"# {line}" if self.unfinished and line else line for line in text.split("\n")]

    def name(self, wanted: str) -> str:
        """A free Python name that looks like a layer's name."""
        base = re.sub(r"\W", "_", wanted, flags=re.ASCII).strip("_").lower()[:60] or "layer"
        if base[0].isdigit() or keyword.iskeyword(base):
            base = f"layer_{base}"
        name, suffix = base, 2
        while name in self.names or name in self.layers:
            name, suffix = f"{base}_{suffix}", suffix + 1
        self.names.add(name)
        return name


def write(experiment: Experiment, package: str = "engine") -> str:
    """Python source for an experiment.

    package: "engine" or "keras", the name in the imports. Raises ValueError for another package.

    >>> print(write({"class_name": "Sequential", "config": {"name": "m", "layers": [
    ...     {"class_name": "Dense", "config": {"name": "d", "units": 1, "batch_input_shape": [None, 2]}}]}}))
    from engine.layers import Dense
    from engine.models import Sequential
    <BLANKLINE>
    model = Sequential(
        [
            Dense(units=1, batch_input_shape=(None, 2), name="d"),
        ],
        name="m",
    )
    <BLANKLINE>
    """
    if package not in PACKAGES:
        raise ValueError(f"package: expected one of {', '.join(PACKAGES)}, found {package!r}")
    program = _Program()
    config: Config = {**experiment["config"]}
    layers = config["layers"]
    stack = experiment["class_name"] == "Sequential" and not has_wires(layers)
    inputs, outputs = (_write_stack if stack else _write_graph)(program, config, "model")
    training: Config = experiment.get("training") or {}
    body = program.lines
    if training and not program.unfinished:
        body += ["", *_compile(program, training)]
        body += ["", "", *_training(experiment.get("data") or nothing_chosen(), training, inputs, outputs)]
    custom = classes.own_names_in([config, {key: training.get(key) for key in ("loss", "metrics", "optimizer")}])
    head = _imports(program, training, package, custom)
    if training.get("seed") is not None:
        head += ["", *_seed(training["seed"], package)]
    notes = [say.not_finished(reason) for reason in program.unfinished]
    head += [line for name in custom for line in ("", say.yours(name), f'get_custom_objects()["{name}"] = {name}')]
    return "\n".join([*notes, *head, "", *body]) + "\n"


def _imports(program: _Program, training: Config, package: str, custom: Sequence[str]) -> list[str]:
    lines = []
    if training:
        lines += ["import sys", "", "import numpy", ""]
    names = sorted(program.layers.difference(custom))
    if names:
        lines += _wrapped(f"from {package}.layers import ", names)
    lines += _wrapped(f"from {package}.models import ", sorted(program.models))
    optimizer = training.get("optimizer")
    if optimizer and not program.unfinished and optimizer["class_name"] not in custom:
        lines.append(f"from {package}.optimizers import {optimizer['class_name']}")
    if custom:
        lines.append(f"from {package}.utils import get_custom_objects")
    return lines


def _wrapped(start: str, names: list[str]) -> list[str]:
    line = start + ", ".join(names)
    return [line] if len(line) <= WIDTH else [f"{start}(", *(f"    {name}," for name in names), ")"]


def _seed(seed: int, package: str) -> list[str]:
    return [f"numpy.random.seed({seed})  # the same numbers at each run"]


def literal(value: object) -> str:
    r"""Python source of plain data: lists of sizes as tuples, texts in double quotes.

    >>> literal([3, None]), literal('a"b'), literal({"scale": 1.0})
    ('(3, None)', '\'a"b\'', '{"scale": 1.0}')
    """
    if isinstance(value, _Source):
        return str(value)
    if isinstance(value, str):
        text = repr(value)
        plain = '"' not in value and "'" not in value
        return f'"{text[1:-1]}"' if plain else text
    if isinstance(value, (list, tuple)):
        items = [literal(item) for item in value]
        sizes = all(item is None or isinstance(item, int) for item in value)
        if sizes and items:
            return f"({', '.join(items)}{',' if len(items) == 1 else ''})"
        return f"[{', '.join(items)}]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{literal(key)}: {literal(item)}" for key, item in value.items()) + "}"
    if isinstance(value, float) and not math.isfinite(value):
        return f'float("{value}")'
    return repr(value)


def call(name: str, arguments: Iterable[tuple[str, object]], indent: int = 0) -> str:
    """`name(key=value, ...)`, on several lines where one is too long."""
    written = [f"{key}={literal(value)}" for key, value in arguments]
    line = f"{name}({', '.join(written)})"
    if indent + len(line) <= WIDTH:
        return line
    space = " " * (indent + 4)
    return f"{name}(\n" + "".join(f"{space}{item},\n" for item in written) + " " * indent + ")"


def _layer(program: _Program, class_name: str, config: Config, indent: int = 0) -> str:
    """An expression that makes a layer; a nested model is written first, and the expression is its variable."""
    if isinstance(config.get("layers"), (list, tuple)):
        variable = program.name(str(config.get("name", "block")))
        stack = not has_wires(config["layers"])
        if stack:
            _write_stack(program, config, variable, gets_shape=True)
        else:
            _write_graph(program, config, variable)
        program.put("")
        return variable
    program.layers.add(class_name)
    besides = settings.written_besides(settings.layer_class(class_name))
    config = {key: _argument(program, value, indent + 4) for key, value in config.items() if key not in besides}
    if class_name == "Lambda" and str(config.get("function")).isidentifier():
        config["function"] = _Source(config["function"])  # Keras takes the function itself here
    rest = [(key, value) for key, value in config.items() if key != "name"]
    named = [("name", config["name"])] if "name" in config else []
    if all(key.isidentifier() and not keyword.iskeyword(key) for key, _ in rest):
        return call(class_name, [*rest, *named], indent)
    return f"{class_name}(**{literal(dict(config))})"


def _argument(program: _Program, value: object, indent: int) -> object:
    """A setting as it is written: Keras takes layers inside layers as objects, not as configs."""
    if isinstance(value, list) and any(map(_is_layer, value)):
        items = [literal(_argument(program, item, indent + 4)) for item in value]
        return _Source(f"[{', '.join(items)}]")
    return _Source(_layer(program, value["class_name"], value["config"], indent)) if _is_layer(value) else value


def _is_layer(value: object) -> TypeGuard[LayerEntry]:
    if not isinstance(value, Mapping) or not isinstance(value.get("config"), Mapping):
        return False
    class_name = value.get("class_name")
    return isinstance(class_name, str) and class_name in classes.find_all("layer")


def _write_stack(
    program: _Program, config: Config, variable: str, *, gets_shape: bool = False
) -> tuple[list[str], list[str]]:
    """Lines that make `variable` a Sequential; the names of its input and output. gets_shape: from where it is called."""
    program.models.add("Sequential")
    entries = config["layers"]
    if not entries or all(entry["class_name"] == INPUT for entry in entries):
        program.unfinished.append(say.THE_MODEL_HAS_NO_LAYER_YET)
    first = entries[0]["config"] if entries else {}
    if entries and first.get("batch_input_shape") is None and not gets_shape:
        program.unfinished.append(say.has_no_input_shape_yet(_shown(first.get("name", say.THE_FIRST_LAYER))))
    items = [_layer(program, entry["class_name"], entry["config"], 8) for entry in entries]
    text = f"{variable} = Sequential(\n    [\n" + "".join(f"        {item},\n" for item in items)
    text += f"    ],\n    name={literal(config.get('name', 'model'))},\n)"
    program.put(text)
    if not entries:
        return [], []
    first_name = first.get("name", "")
    begin = first_name if entries[0]["class_name"] == INPUT else input_name(first_name)
    return [begin], [entries[-1]["config"].get("name", "")]


def _shown(name: str) -> str:
    return re.sub(r"[^\x20-\x7e\u00a1-\ud7ff\ue000-\uffff]", " ", name)[:80]


Node = tuple[str, int]


def _write_graph(program: _Program, config: Config, model: str) -> tuple[list[str], list[str]]:
    """Lines that make the variable `model` a Model; the names of its inputs and outputs."""
    program.models.add("Model")
    config = counted_from_zero(config)
    entries: dict[str, LayerEntry] = {entry["name"]: entry for entry in config["layers"]}
    for entry in entries.values():
        if "layers" not in entry["config"]:
            program.layers.add("Input" if entry["class_name"] == INPUT else entry["class_name"])
    calls: dict[Node, list[Source]] = {}
    for name, entry in entries.items():
        inbound = entry.get("inbound_nodes") or [[]]
        calls.update({(name, index): [_source(written) for written in call] for index, call in enumerate(inbound)})
    tensors = _write_calls(program, entries, calls)
    inputs = [name for name, entry in entries.items() if entry["class_name"] == INPUT]
    begins = [name for name, *_ in ends_of(config, "input_layers")] or inputs
    ends = [_source(end) for end in ends_of(config, "output_layers")]
    if not inputs:
        program.unfinished.append(say.THE_MODEL_HAS_NO_INPUT)
    if not ends:
        program.unfinished.append(say.THE_MODEL_HAS_NO_OUTPUT)
    written = _one_or_list([_taken(tensors, end, entries) for end in ends])
    taken = _one_or_list([tensors.get((name, 0), "?") for name in begins])
    program.put("")
    program.put(f"{model} = Model(inputs={taken}, outputs={written}, name={literal(config.get('name'))})")
    return inputs, [end.layer for end in ends]


def _source(written: Sequence[Any]) -> Source:
    """[layer, call, output, arguments] as Keras writes a wire; an end of the graph has no arguments."""
    return Source(*written[:4])


def _write_calls(
    program: _Program, entries: Mapping[str, LayerEntry], calls: Mapping[Node, list[Source]]
) -> dict[Node, str]:
    """Lines that make the layers and call them; the variable of each call's result."""
    shared = {name for name in entries if (name, 1) in calls}
    objects: dict[str, str] = {}
    tensors: dict[Node, str] = {}
    for node in _order(calls):
        name, entry = node[0], entries[node[0]]
        missing = _missing(entry, calls[node], tensors)
        if missing:
            program.unfinished.append(f"{_shown(name)} {missing}")
        if entry["class_name"] == INPUT:
            tensors[node] = program.name(name)
            program.put(f"{tensors[node]} = {_input(name, entry['config'])}")
            continue
        maker = objects.get(name) or _maker(program, name, entry, shared=name in shared)
        objects[name] = maker
        tensors[node] = program.name(f"{name}_{node[1] + 1}" if name in shared or _is_nested(entry) else name)
        program.put(f"{tensors[node]} = {maker}({_arguments(calls[node], tensors, entries)})")
    return tensors


def _is_nested(entry: LayerEntry) -> bool:
    return isinstance(entry["config"].get("layers"), (list, tuple))


def _maker(program: _Program, name: str, entry: LayerEntry, *, shared: bool) -> str:
    """What is called: the layer itself, or its variable where it is called several times."""
    variable = program.name(name) if shared and not _is_nested(entry) else None
    made = _layer(program, entry["class_name"], {**entry["config"], "name": name})
    if variable is None:
        return made
    program.put(f"{variable} = {made}")
    return variable


def _order(calls: Mapping[Node, list[Source]]) -> list[Node]:
    """Calls so that each comes after what it takes in, and calls of one layer in their order."""
    needs: dict[Node, list[Node]] = {}
    for (name, number), sources in calls.items():
        before = [(source.layer, source.call) for source in sources]
        needs[name, number] = [*before, (name, number - 1)] if number else before
    return in_order(needs)


def _missing(entry: LayerEntry, sources: list[Source], tensors: Mapping[Node, str]) -> str | None:
    if entry["class_name"] == INPUT:
        return None if entry["config"].get("batch_input_shape") is not None else say.HAS_NO_SHAPE_YET
    if not sources:
        return say.HAS_NO_INPUT_YET
    takes_many = settings.inputs_of(entry["class_name"]) == "many"
    return say.MERGES_ONLY_ONE_INPUT if takes_many and len(sources) < 2 else None


def _input(name: str, config: Config) -> str:
    shape = list(config.get("batch_input_shape") or [None])
    size = [("shape", shape[1:])] if shape[0] is None else [("batch_shape", shape)]
    arguments = [(key, f"({', '.join(map(str, v))}{',' if len(v) == 1 else ''})") for key, v in size]
    rest = [(key, literal(config[key])) for key in ("dtype",) if key in config]
    return f"Input({', '.join(f'{k}={v}' for k, v in [*arguments, *rest, ('name', literal(name))])})"


def _taken(tensors: Mapping[Node, str], source: Source, entries: Mapping[str, LayerEntry]) -> str:
    """The variable of a source; one of several results by its number."""
    variable = tensors.get((source.layer, source.call), "?")
    entry = entries.get(source.layer)
    several = source.tensor or (entry is not None and _gives_several(entry))
    return f"{variable}[{source.tensor}]" if several else variable


def _gives_several(entry: LayerEntry) -> bool:
    """Whether calling the layer gives a list: a model with several outputs, a recurrent layer with its states."""
    config = entry["config"]
    inner = config.get("layer")
    states = config.get("return_state") or (
        isinstance(inner, Mapping) and (inner.get("config") or {}).get("return_state")
    )
    return bool(states) or len(ends_of(config, "output_layers")) > 1


def _arguments(sources: list[Source], tensors: Mapping[Node, str], entries: Mapping[str, LayerEntry]) -> str:
    taken = [_taken(tensors, source, entries) for source in sources]
    extra = [f"{key}={literal(value)}" for source in sources[:1] for key, value in source.arguments.items()]
    return ", ".join([_one_or_list(taken), *extra])


def _one_or_list(items: list[str]) -> str:
    return items[0] if len(items) == 1 else f"[{', '.join(items)}]"


def _compile(program: _Program, training: Config) -> list[str]:
    def written(name: str) -> str:
        if name != "optimizer":
            return literal(training.get(name, None if name == "loss" else DEFAULTS[name]))
        optimizer: Config = training.get(name) or DEFAULTS[name]
        return call(optimizer["class_name"], (optimizer.get("config") or {}).items(), 14)

    return ["model.compile(", *(f"    {name}={written(name)}," for name in OF_COMPILE), ")"]


def _training(data: DataChoice, training: Config, inputs: list[str], outputs: list[str]) -> list[str]:
    def arrays(part: str, names: list[str]) -> str:
        chosen = data.get(part) or {}
        return _one_or_list([f"arrays[{literal(chosen.get(name, name))}]" for name in names])

    settings = [f"        {name}={literal(training[name])}," for name in OF_FIT if name in training]
    return [
        "def train(arrays):",
        '    """Fit on named arrays, such as numpy.load("data.npz")."""',
        "    return model.fit(",
        f"        {arrays('inputs', inputs)},",
        f"        {arrays('targets', outputs)},",
        *settings,
        "    )",
        "",
        "",
        'if __name__ == "__main__":',
        "    train(numpy.load(sys.argv[1]))",
    ]
