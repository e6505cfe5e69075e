"""Depthwise convolutions, alone or followed by a mix of the channels."""

from __future__ import annotations

from typing import Any, ClassVar

from .. import _ops as ops
from .._declared import registry, rules
from .._declared.fields import field
from .._ops.rearrange import through_channels_last
from .base import Layer
from .convolutional_base import (
    activated,
    add_bias,
    add_kernel,
    fix_channels,
    hint_of_rank,
    known_channels,
)
from .node import InputSpec
from .settings import (
    activation_field,
    bias_field,
    data_format_field,
    kernel_field,
    limit_field,
    multiplier_field,
    padding_field,
    penalty_field,
    switch_field,
)


def _depthwise(layer: Any, inputs: Any, dilation: Any = None) -> Any:
    """Each channel with kernels of its own; channels last."""
    return ops.depthwise_conv(inputs, layer.depthwise_kernel, layer.strides, layer.padding, dilation)


class _Separable(Layer):
    group: ClassVar[str] = "convolutional"
    rank: ClassVar[int] = 2

    filters: int = field(rules.positive_int, help="number of output channels")
    kernel_size: Any = field(rules.int_tuple(), help="size of the window")
    strides: Any = field(rules.int_tuple(), default=(1,), help="steps of the window")
    padding: str = padding_field()
    data_format: Any = data_format_field()
    dilation_rate: Any = field(rules.int_tuple(), default=(1,), help="distance of the points in the window")
    depth_multiplier: int = multiplier_field()
    activation: Any = activation_field()
    use_bias: bool = switch_field(True, "add a learnt bias")
    depthwise_initializer: Any = kernel_field("depthwise kernel")
    pointwise_initializer: Any = kernel_field("pointwise kernel")
    bias_initializer: Any = bias_field()
    depthwise_regularizer: Any = penalty_field("depthwise kernel")
    pointwise_regularizer: Any = penalty_field("pointwise kernel")
    bias_regularizer: Any = penalty_field("bias")
    activity_regularizer: Any = penalty_field("output")
    depthwise_constraint: Any = limit_field("depthwise kernel")
    pointwise_constraint: Any = limit_field("pointwise kernel")
    bias_constraint: Any = limit_field("bias")

    def prepare(self) -> None:
        """Take images or sequences."""
        super().prepare()
        self.input_spec = InputSpec(ndim=self.rank + 2, hints=hint_of_rank(self.rank))

    def accept(self, kwargs: dict[str, Any]) -> dict[str, Any]:
        """As in Keras, settings of the kernel that other convolutions have are taken and have no effect."""
        unused = {f"kernel_{what}" for what in ("initializer", "regularizer", "constraint")}
        return super().accept({name: value for name, value in kwargs.items() if name not in unused})

    def build(self, input_shape: Any) -> None:
        """Make the two kernels and the bias."""
        channels = known_channels(input_shape, self.data_format)
        self.depthwise_kernel = add_kernel(self, "depthwise", (*self.kernel_size, channels, self.depth_multiplier))
        pointwise = (1,) * self.rank + (channels * self.depth_multiplier, self.filters)
        self.pointwise_kernel = add_kernel(self, "pointwise", pointwise)
        self.bias = add_bias(self, (self.filters,))
        fix_channels(self, channels)

    def call(self, inputs: Any) -> Any:
        """activation(pointwise(depthwise(inputs)) + bias)."""

        def both(x: Any) -> Any:
            return ops.conv(_depthwise(self, x, self.dilation_rate), self.pointwise_kernel, self.bias)

        return activated(self, through_channels_last(both, inputs, self.data_format))


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
    data_format: Any = data_format_field("channels_last")
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
class DepthwiseConv2D(Layer):
    """Each channel of images convolved with `depth_multiplier` kernels of its own (Howard et al., 2017).

    Shapes: (N, H, W, C) -> (N, H', W', C * M), sizes as in Conv2D. Weights: depthwise_kernel (rows, columns, C, M),
    bias (C * M,).

    >>> DepthwiseConv2D(3, depth_multiplier=2).compute_output_shape((None, 28, 28, 4))
    (None, 26, 26, 8)
    """

    group: ClassVar[str] = "convolutional"
    rank: ClassVar[int] = 2

    kernel_size: Any = field(rules.int_tuple(2), help="rows and columns of the window")
    strides: Any = field(rules.int_tuple(2), default=(1, 1), help="steps of the window")
    padding: str = padding_field()
    depth_multiplier: int = multiplier_field()
    data_format: Any = data_format_field()
    activation: Any = activation_field()
    use_bias: bool = switch_field(True, "add a learnt bias")
    depthwise_initializer: Any = kernel_field("depthwise kernel")
    bias_initializer: Any = bias_field()
    depthwise_regularizer: Any = penalty_field("depthwise kernel")
    bias_regularizer: Any = penalty_field("bias")
    activity_regularizer: Any = penalty_field("output")
    depthwise_constraint: Any = limit_field("depthwise kernel")
    bias_constraint: Any = limit_field("bias")

    def prepare(self) -> None:
        """Take images."""
        super().prepare()
        self.input_spec = InputSpec(ndim=self.rank + 2, hints=hint_of_rank(self.rank))

    def build(self, input_shape: Any) -> None:
        """Make kernel and bias."""
        channels = known_channels(input_shape, self.data_format)
        self.depthwise_kernel = add_kernel(self, "depthwise", (*self.kernel_size, channels, self.depth_multiplier))
        self.bias = add_bias(self, (channels * self.depth_multiplier,))
        fix_channels(self, channels)

    def call(self, inputs: Any) -> Any:
        """activation(depthwise convolution + bias)."""

        def convolved(x: Any) -> Any:
            y = _depthwise(self, x)
            return y if self.bias is None else y + self.bias

        return activated(self, through_channels_last(convolved, inputs, self.data_format))
