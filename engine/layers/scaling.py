"""Layers that bring numbers to another scale: by fixed ones, or by the mean and variance of data (`adapt`)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar, cast

import numpy as np

from .. import _ops as ops
from .._declared import registry, rules
from .._declared.fields import REQUIRED, field
from .._graph.tensor import Constant, Variable
from .._machine import config
from .._machine.arrays import as_array
from ..errors import DataError, SettingTypeError, ShapeError
from .base import Layer
from .settings import switch_field

if TYPE_CHECKING:
    from .._declared.fields import Setting
    from .._graph.tensor import Tensor
    from ..types import Array, ArrayLike, Shape

__all__ = ["Identity", "Normalization", "Rescaling"]


@registry.register("layer")
class Identity(Layer):
    """y = x: a layer that changes nothing.

    Input shape:
        Any, with the batch first: (N, ...).

    Output shape:
        That of the input.

    Example:
        >>> Identity()(np.array([[1.0, 2.0]])).tolist()
        [[1.0, 2.0]]
    """

    group: ClassVar[str] = "core"
    supports_masking = True


@registry.register("layer")
class Rescaling(Layer):
    """y = x * scale + offset, in training and prediction alike; 1/255 brings pixels to 0 ... 1.

    Args:
        scale: the factor, a number or one for each element of the last axis.
        offset: what is added then, as scale; 0 by default.

    Input shape:
        Any, with the batch first: (N, ...).

    Output shape:
        That of the input, floats.

    Example:
        >>> Rescaling(1 / 127.5, offset=-1)(np.array([[0.0, 255.0]])).tolist()
        [[-1.0, 1.0]]
    """

    group: ClassVar[str] = "preparation"
    supports_masking = True

    scale: Setting[float | ArrayLike, float | Array] = field(
        rules.number_or_array, default=REQUIRED, help="the factor; 1/255 for pixels"
    )
    offset: Setting[float | ArrayLike, float | Array] = field(
        rules.number_or_array, default=0.0, help="what is added then"
    )

    def call(self, inputs: Tensor) -> Tensor:
        """x * scale + offset."""
        (x,) = ops.reals([inputs])
        return x * _as_factor(self.scale) + _as_factor(self.offset)


def _as_factor(value: float | Array) -> float | Tensor:
    return Constant(np.asarray(value, config.floatx())) if isinstance(value, np.ndarray) else value


@registry.register("layer")
class Normalization(Layer):
    """y = (x - mean) / sqrt(variance), by the mean and variance of data (adapt), or by given ones.

    Weights, none of them trained: mean, variance, of the sizes of the axes, and count, the numbers that were seen; none where
    mean and variance are given.

    Args:
        axis: the axis whose elements have a mean each, or several; -1, the last, by default. None: one mean for all.
        mean: the mean, a number or one for each element of the axis; None, the default: that of the data of `adapt`.
        variance: likewise.
        invert: whether it goes back: y = mean + x * sqrt(variance); False by default.

    Input shape:
        (N, ...), with known sizes of the axes.

    Output shape:
        That of the input, floats.

    Raises:
        SettingTypeError: only one of mean and variance is given.
        ShapeError: the input does not have the axes, or their sizes are not known.

    Example:
        >>> layer = Normalization()
        >>> layer.adapt(np.array([[1.0, 10.0], [3.0, 30.0]]))
        >>> layer(np.array([[3.0, 20.0]])).tolist()
        [[1.0, 0.0]]
    """

    group: ClassVar[str] = "preparation"
    supports_masking = True

    axis: Setting[int | Sequence[int] | None, tuple[int, ...] | None] = field(
        rules.optional(rules.int_tuple(minimum=-16)), default=(-1,), help="axes whose elements have a mean each"
    )
    mean: Setting[float | ArrayLike | None, float | Array | None] = field(
        rules.optional(rules.number_or_array), default=None, help="a given mean; else that of adapt's data"
    )
    variance: Setting[float | ArrayLike | None, float | Array | None] = field(
        rules.optional(rules.number_or_array), default=None, help="a given variance"
    )
    invert: bool = switch_field(default=False, help="go back from normalised numbers")

    def prepare(self) -> None:
        """Refuse one of mean and variance without the other."""
        super().prepare()
        if (self.mean is None) != (self.variance is None):
            expected = "mean and variance, or neither"
            raise SettingTypeError(where="Normalization", expected=expected, actual="one of them")

    def build(self, input_shape: Shape) -> None:
        """Make the weights."""
        axes = self._axes(len(input_shape))
        sizes = [input_shape[axis] for axis in axes]
        if None in sizes:
            hint = "Give the Input its shape."
            raise ShapeError(
                where=self.where, expected=f"known sizes of axes {list(axes)}", actual=str(input_shape), hint=hint
            )
        if self.mean is None:
            known = tuple(size or 0 for size in sizes)
            self._mean = self.add_weight("mean", known, initializer="zeros", trainable=False)
            self._variance = self.add_weight("variance", known, initializer="ones", trainable=False)
            self._count = self.add_weight("count", (), dtype="int64", initializer="zeros", trainable=False)
        self.built = True

    def _axes(self, rank: int) -> tuple[int, ...]:
        axes = self.axis or ()
        if any(not -rank <= axis < rank for axis in axes):
            expected = f"axes from {-rank} to {rank - 1}"
            raise ShapeError(where=f"{self.where}, axis", expected=expected, actual=str(list(axes)))
        return tuple(sorted(axis % rank for axis in axes))

    def adapt(self, data: object, batch_size: int | None = None, steps: int | None = None) -> None:
        """Take the mean and the variance of data.

        Args:
            data: an array, a nested list, or an object that gives batches when it is iterated, such as a data set.
            batch_size: accepted as in Keras and not used: all of an array is taken at once.
            steps: how many batches of an iterable are taken, all by default.

        Raises:
            SettingTypeError: mean and variance are given.
            DataError: there are no data.
        """
        if self.mean is not None:
            expected = "a layer without given mean and variance"
            raise SettingTypeError(where=f"{self.where}, adapt", expected=expected, actual="given ones")
        count, mean, variance = 0, np.zeros(()), np.zeros(())
        for batch in batches_of(data, f"{self.where}, adapt", steps):
            numbers = np.asarray(batch, "float64")
            numbers = numbers[:, None] if numbers.ndim == 1 else numbers
            if not self.built:
                self.build((None, *numbers.shape[1:]))
            away = tuple(axis for axis in range(numbers.ndim) if axis not in self._axes(numbers.ndim))
            seen = math.prod(numbers.shape[axis] for axis in away)
            # Two sets' variance together: that of each, and of their means around the common one.
            share = seen / (count + seen)
            of_batch = numbers.mean(away)
            common = mean * (1 - share) + of_batch * share
            variance = (variance + (mean - common) ** 2) * (1 - share)
            variance = variance + (numbers.var(away) + (of_batch - common) ** 2) * share
            count, mean = count + seen, common
        self._mean.assign(mean.astype(self._mean.dtype))
        self._variance.assign(variance.astype(self._variance.dtype))
        self._count.assign(np.asarray(count))

    def call(self, inputs: Tensor) -> Tensor:
        """(x - mean) / sqrt(variance), or back."""
        (x,) = ops.reals([inputs])
        axes = self._axes(x.ndim)
        along = [x.shape[axis] or 1 if axis in axes else 1 for axis in range(x.ndim)]
        mean, variance = (
            ops.reshape(value, along) if isinstance(value, Variable) else _spread(value, along)
            for value in ((self._mean, self._variance) if self.mean is None else (self.mean, self.variance))
        )
        scale = ops.maximum(ops.sqrt(variance), config.epsilon())
        return mean + x * scale if self.invert else (x - mean) / scale


def _spread(value: object, along: Sequence[int]) -> Tensor:
    numbers = np.asarray(value, config.floatx())
    return Constant(numbers.reshape(along) if numbers.ndim and numbers.size == math.prod(along) else numbers)


def batches_of(data: object, where: str, steps: int | None = None) -> Iterable[Array]:
    """An array as one batch, or the batches that an iterable gives; of pairs the inputs.

    Raises:
        DataError: there are none.
    """
    if isinstance(data, (np.ndarray, list, tuple)) or hasattr(data, "__array__"):
        array = as_array(cast("ArrayLike", data), where)
        if array.size == 0:
            raise DataError(where=where, expected="data", actual="none")
        yield array
        return
    count = 0
    for batch in cast("Iterable[object]", data):
        if steps is not None and count >= steps:
            break
        count += 1
        yield as_array(cast("ArrayLike", batch[0] if isinstance(batch, tuple) else batch), where)
    if not count:
        raise DataError(where=where, expected="data", actual="none")
