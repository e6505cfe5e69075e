"""Random arrays: names of `keras.random` and `tf.random`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .. import _ops as ops
from .. import backend as K
from .._graph.tensor import Tensor
from .._machine.config import float_dtype
from .._machine.random import Stream, draw_seed
from ..layers.node import calls_in_progress
from ..types import DTypeLike
from .keras_utils import set_random_seed
from .values import TensorLike, TensorValue, eager, value_of

__all__ = [
    "SeedGenerator",
    "categorical",
    "dropout",
    "gamma",
    "normal",
    "randint",
    "set_seed",
    "shuffle",
    "truncated_normal",
    "uniform",
]


class SeedGenerator:
    """Gives seeds one after the other.

    Args:
        seed: the first; the engine's random numbers by default.
    """

    def __init__(self, seed: int | None = None) -> None:
        self._stream = Stream(draw_seed() if seed is None else seed)

    def next(self) -> int:
        """The next seed."""
        return int(self._stream.generator.integers(2**31))


def _recorded(shape: Any) -> list[Any] | None:
    """The sizes of random numbers that are drawn anew in each run: within a layer's call, or of data to come; else None."""
    if isinstance(shape, Tensor):
        return [shape[i] for i in range(shape.shape[0] or 0)]
    sizes = list(np.atleast_1d(shape)) if not isinstance(shape, (tuple, list)) else list(shape)
    symbolic = any(isinstance(n, Tensor) for n in sizes)
    return [n if isinstance(n, Tensor) else int(n) for n in sizes] if symbolic or calls_in_progress() else None


def _seed(seed: int | SeedGenerator | None) -> int | None:
    return seed.next() if isinstance(seed, SeedGenerator) else seed


def _rng(seed: int | SeedGenerator | None) -> np.random.Generator:
    chosen = _seed(seed)
    return np.random.default_rng(draw_seed() if chosen is None else chosen)


def _sizes(shape: Any) -> list[int]:
    return (
        [int(n) for n in np.atleast_1d(value_of(shape))]
        if not isinstance(shape, (tuple, list))
        else [int(n) for n in shape]
    )


def normal(
    shape: Sequence[int],
    mean: float = 0.0,
    stddev: float = 1.0,
    dtype: DTypeLike | None = None,
    seed: int | SeedGenerator | None = None,
    name: str | None = None,
) -> TensorValue:
    """Numbers from a normal distribution."""
    sizes = _recorded(shape)
    if sizes is not None:
        return K.random_normal(tuple(sizes), mean, stddev, seed=_seed(seed))
    return eager(_rng(seed).normal(mean, stddev, _sizes(shape)).astype(dtype or float_dtype()))


def truncated_normal(
    shape: Sequence[int],
    mean: float = 0.0,
    stddev: float = 1.0,
    dtype: DTypeLike | None = None,
    seed: int | SeedGenerator | None = None,
    name: str | None = None,
) -> TensorValue:
    """Numbers from a normal distribution, drawn again where they are more than two deviations away."""
    sizes = _recorded(shape)
    if sizes is not None:
        return K.truncated_normal(tuple(sizes), mean, stddev, seed=_seed(seed))
    rng = _rng(seed)
    x = rng.normal(size=_sizes(shape))
    while (far := np.abs(x) > 2).any():
        x[far] = rng.normal(size=int(far.sum()))
    return eager((x * stddev + mean).astype(dtype or float_dtype()))


def uniform(
    shape: Sequence[int],
    minval: float = 0.0,
    maxval: float | None = None,
    dtype: DTypeLike | None = None,
    seed: int | SeedGenerator | None = None,
    name: str | None = None,
) -> TensorValue:
    """Numbers from minval (included) to maxval (1 by default), whole ones for a type of whole numbers."""
    kind = np.dtype(dtype or float_dtype())
    recorded = _recorded(shape)
    if recorded is not None:
        numbers = K.random_uniform(tuple(recorded), minval, 1.0 if maxval is None else maxval, seed=_seed(seed))
        return numbers if kind.kind == "f" else ops.cast(ops.floor(numbers), kind.name)
    rng, sizes = _rng(seed), _sizes(shape)
    if kind.kind in "iu":
        return eager(rng.integers(int(minval), int(maxval or 1), sizes).astype(kind))
    return eager(rng.uniform(minval, 1.0 if maxval is None else maxval, sizes).astype(kind))


def randint(
    shape: Sequence[int], minval: int, maxval: int, dtype: DTypeLike = "int32", seed: int | SeedGenerator | None = None
) -> TensorValue:
    """Whole numbers from minval (included) to maxval."""
    return uniform(shape, minval, maxval, dtype, seed)


def categorical(
    logits: TensorLike, num_samples: int, dtype: DTypeLike = "int32", seed: int | SeedGenerator | None = None
) -> TensorValue:
    """Classes by chance, (N, samples), by the softmax of logits (N, C)."""
    x = np.asarray(value_of(logits), "float64")
    chances = _rng(seed).gumbel(size=(len(x), int(num_samples), x.shape[-1]))
    return eager((x[:, None] + chances).argmax(-1).astype(dtype))


def dropout(inputs: Any, rate: float, noise_shape: Any = None, seed: int | SeedGenerator | None = None) -> Any:
    """x with a share of its elements set to 0 and the others made larger, so that their mean stays."""
    x = np.asarray(value_of(inputs))
    keep_mask = _rng(seed).random(x.shape if noise_shape is None else tuple(noise_shape)) >= rate
    return eager(np.where(keep_mask, x / (1 - rate), 0).astype(x.dtype))


def gamma(
    shape: Sequence[int], alpha: float, dtype: DTypeLike | None = None, seed: int | SeedGenerator | None = None
) -> TensorValue:
    """Numbers from a gamma distribution of scale 1."""
    return eager(_rng(seed).gamma(alpha, size=_sizes(shape)).astype(dtype or float_dtype()))


def shuffle(value: TensorLike, seed: int | SeedGenerator | None = None, name: str | None = None) -> TensorValue:
    """The rows in another order."""
    return eager(_rng(seed).permutation(np.asarray(value_of(value))))


set_seed = set_random_seed
