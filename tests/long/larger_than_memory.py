"""Train on rows of a 20 GB HDF5 file (a hole on the disk) and on 20 000 pictures: within 400 MB each."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
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
    parser.add_argument("--pictures", type=int, default=20_000, help="number of pictures, 20000 by default")
    parser.add_argument(
        "--steps", type=int, default=4000, help="batches of 256 rows of the table, 4000 by default; 0: all"
    )
    options = parser.parse_args(arguments)
    rows = int(options.gigabytes * 1e9 / 4 / COLUMNS)
    made: dict[str, tuple[Callable[[Path], None], int]] = {
        "table.h5": (lambda path: _hdf5(path, rows), options.steps),
        "pictures": (lambda path: _pictures(path, options.pictures), 0),
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


def _pictures(folder: Path, count: int) -> None:
    random = np.random.default_rng(0)
    for kind in ("a", "b"):
        (folder / kind).mkdir(parents=True)
        for number in range(count // 2):
            Image.fromarray(random.integers(0, 256, (32, 32, 3), np.uint8)).save(folder / kind / f"{number}.png")
