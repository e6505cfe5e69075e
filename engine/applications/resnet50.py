"""ResNet50: blocks of three convolutions with a way around each (He et al., 2016), 25,636,712 parameters."""

from __future__ import annotations

from collections.abc import Sequence

from .._graph.tensor import Tensor
from ..layers import Activation, BatchNormalization, Conv2D, MaxPooling2D, ZeroPadding2D, add
from . import imagenet_utils as shared
from .imagenet_utils import decode_predictions
from .net import End, Net
from .scaling import preprocess_input

__all__ = ["ResNet50", "decode_predictions", "preprocess_input"]

_ADDRESS = "https://github.com/fchollet/deep-learning-models/releases/download/v0.2/"
# Under these names code that loads the weights by itself imports where they are.
WEIGHTS_PATH = f"{_ADDRESS}resnet50_weights_tf_dim_ordering_tf_kernels.h5"
WEIGHTS_PATH_NO_TOP = f"{_ADDRESS}resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5"
_HASHES = ("a7b3fe01876f51b976af0dea6bc144eb", "a268eb855778b3df3c7506639542a6af")
# (filters inside, filters out, blocks) of stages 2 to 5
_STAGES = ((64, 256, 3), (128, 512, 4), (256, 1024, 6), (512, 2048, 3))


def _convolved(
    x: Tensor, filters: int, size: int | tuple[int, int], name: str, strides: int | tuple[int, int] = 1
) -> Tensor:
    """A convolution and its batch normalisation, called res2a_branch2a, bn2a_branch2a."""
    padding = "valid" if size == 1 else "same"
    x = Conv2D(filters, size, strides=strides, padding=padding, kernel_initializer="he_normal", name=f"res{name}")(x)
    return BatchNormalization(axis=shared.channel_axis(), name=f"bn{name}")(x)


def identity_block(
    input_tensor: Tensor, kernel_size: int | tuple[int, int], filters: Sequence[int], stage: int, block: str
) -> Tensor:
    """Three convolutions beside the input itself, as code that builds on Keras's ResNet50 calls them.

    Args:
        input_tensor: features whose channels are as many as the last convolution's filters.
        kernel_size: window of the second convolution; the others have one of 1.
        filters: filters of the three convolutions.
        stage: number of the stage, for the layers' names.
        block: letter of the block, for the layers' names.

    Returns:
        The features of the block, in the shape of `input_tensor`.

    Example:
        >>> from engine.layers import Input
        >>> identity_block(Input((8, 8, 16)), 3, [4, 4, 16], stage=2, block="b").shape
        (None, 8, 8, 16)
    """
    return _beside(input_tensor, kernel_size, filters, f"{stage}{block}", 1, input_tensor)


def conv_block(
    input_tensor: Tensor,
    kernel_size: int | tuple[int, int],
    filters: Sequence[int],
    stage: int,
    block: str,
    strides: int | tuple[int, int] = (2, 2),
) -> Tensor:
    """Three convolutions beside a fourth of the input, as code that builds on Keras's ResNet50 calls them.

    Args:
        input_tensor: features.
        kernel_size: window of the second convolution; the others have one of 1.
        filters: filters of the three convolutions; the last are those of the fourth too.
        stage: number of the stage, for the layers' names.
        block: letter of the block, for the layers' names.
        strides: steps of the first and the fourth convolution, 2 and 2 by default.

    Returns:
        The features of the block.

    Example:
        >>> from engine.layers import Input
        >>> conv_block(Input((8, 8, 16)), 3, [4, 4, 32], stage=3, block="a").shape
        (None, 4, 4, 32)
    """
    name = f"{stage}{block}"
    return _beside(input_tensor, kernel_size, filters, name, strides, None)


def _beside(
    x: Tensor,
    kernel_size: int | tuple[int, int],
    filters: Sequence[int],
    name: str,
    strides: int | tuple[int, int],
    short: Tensor | None,
) -> Tensor:
    """Three convolutions beside `short`, or beside one more convolution of x where it is None."""
    y = x
    for branch, count, size in zip(("2a", "2b", "2c"), filters, (1, kernel_size, 1), strict=True):
        y = _convolved(y, count, size, f"{name}_branch{branch}", strides if branch == "2a" else 1)
        if branch != "2c":
            y = Activation("relu")(y)
    if short is None:
        short = _convolved(x, filters[-1], 1, f"{name}_branch1", strides)
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
            strides = 2 if stage > 2 else 1
            filters, letter = (inside, inside, outside), "abcdef"[block]
            if block == 0:
                x = conv_block(x, 3, filters, stage, letter, strides)
            else:
                x = identity_block(x, 3, filters, stage, letter)
    return end(x, "fc1000")
