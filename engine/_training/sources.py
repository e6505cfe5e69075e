"""Where batches come from: the one protocol of all sources, and those that are cut from arrays.

Batches from generators and `Sequence` objects are in `prefetch`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import numpy as np

from .._machine.random import draw_seed
from ..errors import DataError, SettingError
from ..types import Array
from .data import Batch, Fed


class Source(Protocol):
    """A source of batches. `steps`, `samples` and `batch_size` are None where they are not known.

    fed: the checked arrays that the batches are cut from; None where code of the user's makes them one by one.
    """

    steps: int | None
    samples: int | None
    batch_size: int | None
    fed: Fed | None

    def epoch(self, epoch: int) -> Iterator[Batch]:
        """The batches of epoch number `epoch`."""
        ...

    def close(self) -> None:
        """End what works ahead for it."""
        ...


class ArrayBatches:
    """Batches cut from arrays of equal length, in order or shuffled anew for each epoch.

    weighted: names of the outputs whose sample weights are the last of the arrays.
    shuffle: True, False, or 'batch' (whole blocks change places, for HDF5: each is read as one slice).
    steps: batches in an epoch when it is not the whole data; then epochs go on through the data, again and again.
    The order of epoch e depends on the seed drawn at the start and on e alone.
    """

    def __init__(
        self,
        arrays: Sequence[Array],
        batch_size: int,
        shuffle: bool | str = False,
        steps: int | None = None,
        weighted: tuple[str, ...] = (),
    ) -> None:
        if shuffle not in (True, False, "batch"):
            raise SettingError(where="shuffle", expected="True, False or 'batch'", found=repr(shuffle))
        self.fed: Fed | None = Fed(list(arrays), weighted)
        self.samples: int | None = len(arrays[0])
        self.batch_size: int | None = batch_size
        self._whole = -(-len(arrays[0]) // batch_size)
        self.steps: int | None = steps or self._whole
        self._n, self._size, self._shuffle, self._weighted = len(arrays[0]), batch_size, shuffle, weighted
        self._readers = [_Reader(a, min(batch_size, self._n)) for a in arrays]
        self._seed = draw_seed() if shuffle else 0

    def epoch(self, epoch: int) -> Iterator[Batch]:
        """The batches of one epoch: views of the arrays, or `Rows` of them where the order is not theirs."""
        assert self.steps is not None
        first = epoch * self.steps if self.steps != self._whole else epoch * self._whole
        passed, order, starts = -1, None, np.arange(0)
        for number in range(first, first + self.steps):
            if number // self._whole != passed:
                passed = number // self._whole
                order, starts = self._order(passed)
            start = int(starts[number % self._whole])
            stop = min(start + self._size, self._n)
            where = slice(start, stop) if order is None else order[start:stop]
            yield Batch([reader.read(where) for reader in self._readers], stop - start, self._weighted)

    def close(self) -> None:
        """Nothing works ahead: the arrays are there."""

    def _order(self, epoch: int) -> tuple[np.ndarray | None, np.ndarray]:
        """The order of samples (None: as they lie) and of the batches' starts."""
        starts = np.arange(0, self._n, self._size)
        if not self._shuffle:
            return None, starts
        random = np.random.Generator(np.random.PCG64([self._seed, epoch]))
        if self._shuffle == "batch":
            whole = self._n // self._size
            starts[:whole] = random.permutation(starts[:whole])
            return None, starts
        return random.permutation(self._n), starts


class UnfedBatches:
    """`steps` batches of no arrays, for models whose inputs and targets are tensors with values of their own."""

    def __init__(self, steps: int) -> None:
        self.fed: Fed | None = Fed([])
        self.steps: int | None = steps
        self.samples: int | None = None
        self.batch_size: int | None = None

    def epoch(self, epoch: int) -> Iterator[Batch]:
        """The same batch `steps` times."""
        assert self.steps is not None
        return (Batch([], 1) for _ in range(self.steps))

    def close(self) -> None:
        """Nothing works ahead: there are no data."""


def make_batches(
    fed: Fed, batch_size: int, shuffle: bool | str = False, steps: int | None = None, where: str = "steps"
) -> ArrayBatches | UnfedBatches:
    """Batches of arrays, or `steps` empty ones where there are none; raises DataError, naming `where`, without either."""
    if fed.arrays:
        return ArrayBatches(fed.arrays, batch_size, shuffle, steps, fed.weighted)
    if steps is None:
        raise DataError(where=where, expected="the number of batches, as no array is fed", found="None")
    return UnfedBatches(steps)


class Rows:
    """Some rows of an array, gathered only when they are copied to where they are needed."""

    __slots__ = ("_index", "_reader", "shape")

    def __init__(self, reader: _Reader, index: np.ndarray) -> None:
        self._reader = reader
        self._index = index
        self.shape: tuple[int, ...] = (len(index), *reader.row)

    def __len__(self) -> int:
        return self.shape[0]

    def copy_into(self, target: Array) -> None:
        """Gather the rows in `target`, an array of their shape."""
        self._reader.gather(self._index, target)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return np.asarray(self._reader.array[self._index], dtype)


class _Reader:
    """Parts of one array."""

    def __init__(self, array: Array, size: int) -> None:
        self.array = array
        self._size = size
        self.row: tuple[int, ...] = tuple(array.shape[1:])
        self._plain = isinstance(array, np.ndarray)
        self._by_rows = self._plain and array.flags.c_contiguous
        self._buffer: np.ndarray | None = None

    def read(self, where: Any) -> Any:
        """The rows of a slice or of an index array."""
        if isinstance(where, slice):
            part = self.array[where]
            return part if self._plain else np.asarray(part)
        if self._plain:
            return Rows(self, where)
        ascending = np.sort(where)  # HDF5 reads only ascending places
        return np.asarray(self.array[ascending.tolist()])[np.argsort(np.argsort(where))]

    def gather(self, index: np.ndarray, target: Array) -> None:
        """Copy rows into `target`: straight where it takes them as they are, else by way of memory used again."""
        if not self._by_rows:
            # `take` would copy all of it first: 8 ms a batch for a frame of 100,000 rows and 50 columns, and not 2 us.
            np.copyto(target, self.array[index], casting="unsafe")
            return
        straight = isinstance(target, np.ndarray) and target.dtype == self.array.dtype
        if not straight and self._buffer is None:
            self._buffer = np.empty((self._size, *self.row), self.array.dtype)
        into = target if straight or self._buffer is None else self._buffer[: len(index)]
        # mode='clip': with 'raise' NumPy copies through a fresh buffer.
        self.array.take(index, axis=0, out=into, mode="clip")
        if into is not target:
            np.copyto(target, into, casting="unsafe")
