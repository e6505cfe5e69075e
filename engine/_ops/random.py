"""Random ops. Without a seed they draw from the plan's stream, which a run can save; with one, from their own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np

from .._graph.op import Op, Work, apply
from .._graph.tensor import Call, Constant, Tensor, Value
from .._machine.config import float_dtype
from .._machine.random import Stream
from ..types import Array, DTypeLike, Shape
from .casting import reals
from .elementwise import times_slope
from .shapes import count
from .sizes import Sizes, full

__all__ = ["blank", "dropout", "gaussian_noise", "random_normal", "random_uniform", "truncated_normal"]

# Dropout's rates are taken in steps of 1/65536, where half of one is less than a thousandth of the rate (and of the rest).
_STEPS = 1 << 16
_FEWEST_STEPS = 640
_WORDS = 1 << 13
# One number in 22 lies beyond two standard deviations; so often all of these are drawn again on a card.
_DRAWS = 10


class Random(Op):
    """An op that draws random numbers; `seed` None means the plan's stream."""

    seed: int | None = None

    def __post_init__(self) -> None:
        self._own_stream = None if self.seed is None else Stream(self.seed)

    def converted(self, inputs: tuple[Any, ...]) -> tuple[Any, ...]:
        """Floats, which is what is drawn."""
        return reals(inputs)

    @property
    def own_stream(self) -> Stream | None:
        """The stream of the seed, where there is one."""
        return self._own_stream

    @property
    def draws(self) -> bool:
        """Always."""
        return True

    def stream(self, work: Work) -> Stream:
        """The stream to draw from."""
        return work.random if self._own_stream is None else self._own_stream

    def generator(self, work: Work) -> np.random.Generator:
        """The generator to draw from."""
        return self.stream(work).generator


class _Noise(Random):
    """x with something random done to each element while training; x itself otherwise."""

    overwrites = True

    def shape(self, x: Shape) -> Shape:
        """That of x."""
        return x

    def flops(self, x: Shape) -> int:
        """Two an element: the number drawn, and what is done with it."""
        return 2 * count(x)


class Dropout(_Noise):
    """y = x * mask / (1 - rate) while training, mask 0 with probability `rate`; x itself otherwise.

    `noise_shape`: the mask's shape; 1 repeats it along an axis, None means x's size there.
    """

    precision = "follows"
    rate: float = 0.5
    noise_shape: tuple[int | None, ...] | None = None

    linear = True

    def view_of(self, training: bool) -> int | None:
        """x itself outside training, and where nothing is dropped."""
        return None if training and self.rate > 0 else 0

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y = x * mask, mask 0 or 1 / (1 - rate)."""
        work.xp.multiply(x, self.draw(work, x.shape, x.dtype), out=out)

    def backward(self, work: Work, dy: Array, *, outs: tuple[Array]) -> None:
        """dx = dy * mask."""
        work.xp.multiply(dy, work.saved["mask"], out=outs[0])

    def tangent(self, call: Call, dx: Tensor) -> Tensor:
        """dx * mask, the same mask."""
        return times_slope(call, dx)

    def draw(self, work: Work, x_shape: tuple[int, ...], dtype: DTypeLike) -> Array:
        """A new mask, which the work keeps."""
        shape = x_shape
        if self.noise_shape is not None:
            shape = tuple(m if n is None else n for n, m in zip(self.noise_shape, x_shape, strict=True))
        mask = work.keep("mask", shape, dtype)
        threshold, scale = round(self.rate * _STEPS), mask.dtype.type(1.0 / (1.0 - self.rate))
        if work.xp is np and _FEWEST_STEPS <= threshold <= _STEPS - _FEWEST_STEPS:
            _draw(self.generator(work), mask.reshape(-1), threshold, scale)
        else:
            self.stream(work).uniform(mask)
            stays = work.xp.greater_equal(mask, self.rate, out=work.scratch("stays", shape, bool))
            work.xp.multiply(stays, scale, out=mask)
        return mask


def _draw(generator: np.random.Generator, mask: Array, threshold: int, scale: np.floating[Any]) -> None:
    """Each of `mask` becomes `scale`, or 0 where 16 random bits are below the threshold.

    One random number gives the bits of four elements, and numbers are drawn in pieces that stay in the cache. Random
    floats took four times as long.
    """
    limit = np.uint16(threshold)
    for start in range(0, len(mask), 4 * _WORDS):
        part = mask[start : start + 4 * _WORDS]
        words = generator.integers(0, 1 << 64, -(-len(part) // 4), dtype=np.uint64)
        np.multiply(words.view(np.uint16)[: len(part)] >= limit, scale, out=part)


class GaussianNoise(_Noise):
    """y = x + normal noise of standard deviation `stddev` while training; x itself otherwise."""

    stddev: float = 1.0

    linear = True

    def view_of(self, training: bool) -> int | None:
        """x itself outside training, and where there is no noise."""
        return None if training and self.stddev > 0 else 0

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y = x + stddev * normal noise."""
        noise = work.scratch("noise", x.shape, x.dtype)
        self.fill(work, noise)
        work.xp.add(x, noise, out=out)

    def fill(self, work: Work, noise: Array) -> None:
        """Draw the noise into an array."""
        self.stream(work).normal(noise)
        noise *= self.stddev

    def backward(self, work: Work, dy: Array, *, outs: tuple[Array]) -> None:
        """dx = dy."""
        if outs[0] is not dy:
            work.xp.copyto(outs[0], dy)

    def tangent(self, call: Call, dx: Tensor) -> Tensor:
        """dx."""
        return dx


class _RandomLike(Random):
    """Random numbers in the shape of x, whose values do not matter."""

    differentiable = False

    def shape(self, x: Shape) -> Shape:
        """That of x."""
        return x

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y = random numbers."""
        self.fill(work, out)

    def fill(self, work: Work, numbers: Array) -> None:
        """Draw numbers into an array."""
        raise NotImplementedError(f"{type(self).__name__}.fill")


class RandomNormal(_RandomLike):
    """Normal random numbers in the shape of x, whose values do not matter."""

    mean: float = 0.0
    stddev: float = 1.0

    def fill(self, work: Work, numbers: Array) -> None:
        """mean + stddev * normal numbers."""
        self.stream(work).normal(numbers)
        numbers *= self.stddev
        numbers += self.mean


class TruncatedNormal(RandomNormal):
    """Normal random numbers within two standard deviations of the mean, in the shape of x."""

    def fill(self, work: Work, numbers: Array) -> None:
        """mean + stddev * normal numbers, drawn again where they are above 2 in size."""
        if work.xp is np:
            self._draw_again(self.generator(work), numbers)
        else:
            self._draw_all_again(work, numbers)
        numbers *= self.stddev
        numbers += self.mean

    @staticmethod
    def _draw_again(generator: np.random.Generator, numbers: Array) -> None:
        generator.standard_normal(out=numbers, dtype=numbers.dtype.type)
        outside = np.abs(numbers) > 2
        while outside.any():
            numbers[outside] = generator.standard_normal(int(outside.sum()), dtype=numbers.dtype)
            outside = np.abs(numbers) > 2

    def _draw_all_again(self, work: Work, numbers: Array) -> None:
        """The same on a card, where how many lie outside is not asked: the chance that one is left is below 1e-13."""
        xp, stream = work.xp, self.stream(work)
        fresh = work.scratch("fresh", numbers.shape, numbers.dtype)
        stream.normal(numbers)
        for _ in range(_DRAWS):
            stream.normal(fresh)
            xp.copyto(numbers, fresh, where=xp.abs(numbers) > 2)
        xp.clip(numbers, -2, 2, out=numbers)


class RandomUniform(_RandomLike):
    """Uniform random numbers from [low, high) in the shape of x, whose values do not matter."""

    low: float = 0.0
    high: float = 1.0

    def fill(self, work: Work, numbers: Array) -> None:
        """low + (high - low) * numbers from [0, 1)."""
        self.stream(work).uniform(numbers)
        numbers *= self.high - self.low
        numbers += self.low


def dropout(x: Value, rate: float, noise_shape: Sequence[int | None] | None = None, seed: int | None = None) -> Value:
    """Set a share `rate` of the elements to 0 and scale the others by 1 / (1 - rate), while training only."""
    shape = None if noise_shape is None else tuple(noise_shape)
    return apply(Dropout(rate=rate, noise_shape=shape, seed=seed), x)


def gaussian_noise(x: Value, stddev: float, seed: int | None = None) -> Value:
    """Add normal noise while training only."""
    return apply(GaussianNoise(stddev=stddev, seed=seed), x)


def random_normal(like: Value, mean: float = 0.0, stddev: float = 1.0, seed: int | None = None) -> Value:
    """Normal random numbers in the shape of `like`; for a tensor new ones at every run."""
    return apply(RandomNormal(mean=mean, stddev=stddev, seed=seed), like)


def truncated_normal(like: Value, mean: float = 0.0, stddev: float = 1.0, seed: int | None = None) -> Value:
    """Normal random numbers within two standard deviations of the mean, in the shape of `like`."""
    return apply(TruncatedNormal(mean=mean, stddev=stddev, seed=seed), like)


def random_uniform(like: Value, low: float = 0.0, high: float = 1.0, seed: int | None = None) -> Value:
    """Uniform random numbers from [low, high) in the shape of `like`."""
    return apply(RandomUniform(low=low, high=high, seed=seed), like)


def blank(sizes: Sequence[int | Tensor]) -> Tensor:
    """A tensor of zeros in a shape that may hold tensors from `shape_of`, for random numbers to be drawn like it."""
    shape = Sizes(sizes)
    if shape.tensors:
        return full(sizes, 0.0, float_dtype())
    # One element, broadcast to the whole shape, takes no memory.
    return Constant(np.broadcast_to(float_dtype().type(0), cast("tuple[int, ...]", shape.resolve(()))))
