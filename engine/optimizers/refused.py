"""Optimizers that Keras has and this library cannot have."""

from __future__ import annotations

from ..errors import SettingError
from .base import Optimizer

__all__ = ["TFOptimizer"]


class TFOptimizer(Optimizer):
    """Refused: there is no TensorFlow below.

    Args:
        optimizer: an optimizer of TensorFlow.

    Raises:
        SettingError: always (a ValueError); the message says what to use instead.

    Example:
        >>> TFOptimizer(None)
        Traceback (most recent call last):
        ...
        engine.errors.SettingError: TFOptimizer: expected an optimizer of this library, found NoneType. SGD, RMSprop, ...
    """

    def __init__(self, optimizer: object) -> None:
        raise SettingError(
            where="TFOptimizer",
            expected="an optimizer of this library",
            actual=type(optimizer).__name__,
            hint="SGD, RMSprop, Adagrad, Adadelta, Adam, Adamax and Nadam have TensorFlow's formulas.",
        )
