"""Train on rows of 20 GB of HDF5 (a hole on the disk), 50 million of Parquet, 200 000 pictures: within 400 MB each."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

from engine._machine.room import bytes_in_words

LIMIT = 400 * 2**20
COLUMNS = 500
PROGRAM = """
import os
import sys

import engine
from engine.layers import Dense, Flatten
from engine.models import Sequential

source, steps = sys.argv[1], int(sys.argv[2]) or None
how = {} if os.path.isdir(source) else {"target": "y", "in_memory": False, "steps": []}
data = engine.data.open(source, **how)
model = Sequential([Flatten(input_shape=data.input_shape), Dense(1)])
model.compile("sgd", "mse")
model.fit(data.x, data.y, batch_size=256, steps_per_epoch=steps, verbose=0)
print([line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM:")][0])
"""


def main(arguments: list[str]) -> int:
    """Train on each; 0 where none takes more than 400 MB."""
    parser = argparse.ArgumentParser(prog="python -m tests.long larger_than_memory", description=__doc__)
    parser.add_argument("--gigabytes", type=float, default=20, help="size of the table, 20 by default")
    parser.add_argument("--rows", type=int, default=50_000_000, help="rows of Parquet, 50 million by default")
    parser.add_argument("--pictures", type=int, default=200_000, help="number of pictures, 200000 by default")
    parser.add_argument("--steps", type=int, default=4000, help="batches of 256 rows, 4000 by default; 0: all")
    options = parser.parse_args(arguments)
    rows = int(options.gigabytes * 1e9 / 4 / COLUMNS)
    made: dict[str, tuple[Callable[[Path], None], int]] = {
        "table.h5": (lambda path: _hdf5(path, rows), options.steps),
        "table.parquet": (lambda path: _parquet(path, options.rows), options.steps),
        "pictures": (lambda path: _pictures(path, options.pictures), options.steps),
    }
    taken: dict[str, int] = {}
    for name, (make, steps) in made.items():
        with tempfile.TemporaryDirectory() as folder:
            make(Path(folder) / name)
            command = [sys.executable, "-c", PROGRAM, str(Path(folder) / name), str(steps)]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            taken[name] = int(done.stdout) * 1024
    print(", ".join(f"{name}: {bytes_in_words(peak)}" for name, peak in taken.items()))
    return int(max(taken.values()) > LIMIT)


def _hdf5(path: Path, rows: int) -> None:
    with h5py.File(path, "w") as file:
        file.create_dataset("x", shape=(rows, COLUMNS), dtype="f4", chunks=(500, COLUMNS))
        file.create_dataset("y", shape=(rows,), dtype="f4", chunks=(min(rows, 100_000),))


def _parquet(path: Path, rows: int) -> None:
    random, each = np.random.default_rng(0), 500_000
    schema = pa.schema([(name, pa.float32()) for name in ("a", "b", "c", "y")])
    with pq.ParquetWriter(path, schema) as writer:
        for first in range(0, rows, each):
            columns = [random.random(min(each, rows - first), np.float32) for _ in schema]
            writer.write_table(pa.table(columns, schema=schema))


def _pictures(folder: Path, count: int) -> None:
    random = np.random.default_rng(0)
    for kind in ("a", "b"):
        (folder / kind).mkdir(parents=True)
        for number in range(count // 2):
            Image.fromarray(random.integers(0, 256, (32, 32, 3), np.uint8)).save(folder / kind / f"{number}.png")
