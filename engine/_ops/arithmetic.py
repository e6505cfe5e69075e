"""Arithmetic of two operands, element by element, with NumPy's broadcasting. The gradient of a broadcast input is summed back.

The functions take tensors, arrays and numbers in any mix; a number takes the type of the tensor it meets.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import reduce
from typing import Any, Protocol, TypeVar, overload

from .._graph.backward import zeros_like
from .._graph.op import Op, Outs, Work, apply
from .._graph.tensor import Call, Constant, Operand, Tensor
from ..types import Array, ArrayLike, DType, Shape
from .casting import as_float, is_truth, wide, wide_numbers
from .elementwise import Square, log
from .shapes import broadcast, count, sum_to

__all__ = [
    "add",
    "divide",
    "floor_divide",
    "maximum",
    "minimum",
    "multiply",
    "power",
    "remainder",
    "subtract",
]

T = TypeVar("T")


class BinaryFunction(Protocol):
    """A function of two operands, whose result is a tensor where one of them is, otherwise an array."""

    @overload
    def __call__(self, a: Tensor, b: Operand, /) -> Tensor: ...
    @overload
    def __call__(self, a: Operand, b: Tensor, /) -> Tensor: ...
    @overload
    def __call__(self, a: ArrayLike, b: ArrayLike, /) -> Array: ...


def binary(function: Callable[[Any, Any], Any]) -> BinaryFunction:
    """Decorator: the function itself, whose result is known by its operands."""
    return function


class Binary(Op):
    """y = f(a, b) element by element."""

    overwrites = True

    def shape(self, a: Shape, b: Shape) -> Shape:
        """That of a and b, broadcast."""
        return broadcast(a, b)

    def flops(self, a: Shape, b: Shape) -> int:
        """One operation for each element."""
        return count(broadcast(a, b))


def sum_of(*terms: Tensor | None) -> Tensor:
    """The sum of the terms that are not None, of which there is one at least."""
    return reduce(operator.add, [term for term in terms if term is not None])


def tangent_of_product(call: Call, da: Tensor | None, db: Tensor | None, dshift: Tensor | None = None) -> Tensor:
    """op(da, b) + op(a, db) + dshift: how the result of a product, a convolution or the like moves.

    The op is linear in each of its first two inputs, and may add a third.
    """
    a, b, *_ = call.present_inputs
    pairs = [(x, y) for x, y in ((da, b), (a, db)) if x is not None and y is not None] or [(zeros_like(a), b)]
    if dshift is None:
        return sum_of(*(apply(call.op, x, y) for x, y in pairs))
    first, *others = pairs
    return sum_of(apply(call.op, *first, dshift), *(apply(call.op, x, y) for x, y in others))


class Add(Binary):
    """y = a + b."""

    precision = "follows"
    linear = True

    def sizes(self, a: Array, b: Array) -> Array:
        """a + b."""
        return a + b

    def forward(self, work: Work, a: Array, b: Array, *, out: Array) -> None:
        """y = a + b."""
        work.xp.add(a, b, out=out)

    def backward(self, work: Work, dy: Array, *, outs: Outs) -> None:
        """da = dy, db = dy, summed where broadcast."""
        for out in outs:
            if out is not None:
                sum_to(work, dy, out)


class Subtract(Binary):
    """y = a - b."""

    precision = "follows"
    linear = True

    def converted(self, inputs: tuple[Any, ...]) -> tuple[Any, ...]:
        """Truth values as int64, 0 and 1: NumPy has no difference of them."""
        return wide_numbers(inputs) if all(is_truth(x) for x in inputs) else inputs

    def sizes(self, a: Array, b: Array) -> Array:
        """a - b."""
        return a - b

    def forward(self, work: Work, a: Array, b: Array, *, out: Array) -> None:
        """y = a - b."""
        work.xp.subtract(a, b, out=out)

    def backward(self, work: Work, dy: Array, *, outs: Outs) -> None:
        """da = dy, db = -dy, summed where broadcast."""
        da, db = outs
        if da is not None:
            sum_to(work, dy, da)
        if db is not None:
            sum_to(work, dy, db)
            work.xp.negative(db, out=db)


class Multiply(Binary):
    """y = a * b."""

    precision = "follows"
    keeps = ("a", "b")

    def kept_inputs(self, inputs: tuple[T | None, ...], outputs: tuple[T, ...]) -> tuple[T | None, ...]:
        """a and b; None for one whose other factor is a constant, which needs no gradient."""
        a, b = inputs
        return (None if isinstance(b, Constant) else a, None if isinstance(a, Constant) else b)

    def sizes(self, a: Array, b: Array) -> Array:
        """a * b."""
        return a * b

    def forward(self, work: Work, a: Array, b: Array, *, out: Array) -> None:
        """y = a * b."""
        work.xp.multiply(a, b, out=out)

    def backward(self, work: Work, dy: Array, a: Array, b: Array, *, outs: Outs) -> None:
        """da = dy * b, db = dy * a, summed where broadcast."""
        for out, other in zip(outs, (b, a), strict=True):
            if out is not None:
                product = out if out.shape == dy.shape else work.scratch("product", dy.shape, dy.dtype)
                work.xp.multiply(dy, other, out=product)
                sum_to(work, product, out)

    def tangent(self, call: Call, da: Tensor | None, db: Tensor | None) -> Tensor:
        """da * b + a * db."""
        return tangent_of_product(call, da, db)


class Divide(Binary):
    """y = a / b; whole numbers give floats."""

    keeps = ("b", "y")

    def dtype(self, *dtypes: DType) -> DType:
        """The common type of a and b; `floatx()` for whole numbers."""
        return as_float(super().dtype(*dtypes))

    def forward(self, work: Work, a: Array, b: Array, *, out: Array) -> None:
        """y = a / b."""
        work.xp.divide(a, b, out=out, casting="unsafe", dtype=out.dtype)

    def backward(self, work: Work, dy: Array, b: Array, y: Array, *, outs: Outs) -> None:
        """da = dy / b, db = -dy * y / b, summed where broadcast."""
        xp = work.xp
        da, db = outs
        quotient = work.scratch("quotient", dy.shape, dy.dtype)
        xp.divide(dy, b, out=quotient)
        if da is not None:
            sum_to(work, quotient, da)
        if db is not None:
            xp.multiply(quotient, y, out=quotient)
            sum_to(work, quotient, db)
            xp.negative(db, out=db)

    def tangent(self, call: Call, da: Tensor | None, db: Tensor | None) -> Tensor:
        """(da - y * db) / b."""
        (_, b), (y,) = call.present_inputs, call.outputs
        return sum_of(da, None if db is None else -(y * db)) / b


class Power(Binary):
    """y = a ** b. The gradient with respect to b is zero where a <= 0."""

    keeps = ("a", "b", "y")

    def dtype(self, *dtypes: DType) -> DType:
        """The common type of a and b; int64 for truth values and whole numbers of 8 and 16 bits."""
        return wide(super().dtype(*dtypes))

    def forward(self, work: Work, a: Array, b: Array, *, out: Array) -> None:
        """y = a^b."""
        work.xp.power(a, b, out=out, dtype=out.dtype)

    def backward(self, work: Work, dy: Array, a: Array, b: Array, y: Array, *, outs: Outs) -> None:
        """da = dy * b * a^(b - 1), db = dy * y * log(a) where a > 0, summed where broadcast."""
        xp = work.xp
        da, db = outs
        g = work.scratch("gradient", dy.shape, dy.dtype)
        if da is not None:
            less = work.scratch("exponent", b.shape, b.dtype)
            xp.subtract(b, 1, out=less)
            xp.power(a, less, out=g)
            g *= b
            g *= dy
            sum_to(work, g, da)
        if db is not None:
            # log(1) = 0 where a is not above 0.
            g.fill(1)
            xp.copyto(g, a, where=a > 0)
            xp.log(g, out=g)
            g *= y
            g *= dy
            sum_to(work, g, db)

    def tangent(self, call: Call, da: Tensor | None, db: Tensor | None) -> Tensor:
        """da * b * a^(b - 1) + db * y * log(a), the second where a > 0."""
        (a, b), (y,) = call.present_inputs, call.outputs
        by_base = None if da is None else da * b * apply(Power(), a, b - 1)
        return sum_of(by_base, None if db is None else db * y * log(a * (a > 0) + (a <= 0)))


class _Extremum(Binary):
    """The larger or smaller of a and b; the gradient goes to the chosen one, to a where they are equal."""

    precision = "follows"
    keeps = ("a", "b")
    linear = True  # in pieces

    def backward(self, work: Work, dy: Array, a: Array, b: Array, *, outs: Outs) -> None:
        """da = dy where a is chosen, db = dy where b is, 0 otherwise; summed where broadcast."""
        xp = work.xp
        mask = work.scratch("mask", dy.shape, bool)
        product = work.scratch("product", dy.shape, dy.dtype)
        self.first(work, a, b, mask)
        da, db = outs
        if da is not None:
            xp.multiply(dy, mask, out=product)
            sum_to(work, product, da)
        if db is not None:
            xp.logical_not(mask, out=mask)
            xp.multiply(dy, mask, out=product)
            sum_to(work, product, db)

    def tangent(self, call: Call, da: Tensor | None, db: Tensor | None) -> Tensor:
        """da where a is chosen, db elsewhere."""
        a, b = call.present_inputs
        of_a, of_b = self.choices(a, b)
        return sum_of(None if da is None else da * of_a, None if db is None else db * of_b)

    def choices(self, a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
        """Where a is chosen, and where b is."""
        raise NotImplementedError

    def first(self, work: Work, a: Array, b: Array, mask: Array) -> None:
        """Write into `mask` where a is chosen."""
        raise NotImplementedError


class Maximum(_Extremum):
    """y = max(a, b)."""

    def forward(self, work: Work, a: Array, b: Array, *, out: Array) -> None:
        """y = max(a, b)."""
        work.xp.maximum(a, b, out=out)

    def first(self, work: Work, a: Array, b: Array, mask: Array) -> None:
        """mask = (a >= b)."""
        work.xp.greater_equal(a, b, out=mask)

    def choices(self, a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
        """a >= b, a < b."""
        return a >= b, a < b


class Minimum(_Extremum):
    """y = min(a, b)."""

    def forward(self, work: Work, a: Array, b: Array, *, out: Array) -> None:
        """y = min(a, b)."""
        work.xp.minimum(a, b, out=out)

    def first(self, work: Work, a: Array, b: Array, mask: Array) -> None:
        """mask = (a <= b)."""
        work.xp.less_equal(a, b, out=mask)

    def choices(self, a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
        """a <= b, a > b."""
        return a <= b, a > b


class FloorDivide(Binary):
    """y = floor(a / b); no gradient."""

    differentiable = False

    def sizes(self, a: Array, b: Array) -> Array:
        """a // b."""
        return a // b

    def forward(self, work: Work, a: Array, b: Array, *, out: Array) -> None:
        """y = floor(a / b)."""
        work.xp.floor_divide(a, b, out=out)


class Remainder(Binary):
    """y = a - b * floor(a / b), with the sign of b; no gradient."""

    differentiable = False

    def forward(self, work: Work, a: Array, b: Array, *, out: Array) -> None:
        """y = a - b * floor(a / b)."""
        work.xp.remainder(a, b, out=out)


def _is_number(x: object) -> bool:
    return isinstance(x, (int, float)) and not isinstance(x, bool)


@binary
def add(a: Operand, b: Operand) -> Tensor | Array:
    """a + b, broadcast."""
    # A number is made the second operand: then the plan can write the result over the tensor.
    return apply(Add(), b, a) if _is_number(a) else apply(Add(), a, b)


@binary
def subtract(a: Operand, b: Operand) -> Tensor | Array:
    """a - b, broadcast."""
    return apply(Subtract(), a, b)


@binary
def multiply(a: Operand, b: Operand) -> Tensor | Array:
    """a * b, broadcast."""
    return apply(Multiply(), b, a) if _is_number(a) else apply(Multiply(), a, b)


@binary
def divide(a: Operand, b: Operand) -> Tensor | Array:
    """a / b, broadcast; always a float."""
    return apply(Divide(), a, b)


@binary
def floor_divide(a: Operand, b: Operand) -> Tensor | Array:
    """floor(a / b), broadcast; no gradient."""
    return apply(FloorDivide(), a, b)


@binary
def remainder(a: Operand, b: Operand) -> Tensor | Array:
    """a % b with the sign of b, broadcast; no gradient."""
    return apply(Remainder(), a, b)


@binary
def power(a: Operand, b: Operand) -> Tensor | Array:
    """a ** b, broadcast."""
    return apply(Square(), a) if _is_number(b) and b == 2 else apply(Power(), a, b)


@binary
def maximum(a: Operand, b: Operand) -> Tensor | Array:
    """The larger of a and b, broadcast."""
    return apply(Maximum(), a, b)


@binary
def minimum(a: Operand, b: Operand) -> Tensor | Array:
    """The smaller of a and b, broadcast."""
    return apply(Minimum(), a, b)
