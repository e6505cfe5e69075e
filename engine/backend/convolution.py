"""Convolutions, pooling, resizing and padding under Keras's argument names; kernels as in Keras's layers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

from .. import _ops as ops
from .._declared.keras1 import accepts_old
from .._graph.tensor import Tensor, Value
from .._machine.config import DataFormat, normalize_data_format
from .._ops.rearrange import through_channels_last
from ..errors import SettingError, ShapeError

__all__ = [
    "conv1d",
    "conv2d",
    "conv2d_transpose",
    "conv3d",
    "conv3d_transpose",
    "deconv2d",
    "depthwise_conv2d",
    "local_conv1d",
    "local_conv2d",
    "pool2d",
    "pool3d",
    "separable_conv1d",
    "separable_conv2d",
]

Ints: TypeAlias = "int | Sequence[int]"
Padding: TypeAlias = Literal["valid", "same", "causal"]


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
    """Convolution of sequences.

    Args:
        x: (N, T, C), or (N, C, T) with "channels_first".
        kernel: (size, C, F).
        strides: how many steps the window moves, 1 by default.
        padding: "valid" (the default) takes whole windows only, "same" gives ceil(T / strides) outputs, "causal" looks
            at no later step.
        data_format: "channels_last" or "channels_first"; None (the default) takes `image_data_format()`.
        dilation_rate: the distance between the steps of a window, 1 by default.

    Returns:
        (N, T', F), or (N, F, T') with "channels_first".

    Raises:
        SettingError: an unknown padding or format.
        ShapeError: the kernel does not fit the channels.

    Example:
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
    """Convolution of images.

    Args:
        x: (N, H, W, C), or (N, C, H, W) with "channels_first".
        kernel: (rows, columns, C, F).
        strides: how far the window moves down and to the right, or one number for both; 1 by default.
        padding: "valid" (the default) takes whole windows only, "same" gives ceil(H / strides) rows of outputs.
        data_format: "channels_last" or "channels_first"; None (the default) takes `image_data_format()`.
        dilation_rate: the distance between the elements of a window on each axis, 1 by default.

    Returns:
        (N, H', W', F), or (N, F, H', W') with "channels_first".

    Raises:
        SettingError: an unknown padding or format.
        ShapeError: the kernel does not fit the channels.

    Example:
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
    """Convolution of volumes.

    Args:
        x: (N, D, H, W, C), or (N, C, D, H, W) with "channels_first".
        kernel: (depth, rows, columns, C, F).
        strides: how far the window moves on each axis, or one number for all; 1 by default.
        padding: "valid" (the default) takes whole windows only, "same" gives ceil(D / strides) outputs on an axis.
        data_format: "channels_last" or "channels_first"; None (the default) takes `image_data_format()`.
        dilation_rate: the distance between the elements of a window on each axis, 1 by default.

    Returns:
        (N, D', H', W', F), or (N, F, D', H', W') with "channels_first".

    Raises:
        SettingError: an unknown padding or format.
        ShapeError: the kernel does not fit the channels.

    Example:
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
    """Transposed convolution to images of a given size: what the gradient of `conv2d` computes.

    Args:
        x: (N, H, W, C), or (N, C, H, W) with "channels_first".
        kernel: (rows, columns, F, C).
        output_shape: the shape of the result with its batch; sizes that are tensors or None follow from the rest.
        strides: how far the window moves down and to the right in the result, or one number for both; 1 by default.
        padding: "valid" (the default) or "same".
        data_format: "channels_last" or "channels_first"; None (the default) takes `image_data_format()`.
        dilation_rate: the distance between the elements of a window on each axis, 1 by default.

    Returns:
        (N, H', W', F), or (N, F, H', W') with "channels_first".

    Raises:
        SettingError: an unknown padding or format.
        ShapeError: the sizes do not fit each other.

    Example:
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
    """Transposed convolution to volumes of a given size: what the gradient of `conv3d` computes.

    Args:
        x: (N, D, H, W, C), or (N, C, D, H, W) with "channels_first".
        kernel: (depth, rows, columns, F, C).
        output_shape: the shape of the result with its batch; sizes that are tensors or None follow from the rest.
        strides: how far the window moves on each axis in the result, or one number for all; 1 by default.
        padding: "valid" (the default) or "same".
        data_format: "channels_last" or "channels_first"; None (the default) takes `image_data_format()`.

    Returns:
        (N, D', H', W', F), or (N, F, D', H', W') with "channels_first".

    Raises:
        SettingError: an unknown padding or format.
        ShapeError: the sizes do not fit each other.

    Example:
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
    """Convolution of each channel of images with M kernels of its own.

    Args:
        x: (N, H, W, C), or (N, C, H, W) with "channels_first".
        depthwise_kernel: (rows, columns, C, M).
        strides: how far the window moves down and to the right, or one number for both; 1 by default.
        padding: "valid" (the default) or "same".
        data_format: "channels_last" or "channels_first"; None (the default) takes `image_data_format()`.
        dilation_rate: the distance between the elements of a window on each axis, 1 by default.

    Returns:
        (N, H', W', C * M), or (N, C * M, H', W') with "channels_first".

    Raises:
        SettingError: an unknown padding or format.

    Example:
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
    """`depthwise_conv2d`, then a mix of the channels at each position.

    Args:
        x: (N, H, W, C), or (N, C, H, W) with "channels_first".
        depthwise_kernel: (rows, columns, C, M).
        pointwise_kernel: (1, 1, C * M, F).
        strides: how far the window moves down and to the right, or one number for both; 1 by default.
        padding: "valid" (the default) or "same".
        data_format: "channels_last" or "channels_first"; None (the default) takes `image_data_format()`.
        dilation_rate: the distance between the elements of a window on each axis, 1 by default.

    Returns:
        (N, H', W', F), or (N, F, H', W') with "channels_first".

    Raises:
        SettingError: an unknown padding or format.

    Example:
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
    """Convolution of each channel of sequences with M kernels of its own, then a mix of the channels at each step.

    Args:
        x: (N, T, C), or (N, C, T) with "channels_first".
        depthwise_kernel: (size, C, M).
        pointwise_kernel: (1, C * M, F).
        strides: how many steps the window moves, 1 by default.
        padding: "valid" (the default), "same" or "causal".
        data_format: "channels_last" or "channels_first"; None (the default) takes `image_data_format()`.
        dilation_rate: the distance between the steps of a window, 1 by default.

    Returns:
        (N, T', F), or (N, F, T') with "channels_first".

    Raises:
        SettingError: an unknown padding or format.

    Example:
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
    """The largest or the mean value of each window of images.

    Args:
        x: (N, H, W, C), or (N, C, H, W) with "channels_first".
        pool_size: rows and columns of a window, or one number for both.
        strides: how far the window moves down and to the right, or one number for both; 1 by default.
        padding: "valid" (the default) or "same".
        data_format: "channels_last" or "channels_first"; None (the default) takes `image_data_format()`.
        pool_mode: "max" (the default) or "avg".

    Returns:
        (N, H', W', C), or (N, C, H', W') with "channels_first".

    Raises:
        SettingError: an unknown mode, padding or format.

    Example:
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
    """The largest or the mean value of each window of volumes.

    Args:
        x: (N, D, H, W, C), or (N, C, D, H, W) with "channels_first".
        pool_size: the sizes of a window, or one number for all.
        strides: how far the window moves on each axis, or one number for all; 1 by default.
        padding: "valid" (the default) or "same".
        data_format: "channels_last" or "channels_first"; None (the default) takes `image_data_format()`.
        pool_mode: "max" (the default) or "avg".

    Returns:
        (N, D', H', W', C), or (N, C, D', H', W') with "channels_first".

    Raises:
        SettingError: an unknown mode, padding or format.

    Example:
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
    """Convolution of sequences with another kernel for each window.

    Args:
        inputs: (N, T, C), or (N, C, T) with "channels_first".
        kernel: (T', size * C, F).
        kernel_size: the steps of a window.
        strides: how many steps the window moves.
        data_format: "channels_last" or "channels_first"; None (the default) takes `image_data_format()`.

    Returns:
        (N, T', F), or (N, F, T') with "channels_first".

    Example:
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
    """Convolution of images with another kernel for each window.

    Args:
        inputs: (N, H, W, C), or (N, C, H, W) with "channels_first".
        kernel: (H' * W', rows * columns * C, F).
        kernel_size: rows and columns of a window.
        strides: how far the window moves down and to the right.
        output_shape: (H', W'); taken for Keras's sake, it follows from the other arguments.
        data_format: "channels_last" or "channels_first"; None (the default) takes `image_data_format()`.

    Returns:
        (N, H', W', F), or (N, F, H', W') with "channels_first".

    Example:
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
