"""VGG19: 19 layers with weights, 143,667,240 parameters (Simonyan & Zisserman, 2015)."""

from __future__ import annotations

from typing import Any

from . import vgg
from .imagenet_utils import decode_predictions
from .net import End, Net
from .vgg import preprocess_input

__all__ = ["VGG19", "decode_predictions", "preprocess_input"]

_HASHES = ("cbe5617147190e668d6c5d5026f83318", "253f8cb515780f3b799900260a226db6")


@Net("vgg19", vgg.ADDRESS, _HASHES)
def VGG19(image: Any, end: End) -> Any:
    """The net for images (224, 224, 3); without its dense layers, for any size from 32.

    >>> VGG19(include_top=False, weights=None, input_shape=(32, 32, 3)).output_shape
    (None, 1, 1, 512)
    """
    return vgg.layers(image, end, (2, 2, 4, 4, 4))
