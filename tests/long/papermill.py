"""Run notebooks by papermill, from an environment of its own: picture and sentence of each state are in the file it writes."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat

from tests.kwidgets.test_saved_in_viewers import STATES
from tests.kwidgets.test_saved_notebooks import PREPARE, Shown


def main(arguments: list[str]) -> int:
    """Run a notebook of each state; 0 where all of them show it."""
    parser = argparse.ArgumentParser(prog="python -m tests.long papermill", description=__doc__)
    parser.add_argument("--papermill", required=True, help="the program, such as /tmp/env/bin/papermill")
    options = parser.parse_args(arguments)
    faults: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        _name_this_python(place / "kernels" / "this")
        for state, (cells, words, sentence) in STATES.items():
            made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in (PREPARE, *cells)])
            nbformat.write(made, place / "in.ipynb")
            subprocess.run(
                [options.papermill, "-k", "this", "--no-progress-bar", "in.ipynb", "out.ipynb"],
                cwd=place,
                env={**os.environ, "JUPYTER_PATH": folder, "KWIDGETS_HOME": str(place / "home")},
                check=True,
            )
            shown = Shown(nbformat.read(place / "out.ipynb", 4))
            if words not in shown.words or sentence not in shown.sentence:
                faults.append(f"{state}: {shown.words!r}, {shown.sentence!r}")
    print(f"{len(STATES)} notebooks, {len(STATES) - len(faults)} as expected", *faults, sep="\n")
    return 1 if faults else 0


def _name_this_python(folder: Path) -> None:
    """A kernel of this very Python, which papermill's own environment does not know."""
    folder.mkdir(parents=True)
    argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    (folder / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": "this", "language": "python"}))
