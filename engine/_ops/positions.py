"""Positions of the largest and the smallest element along an axis."""

from __future__ import annotations

from .._graph.op import Work, apply
from .._graph.tensor import Value
from ..types import Array
from .reduce import Reduction

__all__ = ["argmax", "argmin"]


class ArgMax(Reduction):
    """y = position of the (first) largest element along one axis."""

    differentiable = False
    result_dtype = "int64"

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y = the first index of the largest element."""
        work.xp.argmax(x, axis=self.axis, keepdims=self.keepdims, out=out)


class ArgMin(Reduction):
    """y = position of the (first) smallest element along one axis."""

    differentiable = False
    result_dtype = "int64"

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y = the first index of the smallest element."""
        work.xp.argmin(x, axis=self.axis, keepdims=self.keepdims, out=out)


def argmax(x: Value, axis: int = -1) -> Value:
    """Position of the largest element along an axis, of the first one where several are equal.

    Args:
        x: a tensor or an array of any shape.
        axis: the axis, the last one by default.

    Returns:
        Positions from 0 as int64, without that axis.

    Example:
        >>> import numpy as np
        >>> argmax(np.array([[1.0, 9.0], [4.0, 3.0]])).tolist()
        [1, 0]
    """
    return apply(ArgMax(axis), x)


def argmin(x: Value, axis: int = -1) -> Value:
    """Position of the smallest element along an axis, of the first one where several are equal.

    Args:
        x: a tensor or an array of any shape.
        axis: the axis, the last one by default.

    Returns:
        Positions from 0 as int64, without that axis.

    Example:
        >>> import numpy as np
        >>> argmin(np.array([[1.0, 9.0], [4.0, 3.0]])).tolist()
        [0, 1]
    """
    return apply(ArgMin(axis), x)
