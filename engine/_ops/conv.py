"""Convolutions over any number of spatial axes, as GEMMs over patches (see `windows`).

The input gradient is gathered too: a correlation of dy with the flipped kernel, one for each remainder of the strides,
so that strided convolutions multiply no zeros. Scattering took 42 ms where gathering takes 15.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from .._graph.op import Outs, Work, apply
from .._graph.tensor import Call, Tensor, Value
from .._machine.device import threads
from ..errors import ShapeError
from ..types import Array, Shape
from .arithmetic import tangent_of_product
from .casting import OfReals
from .matmul import at_once, slope_times, sum_rows
from .shapes import at_least, count, too_large, window_length, window_padding
from .windows import Block, Patches, Windows, spread

__all__ = ["conv"]

_FEW_FILTERS = 32
_ROW_PRODUCTS = 1 << 18  # products of a block: 1 MB in float32


class Conv(OfReals):
    """y = x * kernel + bias: (N, *spatial, C), (*size, C, F), (F,) -> (N, *spatial', F); cross-correlation as in Keras.

    channels_first: x is (N, C, *spatial) and y (N, F, *spatial').
    """

    precision = "half"
    strides: tuple[int, ...]
    padding: str = "valid"
    dilation: tuple[int, ...] = (1, 1)
    channels_first: bool = False

    keeps = ("x", "kernel")
    rectifies: ClassVar[bool] = False  # whether forward gives max(y, 0); then backward needs that y

    def shape(self, x: Shape, kernel: Shape, bias: Shape | None = None) -> Shape:
        """(N, *spatial', F). Raises ShapeError for a kernel of other channels or larger than the image."""
        self._check(x, kernel)
        spatial, size = (x[2:] if self.channels_first else x[1:-1]), kernel[:-2]
        lengths = []
        for n, k, s, d in zip(spatial, size, self.strides, self.dilation, strict=True):
            length = window_length(n, k or 1, s, self.padding, d)
            if length == 0 and n != 0:
                reach = tuple(((k or 1) - 1) * e + 1 for k, e in zip(size, self.dilation, strict=True))
                raise ShapeError(
                    expected=at_least(reach),
                    actual=str(x),
                    hint=too_large("kernel", "kernel_size", spatial, self.channels_first),
                    fix={"set": {"field": "padding", "value": "same"}},
                )
            lengths.append(length)
        return (x[0], kernel[-1], *lengths) if self.channels_first else (x[0], *lengths, kernel[-1])

    def _check(self, x: Shape, kernel: Shape) -> None:
        rank = len(kernel)
        letters = {3: "N, steps, C", 4: "N, H, W, C", 5: "N, D, H, W, C"}.get(rank, "N, ..., C")
        if self.channels_first:
            letters = "N, C, " + letters[3:-3]
        if len(x) != rank:
            fix = None
            hint = "Reshape can give the input its axes."
            if len(x) == rank - 1 and None not in x[1:]:
                target = [1, *x[1:]] if self.channels_first else [*x[1:], 1]
                hint = f"For one channel put Reshape({tuple(target)}) before it."
                fix = {"insert": "Reshape", "settings": {"target_shape": target}}
            raise ShapeError(expected=f"an input of rank {rank}, ({letters})", actual=str(x), hint=hint, fix=fix)
        channels = x[1] if self.channels_first else x[-1]
        if channels is not None and kernel[-2] is not None and channels != kernel[-2]:
            raise ShapeError(
                expected=f"{kernel[-2]} channels, as the kernel {kernel} has",
                actual=f"{channels} in {x}",
                hint="Is data_format right? channels_last means (N, H, W, C), channels_first (N, C, H, W).",
            )

    def forward(self, work: Work, x: Array, kernel: Array, bias: Array | None = None, *, out: Array) -> None:
        """y[n, o, f] = sum over i, c of x[n, o * stride + i * dilation - before, c] * kernel[i, c, f], plus bias[f]."""
        x = self._last(work, x, "x")
        y = work.scratch("y", self._moved(out.shape), out.dtype) if self.channels_first else out
        matrix = kernel.reshape(-1, kernel.shape[-1])
        _correlate(work, x, matrix, self.windows_over(x.shape, kernel.shape), y, bias, self.rectifies)
        if self.channels_first:
            work.xp.copyto(self._as_last(out), y)

    def backward(self, work: Work, dy: Array, x: Array, kernel: Array, y: Array | None = None, *, outs: Outs) -> None:
        """dkernel = patches(x)^T dy, dbias = sum of dy over samples and positions, dx = dy * flipped kernel."""
        dx, dkernel, *rest = outs
        if y is not None:
            dy = slope_times(work, dy, y)
        dbias = rest[0] if rest else None
        dy = self._last(work, dy, "dy")
        if dkernel is not None:
            x_last = self._last(work, x, "x")
            _kernel_gradient(work, x_last, dy, self.windows_over(x_last.shape, kernel.shape), dkernel, dbias)
        elif dbias is not None:
            sum_rows(work, dy.reshape(-1, kernel.shape[-1]), dbias)
        if dx is not None:
            target = work.scratch("dx", self._moved(dx.shape), dx.dtype) if self.channels_first else dx
            self._input_gradient(work, dy, kernel, target)
            if self.channels_first:
                work.xp.copyto(self._as_last(dx), target)

    def tangent(self, call: Call, dx: Tensor | None, dkernel: Tensor | None, *dbias: Tensor | None) -> Tensor:
        """dx * kernel + x * dkernel + dbias."""
        return tangent_of_product(call, dx, dkernel, *dbias)

    def flops(self, x: Shape, kernel: Shape, bias: Shape | None = None) -> int:
        """A multiplication and an addition for each element of y and of the kernel of a filter, and the bias."""
        shape = self.shape(x, kernel)
        return 2 * count(shape) * count(kernel[:-1]) + (count(shape) if bias is not None else 0)

    def windows_over(self, x_shape: tuple[int, ...], kernel_shape: tuple[int, ...]) -> Windows:
        """The windows that the kernel meets on x, channels last."""
        size, spatial = kernel_shape[:-2], x_shape[1:-1]
        axes = list(zip(spatial, size, self.strides, self.dilation, strict=True))
        before = tuple(window_padding(n, k, s, self.padding, d)[0] for n, k, s, d in axes)
        outputs = tuple(window_length(n, k, s, self.padding, d) or 0 for n, k, s, d in axes)
        return Windows(size, self.strides, self.dilation, before, outputs)

    def _input_gradient(self, work: Work, dy: Array, kernel: Array, dx: Array) -> None:
        spatial, rank = dx.shape[1:-1], len(self.strides)
        before = self.windows_over(dx.shape, kernel.shape).before
        phases = [
            remainders_along(n, k, s, d, b)
            for n, k, s, d, b in zip(spatial, kernel.shape, self.strides, self.dilation, before, strict=False)
        ]
        if any(len(axis) < s for axis, s in zip(phases, self.strides, strict=True)):
            dx.fill(0)  # some elements lie under no window
        for phase in itertools.product(*phases):
            taps, slices, axes = zip(*phase, strict=True)
            size, dilation, offsets, outputs = zip(*axes, strict=True)
            windows = Windows(size, (1,) * rank, dilation, offsets, outputs)
            flipped = work.scratch("flipped", (*size, kernel.shape[-1], kernel.shape[-2]), kernel.dtype)
            work.xp.copyto(flipped, kernel[taps].swapaxes(-1, -2))
            matrix = flipped.reshape(-1, kernel.shape[-2])
            if set(self.strides) == {1}:
                _correlate(work, dy, matrix, windows, dx, None)
            else:
                part = work.scratch("part", (dx.shape[0], *outputs, dx.shape[-1]), dx.dtype)
                _correlate(work, dy, matrix, windows, part, None)
                work.xp.copyto(dx[(slice(None), *slices)], part)

    def _moved(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        return (shape[0], *shape[2:], shape[1])

    def _as_last(self, x: Array) -> Array:
        return x.transpose((0, *range(2, x.ndim), 1))

    def _last(self, work: Work, x: Array, name: str) -> Array:
        """x with channels last; a copy where they come first."""
        if not self.channels_first:
            return x
        moved = work.scratch(f"{name}_last", self._moved(x.shape), x.dtype)
        work.xp.copyto(moved, self._as_last(x))
        return moved


Remainder = tuple[slice, slice, tuple[int, int, int, int]]


def remainders_along(length: int, size: int, stride: int, dilation: int, before: int) -> list[Remainder]:
    """What each remainder r of positions modulo the stride needs for dx, for those that some window element meets.

    That is: which kernel elements meet it (last first), which positions of x these are, and the window over dy: size,
    dilation, before, outputs.

    Element i of window o lies on position h = o * stride + i * dilation - before. For h = r + stride * q this makes
    o = q + (r + before - i * dilation) / stride, whole for every `step`-th i only.
    """
    phases: list[Remainder] = []
    for r in range(min(stride, length)):
        taps = [i for i in range(size) if (r + before - i * dilation) % stride == 0]
        if not taps:
            continue
        step = taps[1] - taps[0] if len(taps) > 1 else 1
        first = (r + before - taps[0] * dilation) // stride
        gap = step * dilation // stride if len(taps) > 1 else 1
        last_first = slice(taps[-1], taps[0] - 1 if taps[0] else None, -step)
        outputs = -(-(length - r) // stride)
        axis = (len(taps), gap, (len(taps) - 1) * gap - first, outputs)
        phases.append((last_first, slice(r, None, stride), axis))
    return phases


def _correlate(
    work: Work, x: Array, matrix: Array, windows: Windows, y: Array, bias: Array | None, rectified: bool = False
) -> None:
    """y = patches(x) @ matrix + bias, rectified or not, block by block."""
    xp, channels, filters = work.xp, x.shape[-1], matrix.shape[1]
    few = bias is None and not rectified and filters <= _FEW_FILTERS
    if few and set(windows.strides) == {1} and windows.size[0] > 1 and len(windows.size) > 1:
        _correlate_rows(work, x, matrix, windows, y)
        return
    blocks = windows.blocks(x.shape[0], channels, x.dtype.itemsize)

    def run(name: str, share: Sequence[Block]) -> None:
        patches = Patches(work, x, windows, share, name)
        for block in share:
            rows = y[block.first : block.last, block.top : block.bottom].reshape(-1, filters)
            taken = patches.matrix(block)
            if bias is None or not at_once(work, taken, matrix, bias, rows):
                xp.matmul(taken, matrix, out=rows)
                if bias is not None:
                    xp.add(rows, bias, out=rows)
            if rectified:
                xp.maximum(rows, 0, out=rows)

    spread(work, blocks, 2 * count(y.shape) * matrix.shape[0], run)


def _correlate_rows(work: Work, x: Array, matrix: Array, windows: Windows, y: Array) -> None:
    """`_correlate` for few filters and stride 1 on the first axis.

    Patches of one window row only are multiplied by all rows of the kernel side by side; then the products are added,
    each moved by its row.

    The patches are smaller by the kernel's height and the product is wider, which BLAS likes: for 32 columns the plain
    way took twice as long (30 ms for the input gradient of 128x26x26x32 -> 64).
    """
    xp, filters, height = work.xp, matrix.shape[1], windows.size[0]
    across = replace(windows, size=(1, *windows.size[1:]), outputs=(windows.reach[0], *windows.outputs[1:]))
    wide = work.scratch("wide", (matrix.shape[0] // height, height, filters), matrix.dtype)
    xp.copyto(wide, matrix.reshape(height, -1, filters).swapaxes(0, 1))
    wide = wide.reshape(len(wide), -1)
    rows = count(across.outputs)
    step = max(1, min(_ROW_PRODUCTS // (rows * wide.shape[1]), -(-len(x) // threads())))
    blocks = [Block(i, min(i + step, len(x)), 0, across.outputs[0]) for i in range(0, len(x), step)]

    def run(name: str, share: Sequence[Block]) -> None:
        patches = Patches(work, x, across, share, name)
        products = work.scratch(f"products{name}", (step, *across.outputs, height, filters), y.dtype)
        for block in share:
            part, target = products[: block.last - block.first], y[block.first : block.last]
            xp.matmul(patches.matrix(block), wide, out=part.reshape(-1, wide.shape[1]))
            for i in range(height):
                top = i * windows.dilation[0]
                moved = part[:, top : top + windows.outputs[0], ..., i, :]
                xp.add(target, moved, out=target) if i else xp.copyto(target, moved)

    spread(work, blocks, 2 * count(y.shape) * matrix.shape[0], run)


def _kernel_gradient(work: Work, x: Array, dy: Array, windows: Windows, dkernel: Array, dbias: Array | None) -> None:
    """dkernel = patches(x).T @ dy and dbias = sum(dy), summed block by block, first within each worker."""
    xp, filters = work.xp, dy.shape[-1]
    out = dkernel.reshape(-1, filters)
    blocks = windows.blocks(x.shape[0], x.shape[-1], x.dtype.itemsize)
    sums: dict[str, tuple[Array, Array]] = {}

    def run(name: str, share: Sequence[Block]) -> None:
        patches = Patches(work, x, windows, share, name)
        total = work.scratch(f"total{name}", out.shape, out.dtype)
        product = work.scratch(f"product{name}", out.shape, out.dtype)
        bias_total = work.scratch(f"bias{name}", (2, filters), out.dtype)
        most = max(b.last - b.first for b in share) * count(windows.outputs)
        ones = work.scratch(f"ones{name}", (most,), out.dtype)
        ones.fill(1)
        for i, block in enumerate(share):
            rows = dy[block.first : block.last, block.top : block.bottom].reshape(-1, filters)
            xp.matmul(patches.matrix(block).T, rows, out=product if i else total)
            if i:
                xp.add(total, product, out=total)
            if dbias is not None:
                xp.matmul(ones[: len(rows)], rows, out=bias_total[1 if i else 0])
                if i:
                    xp.add(bias_total[0], bias_total[1], out=bias_total[0])
        sums[name] = (total, bias_total[0])

    spread(work, blocks, 2 * count(dy.shape) * out.shape[0], run)
    out.fill(0)
    if dbias is not None:
        dbias.fill(0)
    for name in sorted(sums, key=int):
        total, bias_total = sums[name]
        xp.add(out, total, out=out)
        if dbias is not None:
            xp.add(dbias, bias_total, out=dbias)


def conv(
    x: Value,
    kernel: Value,
    bias: Value | None = None,
    strides: int | Sequence[int] = 1,
    padding: str = "valid",
    dilation: int | Sequence[int] = 1,
    data_format: str = "channels_last",
) -> Value:
    """Convolution over as many spatial axes as the kernel (*size, C, F) has; cross-correlation, as in Keras.

    Args:
        x: (N, *spatial, C), or (N, C, *spatial) with data_format "channels_first".
        kernel: (*size, C, F).
        bias: (F,) or None.
        strides: elements from one window to the next, for all axes or each.
        padding: 'valid', 'same' (as TensorFlow pads) or 'causal' (all of it in front).
        dilation: distance of the elements of a window, for all axes or each.
        data_format: where the channels stand.

    Raises:
        ShapeError: for an image of another rank, of other channels, or smaller than the kernel.

    Example:
        >>> import numpy as np
        >>> conv(np.ones((1, 5, 2)), np.ones((3, 2, 4))).shape
        (1, 3, 4)
    """
    rank = len(kernel.shape) - 2
    first = data_format == "channels_first"
    return apply(Conv(_tuple(strides, rank), padding, _tuple(dilation, rank), first), x, kernel, bias)


def _tuple(value: int | Sequence[int], rank: int) -> tuple[int, ...]:
    return (value,) * rank if isinstance(value, int) else tuple(value)
