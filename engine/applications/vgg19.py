"""VGG19: 19 layers with weights, 143,667,240 parameters (Simonyan & Zisserman, 2015)."""

from __future__ import annotations

from .imagenet_utils import decode_predictions
from .vgg import VGG19, preprocess_input

__all__ = ["VGG19", "decode_predictions", "preprocess_input"]
