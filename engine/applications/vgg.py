"""The two nets of Simonyan & Zisserman (2015): blocks of 3 x 3 convolutions, each ended by a pooling."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..layers import Conv2D, Dense, Flatten, MaxPooling2D
from . import imagenet_utils
from .net import End

_FILTERS = (64, 128, 256, 512, 512)
ADDRESS = "https://github.com/fchollet/deep-learning-models/releases/download/v0.1/"


def layers(image: Any, end: End, depths: tuple[int, ...]) -> Any:
    """A VGG net's layers; depths: convolutions in each of the five blocks."""
    x = image
    for block, (filters, depth) in enumerate(zip(_FILTERS, depths, strict=True), 1):
        for number in range(1, depth + 1):
            x = Conv2D(filters, (3, 3), activation="relu", padding="same", name=f"block{block}_conv{number}")(x)
        x = MaxPooling2D((2, 2), strides=(2, 2), name=f"block{block}_pool")(x)
    if not end.include_top:
        return end.features(x)
    x = Flatten(name="flatten")(x)
    for number in (1, 2):
        x = Dense(4096, activation="relu", name=f"fc{number}")(x)
    return Dense(end.classes, activation="softmax", name="predictions")(x)


def preprocess_input(x: Any, data_format: str | None = None) -> np.ndarray:
    """Images from 0 to 255 as the net wants them: blue-green-red, less ImageNet's mean."""
    return imagenet_utils.preprocess_input(x, data_format, mode="caffe")
