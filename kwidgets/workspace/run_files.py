"""What lies in the folder of a run; with it the list can be made again.

run.json           the line of the list, pinned and best checkpoints; written at the beginning, the end and by each note
experiment.json    what is trained; architecture.json of a model made in code
fit.json           how a `fit` in code was called, and what it was given that no record holds
layers.json        which layer of a document is which in it (`kwidgets/document/identity.py`)
experiment_until_3.json  what was trained up to the end of the third epoch, where the run went on with something else;
                   layers_until_3.json
journal            every write of a run that goes on (`journal.py`)
record.json        history, log and interventions after the end, and points.h5 with the curves
checkpoints/       model files
"""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypedDict

import numpy as np

from engine.errors import EngineError
from engine.experiment import json_able, open_regular, read_hdf5, write_bytes, write_hdf5, write_json

from ..messages import Phase
from ..refused import Refused
from ..words import workspace as say
from .epochs import first, leaves_open, take_back, told_by_curves
from .journal import Frame, Journal, frames, is_series, packed
from .records import Epochs, Intervention, Points

RUN, JOURNAL, RECORD, POINTS = "run.json", "journal", "record.json", "points.h5"
EXPERIMENT, ARCHITECTURE, LAYERS, FIT = "experiment.json", "architecture.json", "layers.json", "fit.json"
VERSION = 1
MOST_BYTES = 256 * 2**20
_ARRAY, _AXES = "points", ("xs", "ys")


def put_experiment(folder: Path, experiment: Mapping[str, Any], layers: Mapping[str, str], epochs: int) -> None:
    """Write what a run trains after so many epochs, and keep what it trained before. Raises OSError."""
    texts = {LAYERS: write_json(dict(layers)), EXPERIMENT: write_json(dict(experiment))}
    for name, text in texts.items():
        path, until = folder / name, folder / _earlier(name, epochs)
        before = path.read_bytes() if path.exists() else None
        if text.encode("utf-8", "replace") == before or (before is None and not layers and name == LAYERS):
            continue
        if before is not None and not until.exists():
            write_bytes(until, before)
        write_bytes(path, text.encode("utf-8", "replace"))


def _earlier(name: str, epochs: int | str) -> str:
    return name.replace(".json", f"_until_{epochs}.json")


def path_at(folder: Path, name: str, at: tuple[int, int] | None = None) -> Path:
    """EXPERIMENT or LAYERS of a run, or as it was at a checkpoint: after so many epochs and batches of the next."""
    files = folder.glob(_earlier(name, "*"))
    ends = [int(end) for path in files if (end := path.stem.rpartition("_")[2]).isdecimal()]
    until = min((end for end in ends if at is not None and at <= (end, 0)), default=None)
    return folder / (name if until is None else _earlier(name, until))


class End(TypedDict):
    """How a run ended: its state, in words by what, and when."""

    state: str
    ended_by: str
    ended: float


@dataclass
class Record:
    """All that a run has recorded. progress: the last of each value. end: None while it goes on."""

    points: list[Points] = field(default_factory=list[Points])
    history: Epochs = field(default_factory=lambda: Epochs(epoch=[], history={}, partial=False))
    log: list[str] = field(default_factory=list[str])
    interventions: list[Intervention] = field(default_factory=list[Intervention])
    progress: dict[str, Any] = field(default_factory=dict[str, Any])
    end: End | None = None


def read_record(folder: Path, curves: bool = True) -> Record:
    """What the run of a folder has recorded so far; what cannot be read is left out.

    curves: False where only the rest is asked for, which is read sooner.
    """
    if (folder / JOURNAL).exists():
        record = record_of(frames(folder / JOURNAL))
    else:
        stored = read_table(folder / RECORD)
        if stored is None:
            return Record()
        record = record_of([Frame(stored, [])])
        if curves or leaves_open(record.history):
            record.points = stored_points(folder / POINTS, stored.get("series"))
    if leaves_open(record.history):
        record.history = told_by_curves(record.history, record.points)
    return record


def settle(folder: Path, record: Record) -> None:
    """Put the record of a run that has ended into its last files. Raises OSError; the journal then stays and counts."""
    series = [{"name": one.name, "phase": one.phase, "count": len(one.xs)} for one in record.points]
    head = {**head_of(record), "series": series}
    # One array for all of them: opening one takes longer than reading it.
    rows = [np.concatenate([np.zeros(0, np.float32), *(getattr(one, axis) for one in record.points)]) for axis in _AXES]
    write_hdf5(folder / POINTS, {_ARRAY: np.stack(rows)})
    write_table(folder / RECORD, head)
    (folder / JOURNAL).unlink(missing_ok=True)


def unsettle(folder: Path, at: float | None) -> Record:
    """Make a journal of a record that was put into its last files, for a run that goes on.

    at: epochs from which it goes on; what lies behind is dropped. None: nothing is. Raises OSError.
    """
    record = read_record(folder)
    if at is not None:
        _cut(record, at)
    record.end = None
    fresh = folder / f"{JOURNAL}.new"
    fresh.unlink(missing_ok=True)
    Journal(fresh).append(packed(Frame(head_of(record), record.points)))
    fresh.replace(folder / JOURNAL)
    return record


def head_of(record: Record) -> dict[str, Any]:
    """A record without its points, as the head of one frame."""
    head: dict[str, Any] = {
        "progress": record.progress,
        "epochs": {"from": 0, **record.history},
        "log": record.log,
        "interventions": [one.__dict__ for one in record.interventions],
    }
    return head if record.end is None else {**head, "end": record.end}


def _cut(record: Record, at: float) -> None:
    """Drop what happened after `at` epochs."""
    record.points = [_until(one, at) for one in record.points]
    record.history = first(record.history, sum(epoch + 1 <= at + 1e-6 for epoch in record.history["epoch"]))
    record.history["partial"] = False
    record.interventions = [one for one in record.interventions if one.at <= at]


def _until(series: Points, at: float) -> Points:
    """A series up to `at` epochs; of an epoch that was cut short there its batches alone."""
    there = series.xs <= (at if series.phase == "batch" else math.floor(at + 1e-6)) + 1e-6
    return Points(series.name, series.phase, series.xs[there], series.ys[there])


def record_of(written: Iterable[Frame]) -> Record:
    """The record that frames make up, in their order; what is not as it must be is left out."""
    record = Record()
    series: dict[tuple[str, Phase], _Parts] = {}
    for head, points in written:
        for one in points:
            series.setdefault((one.name, one.phase), _Parts(one.name, one.phase)).add(one)
        _add_epochs(record.history, head.get("epochs"))
        record.log += [line for line in _list(head, "log") if isinstance(line, str)]
        record.interventions += [one for entry in _list(head, "interventions") if (one := _intervention(entry))]
        if isinstance(progress := head.get("progress"), dict):
            record.progress.update(progress)
        record.end = _end(head.get("end"))
    record.points = [parts.joined() for parts in series.values()]
    return record


class _Parts:
    """A series as its parts come."""

    def __init__(self, name: str, phase: Phase) -> None:
        self._name = name
        self._phase: Phase = phase
        self._parts: list[Points] = []
        self._count = 0

    def add(self, part: Points) -> None:
        if part.start is not None and part.start < self._count:
            whole, start = self.joined(), part.start
            self._parts = [Points(self._name, self._phase, whole.xs[:start], whole.ys[:start])]
            self._count = start
        self._parts.append(part)
        self._count += len(part.xs)

    def joined(self) -> Points:
        xs, ys = (np.concatenate([getattr(part, axis) for part in self._parts]) for axis in ("xs", "ys"))
        return Points(self._name, self._phase, xs, ys)


def _add_epochs(history: Epochs, added: object) -> None:
    """Put epochs in the place of those that stand from row `added["from"]` on."""
    if not isinstance(added, dict) or type(start := added.get("from")) is not int or not start >= 0:
        return
    epochs, columns, gaps = added.get("epoch"), added.get("history"), added.get("absent")
    if not isinstance(epochs, list) or not isinstance(columns, dict):
        return
    take_back(history, start)
    history["epoch"] += _epochs(epochs)
    for name, values in columns.items():
        if isinstance(values, list):
            column = history["history"].setdefault(str(name), [])
            column += [float(value) for value in values if isinstance(value, (int, float))]
    for name, gap in gaps.items() if isinstance(gaps, dict) else ():
        if new := _epochs(gap):
            history.setdefault("absent", {}).setdefault(str(name), []).extend(new)
    if stayed := _epochs(added.get("cut")):
        history.setdefault("cut", []).extend(stayed)
    history["partial"] = added.get("partial") is True


def _epochs(value: object) -> list[int]:
    return [epoch for epoch in value if type(epoch) is int] if isinstance(value, list) else []


def _list(head: Mapping[str, Any], key: str) -> list[Any]:
    value = head.get(key)
    return value if isinstance(value, list) else []


def _intervention(entry: object) -> Intervention | None:
    if not isinstance(entry, dict):
        return None
    at, when, kind, text = (entry.get(key) for key in ("at", "when", "kind", "text"))
    if not isinstance(at, (int, float)) or not isinstance(when, (int, float)):
        return None
    return Intervention(float(at), float(when), str(kind), str(text))


def _end(entry: object) -> End | None:
    if not isinstance(entry, dict) or not isinstance(entry.get("ended"), (int, float)):
        return None
    return End(state=str(entry.get("state")), ended_by=str(entry.get("ended_by")), ended=float(entry["ended"]))


def stored_points(path: Path, series: object) -> list[Points]:
    """The curves of the last files; none where they cannot be read, or are not those that the record names."""
    named = [one for one in series if is_series(one)] if isinstance(series, list) else []
    if not named:
        return []
    try:
        array = read_hdf5(path, [_ARRAY])[_ARRAY]
    except (OSError, EngineError):
        return []
    ends = list(itertools.accumulate(one["count"] for one in named))
    if array.ndim != 2 or array.shape != (len(_AXES), ends[-1]):
        return []
    xs, ys = array.astype(np.float32, copy=False)
    spans = zip(named, [0, *ends], ends, strict=False)
    return [Points(one["name"], one["phase"], xs[start:end], ys[start:end]) for one, start, end in spans]


def write_table(path: Path, table: Mapping[str, object]) -> None:
    """Write plain data with the version of the form, whole or not at all. Raises OSError."""
    text = json.dumps(json_able({"version": VERSION, **table}), ensure_ascii=False, indent=1)
    write_bytes(path, text.encode("utf-8", "replace"))


def read_table(path: Path) -> dict[str, Any] | None:
    """Plain data of a file; None where there is none, or it cannot be read. Raises Refused for one of a newer form."""
    try:
        with open_regular(path) as file:
            text = file.read(MOST_BYTES + 1)
        table = json.loads(text) if len(text) <= MOST_BYTES else None
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(table, dict):
        return None
    version = table.get("version")
    if type(version) is int and version > VERSION:
        raise Refused(say.run_is_newer(path.parent, version, VERSION), say.UPDATE_TO_READ_IT)
    return table
