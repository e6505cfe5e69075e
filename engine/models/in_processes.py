"""`fit(..., processes=...)`: a training that goes on in other processes while its callbacks and listeners are here.

The model, its slots and the place to begin at go there as a checkpoint, data as places in files. Rank 0 tells of each batch and
epoch; after an epoch its checkpoint becomes the state of the model here, so callbacks see its weights, and what they decide
(another rate, an end) goes back before the next epoch begins.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from .._declared.later import ByName
from .._machine.ranks import joined
from .._training.control import Control
from .._training.counts import whole
from .._training.exchange import Rated
from .._training.interrupts import Interrupts
from .._training.loop import BatchEnds, Training, tell_end
from .._training.snapshot import Snapshots
from .._training.sources import ArrayBatches, Source
from ..distributed.array_references import written
from ..distributed.cluster import Cluster
from ..distributed.job import Job
from ..distributed.steering import Orders
from ..distributed.temporary import TRAINING, TemporaryFolder
from ..errors import TrainingError
from ..events import BatchBegin, BatchEnd, EpochBegin, EpochEnd, Event, RankTold, Reason, TrainBegin, hearers
from .attributes import trainer_of
from .checkpoints import restore_checkpoint, write_checkpoint
from .network import Network

# Seconds between looks at what this process was asked meanwhile.
_LOOK = 0.01


class InProcesses:
    """Runs a training in other processes; the trainer calls it in the place of its loop.

    Args:
        model: what is trained.
        processes: how many, or a cluster that is there.
        average_every: steps between two means of all weights; 1 adds up the gradients of each step.
    """

    def __init__(self, model: Network, processes: int | Cluster, average_every: int = 1) -> None:
        self._model, self._average_every = model, average_every
        self._own = not isinstance(processes, Cluster)
        self._cluster = processes if isinstance(processes, Cluster) else Cluster(processes)

    def __call__(
        self, held_out: Source | None, frequency: int | Sequence[int], snapshots: Snapshots, training: Training
    ) -> Reason:
        """Train there, and tell the listeners here."""
        control = training.control
        reason: Reason = "failed"
        temporary = TemporaryFolder(TRAINING)
        folder = temporary.path
        with Interrupts(control), self._cluster if self._own else nullcontext():
            try:
                task = _task(self._model, training, held_out, frequency, folder)
                task["average_every"] = self._average_every
                source = training.batches
                begins = TrainBegin(
                    training.epochs,
                    source.steps,
                    source.samples,
                    tuple(training.names),
                    training.position.epoch,
                    source.batch_size,
                    training.validate is not None,
                )
                _emit(training, begins)
                # After `on_train_begin`, which may have changed weights.
                write_checkpoint(folder / "state.h5", self._model, {**snapshots.take(), "callbacks": []})
                (folder / "task.json").write_text(json.dumps(task), encoding="utf-8")
                with self._cluster.working() as job:
                    reason = _Run(self._model, training, snapshots, folder, job).run()
            finally:
                temporary.remove()
                tell_end(training.listeners, reason)
        return reason


def _emit(training: Training, event: Event) -> None:
    for listener in hearers(training.listeners, type(event)):
        listener(event)


def _task(
    model: Network, training: Training, held_out: Source | None, frequency: int | Sequence[int], folder: Path
) -> dict[str, Any]:
    """What the processes are to do, as plain data; arrays in memory are written into the folder."""
    compiled = trainer_of(model).ready()
    data = {"train": training.batches, **({} if held_out is None else {"validation": held_out})}
    task: dict[str, Any] = {
        "epochs": training.epochs,
        "frequency": frequency if isinstance(frequency, int) else list(frequency),
        "inputs": len(compiled.input_specs),
        "ends_on_nan": training.control.ends_on_nan,
    }
    for name, source in data.items():
        if not isinstance(source, ArrayBatches) or source.checked is None:
            raise TrainingError(
                where="fit, processes",
                expected="arrays, of which each process can take its rows",
                actual=f"batches of {type(source).__name__}",
                hint="Give arrays, or train in one process.",
            )
        task[name] = {
            "arrays": written(source.checked.arrays, folder, name),
            "weighted": list(source.checked.weighted),
            "batch_size": source.batch_size,
            "steps": source.asked_steps,
            "shuffle": source.shuffle,
        }
    return task


class _Run:
    """One training, as it is told by the processes."""

    def __init__(self, model: Network, training: Training, snapshots: Snapshots, folder: Path, job: Job) -> None:
        self._model, self._t, self._snapshots, self._folder, self._job = model, training, snapshots, folder, job
        self._control: Control = training.control
        self._rated: Rated = trainer_of(model).ready()
        self._orders = Orders(self._control, self._rated, job.send)
        self._reason: Reason | None = None
        self._at_begin = hearers(training.listeners, BatchBegin)
        self._at_end = BatchEnds((), training.names, training.clock)

    def run(self) -> Reason:
        """Follow it to its end."""
        for rank in range(self._job.processes):
            self._job.send({"train": str(self._folder)}, rank)
        done: dict[int, str] = {}
        while len(done) < self._job.processes:
            for rank, message in self._job.messages(_LOOK):
                if "done" in message:
                    done[rank] = message["done"]
                self._hear(rank, message)
            self._orders.tell()
        other = next((rank for rank, digest in done.items() if digest != done[0]), None)
        if other is not None:
            raise TrainingError(
                where=f"rank {other} of {self._job.processes}",
                expected="the weights of rank 0, bit for bit",
                actual="others, so that the processes did not take the same steps",
            )
        return self._reason or "failed"

    def _hear(self, rank: int, message: Mapping[str, Any]) -> None:
        if "batches" in message:
            for epoch, batch, size, values, finite in message["batches"]:
                self._batch(epoch, batch, size, values, finite)
        elif "fares" in message:
            rate, waiting = message["fares"]
            _emit(self._t, RankTold(rank, self._job.processes, rate, waiting))
        elif "state" in message:
            self._take_state()
        elif "epoch" in message:
            _emit(self._t, EpochBegin(message["epoch"]))
            self._at_end = BatchEnds(hearers(self._t.listeners, BatchEnd), self._t.names, self._t.clock)
            self._go()
        elif "logs" in message:
            self._at_end.tell_left_out()
            self._take_state()
            logs = ByName(message["logs"])
            _emit(self._t, EpochEnd(message["ended"], logs, message["seconds"], message["partial"]))
            self._go()
        elif "reason" in message:
            self._reason = message["reason"]

    def _batch(self, epoch: int, batch: int, size: int, values: Sequence[float], finite: bool) -> None:
        begins = BatchBegin(epoch, batch, size)
        for listener in self._at_begin:
            listener(begins)
        self._at_end.tell(epoch, batch, size, values, finite)

    def _take_state(self) -> None:
        """Set the model here to what the processes have come to."""
        gate = self._control.gate
        rate = self._rated.learning_rate
        gate.close()
        try:
            snapshot = restore_checkpoint(self._folder / "state.h5", self._model)
            self._snapshots.take_over(snapshot)
        finally:
            gate.open()
        self._rated.learning_rate = rate

    def _go(self) -> None:
        """Let them go on, with what the callbacks have decided."""
        self._orders.tell()
        self._job.send({"go": True})


def in_processes(model: Network, processes: int | Cluster, average_every: int = 1) -> InProcesses | None:
    """What trains a model in so many processes; None where it is to be trained in this one, or is already shared by several."""
    count = processes.processes if isinstance(processes, Cluster) else whole(processes, "processes", 1)
    alone = joined().size == 1
    return InProcesses(model, processes, average_every) if count > 1 and alone else None
