"""Rows that are read or made while training goes on: from files, in threads that are a few batches ahead of it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from math import prod
from typing import Protocol

import numpy as np

from ..types import Array, DType, DTypeLike

# Batches that wait to be trained on take so much memory at most.
_MOST_WAITING_BYTES = 32 * 2**20
# Small batches are read together: a thread that is asked for each of 64 rows costs more than their training.
_BYTES_AT_A_TIME = 2**20
_MOST_AT_A_TIME = 256


class RowOrder(Protocol):
    """The rows of an epoch, one after the other."""

    def __getitem__(self, places: slice, /) -> Array: ...


class ReadRows(ABC):
    """An array whose rows take time to read, as `fit`, `evaluate` and `predict` take it.

    Args:
        shape: lengths of the axes, the rows first.
        dtype: the type of the elements.
        readers: threads that may read batches at the same time, 1 by default.

    Example:
        >>> class Squares(ReadRows):
        ...     def read(self, rows, epoch=None):
        ...         return rows[:, None] ** 2
        >>> squares = Squares((4, 1), np.dtype("int64"))
        >>> squares[1:3].tolist(), len(squares.part(2, 4))
        ([[1], [4]], 2)
    """

    def __init__(self, shape: tuple[int, ...], dtype: DType, readers: int = 1) -> None:
        self.shape, self.dtype, self.readers = shape, dtype, readers
        self.mark: str | None = None
        """What tells the rows from others where reading all of them for that takes too long; None: what they hold."""

    @abstractmethod
    def read(self, rows: Array, epoch: int | None = None) -> Array:
        """Some rows.

        Args:
            rows: their numbers, in any order.
            epoch: the epoch that they are for, where rows differ from one to the next; None (the default): as they are.

        Returns:
            An array (rows, ...).
        """

    def order(self, seed: int, epoch: int) -> RowOrder:
        """The rows of a shuffled epoch: any order with the same chance, by default.

        Args:
            seed: of the chance.
            epoch: number of the epoch.

        Returns:
            What gives the rows' numbers by slices.
        """
        return np.random.Generator(np.random.PCG64([seed, epoch])).permutation(len(self))

    def part(self, first: int, last: int) -> ReadRows:
        """The rows from `first` to before `last`, which are not read yet."""
        return _Part(self, first, last)

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.shape)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: object, /) -> Array:
        if isinstance(rows, (int, np.integer)):
            return self.read(self._numbered([int(rows)]))[0]
        return self.read(self._numbered(rows))

    def _numbered(self, rows: object) -> Array:
        """Numbers of rows from 0, without those of all rows, of which a file may have many."""
        if isinstance(rows, slice):
            return np.arange(*rows.indices(len(self)))
        chosen = np.asarray(rows)
        if chosen.dtype == bool:
            return np.arange(len(self))[chosen]
        numbers = chosen.astype(np.int64) if chosen.size else np.zeros(0, np.int64)
        wrong = (numbers < -len(self)) | (numbers >= len(self))
        if wrong.any():
            raise IndexError(f"row {numbers[wrong][0]} of {len(self)} rows")
        return np.where(numbers < 0, numbers + len(self), numbers)

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> Array:
        return np.asarray(self.read(np.arange(len(self))), dtype)


class _Part(ReadRows):
    """Some of the rows that follow each other."""

    def __init__(self, whole: ReadRows, first: int, last: int) -> None:
        super().__init__((last - first, *whole.shape[1:]), whole.dtype, whole.readers)
        self._whole, self._first = whole, first

    def read(self, rows: Array, epoch: int | None = None) -> Array:
        """Some rows of the whole."""
        return self._whole.read(rows + self._first, epoch)


def read_ahead(arrays: list[ReadRows], batch_size: int) -> tuple[int, int]:
    """How many batches are read at a time, and how many times may be ahead of the training.

    Args:
        arrays: what is read for each batch.
        batch_size: its rows.

    Returns:
        Several small batches or one large one; at least as many times as there are readers.
    """
    row = sum(prod(array.shape[1:]) * array.dtype.itemsize for array in arrays)
    readers = max(array.readers for array in arrays)
    at_a_time = min(max(_BYTES_AT_A_TIME // max(row * batch_size, 1), 1), _MOST_AT_A_TIME)
    return at_a_time, max(readers + 1, _MOST_WAITING_BYTES // max(row * batch_size * at_a_time, 2**20))
