"""Xception: separable convolutions with a way around each three (Chollet, 2017), 22,910,480 parameters."""

from __future__ import annotations

from .._graph.tensor import Tensor
from ..layers import Activation, BatchNormalization, Conv2D, MaxPooling2D, SeparableConv2D, add
from . import imagenet_utils as shared
from .imagenet_utils import decode_predictions
from .net import End, Net
from .scaling import preprocess_tf as preprocess_input

__all__ = ["Xception", "decode_predictions", "preprocess_input"]

_ADDRESS = "https://github.com/fchollet/deep-learning-models/releases/download/v0.4/"
_HASHES = ("0a58e3b7378bc2990ea3b43d5981f1f6", "b0042744bf5b25fce3cb969f33bebb97")


def _separable(x: Tensor, filters: int, name: str) -> Tensor:
    x = SeparableConv2D(filters, 3, padding="same", use_bias=False, name=name)(x)
    return BatchNormalization(axis=shared.channel_axis(-1), name=f"{name}_bn")(x)


def _beside(x: Tensor, filters: int) -> Tensor:
    """The way around a block that halves rows and columns."""
    x = Conv2D(filters, 1, strides=2, padding="same", use_bias=False)(x)
    return BatchNormalization(axis=shared.channel_axis(-1))(x)


def _halving(x: Tensor, filters: tuple[int, int], block: int) -> Tensor:
    """Two separable convolutions and a pooling, beside a convolution of strides 2."""
    short = _beside(x, filters[1])
    for index, channels in enumerate(filters, 1):
        name = f"block{block}_sepconv{index}"
        if block > 2 or index > 1:
            x = Activation("relu", name=f"{name}_act")(x)
        x = _separable(x, channels, name)
    x = MaxPooling2D(3, strides=2, padding="same", name=f"block{block}_pool")(x)
    return add([x, short])


@Net("xception", _ADDRESS, _HASHES, default_size=299, min_size=71, any_size=True)
def Xception(image: Tensor, end: End) -> Tensor:
    """The net for images (299, 299, 3); without its dense layer, for any size from 71.

    Example:
        >>> Xception(include_top=False, weights=None, input_shape=(71, 71, 3)).output_shape
        (None, 3, 3, 2048)
    """
    x = image
    for index, (filters, strides) in enumerate(((32, 2), (64, 1)), 1):
        name = f"block1_conv{index}"
        x = Conv2D(filters, 3, strides=strides, use_bias=False, name=name)(x)
        x = BatchNormalization(axis=shared.channel_axis(-1), name=f"{name}_bn")(x)
        x = Activation("relu", name=f"{name}_act")(x)
    for block, filters in enumerate((128, 256, 728), 2):
        x = _halving(x, (filters, filters), block)
    for block in range(5, 13):
        short = x
        for index in (1, 2, 3):
            name = f"block{block}_sepconv{index}"
            x = _separable(Activation("relu", name=f"{name}_act")(x), 728, name)
        x = add([x, short])
    x = _halving(x, (728, 1024), 13)
    for index, filters in enumerate((1536, 2048), 1):
        name = f"block14_sepconv{index}"
        x = Activation("relu", name=f"{name}_act")(_separable(x, filters, name))
    return end(x)
