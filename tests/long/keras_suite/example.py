"""Runs one of Keras's example scripts with the engine in Keras's place, on random data and for a few samples.

`python -m tests.long.keras_suite.example SCRIPT`: data sets and trainings are those of `notebook_cells`.
"""

from __future__ import annotations

import runpy
import sys

import matplotlib as mpl

import engine

from ..notebook_cells import names_of_2018, shortened, without_network

if __name__ == "__main__":
    sys.modules["keras"] = engine
    mpl.use("Agg")
    names_of_2018()
    without_network()
    shortened()
    script, sys.argv = sys.argv[1], sys.argv[1:]  # what follows the script's name are its own arguments
    runpy.run_path(script, run_name="__main__")
