"""What `scaling` measures in each of two processes, and in one alone: `python -m tests.benchmarks.scaling_ranks FOLDER STEPS`."""

from __future__ import annotations

import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import numpy as np

from engine import layers
from engine._machine.random import seeded
from engine._machine.ranks import Ranks, joining
from engine.distributed import connect
from engine.events import BatchEnd, Event
from engine.models import Model, Sequential

Make: TypeAlias = "Callable[[], tuple[Model, np.ndarray, np.ndarray, int]]"
"""Makes a model, inputs, targets and the batch size."""

_WARM_UP = 10


def mlp() -> tuple[Model, np.ndarray, np.ndarray, int]:
    """Products of matrices: 669,706 weights, batches of 256."""
    model = Sequential(
        [
            layers.Dense(512, activation="relu", input_dim=784),
            layers.Dense(512, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )
    return model, _numbers(256, 784), _labels(256), 256


def cnn() -> tuple[Model, np.ndarray, np.ndarray, int]:
    """Convolutions: few weights, much work."""
    model = Sequential(
        [
            layers.Conv2D(32, 3, activation="relu", input_shape=(28, 28, 1)),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(10, activation="softmax"),
        ]
    )
    return model, _numbers(64, 28, 28, 1), _labels(64), 64


def lstm() -> tuple[Model, np.ndarray, np.ndarray, int]:
    """Steps of time one after the other."""
    model = Sequential([layers.LSTM(128, input_shape=(40, 32)), layers.Dense(10, activation="softmax")])
    return model, _numbers(128, 40, 32), _labels(128), 128


def _numbers(*shape: int) -> np.ndarray:
    return np.random.default_rng(1).normal(size=shape).astype("float32")


def _labels(count: int) -> np.ndarray:
    return np.random.default_rng(2).integers(0, 10, count)


MODELS: dict[str, Make] = {"MLP": mlp, "CNN": cnn, "LSTM": lstm}


def step_times(make: Make, steps: int) -> list[float]:
    """Seconds of each step of `fit`."""
    model, x, y, size = make()
    model.compile("adam", "sparse_categorical_crossentropy")
    repeated = [np.concatenate([array[:size]] * 10) for array in (x, y)]
    times: list[float] = []

    def hear(event: Event) -> None:
        if isinstance(event, BatchEnd):
            times.append(time.perf_counter())

    with seeded(1):
        model.fit(
            *repeated,
            batch_size=size,
            epochs=(steps + _WARM_UP) // 10 + 1,
            verbose=0,
            shuffle=False,
            listeners=[hear],
        )
    return np.diff(times)[_WARM_UP:].tolist()


def messages(ranks: Ranks, nbytes: int, count: int) -> list[float]:
    """Seconds of each sum of so many bytes."""
    flat, times = np.ones(nbytes // 4, np.float32), list[float]()
    for _ in range(count):
        ranks.barrier()
        begun = time.perf_counter()
        ranks.all_reduce(flat)
        times.append(time.perf_counter() - begun)
    return times


class Alternating(Ranks):
    """Ranks whose messages are sent in every second block of steps, so that steps with and without one meet the same machine.

    Args:
        ranks: the processes.
        nbytes: of the gradient; shorter messages are always sent.

    Attributes:
        blocks: of each block whether its messages were sent, and the seconds of its steps.
        messages: seconds of sums by themselves, some between any two blocks.
        waiting: of the steps whose messages were sent the share of the time that was spent in them.
    """

    def __init__(self, ranks: Ranks, nbytes: int) -> None:
        self.rank, self.size = ranks.rank, ranks.size
        self._ranks, self._nbytes = ranks, nbytes
        self.blocks: list[tuple[bool, list[float]]] = [(True, [])]
        self.messages: list[list[float]] = []
        self._before: float | None = None
        self._waited = 0.0

    @property
    def waiting(self) -> float:
        return self._waited / (sum(sum(steps) for sends, steps in self.blocks if sends) or 1.0)

    def broadcast(self, flat: np.ndarray) -> None:
        self._ranks.broadcast(flat)

    def barrier(self) -> None:
        self._ranks.barrier()

    def all_reduce(self, flat: np.ndarray) -> None:
        if flat.nbytes < self._nbytes:
            self._ranks.all_reduce(flat)
            return
        sends, steps = self.blocks[-1]
        begun = time.perf_counter()
        if sends:
            self._ranks.all_reduce(flat)
        now = time.perf_counter()
        if self._before is not None:
            steps.append(now - self._before)
            self._waited += now - begun if sends else 0.0
        self._before = now
        if len(steps) == _BLOCK:
            self.messages.append(messages(self._ranks, self._nbytes, _BLOCK // 2))
            self.blocks.append((not sends, []))
            self._ranks.barrier()
            self._before = None  # the first step of a block has the messages before it


_BLOCK = 8


def main(folder: str, count: str) -> None:
    """Measure all models, together and apart, and write what rank 0 has found."""
    steps, found = int(count), dict[str, dict[str, list[float]]]()
    with connect() as ranks:
        for name, make in MODELS.items():
            of_model = found[name] = defaultdict[str, list[float]](list)
            if ranks.size == 1:
                of_model["single"] = step_times(make, steps)
                continue
            nbytes = 4 * make()[0].count_params()
            alternating = Alternating(ranks, nbytes)
            with joining(alternating):
                step_times(make, 2 * steps)
            of_model["waiting"], of_model["nbytes"] = [alternating.waiting], [nbytes]
            _add_blocks(of_model, ranks, alternating)
        if ranks.rank == 0:
            where = Path(folder) / ("one.json" if ranks.size == 1 else "two.json")
            where.write_text(json.dumps(found), "utf-8")


def _add_blocks(of_model: dict[str, list[float]], ranks: Ranks, measured: Alternating) -> None:
    """What the blocks say: steps with and without messages, and of each pair of blocks what is simulated over what was measured."""
    whole = [block for block in measured.blocks if len(block[1]) == _BLOCK][2:]  # the first ones warm up
    sums = measured.messages[2:]
    for i in range(0, len(whole) - 1, 2):
        sent, apart = (whole[i], whole[i + 1]) if whole[i][0] else (whole[i + 1], whole[i])
        slower, messages = _slowest(ranks, apart[1]), _last(ranks, [*sums[i], *sums[i + 1]])
        of_model["alone"] += apart[1]
        of_model["slower"] += slower
        of_model["messages"] += messages
        of_model["common"] += sent[1]
        expected = np.median(slower) + np.median(messages)
        of_model["ratios"].append(float(expected / np.median(sent[1])))


def _slowest(ranks: Ranks, times: list[float]) -> list[float]:
    """Of what was done at the same time the longest of all processes, which the others wait for."""
    return _of_all(ranks, times).max(axis=0).tolist()


def _last(ranks: Ranks, times: list[float]) -> list[float]:
    """Of messages the shortest of all processes: that of the one that came last, which waited for nobody."""
    return _of_all(ranks, times).min(axis=0).tolist()


def _of_all(ranks: Ranks, times: list[float]) -> np.ndarray:
    of_all = np.zeros((ranks.size, len(times)))
    of_all[ranks.rank] = times
    ranks.all_reduce(of_all)
    return of_all


if __name__ == "__main__":
    main(*sys.argv[1:])
