"""Ops that change the size of images (any number of spatial axes): crop, pad with zeros, repeat or interpolate."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from .._graph.op import Op, Work, apply
from .._graph.tensor import Value
from .._machine.device import blocks, threads
from ..errors import ShapeError
from ..types import Array, Shape
from .casting import OfReals
from .rearrange import getitem, pad

__all__ = ["crop", "pad_zeros", "upsample"]

Pairs = Sequence[Sequence[int]]


def _along(rank: int, data_format: str) -> slice:
    """Which axes are spatial."""
    first = 2 if data_format == "channels_first" else 1
    return slice(first, first + rank)


def _check_rank(x: Shape, rank: int) -> None:
    if len(x) != rank + 2:
        raise ShapeError(
            expected=f"an input of rank {rank + 2} (batch, {rank} spatial axes, channels)",
            actual=str(x),
            hint="Reshape can give the input its axes.",
        )


class Upsample(Op):
    """y = x with each element repeated `times[i]` times along spatial axis i: (N, *spatial, C) -> (N, *spatial', C).

    channels_first: (N, C, *spatial).
    """

    times: tuple[int, ...]
    channels_first: bool = False

    linear = True

    def shape(self, x: Shape) -> Shape:
        """Spatial axis i is times[i] as long. Raises ShapeError for another rank."""
        _check_rank(x, len(self.times))
        return tuple(None if n is None else n * t for n, t in zip(x, self.factors(), strict=True))

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y[i * times + r] = x[i] for r < times, along each spatial axis."""

        def run(images: slice) -> None:
            for copies in self._copies():
                work.xp.copyto(out[images][copies], x[images])

        work.parallel(run, _shares(x))

    def backward(self, work: Work, dy: Array, *, outs: tuple[Array]) -> None:
        """dx[i] = sum of dy[i * times + r] over r."""
        dx = outs[0]

        def run(images: slice) -> None:
            target = dx[images]
            for i, copies in enumerate(self._copies()):
                part = dy[images][copies]
                work.xp.add(target, part, out=target) if i else work.xp.copyto(target, part)

        work.parallel(run, _shares(dx))

    def factors(self) -> tuple[int, ...]:
        """How often elements are repeated along each axis of x."""
        return (1, 1, *self.times) if self.channels_first else (1, *self.times, 1)

    def _copies(self) -> Iterator[tuple[slice, ...]]:
        """Where the first copy of every element lies, then where the second ones lie, and so on."""
        steps = [[slice(i, None, t) for i in range(t)] for t in self.factors()]
        return itertools.product(*steps)


class Interpolate(OfReals):
    """y = x with `times - 1` points put between neighbours along an axis, on straight lines; the last one is repeated.

    y[i * times + r] = x[i] + (x[i + 1] - x[i]) * r / times: TensorFlow 1's resize_bilinear with align_corners=False.
    """

    times: int
    axis: int

    linear = True

    def shape(self, x: Shape) -> Shape:
        """The axis is `times` as long."""
        return tuple(n * self.times if i == self.axis and n is not None else n for i, n in enumerate(x))

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y[i * times + r] = x[i] + (x[i + 1] - x[i]) * r / times."""
        xp, at = work.xp, self._at
        step = work.scratch("step", x[at(slice(1, None))].shape, x.dtype)
        xp.subtract(x[at(slice(1, None))], x[at(slice(None, -1))], out=step)
        for r in range(self.times):
            target = out[at(slice(r, None, self.times))]
            inner = target[at(slice(None, -1))]
            xp.multiply(step, r / self.times, out=inner)
            xp.add(inner, x[at(slice(None, -1))], out=inner)
            xp.copyto(target[at(slice(-1, None))], x[at(slice(-1, None))])

    def backward(self, work: Work, dy: Array, *, outs: tuple[Array]) -> None:
        """dx[i] += dy[i * times + r] * (1 - r / times), dx[i + 1] += dy[i * times + r] * r / times."""
        xp, at, dx = work.xp, self._at, outs[0]
        share = work.scratch("share", dx[at(slice(1, None))].shape, dy.dtype)
        dx.fill(0)
        left, right, last = dx[at(slice(None, -1))], dx[at(slice(1, None))], dx[at(slice(-1, None))]
        for r in range(self.times):
            part = dy[at(slice(r, None, self.times))]
            inner = part[at(slice(None, -1))]
            xp.multiply(inner, r / self.times, out=share)
            xp.add(right, share, out=right)
            xp.subtract(inner, share, out=share)
            xp.add(left, share, out=left)
            xp.add(last, part[at(slice(-1, None))], out=last)

    def _at(self, part: slice) -> tuple[slice, ...]:
        return (*(slice(None),) * self.axis, part)


def _shares(x: Array) -> list[slice]:
    """A share of the images for each thread."""
    return blocks(x.shape[0], max(1, -(-x.shape[0] // threads())))


def upsample(
    x: Value, times: Sequence[int], data_format: str = "channels_last", interpolation: str = "nearest"
) -> Value:
    """x with its spatial axes `times[i]` times as long.

    interpolation 'nearest' repeats each element; 'bilinear' puts points on straight lines between neighbours, the
    first on the element itself (as Keras 2.2.4 on TensorFlow 1: no half-pixel centres, corners not aligned).

    >>> import numpy as np
    >>> upsample(np.array([[[0.0], [4.0]]]), (2,), interpolation="bilinear").ravel()
    array([0., 2., 4., 4.])
    """
    times = tuple(int(t) for t in times)
    if interpolation == "nearest":
        return apply(Upsample(times, data_format == "channels_first"), x)
    _check_rank(tuple(x.shape), len(times))
    first = _along(len(times), data_format).start
    for i, t in enumerate(times):
        if t > 1:
            x = apply(Interpolate(t, first + i), x)
    return x


def crop(x: Value, widths: Pairs, data_format: str = "channels_last") -> Value:
    """x without the first `widths[i][0]` and the last `widths[i][1]` elements of spatial axis i.

    Raises ShapeError where there are fewer.

    >>> import numpy as np
    >>> crop(np.arange(5.0).reshape(1, 5, 1), [(1, 2)]).ravel()
    array([1., 2.])
    """
    shape = tuple(x.shape)
    _check_rank(shape, len(widths))
    for n, (before, after) in zip(shape[_along(len(widths), data_format)], widths, strict=True):
        if n is not None and before + after > n:
            raise ShapeError(
                expected=f"an axis of at least the {before} + {after} elements that are cut off",
                actual=f"{n} in {shape}",
                hint="Choose a smaller cropping.",
            )
    parts = [slice(before, -after or None) for before, after in widths]
    lead = [slice(None)] * _along(len(widths), data_format).start
    return getitem(x, (*lead, *parts))


def pad_zeros(x: Value, widths: Pairs, data_format: str = "channels_last") -> Value:
    """x with `widths[i] = (before, after)` zeros added along spatial axis i.

    >>> import numpy as np
    >>> pad_zeros(np.ones((1, 2, 1)), [(1, 2)]).ravel()
    array([0., 1., 1., 0., 0.])
    """
    _check_rank(tuple(x.shape), len(widths))
    none = (0, 0)
    return pad(x, (none, none, *widths) if data_format == "channels_first" else (none, *widths, none))
