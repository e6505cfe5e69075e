"""Ops without a slope: signs and rounding."""

from __future__ import annotations

from .._graph.op import Work, apply
from .._graph.tensor import Value
from ..types import Array
from .casting import is_truth, is_whole
from .elementwise import Unary

__all__ = ["floor", "round", "sign"]


class Sign(Unary):
    """y = -1, 0 or 1; no gradient."""

    differentiable = False

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y = -1, 0 or 1."""
        work.xp.sign(x, out=out)


class Floor(Unary):
    """y = the largest whole number <= x; no gradient."""

    differentiable = False

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y = the largest whole number <= x."""
        work.xp.floor(x, out=out)


class Round(Unary):
    """y = the nearest whole number, halves to even; no gradient."""

    differentiable = False

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y = the nearest whole number; halves go to the even one."""
        work.xp.rint(x, out=out)


def sign(x: Value) -> Value:
    """-1, 0 or 1 as each element is below, at or above 0; it has no gradient.

    Args:
        x: a tensor or an array of any shape.

    Returns:
        A tensor or an array in the shape and type of x.

    Example:
        >>> import numpy as np
        >>> sign(np.array([-2.0, 0.0, 3.0])).tolist()
        [-1.0, 0.0, 1.0]
    """
    return x if is_truth(x) else apply(Sign(), x)


def floor(x: Value) -> Value:
    """Largest whole number <= x; no gradient."""
    return x if is_whole(x) else apply(Floor(), x)


def round(x: Value) -> Value:
    """The nearest whole number of each element, halves to the even one; it has no gradient.

    Args:
        x: a tensor or an array of any shape.

    Returns:
        A tensor or an array in the shape and type of x.

    Example:
        >>> import numpy as np
        >>> round(np.array([0.5, 1.5, 1.6])).tolist()
        [0.0, 2.0, 2.0]
    """
    return x if is_whole(x) else apply(Round(), x)
