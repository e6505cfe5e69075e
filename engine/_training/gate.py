"""Moments at which no weight changes, for those who want to read weights while another thread trains."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager


class Gate:
    """Keeps visitors and updates apart: a visitor waits for the present batch, the next batch for it.

    The training calls `close` before each update and `open` after it, some ten thousand times a second; so both take no lock
    while there is no visitor. Each side first says what it wants and then looks at the other, so one of them always sees it.

    >>> gate = Gate()
    >>> with gate.still():
    ...     pass  # no update runs here
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._updates = False
        self._trainer: int | None = None
        self._visitors = 0

    def close(self) -> None:
        """An update begins; waits for visitors, as a training that goes straight on would starve them."""
        self._updates = True
        if self._visitors:
            self._let_visitors_go_first()

    def open(self) -> None:
        """An update is over."""
        self._updates = False
        if self._visitors:
            with self._changed:
                self._changed.notify_all()

    def enter(self) -> None:
        """The thread that calls this trains from now on; it may look at the weights at any time."""
        self._trainer = threading.get_ident()

    @contextmanager
    def still(self) -> Generator[None]:
        """A block in which weights are those of a whole number of updates and stay so."""
        trains_itself = self._trainer == threading.get_ident()
        if not trains_itself:
            with self._changed:
                self._visitors += 1
                self._changed.wait_for(lambda: not self._updates)
        try:
            yield
        finally:
            if not trains_itself:
                with self._changed:
                    self._visitors -= 1
                    self._changed.notify_all()

    def _let_visitors_go_first(self) -> None:
        with self._changed:
            self._updates = False
            self._changed.notify_all()
            self._changed.wait_for(lambda: not self._visitors)
            self._updates = True
