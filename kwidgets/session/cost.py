"""What showing and recording a run costs: processor seconds in its listeners, of telling views, of writing records."""

from __future__ import annotations

import time
from collections.abc import Callable

from engine.events import Event, Listener

from .sender import seconds_sent

# Of a shorter time than this the share would be inexact, as the clock is.
_SHORTEST = 0.5
# After the first ones one of so many events is measured and stands for all of them: reading the processor's clock takes a
# microsecond. A prime number, so that it is not always the same kind of event.
MEASURED = 17


class Cost:
    """The share of a run's time that watching it takes.

    sent: processor seconds that sending has taken so far in this process. recorded: those of recording the run.
    clock: processor seconds of this thread.
    """

    def __init__(
        self,
        sent: Callable[[], float] = seconds_sent,
        clock: Callable[[], float] = time.thread_time,
        recorded: Callable[[], float] = lambda: 0.0,
    ) -> None:
        self._sent, self._clock, self._recorded = sent, clock, recorded
        self._sent_before = sent()
        self._listened = 0.0
        self._events = 0

    def timed(self, *listeners: Listener) -> Listener:
        """One listener in place of several, with their processor time added up."""

        def called(event: Event) -> None:
            self._events += 1
            counts = 1 if self._events < MEASURED else 0 if self._events % MEASURED else MEASURED
            # The thread's own processor time: what other programs take meanwhile does not count.
            began = self._clock() if counts else 0.0
            try:
                for listener in listeners:
                    listener(event)
            finally:
                if counts:
                    self._listened += counts * (self._clock() - began)

        return called

    def share(self, seconds: float) -> float | None:
        """The share of `seconds` of training, 0 to 1; None while that is too short to tell."""
        if seconds < _SHORTEST:
            return None
        spent = self._listened + self._recorded() + self._sent() - self._sent_before
        return min(1.0, spent / seconds)
