"""One thread that tells others what has changed, soon but not too often.

Whoever changes something calls `mark` with a name and goes on. The thread calls `send` with all names marked since;
names marked `often` (points, progress) go out at most ten times a second, or more rarely where sending is dear, the rest at
once. The thread starts with the
first mark and ends when it has nothing to do for some seconds, so an idle notebook has none.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from engine.experiment import BackgroundThread

SECONDS_BETWEEN = 0.1
# The share of the time of a processor that sending what is marked `often` may take, and how rare that may make it.
SHARE, RAREST = 0.003, 0.5
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

    seconds_between: at least, of two sendings of names marked `often`, by `clock`, which never goes back; longer, up to
        `rarest`, where one sending takes more than `share` of that in seconds of the processor.

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
        share: float = SHARE,
        rarest: float = RAREST,
    ) -> None:
        self._send, self._clock = send, clock
        self._least, self._share, self._rarest = seconds_between, share, rarest
        self._changed = threading.Condition()
        self._soon: set[str] = set()
        self._often: set[str] = set()
        # Marks are counted: the number of the newest, and of the oldest of each kind that is not sent yet.
        self._marks = 0
        self._oldest_soon: int | None = None
        self._oldest_often: int | None = None
        self._oldest_leaving: int | None = None
        self._next_often = 0.0
        self._thread: BackgroundThread | None = None
        self._closed = False

    def mark(self, *names: str, often: bool = False) -> None:
        """Have `names` sent; `often`: together with others, at most ten times a second."""
        # Without the lock, and without waking the thread: what is waiting already goes out with what has changed since.
        if often and self._often.issuperset(names):
            return
        with self._changed:
            if self._closed:
                return
            self._marks += 1
            if often:
                self._often.update(names)
                self._oldest_often = self._oldest_often or self._marks
            else:
                self._soon.update(names)
                self._oldest_soon = self._oldest_soon or self._marks
            if self._thread is None:
                self._thread = BackgroundThread(self._run, "kwidgets-sender", self.close)
                self._thread.start()
            self._changed.notify_all()

    def drain(self, timeout: float = 10.0) -> bool:
        """Wait until everything marked so far has been sent; whether that came in time (seconds).

        What is marked meanwhile is not waited for: a training marks its progress again and again.
        """
        with self._changed:
            newest = self._marks
            return self._changed.wait_for(lambda: self._sent_up_to(newest), timeout)

    def _sent_up_to(self, mark: int) -> bool:
        waiting = (self._oldest_soon, self._oldest_often, self._oldest_leaving)
        return all(oldest is None or oldest > mark for oldest in waiting)

    def close(self) -> None:
        """Stop sending."""
        with self._changed:
            self._closed = True
            self._soon.clear()
            self._often.clear()
            self._oldest_soon = self._oldest_often = None
            self._changed.notify_all()

    def rest(self, seconds: float) -> bool:
        """For `send`: wait so long, or until `close`; whether it is still to send."""
        with self._changed:
            return not self._changed.wait_for(lambda: self._closed, seconds)

    def _run(self) -> None:
        while True:
            due = self._next()
            if due is None:
                return
            (names, often), began, began_at = due, time.thread_time(), self._clock()
            try:
                self._send(names)
            except Exception:
                logging.getLogger(__name__).exception("A view could not be told about %s.", ", ".join(sorted(names)))
            spent = time.thread_time() - began
            _spent.add(spent)
            with self._changed:
                if often:
                    self._next_often = began_at + max(self._least, min(spent / self._share, self._rarest))
                self._oldest_leaving = None
                self._changed.notify_all()

    def _next(self) -> tuple[set[str], bool] | None:
        """The names to send now, and whether those that are told often are among them; None ends the thread."""
        with self._changed:
            idle_until = self._clock() + _IDLE_SECONDS
            while not self._closed:
                now = self._clock()
                if self._often and now >= self._next_often:
                    return self._take() | self._take_often(), True
                if self._soon:
                    return self._take(), False
                if not self._often and now >= idle_until:
                    break
                self._changed.wait((self._next_often if self._often else idle_until) - now)
            self._thread = None
            return None

    def _take(self) -> set[str]:
        """The names that are to go at once; under the lock, as everything that looks at them."""
        names, self._soon = self._soon, set()
        self._oldest_leaving, self._oldest_soon = self._oldest_soon, None
        return names

    def _take_often(self) -> set[str]:
        """The names that are told often, which leave together with those that `_take` gave."""
        names, self._often = self._often, set()
        self._oldest_leaving = min(self._oldest_leaving or self._marks, self._oldest_often or self._marks)
        self._oldest_often = None
        return names
