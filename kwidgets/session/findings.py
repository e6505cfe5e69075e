"""What stands out in a run: marks on the curves, best values, the change since the epoch before, a divergence."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from engine.events import Reason

from ..messages import Best, Mark, Trouble, TroubleKind
from ..words import run as say
from ..words.carrying import MODEL_CHANGED
from ..workspace.epochs import by_epoch
from ..workspace.records import Epochs
from .best import BestValues
from .divergence import Divergence, Finding
from .trouble import NOT_FINITE, Where, describe

# A schedule that changes the rate with every batch would hide the curves behind marks, so every second one is dropped.
MOST_RATE_MARKS = 40
_ENDS: dict[Reason, str] = {
    "stopped": say.STOPPED,
    "interrupted": say.INTERRUPTED,
    "early": say.STOPPED_EARLY,
    "nan": say.ENDED,
    "failed": say.FAILED,
}
_ENDED: dict[Reason, str] = {
    "stopped": say.WAS_STOPPED,
    "interrupted": say.WAS_INTERRUPTED,
    "early": say.STOPPED_EARLY_BY_ITSELF,
    "nan": say.ENDED_BY_ITSELF,
    "failed": say.HAS_FAILED,
}
_MARKED: dict[TroubleKind, str] = {
    "nan": say.NAN,
    "infinite": say.INFINITE,
    "growing": say.EXPLODES,
    "worse": say.ABOVE_THE_START,
    "lost": say.LEARNING_LOST,
    "guess": say.ONLY_A_GUESS,
}


class Findings:
    """Fed by a Stream with what happens; its lock is the stream's.

    diagnose: puts a divergence into words. divergence: tells one that has not reached NaN.
    """

    def __init__(self, diagnose: Callable[[Where], Trouble] = describe, divergence: Divergence | None = None) -> None:
        self._diagnose = diagnose
        self._divergence = Divergence() if divergence is None else divergence
        self._said: Finding | None = None
        self._marks: list[Mark] = []
        self._best = BestValues()
        self._rate: float | None = None
        self._epochs: list[dict[str, float]] = []
        self._epochs_before = self._epochs
        self.trouble: Trouble | None = None

    def rate(self, x: float, rate: float | None) -> None:
        """Take in the learning rate of a batch at `x` epochs; a change makes a mark."""
        if rate is None or rate == self._rate:
            return
        if self._rate is not None:
            says = say.rate_became(rate, self._rate)
            self._marks.append(Mark(kind="rate", x=x, text=say.rate(rate), says=says))
            if rate > self._rate:
                self._divergence.rate_rose()
            self._thin()
        self._rate = rate

    def not_finite(self, x: float, where: Where) -> None:
        """The loss is no number; only the first time makes a mark and a trouble."""
        if self.trouble is None or self.trouble["kind"] not in NOT_FINITE:
            self._mark_trouble(x, self._diagnose(where))

    def begin(self) -> None:
        """A training begins, or goes on after an end."""
        self._divergence.begin()
        self.trouble = self._said = None

    def load(
        self, history: Epochs, marks: Sequence[Mark], losses: tuple[Iterable[float], Iterable[float]] | None
    ) -> None:
        """Take in what happened before a training goes on: its epochs, rates and stops, and losses of batches at `x` epochs."""
        self._marks = list(marks)
        batches = deque(zip(*losses, strict=True) if losses is not None else ())
        cut = set(history.get("cut", ()))
        for epoch, logs in zip(history["epoch"], by_epoch(history), strict=True):
            self._epochs = [*self._epochs[-1:], logs]
            while batches and batches[0][0] <= epoch + 1:
                self._divergence.batch(float(batches.popleft()[1]))
            if epoch not in cut:
                self._best.take(epoch + 1, logs)
                self._divergence.epoch(logs.get("loss", math.nan), logs.get("val_loss"))
        for _, loss in batches:
            self._divergence.batch(float(loss))
        # What stood then was said then.
        self._said = self._divergence.finding

    def take_back(self) -> None:
        """The last epoch, which was cut short, goes on after all."""
        self._epochs = self._epochs_before

    def batch(self, x: float, epoch: int, batch: int, loss: float) -> None:
        """Take in the finite loss of a batch at `x` epochs: of this epoch and batch, from 1."""
        self._divergence.batch(loss)
        if self._divergence.finding is not self._said:
            self._look(x, Where(epoch, batch, loss))

    def epoch(self, epoch: int, logs: Mapping[str, float], partial: bool, batches: int = 0) -> None:
        """Take in the values after `epoch` (from 1) of so many batches. A whole epoch with a finite loss ends a NaN."""
        self._epochs_before, self._epochs = self._epochs, [*self._epochs[-1:], dict(logs)]
        if partial:
            return
        self._best.take(epoch, logs)
        loss = logs.get("loss", math.nan)
        if not math.isfinite(loss):
            return
        if self.trouble is not None and self.trouble["kind"] in NOT_FINITE:
            self.trouble = self._said = None
        self._divergence.epoch(loss, logs.get("val_loss"))
        self._look(float(epoch), Where(epoch, batches, loss))

    def _look(self, x: float, where: Where) -> None:
        """Have a new finding of the divergence said, or an old one end."""
        finding = self._divergence.finding
        if finding is self._said or (self.trouble is not None and self.trouble["kind"] in NOT_FINITE):
            return
        self._said, self.trouble = finding, None
        if finding is not None:
            self._mark_trouble(x, self._diagnose(replace(where, finding=finding)))

    def _mark_trouble(self, x: float, trouble: Trouble) -> None:
        self.trouble = trouble
        kind = trouble["kind"]
        self._marks.append(Mark(kind=kind, x=x, text=_MARKED[kind], says=trouble["sentence"]))

    def end(self, x: float, reason: Reason) -> None:
        """The training ended at `x` epochs."""
        if reason in _ENDS:
            self._marks.append(Mark(kind="stop", x=x, text=_ENDS[reason], says=_ENDED[reason]))

    def change_model(self, x: float, says: str) -> None:
        """The training goes on with another graph; the curves are compared with those behind this mark from now on."""
        self._marks.append(Mark(kind="change", x=x, text=MODEL_CHANGED, says=says))

    def changes(self, now: Mapping[str, float], within: bool) -> dict[str, float]:
        """The difference of each value to the one of the epoch before.

        now: the values shown. within: an epoch goes on, so its training values compare with the last whole epoch's,
        while validation values still are those of that epoch.
        """
        changes: dict[str, float] = {}
        for name, value in now.items():
            back = 1 if within and not name.startswith("val_") else 2
            earlier = self._epochs[-back].get(name) if len(self._epochs) >= back else None
            if earlier is not None and math.isfinite(value) and math.isfinite(earlier):
                changes[name] = value - earlier
        return changes

    def best(self) -> list[Best]:
        """The best value of each watched metric."""
        return self._best.all()

    def marks(self) -> list[Mark]:
        """All marks, the best epoch's last."""
        best = self._best.leading()
        if best is None:
            return list(self._marks)
        says = say.best_epoch(best["epoch"], best["metric"].replace("val_", "validation ", 1), best["value"])
        return [*self._marks, Mark(kind="best", x=float(best["epoch"]), text=say.BEST, says=says)]

    def _thin(self) -> None:
        rates = [mark for mark in self._marks if mark["kind"] == "rate"]
        if len(rates) > MOST_RATE_MARKS:
            # The newest first, as it says what holds now.
            shown = [id(mark) for mark in rates[::-2]]
            self._marks = [mark for mark in self._marks if mark["kind"] != "rate" or id(mark) in shown]
