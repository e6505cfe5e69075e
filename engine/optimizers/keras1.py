"""Functions that `keras.optimizers` had beside its classes, for optimizers that were copied from its code."""

from __future__ import annotations

from .. import _ops as ops
from .._declared import registry
from .._graph.tensor import Tensor
from ..types import Config, CustomObjects
from .base import Optimizer

__all__ = ["clip_norm", "optimizer_from_config"]


def clip_norm(g: Tensor, c: float, n: Tensor) -> Tensor:
    """A gradient scaled down to the length c where the length of all together is above it.

    Args:
        g: the gradient of one weight.
        c: the longest that all gradients together may be; 0 leaves them.
        n: the length of all gradients together.

    Returns:
        g * c / n where n is c or more, else g.

    Example:
        >>> from engine import backend as K
        >>> K.eval(clip_norm(K.variable([6.0, 8.0]), 5.0, K.constant(10.0))).tolist()
        [3.0, 4.0]
    """
    return g * ops.where(ops.greater_equal(n, c), c / n, 1.0) if c > 0 else g


def optimizer_from_config(config: Config, custom_objects: CustomObjects | None = None) -> Optimizer:
    """`deserialize` by its name in Keras 1.

    Args:
        config: {"class_name": ..., "config": ...}; class names in any case.
        custom_objects: further classes by name, for optimizers of your own.

    Returns:
        A new optimizer.

    Raises:
        UnknownName: there is no optimizer of this name.

    Example:
        >>> type(optimizer_from_config({"class_name": "adam", "config": {"lr": 0.1}})).__name__
        'Adam'
    """
    return registry.build("optimizer", config, custom_objects)
