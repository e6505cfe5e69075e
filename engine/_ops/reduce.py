"""Reductions over one, several or all axes, with NumPy's meaning of `axis` and `keepdims`."""

from __future__ import annotations

from collections.abc import Sequence

from .._graph.backward import zeros_like
from .._graph.op import Op, Work, apply
from .._graph.tensor import Call, Tensor, Value
from .._machine.config import float_dtype
from ..types import Array, Axis, DType, Shape
from .casting import OfReals, wide
from .compare import equal
from .cumulative import products_before
from .elementwise import exp, sqrt
from .largest import max_over_middle_axes, suits_halving
from .rearrange import reverse, transpose
from .shapes import axes_of, count
from .views import expand_dims, flatten

__all__ = ["all", "any", "logsumexp", "max", "mean", "min", "prod", "std", "sum", "var"]


class Reduction(Op):
    """y = f(x) along `axis` (a number, several, or None for all)."""

    axis: Axis = None
    keepdims: bool = False

    def shape(self, x: Shape) -> Shape:
        """That of x without the axes, or with 1 in their place."""
        axes = axes_of(self.axis, len(x))
        if self.keepdims:
            return tuple(1 if i in axes else n for i, n in enumerate(x))
        return tuple(n for i, n in enumerate(x) if i not in axes)

    def flops(self, x: Shape) -> int:
        """One operation for each element of x."""
        return count(x)

    def axes(self, x: Array) -> tuple[int, ...]:
        """The axes reduced, from the front."""
        return axes_of(self.axis, x.ndim)

    def expanded(self, y: Array, x_shape: Shape) -> Array:
        """y (or dy) with the reduced axes kept as 1, so that it broadcasts against x."""
        axes = axes_of(self.axis, len(x_shape))
        return y.reshape(tuple(1 if i in axes else n for i, n in enumerate(x_shape)))

    def spread(self, y: Tensor, x: Tensor) -> Tensor:
        """y, a tensor, with the reduced axes kept as 1, so that it broadcasts against x."""
        return y if self.keepdims else _with_axes(y, axes_of(self.axis, x.ndim))

    def reduced_count(self, x_shape: Shape) -> int:
        """How many elements of x make one of y."""
        return count([x_shape[i] for i in axes_of(self.axis, len(x_shape))])


def _with_axes(y: Tensor, axes: Sequence[int]) -> Tensor:
    """y with axes of size 1 put in."""
    for axis in axes:
        y = expand_dims(y, axis)
    return y


class Sum(Reduction):
    """y = sum(x); booleans are counted."""

    linear = True

    def dtype(self, x: DType) -> DType:
        """That of x; int64 for booleans and whole numbers of 8 and 16 bits."""
        return wide(x)

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y = sum(x)."""
        work.xp.sum(x, axis=self.axes(x), keepdims=self.keepdims, out=out, dtype=out.dtype)

    def backward(self, work: Work, dy: Array, *, outs: tuple[Array]) -> None:
        """dx = dy for each element of x."""
        work.xp.copyto(outs[0], self.expanded(dy, outs[0].shape))


class Mean(Reduction):
    """y = mean(x); whole numbers and booleans give floats."""

    linear = True

    def dtype(self, x: DType) -> DType:
        """That of x; `floatx()` for whole numbers."""
        return x if x.kind == "f" else float_dtype()

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y = mean(x)."""
        work.xp.mean(x, axis=self.axes(x), keepdims=self.keepdims, out=out, dtype=out.dtype)

    def backward(self, work: Work, dy: Array, *, outs: tuple[Array]) -> None:
        """dx = dy / n for each of the n elements of x that make one of y."""
        share = work.scratch("share", dy.shape, dy.dtype)
        work.xp.multiply(dy, 1.0 / (self.reduced_count(outs[0].shape) or 1), out=share)
        work.xp.copyto(outs[0], self.expanded(share, outs[0].shape))


class _Extreme(Reduction):
    """The largest or smallest element; equal ones share the gradient, as in TensorFlow."""

    keeps = ("x", "y")
    linear = True  # in pieces

    def backward(self, work: Work, dy: Array, x: Array, y: Array, *, outs: tuple[Array]) -> None:
        """dx = dy / k for the k elements that equal y, else 0."""
        xp = work.xp
        dx = outs[0]
        chosen = work.scratch("chosen", x.shape, bool)
        xp.equal(x, self.expanded(y, x.shape), out=chosen)
        xp.copyto(dx, chosen)
        dx /= dx.sum(axis=self.axes(x), keepdims=True)
        dx *= self.expanded(dy, x.shape)

    def tangent(self, call: Call, dx: Tensor) -> Tensor:
        """The mean of dx over the elements that equal y."""
        (x,), (y,) = call.present_inputs, call.outputs
        chosen = zeros_like(x) + equal(x, self.spread(y, x))
        return sum(dx * chosen, self.axis, self.keepdims) / sum(chosen, self.axis, self.keepdims)


class Max(_Extreme):
    """y = the largest element."""

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y = max(x)."""
        if suits_halving(work.xp, x, self.axes(x)):
            max_over_middle_axes(work, x, self.axes(x), out)
        else:
            work.xp.max(x, axis=self.axes(x), keepdims=self.keepdims, out=out)


class Min(_Extreme):
    """y = the smallest element."""

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y = min(x)."""
        work.xp.min(x, axis=self.axes(x), keepdims=self.keepdims, out=out)


class Prod(Reduction):
    """y = product of the elements; the gradient is right with zeros among them too."""

    keeps = ("x",)

    def dtype(self, x: DType) -> DType:
        """That of x; int64 for booleans and whole numbers of 8 and 16 bits."""
        return wide(x)

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y = x1 * x2 * ...."""
        work.xp.prod(x, axis=self.axes(x), keepdims=self.keepdims, out=out, dtype=out.dtype)

    def sizes(self, x: Array) -> Array:
        """x1 * x2 * ...."""
        return x.prod(axis=self.axes(x), keepdims=self.keepdims)

    def backward(self, work: Work, dy: Array, x: Array, *, outs: tuple[Array]) -> None:
        """dx_i = dy * product of all others."""
        dx = outs[0]
        # The product of all others is the product of those before times those after: no division by zero.
        xp = work.xp
        axes = self.axes(x)
        order = [i for i in range(x.ndim) if i not in axes] + list(axes)
        moved = x.transpose(order)
        rows = moved.reshape(-1, self.reduced_count(x.shape))
        before, after = xp.ones_like(rows), xp.ones_like(rows)
        xp.cumprod(rows[:, :-1], axis=1, out=before[:, 1:])
        after[:, :-1] = xp.cumprod(rows[:, :0:-1], axis=1)[:, ::-1]
        before *= after
        xp.copyto(dx.transpose(order), before.reshape(moved.shape))
        dx *= self.expanded(dy, x.shape)

    def tangent(self, call: Call, dx: Tensor) -> Tensor:
        """The sum of dx_i * product of all others."""
        (x,) = call.present_inputs
        axes = axes_of(self.axis, x.ndim)
        others = [i for i in range(x.ndim) if i not in axes]
        rows, drows = (flatten(transpose(one, (*others, *axes)), len(others)) for one in (x, dx))
        backwards = reverse(rows, -1)
        tangent = sum(drows * products_before(rows, -1) * reverse(products_before(backwards, -1), -1), -1)
        return _with_axes(tangent, axes) if self.keepdims else tangent


class Var(OfReals, Reduction):
    """y = mean((x - mean(x))^2), the population variance."""

    keeps = ("x",)

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y = mean((x - mean(x))^2)."""
        work.xp.var(x, axis=self.axes(x), keepdims=self.keepdims, out=out)

    def backward(self, work: Work, dy: Array, x: Array, *, outs: tuple[Array]) -> None:
        """dx = dy * 2 * (x - mean(x)) / n."""
        xp = work.xp
        dx = outs[0]
        xp.subtract(x, x.mean(axis=self.axes(x), keepdims=True), out=dx)
        dx *= 2.0 / self.reduced_count(x.shape)
        dx *= self.expanded(dy, x.shape)

    def tangent(self, call: Call, dx: Tensor) -> Tensor:
        """mean(2 * (x - mean(x)) * dx)."""
        (x,) = call.present_inputs
        return mean((x - mean(x, self.axis, keepdims=True)) * dx * 2, self.axis, self.keepdims)


class LogSumExp(OfReals, Reduction):
    """y = log(sum(e^x)), without overflow."""

    keeps = ("x", "y")

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y = max(x) + log(sum(e^(x - max(x))))."""
        xp = work.xp
        axes = self.axes(x)
        largest = x.max(axis=axes, keepdims=True)
        powers = work.scratch("powers", x.shape, x.dtype)
        xp.subtract(x, largest, out=powers)
        xp.exp(powers, out=powers)
        total = powers.sum(axis=axes, keepdims=True)
        xp.log(total, out=total)
        total += largest
        xp.copyto(out, total.reshape(out.shape))

    def backward(self, work: Work, dy: Array, x: Array, y: Array, *, outs: tuple[Array]) -> None:
        """dx = dy * e^(x - y)."""
        xp = work.xp
        dx = outs[0]
        xp.subtract(x, self.expanded(y, x.shape), out=dx)
        xp.exp(dx, out=dx)
        dx *= self.expanded(dy, x.shape)

    def tangent(self, call: Call, dx: Tensor) -> Tensor:
        """sum(dx * e^(x - y))."""
        (x,), (y,) = call.present_inputs, call.outputs
        return sum(dx * exp(x - self.spread(y, x)), self.axis, self.keepdims)


class AnyTrue(Reduction):
    """y = whether any element is not zero."""

    differentiable = False
    result_dtype = "bool"

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y = whether any element is not 0."""
        work.xp.any(x, axis=self.axes(x), keepdims=self.keepdims, out=out)


class AllTrue(Reduction):
    """y = whether no element is zero."""

    differentiable = False
    result_dtype = "bool"

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y = whether no element is 0."""
        work.xp.all(x, axis=self.axes(x), keepdims=self.keepdims, out=out)


def sum(x: Value, axis: Axis = None, keepdims: bool = False) -> Value:
    """Sum over axes.

    Args:
        x: a tensor or an array of any shape.
        axis: an axis, several, or None (the default) for all.
        keepdims: whether the axes that are summed over stay, with size 1.

    Returns:
        The sums, without those axes unless `keepdims`.

    Example:
        >>> import numpy as np
        >>> sum(np.array([[1.0, 2.0], [3.0, 4.0]]), axis=0).tolist()
        [4.0, 6.0]
    """
    return apply(Sum(axis, keepdims), x)


def mean(x: Value, axis: Axis = None, keepdims: bool = False) -> Value:
    """Mean over axes; always a float, of whole numbers and booleans too.

    Args:
        x: a tensor or an array of any shape.
        axis: an axis, several, or None (the default) for all.
        keepdims: whether these axes stay, with size 1.

    Returns:
        The means, without those axes unless `keepdims`.

    Example:
        >>> import numpy as np
        >>> mean(np.array([[1.0, 2.0], [3.0, 4.0]]), axis=-1).tolist()
        [1.5, 3.5]
    """
    return apply(Mean(axis, keepdims), x)


def max(x: Value, axis: Axis = None, keepdims: bool = False) -> Value:
    """Largest element over axes.

    Args:
        x: a tensor or an array of any shape.
        axis: an axis, several, or None (the default) for all.
        keepdims: whether these axes stay, with size 1.

    Returns:
        The largest elements, without those axes unless `keepdims`.

    Example:
        >>> import numpy as np
        >>> max(np.array([[1.0, 2.0], [3.0, 4.0]]), axis=0).tolist()
        [3.0, 4.0]
    """
    return apply(Max(axis, keepdims), x)


def min(x: Value, axis: Axis = None, keepdims: bool = False) -> Value:
    """Smallest element over axes.

    Args:
        x: a tensor or an array of any shape.
        axis: an axis, several, or None (the default) for all.
        keepdims: whether these axes stay, with size 1.

    Returns:
        The smallest elements, without those axes unless `keepdims`.

    Example:
        >>> import numpy as np
        >>> min(np.array([[1.0, 2.0], [3.0, 4.0]]), axis=0).tolist()
        [1.0, 2.0]
    """
    return apply(Min(axis, keepdims), x)


def prod(x: Value, axis: Axis = None, keepdims: bool = False) -> Value:
    """Product over axes.

    Args:
        x: a tensor or an array of any shape.
        axis: an axis, several, or None (the default) for all.
        keepdims: whether these axes stay, with size 1.

    Returns:
        The products, without those axes unless `keepdims`.

    Example:
        >>> import numpy as np
        >>> prod(np.array([[1.0, 2.0], [3.0, 4.0]]), axis=0).tolist()
        [3.0, 8.0]
    """
    return apply(Prod(axis, keepdims), x)


def var(x: Value, axis: Axis = None, keepdims: bool = False) -> Value:
    """Variance over axes: mean((x - mean(x))^2), divided by the number of elements, not by one less.

    Args:
        x: a tensor or an array of any shape.
        axis: an axis, several, or None (the default) for all.
        keepdims: whether these axes stay, with size 1.

    Returns:
        The variances, without those axes unless `keepdims`.

    Example:
        >>> import numpy as np
        >>> var(np.array([[1.0, 2.0], [3.0, 4.0]]), axis=0).tolist()
        [1.0, 1.0]
    """
    return apply(Var(axis, keepdims), x)


def std(x: Value, axis: Axis = None, keepdims: bool = False) -> Value:
    """Standard deviation over axes: the square root of `var`.

    Args:
        x: a tensor or an array of any shape.
        axis: an axis, several, or None (the default) for all.
        keepdims: whether these axes stay, with size 1.

    Returns:
        The deviations, without those axes unless `keepdims`.

    Example:
        >>> import numpy as np
        >>> std(np.array([[1.0, 2.0], [5.0, 8.0]]), axis=0).tolist()
        [2.0, 3.0]
    """
    return sqrt(var(x, axis, keepdims))


def logsumexp(x: Value, axis: Axis = None, keepdims: bool = False) -> Value:
    """log(sum(e^x)) over axes, without overflow for large x.

    Args:
        x: a tensor or an array of any shape.
        axis: an axis, several, or None (the default) for all.
        keepdims: whether these axes stay, with size 1.

    Returns:
        The logarithms, without those axes unless `keepdims`.

    Example:
        >>> import numpy as np
        >>> logsumexp(np.array([1000.0, 1000.0])).round(4).item()
        1000.6931
    """
    return apply(LogSumExp(axis, keepdims), x)


def any(x: Value, axis: Axis = None, keepdims: bool = False) -> Value:
    """Whether some element over axes is not zero.

    Args:
        x: a tensor or an array of any shape.
        axis: an axis, several, or None (the default) for all.
        keepdims: whether these axes stay, with size 1.

    Returns:
        Booleans, without those axes unless `keepdims`.

    Example:
        >>> import numpy as np
        >>> any(np.array([[0, 2], [0, 0]]), axis=0).tolist()
        [False, True]
    """
    return apply(AnyTrue(axis, keepdims), x)


def all(x: Value, axis: Axis = None, keepdims: bool = False) -> Value:
    """Whether every element over axes is not zero.

    Args:
        x: a tensor or an array of any shape.
        axis: an axis, several, or None (the default) for all.
        keepdims: whether these axes stay, with size 1.

    Returns:
        Booleans, without those axes unless `keepdims`.

    Example:
        >>> import numpy as np
        >>> all(np.array([[1, 2], [0, 3]]), axis=0).tolist()
        [False, True]
    """
    return apply(AllTrue(axis, keepdims), x)
