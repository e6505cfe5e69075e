"""First values of weights: Keras 2.2.4's initializers.

`initializer(shape, dtype)` gives an array. Without a seed of its own an initializer draws one for each array from the
engine's random stream, so that two layers that share it differ.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Literal, TypeAlias, overload

import numpy as np
from numpy.random import Generator

from ._declared import registry, rules
from ._declared.fans import fans
from ._declared.fields import Declared, field
from ._graph.keras1_filling import Again, FilledByShape, filled_variable, of_shapes
from ._graph.tensor import Variable
from ._machine.config import floatx
from ._machine.random import Stream, cut_normal
from .errors import ShapeError
from .types import Array, ArrayLike, DTypeLike

if TYPE_CHECKING:
    from ._declared.fields import Setting
    from .types import Config

    Filling: TypeAlias = Callable[..., Array | Variable]
    """A function (shape, dtype) -> array; in layers of Keras 1 (shape, name=...) -> variable."""
    InitializerLike: TypeAlias = str | Mapping[str, object] | Filling | type["Initializer"] | None
    """What users write for one: a name such as "he_normal", a config, an `Initializer` or its class, a function."""

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

# tf.keras tells the normal one that is cut from one that is not; the latter only begins with other numbers.
_LATER_DISTRIBUTIONS = {"truncated_normal": "normal", "untruncated_normal": "normal"}
_DISTRIBUTIONS = rules.choice("normal", "uniform", spellings=_LATER_DISTRIBUTIONS)
# Standard deviation of a standard normal distribution that is cut at 2; Keras 2.2.3 and later divide by it.
_CUT_DEVIATION = 0.87962566103423978
_SEED = "seed of its own; None: a new one for each array"


class Initializer(FilledByShape, Declared):
    """Base of all initializers: subclasses write `values(shape, rng)` in float64.

    Keras 1 had functions of the shape: `normal((3, 2), scale=0.01, name="w")` gives a variable here too.
    """

    @overload
    def __call__(
        self, shape: Sequence[int], dtype: DTypeLike | None = None, rng: Generator | None = None, name: None = None
    ) -> Array: ...
    @overload
    def __call__(
        self, shape: Sequence[int], dtype: DTypeLike | None = None, rng: Generator | None = None, *, name: str
    ) -> Variable: ...
    def __call__(
        self,
        shape: Sequence[int],
        dtype: DTypeLike | None = None,
        rng: Generator | None = None,
        name: str | None = None,
        scale: float | None = None,
        dim_ordering: str | None = None,
    ) -> Array | Variable:
        """An array of a shape.

        Args:
            shape: sizes of all axes.
            dtype: type of the numbers, floatx() by default.
            rng: where random numbers come from, by default a stream of the initializer's seed.
            name: with it a variable of this name comes back, as in Keras 1's layers.
            scale: of Keras 1, with which a variable comes back too.
            dim_ordering: likewise.

        Raises:
            ShapeError: the initializer cannot fill the shape: Identity and Orthogonal need matrices, Constant a fitting
                array.
        """
        shape = tuple(int(n) for n in shape)
        if scale is not None or dim_ordering is not None:
            return filled_variable(Again(self), shape, scale, dim_ordering, name)
        if name is not None:
            return Variable(shape, dtype, name, self(shape, dtype, rng))
        return np.asarray(self._drawn(shape, rng), dtype=floatx() if dtype is None else dtype)

    def _drawn(self, shape: tuple[int, ...], rng: Generator | None) -> Array:
        return self.values(shape, Stream(getattr(self, "seed", None)).generator if rng is None else rng)

    def values(self, shape: tuple[int, ...], rng: Generator) -> Array:
        """The values before they are cast."""
        raise NotImplementedError(f"{type(self).__name__}.values")


class _Constant(Initializer):
    """Base of initializers without random numbers, for which no seed is drawn."""

    def _drawn(self, shape: tuple[int, ...], rng: Generator | None) -> Array:
        return self.filled(shape)

    def filled(self, shape: tuple[int, ...]) -> Array:
        """The values before they are cast."""
        raise NotImplementedError(f"{type(self).__name__}.filled")


@registry.register("initializer", "Zeros", "zeros", "zero")
class Zeros(_Constant):
    """All 0.

    Example:
        >>> Zeros()((2,)).tolist()
        [0.0, 0.0]
    """

    def filled(self, shape: tuple[int, ...]) -> Array:
        """0 everywhere."""
        return np.zeros(shape)


@registry.register("initializer", "Ones", "ones", "one")
class Ones(_Constant):
    """All 1.

    Example:
        >>> Ones()((2,)).tolist()
        [1.0, 1.0]
    """

    def filled(self, shape: tuple[int, ...]) -> Array:
        """1 everywhere."""
        return np.ones(shape)


@registry.register("initializer", "Constant", "constant")
class Constant(_Constant):
    """All the same number, or the numbers of an array that fills the shape.

    Args:
        value: the number, 0 by default, or an array, which is repeated along the axes that it lacks and has to fit
            otherwise.

    Example:
        >>> Constant(0.5)((2,)).tolist()
        [0.5, 0.5]
    """

    takes_shapes: ClassVar[bool] = False  # Keras 1 had no function of this name, and an array is a value

    value: Setting[ArrayLike, float | Array] = field(
        rules.number_or_array, default=0, help="the value, or an array of them"
    )

    def filled(self, shape: tuple[int, ...]) -> Array:
        """`value`, repeated along the axes that it lacks."""
        try:
            return np.array(np.broadcast_to(self.value, shape), dtype=float)
        except ValueError:
            where = "Constant initializer"
            raise ShapeError(
                where=where, expected=f"values of shape {shape}", actual=str(np.shape(self.value))
            ) from None


@registry.register("initializer", "Identity", "identity")
class Identity(_Constant):
    """The identity matrix times gain; a longer side, a multiple of the other, holds several of them.

    Args:
        gain: value on the diagonal, 1.0 by default.

    Example:
        >>> Identity()((2, 2)).tolist()
        [[1.0, 0.0], [0.0, 1.0]]
    """

    of_scale: ClassVar[Mapping[str, float]] = {"gain": 1.0}

    gain: float = field(rules.number, default=1.0, help="value on the diagonal")

    def filled(self, shape: tuple[int, ...]) -> Array:
        """gain * I, as often as the long side holds it."""
        if len(shape) != 2:
            raise ShapeError(where="Identity initializer", expected="a matrix", actual=f"shape {shape}")
        side = min(shape)
        if shape[0] % side or shape[1] % side:
            expected = "a long side that is a multiple of the short one"
            raise ShapeError(where="Identity initializer", expected=expected, actual=f"shape {shape}")
        return self.gain * np.tile(np.eye(side), (shape[0] // side, shape[1] // side))


@registry.register("initializer", "RandomNormal", "random_normal", "normal")
class RandomNormal(Initializer):
    """Normal distribution.

    Args:
        mean: mean of the values, 0.0 by default.
        stddev: standard deviation, 0 or above; 0.05 by default.
        seed: whole number from 0 that fixes the values; None, the default: new ones for each array.

    Example:
        >>> RandomNormal(seed=1)((2, 3)).shape
        (2, 3)
    """

    of_scale: ClassVar[Mapping[str, float]] = {"stddev": 1.0}

    mean: float = field(rules.number, default=0.0, help="mean")
    stddev: float = field(rules.non_negative, default=0.05, help="standard deviation")
    seed: int | None = field(rules.optional(rules.non_negative_int), default=None, help=_SEED)

    def values(self, shape: tuple[int, ...], rng: Generator) -> Array:
        """mean + stddev * z, z standard normal."""
        return rng.normal(self.mean, self.stddev, shape)


@registry.register("initializer", "RandomUniform", "random_uniform", "uniform")
class RandomUniform(Initializer):
    """Uniform distribution on [minval, maxval).

    Args:
        minval: lower limit, -0.05 by default.
        maxval: upper limit, 0.05 by default.
        seed: whole number from 0 that fixes the values; None, the default: new ones for each array.

    Example:
        >>> RandomUniform(seed=1)((2, 3)).shape
        (2, 3)
    """

    of_scale: ClassVar[Mapping[str, float]] = {"minval": -1.0, "maxval": 1.0}

    minval: float = field(rules.number, default=-0.05, help="lower limit")
    maxval: float = field(rules.number, default=0.05, help="upper limit")
    seed: int | None = field(rules.optional(rules.non_negative_int), default=None, help=_SEED)

    def values(self, shape: tuple[int, ...], rng: Generator) -> Array:
        """minval + (maxval - minval) * u, u uniform on [0, 1)."""
        return rng.uniform(self.minval, self.maxval, shape)


@registry.register("initializer", "TruncatedNormal", "truncated_normal")
class TruncatedNormal(Initializer):
    """Normal distribution; values beyond two standard deviations are drawn again.

    Args:
        mean: mean of the values, 0.0 by default.
        stddev: standard deviation before the cut, 0 or above; 0.05 by default.
        seed: whole number from 0 that fixes the values; None, the default: new ones for each array.

    Example:
        >>> TruncatedNormal(seed=1)((2, 3)).shape
        (2, 3)
    """

    mean: float = field(rules.number, default=0.0, help="mean")
    stddev: float = field(rules.non_negative, default=0.05, help="standard deviation before the cut")
    seed: int | None = field(rules.optional(rules.non_negative_int), default=None, help=_SEED)

    def values(self, shape: tuple[int, ...], rng: Generator) -> Array:
        """mean + stddev * z, z standard normal within -2 ... 2."""
        return self.mean + self.stddev * cut_normal(shape, rng)


@registry.register("initializer", "VarianceScaling")
class VarianceScaling(Initializer):
    """Variance scale / fan: Glorot & Bengio (2010), He et al. (2015), LeCun et al. (1998) as special cases.

    Args:
        scale: factor of the variance, above 0; 1.0 by default.
        mode: what the variance is divided by: "fan_in", the default, inputs of a unit; "fan_out", outputs; "fan_avg",
            mean.
        distribution: "normal", the default, cut at two standard deviations and widened, so that the variance is as
            wanted; "uniform", with the limits -sqrt(3 scale / fan) and sqrt(3 scale / fan).
        seed: whole number from 0 that fixes the values; None, the default: new ones for each array.

    Example:
        >>> VarianceScaling(2.0, "fan_out", seed=1)((3, 3, 8, 16)).shape
        (3, 3, 8, 16)
    """

    scale: float = field(rules.positive, default=1.0, help="factor of the variance")
    mode: Literal["fan_in", "fan_out", "fan_avg"] = field(
        rules.choice("fan_in", "fan_out", "fan_avg"), default="fan_in", help="what the variance is divided by"
    )
    distribution: Literal["normal", "uniform"] = field(_DISTRIBUTIONS, default="normal", help="kind of distribution")
    seed: int | None = field(rules.optional(rules.non_negative_int), default=None, help=_SEED)

    def values(self, shape: tuple[int, ...], rng: Generator) -> Array:
        """Normal or uniform with variance scale / fan."""
        inputs, outputs = fans(shape)
        fan = {"fan_in": inputs, "fan_out": outputs, "fan_avg": (inputs + outputs) / 2}[self.mode]
        variance = self.scale / max(1.0, fan)
        if self.distribution == "normal":
            return math.sqrt(variance) / _CUT_DEVIATION * cut_normal(shape, rng)
        limit = math.sqrt(3 * variance)
        return rng.uniform(-limit, limit, shape)


@registry.register("initializer", "Orthogonal", "orthogonal")
class Orthogonal(Initializer):
    """A matrix with orthogonal rows or columns, times gain (Saxe et al., 2014); leading axes are taken as rows.

    Args:
        gain: factor of the matrix, 1.0 by default.
        seed: whole number from 0 that fixes the values; None, the default: new ones for each array.

    Example:
        >>> w = Orthogonal(seed=1)((3, 3), "float64")
        >>> bool(np.allclose(w @ w.T, np.eye(3)))
        True
    """

    of_scale: ClassVar[Mapping[str, float]] = {"gain": 1.0}
    keras1_scale: ClassVar[float | None] = 1.1

    gain: float = field(rules.number, default=1.0, help="factor")
    seed: int | None = field(rules.optional(rules.non_negative_int), default=None, help=_SEED)

    def values(self, shape: tuple[int, ...], rng: Generator) -> Array:
        """gain * the orthogonal factor of a normal matrix."""
        if len(shape) < 2:
            raise ShapeError(where="Orthogonal initializer", expected="at least two axes", actual=f"shape {shape}")
        rows, columns = math.prod(shape[:-1]), shape[-1]
        u, _, v = np.linalg.svd(rng.normal(0.0, 1.0, (rows, columns)), full_matrices=False)
        return self.gain * (u if u.shape == (rows, columns) else v).reshape(shape)


_compute_fans = fans  # layers that people published import this name from Keras


@of_shapes
def lecun_uniform(seed: int | None = None) -> VarianceScaling:
    """Uniform with limit sqrt(3 / fan_in) (LeCun et al., 1998).

    Args:
        seed: whole number from 0 that fixes the values; None, the default: new ones for each array.

    Example:
        >>> bool(abs(lecun_uniform(seed=1)((3, 4))).max() <= 1)
        True
    """
    return VarianceScaling(1.0, "fan_in", "uniform", seed)


@of_shapes
def lecun_normal(seed: int | None = None) -> VarianceScaling:
    """Cut normal with variance 1 / fan_in (LeCun et al., 1998).

    Args:
        seed: whole number from 0 that fixes the values; None, the default: new ones for each array.

    Example:
        >>> lecun_normal(seed=1)((3, 4)).shape
        (3, 4)
    """
    return VarianceScaling(1.0, "fan_in", "normal", seed)


@of_shapes
def glorot_uniform(seed: int | None = None) -> VarianceScaling:
    """Uniform with limit sqrt(6 / (fan_in + fan_out)) (Glorot & Bengio, 2010).

    Args:
        seed: whole number from 0 that fixes the values; None, the default: new ones for each array.

    Example:
        >>> bool(abs(glorot_uniform(seed=1)((2, 4))).max() <= 1)
        True
    """
    return VarianceScaling(1.0, "fan_avg", "uniform", seed)


@of_shapes
def glorot_normal(seed: int | None = None) -> VarianceScaling:
    """Cut normal with variance 2 / (fan_in + fan_out) (Glorot & Bengio, 2010).

    Args:
        seed: whole number from 0 that fixes the values; None, the default: new ones for each array.

    Example:
        >>> glorot_normal(seed=1)((3, 4)).shape
        (3, 4)
    """
    return VarianceScaling(1.0, "fan_avg", "normal", seed)


@of_shapes
def he_uniform(seed: int | None = None) -> VarianceScaling:
    """Uniform with limit sqrt(6 / fan_in) (He et al., 2015).

    Args:
        seed: whole number from 0 that fixes the values; None, the default: new ones for each array.

    Example:
        >>> bool(abs(he_uniform(seed=1)((6, 4))).max() <= 1)
        True
    """
    return VarianceScaling(2.0, "fan_in", "uniform", seed)


@of_shapes
def he_normal(seed: int | None = None) -> VarianceScaling:
    """Cut normal with variance 2 / fan_in (He et al., 2015).

    Args:
        seed: whole number from 0 that fixes the values; None, the default: new ones for each array.

    Example:
        >>> he_normal(seed=1)((3, 4)).shape
        (3, 4)
    """
    return VarianceScaling(2.0, "fan_in", "normal", seed)


for _function in (lecun_uniform, lecun_normal, glorot_uniform, glorot_normal, he_uniform, he_normal):
    registry.add("initializer", _function)

zero, zeros, one, ones = Zeros, Zeros, Ones, Ones
uniform, random_uniform, normal, random_normal = RandomUniform, RandomUniform, RandomNormal, RandomNormal
constant, identity, orthogonal, truncated_normal = Constant, Identity, Orthogonal, TruncatedNormal


def get(identifier: InitializerLike, dim_ordering: str | None = None) -> Filling | None:
    """The initializer for a name, a config, a class, an object or a function.

    Args:
        identifier: a name such as "he_normal", a config, an initializer or its class, a function (shape, dtype) ->
            array.
        dim_ordering: of Keras 1, None by default; kernels have the same axes in either order, so it changes nothing.

    Raises:
        UnknownName: no initializer has the name (a ValueError); the message tells the nearest one.

    Example:
        >>> get("glorot_uniform").get_config()["mode"]
        'fan_avg'
    """
    return registry.build("initializer", identifier)


def serialize(initializer: InitializerLike) -> Config | str | None:
    """An initializer as plain data: {class_name, config}, or the name of a function.

    Args:
        initializer: an initializer, a function or None.

    Example:
        >>> serialize(Zeros())
        {'class_name': 'Zeros', 'config': {}}
    """
    return registry.serialize("initializer", initializer)


def deserialize(config: InitializerLike, custom_objects: Mapping[str, object] | None = None) -> Filling | None:
    """The initializer of a config that `serialize` gave.

    Args:
        config: what `serialize` returned.
        custom_objects: further initializers by name, for those of your own.

    Example:
        >>> deserialize({"class_name": "Constant", "config": {"value": 2}})((2,)).tolist()
        [2.0, 2.0]
    """
    return registry.build("initializer", config, custom_objects)
