"""A model's predictions for all samples, made a piece at a time in a thread, so that the first figures are there at once.

The first piece is spread evenly over all samples, and so is each that follows; what is there can be looked at meanwhile.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np

from engine.errors import EngineError
from engine.experiment import BackgroundThread, bytes_in_words
from engine.types import Array

from ..refused import Refused
from ..words import results as say

# Samples of the first piece; each that follows has twice as many as the one before, up to a bound.
FIRST_PIECE, LARGEST_PIECE = 256, 8192
# Of predictions more bytes are not kept; figures are then those of fewer samples, evenly spread.
MOST_BYTES = 256 * 2**20
# Samples that are computed at a time.
_BATCH = 128

Predict = Callable[[Mapping[str, Array], int], Sequence[Array]]


@dataclass(frozen=True)
class Part:
    """What is predicted so far.

    rows: (n,) numbers of the samples, ascending. by_name: the predictions of each output, (n, ...). whole: all that will come is
    there. seconds: what a sample took.
    """

    rows: Array
    by_name: Mapping[str, Array]
    whole: bool
    seconds: float


class Predicted:
    """Predictions of one model for one set of samples.

    Args:
        predict: gives the outputs for arrays by input, in order; the second argument is how many are computed at a time.
        inputs: arrays by input, (N, ...) each; what is read while it is used is read a piece at a time.
        outputs: names of the outputs.
        most_bytes: predictions of more bytes are kept of evenly spread samples only.
        each: bytes of a sample's predictions; None (the default) where only a first sample tells.
    """

    def __init__(
        self,
        predict: Predict,
        inputs: Mapping[str, Array],
        outputs: Sequence[str],
        most_bytes: int = MOST_BYTES,
        each: int | None = None,
    ) -> None:
        self._predict, self._inputs, self._names, self._most = predict, dict(inputs), list(outputs), most_bytes
        self._each = each
        self.count = min((len(array) for array in self._inputs.values()), default=0)
        self._kept: dict[str, Array] = {}
        self._done = np.zeros(self.count, bool)
        self._news = threading.Condition()
        self._whole = self._closed = False
        self._seconds = 0.0
        # Called in the thread once all of it is there, or will not be.
        self.when_done: Callable[[], None] = lambda: None
        self._trouble: str | None = None
        self._left_out: str | None = None
        self._thread = BackgroundThread(self._run, "kwidgets-results", self.close)

    def start(self) -> None:
        """Begin, in a thread."""
        self._thread.start()

    def close(self) -> None:
        """Give up what is not done yet: nobody asks for it any more."""
        self._closed = True

    @property
    def left_out(self) -> str | None:
        """Why it is not of all samples, in words; None where it is."""
        return self._left_out

    def wait(self, seconds: float | None = None, whole: bool = True) -> bool:
        """Wait for all of it, or for the first piece.

        Args:
            seconds: how long; None (the default) as long as it takes.
            whole: False waits for the first piece alone.

        Returns:
            Whether it is there.

        Raises:
            Refused: the samples cannot be predicted; the message says why.
        """
        with self._news:
            there = self._news.wait_for(
                lambda: self._trouble or self._whole or (not whole and self._done.any()), seconds
            )
        if self._trouble is not None:
            raise Refused(self._trouble)
        return bool(there)

    def part(self) -> Part:
        """What is there."""
        with self._news:
            rows = np.flatnonzero(self._done)
            every = len(rows) == self.count
            by_name = {name: kept if every else kept[rows] for name, kept in self._kept.items()}
            return Part(rows, by_name, self._whole, self._seconds)

    def _run(self) -> None:
        try:
            for rows in pieces(self.count):
                if self._closed:
                    return
                if not self._take(rows):
                    break
            self._end(None)
        except (EngineError, Refused) as error:
            self._end(str(error))
        except MemoryError:
            self._end(say.NO_MEMORY)
        except Exception as error:
            # A layer of the user's own may raise anything; the page says it.
            self._end(say.prediction_failed(type(error).__name__, error))

    def _take(self, rows: Array) -> bool:
        """Predict some samples; whether there is room for more."""
        began = time.perf_counter()
        if not self._kept:
            if self._each is None:
                self._each = sum(array[0].nbytes for array in self._made(rows[:1]))
            self._set_room(self._each)
            rows = _spread(rows, self._room)
            began = time.perf_counter()
        made = self._made(rows)
        if not self._kept:
            # Pages that are never written take no memory.
            self._kept = {
                name: np.empty((self.count, *array.shape[1:]), array.dtype)
                for name, array in zip(self._names, made, strict=True)
            }
        room = self._room - int(self._done.sum())
        places = _spread(np.arange(len(rows)), room)
        rows, made = rows[places], [array[places] for array in made]
        with self._news:
            for name, array in zip(self._names, made, strict=True):
                self._kept[name][rows] = array
            self._done[rows] = True
            self._seconds = (time.perf_counter() - began) / max(len(rows), 1)
            self._news.notify_all()
        return room > len(rows)

    def _made(self, rows: Array) -> Sequence[Array]:
        return self._predict({name: _rows_of(array, rows) for name, array in self._inputs.items()}, _BATCH)

    def _set_room(self, each: int) -> None:
        self._room = min(self.count, max(1, self._most // max(each, 1)))
        if self._room < self.count:
            self._left_out = say.samples_left_out(self._room, self.count, bytes_in_words(each * self.count))

    def _end(self, trouble: str | None) -> None:
        with self._news:
            self._trouble, self._whole = trouble, trouble is None
            self._news.notify_all()
        self.when_done()


def pieces(count: int) -> list[Array]:
    """Numbers of samples, in pieces of which each is spread evenly over all of them.

    Args:
        count: how many samples there are.

    Returns:
        The pieces, in the order in which they are predicted; together they hold each number once.

    Example:
        >>> [piece.tolist() for piece in pieces(5)]
        [[0, 1, 2, 3, 4]]
    """
    step = max(1, -(-count // FIRST_PIECE))
    # The offsets in an order in which each is far from those before.
    offsets = sorted(range(step), key=lambda offset: int(f"{offset:024b}"[::-1], 2))
    made: list[Array] = []
    taken = 0
    while taken < step:
        some = offsets[taken : taken + max(1, min(taken, LARGEST_PIECE // FIRST_PIECE))]
        made.append(np.sort(np.concatenate([np.arange(offset, count, step) for offset in some])))
        taken += len(some)
    return [piece for piece in made if len(piece)]


def _spread(rows: Array, most: int) -> Array:
    """At most so many of the rows, evenly spread over them."""
    return rows if len(rows) <= most else rows[np.linspace(0, len(rows) - 1, most).round().astype(np.int64)]


def _rows_of(array: Array, rows: Array) -> Array:
    # What is read while it is used takes lists.
    return array[rows] if isinstance(cast("object", array), np.ndarray) else np.asarray(array[rows.tolist()])
