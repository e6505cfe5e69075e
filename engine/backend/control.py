"""Phases of training, and choices between tensors."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import _ops as ops
from .._graph.tensor import Constant, Tensor
from .._machine.config import fix_phase, fixed_phase, floatx
from .variables import ndim

__all__ = ["in_test_phase", "in_train_phase", "learning_phase", "set_learning_phase", "switch"]


def learning_phase() -> Any:
    """A tensor that is 1 in a training run and 0 otherwise; the number that `set_learning_phase` fixed, if it did."""
    phase = fixed_phase()
    if phase is not None:
        return int(phase)
    return ops.in_train_phase(Constant(np.asarray(1.0, floatx())), Constant(np.asarray(0.0, floatx())))


def set_learning_phase(value: int) -> None:
    """Fix the phase of layers that are called from now on: with 1 their dropout drops in predict too.

    `clear_session` leaves it to each run again (fit trains, predict does not). Raises ValueError.
    """
    if value not in (0, 1, True, False):
        raise ValueError(f"K.set_learning_phase: expected 0 or 1, found {value!r}")
    fix_phase(bool(value))


def in_train_phase(x: Any, alt: Any, training: Any = None) -> Any:
    """x while training, alt otherwise; functions are called to make them."""
    chosen: list[Any] = [f() if callable(f) and not isinstance(f, Tensor) else f for f in (x, alt)]
    phase = fixed_phase() if training is None or isinstance(training, Tensor) else bool(training)
    if phase is None:
        return ops.in_train_phase(*chosen)
    return chosen[0] if phase else chosen[1]


def in_test_phase(x: Any, alt: Any, training: Any = None) -> Any:
    """x outside training, alt while training."""
    return in_train_phase(alt, x, training)


def switch(condition: Any, then_expression: Any, else_expression: Any) -> Any:
    """then where the condition is true, else elsewhere; functions are called to make them."""
    branches: list[Any] = [
        f() if callable(f) and not isinstance(f, Tensor) else f for f in (then_expression, else_expression)
    ]
    missing = max(ndim(b) for b in branches) - ndim(condition)
    if missing > 0 and ndim(condition):
        # A condition of fewer axes holds for all elements of the others, from the left as in Keras.
        sizes = [-1 if n is None else n for n in condition.shape]
        condition = ops.reshape(condition, (*sizes, *(1,) * missing))
    return ops.where(condition, *branches)
