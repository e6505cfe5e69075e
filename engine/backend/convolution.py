"""Convolutions, pooling, resizing and padding under Keras's argument names; kernels as in Keras's layers."""

from __future__ import annotations

from typing import Any

from .. import _ops as ops
from .._machine.config import image_data_format
from .._ops.rearrange import through_channels_last
from ..errors import SettingError

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

_POOLS = {"max": ops.max_pool, "avg": ops.average_pool}


def normalize_data_format(value: str | None) -> str:
    """'channels_first' or 'channels_last'; None takes the one in use. Raises ValueError."""
    found = image_data_format() if value is None else value.lower()
    if found not in ("channels_first", "channels_last"):
        raise SettingError(where="data_format", expected="'channels_first' or 'channels_last'", found=repr(value))
    return found


def _padding(value: str) -> str:
    if value not in ("valid", "same", "causal"):
        raise SettingError(where="padding", expected="'valid', 'same' or 'causal'", found=repr(value))
    return value


def conv1d(
    x: Any,
    kernel: Any,
    strides: int = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: int = 1,
) -> Any:
    """Convolution of sequences (N, T, C) with a kernel (size, C, F)."""
    return ops.conv(x, kernel, None, strides, _padding(padding), dilation_rate, normalize_data_format(data_format))


def conv2d(
    x: Any, kernel: Any, strides: Any = (1, 1), padding: str = "valid", data_format: str | None = None,
    dilation_rate: Any = (1, 1),
) -> Any:  # fmt: skip
    """Convolution of images (N, H, W, C) with a kernel (rows, columns, C, F)."""
    return ops.conv(x, kernel, None, strides, _padding(padding), dilation_rate, normalize_data_format(data_format))


def conv3d(
    x: Any, kernel: Any, strides: Any = (1, 1, 1), padding: str = "valid", data_format: str | None = None,
    dilation_rate: Any = (1, 1, 1),
) -> Any:  # fmt: skip
    """Convolution of volumes (N, D, H, W, C) with a kernel (*size, C, F)."""
    return ops.conv(x, kernel, None, strides, _padding(padding), dilation_rate, normalize_data_format(data_format))


def _lengths(output_shape: Any, data_format: str) -> list[int | None]:
    sizes = list(output_shape)[2:] if data_format == "channels_first" else list(output_shape)[1:-1]
    return [n if isinstance(n, int) else None for n in sizes]


def conv2d_transpose(
    x: Any, kernel: Any, output_shape: Any, strides: Any = (1, 1), padding: str = "valid",
    data_format: str | None = None, dilation_rate: Any = (1, 1),
) -> Any:  # fmt: skip
    """Transposed convolution to images of `output_shape` (batch included) with a kernel (rows, columns, F, C)."""
    first = normalize_data_format(data_format)
    return ops.conv_transposed(
        x, kernel, None, strides, _padding(padding), dilation_rate, first, None, _lengths(output_shape, first)
    )


def conv3d_transpose(
    x: Any, kernel: Any, output_shape: Any, strides: Any = (1, 1, 1), padding: str = "valid",
    data_format: str | None = None,
) -> Any:  # fmt: skip
    """Transposed convolution to volumes of `output_shape` (batch included) with a kernel (*size, F, C)."""
    first = normalize_data_format(data_format)
    return ops.conv_transposed(
        x, kernel, None, strides, _padding(padding), None, first, None, _lengths(output_shape, first)
    )


deconv2d = conv2d_transpose  # Keras 1


def depthwise_conv2d(
    x: Any, depthwise_kernel: Any, strides: Any = (1, 1), padding: str = "valid", data_format: str | None = None,
    dilation_rate: Any = (1, 1),
) -> Any:  # fmt: skip
    """Each channel of images with kernels of its own, (rows, columns, C, M): (N, H, W, C) -> (N, H', W', C * M)."""

    def convolved(last: Any) -> Any:
        return ops.depthwise_conv(last, depthwise_kernel, _pair(strides), _padding(padding), _pair(dilation_rate))

    return through_channels_last(convolved, x, normalize_data_format(data_format))


def _pair(value: Any) -> tuple[int, int]:
    return (value, value) if isinstance(value, int) else tuple(value)


def separable_conv2d(
    x: Any, depthwise_kernel: Any, pointwise_kernel: Any, strides: Any = (1, 1), padding: str = "valid",
    data_format: str | None = None, dilation_rate: Any = (1, 1),
) -> Any:  # fmt: skip
    """`depthwise_conv2d`, then a mix of the channels by a kernel (1, 1, C * M, F)."""

    def convolved(last: Any) -> Any:
        parts = ops.depthwise_conv(last, depthwise_kernel, _pair(strides), _padding(padding), _pair(dilation_rate))
        return ops.conv(parts, pointwise_kernel)

    return through_channels_last(convolved, x, normalize_data_format(data_format))


def separable_conv1d(
    x: Any, depthwise_kernel: Any, pointwise_kernel: Any, strides: Any = 1, padding: str = "valid",
    data_format: str | None = None, dilation_rate: Any = 1,
) -> Any:  # fmt: skip
    """Each channel of sequences with kernels of its own (size, C, M), then a mix by a kernel (1, C * M, F)."""
    step, gap = (v if isinstance(v, int) else v[0] for v in (strides, dilation_rate))

    def convolved(last: Any) -> Any:
        return ops.conv(
            ops.depthwise_conv(last, depthwise_kernel, (step,), _padding(padding), (gap,)), pointwise_kernel
        )

    return through_channels_last(convolved, x, normalize_data_format(data_format))


def pool2d(
    x: Any, pool_size: Any, strides: Any = (1, 1), padding: str = "valid", data_format: str | None = None,
    pool_mode: str = "max",
) -> Any:  # fmt: skip
    """The largest ('max') or mean ('avg') value of each window of images."""
    return _pool(x, pool_size, strides, padding, data_format, pool_mode)


def pool3d(
    x: Any, pool_size: Any, strides: Any = (1, 1, 1), padding: str = "valid", data_format: str | None = None,
    pool_mode: str = "max",
) -> Any:  # fmt: skip
    """The largest ('max') or mean ('avg') value of each window of volumes."""
    return _pool(x, pool_size, strides, padding, data_format, pool_mode)


def _pool(x: Any, size: Any, strides: Any, padding: str, data_format: str | None, mode: str) -> Any:
    if mode not in _POOLS:
        raise SettingError(where="pool_mode", expected="'max' or 'avg'", found=repr(mode))
    return _POOLS[mode](x, size, strides, _padding(padding), normalize_data_format(data_format))


def local_conv1d(inputs: Any, kernel: Any, kernel_size: Any, strides: Any, data_format: str | None = None) -> Any:
    """Convolution of sequences with a kernel (T', size * C, F) that differs from window to window."""
    return _local(inputs, kernel, kernel_size, strides, data_format)


def local_conv2d(
    inputs: Any, kernel: Any, kernel_size: Any, strides: Any, output_shape: Any, data_format: str | None = None
) -> Any:
    """Convolution of images with a kernel (H' * W', rows * columns * C, F) that differs from window to window."""
    return _local(inputs, kernel, kernel_size, strides, data_format)


def _local(x: Any, kernel: Any, size: Any, strides: Any, data_format: str | None) -> Any:
    size, strides = ((v,) if isinstance(v, int) else tuple(v) for v in (size, strides))
    first = normalize_data_format(data_format) == "channels_first"
    if first:
        windows, length, filters = kernel.shape
        channels = x.shape[1]
        by_channel = ops.reshape(kernel, (windows, channels, length // channels, filters))
        kernel = ops.reshape(ops.transpose(by_channel, (0, 2, 1, 3)), (windows, length, filters))
    data_format = "channels_first" if first else "channels_last"
    return through_channels_last(lambda last: ops.local_conv(last, kernel, size, strides), x, data_format)


def resize_images(
    x: Any, height_factor: int, width_factor: int, data_format: str | None, interpolation: str = "nearest"
) -> Any:
    """Images with each row and column repeated ('nearest'), or with points on straight lines between them ('bilinear')."""
    if interpolation not in ("nearest", "bilinear"):
        raise SettingError(where="interpolation", expected="'nearest' or 'bilinear'", found=repr(interpolation))
    return ops.upsample(x, (height_factor, width_factor), normalize_data_format(data_format), interpolation)


def resize_volumes(x: Any, depth_factor: int, height_factor: int, width_factor: int, data_format: str | None) -> Any:
    """Volumes with each element repeated along each axis."""
    return ops.upsample(x, (depth_factor, height_factor, width_factor), normalize_data_format(data_format))


def temporal_padding(x: Any, padding: Any = (1, 1)) -> Any:
    """Zeros before and after the steps of (N, T, C)."""
    return ops.pad_zeros(x, [tuple(padding)])


def spatial_2d_padding(x: Any, padding: Any = ((1, 1), (1, 1)), data_format: str | None = None) -> Any:
    """Zeros around images: ((above, below), (left, right))."""
    return ops.pad_zeros(x, [tuple(p) for p in padding], normalize_data_format(data_format))


def spatial_3d_padding(x: Any, padding: Any = ((1, 1), (1, 1), (1, 1)), data_format: str | None = None) -> Any:
    """Zeros around volumes, (before, after) for each of three axes."""
    return ops.pad_zeros(x, [tuple(p) for p in padding], normalize_data_format(data_format))


asymmetric_temporal_padding, asymmetric_spatial_2d_padding = temporal_padding, spatial_2d_padding  # Keras 1
