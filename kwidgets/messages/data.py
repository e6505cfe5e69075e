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


class PicturePair(TypedDict):
    """A picture before a step and behind it, as samples of pictures are drawn."""

    row: int
    before: list[Json]
    after: list[Json]


class StepPreview(TypedDict):
    """What a step does to some training rows. before: columns that it changes. after: what becomes of them, [] where they stay.

    left_out: how many rows of the table it leaves out. pictures: what it does to some pictures.
    """

    rows: list[int]
    before: list[PreviewedColumn]
    after: list[PreviewedColumn]
    left_out: int
    pictures: list[PicturePair]


class TableFinding(TypedDict):
    """What is likely to spoil the training. mend: what helps, in words; None where only other data do."""

    sentence: str
    mend: str | None


class ColumnLook(TypedDict):
    """How a column's values lie. missing, infinite: how many. low, high: of numbers and dates, as texts.

    histogram: counts in equal steps from low to high. most: the most frequent texts. different: how many there are; None where
    they were not counted. tells: the share of the target's variance that it explains. means: the target's mean in each step.
    values: of the sample rows, as texts; None where one is missing.
    """

    name: str
    missing: int
    infinite: int
    low: str | None
    high: str | None
    mean: float | None
    histogram: list[int] | None
    most: list[ClassCount]
    different: int | None
    tells: float | None
    means: list[float | None] | None
    values: list[str | None]


class CorrelatedColumns(TypedDict):
    """Two columns that go together, and Pearson's correlation of them."""

    first: str
    second: str
    r: float


class TableLook(TypedDict):
    """A table at one look. looked_at: of how many rows the figures are. settled: those of all rows need not be waited for.

    sample: numbers of the rows that are shown. about: `rows` and these are told by the size of a few places of a file.
    """

    rows: int
    looked_at: int
    settled: bool
    about: bool
    sample: list[int]
    columns: list[ColumnLook]
    correlations: list[CorrelatedColumns]


class TableFacts(TypedDict):
    """A table of values: its columns, what is done to them and how its rows are divided. trouble: why no arrays come of it.

    Of a folder of pictures there are no columns; targets: what a table beside it knows of them. whole: steps and findings are those
    of all rows, not of a few. about: `rows` is told by the size of a few places of a file. in_blocks: it is read while training
    goes on, since it may be larger than the memory.
    """

    rows: int
    whole: bool
    about: bool
    in_blocks: bool
    columns: list[TableColumn]
    targets: list[str]
    target: str | None
    steps: list[TableStep]
    offers: list[StepOffer]
    split: list[Field]
    findings: list[TableFinding]
    trouble: str | None


class AbsentSet(TypedDict):
    """A ready set that lies in the network.

    about: what it is. size: bytes that are fetched. addresses: of its files. folder: into which they come.
    """

    about: str
    size: int
    addresses: list[str]
    folder: str


class FetchAnswer(TypedDict):
    """What has become of fetching a ready set. said: why it failed."""

    state: Literal["fetching", "there", "failed"]
    said: str | None


class Source(TypedDict):
    """kind: "notebook", "frame", "file", "table", "pictures" or "built_in". table: what a table or pictures hold besides.

    A frame that is not chosen has no arrays yet, and neither has a ready set that is absent. trouble: why arrays that were there
    cannot be read now, by their names; by "" of all.
    """

    name: str
    kind: str
    arrays: list[ArrayEntry]
    table: TableFacts | None
    absent: AbsentSet | None
    trouble: dict[str, str]


class Data(TypedDict):
    """problems: without their mends no training begins. warnings: it would learn badly.

    validation: arrays that are measured in place of those trained on, by the names of these; None: a share of the rows is.
    own_validation: which could be, the likeliest first; {} where one of them has none. second: the file, folder or frame beside the
    source whose rows are measured; None: there is none. texts: the inputs that take texts.
    """

    sources: list[Source]
    source: str | None
    source_kind: str | None
    inputs: dict[str, str | None]
    targets: dict[str, str | None]
    validation_split: float
    second: str | None
    validation: dict[str, str] | None
    own_validation: dict[str, list[str]]
    problems: list[DataProblem]
    warnings: list[DataProblem]
    expected: dict[str, Shape | None]
    texts: list[str]
    samples: int | None


class DataProblem(TypedDict):
    """A sentence about data that do not fit; mends as those of the graph. hint: what to do in a cell.

    cell: the text of a new cell that does it, where the arrays are the notebook's; None of others.
    """

    id: str
    sentence: str
    hint: str | None
    cell: str | None
    mends: list[MendOffer]


class TestSet(TypedDict):
    """The arrays that are only scored on: the name of the first, and how many rows they have."""

    key: str
    rows: int


class SharedRows(TypedDict):
    """Rows of another set that are trained on, too. first: the numbers of the first of them there, from 0.

    cell: code that takes them out of the notebook's arrays; None of other sources.
    """

    of: Literal["validation", "test"]
    rows: int
    first: list[int]
    cell: str | None


class ClassCount(TypedDict):
    """A class of a target and how many rows have it."""

    name: str
    count: int


class ArrayFacts(TypedDict):
    """What is in an array. whole: the figures are those of all its elements, not of a part or of none.

    in_blocks: it is larger than the memory, and read while training goes on. equal: rows that are equal to an earlier one; None
    where they were not counted. missing: elements that are no finite number. histogram: counts in equal steps from minimum to
    maximum. rows: which rows the samples are. samples: pictures as (height, width, 1 or 3) numbers from 0 to 255, series as (steps,
    features), waves as (pieces, 2) with the least and the most of each piece, numbers as lists, classes and text as words; None
    for a number that is not finite.
    """

    shape: list[int]
    dtype: str
    bytes: int
    whole: bool
    in_blocks: bool
    kind: Literal["pictures", "series", "wave", "numbers", "classes", "text"]
    minimum: float | None
    maximum: float | None
    mean: float | None
    missing: int | None
    equal: int | None
    classes: list[ClassCount] | None
    histogram: list[int] | None
    rows: list[int]
    samples: list[Json]
