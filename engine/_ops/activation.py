"""Activation functions with their gradients.

Wherever it is possible, backward needs only the result: then the plan may write the result over the input.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .._graph.op import Work, apply
from .._graph.tensor import Call, Tensor, Value
from ..types import Array
from .arithmetic import multiply
from .casting import OfReals, is_truth, reals
from .compare import where
from .elementwise import Unary, UnaryFloat, absolute, square, times_slope

__all__ = ["elu", "hard_sigmoid", "relu", "selu", "sigmoid", "softplus", "softsign", "tanh"]

_SELU_ALPHA = 1.6732632423543772
_SELU_SCALE = 1.0507009873554805


class Relu(Unary):
    """y = max(x, 0)."""

    precision = "follows"
    keeps = ("y",)
    linear = True  # in pieces

    def converted(self, inputs: tuple[Any, ...]) -> tuple[Any, ...]:
        """Truth values as floats."""
        return reals(inputs) if is_truth(inputs[0]) else inputs

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y = max(x, 0)."""
        work.xp.maximum(x, 0, out=out)

    def backward(self, work: Work, dy: Array, y: Array, *, outs: tuple[Array]) -> None:
        """dx = dy where y > 0, else 0."""
        positive = work.scratch("positive", y.shape, bool)
        work.xp.greater(y, 0, out=positive)
        work.xp.multiply(dy, positive, out=outs[0])

    def tangent(self, call: Call, dx: Tensor) -> Tensor:
        """dx where y > 0, else 0."""
        return times_slope(call, dx)


class LeakyRelu(OfReals, Unary):
    """y = x for x >= 0, alpha * x below (Maas et al., 2013); any sign of alpha."""

    precision = "follows"
    alpha: float = 0.3

    keeps = ("x",)
    linear = True  # in pieces

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y = x * slope; slope = 1 for x > 0, else alpha."""
        xp = work.xp
        slope = self._slope(work, x)
        xp.multiply(x, slope, out=out)

    def backward(self, work: Work, dy: Array, x: Array, *, outs: tuple[Array]) -> None:
        """dx = dy * slope."""
        work.xp.multiply(dy, self._slope(work, x), out=outs[0])

    def tangent(self, call: Call, dx: Tensor) -> Tensor:
        """dx for x > 0, alpha * dx below."""
        return times_slope(call, dx)

    def _slope(self, work: Work, x: Array) -> Array:
        positive = work.scratch("positive", x.shape, bool)
        slope = work.scratch("slope", x.shape, x.dtype)
        work.xp.greater(x, 0, out=positive)
        work.xp.multiply(positive, x.dtype.type(1 - self.alpha), out=slope)
        slope += x.dtype.type(self.alpha)
        return slope


class LimitedRelu(OfReals, Unary):
    """y = alpha * (x - threshold) for x < threshold, else x; with max_value, that is cut to 0 ... max_value (Keras 2.2.4)."""

    precision = "follows"
    alpha: float = 0.0
    max_value: float | None = None
    threshold: float = 0.0

    keeps = ("x",)
    linear = True  # in pieces

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y = x, or x cut to 0 ... max_value, for x >= threshold, alpha * (x - threshold) below."""
        xp = work.xp
        below = work.scratch("below", x.shape, bool)
        left = work.scratch("left", x.shape, x.dtype)
        xp.less(x, self.threshold, out=below)
        xp.subtract(x, self.threshold, out=left)
        left *= x.dtype.type(self.alpha)
        if self.max_value is None:
            xp.copyto(out, x)
        else:
            xp.clip(x, 0, self.max_value, out=out)
        xp.copyto(out, left, where=below)

    def backward(self, work: Work, dy: Array, x: Array, *, outs: tuple[Array]) -> None:
        """dx = dy * slope; slope = alpha below the threshold, 0 where x is cut to 0 or to max_value, else 1."""
        xp = work.xp
        where = work.scratch("where", x.shape, bool)
        slope = work.scratch("slope", x.shape, x.dtype)
        slope.fill(1)
        if self.max_value is not None:
            xp.copyto(slope, 0, where=xp.greater_equal(x, self.max_value, out=where))
            xp.copyto(slope, 0, where=xp.less(x, 0, out=where))
        xp.copyto(slope, self.alpha, where=xp.less(x, self.threshold, out=where))
        xp.multiply(dy, slope, out=outs[0])

    def tangent(self, call: Call, dx: Tensor) -> Tensor:
        """dx, alpha * dx below the threshold, 0 from max_value on."""
        return times_slope(call, dx)


class _Elu(UnaryFloat):
    """y = x for x > 0, alpha * (e^x - 1) below (Clevert et al., 2015)."""

    alpha: float = 1.0

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y = max(x, 0) + alpha * (e^min(x, 0) - 1)."""
        xp = work.xp
        left = work.scratch("left", x.shape, out.dtype)
        xp.minimum(x, 0, out=left)
        xp.expm1(left, out=left)
        left *= self.alpha
        xp.maximum(x, 0, out=out)
        out += left

    def times_slope(self, work: Work, dy: Array, y: Array, like_x: Array, dx: Array) -> None:
        """dx = dy * slope; `like_x` has the signs of x."""
        xp = work.xp
        slope = work.scratch("slope", y.shape, y.dtype)
        positive = work.scratch("positive", y.shape, bool)
        xp.greater(like_x, 0, out=positive)
        xp.add(y, self.alpha, out=slope)
        xp.copyto(slope, 1, where=positive)
        xp.multiply(dy, slope, out=dx)


class Elu(_Elu):
    """y = x for x > 0, alpha * (e^x - 1) below (Clevert et al., 2015); alpha > 0."""

    keeps = ("y",)

    def backward(self, work: Work, dy: Array, y: Array, *, outs: tuple[Array]) -> None:
        """dx = dy * (1 for y > 0, else y + alpha)."""
        self.times_slope(work, dy, y, y, outs[0])

    def tangent(self, call: Call, dx: Tensor) -> Tensor:
        """dx * (1 for y > 0, else y + alpha)."""
        (y,) = call.outputs
        return where(y > 0, dx, dx * (y + self.alpha))


class FallingElu(_Elu):
    """y = x for x > 0, alpha * (e^x - 1) below; alpha <= 0, so that the sign of y does not tell that of x."""

    keeps = ("y", "x")

    def backward(self, work: Work, dy: Array, y: Array, x: Array, *, outs: tuple[Array]) -> None:
        """dx = dy * (1 for x > 0, else y + alpha)."""
        self.times_slope(work, dy, y, x, outs[0])

    def tangent(self, call: Call, dx: Tensor) -> Tensor:
        """dx * (1 for x > 0, else y + alpha)."""
        (x,), (y,) = call.present_inputs, call.outputs
        return where(x > 0, dx, dx * (y + self.alpha))


def softplus_into(work: Work, x: Array, out: Array) -> None:
    """out = log(1 + e^x) as max(x, 0) + log(1 + e^-|x|), which does not overflow; out may be x."""
    xp = work.xp
    rest = work.scratch("rest", x.shape, out.dtype)
    xp.absolute(x, out=rest)
    xp.negative(rest, out=rest)
    xp.exp(rest, out=rest)
    xp.log1p(rest, out=rest)
    xp.maximum(x, 0, out=out)
    out += rest


class Softplus(UnaryFloat):
    """y = log(1 + e^x), without overflow."""

    keeps = ("y",)

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y = log(1 + e^x)."""
        softplus_into(work, x, out)

    def backward(self, work: Work, dy: Array, y: Array, *, outs: tuple[Array]) -> None:
        """dx = dy * (1 - e^-y), which is dy * sigmoid(x)."""
        xp = work.xp
        slope = work.scratch("slope", y.shape, y.dtype)
        xp.negative(y, out=slope)
        xp.expm1(slope, out=slope)
        xp.multiply(dy, slope, out=outs[0])
        xp.negative(outs[0], out=outs[0])

    def tangent(self, call: Call, dx: Tensor) -> Tensor:
        """dx * sigmoid(x)."""
        (x,) = call.present_inputs
        return dx * sigmoid(x)


class Softsign(UnaryFloat):
    """y = x / (1 + |x|)."""

    keeps = ("y",)

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y = x / (1 + |x|)."""
        below = work.scratch("below", x.shape, out.dtype)
        work.xp.absolute(x, out=below)
        below += 1
        work.xp.divide(x, below, out=out)

    def backward(self, work: Work, dy: Array, y: Array, *, outs: tuple[Array]) -> None:
        """dx = dy * (1 - |y|)^2."""
        xp = work.xp
        slope = work.scratch("slope", y.shape, y.dtype)
        xp.absolute(y, out=slope)
        xp.subtract(1, slope, out=slope)
        slope *= slope
        xp.multiply(dy, slope, out=outs[0])

    def tangent(self, call: Call, dx: Tensor) -> Tensor:
        """dx * (1 - |y|)^2."""
        (y,) = call.outputs
        return dx * square(1 - absolute(y))


class Tanh(UnaryFloat):
    """y = tanh(x)."""

    precision = "follows"
    keeps = ("y",)

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y = tanh(x)."""
        work.xp.tanh(x, out=out)

    def backward(self, work: Work, dy: Array, y: Array, *, outs: tuple[Array]) -> None:
        """dx = dy * (1 - y^2)."""
        xp = work.xp
        slope = work.scratch("slope", y.shape, y.dtype)
        xp.multiply(y, y, out=slope)
        xp.subtract(1, slope, out=slope)
        xp.multiply(dy, slope, out=outs[0])

    def tangent(self, call: Call, dx: Tensor) -> Tensor:
        """dx * (1 - y^2)."""
        (y,) = call.outputs
        return dx * (1 - y * y)


class Sigmoid(UnaryFloat):
    """y = 1 / (1 + e^-x). By e^-x and not by tanh, which would lose the small values in float32."""

    precision = "follows"
    keeps = ("y",)

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y = 1 / (1 + e^-x)."""
        xp = work.xp
        xp.negative(x, out=out)
        with np.errstate(over="ignore"):
            xp.exp(out, out=out)
        out += 1
        xp.divide(1, out, out=out)

    def backward(self, work: Work, dy: Array, y: Array, *, outs: tuple[Array]) -> None:
        """dx = dy * y * (1 - y)."""
        xp = work.xp
        slope = work.scratch("slope", y.shape, y.dtype)
        xp.subtract(1, y, out=slope)
        slope *= y
        xp.multiply(dy, slope, out=outs[0])

    def tangent(self, call: Call, dx: Tensor) -> Tensor:
        """dx * y * (1 - y)."""
        (y,) = call.outputs
        return dx * y * (1 - y)


class HardSigmoid(UnaryFloat):
    """y = 0.2 * x + 0.5, limited to [0, 1]."""

    precision = "follows"
    keeps = ("y",)
    linear = True  # in pieces

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y = min(max(0.2 * x + 0.5, 0), 1)."""
        xp = work.xp
        xp.multiply(x, 0.2, out=out)
        out += 0.5
        xp.clip(out, 0, 1, out=out)

    def backward(self, work: Work, dy: Array, y: Array, *, outs: tuple[Array]) -> None:
        """dx = 0.2 * dy for 0 < y < 1, else 0."""
        xp = work.xp
        dx = outs[0]
        inside = work.scratch("inside", y.shape, bool)
        below = work.scratch("below", y.shape, bool)
        xp.greater(y, 0, out=inside)
        xp.less(y, 1, out=below)
        xp.logical_and(inside, below, out=inside)
        xp.multiply(dy, inside, out=dx)
        dx *= 0.2

    def tangent(self, call: Call, dx: Tensor) -> Tensor:
        """0.2 * dx for 0 < y < 1, else 0."""
        return times_slope(call, dx)


def relu(x: Value, alpha: float = 0.0, max_value: float | None = None, threshold: float = 0.0) -> Value:
    """max(x, 0); with other settings as in Keras 2.2.4.

    f(x) = max_value for x >= max_value, x for threshold <= x < max_value, alpha * (x - threshold) below.

    Args:
        x: a tensor or an array of any shape.
        alpha: the slope below the threshold, 0 by default.
        max_value: the largest result; None (the default) sets no limit.
        threshold: where the line begins, 0 by default.

    Returns:
        A tensor or an array in the shape of x.

    Example:
        >>> import numpy as np
        >>> relu(np.array([-2.0, 3.0, 9.0]), alpha=0.5, max_value=6.0)
        array([-1.,  3.,  6.])
    """
    if max_value is not None or threshold:
        return apply(LimitedRelu(alpha, max_value, threshold), x)
    return apply(LeakyRelu(alpha), x) if alpha else apply(Relu(), x)


def elu(x: Value, alpha: float = 1.0) -> Value:
    """x for x > 0, alpha * (e^x - 1) below (Clevert et al., 2016).

    Args:
        x: a tensor or an array of any shape.
        alpha: minus the limit for small x, 1 by default.

    Returns:
        Floats in the shape of x.

    Example:
        >>> import numpy as np
        >>> elu(np.array([-1.0, 2.0])).round(4).tolist()
        [-0.6321, 2.0]
    """
    return apply(Elu(alpha) if alpha > 0 else FallingElu(alpha), x)


def selu(x: Value) -> Value:
    """elu(x, 1.6733) * 1.0507 (Klambauer et al., 2017): keeps mean 0 and variance 1 with `lecun_normal` kernels.

    Args:
        x: a tensor or an array of any shape.

    Returns:
        Floats in the shape of x.

    Example:
        >>> import numpy as np
        >>> selu(np.array([-1.0, 1.0])).round(4).tolist()
        [-1.1113, 1.0507]
    """
    return multiply(elu(x, _SELU_ALPHA), _SELU_SCALE)


def softplus(x: Value) -> Value:
    """log(1 + e^x), element by element, without overflow.

    Args:
        x: a tensor or an array of any shape.

    Returns:
        Floats in the shape of x.

    Example:
        >>> import numpy as np
        >>> softplus(np.array([0.0, 1000.0])).round(4).tolist()
        [0.6931, 1000.0]
    """
    return apply(Softplus(), x)


def softsign(x: Value) -> Value:
    """`x / (1 + |x|)`, element by element.

    Args:
        x: a tensor or an array of any shape.

    Returns:
        Floats between -1 and 1 in the shape of x.

    Example:
        >>> import numpy as np
        >>> softsign(np.array([-1.0, 3.0])).tolist()
        [-0.5, 0.75]
    """
    return apply(Softsign(), x)


def tanh(x: Value) -> Value:
    """Hyperbolic tangent, element by element.

    Args:
        x: a tensor or an array of any shape.

    Returns:
        Floats between -1 and 1 in the shape of x.

    Example:
        >>> import numpy as np
        >>> tanh(np.array([0.0, 1.0])).round(4).tolist()
        [0.0, 0.7616]
    """
    return apply(Tanh(), x)


def sigmoid(x: Value) -> Value:
    """1 / (1 + e^-x), element by element.

    Args:
        x: a tensor or an array of any shape.

    Returns:
        Floats between 0 and 1 in the shape of x.

    Example:
        >>> import numpy as np
        >>> sigmoid(np.array([0.0, 1.0])).round(4).tolist()
        [0.5, 0.7311]
    """
    return apply(Sigmoid(), x)


def hard_sigmoid(x: Value) -> Value:
    """0.2 * x + 0.5, limited to [0, 1]: a sigmoid of three straight lines.

    Args:
        x: a tensor or an array of any shape.

    Returns:
        Floats from 0 to 1 in the shape of x.

    Example:
        >>> import numpy as np
        >>> hard_sigmoid(np.array([-3.0, 0.0, 1.0])).tolist()
        [0.0, 0.5, 0.7]
    """
    return apply(HardSigmoid(), x)
