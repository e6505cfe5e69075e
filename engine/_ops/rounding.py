"""Ops without a slope: signs, rounding and changes of dtype."""

from __future__ import annotations

from typing import Any

from .._graph.op import Op, Work, apply
from ..types import Array, Shape
from .elementwise import Unary

__all__ = ["cast", "floor", "round", "sign"]


class Sign(Unary):
    """y = -1, 0 or 1; no gradient."""

    differentiable = False

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        work.xp.sign(x, out=out)


class Floor(Unary):
    """y = the largest whole number <= x; no gradient."""

    differentiable = False

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        work.xp.floor(x, out=out)


class Round(Unary):
    """y = the nearest whole number, halves to even; no gradient."""

    differentiable = False

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        work.xp.rint(x, out=out)


class Cast(Op):
    """y = x in another dtype; the gradient is cast back."""

    to: str

    def shape(self, x: Shape) -> Shape:
        return x

    def dtype(self, *dtypes: Any) -> Any:
        return self.to

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        work.xp.copyto(out, x, casting="unsafe")

    def sizes(self, x: Any) -> Any:
        return x

    def backward(self, work: Work, dy: Array, *, outs: Any) -> None:
        work.xp.copyto(outs[0], dy, casting="unsafe")


def sign(x: Any) -> Any:
    """-1, 0 or 1; no gradient."""
    return apply(Sign(), x)


def floor(x: Any) -> Any:
    """Largest whole number <= x; no gradient."""
    return apply(Floor(), x)


def round(x: Any) -> Any:
    """Nearest whole number, halves to even; no gradient."""
    return apply(Round(), x)


def cast(x: Any, dtype: Any) -> Any:
    """x in another dtype ('float32', 'int64', ...); x itself when it has it already."""
    return x if getattr(x, "dtype", None) == dtype else apply(Cast(dtype), x)
