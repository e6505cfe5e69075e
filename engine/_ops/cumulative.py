"""Running sums and products along an axis."""

from __future__ import annotations

from .._graph.op import Op, Work, apply
from .._graph.tensor import Value
from ..types import Array, Shape
from .shapes import axis_of, count

__all__ = ["cumulative_product", "cumulative_sum"]


class CumulativeSum(Op):
    """y[i] = x[0] + ... + x[i] along an axis."""

    axis: int = 0

    def shape(self, x: Shape) -> Shape:
        """That of x. Raises ShapeError for an axis that x does not have."""
        axis_of(self.axis, len(x))
        return x

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y[i] = x[0] + ... + x[i]."""
        work.xp.cumsum(x, axis=self.axis, out=out)

    def backward(self, work: Work, dy: Array, *, outs: tuple[Array]) -> None:
        """dx[i] = dy[i] + dy[i + 1] + ...."""
        flipped = work.xp.flip(dy, self.axis)
        outs[0][...] = work.xp.flip(work.xp.cumsum(flipped, axis=self.axis), self.axis)

    def flops(self, x: Shape) -> int:
        """One addition for each element."""
        return count(x)


class CumulativeProduct(Op):
    """y[i] = x[0] * ... * x[i] along an axis; the gradient divides by nothing, so zeros are no trouble."""

    axis: int = 0

    keeps = ("x",)

    def shape(self, x: Shape) -> Shape:
        """That of x. Raises ShapeError for an axis that x does not have."""
        axis_of(self.axis, len(x))
        return x

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y[i] = x[0] * ... * x[i]."""
        work.xp.cumprod(x, axis=self.axis, out=out)

    def backward(self, work: Work, dy: Array, x: Array, *, outs: tuple[Array]) -> None:
        """dx[i] = x[0] * ... * x[i - 1] * (dy[i] + x[i + 1] * (dy[i + 1] + x[i + 2] * (...)))."""
        xp = work.xp
        x, dy, dx = (xp.moveaxis(a, self.axis, 0) for a in (x, dy, outs[0]))
        # What lies behind x[i]: tail = dy[i] + x[i + 1] * (dy[i + 1] + x[i + 2] * (...)); times what lies before it.
        tail = work.scratch("tail", x.shape[1:], x.dtype)
        tail.fill(0)
        for i in reversed(range(len(x))):
            if i + 1 < len(x):
                xp.multiply(tail, x[i + 1], out=tail)
            xp.add(tail, dy[i], out=tail)
            dx[i] = tail
        before = work.scratch("before", x.shape[1:], x.dtype)
        before.fill(1)
        for i in range(len(x)):
            dx[i] *= before
            xp.multiply(before, x[i], out=before)

    def flops(self, x: Shape) -> int:
        """One multiplication for each element."""
        return count(x)


def cumulative_sum(x: Value, axis: int = 0) -> Value:
    """Sums of the elements up to each along an axis.

    >>> import numpy as np
    >>> cumulative_sum(np.array([1.0, 2.0, 3.0])).tolist()
    [1.0, 3.0, 6.0]
    """
    return apply(CumulativeSum(axis), x)


def cumulative_product(x: Value, axis: int = 0) -> Value:
    """Products of the elements up to each along an axis.

    >>> import numpy as np
    >>> cumulative_product(np.array([1.0, 2.0, 3.0])).tolist()
    [1.0, 2.0, 6.0]
    """
    return apply(CumulativeProduct(axis), x)
