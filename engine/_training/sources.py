"""Where batches come from: the protocol of all sources, and those that are cut from arrays.

Batches from generators and `Sequence` objects are in `prefetch`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from itertools import groupby, islice
from typing import NamedTuple, Protocol

import numpy as np

from .._files.maps import map_of
from .._machine.random import draw_seed
from .._machine.ranks import Alone, Ranks
from ..errors import DataError, SettingError
from ..types import Array, Shuffle
from .array_rows import ArrayData, RowReader, Rows
from .counts import batches
from .data import Batch, CheckedArrays
from .prefetch import Prefetch
from .read_rows import ReadRows, RowOrder, read_ahead
from .step import Step


class Source(Protocol):
    """A source of batches.

    `steps`, `samples` and `batch_size` are None where they are not known; `checked` are the arrays that the batches are
    cut from, None where the user's code makes the batches; `seed` is that of their order, None where it is always the same.
    """

    steps: int | None
    samples: int | None
    batch_size: int | None
    checked: CheckedArrays | None
    seed: int | None

    def epoch(self, epoch: int, first: int = 0) -> Iterator[Batch]:
        """The batches of epoch number `epoch`, from number `first` on."""
        ...

    def close(self) -> None:
        """End threads that read ahead for it."""
        ...


class _Cut(NamedTuple):
    """The rows of a batch that this process trains on.

    Args:
        rows: where they are.
        count: how many.
        passed: the number of the pass through the data.
        size: samples of the batch, on all processes.
        share: the part of them that are here; 0 where there is none, and one row is read for the shapes alone.
    """

    rows: slice | Array
    count: int
    passed: int
    size: int
    share: float


class ArrayBatches:
    """Batches cut from arrays of equal length, in order or shuffled anew for each epoch.

    The order of an epoch depends only on its number and on the seed that is drawn at the start.

    Args:
        arrays: the arrays, in the order of the step's placeholders.
        batch_size: samples in a batch.
        shuffle: True, False, or "batch", which lets whole batches change places, since HDF5 reads slices best.
        steps: batches in an epoch when it is not the whole data; epochs then go on where the last one ended.
        weighted: names of the outputs whose sample weights are the last of the arrays.
    """

    def __init__(
        self,
        arrays: Sequence[ArrayData],
        batch_size: int,
        shuffle: Shuffle = False,
        steps: int | None = None,
        weighted: tuple[str, ...] = (),
    ) -> None:
        if shuffle not in (True, False, "batch"):
            raise SettingError(where="shuffle", expected="True, False or 'batch'", actual=repr(shuffle))
        self.checked: CheckedArrays | None = CheckedArrays(list(arrays), weighted)
        self.samples: int | None = len(arrays[0])
        self.batch_size: int | None = batch_size
        self._whole = -(-len(arrays[0]) // batch_size)
        self.steps: int | None = steps or self._whole
        self._n, self._size, self._shuffle, self._weighted = len(arrays[0]), batch_size, shuffle, weighted
        self._readers = [RowReader(a, min(batch_size, self._n)) for a in arrays]
        self._read = [a for a in arrays if isinstance(a, ReadRows)]
        self._maps = [one for one in map(map_of, arrays) if one is not None]
        self._prefetch: Prefetch[list[Batch]] | None = None
        self._ranks: Ranks = Alone()
        self.shuffle: Shuffle = shuffle
        self.asked_steps = steps
        self.seed: int | None = draw_seed() if shuffle else None

    def divide(self, ranks: Ranks) -> None:
        """Give this process's part of each batch from now on; no other rows are read.

        Args:
            ranks: the processes that share each batch.
        """
        self._ranks = ranks

    def epoch(self, epoch: int, first: int = 0) -> Iterator[Batch]:
        """The batches of one epoch: views of the arrays, or `Rows` of them where the order is another."""
        cuts = self._cuts(epoch, first)
        if self._read:
            return self._ahead(cuts)
        return (
            Batch([reader.read(cut.rows) for reader in self._readers], cut.size, self._weighted, cut.share)
            for cut in cuts
        )

    def _cuts(self, epoch: int, first: int) -> Iterator[_Cut]:
        """The rows of each batch of an epoch."""
        assert self.steps is not None
        start_of_epoch = epoch * self.steps if self.steps != self._whole else epoch * self._whole
        passed, order, starts = -1, None, np.arange(0)
        for index in range(start_of_epoch + first, start_of_epoch + self.steps):
            if index // self._whole != passed:
                passed = index // self._whole
                order, starts = self._order(passed)
            for one in self._maps:
                one.check()
            start = int(starts[index % self._whole])
            stop = min(start + self._size, self._n)
            first, last = self._ranks.part(start, stop)
            share = (last - first) / (stop - start)
            if first == last:
                first, last = start, start + 1
            rows = slice(first, last) if order is None else order[first:last]
            yield _Cut(rows, last - first, passed, stop - start, share)

    def _ahead(self, cuts: Iterator[_Cut]) -> Iterator[Batch]:
        """Batches that threads have read while those before them were trained on; small ones are read several at a time."""
        readers = max(array.readers for array in self._read)
        at_a_time, waiting = read_ahead(self._read, self._size)

        def take() -> Callable[[], list[Batch]]:
            chosen = list(islice(cuts, at_a_time))
            if not chosen:
                raise StopIteration
            return partial(self._batches, chosen)

        self._prefetch = Prefetch(take, readers, waiting)
        try:
            while True:
                try:
                    batches = self._prefetch.get(lambda: True)
                except StopIteration:
                    return
                yield from batches
        finally:
            self.close()

    def _batches(self, cuts: list[_Cut]) -> list[Batch]:
        parts = [self._parts(reader, cuts) for reader in self._readers]
        return [
            Batch(list(arrays), cut.size, self._weighted, cut.share)
            for cut, arrays in zip(cuts, zip(*parts, strict=True), strict=True)
        ]

    def _parts(self, reader: RowReader, cuts: list[_Cut]) -> Sequence[Array | Rows]:
        """The rows of each batch, read at once where they are of one pass."""
        if not isinstance(reader.array, ReadRows):
            return [reader.read(cut.rows) for cut in cuts]
        made: list[Array] = []
        for passed, group in groupby(cuts, lambda cut: cut.passed):
            chosen = list(group)
            rows = np.concatenate(
                [np.arange(c.rows.start, c.rows.stop) if isinstance(c.rows, slice) else c.rows for c in chosen]
            )
            made += np.split(reader.array.read(rows, passed), np.cumsum([cut.count for cut in chosen])[:-1])
        return made

    def close(self) -> None:
        """End the threads that read ahead."""
        if self._prefetch is not None:
            self._prefetch.close()
            self._prefetch = None

    def _order(self, epoch: int) -> tuple[RowOrder | None, Array]:
        """The order of samples (None: as they lie) and of the batches' starts."""
        starts = np.arange(0, self._n, self._size)
        if not self._shuffle:
            return None, starts
        random = np.random.Generator(np.random.PCG64([self.seed or 0, epoch]))
        if self._shuffle == "batch":
            whole = self._n // self._size
            starts[:whole] = random.permutation(starts[:whole])
            return None, starts
        if self._read:
            return self._read[0].order(self.seed or 0, epoch), starts
        return random.permutation(self._n), starts


class UnfedBatches:
    """Batches without arrays, for models whose inputs and targets are tensors with values of their own.

    Args:
        steps: batches in an epoch.
    """

    def __init__(self, steps: int) -> None:
        self.checked: CheckedArrays | None = CheckedArrays([])
        self.steps: int | None = steps
        self.samples: int | None = None
        self.batch_size: int | None = None
        self.seed: int | None = None

    def epoch(self, epoch: int, first: int = 0) -> Iterator[Batch]:
        """The same batch again and again, as often as batches are left from number `first` on."""
        assert self.steps is not None
        return (Batch([], 1) for _ in range(first, self.steps))

    def close(self) -> None:
        """Do nothing: no thread reads ahead."""


def make_batches(
    checked: CheckedArrays, batch_size: int, shuffle: Shuffle = False, steps: int | None = None, where: str = "steps"
) -> ArrayBatches | UnfedBatches:
    """Batches of arrays, or `steps` empty ones where there are no arrays.

    Raises:
        DataError: there are neither arrays nor steps; `where` names the argument that is missing.
        SettingError: the steps are no number above 0.
    """
    steps = None if steps is None else batches(steps, where)
    if checked.arrays:
        return ArrayBatches(checked.arrays, batch_size, shuffle, steps, checked.weighted)
    if steps is None:
        raise DataError(where=where, expected="the number of batches, as no array is fed", actual="None")
    return UnfedBatches(steps)


def whole_pass(source: Source, step_for: Callable[[CheckedArrays], Step]) -> AbstractContextManager[object]:
    """Keep others out for a whole pass through arrays, so that states and metrics do not mix.

    Not where the user's code makes the batches: it may call the model itself, from other threads.
    """
    return step_for(source.checked).lock if source.checked is not None else nullcontext()
