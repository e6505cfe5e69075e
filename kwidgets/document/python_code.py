"""Experiment (the engine's plain dict) -> a Python program that builds, compiles and trains the same model.

In one of the spellings of `dialects.py`. A graph that is not finished is written as far as it goes; what cannot run yet
stands there as comments, and so does what a dialect lacks.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any, NamedTuple

from engine.data import FROM_SECOND
from engine.describe import classes
from engine.describe.graphs import has_wires
from engine.experiment import DEFAULTS
from engine.models import Model
from engine.types import Config

from ..words import texts as say
from .dialects import DIALECTS, LOSS_SCALE, NEW_OPTIMIZERS, DialectName, optimizer_settings
from .draft import nothing_chosen
from .python_layout import (
    Expression,
    Parts,
    Written,
    call,
    expression,
    flat,
    imported,
    laid_out,
    listed,
    literal,
)
from .python_model import OLD_HARD_SIGMOID, Lines, layer_expression, write_graph, write_stack
from .records import DataChoice, Experiment
from .settings import default as default_setting

# Which settings of training a program says where: what `compile` and `fit` have arguments for, in their order.
OF_COMPILE = tuple(name for name in inspect.signature(Model.compile).parameters if name in DEFAULTS)
OF_FIT = tuple(name for name in inspect.signature(Model.fit).parameters if name in DEFAULTS)
# Metrics that have the other sign in later Keras.
TURNED_METRICS = ("cosine_proximity", "cosine")
# Under a registered name of its own. Where a layer is copied by its config, as wrappers do, Keras would take its own by that name.
HARD_SIGMOID = [
    "@register_keras_serializable()",
    f"def {OLD_HARD_SIGMOID}(x):",
    "    return ops.clip(0.2 * x + 0.5, 0.0, 1.0)",
]


class Program(NamedTuple):
    """A program, and in words what its dialect lacks of the model."""

    text: str
    lacks: list[str]


def write(experiment: Experiment, dialect: DialectName = "engine") -> str:
    """Python source for an experiment.

    dialect: one of `DIALECTS`. Raises ValueError for another one.

    >>> print(write({"class_name": "Sequential", "config": {"name": "m", "layers": [
    ...     {"class_name": "Dense", "config": {"name": "d", "units": 1, "batch_input_shape": [None, 2]}}]}}))
    from engine.layers import Dense
    from engine.models import Sequential
    <BLANKLINE>
    model = Sequential(
        [
            Dense(1, input_shape=(2,), name="d"),
        ],
        name="m",
    )
    <BLANKLINE>
    """
    return written_program(experiment, dialect).text


def written_program(experiment: Experiment, dialect: DialectName = "engine") -> Program:
    """As `write`, with what the dialect lacks."""
    if dialect not in DIALECTS:
        raise ValueError(f"dialect: expected one of {', '.join(DIALECTS)}, found {dialect!r}")
    program = Lines(DIALECTS[dialect])
    config: Config = {**experiment["config"]}
    layers = config["layers"]
    stack = experiment["class_name"] == "Sequential" and not has_wires(layers)
    inputs, outputs = (write_stack if stack else write_graph)(program, config, "model")
    training: Config = experiment.get("training") or {}
    body = program.lines
    if training and not program.unfinished:
        body += ["", *_compile(program, training)]
        body += ["", "", *_training(experiment.get("data") or nothing_chosen(), training, inputs, outputs)]
    custom = classes.own_names_in([config, {key: training.get(key) for key in ("loss", "metrics", "optimizer")}])
    seed = _seed(program, training["seed"]) if training.get("seed") is not None else []
    head = _imports(program, training, custom)
    if program.has_hard_sigmoid:
        head += ["", "", f"# {say.old_hard_sigmoid(program.dialect.title)}", *HARD_SIGMOID, ""]
    if seed:
        head += ["", *seed]
    notes = [say.not_finished(reason) for reason in program.unfinished] + [f"# {lack}" for lack in program.lacks]
    head += [line for name in custom for line in ("", say.yours(name), f'get_custom_objects()["{name}"] = {name}')]
    return Program("\n".join([*notes, *head, "", *body]) + "\n", program.lacks)


def layer_call(class_name: str, config: Config, dialect: DialectName = "engine") -> str | None:
    """The call that makes a layer, on one line; None for a model."""
    program = Lines(DIALECTS[dialect])
    if isinstance(config.get("layers"), (list, tuple)):
        return None
    made = flat(layer_expression(program, class_name, config))
    return None if program.lines else made


def _imports(program: Lines, training: Config, custom: Sequence[str]) -> list[str]:
    package = program.dialect.package
    lines = ["import sys", "", "import numpy"] if training else []
    if training and (program.imports or custom):
        lines.append("")
    if program.has_hard_sigmoid:
        lines.append(f"from {package} import ops")
    if custom:
        program.use("utils", "get_custom_objects")
    for module, names in sorted(program.imports.items()):
        known = sorted(names.difference(custom))
        if known:
            lines += imported(f"from {package}.{module} import ", known)
    return lines


def _seed(program: Lines, seed: int) -> list[str]:
    if program.dialect.is_modern:
        return [f"{program.use('utils', 'set_random_seed')}({seed})  # the same numbers at each run"]
    return [f"numpy.random.seed({seed})  # the same numbers at each run"]


def _compile(program: Lines, training: Config) -> list[str]:
    arguments = [(name, _of_compile(program, training, name)) for name in OF_COMPILE]
    return laid_out(call("model.compile", arguments, is_open=True)).split("\n")


def _of_compile(program: Lines, training: Config, name: str) -> Expression:
    if name == "optimizer":
        return _optimizer(program, training.get(name) or DEFAULTS[name])
    value = training.get(name, None if name == "loss" else DEFAULTS[name])
    if isinstance(value, Mapping):
        return expression({key: _measure(program, measure) for key, measure in value.items()})
    if isinstance(value, (list, tuple)):
        written = [_measure(program, measure, is_metric=True) for measure in value]
        return expression([measure for measure in written if measure is not None])
    return expression(_measure(program, value))


def _measure(program: Lines, name: object, *, is_metric: bool = False) -> object:
    """A loss or metric as the dialect calls it; None, and said, where it has none."""
    turned = is_metric and program.dialect.is_modern and name in TURNED_METRICS
    if name in program.dialect.no_measures or turned:
        program.lack(say.has_no_measure(program.dialect.title, str(name)))
        return None
    if classes.is_call(name):
        return _measure_with_settings(program, str(name), "metric" if is_metric else "loss")
    return program.dialect.measures.get(name, name) if isinstance(name, str) else name


def _measure_with_settings(program: Lines, text: str, kind: str) -> object:
    """A loss or metric with settings as an object of its class; None, and said, where the dialect has no such class."""
    made = classes.build(kind, text)
    class_name = type(made).__name__
    if class_name in program.dialect.no_measures:
        program.lack(say.has_no_measure(program.dialect.title, class_name))
        return None
    program.use("losses" if kind == "loss" else "metrics", class_name)
    return Written(text)


def _optimizer(program: Lines, optimizer: Config) -> Expression:
    class_name = str(optimizer["class_name"])
    config, decay, lost = optimizer_settings(program.dialect, class_name, optimizer.get("config") or {})
    for key in lost:
        program.lack(say.has_no_setting(program.dialect.title, class_name, key))
    if decay:
        schedule = program.use("optimizers.schedules", "InverseTimeDecay")
        settings = {"decay_steps": 1, "decay_rate": decay}
        rate = [("", expression(config["learning_rate"]))]
        config["learning_rate"] = call(schedule, [*rate, *((key, expression(one)) for key, one in settings.items())])
    if class_name in NEW_OPTIMIZERS and program.dialect.title == say.KERAS_2:
        program.lack(say.has_no_optimizer(program.dialect.title, class_name))
    elif class_name == LOSS_SCALE:
        program.use("mixed_precision" if program.dialect.package == "tensorflow.keras" else "optimizers", class_name)
        inner: object = config.pop("inner_optimizer", None) or default_setting(
            class_name, "inner_optimizer", "optimizer"
        )
        within = _without_usual(inner if isinstance(inner, Mapping) else {"class_name": inner, "config": {}})
        return call(
            class_name, [("", _optimizer(program, within)), *((key, expression(one)) for key, one in config.items())]
        )
    else:
        program.use("optimizers", class_name)
    return call(class_name, [(key, _rate(program, value)) for key, value in config.items()])


def _without_usual(optimizer: Mapping[str, Any]) -> Config:
    """An optimizer with the settings that are not the default."""
    usual = classes.build("optimizer", optimizer["class_name"]).get_config()
    said = {key: value for key, value in (optimizer.get("config") or {}).items() if value != usual.get(key)}
    return {"class_name": optimizer["class_name"], "config": said}


def _rate(program: Lines, value: object) -> Expression:
    """A number, or the schedule that a rate follows."""
    settings = value.get("config") if isinstance(value, Mapping) else None
    if not isinstance(value, Mapping) or not isinstance(settings, Mapping):
        return expression(value)
    name = str(value["class_name"])
    if settings.get("power") and name == "InverseTimeDecay" and program.dialect.is_modern:
        program.lack(say.has_no_setting(program.dialect.title, name, "power"))
        settings = {key: one for key, one in settings.items() if key != "power"}
    if program.dialect.title == say.KERAS_2:
        program.lack(say.has_no_schedule(program.dialect.title, name))
    else:
        program.use("optimizers.schedules", name)
    return call(name, [(str(key), expression(one)) for key, one in settings.items() if one is not None])


def _training(data: DataChoice, training: Config, inputs: list[str], outputs: list[str]) -> list[str]:
    validation = data.get("validation") or {}

    def arrays(part: str, names: list[str], instead: Mapping[str, str] | None = None) -> Expression:
        chosen = data.get(part) or {}
        named = [str(chosen.get(name, name)) for name in names]
        keys = [Written(f"arrays[{literal((instead or {}).get(key, key))}]") for key in named]
        return keys[0] if len(keys) == 1 else listed(keys)

    settings = [(name, expression(training[name])) for name in OF_FIT if name in training]
    opening = [f"# {line}" for line in _opening(data, training)]
    if validation:
        measured = (("", arrays("inputs", inputs, validation)), ("", arrays("targets", outputs, validation)))
        settings = [(name, value) for name, value in settings if name != "validation_split"]
        settings.append(("validation_data", Parts("(", ")", measured)))
    fit = call("model.fit", [("", arrays("inputs", inputs)), ("", arrays("targets", outputs)), *settings], is_open=True)
    return [
        *opening,
        "def train(arrays):",
        '    """Fit on named arrays, such as numpy.load("data.npz")."""',
        f"    return {laid_out(fit, 4, 7)}",
        "",
        "",
        'if __name__ == "__main__":',
        *_loading(data),
    ]


def _loading(data: DataChoice) -> list[str]:
    """How a program reads its arrays, and those of a second file that it measures."""
    source = data.get("source")
    if not isinstance(source, Mapping) or source.get("kind") != "file" or not source.get("validation"):
        return ["    train(numpy.load(sys.argv[1]))"]
    return [
        f"    measured = numpy.load({literal(str(source['validation']))})",
        f'    train({{**numpy.load(sys.argv[1]), **{{"{FROM_SECOND}" + name: measured[name] for name in measured}}}})',
    ]


def _opening(data: DataChoice, training: Config) -> list[str]:
    """How code opens the table, or the folder, that the arrays are of; nothing for other data."""
    source = data.get("source")
    if not isinstance(source, Mapping) or source.get("kind") not in ("table", "pictures"):
        return []
    divided = source.get("split")
    split: Config = {"validation": training.get("validation_split") or 0.0}
    split |= divided if isinstance(divided, Mapping) else {}
    keys = ("inputs", "target", "steps", "broken", "in_memory", "validation")
    said = {key: source[key] for key in keys if source.get(key) is not None}
    if source.get("table") is not None:
        # A text has it as it is seen from beside the folder.
        said["table"] = str(PurePath(str(source["name"])).parent / str(source["table"]))
    settings = [(key, expression(value)) for key, value in {**said, "split": split}.items()]
    opened = call("engine.data.open", [("", expression(source["name"])), *settings])
    return [say.ARRAYS_OF_A_TABLE, *f"data = {laid_out(opened, 0, 7)}".splitlines(), "model.fit(data)"]
