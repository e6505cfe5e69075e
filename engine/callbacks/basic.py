"""The base of callbacks, those of every training, TerminateOnNaN, and callbacks made of functions."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from .._machine.console import say
from .._training.callback import Callback, CallbackList
from .._training.history import BaseLogger, History, ProgbarLogger
from .._training.untouched import Kept
from ..errors import SettingTypeError
from ..types import Logs

__all__ = ["BaseLogger", "Callback", "CallbackList", "History", "LambdaCallback", "ProgbarLogger", "TerminateOnNaN"]

EpochHook: TypeAlias = Callable[[int, Logs], object]
"""(epoch, logs) or (batch, logs)."""

TrainHook: TypeAlias = Callable[[Logs], object]
"""(logs)."""


class TerminateOnNaN(Callback):
    """Stop training at the first batch whose loss is NaN or infinite; weights and optimizer go back to the epoch's start.

    Example:
        >>> from engine.models import Sequential
        >>> from engine.layers import Dense
        >>> model = Sequential([Dense(1, input_dim=2)])
        >>> model.compile("sgd", "mse")
        >>> import warnings
        >>> with warnings.catch_warnings():
        ...     warnings.simplefilter("ignore")
        ...     x, y = np.full((2, 2), np.nan), np.ones(2)
        ...     history = model.fit(x, y, epochs=5, verbose=0, callbacks=[TerminateOnNaN()])
        Batch 0: Invalid loss, terminating training
        >>> len(history.epoch)
        1
    """

    def __init__(self) -> None:
        super().__init__()
        self._finite = Kept()

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Keep weights and optimizer, where the weights are numbers."""
        if all(np.isfinite(w).all() for w in self.model.get_weights()):
            self._finite.take(self.model)

    def on_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Look at the loss."""
        loss = (logs or {}).get("loss")
        if loss is not None and not math.isfinite(loss):
            say(f"Batch {batch}: Invalid loss, terminating training")
            self.model.stop_training = True
            self._finite.put_back()


class LambdaCallback(Callback):
    """A callback from functions.

    Args:
        on_epoch_begin: called with (epoch, logs) before each epoch; epochs count from 0. None, the default: nothing.
        on_epoch_end: called with (epoch, logs) after each epoch.
        on_batch_begin: called with (batch, logs) before each batch; batches count from 0 in each epoch.
        on_batch_end: called with (batch, logs) after each batch.
        on_train_begin: called with (logs) before the first epoch.
        on_train_end: called with (logs) after the last epoch, also when training stops or fails.

    Raises:
        SettingTypeError: there is no hook of a name.

    Example:
        >>> callback = LambdaCallback(on_epoch_end=lambda epoch, logs: print(epoch, logs["loss"]))
        >>> callback.on_epoch_end(0, {"loss": 0.5})
        0 0.5
    """

    def __init__(
        self,
        on_epoch_begin: EpochHook | None = None,
        on_epoch_end: EpochHook | None = None,
        on_batch_begin: EpochHook | None = None,
        on_batch_end: EpochHook | None = None,
        on_train_begin: TrainHook | None = None,
        on_train_end: TrainHook | None = None,
        **unknown: object,
    ) -> None:
        super().__init__()
        hooks = {
            "on_train_begin": on_train_begin,
            "on_train_end": on_train_end,
            "on_epoch_begin": on_epoch_begin,
            "on_epoch_end": on_epoch_end,
            "on_batch_begin": on_batch_begin,
            "on_batch_end": on_batch_end,
        }
        for name in unknown:
            raise SettingTypeError(where="LambdaCallback", expected=f"one of {', '.join(hooks)}", actual=repr(name))
        for name, function in hooks.items():
            if function is not None:
                setattr(self, name, function)
