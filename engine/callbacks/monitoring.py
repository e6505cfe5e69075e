"""Callbacks that watch a value: they save the best model, stop early, make the learning rate smaller."""

from __future__ import annotations

import math
import os
import re
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

import numpy as np

from .._declared.later import ByName
from .._machine.console import say
from .._training.callback import Callback
from .._training.counts import whole
from ..errors import SettingError, SettingTypeError
from ..types import Array, Config, FilePath, Logs
from .rates import log_rate, rate_of

if TYPE_CHECKING:
    from typing_extensions import Unpack

__all__ = ["EarlyStopping", "ModelCheckpoint", "ReduceLROnPlateau"]


# Ends of names of which more is better, beside all that have "acc" in them, as "auto" tells by the name. Keras 2.2.4 knows
# accuracies and Keras 1's measures alone, and takes the area under a curve for an error.
_MORE_IS_BETTER = re.compile(
    r"(^|_)(auc|precision|recall|sensitivity|specificity|f1|f1_score|fbeta_score|r2|r2_score|iou|io_u"
    r"|true_positives|true_negatives)(_\d+)?$"
)


def _is_more_better(monitor: str) -> bool:
    """Whether more is better of a value with this name."""
    return "acc" in monitor or monitor.startswith("fmeasure") or _MORE_IS_BETTER.search(monitor) is not None


class _Best:
    """The best value so far of a monitored quantity."""

    def __init__(self, monitor: str, mode: str, min_delta: float = 0.0) -> None:
        if mode not in ("auto", "min", "max"):
            warnings.warn(f"Mode {mode!r} is unknown, 'auto' is used.", RuntimeWarning, stacklevel=4)
            mode = "auto"
        self.wants_more = mode == "max" or (mode == "auto" and _is_more_better(monitor))
        self.monitor = monitor
        self.min_delta = abs(min_delta)
        self.value = -math.inf if self.wants_more else math.inf

    def is_better(self, value: float) -> bool:
        """Whether `value` beats the best; NaN never does, so it cannot take the place of a finite best."""
        if self.wants_more:
            return value - self.min_delta > self.value
        return value + self.min_delta < self.value

    def read(self, callback: Callback, logs: Logs | None) -> float | None:
        """The monitored value; None where the logs lack it, with a warning unless the epoch was cut short."""
        value = (logs or {}).get(self.monitor)
        if value is None and not callback.params.get("partial"):
            names = ", ".join((logs or {}).keys())
            warnings.warn(
                f"{type(callback).__name__} watches {self.monitor!r}, which is not among the values: {names}",
                RuntimeWarning,
                stacklevel=3,
            )
        return value


class Watching(Callback):
    """What callbacks share that watch a value, under the names by which subclasses of Keras's callbacks use them."""

    _best: _Best

    @property
    def best(self) -> float:
        """The best value so far."""
        return self._best.value

    @best.setter
    def best(self, value: float) -> None:
        self._best.value = value

    @property
    def monitor_op(self) -> Callable[[float, float], bool]:
        """Whether one value is better than another: np.less, or np.greater where more is better."""
        return np.greater if self._best.wants_more else np.less

    @monitor_op.setter
    def monitor_op(self, better: Callable[[float, float], bool]) -> None:
        self._best.wants_more = bool(better(1.0, 0.0))


class ModelCheckpoint(Watching):
    """Save the model at the end of epochs. A disk that is full gives a warning and the next epoch tries again.

    Args:
        filepath: the file; it may hold {epoch} (from 1) and names of the logs, as in "{epoch:02d}-{val_loss:.2f}.h5".
        monitor: name of the value that is watched with `save_best_only`, "val_loss" by default.
        verbose: 1 prints what is saved, 0, the default, nothing.
        save_best_only: whether only a model whose value got better is saved, False by default.
        save_weights_only: whether the weights are saved without architecture and optimizer, False by default.
        mode: "min" where smaller values are better, "max" where larger ones are; "auto", the default, tells by the
            name.
        period: save at most every so many epochs, 1 by default.
        save_freq: "epoch", the default, or a number of batches after which the model is saved, as in tf.keras.
        options: accepted as in tf.keras.
        initial_value_threshold: a value that the first one has to be better than; None, the default: any.

    Example:
        >>> ModelCheckpoint("weights-{epoch:02d}.h5", save_weights_only=True).filepath.format(epoch=3)
        'weights-03.h5'
    """

    def __init__(
        self,
        filepath: FilePath,
        monitor: str = "val_loss",
        verbose: int = 0,
        save_best_only: bool = False,
        save_weights_only: bool = False,
        mode: str = "auto",
        period: int = 1,
        save_freq: int | str = "epoch",
        options: object = None,
        initial_value_threshold: float | None = None,
    ) -> None:
        super().__init__()
        if not isinstance(save_freq, int) and save_freq != "epoch":
            raise SettingError(
                where="ModelCheckpoint, save_freq", expected="'epoch' or a number of batches", actual=repr(save_freq)
            )
        self.save_freq, self._batches, self._told = save_freq, 0, False
        self.filepath = os.fsdecode(filepath)
        self.monitor = monitor
        self.verbose = verbose
        self.save_best_only = save_best_only
        self.save_weights_only = save_weights_only
        self.period = whole(period, "ModelCheckpoint, period", 1)
        self.epochs_since_last_save = 0
        self._best = _Best(monitor, mode)
        if initial_value_threshold is not None:
            self._best.value = initial_value_threshold
        if isinstance(save_freq, int):
            self.on_batch_end = self._after_batch

    def get_state(self) -> Config:
        """The best value, and the epochs and batches since the last file."""
        return {"best": self.best, "epochs_since_last_save": self.epochs_since_last_save, "batches": self._batches}

    def set_state(self, state: Config) -> None:
        """Go on from there."""
        self._best.value, self.epochs_since_last_save = state["best"], state["epochs_since_last_save"]
        self._batches = state.get("batches", 0)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Save the model when `period` epochs are over and, with `save_best_only`, the value is the best so far."""
        self.epochs_since_last_save += 1
        if self.epochs_since_last_save < self.period or self.save_freq != "epoch":
            return
        self._keep(epoch, logs)

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Remember the epoch, for files between its batches."""
        self._epoch = epoch

    def _after_batch(self, batch: int, logs: Logs | None = None) -> None:
        """Save the model after so many batches."""
        self._batches += 1
        if self._batches % int(self.save_freq) == 0:
            self._keep(self._epoch, logs)

    def _keep(self, epoch: int, logs: Logs | None) -> None:
        path = self.filepath.format_map(ByName({"epoch": epoch + 1, **(logs or {})}))
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
            say(f"\nEpoch {epoch + 1:05d}: {self.monitor} did not improve from {self.best:.5f}")

    def _has_config(self) -> bool:
        """Whether the model can be kept whole; one that is code keeps its weights, which is said once."""
        if getattr(self.model, "model_kind", "graph") != "subclass":
            return True
        if not self._told:
            self._told = True
            warnings.warn(f"ModelCheckpoint keeps the weights of '{self.model.name}' alone: it is code.", stacklevel=4)
        return False

    def _save(self, epoch: int, path: str, message: str) -> bool:
        if self.verbose > 0:
            say(f"\nEpoch {epoch + 1:05d}: {message} to {path}")
        try:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            if self.save_weights_only or not self._has_config():
                self.model.save_weights(path, overwrite=True)
            else:
                self.model.save(path, overwrite=True)
        except OSError as error:
            warnings.warn(f"Epoch {epoch + 1}: the checkpoint {path!r} was not written: {error}", stacklevel=3)
            return False
        self.epochs_since_last_save = 0
        return True


class EarlyStopping(Watching):
    """Stop when the monitored value has not got better for some epochs.

    `stopped_epoch` is the epoch (from 0) at which it stopped, `best` the best value.

    Args:
        monitor: name of the value that is watched, "val_loss" by default.
        min_delta: how much better counts as better, in units of the value; 0 by default.
        patience: epochs without a better value after which it stops, 0 by default.
        verbose: 1 prints that it stopped, 0, the default, nothing.
        mode: "min" where smaller values are better, "max" where larger ones are; "auto", the default, tells by the
            name.
        baseline: a value to beat from the start; None, the default: the first epoch's value is better than none.
        restore_best_weights: whether the best epoch's weights are put back when it stops, False by default.
        start_from_epoch: epochs at the beginning that are not looked at, 0 by default, as in tf.keras.

    Example:
        >>> stop = EarlyStopping("loss", patience=2)
        >>> stop.on_train_begin()
        >>> stop.on_epoch_end(0, {"loss": 0.5})
        >>> stop.on_epoch_end(1, {"loss": 0.6})
        >>> stop.best, stop.wait
        (0.5, 1)
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        min_delta: float = 0,
        patience: int = 0,
        verbose: int = 0,
        mode: str = "auto",
        baseline: float | None = None,
        restore_best_weights: bool = False,
        start_from_epoch: int = 0,
    ) -> None:
        super().__init__()
        self.start_from_epoch = whole(start_from_epoch, "EarlyStopping, start_from_epoch")
        self.monitor = monitor
        self.min_delta = min_delta
        self.patience = whole(patience, "EarlyStopping, patience")
        self.verbose = verbose
        self.mode = mode
        self.baseline = baseline
        self.restore_best_weights = restore_best_weights
        self.wait = 0
        self.stopped_epoch = 0
        self.best_weights: list[Array] | None = None
        self._best = _Best(monitor, mode, min_delta)

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Start again."""
        self.wait = self.stopped_epoch = 0
        self.best_weights = None
        self._best = _Best(self.monitor, self.mode, self.min_delta)
        if self.baseline is not None:
            self._best.value = self.baseline

    def get_state(self) -> Config:
        """The best value and its weights, and the epochs since then."""
        names = ("best", "wait", "stopped_epoch", "best_weights")
        return {name: getattr(self, name) for name in names}

    def set_state(self, state: Config) -> None:
        """Go on from there."""
        self._best.value, self.wait = state["best"], state["wait"]
        self.stopped_epoch, self.best_weights = state["stopped_epoch"], state["best_weights"]

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Compare the value with the best one, and stop after `patience` epochs without a better one."""
        if epoch < self.start_from_epoch:
            return
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
                    say("Restoring model weights from the end of the best epoch")
                self.model.set_weights(self.best_weights)

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Say that it stopped."""
        if self.stopped_epoch > 0 and self.verbose > 0:
            say(f"Epoch {self.stopped_epoch + 1:05d}: early stopping")


class OldPlateau(TypedDict, total=False):
    """The argument that ReduceLROnPlateau had in Keras 1."""

    epsilon: float


class ReduceLROnPlateau(Watching):
    """Make the learning rate smaller when the monitored value has not got better for some epochs; adds logs['lr'].

    Args:
        monitor: name of the value that is watched, "val_loss" by default.
        factor: what the rate is multiplied by, below 1; 0.1 by default.
        patience: epochs without a better value after which the rate is made smaller, 10 by default.
        verbose: 1 prints each new rate, 0, the default, nothing.
        mode: "min" where smaller values are better, "max" where larger ones are; "auto", the default, tells by the
            name.
        min_delta: how much better counts as better, in units of the value; 0.0001 by default. `epsilon` in Keras 1.
        cooldown: epochs after a reduction that do not count as epochs without a better value, 0 by default.
        min_lr: the rate never falls below this; 0 by default.

    Raises:
        ValueError: `factor` is 1 or more.
        SettingTypeError: there is no setting of a name.

    Example:
        >>> plateau = ReduceLROnPlateau("loss", factor=0.5, patience=3)
        >>> plateau.in_cooldown()
        False
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        factor: float = 0.1,
        patience: int = 10,
        verbose: int = 0,
        mode: str = "auto",
        min_delta: float = 1e-4,
        cooldown: int = 0,
        min_lr: float = 0,
        **old: Unpack[OldPlateau],
    ) -> None:
        super().__init__()
        if "epsilon" in old:
            min_delta = old["epsilon"]
            warnings.warn(
                f"ReduceLROnPlateau: `epsilon` argument is deprecated, write min_delta={min_delta}.", stacklevel=2
            )
        unknown = sorted(name for name in old if name != "epsilon")
        if unknown:
            raise SettingTypeError(where="ReduceLROnPlateau", expected="its own settings", actual=f"{unknown}")
        if factor >= 1.0:
            raise ValueError(f"ReduceLROnPlateau: expected a factor below 1, found {factor}.")
        self.monitor = monitor
        self.factor = factor
        self.patience = whole(patience, "ReduceLROnPlateau, patience")
        self.verbose = verbose
        self.mode = mode
        self.min_delta = min_delta
        self.cooldown = whole(cooldown, "ReduceLROnPlateau, cooldown")
        self.min_lr = min_lr
        self._reset()

    def _reset(self) -> None:
        self.cooldown_counter = 0
        self.wait = 0
        self._best = _Best(self.monitor, self.mode, self.min_delta)

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Start again."""
        self._reset()

    def in_cooldown(self) -> bool:
        """Whether epochs do not count now, after a reduction."""
        return self.cooldown_counter > 0

    def get_state(self) -> Config:
        """The best value, and the epochs of waiting and cooling down."""
        return {"best": self.best, "wait": self.wait, "cooldown_counter": self.cooldown_counter}

    def set_state(self, state: Config) -> None:
        """Go on from there."""
        self._best.value, self.wait, self.cooldown_counter = state["best"], state["wait"], state["cooldown_counter"]

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Compare the value with the best one, and lower the rate after `patience` epochs without a better one."""
        optimizer = self.model.optimizer
        if logs is not None:
            log_rate(logs, rate_of(optimizer))
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
            if self.wait >= self.patience and rate_of(optimizer) > self.min_lr:
                rate = max(rate_of(optimizer) * self.factor, self.min_lr)
                optimizer.lr = rate
                if self.verbose > 0:
                    say(f"\nEpoch {epoch + 1:05d}: ReduceLROnPlateau reducing learning rate to {rate}.")
                self.cooldown_counter = self.cooldown
                self.wait = 0
