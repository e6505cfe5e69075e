"""The learning rate by a schedule."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np

from .._graph.tensor import Variable
from .._machine.config import follows_later_keras
from .._machine.console import say
from .._training.callback import Callback
from ..errors import SettingTypeError
from ..types import Logs

__all__ = ["LearningRateScheduler"]


class HasRate(Protocol):
    """What is asked of an optimizer, also of one of a user's own."""

    @property
    def lr(self) -> Variable | float:
        """The learning rate."""
        ...


def rate_of(optimizer: HasRate) -> float:
    """The learning rate as a number, also of a user's own optimizer, which has only `lr`."""
    rate = optimizer.lr
    return float(rate.host() if isinstance(rate, Variable) else rate)


def log_rate(logs: Logs, rate: float) -> None:
    """Note the rate as Keras 2 does, in programs for tf.keras and Keras 3 also under the name that Keras 3 has for it."""
    logs["lr"] = rate
    if follows_later_keras():
        logs["learning_rate"] = rate


class LearningRateScheduler(Callback):
    """Set the learning rate at the start of each epoch; adds logs['lr'].

    Args:
        schedule: (epoch) -> rate, or (epoch, rate) -> rate; epochs count from 0.
        verbose: 1 prints each rate, 0, the default, nothing.

    Raises:
        SettingTypeError: the schedule gives something other than a number.

    Example:
        >>> scheduler = LearningRateScheduler(lambda epoch: 0.1 / (epoch + 1))
        >>> scheduler.schedule(1)
        0.05
    """

    def __init__(self, schedule: Callable[[int], float] | Callable[[int, float], float], verbose: int = 0) -> None:
        super().__init__()
        self.schedule: Callable[..., float] = schedule
        self.verbose = verbose

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Ask the schedule for the rate, and set it."""
        rate = rate_of(self.model.optimizer)
        try:
            rate = self.schedule(epoch, rate)
        except TypeError:
            rate = self.schedule(epoch)
        if isinstance(rate, bool) or np.ndim(rate) or np.asarray(rate).dtype.kind not in "fiu":
            raise SettingTypeError(
                where="LearningRateScheduler", expected="a schedule that gives a float", actual=type(rate).__name__
            )
        self.model.optimizer.lr = float(rate)
        if self.verbose > 0:
            say(f"\nEpoch {epoch + 1:05d}: LearningRateScheduler setting learning rate to {rate}.")

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Add the rate to the logs."""
        if logs is not None:
            log_rate(logs, rate_of(self.model.optimizer))
