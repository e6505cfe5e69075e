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
from engine._machine.ranks import Alone, Ranks, joining
from engine.distributed import connect
from engine.events import BatchEnd, Event
from engine.experiment import Control
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


def step_times(make: Make, steps: int, part: int = 1) -> tuple[list[float], Model, float]:
    """Seconds of each step of `fit`, the model, and the share of the time that was waited; part: the batch is one of so many."""
    model, x, y, size = make()
    model.compile("adam", "sparse_categorical_crossentropy")
    size //= part
    repeated = [np.concatenate([array[:size]] * 10) for array in (x, y)]
    times: list[float] = []
    waits: list[float] = []
    control = Control()
    control.report = lambda samples, seconds, waited: waits.append(waited / seconds)

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
            control=control,
        )
    return np.diff(times)[_WARM_UP:].tolist(), model, float(np.mean(waits)) if waits else 0.0


def messages(ranks: Ranks, nbytes: int, count: int) -> list[float]:
    """Seconds of each sum of so many bytes."""
    flat, times = np.ones(nbytes // 4, np.float32), list[float]()
    for _ in range(count):
        ranks.barrier()
        begun = time.perf_counter()
        ranks.all_reduce(flat)
        times.append(time.perf_counter() - begun)
    return times


# Measurements are taken in turn, as what else the machine does changes meanwhile.
_ROUNDS = 4


def main(folder: str, count: str) -> None:
    """Measure all models, together and apart, and write what rank 0 has found."""
    steps, found = int(count) // _ROUNDS, dict[str, dict[str, list[float]]]()
    with connect() as ranks:
        for name, make in MODELS.items():
            of_model = found[name] = defaultdict[str, list[float]](list)
            for _ in range(_ROUNDS):
                if ranks.size == 1:
                    of_model["single"] += step_times(make, steps)[0]
                    continue
                alone, model = _apart(ranks, make, steps)
                nbytes = 4 * model.count_params()
                common, _, waiting = step_times(make, steps)
                of_model["alone"] += alone
                of_model["slower"] += _slower(ranks, alone)
                of_model["messages"] += messages(ranks, nbytes, steps)
                of_model["common"] += common
                of_model["waiting"].append(waiting)
                of_model["nbytes"] = [nbytes]
        if ranks.rank == 0:
            where = Path(folder) / ("one.json" if ranks.size == 1 else "two.json")
            where.write_text(json.dumps(found), "utf-8")


def _slower(ranks: Ranks, times: list[float]) -> list[float]:
    """Of each step that was taken at the same time, the longest of all processes."""
    of_all = np.zeros((ranks.size, len(times)))
    of_all[ranks.rank] = times
    ranks.all_reduce(of_all)
    return of_all.max(axis=0).tolist()


def _apart(ranks: Ranks, make: Make, steps: int) -> tuple[list[float], Model]:
    """Steps of half a batch while the other process takes its own, without a message."""
    ranks.barrier()
    with joining(Alone()):
        times, model, _ = step_times(make, steps, part=ranks.size)
    return times, model


if __name__ == "__main__":
    main(*sys.argv[1:])
