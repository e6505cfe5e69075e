"""Notebooks of public repositories (2015-2019) run cell by cell, their summaries compared. --mirror DIR [--table] [--only TEXT].

`tests/long/public_notebooks.txt` names them; `--mirror` is a folder of clones, as for `public_models`. Every notebook runs in a
process of its own (`notebook_cells`), beside the modules and small files of its repository: data sets are random numbers of
their shapes, trainings one short epoch. `public_scripts` runs scripts in the same way, their statements as cells. An error that
our code raises counts against us, unless it follows from what the notebook lacks here; shapes and parameters that a saved
`summary()` shows must be those that ours shows.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from . import public_lists
from .notebook_cells import translated
from .public_lists import Entry, NotThere, cell, content, read_list

ROOT = Path(__file__).parents[2]
BESIDE = (".py", ".csv", ".txt", ".json", ".yml", ".yaml")  # files that a notebook may import or read
CELL_SECONDS, NOTEBOOK_SECONDS = 20, 60
# What a summary says of a layer: output shape and number of parameters; and the totals below.
ROW = re.compile(r"(\((?:None|\d+)(?:, (?:None|\d+))*,?\))\]?\s+([\d,]+)(?:\s|$)")
TOTAL = re.compile(r"^(Total|Trainable|Non-trainable) params: ([\d,]+)", re.MULTILINE)
# What a notebook lacks: other packages, files and names that earlier cells without data would have made.
LACKING = (
    "ModuleNotFoundError",
    "ImportError",
    "FileNotFoundError",
    "NameError",
    "TooLong",
    "SyntaxError",
    "IndentationError",
)


class Kind(NamedTuple):
    """What is run: notebooks or scripts."""

    command: str
    heading: str
    ending: str
    cells: Callable[[str], dict[str, Any]]

    @property
    def list(self) -> str:
        """The name of the list of files."""
        return f"{self.command}.txt"


NOTEBOOKS = Kind("public_notebooks", "Notebooks", ".ipynb", json.loads)


@dataclass
class Outcome:
    """What became of one notebook."""

    entry: Entry
    result: str = ""
    cells: int = 0
    ran: int = 0
    summaries: int = 0
    misses: list[str] = field(default_factory=list)
    lacks: list[str] = field(default_factory=list)


def main(arguments: list[str]) -> int:
    """Run all notebooks; 1 where our code fails or a summary differs."""
    return run_all(NOTEBOOKS, arguments, __doc__)


def run_all(kind: Kind, arguments: list[str], description: str | None) -> int:
    """Run all files of a kind; 1 where our code fails or a summary differs."""
    parser = argparse.ArgumentParser(prog=f"python -m tests.long {kind.command}", description=description)
    parser.add_argument("--mirror", type=Path, required=True)
    parser.add_argument("--only", default="")
    parser.add_argument("--scan", default="")
    parser.add_argument("--table", action="store_true")
    options = parser.parse_args(arguments)
    if options.scan:
        sys.stdout.writelines(e.line() for e in public_lists.files_of(options.mirror, options.scan, (kind.ending,)))
        return 0
    entries = [entry for entry in read_list(kind.list) if options.only in f"{entry.repository}/{entry.path}"]
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:
        numbered = enumerate(entries)
        outcomes = list(
            pool.map(lambda pair: run_one(kind, pair[1], options.mirror, Path(folder) / str(pair[0])), numbered)
        )
    for outcome in outcomes:
        print(f"{outcome.result:<8} {outcome.ran}/{outcome.cells} {outcome.entry.repository} {outcome.entry.path}")
        for miss in outcome.misses:
            print(f"         {miss}")
    if options.table:
        public_lists.write_section(kind.heading, _table(kind, outcomes))
    there = [outcome for outcome in outcomes if outcome.result != "absent"]
    missed = sum(outcome.result == "missed" for outcome in there)
    ran, cells = sum(o.ran for o in there), sum(o.cells for o in there)
    summaries = sum(o.summaries for o in there)
    repositories = len({outcome.entry.repository for outcome in there})
    files = kind.heading.lower()
    print(
        f"{len(there)} {files} of {repositories} repositories, {ran} of {cells} cells ran, {summaries} summaries equal, "
        f"{missed} {files} missed"
    )
    return int(missed > 0)


def run_one(kind: Kind, entry: Entry, mirror: Path, folder: Path) -> Outcome:
    """Run a file in a process of its own, in a folder with the small files of its repository."""
    outcome = Outcome(entry)
    try:
        notebook = kind.cells(content(mirror, entry).decode("utf-8"))
        public_lists.unpack(mirror, entry, BESIDE, folder)
    except NotThere as error:
        outcome.result, outcome.lacks = "absent", [str(error)]
        return outcome
    for module in folder.rglob("*.py"):
        text = module.read_text("utf-8", "surrogateescape")
        module.write_text(translated(text), "utf-8", "surrogateescape")
    home = (folder / entry.path).parent
    home.mkdir(parents=True, exist_ok=True)
    path = folder / "cells of the run.ipynb"
    path.write_text(json.dumps(notebook), "utf-8")
    command = [sys.executable, "-m", "tests.long.notebook_cells", str(path), str(CELL_SECONDS), str(folder), str(home)]
    process = subprocess.Popen(
        command, cwd=ROOT, env=_environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        printed, _ = process.communicate(timeout=NOTEBOOK_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        printed, _ = process.communicate()
        outcome.lacks.append("TooLong: the whole")
    if process.returncode not in (0, -9):
        outcome.misses.append(f"the process ended with {process.returncode}")
    _judge(outcome, notebook, [json.loads(line) for line in printed.splitlines() if line.startswith('{"cell"')])
    return outcome


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1", "KERAS_HOME": "/nonexistent"}


def _judge(outcome: Outcome, notebook: dict[str, Any], ran: list[dict[str, Any]]) -> None:
    """Sort what happened into what ran, what the notebook lacks here, and what counts against us."""
    cells = notebook.get("cells") or [one for sheet in notebook.get("worksheets", []) for one in sheet["cells"]]
    outcome.cells = sum(one.get("cell_type") == "code" for one in cells)
    for one in ran:
        where = f"cell {one['cell']}"
        if not one["error"]:
            outcome.ran += 1
            saved = facts_of(_saved_text(cells[one["cell"]]))
            ours = told_by_both(facts_of(one["text"]), saved)
            if saved and ours and saved == ours:
                outcome.summaries += 1
            elif saved and ours:
                outcome.misses.append(f"{where}: {difference(saved, ours)}")
        elif one["where"] == "engine" and not outcome.lacks and not _is_lack(one["error"]):
            outcome.misses.append(f"{where}: {one['error']}")
        else:
            outcome.lacks.append(f"{where}: {one['error']}")
    outcome.result = "missed" if outcome.misses else "runs" if outcome.ran == outcome.cells else "in part"


def _is_lack(error: str) -> bool:
    """Whether an error tells that a package, a file or the network is missing; what comes after it may follow from it."""
    return error.startswith(LACKING) or "could not be fetched" in error


def _saved_text(saved: dict[str, Any]) -> str:
    """What a notebook has saved of a cell's printing."""
    texts: list[str] = []
    for output in saved.get("outputs", []):
        text = output.get("text") or output.get("data", {}).get("text/plain", "")
        texts.append("".join(text))
    return "\n".join(texts)


def facts_of(text: str) -> list[tuple[str, str]]:
    """Output shapes with parameters, and totals, of the summaries in a text; Keras 1 wrote numbers without commas.

    Rows of inputs are left out: a stack that begins with an InputLayer showed it until Keras 2.1, and does not since.
    """
    if "params:" not in text:
        return []
    text = "\n".join(line for line in text.split("\n") if "(InputLayer)" not in line)
    return [(what, number.replace(",", "")) for what, number in (*ROW.findall(text), *TOTAL.findall(text))]


def told_by_both(ours: list[tuple[str, str]], saved: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Our facts without the totals that the saved summary does not have: Keras 1 told only the first."""
    names = {what for what, _ in saved}
    return [(what, number) for what, number in ours if what.startswith("(") or what in names]


def difference(saved: list[tuple[str, str]], ours: list[tuple[str, str]]) -> str:
    """The first facts that differ."""
    pairs = zip(saved, ours, strict=False)
    first = next(((one, other) for one, other in pairs if one != other), (len(saved), len(ours)))
    return f"summary: saved {first[0]}, ours {first[1]}"


def _table(kind: Kind, outcomes: list[Outcome]) -> str:
    lines = [
        f"Written by `python -m tests.long {kind.command} --table`. runs: every cell; in part: the rest lacks data, packages or",
        "what these would have made; missed: our code failed, or a summary differs.",
        "",
        "| repository | file | result | cells | summaries | reasons |",
        "|---|---|---|---|---|---|",
    ]
    for o in outcomes:
        if o.result != "absent":
            reasons = cell("; ".join(dict.fromkeys(re.sub(r"^cell \d+: ", "", text) for text in (*o.misses, *o.lacks))))
            row = (o.entry.repository, cell(o.entry.path), o.result, f"{o.ran}/{o.cells}", str(o.summaries), reasons)
            lines.append(f"| {' | '.join(row)} |")
    return "\n".join(lines) + "\n"
