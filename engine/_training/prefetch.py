"""Batches from Python generators and `Sequence` objects, made ahead by worker threads.

NumPy releases the interpreter lock in its loops, so threads do what Keras used processes for. Batches come in the order
of the source, whatever the number of workers, and an error at the batch it belongs to, unchanged.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar, runtime_checkable

import numpy as np

from .._machine.background import BackgroundThread
from .._machine.random import draw_seed
from ..types import BatchSequence
from .data import Batch, CheckedArrays

if TYPE_CHECKING:
    from typing_extensions import TypeIs

# How often a waiting loop looks at the stop flag (seconds).
_LOOK_AGAIN = 0.1
_JOIN_WITHIN = 2.0

Item = TypeVar("Item")


@runtime_checkable
class EndsEpochs(Protocol):
    """A Sequence that wants to hear of the end of each whole epoch."""

    def on_epoch_end(self) -> None:
        """Prepare the next epoch."""
        ...


class _Failure:
    def __init__(self, error: BaseException) -> None:
        self.error = error


class Prefetch(Generic[Item]):
    """Runs jobs ahead in threads and hands out their results in order.

    Args:
        take: returns the next job; called by one thread at a time, until it raises StopIteration.
        workers: number of threads.
        size: results that wait at most.
    """

    def __init__(self, take: Callable[[], Callable[[], Item]], workers: int, size: int) -> None:
        self._take = take
        self._size = max(1, size)
        self._taking = threading.Lock()
        self._changed = threading.Condition()
        self._results: dict[int, Item | _Failure] = {}
        self._taken = 0
        self._given = 0
        self._closed = False
        self._threads = [
            BackgroundThread(self._work, f"engine-data-{i}", self._end, _JOIN_WITHIN) for i in range(workers)
        ]
        for thread in self._threads:
            thread.start()

    def _work(self) -> None:
        while True:
            with self._changed:
                while not self._closed and self._taken - self._given >= self._size:
                    self._changed.wait()
            with self._taking:
                if self._closed:
                    return
                position = self._taken
                try:
                    job = self._take()
                except BaseException as error:
                    self._closed = True
                    self._put(position, _Failure(error))
                    return
                self._taken += 1
            try:
                result = job()
            except BaseException as error:
                result = _Failure(error)
            self._put(position, result)

    def _put(self, position: int, result: Item | _Failure) -> None:
        with self._changed:
            self._results[position] = result
            self._changed.notify_all()

    def get(self, keep_waiting: Callable[[], bool]) -> Item:
        """The next result; raises what its job raised, and StopIteration at the end or when `keep_waiting` returns False."""
        with self._changed:
            while self._given not in self._results:
                if not keep_waiting():
                    raise StopIteration
                self._changed.wait(_LOOK_AGAIN)
            result = self._results.pop(self._given)
            self._given += 1
            self._changed.notify_all()
        if isinstance(result, _Failure):
            raise result.error
        return result

    def _end(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def close(self) -> None:
        """End the threads; one that is inside the user's code ends with the process."""
        self._end()
        for thread in self._threads:
            thread.join(_JOIN_WITHIN / max(1, len(self._threads)))


class GeneratorBatches(Generic[Item]):
    """Batches from a generator, which goes on from epoch to epoch, or a Sequence, which is read anew each epoch.

    Call `close` at the end.

    Args:
        source: the generator or the Sequence.
        steps: batches in an epoch.
        convert: makes a Batch of an item of the source.
        workers: threads that read ahead; 0 reads in the calling thread.
        queue: batches that wait at most.
        shuffle: whether the batches of a Sequence come in another order each epoch.
        keep_waiting: asked while a batch is awaited; False ends the epoch.
    """

    def __init__(
        self,
        source: Iterator[Item] | BatchSequence[Item],
        steps: int,
        convert: Callable[[Item], Batch],
        *,
        workers: int = 1,
        queue: int = 10,
        shuffle: bool = False,
        keep_waiting: Callable[[], bool] = lambda: True,
    ) -> None:
        self.checked: CheckedArrays | None = None
        self.steps: int | None = steps
        self.samples: int | None = None
        self.batch_size: int | None = None
        self._source = source
        self._convert = convert
        self._workers, self._queue, self._keep_waiting = workers, queue, keep_waiting
        self.seed: int | None = draw_seed() if shuffle and is_sequence(source) else None
        self._prefetch: Prefetch[Item] | None = None

    def epoch(self, epoch: int, first: int = 0) -> Iterator[Batch]:
        """The batches of one epoch, from number `first` on; a generator, which has no numbers, goes on where it stands."""
        assert self.steps is not None
        source = self._source
        take = self._jobs_of_sequence(source, epoch, first) if is_sequence(source) else _jobs_of_generator(source)
        if self._workers > 0 and self._prefetch is None:
            self._prefetch = Prefetch(take, self._workers, self._queue)
        taken = first
        try:
            for _ in range(first, self.steps):
                try:
                    item = self._prefetch.get(self._keep_waiting) if self._prefetch is not None else take()()
                except StopIteration:
                    return
                taken += 1
                yield self._convert(item)
        finally:
            # The loop closes the source after the last batch, so code behind the last `yield` would not run.
            if is_sequence(source):
                self.close()
                if taken == self.steps and isinstance(source, EndsEpochs):
                    source.on_epoch_end()

    def _jobs_of_sequence(
        self, source: BatchSequence[Item], epoch: int, first: int
    ) -> Callable[[], Callable[[], Item]]:
        order = np.arange(len(source))
        if self.seed is not None:
            order = np.random.Generator(np.random.PCG64([self.seed, epoch])).permutation(order)
        left = iter([int(order[i % len(order)]) for i in range(first, self.steps or 0)])

        def take() -> Callable[[], Item]:
            index = next(left)
            return lambda: _item(source, index)

        return take

    def close(self) -> None:
        """End the worker threads."""
        if self._prefetch is not None:
            self._prefetch.close()
            self._prefetch = None


def _item(source: BatchSequence[Item], index: int) -> Item:
    """A batch of a Sequence. A StopIteration of the user's code is an error in it, and not the end of the data."""
    try:
        return source[index]
    except StopIteration as error:
        raise RuntimeError(f"{type(source).__name__}[{index}] raised StopIteration") from error


def _jobs_of_generator(source: Iterator[Item]) -> Callable[[], Callable[[], Item]]:
    def take() -> Callable[[], Item]:
        item = next(source)
        return lambda: item

    return take


def is_sequence(source: Iterator[Item] | BatchSequence[Item] | object) -> TypeIs[BatchSequence[Item]]:
    """Whether batches are read by number (Keras's Sequence) rather than by next()."""
    return hasattr(source, "__getitem__") and hasattr(source, "__len__") and not hasattr(source, "__next__")
