"""How many batches of a run are taken in: all of them, or fewer where that would slow the training down."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from statistics import median

Seconds = Callable[[], float]
# The share of the training's time that taking in batches may cost; what else listens to them costs a third as much again.
SHARE = 0.003
MOST = 1024
# One of so many batches that are taken in is measured, as reading the processor's clock is dear itself.
MEASURED = 16
_MEASURES = 5
# Of the first batches nothing is measured: functions are called for the first time.
_BEGIN_AFTER = 0.03


class Pace:
    """Chooses the batches of one run that are taken in, every `every`-th of them, by what that costs.

    The last one of an epoch is always among them. Of those left out the training hears itself where it must
    (`engine.events.LeavesBatchesOut`).

    Args:
        clock: seconds that pass.
        processor: processor seconds of this thread.
        share: of the training's time that taking in may cost.

    Attributes:
        every: 1, 2, 4 ... up to 1024.
        batches: of an epoch; None where that is not known.
        next_batch: number of the batch in the epoch, from 0, that is taken in next.
    """

    def __init__(
        self, clock: Seconds = time.monotonic, processor: Seconds = time.thread_time, share: float = SHARE
    ) -> None:
        self._clock, self._processor, self._share = clock, processor, share
        self.every = 1
        self.batches: int | None = None
        self.next_batch = 0
        self._latest: int | None = None
        self._batches = self._chosen = 0
        self._spans: deque[float] = deque(maxlen=_MEASURES)
        self._begun: float | None = None
        self._last = 0.0

    def closely(self) -> None:
        """Somebody looks at single batches: take in all of them until it is known again what they cost."""
        self.every, self.next_batch = 1, 0
        self._spans.clear()
        self.restart()

    def restart(self) -> None:
        """The training goes on after a while: what passed meanwhile is no time of a batch."""
        self._begun = None

    def begin_epoch(self) -> None:
        """Batches are counted from 0 again."""
        self._latest = None
        self._plan(-1)

    def begin(self, batch: int) -> float | None:
        """A batch, by its number in the epoch from 0, is about to be taken in.

        Returns:
            What `end` wants to know of it, None where it is not measured.
        """
        self._batches += 1 if self._latest is None else batch - self._latest
        self._latest = batch
        self._plan(batch)
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

    def _plan(self, latest: int) -> None:
        planned = latest + self.every
        self.next_batch = planned if self.batches is None else min(planned, max(self.batches - 1, latest + 1))
