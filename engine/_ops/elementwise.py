"""Functions of one operand, element by element."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._graph.backward import record_backward
from .._graph.op import ForwardCall, Op, Work, apply
from .._graph.tensor import Call, Tensor, Value
from ..types import Array, DType, Shape
from .casting import OfReals, is_truth, is_whole, reals, wide, wide_numbers
from .shapes import count

__all__ = [
    "absolute",
    "clip",
    "cos",
    "exp",
    "log",
    "negative",
    "sin",
    "sqrt",
    "square",
]


class Unary(Op):
    """y = f(x) element by element."""

    overwrites = True

    def shape(self, x: Shape) -> Shape:
        """That of x."""
        return x

    def flops(self, x: Shape) -> int:
        """One operation for each element."""
        return count(x)


class UnaryFloat(Unary):
    """y = f(x) element by element; whole numbers give floats."""

    converted = OfReals.converted


def times_slope(call: Call, dx: Tensor) -> Tensor:
    """dx times the slope of an op element by element, which is what its gradient makes of dy."""
    assert isinstance(call, ForwardCall)
    return record_backward(call, (dx,), (0,)).outputs[0]


class Negative(Unary):
    """y = -x."""

    precision = "follows"
    linear = True

    def converted(self, inputs: tuple[Any, ...]) -> tuple[Any, ...]:
        """Truth values, and numbers of 8 and 16 bits that have no signs, as int64."""
        return wide_numbers(inputs) if is_whole(inputs[0]) and inputs[0].dtype.kind != "i" else inputs

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y = -x."""
        work.xp.negative(x, out=out)

    def backward(self, work: Work, dy: Array, *, outs: tuple[Array]) -> None:
        """dx = -dy."""
        work.xp.negative(dy, out=outs[0])


class Absolute(Unary):
    """y = |x|; gradient 0 at 0."""

    precision = "follows"
    keeps = ("x",)
    linear = True  # in pieces

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y = |x|."""
        work.xp.absolute(x, out=out)

    def backward(self, work: Work, dy: Array, x: Array, *, outs: tuple[Array]) -> None:
        """dx = dy * sign(x)."""
        sign = work.scratch("sign", x.shape, x.dtype)
        work.xp.sign(x, out=sign)
        work.xp.multiply(dy, sign, out=outs[0])

    def tangent(self, call: Call, dx: Tensor) -> Tensor:
        """dx * sign(x)."""
        return times_slope(call, dx)


class Square(Unary):
    """y = x^2."""

    keeps = ("x",)

    def dtype(self, x: DType) -> DType:
        """That of x; int64 for truth values and whole numbers of 8 and 16 bits."""
        return wide(x)

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y = x^2."""
        work.xp.multiply(x, x, out=out, dtype=out.dtype)

    def backward(self, work: Work, dy: Array, x: Array, *, outs: tuple[Array]) -> None:
        """dx = 2 * dy * x."""
        dx = outs[0]
        work.xp.multiply(dy, x, out=dx)
        dx *= 2

    def tangent(self, call: Call, dx: Tensor) -> Tensor:
        """2 * dx * x."""
        (x,) = call.present_inputs
        return dx * x * 2


class Sqrt(UnaryFloat):
    """y = sqrt(max(x, 0)), as Keras's K.sqrt; gradient 0 at 0 and below, where TensorFlow's is not finite."""

    keeps = ("y",)

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y = sqrt(max(x, 0))."""
        work.xp.maximum(x, 0, out=out)
        work.xp.sqrt(out, out=out)

    def backward(self, work: Work, dy: Array, y: Array, *, outs: tuple[Array]) -> None:
        """dx = dy / (2 * y), 0 where y = 0."""
        xp = work.xp
        dx = outs[0]
        zero = work.scratch("zero", y.shape, bool)
        xp.equal(y, 0, out=zero)
        with np.errstate(divide="ignore", invalid="ignore"):
            xp.divide(dy, y, out=dx)
        dx *= 0.5
        xp.copyto(dx, 0, where=zero)

    def tangent(self, call: Call, dx: Tensor) -> Tensor:
        """dx / (2 * y), 0 where y = 0."""
        (y,) = call.outputs
        zero = y <= 0
        return dx * (y > 0) / ((y + zero) * 2)


class Exp(UnaryFloat):
    """y = e^x."""

    keeps = ("y",)

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y = e^x."""
        work.xp.exp(x, out=out)

    def backward(self, work: Work, dy: Array, y: Array, *, outs: tuple[Array]) -> None:
        """dx = dy * y."""
        work.xp.multiply(dy, y, out=outs[0])

    def tangent(self, call: Call, dx: Tensor) -> Tensor:
        """dx * y."""
        (y,) = call.outputs
        return dx * y


class Log(UnaryFloat):
    """y = natural logarithm of x; -inf at 0, nan below."""

    keeps = ("x",)

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y = log(x)."""
        with np.errstate(divide="ignore", invalid="ignore"):
            work.xp.log(x, out=out)

    def backward(self, work: Work, dy: Array, x: Array, *, outs: tuple[Array]) -> None:
        """dx = dy / x."""
        with np.errstate(divide="ignore", invalid="ignore"):
            work.xp.divide(dy, x, out=outs[0])

    def tangent(self, call: Call, dx: Tensor) -> Tensor:
        """dx / x."""
        (x,) = call.present_inputs
        return dx / x


class Sin(UnaryFloat):
    """y = sin(x), x in radians."""

    keeps = ("x",)

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y = sin(x)."""
        work.xp.sin(x, out=out)

    def backward(self, work: Work, dy: Array, x: Array, *, outs: tuple[Array]) -> None:
        """dx = dy * cos(x)."""
        slope = work.scratch("slope", x.shape, dy.dtype)
        work.xp.cos(x, out=slope)
        work.xp.multiply(dy, slope, out=outs[0])

    def tangent(self, call: Call, dx: Tensor) -> Tensor:
        """dx * cos(x)."""
        (x,) = call.present_inputs
        return dx * cos(x)


class Cos(UnaryFloat):
    """y = cos(x), x in radians."""

    keeps = ("x",)

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y = cos(x)."""
        work.xp.cos(x, out=out)

    def backward(self, work: Work, dy: Array, x: Array, *, outs: tuple[Array]) -> None:
        """dx = -dy * sin(x)."""
        slope = work.scratch("slope", x.shape, dy.dtype)
        work.xp.sin(x, out=slope)
        work.xp.multiply(dy, slope, out=outs[0])
        work.xp.negative(outs[0], out=outs[0])

    def tangent(self, call: Call, dx: Tensor) -> Tensor:
        """-dx * sin(x)."""
        (x,) = call.present_inputs
        return -(dx * sin(x))


class Clip(Unary):
    """y = x limited to [low, high]; the gradient passes where low <= x <= high."""

    precision = "follows"
    low: float
    high: float

    keeps = ("x",)
    linear = True  # in pieces

    def converted(self, inputs: tuple[Any, ...]) -> tuple[Any, ...]:
        """Floats, where truth values are limited, or whole numbers by others."""
        whole = isinstance(self.low, int) and isinstance(self.high, int)
        return inputs if whole and not is_truth(inputs[0]) else reals(inputs)

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y = min(max(x, low), high)."""
        work.xp.clip(x, self.low, self.high, out=out)

    def backward(self, work: Work, dy: Array, x: Array, *, outs: tuple[Array]) -> None:
        """dx = dy where low <= x <= high, else 0."""
        xp = work.xp
        inside = work.scratch("inside", x.shape, bool)
        below = work.scratch("below", x.shape, bool)
        xp.greater_equal(x, self.low, out=inside)
        xp.less_equal(x, self.high, out=below)
        xp.logical_and(inside, below, out=inside)
        xp.multiply(dy, inside, out=outs[0])

    def tangent(self, call: Call, dx: Tensor) -> Tensor:
        """dx where low <= x <= high, else 0."""
        return times_slope(call, dx)


def negative(x: Value) -> Value:
    """-x."""
    return apply(Negative(), x)


def absolute(x: Value) -> Value:
    """Absolute value `|x|`, element by element; its gradient at 0 is 0.

    Args:
        x: a tensor or an array of any shape.

    Returns:
        A tensor or an array in the shape and type of x.

    Example:
        >>> import numpy as np
        >>> absolute(np.array([-2.0, 3.0])).tolist()
        [2.0, 3.0]
    """
    return apply(Absolute(), x)


def square(x: Value) -> Value:
    """x^2, element by element.

    Args:
        x: a tensor or an array of any shape.

    Returns:
        A tensor or an array in the shape and type of x.

    Example:
        >>> import numpy as np
        >>> square(np.array([-2.0, 3.0])).tolist()
        [4.0, 9.0]
    """
    return apply(Square(), x)


def sqrt(x: Value) -> Value:
    """Square root, element by element; negative values count as 0, as in Keras.

    Args:
        x: a tensor or an array of any shape.

    Returns:
        Floats in the shape of x.

    Example:
        >>> import numpy as np
        >>> sqrt(np.array([4.0, -1.0])).tolist()
        [2.0, 0.0]
    """
    return apply(Sqrt(), x)


def exp(x: Value) -> Value:
    """e^x, element by element.

    Args:
        x: a tensor or an array of any shape.

    Returns:
        Floats in the shape of x.

    Example:
        >>> import numpy as np
        >>> exp(np.array([0.0, 1.0])).round(4).tolist()
        [1.0, 2.7183]
    """
    return apply(Exp(), x)


def log(x: Value) -> Value:
    """Natural logarithm, element by element.

    Args:
        x: a tensor or an array of any shape; -inf comes of 0, NaN of negative values.

    Returns:
        Floats in the shape of x.

    Example:
        >>> import numpy as np
        >>> log(np.array([1.0, 10.0])).round(4).tolist()
        [0.0, 2.3026]
    """
    return apply(Log(), x)


def sin(x: Value) -> Value:
    """Sine, element by element.

    Args:
        x: a tensor or an array of any shape, in radians.

    Returns:
        Floats in the shape of x.

    Example:
        >>> import numpy as np
        >>> sin(np.array([0.0, np.pi / 2])).tolist()
        [0.0, 1.0]
    """
    return apply(Sin(), x)


def cos(x: Value) -> Value:
    """Cosine, element by element.

    Args:
        x: a tensor or an array of any shape, in radians.

    Returns:
        Floats in the shape of x.

    Example:
        >>> import numpy as np
        >>> cos(np.array([0.0, np.pi])).tolist()
        [1.0, -1.0]
    """
    return apply(Cos(), x)


def clip(x: Value, low: float, high: float) -> Value:
    """x limited to [low, high]; a `high` below `low` counts as `low` (Keras)."""
    return apply(Clip(*_limits(x, low, max(low, high))), x)


def _limits(x: Value, low: float, high: float) -> tuple[float, float]:
    """Limits as `Clip` takes them: of whole numbers, whole ones that their type can hold, where they are whole."""
    if not is_whole(x) or is_truth(x) or low % 1 or high % 1:
        return low, high
    ends = np.iinfo(x.dtype.name)
    return min(max(int(low), ends.min), ends.max), min(max(int(high), ends.min), ends.max)
