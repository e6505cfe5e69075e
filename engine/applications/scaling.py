"""How the nets want their images: `preprocess_input` of all of them, on arrays and tensors alike.

There are three ways, named for the programs whose weights are used: "caffe" (VGG, ResNet), "tf" (Inception, MobileNet, NASNet,
Xception) and "torch" (DenseNet); EfficientNet scales its images within. A net's file imports the function of its way as
`preprocess_input`.
"""

from __future__ import annotations

from typing import Literal, TypeAlias, overload

import numpy as np

from .. import _ops as ops
from .._declared.keras1 import accepts_old
from .._graph.tensor import Tensor
from .._machine import config
from ..errors import DataError, SettingError, shorten
from ..types import Array, ArrayLike

Mode: TypeAlias = Literal["caffe", "tf", "torch"]
_MODES = ("caffe", "tf", "torch")
# Mean of ImageNet's blue, green and red (0-255), and of its red, green and blue with their deviations (0-1).
_CAFFE_MEAN = (103.939, 116.779, 123.68)
_TORCH_MEAN, _TORCH_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


@overload
def preprocess_input(x: Tensor, data_format: str | None = None, mode: Mode = "caffe") -> Tensor: ...
@overload
def preprocess_input(x: ArrayLike, data_format: str | None = None, mode: Mode = "caffe") -> Array: ...
@accepts_old("preprocess_input")
def preprocess_input(x: Tensor | ArrayLike, data_format: str | None = None, mode: Mode = "caffe") -> Tensor | Array:
    """Images as a net wants them; unless told otherwise blue-green-red, less ImageNet's mean.

    Args:
        x: images (H, W, 3), (N, H, W, 3) or more axes before, or with the channels first, with values from 0 to 255; they
            stay as they are.
        data_format: "channels_last" or "channels_first"; None (the default) takes `image_data_format()`.
        mode: "caffe" (the default) for blue-green-red, less ImageNet's mean; "tf" for -1 to 1; "torch" for 0 to 1, less
            ImageNet's mean, over its standard deviation.

    Returns:
        A new array of floats in the shape of x, or a tensor where x is one.

    Raises:
        SettingError: another mode or layout.
        DataError: there are not 3 channels, or x holds no numbers.

    Example:
        >>> preprocess_input([[[123.68, 116.779, 103.939]]]).tolist()
        [[[0.0, 0.0, 0.0]]]
        >>> preprocess_input(np.full((1, 1, 3), 255), mode="tf").ravel().tolist()
        [1.0, 1.0, 1.0]
    """
    if mode not in _MODES:
        raise SettingError(where="preprocess_input, mode", expected="'caffe', 'tf' or 'torch'", actual=shorten(mode))
    first = config.normalize_data_format(data_format) == "channels_first"
    images = _as_floats(x)
    if mode == "tf":
        return images / 127.5 - 1
    axis = _channel_axis(images.shape, first)
    numbers_shape = (3, *(1,) * (-1 - axis))

    def by_channel(numbers: tuple[float, ...]) -> Array:
        return np.reshape(numbers, numbers_shape).astype(images.dtype)

    if mode == "torch":
        return (images / 255 - by_channel(_TORCH_MEAN)) / by_channel(_TORCH_STD)
    flipped = ops.reverse(images, axis) if isinstance(images, Tensor) else np.flip(images, axis)
    return flipped - by_channel(_CAFFE_MEAN)


@overload
def preprocess_tf(x: Tensor, data_format: str | None = None) -> Tensor: ...
@overload
def preprocess_tf(x: ArrayLike, data_format: str | None = None) -> Array: ...
@accepts_old("preprocess_input")
def preprocess_tf(x: Tensor | ArrayLike, data_format: str | None = None) -> Tensor | Array:
    """Images as the net wants them: from -1 to 1.

    Args:
        x: images with values from 0 to 255; they stay as they are.
        data_format: "channels_last", "channels_first" or None (the default); all are scaled alike.

    Returns:
        A new array of floats in the shape of x, or a tensor where x is one.

    Raises:
        SettingError: another layout.
        DataError: x holds no numbers.

    Example:
        >>> preprocess_tf([[[0.0, 127.5, 255.0]]]).tolist()
        [[[-1.0, 0.0, 1.0]]]
    """
    return preprocess_input(x, data_format, mode="tf")


@overload
def preprocess_torch(x: Tensor, data_format: str | None = None) -> Tensor: ...
@overload
def preprocess_torch(x: ArrayLike, data_format: str | None = None) -> Array: ...
@accepts_old("preprocess_input")
def preprocess_torch(x: Tensor | ArrayLike, data_format: str | None = None) -> Tensor | Array:
    """Images as the net wants them: from 0 to 1, less ImageNet's mean, over its standard deviation.

    Args:
        x: images (H, W, 3), (N, H, W, 3) or more axes before, or with the channels first, with values from 0 to 255; they
            stay as they are.
        data_format: "channels_last" or "channels_first"; None (the default) takes `image_data_format()`.

    Returns:
        A new array of floats in the shape of x, or a tensor where x is one.

    Raises:
        SettingError: another layout.
        DataError: there are not 3 channels, or x holds no numbers.

    Example:
        >>> preprocess_torch([[[0.485 * 255, 0.456 * 255, 0.406 * 255]]]).round(6).tolist()
        [[[0.0, 0.0, 0.0]]]
    """
    return preprocess_input(x, data_format, mode="torch")


def _as_floats(x: ArrayLike | Tensor | None) -> Array | Tensor:
    """A copy of x as floats. Raises DataError."""
    if isinstance(x, Tensor):
        return x if x.dtype.kind == "f" else ops.cast(x, config.floatx())
    if x is None:  # NumPy would make a number of it: not a number
        raise _refused(x, "Readers such as cv2.imread give None where there is no picture under the path.")
    try:
        values = np.asarray(x)
        return values.astype(values.dtype if values.dtype.kind == "f" else config.floatx())
    except (TypeError, ValueError):
        hint = "img_to_array(load_img(path)) reads a picture." if isinstance(x, (str, bytes)) else None
        raise _refused(x, hint) from None


def _refused(x: object, hint: str | None) -> DataError:
    return DataError(where="preprocess_input", expected="images", actual=shorten(x), hint=hint)


def _channel_axis(shape: tuple[int | None, ...], first: bool) -> int:
    """Where the three channels are, counted from the end. Raises DataError."""
    axis = -3 if first else -1
    if len(shape) < 3 or shape[axis] not in (3, None):
        expected = f"images with 3 channels at axis {axis}"
        raise DataError(where="preprocess_input", expected=expected, actual=f"shape {shape}")
    return axis


@overload
def preprocess_within(x: Tensor, data_format: str | None = None) -> Tensor: ...
@overload
def preprocess_within(x: ArrayLike, data_format: str | None = None) -> Array: ...
@accepts_old("preprocess_input")
def preprocess_within(x: Tensor | ArrayLike, data_format: str | None = None) -> Tensor | Array:
    """Images as they are, from 0 to 255: the net scales them itself.

    Args:
        x: images with values from 0 to 255.
        data_format: "channels_last", "channels_first" or None (the default).

    Returns:
        An array of floats in the shape of x, or a tensor where x is one.

    Raises:
        SettingError: another layout.
        DataError: x holds no numbers.

    Example:
        >>> preprocess_within([[[0.0, 127.5, 255.0]]]).tolist()
        [[[0.0, 127.5, 255.0]]]
    """
    config.normalize_data_format(data_format)
    return _as_floats(x)
