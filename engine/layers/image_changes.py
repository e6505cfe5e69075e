"""Images that are changed by chance while a network trains, each in its own way; predictions see them as they are."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from .. import _ops as ops
from .._declared import registry, rules
from .._declared.fields import REQUIRED, field
from ..errors import ShapeError
from .base import Layer
from .convolutional_base import spatial_spec
from .dropping import while_training
from .image_sizes import filled
from .settings import data_format_field, seed_field

if TYPE_CHECKING:
    from dataclasses import KW_ONLY

    from .._declared.fields import Setting
    from .._graph.tensor import Tensor
    from .dropping import Phase
    from .settings import DataFormatSetting

__all__ = [
    "RandomBrightness",
    "RandomContrast",
    "RandomCrop",
    "RandomFlip",
    "RandomRotation",
    "RandomTranslation",
    "RandomZoom",
]


def _range(value: Any) -> tuple[float, float]:
    """What users write, as (least, largest): f for -f ... f."""
    if isinstance(value, (list, tuple)):
        least, largest = value
        return float(least), float(largest)
    bound = abs(float(value))
    return -bound, bound


def _both(value: Any) -> tuple[float, float]:
    """One number for both directions, or one for each."""
    if isinstance(value, (list, tuple)):
        down, up = value
        return float(down), float(up)
    return float(value), float(value)


factors = rules.Rule(
    lambda v: -math.inf < v[0] <= v[1] < math.inf,
    "a number f for -f ... f, or two: (least, largest)",
    ("a", (1, 2, 3), (0.5, 0.1), None),
    {"kind": "numbers"},
    _range,
    list,
)
shares = rules.Rule(
    lambda v: 0 <= v[0] <= 1 and 0 <= v[1] <= 1,
    "a number f from 0 to 1, or two for each direction",
    ("a", (1, 2, 3), -0.1, 1.5, None),
    {"kind": "numbers"},
    _both,
    list,
)
_FILLS = rules.choice("reflect", "constant", "wrap", "nearest")
_BETWEEN = rules.choice("bilinear", "nearest")
_VALUES = (0.0, 255.0)


class _Changed(Layer):
    """Base of layers that change images while training; a subclass writes `change`."""

    group: ClassVar[str] = "preparation"

    _: KW_ONLY
    seed: int | None = seed_field(default=None)
    data_format: DataFormatSetting = data_format_field(default=None)

    def prepare(self) -> None:
        """Take images."""
        super().prepare()
        self.input_spec = spatial_spec(2)

    def call(self, inputs: Tensor, training: Phase = None) -> Tensor:
        """The changed images while training; `training` True or False: always or never."""
        (x,) = ops.reals([inputs])
        return while_training(lambda: self.ordered(self.change, x), x, training)

    def ordered(self, change: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
        """What a function makes of images with channels last."""
        if self.data_format == "channels_last":
            return change(x)
        return ops.transpose(change(ops.transpose(x, (0, 2, 3, 1))), (0, 3, 1, 2))

    def change(self, x: Tensor) -> Tensor:
        """(N, H, W, C) -> the same shape, changed."""
        raise NotImplementedError(f"{type(self).__name__}.change")

    def drawn(self, x: Tensor, low: float, high: float, draw: int = 0) -> Tensor:
        """(N, 1): a number for each image, uniform between low and high; `draw` tells draws of one layer apart."""
        like = ops.reshape(ops.getitem(x, (slice(None), slice(0, 1), slice(0, 1), slice(0, 1))), (None, 1))
        seed = None if self.seed is None else self.seed + draw
        return ops.random_uniform(like, low, high, seed=seed)


def _wide(numbers: Tensor) -> Tensor:
    """(N, 1) -> (N, 1, 1, 1)."""
    return ops.reshape(numbers, (None, 1, 1, 1))


@registry.register("layer")
class RandomFlip(_Changed):
    """Half of the images are mirrored while training, left to right, upside down or both.

    Args:
        mode: "horizontal", "vertical" or "horizontal_and_vertical", the default.
        seed: whole number from 0 that fixes this layer's random numbers; None, the default: the engine's stream.
        data_format: "channels_last" (N, H, W, C) or "channels_first" (N, C, H, W); K.image_data_format() by default.

    Input shape:
        (N, H, W, C), or (N, C, H, W) for "channels_first".

    Output shape:
        That of the input.

    Example:
        >>> import numpy as np
        >>> RandomFlip()(np.array([[[[1.0], [2.0]]]])).ravel().tolist()  # outside training
        [1.0, 2.0]
    """

    mode: str = field(
        rules.choice("horizontal_and_vertical", "horizontal", "vertical"),
        default="horizontal_and_vertical",
        help="which way",
        after="",
    )

    def change(self, x: Tensor) -> Tensor:
        """Mirror where a number below 1/2 was drawn, for each way by itself."""
        for number, (way, axis) in enumerate((("horizontal", 2), ("vertical", 1))):
            if way in self.mode:
                chosen = ops.less(_wide(self.drawn(x, 0.0, 1.0, number)), 0.5)
                x = ops.where(chosen, ops.reverse(x, axis), x)
        return x


@registry.register("layer")
class RandomContrast(_Changed):
    """Each channel's distance from its mean is multiplied by a number drawn for each image while training.

    Args:
        factor: (l, u), each from 0 to 1, for factors between 1 - l and 1 + u; one number for both.
        value_range: the least and the largest pixel, to which the result is cut; (0, 255) by default.
        seed: whole number from 0 that fixes this layer's random numbers; None, the default: the engine's stream.
        data_format: "channels_last" (N, H, W, C) or "channels_first" (N, C, H, W); K.image_data_format() by default.

    Input shape:
        (N, H, W, C), or (N, C, H, W) for "channels_first".

    Output shape:
        That of the input.

    Raises:
        SettingError: a factor is below 0 or above 1.

    Example:
        >>> import numpy as np
        >>> RandomContrast(0.2)(np.array([[[[1.0], [2.0]]]])).ravel().tolist()  # outside training
        [1.0, 2.0]
    """

    factor: Setting[float | Sequence[float], tuple[float, float]] = field(
        shares, default=REQUIRED, help="how far from 1 the factor may be", after=""
    )
    value_range: Setting[Sequence[float], tuple[float, float]] = field(
        factors, default=_VALUES, help="least and largest pixel", after="factor"
    )

    def change(self, x: Tensor) -> Tensor:
        """(x - mean) * factor + mean, cut to the range of values."""
        mean = ops.mean(x, axis=(1, 2), keepdims=True)
        changed = (x - mean) * _wide(self.drawn(x, 1 - self.factor[0], 1 + self.factor[1])) + mean
        return ops.clip(changed, *self.value_range)


@registry.register("layer")
class RandomBrightness(_Changed):
    """A number drawn for each image is added to all of its pixels while training.

    Args:
        factor: share of the range of values that is added at most, from -1 to 1; f for -f ... f, or (least, largest).
        value_range: the least and the largest pixel, to which the result is cut; (0, 255) by default.
        seed: whole number from 0 that fixes this layer's random numbers; None, the default: the engine's stream.
        data_format: "channels_last" (N, H, W, C) or "channels_first" (N, C, H, W); K.image_data_format() by default.

    Input shape:
        (N, H, W, C), or (N, C, H, W) for "channels_first".

    Output shape:
        That of the input.

    Example:
        >>> import numpy as np
        >>> RandomBrightness(0.2)(np.array([[[[1.0], [2.0]]]])).ravel().tolist()  # outside training
        [1.0, 2.0]
    """

    factor: Setting[float | Sequence[float], tuple[float, float]] = field(
        factors, default=REQUIRED, help="share of the range that is added at most", after=""
    )
    value_range: Setting[Sequence[float], tuple[float, float]] = field(
        factors, default=_VALUES, help="least and largest pixel", after="factor"
    )

    def change(self, x: Tensor) -> Tensor:
        """x + a share of the range, cut to it."""
        least, largest = self.value_range
        return ops.clip(x + _wide(self.drawn(x, *self.factor)) * (largest - least), least, largest)


class _Warped(_Changed):
    """Base of layers that take each point of an image from another place, by a matrix drawn for each image."""

    _: KW_ONLY
    fill_mode: str = field(_FILLS, default="reflect", help="what lies beyond the border", after="")
    interpolation: str = field(_BETWEEN, default="bilinear", help="what lies between points", after="fill_mode")
    fill_value: float = field(rules.number, default=0.0, help="beyond the border for 'constant'", after="seed")

    def change(self, x: Tensor) -> Tensor:
        """Each image by its matrix."""
        height, width = x.shape[1:3]
        if height is None or width is None:
            hint = "Give the Input its shape."
            raise ShapeError(expected="images of a known size", actual=str(x.shape), hint=hint)
        matrix = ops.concatenate(self.matrix(x, height, width), axis=1)
        lifted = x - self.fill_value if self.fill_value else x
        warped = ops.warp(lifted, matrix, height, width, self.interpolation, self.fill_mode)
        return warped + self.fill_value if self.fill_value else warped

    def matrix(self, x: Tensor, height: int, width: int) -> list[Tensor]:
        """Six columns (N, 1): where the point (i, j) comes from, row m0 i + m1 j + m2, column m3 i + m4 j + m5."""
        raise NotImplementedError(f"{type(self).__name__}.matrix")


@registry.register("layer")
class RandomRotation(_Warped):
    """Each image is turned around its middle by an angle of its own while training.

    Args:
        factor: largest angle as a share of a whole turn, f for -f ... f, or (least, largest); positive: against the clock.
        fill_mode: what lies beyond the border: "reflect", the default, "constant", "wrap" or "nearest".
        interpolation: "bilinear", the default, or "nearest".
        seed: whole number from 0 that fixes this layer's random numbers; None, the default: the engine's stream.
        fill_value: what lies beyond the border for "constant"; 0 by default.
        data_format: "channels_last" (N, H, W, C) or "channels_first" (N, C, H, W); K.image_data_format() by default.

    Input shape:
        (N, H, W, C), or (N, C, H, W) for "channels_first"; H and W are known.

    Output shape:
        That of the input.

    Example:
        >>> RandomRotation(0.1).compute_output_shape((None, 8, 8, 3))
        (None, 8, 8, 3)
    """

    factor: Setting[float | Sequence[float], tuple[float, float]] = field(
        factors, default=REQUIRED, help="largest angle, as a share of a turn", after=""
    )

    def matrix(self, x: Tensor, height: int, width: int) -> list[Tensor]:
        """A rotation around the middle of the points."""
        least, largest = self.factor
        angle = self.drawn(x, 2 * math.pi * least, 2 * math.pi * largest)
        sin, cos = ops.sin(angle), ops.cos(angle)
        i, j = (height - 1) / 2, (width - 1) / 2
        return [cos, sin, i - cos * i - sin * j, -sin, cos, j + sin * i - cos * j]


@registry.register("layer")
class RandomTranslation(_Warped):
    """Each image is moved down or up and to the right or left by lengths of its own while training.

    Args:
        height_factor: how far down at most, as a share of the height; f for -f ... f, or (least, largest).
        width_factor: how far to the right at most, as a share of the width, likewise.
        fill_mode: what lies beyond the border: "reflect", the default, "constant", "wrap" or "nearest".
        interpolation: "bilinear", the default, or "nearest".
        seed: whole number from 0 that fixes this layer's random numbers; None, the default: the engine's stream.
        fill_value: what lies beyond the border for "constant"; 0 by default.
        data_format: "channels_last" (N, H, W, C) or "channels_first" (N, C, H, W); K.image_data_format() by default.

    Input shape:
        (N, H, W, C), or (N, C, H, W) for "channels_first"; H and W are known.

    Output shape:
        That of the input.

    Example:
        >>> RandomTranslation(0.1, 0.1).compute_output_shape((None, 8, 8, 3))
        (None, 8, 8, 3)
    """

    height_factor: Setting[float | Sequence[float], tuple[float, float]] = field(
        factors, default=REQUIRED, help="how far down at most, as a share of the height", after=""
    )
    width_factor: Setting[float | Sequence[float], tuple[float, float]] = field(
        factors, default=REQUIRED, help="how far to the right, as a share of the width", after="height_factor"
    )

    def matrix(self, x: Tensor, height: int, width: int) -> list[Tensor]:
        """Points come from as far up and left as the image moves down and right."""
        (up, down), (left, right) = self.height_factor, self.width_factor
        down = self.drawn(x, height * up, height * down)
        right = self.drawn(x, width * left, width * right, 1)
        none = down * 0.0
        return [none + 1.0, none, -down, none, none + 1.0, -right]


@registry.register("layer")
class RandomZoom(_Warped):
    """Each image is enlarged or made smaller around its middle by a factor of its own while training.

    Args:
        height_factor: how much less of the height is seen at most, f for -f ... f, or (least, largest); below 0 enlarges.
        width_factor: likewise; None, the default: as the height, so that proportions stay.
        fill_mode: what lies beyond the border: "reflect", the default, "constant", "wrap" or "nearest".
        interpolation: "bilinear", the default, or "nearest".
        seed: whole number from 0 that fixes this layer's random numbers; None, the default: the engine's stream.
        fill_value: what lies beyond the border for "constant"; 0 by default.
        data_format: "channels_last" (N, H, W, C) or "channels_first" (N, C, H, W); K.image_data_format() by default.

    Input shape:
        (N, H, W, C), or (N, C, H, W) for "channels_first"; H and W are known.

    Output shape:
        That of the input.

    Example:
        >>> RandomZoom(0.1).compute_output_shape((None, 8, 8, 3))
        (None, 8, 8, 3)
    """

    height_factor: Setting[float | Sequence[float], tuple[float, float]] = field(
        factors, default=REQUIRED, help="by how much at most; below 0 enlarges", after=""
    )
    width_factor: Setting[float | Sequence[float] | None, tuple[float, float] | None] = field(
        rules.optional(factors), default=None, help="likewise; None: as the height", after="height_factor"
    )

    def matrix(self, x: Tensor, height: int, width: int) -> list[Tensor]:
        """Points come from nearer to the middle where the image is enlarged."""
        rows = self.drawn(x, *self.height_factor) + 1.0
        columns = rows if self.width_factor is None else self.drawn(x, *self.width_factor, 1) + 1.0
        none = rows * 0.0
        i, j = (height - 1) / 2, (width - 1) / 2
        return [rows, none, i - rows * i, none, columns, j - columns * j]


@registry.register("layer")
class RandomCrop(_Changed):
    """A part of each image at a place of its own while training; in predictions the middle, resized where it is smaller.

    Args:
        height: rows of the part.
        width: columns of the part.
        seed: whole number from 0 that fixes this layer's random numbers; None, the default: the engine's stream.
        data_format: "channels_last" (N, H, W, C) or "channels_first" (N, C, H, W); K.image_data_format() by default.

    Input shape:
        (N, H, W, C), or (N, C, H, W) for "channels_first"; H and W are known.

    Output shape:
        (N, height, width, C), or (N, C, height, width).

    Example:
        >>> RandomCrop(4, 6).compute_output_shape((None, 8, 8, 3))
        (None, 4, 6, 3)
    """

    height: int = field(rules.positive_int, default=REQUIRED, help="rows of the part", after="")
    width: int = field(rules.positive_int, default=REQUIRED, help="columns of the part", after="height")

    def call(self, inputs: Tensor, training: Phase = None) -> Tensor:
        """A part by chance while training, else the whole, cut to the proportions and resized."""
        (x,) = ops.reals([inputs])
        quiet = self.ordered(lambda image: filled(image, self.height, self.width), x)
        return while_training(lambda: self.ordered(self.change, x), quiet, training)

    def change(self, x: Tensor) -> Tensor:
        """A part at a place by chance; of images that are too small the whole, resized."""
        rows, columns = ((n or 0) - wanted for n, wanted in zip(x.shape[1:3], (self.height, self.width), strict=True))
        if rows < 0 or columns < 0:
            return filled(x, self.height, self.width)
        top = ops.floor(self.drawn(x, 0.0, rows + 1.0))
        left = ops.floor(self.drawn(x, 0.0, columns + 1.0, 1))
        none = top * 0.0
        matrix = ops.concatenate([none + 1.0, none, top, none, none + 1.0, left], axis=1)
        return ops.warp(x, matrix, self.height, self.width, "nearest")
