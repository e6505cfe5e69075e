"""Keras 1's `initializations`: functions of a shape that give a variable, for `init=` and for code that calls them.

Names of first values (`init="he_normal"`) are found among the initializers, which these functions draw from: normal numbers
scaled by fans are cut at two deviations and have the same variance as Keras 1's, which were not. `dim_ordering` "th" is for
kernels whose filters come first; without it they come last, as in all kernels here.
"""

from __future__ import annotations

from collections.abc import Sequence

from .. import initializers
from .._graph.keras1_filling import filled_variable
from .._graph.tensor import Variable
from ..initializers import get

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


def uniform(
    shape: Sequence[int], scale: float = 0.05, name: str | None = None, dim_ordering: str | None = None
) -> Variable:
    """Random numbers from -scale to scale.

    >>> uniform((2, 3), scale=0.5).shape
    (2, 3)
    """
    return filled_variable(initializers.RandomUniform, shape, scale, dim_ordering, name)


def normal(
    shape: Sequence[int], scale: float = 0.05, name: str | None = None, dim_ordering: str | None = None
) -> Variable:
    """Normal random numbers of deviation `scale`.

    >>> normal((2, 3), scale=0.02, name="kernel").name
    'kernel'
    """
    return filled_variable(initializers.RandomNormal, shape, scale, dim_ordering, name)


def lecun_uniform(shape: Sequence[int], name: str | None = None, dim_ordering: str | None = None) -> Variable:
    """Uniform random numbers of variance 1 / fan_in."""
    return filled_variable(initializers.lecun_uniform, shape, None, dim_ordering, name)


def glorot_normal(shape: Sequence[int], name: str | None = None, dim_ordering: str | None = None) -> Variable:
    """Normal random numbers of variance 2 / (fan_in + fan_out)."""
    return filled_variable(initializers.glorot_normal, shape, None, dim_ordering, name)


def glorot_uniform(shape: Sequence[int], name: str | None = None, dim_ordering: str | None = None) -> Variable:
    """Uniform random numbers of variance 2 / (fan_in + fan_out)."""
    return filled_variable(initializers.glorot_uniform, shape, None, dim_ordering, name)


def he_normal(shape: Sequence[int], name: str | None = None, dim_ordering: str | None = None) -> Variable:
    """Normal random numbers of variance 2 / fan_in."""
    return filled_variable(initializers.he_normal, shape, None, dim_ordering, name)


def he_uniform(shape: Sequence[int], name: str | None = None, dim_ordering: str | None = None) -> Variable:
    """Uniform random numbers of variance 2 / fan_in."""
    return filled_variable(initializers.he_uniform, shape, None, dim_ordering, name)


def orthogonal(
    shape: Sequence[int], scale: float = 1.1, name: str | None = None, dim_ordering: str | None = None
) -> Variable:
    """Rows, or columns where these are fewer, at right angles to each other, of length `scale`."""
    return filled_variable(initializers.Orthogonal, shape, scale, dim_ordering, name)


def identity(
    shape: Sequence[int], scale: float = 1, name: str | None = None, dim_ordering: str | None = None
) -> Variable:
    """`scale` on the diagonal of a square matrix, else 0.

    >>> identity((2, 2), scale=3).array.tolist()
    [[3.0, 0.0], [0.0, 3.0]]
    """
    return filled_variable(initializers.Identity, shape, scale, dim_ordering, name)


def zero(shape: Sequence[int], name: str | None = None, dim_ordering: str | None = None) -> Variable:
    """Zeros."""
    return filled_variable(initializers.Zeros, shape, None, dim_ordering, name)


def one(shape: Sequence[int], name: str | None = None, dim_ordering: str | None = None) -> Variable:
    """Ones."""
    return filled_variable(initializers.Ones, shape, None, dim_ordering, name)
