"""`python -m tests.benchmarks curves`: time of a training step over depth, batch and length, and time a unit of them."""

from __future__ import annotations

from typing import Any

import numpy as np

import engine

from . import workloads
from .limits import median_seconds

RNG = np.random.default_rng(0)


def _depth(layers: int) -> Any:
    model = workloads.deep(engine, layers)
    x, y = RNG.random((32, 64), np.float32), np.eye(10, dtype=np.float32)[np.arange(32) % 10]
    return lambda: model.train_on_batch(x, y)


def _batch(size: int) -> Any:
    model = workloads.dense(engine)
    x, y = RNG.random((size, 784), np.float32), np.eye(10, dtype=np.float32)[np.arange(size) % 10]
    return lambda: model.train_on_batch(x, y)


def _length(steps: int) -> Any:
    k = engine.layers
    inputs = k.Input((steps, 64))
    model = engine.models.Model(inputs, k.Dense(1)(k.LSTM(64)(inputs)))
    model.compile("sgd", "mse")
    x, y = RNG.random((32, steps, 64), np.float32), RNG.random((32, 1), np.float32)
    return lambda: model.train_on_batch(x, y)


CURVES = {
    "depth (Dense(64) layers, batch 32)": (_depth, (10, 25, 50, 100, 200, 400)),
    "batch (784-400-10)": (_batch, (16, 64, 256, 1024, 4096)),
    "length (steps of LSTM(64), batch 32)": (_length, (20, 40, 80, 160, 320, 640)),
}


def run(_: Any = None) -> None:
    """Print each curve: size, ms a step, µs a unit."""
    for title, (make, sizes) in CURVES.items():
        print(f"{title}\n{'size':>8}{'ms a step':>12}{'µs a unit':>12}")
        for size in sizes:
            seconds = median_seconds(make(size), 30)
            print(f"{size:>8}{seconds * 1e3:>12.3f}{seconds * 1e6 / size:>12.2f}", flush=True)
