"""ResNet50: blocks of three convolutions with a way around each (He et al., 2016), 25,636,712 parameters."""

from __future__ import annotations

from typing import overload

from .._graph.tensor import Tensor
from ..layers import Activation, BatchNormalization, Conv2D, MaxPooling2D, ZeroPadding2D, add
from ..types import Array, ArrayLike
from . import imagenet_utils as shared
from .imagenet_utils import decode_predictions
from .net import End, Net

__all__ = ["ResNet50", "decode_predictions", "preprocess_input"]

_ADDRESS = "https://github.com/fchollet/deep-learning-models/releases/download/v0.2/"
_HASHES = ("a7b3fe01876f51b976af0dea6bc144eb", "a268eb855778b3df3c7506639542a6af")
# (filters inside, filters out, blocks) of stages 2 to 5
_STAGES = ((64, 256, 3), (128, 512, 4), (256, 1024, 6), (512, 2048, 3))


def _convolved(x: Tensor, filters: int, size: int, name: str, strides: int = 1) -> Tensor:
    """A convolution and its batch normalisation, called res2a_branch2a, bn2a_branch2a."""
    padding = "same" if size > 1 else "valid"
    x = Conv2D(filters, size, strides=strides, padding=padding, kernel_initializer="he_normal", name=f"res{name}")(x)
    return BatchNormalization(axis=shared.channel_axis(), name=f"bn{name}")(x)


def _block(x: Tensor, inside: int, outside: int, name: str, strides: int, around: bool) -> Tensor:
    """Three convolutions beside the input itself, or beside one more convolution (`around`)."""
    y = x
    for branch, filters, size in (("2a", inside, 1), ("2b", inside, 3), ("2c", outside, 1)):
        y = _convolved(y, filters, size, f"{name}_branch{branch}", strides if branch == "2a" else 1)
        if branch != "2c":
            y = Activation("relu")(y)
    short = _convolved(x, outside, 1, f"{name}_branch1", strides) if around else x
    return Activation("relu")(add([y, short]))


@Net("resnet50", _ADDRESS, _HASHES)
def ResNet50(image: Tensor, end: End) -> Tensor:
    """The net for images (224, 224, 3); without its dense layer, for any size from 32.

    Example:
        >>> ResNet50(include_top=False, weights=None, input_shape=(32, 32, 3)).output_shape
        (None, 1, 1, 2048)
    """
    x = ZeroPadding2D(3, name="conv1_pad")(image)
    x = Conv2D(64, 7, strides=2, kernel_initializer="he_normal", name="conv1")(x)
    x = Activation("relu")(BatchNormalization(axis=shared.channel_axis(), name="bn_conv1")(x))
    x = MaxPooling2D(3, strides=2)(ZeroPadding2D(1, name="pool1_pad")(x))
    for stage, (inside, outside, blocks) in enumerate(_STAGES, 2):
        for block in range(blocks):
            strides = 2 if stage > 2 and block == 0 else 1
            x = _block(x, inside, outside, f"{stage}{'abcdef'[block]}", strides, block == 0)
    return end(x, "fc1000")


@overload
def preprocess_input(x: Tensor, data_format: str | None = None) -> Tensor: ...
@overload
def preprocess_input(x: ArrayLike, data_format: str | None = None) -> Array: ...
def preprocess_input(x: Tensor | ArrayLike, data_format: str | None = None) -> Tensor | Array:
    """Images as the net wants them: blue-green-red, less ImageNet's mean.

    Args:
        x: images (H, W, 3) or (N, H, W, 3) with values from 0 to 255, or with the channels first; they stay as they are.
        data_format: "channels_last" or "channels_first"; None (the default) takes `image_data_format()`.

    Returns:
        A new array of floats in the shape of x.

    Example:
        >>> preprocess_input([[[123.68, 116.779, 103.939]]]).tolist()
        [[[0.0, 0.0, 0.0]]]
    """
    return shared.preprocess_input(x, data_format, mode="caffe")
