"""DenseNet121, 169 and 201: every layer of a block sees all before it (Huang et al., 2017)."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from typing import Literal

from .._graph.tensor import Tensor
from ..layers import Activation, AveragePooling2D, BatchNormalization, Concatenate, Conv2D, MaxPooling2D, ZeroPadding2D
from ..models import Model
from . import imagenet_utils as shared
from .imagenet_utils import decode_predictions
from .net import End, Net
from .scaling import preprocess_torch as preprocess_input

__all__ = ["DenseNet", "DenseNet121", "DenseNet169", "DenseNet201", "decode_predictions", "preprocess_input"]

_ADDRESS = "https://github.com/keras-team/keras-applications/releases/download/densenet/"
_HASHES = {
    121: ("9d60b8095a5708f2dcce2bca79d332c7", "30ee3e1110167f948a6b9946edeeb738"),
    169: ("d699b8f76981ab1b30698df4c175e90b", "b8c4d4c20dd625c148057b9ff1c1176b"),
    201: ("1ceb130c1ea1b78c3bf6114dbdfd8807", "c13680b51ded0fb44dff2d8f86ac8bb1"),
}
_BLOCKS = {121: (6, 12, 24, 16), 169: (6, 12, 32, 32), 201: (6, 12, 48, 32)}
_GROWTH = 32


def _normalised(x: Tensor, name: str, ending: str = "") -> Tensor:
    """Batch normalisation and rectifier, named NAME_0_bn and NAME_0_relu."""
    x = BatchNormalization(axis=shared.channel_axis(), epsilon=1.001e-5, name=f"{name}{ending}_bn")(x)
    return Activation("relu", name=f"{name}{ending}_relu")(x)


def _dense_layer(x: Tensor, name: str) -> Tensor:
    y = _normalised(x, name, "_0")
    y = Conv2D(4 * _GROWTH, 1, use_bias=False, name=f"{name}_1_conv")(y)
    y = _normalised(y, name, "_1")
    y = Conv2D(_GROWTH, 3, padding="same", use_bias=False, name=f"{name}_2_conv")(y)
    return Concatenate(axis=shared.channel_axis(), name=f"{name}_concat")([x, y])


def _halved(x: Tensor, name: str) -> Tensor:
    """Half the channels and half the rows and columns."""
    x = _normalised(x, name)
    channels = shared.channels_of(x) // 2
    x = Conv2D(channels, 1, use_bias=False, name=f"{name}_conv")(x)
    return AveragePooling2D(2, strides=2, name=f"{name}_pool")(x)


def _layers(image: Tensor, end: End, blocks: Sequence[int]) -> Tensor:
    x = ZeroPadding2D(3)(image)
    x = Conv2D(64, 7, strides=2, use_bias=False, name="conv1/conv")(x)
    x = BatchNormalization(axis=shared.channel_axis(), epsilon=1.001e-5, name="conv1/bn")(x)
    x = Activation("relu", name="conv1/relu")(x)
    x = MaxPooling2D(3, strides=2, name="pool1")(ZeroPadding2D(1)(x))
    for block, layers in enumerate(blocks, 2):
        for index in range(1, layers + 1):
            x = _dense_layer(x, f"conv{block}_block{index}")
        if block < len(blocks) + 1:
            x = _halved(x, f"pool{block}")
    x = BatchNormalization(axis=shared.channel_axis(), epsilon=1.001e-5, name="bn")(x)
    x = Activation("relu", name="relu")(x)
    return end(x, "fc1000", f"{end.pooling}_pool")


def _net(depth: int | None) -> Net:
    return Net(f"densenet{depth or ''}", _ADDRESS, _HASHES.get(depth or 0, ("", "")))


def DenseNet(
    blocks: Sequence[int],
    include_top: bool = True,
    weights: str | PathLike[str] | None = "imagenet",
    input_tensor: Tensor | None = None,
    input_shape: Sequence[int | None] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int = 1000,
) -> Model:
    """A DenseNet with any number of layers in its blocks.

    Args:
        blocks: how many layers each block has.
        include_top: whether the net ends with its dense layer, which is so by default; else with its features.
        weights: "imagenet" (the default; from Keras's cache, fetched at the first call), None for random ones, or the path
            of a file.
        input_tensor: a layer's output to begin with; None (the default) makes an input.
        input_shape: rows, columns and 3 channels without the batch; None (the default): 224 each, or any size from 32
            without the dense layer.
        pooling: "avg" or "max" over the image where there is no dense layer; None (the default): no pooling.
        classes: how many classes the dense layer has, 1000 by default; others go with weights of your own.

    Returns:
        The model, not compiled.

    Raises:
        SettingError: arguments that do not go together, or a size that the net does not take.

    Example:
        >>> DenseNet([2, 2], include_top=False, weights=None, input_shape=(32, 32, 3), pooling="avg").output_shape
        (None, 128)
    """
    net = _net(next((depth for depth, usual in _BLOCKS.items() if usual == tuple(blocks)), None))
    end = End(include_top, pooling, classes, net.name)
    return net.build(lambda image, end: _layers(image, end, blocks), end, weights, input_tensor, input_shape)


@_net(121)
def DenseNet121(image: Tensor, end: End) -> Tensor:
    """121 layers with weights, 8,062,504 parameters, for images (224, 224, 3); without top for any size from 32.

    Example:
        >>> DenseNet121(include_top=False, weights=None, input_shape=(32, 32, 3)).output_shape
        (None, 1, 1, 1024)
    """
    return _layers(image, end, _BLOCKS[121])


@_net(169)
def DenseNet169(image: Tensor, end: End) -> Tensor:
    """169 layers with weights, 14,307,880 parameters; the images are those of DenseNet121.

    Example:
        >>> DenseNet169(include_top=False, weights=None, input_shape=(32, 32, 3)).output_shape
        (None, 1, 1, 1664)
    """
    return _layers(image, end, _BLOCKS[169])


@_net(201)
def DenseNet201(image: Tensor, end: End) -> Tensor:
    """201 layers with weights, 20,242,984 parameters; the images are those of DenseNet121.

    Example:
        >>> DenseNet201(include_top=False, weights=None, input_shape=(32, 32, 3)).output_shape
        (None, 1, 1, 1920)
    """
    return _layers(image, end, _BLOCKS[201])
