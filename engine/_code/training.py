"""`compile` and `fit` of a program -> the settings of an experiment's training."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from .._declared import keras1, later, registry
from .._declared.fields import declared_fields
from .._declared.told import listening
from .._files.guards import json_able
from .._training.settings import TrainingSettings
from ..errors import EngineError
from ..models import Model
from ..types import Config
from .graph import NoGraph, outputs_of
from .known import is_known
from .settings import REFUSALS, arguments_of, construct
from .state import State
from .values import (
    CallbackValue,
    ClassValue,
    FallingRate,
    FunctionValue,
    MethodValue,
    ModelValue,
    SettingValue,
    Symbol,
    Unknown,
    Value,
    is_unknown,
)

_SETTINGS = declared_fields(TrainingSettings)
# Arguments that say nothing of the result, or that the builder asks for itself.
_ACCURACY = ("accuracy", "acc")
_SILENT = ("verbose", "x", "y", "generator", "workers", "max_queue_size", "use_multiprocessing", "initial_epoch")
_HINTS: Mapping[str, str] = {
    "validation_data": "data for validation are chosen where the data are, or as a share",
    "loss_weights": "all losses count alike",
    "steps_per_epoch": "an epoch is all of the data",
    "validation_steps": "all of the validation data are measured",
}


def optimizer_of(
    state: State, name: str, arguments: list[Value], named_arguments: dict[str, Value]
) -> SettingValue | Unknown:
    """The optimizer that a call makes."""
    try:
        cls = registry.find("optimizer", name)
    except EngineError:
        return Unknown(f"{name} is no optimizer of this library")
    arguments, named_arguments = _without_schedule(arguments, named_arguments)
    positional, keywords = arguments_of(state, name, arguments, named_arguments)
    try:
        made = construct(state, name, cls, positional, keywords)
    except EngineError as error:
        state.say("not read", f"{name}: {error}")
        return Unknown(f"{name} cannot be made")
    return SettingValue("optimizer", made, name)


def _without_schedule(
    arguments: list[Value], named_arguments: dict[str, Value]
) -> tuple[list[Value], dict[str, Value]]:
    """A rate that falls with the number of steps is a rate and its `decay`, as Keras 2 wrote it."""
    key = next((name for name in ("learning_rate", "lr") if name in named_arguments), None)
    value = named_arguments.get(key) if key is not None else arguments[0] if arguments else None
    if not isinstance(value, FallingRate):
        return arguments, named_arguments
    rest = {name: item for name, item in named_arguments.items() if name != key}
    return arguments[key is None :], {**rest, "lr": value.rate, "decay": value.decay}


def setting_of(
    state: State, kind: str, name: str, arguments: list[Value], named_arguments: dict[str, Value]
) -> SettingValue | Unknown:
    """The initializer, regularizer, constraint, loss or metric that a call makes."""
    positional, keywords = arguments_of(state, name, arguments, named_arguments)
    if kind in ("loss", "metric"):
        return _function_of(state, kind, name, keywords)
    try:
        made = construct(state, name, registry.find(kind, name), positional, keywords)
    except EngineError as error:
        state.say("not read", f"{name}: {error}")
        return Unknown(f"{name} cannot be made")
    return SettingValue(kind, made, name)


def _function_of(state: State, kind: str, name: str, settings: dict[str, Any]) -> SettingValue | Unknown:
    """A loss or metric that is a class in later versions and a function here."""
    try:
        made = registry.build(kind, {"class_name": name, "config": settings})
    except REFUSALS:
        try:
            made = registry.find(kind, name)
        except EngineError:
            return Unknown(f"{name} is no {kind} of this library")
        state.say("left out", f"{name}: its settings ({', '.join(settings)}) are not known here.")
    written = registry.usual_name(kind, made) or registry.call_text(kind, made) or registry.serialize(kind, made)
    if not isinstance(written, str):
        written = name
    return SettingValue(kind, written, name)


def compile_model(state: State, model: ModelValue, arguments: list[Value], named_arguments: dict[str, Value]) -> None:
    """Take the settings of `model.compile(...)`."""
    state.changes += 1
    model.compiled = state.changes
    _stands_here(state, model, "compile")
    settings = _by_name(state, "compile", Model.compile, arguments, named_arguments)
    training = model.training
    for key, read in (("optimizer", _optimizer), ("loss", _loss), ("metrics", _metrics)):
        if key in settings:
            read(state, model, training, settings.pop(key))
    for key, value in settings.items():
        if value is not None and key not in ("jit_compile", "run_eagerly", "steps_per_execution"):
            state.say("left out", f"compile, {key}: {_HINTS.get(key, 'an experiment has no place for it')}.")


def _stands_here(state: State, model: ModelValue, method: str) -> None:
    if state.call is not None:
        model.methods[method] = state.call


def _optimizer(state: State, model: ModelValue, training: Config, value: Value) -> None:
    if isinstance(value, (str, Symbol)):
        value = optimizer_of(state, value if isinstance(value, str) else value.name, [], {})
    if isinstance(value, SettingValue):
        training["optimizer"] = _written(value.thing)
    else:
        reason = value.reason if isinstance(value, Unknown) else "it is code of the program"
        state.say("not read", f"compile, optimizer: {reason}; Adam stands in its place.")


def _written(optimizer: Any) -> Config:
    """An optimizer with the settings that are not the default."""
    config = json_able(optimizer.get_config())
    usual = json_able(type(optimizer)().get_config())
    settings = {key: setting for key, setting in config.items() if setting != usual.get(key)}
    return {"class_name": registry.name_for("optimizer", type(optimizer)), "config": settings}


def _loss(state: State, model: ModelValue, training: Config, value: Value) -> None:
    if isinstance(value, (list, tuple, dict)):
        ends = list(value) if isinstance(value, dict) else _output_names(model)
        parts = list(value.values()) if isinstance(value, dict) else list(value)
        names = _output_names(model)
        for end in ends:
            if end not in names:
                state.say("not read", f"compile, loss: there is no output named {end!r}; its loss is left out.")
        pairs = [(end, part) for end, part in zip(ends, parts, strict=False) if end in names]
        losses = {str(end): _known_name(state, "loss", part) for end, part in pairs}
        if len(losses) == 1:
            training["loss"] = next(iter(losses.values())) or training.get("loss", "mean_squared_error")
        elif losses:
            training["loss"] = losses
        return
    name = _known_name(state, "loss", value)
    if name is not None:
        training["loss"] = name


def _output_names(model: ModelValue) -> list[str]:
    try:
        return [tensor.node.layer.name for tensor in outputs_of(model)]
    except NoGraph:
        return []


def _metrics(state: State, model: ModelValue, training: Config, value: Value) -> None:
    if isinstance(value, dict):
        state.say("changed", "compile, metrics: here they are measured of all outputs.")
        value = [part for item in value.values() for part in (item if isinstance(item, (list, tuple)) else [item])]
    if value is None or is_unknown(value):
        return
    parts = list(value) if isinstance(value, (list, tuple)) else [value]
    names = [name for part in parts if (name := _known_name(state, "metric", part)) is not None]
    training["metrics"] = list(dict.fromkeys(names))


def _known_name(state: State, kind: str, value: Value) -> str | None:
    """The name of a loss or metric of this library; None, with a note, for one of the program's is_own."""
    if value is None:
        return None
    if isinstance(value, SettingValue):
        return value.thing if isinstance(value.thing, str) else value.name
    name = value.name if isinstance(value, (Symbol, FunctionValue, ClassValue, MethodValue)) else value
    if kind == "metric" and name in _ACCURACY:
        return str(name)
    is_own = isinstance(value, (FunctionValue, ClassValue, MethodValue)) and str(name) not in registry.custom_objects()
    if isinstance(name, str) and not is_own and is_known(kind, name):
        if isinstance(value, Symbol) and name[:1].isupper():
            made = setting_of(state, kind, name, [], {})
            return made.thing if isinstance(made, SettingValue) else None
        return later.old_class_name(kind, name)
    title = f"{name!r:.80}" if isinstance(name, str) else "of this form"
    known = f"{name} is code of the program" if is_own else f"there is no {kind} {title}"
    reason = value.reason if isinstance(value, Unknown) else known
    state.say("not read", f"compile, {kind}: {reason}; it is left out.")
    return None


def fit_model(
    state: State, method: str, model: ModelValue, arguments: list[Value], named_arguments: dict[str, Value]
) -> None:
    """Take the settings of `model.fit(...)` and of `fit_generator`."""
    state.changes += 1
    model.fitted = state.changes
    _stands_here(state, model, "fit")
    function = Model.fit_generator if method == "fit_generator" else Model.fit
    settings = _by_name(state, method, function, arguments, named_arguments)
    generator = settings.get("generator", settings.get("x"))
    if isinstance(generator, Unknown) and generator.batch_size is not None:
        settings.setdefault("batch_size", generator.batch_size)
    _take_data(model, settings)
    for key, value in settings.items():
        if key in _SETTINGS:
            _take(state, method, model, key, value)
        elif key == "callbacks":
            _say_callbacks(state, value)
        elif value is not None and key not in _SILENT:
            state.say("left out", f"{method}, {key}: {_HINTS.get(key, 'an experiment has no place for it')}.")


def _take_data(model: ModelValue, settings: Mapping[str, Value]) -> None:
    for part, key in (("inputs", "x"), ("targets", "y")):
        value = settings.get(key)
        parts = list(value) if isinstance(value, (list, tuple)) else [value]
        model.data[part] = [item.key if isinstance(item, Unknown) else None for item in parts]


def _take(state: State, method: str, model: ModelValue, key: str, value: Value) -> None:
    if value is None or (key == "validation_split" and value == 0):
        return
    if isinstance(value, float) and value.is_integer() and key in ("epochs", "batch_size"):
        value = int(value)
    if key == "shuffle" and value == "batch":
        state.say("changed", f"{method}, shuffle='batch': samples are shuffled one by one here.")
        value = True
    try:
        model.training[key] = _SETTINGS[key].rule.check(value, f"{method}, {key}")
    except EngineError as error:
        reason = value.reason if isinstance(value, Unknown) else str(error)
        state.say("not read", f"{method}, {key}: {reason}; it is left as it is.")


def _say_callbacks(state: State, value: Value) -> None:
    parts = list(value) if isinstance(value, (list, tuple)) else [value]
    names = [part.name for part in parts if isinstance(part, (CallbackValue, FunctionValue, ClassValue))]
    if names:
        state.say("left out", f"callbacks are no part of an experiment: {', '.join(dict.fromkeys(names))}.")


@cache
def _names_of(function: Callable[..., Any]) -> list[str]:
    return [name for name in inspect.signature(function).parameters if name not in ("self", "old")]


def _by_name(
    state: State, method: str, function: Callable[..., Any], arguments: list[Value], named_arguments: dict[str, Value]
) -> dict[str, Value]:
    """Arguments of a method by their present names."""
    settings: dict[str, Value] = dict(zip(_names_of(function), arguments, strict=False))
    with listening() as messages:
        renamed = keras1.renamed(method, named_arguments)
    for message in messages:
        state.say("renamed", message)
    if method == "fit_generator" and "samples_per_epoch" in named_arguments:
        state.say("changed", "fit_generator: samples_per_epoch counted samples; an epoch is all of the data here.")
    return {**settings, **renamed}
