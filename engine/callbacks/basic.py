"""The base, what every training has, callbacks that watch for losses that are no number, and callbacks made of functions."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from .._machine.console import say
from .._training.callback import Callback, CallbackList
from .._training.history import BaseLogger, History, ProgbarLogger
from ..errors import SettingTypeError

__all__ = ["BaseLogger", "Callback", "CallbackList", "History", "LambdaCallback", "ProgbarLogger", "TerminateOnNaN"]

Logs = dict[str, Any]
_HOOKS = ("train_begin", "train_end", "epoch_begin", "epoch_end", "batch_begin", "batch_end")


class TerminateOnNaN(Callback):
    """Stop training at the first batch whose loss is NaN or infinite; the weights go back to the epoch's start."""

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        weights = self.model.get_weights()
        if all(np.isfinite(w).all() for w in weights):
            self._finite = weights

    def on_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        loss = (logs or {}).get("loss")
        if loss is not None and not math.isfinite(loss):
            say(f"Batch {batch}: Invalid loss, terminating training")
            self.model.stop_training = True
            weights = getattr(self, "_finite", None)
            if weights is not None:
                self.model.set_weights(weights)


class LambdaCallback(Callback):
    """A callback from functions: on_epoch_begin/end(epoch, logs), on_batch_begin/end(batch, logs), on_train_begin/end(logs)."""

    def __init__(self, **hooks: Callable[..., Any] | None) -> None:
        super().__init__()
        for name, function in hooks.items():
            if name.removeprefix("on_") not in _HOOKS:
                known = ", ".join(f"on_{hook}" for hook in _HOOKS)
                raise SettingTypeError(where="LambdaCallback", expected=f"one of {known}", found=repr(name))
            if function is not None:
                setattr(self, name, function)
