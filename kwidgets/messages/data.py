"""Arrays, what is in them, and where they do not fit."""

from __future__ import annotations

from typing import Literal, TypedDict

from .canvas import MendOffer
from .common import Json, Shape
from .forms import Field


class ArrayEntry(TypedDict):
    key: str
    shape: list[int]
    dtype: str


class TableColumn(TypedDict):
    """missing: in how many rows. used: whether it is an input."""

    name: str
    kind: Literal["number", "text", "date", "boolean", "array"]
    missing: int
    used: bool


class TableStep(TypedDict):
    """A step of a table's preparation. text: what it does, in words. fields: its form."""

    kind: str
    title: str
    text: str
    fields: list[Field]


class StepOffer(TypedDict):
    """A step that fits behind the last one. columns: those that it can take."""

    kind: str
    title: str
    columns: list[str]


class PreviewedColumn(TypedDict):
    """A column's values at some rows as texts; None where one is missing."""

    name: str
    values: list[str | None]


class StepPreview(TypedDict):
    """What a step does to some training rows. before: columns that it changes. after: what becomes of them, [] where they stay.

    left_out: how many rows of the table it leaves out.
    """

    rows: list[int]
    before: list[PreviewedColumn]
    after: list[PreviewedColumn]
    left_out: int


class TableFinding(TypedDict):
    """What is likely to spoil the training. mend: what helps, in words; None where only other data do."""

    sentence: str
    mend: str | None


class TableFacts(TypedDict):
    """A table of values: its columns, what is done to them and how its rows are divided. trouble: why no arrays come of it."""

    rows: int
    columns: list[TableColumn]
    target: str | None
    steps: list[TableStep]
    offers: list[StepOffer]
    split: list[Field]
    findings: list[TableFinding]
    trouble: str | None


class Source(TypedDict):
    """kind: "notebook", "file", "built_in" or "table". table: what a table holds besides."""

    name: str
    kind: str
    arrays: list[ArrayEntry]
    table: TableFacts | None


class Data(TypedDict):
    """problems: without their mends no training begins. warnings: it would learn badly."""

    sources: list[Source]
    source: str | None
    inputs: dict[str, str | None]
    targets: dict[str, str | None]
    validation_split: float
    problems: list[DataProblem]
    warnings: list[DataProblem]
    expected: dict[str, Shape | None]
    samples: int | None


class DataProblem(TypedDict):
    """A sentence about data that do not fit; mends as those of the graph. hint: what to do in a cell."""

    id: str
    sentence: str
    hint: str | None
    mends: list[MendOffer]


class TestSet(TypedDict):
    """The arrays that are only scored on: the name of the first, and how many rows they have."""

    key: str
    rows: int


class SharedRows(TypedDict):
    """Rows of another set that are trained on, too. first: the numbers of the first of them there, from 0."""

    of: Literal["validation", "test"]
    rows: int
    first: list[int]


class ClassCount(TypedDict):
    """A class of a target and how many rows have it."""

    name: str
    count: int


class ArrayFacts(TypedDict):
    """What is in an array. whole: the figures are those of all its elements, not of a part or of none.

    missing: elements that are no finite number. histogram: counts in equal steps from minimum to maximum. rows: which
    rows the samples are. samples: pictures as (height, width, 1 or 3) numbers from 0 to 255, series as (steps,
    features), numbers as lists, classes and text as words; None for a number that is not finite.
    """

    shape: list[int]
    dtype: str
    bytes: int
    whole: bool
    kind: Literal["pictures", "series", "numbers", "classes", "text"]
    minimum: float | None
    maximum: float | None
    mean: float | None
    missing: int | None
    classes: list[ClassCount] | None
    histogram: list[int] | None
    rows: list[int]
    samples: list[Json]
