"""What processes that train together send each other: one message a step, and a small one where there is no gradient.

A message is the flat gradient with a tail behind it:

    wishes    why somebody wants the training to end or wait, and rank 0's learning rate
    values    what each process adds to loss and metrics of the whole batch
    states    moving averages and the like, each process's times its share of the batch

Its sum over all processes is the same everywhere, bit for bit, and so is all that follows from it: they stop, wait and change
the rate at the same step.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Protocol, cast

import numpy as np

from .._graph.tensor import Variable
from .._machine.devices import on_host
from .._machine.ranks import Ranks, in_step
from ..events import Reason
from ..types import Array
from .control import Control
from .part import Part

_REASONS: tuple[Reason, ...] = ("interrupted", "stopped", "early", "nan", "failed")
# One for each reason, whether to wait, and the rate in three parts.
WISHES = len(_REASONS) + 4


class Rated(Protocol):
    """What has a learning rate."""

    @property
    def learning_rate(self) -> float:
        """The rate now."""
        ...

    @learning_rate.setter
    def learning_rate(self, value: float) -> None: ...


class Wishes:
    """What the processes agree on, of what each was asked: `Control.agreement` of a common training.

    Args:
        ranks: the processes.
        control: of this process's training.
        rated: has the learning rate, which is rank 0's everywhere.

    Attributes:
        reason: why the training ends; None while it goes on.
        paused: whether all wait.
        turns: how many messages were exchanged.
    """

    def __init__(self, ranks: Ranks, control: Control, rated: Rated) -> None:
        self._ranks, self._control, self._rated = ranks, control, rated
        self.reason: Reason | None = None
        self.paused = False
        self.turns = 0

    def write(self, slots: Array) -> None:
        """Put what this process was asked into its part of a message."""
        slots[:] = 0
        asked = self._control.asked
        if asked is not None:
            slots[_REASONS.index(asked)] = 1
        slots[len(_REASONS)] = self._control.asked_to_wait
        if self._ranks.rank == 0:
            slots[-3:] = in_parts(self._rated.learning_rate, slots.dtype.type)

    def read(self, slots: Array) -> None:
        """Take over what all have agreed on."""
        self.turns += 1
        if self.reason is None:
            self.reason = next((reason for reason, count in zip(_REASONS, slots, strict=False) if count), None)
        self.paused = bool(slots[len(_REASONS)])
        rate = float(slots[-3]) + float(slots[-2]) + float(slots[-1])
        if self._ranks.rank and rate != self._rated.learning_rate:
            self._rated.learning_rate = rate

    def lose(self) -> None:
        """End at once where the training is to end with a loss that is no number, which all of them have seen."""
        if self._control.ends_on_nan and self.reason is None:
            self.reason = "nan"

    def look(self) -> None:
        """Agree by a message of its own."""
        slots = np.zeros(WISHES)
        self.write(slots)
        self._ranks.all_reduce(slots)
        self.read(slots)


def in_parts(number: float, kind: type[np.generic]) -> tuple[float, float, float]:
    """Three numbers of a shorter type whose sum is a number of Python's.

    >>> sum(in_parts(0.1, np.float32)) == 0.1, in_parts(0.5, np.float32)
    (True, (0.5, 0.0, 0.0))
    """
    parts: list[float] = []
    for _ in range(3):
        part = float(cast("float", kind(number)))  # type: ignore[call-arg]
        parts.append(part)
        number -= part
    return parts[0], parts[1], parts[2]


class Exchange:
    """The messages of one training step by several processes.

    Args:
        ranks: the processes.
        messages: the flat gradients; `tail` lies behind the first of them.
        tail: room for `WISHES` numbers, the values and the states.
        states: what a step assigns beside the weights; afterwards it has everywhere the mean over the processes, each
            weighted by its part of the batch.

    Attributes:
        waited: seconds that this process has spent in messages, with the adding up.
        wishes: what is agreed on with each message; None outside of a training.
    """

    def __init__(
        self, ranks: Ranks, messages: Sequence[Array], tail: Array, states: Sequence[Variable], part: Part
    ) -> None:
        self.ranks = ranks
        self._messages, self._tail = list(messages), tail
        self._states = [state for state in states if state.dtype.kind == "f"]
        self._part = part
        self.waited = 0.0
        self.wishes: Wishes | None = None

    @staticmethod
    def room(values: int, states: Sequence[Variable]) -> int:
        """Numbers behind the gradient, for so many values of loss and metrics and for these states."""
        return WISHES + values + sum(state.size for state in states if state.dtype.kind == "f")

    @contextmanager
    def in_step(self, share: float) -> Generator[None]:
        """A step that all processes take, of which this one has a share of the samples."""
        self._part.set(share)
        try:
            with in_step(share):
                yield
        finally:
            self._part.set(1.0)

    def step(self, values: Sequence[Array]) -> list[Array]:
        """Add up gradients, values and states of all; gives the values of the whole batch."""
        tail, share = self._tail, self.ranks.share
        if self.wishes is not None:
            self.wishes.write(tail[:WISHES])
        end = WISHES + len(values)
        tail[WISHES:end] = [float(on_host(value)) for value in values]
        places: list[tuple[Variable, slice]] = []
        for state in self._states:
            span = slice(end, end + state.size)
            places.append((state, span))
            tail[span] = state.array.reshape(-1) * share
            end = span.stop
        begun = time.perf_counter()
        for message in self._messages:
            self.ranks.all_reduce(message)
        self.waited += time.perf_counter() - begun
        if self.wishes is not None:
            self.wishes.read(tail[:WISHES])
        for state, span in places:
            state.array[...] = tail[span].reshape(state.shape)
        of_all = tail[WISHES : WISHES + len(values)].copy()
        if self.wishes is not None and not np.isfinite(of_all[0]):
            self.wishes.lose()
        return [of_all[i, ...] for i in range(len(of_all))]

    def measured(self, values: Sequence[float]) -> list[float]:
        """The values of a whole batch that all have measured a part of."""
        slots = np.zeros(WISHES + len(values))
        if self.wishes is not None:
            self.wishes.write(slots[:WISHES])
        slots[WISHES:] = values
        begun = time.perf_counter()
        self.ranks.all_reduce(slots)
        self.waited += time.perf_counter() - begun
        if self.wishes is not None:
            self.wishes.read(slots[:WISHES])
        return slots[WISHES:].tolist()
