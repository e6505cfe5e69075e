"""The mends that are offered for the present problems of a document, and the trials that decide which."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from ..refused import Refused
from ..words import common
from . import in_blocks, mends, nested
from .checks import Checker, Checkup
from .commands import Message, Surroundings
from .draft import Draft
from .problems import Problem
from .trying import Trials

SECONDS = 0.06
# Problems for which mends are looked for; the first are what people mend first.
MOST_MENDED = 12


class Offers:
    """Mends by the ids of the problems that they take away. trials: decides what is offered of what seems to help.

    seconds: after so many no further problem is looked at; the others are when the trials tell that they are done.
    """

    def __init__(
        self, trials: Trials, seconds: float = SECONDS, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self.trials = trials
        self.by_problem: dict[str, list[mends.Mend]] = {}
        self._left: list[Problem] = []
        self._seconds, self._clock = seconds, clock

    def find(
        self, problems: Sequence[Problem], draft: Draft, checkup: Checkup, checker: Checker, around: Surroundings
    ) -> None:
        """Begins to look for mends of the first problems, in place of those that were offered before."""
        self.trials.begin()
        self.by_problem = {}
        self._left = list(problems[:MOST_MENDED])
        self.go_on(draft, checkup, checker, around)

    @property
    def unfinished(self) -> bool:
        """Whether mends of some problem were not looked for yet."""
        return bool(self._left)

    def go_on(
        self, draft: Draft, checkup: Checkup, checker: Checker, around: Surroundings, *, to_the_end: bool = False
    ) -> None:
        """Looks for mends of one more problem, and of others while there is time. to_the_end: of all."""
        began = self._clock()
        while self._left:
            problem = self._left.pop(0)
            inside = problem.node is not None and nested.block_of(problem.node) is not None
            offered = in_blocks.offered if inside else mends.offered
            self.by_problem[problem.id] = offered(problem, draft, checkup, checker, around, trials=self.trials)
            if not to_the_end and self._clock() - began > self._seconds:
                break
        self.trials.go_on(tell=bool(self._left))

    def refresh(self) -> bool:
        """Takes in what trials have found meanwhile; False where one failed, so that others must be looked for."""
        for problem, offered in self.by_problem.items():
            verdicts = [mend.tried if mend.tried != "shapes" else self.trials.known(mend.trial) for mend in offered]
            if "failed" in verdicts:
                return False
            self.by_problem[problem] = [
                replace(mend, tried=verdict)
                for mend, verdict in zip(offered, verdicts, strict=True)
                if verdict != "failed"
            ]
        return True

    def commands(self, problem: str, mend: str) -> tuple[str, Sequence[Message]]:
        """(label, commands) of a mend. Raises Refused where it is offered no more."""
        for offer in self.by_problem.get(problem, []):
            if offer.id == mend:
                return offer.label, offer.commands
        raise Refused(common.PROBLEM_IS_GONE, common.LIST_IS_REFRESHED)
