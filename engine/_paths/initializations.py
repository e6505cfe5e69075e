"""Keras 1's `initializations`: functions of a shape that give a variable, for `init=` and for code that calls them.

Names of first values (`init="he_normal"`) are found among the initializers, which these functions draw from.
"""

from __future__ import annotations

from collections.abc import Sequence

from .. import initializers
from .._graph.tensor import Variable
from ..initializers import Initializer, get

__all__ = [
    "get",
    "get_fans",
    "glorot_normal",
    "glorot_uniform",
    "he_normal",
    "he_uniform",
    "identity",
    "lecun_uniform",
    "normal",
    "one",
    "orthogonal",
    "uniform",
    "zero",
]
_DATA_FORMATS = {"th": "channels_first", "tf": "channels_last"}


def get_fans(shape: Sequence[int], dim_ordering: str = "th") -> tuple[float, float]:
    """Numbers of values that go into and out of a unit; of a kernel (filters, channels, ...) for "th".

    >>> get_fans((3, 4)), get_fans((8, 2, 5, 5))
    ((3.0, 4.0), (50.0, 200.0))
    """
    return initializers.fans(tuple(shape), _DATA_FORMATS.get(dim_ordering, dim_ordering))


def _drawn(initializer: Initializer, shape: Sequence[int], name: str | None) -> Variable:
    return Variable(tuple(shape), None, name, initializer(shape))


def _scaled(kind: str, share: float, mode: str, shape: Sequence[int], name: str | None, dim_ordering: str) -> Variable:
    """Random numbers of variance share / fans, "in" for those into a unit, "both" for their sum."""
    fan_in, fan_out = get_fans(shape, dim_ordering)
    variance = share / (fan_in if mode == "in" else fan_in + fan_out)
    if kind == "normal":
        return normal(shape, variance**0.5, name)
    return uniform(shape, (3 * variance) ** 0.5, name)


def uniform(shape: Sequence[int], scale: float = 0.05, name: str | None = None, dim_ordering: str = "th") -> Variable:
    """Random numbers from -scale to scale.

    >>> uniform((2, 3), scale=0.5).shape
    (2, 3)
    """
    return _drawn(initializers.RandomUniform(-scale, scale), shape, name)


def normal(shape: Sequence[int], scale: float = 0.05, name: str | None = None, dim_ordering: str = "th") -> Variable:
    """Normal random numbers of deviation `scale`.

    >>> normal((2, 3), scale=0.02, name="kernel").name
    'kernel'
    """
    return _drawn(initializers.RandomNormal(0.0, scale), shape, name)


def lecun_uniform(shape: Sequence[int], name: str | None = None, dim_ordering: str = "th") -> Variable:
    """Uniform random numbers of variance 1 / fan_in."""
    return _scaled("uniform", 1, "in", shape, name, dim_ordering)


def glorot_normal(shape: Sequence[int], name: str | None = None, dim_ordering: str = "th") -> Variable:
    """Normal random numbers of variance 2 / (fan_in + fan_out)."""
    return _scaled("normal", 2, "both", shape, name, dim_ordering)


def glorot_uniform(shape: Sequence[int], name: str | None = None, dim_ordering: str = "th") -> Variable:
    """Uniform random numbers of variance 2 / (fan_in + fan_out)."""
    return _scaled("uniform", 2, "both", shape, name, dim_ordering)


def he_normal(shape: Sequence[int], name: str | None = None, dim_ordering: str = "th") -> Variable:
    """Normal random numbers of variance 2 / fan_in."""
    return _scaled("normal", 2, "in", shape, name, dim_ordering)


def he_uniform(shape: Sequence[int], name: str | None = None, dim_ordering: str = "th") -> Variable:
    """Uniform random numbers of variance 2 / fan_in."""
    return _scaled("uniform", 2, "in", shape, name, dim_ordering)


def orthogonal(shape: Sequence[int], scale: float = 1.1, name: str | None = None, dim_ordering: str = "th") -> Variable:
    """Rows, or columns where these are fewer, at right angles to each other, of length `scale`."""
    return _drawn(initializers.Orthogonal(scale), shape, name)


def identity(shape: Sequence[int], scale: float = 1, name: str | None = None, dim_ordering: str = "th") -> Variable:
    """`scale` on the diagonal of a square matrix, else 0.

    >>> identity((2, 2), scale=3).array.tolist()
    [[3.0, 0.0], [0.0, 3.0]]
    """
    return _drawn(initializers.Identity(scale), shape, name)


def zero(shape: Sequence[int], name: str | None = None, dim_ordering: str = "th") -> Variable:
    """Zeros."""
    return _drawn(initializers.Zeros(), shape, name)


def one(shape: Sequence[int], name: str | None = None, dim_ordering: str = "th") -> Variable:
    """Ones."""
    return _drawn(initializers.Ones(), shape, name)
