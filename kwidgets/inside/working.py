"""Questions whose answer may take a while: worked on in a thread, so that the page is told of it and everything else goes on."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from engine.experiment import BackgroundThread

Answered = TypeVar("Answered")

# Seconds for which a question waits for its answer; the page asks again after as many.
PATIENCE = 0.2
# As many answers as the tabs of a few layers have.
MOST_KEPT = 24
# Questions that wait or are worked on: those of a few pages.
MOST_ASKED = 4


class _Job(Generic[Answered]):
    """One question that is worked on. version: what it was asked of. made_of: what the answer was made of, once it is there."""

    def __init__(self, make: Callable[[], Answered], version: Hashable, mark: Callable[[], Hashable | None]) -> None:
        self._make, self.version, self._mark = make, version, mark
        self.made_of: Hashable | None = None
        self.done = threading.Event()
        self.dropped = False
        self._answer: list[Answered] = []
        self._error: Exception | None = None

    def work(self, turn: threading.Lock) -> None:
        """Make the answer when no other is made, unless nobody wants it any more."""
        with turn:
            try:
                if not self.dropped:
                    self._answer.append(self._make())
                    self.made_of = self._mark()
            except Exception as error:
                # Raised again where the answer is waited for.
                self._error = error
            finally:
                self.done.set()

    def answer(self) -> Answered:
        """What was made; raises what making it raised."""
        if self._error is not None:
            raise self._error
        return self._answer[0]


class Working(Generic[Answered]):
    """Works on the questions of a page, one at a time; of those that wait the last few count.

    Args:
        turn: held while an answer is made; those who share it work one at a time.
        patience: seconds that a question waits for its answer.
    """

    def __init__(self, turn: threading.Lock, patience: float = PATIENCE) -> None:
        self._patience, self._turn = patience, turn
        self._lock = threading.Lock()
        self._jobs: OrderedDict[Hashable, _Job[Answered]] = OrderedDict()
        self._kept: OrderedDict[Hashable, Answered] = OrderedDict()

    def ask(
        self,
        question: Hashable,
        make: Callable[[], Answered],
        version: Hashable,
        mark: Callable[[], Hashable | None],
    ) -> Answered | None:
        """The answer to a question; None where it is not there yet, so that it is to be asked again.

        Args:
            question: what is asked.
            make: makes the answer, in a thread; what it raises is raised here.
            version: another one where an answer that is being made is not wanted any more.
            mark: tells what the answer was made of, so that it is kept for as long as that stays; None where it is not kept.
        """
        with self._lock:
            job = self._jobs.get(question)
            if job is None or job.version != version:
                earlier = self._earlier(question, version, mark())
                if earlier is not None:
                    return earlier
                job = self._begun(question, _Job(make, version, mark))
        if not job.done.wait(self._patience):
            return None
        with self._lock:
            self._jobs.pop(question, None)
        answer, made_of = job.answer(), job.made_of
        if made_of != mark():
            return None  # nobody came for it, and what it was made of is there no more
        if made_of is not None:
            with self._lock:
                self._kept[question, version, made_of] = answer
                while len(self._kept) > MOST_KEPT:
                    self._kept.popitem(last=False)
        return answer

    def _earlier(self, question: Hashable, version: Hashable, made_of: Hashable | None) -> Answered | None:
        slot = question, version, made_of
        if made_of is None or slot not in self._kept:
            return None
        self._kept.move_to_end(slot)
        return self._kept[slot]

    def _begun(self, question: Hashable, job: _Job[Answered]) -> _Job[Answered]:
        before = self._jobs.pop(question, None)
        while len(self._jobs) >= MOST_ASKED:
            self._jobs.popitem(last=False)[1].dropped = True
        if before is not None:
            before.dropped = True
        self._jobs[question] = job
        BackgroundThread(lambda: job.work(self._turn), "kwidgets-looking").start()
        return job
