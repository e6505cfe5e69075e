"""What comes with the gestures about recorded runs (`gestures.py` has the table)."""

from __future__ import annotations

from typing import TypedDict

from typing_extensions import NotRequired


class RunName(TypedDict):
    run: str


class RunNames(TypedDict):
    runs: list[str]


class RunsSince(TypedDict):
    """since: the version of the list that the page has."""

    since: NotRequired[int | None]


class CurvesOf(TypedDict):
    """names: of the metrics, without "val_". epochs: how far the page has them, so that it asks again; not read."""

    runs: list[str]
    names: list[str]
    epochs: NotRequired[list[int]]


class NoteRun(TypedDict):
    run: str
    note: str


class TagRun(TypedDict):
    run: str
    tags: list[str]


class HideRuns(TypedDict):
    runs: list[str]
    hidden: bool


class RunEpoch(TypedDict):
    """epoch: how many were done."""

    run: str
    epoch: int


class PinCheckpoint(RunEpoch):
    """batch: of the epoch after them, 0 at its start."""

    batch: int
    pinned: bool


class Sweep(TypedDict):
    """dry: only say what would be removed."""

    dry: bool
