"""`python -m engine._worker`: one of the processes that `fit(..., processes=...)` trains with; it ends with its starter."""

from __future__ import annotations

import hashlib
import json
import os
import queue
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ._machine.ranks import Ranks
from ._training.array_rows import ArrayData
from ._training.common import all_ready
from .distributed import connect
from .distributed.array_references import opened
from .distributed.parent_line import Message, ParentLine, forget_line, parent_line
from .distributed.steering import steer
from .events import BatchEnd, EpochBegin, EpochEnd, Event, TrainEnd
from .experiment import Control
from .models import Model, load_model
from .models.checkpoints import restore_checkpoint, write_checkpoint

# Seconds between messages about batches: one for each would cost a small model's step as much as its training.
_TELL_EVERY = 0.02
# Seconds after which the state within an epoch is handed over.
_HAND_OVER_EVERY = 60.0


class _Told:
    """Tells the starter of a training, on rank 0: a listener.

    Args:
        line: to the starter.
        model: what is trained.
        control: of the training.
        folder: where states are handed over.
        go: set by the starter when it has dealt with an epoch's begin or end.
    """

    def __init__(self, line: ParentLine, model: Model, control: Control, folder: Path, go: threading.Event) -> None:
        self._line, self._model, self._control, self._folder, self._go = line, model, control, folder, go
        self._batches: list[tuple[int, int, int, list[float], bool]] = []
        self._sent = self._handed = time.monotonic()

    def __call__(self, event: Event) -> None:
        """Tell of an event; at the begin and end of an epoch wait until the starter's callbacks are done."""
        if isinstance(event, BatchEnd):
            values = [float(value) for value in event.logs.values()]
            self._batches.append((event.epoch, event.batch, event.size, values, event.finite))
            now = time.monotonic()
            if now - self._sent >= _TELL_EVERY:
                self._send_batches(now)
                if now - self._handed >= _HAND_OVER_EVERY:
                    self._hand_over()
                    self._line.send({"state": True})
            return
        self._send_batches(time.monotonic())
        if isinstance(event, EpochBegin):
            self._send_and_wait({"epoch": event.epoch})
        elif isinstance(event, EpochEnd):
            self._hand_over()
            logs = {name: float(value) for name, value in event.logs.items()}
            ends = {"logs": logs, "ended": event.epoch, "seconds": event.seconds, "partial": event.partial}
            self._send_and_wait(ends)
        elif isinstance(event, TrainEnd):
            self._line.send({"reason": event.reason})

    def _send_batches(self, now: float) -> None:
        if self._batches:
            self._line.send({"batches": self._batches})
            self._batches = []
        self._sent = now

    def _hand_over(self) -> None:
        assert self._control.snapshot is not None
        write_checkpoint(self._folder / "state.h5", self._model, self._control.snapshot())
        self._handed = time.monotonic()

    def _send_and_wait(self, message: Message) -> None:
        self._go.clear()
        self._line.send(message)
        self._go.wait()


def _train(folder: Path, ranks: Ranks, line: ParentLine, control: Control, go: threading.Event) -> None:
    with all_ready("fit, processes"):
        task = json.loads((folder / "task.json").read_text(encoding="utf-8"))
        model = load_model(folder / "state.h5")
        control.begin_at = restore_checkpoint(folder / "state.h5", model)
        control.ends_on_nan = bool(task["ends_on_nan"])
        x, y, weights = _taken(task["train"], task["inputs"])
        held_out = task.get("validation")
        validation = None if held_out is None else _taken(held_out, task["inputs"])

    def fares(samples: int, seconds: float, waited: float) -> None:
        line.send({"fares": (samples / seconds, min(waited / seconds, 1.0))})

    control.report = fares
    model.fit(
        x,
        y,
        batch_size=task["train"]["batch_size"],
        shuffle=task["train"]["shuffle"],
        steps_per_epoch=task["train"]["steps"],
        sample_weight=weights,
        validation_data=validation,
        validation_batch_size=None if held_out is None else held_out["batch_size"],
        validation_steps=None if held_out is None else held_out["steps"],
        validation_freq=task["frequency"],
        epochs=task["epochs"],
        verbose=0,
        control=control,
        listeners=[_Told(line, model, control, folder, go)],
        average_every=task["average_every"],
    )
    ranks.barrier()
    digest = hashlib.sha256()
    for array in model.get_weights():
        digest.update(np.ascontiguousarray(array).data)
    line.send({"done": digest.hexdigest()})


def _taken(
    data: Mapping[str, Any], inputs: int
) -> tuple[Sequence[ArrayData], Sequence[ArrayData] | None, dict[str, ArrayData] | None]:
    """Inputs, targets and weights by output, as `fit` takes them."""
    arrays = [opened(reference) for reference in data["arrays"]]
    weighted = data["weighted"]
    end = len(arrays) - len(weighted)
    weights = dict(zip(weighted, arrays[end:], strict=True))
    return arrays[:inputs], arrays[inputs:end] or None, weights or None


def main() -> int:
    """Wait for trainings, one after the other, until the starter cuts the line."""
    with connect() as ranks:
        line = parent_line()
        if line is None or ranks.size == 1:
            print("engine._worker: started by engine.distributed alone", file=sys.stderr)
            return 2
        tasks: queue.SimpleQueue[str] = queue.SimpleQueue()
        go = threading.Event()
        present = [Control()]

        def hear(message: Message) -> None:
            if "train" in message:
                line.folders.append(Path(message["train"]))
                tasks.put(message["train"])
            if "close" in message:
                line.expect_end()
                tasks.put("")
            steer(present[0], message)
            if "go" in message:
                go.set()

        line.listen(hear)
        while folder := tasks.get():
            _train(Path(folder), ranks, line, present[0], go)
            present[0] = Control()
    return 0


def run_here(variables: Mapping[str, str]) -> None:
    """Be one of the processes for a while, in an engine of ipyparallel that has other things to do before and after."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    forget_line()
    try:
        main()
    finally:
        forget_line()
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


if __name__ == "__main__":
    sys.exit(main())
