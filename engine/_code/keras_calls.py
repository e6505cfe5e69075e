"""Calls of Keras's names -> layers, models, settings; and what Python's operators do with tensors."""

from __future__ import annotations

import ast
from collections.abc import Callable

from .. import applications, callbacks
from .._declared import registry
from ..errors import EngineError
from ..layers.node import takes_argument
from . import arrays, graph
from .imports import is_keras
from .known import known, layer_class, merging_class
from .layers import input_tensors, make_layer, merge_layer, stand_in
from .plain_calls import BUILTINS, OF_NUMBERS, call_builtin, call_of_numbers
from .settings import known_shape
from .state import State
from .training import optimizer_of, setting_of
from .values import (
    CallbackValue,
    ClassValue,
    FallingRate,
    FunctionValue,
    InstanceValue,
    LayerValue,
    ModelValue,
    SettingValue,
    Symbol,
    TensorValue,
    Unknown,
    Value,
    is_unknown,
)

_KIND_OF_MODULE = {
    "optimizers": "optimizer",
    "schedules": "schedule",
    "losses": "loss",
    "objectives": "loss",
    "metrics": "metric",
    "regularizers": "regularizer",
    "initializers": "initializer",
    "initializations": "initializer",
    "constraints": "constraint",
}
_SETTING_KINDS = ("optimizer", "schedule", "regularizer", "initializer", "constraint", "loss", "metric")
# Arguments of an attention's call, which a graph keeps.
_SWITCHES = ("use_causal_mask", "return_attention_scores")
_SEEDS = ("seed", "set_seed", "set_random_seed")
_OPERATORS: dict[type[ast.operator], str] = {ast.Add: "Add", ast.Sub: "Subtract", ast.Mult: "Multiply"}


def call_symbol(state: State, symbol: Symbol, arguments: list[Value], named: dict[str, Value]) -> Value:
    """What calling an imported name gives; Unknown for what is neither Keras's nor plain computing."""
    if symbol.path[0] == "builtins":
        return call_builtin(symbol.name, arguments, named)
    special = _SPECIAL.get(symbol.name)
    if special is not None and (is_keras(symbol) or symbol.path[0] not in ("numpy", "math")):
        return special(state, symbol, arguments, named)
    if symbol.name in _SEEDS and arguments and isinstance(arguments[0], int):
        state.seed = arguments[0] if 0 <= arguments[0] < 2**32 else state.seed
        return None
    if symbol.path[0] in ("numpy", "math") or (symbol.path[0] == "builtins" and symbol.name in BUILTINS):
        known = call_of_numbers(symbol.name, arguments, named) if symbol.name in OF_NUMBERS else None
        return (
            known if known is not None and not is_unknown(known) else arrays.call_numpy(symbol.name, arguments, named)
        )
    if arrays.is_data(symbol):
        return arrays.call_data(symbol, arguments, named)
    if not is_keras(symbol) and symbol.name[:1].isupper() and layer_class(symbol.name) is not None:
        state.say("changed", f"{symbol} is read as Keras's {symbol.name}.")
        return _call_keras(state, Symbol(("keras", "layers", symbol.name)), arguments, named)
    if (
        not is_keras(symbol)
        or "backend" in symbol.path
        or (symbol.path[0] in ("tensorflow", "tf") and "keras" not in symbol.path)
    ):
        return _call_elsewhere(state, symbol, arguments, named)
    return _call_keras(state, symbol, arguments, named)


def _call_keras(state: State, symbol: Symbol, arguments: list[Value], named: dict[str, Value]) -> Value:
    kind = next((_KIND_OF_MODULE[part] for part in reversed(symbol.path[:-1]) if part in _KIND_OF_MODULE), None)
    if "activations" in symbol.path[:-1] and arguments:
        return _activated(state, symbol.name, arguments)
    if symbol.name in callbacks.__all__ or "callbacks" in symbol.path[:-1]:
        return CallbackValue(symbol.name)
    if kind is None and symbol.name in applications.__all__:
        return _net(state, symbol.name, arguments, named)
    cls = layer_class(symbol.name) if kind is None else None
    if cls is not None:
        return make_layer(state, symbol.name, cls, arguments, named)
    merging = merging_class(symbol.name) if kind is None else None
    if merging is not None and (arguments or "inputs" in named):
        tensors = named.pop("inputs", None) if not arguments else arguments.pop(0)
        return call_layer(state, make_layer(state, merging.__name__, merging, arguments, named), [tensors], {})
    if kind == "optimizer":
        return optimizer_of(state, symbol.name, arguments, named)
    for each in (kind,) if kind is not None else _SETTING_KINDS:
        if known(each, symbol.name) is not None:
            made = optimizer_of if each == "optimizer" else None
            return (
                made(state, symbol.name, arguments, named)
                if made
                else setting_of(state, each, symbol.name, arguments, named)
            )
    return _call_elsewhere(state, symbol, arguments, named)


def _call_elsewhere(state: State, symbol: Symbol, arguments: list[Value], named: dict[str, Value]) -> Value:
    """A function of another package: the tensors that go into it come out unchanged, as a layer that stands in its place."""
    if (
        symbol.path[0] in ("tensorflow", "tf")
        and "nn" in symbol.path
        and arguments
        and known("activation", symbol.name) is not None
    ):
        return _activated(state, symbol.name, arguments)
    tensors = [tensor for value in [*arguments, *named.values()] for tensor in input_tensors(value) or []]
    if tensors:
        return through(state, str(symbol), symbol.name, tensors)
    return Unknown(f"{symbol} is not read")


def through(state: State, title: str, name: str, tensors: list[TensorValue]) -> Value:
    """A layer that stands for code that is not known: what comes in goes out; several tensors are concatenated."""
    layer_name = state.automatic_name(name)
    state.count_layer()
    if len(tensors) == 1:
        return graph.call(stand_in(state, layer_name, f"{title} is not read"), tensors)[0]
    state.say("not read", f"{title} is not read; what goes into it is concatenated, by {layer_name!r}.")
    joined = make_layer(state, "Concatenate", registry.find("layer", "Concatenate"), [], {"name": layer_name})
    return graph.call(joined, tensors)[0]


def call_layer(state: State, layer: LayerValue | ModelValue, arguments: list[Value], named: dict[str, Value]) -> Value:
    """What a layer or model gives for the tensors that it is called on."""
    inputs = arguments[0] if arguments else named.get("inputs", named.get("query", Unknown("it is called on nothing")))
    tensors = input_tensors(inputs)
    if tensors is None:
        reason = inputs.reason if isinstance(inputs, Unknown) else "it is no tensor of the model"
        return Unknown(f"{layer.name} is called on what is not known: {reason}")
    states = named.get("initial_state")
    if states is not None:
        tensors = [*tensors, *(input_tensors(states) or [])]
    if isinstance(layer, ModelValue):
        layer.inside = True
    if isinstance(layer, LayerValue):
        tensors += _further_inputs(layer, tensors, arguments, named)
    kept_arguments = {
        key: value
        for key, value in named.items()
        if isinstance(value, bool) and (key == "training" or (key in _SWITCHES and _takes(layer, key)))
    }
    if isinstance(layer, LayerValue) and not layer.nodes and kept_arguments.get("use_causal_mask"):
        # Of a layer that is called for the first time it is a setting, which the form shows.
        layer.config["causal"] = kept_arguments.pop("use_causal_mask")
    state.changes += 1
    results = graph.call(layer, tensors, kept_arguments)
    return results[0] if len(results) == 1 else list(results)


def _takes(layer: LayerValue | ModelValue, argument: str) -> bool:
    return isinstance(layer, LayerValue) and layer.layer is not None and takes_argument(layer.layer.call, argument)


def _further_inputs(
    layer: LayerValue, first: list[TensorValue], arguments: list[Value], named: dict[str, Value]
) -> list[TensorValue]:
    """What stands behind the first input of a layer that is called `layer(query, value, key=..., attention_mask=...)`."""
    names = [] if layer.layer is None else list(layer.layer.called_with)
    if not names:
        return []
    by_name = {**dict(zip(names, arguments, strict=False)), **named}
    tensors: list[TensorValue] = []
    for name in names[len(first) :]:
        inputs = input_tensors(by_name[name]) if name in by_name else None
        if name == "attention_mask" and inputs and len(first) + len(tensors) == 2:
            tensors.append(tensors[-1] if tensors else first[-1])
        tensors += inputs or []
    return tensors


def _activated(state: State, name: str, arguments: list[Value]) -> Value:
    tensors = input_tensors(arguments[0])
    if tensors is None:
        return Unknown(f"{name} is computed of data")
    layer = make_layer(state, "Activation", registry.find("layer", "Activation"), [name], {})
    return graph.call(layer, tensors)[0]


def call_tensor_operator(state: State, operation: ast.operator, left: Value, right: Value) -> Value:
    """`left + right` of tensors as the layer that does the same."""
    tensors = [side for side in (left, right) if isinstance(side, TensorValue)]
    class_name = _OPERATORS.get(type(operation))
    if class_name is not None and len(tensors) == 2:
        layer = make_layer(state, class_name, registry.find("layer", class_name), [], {})
        state.say("changed", f"An operator between tensors is the layer {class_name} here.")
        return graph.call(layer, tensors)[0]
    return through(state, "Computing with a tensor", type(operation).__name__, tensors)


# Names with a meaning of their own.


def _sequential(state: State, symbol: Symbol, arguments: list[Value], named: dict[str, Value]) -> Value:
    name = named.get("name")
    model = ModelValue(True, name if isinstance(name, str) else state.automatic_name("Sequential"), state.line)
    state.add_model(model)
    layers = named.get("layers", arguments[0] if arguments else None)
    if isinstance(layers, (list, tuple)):
        for layer in layers:
            add_layer(state, model, layer)
    elif layers is not None:
        reason = layers.reason if isinstance(layers, Unknown) else "they are no list"
        state.say("not read", f"The layers of {model.name!r} are not known: {reason}.")
    return model


def add_layer(state: State, model: ModelValue, layer: Value) -> None:
    """`model.add(layer)`."""
    state.changes += 1
    if isinstance(layer, SettingValue) and layer.kind == "activation":
        layer = Symbol(("keras", "activations", layer.name))
    if isinstance(layer, TensorValue) and not layer.node.inputs and isinstance(layer.node.layer, LayerValue):
        layer = layer.node.layer
    if isinstance(layer, ModelValue):
        layer.inside = True
    if isinstance(layer, (LayerValue, ModelValue)):
        if layer in model.layers:
            return
        model.layers.append(layer)
        return
    name = layer.called if isinstance(layer, Unknown) else ""
    name = (
        layer.cls.name if isinstance(layer, InstanceValue) else layer.name if isinstance(layer, FunctionValue) else name
    )
    reason = layer.reason if isinstance(layer, Unknown) else f"{name or 'it'} is code of the program, which is not run"
    state.count_layer()
    model.layers.append(
        stand_in(state, state.automatic_name(name or "Layer"), f"A layer of {model.name!r} is not known: {reason}")
    )


def _model(state: State, symbol: Symbol, arguments: list[Value], named: dict[str, Value]) -> Value:
    if "input" in named or "output" in named:
        state.say("renamed", "Model: Keras 1 spelling; write Model(inputs=..., outputs=...).")
    inputs = named.get("inputs", named.get("input", arguments[0] if arguments else None))
    outputs = named.get("outputs", named.get("output", arguments[1] if len(arguments) > 1 else None))
    begins, ends = input_tensors(inputs), input_tensors(outputs)
    name = named.get("name", arguments[2] if len(arguments) > 2 else None)
    if begins is None or ends is None:
        what, value = ("inputs", inputs) if begins is None else ("outputs", outputs)
        reason = value.reason if isinstance(value, Unknown) else "they are no tensors of the program"
        state.say("not read", f"A model's {what} are not known: {reason}.")
        return Unknown(f"the {what} of the model are not known")
    title = name if isinstance(name, str) else state.automatic_name("Model")
    return state.add_model(ModelValue(False, title, state.line, inputs=begins, outputs=ends))


def _input(state: State, symbol: Symbol, arguments: list[Value], named: dict[str, Value]) -> Value:
    state.count_layer()
    shape = named.get("shape", named.get("input_shape", arguments[0] if arguments else None))
    batch = named.get("batch_shape", named.get("batch_input_shape"))
    size = named.get("batch_size")
    sizes: list[int | None] | None = None
    written = batch if isinstance(batch, (tuple, list)) else shape
    if isinstance(written, int):
        written = (written,)
    if isinstance(written, (tuple, list)):
        stated = list(written) if written is batch else [size if isinstance(size, int) else None, *written]
        unknown = [part for part in stated if part is not None and not isinstance(part, int)]
        known = known_shape(stated) if unknown else None
        sizes = (
            (list(known) if known else None)
            if unknown
            else [part if isinstance(part, int) else None for part in stated]
        )
        if unknown:
            state.say(
                "not read",
                f"Input: {_reason(unknown[0])}; {'the size is left open' if sizes else 'its shape is left open'}.",
            )
    elif is_unknown(written):
        state.say("not read", f"Input: its shape is not known, since {_reason(written)}.")
    elif named.get("tensor") is not None:
        state.say("not read", "Input: a tensor of TensorFlow's is not read; its shape is left open.")
    name = named.get("name")
    title = name if isinstance(name, str) else state.automatic_name("Input")
    dtype = named.get("dtype", named.get("input_dtype"))
    made = graph.input_tensor(title, sizes, dtype if isinstance(dtype, str) else None)
    return made.node.layer if symbol.name == "InputLayer" else made


def _reason(value: Value) -> str:
    return value.reason if isinstance(value, Unknown) else "a size is no whole number"


def _merge(state: State, symbol: Symbol, arguments: list[Value], named: dict[str, Value]) -> Value:
    names = ("inputs", "mode", "concat_axis", "dot_axes", "output_shape", "output_mask", "arguments", "name")
    settings = {**dict(zip(names, arguments, strict=False)), **named}
    return call_layer(state, merge_layer(state, settings), [settings.get("inputs", named.get("layers"))], {})


def _merge_of_models(state: State, symbol: Symbol, arguments: list[Value], named: dict[str, Value]) -> Value:
    """Keras 1's `Merge([left, right], mode="concat")`, the beginning of a stack: a model with the inputs of both."""
    names = ("layers", "mode", "concat_axis", "dot_axes", "output_shape", "output_mask", "arguments")
    settings = {**dict(zip(names, arguments, strict=False)), **named}
    parts = settings.get("layers")
    if not isinstance(parts, (list, tuple)) or not all(isinstance(part, ModelValue) for part in parts) or not parts:
        return merge_layer(state, settings)
    models = [part for part in parts if isinstance(part, ModelValue)]
    layer = merge_layer(state, settings)
    for model in models:
        model.inside = True
    begins = [tensor for model in models for tensor in graph.inputs_of(model)]
    ends = [tensor for model in models for tensor in graph.outputs_of(model)]
    name = state.automatic_name("Model")
    return ModelValue(False, name, state.line, inputs=begins, outputs=graph.call(layer, ends), inside=True)


def _net(state: State, name: str, arguments: list[Value], named: dict[str, Value]) -> Value:
    """A well-known net, with fresh weights."""
    names = ("include_top", "weights", "input_tensor", "input_shape", "pooling", "classes")
    settings = {**dict(zip(names, arguments, strict=False)), **named}
    if settings.get("weights", "imagenet") is not None:
        state.say("left out", f"{name}: its ready weights are not fetched; it begins with fresh ones.")
    tensors = input_tensors(settings.get("input_tensor"))
    shape = settings.get("input_shape")
    if tensors and graph.shape_of(tensors[0]) is not None:
        shape = (graph.shape_of(tensors[0]) or ())[1:]
    known = {
        key: settings[key]
        for key in ("include_top", "pooling", "classes", "alpha")
        if not is_unknown(settings.get(key, Unknown("")))
    }
    if isinstance(shape, (tuple, list)) and all(size is None or isinstance(size, int) for size in shape):
        known["input_shape"] = tuple(shape)
    try:
        made = getattr(applications, name)(weights=None, **known)
    except (EngineError, TypeError, ValueError) as error:
        state.say("not read", f"{name}: {error}")
        return Unknown(f"{name} cannot be made with these settings")
    state.count_layer()
    title = named.get("name")
    model = graph.model_of("Model", made.get_config(), state.line, tensors or [])
    model.name = title if isinstance(title, str) else model.name
    model.inside = True
    return state.add_model(model)


def _load(state: State, symbol: Symbol, arguments: list[Value], named: dict[str, Value]) -> Value:
    state.say(
        "not read", f"{symbol.name}: a model that lies in a file is not opened here; give its path to the builder."
    )
    return Unknown(f"the model comes from a file, by {symbol.name}")


def _int_shape(state: State, symbol: Symbol, arguments: list[Value], named: dict[str, Value]) -> Value:
    tensor = arguments[0] if arguments else None
    shape = graph.shape_of(tensor) if isinstance(tensor, TensorValue) else None
    return Unknown("the shape of the tensor is not known") if shape is None else shape


def _data_format(state: State, symbol: Symbol, arguments: list[Value], named: dict[str, Value]) -> Value:
    is_first = state.data_format == "channels_first"
    if symbol.name == "image_dim_ordering":
        return "th" if is_first else "tf"
    return "channels_first" if is_first else "channels_last"


def _set_data_format(state: State, symbol: Symbol, arguments: list[Value], named: dict[str, Value]) -> Value:
    chosen = arguments[0] if arguments else None
    state.data_format = "channels_first" if chosen in ("th", "channels_first") else None
    if symbol.name == "set_image_dim_ordering":
        state.say(
            "renamed", "set_image_dim_ordering is set_image_data_format today; layers that need it get data_format."
        )
    return None


def _clear(state: State, symbol: Symbol, arguments: list[Value], named: dict[str, Value]) -> Value:
    state.forget_names()
    return None


def _falling_rate(state: State, symbol: Symbol, arguments: list[Value], named: dict[str, Value]) -> Value:
    names = ("initial_learning_rate", "decay_steps", "decay_rate", "staircase")
    settings = {**dict(zip(names, arguments, strict=False)), **named}
    steps, decay = settings.get("decay_steps"), settings.get("decay_rate")
    if (
        not isinstance(steps, (int, float))
        or not isinstance(decay, (int, float))
        or steps <= 0
        or settings.get("staircase")
    ):
        state.say("not read", "InverseTimeDecay: not all of its numbers are known; the rate is left as it is.")
        return settings.get("initial_learning_rate")
    return FallingRate(settings.get("initial_learning_rate"), decay / steps)


def _multi_gpu(state: State, symbol: Symbol, arguments: list[Value], named: dict[str, Value]) -> Value:
    return arguments[0] if arguments else Unknown("there is no model")


Special = Callable[[State, Symbol, list[Value], dict[str, Value]], Value]
_SPECIAL: dict[str, Special] = {
    "Sequential": _sequential,
    "Model": _model,
    "Functional": _model,
    "Input": _input,
    "InputLayer": _input,
    "merge": _merge,
    "Merge": _merge_of_models,
    "load_model": _load,
    "model_from_json": _load,
    "model_from_yaml": _load,
    "int_shape": _int_shape,
    "image_data_format": _data_format,
    "image_dim_ordering": _data_format,
    "set_image_data_format": _set_data_format,
    "set_image_dim_ordering": _set_data_format,
    "clear_session": _clear,
    "InverseTimeDecay": _falling_rate,
    "multi_gpu_model": _multi_gpu,
}


def call_own_layer(state: State, cls: ClassValue, arguments: list[Value]) -> Value:
    """A layer that the program defines, called on tensors."""
    tensors = [tensor for value in arguments for tensor in input_tensors(value) or []]
    if not tensors:
        return Unknown(f"{cls.name} is called on what is not known")
    return through(state, f"{cls.name}, a layer of the program's own,", cls.name, tensors)
