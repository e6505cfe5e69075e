"""The Runs page: every run that is kept, one of them closely, several over each other."""

from __future__ import annotations

from typing import Literal, TypedDict

from .run import Phase

KeptState = Literal["running", "paused", "stopped", "finished", "failed", "diverged", "interrupted"]
Sameness = Literal["same", "different", "unknown"]


class RunParent(TypedDict):
    """The run that another went on from, and after which of its epochs."""

    run: str
    epoch: int


class KeptRun(TypedDict):
    """A line of the table of all runs.

    document: the name of its model, None for one of a fit in code. began, ended: seconds since 1970. seconds: of training.
    values: after the last epoch; None for a value that is no number. settings: by the names of `columns` alone.
    """

    id: str
    number: int
    document: str | None
    began: float
    ended: float | None
    seconds: float
    state: KeptState
    epochs: int
    planned: int
    values: dict[str, float | None]
    settings: dict[str, str | float | bool | None]
    tags: list[str]
    note: str
    hidden: bool
    parent: RunParent | None
    bytes: int


class RunColumn(TypedDict):
    """A setting that differs between runs of one model, or that every training has. layer: None for one of training.

    label: the setting in words, without its layer.
    """

    name: str
    layer: str | None
    label: str


class StoreSize(TypedDict):
    """What all runs take on the disk, in bytes, and what they may take before old checkpoints are removed."""

    bytes: int
    quota: int
    runs: int


class RunList(TypedDict):
    """What of the list is new since a version that the page has. whole: the rows are all there are, else those that changed.

    trouble: why the runs cannot be read, in words.
    """

    version: int
    whole: bool
    rows: list[KeptRun]
    gone: list[str]
    columns: list[RunColumn]
    size: StoreSize
    trouble: str | None


class RunCheckpoint(TypedDict):
    """Weights that are kept. epoch: how many were done; batch: of the epoch after them, 0 at its start."""

    epoch: int
    batch: int
    best: bool
    last: bool
    pinned: bool
    bytes: int


class RunEvent(TypedDict):
    """What somebody did to a run that went on. at: epochs, when: seconds since 1970."""

    at: float
    when: float
    text: str


class DataPrint(TypedDict):
    """An array that was trained on, and the fingerprint of its content."""

    name: str
    fingerprint: str


class GoingOnInCode(TypedDict):
    """missing: why it cannot go on from the page, in words, and then a line of code that does it; None where it can."""

    missing: str | None
    code: str | None


class RunDetails(GoingOnInCode):
    """One run closely. versions: of programs. opens: whether its model can be opened and trained again."""

    run: str
    checkpoints: list[RunCheckpoint]
    events: list[RunEvent]
    log: list[str]
    data: list[DataPrint]
    rows: int | None
    ended_by: str
    versions: dict[str, str]
    machine: str
    opens: bool


class RunDifference(TypedDict):
    """A setting in words, and what it is in each run, in the order that they were asked for."""

    label: str
    values: list[str]


class RunComparison(TypedDict):
    """In what runs differ. more: differences beyond those that are listed."""

    runs: list[str]
    differences: list[RunDifference]
    more: int
    graph: Sameness
    data: Sameness
    seed: Sameness


class RunCurve(TypedDict):
    run: str
    name: str
    phase: Phase
    count: int


class RunCurves(TypedDict):
    """Curves by epochs, of long ones so many points as can be seen. All xs follow in one float32 buffer, all ys in another."""

    curves: list[RunCurve]


class Swept(TypedDict):
    """What was, or would be, removed to free the disk."""

    bytes: int
    checkpoints: int
    runs: int
