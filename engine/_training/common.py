"""A training that several processes share: what each does besides training alone.

Each process makes the same sources, takes its part of each batch, and reaches the same numbers: loss, metrics and weights are
those of one process that has the whole batch. Rank 0 alone has callbacks, listeners and files; what it decides
(another rate, an end) reaches the others with the next message, and its weights at the beginning of each epoch.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager

import numpy as np

from .._machine.devices import current
from .._machine.random import Stream
from .._machine.ranks import check_all, check_same, joined
from ..errors import EngineError, TrainingError
from ..events import EpochBegin, EpochEnd, Event, Logs, only_for
from ..types import Array
from .compiled import Compiled, floats
from .control import Control
from .data import Batch
from .exchange import Exchange, Wishes
from .loop import run_evaluation
from .read_rows import ReadRows
from .sources import ArrayBatches, Source


@contextmanager
def all_ready(what: str) -> Generator[None]:
    """A block after which all processes go on, or none: where one raises, all of them do.

    Args:
        what: what is about to be done, for the message.

    Raises:
        TrainingError: the block raised in a process; the message names it.
    """
    ranks = joined()
    try:
        yield
    except Exception as error:
        check_all(ranks, error, what)
        raise
    check_all(ranks, None, what)


# Seconds between two reports of a process.
_TELL_EVERY = 0.5


class CommonTraining:
    """One training as one of its processes sees it.

    Args:
        compiled: what is trained.
        source: where the batches come from; from here on it gives this process's part of each.
        held_out: where those for validation come from; None where there are none.
        control: steers this process's training; from here on it goes by what all agree on.
        streams: of dropout and noise, which differ from process to process.
        weights: all weights of the model, also those that are not trained.
        average_every: steps between two means of all weights, each process going its own way in between (local SGD, Stich
            2019); 1 adds up the gradients of each step.

    Raises:
        TrainingError: a process cannot begin, or is about to do something else; raised in all of them.
    """

    hears = (EpochBegin, EpochEnd)

    def __init__(
        self,
        compiled: Compiled,
        source: Source,
        held_out: Source | None,
        control: Control,
        streams: Sequence[Stream],
        weights: Sequence[Array],
        average_every: int = 1,
    ) -> None:
        self.ranks = joined()
        self._compiled, self._source, self._held_out, self._control = compiled, source, held_out, control
        self._streams, self._weights = list(streams), list(weights)
        self._has_begun = False
        self._every, self._steps = average_every, 0
        check_all(self.ranks, self._obstacle(), "fit")
        check_same(self.ranks, self._facts(), "fit")
        exchange = compiled.exchange
        assert exchange is not None, "seen to by the obstacles"
        self.exchange: Exchange = exchange
        for one in (source, held_out):
            if isinstance(one, ArrayBatches):
                one.divide(self.ranks)
        self._same_order()
        exchange.waited, exchange.wishes = 0.0, Wishes(self.ranks, control, compiled)
        control.agreement = exchange.wishes

    def _obstacle(self) -> str | None:
        """What keeps this process from training with others, in words."""
        for one in (self._source, self._held_out):
            if one is not None and not isinstance(one, ArrayBatches):
                return (
                    f"batches of {type(one).__name__}, which cannot be divided; give arrays, HDF5 data sets, tables or folders "
                    "that are read by row"
                )
        if self._compiled.optimizer.records_updates:
            return "an optimizer that writes get_updates with K, whose gradients are not in one place"
        if current().xp is not np:
            return "arrays on a GPU, whose gradients are not sent"
        if any(variable.dtype.itemsize < 4 for variable in self._compiled.variables):
            return "weights of 16 bits, which MPI cannot add up"
        stateful = [v.name for v in self._compiled.row_states]
        if stateful:
            return f"a layer that keeps a state for each row from batch to batch ({stateful[0]})"
        try:
            exchange = self._compiled.exchange
        except EngineError as error:
            return str(error)
        return "no weight that is trained" if exchange is None else None

    def _facts(self) -> dict[str, str]:
        """What must be the same in all processes."""
        source, compiled = self._source, self._compiled
        model = hashlib.sha256(repr([(v.shape, str(v.dtype)) for v in compiled.variables]).encode()).hexdigest()[:16]
        facts = {"model": model, "list of values": ", ".join(compiled.names), "data": _in_words(source)}
        facts["average_every"] = str(self._every)
        facts["batches"] = f"{source.steps} of {source.batch_size} samples"
        if self._held_out is not None:
            facts["validation data"] = _in_words(self._held_out)
        return facts

    def _same_order(self) -> None:
        """Take the samples in rank 0's order."""
        for one in (self._source, self._held_out):
            if one is not None and one.seed is not None:
                seed = np.array([one.seed], np.int64)
                self.ranks.broadcast(seed)
                one.seed = int(seed[0])

    def step(self, train: Callable[[Batch], Sequence[float]]) -> Callable[[Batch], Sequence[float]]:
        """One step of all processes, from that of one."""

        def common(batch: Batch) -> Sequence[float]:
            if self._every > 1:
                values = train(batch)
                self._steps += 1
                if self._steps % self._every == 0:
                    self._average()
            else:
                with self.exchange.in_step(batch.share):
                    values = train(batch)
            if report is not None:
                self._tell(report, round(batch.size * batch.share))
            return values

        report = self._control.report
        self._told, self._samples = time.perf_counter(), 0
        return common

    def _tell(self, report: Callable[[int, float, float], None], samples: int) -> None:
        """Say how this process fares, about once a second."""
        self._samples += samples
        now = time.perf_counter()
        if now - self._told >= _TELL_EVERY:
            report(self._samples, now - self._told, self.exchange.waited)
            self._told, self._samples, self.exchange.waited = now, 0, 0.0

    def _average(self) -> None:
        """Give all processes the mean of their weights and moving averages, and agree."""
        segments = [segment.weights for segment in self._compiled.updater().segments]
        states = [v.array for v in self._compiled.state_variables if v.dtype.kind == "f"]
        begun = time.perf_counter()
        for array in (*segments, *states):
            flat = np.ascontiguousarray(array).reshape(-1)
            flat *= 1 / self.ranks.size
            self.ranks.all_reduce(flat)
            if not np.shares_memory(flat, array):
                array[...] = flat.reshape(array.shape)
        self.exchange.waited += time.perf_counter() - begun
        assert self.exchange.wishes is not None
        self.exchange.wishes.look()

    @only_for(EpochEnd)
    def before_callbacks(self, event: Event) -> None:
        """A listener in front of all others: an epoch ends with the mean of the weights, and of what the processes have seen."""
        if self._every == 1 or not isinstance(event, EpochEnd):
            return
        self._average()
        names = [name for name in event.logs if not name.startswith("val_")]
        values = np.array([float(event.logs[name]) for name in names]) / self.ranks.size
        self.ranks.all_reduce(values)
        event.logs.update(zip(names, values.tolist(), strict=True))

    def measure(self) -> Logs | None:
        """Means of loss and metrics over the validation data of all; None when it was stopped half-way."""
        held_out, compiled = self._held_out, self._compiled
        assert held_out is not None

        def step(batch: Batch) -> list[float]:
            test = compiled.test_step(batch.weighted)
            with self.exchange.in_step(batch.share), test.lock:
                return self.exchange.measured(floats(test.run(batch.arrays)))

        if self._every > 1:
            self._average()
        compiled.reset_metrics()
        return run_evaluation(step, held_out, compiled.names, self._control, None, compiled.stateful_names)

    def __call__(self, event: Event) -> None:
        """A listener behind all others: what rank 0's have changed reaches the other processes."""
        if isinstance(event, EpochBegin):
            self._share_weights()
        # The end of a training is told to all listeners, also where this process alone has come to it.
        if isinstance(event, (EpochBegin, EpochEnd)) and self.exchange.wishes is not None:
            self.exchange.wishes.look()

    def _share_weights(self) -> None:
        """Give all processes rank 0's weights; at the beginning its slots too, and each its own random numbers."""
        updater, ranks = self._compiled.updater(), self.ranks
        arrays = [segment.weights for segment in updater.segments]
        if not self._has_begun:
            slots = [array for group in updater.slots.values() for array in group]
            arrays += [*slots, updater.optimizer.iterations.array, *self._weights]
            self._has_begun = True
            self._draw_otherwise()
        arrays += [variable.array for variable in self._compiled.state_variables]
        for array in arrays:
            flat = np.ascontiguousarray(array).reshape(-1)
            ranks.broadcast(flat)
            if ranks.rank and not np.shares_memory(flat, array):
                array[...] = flat.reshape(array.shape)

    def _draw_otherwise(self) -> None:
        """Have each process draw numbers of its own, which rank 0's decide on."""
        for stream in self._streams:
            numbers = np.array(stream.get_state()["state"]["state"], np.uint64)
            self.ranks.broadcast(numbers)
            if self.ranks.rank:
                seeds = np.random.SeedSequence([*(int(number) for number in numbers), self.ranks.rank])
                stream.set_state(dict(np.random.SFC64(seeds).state))

    def close(self) -> None:
        """End it: all have the weights that rank 0's callbacks have left."""
        self.leave()
        self._share_weights()

    def leave(self) -> None:
        """Train alone again, whatever the others do."""
        self._control.agreement = self.exchange.wishes = None


# Rows that are compared to see that all processes have the same data; all of them would have to be read by each.
_COMPARED = 16


def _in_words(source: Source) -> str:
    """The shapes and types of a source's arrays, and a digest of a few of their rows."""
    if source.checked is None:
        return "no arrays"
    digest = hashlib.sha256()
    for array in source.checked.arrays:
        if not isinstance(array, ReadRows):  # pictures and tables are many files, or blocks that take time to read
            for row in np.unique(np.linspace(0, len(array) - 1, _COMPARED).astype(int)):
                digest.update(np.ascontiguousarray(np.asarray(array[int(row) : int(row) + 1])).tobytes())
    shapes = ", ".join(f"{tuple(array.shape)} {array.dtype}" for array in source.checked.arrays)
    return f"{shapes}, numbers {digest.hexdigest()[:12]}"


def shared(
    compiled: object,
    source: Source,
    held_out: Source | None,
    control: Control,
    stream: Stream,
    weights: Sequence[Array],
    average_every: int = 1,
) -> CommonTraining:
    """What this process does besides in a training that several share; arguments as of `CommonTraining`.

    Raises:
        TrainingError: it is no training with the engine's step; raised in all processes.
    """
    if control.begin_at is not None and joined().rank:
        control.begin_at = {**control.begin_at, "callbacks": []}
    if isinstance(compiled, Compiled):
        check_all(joined(), None, "fit")
        streams = [stream, *compiled.own_streams]
        return CommonTraining(compiled, source, held_out, control, streams, weights, average_every)
    reason = "a step of the model's own (train_step), whose gradients cannot be sent"
    check_all(joined(), reason, "fit")
    raise TrainingError(where="fit", expected="the engine's step", actual=reason)
