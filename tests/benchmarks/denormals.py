"""`python -m tests.benchmarks denormals`: the cost of a step before and after thousands of steps without gradient.

Running averages of squares decay towards zero there. Left alone they become denormal numbers, on which the processor's
arithmetic is up to a hundred times slower.
"""

from __future__ import annotations

import statistics
import time
from typing import Any

import numpy as np

import engine

STEPS = 4000


def run(_: Any = None) -> None:
    """Print ms a step in the first and last 200 steps, and their ratio, for each optimizer with running averages."""
    k = engine.layers
    print(f"{'optimizer':<12}{'first 200':>12}{'last 200':>12}{'ratio':>8}")
    for name in ("rmsprop", "adam", "adadelta", "adamax", "nadam", "sgd"):
        inputs = k.Input((256,))
        model = engine.models.Model(inputs, k.Dense(256, activation="relu")(k.Dense(256, activation="relu")(inputs)))
        # Nothing to learn: rectified outputs equal to the targets, so that all gradients are exactly zero.
        model.compile(name, "mse")
        x = np.zeros((32, 256), np.float32)
        first = np.random.default_rng(0).random((32, 256), np.float32)
        for _ in range(3):
            model.train_on_batch(first, first)
        y = model.predict(x)
        times = []
        for _ in range(STEPS):
            start = time.perf_counter()
            model.train_on_batch(x, y)
            times.append(time.perf_counter() - start)
        early, late = statistics.median(times[:200]), statistics.median(times[-200:])
        print(f"{name:<12}{early * 1e3:>10.3f}ms{late * 1e3:>10.3f}ms{late / early:>8.2f}", flush=True)
