"""Public notebooks and scripts, read as text: models read whole, in part or not. --mirror DIR [--run] [--table] [--only TEXT].

The files are those of `public_notebooks.txt` and `public_scripts.txt`. A model is read whole where nothing of its file is noted as
not read, in part where it has its layers but something is only known when the file runs. A file in which nothing calls a model's
constructor has none to read; it counts apart. `--run` also runs each file that was read whole, as `public_notebooks` does, and
compares the model that is meant with those that the file compiles: the classes of its layers and its number of parameters.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.errors import FileError
from engine.experiment import CodeNote, build_model, read_python

from .made_models import described
from .public_lists import Entry, NotThere, cell, content, read_list, unpack, write_section
from .public_notebooks import BESIDE, NOTEBOOKS, run_cells
from .public_scripts import SCRIPTS

HEADING = "Programs read as text"
LISTS = ("public_notebooks.txt", "public_scripts.txt")
CELL_SECONDS, SECONDS = 10, 40
MAKES = re.compile(r"\b(?:Sequential|Model)\(|\.compile\(")
# What a reason is called in the table, by words of its note.
REASONS = (
    ("a name from another file or package", ("is not defined", "is not read")),
    (
        "a function, layer or Lambda of the file's own",
        ("is code", "program's own", "Computing with a tensor", "Parts of a tensor"),
    ),
    ("a model from a file", ("load_model", "model_from")),
    ("a branch or loop over data", ("Which branch", "loop")),
    ("a size, a shape or a setting that comes from data", ("not known", "left open", "stands in")),
)


@dataclass
class Outcome:
    """What became of one file."""

    entry: Entry
    result: str = ""
    models: int = 0
    layers: int = 0
    builds: bool = False
    same: str = ""
    seconds: float = 0.0
    experiment: dict[str, Any] = field(default_factory=dict)
    notes: list[CodeNote] = field(default_factory=list)
    why: str = ""


def read_one(mirror: Path, entry: Entry) -> Outcome:
    """Read a file."""
    outcome = Outcome(entry)
    try:
        text = content(mirror, entry).decode("utf-8", "replace")
    except NotThere as error:
        outcome.result, outcome.why = "absent", str(error)
        return outcome
    started = time.perf_counter()
    try:
        program = read_python(text, entry.path)
    except FileError as error:
        outcome.result = "not" if MAKES.search(_code(text)) else "no model"
        outcome.why = str(error)
    else:
        outcome.models, outcome.layers = len(program.models), sum(model.layers for model in program.models)
        outcome.notes = list(program.notes)
        outcome.result = "part" if any(note.kind == "not read" for note in program.notes) else "whole"
        outcome.builds = _builds(program.experiment)
        outcome.experiment = program.experiment
    outcome.seconds = time.perf_counter() - started
    return outcome


def _code(text: str) -> str:
    """The code of a notebook, or the program itself."""
    if not text.lstrip().startswith("{"):
        return text
    notebook = json.loads(text)
    cells = notebook.get("cells") or [one for sheet in notebook.get("worksheets", []) for one in sheet["cells"]]
    return "".join("".join(one.get("source", one.get("input", ""))) for one in cells if one["cell_type"] == "code")


def _builds(experiment: dict[str, object]) -> bool:
    try:
        build_model(experiment)
    except (ValueError, TypeError, RuntimeError, ArithmeticError):
        return False
    return True


def compare(mirror: Path, outcome: Outcome, folder: Path) -> None:
    """Run the file of a model that was read whole, and say whether it compiles such a model: same, other, or none."""
    entry = outcome.entry
    kind = NOTEBOOKS if entry.path.endswith(".ipynb") else SCRIPTS
    notebook = kind.cells(content(mirror, entry).decode("utf-8"))
    unpack(mirror, entry, BESIDE, folder)
    ran = run_cells("tests.long.made_models", notebook, entry, folder, (CELL_SECONDS, SECONDS))
    compiled = [json.loads(line)["compiled"] for line in ran.lines if line.startswith('{"compiled"')]
    if described(build_model(outcome.experiment)) in compiled:
        outcome.same = "same"
    else:
        # A file that was cut off may not have come to the model that is meant.
        whole = ran.in_time and not any(one["error"] for one in ran.cells)
        outcome.same = "other" if compiled and whole else "none"


def reason_of(note: CodeNote) -> str:
    """The kind of reason for which something was not read."""
    return next((reason for reason, words in REASONS if any(word in note.sentence for word in words)), "another reason")


def main(arguments: list[str]) -> int:
    """Read all files; 1 where one of them breaks the reader, which an exception says."""
    parser = argparse.ArgumentParser(prog="python -m tests.long public_code", description=__doc__)
    parser.add_argument("--mirror", type=Path, required=True)
    parser.add_argument("--only", default="")
    parser.add_argument("--notes", action="store_true")
    parser.add_argument("--run", action="store_true")
    parser.add_argument("--table", action="store_true")
    options = parser.parse_args(arguments)
    entries = [
        entry for name in LISTS for entry in read_list(name) if options.only in f"{entry.repository}/{entry.path}"
    ]
    outcomes = [read_one(options.mirror, entry) for entry in entries]
    for outcome in outcomes:
        file = f"{outcome.entry.repository} {outcome.entry.path}"
        print(f"{outcome.result:<8} {outcome.models:>3} models {outcome.seconds:6.2f} s {file}")
        shown = [str(note) for note in outcome.notes if note.kind == "not read"] if options.notes else []
        print(
            "".join(
                f"           {line}\n" for line in [*shown, *([outcome.why] if outcome.why and options.notes else [])]
            ),
            end="",
        )
    if options.run:
        whole = [outcome for outcome in outcomes if outcome.result == "whole" and outcome.builds]
        with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda pair: compare(options.mirror, pair[1], Path(folder) / str(pair[0])), enumerate(whole)))
        for outcome in whole:
            print(f"{outcome.same:<8} {outcome.entry.repository} {outcome.entry.path}")
    if options.table:
        write_section(HEADING, _table(outcomes))
    print(_summary(outcomes))
    return 0


def _summary(outcomes: list[Outcome]) -> str:
    counts = Counter(outcome.result for outcome in outcomes)
    files = len(outcomes) - counts["absent"]
    ran = Counter(outcome.same for outcome in outcomes)
    compared = (
        f"; of those that ran, {ran['same']} compile the model that was read, {ran['other']} another"
        if ran["same"]
        else ""
    )
    return (
        f"{files} files: {counts['whole']} read whole, {counts['part']} in part, {counts['not']} not, "
        f"{counts['no model']} make no model; {sum(o.builds for o in outcomes)} of the models read build at once{compared}"
    )


def _table(outcomes: list[Outcome]) -> str:
    reasons = Counter(reason for o in outcomes for reason in {reason_of(n) for n in o.notes if n.kind == "not read"})
    lines = [
        "`python -m tests.long public_code --mirror DIR --table` reads them, as docs/python_code.md says. Nothing of them is run.",
        "",
        f"{_summary(outcomes)}.",
        "",
        "| why only in part | files |",
        "|---|---|",
        *(f"| {reason} | {count} |" for reason, count in reasons.most_common()),
        "",
        "| repository | file | read | models | why |",
        "|---|---|---|---|---|",
    ]
    for o in outcomes:
        first = next((str(note) for note in o.notes if note.kind == "not read"), o.why)
        lines.append(f"| {o.entry.repository} | {cell(o.entry.path)} | {o.result} | {o.models or ''} | {cell(first)} |")
    return "\n".join(lines) + "\n"
