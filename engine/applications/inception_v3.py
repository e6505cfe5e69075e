"""InceptionV3: convolutions of several sizes side by side (Szegedy et al., 2016), 23,851,784 parameters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from .._graph.tensor import Tensor
from ..layers import Activation, AveragePooling2D, BatchNormalization, Conv2D, MaxPooling2D, concatenate
from . import imagenet_utils as shared
from .imagenet_utils import decode_predictions
from .net import End, Net
from .scaling import preprocess_tf as preprocess_input

__all__ = ["InceptionV3", "decode_predictions", "preprocess_input"]

_ADDRESS = "https://github.com/fchollet/deep-learning-models/releases/download/v0.5/"
# Under these names code that loads the weights by itself imports where they are.
WEIGHTS_PATH = f"{_ADDRESS}inception_v3_weights_tf_dim_ordering_tf_kernels.h5"
WEIGHTS_PATH_NO_TOP = f"{_ADDRESS}inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5"
_HASHES = ("9a0d58056eeedaa3f26cb7ebd46da564", "bcbd6486424b2319ff4ef7d526e38f63")
# One convolution: filters, rows, columns; several make a branch.
Step = tuple[int, int, int]


def conv2d_bn(
    x: Tensor,
    filters: int,
    num_row: int,
    num_col: int,
    padding: Literal["same", "valid"] = "same",
    strides: int | tuple[int, int] = (1, 1),
    name: str | None = None,
) -> Tensor:
    """A convolution, its batch normalisation and a rectifier, as code that builds on Keras's InceptionV3 calls them.

    Args:
        x: features.
        filters: filters of the convolution.
        num_row: rows of its window.
        num_col: columns of its window.
        padding: "same" (the default) or "valid".
        strides: steps of the window, 1 by default.
        name: name of the rectifier; the others end in "_conv" and "_bn". None (the default): automatic names.

    Returns:
        The features.

    Example:
        >>> from engine.layers import Input
        >>> conv2d_bn(Input((8, 8, 3)), 16, 1, 7, strides=2).shape
        (None, 4, 4, 16)
    """
    named = {part: None if name is None else f"{name}_{part}" for part in ("conv", "bn")}
    x = Conv2D(filters, (num_row, num_col), strides=strides, padding=padding, use_bias=False, name=named["conv"])(x)
    x = BatchNormalization(axis=shared.channel_axis(), scale=False, name=named["bn"])(x)
    return Activation("relu", name=name)(x)


def _convolved(
    x: Tensor, filters: int, rows: int, columns: int, strides: int = 1, padding: Literal["same", "valid"] = "same"
) -> Tensor:
    return conv2d_bn(x, filters, rows, columns, padding, strides)


def _branch(x: Tensor, *steps: Step) -> Tensor:
    for step in steps:
        x = _convolved(x, *step)
    return x


def _joined(branches: Sequence[Tensor], name: str | None = None) -> Tensor:
    return concatenate(list(branches), axis=shared.channel_axis(), name=name)


def _pooled_branch(x: Tensor, filters: int) -> Tensor:
    return _convolved(AveragePooling2D(3, strides=1, padding="same")(x), filters, 1, 1)


def _small(x: Tensor, pooled: int, index: int) -> Tensor:
    """35 x 35: windows of 1, 5 and twice 3."""
    branches = (
        _branch(x, (64, 1, 1)),
        _branch(x, (48, 1, 1), (64, 5, 5)),
        _branch(x, (64, 1, 1), (96, 3, 3), (96, 3, 3)),
        _pooled_branch(x, pooled),
    )
    return _joined(branches, f"mixed{index}")


def _middle(x: Tensor, inside: int, index: int) -> Tensor:
    """17 x 17: windows of 7 rows and of 7 columns one after the other."""
    n = inside
    branches = (
        _branch(x, (192, 1, 1)),
        _branch(x, (n, 1, 1), (n, 1, 7), (192, 7, 1)),
        _branch(x, (n, 1, 1), (n, 7, 1), (n, 1, 7), (n, 7, 1), (192, 1, 7)),
        _pooled_branch(x, 192),
    )
    return _joined(branches, f"mixed{index}")


def _last(x: Tensor, index: int) -> Tensor:
    """8 x 8: windows of 3 rows and of 3 columns side by side."""
    first = _branch(x, (320, 1, 1))
    wide = _branch(x, (384, 1, 1))
    wide = _joined((_branch(wide, (384, 1, 3)), _branch(wide, (384, 3, 1))), f"mixed9_{index}")
    twice = _branch(x, (448, 1, 1), (384, 3, 3))
    twice = _joined((_branch(twice, (384, 1, 3)), _branch(twice, (384, 3, 1))))
    return _joined((first, wide, twice, _pooled_branch(x, 192)), f"mixed{9 + index}")


@Net("inception_v3", _ADDRESS, _HASHES, default_size=299, min_size=75, any_size=True)
def InceptionV3(image: Tensor, end: End) -> Tensor:
    """The net for images (299, 299, 3); without its dense layer, for any size from 75.

    Example:
        >>> InceptionV3(include_top=False, weights=None, input_shape=(75, 75, 3)).output_shape
        (None, 1, 1, 2048)
    """
    x = _convolved(image, 32, 3, 3, 2, "valid")
    x = _convolved(x, 32, 3, 3, 1, "valid")
    x = MaxPooling2D(3, strides=2)(_convolved(x, 64, 3, 3))
    x = _convolved(x, 80, 1, 1, 1, "valid")
    x = MaxPooling2D(3, strides=2)(_convolved(x, 192, 3, 3, 1, "valid"))
    for index, pooled in enumerate((32, 64, 64)):
        x = _small(x, pooled, index)
    halved = (
        _convolved(x, 384, 3, 3, 2, "valid"),
        _convolved(_branch(x, (64, 1, 1), (96, 3, 3)), 96, 3, 3, 2, "valid"),
        MaxPooling2D(3, strides=2)(x),
    )
    x = _joined(halved, "mixed3")
    for index, inside in enumerate((128, 160, 160, 192), 4):
        x = _middle(x, inside, index)
    halved = (
        _convolved(_branch(x, (192, 1, 1)), 320, 3, 3, 2, "valid"),
        _convolved(_branch(x, (192, 1, 1), (192, 1, 7), (192, 7, 1)), 192, 3, 3, 2, "valid"),
        MaxPooling2D(3, strides=2)(x),
    )
    x = _joined(halved, "mixed8")
    for index in (0, 1):
        x = _last(x, index)
    return end(x)
