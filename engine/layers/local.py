"""Locally connected layers: convolutions with a kernel of their own for each window."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, ClassVar

from .. import _ops as ops
from .._declared import registry, rules
from .._declared.fields import REQUIRED, argument, field
from .._ops.rearrange import through_channels_last
from ..errors import SettingError, ShapeError
from .convolutional_base import WindowedLayer, known_channels
from .settings import initializer_field, limit_field, penalty_field, sizes_field
from .weights import add_by_settings

if TYPE_CHECKING:
    from dataclasses import KW_ONLY

    from .._graph.tensor import Tensor
    from ..types import Shape
    from .settings import ConstraintSetting, InitializerSetting, RegularizerSetting, SizesSetting

__all__ = ["LocallyConnected1D", "LocallyConnected2D"]


class _LocallyConnected(WindowedLayer):
    """Base of layers with a kernel for each window; a subclass declares its sizes and `rank`."""

    group: ClassVar[str] = "local"

    filters: int  # a subclass declares this and the next two as settings
    kernel_size: SizesSetting
    strides: SizesSetting
    _: KW_ONLY
    kernel_initializer: InitializerSetting = initializer_field(
        default="glorot_uniform", what="kernel", after="use_bias"
    )
    kernel_regularizer: RegularizerSetting = penalty_field(default=None, what="kernel", after="bias_initializer")
    kernel_constraint: ConstraintSetting = limit_field(default=None, what="kernel", after="activity_regularizer")

    def prepare(self) -> None:
        """Refuse "same": each window has a kernel of its own, so there is none for windows over the border."""
        super().prepare()
        if self.padding != "valid":
            raise SettingError(
                where=f"{type(self).__name__}, padding",
                expected="'valid'",
                actual=repr(self.padding),
                hint="Put ZeroPadding1D or ZeroPadding2D before it.",
            )

    def build(self, input_shape: Shape) -> None:
        """Make a kernel and a bias for each window."""
        channels = known_channels(input_shape, self.data_format)
        axes = input_shape[2:] if self.data_format == "channels_first" else input_shape[1:-1]
        spatial = [n for n in axes if n is not None]
        if len(spatial) < len(axes):
            raise ShapeError(
                expected="known sizes on all axes", actual=str(input_shape), hint="Give the Input its shape."
            )
        windows = [(n - k) // s + 1 for n, k, s in zip(spatial, self.kernel_size, self.strides, strict=True)]
        count = prod(max(n, 0) for n in windows)
        self.kernel = add_by_settings(self, "kernel", (count, prod(self.kernel_size) * channels, self.filters))
        self.bias = self.add_bias((*windows, self.filters))
        self.fix_channels(channels)

    def call(self, inputs: Tensor) -> Tensor:
        """activation(products of each window with its kernel + bias)."""
        kernel, bias = self.kernel, self.bias
        if self.data_format == "channels_first":
            # Keras counts the elements of a window in the order of the input's axes.
            count, size, filters = self.kernel.shape
            window = prod(self.kernel_size)
            by_channel = ops.reshape(kernel, (count, size // window, window, filters))
            kernel = ops.reshape(ops.transpose(by_channel, (0, 2, 1, 3)), (count, size, filters))
            if bias is not None:
                # Keras reshapes the bias instead of moving its axes, and so do we, for the order of weights in files.
                bias = ops.reshape(bias, (bias.shape[-1], *bias.shape[:-1]))
        y = through_channels_last(
            lambda x: ops.local_conv(x, kernel, self.kernel_size, self.strides), inputs, self.data_format
        )
        return self.activated(y if bias is None else y + bias)


@registry.register("layer")
class LocallyConnected1D(_LocallyConnected):
    """Convolution along steps with a kernel for each window: (N, T, C) -> (N, T', F), F = filters.

    Weights: kernel (T', kernel_size * C, filters) and bias (T', filters).

    Args:
        filters: number of output channels, 1 or more.
        kernel_size: length of the window, in time steps.
        strides: by how many time steps the window moves, 1 by default.
        padding: only "valid", the default: ZeroPadding1D before the layer pads.
        data_format: "channels_last" (N, T, C) or "channels_first" (N, C, T); K.image_data_format() by default.
        activation: function of the result: a name such as "relu", a function, or None for y = x, the default.
        use_bias: whether a learnt bias is added, True by default.
        kernel_initializer: first values of the kernels, "glorot_uniform" by default.
        bias_initializer: first values of the biases, "zeros" by default.
        kernel_regularizer: penalty on the kernels that is added to the loss, such as "l2"; None by default.
        bias_regularizer: penalty on the biases, None by default.
        activity_regularizer: penalty on the output, None by default.
        kernel_constraint: limit on the kernels, applied after each update, such as "max_norm"; None by default.
        bias_constraint: limit on the biases, None by default.

    Input shape:
        (N, T, C), or (N, C, T) for "channels_first"; T and C must be known.

    Output shape:
        (N, T', filters), or (N, filters, T'); T' = floor((T - kernel_size) / stride) + 1.

    Raises:
        SettingError: `padding` is not "valid".
        ShapeError: a size of the input is not known.

    Example:
        >>> LocallyConnected1D(8, 3).compute_output_shape((None, 10, 4))
        (None, 8, 8)
    """

    rank: ClassVar[int] = 1

    filters: int = field(rules.positive_int, default=REQUIRED, help="number of output channels", after="dtype")
    kernel_size: SizesSetting = sizes_field(1, default=REQUIRED, help="length of the window", after="filters")
    strides: SizesSetting = sizes_field(1, default=(1,), after="kernel_size")
    if TYPE_CHECKING:  # Keras 1's names, which the constructor takes too
        _old_nb_filter: int = argument(alias="nb_filter", kw_only=True, default=None)
        _old_filter_length: int = argument(alias="filter_length", kw_only=True, default=None)
        _old_subsample_length: int = argument(alias="subsample_length", kw_only=True, default=None)


@registry.register("layer")
class LocallyConnected2D(_LocallyConnected):
    """Convolution of images with a kernel for each window: (N, H, W, C) -> (N, H', W', F), F = filters.

    Weights: kernel (H' * W', rows * columns * C, filters) and bias (H', W', filters).

    Args:
        filters: number of output channels, 1 or more.
        kernel_size: rows and columns of the window; one number stands for both.
        strides: by how many rows and columns the window moves, (1, 1) by default; one number stands for both.
        padding: only "valid", the default: ZeroPadding2D before the layer pads.
        data_format: "channels_last" (N, H, W, C) or "channels_first" (N, C, H, W); K.image_data_format() by default.
        activation: function of the result: a name such as "relu", a function, or None for y = x, the default.
        use_bias: whether a learnt bias is added, True by default.
        kernel_initializer: first values of the kernels, "glorot_uniform" by default.
        bias_initializer: first values of the biases, "zeros" by default.
        kernel_regularizer: penalty on the kernels that is added to the loss, such as "l2"; None by default.
        bias_regularizer: penalty on the biases, None by default.
        activity_regularizer: penalty on the output, None by default.
        kernel_constraint: limit on the kernels, applied after each update, such as "max_norm"; None by default.
        bias_constraint: limit on the biases, None by default.

    Input shape:
        (N, H, W, C), or (N, C, H, W) for "channels_first"; H, W and C must be known.

    Output shape:
        (N, H', W', filters), or (N, filters, H', W'); H' = floor((H - rows) / stride) + 1, W' likewise.

    Raises:
        SettingError: `padding` is not "valid".
        ShapeError: a size of the input is not known.

    Example:
        >>> LocallyConnected2D(8, 3).compute_output_shape((None, 10, 9, 4))
        (None, 8, 7, 8)
    """

    filters: int = field(rules.positive_int, default=REQUIRED, help="number of output channels", after="dtype")
    kernel_size: SizesSetting = sizes_field(2, default=REQUIRED, help="rows and columns of the window", after="filters")
    strides: SizesSetting = sizes_field(2, default=(1, 1), after="kernel_size")
    if TYPE_CHECKING:  # Keras 1's names, which the constructor takes too
        _old_nb_filter: int = argument(alias="nb_filter", kw_only=True, default=None)
        _old_nb_row: int = argument(alias="nb_row", kw_only=True, default=None)
        _old_nb_col: int = argument(alias="nb_col", kw_only=True, default=None)
