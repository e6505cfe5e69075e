"""Comparisons and logic element by element, with NumPy's broadcasting. Results are booleans and have no gradient."""

from __future__ import annotations

import numpy as np

from .._graph.op import Op, Outs, Work, apply
from .._graph.tensor import Operand, Tensor, Value
from ..types import Array, DType, DTypeLike, Shape
from .arithmetic import BinaryFunction, binary
from .shapes import broadcast, count, sum_to

__all__ = [
    "equal",
    "greater",
    "greater_equal",
    "less",
    "less_equal",
    "logical_and",
    "logical_not",
    "logical_or",
    "not_equal",
    "where",
]


class Comparison(Op):
    """y = (a <relation> b), NumPy's name of the relation as setting: equal, less, logical_and, ..."""

    relation: str

    differentiable = False
    result_dtype = "bool"

    def shape(self, a: Shape, b: Shape) -> Shape:
        """That of a and b, broadcast."""
        return broadcast(a, b)

    def forward(self, work: Work, a: Array, b: Array, *, out: Array) -> None:
        """y = a <relation> b."""
        getattr(work.xp, self.relation)(a, b, out=out)

    def flops(self, a: Shape, b: Shape) -> int:
        """One comparison for each element."""
        return count(broadcast(a, b))


class LogicalNot(Op):
    """y = not x; 0 is false."""

    differentiable = False
    result_dtype = "bool"

    def shape(self, x: Shape) -> Shape:
        """That of x."""
        return x

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y = (x == 0)."""
        work.xp.logical_not(x, out=out)

    def flops(self, x: Shape) -> int:
        """One operation for each element."""
        return count(x)


class Where(Op):
    """y = a where the condition holds, b elsewhere."""

    keeps = ("condition",)
    linear = True
    constants = (0,)

    def shape(self, condition: Shape, a: Shape, b: Shape) -> Shape:
        """That of condition, a and b, broadcast."""
        return broadcast(condition, a, b)

    def dtype(self, *dtypes: DType) -> DTypeLike:
        """The common type of a and b."""
        return super().dtype(*dtypes[1:])

    def forward(self, work: Work, condition: Array, a: Array, b: Array, *, out: Array) -> None:
        """y = a where the condition is not 0, b elsewhere."""
        work.xp.copyto(out, b)
        work.xp.copyto(out, a, where=_truth(work, condition))

    def backward(self, work: Work, dy: Array, condition: Array, *, outs: Outs) -> None:
        """da = dy where the condition is not 0, db = dy elsewhere, 0 otherwise; summed where broadcast."""
        xp = work.xp
        chosen = _truth(work, condition)
        for out, keep_where_true in zip(outs[1:], (True, False), strict=True):
            if out is not None:
                part = work.scratch("part", dy.shape, dy.dtype)
                xp.multiply(dy, chosen if keep_where_true else ~chosen, out=part)
                sum_to(work, part, out)

    def flops(self, condition: Shape, a: Shape, b: Shape) -> int:
        """One choice for each element."""
        return count(broadcast(condition, a, b))


def _truth(work: Work, condition: Array) -> Array:
    if condition.dtype == bool:
        return condition
    truth = work.scratch("truth", condition.shape, bool)
    return work.xp.not_equal(condition, 0, out=truth)


_RELATION = """{meaning}, element by element; it has no gradient.

Args:
    x: a tensor, an array or a number.
    y: likewise; both are broadcast as in NumPy.

Returns:
    Booleans in the shape that x and y broadcast to.

Example:
    >>> import numpy as np
    >>> {name}(np.array([0, 2]), np.array([2, 2])).tolist()
    {result}
"""


def _relation(name: str, meaning: str) -> BinaryFunction:
    """The function of two operands that records or computes a comparison, by NumPy's name."""

    def compare(x: Operand, y: Operand) -> Tensor | Array:
        return apply(Comparison(name), x, y)

    compare.__name__ = compare.__qualname__ = name
    compare.__doc__ = _RELATION.format(meaning=meaning, name=name, result=getattr(np, name)([0, 2], [2, 2]).tolist())
    return binary(compare)


equal = _relation("equal", "Whether x and y are equal")
not_equal = _relation("not_equal", "Whether x and y differ")
less = _relation("less", "Whether x < y")
less_equal = _relation("less_equal", "Whether x <= y")
greater = _relation("greater", "Whether x > y")
greater_equal = _relation("greater_equal", "Whether x >= y")
logical_and = _relation("logical_and", "Whether x and y are both true (not 0)")
logical_or = _relation("logical_or", "Whether x or y is true (not 0)")


def logical_not(x: Value) -> Value:
    """not x; 0 is false."""
    return apply(LogicalNot(), x)


def where(condition: Value, a: Value | float, b: Value | float) -> Value:
    """a where the condition holds, b elsewhere; all three broadcast."""
    return apply(Where(), condition, a, b)
