"""Locally connected layers: convolutions with a kernel of their own for each window."""

from __future__ import annotations

from typing import Any, ClassVar

from .. import _ops as ops
from .._declared import registry, rules
from .._declared.fields import field
from .._ops.rearrange import through_channels_last
from ..errors import SettingError, ShapeError
from .convolutional_base import WindowedLayer, activated, add_bias, add_kernel, fix_channels, known_channels

__all__ = ["LocallyConnected1D", "LocallyConnected2D"]


class _LocallyConnected(WindowedLayer):
    group: ClassVar[str] = "local"

    def prepare(self) -> None:
        """Refuse padding, which windows with kernels of their own do not have."""
        super().prepare()
        if self.padding != "valid":
            raise SettingError(
                where=f"{type(self).__name__}, padding", expected="'valid'", found=repr(self.padding),
                hint="Put ZeroPadding1D or ZeroPadding2D before it.",
            )  # fmt: skip

    def build(self, input_shape: Any) -> None:
        """Make a kernel and a bias for each window."""
        channels = known_channels(input_shape, self.data_format)
        spatial = input_shape[2:] if self.data_format == "channels_first" else input_shape[1:-1]
        if None in spatial:
            raise ShapeError(
                expected="known sizes on all axes", found=str(input_shape), hint="Give the Input its shape."
            )
        windows = [(n - k) // s + 1 for n, k, s in zip(spatial, self.kernel_size, self.strides, strict=True)]
        size, number = channels, 1
        for k, n in zip(self.kernel_size, windows, strict=True):
            size, number = size * k, number * max(n, 0)
        self.kernel = add_kernel(self, "kernel", (number, size, self.filters))
        self.bias = add_bias(self, (*windows, self.filters))
        fix_channels(self, channels)

    def call(self, inputs: Any) -> Any:
        """activation(products of each window with its kernel + bias)."""
        kernel, bias = self.kernel, self.bias
        if self.data_format == "channels_first":
            # Keras counts the elements of a window in the order of the input's axes.
            number, size, filters = kernel.shape
            channels = inputs.shape[1]
            by_channel = ops.reshape(kernel, (number, channels, size // channels, filters))
            kernel = ops.reshape(ops.transpose(by_channel, (0, 2, 1, 3)), (number, size, filters))
            if bias is not None:
                # Keras reshapes the bias here, it does not move its axes: files keep their order.
                bias = ops.reshape(bias, (bias.shape[-1], *bias.shape[:-1]))
        y = through_channels_last(
            lambda x: ops.local_conv(x, kernel, self.kernel_size, self.strides), inputs, self.data_format
        )
        return activated(self, y if bias is None else y + bias)


@registry.register("layer")
class LocallyConnected1D(_LocallyConnected):
    """Convolution along steps with a kernel for each window: (N, T, C) -> (N, T', F), F = filters.

    Weights: kernel (T', size * C, F), bias (T', F).

    >>> LocallyConnected1D(8, 3).compute_output_shape((None, 10, 4))
    (None, 8, 8)
    """

    rank: ClassVar[int] = 1

    kernel_size: Any = field(rules.int_tuple(1), help="length of the window")
    strides: Any = field(rules.int_tuple(1), default=(1,), help="steps of the window")


@registry.register("layer")
class LocallyConnected2D(_LocallyConnected):
    """Convolution of images with a kernel for each window: (N, H, W, C) -> (N, H', W', F), F = filters.

    Weights: kernel (H' * W', rows * columns * C, F), bias (H', W', F).

    >>> LocallyConnected2D(8, 3).compute_output_shape((None, 10, 9, 4))
    (None, 8, 7, 8)
    """

    kernel_size: Any = field(rules.int_tuple(2), help="rows and columns of the window")
    strides: Any = field(rules.int_tuple(2), default=(1, 1), help="steps of the window")
