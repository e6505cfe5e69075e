"""How a trained model does on the test set, found out in a thread of its own while the page is told the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.experiment import BackgroundThread, Experiment
from engine.types import Array, ArrayLike

from ..words import run as words
from .conclusion import test_score
from .failure import error_text
from .thread_warnings import warnings_to

Score = dict[str, "float | None"]


class Scoring:
    """At most one score at a time matters, that of the latest run; `wait` waits for it."""

    def __init__(self) -> None:
        self._thread: BackgroundThread | None = None

    def start(
        self,
        experiment: Experiment,
        test: Mapping[str, ArrayLike],
        weights: list[Array],
        say: Callable[[str], None],
        take: Callable[[Score], None],
    ) -> None:
        """Score `weights` on the arrays `test`. say: takes a line for the log. take: takes the score, in that thread."""

        def score() -> None:
            try:
                with warnings_to(say):
                    values = test_score(experiment, test, weights)
            except Exception as error:
                say(words.test_set_not_scored(error_text(error)))
                return
            take(values)

        self._thread = BackgroundThread(score, "kwidgets-scoring")
        self._thread.start()

    def wait(self, timeout: float | None = None) -> bool:
        """Block until the score has been taken, at most `timeout` seconds; whether it has."""
        thread = self._thread
        if thread is not None:
            thread.join(timeout)
        return thread is None or not thread.is_alive()
