"""What a session's training calls for each of its events: quick where there is nothing to do."""

from __future__ import annotations

from collections.abc import Sequence

from engine.events import BatchBegin, BatchEnd, Event, Listener, TrainBegin, TrainEnd

from .cost import Cost
from .gate import Gate
from .pace import Pace


class Hearing:
    """The one listener of a training; small models train tens of thousands of batches a second, each of which calls it twice.

    Args:
        gate: closed while a batch is trained.
        pace: chooses the batches that the listeners hear of.
        cost: adds up what they cost.
        listeners: hear everything else, but not that a batch begins.
    """

    def __init__(self, gate: Gate, pace: Pace, cost: Cost, listeners: Sequence[Listener]) -> None:
        self._gate, self._pace = gate, pace
        self._heard = cost.timed(*listeners)

    def __call__(self, event: Event) -> None:
        """Take in an event."""
        kind = type(event)
        if kind is BatchBegin:
            self._gate.close()
            return
        if isinstance(event, BatchEnd):
            self._gate.open()
            if self._pace.chooses(event):
                self._heard(event)
            return
        if kind is TrainBegin:
            self._gate.enter()
        elif kind is TrainEnd:
            self._gate.open()
        if (late := self._pace.late()) is not None:
            self._heard(late)
        self._heard(event)
