"""Softmax and its logarithm, with their gradients from the result."""

from __future__ import annotations

from .._graph.op import Work, apply
from .._graph.tensor import Call, Tensor, Value
from ..types import Array, Shape
from .casting import OfReals
from .elementwise import exp
from .reduce import sum as sum_
from .shapes import axis_of, count

__all__ = ["log_softmax", "softmax"]


class _Normalised(OfReals):
    """A function of x - max(x) along one axis."""

    axis: int = -1

    keeps = ("y",)
    overwrites = True

    def shape(self, x: Shape) -> Shape:
        """That of x. Raises ShapeError for an axis that x does not have."""
        axis_of(self.axis, len(x))
        return x

    def flops(self, x: Shape) -> int:
        """Five an element: maximum, difference, power, sum, quotient."""
        return 5 * count(x)

    def _shifted(self, work: Work, x: Array, out: Array) -> Array:
        """Write x - max(x) to `out`; give back scratch of the reduced shape."""
        axis = axis_of(self.axis, x.ndim)
        reduced = work.scratch("reduced", (*x.shape[:axis], 1, *x.shape[axis + 1 :]), out.dtype)
        work.xp.maximum.reduce(x, axis=axis, keepdims=True, out=reduced)
        work.xp.subtract(x, reduced, out=out)
        return reduced


class Softmax(_Normalised):
    """y = e^x / sum(e^x) along an axis."""

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y = e^(x - max(x)) / sum(e^(x - max(x)))."""
        reduced = self._shifted(work, x, out)
        work.xp.exp(out, out=out)
        work.xp.add.reduce(out, axis=self.axis, keepdims=True, out=reduced)
        out /= reduced

    def backward(self, work: Work, dy: Array, y: Array, *, outs: tuple[Array]) -> None:
        """dx = y * (dy - sum(dy * y))."""
        xp = work.xp
        dx = outs[0]
        product = work.scratch("product", y.shape, y.dtype)
        xp.multiply(dy, y, out=product)
        total = product.sum(axis=self.axis, keepdims=True)
        xp.subtract(dy, total, out=dx)
        dx *= y

    def tangent(self, call: Call, dx: Tensor) -> Tensor:
        """y * (dx - sum(dx * y))."""
        (y,) = call.outputs
        return y * (dx - sum_(dx * y, self.axis, keepdims=True))


class LogSoftmax(_Normalised):
    """y = x - log(sum(e^x)) along an axis."""

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y = x - max(x) - log(sum(e^(x - max(x))))."""
        xp = work.xp
        reduced = self._shifted(work, x, out)
        powers = work.scratch("powers", x.shape, out.dtype)
        xp.exp(out, out=powers)
        xp.sum(powers, axis=self.axis, keepdims=True, out=reduced)
        xp.log(reduced, out=reduced)
        out -= reduced

    def backward(self, work: Work, dy: Array, y: Array, *, outs: tuple[Array]) -> None:
        """dx = dy - e^y * sum(dy)."""
        xp = work.xp
        share = work.scratch("share", y.shape, y.dtype)
        xp.exp(y, out=share)
        share *= dy.sum(axis=self.axis, keepdims=True)
        xp.subtract(dy, share, out=outs[0])

    def tangent(self, call: Call, dx: Tensor) -> Tensor:
        """dx - sum(dx * e^y)."""
        (y,) = call.outputs
        return dx - sum_(dx * exp(y), self.axis, keepdims=True)


def softmax(x: Value, axis: int = -1) -> Value:
    """e^x / sum(e^x) along an axis, without overflow for large x.

    Args:
        x: a tensor or an array of two or more axes.
        axis: the axis of the classes, the last one by default.

    Returns:
        Probabilities in the shape of x, which sum to 1 along that axis.

    Example:
        >>> import numpy as np
        >>> softmax(np.array([[1000.0, 1000.0]]))
        array([[0.5, 0.5]])
    """
    return apply(Softmax(axis), x)


def log_softmax(x: Value, axis: int = -1) -> Value:
    """x - log(sum(e^x)) along an axis, the logarithm of `softmax`; no overflow."""
    return apply(LogSoftmax(axis), x)
