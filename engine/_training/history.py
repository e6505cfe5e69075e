"""The callbacks that every training has: the history of its epochs and the progress bar."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from .._declared.later import ByName
from .._machine.console import say
from ..errors import SettingTypeError
from ..types import Config, Logs
from .callback import Callback
from .progress import Progbar


class History(Callback):
    """The values of each epoch of a training, as fit returns them.

    `epoch` holds the epochs' numbers, from 0, and `history` for each name a list with one value an epoch; Keras 2.3's
    names are understood too (`val_accuracy` for `val_acc`).
    `partial` says that the last epoch was cut short; its values are means over the samples seen.

    Example:
        >>> history = History()
        >>> history.on_train_begin()
        >>> history.on_epoch_end(0, {"loss": 0.5})
        >>> history.epoch, history.history
        ([0], {'loss': [0.5]})
    """

    def __init__(self) -> None:
        super().__init__()
        self.epoch: list[int] = []
        self.history: dict[str, list[float]] = ByName()
        self.partial = False

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Forget an earlier training."""
        self.epoch = []
        self.history = ByName()
        self.partial = False

    def get_state(self) -> Config:
        """The epochs so far."""
        return {"epoch": list(self.epoch), "history": {name: list(values) for name, values in self.history.items()}}

    def set_state(self, state: Config) -> None:
        """Go on behind these epochs."""
        self.epoch = list(state["epoch"])
        self.history = ByName({name: list(values) for name, values in state["history"].items()})

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Keep the epoch's number and values."""
        self.epoch.append(epoch)
        self.partial = bool(self.params.get("partial"))
        for name, value in (logs or {}).items():
            self.history.setdefault(name, []).append(value)


class BaseLogger(Callback):
    """Means of the batch values over an epoch, put into the epoch's logs where they are missing.

    The loop computes these means itself; this callback serves loops of your own.

    Args:
        stateful_metrics: names of values of which the last one counts, not the mean; none by default.

    Example:
        >>> logger = BaseLogger()
        >>> logger.set_params({"metrics": ["loss"]})
        >>> logger.on_epoch_begin(0)
        >>> logger.on_batch_end(0, {"size": 1, "loss": 4.0})
        >>> logger.on_batch_end(1, {"size": 3, "loss": 0.0})
        >>> logger.on_epoch_end(0, logs := {})
        >>> logs
        {'loss': 1.0}
    """

    def __init__(self, stateful_metrics: Iterable[str] | None = None) -> None:
        super().__init__()
        self.stateful_metrics = set(stateful_metrics or ())

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Start again."""
        self.seen = 0
        self.totals: dict[str, float] = {}

    def on_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Take in a batch's values, weighted by its number of samples."""
        logs = logs or {}
        size = logs.get("size", 0)
        self.seen += size
        for name, value in logs.items():
            if name in self.stateful_metrics:
                self.totals[name] = value
            else:
                self.totals[name] = self.totals.get(name, 0.0) + value * size

    def get_state(self) -> Config:
        """The sums of this epoch."""
        return {"seen": self.seen, "totals": dict(self.totals)} if hasattr(self, "totals") else {}

    def set_state(self, state: Config) -> None:
        """Go on from these sums."""
        if state:
            self.seen, self.totals = state["seen"], dict(state["totals"])

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Put the means into the logs."""
        if logs is None:
            return
        for name in self.params.get("metrics", ()):
            if name in self.totals and name not in logs:
                stateful = name in self.stateful_metrics
                logs[name] = self.totals[name] if stateful else self.totals[name] / max(1, self.seen)


class ProgbarLogger(Callback):
    """Print a progress bar with the means so far; fit adds one by itself, as its argument verbose says.

    Args:
        count_mode: whether the bar counts "samples", the default, or "steps".
        stateful_metrics: names of values that are shown as they are, not as means; none by default.

    Raises:
        SettingTypeError: `count_mode` is neither.

    Example:
        >>> logger = ProgbarLogger("steps")
        >>> logger.set_params({"verbose": 2, "epochs": 1, "steps": 1, "metrics": ["loss"]})
        >>> logger.on_train_begin()
        >>> logger.on_epoch_begin(0)
        Epoch 1/1
        >>> logger.on_batch_end(0, {"size": 8, "loss": 0.5})
        >>> logger.on_epoch_end(0, {"loss": 0.5})
         - 0s - loss: 0.5000
    """

    def __init__(
        self, count_mode: Literal["samples", "steps"] = "samples", stateful_metrics: Iterable[str] | None = None
    ) -> None:
        super().__init__()
        if count_mode not in ("samples", "steps"):
            raise SettingTypeError(
                where="ProgbarLogger", expected="count_mode 'samples' or 'steps'", actual=repr(count_mode)
            )
        self.use_steps = count_mode == "steps"
        self.stateful_metrics = set(stateful_metrics or ())

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Take verbosity and number of epochs from `params`."""
        self.verbose = self.params.get("verbose", 1)
        self.epochs = self.params.get("epochs", 1)

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Begin a bar."""
        if self.verbose:
            say(f"Epoch {epoch + 1}/{self.epochs}")
        self.target = self.params.get("steps" if self.use_steps else "samples")
        self.progbar = Progbar(self.target, verbose=self.verbose, stateful_metrics=list(self.stateful_metrics))
        self.seen = 0
        self._means = BaseLogger(self.stateful_metrics)
        self._means.on_epoch_begin(epoch)

    def on_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Draw the bar with the means so far, at most twenty times a second."""
        logs = logs or {}
        self.seen += 1 if self.use_steps else logs.get("size", 0)
        if not self.verbose:
            return
        self._means.on_batch_end(batch, logs)
        # The full bar is drawn at the end of the epoch, with the values of the validation data.
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
        """Draw the whole bar with the epoch's values."""
        if not self.verbose:
            return
        logs = logs or {}
        self.progbar.target = self.progbar.target if not self.params.get("partial") else self.seen
        if self.progbar.target is None:
            self.progbar.target = self.seen
        self.progbar.show(self.seen, {k: logs[k] for k in self.params.get("metrics", ()) if k in logs})
