"""`python -m tests.benchmarks reading`: the share of an epoch that training waits for data which a thread reads ahead."""

from __future__ import annotations

import statistics
import tempfile
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image
from pyarrow import csv

import engine
from engine._training.prefetch import Prefetch
from engine.layers import Conv1D, Dense, Embedding, Flatten, GlobalMaxPooling1D, Layer
from engine.models import Sequential
from tests.long.larger_than_memory import write_sounds, write_texts

ROWS, COLUMNS, BATCH = 100_000, 100, 128
PICTURES, SIDE = 2000, 64
TEXTS, SOUNDS = 10_000, 2000
# Shares of an epoch; npz and HDF5 are to stay below.
GOAL = 0.05


def add_arguments(parser: ArgumentParser) -> None:
    """How often each is measured."""
    parser.add_argument("--epochs", type=int, default=3, help="epochs that are measured, 3 by default")


def run(arguments: Namespace) -> None:
    """Print for each kind of file the rows a second and the median share of waiting."""
    random = np.random.default_rng(0)
    x, y = random.random((ROWS, COLUMNS), np.float32), random.random(ROWS, np.float32)
    with tempfile.TemporaryDirectory() as folder:
        for name, (write, goal) in KINDS.items():
            path = Path(folder) / name
            write(path, x, y)
            rows, share = _measured(path, arguments.epochs)
            wanted = f" (goal: below {GOAL:.0%})" if goal else ""
            print(f"{name:<12} {rows:>9,.0f} rows/s   waits {share:6.1%} of the time{wanted}")


def _measured(path: Path, epochs: int) -> tuple[float, float]:
    """Rows a second and the share of waiting, medians over epochs; the first one does not count."""
    how: dict[str, Any] = {} if path.name == "pictures" else {"in_memory": False}
    if not path.is_dir():
        how["steps"] = []
    if not path.is_dir() and path.suffix != ".npy":
        how["target"] = "y"
    data: Any = engine.data.open(path, split={"validation": 0.0}, **how)
    y = np.zeros((len(data.x), 1), np.float32) if data.y is None else data.y
    model = Sequential(_layers(path.name, data.input_shape))
    model.compile(engine.optimizers.SGD(1e-6), "mse")
    took: list[float] = []
    shares: list[float] = []
    with _Waiting() as waited:
        for _ in range(epochs + 1):
            waited.seconds, began = 0.0, time.perf_counter()
            model.fit(data.x, y, batch_size=BATCH, verbose=0)
            took.append(time.perf_counter() - began)
            shares.append(waited.seconds / took[-1])
    return len(data.x) / statistics.median(took[1:]), statistics.median(shares[1:])


def _layers(kind: str, shape: tuple[int, ...]) -> list[Layer]:
    """A small network, as people begin with for what a source holds."""
    if kind == "texts":
        return [
            Embedding(10_002, 32, input_length=shape[0]),
            Conv1D(64, 5, activation="relu"),
            GlobalMaxPooling1D(),
            Dense(1),
        ]
    if kind == "sounds":
        return [Conv1D(64, 5, activation="relu", input_shape=shape), GlobalMaxPooling1D(), Dense(1)]
    return [Flatten(input_shape=shape), Dense(256, activation="relu"), Dense(128), Dense(1)]


class _Waiting:
    """Adds up the seconds in which a training waits for a batch, while it is entered."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._get = Prefetch.get

    def __enter__(self) -> _Waiting:
        get = self._get

        def timed(prefetch: Prefetch[Any], keep_waiting: Callable[[], bool]) -> Any:
            began = time.perf_counter()
            try:
                return get(prefetch, keep_waiting)
            finally:
                self.seconds += time.perf_counter() - began

        Prefetch.get = timed
        return self

    def __exit__(self, *_: object) -> None:
        Prefetch.get = self._get


def _hdf5(path: Path, x: np.ndarray, y: np.ndarray) -> None:
    with h5py.File(path, "w") as file:
        file["x"], file["y"] = x, y


def _parquet(path: Path, x: np.ndarray, y: np.ndarray) -> None:
    columns = {f"c{number}": column for number, column in enumerate(x.T)}
    pq.write_table(pa.table({**columns, "y": y}), path, row_group_size=4096)


def _csv(path: Path, x: np.ndarray, y: np.ndarray) -> None:
    columns = {f"c{number}": column for number, column in enumerate(x.T)}
    csv.write_csv(pa.table({**columns, "y": y}), path)


def _pictures(path: Path, x: np.ndarray, y: np.ndarray) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (SIDE, SIDE, 3), np.uint8)
    for number in range(PICTURES):
        folder = path / "ab"[number % 2]
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.roll(pixels, number, 0)).save(folder / f"{number}.jpg")


KINDS: dict[str, tuple[Callable[[Path, np.ndarray, np.ndarray], object], bool]] = {
    "table.npz": (lambda path, x, y: np.savez(path, x=x, y=y), True),
    "table.npy": (lambda path, x, y: np.save(path, x), False),
    "table.h5": (_hdf5, True),
    "table.parquet": (_parquet, False),
    "table.csv": (_csv, False),
    "pictures": (_pictures, False),
    "texts": (lambda path, x, y: write_texts(path, TEXTS), False),
    "sounds": (lambda path, x, y: write_sounds(path, SOUNDS), False),
}
"""For each source what writes it, and whether it has a goal."""
