"""Convolutions over steps, images and volumes; the other layers of images under Keras's import path."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from .._declared import registry, rules
from .._declared.fields import REQUIRED, argument, field
from .convolutional_base import Convolution
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
from .transposed import Conv2DTranspose, Conv3DTranspose

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


@registry.register("layer")
class Conv1D(Convolution):
    """Convolution along steps: y = activation(x * kernel + bias), a cross-correlation as in Keras.

    Shapes: (N, T, C) -> (N, T', F), F = filters; T' as rows in Conv2D. padding 'causal': all of it in front, so that
    a step sees only those before it (van den Oord et al., 2016). Weights: kernel (size, C, F), bias (F,).

    >>> Conv1D(8, 3, padding="causal", dilation_rate=2).compute_output_shape((None, 20, 4))
    (None, 20, 8)
    """

    rank: ClassVar[int] = 1

    filters: int = field(rules.positive_int, default=REQUIRED, help="number of output channels", after="dtype")
    kernel_size: SizesSetting = sizes_field(1, default=REQUIRED, help="length of the window", after="filters")
    strides: SizesSetting = sizes_field(1, default=(1,), after="kernel_size")
    _: KW_ONLY
    padding: CausalPadding = field(  # pyright: ignore[reportIncompatibleVariableOverride] - 'causal' is for steps only
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

    Shapes: (N, H, W, C) -> (N, H', W', F), F = filters; H' = H - rows + 1 for padding 'valid' and strides 1,
    ceil(H / stride) for 'same' (padded as TensorFlow does). channels_first: (N, C, H, W).
    Weights: kernel (rows, columns, C, F), bias (F,).

    >>> Conv2D(8, 3).compute_output_shape((None, 28, 28, 1))
    (None, 26, 26, 8)
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

    Shapes: (N, D, H, W, C) -> (N, D', H', W', F), F = filters; sizes as in Conv2D. channels_first: (N, C, D, H, W).
    Weights: kernel (depth, rows, columns, C, F), bias (F,).

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
