"""The callbacks that every training has: the history of its epochs and the progress bar."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from .._machine.console import say
from ..errors import SettingTypeError
from .callback import Callback
from .progress import Progbar

Logs = dict[str, Any]


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
            say(f"Epoch {epoch + 1}/{self.epochs}")
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
