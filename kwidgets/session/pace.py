"""How many batches of a run are taken in: all of them, or fewer where that would slow the training down."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from statistics import median

from engine.events import BatchEnd

Seconds = Callable[[], float]
# The share of the training's time that taking in batches may cost.
SHARE = 0.006
MOST = 1024
# One of so many batches that are taken in is measured, as reading the processor's clock is dear itself.
MEASURED = 16
_MEASURES = 5
# Of the first batches nothing is measured: functions are called for the first time.
_BEGIN_AFTER = 0.1


class Pace:
    """Chooses the batches of one run that are taken in, every `every`-th of them, by what that costs.

    The last one of an epoch is always among them, and each whose loss is no number. Where something else happens before the
    next one is chosen, the latest that was passed over is `late`.

    Args:
        clock: seconds that pass.
        processor: processor seconds of this thread.
        share: of the training's time that taking in may cost.

    Attributes:
        every: 1, 2, 4 ... up to 1024.
        batches: of an epoch; None where that is not known.
    """

    def __init__(
        self, clock: Seconds = time.monotonic, processor: Seconds = time.thread_time, share: float = SHARE
    ) -> None:
        self._clock, self._processor, self._share = clock, processor, share
        self.every = 1
        self.batches: int | None = None
        self._passed_over: BatchEnd | None = None
        self._since = self._batches = self._chosen = 0
        self._spans: deque[float] = deque(maxlen=_MEASURES)
        self._begun: float | None = None
        self._last = 0.0

    @property
    def reached(self) -> BatchEnd | None:
        """The latest batch where it was not chosen."""
        return self._passed_over

    def closely(self) -> None:
        """Somebody looks at single batches: take in all of them until it is known again what they cost."""
        self.every = 1
        self._spans.clear()
        self.restart()

    def restart(self) -> None:
        """The training goes on after a while: what passed meanwhile is no time of a batch."""
        self._begun = None

    def chooses(self, event: BatchEnd) -> bool:
        """Whether this batch is to be taken in."""
        self._since += 1
        if self._since < self.every and event.finite and event.batch + 1 != self.batches:
            self._passed_over = event
            return False
        self._batches += self._since
        self._since = 0
        self._passed_over = None
        return True

    def late(self) -> BatchEnd | None:
        """The latest batch, once, where it was not chosen: it is taken in before an epoch ends."""
        event, self._passed_over = self._passed_over, None
        return event

    def begin(self) -> float | None:
        """A batch is about to be taken in; what `end` wants to know of it, None where it is not measured."""
        self._chosen += 1
        return None if self._chosen % MEASURED else self._processor()

    def end(self, began: float) -> None:
        """A batch that is measured has been taken in."""
        spent, now = self._processor() - began, self._clock()
        if self._begun is None:
            self._begun = now
        elif now - self._begun >= _BEGIN_AFTER and now > self._last:
            self._spans.append(spent / ((now - self._last) / max(self._batches, 1)))
            self._choose(median(self._spans) / self._share)
        self._last, self._batches = now, 0

    def _choose(self, wanted: float) -> None:
        """Take the power of two that costs no more than it may; the present one stays where it would just do."""
        every = 1
        while every < wanted and every < MOST:
            every *= 2
        # Two numbers that take turns would make the curves uneven.
        if every > self.every or wanted < 0.4 * self.every:
            self.every = every
