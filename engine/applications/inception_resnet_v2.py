"""InceptionResNetV2: windows of several sizes, added to what comes in (Szegedy et al., 2017), 55,873,736 parameters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from .._graph.tensor import Tensor
from ..layers import Activation, AveragePooling2D, BatchNormalization, Concatenate, Conv2D, MaxPooling2D, ScaledAdd
from . import imagenet_utils as shared
from .imagenet_utils import decode_predictions
from .net import End, Net
from .scaling import preprocess_tf as preprocess_input

__all__ = ["InceptionResNetV2", "decode_predictions", "preprocess_input"]

_ADDRESS = "https://github.com/fchollet/deep-learning-models/releases/download/v0.7/"
_HASHES = ("e693bd0210a403b3192acc6073ad2e96", "d19885ff4a710c122648d3b5c3b684e4")
# One convolution: filters and window; several make a branch.
Window = int | tuple[int, int]
Step = tuple[int, Window]
# The branches of a residual block, and how many such blocks there are and their scale.
_RESIDUAL: dict[str, tuple[tuple[tuple[Step, ...], ...], int, float]] = {
    "block35": ((((32, 1),), ((32, 1), (32, 3)), ((32, 1), (48, 3), (64, 3))), 10, 0.17),
    "block17": ((((192, 1),), ((128, 1), (160, (1, 7)), (192, (7, 1)))), 20, 0.1),
    "block8": ((((192, 1),), ((192, 1), (224, (1, 3)), (256, (3, 1)))), 10, 0.2),
}


def _convolved(
    x: Tensor,
    filters: int,
    window: Window,
    strides: int = 1,
    padding: Literal["same", "valid"] = "same",
    name: str | None = None,
) -> Tensor:
    x = Conv2D(filters, window, strides=strides, padding=padding, use_bias=False, name=name)(x)
    x = BatchNormalization(axis=shared.channel_axis(), scale=False, name=name and f"{name}_bn")(x)
    return Activation("relu", name=name and f"{name}_ac")(x)


def _branch(x: Tensor, steps: Sequence[Step], halved: bool = False) -> Tensor:
    """Convolutions one after the other; `halved`: the last one takes every second row and column."""
    *first, (filters, window) = steps
    for step in first:
        x = _convolved(x, *step)
    return _convolved(x, filters, window, 2, "valid") if halved else _convolved(x, filters, window)


def _joined(branches: Sequence[Tensor], name: str) -> Tensor:
    return Concatenate(axis=shared.channel_axis(), name=name)(list(branches))


def _residual(x: Tensor, kind: str, index: int) -> Tensor:
    branches, count, scale = _RESIDUAL[kind]
    name, last = f"{kind}_{index}", kind == "block8" and index == count
    mixed = _joined([_branch(x, steps) for steps in branches], f"{name}_mixed")
    channels = shared.channels_of(x)
    added = Conv2D(channels, 1, padding="same", name=f"{name}_conv")(mixed)
    x = ScaledAdd(1.0 if last else scale, name=name)([x, added])
    return x if last else Activation("relu", name=f"{name}_ac")(x)


def _residuals(x: Tensor, kind: str) -> Tensor:
    for index in range(1, _RESIDUAL[kind][1] + 1):
        x = _residual(x, kind, index)
    return x


def _halved(x: Tensor, branches: Sequence[Sequence[Step]], name: str) -> Tensor:
    return _joined([*(_branch(x, steps, halved=True) for steps in branches), MaxPooling2D(3, strides=2)(x)], name)


@Net("inception_resnet_v2", _ADDRESS, _HASHES, default_size=299, min_size=75, any_size=True)
def InceptionResNetV2(image: Tensor, end: End) -> Tensor:
    """The net for images (299, 299, 3); without its dense layer, for any size from 75.

    Keras's Lambda layers are ScaledAdd layers here, so that the model can be saved and loaded.

    Example:
        >>> InceptionResNetV2(include_top=False, weights=None, input_shape=(75, 75, 3)).output_shape
        (None, 1, 1, 1536)
    """
    x = _convolved(image, 32, 3, 2, "valid")
    x = _convolved(x, 32, 3, 1, "valid")
    x = MaxPooling2D(3, strides=2)(_convolved(x, 64, 3))
    x = _convolved(x, 80, 1, 1, "valid")
    x = MaxPooling2D(3, strides=2)(_convolved(x, 192, 3, 1, "valid"))
    branches = [_branch(x, steps) for steps in (((96, 1),), ((48, 1), (64, 5)), ((64, 1), (96, 3), (96, 3)))]
    branches.append(_convolved(AveragePooling2D(3, strides=1, padding="same")(x), 64, 1))
    x = _residuals(_joined(branches, "mixed_5b"), "block35")
    x = _halved(x, (((384, 3),), ((256, 1), (256, 3), (384, 3))), "mixed_6a")
    x = _residuals(x, "block17")
    x = _halved(x, (((256, 1), (384, 3)), ((256, 1), (288, 3)), ((256, 1), (288, 3), (320, 3))), "mixed_7a")
    x = _residuals(x, "block8")
    x = _convolved(x, 1536, 1, name="conv_7b")
    return end(x)
