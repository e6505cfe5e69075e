"""What the store of runs takes and gives: plain data and arrays, nothing of sessions or widgets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeAlias, TypedDict

import numpy as np
from numpy.typing import NDArray
from typing_extensions import NotRequired

from ..messages import Phase

Floats: TypeAlias = NDArray[np.float32]
Scalar: TypeAlias = "bool | int | float | str | None"
# "interrupted" is never written by a run itself: it is what a run is whose process is gone without an end.
StoredState = Literal["running", "paused", "stopped", "finished", "failed", "diverged", "interrupted"]
GOING_ON: tuple[StoredState, ...] = ("running", "paused")


class Points(NamedTuple):
    """A series of a run, or a part of it: `xs` in epochs, `ys` the values.

    start: so many points stand before these, and what stood there goes; 0 replaces the series. None: these follow what is there.
    """

    name: str
    phase: Phase
    xs: Floats
    ys: Floats
    start: int | None = None


class Epochs(TypedDict):
    """The values after each epoch, as `History` of the engine has them. partial: the last epoch was cut short.

    absent: for names that were not measured after every epoch, the epochs without a value. cut: the epochs that were cut
    short and stayed so, as the training went on with the next one.
    """

    epoch: list[int]
    history: dict[str, list[float]]
    partial: bool
    absent: NotRequired[dict[str, list[int]]]
    cut: NotRequired[list[int]]


class Progress(TypedDict, total=False):
    """How far a run has come; what is left out stays as it was.

    state: "running" or "paused". epochs: whole ones. seconds: of training. values, best: by name, None for no number.
    history: all epochs so far. data: fingerprints, where they are known only after the beginning.
    """

    state: StoredState
    epochs: int
    planned: int
    seconds: float
    values: Mapping[str, float | None]
    best: Mapping[str, float | None]
    settings: Mapping[str, Scalar]
    history: Epochs
    data: Mapping[str, str]


@dataclass(frozen=True)
class Intervention:
    """Something that a person did to a run that goes on.

    at: epochs at which it happened. when: seconds since 1970. kind: "rate", "pause", "resume", "stop", "edit" ...
    text: what it was, in words.
    """

    at: float
    when: float
    kind: str
    text: str


@dataclass(frozen=True)
class Checkpoint:
    """A file that a run can go on from.

    epoch, batch: whole epochs that were done, and batches of the next one. best: of the monitored value so far.
    pinned: never swept. last: the newest of its run.
    """

    epoch: int
    batch: int
    path: Path
    bytes: int
    best: bool
    pinned: bool
    last: bool


@dataclass(frozen=True)
class NewRun:
    """What is known of a run when it begins.

    document: name of the model or document that it belongs to. experiment: as YAML holds it; None for a model made in code,
    whose architecture then stands in `architecture` as JSON. settings: flat, for the columns of a table; None: those of
    the experiment (`flat_settings`). planned: epochs. fingerprints: of the data, by the arrays' names. parent: run and
    epoch that it was branched from. fit: how a `fit` in code was called. layers: identities of the experiment's layers by
    their paths, where a document has any.
    """

    document: str | None = None
    experiment: Mapping[str, Any] | None = None
    settings: Mapping[str, Scalar] | None = None
    planned: int = 0
    seed: int | None = None
    fingerprints: Mapping[str, str] = field(default_factory=dict[str, str])
    rows: int | None = None
    parent: tuple[str, int] | None = None
    architecture: str | None = None
    layers: Mapping[str, str] = field(default_factory=dict[str, str])
    fit: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class RunSummary:
    """A line of the list of runs.

    id: sorts by time and is unique across machines. number: 1, 2, 3 ... in this store. began, ended: seconds since 1970.
    seconds: of training. ended_by: what ended it, in words. values: after the last epoch; best: the best of each name.
    parent: run and epoch that it was branched from. bytes: on disk. data: fingerprints by the arrays' names.
    """

    id: str
    number: int
    document: str | None
    began: float
    ended: float | None
    seconds: float
    state: StoredState
    ended_by: str
    epochs: int
    planned: int
    values: dict[str, float | None]
    best: dict[str, float | None]
    settings: dict[str, Scalar]
    tags: tuple[str, ...]
    note: str
    hidden: bool
    deleted: bool
    parent: tuple[str, int] | None
    bytes: int
    data: dict[str, str]
    rows: int | None
    versions: dict[str, str]
    machine: str


class Usage(NamedTuple):
    """How much the runs take of the disk, what they may take, and how many there are."""

    bytes: int
    quota: int
    runs: int


class Swept(NamedTuple):
    """What a sweep removed: checkpoints, deleted runs, and the bytes of both."""

    checkpoints: int
    runs: int
    bytes: int
