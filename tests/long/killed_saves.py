"""Kill saves at moments by chance: the file is whole, no older than the last finished save, and nothing stays beside it."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np

from engine._files import hdf5
from tests.safety.killed_saves import killed_saves


def main(arguments: list[str]) -> int:
    """Kill so many saves; 0 where every file was whole and no temporary file outlived the next save."""
    parser = argparse.ArgumentParser(prog="python -m tests.long killed_saves", description=__doc__)
    parser.add_argument("--saves", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "w.h5")
        results = list(killed_saves(path, options.saves, options.seed))
        hdf5.write_weights(path, [("a", [("k", np.zeros(3, "f4"))])])
        left = len(list(Path(folder).iterdir())) - 1
    torn = sum(result.number is None for result in results)
    older = sum(result.number is not None and result.number < result.finished for result in results)
    between = sum(bool(result.others) for result in results)
    print(
        f"{len(results)} saves killed: {len(results) - torn} whole, {older} older than the last finished one; "
        f"{between} left a file until the next save, {left} for longer"
    )
    return 1 if torn or older or left else 0
