"""How batches come into a card's memory: through pinned memory, in a stream of their own, while the step before still runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from ..types import Array
from .gpu import Gpu


class _Slot(NamedTuple):
    """One batch on its way: where the host writes it, where it arrives, and the events of arriving and of being used."""

    pinned: list[Array]
    arrived_at: list[Array]
    arrived: Any
    used: Any


class Inlet:
    """Two batches on their way to the arrays that a plan reads.

    The host fills `arrays`, then calls `send`, and goes on at once with the next batch.

    Args:
        card: where the arrays lie.
        targets: the arrays.
    """

    def __init__(self, card: Gpu, targets: Sequence[Array]) -> None:
        self._card, self._targets = card, list(targets)
        self._slots = [self._slot(), self._slot()]
        self._next = 0

    def _slot(self) -> _Slot:
        card = self._card
        with card.active():
            pinned = [card.staging(target.shape, target.dtype) for target in self._targets]
            arrived_at = [card.xp.empty(target.shape, target.dtype) for target in self._targets]
            return _Slot(pinned, arrived_at, card.event(), card.event())

    @property
    def arrays(self) -> list[Array]:
        """Where the next batch is written, in NumPy's memory."""
        return self._slots[self._next].pinned

    def write(self, arrays: Sequence[Array]) -> None:
        """Write a batch that lies elsewhere."""
        for target, array in zip(self.arrays, arrays, strict=True):
            if target is not array:
                np.copyto(target, array, casting="unsafe")

    def send(self) -> None:
        """Have the batch copied; what the card is asked from now on finds it in the plan's arrays."""
        card, slot = self._card, self._slots[self._next]
        card.copying.wait_event(slot.used)
        for pinned, arrived_at in zip(slot.pinned, slot.arrived_at, strict=True):
            arrived_at.set(pinned, stream=card.copying)  # type: ignore[attr-defined]
        slot.arrived.record(card.copying)
        card.stream.wait_event(slot.arrived)
        for target, arrived_at in zip(self._targets, slot.arrived_at, strict=True):
            card.xp.copyto(target, arrived_at)
        slot.used.record(card.stream)
        self._next = 1 - self._next
        # The host may write there once the batch before last has left; as a rule it has.
        self._slots[self._next].arrived.synchronize()
