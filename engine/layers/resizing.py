"""Cropping, padding with zeros and upsampling of steps, images and volumes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Literal, TypeAlias

from .. import _ops as ops
from .._declared import registry, rules
from .._declared.fields import field
from .base import Layer
from .convolutional_base import spatial_spec
from .image_sizes import resized_images
from .settings import data_format_field, sizes_field

if TYPE_CHECKING:
    from dataclasses import KW_ONLY

    from .._declared.fields import Setting
    from .._graph.tensor import Tensor
    from .settings import DataFormatSetting, SizesSetting

    Pairs: TypeAlias = tuple[tuple[int, int], ...]
    """(before, after) for each spatial axis."""
    PairsSetting: TypeAlias = Setting[int | Sequence[int] | Sequence[Sequence[int]] | Mapping[str, int], Pairs]

__all__ = [
    "Cropping1D",
    "Cropping2D",
    "Cropping3D",
    "UpSampling1D",
    "UpSampling2D",
    "UpSampling3D",
    "ZeroPadding1D",
    "ZeroPadding2D",
    "ZeroPadding3D",
]

_SIDES = ("top", "bottom", "left", "right")


def _pairs(value: object, rank: int) -> Pairs:
    """What users write, as (before, after) for each axis.

    They may write a number, a number for each axis, pairs, or a text of these; for one axis (before, after) itself; for
    images, as in Keras 1, the sides by name: {'top_pad': 1, ...}.
    """
    if isinstance(value, str):
        value = json.loads(value.replace("(", "[").replace(")", "]"))
    if isinstance(value, Mapping):
        sides = {key.partition("_")[0]: n for key, n in value.items()}
        numbers = [sides.pop(side, 0) for side in (_SIDES if rank == 2 else _SIDES[2:])]
        if sides:
            raise ValueError("unknown side")
        value = list(zip(numbers[::2], numbers[1::2], strict=True))
    checked = rules.non_negative_int.check
    if not isinstance(value, (list, tuple)):
        value = (value,) * rank
    elif rank == 1 and len(value) == 2:
        value = (value,)
    elif rank == 2 and len(value) == 4:  # Keras 1: (top, bottom, left, right)
        value = (value[:2], value[2:])
    pairs = [v if isinstance(v, (list, tuple)) else (v, v) for v in value]
    return tuple((checked(before), checked(after)) for before, after in pairs)


def _pairs_rule(rank: int) -> rules.Rule:
    """The rule of a setting with elements before and after, for each spatial axis."""
    if rank == 1:
        sentence = "a whole number, 0 or above, or two: (before, after)"
    else:
        sentence = f"a whole number, 0 or above, {rank} of them, or {rank} pairs (before, after)"
    return rules.Rule(
        lambda v: len(v) == rank,
        sentence,
        (-1, 2.5, "a", None, [-1] * rank, [1] * (rank + 3), [[1, 2, 3]] * rank, {"middle_pad": 1}),
        {"kind": "text"},
        lambda v: _pairs(v, rank),
        lambda v: list(v[0]) if rank == 1 else [list(pair) for pair in v],
    )


class _Resizing(Layer):
    """Base of layers that change the sizes of spatial axes; a subclass says its `rank` and declares what it takes."""

    group: ClassVar[str] = "convolutional"
    rank: ClassVar[int] = 2
    data_format = "channels_last"  # a setting of the layers for images and volumes

    def prepare(self) -> None:
        """Take samples of this rank."""
        super().prepare()
        self.input_spec = spatial_spec(self.rank)


class _Cropping(_Resizing):
    cropping: PairsSetting  # a subclass declares it as a setting

    def call(self, inputs: Tensor) -> Tensor:
        """The inside."""
        return ops.crop(inputs, self.cropping, self.data_format)


@registry.register("layer")
class Cropping1D(_Cropping):
    """Cut off steps in front and at the end: (N, T, C) -> (N, T - before - after, C).

    Args:
        cropping: how many time steps are cut off (in front, at the end), (1, 1) by default; one number stands for both.

    Input shape:
        (N, T, C).

    Output shape:
        (N, T - before - after, C).

    Example:
        >>> Cropping1D((1, 2)).compute_output_shape((None, 10, 4))
        (None, 7, 4)
    """

    rank: ClassVar[int] = 1

    cropping: PairsSetting = field(_pairs_rule(1), default=(1, 1), help="steps cut off (in front, at the end)")


@registry.register("layer")
class Cropping2D(_Cropping):
    """Cut off the border of images: (N, H, W, C) -> (N, H - top - bottom, W - left - right, C).

    Args:
        cropping: ((top, bottom), (left, right)) that is cut off, nothing by default; (rows, columns) for both sides
            alike, one number for all four.
        data_format: "channels_last" (N, H, W, C) or "channels_first" (N, C, H, W); K.image_data_format() by default.

    Input shape:
        (N, H, W, C), or (N, C, H, W) for "channels_first".

    Output shape:
        (N, H - top - bottom, W - left - right, C), or with C after N for "channels_first".

    Example:
        >>> Cropping2D(((2, 2), (4, 3))).compute_output_shape((None, 28, 28, 3))
        (None, 24, 21, 3)
    """

    cropping: PairsSetting = field(
        _pairs_rule(2), default=((0, 0), (0, 0)), help="((top, bottom), (left, right)) cut off"
    )
    data_format: DataFormatSetting = data_format_field(default=None)


@registry.register("layer")
class Cropping3D(_Cropping):
    """Cut off the border of volumes: (N, D, H, W, C) -> (N, D - front - back, ..., C).

    Args:
        cropping: (before, after) that is cut off along each of the three axes, 1 everywhere by default; three numbers
            for both sides alike, one number for all six.
        data_format: "channels_last" (N, D, H, W, C) or "channels_first" (N, C, D, H, W); K.image_data_format() by
            default.

    Input shape:
        (N, D, H, W, C), or (N, C, D, H, W) for "channels_first".

    Output shape:
        The input's, each spatial size less what is cut off before and after.

    Example:
        >>> Cropping3D(1).compute_output_shape((None, 8, 8, 6, 2))
        (None, 6, 6, 4, 2)
    """

    rank: ClassVar[int] = 3

    cropping: PairsSetting = field(
        _pairs_rule(3), default=((1, 1), (1, 1), (1, 1)), help="(before, after) cut off along each of three axes"
    )
    data_format: DataFormatSetting = data_format_field(default=None)


class _ZeroPadding(_Resizing):
    padding: PairsSetting  # a subclass declares it as a setting

    def call(self, inputs: Tensor) -> Tensor:
        """The inputs between zeros."""
        return ops.pad_zeros(inputs, self.padding, self.data_format)


@registry.register("layer")
class ZeroPadding1D(_ZeroPadding):
    """Add zeros in front and at the end: (N, T, C) -> (N, T + before + after, C).

    Args:
        padding: how many time steps of zeros are added (in front, at the end); one number, 1 by default, stands for
            both.

    Input shape:
        (N, T, C).

    Output shape:
        (N, T + before + after, C).

    Example:
        >>> ZeroPadding1D(2).compute_output_shape((None, 10, 4))
        (None, 14, 4)
    """

    rank: ClassVar[int] = 1

    padding: PairsSetting = field(_pairs_rule(1), default=1, help="zeros added (in front, at the end)")


@registry.register("layer")
class ZeroPadding2D(_ZeroPadding):
    """Add a border of zeros to images: (N, H, W, C) -> (N, H + top + bottom, W + left + right, C).

    Args:
        padding: ((top, bottom), (left, right)) that is added; (rows, columns), (1, 1) by default, for both sides alike,
            one number for all four.
        data_format: "channels_last" (N, H, W, C) or "channels_first" (N, C, H, W); K.image_data_format() by default.

    Input shape:
        (N, H, W, C), or (N, C, H, W) for "channels_first".

    Output shape:
        (N, H + top + bottom, W + left + right, C), or with C after N for "channels_first".

    Example:
        >>> ZeroPadding2D(((1, 0), (2, 3))).compute_output_shape((None, 28, 28, 3))
        (None, 29, 33, 3)
    """

    padding: PairsSetting = field(_pairs_rule(2), default=(1, 1), help="((top, bottom), (left, right)) added")
    data_format: DataFormatSetting = data_format_field(default=None)


@registry.register("layer")
class ZeroPadding3D(_ZeroPadding):
    """Add a border of zeros to volumes: (N, D, H, W, C) -> (N, D + front + back, ..., C).

    Args:
        padding: (before, after) that is added along each of the three axes; three numbers, (1, 1, 1) by default, for
            both sides alike, one number for all six.
        data_format: "channels_last" (N, D, H, W, C) or "channels_first" (N, C, D, H, W); K.image_data_format() by
            default.

    Input shape:
        (N, D, H, W, C), or (N, C, D, H, W) for "channels_first".

    Output shape:
        The input's, each spatial size plus what is added before and after.

    Example:
        >>> ZeroPadding3D((1, 2, 3)).compute_output_shape((None, 8, 8, 6, 2))
        (None, 10, 12, 12, 2)
    """

    rank: ClassVar[int] = 3

    padding: PairsSetting = field(
        _pairs_rule(3), default=(1, 1, 1), help="(before, after) added along each of three axes"
    )
    data_format: DataFormatSetting = data_format_field(default=None)


class _UpSampling(_Resizing):
    size: SizesSetting  # a subclass declares it as a setting
    interpolation = "nearest"  # a setting of the layer for images

    def call(self, inputs: Tensor) -> Tensor:
        """The inputs, larger."""
        return ops.upsample(inputs, self.size, self.data_format, self.interpolation)


@registry.register("layer")
class UpSampling1D(_Resizing):
    """Repeat each step several times: (N, T, C) -> (N, T * size, C).

    Args:
        size: how often each time step is repeated, 2 by default.

    Input shape:
        (N, T, C).

    Output shape:
        (N, T * size, C).

    Example:
        >>> import numpy as np
        >>> UpSampling1D(2)(np.array([[[1.0], [5.0]]])).tolist()
        [[[1.0], [1.0], [5.0], [5.0]]]
    """

    rank: ClassVar[int] = 1

    size: int = field(rules.positive_int, default=2, help="how often each step is repeated")

    def call(self, inputs: Tensor) -> Tensor:
        """Each step `size` times."""
        return ops.upsample(inputs, (self.size,))


@registry.register("layer")
class UpSampling2D(_UpSampling):
    """Enlarge images: (N, H, W, C) -> (N, H * rows, W * columns, C).

    Args:
        size: how many times more rows and columns there are, (2, 2) by default; one number stands for both.
        data_format: "channels_last" (N, H, W, C) or "channels_first" (N, C, H, W); K.image_data_format() by default.
        interpolation: "nearest", the default, repeats each element. "bilinear" puts new points on straight lines, as
            Keras 2.2.4 did on TensorFlow 1 (the first point on the element itself, neither half-pixel centres nor
            aligned corners).
        half_pixel_centers: whether "bilinear" takes elements for squares, whose middles are the points, as tf.keras and
            Keras 3 do; None, the default, stands for False.

    Input shape:
        (N, H, W, C), or (N, C, H, W) for "channels_first".

    Output shape:
        (N, H * rows, W * columns, C), or (N, C, H * rows, W * columns).

    Example:
        >>> UpSampling2D((2, 3)).compute_output_shape((None, 7, 7, 64))
        (None, 14, 21, 64)
    """

    size: SizesSetting = sizes_field(2, default=(2, 2), help="how often rows and columns are repeated")
    data_format: DataFormatSetting = data_format_field(default=None)
    interpolation: Literal["nearest", "bilinear"] = field(
        rules.choice("nearest", "bilinear"), default="nearest", help="repeat elements, or points on lines between them"
    )
    _: KW_ONLY
    half_pixel_centers: bool | None = field(
        rules.optional(rules.switch),
        default=None,
        help="points in the middle of elements",
        kw_only=True,
        config="if_set",
    )

    def call(self, inputs: Tensor) -> Tensor:
        """The images, larger."""
        if self.interpolation != "bilinear" or not self.half_pixel_centers:
            return super().call(inputs)
        first = self.data_format == "channels_first"
        x = ops.transpose(inputs, (0, 2, 3, 1)) if first else inputs
        rows, columns = (None if n is None else n * by for n, by in zip(x.shape[1:3], self.size, strict=True))
        y = resized_images(x, rows, columns, "bilinear")
        return ops.transpose(y, (0, 3, 1, 2)) if first else y


@registry.register("layer")
class UpSampling3D(_UpSampling):
    """Repeat each element of volumes: (N, D, H, W, C) -> (N, D * depth, H * rows, W * columns, C).

    Args:
        size: how often depth, rows and columns are repeated, (2, 2, 2) by default; one number stands for all three.
        data_format: "channels_last" (N, D, H, W, C) or "channels_first" (N, C, D, H, W); K.image_data_format() by
            default.

    Input shape:
        (N, D, H, W, C), or (N, C, D, H, W) for "channels_first".

    Output shape:
        (N, D * depth, H * rows, W * columns, C), or with C after N for "channels_first".

    Example:
        >>> UpSampling3D((1, 2, 3)).compute_output_shape((None, 4, 4, 3, 2))
        (None, 4, 8, 9, 2)
    """

    rank: ClassVar[int] = 3

    size: SizesSetting = sizes_field(3, default=(2, 2, 2), help="how often depth, rows and columns are repeated")
    data_format: DataFormatSetting = data_format_field(default=None)
