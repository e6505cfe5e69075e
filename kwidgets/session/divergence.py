"""Whether a run only gets worse: told from its losses alone, by rules that noise, warm-ups and jumps do not meet.

All rules compare with the start of the run, never with single batches:

- growing: the loss is a thousand times that of the start and multiplies from window to window, or a million times it.
- worse: for four epochs the loss is three times that of the start, in nearly all batches, and does not fall.
- lost: it was a fifth of the start once, and for four epochs is back there, and does not fall.
- guess: it stays at the loss of a constant guess, without ever having been better; said sooner after a jump.

The last three hold for losses that stay the same function throughout; a loss of the user's own may be a moving target
(the two halves of a GAN), so there only growth counts. Losses below 0 have no scale of their own, so there growth means a
million times the largest value of the start.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

Kind = Literal["growing", "worse", "lost", "guess"]

WINDOW = 20
_START_BATCHES = 10
_FIRST_BATCHES = 3
_LAST_BATCHES = 5
_GROWN = 1e3
_GROWN_FAR = 1e6
# Factor above the first batch alone, which may be an easy one.
_GROWN_AT_ONCE = 1e8
_LEAST = 1e-12
_EACH_WINDOW = 2.0
_EPOCHS = 4
# This share of an epoch's batches may be lower by chance.
_LOWEST_SHARE = 0.05
_MANY_BATCHES = 40
_WORSE = 3.0
_FAR = 3
_LEARNT = 0.2
_BACK = 0.9
# The loss counts as falling where the second half of some epochs is below this share of their first half.
_FALLING = 0.97
_GUESS_EPOCHS = 10
_GUESS_EPOCHS_AFTER_JUMP = 4
_GUESS_BAND = (0.99, 1.02)
_GUESS_FALLING = 0.9985
_GUESS_LEFT = 0.98


@dataclass(frozen=True)
class Finding:
    """value: the loss now. against: the loss of the start, or of a constant guess. epochs: for how many; 0 within one.

    jumped: whether it came there by a jump, which a rate too large makes.
    """

    kind: Kind
    value: float
    against: float
    epochs: int
    best: float | None = None
    jumped: bool = True


@dataclass(frozen=True)
class _Epoch:
    """mean: of its batches. low: what nearly all of them reach. batches: how many."""

    mean: float
    low: float
    batches: int


def _falls(values: Sequence[float], share: float) -> bool:
    """Whether the second half of some values lies below `share` of the first."""
    half = len(values) // 2
    return sum(values[-half:]) < share * sum(values[:half])


class Divergence:
    """Fed with the losses of one run. finding: what stands now, or None.

    fixed: whether the loss stays the same function. guess: the loss of a constant guess, None where it is unknown; asked
    for once, when it matters.
    """

    def __init__(
        self, fixed: Callable[[], bool] = lambda: True, guess: Callable[[], float | None] = lambda: None
    ) -> None:
        self._fixed, self._ask_guess = fixed, guess
        self.finding: Finding | None = None
        self.begin()

    def begin(self) -> None:
        """A run begins, or goes on with other settings: its start is measured anew."""
        self.finding = None
        self._guess: float | None = None
        self._guess_asked = False
        self._starts: list[float] = []
        self._recent: deque[float] = deque(maxlen=WINDOW)
        self._count = 0
        self._windows: list[float] = []
        self._lowest_window = math.inf
        self._negative = False
        self._highest = 0.0
        self._batches: list[float] = []
        self._epochs: list[_Epoch] = []
        self._learnt = math.inf
        self._better: deque[float] = deque(maxlen=max(_GUESS_EPOCHS, _GUESS_EPOCHS_AFTER_JUMP))
        self._best = math.inf

    def rate_rose(self) -> None:
        """The learning rate was raised: what lies before says nothing about standing still."""
        self._epochs.clear()
        self._better.clear()
        self._best = math.inf
        self._batches.clear()

    def batch(self, loss: float) -> None:
        """Add the loss of a batch."""
        if not math.isfinite(loss):
            return
        self._count += 1
        self._negative = self._negative or loss < 0
        self._recent.append(loss)
        self._batches.append(loss)
        if len(self._starts) < WINDOW:
            self._starts.append(loss)
        self._highest = max(self._highest, loss)
        if self._count % WINDOW == 0:
            level = median(self._recent)
            self._windows = [*self._windows[-2:], level]
            self._lowest_window = min(self._lowest_window, level)
        if self.finding is None and self._count > _LAST_BATCHES and self._grows():
            self.finding = Finding("growing", loss, self._first(), 0)

    def epoch(self, loss: float, validation: float | None = None) -> None:
        """Take in the means of a whole epoch."""
        if not math.isfinite(loss) or not self._starts:
            return
        validated = validation if validation is not None and math.isfinite(validation) else loss
        self._epochs = [*self._epochs[-_EPOCHS + 1 :], self._taken(loss)]
        if len(self._epochs) == _EPOCHS:
            # A loss that was kept for some epochs was not reached by chance.
            self._learnt = min(self._learnt, max(epoch.mean for epoch in self._epochs))
        self._better.append(min(loss, validated))
        self._best = min(self._best, self._better[-1])
        if self.finding is None or self._over(loss):
            self.finding = self._stands(loss) if not self._negative and self._fixed() else None

    def _first(self) -> float:
        """The loss before anything was learnt; of some batches, because a single one may be easy by chance."""
        return max(median(self._starts[:_FIRST_BATCHES]), _LEAST)

    def _start(self) -> float:
        """The loss of the start as generously as can be: what lies above it is worse than any batch of a fresh model."""
        return max(median(self._starts[:_START_BATCHES]), self._guess_value() or 0.0, _LEAST)

    def _very_first(self) -> float:
        """The loss before the first update, where enough batches tell how far a single one may be off."""
        first = self._starts[0]
        if sum(epoch.batches for epoch in self._epochs) < _MANY_BATCHES:
            first = max(first, self._first())
        return max(first, self._guess_value() or 0.0)

    def _taken(self, loss: float) -> _Epoch:
        losses = sorted(self._batches) or [loss]
        self._batches.clear()
        return _Epoch(loss, losses[int(_LOWEST_SHARE * len(losses))], len(losses))

    def _grows(self) -> bool:
        last = median(list(self._recent)[-_LAST_BATCHES:])
        if self._negative:
            largest = max(1.0, max(abs(loss) for loss in self._starts))
            return self._count > WINDOW and last > _GROWN_FAR * largest
        first = self._first()
        if last > min(_GROWN_FAR * first, _GROWN_AT_ONCE * max(self._starts[0], _LEAST)):
            return self._beyond_guess(last)
        windows = self._windows
        if self._count % WINDOW or len(windows) < 3 or windows[-1] <= _GROWN * max(first, self._lowest_window):
            return False
        multiplies = all(later >= _EACH_WINDOW * before for before, later in zip(windows, windows[1:], strict=False))
        return multiplies and self._beyond_guess(last)

    def _beyond_guess(self, level: float) -> bool:
        """Whether a loss is worse than that of a constant guess: below it, the start was only very good."""
        return level > (self._guess_value() or 0.0)

    def _over(self, loss: float) -> bool:
        """Whether an epoch of this loss ends the finding that stands."""
        assert self.finding is not None
        if self.finding.kind in ("growing", "worse"):
            return loss <= _WORSE * self._very_first()
        if self.finding.kind == "lost":
            return loss < _BACK * _BACK * self._start()
        return self._better[-1] < _GUESS_LEFT * self.finding.against

    def _stands(self, loss: float) -> Finding | None:
        start, means = self._start(), [epoch.mean for epoch in self._epochs]
        if len(means) == _EPOCHS and min(means) > 0 and not _falls(means, _FALLING):
            first = self._very_first()
            # The start must be far easier than the easiest batches of now: it may have been one of these by chance.
            lowest = max(0.0, min(epoch.low for epoch in self._epochs))
            apart = first < min(means) * (lowest / max(means)) ** _FAR
            if apart and min(means) > _WORSE * first:
                return Finding("worse", loss, first, _EPOCHS)
            if self._learnt <= _LEARNT * start and min(means) >= _BACK * start:
                return Finding("lost", loss, start, _EPOCHS, self._learnt)
        return self._guessing(loss, start)

    def _guessing(self, loss: float, start: float) -> Finding | None:
        """Whether it stands at the loss of a constant guess; sooner after a jump, which is how units die."""
        guess = self._guess_value()
        if guess is None:
            return None
        jumped = self._highest > _WORSE * max(start, guess)
        epochs = _GUESS_EPOCHS_AFTER_JUMP if jumped else _GUESS_EPOCHS
        last = list(self._better)[-epochs:]
        low, high = (share * guess for share in _GUESS_BAND)
        stands = len(last) == epochs and all(low <= value <= high for value in last)
        if not stands or _falls(last, _GUESS_FALLING) or self._best < low:
            return None
        return Finding("guess", loss, guess, epochs, jumped=jumped)

    def _guess_value(self) -> float | None:
        if not self._guess_asked:
            self._guess, self._guess_asked = self._ask_guess(), True
        return self._guess
