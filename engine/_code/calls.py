"""Calls: of functions and classes of the program, of layers and models, of their methods, of imported names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from . import arrays, graph
from .graph import NoGraph
from .keras_calls import add_layer, call_layer, call_own_layer, call_symbol, through
from .known import layer_class
from .layers import input_tensors
from .plain_calls import call_method
from .state import State
from .training import compile_model, fit_model
from .values import (
    ArrayValue,
    ClassValue,
    FunctionValue,
    InstanceValue,
    LayerValue,
    MethodValue,
    ModelValue,
    Symbol,
    TensorValue,
    Unknown,
    Value,
)


class Following(Protocol):
    """What calls need of the reader."""

    state: State

    def follow(
        self, function: FunctionValue, arguments: list[Value], named: dict[str, Value], instance: Value = None
    ) -> Value:
        """Follow a function of the program."""
        ...


def call_value(reader: Following, function: Value, arguments: list[Value], named: dict[str, Value]) -> Value:
    """What calling a value gives."""
    if isinstance(function, Symbol):
        if function.name in _WRAPPERS:
            return _wrapped(reader, arguments, named)
        return call_symbol(reader.state, function, arguments, named)
    if isinstance(function, FunctionValue):
        return reader.follow(function, arguments, named)
    if isinstance(function, MethodValue):
        return _call_method(reader, function, arguments, named)
    if isinstance(function, (LayerValue, ModelValue)):
        return call_layer(reader.state, function, arguments, named)
    if isinstance(function, ClassValue):
        return _make_instance(reader, function, arguments, named)
    if isinstance(function, InstanceValue):
        return _call_instance(reader, function, arguments, named)
    tensors = [tensor for value in arguments for tensor in input_tensors(value) or []]
    if isinstance(function, Unknown):
        return (
            through(reader.state, f"A function ({function.reason})", "Layer", tensors)
            if tensors
            else Unknown(function.reason)
        )
    return Unknown("it is called, and nothing is known of it")


def _wrapped(reader: Following, arguments: list[Value], named: dict[str, Value]) -> Value:
    """`KerasClassifier(build_fn=make, epochs=10)`: the model that the function makes, with these settings of `fit`."""
    settings = dict(named)
    build = settings.pop("build_fn", settings.pop("model", arguments[0] if arguments else None))
    if not isinstance(build, FunctionValue):
        return Unknown("the function that makes the model is not known")
    names = {argument.arg for argument in build.node.args.args}
    model = reader.follow(build, [], {key: value for key, value in settings.items() if key in names})
    if isinstance(model, ModelValue):
        fit = {key: value for key, value in settings.items() if key not in names}
        fit_model(reader.state, "fit", model, [], fit)
    return Unknown("it is an estimator of scikit-learn")


_WRAPPERS = ("KerasClassifier", "KerasRegressor")


def _make_instance(reader: Following, cls: ClassValue, arguments: list[Value], named: dict[str, Value]) -> Value:
    instance = InstanceValue(cls)
    begin = cls.find("__init__")
    if isinstance(begin, FunctionValue):
        reader.follow(begin, [instance, *arguments], named, instance)
    return instance


def _is_layer(cls: ClassValue) -> bool:
    return any(
        symbol.name == "Layer" or layer_class(symbol.name) is not None for symbol in cls.symbols()
    ) and not _is_model(cls)


def _is_model(cls: ClassValue) -> bool:
    return any(symbol.name == "Model" for symbol in cls.symbols())


def _call_instance(
    reader: Following, instance: InstanceValue, arguments: list[Value], named: dict[str, Value]
) -> Value:
    if _is_layer(instance.cls):
        return call_own_layer(reader.state, instance.cls, arguments)
    for name in ("__call__", "call"):
        function = instance.cls.find(name)
        if isinstance(function, FunctionValue):
            return reader.follow(function, [instance, *arguments], named, instance)
    return Unknown(f"{instance.cls.name} is called, which its class does not say")


def _call_method(reader: Following, method: MethodValue, arguments: list[Value], named: dict[str, Value]) -> Value:
    owner, name = method.owner, method.name
    if method.function is not None:
        return reader.follow(method.function, [owner, *arguments], named, owner)
    if isinstance(owner, ModelValue):
        return _call_model(reader.state, owner, name, arguments, named)
    if isinstance(owner, Unknown):
        return _call_unknown(reader.state, owner, name, arguments, named)
    if isinstance(owner, ArrayValue):
        return arrays.call_array(owner, name, arguments, named)
    if isinstance(owner, LayerValue):
        return Unknown(f"{owner.name}.{name} is not read")
    if isinstance(owner, InstanceValue):
        return _call_inherited(reader, owner, name, arguments)
    if isinstance(owner, TensorValue):
        return through(reader.state, f"A tensor's .{name}", name, [owner])
    return call_method(owner, name, arguments, named)


def _call_inherited(reader: Following, owner: InstanceValue, name: str, arguments: list[Value]) -> Value:
    """A method that the program's class has from Keras's `Model`: nothing says what goes into it before it is called."""
    if name in ("compile", "fit", "fit_generator") and _is_model(owner.cls):
        why = f"{owner.cls.name} is a class of the program's own; its layers are known when it is called on an Input"
        reader.state.say("not read", f"{why}.")
    return Unknown(f"{owner.cls.name}.{name} is not defined in what is read")


def _call_unknown(state: State, owner: Unknown, name: str, arguments: list[Value], named: dict[str, Value]) -> Value:
    if name in ("flow", "flow_from_directory", "flow_from_dataframe"):
        at = 2 if name == "flow" else 5
        size = named.get("batch_size", arguments[at] if len(arguments) > at else 32)
        return Unknown(owner.reason, batch_size=size if isinstance(size, int) else None)
    if name in ("compile", "fit", "fit_generator", "add"):
        is_model = name == "compile" or name == "fit_generator" or "epochs" in named or "nb_epoch" in named
        if is_model:
            state.say("not read", f"{name} of a model that is not read: {owner.reason}.")
    return Unknown(owner.reason)


def _add(state: State, model: ModelValue, arguments: list[Value], named: dict[str, Value]) -> Value:
    add_layer(state, model, named.get("layer", arguments[0] if arguments else Unknown("add is called with nothing")))
    return None


def _pop(state: State, model: ModelValue, arguments: list[Value], named: dict[str, Value]) -> Value:
    return model.layers.pop() if model.layers else None


def _compile(state: State, model: ModelValue, arguments: list[Value], named: dict[str, Value]) -> Value:
    compile_model(state, model, arguments, named)
    return None


def _get_layer(state: State, model: ModelValue, arguments: list[Value], named: dict[str, Value]) -> Value:
    name = named.get("name", arguments[0] if arguments else None)
    index = named.get("index", arguments[1] if len(arguments) > 1 else None)
    graph.outputs_of(model)
    layers = graph.layers_of(model)
    if isinstance(index, int) and -len(layers) <= index < len(layers):
        return layers[index]
    return next((layer for layer in layers if layer.name == name), Unknown(f"there is no layer {name!r}"))


_OF_MODEL: dict[str, Callable[[State, ModelValue, list[Value], dict[str, Value]], Value]] = {
    "add": _add,
    "pop": _pop,
    "compile": _compile,
    "get_layer": _get_layer,
}


def _call_model(state: State, model: ModelValue, name: str, arguments: list[Value], named: dict[str, Value]) -> Value:
    if name in ("fit", "fit_generator"):
        fit_model(state, name, model, arguments, named)
        return Unknown("it is the history of a training")
    if name == "load_weights":
        state.say("left out", "load_weights: give the file of weights to the builder's load_weights.")
        return None
    read = _OF_MODEL.get(name)
    if read is None:
        return Unknown(f"{model.variable or model.name}.{name} is known only when the program runs")
    try:
        return read(state, model, arguments, named)
    except NoGraph as error:
        return Unknown(str(error))
