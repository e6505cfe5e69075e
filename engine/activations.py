"""Activation functions by Keras's names; each works on tensors and on arrays."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from . import _ops as ops
from ._declared import registry
from ._graph.tensor import Tensor
from ._ops import (
    celu,
    elu,
    gelu,
    hard_shrink,
    hard_sigmoid,
    hard_sigmoid_of_keras_3,
    hard_silu,
    hard_tanh,
    leaky_relu,
    log_sigmoid,
    mish,
    relu,
    relu6,
    selu,
    sigmoid,
    silu,
    soft_shrink,
    softplus,
    softsign,
    squareplus,
    tanh,
    tanh_shrink,
)
from .errors import ShapeError
from .types import Array

if TYPE_CHECKING:
    from .types import Config

    Activation: TypeAlias = Callable[..., Tensor]
    """A function of a tensor; `axis` may follow."""
    ActivationLike: TypeAlias = str | Activation | None
    """What users write for one: a name such as "relu", a function, None for y = x."""

Values = TypeVar("Values", Tensor, Array)

__all__ = [
    "celu",
    "deserialize",
    "elu",
    "exponential",
    "gelu",
    "get",
    "hard_shrink",
    "hard_sigmoid",
    "hard_sigmoid_of_keras_3",
    "hard_silu",
    "hard_swish",
    "hard_tanh",
    "leaky_relu",
    "linear",
    "log_sigmoid",
    "log_softmax",
    "mish",
    "relu",
    "relu6",
    "selu",
    "serialize",
    "sigmoid",
    "silu",
    "soft_shrink",
    "softmax",
    "softplus",
    "softsign",
    "squareplus",
    "swish",
    "tanh",
    "tanh_shrink",
]


def softmax(x: Values, axis: int = -1) -> Values:
    """Probabilities: y = exp(x) / sum(exp(x)) along an axis.

    Args:
        x: scores (N, ..., C), a tensor or an array.
        axis: the axis that sums to 1, -1 by default.

    Returns:
        A tensor or an array of the shape of x.

    Raises:
        ShapeError: fewer than two axes (a ValueError, as in Keras).

    Example:
        >>> import numpy as np
        >>> softmax(np.zeros((1, 4))).tolist()
        [[0.25, 0.25, 0.25, 0.25]]
    """
    if len(x.shape) < 2:
        hint = "Give it samples along the first axis: x[None]."
        raise ShapeError(where="softmax", expected="two or more axes", actual=f"shape {tuple(x.shape)}", hint=hint)
    return ops.softmax(x, axis)


def linear(x: Values) -> Values:
    """The input itself: y = x.

    Args:
        x: a tensor or an array of any shape.

    Returns:
        x.

    Example:
        >>> linear(2.5)
        2.5
    """
    return x


def exponential(x: Values) -> Values:
    """Exponential function: y = exp(x).

    Args:
        x: a tensor or an array of any shape.

    Returns:
        A tensor or an array of the shape of x.

    Example:
        >>> import numpy as np
        >>> exponential(np.zeros(2)).tolist()
        [1.0, 1.0]
    """
    return ops.exp(x)


def log_softmax(x: Values, axis: int = -1) -> Values:
    """Logarithms of probabilities: y = x - log(sum(exp(x))) along an axis.

    Args:
        x: scores (N, ..., C), a tensor or an array.
        axis: the axis whose exponentials sum to 1, -1 by default.

    Returns:
        A tensor or an array of the shape of x.

    Example:
        >>> import numpy as np
        >>> log_softmax(np.zeros((1, 2))).round(4).tolist()
        [[-0.6931, -0.6931]]
    """
    return ops.log_softmax(x, axis)


swish, hard_swish = silu, hard_silu

for _function in (
    celu,
    elu,
    exponential,
    gelu,
    hard_shrink,
    hard_sigmoid,
    hard_sigmoid_of_keras_3,
    hard_silu,
    hard_tanh,
    leaky_relu,
    linear,
    log_sigmoid,
    log_softmax,
    mish,
    relu,
    relu6,
    selu,
    sigmoid,
    silu,
    soft_shrink,
    softmax,
    softplus,
    softsign,
    squareplus,
    tanh,
    tanh_shrink,
):
    if _function is not hard_sigmoid_of_keras_3:  # found by its name, as in files, but offered in no list
        registry.add("activation", _function, _function.__name__)
registry.register_later("activation")(hard_sigmoid_of_keras_3)
registry.add("activation", swish, "swish")
registry.add("activation", hard_swish, "hard_swish")


def get(identifier: ActivationLike | Mapping[str, object]) -> Activation:
    """The function for a name, a function or a config.

    Args:
        identifier: a name such as "relu", a function of a tensor, a config; None for `linear`.

    Returns:
        A function of a tensor or an array.

    Raises:
        UnknownName: no activation has the name (a ValueError); the message tells the nearest one.

    Example:
        >>> get("relu") is relu
        True
    """
    if hasattr(identifier, "compute_output_shape"):
        warnings.warn(
            f"Do not pass a layer instance ({type(identifier).__name__}) as the activation of another layer: advanced "
            "activation layers are used like any other layer.",
            stacklevel=2,
        )
    return registry.build("activation", "linear" if identifier is None else identifier)


def serialize(activation: ActivationLike) -> Config | str | None:
    """The name of an activation.

    Args:
        activation: a function, its name or None.

    Returns:
        A name that `deserialize` reads; None for None.

    Example:
        >>> serialize(get("relu"))
        'relu'
    """
    return registry.serialize("activation", activation)


def deserialize(name: ActivationLike, custom_objects: Mapping[str, object] | None = None) -> Activation | None:
    """The function of a name that `serialize` gave.

    Args:
        name: what `serialize` returned.
        custom_objects: further functions by name, for those of your own.

    Returns:
        The function; None for None.

    Raises:
        UnknownName: no activation has the name (a ValueError).

    Example:
        >>> deserialize("double", {"double": lambda x: 2 * x})(3)
        6
    """
    return registry.build("activation", name, custom_objects)
