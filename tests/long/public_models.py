"""Model files of public repositories (2015-2019) load, predict as in tf_keras, save, load and open. --mirror DIR [--keras PYTHON].

`tests/long/public_models.txt` names them; `--mirror` is a folder of clones (`git clone --bare URL DIR/owner+name`), and the
command says which are missing. `--keras` is the Python that has tf_keras. `--table` writes docs/public.md,
`--only TEXT` takes the files whose repository and path hold it, `--scan REPOSITORY` prints lines for the list.
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

import h5py
import numpy as np

from engine import backend as K
from engine.errors import ShapeError, UnknownName
from engine.layers import Embedding, ReLU
from engine.models import Model, load_model, model_from_json, model_from_yaml
from engine.types import Array
from kwidgets import Builder

from . import public_lists
from .public_lists import Entry, NotThere, cell, content, read_list

LIST = "public_models.txt"
RELATIVE, ABSOLUTE = 1e-5, 1e-7
OPEN_AXES = (32, 10)  # sizes to try for an axis of any size, such as the steps of a sequence
CUSTOM = {"relu6": ReLU(6.0)}  # a function of Keras's own MobileNet, which its users give


@dataclass
class Outcome:
    """What became of one file."""

    entry: Entry
    result: str = ""
    reason: str = ""
    job: dict[str, str | None] = field(default_factory=dict)
    outputs: list[Array] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Whether it counts against us."""
        return self.result in ("differs", "fails")


def main(arguments: list[str]) -> int:
    """Check all files; 1 where one differs or fails."""
    parser = argparse.ArgumentParser(prog="python -m tests.long public_models", description=__doc__)
    parser.add_argument("--mirror", type=Path, required=True)
    parser.add_argument("--keras", default="")
    parser.add_argument("--only", default="")
    parser.add_argument("--scan", default="")
    parser.add_argument("--table", action="store_true")
    options = parser.parse_args(arguments)
    if options.scan:
        endings = (".h5", ".hdf5", ".json", ".yaml", ".yml")
        sys.stdout.writelines(e.line() for e in public_lists.files_of(options.mirror, options.scan, endings))
        return 0
    entries = [entry for entry in read_list(LIST) if options.only in f"{entry.repository}/{entry.path}"]
    with tempfile.TemporaryDirectory() as folder:
        outcomes = [_checked(entry, options.mirror, Path(folder) / str(i)) for i, entry in enumerate(entries)]
        if options.keras:
            _compare(outcomes, options.keras, Path(folder))
    for outcome in outcomes:
        print(f"{outcome.result:<10} {outcome.entry.repository} {outcome.entry.path} {outcome.reason}")
    if options.table:
        public_lists.write_section("Models", _table(outcomes))
    missed = sum(outcome.failed for outcome in outcomes)
    there = sum(outcome.result != "absent" for outcome in outcomes)
    print(f"{there} model files of {len({e.repository for e in entries})} repositories, {missed} missed")
    return int(missed > 0)


def _checked(entry: Entry, mirror: Path, stem: Path) -> Outcome:
    """Load, predict, save, load and open one file."""
    outcome = Outcome(entry)
    try:
        data = content(mirror, entry)
        beside = content(mirror, entry, entry.beside) if entry.beside else None
    except NotThere as error:
        outcome.result, outcome.reason = "absent", str(error)
        return outcome
    step = "load"
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            K.clear_session()
            model, outcome.job = _load(data, beside, stem)
            step = "predict"
            inputs, outcome.outputs = predicted(model)
            np.savez(stem.with_suffix(".in.npz"), *inputs)
            step = "save again"
            again = _saved_again(model, stem)
            for one, other in zip(outcome.outputs, predictions(again, inputs), strict=True):
                np.testing.assert_array_equal(one, other)
            step = "open in a builder"
            Builder(model)
            outcome.result, outcome.reason = "loads", _why_no_reference(stem, model)
    except (Exception, RecursionError) as error:  # whatever a file brings up is the outcome
        refused = _is_refused(error) or (step == "load" and isinstance(error, ShapeError))
        outcome.result = "refused" if refused and step != "save again" else "fails"
        outcome.reason = f"{step}: {error}"
        if not refused:
            traceback.print_exc(limit=-4)
    return outcome


def _why_no_reference(stem: Path, model: Model) -> str:
    """What keeps tf_keras from being asked, if anything does."""
    path = stem.with_suffix(".h5")
    if not path.exists():
        return "an architecture without weights"
    with h5py.File(path, "r") as file:
        told = [group.attrs.get("backend", b"") for group in (file, file.get("model_weights", file))]
    turned = any(type(layer).__name__.startswith(("Conv", "Deconv")) for layer in model.layers)
    of_theano = turned and any(backend in (b"theano", "theano") for backend in told)
    return "of Theano, whose kernels tf_keras does not turn" if of_theano else ""


def _is_refused(error: BaseException) -> bool:
    """Whether a file asks for code: a class or function of its repository's own, or a Lambda."""
    return isinstance(error, UnknownName) or "Lambda" in str(error)


def _load(data: bytes, beside: bytes | None, stem: Path) -> tuple[Model, dict[str, str | None]]:
    """The model of a file, and what the reference is to read."""
    inputs, outputs = str(stem.with_suffix(".in.npz")), str(stem.with_suffix(".out.npz"))
    job: dict[str, str | None] = {"model": "", "weights": None, "inputs": inputs, "outputs": outputs}
    if data[:4] != b"\x89HDF":
        return _of_text(data.decode("utf-8")), {}
    path = stem.with_suffix(".h5")
    path.write_bytes(data)
    if beside is None:
        return load_model(path, custom_objects=CUSTOM), {**job, "model": str(path)}
    architecture = stem.with_suffix(".json")
    architecture.write_bytes(beside)
    model = _of_text(beside.decode("utf-8"))
    model.load_weights(path)
    return model, {**job, "model": str(architecture), "weights": str(path)}


def _of_text(text: str) -> Model:
    if not text.lstrip().startswith(("{", '"')):
        return model_from_yaml(text, custom_objects=CUSTOM)
    plain = json.loads(text)
    # Some kept the JSON as a text in JSON.
    return model_from_json(plain if isinstance(plain, str) else text, custom_objects=CUSTOM)


def predicted(model: Model) -> tuple[list[Array], list[Array]]:
    """Random inputs, of the first size of open axes that fits, and predictions."""
    for size in OPEN_AXES[:-1]:
        with contextlib.suppress(ShapeError):
            inputs = random_inputs(model, size)
            return inputs, predictions(model, inputs)
    inputs = random_inputs(model, OPEN_AXES[-1])
    return inputs, predictions(model, inputs)


def random_inputs(model: Model, open_axis: int) -> list[Array]:
    """Arrays for all inputs, the same at each run: whole numbers below a vocabulary, or numbers from 0 to 1."""
    rng = np.random.default_rng(7)
    words = {x: layer.input_dim for layer in model.layers if isinstance(layer, Embedding) for x in _inputs_of(layer)}
    arrays: list[Array] = []
    for x in model.inputs:
        shape = (x.shape[0] or 2, *(n or open_axis for n in x.shape[1:]))
        arrays.append(rng.integers(0, words[x], shape) if x in words else rng.random(shape).astype("float32"))
    return arrays


def _inputs_of(layer: Embedding) -> list[object]:
    return [layer.get_input_at(i) for i in range(len(layer.inbound_nodes))]


def predictions(model: Model, inputs: list[Array]) -> list[Array]:
    """What a model gives for inputs, one array for each output; its states begin anew."""
    if model.stateful:
        model.reset_states()
    outputs = model.predict(inputs if len(inputs) > 1 else inputs[0], batch_size=len(inputs[0]))
    return list(outputs) if isinstance(outputs, list) else [outputs]


def _saved_again(model: Model, stem: Path) -> Model:
    path = stem.with_suffix(".again.h5")
    model.save(path)
    return load_model(path, custom_objects=CUSTOM)


def _compare(outcomes: list[Outcome], python: str, folder: Path) -> None:
    """Compare with tf_keras, which reads all files in one process."""
    wanted = [outcome for outcome in outcomes if outcome.result == "loads" and outcome.job and not outcome.reason]
    jobs = folder / "jobs.json"
    jobs.write_text(json.dumps([outcome.job for outcome in wanted]), "utf-8")
    script = str(Path(__file__).with_name("reference_models.py"))
    process = subprocess.run([python, script, str(jobs)], stdout=subprocess.PIPE, text=True, check=True)
    for outcome, answer in zip(wanted, process.stdout.splitlines(), strict=True):
        if answer != "ok":
            outcome.reason = f"tf_keras does not read it: {answer}"
            continue
        with np.load(str(outcome.job["outputs"])) as stored:
            reference = [stored[name] for name in stored.files]
        distances = [_distance(*pair) for pair in zip(outcome.outputs, reference, strict=True)]
        outcome.result = "equal" if max(distances) <= 1 else "differs"
        outcome.reason = "" if outcome.result == "equal" else f"{max(distances):.2g} times the tolerance"


def _distance(ours: Array, theirs: Array) -> float:
    """The largest difference, 1 where it is as large as is allowed."""
    if ours.shape != theirs.shape:
        return np.inf
    return float(np.max(np.abs(ours - theirs)) / (RELATIVE * np.max(np.abs(theirs)) + ABSOLUTE))


# What keeps a file from being "equal": what its reason says, in the order in which it is looked for.
KINDS = (
    ("Lambda", "a Lambda that is stored as code, which is not run from files"),
    ("the name of a known", "a class or function of its repository's own"),
    ("an architecture without weights", "an architecture without weights: random ones, saved and read again"),
    ("tf_keras does not read it", "a file of Keras 1, which tf_keras does not read"),
    ("of Theano", "weights of Theano, whose kernels tf_keras does not turn"),
    ("load:", "the model fits no data: its layers do not fit on each other"),
)


def _table(outcomes: list[Outcome]) -> str:
    """The section: a row for each file, those of files that were not read this time as they were."""
    listed = [(entry.repository, cell(entry.path)) for entry in read_list(LIST)]
    rows = {(row[0], row[1]): row for row in public_lists.rows_of("Models") if (row[0], row[1]) in listed}
    for o in outcomes:
        if o.result != "absent":
            row = [o.entry.repository, cell(o.entry.path), o.result, cell(o.reason)]
            rows[row[0], row[1]] = row
    numbers = Counter(
        (row[2], next((meaning for text, meaning in KINDS if text in row[3]), "")) for row in rows.values()
    )
    lines = [
        "Written by `python -m tests.long public_models --table`. equal: predictions of seeded random inputs are tf_keras's",
        "to 1e-5, saved and loaded again to the same bits, opened in a builder; loads: the same without a reference that",
        "reads it; refused: the file asks for code of its repository.",
        "",
        "| result | why | files |",
        "|---|---|---|",
        *(f"| {result} | {why} | {number} |" for (result, why), number in numbers.most_common()),
        "",
        "| repository | file | result | reason |",
        "|---|---|---|---|",
        *(f"| {' | '.join(rows[file])} |" for file in listed if file in rows),
    ]
    return "\n".join(lines) + "\n"
