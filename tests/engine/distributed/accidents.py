"""What goes wrong with several processes, done on purpose and counted: stops, lost processes, killed kernels.

The tests do each once or twice, `python -m tests.long ranks` as often as the promise says.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from engine import layers
from engine.distributed import Cluster
from engine.errors import TrainingError
from engine.events import BatchEnd, Event
from engine.experiment import Control
from engine.models import Model, Sequential
from engine.optimizers import SGD

ROOT = Path(__file__).parents[3]
ENDLESS = 10**6

_KERNEL = """
import sys
from tests.engine.distributed.accidents import begin_and_tell
begin_and_tell()
"""


def small_model() -> Model:
    """One that trains a batch in well under a millisecond."""
    model = Sequential([layers.Dense(16, activation="tanh", input_dim=8), layers.Dense(1)])
    model.compile(SGD(0.01), "mse", metrics=["mae"])
    return model


def small_data(rows: int = 640) -> tuple[np.ndarray, np.ndarray]:
    """Inputs and targets."""
    x = np.random.default_rng(1).normal(size=(rows, 8)).astype("float32")
    return x, x[:, :1]


class _After(threading.Thread):
    """Does something at a random moment of a training: a listener that the training tells when it has begun.

    Attributes:
        at: when it was done; None before.
    """

    hears = (BatchEnd,)

    def __init__(self, do: Callable[[], object], wait: float) -> None:
        super().__init__()
        self._do, self._wait, self._begun = do, wait, threading.Event()
        self.at: float | None = None

    def __call__(self, event: Event) -> None:
        """Hear that a batch was trained on."""
        self._begun.set()

    def run(self) -> None:
        """Wait for the first batch, and some more."""
        self._begun.wait()
        time.sleep(self._wait)
        self.at = time.perf_counter()
        self._do()

    def seconds_since(self) -> float:
        """How long ago it was."""
        self.join()
        assert self.at is not None
        return time.perf_counter() - self.at


def stops(count: int, seed: int = 1) -> list[float]:
    """Stop a training of two processes at a random moment, so often; seconds from each stop to the end of `fit`.

    A process that stopped at another step than the others would wait for them for ever, or come to other weights.
    """
    draw, took = random.Random(seed), list[float]()
    model, (x, y) = small_model(), small_data()
    with Cluster(2, oversubscribe=True) as cluster:
        for _ in range(count):
            control = Control()
            stop = _After(control.stop, draw.random() * 0.3)
            stop.start()
            history = model.fit(
                x, y, epochs=ENDLESS, verbose=0, control=control, listeners=[stop], processes=cluster, batch_size=32
            )
            took.append(stop.seconds_since())
            assert model.stopped and history.epoch, "it ended as a stop ends it"
    return took


def kills(count: int, seed: int = 1) -> list[tuple[float, bool]]:
    """Kill one of two processes in the middle of a training, so often.

    Returns:
        Seconds until `fit` said so, and whether it named the process that was killed.
    """
    draw, told = random.Random(seed), list[tuple[float, bool]]()
    x, y = small_data()
    for _ in range(count):
        rank = draw.randrange(2)
        with Cluster(2, oversubscribe=True) as cluster:
            pid = cluster.job.pids[rank]
            kill = _After(partial(os.kill, pid, signal.SIGKILL), draw.random() * 0.3)
            kill.start()
            try:
                small_model().fit(x, y, epochs=ENDLESS, verbose=0, listeners=[kill], processes=cluster)
            except TrainingError as error:
                told.append((kill.seconds_since(), f"rank {rank} of 2" in str(error)))
    return told


def begin_and_tell() -> None:
    """In a process that is to be killed: begin an endless training of two processes and print which they are."""
    model, (x, y) = small_model(), small_data()
    with Cluster(2, oversubscribe=True) as cluster:
        pids = cluster.job.pids

        def hear(event: Event) -> None:
            if isinstance(event, BatchEnd) and event.epoch == 2 and event.batch == 0:
                print(*pids, flush=True)

        model.fit(x, y, epochs=ENDLESS, verbose=0, listeners=[hear], processes=cluster)


def orphans(count: int, patience: float = 15.0) -> list[float]:
    """Kill the process that has started a training of two others, so often; seconds until no process was left.

    Raises:
        TimeoutError: some were left after `patience` seconds.
    """
    took: list[float] = []
    for _ in range(count):
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        kernel = subprocess.Popen(
            [sys.executable, "-c", _KERNEL], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
        )
        assert kernel.stdout is not None
        line = kernel.stdout.readline()
        pids = [int(word) for word in line.split()]
        assert len(pids) == 2, f"the kernel began to train; it printed {line!r}"
        watched = {*pids, *(_parent(pid) for pid in pids)}  # with what the launcher has put between
        kernel.kill()
        begun = time.perf_counter()
        kernel.wait()
        kernel.stdout.close()
        while left := [pid for pid in watched if pid > 1 and _lives(pid)]:
            if time.perf_counter() - begun > patience:
                for pid in left:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
                raise TimeoutError(f"processes {left} were left after {patience} s")
            time.sleep(0.01)
        took.append(time.perf_counter() - begun)
    return took


def _stat(pid: int) -> list[str]:
    """State and parent of a process on Linux; nothing for one that is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _parent(pid: int) -> int:
    stat = _stat(pid)
    return int(stat[1]) if stat else 0


def _lives(pid: int) -> bool:
    """Whether a process runs; one that has ended and waits to be taken note of does not."""
    stat = _stat(pid)
    return bool(stat) and stat[0] != "Z"
