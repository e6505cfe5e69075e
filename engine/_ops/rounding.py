"""Ops without a slope: signs, rounding and changes of dtype."""

from __future__ import annotations

from .._graph.op import Op, Work, apply
from .._graph.tensor import Value
from ..types import Array, DType, DTypeLike, Shape
from .elementwise import Unary

__all__ = ["cast", "floor", "round", "sign"]


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


class Cast(Op):
    """y = x in another dtype; the gradient is cast back."""

    to: DTypeLike

    linear = True

    def shape(self, x: Shape) -> Shape:
        """That of x."""
        return x

    def dtype(self, *dtypes: DType) -> DTypeLike:
        """The type that was asked for."""
        return self.to

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y = x in the other type; fractions are cut off for whole numbers."""
        work.xp.copyto(out, x, casting="unsafe")

    def sizes(self, x: Array) -> Array:
        """x."""
        return x

    def backward(self, work: Work, dy: Array, *, outs: tuple[Array]) -> None:
        """dx = dy in the type of x."""
        work.xp.copyto(outs[0], dy, casting="unsafe")


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
    return apply(Sign(), x)


def floor(x: Value) -> Value:
    """Largest whole number <= x; no gradient."""
    return apply(Floor(), x)


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
    return apply(Round(), x)


def cast(x: Value, dtype: DTypeLike) -> Value:
    """x in another type of numbers; x itself where it has that type already.

    Args:
        x: a tensor or an array of any shape.
        dtype: "float32", "int64", "bool" ..., or a NumPy type.

    Returns:
        A tensor or an array in the shape of x.

    Example:
        >>> import numpy as np
        >>> cast(np.array([0.0, 2.7]), "int64").tolist()
        [0, 2]
    """
    return x if getattr(x, "dtype", None) == dtype else apply(Cast(dtype), x)
