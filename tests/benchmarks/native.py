"""`python -m tests.benchmarks native`: steps as one compiled call beside the same steps op by op on NumPy.

Both in one process, in turns; what is shown is the median of the ratios of the rounds, which a busy machine changes little.
"""

from __future__ import annotations

import statistics
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import numpy as np

import engine
from engine._native.library import library, turned_off

from .workloads import WORKLOADS, Workload, deep, dense, gru_text, line, lstm_text

BATCHES = (1, 8, 64, 512)
COMPILED = (line, dense, deep, lstm_text, gru_text)


def add_arguments(parser: ArgumentParser) -> None:
    """How long to measure."""
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--seconds", type=float, default=0.15, help="of each system in each round")


def run(options: Namespace) -> None:
    """Print both medians and the ratio for each workload, and for the multilayer perceptron at several sizes of batch."""
    loaded = library()
    print(f"level: {loaded.level if loaded else 'not built'}")
    print(f"{'workload':<58}{'NumPy':>11}{'compiled':>11}{'ratio':>8}")
    rows = [(w.title, w.build, w, w.batch) for w in WORKLOADS.values() if w.build in COMPILED]
    rows += [(f"784-400-10, batch {n}", dense, WORKLOADS["b"], n) for n in BATCHES]
    for title, build, workload, batch in rows:
        print(f"{title:<58}{_compared(build, workload, batch, options)}", flush=True)


def _compared(build: Callable[[Any], Any], workload: Workload, batch: int, options: Namespace) -> str:
    x, y = workload.data(np.random.default_rng(0))
    x, y = x[: max(batch, 4096)], None if y is None else y[: max(batch, 4096)]
    with turned_off():
        plain = _action(build(engine), workload, x, y, batch)
        plain()
    compiled = _action(build(engine), workload, x, y, batch)
    compiled()
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(options.rounds):
        for seconds, action, around in ((times[0], plain, turned_off()), (times[1], compiled, nullcontext())):
            with around:
                seconds.append(_fastest_half(action, options.seconds))
    ratio = statistics.median(a / b for a, b in zip(*times, strict=True))
    first, second = (statistics.median(part) * 1e3 for part in times)
    return f"{first:>9.3f}ms{second:>9.3f}ms{ratio:>8.2f}"


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
