"""The learning rate by schedule."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .._graph.tensor import Variable
from .._machine.console import say
from .._training.callback import Callback
from ..errors import SettingTypeError

__all__ = ["LearningRateScheduler"]

Logs = dict[str, Any]


def rate_of(optimizer: Any) -> float:
    """The learning rate as a number, also of an optimizer of a user's own that has only `lr`."""
    rate = optimizer.lr
    return float(rate.array if isinstance(rate, Variable) else rate)


class LearningRateScheduler(Callback):
    """Set the learning rate at the start of each epoch to schedule(epoch) or schedule(epoch, lr); adds logs['lr']."""

    def __init__(self, schedule: Callable[..., float], verbose: int = 0) -> None:
        super().__init__()
        self.schedule = schedule
        self.verbose = verbose

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        rate = rate_of(self.model.optimizer)
        try:
            rate = self.schedule(epoch, rate)
        except TypeError:
            rate = self.schedule(epoch)
        if isinstance(rate, bool) or np.ndim(rate) or np.asarray(rate).dtype.kind not in "fiu":
            raise SettingTypeError(
                where="LearningRateScheduler", expected="a schedule that gives a float", found=type(rate).__name__
            )
        self.model.optimizer.lr = float(rate)
        if self.verbose > 0:
            say(f"\nEpoch {epoch + 1:05d}: LearningRateScheduler setting learning rate to {rate}.")

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        if logs is not None:
            logs["lr"] = rate_of(self.model.optimizer)
