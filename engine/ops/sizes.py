"""Shapes that are known only when data arrive: `K.shape(x)[0]` inside a reshape, a tile or a tensor of random numbers."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any, cast

import numpy as np

from ..core import device
from ..core.op import Call, Op, Work, apply
from ..core.tensor import Constant, Tensor
from .control import Identity, StopGradient, stop_gradient
from .elementwise import Add, FloorDivide, Multiply, Subtract
from .rearrange import GetItem, Tile
from .reduce import Prod
from .rounding import Cast
from .shapes import Array, Shape
from .views import Reshape, View

_ARITHMETIC = {Add: operator.add, Subtract: operator.sub, Multiply: operator.mul, FloorDivide: operator.floordiv}


class ShapeOf(Op):
    """y = the sizes of x, one whole number an axis."""

    differentiable = False

    def shape(self, x: Shape) -> Shape:
        return (len(x),)

    def dtype(self, *dtypes: Any) -> Any:
        return np.dtype(np.int32)

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        out[...] = work.xp.asarray(work.input_shapes[0], dtype=out.dtype)


class Sizes:
    """A shape to come: whole numbers, and numbers worked out from the sizes of `tensors`."""

    def __init__(self, sizes: Sequence[Any]) -> None:
        self.tensors: list[Tensor] = []
        self._sources: list[Tensor] = []
        self._rules = [self._rule(size) for size in sizes]
        self._text = ", ".join("?" if callable(rule) else str(rule) for rule in self._rules)

    def __repr__(self) -> str:
        return f"({self._text})"

    def resolve(self, shapes: Sequence[Shape]) -> tuple[int | None, ...]:
        """The numbers, for shapes of `tensors`; None where these do not say yet."""
        return tuple(cast("int | None", rule(shapes) if callable(rule) else rule) for rule in self._rules)

    def _rule(self, size: Any) -> Any:
        """A number, or a function of the shapes of `tensors`."""
        if not isinstance(size, Tensor):
            return size if size is None else int(size)
        if isinstance(size, Constant) and size.array.size == 1:
            return int(size.array.item())
        call: Call | None = size.call
        if call is None:
            raise self._error(size)
        kind: Any = type(call.op)
        if kind in (Cast, Identity, StopGradient):
            return self._rule(call.inputs[0])
        if kind in _ARITHMETIC:
            return _combined(_ARITHMETIC[kind], *[self._rule(part) for part in call.inputs])
        axes = self._axes(call.inputs[0]) if kind in (GetItem, Prod) else None
        key: Any = getattr(call.op, "key", ())
        if kind is GetItem and axes is not None and len(key) == 1 and isinstance(key[0], int):
            return axes[key[0]]
        if kind is Prod and axes is not None:
            product: Any = 1
            for axis in axes:
                product = _combined(operator.mul, product, axis)
            return product
        raise self._error(size)

    @staticmethod
    def _error(size: Tensor) -> TypeError:
        return TypeError(
            f"a size of a shape: expected a whole number, or one computed by +, -, *, // from K.shape(x)[axis]; "
            f"found {size!r}. Sizes cannot depend on the values of other tensors."
        )

    def _axes(self, sizes: Tensor | None) -> list[Any] | None:
        """The rules of a vector of sizes: a `ShapeOf`, or a slice of one."""
        call = None if sizes is None else sizes.call
        if call is None:
            return None
        if isinstance(call.op, GetItem) and len(call.op.key) == 1 and isinstance(call.op.key[0], slice):
            inner = self._axes(call.inputs[0])
            return None if inner is None else inner[call.op.key[0]]
        if isinstance(call.op, Cast):
            return self._axes(call.inputs[0])
        if not isinstance(call.op, ShapeOf):
            return None
        x = call.inputs[0]
        if None in x.shape and x not in self._sources:
            self._sources.append(x)
            self.tensors.append(stop_gradient(x))
        return [_axis(self._sources.index(x), i) if n is None else n for i, n in enumerate(x.shape)]


def _axis(number: int, axis: int) -> Any:
    return lambda shapes: shapes[number][axis]


def _combined(function: Any, left: Any, right: Any) -> Any:
    if not callable(left) and not callable(right):
        return None if left is None or right is None else function(left, right)

    def rule(shapes: Sequence[Shape]) -> int | None:
        a = left(shapes) if callable(left) else left
        b = right(shapes) if callable(right) else right
        return None if a is None or b is None else function(a, b)

    return rule


class ReshapeTo(View):
    """y = x under a shape to come."""

    target: Sizes

    def dtype(self, *dtypes: Any) -> Any:
        return dtypes[0]

    def forward(self, work: Work, x: Array, *others: Array, out: Array) -> None:
        super().forward(work, x, out=out)

    def shape(self, x: Shape, *others: Shape) -> Shape:
        target = self.target.resolve(others)
        open_axes = sum(n is None or n == -1 for n in target)
        if open_axes > 1 and None in target:
            return tuple(None if n == -1 else n for n in target)
        return Reshape(tuple(-1 if n is None else n for n in target)).shape(x)


class TileTo(Op):
    """y = x side by side, numbers of times to come."""

    times: Sizes

    def dtype(self, *dtypes: Any) -> Any:
        return dtypes[0]

    def shape(self, x: Shape, *others: Shape) -> Shape:
        times = self.times.resolve(others)
        return tuple(None if n is None or t is None else n * t for n, t in zip(x, times, strict=True))

    def forward(self, work: Work, x: Array, *others: Array, out: Array) -> None:
        self._tile(work).forward(work, x, out=out)

    def backward(self, work: Work, dy: Array, *, outs: Any) -> None:
        self._tile(work).backward(work, dy, outs=outs)

    def _tile(self, work: Work) -> Tile:
        return Tile(self.times.resolve(work.input_shapes[1:]))


class Full(Op):
    """y = one value everywhere, in a shape to come."""

    sizes: Sizes
    value: float = 0.0
    kind: Any = "float32"

    differentiable = False

    def shape(self, *others: Shape) -> Shape:
        return self.sizes.resolve(others)

    def dtype(self, *dtypes: Any) -> Any:
        return np.dtype(self.kind)

    def forward(self, work: Work, *others: Array, out: Array) -> None:
        out.fill(self.value)


def shape_of(x: Any) -> Any:
    """The sizes of x as whole numbers: an array for an array, a tensor for a tensor.

    >>> import numpy as np
    >>> shape_of(np.zeros((2, 3)))
    array([2, 3], dtype=int32)
    """
    return apply(ShapeOf(), x)


def is_open(sizes: Any) -> bool:
    """Whether a shape holds tensors, or is one."""
    if isinstance(sizes, (list, tuple)):
        return any(isinstance(n, Tensor) for n in sizes)
    return isinstance(sizes, Tensor)


def reshape_to(x: Any, sizes: Sequence[Any]) -> Any:
    """x under a shape that may hold tensors from `shape_of`."""
    target = Sizes(list(sizes))
    return apply(ReshapeTo(target), x, *target.tensors)


def tile_to(x: Any, times: Sequence[Any]) -> Any:
    """x side by side, numbers of times that may be tensors from `shape_of`."""
    counts = Sizes(list(times))
    return apply(TileTo(counts), x, *counts.tensors)


def full(sizes: Sequence[Any], value: float, dtype: Any) -> Any:
    """A tensor of one value in a shape that may hold tensors from `shape_of`."""
    shape = Sizes(list(sizes))
    if not shape.tensors:
        return Constant(device.xp.full(shape.resolve(()), value, dtype))
    return apply(Full(shape, value, dtype), *shape.tensors)
