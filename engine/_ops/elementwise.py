"""Arithmetic element by element, with NumPy's broadcasting. The gradient of a broadcast input is summed back.

Binary ops take tensors, arrays and numbers in any mix; a number takes the type of the tensor it meets.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar, overload

from .._graph.op import Op, Outs, Work, apply
from .._graph.tensor import Constant, Operand, Tensor, Value
from .._machine.config import float_dtype
from ..types import Array, ArrayLike, DType, Shape
from .shapes import broadcast, count, sum_to

__all__ = [
    "absolute",
    "add",
    "clip",
    "cos",
    "divide",
    "exp",
    "floor_divide",
    "log",
    "maximum",
    "minimum",
    "multiply",
    "negative",
    "power",
    "remainder",
    "sin",
    "sqrt",
    "square",
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
        return broadcast(a, b)

    def flops(self, a: Shape, b: Shape) -> int:
        return count(broadcast(a, b))


class Add(Binary):
    """y = a + b."""

    def sizes(self, a: Array, b: Array) -> Array:
        return a + b

    def forward(self, work: Work, a: Array, b: Array, *, out: Array) -> None:
        work.xp.add(a, b, out=out)

    def backward(self, work: Work, dy: Array, *, outs: Outs) -> None:
        for out in outs:
            if out is not None:
                sum_to(work, dy, out)


class Subtract(Binary):
    """y = a - b."""

    def sizes(self, a: Array, b: Array) -> Array:
        return a - b

    def forward(self, work: Work, a: Array, b: Array, *, out: Array) -> None:
        work.xp.subtract(a, b, out=out)

    def backward(self, work: Work, dy: Array, *, outs: Outs) -> None:
        da, db = outs
        if da is not None:
            sum_to(work, dy, da)
        if db is not None:
            sum_to(work, dy, db)
            work.xp.negative(db, out=db)


class Multiply(Binary):
    """y = a * b."""

    keeps = ("a", "b")

    def kept_inputs(self, inputs: tuple[T | None, ...], outputs: tuple[T, ...]) -> tuple[T | None, ...]:
        # A constant needs no gradient, so what it is multiplied by need not be kept for it.
        a, b = inputs
        return (None if isinstance(b, Constant) else a, None if isinstance(a, Constant) else b)

    def sizes(self, a: Array, b: Array) -> Array:
        return a * b

    def forward(self, work: Work, a: Array, b: Array, *, out: Array) -> None:
        work.xp.multiply(a, b, out=out)

    def backward(self, work: Work, dy: Array, a: Array, b: Array, *, outs: Outs) -> None:
        for out, other in zip(outs, (b, a), strict=True):
            if out is not None:
                product = out if out.shape == dy.shape else work.scratch("product", dy.shape, dy.dtype)
                work.xp.multiply(dy, other, out=product)
                sum_to(work, product, out)


class Divide(Binary):
    """y = a / b; whole numbers give floats."""

    keeps = ("b", "y")

    def dtype(self, *dtypes: DType) -> DType:
        return _float(super().dtype(*dtypes))

    def forward(self, work: Work, a: Array, b: Array, *, out: Array) -> None:
        work.xp.divide(a, b, out=out, casting="unsafe", dtype=out.dtype)

    def backward(self, work: Work, dy: Array, b: Array, y: Array, *, outs: Outs) -> None:
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


class Power(Binary):
    """y = a ** b. The gradient with respect to b is zero where a <= 0."""

    keeps = ("a", "b", "y")

    def forward(self, work: Work, a: Array, b: Array, *, out: Array) -> None:
        work.xp.power(a, b, out=out)

    def backward(self, work: Work, dy: Array, a: Array, b: Array, y: Array, *, outs: Outs) -> None:
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
            positive = xp.broadcast_to(a > 0, dy.shape)
            g.fill(0)
            xp.log(xp.broadcast_to(a, dy.shape), out=g, where=positive)
            g *= y
            g *= dy
            sum_to(work, g, db)


class _Extremum(Binary):
    """The larger or smaller of a and b; the gradient goes to the chosen one, to a where they are equal."""

    keeps = ("a", "b")

    def backward(self, work: Work, dy: Array, a: Array, b: Array, *, outs: Outs) -> None:
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

    def first(self, work: Work, a: Array, b: Array, mask: Array) -> None:
        """Write into `mask` where a is chosen."""
        raise NotImplementedError


class Maximum(_Extremum):
    """y = max(a, b)."""

    def forward(self, work: Work, a: Array, b: Array, *, out: Array) -> None:
        work.xp.maximum(a, b, out=out)

    def first(self, work: Work, a: Array, b: Array, mask: Array) -> None:
        work.xp.greater_equal(a, b, out=mask)


class Minimum(_Extremum):
    """y = min(a, b)."""

    def forward(self, work: Work, a: Array, b: Array, *, out: Array) -> None:
        work.xp.minimum(a, b, out=out)

    def first(self, work: Work, a: Array, b: Array, mask: Array) -> None:
        work.xp.less_equal(a, b, out=mask)


class FloorDivide(Binary):
    """y = floor(a / b); no gradient."""

    differentiable = False

    def sizes(self, a: Array, b: Array) -> Array:
        return a // b

    def forward(self, work: Work, a: Array, b: Array, *, out: Array) -> None:
        work.xp.floor_divide(a, b, out=out)


class Remainder(Binary):
    """y = a - b * floor(a / b), with the sign of b; no gradient."""

    differentiable = False

    def forward(self, work: Work, a: Array, b: Array, *, out: Array) -> None:
        work.xp.remainder(a, b, out=out)


class Unary(Op):
    """y = f(x) element by element."""

    overwrites = True

    def shape(self, x: Shape) -> Shape:
        return x

    def flops(self, x: Shape) -> int:
        return count(x)


class UnaryFloat(Unary):
    """y = f(x) element by element; whole numbers give floats."""

    def dtype(self, x: DType) -> DType:
        return _float(x)


class Negative(Unary):
    """y = -x."""

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        work.xp.negative(x, out=out)

    def backward(self, work: Work, dy: Array, *, outs: tuple[Array]) -> None:
        work.xp.negative(dy, out=outs[0])


class Absolute(Unary):
    """y = |x|; gradient 0 at 0."""

    keeps = ("x",)

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        work.xp.absolute(x, out=out)

    def backward(self, work: Work, dy: Array, x: Array, *, outs: tuple[Array]) -> None:
        sign = work.scratch("sign", x.shape, x.dtype)
        work.xp.sign(x, out=sign)
        work.xp.multiply(dy, sign, out=outs[0])


class Square(Unary):
    """y = x^2."""

    keeps = ("x",)

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        work.xp.multiply(x, x, out=out)

    def backward(self, work: Work, dy: Array, x: Array, *, outs: tuple[Array]) -> None:
        dx = outs[0]
        work.xp.multiply(dy, x, out=dx)
        dx *= 2


class Sqrt(UnaryFloat):
    """y = sqrt(max(x, 0)), as Keras's K.sqrt; gradient 0 at 0 and below, where TensorFlow's is not finite."""

    keeps = ("y",)

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        work.xp.maximum(x, 0, out=out)
        work.xp.sqrt(out, out=out)

    def backward(self, work: Work, dy: Array, y: Array, *, outs: tuple[Array]) -> None:
        xp = work.xp
        dx = outs[0]
        zero = work.scratch("zero", y.shape, bool)
        xp.equal(y, 0, out=zero)
        with xp.errstate(divide="ignore", invalid="ignore"):
            xp.divide(dy, y, out=dx)
        dx *= 0.5
        xp.copyto(dx, 0, where=zero)


class Exp(UnaryFloat):
    """y = e^x."""

    keeps = ("y",)

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        work.xp.exp(x, out=out)

    def backward(self, work: Work, dy: Array, y: Array, *, outs: tuple[Array]) -> None:
        work.xp.multiply(dy, y, out=outs[0])


class Log(UnaryFloat):
    """y = natural logarithm of x; -inf at 0, nan below."""

    keeps = ("x",)

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        with work.xp.errstate(divide="ignore", invalid="ignore"):
            work.xp.log(x, out=out)

    def backward(self, work: Work, dy: Array, x: Array, *, outs: tuple[Array]) -> None:
        with work.xp.errstate(divide="ignore", invalid="ignore"):
            work.xp.divide(dy, x, out=outs[0])


class Sin(UnaryFloat):
    """y = sin(x), x in radians."""

    keeps = ("x",)

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        work.xp.sin(x, out=out)

    def backward(self, work: Work, dy: Array, x: Array, *, outs: tuple[Array]) -> None:
        slope = work.scratch("slope", x.shape, dy.dtype)
        work.xp.cos(x, out=slope)
        work.xp.multiply(dy, slope, out=outs[0])


class Cos(UnaryFloat):
    """y = cos(x), x in radians."""

    keeps = ("x",)

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        work.xp.cos(x, out=out)

    def backward(self, work: Work, dy: Array, x: Array, *, outs: tuple[Array]) -> None:
        slope = work.scratch("slope", x.shape, dy.dtype)
        work.xp.sin(x, out=slope)
        work.xp.multiply(dy, slope, out=outs[0])
        work.xp.negative(outs[0], out=outs[0])


class Clip(Unary):
    """y = x limited to [low, high]; the gradient passes where low <= x <= high."""

    low: float
    high: float

    keeps = ("x",)

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        work.xp.clip(x, self.low, self.high, out=out)

    def backward(self, work: Work, dy: Array, x: Array, *, outs: tuple[Array]) -> None:
        xp = work.xp
        inside = work.scratch("inside", x.shape, bool)
        below = work.scratch("below", x.shape, bool)
        xp.greater_equal(x, self.low, out=inside)
        xp.less_equal(x, self.high, out=below)
        xp.logical_and(inside, below, out=inside)
        xp.multiply(dy, inside, out=outs[0])


def _float(dtype: DType) -> DType:
    return dtype if dtype.kind == "f" else float_dtype()


def _is_number(x: object) -> bool:
    return isinstance(x, (int, float)) and not isinstance(x, bool)


@binary
def add(a: Operand, b: Operand) -> Tensor | Array:
    """a + b, broadcast."""
    # A number first is put last: then the plan can write the result over the tensor.
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


def negative(x: Value) -> Value:
    """-x."""
    return apply(Negative(), x)


def absolute(x: Value) -> Value:
    """|x|."""
    return apply(Absolute(), x)


def square(x: Value) -> Value:
    """x^2."""
    return apply(Square(), x)


def sqrt(x: Value) -> Value:
    """Square root; negative values count as 0 (Keras)."""
    return apply(Sqrt(), x)


def exp(x: Value) -> Value:
    """e^x."""
    return apply(Exp(), x)


def log(x: Value) -> Value:
    """Natural logarithm."""
    return apply(Log(), x)


def sin(x: Value) -> Value:
    """Sine of radians."""
    return apply(Sin(), x)


def cos(x: Value) -> Value:
    """Cosine of radians."""
    return apply(Cos(), x)


def clip(x: Value, low: float, high: float) -> Value:
    """x limited to [low, high]; a `high` below `low` counts as `low` (Keras)."""
    return apply(Clip(low, max(low, high)), x)
