"""Notebooks of public repositories (2015-2019) run cell by cell, their summaries compared. --mirror DIR [--table] [--only TEXT].

`tests/long/public_notebooks.txt` names them; `--mirror` is a folder of clones, as for `public_models`. Every notebook runs in a
process of its own (`notebook_cells`), beside the modules and small files of its repository: data sets are random numbers of
their shapes, trainings one short epoch. `public_scripts` runs scripts in the same way, their statements as cells. An error that
our code raises counts against us, unless it follows from what the notebook lacks here (`reasons`); shapes and parameters that a
saved `summary()` shows must be those that ours shows. So must every other output that a notebook has saved (`saved_outputs`):
where one differs the notebook runs again, with other random numbers and data, and what then changes hung on chance.
"""

from __future__ import annotations

import argparse
import ast
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
from typing import Any, NamedTuple, TypeAlias

from . import public_lists
from .notebook_cells import source_of, translated
from .public_lists import Entry, NotThere, content, read_list
from .public_lists import cell as cell_of_table
from .reasons import KINDS, Missing, counted, kind_of
from .saved_outputs import (
    Changed,
    Token,
    agree,
    first_difference,
    is_certain,
    known_differences,
    saved_output,
    tokens_of,
    trains,
)

ROOT = Path(__file__).parents[2]
# Files that a notebook may import or read.
BESIDE = (
    *(
        ".py",
        ".csv",
        ".tsv",
        ".txt",
        ".json",
        ".yml",
        ".yaml",
        ".data",
        ".h5",
        ".hdf5",
        ".npy",
        ".npz",
        ".pkl",
        ".pickle",
    ),
    *(".p", ".gz", ".zip", ".jpg", ".jpeg", ".png", ".gif"),
)
STREAMS: Any = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
SEEDS = (5, 6)  # of the first run, and of the second of a notebook whose output is another
CELL_SECONDS, NOTEBOOK_SECONDS = 20, 900  # of computing; on the clock
LATER_CELL_SECONDS, LATER_SECONDS = 10, 150
# What a summary says of a layer: output shape and number of parameters; and the totals below.
ROW = re.compile(r"(\((?:None|\d+)(?:, (?:None|\d+))*,?\))\]?\s+([\d,]+)(?:\s|$)")
CUT_ROW = re.compile(r"^\S.*? \[\((?:None|\d+),[^)]*\),.*? [\d,]+ ", re.MULTILINE)
TOTAL = re.compile(r"^(Total|Trainable|Non-trainable) params: ([\d,]+)", re.MULTILINE)


Fact: TypeAlias = tuple[str, str]


class Kind(NamedTuple):
    """What is run: notebooks or scripts."""

    command: str
    heading: str
    ending: str
    cells: Callable[[str], dict[str, Any]]
    is_later: bool = False
    """Whether it is written for tf.keras or Keras 3: it runs with engine.compat, and what it printed then is not compared."""

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
    outputs: int = 0  # equal to the saved ones
    reasons: list[tuple[str, str]] = field(default_factory=list)  # kind, text

    @property
    def misses(self) -> list[str]:
        """What counts against us."""
        return [text for kind, text in self.reasons if kind == "ours"]


def main(arguments: list[str]) -> int:
    """Run all notebooks; 1 where our code fails or a summary differs."""
    return run_all(NOTEBOOKS, arguments, __doc__)


def run_all(kind: Kind, arguments: list[str], description: str | None, chosen: list[Entry] | None = None) -> int:
    """Run all files of a kind, or chosen ones; 1 where our code fails or a summary differs."""
    parser = argparse.ArgumentParser(prog=f"python -m tests.long {kind.command}", description=description)
    parser.add_argument("--mirror", type=Path, required=True)
    parser.add_argument("--only", default="")
    parser.add_argument("--scan", default="")
    parser.add_argument("--table", action="store_true")
    options = parser.parse_args(arguments)
    if options.scan:
        sys.stdout.writelines(e.line() for e in public_lists.files_of(options.mirror, options.scan, (kind.ending,)))
        return 0
    listed = read_list(kind.list) if chosen is None else chosen
    entries = [entry for entry in listed if options.only in f"{entry.repository}/{entry.path}"]
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:
        numbered = enumerate(entries)
        outcomes = list(
            pool.map(lambda pair: run_one(kind, pair[1], options.mirror, Path(folder) / str(pair[0])), numbered)
        )
    for outcome in outcomes:
        print(f"{outcome.result:<8} {outcome.ran}/{outcome.cells} {outcome.entry.repository} {outcome.entry.path}")
        for reason in dict.fromkeys(_reason(*one) for one in outcome.reasons):
            print(f"         {reason}")
        if outcome.outputs:
            print(f"         outputs equal: {outcome.outputs}")
    if options.table:
        public_lists.write_section(kind.heading, _table(kind, outcomes))
    there = [outcome for outcome in outcomes if outcome.result != "absent"]
    missed = sum(outcome.result == "missed" for outcome in there)
    ran, cells = sum(o.ran for o in there), sum(o.cells for o in there)
    summaries, outputs = sum(o.summaries for o in there), sum(o.outputs for o in there)
    differing = sum(text.startswith("output of") for o in there for _, text in o.reasons)
    repositories = len({outcome.entry.repository for outcome in there})
    files = kind.heading.lower()
    print(
        f"{len(there)} {files} of {repositories} repositories, {ran} of {cells} cells ran, {summaries} summaries equal, "
        f"{outputs} of {outputs + differing} other outputs equal, {missed} {files} missed"
    )
    return int(missed > 0)


def run_one(kind: Kind, entry: Entry, mirror: Path, folder: Path) -> Outcome:
    """Run a file in a process of its own, in a folder with the small files of its repository."""
    outcome = Outcome(entry)
    try:
        notebook = {**kind.cells(content(mirror, entry).decode("utf-8")), "later": kind.is_later}
        ran = _run_beside(mirror, notebook, entry, folder / "first", SEEDS[0])
    except NotThere as error:
        outcome.result, outcome.reasons = "absent", [("data", str(error))]
        return outcome
    if not ran.in_time:
        outcome.reasons.append(("time", "the whole"))
    if ran.status not in (0, -9):
        outcome.reasons.append(("ours", f"the process ended with {ran.status}"))
    differing = _judge(outcome, notebook, ran.cells, not kind.is_later)
    if differing:
        again = _run_beside(mirror, notebook, entry, folder / "again", SEEDS[1])
        _judge_outputs(outcome, differing, {one["cell"]: one["text"] for one in again.cells if not one["error"]})
    outcome.result = "missed" if outcome.misses else "runs" if outcome.ran == outcome.cells else "in part"
    return outcome


def _run_beside(mirror: Path, notebook: dict[str, Any], entry: Entry, folder: Path, seed: int) -> Ran:
    """Run a file in a folder with the modules and small files of its repository. Raises NotThere."""
    folder.parent.mkdir(exist_ok=True)
    public_lists.unpack(mirror, entry, BESIDE, folder)
    for module in folder.rglob("*.py"):
        text = module.read_text("utf-8", "surrogateescape")
        module.write_text(translated(text), "utf-8", "surrogateescape")
    seconds = (LATER_CELL_SECONDS, LATER_SECONDS) if notebook["later"] else (CELL_SECONDS, NOTEBOOK_SECONDS)
    return run_cells("tests.long.notebook_cells", notebook, entry, folder, seconds, seed)


@dataclass(frozen=True)
class Ran:
    """What a process that ran a file printed, line by line, how it ended, and whether it did so by itself."""

    lines: list[str]
    status: int
    in_time: bool

    @property
    def cells(self) -> list[dict[str, Any]]:
        """What it printed of each cell."""
        return [json.loads(line) for line in self.lines if line.startswith('{"cell"')]


def run_cells(
    module: str, notebook: dict[str, Any], entry: Entry, folder: Path, seconds: tuple[int, int], seed: int = 5
) -> Ran:
    """Run the cells of a file by a module of this package, where the file lies in its folder.

    seconds: a cell's, and of all. seed: what everything that is drawn begins from.
    """
    home = (folder / entry.path).parent
    home.mkdir(parents=True, exist_ok=True)
    path = folder / "cells of the run.ipynb"
    path.write_text(json.dumps(notebook), "utf-8")
    command = [sys.executable, "-m", module, str(path), str(seconds[0]), str(folder), str(home), str(seed)]
    process = subprocess.Popen(command, cwd=ROOT, env=_environment(folder), text=True, **STREAMS)
    in_time = True
    try:
        printed, _ = process.communicate(timeout=seconds[1])
    except subprocess.TimeoutExpired:
        process.kill()
        printed, _ = process.communicate()
        in_time = False
    return Ran(printed.splitlines(), process.returncode, in_time)


def _environment(folder: Path) -> dict[str, str]:
    """Variables of a process that runs a file; folder: of its own, where its home is to be."""
    home = str(folder / "home of the run")  # nothing of the user's is read, and nothing is left there
    return {**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1", "KERAS_HOME": home}


class Differing(NamedTuple):
    """A cell that printed something else than the notebook has saved."""

    text: str
    saved: list[Token]
    is_changed: bool  # it hangs on a training or a data set


def _judge(
    outcome: Outcome, notebook: dict[str, Any], ran: list[dict[str, Any]], compares: bool
) -> dict[int, Differing]:
    """Sort what happened into what ran, what the notebook lacks here, and what counts against us.

    compares: whether what it has saved of its output is compared with what it prints here.

    Gives the cells whose output is another, by number: by chance or not, a second run tells.
    """
    differing: dict[int, Differing] = {}
    cells = notebook.get("cells") or [one for sheet in notebook.get("worksheets", []) for one in sheet["cells"]]
    outcome.cells = sum(one.get("cell_type") == "code" for one in cells)
    missing, changed = Missing(), Changed()
    for one in ran:
        cell = cells[one["cell"]]
        statements = statements_of(cell)
        failed = [statements[i] for i in one["imports"]] + (statements[one["ran"] :] if one["error"] else [])
        follows = any(missing.reads(statement) for statement in (failed[:1] if one["error"] else statements))
        missing.went(statement for statement in statements if statement not in failed)
        missing.failed(failed)
        if one["error"]:
            kind = kind_of(one["error"], one["by_us"], follows, _saved_errors(cell))
            outcome.reasons.append((kind, one["error"]))
            continue
        outcome.ran += 1
        if not compares:
            changed.went(statements)
            continue
        saved_text = _saved_text(cell)
        saved = facts_of(saved_text)
        ours = told_by_both(facts_of(one["text"]), saved, len(CUT_ROW.findall(saved_text)))
        if saved and ours and saved == ours:
            outcome.summaries += 1
        elif saved and ours:
            outcome.reasons.append(("follows" if follows else "ours", difference(saved, ours)))
        output, is_changed = tokens_of(saved_output(cell)), changed.reads(statements)
        changed.went(statements)
        if follows or trains(statements) or not output or not tokens_of(one["text"]):
            continue
        if agree(tokens_of(one["text"]), output):
            outcome.outputs += 1
        else:
            differing[one["cell"]] = Differing(one["text"], output, is_changed)
    return differing


def _judge_outputs(outcome: Outcome, differing: dict[int, Differing], again: dict[int, str]) -> None:
    """Of the cells whose output is another, those whose output does not hang on chance: they are told, with the reason."""
    known = known_differences()
    for number, (text, saved, is_changed) in differing.items():
        if is_certain(text, again.get(number, "")):
            reason = known.get((outcome.entry.repository, outcome.entry.path, number))
            kind = "printed" if reason is not None else "training" if is_changed else "ours"
            told = reason or first_difference(tokens_of(text), saved)
            outcome.reasons.append((kind, f"output of cell {number}: {told}"))


def statements_of(cell: dict[str, Any]) -> list[ast.stmt]:
    """The statements of a cell; none where it is no Python."""
    try:
        return ast.parse(translated(source_of(cell))).body
    except (SyntaxError, ValueError):
        return []


def _saved_errors(saved: dict[str, Any]) -> list[str]:
    """The classes of the errors that a notebook has saved of a cell."""
    return [output["ename"] for output in saved.get("outputs", []) if "ename" in output]


def _saved_text(saved: dict[str, Any]) -> str:
    """What a notebook has saved of a cell's printing."""
    texts: list[str] = []
    for output in saved.get("outputs", []):
        text = output.get("text") or output.get("data", {}).get("text/plain", "")
        texts.append("".join(text))
    return "\n".join(texts)


def facts_of(text: str) -> list[Fact]:
    """Output shapes with parameters, and totals, of the summaries in a text; Keras 1 wrote numbers without commas.

    Rows of inputs are left out: a stack that begins with an InputLayer showed it until Keras 2.1, and does not since.
    """
    if "params:" not in text:
        return []
    text = "\n".join(line for line in text.split("\n") if "(InputLayer)" not in line)
    return [(what, number.replace(",", "")) for what, number in (*ROW.findall(text), *TOTAL.findall(text))]


def told_by_both(ours: list[Fact], saved: list[Fact], cut_rows: int) -> list[Fact]:
    """Our facts without what the saved summary does not tell.

    Those are totals, of which Keras 1 told only the first, and rows whose shape is a list that was cut off: Keras took the shapes
    of all inputs for that of the output where a user's layer did not say it. Ours shows the output's.
    """
    names = {what for what, _ in saved}
    told = [fact for fact in ours if fact[0].startswith("(") or fact[0] in names]
    for index, fact in enumerate(saved):
        while cut_rows and index < len(told) and told[index] != fact and len(told) > len(saved):
            del told[index]
            cut_rows -= 1
    return told


def difference(saved: list[Fact], ours: list[Fact]) -> str:
    """The first facts that differ."""
    pairs = zip(saved, ours, strict=False)
    first = next(((one, other) for one, other in pairs if one != other), (len(saved), len(ours)))
    return f"summary: saved {first[0]}, ours {first[1]}"


def _table(kind: Kind, outcomes: list[Outcome]) -> str:
    """The section: a row for each file, those of files that were not run this time as they were."""
    listed = [(entry.repository, cell_of_table(entry.path)) for entry in read_list(kind.list)]
    rows = {(row[0], row[1]): row for row in public_lists.rows_of(kind.heading) if (row[0], row[1]) in listed}
    rows = {file: row if len(row) == 8 else [*row[:5], "–", *row[5:]] for file, row in rows.items()}
    for o in outcomes:
        if o.result != "absent":
            kinds = ", ".join(name for name in KINDS if name in {reason for reason, _ in o.reasons}) or "–"
            reasons = cell_of_table("; ".join(dict.fromkeys(_reason(*one) for one in o.reasons)), 600)
            path = cell_of_table(o.entry.path)
            rows[o.entry.repository, path] = [
                *(
                    o.entry.repository,
                    path,
                    o.result,
                    f"{o.ran}/{o.cells}",
                    str(o.summaries),
                    str(o.outputs),
                    kinds,
                    reasons,
                )
            ]
    lines = [
        f"Written by `python -m tests.long {kind.command} --table`. runs: every cell; in part: the rest lacks data, packages or",
        "what these would have made; missed: our code failed, or a summary or another output differs. Every reason begins with its",
        "kind. outputs: those that are as the notebook has them saved, beside summaries and what trainings print.",
        "",
        *counted(row[6] for row in rows.values()),
        "",
        "| repository | file | result | cells | summaries | outputs | kinds | reasons |",
        "|---|---|---|---|---|---|---|---|",
        *(f"| {' | '.join(rows[file])} |" for file in listed if file in rows),
    ]
    return "\n".join(lines) + "\n"


def _reason(kind: str, text: str) -> str:
    return f"{kind}: {cell_of_table(text, 160 if kind in ('ours', 'code') else 70)}"
