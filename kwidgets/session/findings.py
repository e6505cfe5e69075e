"""What stands out in a run: marks on the curves, best values, the change since the epoch before, a divergence."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace

from engine.events import Reason

from ..messages import Best, Mark, Trouble
from ..words import run as say
from .best import BestValues
from .divergence import Divergence, Finding, Kind
from .trouble import Where, describe

# A schedule that moves the rate with every batch would bury the curves under marks; then every second one is dropped.
MOST_RATE_MARKS = 40
_ENDS: dict[Reason, str] = {
    "stopped": say.STOPPED,
    "interrupted": say.INTERRUPTED,
    "early": say.STOPPED_EARLY,
    "nan": say.ENDED,
    "failed": say.FAILED,
}
_MARKED: dict[Kind, str] = {"growing": say.DIVERGES, "worse": say.DIVERGES, "lost": say.LOST, "guess": say.A_GUESS}


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
        self.trouble: Trouble | None = None

    def rate(self, x: float, rate: float | None) -> None:
        """Take in the learning rate of a batch at `x` epochs; a change makes a mark."""
        if rate is None or rate == self._rate:
            return
        if self._rate is not None:
            self._marks.append(Mark(kind="rate", x=x, text=say.rate(rate)))
            if rate > self._rate:
                self._divergence.rate_rose()
            self._thin()
        self._rate = rate

    def not_finite(self, x: float, where: Where) -> None:
        """The loss is no number; only the first time makes a mark and a trouble."""
        if self.trouble is None or self.trouble["kind"] != "nan":
            self.trouble = self._diagnose(where)
            self._marks.append(Mark(kind="nan", x=x, text=say.NO_NUMBER))

    def begin(self) -> None:
        """A training begins, or goes on after an end."""
        self._divergence.begin()
        self.trouble = self._said = None

    def batch(self, x: float, where: Where) -> None:
        """Take in the finite loss of a batch; where: it, and its value."""
        self._divergence.batch(where.value)
        self._look(x, where)

    def epoch(self, epoch: int, logs: Mapping[str, float], partial: bool, batches: int = 0) -> None:
        """Take in the values after `epoch` (from 1) of so many batches. A whole epoch with a finite loss ends a NaN."""
        self._epochs = [*self._epochs[-1:], dict(logs)]
        if partial:
            return
        self._best.take(epoch, logs)
        loss = logs.get("loss", math.nan)
        if not math.isfinite(loss):
            return
        if self.trouble is not None and self.trouble["kind"] == "nan":
            self.trouble = self._said = None
        self._divergence.epoch(loss, logs.get("val_loss"))
        self._look(float(epoch), Where(epoch, batches, loss))

    def _look(self, x: float, where: Where) -> None:
        """Have a new finding of the divergence said, or an old one end."""
        finding = self._divergence.finding
        if finding is self._said or (self.trouble is not None and self.trouble["kind"] == "nan"):
            return
        self._said = finding
        self.trouble = None if finding is None else self._diagnose(replace(where, finding=finding))
        if finding is not None:
            self._marks.append(Mark(kind="nan", x=x, text=_MARKED[finding.kind]))

    def end(self, x: float, reason: Reason) -> None:
        """The training ended at `x` epochs."""
        if reason in _ENDS:
            self._marks.append(Mark(kind="stop", x=x, text=_ENDS[reason]))

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
        return [*self._marks, *([] if best is None else [Mark(kind="best", x=float(best["epoch"]), text=say.BEST)])]

    def _thin(self) -> None:
        rates = [mark for mark in self._marks if mark["kind"] == "rate"]
        if len(rates) > MOST_RATE_MARKS:
            # From the newest backwards: it says what holds now.
            shown = [id(mark) for mark in rates[::-2]]
            self._marks = [mark for mark in self._marks if mark["kind"] != "rate" or id(mark) in shown]
