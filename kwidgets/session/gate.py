"""Moments at which no weight changes, for those who want to read weights while another thread trains."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager

from engine.events import BatchBegin, BatchEnd, Event, TrainEnd


class Gate:
    """A listener that keeps visitors and updates apart: a visitor waits for the present batch, the next batch for it.

    >>> gate = Gate()
    >>> with gate.still():
    ...     pass  # no update runs here
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._trainer: int | None = None
        self._visitors = 0

    def __call__(self, event: Event) -> None:
        """Close the gate for visitors while a batch is trained."""
        if isinstance(event, BatchBegin):
            with self._changed:
                # Visitors go first, as a training loop that goes straight on would keep them waiting for ever.
                self._changed.wait_for(lambda: not self._visitors)
                self._trainer = threading.get_ident()
        elif isinstance(event, (BatchEnd, TrainEnd)):
            with self._changed:
                self._trainer = None
                self._changed.notify_all()

    @contextmanager
    def still(self) -> Generator[None]:
        """A block in which weights are those of a whole number of updates and stay so."""
        with self._changed:
            self._visitors += 1
            self._changed.wait_for(lambda: self._trainer in (None, threading.get_ident()))
        try:
            yield
        finally:
            with self._changed:
                self._visitors -= 1
                self._changed.notify_all()
