"""Kill saves at moments by chance: the file is whole, no older than the last finished save, and nothing is left beside it."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from tests.safety.killed_saves import killed_saves


def main(arguments: list[str]) -> int:
    """Kill so many saves; 0 where every file was whole and no temporary file was left at the end."""
    parser = argparse.ArgumentParser(prog="python -m tests.long killed_saves", description=__doc__)
    parser.add_argument("--saves", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        results = list(killed_saves(Path(folder, "w.h5"), options.saves, options.seed))
    torn = sum(result.number is None for result in results)
    older = sum(result.number is not None and result.number < result.finished for result in results)
    left = sum(bool(result.others) for result in results)
    print(
        f"{len(results)} saves killed: {len(results) - torn} whole, {older} older than the last finished one, {left} left a file"
    )
    return 1 if torn or older or left else 0
