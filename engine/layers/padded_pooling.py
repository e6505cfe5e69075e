"""Pooling whose windows lie as Caffe's and PyTorch's do: padding in numbers, and a number of windows that is rounded up."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from .. import _ops as ops
from .._declared import registry, rules
from .._declared.fields import field
from .._ops.rearrange import through_channels_last
from .._ops.shapes import padded_length
from ..errors import SettingError, ShapeError
from .base import Layer
from .convolutional_base import spatial_spec
from .settings import data_format_field, sizes_field, switch_field

if TYPE_CHECKING:
    from .._graph.tensor import Tensor
    from .settings import DataFormatSetting, OptionalSizesSetting, SizesSetting

__all__ = ["PaddedAveragePooling2D", "PaddedMaxPooling2D"]


class _PaddedPooling2D(Layer):
    """Base of both."""

    group: ClassVar[str] = "pooling"
    rank: ClassVar[int] = 2

    pool_size: SizesSetting = sizes_field(2, default=(2, 2), help="rows and columns of the window")
    strides: OptionalSizesSetting = field(
        rules.optional(rules.int_tuple(2)), default=None, help="steps of the window; None: its size"
    )
    pad: SizesSetting = field(rules.int_tuple(2, minimum=0), default=(0, 0), help="rows and columns of padding")
    ceil_mode: bool = switch_field(default=True, help="a last window may reach over the border")
    data_format: DataFormatSetting = data_format_field(default=None)

    def prepare(self) -> None:
        """Take images. Raises SettingError where the padding is as large as the window."""
        super().prepare()
        self.strides = self.strides or self.pool_size
        if any(pad >= size for pad, size in zip(self.pad, self.pool_size, strict=True)):
            where = f"{type(self).__name__}, pad"
            raise SettingError(where=where, expected=f"less than the window {self.pool_size}", actual=str(self.pad))
        self.input_spec = spatial_spec(2)

    @property
    def _rounding(self) -> str:
        return "ceil" if self.ceil_mode else "floor"


@registry.register("layer")
class PaddedMaxPooling2D(_PaddedPooling2D):
    """The largest value of each window, which may begin before the image and end behind it: (N, H, W, C) -> (N, H', W', C).

    What lies outside does not count. Caffe's MAX pooling, and PyTorch's `MaxPool2d` with `ceil_mode`.

    Args:
        pool_size: rows and columns of the window, (2, 2) by default; one number stands for both.
        strides: by how many rows and columns the window moves; by default its size.
        pad: how many rows and columns before the image the first window begins, less than its size; 0 by default.
        ceil_mode: whether the number of windows is rounded up, so that a last one reaches over the border; True by default.
            One that would begin behind the image and its padding is left out.
        data_format: "channels_last" (N, H, W, C) or "channels_first" (N, C, H, W); K.image_data_format() by default.

    Input shape:
        (N, H, W, C), or (N, C, H, W) for "channels_first".

    Output shape:
        (N, H', W', C), or (N, C, H', W'). H' = ceil((H + 2 * pad - pool_size) / stride) + 1, one less where the last window would
        begin at H + pad or behind; floor in place of ceil without ceil_mode.

    Raises:
        SettingError: pad is not less than pool_size.
        ShapeError: the input has another rank, or the window is larger than the image.

    Example:
        >>> PaddedMaxPooling2D(3, strides=2, pad=1).compute_output_shape((None, 112, 112, 64))
        (None, 57, 57, 64)
    """

    def call(self, inputs: Tensor) -> Tensor:
        """The largest value of each window."""
        strides = self.strides or self.pool_size
        return ops.max_pool(inputs, self.pool_size, strides, self._rounding, self.data_format, self.pad)


@registry.register("layer")
class PaddedAveragePooling2D(_PaddedPooling2D):
    """The mean of each window, which may begin before the image and end behind it: (N, H, W, C) -> (N, H', W', C).

    Padding counts as zeros; what of a last window lies behind that does not count. Caffe's AVE pooling, and PyTorch's
    `AvgPool2d` with `ceil_mode`.

    Args:
        pool_size: rows and columns of the window, (2, 2) by default; one number stands for both.
        strides: by how many rows and columns the window moves; by default its size.
        pad: rows and columns of zeros on either side, less than the window; 0 by default.
        ceil_mode: whether the number of windows is rounded up, so that a last one reaches over the border; True by default.
            One that would begin behind the image and its padding is left out.
        data_format: "channels_last" (N, H, W, C) or "channels_first" (N, C, H, W); K.image_data_format() by default.

    Input shape:
        (N, H, W, C), or (N, C, H, W) for "channels_first".

    Output shape:
        (N, H', W', C), or (N, C, H', W'), sizes as in PaddedMaxPooling2D.

    Raises:
        SettingError: pad is not less than pool_size.
        ShapeError: the input has another rank, its size is not known, or the window is larger than the image.

    Example:
        >>> import numpy as np
        >>> PaddedAveragePooling2D(2, pad=1)(np.ones((1, 2, 2, 1)))[0, ..., 0].tolist()
        [[0.25, 0.25], [0.25, 0.25]]
    """

    def call(self, inputs: Tensor) -> Tensor:
        """The mean of each window."""

        def pooled(x: Tensor) -> Tensor:
            strides = self.strides or self.pool_size
            around = [(0, 0), (0, 0), (0, 0), (0, 0)]
            sizes = zip(x.shape[1:3], self.pool_size, strides, self.pad, strict=True)
            for axis, (length, size, stride, pad) in enumerate(sizes, 1):
                if length is None:
                    raise ShapeError(expected="a known size of the images", actual=str(x.shape))
                windows = padded_length(length, size, stride, pad, self._rounding)
                behind = (windows - 1) * stride - pad + size - length
                around[axis] = pad, max(0, min(behind, pad))
            x = ops.pad(x, around) if any(map(any, around)) else x
            return ops.average_pool(x, self.pool_size, strides, self._rounding)

        return through_channels_last(pooled, inputs, self.data_format)
