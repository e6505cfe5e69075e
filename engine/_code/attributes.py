"""Attributes of values: of imported names, arrays, layers, models, and of the program's own objects."""

from __future__ import annotations

import math
from collections.abc import Callable

from .graph import NoGraph, inputs_of, layers_of, outputs_of, shape_of
from .plain_calls import has_method
from .values import (
    ArrayValue,
    ClassValue,
    FunctionValue,
    InstanceValue,
    LayerValue,
    MethodValue,
    ModelValue,
    ModuleValue,
    SuperValue,
    Symbol,
    TensorValue,
    Unknown,
    Value,
)

_NUMBERS = {"pi": math.pi, "e": math.e, "inf": math.inf, "nan": math.nan}


def attribute_of(owner: Value, name: str) -> Value:
    """What `owner.name` is."""
    if isinstance(owner, Symbol):
        is_number = name in _NUMBERS and owner.path in (("numpy",), ("math",))
        return _NUMBERS[name] if is_number else Symbol((*owner.path, name))
    if isinstance(owner, ModuleValue):
        return owner.names.get(name, Unknown(f"{name} is not defined in {owner.name}"))
    if isinstance(owner, Unknown):
        return MethodValue(owner, name)
    if isinstance(owner, ArrayValue):
        return _of_array(owner, name)
    if isinstance(owner, TensorValue):
        return _of_tensor(owner, name)
    if isinstance(owner, LayerValue):
        return _of_layer(owner, name)
    if isinstance(owner, ModelValue):
        return _of_model(owner, name)
    if isinstance(owner, InstanceValue):
        if name in owner.attributes:
            return owner.attributes[name]
        return _member(owner.cls.find(name), owner, owner.cls, name)
    if isinstance(owner, ClassValue):
        return _member(owner.find(name), None, owner, name)
    if isinstance(owner, SuperValue):
        known = (base.find(name) for base in owner.cls.bases if isinstance(base, ClassValue))
        member = next((member for member in known if member is not None), None)
        return MethodValue(owner, name) if member is None else _member(member, owner.instance, owner.cls, name)
    if has_method(owner, name):
        return MethodValue(owner, name)
    return Unknown(f".{name} is not known without running the program")


def _member(member: Value | None, instance: InstanceValue | Value, cls: ClassValue, name: str) -> Value:
    if isinstance(member, FunctionValue):
        if member.how == "staticmethod":
            return member
        bound = cls if member.how == "classmethod" else instance
        return member if bound is None else MethodValue(bound, name, member)
    if member is None:
        return MethodValue(instance if instance is not None else cls, name)
    return member


def _of_array(array: ArrayValue, name: str) -> Value:
    if name == "shape":
        return tuple(Unknown("the length of the data is not known") if size is None else size for size in array.shape)
    if name == "ndim":
        return len(array.shape)
    if name == "T":
        return ArrayValue(array.shape[::-1])
    return MethodValue(array, name)


def _of_tensor(tensor: TensorValue, name: str) -> Value:
    if name in ("shape", "_keras_shape"):
        shape = shape_of(tensor)
        return Unknown("the shape of the tensor is not known") if shape is None else shape
    if name == "name":
        return tensor.node.layer.name
    return MethodValue(tensor, name)


def _of_layer(layer: LayerValue, name: str) -> Value:
    if name == "name":
        return layer.name
    if name in ("output", "input") and layer.nodes:
        node = layer.nodes[-1]
        return TensorValue(node) if name == "output" or not node.inputs else _one_or_list(node.inputs)
    if name == "output_shape" and layer.nodes:
        return _shape([TensorValue(layer.nodes[-1])])
    if name in layer.config:
        return layer.config[name]
    if name == "__class__":
        return Symbol(("keras", "layers", layer.class_name))
    return MethodValue(layer, name)


def _layers(model: ModelValue) -> Value:
    if not model.sequential:
        return layers_of(model)
    outputs_of(model)  # its layers have calls then, so that a part of it can be made a model
    return model.layers


_MODEL: dict[str, Callable[[ModelValue], Value]] = {
    "layers": _layers,
    "input": lambda model: _one_or_list(inputs_of(model)),
    "inputs": lambda model: list(inputs_of(model)),
    "output": lambda model: _one_or_list(outputs_of(model)),
    "outputs": lambda model: list(outputs_of(model)),
    "input_shape": lambda model: _shape(inputs_of(model)),
    "output_shape": lambda model: _shape(outputs_of(model)),
    "name": lambda model: model.name,
    "trainable": lambda model: model.trainable,
}


def _of_model(model: ModelValue, name: str) -> Value:
    if name not in _MODEL:
        return MethodValue(model, name)
    try:
        return _MODEL[name](model)
    except NoGraph as error:
        return Unknown(str(error))


def _one_or_list(tensors: list[TensorValue]) -> Value:
    return tensors[0] if len(tensors) == 1 else list(tensors)


def _shape(tensors: list[TensorValue]) -> Value:
    shape = shape_of(tensors[0]) if len(tensors) == 1 else None
    return Unknown("the shape is not known") if shape is None else shape
