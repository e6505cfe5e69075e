"""Depthwise convolutions, alone or followed by a mix of the channels."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from .. import _ops as ops
from .._declared import registry, rules
from .._declared.fields import REQUIRED, argument, field
from .._ops.rearrange import through_channels_last
from .convolutional_base import WindowedLayer, known_channels
from .settings import (
    DILATION,
    data_format_field,
    initializer_field,
    limit_field,
    penalty_field,
    sizes_field,
)
from .weights import add_by_settings

if TYPE_CHECKING:
    from dataclasses import KW_ONLY

    from .._graph.tensor import Tensor
    from ..types import Config, Shape
    from .settings import (
        ConstraintSetting,
        DataFormatSetting,
        InitializerSetting,
        RegularizerSetting,
        SizesSetting,
    )


@registry.register("layer")
class DepthwiseConv2D(WindowedLayer):
    """Each channel of images convolved with kernels of its own (Howard et al., 2017).

    Weights: depthwise_kernel (rows, columns, C, depth_multiplier) and bias (C * depth_multiplier,).

    Args:
        kernel_size: rows and columns of the window; one number stands for both.
        strides: by how many rows and columns the window moves, (1, 1) by default; one number stands for both.
        padding: "valid", the default, for windows inside the input; "same" to pad with zeros, so that strides of 1 keep
            the size.
        depth_multiplier: how many kernels each input channel has, 1 by default.
        data_format: "channels_last" (N, H, W, C) or "channels_first" (N, C, H, W); K.image_data_format() by default.
        activation: function of the result: a name such as "relu", a function, or None for y = x, the default.
        use_bias: whether a learnt bias is added, True by default.
        depthwise_initializer: first values of the kernel, "glorot_uniform" by default.
        bias_initializer: first values of the bias, "zeros" by default.
        depthwise_regularizer: penalty on the kernel that is added to the loss, such as "l2"; None by default.
        bias_regularizer: penalty on the bias, None by default.
        activity_regularizer: penalty on the output, None by default.
        depthwise_constraint: limit on the kernel, applied after each update, such as "max_norm"; None by default.
        bias_constraint: limit on the bias, None by default.

    Input shape:
        (N, H, W, C), or (N, C, H, W) for "channels_first".

    Output shape:
        (N, H', W', C * depth_multiplier), or (N, C * depth_multiplier, H', W'), sizes as in Conv2D.

    Raises:
        ShapeError: the input has another rank, or its number of channels is not known.

    Example:
        >>> DepthwiseConv2D(3, depth_multiplier=2).compute_output_shape((None, 28, 28, 4))
        (None, 26, 26, 8)
    """

    kernel_size: SizesSetting = sizes_field(2, help="rows and columns of the window", after="dtype")
    strides: SizesSetting = sizes_field(2, default=(1, 1), after="kernel_size")
    _: KW_ONLY
    depth_multiplier: int = field(rules.positive_int, default=1, help="kernels for each input channel", after="padding")
    depthwise_initializer: InitializerSetting = initializer_field(
        default="glorot_uniform", what="depthwise kernel", after="use_bias"
    )
    depthwise_regularizer: RegularizerSetting = penalty_field(
        default=None, what="depthwise kernel", after="bias_initializer"
    )
    depthwise_constraint: ConstraintSetting = limit_field(
        default=None, what="depthwise kernel", after="activity_regularizer"
    )

    def build(self, input_shape: Shape) -> None:
        """Make kernel and bias."""
        channels = known_channels(input_shape, self.data_format)
        shape = (*self.kernel_size, channels, self.depth_multiplier)
        self.depthwise_kernel = add_by_settings(self, "depthwise", shape, "depthwise_kernel")
        self.bias = self.add_bias((channels * self.depth_multiplier,))
        self.fix_channels(channels)

    def call(self, inputs: Tensor) -> Tensor:
        """activation(depthwise convolution + bias)."""

        def convolved(x: Tensor) -> Tensor:
            y = ops.depthwise_conv(x, self.depthwise_kernel, self.strides, self.padding)
            return y if self.bias is None else y + self.bias

        return self.activated(through_channels_last(convolved, inputs, self.data_format))


class _Separable(WindowedLayer):
    """Base of separable convolutions; a subclass declares its sizes and `rank`."""

    filters: int  # a subclass declares this and the next two as settings
    kernel_size: SizesSetting
    strides: SizesSetting
    _: KW_ONLY
    dilation_rate: SizesSetting = sizes_field(None, default=(1,), help=DILATION, after="data_format")
    depth_multiplier: int = field(
        rules.positive_int, default=1, help="kernels for each input channel", after="dilation_rate"
    )
    depthwise_initializer: InitializerSetting = initializer_field(
        default="glorot_uniform", what="depthwise kernel", after="use_bias"
    )
    depthwise_regularizer: RegularizerSetting = penalty_field(
        default=None, what="depthwise kernel", after="bias_initializer"
    )
    depthwise_constraint: ConstraintSetting = limit_field(
        default=None, what="depthwise kernel", after="activity_regularizer"
    )
    pointwise_initializer: InitializerSetting = initializer_field(
        default="glorot_uniform", what="pointwise kernel", after="depthwise_initializer"
    )
    pointwise_regularizer: RegularizerSetting = penalty_field(
        default=None, what="pointwise kernel", after="depthwise_regularizer"
    )
    pointwise_constraint: ConstraintSetting = limit_field(
        default=None, what="pointwise kernel", after="depthwise_constraint"
    )

    def accept(self, kwargs: Config) -> Config:
        """As in Keras, settings of the kernel that other convolutions have are taken and have no effect."""
        unused = {f"kernel_{what}" for what in ("initializer", "regularizer", "constraint")}
        return super().accept({name: value for name, value in kwargs.items() if name not in unused})

    def build(self, input_shape: Shape) -> None:
        """Make the two kernels and the bias."""
        channels = known_channels(input_shape, self.data_format)
        shape = (*self.kernel_size, channels, self.depth_multiplier)
        self.depthwise_kernel = add_by_settings(self, "depthwise", shape, "depthwise_kernel")
        pointwise = (1,) * self.rank + (channels * self.depth_multiplier, self.filters)
        self.pointwise_kernel = add_by_settings(self, "pointwise", pointwise, "pointwise_kernel")
        self.bias = self.add_bias((self.filters,))
        self.fix_channels(channels)

    def call(self, inputs: Tensor) -> Tensor:
        """activation(pointwise(depthwise(inputs)) + bias)."""

        def both(x: Tensor) -> Tensor:
            y = ops.depthwise_conv(x, self.depthwise_kernel, self.strides, self.padding, self.dilation_rate)
            return ops.conv(y, self.pointwise_kernel, self.bias)

        return self.activated(through_channels_last(both, inputs, self.data_format))


@registry.register("layer")
class SeparableConv1D(_Separable):
    """Depthwise convolution along steps, then a mix of the channels at each step.

    Weights: depthwise_kernel (kernel_size, C, depth_multiplier), pointwise_kernel (1, C * depth_multiplier, filters)
    and bias (filters,).

    Args:
        filters: number of output channels, 1 or more.
        kernel_size: length of the window, in time steps.
        strides: by how many time steps the window moves, 1 by default.
        padding: "valid", the default, for windows inside the input; "same" to pad with zeros on both sides.
        data_format: "channels_last" for (N, T, C), the default, or "channels_first" for (N, C, T).
        dilation_rate: distance of the points in the window, in time steps; 1 by default, which leaves no gaps.
        depth_multiplier: how many kernels each input channel has in the first step, 1 by default.
        activation: function of the result: a name such as "relu", a function, or None for y = x, the default.
        use_bias: whether a learnt bias is added, True by default.
        depthwise_initializer: first values of the depthwise kernel, "glorot_uniform" by default.
        pointwise_initializer: first values of the pointwise kernel, "glorot_uniform" by default.
        bias_initializer: first values of the bias, "zeros" by default.
        depthwise_regularizer: penalty on the depthwise kernel that is added to the loss, such as "l2"; None by default.
        pointwise_regularizer: penalty on the pointwise kernel, None by default.
        bias_regularizer: penalty on the bias, None by default.
        activity_regularizer: penalty on the output, None by default.
        depthwise_constraint: limit on the depthwise kernel, applied after each update, such as "max_norm"; None by
            default.
        pointwise_constraint: limit on the pointwise kernel, None by default.
        bias_constraint: limit on the bias, None by default.

    Input shape:
        (N, T, C), or (N, C, T) for "channels_first".

    Output shape:
        (N, T', filters), or (N, filters, T'); T' as H' in Conv2D.

    Raises:
        ShapeError: the input has another rank, or its number of channels is not known.

    Example:
        >>> SeparableConv1D(8, 3).compute_output_shape((None, 20, 4))
        (None, 18, 8)
    """

    rank: ClassVar[int] = 1

    filters: int = field(rules.positive_int, help="number of output channels", after="dtype")
    kernel_size: SizesSetting = sizes_field(1, help="length of the window", after="filters")
    strides: SizesSetting = sizes_field(1, default=(1,), after="kernel_size")
    _: KW_ONLY
    data_format: DataFormatSetting = data_format_field(default="channels_last")
    dilation_rate: SizesSetting = sizes_field(1, default=(1,), help=DILATION)


@registry.register("layer")
class SeparableConv2D(_Separable):
    """Depthwise convolution of images, then a mix of the channels at each point (Chollet, 2017).

    Weights: depthwise_kernel (rows, columns, C, depth_multiplier), pointwise_kernel (1, 1, C * depth_multiplier,
    filters) and bias (filters,).

    Args:
        filters: number of output channels, 1 or more.
        kernel_size: rows and columns of the window; one number stands for both.
        strides: by how many rows and columns the window moves, (1, 1) by default; one number stands for both.
        padding: "valid", the default, for windows inside the input; "same" to pad with zeros, so that strides of 1 keep
            the size.
        data_format: "channels_last" (N, H, W, C) or "channels_first" (N, C, H, W); K.image_data_format() by default.
        dilation_rate: distance of the points in the window, by rows and columns; (1, 1), the default, leaves no gaps.
        depth_multiplier: how many kernels each input channel has in the first step, 1 by default.
        activation: function of the result: a name such as "relu", a function, or None for y = x, the default.
        use_bias: whether a learnt bias is added, True by default.
        depthwise_initializer: first values of the depthwise kernel, "glorot_uniform" by default.
        pointwise_initializer: first values of the pointwise kernel, "glorot_uniform" by default.
        bias_initializer: first values of the bias, "zeros" by default.
        depthwise_regularizer: penalty on the depthwise kernel that is added to the loss, such as "l2"; None by default.
        pointwise_regularizer: penalty on the pointwise kernel, None by default.
        bias_regularizer: penalty on the bias, None by default.
        activity_regularizer: penalty on the output, None by default.
        depthwise_constraint: limit on the depthwise kernel, applied after each update, such as "max_norm"; None by
            default.
        pointwise_constraint: limit on the pointwise kernel, None by default.
        bias_constraint: limit on the bias, None by default.

    Input shape:
        (N, H, W, C), or (N, C, H, W) for "channels_first".

    Output shape:
        (N, H', W', filters), or (N, filters, H', W'), sizes as in Conv2D.

    Raises:
        ShapeError: the input has another rank, or its number of channels is not known.

    Example:
        >>> SeparableConv2D(8, 3, padding="same").compute_output_shape((None, 28, 28, 4))
        (None, 28, 28, 8)
    """

    filters: int = field(rules.positive_int, default=REQUIRED, help="number of output channels", after="dtype")
    kernel_size: SizesSetting = sizes_field(2, default=REQUIRED, help="rows and columns of the window", after="filters")
    strides: SizesSetting = sizes_field(2, default=(1, 1), after="kernel_size")
    _: KW_ONLY
    dilation_rate: SizesSetting = sizes_field(2, default=(1, 1), help=DILATION)
    if TYPE_CHECKING:  # Keras 1's names, which the constructor takes too
        _old_nb_filter: int = argument(alias="nb_filter", kw_only=True, default=None)
        _old_nb_row: int = argument(alias="nb_row", kw_only=True, default=None)
        _old_nb_col: int = argument(alias="nb_col", kw_only=True, default=None)
        _old_depthwise_init: object = argument(alias="depthwise_init", kw_only=True, default=None)
        _old_pointwise_init: object = argument(alias="pointwise_init", kw_only=True, default=None)
