"""Convolutions over steps, images and volumes; the other layers of images under Keras's import path."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from .._declared import registry, rules
from .._declared.fields import REQUIRED, argument, field
from .convolutional_base import Convolution, WindowedLayer
from .depthwise import DepthwiseConv2D, SeparableConv1D, SeparableConv2D
from .pooling import (
    AveragePooling1D,
    AveragePooling2D,
    AveragePooling3D,
    MaxPooling1D,
    MaxPooling2D,
    MaxPooling3D,
)
from .resizing import (
    Cropping1D,
    Cropping2D,
    Cropping3D,
    UpSampling1D,
    UpSampling2D,
    UpSampling3D,
    ZeroPadding1D,
    ZeroPadding2D,
    ZeroPadding3D,
)
from .settings import DILATION, data_format_field, sizes_field
from .transposed import Conv1DTranspose, Conv2DTranspose, Conv3DTranspose

if TYPE_CHECKING:
    from collections.abc import Sequence
    from dataclasses import KW_ONLY

    from .settings import CausalPadding, DataFormatSetting, SizesSetting

__all__ = [
    "AtrousConv1D",
    "AtrousConv2D",
    "AtrousConvolution1D",
    "AtrousConvolution2D",
    "AveragePooling1D",
    "AveragePooling2D",
    "AveragePooling3D",
    "Conv1D",
    "Conv1DTranspose",
    "Conv2D",
    "Conv2DTranspose",
    "Conv3D",
    "Conv3DTranspose",
    "Convolution1D",
    "Convolution2D",
    "Convolution2DTranspose",
    "Convolution3D",
    "Cropping1D",
    "Cropping2D",
    "Cropping3D",
    "Deconv2D",
    "Deconv3D",
    "Deconvolution2D",
    "Deconvolution3D",
    "DepthwiseConv2D",
    "MaxPooling1D",
    "MaxPooling2D",
    "MaxPooling3D",
    "SeparableConv1D",
    "SeparableConv2D",
    "SeparableConvolution1D",
    "SeparableConvolution2D",
    "UpSampling1D",
    "UpSampling2D",
    "UpSampling3D",
    "ZeroPadding1D",
    "ZeroPadding2D",
    "ZeroPadding3D",
]

# Keras's name for the base of convolutions, which code asks isinstance with; kernels of their own at each place count here too.
_Conv = WindowedLayer


@registry.register("layer")
class Conv1D(Convolution):
    """Convolution along steps: y = activation(x * kernel + bias), a cross-correlation as in Keras.

    Weights: kernel (kernel_size, C, filters) and bias (filters,).

    Args:
        filters: number of output channels, 1 or more.
        kernel_size: length of the window, in time steps.
        strides: by how many time steps the window moves, 1 by default.
        padding: "valid", the default, for windows inside the input; "same" to pad with zeros on both sides; "causal" to
            put all of them in front, so that a time step sees none behind it (van den Oord et al., 2016).
        data_format: "channels_last" for (N, T, C), the default, or "channels_first" for (N, C, T).
        dilation_rate: distance of the points in the window, in time steps; 1 by default, which leaves no gaps.
        activation: function of the result: a name such as "relu", a function, or None for y = x, the default.
        use_bias: whether a learnt bias is added, True by default.
        kernel_initializer: first values of the kernel, "glorot_uniform" by default.
        bias_initializer: first values of the bias, "zeros" by default.
        kernel_regularizer: penalty on the kernel that is added to the loss, such as "l2"; None by default.
        bias_regularizer: penalty on the bias, None by default.
        activity_regularizer: penalty on the output, None by default.
        kernel_constraint: limit on the kernel, applied after each update, such as "max_norm"; None by default.
        bias_constraint: limit on the bias, None by default.
        groups: into how many parts channels and filters are divided, each part by itself; 1 by default. A divisor of both.

    Input shape:
        (N, T, C), or (N, C, T) for "channels_first".

    Output shape:
        (N, T', filters), or (N, filters, T'); T' as H' in Conv2D, and for "causal" as for "same".

    Raises:
        ShapeError: the input has another rank, or its number of channels is not known.

    Example:
        >>> Conv1D(8, 3, padding="causal", dilation_rate=2).compute_output_shape((None, 20, 4))
        (None, 20, 8)
    """

    rank: ClassVar[int] = 1

    filters: int = field(rules.positive_int, default=REQUIRED, help="number of output channels", after="dtype")
    kernel_size: SizesSetting = sizes_field(1, default=REQUIRED, help="length of the window", after="filters")
    strides: SizesSetting = sizes_field(1, default=(1,), after="kernel_size")
    _: KW_ONLY
    padding: CausalPadding = field(  # pyright: ignore[reportIncompatibleVariableOverride] - only this one knows 'causal'
        rules.causal_padding,
        default="valid",
        help="'same' keeps the size by padding with zeros, 'causal' puts them all in front",
    )
    data_format: DataFormatSetting = data_format_field(default="channels_last")
    dilation_rate: SizesSetting = sizes_field(1, default=(1,), help=DILATION)
    if TYPE_CHECKING:  # Keras 1's names, which the constructor takes too
        _old_nb_filter: int = argument(alias="nb_filter", kw_only=True, default=None)
        _old_filter_length: int = argument(alias="filter_length", kw_only=True, default=None)
        _old_subsample_length: int = argument(alias="subsample_length", kw_only=True, default=None)
        _old_atrous_rate: int = argument(alias="atrous_rate", kw_only=True, default=None)


@registry.register("layer")
class Conv2D(Convolution):
    """Convolution of images: y = activation(x * kernel + bias), a cross-correlation as in Keras.

    Weights: kernel (rows, columns, C, filters) and bias (filters,).

    Args:
        filters: number of output channels, 1 or more.
        kernel_size: rows and columns of the window; one number stands for both.
        strides: by how many rows and columns the window moves, (1, 1) by default; one number stands for both.
        padding: "valid", the default, for windows inside the input; "same" to pad with zeros, so that strides of 1 keep
            the size.
        data_format: "channels_last" (N, H, W, C) or "channels_first" (N, C, H, W); K.image_data_format() by default.
        dilation_rate: distance of the points in the window, by rows and columns; (1, 1), the default, leaves no gaps.
        activation: function of the result: a name such as "relu", a function, or None for y = x, the default.
        use_bias: whether a learnt bias is added, True by default.
        kernel_initializer: first values of the kernel, "glorot_uniform" by default.
        bias_initializer: first values of the bias, "zeros" by default.
        kernel_regularizer: penalty on the kernel that is added to the loss, such as "l2"; None by default.
        bias_regularizer: penalty on the bias, None by default.
        activity_regularizer: penalty on the output, None by default.
        kernel_constraint: limit on the kernel, applied after each update, such as "max_norm"; None by default.
        bias_constraint: limit on the bias, None by default.
        groups: into how many parts channels and filters are divided, each part by itself; 1 by default. A divisor of both.

    Input shape:
        (N, H, W, C), or (N, C, H, W) for "channels_first".

    Output shape:
        (N, H', W', filters), or (N, filters, H', W'). H' = floor((H - span) / stride) + 1 for "valid", the window's
        span being (rows - 1) * dilation + 1; ceil(H / stride) for "same", padded as TensorFlow does. W' likewise.

    Raises:
        ShapeError: the input has another rank, or its number of channels is not known.

    Example:
        >>> Conv2D(8, 3).compute_output_shape((None, 28, 28, 1))
        (None, 26, 26, 8)
        >>> Conv2D(8, 3, strides=2, padding="same").compute_output_shape((None, 28, 28, 1))
        (None, 14, 14, 8)
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
        _old_atrous_rate: int | Sequence[int] = argument(alias="atrous_rate", kw_only=True, default=None)


@registry.register("layer")
class Conv3D(Convolution):
    """Convolution of volumes: y = activation(x * kernel + bias), a cross-correlation as in Keras.

    Weights: kernel (depth, rows, columns, C, filters) and bias (filters,).

    Args:
        filters: number of output channels, 1 or more.
        kernel_size: depth, rows and columns of the window; one number stands for all three.
        strides: by how much the window moves along each axis, (1, 1, 1) by default; one number stands for all three.
        padding: "valid", the default, for windows inside the input; "same" to pad with zeros, so that strides of 1 keep
            the size.
        data_format: "channels_last" (N, D, H, W, C) or "channels_first" (N, C, D, H, W); K.image_data_format() by
            default.
        dilation_rate: distance of the points in the window along each axis; (1, 1, 1), the default, leaves no gaps.
        activation: function of the result: a name such as "relu", a function, or None for y = x, the default.
        use_bias: whether a learnt bias is added, True by default.
        kernel_initializer: first values of the kernel, "glorot_uniform" by default.
        bias_initializer: first values of the bias, "zeros" by default.
        kernel_regularizer: penalty on the kernel that is added to the loss, such as "l2"; None by default.
        bias_regularizer: penalty on the bias, None by default.
        activity_regularizer: penalty on the output, None by default.
        kernel_constraint: limit on the kernel, applied after each update, such as "max_norm"; None by default.
        bias_constraint: limit on the bias, None by default.
        groups: into how many parts channels and filters are divided, each part by itself; 1 by default. A divisor of both.

    Input shape:
        (N, D, H, W, C), or (N, C, D, H, W) for "channels_first".

    Output shape:
        (N, D', H', W', filters), or (N, filters, D', H', W'), sizes as in Conv2D.

    Raises:
        ShapeError: the input has another rank, or its number of channels is not known.

    Example:
        >>> Conv3D(4, 3, padding="same").compute_output_shape((None, 8, 9, 10, 2))
        (None, 8, 9, 10, 4)
    """

    rank: ClassVar[int] = 3

    filters: int = field(rules.positive_int, default=REQUIRED, help="number of output channels", after="dtype")
    kernel_size: SizesSetting = sizes_field(
        3, default=REQUIRED, help="depth, rows and columns of the window", after="filters"
    )
    strides: SizesSetting = sizes_field(3, default=(1, 1, 1), after="kernel_size")
    _: KW_ONLY
    dilation_rate: SizesSetting = sizes_field(3, default=(1, 1, 1), help=DILATION)
    if TYPE_CHECKING:  # Keras 1's names, which the constructor takes too
        _old_nb_filter: int = argument(alias="nb_filter", kw_only=True, default=None)
        _old_kernel_dim1: int = argument(alias="kernel_dim1", kw_only=True, default=None)
        _old_kernel_dim2: int = argument(alias="kernel_dim2", kw_only=True, default=None)
        _old_kernel_dim3: int = argument(alias="kernel_dim3", kw_only=True, default=None)


Convolution1D = Conv1D
Convolution2D = Conv2D
AtrousConvolution1D = AtrousConv1D = Conv1D
AtrousConvolution2D = AtrousConv2D = Conv2D
Convolution2DTranspose = Deconvolution2D = Deconv2D = Conv2DTranspose
Deconvolution3D = Deconv3D = Conv3DTranspose
SeparableConvolution1D = SeparableConv1D
SeparableConvolution2D = SeparableConv2D
Convolution3D = Conv3D
