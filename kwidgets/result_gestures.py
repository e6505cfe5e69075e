"""What comes with the gestures about results (`gestures.py`)."""

from __future__ import annotations

from typing import Literal, TypedDict

from typing_extensions import NotRequired

from .messages import ResultSetName, ResultViewName, TryKind


class ResultsOf(TypedDict):
    """of: the set; without one the best to judge by. output: of several. times: so that it is asked again; not read."""

    of: NotRequired[ResultSetName | None]
    output: NotRequired[str | None]
    times: NotRequired[int]


class OfResults(TypedDict):
    """stamp: how the page knows what it has; not read."""

    of: ResultSetName
    output: str
    stamp: NotRequired[str]


class ViewOf(OfResults):
    """one: the number of a class, for curves. run: the other run."""

    view: ResultViewName
    one: NotRequired[int]
    run: NotRequired[str | None]


class SamplesOf(OfResults):
    """group: what they have in common. true, predicted: numbers of classes, of a cell. first: how many to leave out before."""

    group: Literal["cell", "worst", "gained", "lost", "marked", "near"]
    true: NotRequired[int]
    predicted: NotRequired[int]
    run: NotRequired[str | None]
    first: NotRequired[int]
    rows: NotRequired[list[int]]


class SampleOf(OfResults):
    """row: its number in the set, from 0."""

    row: int


class MarkSamples(TypedDict):
    """rows: numbers in the set, from 0."""

    of: ResultSetName
    rows: list[int]
    marked: bool


class LeaveOut(TypedDict):
    """back: take all of them in again."""

    of: ResultSetName
    back: bool


class TrySample(TypedDict):
    """A sample given by hand. A picture is its message's one buffer, bytes of height, width and 4 colours a pixel.

    row: values of columns, or the numbers of each of several inputs, as they were typed. numbers: of a vector. sample: the one that
    inputs for which nothing was typed are taken from.
    """

    of: ResultSetName
    kind: TryKind
    height: NotRequired[int]
    width: NotRequired[int]
    drawn: NotRequired[bool]
    text: NotRequired[str]
    row: NotRequired[dict[str, str]]
    numbers: NotRequired[str]
    sample: NotRequired[int]


class ResultPicture(ViewOf):
    """A view as a file."""

    format: Literal["png", "svg", "pdf"]
