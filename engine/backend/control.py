"""Phases of training, and choices between tensors."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import ops
from ..core.config import floatx
from ..core.tensor import Constant, Tensor
from .variables import ndim


def learning_phase() -> Any:
    """A tensor that is 1 in a training run and 0 otherwise."""
    return ops.in_train_phase(Constant(np.asarray(1.0, floatx())), Constant(np.asarray(0.0, floatx())))


def set_learning_phase(value: int) -> None:
    """Kept for Keras's code: the phase belongs to each run here (fit trains, predict does not)."""
    if value not in (0, 1, True, False):
        raise ValueError(f"K.set_learning_phase: expected 0 or 1, found {value!r}")


def in_train_phase(x: Any, alt: Any, training: Any = None) -> Any:
    """x while training, alt otherwise; functions are called to make them."""
    chosen = [f() if callable(f) and not isinstance(f, Tensor) else f for f in (x, alt)]
    if training is None:
        return ops.in_train_phase(*chosen)
    return chosen[0] if training else chosen[1]


def in_test_phase(x: Any, alt: Any, training: Any = None) -> Any:
    """x outside training, alt while training."""
    return in_train_phase(alt, x, training)


def switch(condition: Any, then_expression: Any, else_expression: Any) -> Any:
    """then where the condition is true, else elsewhere; functions are called to make them."""
    branches = [f() if callable(f) and not isinstance(f, Tensor) else f for f in (then_expression, else_expression)]
    missing = max(ndim(b) for b in branches) - ndim(condition)
    if missing > 0 and ndim(condition):
        # A condition of fewer axes holds for all elements of the others, from the left as in Keras.
        sizes = [-1 if n is None else n for n in condition.shape]
        condition = ops.reshape(condition, (*sizes, *(1,) * missing))
    return ops.where(condition, *branches)
