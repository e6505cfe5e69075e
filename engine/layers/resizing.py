"""Cropping, padding with zeros and upsampling of steps, images and volumes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from .. import _ops as ops
from .._declared import registry, rules
from .._declared.fields import field
from .base import Layer
from .convolutional_base import hint_of_rank
from .node import InputSpec
from .settings import data_format_field

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


def _pairs(value: Any, rank: int) -> tuple[tuple[int, int], ...]:
    """What users write as (before, after) for each axis: a number, a number an axis, pairs, or a text of these.

    One axis takes (before, after) itself. Keras 1 named the sides of images: {'top_pad': 1, ...}.
    """
    if isinstance(value, str):
        value = json.loads(value.replace("(", "[").replace(")", "]"))
    if isinstance(value, Mapping):
        sides = {key.partition("_")[0]: n for key, n in value.items()}
        numbers = [sides.pop(side, 0) for side in (_SIDES if rank == 2 else _SIDES[2:])]
        if sides:
            raise ValueError("unknown side")
        value = list(zip(numbers[::2], numbers[1::2], strict=True))
    number = rules.non_negative_int.check
    if not isinstance(value, (list, tuple)):
        value = (value,) * rank
    elif rank == 1 and len(value) == 2:
        value = (value,)
    pairs = [v if isinstance(v, (list, tuple)) else (v, v) for v in value]
    return tuple((number(before), number(after)) for before, after in pairs)


def _pairs_rule(rank: int) -> rules.Rule:
    """Elements before and after, for each spatial axis."""
    if rank == 1:
        sentence = "a whole number, 0 or above, or two: (before, after)"
    else:
        sentence = f"a whole number, 0 or above, {rank} of them, or {rank} pairs (before, after)"
    return rules.Rule(
        lambda v: len(v) == rank,
        sentence,
        (-1, 2.5, "a", None, [-1] * rank, [1] * (rank + 2), [[1, 2, 3]] * rank, {"middle_pad": 1}),
        {"kind": "text"},
        lambda v: _pairs(v, rank),
        lambda v: list(v[0]) if rank == 1 else [list(pair) for pair in v],
    )


class _Resizing(Layer):
    group: ClassVar[str] = "convolutional"
    rank: ClassVar[int] = 2
    data_format: Any = "channels_last"

    def prepare(self) -> None:
        """Take samples of this rank."""
        super().prepare()
        self.input_spec = InputSpec(ndim=self.rank + 2, hints=hint_of_rank(self.rank))


class _Cropping(_Resizing):
    cropping: Any = ((1, 1),)

    def call(self, inputs: Any) -> Any:
        """The inside."""
        return ops.crop(inputs, self.cropping, self.data_format)


@registry.register("layer")
class Cropping1D(_Cropping):
    """Cut off steps in front and at the end: (N, T, C) -> (N, T - before - after, C).

    >>> Cropping1D((1, 2)).compute_output_shape((None, 10, 4))
    (None, 7, 4)
    """

    rank: ClassVar[int] = 1

    cropping: Any = field(_pairs_rule(1), default=(1, 1), help="steps cut off (in front, at the end)")


@registry.register("layer")
class Cropping2D(_Cropping):
    """Cut off the border of images: (N, H, W, C) -> (N, H - top - bottom, W - left - right, C).

    >>> Cropping2D(((2, 2), (4, 3))).compute_output_shape((None, 28, 28, 3))
    (None, 24, 21, 3)
    """

    cropping: Any = field(_pairs_rule(2), default=((0, 0), (0, 0)), help="((top, bottom), (left, right)) cut off")
    data_format: Any = data_format_field()


@registry.register("layer")
class Cropping3D(_Cropping):
    """Cut off the border of volumes: (N, D, H, W, C) -> (N, D - front - back, ..., C).

    >>> Cropping3D(1).compute_output_shape((None, 8, 8, 6, 2))
    (None, 6, 6, 4, 2)
    """

    rank: ClassVar[int] = 3

    cropping: Any = field(
        _pairs_rule(3), default=((1, 1), (1, 1), (1, 1)), help="(before, after) cut off along each of three axes"
    )
    data_format: Any = data_format_field()


class _ZeroPadding(_Resizing):
    padding: Any = ((1, 1),)

    def call(self, inputs: Any) -> Any:
        """The inputs between zeros."""
        return ops.pad_zeros(inputs, self.padding, self.data_format)


@registry.register("layer")
class ZeroPadding1D(_ZeroPadding):
    """Add zeros in front and at the end: (N, T, C) -> (N, T + before + after, C).

    >>> ZeroPadding1D(2).compute_output_shape((None, 10, 4))
    (None, 14, 4)
    """

    rank: ClassVar[int] = 1

    padding: Any = field(_pairs_rule(1), default=1, help="zeros added (in front, at the end)")


@registry.register("layer")
class ZeroPadding2D(_ZeroPadding):
    """Add a border of zeros to images: (N, H, W, C) -> (N, H + top + bottom, W + left + right, C).

    >>> ZeroPadding2D(((1, 0), (2, 3))).compute_output_shape((None, 28, 28, 3))
    (None, 29, 33, 3)
    """

    padding: Any = field(_pairs_rule(2), default=(1, 1), help="((top, bottom), (left, right)) added")
    data_format: Any = data_format_field()


@registry.register("layer")
class ZeroPadding3D(_ZeroPadding):
    """Add a border of zeros to volumes: (N, D, H, W, C) -> (N, D + front + back, ..., C).

    >>> ZeroPadding3D((1, 2, 3)).compute_output_shape((None, 8, 8, 6, 2))
    (None, 10, 12, 12, 2)
    """

    rank: ClassVar[int] = 3

    padding: Any = field(_pairs_rule(3), default=(1, 1, 1), help="(before, after) added along each of three axes")
    data_format: Any = data_format_field()


class _UpSampling(_Resizing):
    size: Any = (2,)
    interpolation: str = "nearest"

    def call(self, inputs: Any) -> Any:
        """The inputs, larger."""
        return ops.upsample(inputs, self.size, self.data_format, self.interpolation)


@registry.register("layer")
class UpSampling1D(_UpSampling):
    """Repeat each step `size` times: (N, T, C) -> (N, T * size, C).

    >>> UpSampling1D(3).compute_output_shape((None, 10, 4))
    (None, 30, 4)
    """

    rank: ClassVar[int] = 1

    size: Any = field(rules.positive_int, default=2, help="how often each step is repeated")

    def call(self, inputs: Any) -> Any:
        """Each step `size` times."""
        return ops.upsample(inputs, (self.size,))


@registry.register("layer")
class UpSampling2D(_UpSampling):
    """Enlarge images: (N, H, W, C) -> (N, H * rows, W * columns, C).

    'nearest' repeats each element. 'bilinear' puts new points on straight lines, as Keras 2.2.4 did on TensorFlow 1
    (first point on the element itself, neither half-pixel centres nor aligned corners); tf_keras uses half-pixel centres.

    >>> UpSampling2D((2, 3)).compute_output_shape((None, 7, 7, 64))
    (None, 14, 21, 64)
    """

    size: Any = field(rules.int_tuple(2), default=(2, 2), help="how often rows and columns are repeated")
    data_format: Any = data_format_field()
    interpolation: str = field(
        rules.choice("nearest", "bilinear"), default="nearest", help="repeat elements, or points on lines between them"
    )


@registry.register("layer")
class UpSampling3D(_UpSampling):
    """Repeat each element of volumes: (N, D, H, W, C) -> (N, D * depth, H * rows, W * columns, C).

    >>> UpSampling3D((1, 2, 3)).compute_output_shape((None, 4, 4, 3, 2))
    (None, 4, 8, 9, 2)
    """

    rank: ClassVar[int] = 3

    size: Any = field(rules.int_tuple(3), default=(2, 2, 2), help="how often depth, rows and columns are repeated")
    data_format: Any = data_format_field()
