"""Ops that move elements: transpose, join, cut, repeat, pad, reverse."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from .._graph.op import Op, Outs, Work, apply
from .._graph.tensor import Call, Tensor, Value
from .._machine.config import float_dtype
from ..errors import ShapeError
from ..types import Array, Axis, DType, Shape
from .shapes import axes_of, axis_of
from .views import expand_dims

if TYPE_CHECKING:
    from types import EllipsisType

__all__ = ["concatenate", "getitem", "one_hot", "pad", "repeat", "reverse", "stack", "tile", "transpose"]


class Transpose(Op):
    """y = x with its axes in another order; reversed by default."""

    precision = "follows"
    axes: tuple[int, ...] | None = None

    linear = True

    def shape(self, x: Shape) -> Shape:
        """The sizes of x in the new order. Raises ShapeError for an order that leaves an axis out."""
        return tuple(x[i] for i in self.order(len(x)))

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y = x with its axes in the new order."""
        work.xp.copyto(out, x.transpose(self.order(x.ndim)))

    def backward(self, work: Work, dy: Array, *, outs: tuple[Array]) -> None:
        """dx = dy with its axes in the old order."""
        work.xp.copyto(outs[0].transpose(self.order(dy.ndim)), dy)

    def order(self, rank: int) -> tuple[int, ...]:
        """The axes of x in the order of those of y."""
        if self.axes is None:
            return tuple(reversed(range(rank)))
        order = tuple(axis_of(int(a), rank) for a in self.axes)
        if sorted(order) != list(range(rank)):
            raise ShapeError(
                expected=f"each of the {rank} axes once",
                actual=f"the order {tuple(self.axes)}",
                hint="The order names all axes, the batch (0) included.",
            )
        return order


class Concatenate(Op):
    """y = the inputs one after the other along an axis."""

    precision = "follows"
    axis: int = -1

    linear = True

    def shape(self, *xs: Shape) -> Shape:
        """The sizes along the axis added up. Raises ShapeError where the other sizes differ."""
        axis = axis_of(self.axis, len(xs[0]))
        result = list(xs[0])
        for x in xs[1:]:
            fits = len(x) == len(result) and all(
                i == axis or m is None or n is None or m == n for i, (m, n) in enumerate(zip(result, x, strict=True))
            )
            if not fits:
                raise ShapeError(
                    expected=f"equal sizes on all axes but {self.axis}",
                    actual=" and ".join(str(s) for s in xs),
                    hint="Choose another axis, or bring the inputs to one shape first.",
                )
            for i, (m, n) in enumerate(zip(result, x, strict=True)):
                if i == axis:
                    result[i] = None if m is None or n is None else m + n
                elif m is None:
                    result[i] = n
        return tuple(result)

    def sizes(self, *xs: Array) -> Array:
        """The inputs along the axis."""
        return np.concatenate(xs, axis=self.axis)

    def forward(self, work: Work, *xs: Array, out: Array) -> None:
        """y = the inputs along the axis."""
        work.xp.concatenate(xs, axis=self.axis, out=out)

    def backward(self, work: Work, dy: Array, *, outs: Outs) -> None:
        """dx_i = the part of dy that x_i is."""
        axis = axis_of(self.axis, dy.ndim)
        start = 0
        for out, shape in zip(outs, work.input_shapes, strict=True):
            stop = start + shape[axis]
            if out is not None:
                work.xp.copyto(out, dy[(slice(None),) * axis + (slice(start, stop),)])
            start = stop


_Part: TypeAlias = "int | slice | EllipsisType | None"  # one axis of a key


class GetItem(Op):
    """y = x[key] for whole numbers, slices, None and Ellipsis."""

    precision = "follows"
    key: tuple[_Part, ...]

    linear = True

    def shape(self, x: Shape) -> Shape:
        """That of x[key]. Raises ShapeError for an index outside."""
        result: list[int | None] = []
        axis = 0
        for part in self._full(len(x)):
            if part is None:
                result.append(1)
                continue
            n = x[axis]
            if isinstance(part, slice):
                result.append(_sliced(n, part))
            elif isinstance(part, int) and n is not None and not -n <= part < n:
                raise ShapeError(expected=f"an index from {-n} to {n - 1} on axis {axis}", actual=str(part))
            axis += 1
        return tuple(result)

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y = x[key]."""
        work.xp.copyto(out, x[self.key])

    def sizes(self, x: Array) -> Array:
        """x[key]."""
        return x[self.key]

    def backward(self, work: Work, dy: Array, *, outs: tuple[Array]) -> None:
        """dx[key] = dy, 0 elsewhere."""
        outs[0].fill(0)
        outs[0][self.key] = dy

    def _full(self, rank: int) -> list[_Part]:
        """The key with Ellipsis written out: one entry an axis, and the Nones."""
        used = len([part for part in self.key if part is not None and part is not Ellipsis])
        if used > rank:
            raise ShapeError(expected=f"at most {rank} indices", actual=str(used))
        key = list(self.key) if Ellipsis in self.key else [*self.key, Ellipsis]
        position = key.index(Ellipsis)
        return [*key[:position], *[slice(None)] * (rank - used), *key[position + 1 :]]


def _sliced(n: int | None, part: slice) -> int | None:
    if n is None:
        return None
    return len(range(*part.indices(n)))


class Repeat(Op):
    """y = x with each element repeated `times` along an axis: a, a, b, b."""

    precision = "follows"
    times: int
    axis: int = -1

    linear = True

    def shape(self, x: Shape) -> Shape:
        """The axis is `times` as long."""
        axis = axis_of(self.axis, len(x))
        return tuple(n * self.times if i == axis and n is not None else n for i, n in enumerate(x))

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y[i * times + r] = x[i] for r < times."""
        work.xp.copyto(*_with_copies(out, x, axis_of(self.axis, x.ndim) + 1, self.times))

    def backward(self, work: Work, dy: Array, *, outs: tuple[Array]) -> None:
        """dx[i] = sum of dy[i * times + r] over r."""
        axis = axis_of(self.axis, dy.ndim) + 1
        many, one = _with_copies(dy, outs[0], axis, self.times)
        work.xp.sum(many, axis=axis, keepdims=True, out=one)


def _with_copies(many: Array, one: Array, axis: int, times: int) -> tuple[Array, Array]:
    """Both arrays with an axis for the copies: of size `times` in `many`, of size 1 in `one`."""
    shape = one.shape
    return many.reshape((*shape[:axis], times, *shape[axis:])), one.reshape((*shape[:axis], 1, *shape[axis:]))


class Tile(Op):
    """y = x put side by side `times[i]` times along axis i."""

    precision = "follows"
    times: tuple[int, ...]

    linear = True

    def shape(self, x: Shape) -> Shape:
        """Axis i is times[i] as long. Raises ShapeError where there is not one number an axis."""
        if len(self.times) != len(x):
            raise ShapeError(expected=f"{len(x)} repeat counts, one an axis", actual=str(self.times))
        return tuple(None if n is None else n * t for n, t in zip(x, self.times, strict=True))

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y[r * n + i] = x[i] for r < times, along each axis of n elements."""
        work.xp.copyto(*self._split(out, x))

    def backward(self, work: Work, dy: Array, *, outs: tuple[Array]) -> None:
        """dx[i] = sum of dy[r * n + i] over r."""
        many, one = self._split(dy, outs[0])
        work.xp.sum(many, axis=tuple(range(0, many.ndim, 2)), keepdims=True, out=one)

    def _split(self, many: Array, one: Array) -> tuple[Array, Array]:
        pairs = list(zip(self.times, one.shape, strict=True))
        wide = tuple(n for pair in pairs for n in pair)
        return many.reshape(wide), one.reshape(tuple(n for _, size in pairs for n in (1, size)))


class Pad(Op):
    """y = x with `widths[i] = (before, after)` elements of `value` added along axis i."""

    precision = "follows"
    widths: tuple[tuple[int, int], ...]
    value: float = 0.0

    linear = True

    def shape(self, x: Shape) -> Shape:
        """Axis i is longer by both of widths[i]. Raises ShapeError where there is not one pair an axis."""
        if len(self.widths) != len(x):
            raise ShapeError(expected=f"{len(x)} pairs of widths, one an axis", actual=str(self.widths))
        return tuple(None if n is None else n + a + b for n, (a, b) in zip(x, self.widths, strict=True))

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y = value, and x inside."""
        out.fill(self.value)
        work.xp.copyto(out[self.inside(x.shape)], x)

    def backward(self, work: Work, dy: Array, *, outs: tuple[Array]) -> None:
        """dx = the inside of dy."""
        work.xp.copyto(outs[0], dy[self.inside(outs[0].shape)])

    def tangent(self, call: Call, dx: Tensor) -> Tensor:
        """dx, and zeros around it."""
        return apply(Pad(self.widths), dx)

    def inside(self, shape: tuple[int, ...]) -> tuple[slice, ...]:
        """Where x, of this shape, lies in y."""
        return tuple(slice(a, a + n) for n, (a, _) in zip(shape, self.widths, strict=True))


class Reverse(Op):
    """y = x backwards along the axes."""

    precision = "follows"
    axes: Axis

    linear = True

    def shape(self, x: Shape) -> Shape:
        """That of x. Raises ShapeError for an axis that x does not have."""
        axes_of(self.axes, len(x))
        return x

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y[i] = x[n - 1 - i] along each of the axes."""
        axes = axes_of(self.axes, x.ndim)
        step = tuple(slice(None, None, -1 if i in axes else 1) for i in range(x.ndim))
        work.xp.copyto(out, x[step])

    def backward(self, work: Work, dy: Array, *, outs: tuple[Array]) -> None:
        """dx[i] = dy[n - 1 - i]."""
        self.forward(work, dy, out=outs[0])


class OneHot(Op):
    """y[..., c] = 1 where the index is c; indices outside give a row of zeros."""

    classes: int

    differentiable = False

    def shape(self, indices: Shape) -> Shape:
        """(..., classes)."""
        return (*indices, self.classes)

    def dtype(self, *dtypes: DType) -> DType:
        """`floatx()`."""
        return float_dtype()

    def forward(self, work: Work, indices: Array, *, out: Array) -> None:
        """y[..., c] = 1 where the index is c, else 0."""
        chosen = work.scratch("chosen", out.shape, bool)
        work.xp.equal(indices[..., None], work.xp.arange(self.classes), out=chosen)
        work.xp.copyto(out, chosen)


def transpose(x: Value, axes: Sequence[int] | None = None) -> Value:
    """x with its axes (batch included) in another order; reversed by default."""
    return apply(Transpose(None if axes is None else tuple(axes)), x)


def through_channels_last(function: Callable[[Value], Value], x: Value, data_format: str) -> Value:
    """function of x (N, *spatial, C), whichever format x comes in and the result goes out in.

    >>> import numpy as np
    >>> through_channels_last(lambda last: last[..., :1], np.ones((2, 3, 4, 5)), "channels_first").shape
    (2, 1, 4, 5)
    """
    if data_format == "channels_last":
        return function(x)
    rank = len(x.shape) - 2
    last = transpose(x, (0, *range(2, rank + 2), 1))
    return transpose(function(last), (0, rank + 1, *range(1, rank + 1)))


def concatenate(xs: Sequence[Value], axis: int = -1) -> Value:
    """The inputs one after the other along an axis."""
    return apply(Concatenate(axis), *xs)


def stack(xs: Sequence[Value], axis: int = 0) -> Value:
    """The inputs side by side along a new axis."""
    rank = len(xs[0].shape) + 1
    position = axis_of(axis, rank)
    return concatenate([expand_dims(x, position) for x in xs], position)


def getitem(x: Value, key: object) -> Value:
    """x[key] for whole numbers, slices, None and Ellipsis.

    >>> import numpy as np
    >>> getitem(np.arange(6).reshape(2, 3), (slice(None), -1))
    array([2, 5])
    """
    parts = key if isinstance(key, tuple) else (key,)
    clean: list[_Part] = []
    for part in parts:
        if part is None or part is ... or isinstance(part, slice):
            clean.append(part)
        elif not isinstance(part, bool) and (index := getattr(part, "__index__", None)) is not None:
            clean.append(index())
        else:
            raise ShapeError(
                expected="whole numbers, slices, None or ... between the brackets",
                actual=repr(part),
                hint="To pick rows by number use take (K.gather).",
            )
    return apply(GetItem(tuple(clean)), x)


def repeat(x: Value, times: int, axis: int = -1) -> Value:
    """x with each element repeated along an axis: a, a, b, b."""
    return apply(Repeat(int(times), axis), x)


def tile(x: Value, times: Sequence[int] | int) -> Value:
    """x put side by side `times[i]` times along axis i; a number counts for the last axis."""
    rank = len(x.shape)
    counts = (int(times),) if isinstance(times, int) else tuple(int(t) for t in times)
    return apply(Tile((1,) * (rank - len(counts)) + counts), x)


def pad(x: Value, widths: Sequence[Sequence[int]], value: float = 0.0) -> Value:
    """x with `widths[i] = (before, after)` elements of `value` added along axis i."""
    return apply(Pad(tuple((int(a), int(b)) for a, b in widths), value), x)


def reverse(x: Value, axes: int | Sequence[int]) -> Value:
    """x backwards along one or several axes.

    Args:
        x: a tensor or an array of any shape.
        axes: an axis, or a list of them.

    Returns:
        A tensor or an array in the shape of x.

    Example:
        >>> import numpy as np
        >>> reverse(np.array([[1, 2], [3, 4]]), 1).tolist()
        [[2, 1], [4, 3]]
    """
    return apply(Reverse(axes), x)


def one_hot(indices: Value, classes: int) -> Value:
    """1 at the index, 0 elsewhere: (...) -> (..., classes), in `floatx()`."""
    return apply(OneHot(int(classes)), indices)
