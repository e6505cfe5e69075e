"""Train on 20 GB of HDF5 (a hole on the disk), 50 million rows of Parquet, 5 GB of CSV, folders of 200 000 files: within 400 MB."""

from __future__ import annotations

import argparse
import struct
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
# Prints the most memory that it took in kB, the share of the training that waited for rows, seconds until it began, rows a second.
PROGRAM = """
import os
import sys
import time

import engine
from engine._training.prefetch import Prefetch
from engine.layers import Dense, Flatten
from engine.models import Sequential

source, steps = sys.argv[1], int(sys.argv[2]) or None
how = {} if os.path.isdir(source) else {"target": "y", "steps": []}
began = time.perf_counter()
data = engine.data.open(source, in_memory=False, **how)
opening = time.perf_counter() - began
model = Sequential([Flatten(input_shape=data.input_shape), Dense(1)])
model.compile("sgd", "mse")
waited, get = [], Prefetch.get
def timed(*arguments):
    began = time.perf_counter()
    try:
        return get(*arguments)
    finally:
        waited.append(time.perf_counter() - began)
Prefetch.get = timed
began = time.perf_counter()
model.fit(data.x, data.y, batch_size=256, steps_per_epoch=steps, verbose=0)
took = time.perf_counter() - began
rate = (256 * steps if steps else len(data.x)) / took
print([line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM:")][0], sum(waited) / took, opening, rate)
"""


def main(arguments: list[str]) -> int:
    """Train on each; 0 where none takes more than 400 MB."""
    parser = argparse.ArgumentParser(prog="python -m tests.long larger_than_memory", description=__doc__)
    parser.add_argument("--gigabytes", type=float, default=20, help="size of the table, 20 by default")
    parser.add_argument("--rows", type=int, default=50_000_000, help="rows of Parquet, 50 million by default")
    parser.add_argument("--csv", type=float, default=5, help="size of the CSV file in GB, 5 by default")
    parser.add_argument("--pictures", type=int, default=200_000, help="number of pictures, 200000 by default")
    parser.add_argument("--texts", type=int, default=200_000, help="number of texts, 200000 by default")
    parser.add_argument("--sounds", type=int, default=50_000, help="number of sounds of a second, 50000 by default")
    parser.add_argument("--only", help="the one that is trained on, such as table.h5; all by default")
    parser.add_argument("--steps", type=int, default=4000, help="batches of 256 rows, 4000 by default; 0: all")
    options = parser.parse_args(arguments)
    rows = int(options.gigabytes * 1e9 / 4 / COLUMNS)
    made: dict[str, tuple[Callable[[Path], None], int]] = {
        "table.h5": (lambda path: _hdf5(path, rows), options.steps),
        "table.parquet": (lambda path: _parquet(path, options.rows), options.steps),
        "table.csv": (lambda path: _csv(path, options.csv), options.steps),
        "pictures": (lambda path: _pictures(path, options.pictures), options.steps),
        "texts": (lambda path: write_texts(path, options.texts), options.steps),
        "sounds": (lambda path: write_sounds(path, options.sounds), options.steps),
    }
    taken: dict[str, int] = {}
    said: list[str] = []
    for name, (make, steps) in made.items():
        if options.only not in (None, name):
            continue
        with tempfile.TemporaryDirectory() as folder:
            make(Path(folder) / name)
            command = [sys.executable, "-c", PROGRAM, str(Path(folder) / name), str(steps)]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            peak, waited, opening, rate = done.stdout.split()
            taken[name] = int(peak) * 1024
            times = f"waits {float(waited):.1%}, {float(rate):,.0f} rows/s, opened in {float(opening):.1f} s"
            said.append(f"{name}: {bytes_in_words(taken[name])}, {times}")
            print(said[-1], file=sys.stderr, flush=True)
    print("; ".join(said))
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


def _csv(path: Path, gigabytes: float) -> None:
    random = np.random.default_rng(0)
    names = [*(f"c{number}" for number in range(20)), "y"]
    lines = "".join(",".join(map(repr, row)) + "\n" for row in random.normal(size=(50_000, len(names))).tolist())
    with path.open("w") as file:
        file.write(",".join(names) + "\n")
        for _ in range(max(int(gigabytes * 1e9 / len(lines)), 1)):
            file.write(lines)


def _pictures(folder: Path, count: int) -> None:
    random = np.random.default_rng(0)
    for kind in ("a", "b"):
        (folder / kind).mkdir(parents=True)
        for number in range(count // 2):
            Image.fromarray(random.integers(0, 256, (32, 32, 3), np.uint8)).save(folder / kind / f"{number}.png")


def write_texts(folder: Path, count: int) -> None:
    """Write a folder of two classes of texts of 200 words. folder: the new one. count: files."""
    random = np.random.default_rng(0)
    words = np.array([f"word{number}" for number in range(5000)])
    for kind in ("a", "b"):
        (folder / kind).mkdir(parents=True)
        for number in range(count // 2):
            (folder / kind / f"{number}.txt").write_text(" ".join(words[random.integers(0, 5000, 200)]), "utf-8")


def write_sounds(folder: Path, count: int) -> None:
    """Write a folder of two classes of sounds of a second. folder: the new one. count: files."""
    random = np.random.default_rng(0)
    head = struct.pack(
        "<4sI4s4sIHHIIHH4sI", b"RIFF", 16036, b"WAVE", b"fmt ", 16, 1, 1, 8000, 16000, 2, 16, b"data", 16000
    )
    for kind in ("a", "b"):
        (folder / kind).mkdir(parents=True)
        for number in range(count // 2):
            (folder / kind / f"{number}.wav").write_bytes(head + random.bytes(16000))
