"""The error function, which NumPy lacks: erf(x) = 2 / sqrt(pi) * integral of e^(-t^2) from 0 to x.

Rational approximations of W. J. Cody, "Rational Chebyshev approximations for the error function" (1969), in three ranges;
right to the last digits of float64.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from .._graph.op import Work, apply
from .arithmetic import multiply
from .elementwise import UnaryFloat, exp, negative, square

if TYPE_CHECKING:
    from types import ModuleType

    from .._graph.tensor import Call, Tensor, Value
    from ..types import Array

__all__ = ["erf"]

_SLOPE_AT_0 = 2 / math.sqrt(math.pi)
# |x| up to 0.5: erf(x) = x * P(x^2) / Q(x^2).
_SMALL = 0.5
_P_SMALL = (
    1.85777706184603153e-1,
    3.16112374387056560,
    1.13864154151050156e2,
    3.77485237685302021e2,
    3.20937758913846947e3,
)
_Q_SMALL = (1.0, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3, 2.84423683343917062e3)
# |x| from 0.5 to 4: erfc(x) = e^(-x^2) * P(x) / Q(x).
_P_MIDDLE = (
    2.15311535474403846e-8,
    5.64188496988670089e-1,
    8.88314979438837594,
    6.61191906371416295e1,
    2.98635138197400131e2,
    8.81952221241769090e2,
    1.71204761263407058e3,
    2.05107837782607147e3,
    1.23033935479799725e3,
)
_Q_MIDDLE = (
    1.0,
    1.57449261107098347e1,
    1.17693950891312499e2,
    5.37181101862009858e2,
    1.62138957456669019e3,
    3.29079923573345963e3,
    4.36261909014324716e3,
    3.43936767414372164e3,
    1.23033935480374942e3,
)
# Beyond 6 it is 1 in float64; from 4 on the middle form is still right to 1e-16 of 1.
_LARGE = 6.0


def _polynomial(xp: ModuleType, coefficients: tuple[float, ...], x: Array) -> Array:
    """The value of a polynomial whose first coefficient is that of the highest power (Horner's scheme)."""
    value = xp.full_like(x, coefficients[0])
    for coefficient in coefficients[1:]:
        value *= x
        value += coefficient
    return value


class Erf(UnaryFloat):
    """y = erf(x)."""

    keeps = ("x",)

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """The rational approximation of each range."""
        xp = work.xp
        size = xp.minimum(xp.absolute(x), _LARGE)
        squares = size * size
        small = size * _polynomial(xp, _P_SMALL, squares) / _polynomial(xp, _Q_SMALL, squares)
        rest = xp.exp(-squares) * _polynomial(xp, _P_MIDDLE, size) / _polynomial(xp, _Q_MIDDLE, size)
        xp.copysign(xp.where(size <= _SMALL, small, 1 - rest), x, out=out)

    def backward(self, work: Work, dy: Array, x: Array, *, outs: tuple[Array]) -> None:
        """dx = dy * 2 / sqrt(pi) * e^(-x^2)."""
        xp = work.xp
        slope = work.scratch("slope", x.shape, dy.dtype)
        xp.multiply(x, x, out=slope)
        xp.negative(slope, out=slope)
        xp.exp(slope, out=slope)
        slope *= slope.dtype.type(_SLOPE_AT_0)
        xp.multiply(dy, slope, out=outs[0])

    def tangent(self, call: Call, dx: Tensor) -> Tensor:
        """dx * 2 / sqrt(pi) * e^(-x^2)."""
        (x,) = call.present_inputs
        return multiply(multiply(dx, exp(negative(square(x)))), _SLOPE_AT_0)


def erf(x: Value) -> Value:
    """The error function, element by element.

    Args:
        x: a tensor or an array of any shape.

    Returns:
        Floats from -1 to 1 in the shape of x.

    Example:
        >>> import numpy as np
        >>> erf(np.array([-10.0, 0.0, 1.0])).round(4).tolist()
        [-1.0, 0.0, 0.8427]
    """
    return apply(Erf(), x)
