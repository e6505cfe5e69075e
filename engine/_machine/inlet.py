"""How batches come into a card's memory: through pinned memory, in a stream of their own, while the step before still runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..types import Array
from .gpu import Gpu


class _Way:
    """One input of a batch on its way: where the host writes it, and where it arrives; of rows that lie there, their numbers."""

    def __init__(self, card: Gpu, target: Array) -> None:
        self._card = card
        self.pinned = card.staging(target.shape, target.dtype)
        self.arrived_at: Array = card.xp.empty(target.shape, target.dtype)
        self.source: Array | None = None
        self._index: tuple[Array, Array] | None = None

    def number(self, source: Array, index: Array) -> None:
        """The rows of a source with these numbers, in place of what the host would write."""
        if self._index is None:
            shape = (len(self.pinned),)
            with self._card.active():
                self._index = self._card.staging(shape, np.int64), self._card.xp.empty(shape, np.int64)
                self._card.copying.wait_event(self._card.mark())
        np.copyto(self._index[0], index, casting="unsafe")
        self.source = source

    def depart(self) -> None:
        """Ask for the copy, in the stream of copies."""
        pinned, there = (self.pinned, self.arrived_at) if self.source is None or self._index is None else self._index
        there.set(pinned, stream=self._card.copying)  # type: ignore[attr-defined]

    def arrive(self, target: Array) -> None:
        """What a plan reads is what has arrived."""
        xp = self._card.xp
        if self.source is None or self._index is None:
            xp.copyto(target, self.arrived_at)
        else:
            xp.take(self.source, self._index[1], axis=0, out=target)
            self.source = None


class _Slot:
    """A batch on its way, and the events of its arrival and its use."""

    def __init__(self, card: Gpu, targets: Sequence[Array]) -> None:
        with card.active():
            self.ways = [_Way(card, target) for target in targets]
            self.arrived: Any = card.event()
            # What lay in this memory before may be in use yet.
            self.used: Any = card.mark()


class Inlet:
    """Two batches on their way to the arrays that a plan reads.

    The host fills `arrays`, or says which rows of what lies on the card are meant, then calls `send`, and goes on at once with
    the next batch.

    Args:
        card: where the arrays lie.
        targets: the arrays.
    """

    def __init__(self, card: Gpu, targets: Sequence[Array]) -> None:
        self._card, self._targets = card, list(targets)
        self._slots = [_Slot(card, self._targets), _Slot(card, self._targets)]
        self._next = 0

    @property
    def arrays(self) -> list[Array]:
        """Where the next batch is written, in NumPy's memory."""
        return [way.pinned for way in self._slots[self._next].ways]

    def write(self, arrays: Sequence[Array]) -> None:
        """Write a batch that lies elsewhere."""
        for target, array in zip(self.arrays, arrays, strict=True):
            if target is not array:
                np.copyto(target, array, casting="unsafe")

    def gather(self, input_position: int, source: Array, index: Array) -> None:
        """Rows of an array that lies on the card, as input number `number` of the next batch."""
        self._slots[self._next].ways[input_position].number(source, index)

    def send(self) -> None:
        """Have the batch copied; what the card is asked from now on finds it in the plan's arrays."""
        card, slot = self._card, self._slots[self._next]
        card.copying.wait_event(slot.used)
        for way in slot.ways:
            way.depart()
        slot.arrived.record(card.copying)
        card.stream.wait_event(slot.arrived)
        for target, way in zip(self._targets, slot.ways, strict=True):
            way.arrive(target)
        slot.used.record(card.stream)
        self._next = 1 - self._next
        # The host may write there once the batch before last has left; as a rule it has.
        self._slots[self._next].arrived.synchronize()
