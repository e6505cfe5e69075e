"""Runs one of Keras's example scripts with the engine in Keras's place, on random data and for a few samples.

`python -m tests.long.keras_suite.example SCRIPT`: data sets and trainings are those of `notebook_cells`; `re.split` and
Matplotlib's ticks are those of 2018.
"""

from __future__ import annotations

import importlib
import re
import runpy
import sys
from itertools import islice
from typing import Any

import matplotlib as mpl

import engine

from .. import notebook_cells


def split_of_2018(pattern: Any, text: str, maxsplit: int = 0, flags: int = 0) -> list[str | Any]:
    """As `re.split` until Python 3.6: where nothing matches, nothing is split."""
    parts: list[str | Any] = []
    begin = 0
    whole = (match for match in re.finditer(pattern, text, flags) if match.end() > match.start())
    for match in islice(whole, maxsplit or None):
        parts += [text[begin : match.start()], *match.groups()]
        begin = match.end()
    return [*parts, text[begin:]]


def ticks_of_2018(name: str) -> None:
    """Let `plt.xticks` or `plt.yticks` take more ticks than labels, or fewer, as Matplotlib did."""
    pyplot: Any = sys.modules["matplotlib.pyplot"]
    set_ticks = getattr(pyplot, name)

    def ticks(positions: Any = None, labels: Any = None, **kwargs: Any) -> Any:
        if positions is not None and labels is not None:
            few = min(len(positions), len(labels))
            positions, labels = positions[:few], labels[:few]
        return set_ticks(positions, labels, **kwargs)

    setattr(pyplot, name, ticks)


if __name__ == "__main__":
    sys.modules["keras"] = engine
    mpl.use("Agg")
    importlib.import_module("matplotlib.pyplot")  # behind the choice of its backend
    notebook_cells.names_of_2018()
    re.split = split_of_2018
    for axis in ("xticks", "yticks"):
        ticks_of_2018(axis)
    script, sys.argv = sys.argv[1], sys.argv[1:]  # what follows the script's name are its own arguments
    notebook_cells.without_network()
    notebook_cells.shortened()
    runpy.run_path(script, run_name="__main__")
