"""ResNets of the second kind: normalised and rectified before each convolution, not behind it (He et al., 2016)."""

from __future__ import annotations

from collections.abc import Sequence

from .._graph.tensor import Tensor
from ..layers import Activation, Add, Conv2D, MaxPooling2D, ZeroPadding2D
from .imagenet_utils import decode_predictions
from .net import End, Net
from .resnet import ADDRESS, beginning, normalised, shrunk
from .scaling import preprocess_tf as preprocess_input

__all__ = ["ResNet50V2", "ResNet101V2", "ResNet152V2", "decode_predictions", "preprocess_input"]

_HASHES_50 = ("3ef43a0b657b3be2300d5770ece849e0", "fac2f116257151a9d068a22e544a4917")
_HASHES_101 = ("6343647c601c52e1368623803854d971", "c0ed64b8031c3730f411d2eb4eea35b5")
_HASHES_152 = ("a49b44d1979771252814e80f8ec446f9", "ed17cf2e0169df9d443503ef94b23b33")


def _rectified(x: Tensor, name: str) -> Tensor:
    return Activation("relu", name=f"{name}_relu")(normalised(x, f"{name}_bn"))


def _block(x: Tensor, filters: int, strides: int, name: str, *, is_first: bool) -> Tensor:
    """Three convolutions beside x; where shapes differ beside a fourth (in the first block), or every second place of x."""
    before = _rectified(x, f"{name}_preact")
    if is_first:
        short = Conv2D(4 * filters, 1, strides=strides, name=f"{name}_0_conv")(before)
    else:
        short = MaxPooling2D(1, strides=strides)(x) if strides > 1 else x
    y = Conv2D(filters, 1, use_bias=False, name=f"{name}_1_conv")(before)
    y = ZeroPadding2D(1, name=f"{name}_2_pad")(_rectified(y, f"{name}_1"))
    y = Conv2D(filters, 3, strides=strides, use_bias=False, name=f"{name}_2_conv")(y)
    y = Conv2D(4 * filters, 1, name=f"{name}_3_conv")(_rectified(y, f"{name}_2"))
    return Add(name=f"{name}_out")([short, y])


def _layers(image: Tensor, end: End, blocks: Sequence[int]) -> Tensor:
    """The net with so many blocks in its four stages."""
    x = shrunk(beginning(image))
    for stage, count in enumerate(blocks):
        for number in range(1, count + 1):
            strides = 2 if number == count and stage < len(blocks) - 1 else 1
            x = _block(x, 64 << stage, strides, f"conv{stage + 2}_block{number}", is_first=number == 1)
    return end(_rectified(x, "post"), "probs", f"{end.pooling}_pool")


@Net("resnet50v2", ADDRESS, _HASHES_50)
def ResNet50V2(image: Tensor, end: End) -> Tensor:
    """The net of 50 layers for images (224, 224, 3); without its dense layer, for any size from 32.

    Example:
        >>> ResNet50V2(include_top=False, weights=None, input_shape=(32, 32, 3)).output_shape
        (None, 1, 1, 2048)
    """
    return _layers(image, end, (3, 4, 6, 3))


@Net("resnet101v2", ADDRESS, _HASHES_101)
def ResNet101V2(image: Tensor, end: End) -> Tensor:
    """The net of 101 layers for images (224, 224, 3); without its dense layer, for any size from 32.

    Example:
        >>> ResNet101V2(include_top=False, weights=None, input_shape=(32, 32, 3)).output_shape
        (None, 1, 1, 2048)
    """
    return _layers(image, end, (3, 4, 23, 3))


@Net("resnet152v2", ADDRESS, _HASHES_152)
def ResNet152V2(image: Tensor, end: End) -> Tensor:
    """The net of 152 layers for images (224, 224, 3); without its dense layer, for any size from 32.

    Example:
        >>> ResNet152V2(include_top=False, weights=None, input_shape=(32, 32, 3)).output_shape
        (None, 1, 1, 2048)
    """
    return _layers(image, end, (3, 8, 36, 3))
