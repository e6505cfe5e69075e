"""What the nets share: their images' scaling, the names of ImageNet's classes, input shapes and ready weights."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TypeAlias

import numpy as np

from .._files import files
from .._graph.tensor import Tensor
from .._machine import config
from ..errors import DataError, SettingError, shorten
from ..layers import Dense, GlobalAveragePooling2D, GlobalMaxPooling2D, Input
from ..models import Model
from ..types import Array, ArrayLike, Shape
from ..utils.data_utils import get_file
from .scaling import preprocess_input

__all__ = ["decode_predictions", "preprocess_input"]

CLASSES = 1000
# What users hand in for weights: "imagenet", a file, or None for the first values.
Weights: TypeAlias = "str | PathLike[str] | None"
_CLASS_INDEX = "https://s3.amazonaws.com/deep-learning-models/image-models/imagenet_class_index.json"
_CLASS_INDEX_HASH = "c2c37ea517e94d9795004a39431a14cb"


def decode_predictions(preds: ArrayLike, top: int = 5) -> list[list[tuple[str, str, float]]]:
    """The likeliest of ImageNet's classes for each image.

    The names come from imagenet_class_index.json in Keras's cache, which is fetched there at the first call.

    Args:
        preds: (N, 1000), what a net predicts.
        top: how many classes for each image, 5 by default.

    Returns:
        For each image a list of (WordNet number, name, probability), the largest first.

    Raises:
        DataError: another shape.

    Example:
        >>> decode_predictions([[0.2, 0.8]])
        Traceback (most recent call last):
        engine.errors.DataError: decode_predictions: expected shape (N, 1000), found shape (1, 2).
    """
    predictions = np.asarray(preds)
    if predictions.ndim != 2 or predictions.shape[1] != CLASSES:
        raise DataError(
            where="decode_predictions", expected=f"shape (N, {CLASSES})", actual=f"shape {predictions.shape}"
        )
    path = get_file("imagenet_class_index.json", _CLASS_INDEX, cache_subdir="models", file_hash=_CLASS_INDEX_HASH)
    return best_classes(predictions, json.loads(files.read_text(path)), top)


def best_classes(
    predictions: Array, names: Mapping[str, Sequence[str]], top: int
) -> list[list[tuple[str, str, float]]]:
    """As `decode_predictions`. names: WordNet number and name of each class by its index."""
    best = predictions.argsort(axis=1)[:, ::-1][:, :top]
    return [
        [(names[str(i)][0], names[str(i)][1], row[i]) for i in order]
        for row, order in zip(predictions, best, strict=True)
    ]


@dataclass(frozen=True)
class Images:
    """Which images a net takes: square ones of `default_size`, and at least `min_size` rows and columns.

    any_size: whether it takes other sizes than `default_size` with its dense layers too. where: the net, for messages.
    """

    where: str
    default_size: int = 224
    min_size: int = 32
    any_size: bool = False

    def begin(
        self,
        include_top: bool,
        weights: Weights,
        classes: int,
        input_tensor: Tensor | None,
        input_shape: Sequence[int | None] | None,
    ) -> Tensor:
        """The tensor of the images, once weights, classes and input shape have been checked. Raises SettingError."""
        check_weights(weights, include_top, classes, self.where)
        return image_input(input_tensor, self.shape(include_top, weights, input_shape))

    def shape(
        self, include_top: bool, weights: Weights, input_shape: Sequence[int | None] | None, first: bool | None = None
    ) -> Shape:
        """The shape of the images without the batch. Raises SettingError.

        Without an `input_shape`, and with ImageNet's dense layers, rows and columns are those of `default_size`.
        first: whether the channels come first; None for the layout in use.
        """
        first = config.image_data_format() == "channels_first" if first is None else first
        sized = include_top and not self.any_size
        where, size = f"{self.where}, input_shape", self.default_size
        channels: int | None = 3
        if weights != "imagenet" and input_shape is not None and len(input_shape) == 3:
            channels = input_shape[0 if first else -1]
        default = (channels, size, size) if first else (size, size, channels)
        if input_shape is None:
            free = (channels, None, None) if first else (None, None, channels)
            return default if sized else free
        shape = tuple(input_shape)
        if weights == "imagenet" and sized and shape != default:
            expected = f"{default} with include_top and weights='imagenet'"
            raise SettingError(where=where, expected=expected, actual=str(shape))
        if len(shape) != 3:
            raise SettingError(where=where, expected="three numbers", actual=str(shape))
        if weights == "imagenet" and shape[0 if first else -1] != 3:
            raise SettingError(where=where, expected="3 channels with weights='imagenet'", actual=str(shape))
        lengths = shape[1:] if first else shape[:2]
        if any(length is not None and length < self.min_size for length in lengths):
            expected = f"at least {self.min_size} rows and columns"
            raise SettingError(where=where, expected=expected, actual=str(shape))
        if sized and None in shape:
            raise SettingError(where=where, expected="known sizes with include_top", actual=str(shape))
        return shape


def obtain_input_shape(
    input_shape: Sequence[int | None] | None,
    default_size: int,
    min_size: int,
    data_format: str,
    require_flatten: bool = True,
    weights: Weights = None,
    include_top: bool | None = None,
) -> Shape:
    """The shape of a net's images, as code that is copied from Keras's nets asks for it (Keras 2.0 to 2.2).

    Args:
        input_shape: rows, columns and channels in the order of `data_format`; None for the net's own.
        default_size: rows and columns that the net has been trained for.
        min_size: the fewest rows and columns that it takes.
        data_format: "channels_last" or "channels_first".
        require_flatten: whether dense layers follow, which need known sizes; True by default.
        weights: "imagenet" allows three channels alone; None (the default) any.
        include_top: the former name of `require_flatten`, as it was until Keras 2.0.

    Returns:
        The shape without the batch.

    Raises:
        SettingError: a shape that the net does not take.

    Example:
        >>> obtain_input_shape(None, 224, 48, "channels_last", require_flatten=True)
        (224, 224, 3)
    """
    dense_layers = require_flatten if include_top is None else include_top
    images = Images("input_shape of a net", default_size, min_size)
    return images.shape(dense_layers, weights, input_shape, data_format == "channels_first")


_obtain_input_shape = obtain_input_shape  # the name that Keras 2 gave it


@dataclass(frozen=True)
class Scalings:
    """The `sizes` of images and the widths (`alphas`) of a net that ImageNet's weights were trained for."""

    where: str
    sizes: tuple[int, ...]
    alphas: tuple[float, ...]

    def size(self, input_shape: Sequence[int | None] | None) -> int:
        """Rows of the square images that the net's weights are for: 224 where none are for this shape."""
        if input_shape is None or len(input_shape) != 3:
            return 224
        rows, columns = input_shape[1:] if channel_axis() == 1 else input_shape[:2]
        return rows if rows is not None and rows == columns and rows in self.sizes else 224

    def check(self, weights: Weights, alpha: float, depth_multiplier: int) -> None:
        """Refuse a width that ImageNet's weights are not for. Raises SettingError."""
        if weights == "imagenet" and (alpha not in self.alphas or depth_multiplier != 1):
            expected = f"alpha among {self.alphas} and depth_multiplier 1 with weights='imagenet'"
            actual = f"alpha {alpha}, depth_multiplier {depth_multiplier}"
            raise SettingError(where=self.where, expected=expected, actual=actual)


def check_weights(weights: Weights, include_top: bool, classes: int, where: str) -> None:
    """Refuse weights that are neither None, "imagenet" nor a file, and ImageNet's with another number of classes."""
    if weights is not None and weights != "imagenet" and not Path(weights).is_file():
        raise SettingError(
            where=f"{where}, weights", expected="None, 'imagenet' or the path of a file", actual=shorten(weights)
        )
    if weights == "imagenet" and include_top and classes != CLASSES:
        raise SettingError(
            where=f"{where}, classes", expected=f"{CLASSES} with weights='imagenet'", actual=str(classes)
        )


def channel_axis(last: int = 3) -> int:
    """The channels' axis in the format in use: 1 or `last` (3 or -1, as the net's configs have it)."""
    return 1 if config.image_data_format() == "channels_first" else last


def channels_of(x: Tensor) -> int:
    """How many channels a tensor has. Raises SettingError where that is not known."""
    channels = x.shape[channel_axis()]
    if channels is None:
        raise SettingError(where="applications", expected="a known number of channels", actual=f"shape {x.shape}")
    return channels


def padding_for_strides(x: Tensor, size: int = 3) -> tuple[tuple[int, int], tuple[int, int]]:
    """Zeros before and after rows and columns, so that a window of `size` with strides 2 keeps the last ones."""
    spatial = x.shape[2:] if channel_axis() == 1 else x.shape[1:3]
    around = [(size // 2 - (1 - n % 2 if n is not None else 0), size // 2) for n in spatial]
    return around[0], around[1]


def pooled(x: Tensor, pooling: str | None, where: str, name: str | None = None) -> Tensor:
    """The end of a net without its dense layers: the feature map, or its "avg" or "max" over the image."""
    if pooling not in (None, "avg", "max"):
        raise SettingError(where=f"{where}, pooling", expected="None, 'avg' or 'max'", actual=shorten(pooling))
    if pooling is None:
        return x
    return (GlobalAveragePooling2D(name=name) if pooling == "avg" else GlobalMaxPooling2D(name=name))(x)


def image_input(input_tensor: Tensor | None, shape: Shape) -> Tensor:
    """The tensor that the net begins with: a layer's output or Input's, or a new Input."""
    if input_tensor is None:
        return Input(shape=shape)
    return input_tensor if hasattr(input_tensor, "_keras_history") else Input(tensor=input_tensor, shape=shape)


def classified(x: Tensor, classes: int, name: str = "predictions", average: str | None = "avg_pool") -> Tensor:
    """The end of a net with its dense layer: a probability for each class, from the means over the image.

    name, average: names of the dense layer and of the one that averages.
    """
    x = GlobalAveragePooling2D(name=average)(x)
    return Dense(classes, activation="softmax", name=name)(x)


def finish(
    image: Tensor, output: Tensor, name: str, weights: Weights, ready: Callable[[], tuple[str, str, str]]
) -> Model:
    """The model with its weights: None leaves the first values; ready: file name, address and hash of ImageNet's."""
    model = Model(image, output, name=name)
    if weights == "imagenet":
        file, address, digest = ready()
        model.load_weights(get_file(file, address, cache_subdir="models", file_hash=digest or None))
    elif weights is not None:
        model.load_weights(weights)
    return model
