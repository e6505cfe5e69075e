"""Callbacks: what to do at the begin and end of training, epochs and batches (names and behaviour of Keras 2.2.4).

They are listeners of the training loop's events: `CallbackList` turns each event into calls of their methods.
`logs` is one dict for all callbacks of a moment: what one adds, those after it see.
"""

from __future__ import annotations

import csv
import math
import warnings
from collections.abc import Callable, Iterable
from typing import Any, Literal, TextIO

import numpy as np

from .core.errors import SettingTypeError
from .training.callback import Callback, CallbackList
from .training.progress import Progbar

__all__ = [
    "BaseLogger", "CSVLogger", "Callback", "CallbackList", "EarlyStopping", "History", "LambdaCallback",
    "LearningRateScheduler", "ModelCheckpoint", "ProgbarLogger", "ReduceLROnPlateau", "TerminateOnNaN",
]  # fmt: skip

Logs = dict[str, Any]
_HOOKS = ("train_begin", "train_end", "epoch_begin", "epoch_end", "batch_begin", "batch_end")


class BaseLogger(Callback):
    """Means of the batch values over an epoch, put into the epoch's logs where they are missing.

    The loop computes these means itself; this callback serves loops of your own. `stateful_metrics` names values
    of which the last one counts.
    """

    def __init__(self, stateful_metrics: Iterable[str] | None = None) -> None:
        super().__init__()
        self.stateful_metrics = set(stateful_metrics or ())

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        self.seen = 0
        self.totals: dict[str, float] = {}

    def on_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        logs = logs or {}
        size = logs.get("size", 0)
        self.seen += size
        for name, value in logs.items():
            if name in self.stateful_metrics:
                self.totals[name] = value
            else:
                self.totals[name] = self.totals.get(name, 0.0) + value * size

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        if logs is None:
            return
        for name in self.params.get("metrics", ()):
            if name in self.totals and name not in logs:
                stateful = name in self.stateful_metrics
                logs[name] = self.totals[name] if stateful else self.totals[name] / max(1, self.seen)


class TerminateOnNaN(Callback):
    """Stop training at the first batch whose loss is NaN or infinite; the weights go back to the epoch's start."""

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        weights = self.model.get_weights()
        if all(np.isfinite(w).all() for w in weights):
            self._finite = weights

    def on_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        loss = (logs or {}).get("loss")
        if loss is not None and not math.isfinite(loss):
            print(f"Batch {batch}: Invalid loss, terminating training")
            self.model.stop_training = True
            weights = getattr(self, "_finite", None)
            if weights is not None:
                self.model.set_weights(weights)


class ProgbarLogger(Callback):
    """Print a progress bar with the means so far. `count_mode` is "samples" or "steps"."""

    def __init__(
        self, count_mode: Literal["samples", "steps"] = "samples", stateful_metrics: Iterable[str] | None = None
    ) -> None:
        super().__init__()
        if count_mode not in ("samples", "steps"):
            raise SettingTypeError(
                where="ProgbarLogger", expected="count_mode 'samples' or 'steps'", found=repr(count_mode)
            )
        self.use_steps = count_mode == "steps"
        self.stateful_metrics = set(stateful_metrics or ())

    def on_train_begin(self, logs: Logs | None = None) -> None:
        self.verbose = self.params.get("verbose", 1)
        self.epochs = self.params.get("epochs", 1)

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        if self.verbose:
            print(f"Epoch {epoch + 1}/{self.epochs}")
        self.target = self.params.get("steps" if self.use_steps else "samples")
        self.progbar = Progbar(self.target, verbose=self.verbose, stateful_metrics=list(self.stateful_metrics))
        self.seen = 0
        self._means = BaseLogger(self.stateful_metrics)
        self._means.on_epoch_begin(epoch)

    def on_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        logs = logs or {}
        self.seen += 1 if self.use_steps else logs.get("size", 0)
        if not self.verbose:
            return
        self._means.on_batch_end(batch, logs)
        # The last state of the bar is drawn at the end of the epoch, together with the validation's values.
        if self.target is None or self.seen < self.target:
            self.progbar.show(self.seen, self._shown(logs))

    def _shown(self, logs: Logs) -> Logs:
        n = max(1, self._means.seen)
        totals = self._means.totals
        return {
            name: totals[name] if name in self.stateful_metrics else totals[name] / n
            for name in self.params.get("metrics", ())
            if name in totals
        }

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        if not self.verbose:
            return
        logs = logs or {}
        self.progbar.target = self.progbar.target if not self.params.get("partial") else self.seen
        if self.progbar.target is None:
            self.progbar.target = self.seen
        self.progbar.show(self.seen, {k: logs[k] for k in self.params.get("metrics", ()) if k in logs})


class History(Callback):
    """Keeps the epochs' values: `epoch` a list of numbers, `history` a list for each name.

    `partial`: the last epoch was cut short; its values are means over the samples seen.
    """

    def __init__(self) -> None:
        super().__init__()
        self.epoch: list[int] = []
        self.history: dict[str, list[float]] = {}
        self.partial = False

    def on_train_begin(self, logs: Logs | None = None) -> None:
        self.epoch = []
        self.history = {}
        self.partial = False

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        self.epoch.append(epoch)
        self.partial = bool(self.params.get("partial"))
        for name, value in (logs or {}).items():
            self.history.setdefault(name, []).append(value)


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


class LearningRateScheduler(Callback):
    """Set the learning rate at the start of each epoch to schedule(epoch) or schedule(epoch, lr); adds logs['lr']."""

    def __init__(self, schedule: Callable[..., float], verbose: int = 0) -> None:
        super().__init__()
        self.schedule = schedule
        self.verbose = verbose

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        rate = float(self.model.optimizer.learning_rate)
        try:
            rate = self.schedule(epoch, rate)
        except TypeError:
            rate = self.schedule(epoch)
        if isinstance(rate, bool) or np.ndim(rate) or np.asarray(rate).dtype.kind not in "fiu":
            raise SettingTypeError(
                where="LearningRateScheduler", expected="a schedule that gives a float", found=type(rate).__name__
            )
        self.model.optimizer.learning_rate = float(rate)
        if self.verbose > 0:
            print(f"\nEpoch {epoch + 1:05d}: LearningRateScheduler setting learning rate to {rate}.")

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        if logs is not None:
            logs["lr"] = self.model.optimizer.learning_rate


class CSVLogger(Callback):
    """Write each epoch's values as a line of a CSV file: epoch, then the names in alphabetical order."""

    def __init__(self, filename: str, separator: str = ",", append: bool = False) -> None:
        super().__init__()
        self.filename = filename
        self.sep = separator
        self.append = append
        self._file: TextIO | None = None
        self._keys: list[str] | None = None

    def on_train_begin(self, logs: Logs | None = None) -> None:
        self._keys = None
        mode = "a" if self.append else "w"
        self._file = open(self.filename, mode, newline="", encoding="utf-8")  # noqa: SIM115 - open from begin to end
        self._has_header = self.append and self._file.tell() > 0

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        if self._file is None:
            return
        logs = logs or {}
        if self._keys is None:
            self._keys = sorted({*logs, *self.params.get("metrics", ())})
        writer = csv.writer(self._file, delimiter=self.sep, lineterminator="\n")
        if not self._has_header:
            writer.writerow(["epoch", *self._keys])
            self._has_header = True
        writer.writerow([epoch, *(_cell(logs.get(key, "NA")) for key in self._keys)])
        self._file.flush()

    def on_train_end(self, logs: Logs | None = None) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def _cell(value: Any) -> Any:
    is_list = np.ndim(value) > 0 and not isinstance(value, str)
    return f'"[{", ".join(map(str, value))}]"' if is_list else value


class _Best:
    """The best value so far of a monitored quantity."""

    def __init__(self, monitor: str, mode: str, min_delta: float = 0.0) -> None:
        if mode not in ("auto", "min", "max"):
            warnings.warn(f"Mode {mode!r} is unknown, 'auto' is used.", RuntimeWarning, stacklevel=4)
            mode = "auto"
        self.wants_more = mode == "max" or (mode == "auto" and ("acc" in monitor or monitor.startswith("fmeasure")))
        self.monitor = monitor
        self.min_delta = abs(min_delta)
        self.value = -math.inf if self.wants_more else math.inf

    def is_better(self, value: float) -> bool:
        """Whether `value` beats the best; NaN never does, so it cannot take the place of a finite best."""
        if self.wants_more:
            return value - self.min_delta > self.value
        return value + self.min_delta < self.value

    def read(self, callback: Callback, logs: Logs | None) -> float | None:
        """The monitored value; None, with a warning, where the logs lack it (silently in an epoch cut short)."""
        found = (logs or {}).get(self.monitor)
        if found is None and not callback.params.get("partial"):
            names = ", ".join((logs or {}).keys())
            warnings.warn(
                f"{type(callback).__name__} watches {self.monitor!r}, which is not among the values: {names}",
                RuntimeWarning, stacklevel=3,
            )  # fmt: skip
        return found


class ModelCheckpoint(Callback):
    """Save the model at the end of epochs. `filepath` may hold {epoch} (from 1) and names of the logs.

    With `save_best_only` only when `monitor` got better; `save_weights_only`; every `period` epochs. A disk that is
    full gives a warning and the next epoch tries again.
    """

    def __init__(
        self, filepath: str, monitor: str = "val_loss", verbose: int = 0, save_best_only: bool = False,
        save_weights_only: bool = False, mode: str = "auto", period: int = 1,
    ) -> None:  # fmt: skip
        super().__init__()
        self.filepath = filepath
        self.monitor = monitor
        self.verbose = verbose
        self.save_best_only = save_best_only
        self.save_weights_only = save_weights_only
        self.period = period
        self.epochs_since_last_save = 0
        self._best = _Best(monitor, mode)

    @property
    def best(self) -> float:
        """The best value saved so far."""
        return self._best.value

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        self.epochs_since_last_save += 1
        if self.epochs_since_last_save < self.period:
            return
        path = self.filepath.format(epoch=epoch + 1, **(logs or {}))
        if not self.save_best_only:
            self._save(epoch, path, "saving model")
            return
        value = self._best.read(self, logs)
        if value is None:
            return
        if self._best.is_better(value):
            if self._save(epoch, path, f"{self.monitor} improved from {self.best:.5f} to {value:.5f}, saving model"):
                self._best.value = value
        elif self.verbose > 0:
            print(f"\nEpoch {epoch + 1:05d}: {self.monitor} did not improve from {self.best:.5f}")

    def _save(self, epoch: int, path: str, message: str) -> bool:
        if self.verbose > 0:
            print(f"\nEpoch {epoch + 1:05d}: {message} to {path}")
        try:
            if self.save_weights_only:
                self.model.save_weights(path, overwrite=True)
            else:
                self.model.save(path, overwrite=True)
        except OSError as error:
            warnings.warn(f"Epoch {epoch + 1}: the checkpoint {path!r} was not written: {error}", stacklevel=3)
            return False
        self.epochs_since_last_save = 0
        return True


class EarlyStopping(Callback):
    """Stop when `monitor` has not got better by more than `min_delta` for `patience` epochs.

    `baseline`: a value to beat from the start; `restore_best_weights` puts the best epoch's weights back.
    `stopped_epoch` is the epoch (from 0) at which it stopped.
    """

    def __init__(
        self, monitor: str = "val_loss", min_delta: float = 0, patience: int = 0, verbose: int = 0, mode: str = "auto",
        baseline: float | None = None, restore_best_weights: bool = False,
    ) -> None:  # fmt: skip
        super().__init__()
        self.monitor = monitor
        self.min_delta = min_delta
        self.patience = patience
        self.verbose = verbose
        self.mode = mode
        self.baseline = baseline
        self.restore_best_weights = restore_best_weights
        self.wait = 0
        self.stopped_epoch = 0
        self.best_weights: list[np.ndarray] | None = None
        self._best = _Best(monitor, mode, min_delta)

    @property
    def best(self) -> float:
        """The best value so far."""
        return self._best.value

    def on_train_begin(self, logs: Logs | None = None) -> None:
        self.wait = self.stopped_epoch = 0
        self.best_weights = None
        self._best = _Best(self.monitor, self.mode, self.min_delta)
        if self.baseline is not None:
            self._best.value = self.baseline

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        value = self._best.read(self, logs)
        if value is None:
            return
        if self._best.is_better(value):
            self._best.value, self.wait = value, 0
            if self.restore_best_weights:
                self.best_weights = self.model.get_weights()
            return
        self.wait += 1
        if self.wait >= self.patience:
            self.stopped_epoch = epoch
            self.model.stop_training = True
            if self.restore_best_weights and self.best_weights is not None:
                if self.verbose > 0:
                    print("Restoring model weights from the end of the best epoch")
                self.model.set_weights(self.best_weights)

    def on_train_end(self, logs: Logs | None = None) -> None:
        if self.stopped_epoch > 0 and self.verbose > 0:
            print(f"Epoch {self.stopped_epoch + 1:05d}: early stopping")


class ReduceLROnPlateau(Callback):
    """Multiply the learning rate by `factor` when `monitor` has not got better by `min_delta` for `patience` epochs.

    Then wait `cooldown` epochs; never go below `min_lr`. Adds logs['lr']. `epsilon` is the old name of `min_delta`.
    """

    def __init__(
        self, monitor: str = "val_loss", factor: float = 0.1, patience: int = 10, verbose: int = 0, mode: str = "auto",
        min_delta: float = 1e-4, cooldown: int = 0, min_lr: float = 0, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__()
        if "epsilon" in kwargs:
            min_delta = kwargs.pop("epsilon")
            warnings.warn(f"`epsilon` is now `min_delta`: ReduceLROnPlateau(min_delta={min_delta})", stacklevel=2)
        if kwargs:
            raise SettingTypeError(where="ReduceLROnPlateau", expected="its own settings", found=f"{sorted(kwargs)}")
        if factor >= 1.0:
            raise ValueError(f"ReduceLROnPlateau: expected a factor below 1, found {factor}.")
        self.monitor = monitor
        self.factor = factor
        self.patience = patience
        self.verbose = verbose
        self.mode = mode
        self.min_delta = min_delta
        self.cooldown = cooldown
        self.min_lr = min_lr
        self._reset()

    def _reset(self) -> None:
        self.cooldown_counter = 0
        self.wait = 0
        self._best = _Best(self.monitor, self.mode, self.min_delta)

    @property
    def best(self) -> float:
        """The best value so far."""
        return self._best.value

    def on_train_begin(self, logs: Logs | None = None) -> None:
        self._reset()

    def in_cooldown(self) -> bool:
        """Whether it waits after a reduction."""
        return self.cooldown_counter > 0

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        optimizer = self.model.optimizer
        if logs is not None:
            logs["lr"] = optimizer.learning_rate
        value = self._best.read(self, logs)
        if value is None:
            return
        if self.in_cooldown():
            self.cooldown_counter -= 1
            self.wait = 0
        if self._best.is_better(value):
            self._best.value, self.wait = value, 0
        elif not self.in_cooldown():
            self.wait += 1
            if self.wait >= self.patience and optimizer.learning_rate > self.min_lr:
                rate = max(optimizer.learning_rate * self.factor, self.min_lr)
                optimizer.learning_rate = rate
                if self.verbose > 0:
                    print(f"\nEpoch {epoch + 1:05d}: ReduceLROnPlateau reducing learning rate to {rate}.")
                self.cooldown_counter = self.cooldown
                self.wait = 0
