"""Activation functions inside recurrent ops: in place on one step's gates, with the slope found from the result.

Each takes its input times `scale`, which the op folds into the weights once instead of multiplying at every step.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import NamedTuple

from ..errors import SettingError
from ..types import Array


def _tanh(xp: ModuleType, x: Array, out: Array) -> None:
    xp.tanh(x, out=out)


def _tanh_slope(xp: ModuleType, y: Array, out: Array) -> None:
    xp.multiply(y, y, out=out)
    xp.subtract(1, out, out=out)


def _sigmoid(xp: ModuleType, x: Array, out: Array) -> None:
    # sigmoid(2 x) = (1 + tanh(x)) / 2: tanh is one vectorised call, and a gate needs no relative precision near 0.
    xp.tanh(x, out=out)
    xp.multiply(out, 0.5, out=out)
    xp.add(out, 0.5, out=out)


def _sigmoid_slope(xp: ModuleType, y: Array, out: Array) -> None:
    xp.subtract(1, y, out=out)
    xp.multiply(out, y, out=out)


def _hard_sigmoid(xp: ModuleType, x: Array, out: Array) -> None:
    xp.add(x, 0.5, out=out)
    xp.maximum(out, 0, out=out)
    xp.minimum(out, 1, out=out)


def _hard_sigmoid_slope(xp: ModuleType, y: Array, out: Array) -> None:
    # y * (1 - y) is above 0 strictly inside (0, 1) and 0 at both ends.
    _sigmoid_slope(xp, y, out)
    xp.sign(out, out=out)
    xp.multiply(out, 0.2, out=out)


def _relu(xp: ModuleType, x: Array, out: Array) -> None:
    xp.maximum(x, 0, out=out)


def _relu_slope(xp: ModuleType, y: Array, out: Array) -> None:
    xp.sign(y, out=out)


def _linear(xp: ModuleType, x: Array, out: Array) -> None:
    if x is not out:
        xp.copyto(out, x)


def _linear_slope(xp: ModuleType, y: Array, out: Array) -> None:
    out.fill(1)


def _softsign(xp: ModuleType, x: Array, out: Array) -> None:
    xp.divide(x, 1 + xp.absolute(x), out=out)


def _softsign_slope(xp: ModuleType, y: Array, out: Array) -> None:
    xp.absolute(y, out=out)
    xp.subtract(1, out, out=out)
    xp.multiply(out, out, out=out)


class GateFunction(NamedTuple):
    """`apply(xp, scale * x, out)` and `slope(xp, y, out)`, the derivative for x."""

    apply: Callable[[ModuleType, Array, Array], None]
    slope: Callable[[ModuleType, Array, Array], None]
    scale: float = 1.0


FUNCTIONS = {
    "tanh": GateFunction(_tanh, _tanh_slope),
    "sigmoid": GateFunction(_sigmoid, _sigmoid_slope, 0.5),
    "hard_sigmoid": GateFunction(_hard_sigmoid, _hard_sigmoid_slope, 0.2),
    "relu": GateFunction(_relu, _relu_slope),
    "linear": GateFunction(_linear, _linear_slope),
    "softsign": GateFunction(_softsign, _softsign_slope),
}


def gate_function(name: str) -> GateFunction:
    """The function of a name; SettingError for others."""
    if name not in FUNCTIONS:
        raise SettingError(
            expected=f"one of {', '.join(sorted(FUNCTIONS))} inside a recurrent layer",
            actual=repr(name),
            hint="Other functions can follow the layer as Activation.",
        )
    return FUNCTIONS[name]
