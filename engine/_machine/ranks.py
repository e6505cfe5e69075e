"""The processes that train together, as the rest of the engine sees them: four calls on flat arrays.

A process that trains alone is rank 0 of 1 (`Alone`), and nothing is sent. `engine.distributed` joins processes by MPI.
The ops and the loss of a model that is trained by several look at `current()`, which tells of the others only while all
of them are in the same step of the same `fit` (`in_step`): whatever one of them computes besides, it computes alone.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Generator, Mapping
from contextlib import contextmanager

import numpy as np

from ..errors import TrainingError
from ..types import Array

# Bytes of a rank's sentence when all tell each other what is wrong.
_LONGEST = 400


class Ranks(ABC):
    """One of several processes that train together, and the calls by which it speaks with the others.

    Every process makes the same calls in the same order; each waits for the others.

    Attributes:
        rank: number of this process, from 0.
        size: how many there are.
        share: the part of the present batch's samples that this process has, from 0 to 1.
    """

    rank: int = 0
    size: int = 1
    share: float = 1.0

    @abstractmethod
    def all_reduce(self, flat: Array) -> None:
        """Put the sum over all processes in the place of a contiguous array of numbers.

        Args:
            flat: of the same shape and type everywhere.
        """

    @abstractmethod
    def broadcast(self, flat: Array) -> None:
        """Put the numbers of rank 0 in the place of a contiguous array.

        Args:
            flat: of the same shape and type everywhere.
        """

    @abstractmethod
    def barrier(self) -> None:
        """Return when all processes have come here."""

    def part(self, first: int, last: int) -> tuple[int, int]:
        """This process's rows of those from `first` to before `last`: parts differ by one row at most.

        Args:
            first: the first row.
            last: the row behind the last one.

        Returns:
            The first row and the row behind the last one; both are equal where there are fewer rows than processes.
        """
        count = last - first
        return first + count * self.rank // self.size, first + count * (self.rank + 1) // self.size


class Alone(Ranks):
    """The only process.

    Example:
        >>> Alone().part(3, 10)
        (3, 10)
    """

    def all_reduce(self, flat: Array) -> None:
        """Leave it: the sum over one."""

    def broadcast(self, flat: Array) -> None:
        """Leave it."""

    def barrier(self) -> None:
        """Wait for nobody."""


class _State:
    """Which processes this one trains with, and those that it is in a step with now."""

    joined: Ranks = Alone()
    current: Ranks = Alone()
    shared_error: BaseException | None = None


_state = _State()
_alone = _state.current


def joined() -> Ranks:
    """The processes that this one trains with."""
    return _state.joined


def current() -> Ranks:
    """Those that are in the same step now: this process alone outside of a common training's steps."""
    return _state.current


@contextmanager
def joining(others: Ranks) -> Generator[Ranks]:
    """Train with these inside the block."""
    before, _state.joined = _state.joined, others
    try:
        yield others
    finally:
        _state.joined = before


@contextmanager
def in_step(share: float) -> Generator[Ranks]:
    """A block that all processes run at the same time.

    Args:
        share: the part of the batch's samples that this one has.
    """
    others = _state.joined
    others.share, _state.current = share, others
    try:
        yield others
    finally:
        others.share, _state.current = 1.0, _alone


def told_by_all(ranks: Ranks, sentence: str) -> dict[int, str]:
    """What each process has to say, for all of them to hear.

    Args:
        ranks: the processes.
        sentence: what this one says; "" for nothing.

    Returns:
        The sentences by rank, without those that said nothing.
    """
    said = np.zeros((ranks.size, _LONGEST), np.uint8)
    written = sentence.encode("utf-8")[:_LONGEST]
    said[ranks.rank, : len(written)] = np.frombuffer(written, np.uint8)
    ranks.all_reduce(said)
    texts = {rank: bytes(row).rstrip(b"\0").decode("utf-8", "ignore") for rank, row in enumerate(said)}
    return {rank: text for rank, text in texts.items() if text}


def check_all(ranks: Ranks, problem: BaseException | str | None, what: str = "the processes") -> None:
    """Go on only where no process has a problem: else every one of them raises, so that none waits for another.

    Args:
        ranks: the processes.
        problem: what keeps this one from going on; None for nothing.
        what: what was about to be done, for the message.

    Raises:
        TrainingError: a process has one; the message names it.
    """
    if ranks.size == 1:
        if isinstance(problem, BaseException):
            raise problem
        return
    problems = told_by_all(ranks, "" if problem is None else str(problem) or type(problem).__name__)
    if problems:
        rank, sentence = next(iter(problems.items()))
        others = "" if len(problems) == 1 else f" (And {len(problems) - 1} more of {ranks.size} processes.)"
        end = "" if sentence.endswith(".") else "."
        _state.shared_error = TrainingError(
            sentence=f"{what}, rank {rank} of {ranks.size}: {sentence}{end}{others}",
            where=f"{what}, rank {rank} of {ranks.size}",
            expected="all of them ready to begin",
            actual=sentence,
        )
        raise _state.shared_error


def is_told(error: BaseException | None) -> bool:
    """Whether all processes have raised an error together, so that none waits for this one."""
    return error is not None and error is _state.shared_error


def check_same(ranks: Ranks, facts: Mapping[str, str], what: str = "the processes") -> None:
    """See that all processes are about to do the same.

    Args:
        ranks: the processes.
        facts: what must be equal everywhere, in words or as a digest, by what it is.
        what: what is about to be done, for the message.

    Raises:
        TrainingError: a process differs from rank 0; the message names it and what differs.
    """
    if ranks.size == 1:
        return
    problem: str | None = None
    for name, fact in facts.items():
        written = np.zeros(_LONGEST, np.uint8)
        mine = fact.encode("utf-8")[:_LONGEST]
        written[: len(mine)] = np.frombuffer(mine, np.uint8)
        ranks.broadcast(written)
        first = bytes(written).rstrip(b"\0").decode("utf-8", "ignore")
        if first != mine.decode("utf-8", "ignore") and problem is None:
            problem = f"another {name} than rank 0: {fact!r:.80} where rank 0 has {first!r:.80}"
    check_all(ranks, problem, what)
