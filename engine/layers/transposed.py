"""Transposed convolutions of images and volumes."""

from __future__ import annotations

from typing import Any, ClassVar

from .. import _ops as ops
from .._declared import registry, rules
from .._declared.fields import field
from ..errors import SettingError
from .convolutional_base import WindowedLayer, activated, add_bias, add_kernel, fix_channels, known_channels


class _Transposed(WindowedLayer):
    output_padding: Any = field(
        rules.optional(rules.int_tuple(2, 0)),
        default=None,
        help="elements added beyond the shortest output; None for the usual size",
        after="padding",
    )

    def prepare(self) -> None:
        """Refuse an output_padding that no stride can skip."""
        super().prepare()
        for extra, stride in zip(self.output_padding or (), self.strides, strict=False):
            if extra >= stride:
                raise SettingError(
                    where=f"{type(self).__name__}, output_padding", expected=f"less than the strides {self.strides}",
                    found=str(self.output_padding),
                )  # fmt: skip

    def build(self, input_shape: Any) -> None:
        """Make kernel and bias."""
        channels = known_channels(input_shape, self.data_format)
        self.kernel = add_kernel(self, "kernel", (*self.kernel_size, self.filters, channels))
        self.bias = add_bias(self, (self.filters,))
        fix_channels(self, channels)

    def call(self, inputs: Any) -> Any:
        """activation(transposed convolution + bias)."""
        dilation = getattr(self, "dilation_rate", None)
        y = ops.conv_transposed(
            inputs, self.kernel, self.bias, self.strides, self.padding, dilation, self.data_format, self.output_padding
        )
        return activated(self, y)


@registry.register("layer")
class Conv2DTranspose(_Transposed):
    """Transposed convolution of images, which enlarges them ("deconvolution", Zeiler et al., 2010).

    Shapes: (N, H, W, C) -> (N, H', W', F), F = filters; H' = H * stride for padding 'same', H * stride + max(rows -
    stride, 0) for 'valid'. With output_padding p: (H - 1) * stride + rows - 2 * pad + p, pad = rows // 2 for 'same'.
    Weights: kernel (rows, columns, F, C), bias (F,).

    >>> Conv2DTranspose(8, 3, strides=2, padding="same").compute_output_shape((None, 7, 7, 16))
    (None, 14, 14, 8)
    """

    kernel_size: Any = field(rules.int_tuple(2), help="rows and columns of the window")
    strides: Any = field(rules.int_tuple(2), default=(1, 1), help="how many times larger the output is")
    dilation_rate: Any = field(
        rules.int_tuple(2), default=(1, 1), help="distance of the points in the window", after="data_format"
    )


@registry.register("layer")
class Conv3DTranspose(_Transposed):
    """Transposed convolution of volumes, which enlarges them.

    Shapes: (N, D, H, W, C) -> (N, D', H', W', F), sizes as in Conv2DTranspose. Weights: kernel (*size, F, C), bias (F,).

    >>> Conv3DTranspose(8, 3, strides=2, padding="same").compute_output_shape((None, 4, 4, 4, 16))
    (None, 8, 8, 8, 8)
    """

    rank: ClassVar[int] = 3

    kernel_size: Any = field(rules.int_tuple(3), help="depth, rows and columns of the window")
    strides: Any = field(rules.int_tuple(3), default=(1, 1, 1), help="how many times larger the output is")
    output_padding: Any = field(
        rules.optional(rules.int_tuple(3, 0)),
        default=None,
        help="elements added beyond the shortest output; None for the usual size",
    )
