"""`python -m tests.benchmarks runs`: recording runs, listing a thousand, reading their curves; size on disk."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import kwidgets
from kwidgets.workspace.records import Epochs, NewRun, Points
from kwidgets.workspace.run_store import RunStore

RUNS, CURVES, POINTS = 1000, 200, 1000
NAMES = ("loss", "acc", "val_loss", "val_acc")
LAYERS = [
    {"class_name": "Dense", "config": {"name": f"dense_{i}", "units": 64, "activation": "relu", "use_bias": True}}
    for i in range(10)
]
EXPERIMENT = {"class_name": "Sequential", "config": LAYERS, "training": {"epochs": 10, "seed": 1}}


def _milliseconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return 1000 * (time.perf_counter() - start)


def run(_: Any = None) -> None:
    """Print what each costs: the median and the longest."""
    xs = np.linspace(0, 10, POINTS, dtype=np.float32)
    points = [Points(name, "batch", xs, np.exp(-xs)) for name in NAMES]
    history = Epochs(epoch=list(range(10)), history={name: [0.5] * 10 for name in NAMES}, partial=False)
    took: dict[str, list[float]] = {"begin": [], f"write of {len(NAMES)} x {POINTS} points": [], "end": []}
    with tempfile.TemporaryDirectory() as folder:
        store = RunStore(Path(folder))
        for _ in range(RUNS):
            start = time.perf_counter()
            writer = store.begin(NewRun("digits", EXPERIMENT, planned=10))
            begun = time.perf_counter()
            writer.write(points, {"epochs": 10, "values": {"loss": 0.5}, "history": history}, ["epoch 10"])
            written = time.perf_counter()
            writer.end("finished", "its last epoch")
            times = (begun - start, written - begun, time.perf_counter() - written)
            for name, seconds in zip(took, times, strict=True):
                took[name].append(1000 * seconds)
        took[f"list of {RUNS} runs"] = [_milliseconds(store.list) for _ in range(9)]
        took[f"table of {RUNS} runs"] = [
            _milliseconds(lambda: kwidgets.runs(store=store)._repr_html_()) for _ in range(3)
        ]
        took[f"first list of {RUNS} runs in a process"] = [_milliseconds(RunStore(Path(folder)).list)]
        took["version, which the page asks for"] = [_milliseconds(store.version) for _ in range(99)]
        some = [one.id for one in store.list()[:CURVES]]
        took[f"curves of {CURVES} runs"] = [
            _milliseconds(lambda: [store.points(one) for one in some]) for _ in range(3)
        ]
        size = store.usage().bytes
    for name, values in took.items():
        print(f"{name}: {statistics.median(values):.2f} ms, at most {max(values):.1f}")
    print(f"on disk: {size / RUNS / 1000:.0f} kB a run without checkpoints")
