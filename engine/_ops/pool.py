"""Pooling over any number of spatial axes: one pass over strided slices for each element of the window."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import TypeVar

from .._graph.memory import Sizes
from .._graph.op import Op, Outs, Work, apply
from .._graph.tensor import Call, Tensor, Value
from .._machine.device import blocks, threads
from ..errors import ShapeError
from ..types import Array, Shape
from .casting import OfReals
from .shapes import at_least, count, padded_length, too_large, window_length, window_padding

__all__ = ["average_pool", "max_pool"]

Slices = tuple[slice, ...]
Size = TypeVar("Size", int, "int | None")

_ROUNDED = ("ceil", "floor")
_LARGE = 1 << 21  # bytes of input from which a second thread pays
_MOST = 1 << 24  # bytes of a block


class Pool(Op):
    """One value for each window of `size` elements: (N, *spatial, C) -> (N, *spatial', C).

    padding 'same' is TensorFlow's, 'ceil' and 'floor' are Caffe's and PyTorch's, whose first window begins `around` elements before
    the image (`padded_length`). What lies outside counts neither for the maximum nor for the average.
    channels_first: (N, C, *spatial).
    """

    size: tuple[int, ...]
    strides: tuple[int, ...]
    padding: str = "valid"
    channels_first: bool = False
    around: tuple[int, ...] = ()

    def shape(self, x: Shape) -> Shape:
        """(N, *spatial', C). Raises ShapeError for another rank or a window larger than the image."""
        rank = len(self.size)
        if len(x) != rank + 2:
            fix = None
            if len(x) == rank + 1 and None not in x[1:]:
                fix = {"insert": "Reshape", "settings": {"target_shape": [*x[1:], 1]}}
            raise ShapeError(
                expected=f"an input of rank {rank + 2} (batch, {rank} spatial axes, channels)",
                actual=str(x),
                hint="Reshape can give the input its axes; Flatten must come after the pooling.",
                fix=fix,
            )
        lengths = [self._windows(axis, n) for axis, n in enumerate(self._spatial(x))]
        if 0 in lengths and 0 not in self._spatial(x):
            raise ShapeError(
                expected=at_least(self.size),
                actual=str(x),
                hint=too_large("pool", "pool_size", self._spatial(x), self.channels_first),
                fix={"set": {"field": "padding", "value": "same"}},
            )
        return (x[0], x[1], *lengths) if self.channels_first else (x[0], *lengths, x[-1])

    def flops(self, x: Shape) -> int:
        """One for each element of y and of a window."""
        return count(self.shape(x)) * count(self.size)

    def before(self, axis: int, length: int) -> int:
        """How many elements before the image the first window of a spatial axis begins."""
        if self.padding in _ROUNDED:
            return self.around[axis] if self.around else 0
        return window_padding(length, self.size[axis], self.strides[axis], self.padding)[0]

    def _windows(self, axis: int, length: int | None) -> int | None:
        """How many windows there are along a spatial axis."""
        size, stride = self.size[axis], self.strides[axis]
        if length is None or self.padding not in _ROUNDED:
            return window_length(length, size, stride, self.padding)
        return padded_length(length, size, stride, self.before(axis, length), self.padding)

    def _spatial(self, shape: tuple[Size, ...]) -> tuple[Size, ...]:
        return shape[2:] if self.channels_first else shape[1:-1]

    def _offsets(self, x_shape: Sizes, y_shape: Sizes) -> Iterator[tuple[Slices, Slices]]:
        """For each element of the window: where it lies in x, and the windows of y that have it inside the image."""
        spatial = zip(self._spatial(x_shape), self._spatial(y_shape), self.size, self.strides, strict=True)
        axes = [_along(n, m, k, s, self.before(axis, n)) for axis, (n, m, k, s) in enumerate(spatial)]
        full = (slice(None),)
        for element in itertools.product(*axes):
            in_x, in_y = (tuple(part) for part in zip(*element, strict=True))
            if self.channels_first:
                yield (*full, *full, *in_x), (*full, *full, *in_y)
            else:
                yield (*full, *in_x, *full), (*full, *in_y, *full)

    def _blocks(self, x: Array) -> list[slice]:
        """One block of images for each thread, where several threads pay.

        Smaller blocks would stay in the second-level cache, but then two threads wait for each other between calls of a
        few µs (4.5 ms instead of 0.5 for 128x24x24x64).
        """
        if x.nbytes < _LARGE:
            return [slice(0, x.shape[0])]
        at_once = max(1, _MOST // max(1, x.nbytes // x.shape[0]))
        return blocks(x.shape[0], min(at_once, -(-x.shape[0] // threads())))


class MaxPool(Pool):
    """The largest element of each window; the gradient goes to the first one."""

    precision = "follows"
    keeps = ("x", "y")
    linear = True  # in pieces

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y[o] = max of x over the window at o."""
        xp = work.xp
        offsets = list(self._offsets(x.shape, out.shape))
        whole = self.padding == "valid"
        lowest = -float("inf") if x.dtype.kind == "f" else xp.iinfo(x.dtype).min if x.dtype.kind in "iu" else False

        def run(images: slice) -> None:
            part, result = x[images], out[images]
            if not whole:
                result.fill(lowest)
            for i, (in_x, in_y) in enumerate(offsets):
                if i == 0 and whole:
                    xp.copyto(result, part[in_x])
                else:
                    xp.maximum(result[in_y], part[in_x], out=result[in_y])

        work.parallel(run, self._blocks(x))

    def backward(self, work: Work, dy: Array, x: Array, y: Array, *, outs: tuple[Array]) -> None:
        """dx[j] = sum of dy[o] over the windows whose first largest element is x[j]."""
        xp, dx = work.xp, outs[0]
        offsets = list(self._offsets(x.shape, y.shape))
        apart = all(k <= s for k, s in zip(self.size, self.strides, strict=True))
        rest = work.scratch("rest", y.shape, dy.dtype)
        equal = work.scratch("equal", y.shape, bool)
        product = None if apart else work.scratch("product", y.shape, dy.dtype)
        fills = apart and self.padding == "valid" and self._covers(x.shape, y.shape)

        def run(images: slice) -> None:
            # `rest` is what no element has taken yet, so that the first of several equal ones gets the gradient.
            if not fills:
                dx[images].fill(0)
            xp.copyto(rest[images], dy[images])
            for in_x, in_y in offsets:
                here, left, target = equal[images][in_y], rest[images][in_y], dx[images][in_x]
                xp.equal(x[images][in_x], y[images][in_y], out=here)
                if product is None:
                    xp.multiply(left, here, out=target)
                    xp.subtract(left, target, out=left)
                else:
                    passed = product[images][in_y]
                    xp.multiply(left, here, out=passed)
                    xp.subtract(left, passed, out=left)
                    xp.add(target, passed, out=target)

        work.parallel(run, self._blocks(x))

    def _covers(self, x_shape: Sizes, y_shape: Sizes) -> bool:
        pairs = zip(self._spatial(x_shape), self._spatial(y_shape), self.size, self.strides, strict=True)
        return all(k == s and n == m * s for n, m, k, s in pairs)

    def tangent(self, call: Call, dx: Tensor) -> Tensor:
        """dx at the first largest element of each window."""
        (x,), (y,) = call.present_inputs, call.outputs
        return apply(PickLargest(self.size, self.strides, self.padding, self.channels_first, self.around), dx, x, y)


class PickLargest(Pool):
    """y[o] = v[j], where x[j] is the first largest element of the window at o: (v, x, x after `MaxPool`) -> y."""

    keeps = ("x", "largest")
    linear = True
    constants = (1, 2)

    def __post_init__(self) -> None:
        self._pool = MaxPool(self.size, self.strides, self.padding, self.channels_first, self.around)

    def shape(self, v: Shape, x: Shape, largest: Shape) -> Shape:
        """That of the pooled x."""
        return self._pool.shape(x)

    def forward(self, work: Work, v: Array, x: Array, largest: Array, *, out: Array) -> None:
        """y[o] = v at the first element of the window that equals the largest."""
        xp = work.xp
        here, left = work.scratch("equal", out.shape, bool), work.scratch("left", out.shape, bool)
        left.fill(True)
        for in_x, in_y in self._offsets(x.shape, out.shape):
            xp.equal(x[in_x], largest[in_y], out=here[in_y])
            xp.logical_and(here[in_y], left[in_y], out=here[in_y])
            xp.copyto(out[in_y], v[in_x], where=here[in_y])
            xp.logical_xor(left[in_y], here[in_y], out=left[in_y])

    def backward(self, work: Work, dy: Array, x: Array, largest: Array, *, outs: Outs) -> None:
        """dv[j] = sum of dy[o] over the windows whose first largest element is x[j]."""
        dv = outs[0]
        if dv is not None:
            self._pool.backward(work, dy, x, largest, outs=(dv,))

    def flops(self, v: Shape, x: Shape, largest: Shape) -> int:
        """One for each element of y and of a window."""
        return self._pool.flops(x)


class AveragePool(OfReals, Pool):
    """The mean of each window, over the elements inside the image."""

    precision = "follows"
    linear = True

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y[o] = mean of x over the part of the window at o that lies inside."""
        xp = work.xp
        offsets = list(self._offsets(x.shape, out.shape))
        share = self._share(work, offsets, out)

        def run(images: slice) -> None:
            result = out[images]
            result.fill(0)
            for in_x, in_y in offsets:
                xp.add(result[in_y], x[images][in_x], out=result[in_y])
            xp.multiply(result, share, out=result)

        work.parallel(run, self._blocks(x))

    def backward(self, work: Work, dy: Array, *, outs: tuple[Array]) -> None:
        """dx[j] = sum over the windows that hold x[j] of dy[o] / elements inside."""
        xp, dx = work.xp, outs[0]
        offsets = list(self._offsets(dx.shape, dy.shape))
        share = self._share(work, offsets, dy)
        scaled = work.scratch("scaled", dy.shape, dy.dtype)

        def run(images: slice) -> None:
            dx[images].fill(0)
            xp.multiply(dy[images], share, out=scaled[images])
            for in_x, in_y in offsets:
                xp.add(dx[images][in_x], scaled[images][in_y], out=dx[images][in_x])

        work.parallel(run, self._blocks(dx))

    def _share(self, work: Work, offsets: Sequence[tuple[Slices, Slices]], y: Array) -> Array:
        """1 / number of elements inside the image, for each window."""
        spatial = self._spatial(y.shape)
        shape = (1, 1, *spatial) if self.channels_first else (1, *spatial, 1)
        share = work.scratch("share", shape, y.dtype)
        share.fill(0)
        for _, in_y in offsets:
            share[in_y] += 1
        return work.xp.divide(1, share, out=share)


def _along(length: int, outputs: int, size: int, stride: int, before: int) -> list[tuple[slice, slice]]:
    """One axis: for each element of a window its slice of x, and the windows whose element lies inside."""
    slices: list[tuple[slice, slice]] = []
    for i in range(size):
        first = max(0, -(-(before - i) // stride))
        last = min(outputs, (length - 1 + before - i) // stride + 1)
        if last > first:
            start = first * stride + i - before
            slices.append((slice(start, start + (last - first - 1) * stride + 1, stride), slice(first, last)))
    return slices


def max_pool(
    x: Value,
    size: Sequence[int],
    strides: Sequence[int] | None = None,
    padding: str = "valid",
    data_format: str = "channels_last",
    around: Sequence[int] = (),
) -> Value:
    """The largest element of each window, over as many spatial axes as `size` has.

    Args:
        x: (N, *spatial, C), or (N, C, *spatial) with data_format "channels_first".
        size: elements of a window along each axis.
        strides: elements from one window to the next (default: the size).
        padding: 'valid' or 'same', or 'ceil' or 'floor' for windows that begin `around` before the image, whose number is
            rounded so; what lies outside does not count.
        data_format: where the channels stand.
        around: elements along each axis, for 'ceil' and 'floor'; none by default.

    Raises:
        ShapeError: for another rank, or a window larger than the image.

    Example:
        >>> import numpy as np
        >>> max_pool(np.arange(16.0).reshape(1, 4, 4, 1), (2, 2)).ravel()
        array([ 5.,  7., 13., 15.])
    """
    channels_first = data_format == "channels_first"
    return apply(MaxPool(tuple(size), tuple(strides or size), padding, channels_first, tuple(around)), x)


def average_pool(
    x: Value,
    size: Sequence[int],
    strides: Sequence[int] | None = None,
    padding: str = "valid",
    data_format: str = "channels_last",
) -> Value:
    """The mean of each window, of what lies inside; arguments as in `max_pool`."""
    return apply(AveragePool(tuple(size), tuple(strides or size), padding, data_format == "channels_first"), x)
