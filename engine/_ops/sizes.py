"""Shapes that are known only when data arrive: `K.shape(x)[0]` inside a reshape, a tile or a tensor of random numbers."""

from __future__ import annotations

import operator
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import cast

import numpy as np

from .._graph.op import ForwardCall, Op, Outs, Work, apply
from .._graph.tensor import Constant, Tensor, Value
from ..types import Array, DType, DTypeLike, Shape
from .control import stop_gradient
from .rearrange import Tile
from .views import Reshape, View

__all__ = ["arange", "full", "is_open", "is_size", "reshape_to", "shape_of", "tile_to"]


class ShapeOf(Op):
    """y = the sizes of x, one whole number an axis."""

    differentiable = False
    result_dtype = "int32"

    def shape(self, x: Shape) -> Shape:
        """(rank of x,)."""
        return (len(x),)

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y = the sizes of x."""
        out[...] = work.xp.asarray(work.input_shapes[0], dtype=out.dtype)


class Size:
    """A size of a shape to come: one of an axis of a tensor, or worked out from such sizes by +, -, * and //.

    resolve: the number, for the shapes of `tensors`; None where these do not say yet.
    """

    def __init__(self, resolve: Callable[[Mapping[Tensor, Shape]], int | None], tensors: tuple[Tensor, ...]) -> None:
        self.resolve = resolve
        self.tensors = tensors

    @classmethod
    def of_axis(cls, tensor: Tensor, axis: int) -> Size:
        """The size of one axis."""
        return cls(lambda shapes: shapes[tensor][axis], (tensor,))

    @staticmethod
    def _operators(function: Callable[[int, int], int]) -> tuple[Callable[..., Size], Callable[..., Size]]:
        """The operator with the size on the left, and with it on the right."""

        def on_the_left(self: Size, other: int | Size) -> Size:
            return _combined(function, self, other)

        def on_the_right(self: Size, other: int) -> Size:
            return _combined(function, other, self)

        return on_the_left, on_the_right

    __add__, __radd__ = _operators(operator.add)
    __sub__, __rsub__ = _operators(operator.sub)
    __mul__, __rmul__ = _operators(operator.mul)
    __floordiv__, __rfloordiv__ = _operators(operator.floordiv)


def _combined(function: Callable[[int, int], int], left: int | Size, right: int | Size) -> Size:
    def resolve(shapes: Mapping[Tensor, Shape]) -> int | None:
        a, b = _resolved(left, shapes), _resolved(right, shapes)
        return None if a is None or b is None else function(a, b)

    return Size(resolve, (*_tensors(left), *_tensors(right)))


def _resolved(size: int | Size | None, shapes: Mapping[Tensor, Shape]) -> int | None:
    return size.resolve(shapes) if isinstance(size, Size) else size


def _tensors(size: int | Size | None) -> tuple[Tensor, ...]:
    return size.tensors if isinstance(size, Size) else ()


class Sizes:
    """A shape to come: whole numbers, and numbers worked out from the shapes of `tensors`."""

    def __init__(self, sizes: Sequence[int | Tensor | None]) -> None:
        self._sizes = [_size(size) for size in sizes]
        self._sources = list(dict.fromkeys(x for size in self._sizes for x in _tensors(size)))
        self.tensors: list[Tensor] = [stop_gradient(x) for x in self._sources]

    def __repr__(self) -> str:
        return f"({', '.join('?' if isinstance(size, Size) else str(size) for size in self._sizes)})"

    def resolve(self, shapes: Sequence[Shape]) -> tuple[int | None, ...]:
        """The numbers, for shapes of `tensors`; None where these do not say yet."""
        known = dict(zip(self._sources, shapes, strict=True))
        return tuple(_resolved(size, known) for size in self._sizes)


def _size(size: int | Tensor | None) -> int | Size | None:
    if not isinstance(size, Tensor):
        return size if size is None else int(size)
    values = _values(size)
    if values is None or values.size != 1:
        raise TypeError(
            f"a size of a shape: expected a whole number, or one computed by +, -, *, // from K.shape(x)[axis]; "
            f"found {size!r}. Sizes cannot depend on the values of other tensors."
        )
    return values.item()


def _values(tensor: Tensor | None) -> Array | None:
    """The elements of a tensor of sizes, as an array of whole numbers and `Size`s; None for other tensors."""
    if isinstance(tensor, Constant):
        return tensor.array.astype(np.int64).astype(object)
    call = None if tensor is None else tensor.call
    if not isinstance(call, ForwardCall):
        return None
    x = call.inputs[0]
    if isinstance(call.op, ShapeOf) and x is not None:
        return np.array([Size.of_axis(x, i) if n is None else n for i, n in enumerate(x.shape)], dtype=object)
    values = [value for x in call.inputs if (value := _values(x)) is not None]
    result = call.op.sizes(*values) if len(values) == len(call.inputs) else None
    return None if result is None else np.asarray(result, dtype=object)


class ReshapeTo(View):
    """y = x under a shape to come."""

    target: Sizes

    constants = range(1, sys.maxsize)

    def dtype(self, x: DType, *others: DType) -> DType:
        """That of x."""
        return x

    def forward(self, work: Work, x: Array, *others: Array, out: Array) -> None:
        """y = x under the other shape."""
        super().forward(work, x, out=out)

    def shape(self, x: Shape, *others: Shape) -> Shape:
        """The sizes where they are known; one that is not may be -1."""
        target = self.target.resolve(others)
        open_axes = sum(n is None or n == -1 for n in target)
        if open_axes > 1 and None in target:
            return tuple(None if n == -1 else n for n in target)
        return Reshape(tuple(-1 if n is None else n for n in target)).shape(x)


class TileTo(Op):
    """y = x side by side, numbers of times to come."""

    times: Sizes

    linear = True
    constants = range(1, sys.maxsize)

    def dtype(self, x: DType, *others: DType) -> DType:
        """That of x."""
        return x

    def shape(self, x: Shape, *others: Shape) -> Shape:
        """Axis i is times[i] as long, None where that is not known."""
        times = self.times.resolve(others)
        return tuple(None if n is None or t is None else n * t for n, t in zip(x, times, strict=True))

    def forward(self, work: Work, x: Array, *others: Array, out: Array) -> None:
        """As `Tile`, with the numbers of this run."""
        self._tile(work).forward(work, x, out=out)

    def backward(self, work: Work, dy: Array, *, outs: Outs) -> None:
        """As `Tile`, with the numbers of this run."""
        dx, *_ = outs
        if dx is not None:
            self._tile(work).backward(work, dy, outs=(dx,))

    def _tile(self, work: Work) -> Tile:
        return Tile(tuple(n or 0 for n in self.times.resolve(work.input_shapes[1:])))


class Full(Op):
    """y = one value everywhere, in a shape to come."""

    sizes: Sizes
    value: float = 0.0
    kind: DTypeLike = "float32"

    differentiable = False

    def shape(self, *others: Shape) -> Shape:
        """The sizes; None for those that are not known."""
        return self.sizes.resolve(others)

    def dtype(self, *dtypes: DType) -> DType:
        """The type that was asked for."""
        return np.dtype(self.kind)

    def forward(self, work: Work, *others: Array, out: Array) -> None:
        """y = value."""
        out.fill(self.value)


class Range(Op):
    """y = whole numbers from a first one to before a last one, which are to come."""

    bounds: Sizes
    kind: DTypeLike = "int32"

    differentiable = False

    def shape(self, *others: Shape) -> Shape:
        """(how many there are,); None where that is not known."""
        first, last, step = self.bounds.resolve(others)
        return (None if first is None or last is None or step is None else len(range(first, last, step)),)

    def dtype(self, *dtypes: DType) -> DType:
        """`kind`."""
        return np.dtype(self.kind)

    def forward(self, work: Work, *others: Array, out: Array) -> None:
        """y = first, first + step ..."""
        out[...] = work.xp.arange(*self.bounds.resolve(work.input_shapes), dtype=out.dtype)


def shape_of(x: Value) -> Value:
    """The sizes of x as whole numbers: an array for an array, a tensor for a tensor.

    >>> import numpy as np
    >>> shape_of(np.zeros((2, 3)))
    array([2, 3], dtype=int32)
    """
    return apply(ShapeOf(), x)


def is_size(value: object) -> bool:
    """Whether a tensor is a size: computed by +, -, *, // from what `shape_of` gives."""
    return isinstance(value, Tensor) and not isinstance(value, Constant) and _values(value) is not None


def arange(first: int | Tensor, last: int | Tensor, step: int | Tensor, dtype: DTypeLike) -> Tensor:
    """Whole numbers from first to before last, which may be sizes from `shape_of`."""
    bounds = Sizes([first, last, step])
    if not bounds.tensors:
        return Constant(np.arange(*cast("tuple[int, ...]", bounds.resolve(())), dtype=dtype))
    return apply(Range(bounds, dtype), *bounds.tensors)


def is_open(sizes: object) -> bool:
    """Whether a shape holds tensors, or is one."""
    if isinstance(sizes, (list, tuple)):
        return any(isinstance(n, Tensor) for n in sizes)
    return isinstance(sizes, Tensor)


def reshape_to(x: Value, sizes: Sequence[int | Tensor | None]) -> Value:
    """x under a shape that may hold tensors from `shape_of`."""
    target = Sizes(list(sizes))
    return apply(ReshapeTo(target), x, *target.tensors)


def tile_to(x: Value, times: Sequence[int | Tensor]) -> Value:
    """x side by side, numbers of times that may be tensors from `shape_of`."""
    counts = Sizes(list(times))
    return apply(TileTo(counts), x, *counts.tensors)


def full(sizes: Sequence[int | Tensor], value: float, dtype: DTypeLike) -> Tensor:
    """A tensor of one value in a shape that may hold tensors from `shape_of`."""
    shape = Sizes(list(sizes))
    if not shape.tensors:
        return Constant(np.full(cast("tuple[int, ...]", shape.resolve(())), value, dtype))
    return apply(Full(shape, value, dtype), *shape.tensors)
