"""Convolutions with the batch normalisation behind them in one pass, where nothing is trained: rules for plans, and their op.

The numbers are those of the two ops one after the other: bias less mean is added to the sums, that times gamma / deviation, plus
beta.
Weights folded into the kernel would have to be folded again whenever one of them changes, and would round otherwise.
"""

from __future__ import annotations

from .._graph.fusion import fuses
from .._graph.op import Op, Work
from ..types import Array, DType, Shape
from .activation import Relu
from .conv import Conv
from .normalize import BatchNorm
from .shapes import axis_of


class NormalisedConv(Op):
    """y = gamma * (x * kernel + bias - mean) / sqrt(variance + epsilon) + beta, with the moving mean and variance.

    Inputs: those of the convolution, then gamma, beta, mean and variance; bias, gamma and beta may be None. rectified: y or 0,
    whatever is larger.
    """

    conv: Conv
    epsilon: float = 1e-3
    rectified: bool = False

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

    def flops(self, *shapes: Shape | None) -> int:
        """Those of the convolution."""
        x, kernel, *_ = shapes
        assert x is not None and kernel is not None
        return self.conv.flops(x, kernel)


@fuses(BatchNorm, Conv, training=False)
def normalised_conv(later: BatchNorm, earlier: Conv, between: tuple[int, ...], differentiated: bool) -> Op | None:
    """A convolution that a batch normalisation over its filters follows."""
    if type(earlier) is not Conv or earlier.channels_first or differentiated:
        return None
    is_over_filters = axis_of(later.axis, len(between)) == len(between) - 1
    return NormalisedConv(earlier, later.epsilon) if is_over_filters else None


@fuses(Relu, NormalisedConv, training=False)
def rectified(later: Relu, earlier: NormalisedConv, between: tuple[int, ...], differentiated: bool) -> Op | None:
    """The rectifier behind it."""
    return None if differentiated else NormalisedConv(earlier.conv, earlier.epsilon, True)
