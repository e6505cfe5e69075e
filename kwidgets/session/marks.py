"""What tells that a model, an array or a batch is another one than before: numbers of objects, and marks of what arrays hold."""

from __future__ import annotations

import itertools
import threading
import weakref
import zlib
from collections.abc import Sequence
from typing import Protocol

from engine.types import Array

# Elements of each array that a mark is made of.
SPREAD = 4096


class HasValues(Protocol):
    """A weight, as far as its values are read."""

    def host(self) -> Array:
        """Its values in the memory."""
        ...


class Numbers:
    """Numbers objects: each has its own, which no other gets, also where a new object lies where one that is gone lay."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[int, tuple[weakref.ref[object], int]] = {}
        self._serials = itertools.count(1)

    def of(self, one: object | None) -> int:
        """The number of an object; 0 of None."""
        if one is None:
            return 0
        with self._lock:
            known = self._known.get(id(one))
            if known is None or known[0]() is not one:
                self._known = {key: entry for key, entry in self._known.items() if entry[0]() is not None}
                known = self._known[id(one)] = weakref.ref(one), next(self._serials)
            return known[1]


def fingerprint(arrays: Sequence[Array]) -> int:
    """A short mark of what arrays hold, by a spread of their elements; an update of weights changes it."""
    mark = 0
    for array in arrays:
        # Without a copy of arrays that do not lie in one piece.
        mark = zlib.crc32(array.flat[:: max(1, array.size // SPREAD)].tobytes(), mark)
    return mark


def mark_of_weights(weights: Sequence[HasValues]) -> int:
    """A short mark of what weights hold."""
    return fingerprint([weight.host() for weight in weights])
