"""Random numbers under Keras's argument names, drawn anew at every run."""

from __future__ import annotations

from collections.abc import Sequence

from .. import _ops as ops
from .._declared.keras1 import accepts_old
from .._graph.tensor import Tensor
from .._machine.config import floatx
from .._ops import cast
from ..types import DTypeLike

__all__ = [
    "random_binomial",
    "random_normal",
    "random_uniform",
    "truncated_normal",
]


def random_binomial(
    shape: Sequence[int | Tensor], p: float = 0.0, dtype: DTypeLike | None = None, seed: int | None = None
) -> Tensor:
    """1 with probability p, else 0.

    Args:
        shape: the sizes of the result; they may be tensors, as K.shape(x)[0].
        p: the probability, 0 by default.
        dtype: the type of the result; None (the default) takes `floatx()`.
        seed: of the random numbers; None (the default) takes a new one.

    Returns:
        A tensor with other numbers at every run.

    Example:
        >>> from engine import backend as K
        >>> K.eval(random_binomial((2, 3), p=1.0)).tolist()
        [[1.0, 1.0, 1.0], [1.0, 1.0, 1.0]]
    """
    return cast(ops.less(ops.random_uniform(ops.blank(list(shape)), 0.0, 1.0, seed), p), dtype or floatx())


def truncated_normal(
    shape: Sequence[int | Tensor],
    mean: float = 0.0,
    stddev: float = 1.0,
    dtype: DTypeLike | None = None,
    seed: int | None = None,
) -> Tensor:
    """Normal random numbers within two standard deviations of the mean.

    Args:
        shape: the sizes of the result; they may be tensors, as K.shape(x)[0].
        mean: 0 by default.
        stddev: the standard deviation before the ends are cut off, 1 by default.
        dtype: taken for Keras's sake; the result has the type `floatx()`.
        seed: of the random numbers; None (the default) takes a new one.

    Returns:
        A tensor with other numbers at every run.

    Example:
        >>> from engine import backend as K
        >>> bool((abs(K.eval(truncated_normal((100,)))) <= 2).all())
        True
    """
    return ops.truncated_normal(ops.blank(list(shape)), mean, stddev, seed)


@accepts_old("K.random_normal")
def random_normal(
    shape: Sequence[int | Tensor],
    mean: float = 0.0,
    stddev: float = 1.0,
    dtype: DTypeLike | None = None,
    seed: int | None = None,
) -> Tensor:
    """Normal random numbers.

    Args:
        shape: the sizes of the result; they may be tensors, as K.shape(x)[0].
        mean: 0 by default.
        stddev: the standard deviation, 1 by default.
        dtype: taken for Keras's sake; the result has the type `floatx()`.
        seed: of the random numbers; None (the default) takes a new one.

    Returns:
        A tensor with other numbers at every run.

    Example:
        >>> random_normal((2, 3)).shape
        (2, 3)
    """
    return ops.random_normal(ops.blank(list(shape)), mean, stddev, seed)


@accepts_old("K.random_uniform")
def random_uniform(
    shape: Sequence[int | Tensor],
    minval: float = 0.0,
    maxval: float = 1.0,
    dtype: DTypeLike | None = None,
    seed: int | None = None,
) -> Tensor:
    """Random numbers that are equally likely everywhere in a range.

    Args:
        shape: the sizes of the result; they may be tensors, as K.shape(x)[0].
        minval: the lower end, 0 by default.
        maxval: the upper end, 1 by default.
        dtype: taken for Keras's sake; the result has the type `floatx()`.
        seed: of the random numbers; None (the default) takes a new one.

    Returns:
        A tensor with other numbers at every run.

    Example:
        >>> random_uniform((2, 3)).shape
        (2, 3)
    """
    return ops.random_uniform(ops.blank(list(shape)), minval, maxval, seed)
