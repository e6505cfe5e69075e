"""Convolutions, pooling, resizing and padding under Keras's argument names; kernels as in Keras's layers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

from .. import _ops as ops
from .._declared.keras1 import accepts_old
from .._graph.tensor import Tensor, Value
from .._machine.config import image_data_format
from .._ops.rearrange import through_channels_last
from ..errors import SettingError, ShapeError

__all__ = [
    "asymmetric_spatial_2d_padding",
    "asymmetric_temporal_padding",
    "conv1d",
    "conv2d",
    "conv2d_transpose",
    "conv3d",
    "conv3d_transpose",
    "deconv2d",
    "depthwise_conv2d",
    "local_conv1d",
    "local_conv2d",
    "normalize_data_format",
    "pool2d",
    "pool3d",
    "resize_images",
    "resize_volumes",
    "separable_conv1d",
    "separable_conv2d",
    "spatial_2d_padding",
    "spatial_3d_padding",
    "temporal_padding",
]

Ints: TypeAlias = "int | Sequence[int]"
Padding: TypeAlias = Literal["valid", "same", "causal"]
DataFormat: TypeAlias = Literal["channels_first", "channels_last"]
_KERAS1_FORMATS: dict[str, str | None] = {"default": None, "tf": "channels_last", "th": "channels_first"}


def normalize_data_format(value: str | None) -> DataFormat:
    """'channels_first' or 'channels_last'; None takes the one in use, as does Keras 1's 'default'. Raises ValueError.

    >>> normalize_data_format(None), normalize_data_format("th")
    ('channels_last', 'channels_first')
    """
    if isinstance(value, str) and value in _KERAS1_FORMATS:
        value = _KERAS1_FORMATS[value]
    data_format = image_data_format() if value is None else value.lower()
    if data_format in ("channels_first", "channels_last"):
        return data_format
    raise SettingError(where="data_format", expected="'channels_first' or 'channels_last'", actual=repr(value))


def _padding(value: str) -> str:
    if value not in ("valid", "same", "causal"):
        raise SettingError(where="padding", expected="'valid', 'same' or 'causal'", actual=repr(value))
    return value


@accepts_old("K.conv1d")
def conv1d(
    x: Value,
    kernel: Value,
    strides: Ints = 1,
    padding: Padding = "valid",
    data_format: DataFormat | None = None,
    dilation_rate: Ints = 1,
) -> Value:
    """Convolution of sequences (N, T, C) with a kernel (size, C, F).

    >>> import numpy as np
    >>> conv1d(np.ones((1, 4, 1)), np.ones((2, 1, 1))).ravel().tolist()
    [2.0, 2.0, 2.0]
    """
    return ops.conv(x, kernel, None, strides, _padding(padding), dilation_rate, normalize_data_format(data_format))


@accepts_old("K.conv2d")
def conv2d(
    x: Value,
    kernel: Value,
    strides: Ints = (1, 1),
    padding: Padding = "valid",
    data_format: DataFormat | None = None,
    dilation_rate: Ints = (1, 1),
) -> Value:
    """Convolution of images (N, H, W, C) with a kernel (rows, columns, C, F).

    >>> import numpy as np
    >>> conv2d(np.ones((1, 3, 3, 1)), np.ones((2, 2, 1, 1))).shape
    (1, 2, 2, 1)
    """
    return ops.conv(x, kernel, None, strides, _padding(padding), dilation_rate, normalize_data_format(data_format))


@accepts_old("K.conv3d")
def conv3d(
    x: Value,
    kernel: Value,
    strides: Ints = (1, 1, 1),
    padding: Padding = "valid",
    data_format: DataFormat | None = None,
    dilation_rate: Ints = (1, 1, 1),
) -> Value:
    """Convolution of volumes (N, D, H, W, C) with a kernel (*size, C, F).

    >>> import numpy as np
    >>> conv3d(np.ones((1, 3, 3, 3, 1)), np.ones((2, 2, 2, 1, 1))).shape
    (1, 2, 2, 2, 1)
    """
    return ops.conv(x, kernel, None, strides, _padding(padding), dilation_rate, normalize_data_format(data_format))


def _lengths(output_shape: Sequence[int | Tensor | None], data_format: str) -> list[int | None]:
    sizes = list(output_shape)[2:] if data_format == "channels_first" else list(output_shape)[1:-1]
    return [n if isinstance(n, int) else None for n in sizes]


@accepts_old("K.conv2d_transpose")
def conv2d_transpose(
    x: Value,
    kernel: Value,
    output_shape: Sequence[int | Tensor | None],
    strides: Ints = (1, 1),
    padding: Padding = "valid",
    data_format: DataFormat | None = None,
    dilation_rate: Ints = (1, 1),
) -> Value:
    """Transposed convolution to images of `output_shape` (batch included) with a kernel (rows, columns, F, C).

    >>> import numpy as np
    >>> conv2d_transpose(np.ones((1, 2, 2, 1)), np.ones((2, 2, 1, 1)), (1, 3, 3, 1)).shape
    (1, 3, 3, 1)
    """
    first = normalize_data_format(data_format)
    return ops.conv_transposed(
        x,
        kernel,
        None,
        _several(strides, 2),
        _padding(padding),
        _several(dilation_rate, 2),
        first,
        None,
        _lengths(output_shape, first),
    )


def conv3d_transpose(
    x: Value,
    kernel: Value,
    output_shape: Sequence[int | Tensor | None],
    strides: Ints = (1, 1, 1),
    padding: Padding = "valid",
    data_format: DataFormat | None = None,
) -> Value:
    """Transposed convolution to volumes of `output_shape` (batch included) with a kernel (*size, F, C).

    >>> import numpy as np
    >>> conv3d_transpose(np.ones((1, 1, 1, 1, 1)), np.ones((2, 2, 2, 1, 1)), (1, 2, 2, 2, 1)).shape
    (1, 2, 2, 2, 1)
    """
    first = normalize_data_format(data_format)
    return ops.conv_transposed(
        x, kernel, None, _several(strides, 3), _padding(padding), None, first, None, _lengths(output_shape, first)
    )


deconv2d = conv2d_transpose  # Keras 1


def depthwise_conv2d(
    x: Value,
    depthwise_kernel: Value,
    strides: Ints = (1, 1),
    padding: Padding = "valid",
    data_format: DataFormat | None = None,
    dilation_rate: Ints = (1, 1),
) -> Value:
    """Each channel of images with kernels of its own, (rows, columns, C, M): (N, H, W, C) -> (N, H', W', C * M).

    >>> import numpy as np
    >>> depthwise_conv2d(np.ones((1, 3, 3, 2)), np.ones((2, 2, 2, 4))).shape
    (1, 2, 2, 8)
    """

    def convolved(last: Value) -> Value:
        return ops.depthwise_conv(
            last, depthwise_kernel, _several(strides, 2), _padding(padding), _several(dilation_rate, 2)
        )

    return through_channels_last(convolved, x, normalize_data_format(data_format))


def _several(value: Ints, count: int) -> tuple[int, ...]:
    """One number for each axis."""
    return (value,) * count if isinstance(value, int) else tuple(value)


@accepts_old("K.separable_conv2d")
def separable_conv2d(
    x: Value,
    depthwise_kernel: Value,
    pointwise_kernel: Value,
    strides: Ints = (1, 1),
    padding: Padding = "valid",
    data_format: DataFormat | None = None,
    dilation_rate: Ints = (1, 1),
) -> Value:
    """`depthwise_conv2d`, then a mix of the channels by a kernel (1, 1, C * M, F).

    >>> import numpy as np
    >>> separable_conv2d(np.ones((1, 3, 3, 2)), np.ones((2, 2, 2, 1)), np.ones((1, 1, 2, 5))).shape
    (1, 2, 2, 5)
    """

    def convolved(last: Value) -> Value:
        parts = ops.depthwise_conv(
            last, depthwise_kernel, _several(strides, 2), _padding(padding), _several(dilation_rate, 2)
        )
        return ops.conv(parts, pointwise_kernel)

    return through_channels_last(convolved, x, normalize_data_format(data_format))


def separable_conv1d(
    x: Value,
    depthwise_kernel: Value,
    pointwise_kernel: Value,
    strides: Ints = 1,
    padding: Padding = "valid",
    data_format: DataFormat | None = None,
    dilation_rate: Ints = 1,
) -> Value:
    """Each channel of sequences with kernels of its own (size, C, M), then a mix by a kernel (1, C * M, F).

    >>> import numpy as np
    >>> separable_conv1d(np.ones((1, 4, 2)), np.ones((3, 2, 1)), np.ones((1, 2, 5))).shape
    (1, 2, 5)
    """
    step, gap = (v if isinstance(v, int) else v[0] for v in (strides, dilation_rate))

    def convolved(last: Value) -> Value:
        return ops.conv(
            ops.depthwise_conv(last, depthwise_kernel, (step,), _padding(padding), (gap,)), pointwise_kernel
        )

    return through_channels_last(convolved, x, normalize_data_format(data_format))


@accepts_old("K.pool2d")
def pool2d(
    x: Value,
    pool_size: Ints,
    strides: Ints = (1, 1),
    padding: Padding = "valid",
    data_format: DataFormat | None = None,
    pool_mode: Literal["max", "avg"] = "max",
) -> Value:
    """The largest ('max') or mean ('avg') value of each window of images.

    >>> import numpy as np
    >>> pool2d(np.arange(4.0).reshape(1, 2, 2, 1), (2, 2), pool_mode="avg").ravel().tolist()
    [1.5]
    """
    return _pool(x, _several(pool_size, 2), _several(strides, 2), padding, data_format, pool_mode)


@accepts_old("K.pool3d")
def pool3d(
    x: Value,
    pool_size: Ints,
    strides: Ints = (1, 1, 1),
    padding: Padding = "valid",
    data_format: DataFormat | None = None,
    pool_mode: Literal["max", "avg"] = "max",
) -> Value:
    """The largest ('max') or mean ('avg') value of each window of volumes.

    >>> import numpy as np
    >>> pool3d(np.arange(8.0).reshape(1, 2, 2, 2, 1), (2, 2, 2)).ravel().tolist()
    [7.0]
    """
    return _pool(x, _several(pool_size, 3), _several(strides, 3), padding, data_format, pool_mode)


def _pool(
    x: Value, size: Sequence[int], strides: Sequence[int], padding: str, data_format: DataFormat | None, mode: str
) -> Value:
    if mode not in ("max", "avg"):
        raise SettingError(where="pool_mode", expected="'max' or 'avg'", actual=repr(mode))
    pool = ops.max_pool if mode == "max" else ops.average_pool
    return pool(x, size, strides, _padding(padding), normalize_data_format(data_format))


def local_conv1d(
    inputs: Value, kernel: Value, kernel_size: Ints, strides: Ints, data_format: DataFormat | None = None
) -> Value:
    """Convolution of sequences with a kernel (T', size * C, F) that differs from window to window.

    >>> import numpy as np
    >>> local_conv1d(np.ones((1, 3, 1)), np.arange(4.0).reshape(2, 2, 1), 2, 1).ravel().tolist()
    [1.0, 5.0]
    """
    return _local(inputs, kernel, _several(kernel_size, 1), _several(strides, 1), data_format)


def local_conv2d(
    inputs: Value,
    kernel: Value,
    kernel_size: Ints,
    strides: Ints,
    output_shape: Sequence[int | None],
    data_format: DataFormat | None = None,
) -> Value:
    """Convolution of images with a kernel (H' * W', rows * columns * C, F) that differs from window to window.

    >>> import numpy as np
    >>> local_conv2d(np.ones((1, 2, 2, 1)), np.ones((1, 4, 3)), (2, 2), (1, 1), (1, 1)).ravel().tolist()
    [4.0, 4.0, 4.0]
    """
    return _local(inputs, kernel, _several(kernel_size, 2), _several(strides, 2), data_format)


def _local(
    x: Value, kernel: Value, size: Sequence[int], strides: Sequence[int], data_format: DataFormat | None
) -> Value:
    layout = normalize_data_format(data_format)
    if layout == "channels_first":
        windows, length, filters = kernel.shape
        channels = x.shape[1]
        if length is None or channels is None:
            raise ShapeError(where="K.local_conv", expected="known sizes of the channels", actual=str(x.shape))
        by_channel = ops.reshape(kernel, (windows, channels, length // channels, filters))
        kernel = ops.reshape(ops.transpose(by_channel, (0, 2, 1, 3)), (windows, length, filters))
    return through_channels_last(lambda last: ops.local_conv(last, kernel, size, strides), x, layout)


@accepts_old("K.resize_images")
def resize_images(
    x: Value,
    height_factor: int,
    width_factor: int,
    data_format: DataFormat | None,
    interpolation: Literal["nearest", "bilinear"] = "nearest",
) -> Value:
    """Images with each row and column repeated ('nearest'), or with points on straight lines between them ('bilinear').

    >>> import numpy as np
    >>> resize_images(np.ones((1, 2, 2, 1)), 2, 3, "channels_last").shape
    (1, 4, 6, 1)
    """
    if interpolation not in ("nearest", "bilinear"):
        raise SettingError(where="interpolation", expected="'nearest' or 'bilinear'", actual=repr(interpolation))
    return ops.upsample(x, (height_factor, width_factor), normalize_data_format(data_format), interpolation)


@accepts_old("K.resize_volumes")
def resize_volumes(
    x: Value, depth_factor: int, height_factor: int, width_factor: int, data_format: DataFormat | None
) -> Value:
    """Volumes with each element repeated along each axis.

    >>> import numpy as np
    >>> resize_volumes(np.ones((1, 1, 1, 1, 1)), 1, 2, 3, "channels_last").shape
    (1, 1, 2, 3, 1)
    """
    return ops.upsample(x, (depth_factor, height_factor, width_factor), normalize_data_format(data_format))


def temporal_padding(x: Value, padding: tuple[int, int] = (1, 1)) -> Value:
    """Zeros before and after the steps of (N, T, C).

    >>> import numpy as np
    >>> temporal_padding(np.ones((1, 1, 1)), (1, 2)).ravel().tolist()
    [0.0, 1.0, 0.0, 0.0]
    """
    return ops.pad_zeros(x, [(padding[0], padding[1])])


@accepts_old("K.spatial_2d_padding")
def spatial_2d_padding(
    x: Value, padding: Sequence[tuple[int, int]] = ((1, 1), (1, 1)), data_format: DataFormat | None = None
) -> Value:
    """Zeros around images: ((above, below), (left, right)).

    >>> import numpy as np
    >>> spatial_2d_padding(np.ones((1, 1, 1, 1)), ((0, 1), (2, 0))).shape
    (1, 2, 3, 1)
    """
    return ops.pad_zeros(x, [(before, after) for before, after in padding], normalize_data_format(data_format))


@accepts_old("K.spatial_3d_padding")
def spatial_3d_padding(
    x: Value, padding: Sequence[tuple[int, int]] = ((1, 1), (1, 1), (1, 1)), data_format: DataFormat | None = None
) -> Value:
    """Zeros around volumes, (before, after) for each of three axes.

    >>> import numpy as np
    >>> spatial_3d_padding(np.ones((1, 1, 1, 1, 1))).shape
    (1, 3, 3, 3, 1)
    """
    return ops.pad_zeros(x, [(before, after) for before, after in padding], normalize_data_format(data_format))


asymmetric_temporal_padding, asymmetric_spatial_2d_padding = temporal_padding, spatial_2d_padding  # Keras 1
