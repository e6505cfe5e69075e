"""Phases of training, and choices between tensors."""

from __future__ import annotations

from collections.abc import Callable

from .. import _ops as ops
from .._graph.tensor import Tensor, Value
from .._machine.config import fix_phase, fixed_phase
from .kinds import rank_of

__all__ = ["in_test_phase", "in_train_phase", "learning_phase", "set_learning_phase", "switch"]


def learning_phase() -> Tensor | int:
    """Whether a model trains, for what behaves otherwise then.

    Returns:
        A tensor that is 1 in a training run and 0 in others; the number that `set_learning_phase` fixed, if it did.

    Example:
        >>> from engine import backend as K
        >>> float(K.eval(K.learning_phase()))
        0.0
    """
    phase = fixed_phase()
    if phase is not None:
        return int(phase)
    return ops.learning_phase()


def set_learning_phase(value: int) -> None:
    """Fix the phase of layers that are called from now on: with 1 their dropout drops in predict too.

    `clear_session` leaves it to each run again (fit trains, predict does not).

    Args:
        value: 1 for training, 0 for inference.

    Raises:
        ValueError: another value.

    Example:
        >>> from engine import backend as K
        >>> set_learning_phase(1)
        >>> learning_phase()
        1
        >>> K.clear_session()
    """
    if value not in (0, 1, True, False):
        raise ValueError(f"K.set_learning_phase: expected 0 or 1, found {value!r}")
    fix_phase(bool(value))


def in_train_phase(
    x: Value | Callable[[], Value], alt: Value | Callable[[], Value], training: Tensor | bool | int | None = None
) -> Value:
    """x while training, alt otherwise.

    Args:
        x: a tensor, an array, or a function that makes one.
        alt: likewise.
        training: True or False decides now; None (the default) or a tensor leaves it to each run.

    Returns:
        A tensor or an array; the one that a run does not take is neither computed nor differentiated.

    Example:
        >>> import numpy as np
        >>> in_train_phase(np.array([1.0]), np.array([2.0]), training=True).tolist()
        [1.0]
    """
    chosen, other = _made(x), _made(alt)
    phase = fixed_phase() if training is None or isinstance(training, Tensor) else bool(training)
    if phase is None:
        return ops.in_train_phase(chosen, other)
    return chosen if phase else other


def in_test_phase(
    x: Value | Callable[[], Value], alt: Value | Callable[[], Value], training: Tensor | bool | int | None = None
) -> Value:
    """x outside of training, alt while training.

    Args:
        x: a tensor, an array, or a function that makes one.
        alt: likewise.
        training: True or False decides now; None (the default) or a tensor leaves it to each run.

    Returns:
        A tensor or an array; the one that a run does not take is neither computed nor differentiated.

    Example:
        >>> import numpy as np
        >>> in_test_phase(np.array([1.0]), np.array([2.0]), training=True).tolist()
        [2.0]
    """
    return in_train_phase(alt, x, training)


def switch(
    condition: Value, then_expression: Value | Callable[[], Value], else_expression: Value | Callable[[], Value]
) -> Value:
    """Elements of one of two tensors, as a condition says.

    Args:
        condition: booleans or numbers, 0 for false: a single one, one for each element, or one for each index of the
            first axes of the others.
        then_expression: what is taken where it holds: a tensor, an array, or a function that makes one.
        else_expression: what is taken elsewhere; likewise.

    Returns:
        A tensor or an array in the shape of the expressions.

    Example:
        >>> import numpy as np
        >>> switch(np.array([True, False]), np.array([1.0, 2.0]), np.array([3.0, 4.0])).tolist()
        [1.0, 4.0]
    """
    chosen, other = _made(then_expression), _made(else_expression)
    missing = max(rank_of(chosen), rank_of(other)) - rank_of(condition)
    if missing > 0 and rank_of(condition):
        # A condition of fewer axes holds for all elements of the others, from the left as in Keras.
        sizes = [-1 if n is None else n for n in condition.shape]
        condition = ops.reshape(condition, (*sizes, *(1,) * missing))
    return ops.where(condition, chosen, other)


def _made(x: Value | Callable[[], Value]) -> Value:
    """What a function that makes a tensor gives; a tensor as it is."""
    return x() if callable(x) else x
