"""The two nets of Simonyan & Zisserman (2015): blocks of 3 x 3 convolutions, each ended by a pooling."""

from __future__ import annotations

from .._graph.tensor import Tensor
from ..layers import Conv2D, Dense, Flatten, MaxPooling2D
from .net import End, Net

_FILTERS = (64, 128, 256, 512, 512)
ADDRESS = "https://github.com/fchollet/deep-learning-models/releases/download/v0.1/"


def _layers(image: Tensor, end: End, depths: tuple[int, ...]) -> Tensor:
    """A VGG net's layers; depths: convolutions in each of the five blocks."""
    x = image
    for block, (filters, depth) in enumerate(zip(_FILTERS, depths, strict=True), 1):
        for index in range(1, depth + 1):
            x = Conv2D(filters, (3, 3), activation="relu", padding="same", name=f"block{block}_conv{index}")(x)
        x = MaxPooling2D((2, 2), strides=(2, 2), name=f"block{block}_pool")(x)
    if not end.include_top:
        return end.features(x)
    x = Flatten(name="flatten")(x)
    for index in (1, 2):
        x = Dense(4096, activation="relu", name=f"fc{index}")(x)
    return Dense(end.classes, activation="softmax", name="predictions")(x)


@Net("vgg16", ADDRESS, ("64373286793e3c8b2b4e3219cbf3544b", "6d6bbae143d832006294945121d1f1fc"))
def VGG16(image: Tensor, end: End) -> Tensor:
    """16 layers with weights, 138,357,544 parameters, for images (224, 224, 3); without its dense layers, for any size from 32.

    Example:
        >>> VGG16(include_top=False, weights=None, input_shape=(32, 32, 3)).output_shape
        (None, 1, 1, 512)
    """
    return _layers(image, end, (2, 2, 3, 3, 3))


@Net("vgg19", ADDRESS, ("cbe5617147190e668d6c5d5026f83318", "253f8cb515780f3b799900260a226db6"))
def VGG19(image: Tensor, end: End) -> Tensor:
    """19 layers with weights, 143,667,240 parameters, for images (224, 224, 3); without its dense layers, for any size from 32.

    Example:
        >>> VGG19(include_top=False, weights=None, input_shape=(32, 32, 3)).output_shape
        (None, 1, 1, 512)
    """
    return _layers(image, end, (2, 2, 4, 4, 4))
