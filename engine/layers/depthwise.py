"""Depthwise convolutions, alone or followed by a mix of the channels."""

from __future__ import annotations

from typing import Any, ClassVar

from .. import ops
from ..core import registry, rules
from ..core.fields import field
from ..ops.rearrange import through_channels_last
from .convolutional_base import Windowed, WindowedLayer
from .core import bias_field, limit_field, penalty_field, switch_field


def _depthwise(layer: Any, inputs: Any, dilation: Any = None) -> Any:
    """Each channel with kernels of its own; channels last."""
    return ops.depthwise_conv(inputs, layer.depthwise_kernel, layer.strides, layer.padding, dilation)


class _Separable(WindowedLayer):
    dilation_rate: Any = field(
        rules.int_tuple(), default=(1,), help="distance of the points in the window", after="data_format"
    )
    depth_multiplier: int = field(
        rules.positive_int, default=1, help="kernels for each input channel", after="dilation_rate"
    )
    depthwise_initializer: Any = field(
        rules.initializer, default="glorot_uniform", help="first values of the depthwise kernel", after="use_bias"
    )
    pointwise_initializer: Any = field(
        rules.initializer,
        default="glorot_uniform",
        help="first values of the pointwise kernel",
        after="depthwise_initializer",
    )
    depthwise_regularizer: Any = field(
        rules.regularizer, default=None, help="penalty on the depthwise kernel", after="bias_initializer"
    )
    pointwise_regularizer: Any = field(
        rules.regularizer, default=None, help="penalty on the pointwise kernel", after="depthwise_regularizer"
    )
    depthwise_constraint: Any = field(
        rules.constraint, default=None, help="limit on the depthwise kernel", after="activity_regularizer"
    )
    pointwise_constraint: Any = field(
        rules.constraint, default=None, help="limit on the pointwise kernel", after="depthwise_constraint"
    )

    def accept(self, kwargs: dict[str, Any]) -> dict[str, Any]:
        """As in Keras, settings of the kernel that other convolutions have are taken and have no effect."""
        unused = {f"kernel_{what}" for what in ("initializer", "regularizer", "constraint")}
        return super().accept({name: value for name, value in kwargs.items() if name not in unused})

    def build(self, input_shape: Any) -> None:
        """Make the two kernels and the bias."""
        channels = self.channels_of(input_shape)
        self.depthwise_kernel = self.add_kernel("depthwise", (*self.kernel_size, channels, self.depth_multiplier))
        pointwise = (1,) * self.rank + (channels * self.depth_multiplier, self.filters)
        self.pointwise_kernel = self.add_kernel("pointwise", pointwise)
        self.bias = self.add_bias((self.filters,))
        self.fix_channels(channels)

    def call(self, inputs: Any) -> Any:
        """activation(pointwise(depthwise(inputs)) + bias)."""

        def both(x: Any) -> Any:
            return ops.conv(_depthwise(self, x, self.dilation_rate), self.pointwise_kernel, self.bias)

        return self.activated(through_channels_last(both, inputs, self.data_format))


@registry.register("layer")
class SeparableConv1D(_Separable):
    """Depthwise convolution along steps, then a mix of the channels at each step.

    Shapes: (N, T, C) -> (N, T', F), F = filters. Weights: depthwise_kernel (size, C, M), M = depth_multiplier,
    pointwise_kernel (1, C * M, F), bias (F,).

    >>> SeparableConv1D(8, 3).compute_output_shape((None, 20, 4))
    (None, 18, 8)
    """

    rank: ClassVar[int] = 1

    kernel_size: Any = field(rules.int_tuple(1), help="length of the window")
    strides: Any = field(rules.int_tuple(1), default=(1,), help="steps of the window")
    data_format: Any = field(rules.data_format, default="channels_last", help="where the channel axis is")
    dilation_rate: Any = field(rules.int_tuple(1), default=(1,), help="distance of the points in the window")


@registry.register("layer")
class SeparableConv2D(_Separable):
    """Depthwise convolution of images, then a mix of the channels at each point (Chollet, 2017).

    Shapes: (N, H, W, C) -> (N, H', W', F), F = filters, sizes as in Conv2D. Weights: depthwise_kernel (rows, columns,
    C, M), M = depth_multiplier, pointwise_kernel (1, 1, C * M, F), bias (F,).

    >>> SeparableConv2D(8, 3, padding="same").compute_output_shape((None, 28, 28, 4))
    (None, 28, 28, 8)
    """

    kernel_size: Any = field(rules.int_tuple(2), help="rows and columns of the window")
    strides: Any = field(rules.int_tuple(2), default=(1, 1), help="steps of the window")
    dilation_rate: Any = field(rules.int_tuple(2), default=(1, 1), help="distance of the points in the window")


@registry.register("layer")
class DepthwiseConv2D(Windowed):
    """Each channel of images convolved with `depth_multiplier` kernels of its own (Howard et al., 2017).

    Shapes: (N, H, W, C) -> (N, H', W', C * M), sizes as in Conv2D. Weights: depthwise_kernel (rows, columns, C, M),
    bias (C * M,).

    >>> DepthwiseConv2D(3, depth_multiplier=2).compute_output_shape((None, 28, 28, 4))
    (None, 26, 26, 8)
    """

    kernel_size: Any = field(rules.int_tuple(2), help="rows and columns of the window")
    strides: Any = field(rules.int_tuple(2), default=(1, 1), help="steps of the window")
    padding: str = field(rules.padding, default="valid", help="'same' keeps the size by padding with zeros")
    depth_multiplier: int = field(rules.positive_int, default=1, help="kernels for each input channel")
    data_format: Any = field(rules.data_format, default=None, help="where the channel axis is")
    activation: Any = field(rules.activation, default=None, help="function applied to the result")
    use_bias: bool = switch_field(True, "add a learnt bias")
    depthwise_initializer: Any = field(
        rules.initializer, default="glorot_uniform", help="first values of the depthwise kernel"
    )
    bias_initializer: Any = bias_field()
    depthwise_regularizer: Any = penalty_field("depthwise kernel")
    bias_regularizer: Any = penalty_field("bias")
    activity_regularizer: Any = penalty_field("output")
    depthwise_constraint: Any = limit_field("depthwise kernel")
    bias_constraint: Any = limit_field("bias")

    def build(self, input_shape: Any) -> None:
        """Make kernel and bias."""
        channels = self.channels_of(input_shape)
        self.depthwise_kernel = self.add_kernel("depthwise", (*self.kernel_size, channels, self.depth_multiplier))
        self.bias = self.add_bias((channels * self.depth_multiplier,))
        self.fix_channels(channels)

    def call(self, inputs: Any) -> Any:
        """activation(depthwise convolution + bias)."""

        def convolved(x: Any) -> Any:
            y = _depthwise(self, x)
            return y if self.bias is None else y + self.bias

        return self.activated(through_channels_last(convolved, inputs, self.data_format))
