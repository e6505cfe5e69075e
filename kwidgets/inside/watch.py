"""How often a training's signals are looked at: while somebody asks, and within a share of its time."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from engine.events import BatchEnd, Event, TrainBegin

from ..messages import SignalsAnswer

# Share of a training's time that looking at its signals may take, and how often it looks at most (seconds).
SHARE, SOONEST = 0.02, 0.5
# Seconds of a training before its first look, which has a plan to make and costs more than all others.
FIRST = 1.5
# A page that has not asked for so long (seconds) looks no more.
_FORGOTTEN = 5.0
# Before there are any.
NO_SIGNALS: SignalsAnswer = {"busy": False, "why": None, "state": "live", "cards": {}, "cost": None}


class Watch:
    """Looks at the signals of a training that goes on, from its own thread, as often as it may and somebody asks.

    Args:
        take: gives the signals; `gradient`: those back too.
        clock: seconds that pass.
        share: what it may take of the training's time.
    """

    def __init__(
        self, take: Callable[[bool], SignalsAnswer], clock: Callable[[], float] = time.monotonic, share: float = SHARE
    ) -> None:
        self._take, self._clock, self._share = take, clock, share
        self._latest: SignalsAnswer | None = None
        self._asked, self._gradient = -math.inf, False
        self._next = -math.inf
        self._spent, self._began = 0.0, -math.inf

    def ask(self, gradient: bool) -> SignalsAnswer:
        """The latest signals; those that follow have the gradient too, or not."""
        self._asked, self._gradient = self._clock(), gradient
        if self._latest is None:
            return NO_SIGNALS
        return {**self._latest, "cost": self.share}

    def show(self, signals: SignalsAnswer) -> None:
        """Have these be the latest, such as those from before the training, until there are others."""
        self._latest = signals

    @property
    def share(self) -> float | None:
        """The share of the training's time that looking has taken; None before the first training."""
        passed = self._clock() - self._began
        return None if not math.isfinite(passed) or passed <= 0 else min(1.0, self._spent / passed)

    def charge(self, seconds: float) -> float:
        """Count what else was looked at while it trains, such as a layer that is open: within the same share.

        Args:
            seconds: that it took.

        Returns:
            The seconds after which there is time to look again.
        """
        now = self._clock()
        self._spent += seconds
        self._next = max(self._next, now) + seconds / self._share
        return self._next - now

    def __call__(self, event: Event) -> None:
        """Called by the training at its beginning and after its batches."""
        if isinstance(event, TrainBegin):
            now = self._clock()
            self._spent, self._began, self._next = 0.0, now, now + FIRST
        if not isinstance(event, BatchEnd):
            return
        now = self._clock()
        if now < self._next or now - self._asked > _FORGOTTEN:
            return
        self._latest = self._take(self._gradient)
        ended = self._clock()
        self._next = ended + max(SOONEST, self.charge(ended - now))
