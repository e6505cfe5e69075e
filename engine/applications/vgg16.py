"""VGG16: 16 layers with weights, 138,357,544 parameters (Simonyan & Zisserman, 2015)."""

from __future__ import annotations

from .imagenet_utils import decode_predictions
from .scaling import preprocess_input
from .vgg import ADDRESS, VGG16

__all__ = ["VGG16", "decode_predictions", "preprocess_input"]

# Under these names code that loads the weights by itself imports where they are.
WEIGHTS_PATH = f"{ADDRESS}vgg16_weights_tf_dim_ordering_tf_kernels.h5"
WEIGHTS_PATH_NO_TOP = f"{ADDRESS}vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5"
