"""The only training loop: batches -> step -> events, one look at the control between batches."""

from __future__ import annotations

import math
import time
import warnings
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .._declared.later import ByName
from ..errors import DataError
from ..events import (
    HEARD_OF_WITHIN,
    BatchBegin,
    BatchEnd,
    EpochBegin,
    EpochEnd,
    Event,
    LeavesBatchesOut,
    Listener,
    Logs,
    Reason,
    TrainBegin,
    TrainEnd,
    hearers,
)
from .card_values import KEPT, LaterValues
from .control import Control
from .data import Batch
from .interrupts import Interrupts
from .snapshot import Position
from .sources import Source

Clock = Callable[[], float]


class Means:
    """Running means over samples; names in `latest` keep their last value instead.

    Example:
        >>> means = Means(["loss"])
        >>> means.add([1.0], 2)
        >>> means.add([4.0], 1)
        >>> means.logs()
        {'loss': 2.0}
    """

    def __init__(self, names: Sequence[str], latest: Sequence[str] = ()) -> None:
        self._names, self._latest_names = names, latest
        self.clear()

    def clear(self) -> None:
        """Start again."""
        self._totals: list[float] = []
        self._latest: list[bool] = []
        self._know_names()
        self.samples = 0

    def _know_names(self) -> None:
        """Begin to count what has a name now; steps of the user's own say with their first batch which values there are."""
        for name in self._names[len(self._latest) :]:
            self._latest.append(name in self._latest_names)
        self._totals += [0.0] * (len(self._latest) - len(self._totals))

    @property
    def totals(self) -> list[float]:
        """The sums that the means are made of; they go on changing."""
        return self._totals

    def go_on(self, totals: Sequence[float], samples: int) -> None:
        """Begin with these sums over so many samples."""
        self._totals, self.samples = list(totals), samples

    def add(self, values: Sequence[float], size: int) -> None:
        """Take in a batch's values, weighted by its number of samples."""
        self.samples += size
        if len(values) > len(self._latest):
            self._know_names()
        for i, value in enumerate(values):
            self._totals[i] = value if self._latest[i] else self._totals[i] + value * size

    def values(self) -> list[float]:
        """The means, in the names' order."""
        n = self.samples or 1
        return [t if last else t / n for t, last in zip(self._totals, self._latest, strict=True)]

    def logs(self) -> Logs:
        """The means by name."""
        return dict(zip(self._names, self.values(), strict=True))


# Of batches that are quick, so many follow each other between two looks at the clock.
_LOOKS_APART = 8


class BatchEnds:
    """Tells listeners of the batches of one epoch, or of some of them where that is all that they ask for.

    Args:
        listeners: those who hear of batches.
        names: names of the values.
        clock: seconds that never go back.
    """

    def __init__(self, listeners: Sequence[Listener], names: Sequence[str], clock: Clock) -> None:
        self._listeners, self._names, self._clock = listeners, names, clock
        some = [listener for listener in listeners if isinstance(listener, LeavesBatchesOut)]
        self._some = some if len(some) == len(listeners) else None
        self._left_out: tuple[int, int, int, Sequence[float]] | None = None
        # Before this batch there is nothing to look at: neither does a listener wait for it nor has much time passed. Looking after
        # each batch costs small models some percent of their time.
        self._look_at: float = 0
        self._looked, self._tell_by = clock(), self._later()

    def tell(self, epoch: int, batch: int, size: int, values: Sequence[float], finite: bool) -> None:
        """A batch has been trained on."""
        if finite and self._some is not None and (batch < self._look_at or not self._look(batch)):
            self._left_out = epoch, batch, size, values
            return
        self._left_out = None
        self._tell(epoch, batch, size, values, finite)

    def is_due(self, batch: int) -> bool:
        """Whether somebody hears of a batch by its number or by now, whatever its values are."""
        return batch >= self._awaited() or self._clock() > self._tell_by

    def tell_left_out(self) -> None:
        """Tell of the last batch where nobody has been told of it: something else is about to happen."""
        # Meanwhile a listener may come to wait for another batch.
        self._look_at = 0
        if self._left_out is not None:
            left_out, self._left_out = self._left_out, None
            self._tell(*left_out, finite=True)

    def _tell(self, epoch: int, batch: int, size: int, values: Sequence[float], finite: bool) -> None:
        event = BatchEnd(epoch, batch, size, dict(zip(self._names, values, strict=True)), finite)
        for listener in self._listeners:
            listener(event)
        if self._some is not None:
            self._look_at, self._tell_by = 0, self._later()

    def _look(self, batch: int) -> bool:
        """Whether somebody is to hear of this batch; chooses the next one to look at."""
        awaited, now = self._awaited(), self._clock()
        quick = _LOOKS_APART * (now - self._looked) < HEARD_OF_WITHIN
        self._look_at, self._looked = min(awaited, batch + (_LOOKS_APART if quick else 1)), now
        return batch >= awaited or now > self._tell_by

    def _awaited(self) -> float:
        """The next batch that a listener waits for."""
        return 0 if self._some is None else min((listener.next_batch for listener in self._some), default=math.inf)

    def _later(self) -> float:
        return self._clock() + HEARD_OF_WITHIN if self._listeners else math.inf


@dataclass
class Training:
    """What one call of the loop needs.

    Args:
        step: trains on a batch and returns its values in the order of `names`; `LaterValues` are asked for when somebody needs
            them.
        batches: where the batches come from.
        names: names of the values.
        epochs: number of the epoch after the last one.
        position: where the training begins; moved on with each batch.
        control: steers the training from outside.
        listeners: functions that get each event, or those that they hear (`events.only_for`).
        validate: returns the `val_` logs; None when it was stopped half-way.
        set_learning_rate: called between batches when the control asks for another rate.
        latest: names of values that are no means over batches (stateful metrics).
        clock: seconds that never go back.
    """

    step: Callable[[Batch], Sequence[float]]
    batches: Source
    names: Sequence[str]
    epochs: int
    position: Position = field(default_factory=Position)
    control: Control = field(default_factory=Control)
    listeners: Sequence[Listener] = ()
    validate: Callable[[], Logs | None] | None = None
    set_learning_rate: Callable[[float], None] | None = None
    latest: Sequence[str] = ()
    clock: Clock = time.monotonic


def run_training(training: Training) -> Reason:
    """Run all epochs, or until the control stops; returns why it ended.

    Listeners hear TrainBegin first and TrainEnd last, whatever happens. An exception from a listener or the data
    passes through unchanged; weights are always those of whole updates.
    """
    return _Run(training).run()


class _Run:
    def __init__(self, training: Training) -> None:
        self._t = training
        self._control = training.control
        self._interrupts = Interrupts(training.control)
        self._means = Means(training.names, training.latest)
        self._warned = False
        self._at_begin: list[Listener] = []
        self._at_end = BatchEnds((), training.names, training.clock)
        # Batches whose values are on a card yet: epoch, how many were done, samples, values.
        self._waiting: list[tuple[int, int, int, LaterValues]] = []

    def _emit(self, event: Event) -> None:
        for listener in hearers(self._t.listeners, type(event)):
            listener(event)

    def run(self) -> Reason:
        t, source = self._t, self._t.batches
        reason: Reason = "failed"
        with self._interrupts:
            try:
                self._emit(
                    TrainBegin(
                        t.epochs,
                        source.steps,
                        source.samples,
                        tuple(t.names),
                        t.position.epoch,
                        source.batch_size,
                        t.validate is not None,
                    )
                )
                for epoch in range(t.position.epoch, t.epochs):
                    if self._control.stopped or not self._epoch(epoch):
                        break
                reason = self._control.reason or "finished"
            except KeyboardInterrupt:
                reason = "interrupted"
                raise
            finally:
                tell_end(self._t.listeners, reason)
        return reason

    def _epoch(self, epoch: int) -> bool:
        """Train one epoch; returns whether another may follow."""
        t, start = self._t, self._t.clock()
        self._emit(EpochBegin(epoch))
        self._at_begin = hearers(t.listeners, BatchBegin)
        self._at_end = BatchEnds(hearers(t.listeners, BatchEnd), t.names, t.clock)
        position, expected = t.position, t.batches.steps
        done = position.batch
        self._means.clear()
        if done:
            self._means.go_on(position.totals, position.samples)
        position.totals = self._means.totals
        batches = t.batches.epoch(epoch, done)
        try:
            while done != expected and self._may_go_on():
                batch = next(batches, None)
                if batch is None:
                    break
                if not self._batch(epoch, done + 1, batch):
                    break
                done += 1
        finally:
            try:
                self._take_waiting()
                self._at_end.tell_left_out()
            finally:
                close = getattr(batches, "close", None)
                if close is not None:
                    close()
        cut = self._control.stopped and (expected is None or done < expected)
        short = not cut and not self._control.stopped and (done == 0 or (expected is not None and done < expected))
        if short:
            warnings.warn(
                f"The data ended after {done} of {expected} batches of epoch {epoch + 1}: training ends here. Make the "
                "generator endless or lower steps_per_epoch.",
                stacklevel=2,
            )
        if done:
            self._end_epoch(epoch, start, cut or short)
        return not short and not self._control.stopped

    def _may_go_on(self) -> bool:
        if self._control.paused:
            self._take_waiting()
            self._at_end.tell_left_out()
        return self._control.wait_for_turn()

    def _end_epoch(self, epoch: int, start: float, partial: bool) -> None:
        logs = ByName(self._means.logs())
        if self._t.validate is not None and not partial:
            measured = None if self._control.stopped else self._t.validate()
            partial = measured is None
            logs.update(measured or {})
        if not partial:
            self._t.position.epoch, self._t.position.batch = epoch + 1, 0
        self._emit(EpochEnd(epoch, logs, self._t.clock() - start, partial))

    def _batch(self, epoch: int, done: int, batch: Batch) -> bool:
        """Train on a batch, which `done` counts already; whether a listener let it be trained on."""
        t, batch_index = self._t, done - 1
        self._control.batch = batch
        rate = self._control.take_learning_rate()
        if rate is not None and t.set_learning_rate is not None:
            t.set_learning_rate(rate)
        if self._at_begin:
            begins = BatchBegin(epoch, batch_index, batch.size)
            for listener in self._at_begin:
                listener(begins)
            if self._control.leaves_batch:
                return False
        self._interrupts.begin_update()
        try:
            values = t.step(batch)
        finally:
            self._interrupts.end_update()
        if isinstance(values, LaterValues):
            self._waiting.append((epoch, done, batch.size, values))
            if len(self._waiting) == KEPT or self._at_end.is_due(batch_index):
                self._take_waiting()
        else:
            self._take(epoch, done, batch.size, values)
        return True

    def _take_waiting(self) -> None:
        """Ask for the values of batches that were left on a card, and tell of these."""
        waiting, self._waiting = self._waiting, []
        for epoch, done, size, values in waiting:
            self._take(epoch, done, size, values[:])

    def _take(self, epoch: int, done: int, size: int, values: Sequence[float]) -> None:
        """A batch was trained on and these are its values: count them, warn, tell."""
        t, batch_index = self._t, done - 1
        self._means.add(values, size)
        t.position.batch, t.position.samples = done, self._means.samples
        finite = math.isfinite(values[0])
        if not finite and not self._warned:
            self._warned = True
            warnings.warn(
                f"The loss is {values[0]} in epoch {epoch + 1}, batch {batch_index + 1}. Lower the learning rate, scale the "
                "inputs, or look for NaN in the data.",
                stacklevel=2,
            )
        self._at_end.tell(epoch, batch_index, size, values, finite)
        if not finite and self._control.ends_on_nan:
            self._control.stop("nan")


def tell_end(listeners: Sequence[Listener], reason: Reason) -> None:
    """Tell all listeners of the end, those behind one that raises as well: to them the training has failed."""
    for position, listener in enumerate(listeners):
        try:
            listener(TrainEnd(reason))
        except BaseException:
            tell_end(listeners[position + 1 :], "failed")
            raise


def run_evaluation(
    step: Callable[[Batch], list[float]],
    batches: Source,
    names: Sequence[str],
    control: Control | None = None,
    after_batch: Callable[[int, int], Any] | None = None,
    latest: Sequence[str] = (),
) -> Logs | None:
    """Means over the samples of one pass through `batches`; None when the control stops it half-way."""
    means = Means(names, latest)
    for number, batch in enumerate(batches.epoch(0)):
        if control is not None and control.stopped:
            return None
        means.add(step(batch), batch.size)
        if after_batch is not None:
            after_batch(number, means.samples)
    if not means.samples:
        raise DataError(where="evaluation", expected="at least one batch", actual="none")
    return means.logs()


def run_prediction(
    step: Callable[[Sequence[Any]], Sequence[Any]],
    batches: Source,
    samples: int | None = None,
    show: Callable[[int], Any] | None = None,
    lock: AbstractContextManager[Any] | None = None,
) -> list[np.ndarray]:
    """The outputs of all batches, one after the other in one array for each output.

    Args:
        step: computes the outputs of a batch, which the next one overwrites.
        batches: where the batches come from.
        samples: their number where it is known, so that the arrays are made once.
        show: told how many samples are done; how many batches, where `samples` is None.
        lock: held while a step runs and its outputs are copied.

    Raises:
        DataError: there is no batch.
    """
    whole: list[np.ndarray] = []
    parts: list[list[np.ndarray]] = []
    done = 0
    lock = lock or nullcontext()
    for number, batch in enumerate(batches.epoch(0)):
        with lock:
            outputs = step(batch.arrays)
            if number == 0:
                by_sample = samples is not None and all(o.ndim and len(o) == batch.size for o in outputs)
                whole = [np.empty((samples or 0, *o.shape[1:]), o.dtype) for o in outputs] if by_sample else []
                parts = [[] for _ in outputs]
            for i, output in enumerate(outputs):
                if whole:
                    whole[i][done : done + batch.size] = output
                else:
                    parts[i].append(np.atleast_1d(output).copy())
        done += batch.size
        if show is not None:
            show(number + 1 if samples is None else done)
    if not done:
        raise DataError(where="predict", expected="at least one batch", actual="none")
    return whole or [np.concatenate(part) for part in parts]
