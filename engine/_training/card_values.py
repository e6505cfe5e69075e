"""Losses and metrics of steps on a card, which are fetched many at a time: to ask for each would hold up the step after it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

import numpy as np

from .._machine.device_base import Device
from ..types import Array

KEPT = 32
"""Steps whose values are kept on the card; when there are so many they are fetched, in one copy."""


class _Chunk:
    """The values of some steps in a row: on the card, then fetched."""

    def __init__(self, device: Device, values: Array) -> None:
        self._device, self._values = device, values
        self.fetched: Array | None = None

    def fetch(self) -> Array:
        """The values in NumPy's memory, from the first step on."""
        if self.fetched is None:
            self.fetched = self._device.host(self._values)
        return self.fetched


class LaterValues(Sequence[float]):
    """The values of one step, fetched when one of them is first asked for, with those of the steps beside it."""

    def __init__(self, chunk: _Chunk, row: int, count: int) -> None:
        self._chunk, self._row, self._count = chunk, row, count

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> float: ...
    @overload
    def __getitem__(self, index: slice) -> list[float]: ...
    def __getitem__(self, index: int | slice) -> float | list[float]:
        row = self._chunk.fetch()[self._row]
        return [float(one) for one in row[index]] if isinstance(index, slice) else float(row[index])


class Ring:
    """Keeps the values of steps on a card until somebody asks.

    Args:
        device: the card.
        count: values of a step.
    """

    def __init__(self, device: Device, count: int) -> None:
        self._device, self._count = device, count
        with device.active():
            self._values = device.xp.zeros((KEPT, count), np.float64)
            self._rows = [[self._values[i, j] for j in range(count)] for i in range(KEPT)]
        self._chunk = _Chunk(device, self._values)
        self._used = 0

    def keep(self, values: Sequence[Array]) -> LaterValues:
        """Copy the values of a step, arrays without axes on the card; those that lay there before are fetched first."""
        if self._used == KEPT or self._chunk.fetched is not None:
            self._chunk.fetch()
            self._chunk, self._used = _Chunk(self._device, self._values), 0
        for target, value in zip(self._rows[self._used], values, strict=True):
            self._device.xp.copyto(target, value)
        self._used += 1
        return LaterValues(self._chunk, self._used - 1, self._count)
