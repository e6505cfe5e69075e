"""Transposed convolutions: the gradient of a convolution, as an op of its own."""

from __future__ import annotations

from collections.abc import Sequence

from .._graph.op import Outs, Work, apply
from .._graph.tensor import Call, Tensor, Value
from ..errors import ShapeError
from ..types import Array, Shape
from .arithmetic import tangent_of_product
from .casting import OfReals
from .conv import Conv
from .matmul import sum_rows
from .shapes import count, unwindowed_length

__all__ = ["conv_transposed"]


class ConvTransposed(OfReals):
    """y such that the convolution of y with the kernel has the shape of x, and its gradient is x -> y.

    (N, *spatial, C), (*size, F, C), (F,) -> (N, *spatial', F). `lengths`: the sizes spatial', None for the usual ones.
    channels_first: (N, C, *spatial) -> (N, F, *spatial'). Dumoulin & Visin (2016), chapter 4.
    """

    precision = "half"
    strides: tuple[int, ...]
    padding: str = "valid"
    dilation: tuple[int, ...] = (1, 1)
    channels_first: bool = False
    output_padding: tuple[int, ...] | None = None
    lengths: tuple[int | None, ...] | None = None

    keeps = ("x", "kernel")

    def __post_init__(self) -> None:
        self.conv = Conv(self.strides, self.padding, self.dilation, self.channels_first)

    def shape(self, x: Shape, kernel: Shape, bias: Shape | None = None) -> Shape:
        """(N, *spatial', F). Raises ShapeError where no such y has a convolution of the shape of x."""
        rank = len(kernel)
        if len(x) != rank:
            raise ShapeError(
                expected=f"an input of rank {rank}, the kernel's", actual=str(x), hint="Reshape can give it its axes."
            )
        channels = x[1] if self.channels_first else x[-1]
        if None not in (channels, kernel[-1]) and channels != kernel[-1]:
            raise ShapeError(expected=f"{kernel[-1]} channels, as the kernel {kernel} has", actual=f"{channels} in {x}")
        spatial = x[2:] if self.channels_first else x[1:-1]
        padding = self.output_padding or (None,) * len(spatial)
        axes = zip(spatial, kernel, self.strides, self.dilation, padding, strict=False)
        usual = [unwindowed_length(n, k or 1, s, self.padding, d, extra) for n, k, s, d, extra in axes]
        lengths = [n if length is None else length for n, length in zip(usual, self.lengths or usual, strict=True)]
        y = (x[0], kernel[-2], *lengths) if self.channels_first else (x[0], *lengths, kernel[-2])
        self._check(x, kernel, y)
        return y

    def _check(self, x: Shape, kernel: Shape, y: Shape) -> None:
        """The convolution of y must have the shape of x."""
        back = self.conv.shape(y, kernel)
        if any(None not in pair and pair[0] != pair[1] for pair in zip(back, x, strict=True)):
            raise ShapeError(
                expected=f"an output whose convolution has the input's shape {x}",
                actual=f"{y}, which gives {back}",
                hint="Choose another output_padding (smaller than the strides) or output shape.",
            )

    def forward(self, work: Work, x: Array, kernel: Array, bias: Array | None = None, *, out: Array) -> None:
        """y = the gradient of a convolution's input for the output gradient x, plus bias."""
        self.conv.backward(work, x, out, kernel, outs=(out, None))
        if bias is not None:
            work.xp.add(out, bias.reshape(-1, *(1,) * len(self.strides)) if self.channels_first else bias, out=out)

    def backward(self, work: Work, dy: Array, x: Array, kernel: Array, *, outs: Outs) -> None:
        """dx = dy * kernel, dkernel as of the convolution with input dy, dbias = sum of dy."""
        dx, dkernel, *rest = outs
        if dkernel is not None:
            self.conv.backward(work, x, dy, kernel, outs=(None, dkernel))
        if dx is not None:
            self.conv.forward(work, dy, kernel, out=dx)
        if rest and rest[0] is not None:
            last = work.xp.moveaxis(dy, 1, -1) if self.channels_first else dy
            sum_rows(work, last.reshape(-1, last.shape[-1]), rest[0])

    def tangent(self, call: Call, dx: Tensor | None, dkernel: Tensor | None, *dbias: Tensor | None) -> Tensor:
        """Those of both factors, plus dbias."""
        return tangent_of_product(call, dx, dkernel, *dbias)

    def flops(self, x: Shape, kernel: Shape, bias: Shape | None = None) -> int:
        """A multiplication and an addition for each element of x and of the kernel of a channel."""
        return 2 * count(x) * count(kernel[:-1])


def conv_transposed(
    x: Value,
    kernel: Value,
    bias: Value | None = None,
    strides: Sequence[int] = (1, 1),
    padding: str = "valid",
    dilation: Sequence[int] | None = None,
    data_format: str = "channels_last",
    output_padding: Sequence[int] | None = None,
    lengths: Sequence[int | None] | None = None,
) -> Value:
    """Transposed convolution over as many axes as the kernel (*size, F, C) has; see `ConvTransposed`.

    Args:
        x: (N, *spatial, C), or (N, C, *spatial) with data_format "channels_first".
        kernel: (*size, F, C).
        bias: (F,) or None.
        strides: elements of y from one window to the next, one an axis.
        padding: that of the convolution, 'valid' or 'same'.
        dilation: distance of the elements of a window, one an axis (default 1).
        data_format: where the channels stand.
        output_padding: elements of y beyond the shortest possible, one an axis (default: Keras's usual length).
        lengths: the lengths of y themselves, one an axis; None for the usual one.

    Raises:
        ShapeError: where no y of such lengths has a convolution of the shape of x.

    Example:
        >>> import numpy as np
        >>> conv_transposed(np.ones((1, 4, 2)), np.ones((3, 5, 2)), strides=(2,)).shape
        (1, 9, 5)
    """
    ones = (1,) * (len(kernel.shape) - 2)
    op = ConvTransposed(
        strides=tuple(strides),
        padding=padding,
        dilation=tuple(dilation or ones),
        channels_first=data_format == "channels_first",
        output_padding=None if output_padding is None else tuple(output_padding),
        lengths=None if lengths is None else tuple(lengths),
    )
    return apply(op, x, kernel, bias)
