"""What stands out in a run: marks on the curves, best values, the change since the epoch before, a divergence."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace

from engine.events import Reason

from ..messages import Best, Mark, Trouble, TroubleKind
from .best import BestValues
from .divergence import Divergence, Finding
from .trouble import NOT_FINITE, Where, describe

# A schedule that moves the rate with every batch would bury the curves under marks; then every second one is dropped.
MOST_RATE_MARKS = 40
_ENDS: dict[Reason, str] = {
    "stopped": "stopped",
    "interrupted": "interrupted",
    "early": "stopped early",
    "nan": "ended",
    "failed": "failed",
}
_ENDED: dict[Reason, str] = {
    "stopped": "was stopped",
    "interrupted": "was interrupted",
    "early": "stopped early by itself",
    "nan": "ended by itself: its loss was no number any more",
    "failed": "failed",
}
_MARKED: dict[TroubleKind, str] = {
    "nan": "NaN",
    "infinite": "infinite",
    "growing": "explodes",
    "worse": "above the start",
    "lost": "learning lost",
    "guess": "only a guess",
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
        self.trouble: Trouble | None = None

    def rate(self, x: float, rate: float | None) -> None:
        """Take in the learning rate of a batch at `x` epochs; a change makes a mark."""
        if rate is None or rate == self._rate:
            return
        if self._rate is not None:
            says = f"The learning rate became {rate:g}; it was {self._rate:g}."
            self._marks.append(Mark(kind="rate", x=x, text=f"rate {rate:g}", says=says))
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
        if self.trouble is not None and self.trouble["kind"] in NOT_FINITE:
            self.trouble = self._said = None
        self._divergence.epoch(loss, logs.get("val_loss"))
        self._look(float(epoch), Where(epoch, batches, loss))

    def _look(self, x: float, where: Where) -> None:
        """Have a new finding of the divergence said, or an old one end."""
        found = self._divergence.finding
        if found is self._said or (self.trouble is not None and self.trouble["kind"] in NOT_FINITE):
            return
        self._said, self.trouble = found, None
        if found is not None:
            self._mark_trouble(x, self._diagnose(replace(where, finding=found)))

    def _mark_trouble(self, x: float, trouble: Trouble) -> None:
        self.trouble = trouble
        kind = trouble["kind"]
        self._marks.append(Mark(kind=kind, x=x, text=_MARKED[kind], says=trouble["sentence"]))

    def end(self, x: float, reason: Reason) -> None:
        """The training ended at `x` epochs."""
        if reason in _ENDS:
            self._marks.append(Mark(kind="stop", x=x, text=_ENDS[reason], says=f"The training {_ENDED[reason]}."))

    def changes(self, now: Mapping[str, float], within: bool) -> dict[str, float]:
        """The difference of each value to the one of the epoch before.

        now: the values shown. within: an epoch goes on, so its training values compare with the last whole epoch's,
        while validation values still are those of that epoch.
        """
        found: dict[str, float] = {}
        for name, value in now.items():
            back = 1 if within and not name.startswith("val_") else 2
            earlier = self._epochs[-back].get(name) if len(self._epochs) >= back else None
            if earlier is not None and math.isfinite(value) and math.isfinite(earlier):
                found[name] = value - earlier
        return found

    def best(self) -> list[Best]:
        """The best value of each watched metric."""
        return self._best.all()

    def marks(self) -> list[Mark]:
        """All marks, the best epoch's last."""
        best = self._best.leading()
        if best is None:
            return list(self._marks)
        metric = best["metric"].replace("val_", "validation ", 1)
        says = f"Epoch {best['epoch']} had the best {metric}: {best['value']:.4g}."
        return [*self._marks, Mark(kind="best", x=float(best["epoch"]), text="best", says=says)]

    def _thin(self) -> None:
        rates = [mark for mark in self._marks if mark["kind"] == "rate"]
        if len(rates) > MOST_RATE_MARKS:
            # From the newest backwards: it says what holds now.
            kept = [id(mark) for mark in rates[::-2]]
            self._marks = [mark for mark in self._marks if mark["kind"] != "rate" or id(mark) in kept]
