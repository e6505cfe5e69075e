"""First values of weights: Keras 2.2.4's initializers.

`initializer(shape, dtype)` gives an array. Without a seed of its own an initializer draws a new one for each array from
`core.random`, so two layers that share it differ. Fans: a kernel (inputs, outputs), or (space..., inputs, filters)
where both counts are multiplied by the size of the window.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from ._declared import registry, rules
from ._declared.fields import Declared, field
from ._graph.tensor import Variable
from ._machine.config import floatx
from ._machine.random import Stream
from .errors import ShapeError

__all__ = [
    "Constant",
    "Identity",
    "Initializer",
    "Ones",
    "Orthogonal",
    "RandomNormal",
    "RandomUniform",
    "TruncatedNormal",
    "VarianceScaling",
    "Zeros",
    "constant",
    "deserialize",
    "get",
    "glorot_normal",
    "glorot_uniform",
    "he_normal",
    "he_uniform",
    "identity",
    "lecun_normal",
    "lecun_uniform",
    "normal",
    "one",
    "ones",
    "orthogonal",
    "random_normal",
    "random_uniform",
    "serialize",
    "truncated_normal",
    "uniform",
    "zero",
    "zeros",
]

# Standard deviation of a normal distribution cut at two sigma (Keras 2.2.3 and later divide by it).
_CUT_DEVIATION = 0.87962566103423978
_SEED = "seed of its own; None: a new one for each array"


class Initializer(Declared):
    """Base of all initializers: subclasses write `values(shape, generator)` in float64."""

    def __call__(
        self,
        shape: tuple[int, ...],
        dtype: Any = None,
        rng: np.random.Generator | None = None,
        name: str | None = None,
    ) -> Any:
        """An array of the given shape; dtype defaults to floatx(). With a name a variable, as in Keras 1's layers."""
        shape = tuple(int(n) for n in shape)
        if name is not None:
            return Variable(shape, dtype, name, self(shape, dtype, rng))
        return np.asarray(self._drawn(shape, rng), dtype=floatx() if dtype is None else dtype)

    def _drawn(self, shape: tuple[int, ...], rng: np.random.Generator | None) -> np.ndarray:
        return self.values(shape, Stream(getattr(self, "seed", None)).generator if rng is None else rng)

    def values(self, shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
        """The values before they are cast."""
        raise NotImplementedError(f"{type(self).__name__}.values")


class _Constant(Initializer):
    """Values that need no random stream, so that no seed is drawn for them."""

    def _drawn(self, shape: tuple[int, ...], rng: np.random.Generator | None) -> np.ndarray:
        return self.filled(shape)

    def filled(self, shape: tuple[int, ...]) -> np.ndarray:
        raise NotImplementedError(f"{type(self).__name__}.filled")


@registry.register("initializer", "Zeros", "zeros", "zero")
class Zeros(_Constant):
    """All 0.

    >>> Zeros()((2,)).tolist()
    [0.0, 0.0]
    """

    def filled(self, shape: tuple[int, ...]) -> np.ndarray:
        return np.zeros(shape)


@registry.register("initializer", "Ones", "ones", "one")
class Ones(_Constant):
    """All 1."""

    def filled(self, shape: tuple[int, ...]) -> np.ndarray:
        return np.ones(shape)


@registry.register("initializer", "Constant", "constant")
class Constant(_Constant):
    """All `value`: a number, or an array that fills the shape."""

    value: Any = field(rules.number_or_array, default=0, help="the value, or an array of them")

    def filled(self, shape: tuple[int, ...]) -> np.ndarray:
        try:
            return np.array(np.broadcast_to(self.value, shape), dtype=float)
        except ValueError:
            where = "Constant initializer"
            raise ShapeError(
                where=where, expected=f"values of shape {shape}", found=str(np.shape(self.value))
            ) from None


@registry.register("initializer", "Identity", "identity")
class Identity(_Constant):
    """`gain` on the diagonal of a square matrix, 0 elsewhere; a longer side holds several such squares."""

    gain: float = field(rules.number, default=1.0, help="value on the diagonal")

    def filled(self, shape: tuple[int, ...]) -> np.ndarray:
        if len(shape) != 2:
            raise ShapeError(where="Identity initializer", expected="a matrix", found=f"shape {shape}")
        side = min(shape)
        if shape[0] % side or shape[1] % side:
            expected = "a long side that is a multiple of the short one"
            raise ShapeError(where="Identity initializer", expected=expected, found=f"shape {shape}")
        return self.gain * np.tile(np.eye(side), (shape[0] // side, shape[1] // side))


@registry.register("initializer", "RandomNormal", "random_normal", "normal")
class RandomNormal(Initializer):
    """Normal distribution."""

    mean: float = field(rules.number, default=0.0, help="mean")
    stddev: float = field(rules.non_negative, default=0.05, help="standard deviation")
    seed: int | None = field(rules.optional(rules.non_negative_int), default=None, help=_SEED)

    def values(self, shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
        return rng.normal(self.mean, self.stddev, shape)


@registry.register("initializer", "RandomUniform", "random_uniform", "uniform")
class RandomUniform(Initializer):
    """Uniform distribution on [minval, maxval)."""

    minval: float = field(rules.number, default=-0.05, help="lower limit")
    maxval: float = field(rules.number, default=0.05, help="upper limit")
    seed: int | None = field(rules.optional(rules.non_negative_int), default=None, help=_SEED)

    def values(self, shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
        return rng.uniform(self.minval, self.maxval, shape)


@registry.register("initializer", "TruncatedNormal", "truncated_normal")
class TruncatedNormal(Initializer):
    """Normal distribution; values beyond two standard deviations are drawn again."""

    mean: float = field(rules.number, default=0.0, help="mean")
    stddev: float = field(rules.non_negative, default=0.05, help="standard deviation before the cut")
    seed: int | None = field(rules.optional(rules.non_negative_int), default=None, help=_SEED)

    def values(self, shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
        return self.mean + self.stddev * _cut_normal(shape, rng)


@registry.register("initializer", "VarianceScaling")
class VarianceScaling(Initializer):
    """Variance scale / fan: Glorot & Bengio (2010), He et al. (2015), LeCun et al. (1998) as special cases.

    distribution 'normal' is cut at two standard deviations and widened so that the variance is as wanted; 'uniform' has
    the limit sqrt(3 scale / fan).
    """

    scale: float = field(rules.positive, default=1.0, help="factor of the variance")
    mode: str = field(
        rules.choice("fan_in", "fan_out", "fan_avg"), default="fan_in", help="what the variance is divided by"
    )
    distribution: str = field(rules.choice("normal", "uniform"), default="normal", help="kind of distribution")
    seed: int | None = field(rules.optional(rules.non_negative_int), default=None, help=_SEED)

    def values(self, shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
        inputs, outputs = fans(shape)
        fan = {"fan_in": inputs, "fan_out": outputs, "fan_avg": (inputs + outputs) / 2}[self.mode]
        variance = self.scale / max(1.0, fan)
        if self.distribution == "normal":
            return math.sqrt(variance) / _CUT_DEVIATION * _cut_normal(shape, rng)
        limit = math.sqrt(3 * variance)
        return rng.uniform(-limit, limit, shape)


@registry.register("initializer", "Orthogonal", "orthogonal")
class Orthogonal(Initializer):
    """A matrix with orthogonal rows or columns, times `gain` (Saxe et al., 2014); leading axes are taken as rows."""

    gain: float = field(rules.number, default=1.0, help="factor")
    seed: int | None = field(rules.optional(rules.non_negative_int), default=None, help=_SEED)

    def values(self, shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
        if len(shape) < 2:
            raise ShapeError(where="Orthogonal initializer", expected="at least two axes", found=f"shape {shape}")
        rows, columns = math.prod(shape[:-1]), shape[-1]
        u, _, v = np.linalg.svd(rng.normal(0.0, 1.0, (rows, columns)), full_matrices=False)
        return self.gain * (u if u.shape == (rows, columns) else v).reshape(shape)


def fans(shape: tuple[int, ...], data_format: str = "channels_last") -> tuple[float, float]:
    """Inputs and outputs of a unit for a kernel's shape: windows first, or, for "channels_first", the channels.

    >>> fans((3, 3, 8, 16))
    (72.0, 144.0)
    """
    if len(shape) == 2:
        return float(shape[0]), float(shape[1])
    if len(shape) > 2 and data_format == "channels_first":
        shape = (*shape[2:], shape[1], shape[0])
    if len(shape) > 2:
        window = math.prod(shape[:-2])
        return float(window * shape[-2]), float(window * shape[-1])
    size = math.sqrt(math.prod(shape))
    return size, size


_compute_fans = fans  # the name that published layers import from Keras


def _cut_normal(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    values = rng.standard_normal(shape)
    while True:
        far = np.abs(values) > 2
        count = int(far.sum())
        if not count:
            return values
        values[far] = rng.standard_normal(count)


def lecun_uniform(seed: int | None = None) -> VarianceScaling:
    """Uniform with limit sqrt(3 / fan_in) (LeCun et al., 1998)."""
    return VarianceScaling(1.0, "fan_in", "uniform", seed)


def lecun_normal(seed: int | None = None) -> VarianceScaling:
    """Cut normal with variance 1 / fan_in."""
    return VarianceScaling(1.0, "fan_in", "normal", seed)


def glorot_uniform(seed: int | None = None) -> VarianceScaling:
    """Uniform with limit sqrt(6 / (fan_in + fan_out)) (Glorot & Bengio, 2010)."""
    return VarianceScaling(1.0, "fan_avg", "uniform", seed)


def glorot_normal(seed: int | None = None) -> VarianceScaling:
    """Cut normal with variance 2 / (fan_in + fan_out)."""
    return VarianceScaling(1.0, "fan_avg", "normal", seed)


def he_uniform(seed: int | None = None) -> VarianceScaling:
    """Uniform with limit sqrt(6 / fan_in) (He et al., 2015)."""
    return VarianceScaling(2.0, "fan_in", "uniform", seed)


def he_normal(seed: int | None = None) -> VarianceScaling:
    """Cut normal with variance 2 / fan_in."""
    return VarianceScaling(2.0, "fan_in", "normal", seed)


for _function in (lecun_uniform, lecun_normal, glorot_uniform, glorot_normal, he_uniform, he_normal):
    registry.add("initializer", _function)

zero = zeros = Zeros
one = ones = Ones
constant = Constant
uniform = random_uniform = RandomUniform
normal = random_normal = RandomNormal
truncated_normal = TruncatedNormal
identity = Identity
orthogonal = Orthogonal


def get(identifier: Any) -> Any:
    """The initializer for a name, a config, a class, an object or a function (shape, dtype) -> array.

    >>> get("glorot_uniform").get_config()["mode"]
    'fan_avg'
    """
    return registry.build("initializer", identifier)


def serialize(initializer: Any) -> Any:
    """Plain data {class_name, config}."""
    return registry.serialize("initializer", initializer)


def deserialize(config: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """The initializer of a config that `serialize` gave."""
    return registry.build("initializer", config, custom_objects)
