"""`python -m tests.benchmarks curves`: time of a training step over depth, width, batch, length and vocabulary.

Beside each size stands the time of one more unit since the size before: on a straight line it is the same everywhere.
"""

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


def _width(units: int) -> Any:
    k = engine.layers
    layers = [k.Dense(units, activation="relu", input_shape=(units,)), k.Dense(units, activation="relu"), k.Dense(10)]
    model = engine.models.Sequential(layers)
    model.compile("sgd", "mse")
    x, y = RNG.random((32, units), np.float32), RNG.random((32, 10), np.float32)
    return lambda: model.train_on_batch(x, y)


def _vocabulary(words: int) -> Any:
    k = engine.layers
    model = engine.models.Sequential([k.Embedding(words, 64, input_length=40), k.Flatten(), k.Dense(1)])
    model.compile("adam", "mse")
    x, y = RNG.integers(0, words, (32, 40)), RNG.random((32, 1), np.float32)
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


def _square(units: int) -> int:
    return units * units


# What makes a step, its sizes, and how many units each size has.
CURVES = {
    "depth (Dense(64) layers, batch 32)": (_depth, (10, 25, 50, 100, 200, 400), int),
    "width (two Dense layers, batch 32), by weights": (_width, (64, 128, 256, 512, 1024, 2048), _square),
    "batch (784-400-10)": (_batch, (1, 8, 16, 64, 256, 1024, 4096), int),
    "length (steps of LSTM(64), batch 32)": (_length, (20, 40, 80, 160, 320, 640), int),
    "vocabulary (Embedding of 64 columns, Adam)": (_vocabulary, (1000, 4000, 16_000, 64_000), int),
}


def run(_: Any = None) -> None:
    """Print each curve: size, ms a step, ns for one more unit."""
    for title, (make, sizes, units_of) in CURVES.items():
        print(f"{title}\n{'size':>8}{'ms a step':>12}{'ns a unit more':>16}")
        before, units_before = 0.0, 0
        for size in sizes:
            seconds, units = median_seconds(make(size), 30), units_of(size)
            print(
                f"{size:>8}{seconds * 1e3:>12.3f}{(seconds - before) * 1e9 / (units - units_before):>16.3f}", flush=True
            )
            before, units_before = seconds, units
