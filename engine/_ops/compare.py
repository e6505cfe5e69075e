"""Comparisons and logic element by element, with NumPy's broadcasting. Results are booleans and have no gradient."""

from __future__ import annotations

from typing import Any

from .._graph.op import Op, Work, apply
from ..types import Array, Shape
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

    def shape(self, a: Shape, b: Shape) -> Shape:
        return broadcast(a, b)

    def dtype(self, *dtypes: Any) -> Any:
        return "bool"

    def forward(self, work: Work, a: Array, b: Array, *, out: Array) -> None:
        getattr(work.xp, self.relation)(a, b, out=out)

    def flops(self, a: Shape, b: Shape) -> int:
        return count(broadcast(a, b))


class LogicalNot(Op):
    """y = not x; 0 is false."""

    differentiable = False

    def shape(self, x: Shape) -> Shape:
        return x

    def dtype(self, *dtypes: Any) -> Any:
        return "bool"

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        work.xp.logical_not(x, out=out)

    def flops(self, x: Shape) -> int:
        return count(x)


class Where(Op):
    """y = a where the condition holds, b elsewhere."""

    keeps = ("condition",)

    def shape(self, condition: Shape, a: Shape, b: Shape) -> Shape:
        return broadcast(condition, a, b)

    def dtype(self, *dtypes: Any) -> Any:
        return super().dtype(*dtypes[1:])

    def forward(self, work: Work, condition: Array, a: Array, b: Array, *, out: Array) -> None:
        work.xp.copyto(out, b)
        work.xp.copyto(out, a, where=_truth(work, condition))

    def backward(self, work: Work, dy: Array, condition: Array, *, outs: Any) -> None:
        xp = work.xp
        chosen = _truth(work, condition)
        for out, keep_where_true in zip(outs[1:], (True, False), strict=True):
            if out is not None:
                part = work.scratch("part", dy.shape, dy.dtype)
                xp.multiply(dy, chosen if keep_where_true else ~chosen, out=part)
                sum_to(work, part, out)

    def flops(self, condition: Shape, a: Shape, b: Shape) -> int:
        return count(broadcast(condition, a, b))


def _truth(work: Work, condition: Array) -> Array:
    if condition.dtype == bool:
        return condition
    truth = work.scratch("truth", condition.shape, bool)
    return work.xp.not_equal(condition, 0, out=truth)


def equal(x: Any, y: Any) -> Any:
    """Whether x and y are equal, element by element."""
    return apply(Comparison("equal"), x, y)


def not_equal(x: Any, y: Any) -> Any:
    """Whether x and y differ, element by element."""
    return apply(Comparison("not_equal"), x, y)


def less(x: Any, y: Any) -> Any:
    """Whether x < y, element by element."""
    return apply(Comparison("less"), x, y)


def less_equal(x: Any, y: Any) -> Any:
    """Whether x <= y, element by element."""
    return apply(Comparison("less_equal"), x, y)


def greater(x: Any, y: Any) -> Any:
    """Whether x > y, element by element."""
    return apply(Comparison("greater"), x, y)


def greater_equal(x: Any, y: Any) -> Any:
    """Whether x >= y, element by element."""
    return apply(Comparison("greater_equal"), x, y)


def logical_and(a: Any, b: Any) -> Any:
    """a and b, broadcast; 0 is false."""
    return apply(Comparison("logical_and"), a, b)


def logical_or(a: Any, b: Any) -> Any:
    """a or b, broadcast; 0 is false."""
    return apply(Comparison("logical_or"), a, b)


def logical_not(x: Any) -> Any:
    """not x; 0 is false."""
    return apply(LogicalNot(), x)


def where(condition: Any, a: Any, b: Any) -> Any:
    """a where the condition holds, b elsewhere; all three broadcast."""
    return apply(Where(), condition, a, b)
