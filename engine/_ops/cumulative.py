"""Running sums and products along an axis."""

from __future__ import annotations

from .._graph.backward import ones_like, zeros_like
from .._graph.op import Op, Outs, Work, apply
from .._graph.tensor import Call, Tensor, Value
from ..types import Array, DType, Shape
from .casting import wide
from .rearrange import concatenate, getitem
from .shapes import axis_of, count

__all__ = ["cumulative_product", "cumulative_sum"]


class CumulativeSum(Op):
    """y[i] = x[0] + ... + x[i] along an axis."""

    axis: int = 0

    linear = True

    def shape(self, x: Shape) -> Shape:
        """That of x. Raises ShapeError for an axis that x does not have."""
        axis_of(self.axis, len(x))
        return x

    def dtype(self, x: DType) -> DType:
        """That of x; int64 for truth values and whole numbers of 8 and 16 bits."""
        return wide(x)

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y[i] = x[0] + ... + x[i]."""
        work.xp.cumsum(x, axis=self.axis, out=out, dtype=out.dtype)

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

    def dtype(self, x: DType) -> DType:
        """That of x; int64 for truth values and whole numbers of 8 and 16 bits."""
        return wide(x)

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y[i] = x[0] * ... * x[i]."""
        work.xp.cumprod(x, axis=self.axis, out=out, dtype=out.dtype)

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

    def tangent(self, call: Call, dx: Tensor) -> Tensor:
        """dy[i] = x[i] * dy[i - 1] + y[i - 1] * dx[i]."""
        (x,) = call.present_inputs
        return apply(LinearRecurrence(self.axis), x, products_before(x, self.axis) * dx)

    def flops(self, x: Shape) -> int:
        """One multiplication for each element."""
        return count(x)


class LinearRecurrence(Op):
    """y[i] = a[i] * y[i - 1] + b[i] along an axis, y[-1] = 0: how a running product moves."""

    axis: int = 0

    keeps = ("a", "y")

    def shape(self, a: Shape, b: Shape) -> Shape:
        """That of both. Raises ShapeError for an axis that they do not have."""
        axis_of(self.axis, len(a))
        return b

    def forward(self, work: Work, a: Array, b: Array, *, out: Array) -> None:
        """y[i] = a[i] * y[i - 1] + b[i]."""
        a, b, y = (work.xp.moveaxis(array, self.axis, 0) for array in (a, b, out))
        for i in range(len(y)):
            y[i] = b[i] + a[i] * y[i - 1] if i else b[i]

    def backward(self, work: Work, dy: Array, a: Array, y: Array, *, outs: Outs) -> None:
        """db[i] = dy[i] + a[i + 1] * db[i + 1], da[i] = y[i - 1] * db[i]."""
        xp = work.xp
        a, y, dy = (xp.moveaxis(array, self.axis, 0) for array in (a, y, dy))
        da, db = (None if out is None else xp.moveaxis(out, self.axis, 0) for out in outs)
        slope: Array | None = None
        for i in reversed(range(len(y))):
            slope = dy[i] if slope is None else dy[i] + a[i + 1] * slope
            if db is not None:
                db[i] = slope
            if da is not None:
                da[i] = y[i - 1] * slope if i else 0

    def tangent(self, call: Call, da: Tensor | None, db: Tensor | None) -> Tensor:
        """dy[i] = a[i] * dy[i - 1] + da[i] * y[i - 1] + db[i]."""
        (a, _), (y,) = call.present_inputs, call.outputs
        before = None if da is None else da * _moved_on(y, zeros_like(y), self.axis)
        terms = [term for term in (before, db) if term is not None]
        return apply(self, a, terms[0] if len(terms) == 1 else terms[0] + terms[1])

    def flops(self, a: Shape, b: Shape) -> int:
        """A multiplication and an addition for each element."""
        return 2 * count(b)


def _moved_on(x: Tensor, filler: Tensor, axis: int) -> Tensor:
    """y[i] = x[i - 1] along an axis; y[0] = filler[0]."""
    lead = (slice(None),) * axis_of(axis, x.ndim)
    first, others = getitem(filler, (*lead, slice(0, 1))), getitem(x, (*lead, slice(0, -1)))
    return concatenate([first, others], axis)


def products_before(x: Tensor, axis: int) -> Tensor:
    """y[i] = x[0] * ... * x[i - 1] along an axis, y[0] = 1."""
    return _moved_on(cumulative_product(x, axis), ones_like(x), axis)


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
