"""VGG19: 19 layers with weights, 143,667,240 parameters (Simonyan & Zisserman, 2015)."""

from __future__ import annotations

from .imagenet_utils import decode_predictions
from .scaling import preprocess_input
from .vgg import ADDRESS, VGG19

__all__ = ["VGG19", "decode_predictions", "preprocess_input"]

# Under these names code that loads the weights by itself imports where they are.
WEIGHTS_PATH = f"{ADDRESS}vgg19_weights_tf_dim_ordering_tf_kernels.h5"
WEIGHTS_PATH_NO_TOP = f"{ADDRESS}vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5"
