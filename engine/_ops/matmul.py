"""Matrix products: dense layers, and the general dot products of Keras's backend."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import ClassVar

from .._graph.op import Outs, Work, apply
from .._graph.tensor import Call, Operand, Tensor, Value
from .._machine.device import blocks, threads
from .._machine.device_base import on_card
from ..errors import ShapeError
from ..types import Array, Shape
from .arithmetic import binary, multiply, tangent_of_product
from .casting import OfWideNumbers, wide_numbers
from .rearrange import transpose
from .reduce import sum as sum_
from .shapes import axis_of, broadcast, count, sum_to
from .views import expand_dims, reshape, squeeze

__all__ = ["batch_dot", "dot", "linear", "matmul"]

_ROWS_OF_A_BLOCK = 256  # that are summed up one after the other
_LARGE_PRODUCT = 16_000_000  # multiplications from which a second thread pays


class Linear(OfWideNumbers):
    """y = x @ kernel + bias along the last axis: (..., C), (C, U), (U,) -> (..., U)."""

    precision = "half"
    keeps = ("x", "kernel")
    rectifies: ClassVar[bool] = False  # whether forward gives max(y, 0); then backward needs that y

    def shape(self, x: Shape, kernel: Shape, bias: Shape | None = None) -> Shape:
        """(..., U). Raises ShapeError where x has other channels than the kernel has rows."""
        if not x or (x[-1] is not None and kernel[0] is not None and x[-1] != kernel[0]):
            raise ShapeError(
                expected=f"{kernel[0]} channels on the last axis, as the kernel {kernel} has rows",
                actual=str(x),
                hint="The number of channels is fixed when the layer is first called.",
            )
        return (*x[:-1], kernel[1])

    def forward(self, work: Work, x: Array, kernel: Array, bias: Array | None = None, *, out: Array) -> None:
        """y = x @ kernel + bias."""
        xp = work.xp
        if x.ndim != 2:
            x, out = x.reshape(-1, kernel.shape[0]), out.reshape(-1, kernel.shape[1])
        if bias is None or not at_once(work, x, kernel, bias, out):
            if kernel.size * len(x) < _LARGE_PRODUCT:
                xp.matmul(x, kernel, out=out)
            elif len(x) > kernel.shape[1]:
                _shared(work, len(x), lambda r: xp.matmul(x[r], kernel, out=out[r]))
            else:
                _shared(work, kernel.shape[1], lambda c: xp.matmul(x, kernel[:, c], out=out[:, c]))
            if bias is not None:
                xp.add(out, bias, out=out)
        # Not left to cuBLASLt, whose manual does not say what becomes of what is no number: it is to reach the loss.
        if self.rectifies:
            xp.maximum(out, 0, out=out)

    def backward(self, work: Work, dy: Array, x: Array, kernel: Array, y: Array | None = None, *, outs: Outs) -> None:
        """dx = dy @ kernel^T, dkernel = x^T @ dy, dbias = sum of dy over all axes but the last."""
        xp = work.xp
        dx, dkernel, *rest = outs
        if y is not None:
            dy = slope_times(work, dy, y)
        if dy.ndim != 2:
            dy = dy.reshape(-1, kernel.shape[1])
        large = kernel.size * len(dy) >= _LARGE_PRODUCT
        if dkernel is not None:
            inputs = x if x.ndim == 2 else x.reshape(-1, kernel.shape[0])
            if large:
                _shared(work, kernel.shape[0], lambda c: xp.matmul(inputs[:, c].T, dy, out=dkernel[c]))
            else:
                xp.matmul(inputs.T, dy, out=dkernel)
        if rest and rest[0] is not None:
            sum_rows(work, dy, rest[0])
        if dx is None:
            return
        target = dx if dx.ndim == 2 else dx.reshape(-1, kernel.shape[0])
        if not large:
            xp.matmul(dy, kernel.T, out=target)
        elif len(dy) > kernel.shape[0]:
            _shared(work, len(dy), lambda r: xp.matmul(dy[r], kernel.T, out=target[r]))
        else:
            _shared(work, kernel.shape[0], lambda c: xp.matmul(dy, kernel[c].T, out=target[:, c]))

    def tangent(self, call: Call, dx: Tensor | None, dkernel: Tensor | None, *dbias: Tensor | None) -> Tensor:
        """dx @ kernel + x @ dkernel + dbias."""
        return tangent_of_product(call, dx, dkernel, *dbias)

    def flops(self, x: Shape, kernel: Shape, bias: Shape | None = None) -> int:
        """A multiplication and an addition for each element of x and column, and the bias."""
        return 2 * count(x) * (kernel[1] or 1) + (count((*x[:-1], kernel[1])) if bias is not None else 0)


def at_once(work: Work, a: Array, b: Array, bias: Array, out: Array) -> bool:
    """Compute out = a @ b + bias in one call; gives whether that could be done, as it can on cards alone."""
    return on_card() and work.xp.matmul_plus(a, b, bias, out)


def slope_times(work: Work, dy: Array, y: Array) -> Array:
    """dy where the rectified y is above 0, else 0; in scratch memory."""
    positive, product = work.scratch("positive", y.shape, bool), work.scratch("slopes", dy.shape, dy.dtype)
    work.xp.greater(y, 0, out=positive)
    return work.xp.multiply(dy, positive, out=product)


def _shared(work: Work, n: int, function: Callable[[slice], object]) -> None:
    """Call `function` on slices of range(n), one a thread.

    The longer side of a product is cut: each thread packs its part of that factor, and the whole of the other.
    Not left to BLAS's own threads: on a busy machine these spin and made small products many times slower.
    """
    # Whole cache lines: 16 numbers.
    size = -(-n // threads())
    work.parallel(function, blocks(n, max(1, -(-size // 16) * 16)))


def sum_rows(work: Work, rows: Array, out: Array) -> None:
    """out = sum of the rows of a matrix, as products with ones, which are faster than NumPy's sum over axis 0.

    Many rows are summed in blocks: BLAS adds them up one after the other, which loses digits where they nearly cancel.
    """
    count, columns = rows.shape
    block = max(_ROWS_OF_A_BLOCK, math.isqrt(count))
    ones = work.saved.get("ones")
    if ones is None or len(ones) != min(count, block):
        # Not memory from `keep`: between two runs another plan may write over it.
        ones = work.saved["ones"] = work.xp.ones(min(count, block), rows.dtype)
    if count <= block:
        work.xp.matmul(ones, rows, out=out)
        return
    blocks, rest = divmod(count, block)
    sums = work.scratch("sums of rows", (blocks + 1, columns), rows.dtype)
    work.xp.matmul(ones, rows[: count - rest].reshape(blocks, block, columns), out=sums[:blocks])
    work.xp.matmul(ones[:rest], rows[count - rest :], out=sums[blocks])
    work.xp.sum(sums, axis=0, out=out)


class Matmul(OfWideNumbers):
    """y = a @ b over the last two axes; the axes before broadcast."""

    precision = "half"
    keeps = ("a", "b")

    def shape(self, a: Shape, b: Shape) -> Shape:
        """(..., rows of a, columns of b). Raises ShapeError where the two do not fit together."""
        if len(a) < 2 or len(b) < 2:
            raise ShapeError(expected="two inputs of rank 2 or more", actual=f"{a} and {b}")
        if a[-1] is not None and b[-2] is not None and a[-1] != b[-2]:
            raise ShapeError(
                expected="as many columns in the first input as rows in the second",
                actual=f"{a} and {b}",
                hint=f"{a[-1]} and {b[-2]} must be equal; transpose one of them, or choose other axes.",
            )
        return (*broadcast(a[:-2], b[:-2]), a[-2], b[-1])

    def forward(self, work: Work, a: Array, b: Array, *, out: Array) -> None:
        """y = a @ b."""
        work.xp.matmul(a, b, out=out)

    def backward(self, work: Work, dy: Array, a: Array, b: Array, *, outs: Outs) -> None:
        """da = dy @ b^T, db = a^T @ dy, summed where broadcast."""
        da, db = outs
        if da is not None:
            self._into(work, dy, b.swapaxes(-1, -2), da)
        if db is not None:
            self._into(work, a.swapaxes(-1, -2), dy, db)

    def tangent(self, call: Call, da: Tensor | None, db: Tensor | None) -> Tensor:
        """da @ b + a @ db."""
        return tangent_of_product(call, da, db)

    def _into(self, work: Work, left: Array, right: Array, out: Array) -> None:
        shape = (*broadcast(left.shape[:-2], right.shape[:-2]), *out.shape[-2:])
        product = out if shape == out.shape else work.scratch("product", shape, out.dtype)
        work.xp.matmul(left, right, out=product)
        sum_to(work, product, out)

    def flops(self, a: Shape, b: Shape) -> int:
        """A multiplication and an addition for each element of y and column of a."""
        return 2 * count(self.shape(a, b)) * (a[-1] or 1)


def linear(x: Value, kernel: Value, bias: Value | None = None) -> Value:
    """x @ kernel + bias along the last axis: (..., C), (C, U), (U,) -> (..., U).

    >>> import numpy as np
    >>> linear(np.ones((2, 3)), np.ones((3, 1)), np.array([0.5]))
    array([[3.5],
           [3.5]])
    """
    return apply(Linear(), x, kernel, bias)


@binary
def matmul(a: Operand, b: Operand) -> Tensor | Array:
    """a @ b over the last two axes; the axes before broadcast."""
    return apply(Matmul(), a, b)


def dot(x: Value, y: Value) -> Value:
    """Matrix product: the last axis of x is summed over with the last but one of y.

    Args:
        x: (..., C), a tensor or an array.
        y: (..., C, U) or (C,), a tensor or an array.

    Returns:
        x's axes without the last, then y's without the last but one.

    Raises:
        ShapeError: the two axes have different sizes.

    Example:
        >>> import numpy as np
        >>> dot(np.ones((2, 3, 4)), np.ones((5, 4, 6))).shape
        (2, 3, 5, 6)
    """
    rank = len(y.shape)
    if rank == 1:
        return reshape(linear(x, reshape(y, (-1, 1))), _batched(x.shape[:-1]))
    if rank == 2:
        return linear(x, y)
    order = (rank - 2, *range(rank - 2), rank - 1)
    columns = reshape(transpose(y, order), (y.shape[-2], -1))
    return reshape(linear(x, columns), (*_batched(x.shape[:-1]), *y.shape[:-2], y.shape[-1]))


def batch_dot(x: Value, y: Value, axes: int | Sequence[int] | None = None) -> Value:
    """Products over one axis of x and one of y, sample by sample, with the sizes of Keras's K.batch_dot.

    With four or more axes all leading ones count as the batch, as in Keras 2.2.4 on TensorFlow.

    Args:
        x: (N, ...), a tensor or an array.
        y: (N, ...), a tensor or an array.
        axes: the axis of x and the axis of y to be summed over, or one number for both; None (the default) takes the
            last of x and the last but one of y.

    Returns:
        x's axes without the one summed over, then y's without the batch and the one summed over; (N, 1) when none is
        left.

    Raises:
        ShapeError: the two axes have different sizes.

    Example:
        >>> import numpy as np
        >>> batch_dot(np.ones((9, 20)), np.ones((9, 30, 20)), axes=(1, 2)).shape
        (9, 30)
    """
    x, y = wide_numbers((x, y))
    rank_x, rank_y = len(x.shape), len(y.shape)
    if axes is None:
        axes = (rank_x - 1, max(1, rank_y - 2))
    axis_x, axis_y = (axes, axes) if isinstance(axes, int) else axes
    axis_x, axis_y = axis_of(axis_x, rank_x), axis_of(axis_y, rank_y)
    if max(rank_x, rank_y) > 3:
        return _stacked_products(x, y, axis_x, axis_y)
    if x.shape[axis_x] != y.shape[axis_y] and None not in (x.shape[axis_x], y.shape[axis_y]):
        raise ShapeError(
            expected=f"equal sizes on axis {axis_x} of the first and axis {axis_y} of the second input",
            actual=f"{tuple(x.shape)} and {tuple(y.shape)}",
            hint="Choose other axes.",
        )
    if rank_x == rank_y == 2:
        return expand_dims(sum_(multiply(x if axis_x == axis_y else transpose(x, (1, 0)), y), axis=axis_y), 1)
    rest_x = [i for i in range(1, rank_x) if i != axis_x]
    rest_y = [i for i in range(1, rank_y) if i != axis_y]
    sizes_x, sizes_y = [x.shape[i] for i in rest_x], [y.shape[i] for i in rest_y]
    left = _matrix(x, (0, *rest_x, axis_x), sizes_x, (x.shape[axis_x],), rows_first=True)
    right = _matrix(y, (0, axis_y, *rest_y), sizes_y, (y.shape[axis_y],), rows_first=False)
    product = matmul(left, right)
    if len(sizes_x) == len(sizes_y) == 1:
        return product
    return reshape(product, (None, *[-1 if n is None else n for n in (*sizes_x, *sizes_y)]))


def _stacked_products(x: Value, y: Value, axis_x: int, axis_y: int) -> Value:
    """`batch_dot` of tensors with four or more axes, as Keras 2.2.4 had it on TensorFlow.

    All leading axes count as the batch, and each of their indices has a matrix product of its own (heads of attention,
    capsules).
    """
    rank_x, rank_y = len(x.shape), len(y.shape)
    for _ in range(rank_y - rank_x):
        x = expand_dims(x, -1)
    for _ in range(rank_x - rank_y):
        y = expand_dims(y, -1)
    rank = max(rank_x, rank_y)
    swapped = (*range(rank - 2), rank - 1, rank - 2)
    left = x if axis_x == rank - 1 else transpose(x, swapped)
    right = transpose(y, swapped) if axis_y == rank - 1 else y
    product = matmul(left, right)
    first = rank_x + rank_y - 3 if rank_x > rank_y else rank_x - 1
    for _ in range(abs(rank_x - rank_y)):
        product = squeeze(product, first)
    return product


def _matrix(x: Value, order: tuple[int, ...], sizes: Sequence[int | None], inner: Shape, rows_first: bool) -> Value:
    """x as (batch, rows, inner) or (batch, inner, columns)."""
    x = x if order == tuple(range(len(order))) else transpose(x, order)
    if len(sizes) == 1:
        return x
    known = None not in sizes
    size = count(sizes) if known else -1
    shape = (size, *inner) if rows_first else (*inner, size)
    return reshape(x, (None, *shape))


def _batched(shape: Shape) -> Shape:
    """A reshape target: None in front keeps the batch, one other unknown size becomes -1."""
    return tuple(n if i == 0 or n is not None else -1 for i, n in enumerate(shape))
