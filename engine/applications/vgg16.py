"""VGG16: 16 layers with weights, 138,357,544 parameters (Simonyan & Zisserman, 2015)."""

from __future__ import annotations

from typing import Any

from . import vgg
from .imagenet_utils import decode_predictions
from .net import End, Net
from .vgg import preprocess_input

__all__ = ["VGG16", "decode_predictions", "preprocess_input"]

_HASHES = ("64373286793e3c8b2b4e3219cbf3544b", "6d6bbae143d832006294945121d1f1fc")


@Net("vgg16", vgg.ADDRESS, _HASHES)
def VGG16(image: Any, end: End) -> Any:
    """The net for images (224, 224, 3); without its dense layers, for any size from 32.

    >>> VGG16(include_top=False, weights=None, input_shape=(32, 32, 3)).output_shape
    (None, 1, 1, 512)
    """
    return vgg.layers(image, end, (2, 2, 3, 3, 3))
