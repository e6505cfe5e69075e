"""Arrays as they are fed, in memory or on disk, and rows of them that are copied only where they are needed."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from .._machine.device_base import Device
from ..types import Array, DType, DTypeLike
from .native_rows import NativeRows, native_rows

# Plans have arrays of their own for the batches of each size.
_MOST_TARGETS = 16
# Of the memory that a card has free, what one array of the data may take.
_SHARE_OF_CARD = 0.25


class ArrayData(Protocol):
    """An array as it is fed: in memory, or on disk and read by slices."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Lengths of the axes, the samples first."""
        ...

    @property
    def dtype(self) -> DType:
        """The type of the elements."""
        ...

    def __len__(self) -> int: ...

    def __getitem__(self, rows: Any, /) -> Any: ...

    def __array__(self) -> Array: ...


class Rows:
    """Some rows of an array, copied only when they are needed."""

    __slots__ = ("_index", "_reader", "shape")

    def __init__(self, reader: RowReader, index: Array) -> None:
        self._reader = reader
        self._index = index
        self.shape: tuple[int, ...] = (len(index), *reader.row)

    def __len__(self) -> int:
        return self.shape[0]

    def copy_into(self, target: Array) -> None:
        """Copy the rows into `target`, an array of their shape."""
        self._reader.gather(self._index, target)

    @property
    def index(self) -> Array:
        """Their numbers."""
        return self._index

    def on_card(self, card: Device, dtype: DType) -> Array | None:
        """The whole array on a card, where it goes once if it leaves enough room there; else None."""
        return self._reader.on_card(card, dtype)

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> Array:
        return np.asarray(self._reader.array[self._index], dtype)


class RowReader:
    """Reads parts of one array."""

    def __init__(self, array: ArrayData, size: int) -> None:
        self.array = array
        self._size = size
        # Only rows of an array in memory are copied later; what others come to may not be known yet.
        self.row: tuple[int, ...] = tuple(array.shape[1:]) if isinstance(array, np.ndarray) else ()
        self._plain = isinstance(array, np.ndarray)
        self._contiguous = array if isinstance(array, np.ndarray) and array.flags.c_contiguous else None
        self._buffer: Array | None = None
        self._native: dict[int, tuple[Array, NativeRows | None]] = {}
        self._on_cards: dict[tuple[Device, DType], Array | None] = {}

    def read(self, rows: slice | Array) -> Array | Rows:
        """The rows of a slice or of an index array."""
        if isinstance(rows, slice):
            part = self.array[rows]
            return part if self._plain else np.asarray(part)
        if self._plain:
            return Rows(self, rows)
        ascending = np.sort(rows)  # HDF5 reads only ascending indices
        return np.asarray(self.array[ascending.tolist()])[np.argsort(np.argsort(rows))]

    def gather(self, index: Array, target: Array) -> None:
        """Copy rows into `target`, at once where it takes them as they are, else through memory that is used again."""
        source = self._contiguous
        if source is None:
            # `take` would first copy the whole array: for 100,000 rows and 50 columns 8 ms a batch instead of 2 us.
            np.copyto(target, self.array[index], casting="unsafe")
            return
        straight = type(target) is np.ndarray and target.dtype == source.dtype
        if not straight and self._buffer is None:
            self._buffer = np.empty((self._size, *self.row), source.dtype)
        if straight:
            native = self._native_rows(source, target)
            if native is not None:
                native.copy(index)
                return
        into = target if straight or self._buffer is None else self._buffer[: len(index)]
        # With mode='raise' NumPy would copy through a new buffer.
        source.take(index, axis=0, out=into, mode="clip")
        if into is not target:
            np.copyto(target, into, casting="unsafe")

    def on_card(self, card: Device, dtype: DType) -> Array | None:
        """The array on a card, in a type; None where it is no array in memory or takes more than its share of what is free."""
        key = card, dtype
        if key not in self._on_cards:
            source = self._contiguous
            fits = source is not None and source.size * dtype.itemsize <= _SHARE_OF_CARD * card.info().free
            self._on_cards[key] = card.array(source.astype(dtype)) if source is not None and fits else None
        return self._on_cards[key]

    def _native_rows(self, source: Array, target: Array) -> NativeRows | None:
        """What copies rows into this target, made at the first batch that goes there."""
        known = self._native.get(id(target))
        if known is None:
            if len(self._native) >= _MOST_TARGETS:
                self._native.clear()
            known = self._native[id(target)] = target, native_rows(source, target)
        return known[1]
