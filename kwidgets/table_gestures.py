"""What comes with the gestures about a table, its steps and its split (`gestures.py`)."""

from __future__ import annotations

from typing import TypedDict

from .messages import Json


class SetTarget(TypedDict):
    """The column that a table's other columns are to predict."""

    column: str


class PictureTable(TypedDict):
    """The path of a table that names the pictures of the chosen folder, and says more of them."""

    path: str


class ValidationSource(TypedDict):
    """name: the path of a file or folder, or a frame of the notebook, whose rows are measured; None: a share of the rows is."""

    name: str | None


class MendTable(TypedDict):
    """finding: its number in what is said of the table, from 0."""

    finding: int


class AddTableStep(TypedDict):
    """step: its kind. columns: those that it changes."""

    step: str
    columns: list[str]


class OneTableStep(TypedDict):
    """step: its number, from 0."""

    step: int


class TableStepOf(TypedDict):
    """text: what the step does, by which an answer is known to be that of another step."""

    step: int
    text: str


class TableLookOf(TypedDict):
    """name: of the table. about: what else the look depends on, by which an answer is known to be another one."""

    name: str
    about: str


class FetchSet(TypedDict):
    """A ready set that lies in the network. begin: it is to be fetched; else what has become of it is asked."""

    name: str
    begin: bool


class SetTableStep(TypedDict):
    step: int
    field: str
    value: Json


class MoveTableStep(TypedDict):
    step: int
    to: int


class UseColumn(TypedDict):
    """Whether a column of the table is an input or left out."""

    column: str
    used: bool


class SetTableSplit(TypedDict):
    field: str
    value: Json
