"""VGG16: 16 layers with weights, 138,357,544 parameters (Simonyan & Zisserman, 2015)."""

from __future__ import annotations

from .imagenet_utils import decode_predictions
from .vgg import VGG16, preprocess_input

__all__ = ["VGG16", "decode_predictions", "preprocess_input"]
