"""One thread that tells others what has changed, soon but not too often.

Whoever changes something calls `mark` with a name and goes on. The thread calls `send` with all names marked since;
names marked `often` (points, progress) go out at most ten times a second, the rest at once. The thread starts with the
first mark and ends when it has nothing to do for some seconds, so an idle notebook has none.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

SECONDS_BETWEEN = 0.1
_IDLE_SECONDS = 5.0


class _Spent:
    """Processor seconds in which threads of senders have sent, all together."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.seconds = 0.0

    def add(self, seconds: float) -> None:
        with self._lock:
            self.seconds += seconds


_spent = _Spent()


def seconds_sent() -> float:
    """Processor seconds that sending has taken so far in this process, all views together."""
    return _spent.seconds


class Sender:
    """Calls `send(names)` from one thread. Errors of `send` are logged, never raised into the training.

    seconds_between: of two sendings of names marked `often`, by `clock`, which never goes back.

    >>> sender = Sender(lambda names: print(sorted(names)))
    >>> sender.mark("graph", "text")
    >>> sender.drain()
    ['graph', 'text']
    True
    """

    def __init__(
        self,
        send: Callable[[set[str]], None],
        seconds_between: float = SECONDS_BETWEEN,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._send = send
        self._clock = clock
        # May be changed at any time.
        self.seconds_between = seconds_between
        self._changed = threading.Condition()
        self._soon: set[str] = set()
        self._often: set[str] = set()
        self._next_often = 0.0
        self._thread: threading.Thread | None = None
        self._closed = False

    def mark(self, *names: str, often: bool = False) -> None:
        """Have `names` sent; `often`: together with others, at most ten times a second."""
        with self._changed:
            if self._closed:
                return
            (self._often if often else self._soon).update(names)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="kwidgets-sender", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def drain(self, timeout: float = 10.0) -> bool:
        """Wait until everything marked so far has been sent; whether that came in time (seconds)."""
        with self._changed:
            return self._changed.wait_for(lambda: not (self._soon or self._often or self._busy), timeout)

    def close(self) -> None:
        """Stop sending."""
        with self._changed:
            self._closed = True
            self._soon.clear()
            self._often.clear()
            self._changed.notify_all()

    _busy = False

    def _run(self) -> None:
        while True:
            names = self._next()
            if names is None:
                return
            began = time.thread_time()
            try:
                self._send(names)
            except Exception:
                logging.getLogger(__name__).exception("A view could not be told about %s.", ", ".join(sorted(names)))
            _spent.add(time.thread_time() - began)
            with self._changed:
                self._busy = False
                self._changed.notify_all()

    def _next(self) -> set[str] | None:
        """The names to send now; None ends the thread."""
        with self._changed:
            idle_until = self._clock() + _IDLE_SECONDS
            while not self._closed:
                now = self._clock()
                if self._often and now >= self._next_often:
                    names = self._soon | self._often
                    self._soon, self._often = set(), set()
                    self._next_often = now + self.seconds_between
                    self._busy = True
                    return names
                if self._soon:
                    names, self._soon = self._soon, set()
                    self._busy = True
                    return names
                if not self._often and now >= idle_until:
                    break
                self._changed.wait((self._next_often if self._often else idle_until) - now)
            self._thread = None
            return None
