"""Public model files of tf.keras and Keras 3 load, predict as there, save and open. --mirror DIR [--keras PYTHON] [--table].

`tests/long/public_files.txt` names them, of a SavedModel its keras_metadata.pb; `--keras` is the Python that has both libraries.
`--table` writes docs/public.md, `--only TEXT` takes the files whose repository and path hold it, `--scan REPOSITORY` prints lines
for the list.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import subprocess
import sys
import tempfile
import traceback
import warnings
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from engine import backend as K
from engine.errors import EngineError, UnknownName
from engine.models import load_model
from engine.types import Array
from kwidgets import Builder

from . import public_lists
from .public_lists import Entry, NotThere, cell, content, git, git_folder, read_list
from .public_models import predicted, predictions

LIST = "public_files.txt"
CLOSE = 1e-4
RECORDS = "keras_metadata.pb"


@dataclass
class Outcome:
    """What became of one file."""

    entry: Entry
    result: str = ""
    reason: str = ""
    paths: dict[str, str] = field(default_factory=dict)
    outputs: list[Array] = field(default_factory=list)


def main(arguments: list[str]) -> int:
    """Check all files; 1 where one differs or fails."""
    parser = argparse.ArgumentParser(prog="python -m tests.long public_files", description=__doc__)
    parser.add_argument("--mirror", type=Path, required=True)
    parser.add_argument("--keras", default="")
    parser.add_argument("--only", default="")
    parser.add_argument("--scan", default="")
    parser.add_argument("--table", action="store_true")
    options = parser.parse_args(arguments)
    if options.scan:
        endings = (".keras", ".h5", ".hdf5", RECORDS)
        sys.stdout.writelines(e.line() for e in public_lists.files_of(options.mirror, options.scan, endings))
        return 0
    entries = [entry for entry in read_list(LIST) if options.only in f"{entry.repository}/{entry.path}"]
    with tempfile.TemporaryDirectory() as folder:
        outcomes = [_checked(entry, options.mirror, Path(folder) / str(i)) for i, entry in enumerate(entries)]
        if options.keras:
            _compare(outcomes, options.keras, Path(folder))
    for outcome in outcomes:
        print(f"{outcome.result:<8} {outcome.entry.repository} {outcome.entry.path} {outcome.reason[:400]}")
    if options.table:
        public_lists.write_section("Files of tf.keras and Keras 3", _table(outcomes))
    missed = sum(outcome.result in ("differs", "fails") for outcome in outcomes)
    print(f"{sum(outcome.result != 'absent' for outcome in outcomes)} model files, {missed} missed")
    return int(missed > 0)


def _unpacked(entry: Entry, mirror: Path, folder: Path) -> Path:
    """The file, or the folder of a SavedModel, as it lies in its repository."""
    folder.mkdir()
    data = content(mirror, entry)
    if not entry.path.endswith(RECORDS):
        target = folder / Path(entry.path).name
        target.write_bytes(data)
        return target
    saved, source = folder / "saved", str(Path(entry.path).parent)
    git_at = git_folder(mirror, entry.repository)
    wanted = git(git_at, "ls-tree", "-r", "--name-only", "-z", entry.commit, "--", f"{source}/").decode().split("\0")
    for path in filter(None, wanted):
        inside = Path(path).relative_to(source)
        if inside.parts[0] in ("variables", RECORDS, "saved_model.pb", "assets"):
            (saved / inside).parent.mkdir(parents=True, exist_ok=True)
            (saved / inside).write_bytes(git(git_at, "show", f"{entry.commit}:{path}"))
    return saved


def _checked(entry: Entry, mirror: Path, folder: Path) -> Outcome:
    """Load, predict, save as Keras 3 and as HDF5, load again, open."""
    outcome, step = Outcome(entry), "load"
    try:
        path = _unpacked(entry, mirror, folder)
    except NotThere as error:
        outcome.result, outcome.reason = "absent", str(error)
        return outcome
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            K.clear_session()
            model = load_model(path)
            step = "predict"
            inputs, outcome.outputs = predicted(model)
            np.savez(folder / "in.npz", *inputs)
            step = "save again"
            model.save(folder / "again.h5")
            for one, other in zip(outcome.outputs, predictions(load_model(folder / "again.h5"), inputs), strict=True):
                np.testing.assert_array_equal(one, other)
            step = "open in a builder"
            Builder(model)
        outcome.result = "loads"
        outcome.paths = {"model": str(path), "inputs": str(folder / "in.npz"), "outputs": str(folder / "out.npz")}
    except (Exception, RecursionError) as error:  # whatever a file brings up is the outcome
        refused = isinstance(error, UnknownName) or (isinstance(error, EngineError) and step == "load")
        outcome.result, outcome.reason = "refused" if refused else "fails", f"{step}: {error}"
        if not refused:
            traceback.print_exc(limit=-4)
    return outcome


def _compare(outcomes: list[Outcome], python: str, folder: Path) -> None:
    """Compare with the library that reads each file, all in one process."""
    wanted = [outcome for outcome in outcomes if outcome.result == "loads"]
    jobs = folder / "jobs.json"
    jobs.write_text(json.dumps([outcome.paths for outcome in wanted]), "utf-8")
    script = str(Path(__file__).with_name("reference_files.py"))
    process = subprocess.run([python, script, str(jobs)], stdout=subprocess.PIPE, text=True, check=True)
    for outcome, answer in zip(wanted, process.stdout.splitlines(), strict=True):
        if answer not in ("Keras 3", "tf_keras"):
            outcome.reason = f"no reference reads it: {answer}"
            continue
        with np.load(outcome.paths["outputs"]) as stored:
            reference = [stored[name] for name in stored.files]
        pairs = list(zip(outcome.outputs, reference, strict=True))
        apart = max(float(np.abs(a - b).max() / max(float(np.abs(b).max()), 1e-2)) for a, b in pairs)
        outcome.result = "equal" if apart <= CLOSE else "differs"
        outcome.reason = f"by {answer}" if outcome.result == "equal" else f"{apart:.1e} apart from {answer}"


def _table(outcomes: list[Outcome]) -> str:
    counts = Counter(outcome.result for outcome in outcomes)
    head = [
        "Written by `python -m tests.long public_files --table`. equal: predictions of seeded random inputs are those of Keras 3",
        "or tf_keras to 1e-4, saved and loaded again to the same bits, opened in a builder.",
        "",
        ", ".join(f"{count} {result}" for result, count in counts.most_common()),
        "",
        "| repository | file | result | reason |",
        "|---|---|---|---|",
    ]
    rows = [f"| {o.entry.repository} | {cell(o.entry.path)} | {o.result} | {cell(o.reason)} |" for o in outcomes]
    return "\n".join([*head, *rows]) + "\n"
