"""Images brought to another size: interpolated between their points, or cut out of the middle."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from .. import _ops as ops
from .._declared import registry, rules
from .._declared.fields import REQUIRED, field
from .._graph.tensor import Constant
from .._machine import config
from ..errors import ShapeError
from .base import Layer
from .convolutional_base import spatial_spec
from .settings import data_format_field, switch_field

if TYPE_CHECKING:
    from .._graph.tensor import Tensor
    from ..types import Array
    from .settings import DataFormatSetting

__all__ = ["CenterCrop", "Resizing"]


def shares(size: int, result: int, interpolation: str) -> Array:
    """(result, size): how much each point of a line counts for each of the resized line, middle by middle."""
    places = (np.arange(result) + 0.5) * size / result - 0.5
    matrix = np.zeros((result, size))
    rows = np.arange(result)
    if interpolation == "nearest":
        matrix[rows, np.minimum(np.floor(places + 0.5), size - 1).astype(int)] = 1
        return matrix
    first = np.floor(places).astype(int)
    away = places - first
    if interpolation == "bilinear":
        weights = {0: 1 - away, 1: away}
    else:
        weights = {step: _cubic(np.abs(away - step)) for step in (-1, 0, 1, 2)}
        # Points beyond the border do not count; the others share what they would have.
        outside = [(first + step < 0) | (first + step >= size) for step in weights]
        weights = {step: np.where(out, 0, w) for (step, w), out in zip(weights.items(), outside, strict=True)}
        total = sum(weights.values())
        weights = {step: w / total for step, w in weights.items()}
    for step, weight in weights.items():
        np.add.at(matrix, (rows, np.clip(first + step, 0, size - 1)), weight)
    return matrix


def _cubic(distance: Array) -> Array:
    """Keys' kernel with a = -0.5 (1981)."""
    near = (1.5 * distance - 2.5) * distance * distance + 1
    far = ((-0.5 * distance + 2.5) * distance - 4) * distance + 2
    return np.where(distance <= 1, near, np.where(distance < 2, far, 0))


def resized_images(x: Tensor, height: int | None, width: int | None, interpolation: str) -> Tensor:
    """(N, H, W, C) -> (N, height, width, C): a product along each of the two axes."""
    rows, columns = x.shape[1:3]
    if rows is None or columns is None or height is None or width is None:
        hint = "Give the Input its shape."
        raise ShapeError(expected="images of a known size", actual=str(x.shape), hint=hint)
    (x,) = ops.reals([x])
    if rows != height:
        across = Constant(shares(rows, height, interpolation).T.astype(config.floatx()))
        x = ops.transpose(ops.linear(ops.transpose(x, (0, 2, 3, 1)), across), (0, 3, 1, 2))
    if columns != width:
        along = Constant(shares(columns, width, interpolation).T.astype(config.floatx()))
        x = ops.transpose(ops.linear(ops.transpose(x, (0, 1, 3, 2)), along), (0, 1, 3, 2))
    return x


def cut(x: Tensor, height: int, width: int) -> Tensor:
    """The middle of images, (N, H, W, C) -> (N, height, width, C)."""
    top, left = ((n or 0) - wanted for n, wanted in zip(x.shape[1:3], (height, width), strict=True))
    return ops.getitem(x, (slice(None), slice(top // 2, top // 2 + height), slice(left // 2, left // 2 + width)))


def filled(x: Tensor, height: int, width: int, interpolation: str = "bilinear") -> Tensor:
    """The largest part of the middle with the proportions that are wanted, resized."""
    rows, columns = (n or 0 for n in x.shape[1:3])
    part = (min(rows, int(columns * height / width)), min(columns, int(rows * width / height)))
    return resized_images(cut(x, *part), height, width, interpolation)


class _Sized(Layer):
    """Base of layers that give images of one size."""

    group: ClassVar[str] = "preparation"

    height: int = field(rules.positive_int, default=REQUIRED, help="rows of the result")
    width: int = field(rules.positive_int, default=REQUIRED, help="columns of the result")

    def prepare(self) -> None:
        """Take images."""
        super().prepare()
        self.input_spec = spatial_spec(2)

    def sized(self, x: Tensor, data_format: str) -> Tensor:
        """The result of `change` for either order of the axes."""
        if data_format == "channels_last":
            return self.change(x)
        return ops.transpose(self.change(ops.transpose(x, (0, 2, 3, 1))), (0, 3, 1, 2))

    def change(self, x: Tensor) -> Tensor:
        """(N, H, W, C) -> (N, height, width, C)."""
        raise NotImplementedError(f"{type(self).__name__}.change")


@registry.register("layer")
class Resizing(_Sized):
    """Images brought to a size by interpolation, in training and prediction alike.

    Args:
        height: rows of the result.
        width: columns of the result.
        interpolation: "bilinear", the default, "bicubic" or "nearest", without smoothing.
        crop_to_aspect_ratio: whether the largest part of the middle with the result's proportions is taken first, so that
            nothing is stretched; False by default.
        data_format: "channels_last" (N, H, W, C) or "channels_first" (N, C, H, W); K.image_data_format() by default.

    Input shape:
        (N, H, W, C), or (N, C, H, W) for "channels_first"; H and W are known.

    Output shape:
        (N, height, width, C), or (N, C, height, width), floats.

    Raises:
        ShapeError: the input has other than four axes, or its size is not known.

    Example:
        >>> Resizing(2, 1)(np.array([[[[0.0], [2.0]], [[4.0], [6.0]]]])).tolist()
        [[[[1.0]], [[5.0]]]]
    """

    interpolation: str = field(
        rules.choice("bilinear", "nearest", "bicubic"), default="bilinear", help="what lies between points"
    )
    crop_to_aspect_ratio: bool = switch_field(default=False, help="cut first, so that nothing is stretched")
    data_format: DataFormatSetting = data_format_field(default=None)

    def call(self, inputs: Tensor) -> Tensor:
        """The resized images."""
        return self.sized(inputs, self.data_format)

    def change(self, x: Tensor) -> Tensor:
        """Interpolate, after a cut where it is asked for."""
        make = filled if self.crop_to_aspect_ratio else resized_images
        return make(x, self.height, self.width, self.interpolation)


@registry.register("layer")
class CenterCrop(_Sized):
    """The middle of images; smaller ones are enlarged until they have the size, and cut.

    Args:
        height: rows of the result.
        width: columns of the result.
        data_format: "channels_last" (N, H, W, C) or "channels_first" (N, C, H, W); K.image_data_format() by default.

    Input shape:
        (N, H, W, C), or (N, C, H, W) for "channels_first"; H and W are known.

    Output shape:
        (N, height, width, C), or (N, C, height, width).

    Raises:
        ShapeError: the input has other than four axes, or its size is not known.

    Example:
        >>> CenterCrop(1, 2)(np.arange(12.0).reshape(1, 3, 4, 1)).ravel().tolist()
        [5.0, 6.0]
    """

    data_format: DataFormatSetting = data_format_field(default=None)

    def call(self, inputs: Tensor) -> Tensor:
        """The middle."""
        return self.sized(inputs, self.data_format)

    def change(self, x: Tensor) -> Tensor:
        """Cut, or enlarge and cut."""
        if None in x.shape[1:3]:
            raise ShapeError(expected="images of a known size", actual=str(x.shape), hint="Give the Input its shape.")
        large = all((n or 0) >= wanted for n, wanted in zip(x.shape[1:3], (self.height, self.width), strict=True))
        return cut(x, self.height, self.width) if large else filled(x, self.height, self.width)
