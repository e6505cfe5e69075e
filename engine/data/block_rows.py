"""Rows of a table in blocks, as arrays that are read while training goes on, and the order in which a shuffled epoch takes them."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from math import prod

import numpy as np

from .._training.read_rows import ReadRows
from ..types import Array, DType
from .dataset import Labelled

# Rows that are shuffled among each other take so much memory, and come from so many blocks.
_WINDOW_BYTES = 16 * 2**20
_FEWEST_BLOCKS, _MOST_BLOCKS = 2, 64
TARGETS = None
"""In the place of an input's name: the targets."""


class BlockOrder:
    """Rows of an epoch: blocks in an order of chance, several at a time as a window, the rows of a window in an order of chance.

    Args:
        starts: number of each block's first row, and of all rows.
        window: blocks in a window.
        seed: of the chance, with the epoch's number.

    Example:
        >>> order = BlockOrder(np.array([0, 2, 4, 6]), 2, [0, 0])
        >>> sorted(order[0:6].tolist())
        [0, 1, 2, 3, 4, 5]
    """

    def __init__(self, starts: Array, window: int, seed: list[int]) -> None:
        self._starts, self._window, self._seed = starts, window, seed
        self._blocks = np.random.Generator(np.random.PCG64(seed)).permutation(len(starts) - 1)
        sizes = np.diff(starts)[self._blocks]
        firsts = np.arange(0, len(sizes), window)
        self._ends = np.cumsum(np.add.reduceat(sizes, firsts)) if len(sizes) else np.zeros(0, np.int64)
        self._last: tuple[int, Array] | None = None

    def __getitem__(self, places: slice, /) -> Array:
        first, last = places.start, min(places.stop, int(self._ends[-1]))
        parts: list[Array] = []
        while first < last:
            window = int(np.searchsorted(self._ends, first, "right"))
            begin = int(self._ends[window - 1]) if window else 0
            end = min(last, int(self._ends[window]))
            parts.append(self._rows(window)[first - begin : end - begin])
            first = end
        return np.concatenate(parts) if parts else np.zeros(0, np.int64)

    def _rows(self, window: int) -> Array:
        if self._last is None or self._last[0] != window:
            blocks = self._blocks[window * self._window : (window + 1) * self._window]
            rows = np.concatenate(
                [np.arange(int(self._starts[block]), int(self._starts[block + 1])) for block in blocks]
            )
            random = np.random.Generator(np.random.PCG64([*self._seed, window]))
            self._last = window, random.permutation(rows)
        return self._last[1]


class PreparedBlocks:
    """Blocks of inputs and targets, the last of which stay in memory.

    Args:
        sizes: rows of each block.
        prepare: gives the inputs and targets of a block.
        row_bytes: of one prepared row.
        readers: threads that may prepare blocks at the same time, 1 by default.
    """

    def __init__(self, sizes: Array, prepare: Callable[[int], Labelled], row_bytes: int, readers: int = 1) -> None:
        self.starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        """Number of each block's first row, and of all rows."""
        self.readers = readers
        self._prepare, self._row_bytes, self._changed = prepare, row_bytes, threading.Condition()
        self._kept: OrderedDict[int, Labelled] = OrderedDict()
        self._being_prepared: set[int] = set()
        self._most_kept = 0
        self.window(self.starts)

    def window(self, starts: Array) -> int:
        """How many blocks have their rows shuffled among each other; twice as many are kept from then on.

        Args:
            starts: number of each block's first row, and of all rows, where only a part of the rows is shuffled.
        """
        usual = max(int(np.diff(starts).max(initial=1)) * self._row_bytes, 1)
        window = min(max(_WINDOW_BYTES // usual, _FEWEST_BLOCKS), _MOST_BLOCKS)
        with self._changed:
            # A batch may have rows of two windows.
            self._most_kept = max(self._most_kept, 2 * window)
        return window

    def blocks(self, indices: Sequence[int]) -> Iterator[tuple[int, Labelled]]:
        """Inputs and targets of some blocks, as they are there; threads that ask for the same ones divide the work.

        Args:
            indices: of the blocks.

        Yields:
            Each index once, and its inputs and targets.
        """
        left = list(indices)
        while left:
            index = self._at_hand(left)
            left.remove(index)
            yield index, self._block(index)

    def _at_hand(self, indices: list[int]) -> int:
        """One of some blocks that is there; else one that no other thread prepares; else the first."""
        with self._changed:
            there = next((index for index in indices if index in self._kept), None)
            if there is None:
                there = next((index for index in indices if index not in self._being_prepared), indices[0])
            return there

    def _block(self, index: int) -> Labelled:
        """A block; another thread that prepares it is waited for."""
        with self._changed:
            while index in self._being_prepared:
                self._changed.wait()
            if index in self._kept:
                self._kept.move_to_end(index)
                return self._kept[index]
            self._being_prepared.add(index)
        try:
            made = self._prepare(index)
            with self._changed:
                while len(self._kept) >= self._most_kept:
                    self._kept.popitem(last=False)
                self._kept[index] = made
            return made
        finally:
            with self._changed:
                self._being_prepared.discard(index)
                self._changed.notify_all()


class BlockRows(ReadRows):
    """One of the inputs of a table in blocks, or its targets.

    Args:
        blocks: inputs and targets.
        name: of the input, where there are several; "" where there is one; `TARGETS` for the targets.
        row: shape of a row.
        dtype: of the elements.
        first: number of the first row, 0 by default.
        last: of the row behind the last; None (the default): all rows from the first on.
        mark: what tells these rows from others without reading them; None (the default): only what they hold does.
    """

    def __init__(
        self,
        blocks: PreparedBlocks,
        name: str | None,
        row: tuple[int, ...],
        dtype: DType,
        first: int = 0,
        last: int | None = None,
        mark: str | None = None,
    ) -> None:
        last = int(blocks.starts[-1]) if last is None else last
        super().__init__((last - first, *row), dtype, blocks.readers)
        self._blocks, self._name, self._first = blocks, name, first
        self.mark = None if mark is None else f"{mark}, {name}, {first} to {last}"
        self._marked = mark

    def read(self, rows: Array, epoch: int | None = None) -> Array:
        """Some rows, of the blocks that they lie in."""
        made = np.empty((len(rows), *self.shape[1:]), self.dtype)
        starts, rows = self._blocks.starts, rows + self._first
        numbers = np.searchsorted(starts, rows, "right") - 1
        for number, block in self._blocks.blocks(np.unique(numbers).tolist()):
            places = np.flatnonzero(numbers == number)
            made[places] = self._of(block)[rows[places] - starts[number]]
        return made

    def _of(self, part: Labelled) -> Array:
        if self._name is TARGETS:
            assert part.y is not None
            return part.y
        return part.x[self._name or ""] if isinstance(part.x, dict) else part.x

    def order(self, seed: int, epoch: int) -> BlockOrder:
        """Blocks in an order of chance, and rows within windows of them."""
        first, count = self._first, len(self)
        starts = np.unique(np.clip(self._blocks.starts, first, first + count)) - first
        return BlockOrder(starts, self._blocks.window(starts), [seed, epoch])

    def part(self, first: int, last: int) -> BlockRows:
        """The rows from `first` to before `last`, which are shuffled by blocks as well."""
        begin = self._first
        return BlockRows(
            self._blocks, self._name, self.shape[1:], self.dtype, begin + first, begin + last, self._marked
        )


def row_bytes(row: Labelled) -> int:
    """Bytes of a prepared row."""
    arrays = [*(row.x.values() if isinstance(row.x, dict) else [row.x]), *([] if row.y is None else [row.y])]
    return sum(prod(array.shape[1:]) * array.dtype.itemsize for array in arrays)
