"""Depthwise convolutions: each channel with kernels of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .._graph.op import Outs, Work, apply
from .._graph.tensor import Call, Tensor, Value
from .._machine.device import blocks, threads
from ..errors import ShapeError
from ..types import Array, Shape
from .arithmetic import tangent_of_product
from .casting import OfReals
from .conv import Conv
from .shapes import count, window_padding
from .windows import window_elements

__all__ = ["depthwise_conv"]

_BLOCK_BYTES = 1 << 19  # bytes of a block's output, small enough that all passes over it stay in the L2 cache


class DepthwiseConv(OfReals):
    """y[..., c * M + m] = x[..., c] * kernel[..., c, m]: (N, *spatial, C), (*size, C, M) -> (N, *spatial', C * M)."""

    precision = "half"
    strides: tuple[int, ...]
    padding: str = "valid"
    dilation: tuple[int, ...] = (1, 1)

    keeps = ("x", "kernel")

    def shape(self, x: Shape, kernel: Shape) -> Shape:
        """(N, *spatial', C * M). Raises ShapeError for a kernel of other channels."""
        if len(x) == len(kernel) and None not in (x[-1], kernel[-2]) and x[-1] != kernel[-2]:
            raise ShapeError(expected=f"{kernel[-2]} channels, as the kernel {kernel} has", actual=f"{x[-1]} in {x}")
        like = Conv(self.strides, self.padding, self.dilation).shape(x, (*kernel[:-2], x[-1], 1))
        channels = None if kernel[-2] is None or kernel[-1] is None else kernel[-2] * kernel[-1]
        return (*like[:-1], channels)

    def forward(self, work: Work, x: Array, kernel: Array, *, out: Array) -> None:
        """y[..., c, m] = sum over the elements i of a window of x[o + i, c] * kernel[i, c, m]."""
        xp, y = work.xp, out.reshape(*out.shape[:-1], *kernel.shape[-2:])

        def run(name_and_part: tuple[str, slice]) -> None:
            name, part = name_and_part
            padded, target = self._padded(work, x[part], kernel, name), y[part]
            product = work.scratch(f"product{name}", target.shape, x.dtype)
            for i, (tap, window) in enumerate(self._taps(kernel.shape, target.shape)):
                xp.multiply(padded[window][..., None], kernel[tap], out=product if i else target)
                if i:
                    xp.add(target, product, out=target)

        work.parallel(run, self._shares(y))

    def backward(self, work: Work, dy: Array, x: Array, kernel: Array, *, outs: Outs) -> None:
        """dkernel[i] = sum over n, o of x[o + i] * dy[o]; dx[o + i] += sum over m of dy[o, m] * kernel[i, m]."""
        xp, (dx, dkernel) = work.xp, outs
        dy = dy.reshape(*dy.shape[:-1], *kernel.shape[-2:])
        shares = self._shares(dy)
        sums = work.scratch("sums", (len(shares), *kernel.shape), kernel.dtype)

        def run(name_and_part: tuple[str, slice]) -> None:
            name, part = name_and_part
            slopes = dy[part]
            product = work.scratch(f"product{name}", slopes.shape, x.dtype)
            if dkernel is not None:
                padded = self._padded(work, x[part], kernel, name)
                for tap, window in self._taps(kernel.shape, slopes.shape):
                    xp.multiply(padded[window][..., None], slopes, out=product)
                    xp.sum(product, axis=tuple(range(product.ndim - 2)), out=sums[int(name)][tap])
            if dx is not None:
                gathered = work.scratch(f"padded{name}", self._padded_shape(x[part].shape, kernel.shape), x.dtype)
                gathered.fill(0)
                one = work.scratch(f"one{name}", slopes.shape[:-1], x.dtype)
                for tap, window in self._taps(kernel.shape, slopes.shape):
                    xp.multiply(slopes, kernel[tap], out=product)
                    xp.sum(product, axis=-1, out=one)
                    gathered[window] += one
                xp.copyto(dx[part], gathered[self._inside(x.shape, kernel.shape)])

        work.parallel(run, shares)
        if dkernel is not None:
            xp.sum(sums, axis=0, out=dkernel)

    def tangent(self, call: Call, dx: Tensor | None, dkernel: Tensor | None) -> Tensor:
        """dx * kernel + x * dkernel."""
        return tangent_of_product(call, dx, dkernel)

    def flops(self, x: Shape, kernel: Shape) -> int:
        """A multiplication and an addition for each element of y and of a window."""
        return 2 * count(self.shape(x, kernel)) * count(kernel[:-2])

    def _shares(self, y: Array) -> list[tuple[str, slice]]:
        """Numbered parts of the batch, small enough for the cache and at least one a thread."""
        per_image = max(1, count(y.shape[1:]) * y.itemsize)
        images = max(1, min(_BLOCK_BYTES // per_image, -(-y.shape[0] // threads())))
        return [(str(i), part) for i, part in enumerate(blocks(y.shape[0], images))]

    def _axes(self, x: Shape, kernel: Shape) -> Iterator[tuple[int, int]]:
        """Zeros before and after each spatial axis."""
        for n, k, s, d in zip(x[1:-1], kernel, self.strides, self.dilation, strict=False):
            yield window_padding(n or 0, k or 1, s, self.padding, d)

    def _padded_shape(self, x: Shape, kernel: Shape) -> tuple[int, ...]:
        around = list(self._axes(x, kernel))
        return (x[0] or 0, *((n or 0) + a + b for n, (a, b) in zip(x[1:-1], around, strict=True)), x[-1] or 0)

    def _inside(self, x: Shape, kernel: Shape) -> tuple[slice, ...]:
        pairs = zip(x[1:-1], self._axes(x, kernel), strict=True)
        return (slice(None), *(slice(before, before + (n or 0)) for n, (before, _) in pairs))

    def _padded(self, work: Work, x: Array, kernel: Array, name: str) -> Array:
        shape = self._padded_shape(x.shape, kernel.shape)
        if shape == x.shape:
            return x
        padded = work.scratch(f"padded{name}", shape, x.dtype)
        padded.fill(0)
        work.xp.copyto(padded[self._inside(x.shape, kernel.shape)], x)
        return padded

    def _taps(self, kernel: Shape, y: Shape) -> Iterator[tuple[tuple[int, ...], tuple[slice, ...]]]:
        """Each element of the kernel, and the elements of the padded input that it meets."""
        size = [k or 1 for k in kernel[:-2]]
        for tap, window in window_elements(size, self.strides, self.dilation, y[1 : len(size) + 1]):
            yield tap, (slice(None), *window)


def depthwise_conv(
    x: Value,
    kernel: Value,
    strides: Sequence[int] = (1, 1),
    padding: str = "valid",
    dilation: Sequence[int] | None = None,
) -> Value:
    """Each channel of x (N, *spatial, C) convolved with its own kernels (*size, C, M): (N, *spatial', C * M).

    >>> import numpy as np
    >>> depthwise_conv(np.ones((1, 5, 5, 3)), np.ones((2, 2, 3, 4))).shape
    (1, 4, 4, 12)
    """
    rank = len(kernel.shape) - 2
    return apply(DepthwiseConv(tuple(strides), padding, tuple(dilation or (1,) * rank)), x, kernel)
