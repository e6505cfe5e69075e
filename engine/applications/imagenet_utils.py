"""What the nets share: their images' scaling, the names of ImageNet's classes, input shapes and ready weights."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from .._files import files
from .._machine import config
from ..errors import DataError, SettingError, shorten
from ..layers import Dense, GlobalAveragePooling2D, GlobalMaxPooling2D, Input
from ..models import Model
from ..utils.data_utils import get_file

__all__ = ["decode_predictions", "preprocess_input"]

CLASSES = 1000
# Mean of ImageNet's blue, green and red (0-255), and of its red, green and blue with their deviations (0-1).
_CAFFE_MEAN = (103.939, 116.779, 123.68)
_TORCH_MEAN, _TORCH_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
_CLASS_INDEX = "https://s3.amazonaws.com/deep-learning-models/image-models/imagenet_class_index.json"
_CLASS_INDEX_HASH = "c2c37ea517e94d9795004a39431a14cb"


def preprocess_input(x: Any, data_format: str | None = None, mode: str = "caffe") -> np.ndarray:
    """Images (H, W, 3) or (N, H, W, 3) from 0 to 255 as a net wants them; a new float array, `x` stays as it was.

    mode: "caffe" blue-green-red, less ImageNet's mean; "tf" from -1 to 1; "torch" from 0 to 1, then normalised.
    Raises SettingError for another mode, DataError where the channel axis is not 3 long.

    >>> preprocess_input(np.full((1, 1, 3), 255), mode="tf").ravel().tolist()
    [1.0, 1.0, 1.0]
    """
    x = np.asarray(x)
    x = x.astype(x.dtype if x.dtype.kind == "f" else config.floatx())
    if mode == "tf":
        return x / 127.5 - 1
    if mode not in ("caffe", "torch"):
        raise SettingError(where="preprocess_input, mode", expected="'caffe', 'tf' or 'torch'", found=shorten(mode))
    axis = -3 if (data_format or config.image_data_format()) == "channels_first" else -1
    if x.ndim not in (3, 4) or x.shape[axis] != 3:
        expected = f"images with 3 channels at axis {axis}"
        raise DataError(where="preprocess_input", expected=expected, found=f"shape {x.shape}")
    shape = (3, 1, 1) if axis == -3 else (3,)
    if mode == "torch":
        return (x / 255 - np.reshape(_TORCH_MEAN, shape).astype(x.dtype)) / np.reshape(_TORCH_STD, shape).astype(
            x.dtype
        )
    return np.flip(x, axis) - np.reshape(_CAFFE_MEAN, shape).astype(x.dtype)


def decode_predictions(preds: Any, top: int = 5) -> list[list[tuple[str, str, float]]]:
    """For each row of `preds` (N, 1000) the `top` classes as (WordNet number, name, value), largest first.

    The names come from imagenet_class_index.json in Keras's cache, fetched there at the first call.
    """
    preds = np.asarray(preds)
    if preds.ndim != 2 or preds.shape[1] != CLASSES:
        raise DataError(where="decode_predictions", expected=f"shape (N, {CLASSES})", found=f"shape {preds.shape}")
    path = get_file("imagenet_class_index.json", _CLASS_INDEX, cache_subdir="models", file_hash=_CLASS_INDEX_HASH)
    names: dict[str, list[str]] = json.loads(files.read_text(path))
    best = preds.argsort(axis=1)[:, ::-1][:, :top]
    return [[(*names[str(i)], row[i]) for i in order] for row, order in zip(preds, best, strict=True)]  # pyright: ignore[reportReturnType]


def check_input_shape(
    input_shape: Any, *, default_size: int, min_size: int, require_flatten: bool, weights: Any, where: str
) -> tuple[Any, ...]:
    """The shape of the net's images without the batch.

    default_size: rows and columns when none are given and with ImageNet's dense layers. Raises SettingError.
    """
    first = config.image_data_format() == "channels_first"
    channels = 3
    if weights != "imagenet" and input_shape is not None and len(input_shape) == 3:
        channels = input_shape[0 if first else -1]
    default = (channels, default_size, default_size) if first else (default_size, default_size, channels)
    if input_shape is None:
        free = (channels, None, None) if first else (None, None, channels)
        return default if require_flatten else free
    shape = tuple(input_shape)
    if weights == "imagenet" and require_flatten and shape != default:
        raise SettingError(
            where=f"{where}, input_shape",
            expected=f"{default} with include_top and weights='imagenet'",
            found=str(shape),
        )
    if len(shape) != 3:
        raise SettingError(where=f"{where}, input_shape", expected="three numbers", found=str(shape))
    if weights == "imagenet" and shape[0 if first else -1] != 3:
        raise SettingError(
            where=f"{where}, input_shape", expected="3 channels with weights='imagenet'", found=str(shape)
        )
    sizes = shape[1:] if first else shape[:2]
    if any(size is not None and size < min_size for size in sizes):
        expected = f"at least {min_size} rows and columns"
        raise SettingError(where=f"{where}, input_shape", expected=expected, found=str(shape))
    if require_flatten and None in shape:
        raise SettingError(where=f"{where}, input_shape", expected="known sizes with include_top", found=str(shape))
    return shape


def check_weights(weights: Any, include_top: bool, classes: int, where: str) -> None:
    """Refuse weights that are neither None, "imagenet" nor a file, and ImageNet's with another number of classes."""
    if weights not in (None, "imagenet") and not Path(weights).is_file():
        raise SettingError(
            where=f"{where}, weights", expected="None, 'imagenet' or the path of a file", found=shorten(weights)
        )
    if weights == "imagenet" and include_top and classes != CLASSES:
        raise SettingError(where=f"{where}, classes", expected=f"{CLASSES} with weights='imagenet'", found=str(classes))


def channel_axis(last: int = 3) -> int:
    """The channels' axis in the format in use: 1 or `last` (3 or -1, as the net's configs have it)."""
    return 1 if config.image_data_format() == "channels_first" else last


def padding_for_strides(x: Any, size: int = 3) -> tuple[tuple[int, int], tuple[int, int]]:
    """Zeros before and after rows and columns, so that a window of `size` with strides 2 keeps the last ones."""
    spatial = x.shape[2:] if channel_axis() == 1 else x.shape[1:3]
    around = [(size // 2 - (1 - n % 2 if n is not None else 0), size // 2) for n in spatial]
    return around[0], around[1]


def square_size(input_shape: Any, known: tuple[int, ...], usual: int) -> int:
    """Rows of square images of a known size; `usual` for others."""
    if input_shape is None or len(input_shape) != 3:
        return usual
    rows, columns = input_shape[1:] if channel_axis() == 1 else input_shape[:2]
    return rows if rows == columns and rows in known else usual


def pooled(x: Any, pooling: str | None, where: str, name: str | None = None) -> Any:
    """The end of a net without its dense layers: the feature map, or its "avg" or "max" over the image."""
    if pooling not in (None, "avg", "max"):
        raise SettingError(where=f"{where}, pooling", expected="None, 'avg' or 'max'", found=shorten(pooling))
    if pooling is None:
        return x
    return (GlobalAveragePooling2D(name=name) if pooling == "avg" else GlobalMaxPooling2D(name=name))(x)


def image_input(input_tensor: Any, shape: tuple[Any, ...]) -> Any:
    """The tensor that the net begins with: a layer's output or Input's, or a new Input."""
    if input_tensor is None:
        return Input(shape=shape)
    return input_tensor if hasattr(input_tensor, "_keras_history") else Input(tensor=input_tensor, shape=shape)


def begin(
    input_tensor: Any, input_shape: Any, *, include_top: bool, weights: Any, classes: int, default_size: int,
    min_size: int, where: str, any_size: bool = False,
) -> Any:  # fmt: skip
    """The tensor of the images, once weights, classes and input shape are found right.

    any_size: whether the net takes other sizes than `default_size` with its dense layers too. Raises SettingError.
    """
    check_weights(weights, include_top, classes, where)
    shape = check_input_shape(
        input_shape, default_size=default_size, min_size=min_size, require_flatten=include_top and not any_size,
        weights=weights, where=where,
    )  # fmt: skip
    return image_input(input_tensor, shape)


def begin_scaled(
    input_tensor: Any, input_shape: Any, *, include_top: bool, weights: Any, classes: int, where: str,
    sizes: tuple[int, ...], alphas: tuple[float, ...], alpha: float, depth_multiplier: int,
) -> tuple[Any, int, tuple[Any, ...]]:  # fmt: skip
    """The tensor of the images of a net whose width is `alpha`, their rows, and their shape without the batch.

    sizes, alphas: those with ImageNet's weights. Raises SettingError.
    """
    check_weights(weights, include_top, classes, where)
    size = square_size(input_shape, sizes, 224)
    shape = check_input_shape(
        input_shape, default_size=size, min_size=32, require_flatten=include_top, weights=weights, where=where
    )
    if weights == "imagenet" and (alpha not in alphas or depth_multiplier != 1):
        raise SettingError(
            where=where, expected=f"alpha among {alphas} and depth_multiplier 1 with weights='imagenet'",
            found=f"alpha {alpha}, depth_multiplier {depth_multiplier}",
        )  # fmt: skip
    return image_input(input_tensor, shape), size, shape


def classified(x: Any, classes: int, name: str = "predictions", average: str | None = "avg_pool") -> Any:
    """The end of a net with its dense layer: a probability for each class, from the means over the image.

    name, average: names of the dense layer and of the one that averages.
    """
    x = GlobalAveragePooling2D(name=average)(x)
    return Dense(classes, activation="softmax", name=name)(x)


def finish(image: Any, output: Any, name: str, weights: Any, ready: Callable[[], tuple[str, str, str]]) -> Model:
    """The model with its weights: None leaves the first values; ready: file name, address and hash of ImageNet's."""
    model = Model(image, output, name=name)
    if weights == "imagenet":
        file, address, digest = ready()
        model.load_weights(get_file(file, address, cache_subdir="models", file_hash=digest or None))
    elif weights is not None:
        model.load_weights(weights)
    return model
