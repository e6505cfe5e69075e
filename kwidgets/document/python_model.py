"""A model of an experiment -> the lines of a program that make it: stacks, graphs, shared layers, models inside models."""

from __future__ import annotations

import inspect
import keyword
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeGuard

from engine.describe import classes
from engine.describe.graphs import counted_from_zero, ends_of, has_wires, in_order, input_name
from engine.types import Config

from ..words import texts as say
from . import settings
from .dialects import Dialect
from .draft import INPUT, Source
from .python_layout import Called, Expression, Parts, Written, assigned, call, expression, listed, literal
from .records import LayerEntry

# What a program calls Keras 2's hard_sigmoid where the dialect has another one by that name.
OLD_HARD_SIGMOID = "keras2_hard_sigmoid"
TAKEN = frozenset(
    [
        "model",
        "train",
        "arrays",
        "history",
        "numpy",
        "sys",
        "ops",
        OLD_HARD_SIGMOID,
        "register_keras_serializable",
        "Input",
        "InputLayer",
        "Model",
        "Sequential",
        "InverseTimeDecay",
        "get_custom_objects",
        "set_random_seed",
        "l1",
        "l2",
    ]
)
# Settings that a person writes as objects, and where their classes are.
MODULES = {"initializer": "initializers", "regularizer": "regularizers", "constraint": "constraints"}
RECURRENT = ("LSTM", "GRU", "SimpleRNN", "RNN", "ConvLSTM2D", "CuDNNLSTM", "CuDNNGRU")


@dataclass
class Lines:
    """Text under way: names that are taken, names to import by their modules, lines of the model."""

    dialect: Dialect
    imports: dict[str, set[str]] = field(default_factory=dict[str, "set[str]"])
    names: set[str] = field(default_factory=lambda: set(TAKEN))
    lines: list[str] = field(default_factory=list[str])
    unfinished: list[str] = field(default_factory=list[str])
    lacks: list[str] = field(default_factory=list[str])
    has_hard_sigmoid: bool = False

    def put(self, text: str) -> None:
        """Adds lines; as comments where the model is not finished."""
        self.lines += [f"# {line}" if self.unfinished and line else line for line in text.split("\n")]

    def use(self, module: str, name: str) -> str:
        """Has a name imported from a module of the package."""
        self.imports.setdefault(module, set()).add(name)
        return name

    def lack(self, sentence: str) -> None:
        """Say that the dialect lacks something, once."""
        if sentence not in self.lacks:
            self.lacks.append(sentence)

    def name(self, wanted: str) -> str:
        """A free Python name that looks like a layer's name."""
        base = re.sub(r"\W", "_", wanted, flags=re.ASCII).strip("_").lower()[:60] or "layer"
        if base[0].isdigit() or keyword.iskeyword(base):
            base = f"layer_{base}"
        name, suffix = base, 2
        imported_names = set[str]().union(*self.imports.values())
        while name in self.names or name in imported_names:
            name, suffix = f"{base}_{suffix}", suffix + 1
        self.names.add(name)
        return name


def layer_expression(program: Lines, class_name: str, config: Config) -> Expression:
    """An expression that makes a layer; a nested model is written first, and the expression is its variable."""
    if isinstance(config.get("layers"), (list, tuple)):
        variable = program.name(str(config.get("name", "block")))
        stack = not has_wires(config["layers"])
        if stack:
            write_stack(program, config, variable, gets_shape=True)
        else:
            write_graph(program, config, variable)
        program.put("")
        return Written(variable)
    _import_class(program, class_name)
    besides = settings.written_besides(settings.layer_class(class_name))
    written, lost = program.dialect.settings(class_name, {k: v for k, v in config.items() if k not in besides})
    for key in lost:
        program.lack(say.has_no_setting(program.dialect.title, class_name, key))
    if class_name == "Bidirectional" and not program.dialect.both_ways and _goes_backwards(written.get("layer")):
        program.lack(say.has_no_layer_both_ways(program.dialect.title))
    _with_shape(program, written)
    arguments: Config = {key: _argument(program, key, value) for key, value in written.items()}
    if class_name == "Lambda" and str(written.get("function")).isidentifier():
        arguments["function"] = Written(str(written["function"]))  # Keras takes the function itself here
    name = [("name", arguments.pop("name"))] if "name" in arguments else []
    if not all(key.isidentifier() and not keyword.iskeyword(key) for key in arguments):
        return call(class_name, [("", Written(f"**{literal({**arguments, **dict(name)})}"))])
    first = [key for key in _by_place(class_name) if key in arguments] if class_name != "Lambda" else []
    first = first if first == list(_by_place(class_name))[: len(first)] else []
    by_place = [("", expression(arguments.pop(key))) for key in first]
    return call(class_name, [*by_place, *((key, expression(value)) for key, value in [*arguments.items(), *name])])


def _goes_backwards(layer: object) -> bool:
    config = layer.get("config") if isinstance(layer, Mapping) else None
    return isinstance(config, Mapping) and bool(config.get("go_backwards"))


def _import_class(program: Lines, class_name: str) -> None:
    why = program.dialect.lacks.get(class_name)
    if why is None:
        program.use("layers", class_name)
    else:
        program.lack(say.has_no_layer(program.dialect.title, class_name, why))


@cache
def _by_place(class_name: str) -> tuple[str, ...]:
    """The settings that a person writes without their names: those that must be there, at the begin."""
    names: list[str] = []
    for parameter in inspect.signature(settings.layer_class(class_name)).parameters.values():
        if parameter.default is not inspect.Parameter.empty:
            break
        names.append(parameter.name)
    return tuple(names)


def _with_shape(program: Lines, config: Config) -> None:
    """The shape of what comes in as a person writes it, without the batch; it stands in an `Input` of its own in later Keras."""
    shape = config.get("batch_input_shape")
    if program.dialect.is_modern:
        config.pop("batch_input_shape", None)
    elif isinstance(shape, (list, tuple)) and shape and shape[0] is None:
        renamed = {("input_shape" if key == "batch_input_shape" else key): value for key, value in config.items()}
        config.clear()
        config.update({**renamed, "input_shape": list(shape[1:])})


def _argument(program: Lines, key: str, value: object) -> object:
    """A setting as it is written: Keras takes layers, initializers and their like as objects."""
    if isinstance(value, list) and any(map(_is_layer, value)):
        return listed(expression(_argument(program, key, item)) for item in value)
    if _is_layer(value):
        return layer_expression(program, value["class_name"], value["config"])
    if value == "hard_sigmoid" and key.endswith("activation") and program.dialect.own_hard_sigmoid:
        program.has_hard_sigmoid = True
        program.use("saving", "register_keras_serializable")
        return Written(OLD_HARD_SIGMOID)
    kind = key.rpartition("_")[2]
    if kind == "activation" and value in program.dialect.no_activations:
        program.lack(say.has_no_activation(program.dialect.title, str(value)))
    return _object(program, kind, value) if kind in MODULES and isinstance(value, Mapping) else value


def _object(program: Lines, kind: str, value: Mapping[str, object]) -> object:
    """`RandomNormal(stddev=0.1)`, where the class is one of Keras's."""
    class_name, config = value.get("class_name"), value.get("config")
    if not isinstance(class_name, str) or not isinstance(config, Mapping) or class_name not in _objects(kind):
        return value
    settings = {str(key): number for key, number in config.items()}
    if class_name == "L1L2":
        only = [key for key in ("l1", "l2") if settings.get(key)]
        if len(only) == 1:
            return call(program.use(MODULES[kind], only[0]), [("", expression(settings[only[0]]))])
    arguments = [(key, expression(number)) for key, number in settings.items()]
    return call(program.use(MODULES[kind], class_name), arguments)


@cache
def _objects(kind: str) -> frozenset[str]:
    """The classes of a kind that are there under these names in every Keras since 2."""
    names = frozenset(name for name in classes.find_all(kind) if name[:1].isupper())
    return names & {"L1L2"} if kind == "regularizer" else names


def _is_layer(value: object) -> TypeGuard[LayerEntry]:
    if not isinstance(value, Mapping) or not isinstance(value.get("config"), Mapping):
        return False
    class_name = value.get("class_name")
    return isinstance(class_name, str) and class_name in classes.find_all("layer")


def write_stack(
    program: Lines, config: Config, variable: str, *, gets_shape: bool = False
) -> tuple[list[str], list[str]]:
    """Lines that make `variable` a Sequential; the names of its input and output. gets_shape: from where it is called."""
    program.use("models", "Sequential")
    entries = config["layers"]
    if not entries or all(entry["class_name"] == INPUT for entry in entries):
        program.unfinished.append(say.THE_MODEL_HAS_NO_LAYER_YET)
    first = entries[0]["config"] if entries else {}
    if entries and first.get("batch_input_shape") is None and not gets_shape:
        program.unfinished.append(say.has_no_input_shape_yet(_shown(first.get("name", say.THE_FIRST_LAYER))))
    items = [_item(program, entry) for entry in entries]
    if entries and entries[0]["class_name"] != INPUT and program.dialect.is_modern and first.get("batch_input_shape"):
        items.insert(0, _input(program, input_name(str(first.get("name", ""))), first))
    stack = call(
        "Sequential",
        [("", listed(items, is_open=True)), ("name", expression(config.get("name", "model")))],
        is_open=True,
    )
    program.put(assigned(variable, stack))
    if not entries:
        return [], []
    first_name = first.get("name", "")
    begin = first_name if entries[0]["class_name"] == INPUT else input_name(first_name)
    return [begin], [entries[-1]["config"].get("name", "")]


def _item(program: Lines, entry: LayerEntry) -> Expression:
    if entry["class_name"] == INPUT and program.dialect.is_modern:
        return _input(program, str(entry["config"].get("name", "")), entry["config"])
    return layer_expression(program, entry["class_name"], entry["config"])


def _shown(name: str) -> str:
    return re.sub(r"[^\x20-\x7e\u00a1-\ud7ff\ue000-\uffff]", " ", name)[:80]


Node = tuple[str, int]


def write_graph(program: Lines, config: Config, model: str) -> tuple[list[str], list[str]]:
    """Lines that make the variable `model` a Model; the names of its inputs and outputs."""
    program.use("models", "Model")
    config = counted_from_zero(config)
    entries: dict[str, LayerEntry] = {entry["name"]: entry for entry in config["layers"]}
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
    name = expression(config.get("name"))
    program.put(assigned(model, call("Model", [("inputs", taken), ("outputs", written), ("name", name)])))
    return inputs, [end.layer for end in ends]


def _source(written: Sequence[Any]) -> Source:
    """[layer, call, output, arguments] as Keras writes a wire; an end of the graph has no arguments."""
    return Source(*written[:4])


def _write_calls(
    program: Lines, entries: Mapping[str, LayerEntry], calls: Mapping[Node, list[Source]]
) -> dict[Node, str]:
    """Lines that make the layers and call them; the variable of each call's result."""
    shared = {name for name in entries if (name, 1) in calls}
    objects: dict[str, Expression] = {}
    tensors: dict[Node, str] = {}
    for node in _order(calls):
        name, entry = node[0], entries[node[0]]
        missing = _missing(entry, calls[node], tensors)
        if missing:
            program.unfinished.append(f"{_shown(name)} {missing}")
        if entry["class_name"] == INPUT:
            tensors[node] = program.name(name)
            program.put(assigned(tensors[node], _input(program, name, entry["config"])))
            continue
        maker = objects.get(name) or _maker(program, name, entry, shared=name in shared)
        objects[name] = maker
        tensors[node] = program.name(f"{name}_{node[1] + 1}" if name in shared or _is_nested(entry) else name)
        program.put(
            assigned(tensors[node], Called(maker, _arguments(entry, calls[node], tensors, entries, program.dialect)))
        )
    return tensors


def _is_nested(entry: LayerEntry) -> bool:
    return isinstance(entry["config"].get("layers"), (list, tuple))


def _maker(program: Lines, name: str, entry: LayerEntry, *, shared: bool) -> Expression:
    """What is called: the layer itself, or its variable where it is called several times."""
    variable = program.name(name) if shared and not _is_nested(entry) else None
    made = layer_expression(program, entry["class_name"], {**entry["config"], "name": name})
    if variable is None:
        return made
    program.put(assigned(variable, made))
    return Written(variable)


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
    takes_many = settings.inputs_of(entry["class_name"]) == "many" and not settings.called_with(entry["class_name"])
    return say.MERGES_ONLY_ONE_INPUT if takes_many and len(sources) < 2 else None


def _input(program: Lines, name: str, config: Config) -> Expression:
    shape = list(config.get("batch_input_shape") or [None])
    key, sizes = ("shape", shape[1:]) if shape[0] is None else ("batch_shape", shape)
    written = Parts("(", ")", tuple(("", expression(size)) for size in sizes), lonely_comma=True)
    arguments: list[tuple[str, Expression]] = [(key, written)]
    arguments += [(key, expression(config[key])) for key in ("dtype",) if key in config]
    return call(program.use("layers", "Input"), [*arguments, ("name", expression(name))])


def _taken(tensors: Mapping[Node, str], source: Source, entries: Mapping[str, LayerEntry]) -> str:
    """The variable of a source; one of several results by its number."""
    variable = tensors.get((source.layer, source.call), "?")
    entry = entries.get(source.layer)
    several = source.tensor or (entry is not None and (_gives_several(entry) or _gives_scores(entry, source.call)))
    return f"{variable}[{source.tensor}]" if several else variable


def _gives_several(entry: LayerEntry) -> bool:
    """Whether calling the layer gives a list: a model with several outputs, a recurrent layer with its states."""
    config = entry["config"]
    inner = config.get("layer")
    states = config.get("return_state") or (
        isinstance(inner, Mapping) and (inner.get("config") or {}).get("return_state")
    )
    return bool(states) or len(ends_of(config, "output_layers")) > 1


def _gives_scores(entry: LayerEntry, call: int) -> bool:
    """Whether a call of an attention gives its scores too."""
    calls = entry.get("inbound_nodes") or []
    sources = [_source(written) for written in calls[call]] if call < len(calls) else []
    return any(source.arguments.get("return_attention_scores") for source in sources[:1])


def _arguments(
    entry: LayerEntry,
    sources: list[Source],
    tensors: Mapping[Node, str],
    entries: Mapping[str, LayerEntry],
    dialect: Dialect,
) -> Parts:
    taken = [_taken(tensors, source, entries) for source in sources]
    config = entry["config"]
    arguments = {**dialect.call_arguments(entry["class_name"], config), **(sources[0].arguments if sources else {})}
    extra = [(key, expression(value)) for key, value in arguments.items()]
    names = settings.called_with(entry["class_name"])
    if names and taken:
        taken = taken * 2 if len(taken) == 1 else taken
        if len(taken) > 3 and taken[2] == taken[1]:
            names, taken = (*names[:2], *names[3:]), [*taken[:2], *taken[3:]]
        places = zip(("", "", *names[2:]), taken, strict=False)
        return call("", [*((key, Written(variable)) for key, variable in places), *extra])
    of_steps = entry["class_name"] in RECURRENT or entry["class_name"] == "Bidirectional"
    if of_steps and len(taken) > 1 and not config.get("num_constants"):
        return call("", [("", Written(taken[0])), ("initial_state", _items(taken[1:])), *extra])
    return call("", [("", _one_or_list(taken)), *extra])


def _one_or_list(items: list[str]) -> Expression:
    return Written(items[0]) if len(items) == 1 else _items(items)


def _items(items: Sequence[str]) -> Expression:
    return listed(Written(item) for item in items)
