"""VGG16: 16 layers with weights, 138,357,544 parameters (Simonyan & Zisserman, 2015)."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..models import Model
from . import imagenet_utils, vgg
from .imagenet_utils import decode_predictions

__all__ = ["VGG16", "decode_predictions", "preprocess_input"]

_DEPTHS = (2, 2, 3, 3, 3)
_HASHES = ("64373286793e3c8b2b4e3219cbf3544b", "6d6bbae143d832006294945121d1f1fc")


def VGG16(
    include_top: bool = True,
    weights: Any = "imagenet",
    input_tensor: Any = None,
    input_shape: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
) -> Model:
    """The net for images (224, 224, 3); without its dense layers, for any size from 32.

    weights: "imagenet" (from Keras's cache, fetched at the first call), None, or the path of a file. input_tensor: a
    layer's output to begin with. pooling, without top: None, "avg" or "max" over the image. Raises SettingError.

    >>> VGG16(include_top=False, weights=None, input_shape=(32, 32, 3)).output_shape
    (None, 1, 1, 512)
    """
    return vgg.build("vgg16", _DEPTHS, _HASHES, include_top, weights, input_tensor, input_shape, pooling, classes)


def preprocess_input(x: Any, data_format: str | None = None) -> np.ndarray:
    """Images from 0 to 255 as the net wants them: blue-green-red, less ImageNet's mean."""
    return imagenet_utils.preprocess_input(x, data_format, mode="caffe")
