"""What a session's training calls for its events: quick where there is nothing to do."""

from __future__ import annotations

from collections.abc import Sequence

from engine.events import BatchEnd, EpochBegin, EpochEnd, Event, Listener, RankTold, TrainBegin, TrainEnd

from .cost import Cost
from .pace import Pace


class Hearing:
    """The one listener of a training, which calls it tens of thousands of times a second where a model is small.

    Args:
        pace: chooses the batches that the listeners hear of.
        cost: adds up what they cost.
        listeners: hear of these and of everything else, but not that a batch begins.
        watchers: hear the same, and count themselves what they cost.
    """

    hears = (TrainBegin, EpochBegin, BatchEnd, EpochEnd, TrainEnd, RankTold)

    def __init__(
        self, pace: Pace, cost: Cost, listeners: Sequence[Listener], watchers: Sequence[Listener] = ()
    ) -> None:
        self._pace = pace
        self._heard = cost.timed(*listeners)
        self._watchers = watchers

    @property
    def next_batch(self) -> int:
        """The batch that it waits for."""
        return self._pace.next_batch

    def __call__(self, event: Event) -> None:
        """Take in an event."""
        self._heard(event)
        for watcher in self._watchers:
            watcher(event)
