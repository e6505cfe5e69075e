"""`python -m tests.benchmarks tables`: how long the Data page waits for a large table, and how long the kernel is held up."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
import time
from argparse import ArgumentParser, Namespace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import csv, parquet

from kwidgets.session.data_sources import DataSources

ROWS, COLUMNS = 1_000_000, 100
FIRST_VIEW, ALL_FIGURES = 0.5, 5.0
_TICK = 0.005


def add_arguments(parser: ArgumentParser) -> None:
    """How large the table is, and where it lies."""
    parser.add_argument("--of", choices=("frame", "csv", "parquet"), default="frame", help="a frame, or a file of it")
    parser.add_argument("--rows", type=int, default=ROWS, help="rows of the frame, a million by default")


def run(arguments: Namespace) -> None:
    """Print the time to the first view of a frame, to the exact figures, and the longest that another thread was held up."""
    with tempfile.TemporaryDirectory() as folder:
        frame = _frame(arguments.rows)
        # What is imported at the first table of a session is not the table's.
        _opened(_Table(_frame(1000), arguments.of, Path(folder)))
        _measure(_Table(frame, arguments.of, Path(folder)), len(frame), len(frame.columns))


def _measure(table: _Table, rows: int, columns: int) -> None:
    worked = time.process_time()
    sources, took, _ = _opened(table)
    worked = time.process_time() - worked
    print(f"{rows:,} rows x {columns} columns, {table.of}")
    looked_at = _looked_at(sources, table)
    costs = f"{worked:.2f} s of computing, of {looked_at:,} rows"
    print(f"first view   {took:6.2f} s   (goal: below {FIRST_VIEW:g} s), {costs}")
    beats, control = _Beats(), _Control()
    began, worked = time.perf_counter(), time.process_time()
    exact = None
    while not (look := _look(sources, table))["settled"]:
        if exact is None and look["looked_at"] == rows:
            exact = time.perf_counter() - began, time.process_time() - worked
        time.sleep(0.02)
    settled = time.perf_counter() - began
    seconds, computed = exact or (settled, time.process_time() - worked)
    print(f"all figures  {seconds:6.2f} s   (goal: below {ALL_FIGURES:g} s), {computed:.2f} s of computing")
    print(f"all warnings {settled:6.2f} s")
    print(f"kernel held  {beats.stop():6.3f} s at most meanwhile, a process of its own {control.stop():.3f} s")


class _Table:
    """A frame of the notebook, or a file of it. source: as the page chooses it."""

    def __init__(self, frame: pd.DataFrame, of: str, folder: Path) -> None:
        self.of, self.source = of, {"kind": "frame", "name": "flats"}
        self.namespace = {"flats": frame} if of == "frame" else {}
        if of != "frame":
            path = folder / f"{len(frame)}.{of}"
            arrow = pa.Table.from_pandas(frame, preserve_index=False)
            (csv.write_csv if of == "csv" else parquet.write_table)(arrow, str(path))
            self.source = {"kind": "table", "name": str(path)}


def _frame(rows: int) -> pd.DataFrame:
    random = np.random.default_rng(0)
    numbers = random.normal(size=(rows, COLUMNS - 3))
    frame = pd.DataFrame(numbers, columns=[f"x{i}" for i in range(COLUMNS - 3)])
    frame["town"] = random.choice(["Bonn", "Kiel", "Ulm"], rows)
    frame["rooms"] = random.integers(1, 8, rows)
    frame["rent"] = 3 * numbers[:, 0] + 2 * (frame["town"] == "Ulm") + random.normal(size=rows)
    return frame


def _opened(table: _Table) -> tuple[DataSources, float, object]:
    """The sources with the table chosen, and the seconds to what the page shows of it first."""
    sources = DataSources(lambda: table.namespace)
    sources.validation_share = lambda: 0.1
    began = time.perf_counter()
    source = sources.source(table.source)
    offered = sources.offered()
    looked = _look(sources, table)
    for key in ("x", "y"):
        sources.facts(source, key)
    return sources, time.perf_counter() - began, (offered, looked)


def _look(sources: DataSources, table: _Table) -> dict[str, object]:
    return dict(sources.tables.look(table.source, 0.1)[0])


def _looked_at(sources: DataSources, table: _Table) -> int:
    return len(sources.tables.table(table.source, 0.1).few)


class _Beats:
    """A thread that wants to do something again and again, as the kernel does for its cells, and how long it was kept from it."""

    def __init__(self) -> None:
        self._longest, self._stopped = 0.0, False
        self._thread = threading.Thread(target=self._beat)
        self._thread.start()

    def stop(self) -> float:
        """The longest wait in seconds."""
        self._stopped = True
        self._thread.join()
        return self._longest

    def _beat(self) -> None:
        last = time.perf_counter()
        while not self._stopped:
            time.sleep(_TICK)
            now = time.perf_counter()
            self._longest, last = max(self._longest, now - last - _TICK), now


class _Control:
    """The same in a process of its own: how long the machine itself keeps someone waiting."""

    def __init__(self) -> None:
        program = "import sys\nfrom tests.benchmarks.tables import _Beats\nbeats = _Beats()\nsys.stdin.read()\nprint(beats.stop())"
        self._process = subprocess.Popen(
            [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def stop(self) -> float:
        """The longest wait in seconds."""
        return float(self._process.communicate()[0])
