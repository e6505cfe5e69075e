"""ResNets of 50, 101 and 152 layers as Keras has had them since 2.2.5: the stride is in each block's first convolution.

`resnet50.ResNet50` is the same net under the layers' names of Keras 2.2.4; `ResNet50` here has the names of today.
"""

from __future__ import annotations

from collections.abc import Sequence

from .._graph.tensor import Tensor
from ..layers import Activation, Add, BatchNormalization, Conv2D, MaxPooling2D, ZeroPadding2D
from . import imagenet_utils as shared
from .imagenet_utils import decode_predictions
from .net import End, Net
from .scaling import preprocess_input

__all__ = ["ResNet101", "ResNet152", "decode_predictions", "preprocess_input"]

ADDRESS = "https://github.com/keras-team/keras-applications/releases/download/resnet/"
_HASHES_50 = ("2cb95161c43110f7111970584f804107", "4d473c1dd8becc155b73f8504c6f6626")
_HASHES_101 = ("f1aeb4b969a6efcfb50fad2f0c20cfc5", "88cf7a10940856eca736dc7b7e228a21")
_HASHES_152 = ("100835be76be38e30d865e96f2aaae62", "ee4c566cf9a93f14d82f913c2dc6dd0c")


def normalised(x: Tensor, name: str) -> Tensor:
    """Batch normalisation as these nets have it."""
    return BatchNormalization(axis=shared.channel_axis(), epsilon=1.001e-5, name=name)(x)


def beginning(image: Tensor) -> Tensor:
    """The first convolution, with a window of 7 and steps of 2."""
    return Conv2D(64, 7, strides=2, name="conv1_conv")(ZeroPadding2D(3, name="conv1_pad")(image))


def shrunk(x: Tensor) -> Tensor:
    """The pooling before the first block."""
    return MaxPooling2D(3, strides=2, name="pool1_pool")(ZeroPadding2D(1, name="pool1_pad")(x))


def _block(x: Tensor, filters: int, strides: int, name: str, *, is_first: bool) -> Tensor:
    """Three convolutions beside x, or beside a fourth of it where their number of channels differs from x's."""
    short = (
        normalised(Conv2D(4 * filters, 1, strides=strides, name=f"{name}_0_conv")(x), f"{name}_0_bn") if is_first else x
    )
    y = Conv2D(filters, 1, strides=strides, name=f"{name}_1_conv")(x)
    y = Activation("relu", name=f"{name}_1_relu")(normalised(y, f"{name}_1_bn"))
    y = Conv2D(filters, 3, padding="same", name=f"{name}_2_conv")(y)
    y = Activation("relu", name=f"{name}_2_relu")(normalised(y, f"{name}_2_bn"))
    y = normalised(Conv2D(4 * filters, 1, name=f"{name}_3_conv")(y), f"{name}_3_bn")
    return Activation("relu", name=f"{name}_out")(Add(name=f"{name}_add")([short, y]))


def _layers(image: Tensor, end: End, blocks: Sequence[int]) -> Tensor:
    """The net with so many blocks in its four stages."""
    x = Activation("relu", name="conv1_relu")(normalised(beginning(image), "conv1_bn"))
    x = shrunk(x)
    for stage, count in enumerate(blocks):
        for number in range(1, count + 1):
            strides = 2 if stage and number == 1 else 1
            x = _block(x, 64 << stage, strides, f"conv{stage + 2}_block{number}", is_first=number == 1)
    return end(x, "probs", f"{end.pooling}_pool")


@Net("resnet50", ADDRESS, _HASHES_50)
def ResNet50(image: Tensor, end: End) -> Tensor:
    """The net of 50 layers under the names of Keras 2.2.5, for images (224, 224, 3); without its dense layer, for any size from 32.

    Example:
        >>> ResNet50(include_top=False, weights=None, input_shape=(32, 32, 3)).layers[-1].name
        'conv5_block3_out'
    """
    return _layers(image, end, (3, 4, 6, 3))


@Net("resnet101", ADDRESS, _HASHES_101)
def ResNet101(image: Tensor, end: End) -> Tensor:
    """The net of 101 layers for images (224, 224, 3); without its dense layer, for any size from 32.

    Example:
        >>> ResNet101(include_top=False, weights=None, input_shape=(32, 32, 3)).output_shape
        (None, 1, 1, 2048)
    """
    return _layers(image, end, (3, 4, 23, 3))


@Net("resnet152", ADDRESS, _HASHES_152)
def ResNet152(image: Tensor, end: End) -> Tensor:
    """The net of 152 layers for images (224, 224, 3); without its dense layer, for any size from 32.

    Example:
        >>> ResNet152(include_top=False, weights=None, input_shape=(32, 32, 3)).output_shape
        (None, 1, 1, 2048)
    """
    return _layers(image, end, (3, 8, 36, 3))
