"""Calls that make a layer -> a layer with the settings that the engine declares; no weights are made."""

from __future__ import annotations

from typing import Any

from .._declared import registry
from .._files.guards import json_able
from ..errors import EngineError
from ..layers.base import Layer
from ..layers.legacy import layer_of_mode
from ..types import Config
from .settings import arguments_of, construct, plain
from .state import State
from .values import FunctionValue, LayerValue, ModelValue, Symbol, TensorValue, Unknown, Value, is_unknown

STAND_IN = "Activation"
_PLACED = ("name", "batch_input_shape")
_MERGE_MODE = {"mode": "sum", "concat_axis": -1, "dot_axes": -1}


def make_layer(
    state: State, written: str, cls: type[Layer], arguments: list[Value], named: dict[str, Value]
) -> LayerValue:
    """The layer of a call such as `Dense(3, activation="relu")`.

    Args:
        state: the state of the reading.
        written: the class's name in the program.
        cls: the class.
        arguments: the arguments by position.
        named: the arguments by name.
    """
    state.count_layer()
    class_name = registry.name_for("layer", cls)
    if written != class_name:
        state.say("renamed", f"{written} is {class_name} today.")
    name = _name(state, class_name, named)
    named = dict(named)
    inside = _model_inside(arguments, named)
    if class_name == "Lambda":
        return _of_function(state, name, arguments, named)
    if is_unknown(named.get("weights")) or named.get("weights") is not None:
        state.say("left out", f"{class_name}: first weights are data; the layer begins with fresh ones.")
    named.pop("weights", None)
    if state.data_format and "data_format" in cls.declared_fields() and "dim_ordering" not in named:
        named.setdefault("data_format", state.data_format)
    positional, keywords = arguments_of(state, class_name, arguments, named)
    try:
        layer = construct(state, class_name, cls, positional, {**keywords, "name": name})
    except EngineError as error:
        return stand_in(state, name, f"{class_name} cannot be made: {error}")
    return _described(class_name, name, layer, inside, dtype=named.get("dtype") is not None)


def _name(state: State, class_name: str, named: dict[str, Value]) -> str:
    name = named.get("name")
    if isinstance(name, str) and 1 <= len(name) <= 200:
        return name
    return state.automatic_name(class_name)


def _model_inside(arguments: list[Value], named: dict[str, Value]) -> ModelValue | None:
    """Takes the model out of a wrapper's arguments, in whose place a layer without settings stands meanwhile."""
    values = [*arguments, *named.values()]
    model = next((value for value in values if isinstance(value, ModelValue)), None)
    if model is not None:
        twin = LayerValue(STAND_IN, {}, "inside", layer=registry.find("layer", STAND_IN)("linear", name="inside"))
        arguments[:] = [twin if value is model else value for value in arguments]
        named.update({key: twin for key, value in named.items() if value is model})
    return model


def _described(class_name: str, name: str, layer: Layer, inside: ModelValue | None, *, dtype: bool) -> LayerValue:
    config: Config = json_able(layer.get_config())
    shape = config.get("batch_input_shape")
    config = {key: value for key, value in config.items() if key not in _PLACED}
    if shape is not None and not dtype:
        config.pop("dtype", None)
    if inside is not None and "layer" in config:
        inside.inside = True
        config["layer"] = inside
    return LayerValue(class_name, config, name, shape, None if inside is not None else layer)


def stand_in(state: State, name: str, why: str) -> LayerValue:
    """A layer that changes nothing, in the place of one that is not known here."""
    state.say("not read", f"{why}. A layer that changes nothing stands in its place, named {name!r}.")
    layer = registry.find("layer", STAND_IN)("linear", name=name)
    config = {key: value for key, value in layer.get_config().items() if key not in _PLACED}
    return LayerValue(STAND_IN, config, name, None, layer)


def _of_function(state: State, name: str, arguments: list[Value], named: dict[str, Value]) -> LayerValue:
    """A Lambda: a file names its function, and code of the program is not run."""
    function = named.get("function", arguments[0] if arguments else Unknown("it has no function"))
    title = function.name if isinstance(function, (FunctionValue, Symbol)) else "a function"
    written = title if isinstance(function, str) else None
    if isinstance(function, (FunctionValue, Symbol)) and title in registry.custom_objects():
        written = title
    if written is None:
        made = stand_in(state, name, f"Lambda: its function ({title}) is code, which is not run")
    else:
        made = LayerValue("Lambda", {"function": written}, name)
    shape = named.get("input_shape")
    if isinstance(shape, (tuple, list)) and all(size is None or isinstance(size, int) for size in shape):
        made.shape = [None, *(size if isinstance(size, int) else None for size in shape)]
    return made


def merge_layer(state: State, arguments: dict[str, Value]) -> LayerValue:
    """The layer of Keras 1's `merge` in one of its modes."""
    state.count_layer()
    settings = {key: arguments.get(key, default) for key, default in _MERGE_MODE.items()}
    name = arguments.get("name")
    mode = settings["mode"]
    if not isinstance(mode, str):
        title = mode.name if isinstance(mode, FunctionValue) else "its mode"
        chosen = name if isinstance(name, str) else state.automatic_name("Merge")
        state.say("not read", f"merge: {title} is code, which is not run; the inputs are concatenated.")
        return _described("Concatenate", chosen, registry.find("layer", "Concatenate")(name=chosen), None, dtype=False)
    axis, axes = plain(settings["concat_axis"]), plain(settings["dot_axes"])
    made: Any = construct(state, "merge", layer_of_mode, [mode, axis, axes], {})
    class_name = registry.name_for("layer", type(made))
    made.name = name if isinstance(name, str) else state.automatic_name(class_name)
    state.say("renamed", f"merge(mode={mode!r}) is {class_name} today.")
    return _described(class_name, made.name, made, None, dtype=False)


def input_tensors(value: Value) -> list[TensorValue] | None:
    """The tensors that a layer is called on; None where it is called on something else."""
    if isinstance(value, TensorValue):
        return [value]
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)) and value and all(isinstance(item, TensorValue) for item in value):
        return [item for item in value if isinstance(item, TensorValue)]
    return None
