"""`python -m tests.benchmarks native`: steps as one compiled call beside the same steps op by op on NumPy.

All in one process, in turns; what is shown is the median of the ratios of the rounds, which a busy machine changes little.
"""

from __future__ import annotations

import statistics
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import numpy as np

import engine
from engine._native.library import library, turned_off

from .workloads import (
    WORKLOADS,
    Workload,
    cifar_cnn,
    deep,
    dense,
    gru_text,
    line,
    lstm_text,
    mnist_cnn,
    ngrams,
    resnet20,
    vgg16,
)

BATCHES = (1, 8, 64, 512)
COMPILED = (line, dense, deep, lstm_text, gru_text, mnist_cnn, cifar_cnn, ngrams, resnet20, vgg16)


def add_arguments(parser: ArgumentParser) -> None:
    """How long to measure."""
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--only", nargs="*", help="keys of workloads, as j1")
    parser.add_argument("--seconds", type=float, default=0.15, help="of each system in each round")


def run(options: Namespace) -> None:
    """Print the medians and the ratios for each workload, and for the multilayer perceptron at several sizes of batch."""
    loaded = library()
    print(f"level: {loaded.level if loaded else 'not built'}")
    print(f"{'workload':<58}{'compiled':>11}{'NumPy':>11}{'ratio':>8}")
    chosen = [w for w in WORKLOADS.values() if w.build in COMPILED and (not options.only or w.key in options.only)]
    rows = [(w.title, w.build, w, w.batch) for w in chosen]
    rows += [] if options.only else [(f"784-400-10, batch {n}", dense, WORKLOADS["b"], n) for n in BATCHES]
    for title, build, workload, batch in rows:
        print(f"{title:<58}{_compared(build, workload, batch, options)}", flush=True)


def _compared(build: Callable[[Any], Any], workload: Workload, batch: int, options: Namespace) -> str:
    x, y = workload.data(np.random.default_rng(0))
    x, y = x[: max(batch, 4096)], None if y is None else y[: max(batch, 4096)]
    ways: list[Callable[[], AbstractContextManager[object]]] = [nullcontext, turned_off]
    actions: list[Callable[[], object]] = []
    for way in ways:
        with way():
            actions.append(_action(build(engine), workload, x, y, batch))
            actions[-1]()
    times: list[list[float]] = [[] for _ in ways]
    for _ in range(options.rounds):
        for seconds, action, way in zip(times, actions, ways, strict=True):
            with way():
                seconds.append(_fastest_half(action, options.seconds))
    text = f"{statistics.median(times[0]) * 1e3:>9.3f}ms"
    for other in times[1:]:
        ratio = statistics.median(a / b for a, b in zip(other, times[0], strict=True))
        text += f"{statistics.median(other) * 1e3:>9.3f}ms{ratio:>8.2f}"
    return text


def _action(model: Any, workload: Workload, x: Any, y: Any, batch: int) -> Callable[[], object]:
    if workload.kind == "predict":
        return lambda: model.predict(x[:batch])
    if workload.kind == "fit" and len(x) > batch:
        return lambda: model.fit(x, y, batch_size=batch, verbose=0)
    return lambda: model.train_on_batch(x[:batch], y[:batch])


def _fastest_half(action: Callable[[], object], seconds: float) -> float:
    """The median of the faster half of the times of an action: what others do on the machine slows the rest."""
    times: list[float] = []
    end = time.perf_counter() + seconds
    while not times or time.perf_counter() < end:
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return statistics.median(sorted(times)[: (len(times) + 1) // 2])
