"""What a model does with samples: figures, what they are of, samples to look at, and what is tried by hand."""

from __future__ import annotations

from typing import Literal, TypedDict

from .common import Point
from .data import ArrayFacts, PreviewedColumn
from .inside import InsidePanel

OutputKind = Literal["classes", "labels", "amounts"]
ResultSetName = Literal["test", "validation", "train", "given"]
ResultViewName = Literal["confusion", "worst", "curves", "calibration", "by_class", "residuals", "against"]
# How a sample is given by hand: drawn or dropped, written, or as values of columns.
TryKind = Literal["picture", "text", "row", "numbers"]


class ResultSet(TypedDict):
    """A set of samples that can be looked at. rows: how many there are."""

    name: ResultSetName
    title: str
    rows: int


class ResultFigure(TypedDict):
    """A figure that concludes: what it is, its value, what stands below, and how it was computed, as texts."""

    label: str
    value: str
    below: str
    how: str


class ResultOutput(TypedDict):
    """An output of the model. trouble: why it cannot be judged, in words."""

    name: str
    kind: OutputKind | None
    classes: list[str]
    trouble: str | None


class ResultRival(TypedDict):
    """Another run that can be compared on the same samples."""

    run: str
    title: str


class TryColumn(TypedDict):
    """A column of a row that is typed, or one of several inputs. example: a value that it has.

    from_sample: whether a sample's is taken where nothing is typed.
    """

    name: str
    kind: Literal["number", "text", "date", "boolean", "array"]
    example: str
    from_sample: bool


class TryForm(TypedDict):
    """How a sample can be given by hand. height, width, colours: of a picture. columns: of a row. numbers: how many of a vector.

    says: what becomes of what is given, in words.
    """

    kind: TryKind
    height: int
    width: int
    colours: bool
    columns: list[TryColumn]
    numbers: int
    says: str


class ResultsAnswer(TypedDict):
    """What there is of a set's results. stamp: another one where they are others. rows: of the set, of which `done` are predicted.

    notes: what has to be known of the figures, in words. marked: how many samples are. left_out: how many training goes without.
    """

    stamp: str
    of: ResultSetName
    sets: list[ResultSet]
    rows: int
    done: int
    whole: bool
    outputs: list[ResultOutput]
    output: str
    views: list[ResultViewName]
    figures: list[ResultFigure]
    notes: list[str]
    rivals: list[ResultRival]
    tries: TryForm | None
    marked: int
    left_out: int


class ConfusionView(TypedDict):
    """counts: the true class down, the predicted one across, of the classes numbered in `shown`; so many more are not."""

    shown: list[int]
    names: list[str]
    counts: list[list[int]]
    more: int


class CurvesView(TypedDict):
    """Curves of one class as points (x, y), thinned. None where there is none: `says` has the reason."""

    roc: list[Point] | None
    area: float | None
    precision_recall: list[Point] | None
    average: float | None
    says: str | None


class CalibrationBin(TypedDict):
    low: float
    high: float
    count: int
    stated: float | None
    right: float | None


class CalibrationView(TypedDict):
    bins: list[CalibrationBin]
    error: float | None


class ClassRow(TypedDict):
    """None for a value that there is none of: of a class that was never there, or never predicted."""

    number: int
    name: str
    support: int
    predicted: int
    precision: float | None
    recall: float | None
    f1: float | None


class ResidualsView(TypedDict):
    """points: true and predicted amounts of some samples. rows: which they are. histogram: of all residuals, from low to high.

    interval: what is to be added to a prediction so that the share `level` lies within; None for too few samples.
    """

    points: list[Point]
    rows: list[int]
    histogram: list[int]
    low: float
    high: float
    level: float
    interval: Point | None


class AgainstView(TypedDict):
    """Two runs on the same samples. gained: those that only this one gets right. lost: only the other."""

    title: str
    gained: int
    lost: int
    both: int
    neither: int
    whole: bool


class ResultView(TypedDict):
    """One view; the parts of the others are None. how: how it was computed, in words."""

    confusion: ConfusionView | None
    curves: CurvesView | None
    calibration: CalibrationView | None
    by_class: list[ClassRow] | None
    residuals: ResidualsView | None
    against: AgainstView | None
    how: str


class SampledInput(TypedDict):
    """Some samples of an input of the model, as the Data page draws them."""

    name: str
    facts: ArrayFacts


class SampleGroup(TypedDict):
    """Samples that have something in common. total: how many have, of which the first are shown. captions: a line below each.

    columns: of a table, the samples' rows as texts.
    """

    title: str
    total: int
    rows: list[int]
    captions: list[str]
    marked: list[bool]
    inputs: list[SampledInput]
    columns: list[PreviewedColumn]


class ResultChance(TypedDict):
    """What the model gives for a class, a label or an amount. share: None where it is an amount. text: as it is written."""

    name: str
    share: float | None
    text: str


class OutputTold(TypedDict):
    """What an output of the model gives for one sample. value: in one line, with the target's steps undone."""

    name: str
    value: str
    chances: list[ResultChance]


class LayerLook(TypedDict):
    """What a layer gives for one sample. panels: as the inspector shows it; their numbers are the buffers, layer by layer.

    total: channels that there are, of which the most active are shown.
    """

    layer: str
    title: str
    panels: list[InsidePanel]
    total: int


class SampleInside(TypedDict):
    """One sample: what it is, what the model makes of it, and what its layers give."""

    row: int
    truth: str | None
    outputs: list[OutputTold]
    layers: list[LayerLook]
    more: int


class TriedSample(TypedDict):
    """What the model makes of what was given by hand. seen: what it saw behind the data's steps."""

    seen: list[SampledInput]
    outputs: list[OutputTold]
    layers: list[LayerLook]
    more: int
