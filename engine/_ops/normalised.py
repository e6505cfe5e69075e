"""Convolutions with the batch normalisation behind them in one pass, where nothing is trained: rules for plans, and their op.

The numbers are those of the two ops one after the other: bias less mean is added to the sums, that times gamma / deviation, plus
beta.
Weights folded into the kernel would have to be folded again whenever one of them changes, and would round otherwise.
"""

from __future__ import annotations

from .._graph.fusion import fuses
from .._graph.op import Op, Work
from ..types import Array, DType, Shape
from .activation import LimitedRelu, Relu
from .conv import Conv
from .conv_depthwise import DepthwiseConv
from .normalize import BatchNorm
from .shapes import axis_of


class NormalisedConv(Op):
    """y = gamma * (x * kernel + bias - mean) / sqrt(variance + epsilon) + beta, with the moving mean and variance.

    Inputs: those of the convolution, then gamma, beta, mean and variance; bias, gamma and beta may be None. rectified: y or 0,
    whatever is larger; most: what it is at most then, unless 0.
    """

    conv: Conv | DepthwiseConv
    epsilon: float = 1e-3
    rectified: bool = False
    most: float = 0.0

    differentiable = False

    def shape(self, *shapes: Shape | None) -> Shape:
        """That of the convolution's result."""
        x, kernel, *_ = shapes
        assert x is not None and kernel is not None
        return self.conv.shape(x, kernel)

    def dtype(self, *dtypes: DType | None) -> DType:
        """That of x."""
        assert dtypes[0] is not None
        return dtypes[0]

    def forward(self, work: Work, x: Array, kernel: Array, *others: Array | None, out: Array) -> None:
        """y = gamma * (x * kernel + bias - mean) / sqrt(variance + epsilon) + beta."""
        xp, (*bias, gamma, beta, mean, variance) = work.xp, others
        assert mean is not None and variance is not None
        self.conv.forward(work, x, kernel, *bias, out=out)
        xp.subtract(out, mean, out=out)
        scale = 1 / xp.sqrt(variance + self.epsilon)
        xp.multiply(out, scale if gamma is None else scale * gamma, out=out)
        if beta is not None:
            xp.add(out, beta, out=out)
        if self.rectified:
            xp.maximum(out, 0, out=out)
        if self.rectified and self.most:
            xp.minimum(out, self.most, out=out)

    def flops(self, *shapes: Shape | None) -> int:
        """Those of the convolution."""
        x, kernel, *_ = shapes
        assert x is not None and kernel is not None
        return self.conv.flops(x, kernel)


class NormalisedDepthwiseConv(NormalisedConv):
    """The same of a depthwise convolution, which has no bias."""


@fuses(BatchNorm, Conv, training=False)
def normalised_conv(later: BatchNorm, earlier: Conv, between: tuple[int, ...], differentiated: bool) -> Op | None:
    """A convolution that a batch normalisation over its filters follows."""
    if type(earlier) is not Conv or earlier.channels_first or differentiated:
        return None
    is_over_filters = axis_of(later.axis, len(between)) == len(between) - 1
    return NormalisedConv(earlier, later.epsilon) if is_over_filters else None


@fuses(BatchNorm, DepthwiseConv, training=False)
def normalised_depthwise_conv(
    later: BatchNorm, earlier: DepthwiseConv, between: tuple[int, ...], differentiated: bool
) -> Op | None:
    """A depthwise convolution that a batch normalisation over its results follows."""
    is_over_results = axis_of(later.axis, len(between)) == len(between) - 1
    return NormalisedDepthwiseConv(earlier, later.epsilon) if is_over_results and not differentiated else None


@fuses(Relu, NormalisedConv, NormalisedDepthwiseConv, training=False)
def rectified(later: Relu, earlier: NormalisedConv, between: tuple[int, ...], differentiated: bool) -> Op | None:
    """The rectifier behind it."""
    return None if differentiated else type(earlier)(earlier.conv, earlier.epsilon, True, earlier.most)


@fuses(LimitedRelu, NormalisedConv, NormalisedDepthwiseConv, training=False)
def limited(later: LimitedRelu, earlier: NormalisedConv, between: tuple[int, ...], differentiated: bool) -> Op | None:
    """The rectifier with a largest value behind it, as MobileNets have it."""
    limit = later.max_value or 0.0
    if differentiated or earlier.rectified or later.alpha or later.threshold or limit <= 0:
        return None
    return type(earlier)(earlier.conv, earlier.epsilon, True, limit)
