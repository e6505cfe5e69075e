"""Layers by Keras's names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..core import registry
from .advanced_activations import ELU, LeakyReLU, ReLU, Softmax
from .base import InputSpec, Layer, Node
from .convolutional import Conv2D, Convolution2D
from .core import (
    Activation,
    ActivityRegularization,
    Dense,
    Dropout,
    Flatten,
    Lambda,
    Masking,
    Permute,
    RepeatVector,
    Reshape,
)
from .embeddings import Embedding
from .input import Input, InputLayer
from .merge import (
    Add,
    Average,
    Concatenate,
    Maximum,
    Minimum,
    Multiply,
    Subtract,
    add,
    average,
    concatenate,
    maximum,
    minimum,
    multiply,
    subtract,
)
from .noise import GaussianNoise
from .normalization import BatchNormalization
from .pooling import (
    AveragePooling2D,
    AvgPool2D,
    GlobalAveragePooling2D,
    GlobalAvgPool2D,
    GlobalMaxPool2D,
    GlobalMaxPooling2D,
    MaxPool2D,
    MaxPooling2D,
)
from .recurrent import LSTM

__all__ = [
    "ELU", "LSTM", "Activation", "ActivityRegularization", "Add", "Average", "AveragePooling2D", "AvgPool2D",
    "BatchNormalization", "Concatenate", "Conv2D", "Convolution2D", "Dense", "Dropout", "Embedding", "Flatten",
    "GaussianNoise", "GlobalAveragePooling2D", "GlobalAvgPool2D", "GlobalMaxPool2D", "GlobalMaxPooling2D", "Input",
    "InputLayer", "InputSpec", "Lambda", "Layer", "LeakyReLU", "Masking", "MaxPool2D", "MaxPooling2D", "Maximum",
    "Minimum", "Multiply", "Node", "Permute", "ReLU", "RepeatVector", "Reshape", "Softmax", "Subtract", "add", "average",
    "concatenate", "deserialize", "maximum", "minimum", "multiply", "serialize", "subtract",
]  # fmt: skip


def serialize(layer: Layer) -> Any:
    """Plain data {class_name, config}."""
    return registry.serialize("layer", layer)


def deserialize(config: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """The layer of a config that `serialize` gave."""
    return registry.build("layer", config, custom_objects)
