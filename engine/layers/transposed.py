"""Transposed convolutions of images and volumes."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from .. import _ops as ops
from .._declared import registry, rules
from .._declared.fields import REQUIRED, argument, field
from ..errors import SettingError
from .convolutional_base import WindowedLayer, known_channels
from .settings import DILATION, initializer_field, limit_field, penalty_field, sizes_field
from .weights import add_by_settings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from dataclasses import KW_ONLY

    from .._graph.tensor import Tensor
    from ..types import Shape
    from .settings import (
        ConstraintSetting,
        InitializerSetting,
        OptionalSizesSetting,
        RegularizerSetting,
        SizesSetting,
    )

_STRIDES = "how many times larger the output is"
_OUTPUT_PADDING = "elements added beyond the shortest output; None for the usual size"


class _Transposed(WindowedLayer):
    """Base of transposed convolutions; a subclass declares its sizes and `rank`."""

    filters: int  # a subclass declares this and the next two as settings
    kernel_size: SizesSetting
    strides: SizesSetting
    _: KW_ONLY
    output_padding: OptionalSizesSetting = field(
        rules.optional(rules.int_tuple(None, 0)), default=None, help=_OUTPUT_PADDING, after="padding"
    )
    kernel_initializer: InitializerSetting = initializer_field(
        default="glorot_uniform", what="kernel", after="use_bias"
    )
    kernel_regularizer: RegularizerSetting = penalty_field(default=None, what="kernel", after="bias_initializer")
    kernel_constraint: ConstraintSetting = limit_field(default=None, what="kernel", after="activity_regularizer")

    def prepare(self) -> None:
        """Refuse an output_padding that is not below the strides."""
        super().prepare()
        for extra, stride in zip(self.output_padding or (), self.strides, strict=False):
            if extra >= stride:
                raise SettingError(
                    where=f"{type(self).__name__}, output_padding",
                    expected=f"less than the strides {self.strides}",
                    actual=str(self.output_padding),
                )

    def build(self, input_shape: Shape) -> None:
        """Make kernel and bias."""
        channels = known_channels(input_shape, self.data_format)
        self.kernel = add_by_settings(self, "kernel", (*self.kernel_size, self.filters, channels))
        self.bias = self.add_bias((self.filters,))
        self.fix_channels(channels)

    def call(self, inputs: Tensor) -> Tensor:
        """activation(transposed convolution + bias)."""
        dilation = getattr(self, "dilation_rate", None)
        y = ops.conv_transposed(
            inputs, self.kernel, self.bias, self.strides, self.padding, dilation, self.data_format, self.output_padding
        )
        return self.activated(y)


@registry.register("layer")
class Conv1DTranspose(_Transposed):
    """Transposed convolution of sequences, which makes them longer ("deconvolution").

    Weights: kernel (steps, filters, C) and bias (filters,).

    Args:
        filters: number of output channels, 1 or more.
        kernel_size: steps of the window.
        strides: how many times longer the output is, 1 by default.
        padding: "valid", the default, keeps all that the windows give; "same" cuts it to T * stride steps.
        output_padding: steps added to the shortest output, below the stride; None, the default, for the length below.
        data_format: "channels_last" (N, T, C) or "channels_first" (N, C, T); K.image_data_format() by default.
        dilation_rate: distance of the points in the window; 1, the default, leaves no gaps.
        activation: function of the result: a name such as "relu", a function, or None for y = x, the default.
        use_bias: whether a learnt bias is added, True by default.
        kernel_initializer: first values of the kernel, "glorot_uniform" by default.
        bias_initializer: first values of the bias, "zeros" by default.
        kernel_regularizer: penalty on the kernel that is added to the loss, such as "l2"; None by default.
        bias_regularizer: penalty on the bias, None by default.
        activity_regularizer: penalty on the output, None by default.
        kernel_constraint: limit on the kernel, applied after each update, such as "max_norm"; None by default.
        bias_constraint: limit on the bias, None by default.

    Input shape:
        (N, T, C), or (N, C, T) for "channels_first".

    Output shape:
        (N, T', filters), or (N, filters, T'). T' = T * stride for "same", T * stride + max(steps - stride, 0) for "valid".

    Raises:
        SettingError: `output_padding` is not below the stride.
        ShapeError: the input has another rank, or its number of channels is not known.

    Example:
        >>> Conv1DTranspose(8, 3, strides=2, padding="same").compute_output_shape((None, 7, 16))
        (None, 14, 8)
    """

    rank: ClassVar[int] = 1

    filters: int = field(rules.positive_int, default=REQUIRED, help="number of output channels", after="dtype")
    kernel_size: SizesSetting = sizes_field(1, default=REQUIRED, help="steps of the window", after="filters")
    strides: SizesSetting = sizes_field(1, default=(1,), help=_STRIDES, after="kernel_size")
    _: KW_ONLY
    output_padding: OptionalSizesSetting = field(
        rules.optional(rules.int_tuple(1, 0)), default=None, help=_OUTPUT_PADDING
    )
    dilation_rate: SizesSetting = sizes_field(1, default=(1,), help=DILATION, after="data_format")


@registry.register("layer")
class Conv2DTranspose(_Transposed):
    """Transposed convolution of images, which enlarges them ("deconvolution", Zeiler et al., 2010).

    Weights: kernel (rows, columns, filters, C) and bias (filters,).

    Args:
        filters: number of output channels, 1 or more.
        kernel_size: rows and columns of the window; one number stands for both.
        strides: how many times larger the output is, by rows and columns; (1, 1) by default, one number stands for
            both.
        padding: "valid", the default, keeps all that the windows give; "same" cuts it to H * stride rows.
        output_padding: rows and columns added to the shortest output, each below its stride; None, the default, for the
            sizes below.
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

    Input shape:
        (N, H, W, C), or (N, C, H, W) for "channels_first".

    Output shape:
        (N, H', W', filters), or (N, filters, H', W'). H' = H * stride for "same", H * stride + max(rows - stride, 0)
        for "valid"; with output_padding p, (H - 1) * stride + rows - 2 * pad + p, where pad = rows // 2 for "same" and
        0 for "valid". W' likewise.

    Raises:
        SettingError: `output_padding` is not below the strides.
        ShapeError: the input has another rank, or its number of channels is not known.

    Example:
        >>> Conv2DTranspose(8, 3, strides=2, padding="same").compute_output_shape((None, 7, 7, 16))
        (None, 14, 14, 8)
    """

    filters: int = field(rules.positive_int, default=REQUIRED, help="number of output channels", after="dtype")
    kernel_size: SizesSetting = sizes_field(2, default=REQUIRED, help="rows and columns of the window", after="filters")
    strides: SizesSetting = sizes_field(2, default=(1, 1), help=_STRIDES, after="kernel_size")
    _: KW_ONLY
    output_padding: OptionalSizesSetting = field(
        rules.optional(rules.int_tuple(2, 0)), default=None, help=_OUTPUT_PADDING
    )
    dilation_rate: SizesSetting = sizes_field(2, default=(1, 1), help=DILATION, after="data_format")
    if TYPE_CHECKING:  # Keras 1's names, which the constructor takes too
        _old_nb_filter: int = argument(alias="nb_filter", kw_only=True, default=None)
        _old_nb_row: int = argument(alias="nb_row", kw_only=True, default=None)
        _old_nb_col: int = argument(alias="nb_col", kw_only=True, default=None)
        _old_output_shape: Sequence[int | None] = argument(alias="output_shape", kw_only=True, default=None)


@registry.register("layer")
class Conv3DTranspose(_Transposed):
    """Transposed convolution of volumes, which enlarges them.

    Weights: kernel (depth, rows, columns, filters, C) and bias (filters,).

    Args:
        filters: number of output channels, 1 or more.
        kernel_size: depth, rows and columns of the window; one number stands for all three.
        strides: how many times larger the output is along each axis; (1, 1, 1) by default, one number stands for all
            three.
        padding: "valid", the default, keeps all that the windows give; "same" cuts it to size * stride along each axis.
        output_padding: elements added to the shortest output along each axis, each below its stride; None, the default,
            for the sizes of Conv2DTranspose.
        data_format: "channels_last" (N, D, H, W, C) or "channels_first" (N, C, D, H, W); K.image_data_format() by
            default.
        activation: function of the result: a name such as "relu", a function, or None for y = x, the default.
        use_bias: whether a learnt bias is added, True by default.
        kernel_initializer: first values of the kernel, "glorot_uniform" by default.
        bias_initializer: first values of the bias, "zeros" by default.
        kernel_regularizer: penalty on the kernel that is added to the loss, such as "l2"; None by default.
        bias_regularizer: penalty on the bias, None by default.
        activity_regularizer: penalty on the output, None by default.
        kernel_constraint: limit on the kernel, applied after each update, such as "max_norm"; None by default.
        bias_constraint: limit on the bias, None by default.

    Input shape:
        (N, D, H, W, C), or (N, C, D, H, W) for "channels_first".

    Output shape:
        (N, D', H', W', filters), or (N, filters, D', H', W'), sizes as in Conv2DTranspose.

    Raises:
        SettingError: `output_padding` is not below the strides.
        ShapeError: the input has another rank, or its number of channels is not known.

    Example:
        >>> Conv3DTranspose(8, 3, strides=2, padding="same").compute_output_shape((None, 4, 4, 4, 16))
        (None, 8, 8, 8, 8)
    """

    rank: ClassVar[int] = 3

    filters: int = field(rules.positive_int, default=REQUIRED, help="number of output channels", after="dtype")
    kernel_size: SizesSetting = sizes_field(
        3, default=REQUIRED, help="depth, rows and columns of the window", after="filters"
    )
    strides: SizesSetting = sizes_field(3, default=(1, 1, 1), help=_STRIDES, after="kernel_size")
    _: KW_ONLY
    output_padding: OptionalSizesSetting = field(
        rules.optional(rules.int_tuple(3, 0)), default=None, help=_OUTPUT_PADDING
    )
    if TYPE_CHECKING:  # Keras 1's names, which the constructor takes too
        _old_nb_filter: int = argument(alias="nb_filter", kw_only=True, default=None)
        _old_kernel_dim1: int = argument(alias="kernel_dim1", kw_only=True, default=None)
        _old_kernel_dim2: int = argument(alias="kernel_dim2", kw_only=True, default=None)
        _old_kernel_dim3: int = argument(alias="kernel_dim3", kw_only=True, default=None)
        _old_output_shape: Sequence[int | None] = argument(alias="output_shape", kw_only=True, default=None)
