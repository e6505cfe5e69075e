"""Activation functions by Keras's names; each works on tensors and on arrays."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

from . import _ops as ops
from ._declared import registry
from ._ops import elu, hard_sigmoid, relu, selu, sigmoid, softplus, softsign, tanh
from .errors import ShapeError

__all__ = [
    "deserialize",
    "elu",
    "exponential",
    "get",
    "hard_sigmoid",
    "linear",
    "relu",
    "selu",
    "serialize",
    "sigmoid",
    "softmax",
    "softplus",
    "softsign",
    "tanh",
]


def softmax(x: Any, axis: int = -1) -> Any:
    """exp(x) / sum(exp(x)) along an axis; raises ShapeError (a ValueError) for fewer than two axes."""
    if len(x.shape) < 2:
        hint = "Give it samples along the first axis: x[None]."
        raise ShapeError(where="softmax", expected="two or more axes", found=f"shape {tuple(x.shape)}", hint=hint)
    return ops.softmax(x, axis)


def linear(x: Any) -> Any:
    """y = x."""
    return x


def exponential(x: Any) -> Any:
    """y = exp(x)."""
    return ops.exp(x)


for _function in (elu, exponential, hard_sigmoid, linear, relu, selu, sigmoid, softmax, softplus, softsign, tanh):
    registry.add("activation", _function, _function.__name__)


def get(identifier: Any) -> Any:
    """The function for a name, None (linear) or a function.

    >>> get("relu") is relu
    True
    """
    if hasattr(identifier, "compute_output_shape"):
        warnings.warn(
            f"Do not pass a layer instance ({type(identifier).__name__}) as the activation of another layer: advanced "
            "activation layers are used like any other layer.",
            stacklevel=2,
        )
    return linear if identifier is None else registry.build("activation", identifier)


def serialize(activation: Any) -> Any:
    """The name of an activation."""
    return registry.serialize("activation", activation)


def deserialize(name: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """The function of a name that `serialize` gave."""
    return registry.build("activation", name, custom_objects)
