"""VGG19: 19 layers with weights, 143,667,240 parameters (Simonyan & Zisserman, 2015)."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..models import Model
from . import imagenet_utils, vgg
from .imagenet_utils import decode_predictions

__all__ = ["VGG19", "decode_predictions", "preprocess_input"]

_DEPTHS = (2, 2, 4, 4, 4)
_HASHES = ("cbe5617147190e668d6c5d5026f83318", "253f8cb515780f3b799900260a226db6")


def VGG19(
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

    >>> VGG19(include_top=False, weights=None, input_shape=(32, 32, 3)).output_shape
    (None, 1, 1, 512)
    """
    return vgg.build("vgg19", _DEPTHS, _HASHES, include_top, weights, input_tensor, input_shape, pooling, classes)


def preprocess_input(x: Any, data_format: str | None = None) -> np.ndarray:
    """Images from 0 to 255 as the net wants them: blue-green-red, less ImageNet's mean."""
    return imagenet_utils.preprocess_input(x, data_format, mode="caffe")
