"""`python -m tests.benchmarks tables`: how long the Data page waits for a large frame, and how long the kernel is held up."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from argparse import ArgumentParser, Namespace

import numpy as np
import pandas as pd

from kwidgets.session.data_sources import DataSources

ROWS, COLUMNS = 1_000_000, 100
FIRST_VIEW, ALL_FIGURES = 0.5, 5.0
_TICK = 0.005


def add_arguments(parser: ArgumentParser) -> None:
    """How large the frame is."""
    parser.add_argument("--rows", type=int, default=ROWS, help="rows of the frame, a million by default")


def run(arguments: Namespace) -> None:
    """Print the time to the first view of a frame, to the exact figures, and the longest that another thread was held up."""
    frame = _frame(arguments.rows)
    # What is imported at the first frame of a session is not the frame's.
    _opened(_frame(1000))
    worked = time.process_time()
    sources, took, _ = _opened(frame)
    worked = time.process_time() - worked
    print(f"{len(frame):,} rows x {len(frame.columns)} columns")
    print(
        f"first view   {took:6.2f} s   (goal: below {FIRST_VIEW:g} s), {worked:.2f} s of computing, of {_looked_at(sources):,} rows"
    )
    beats, control = _Beats(), _Control()
    began, worked = time.perf_counter(), time.process_time()
    exact = None
    while not (look := _look(sources))["settled"]:
        if exact is None and look["looked_at"] == len(frame):
            exact = time.perf_counter() - began, time.process_time() - worked
        time.sleep(0.02)
    settled = time.perf_counter() - began
    seconds, computed = exact or (settled, time.process_time() - worked)
    print(f"all figures  {seconds:6.2f} s   (goal: below {ALL_FIGURES:g} s), {computed:.2f} s of computing")
    print(f"all warnings {settled:6.2f} s")
    print(f"kernel held  {beats.stop():6.3f} s at most meanwhile, a process of its own {control.stop():.3f} s")


def _frame(rows: int) -> pd.DataFrame:
    random = np.random.default_rng(0)
    numbers = random.normal(size=(rows, COLUMNS - 3))
    frame = pd.DataFrame(numbers, columns=[f"x{i}" for i in range(COLUMNS - 3)])
    frame["town"] = random.choice(["Bonn", "Kiel", "Ulm"], rows)
    frame["rooms"] = random.integers(1, 8, rows)
    frame["rent"] = 3 * numbers[:, 0] + 2 * (frame["town"] == "Ulm") + random.normal(size=rows)
    return frame


def _opened(frame: pd.DataFrame) -> tuple[DataSources, float, object]:
    """The sources with the frame chosen, and the seconds to what the page shows of it first."""
    sources = DataSources(lambda: {"flats": frame})
    sources.validation_share = lambda: 0.1
    began = time.perf_counter()
    source = sources.source({"kind": "frame", "name": "flats"})
    offered = sources.offered()
    looked = _look(sources)
    for key in ("x", "y"):
        sources.facts(source, key)
    return sources, time.perf_counter() - began, (offered, looked)


def _look(sources: DataSources) -> dict[str, object]:
    return dict(sources.tables.look({"kind": "frame", "name": "flats"}, 0.1)[0])


def _looked_at(sources: DataSources) -> int:
    source = {"kind": "frame", "name": "flats"}
    return len(sources.tables.table(source, 0.1).few)


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
