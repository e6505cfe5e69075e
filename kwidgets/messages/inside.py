"""Looking inside the network: what a layer gives, its weights, gradients and units, and the signal on every wire."""

from __future__ import annotations

from typing import Literal, TypedDict

from typing_extensions import NotRequired

InsideWhat = Literal["output", "weights", "gradients", "units", "sample"]
InsideState = Literal["live", "trained", "fresh", "checkpoint"]
SignalSign = Literal["dead", "vanishing", "exploding", "nan"]


class InsidePanel(TypedDict):
    """One picture; its numbers are the buffer of the same number.

    kind: "map", bytes of `height` rows, 0 to 254 from `low` to `high`, 255 for what is no number; "bars" and "histogram",
    float32, a bar each. Below 0 at `low` the scale has two sides. channel: which one it shows, None for no channel. note: on
    its size, in words.
    """

    kind: Literal["map", "bars", "histogram"]
    title: str
    channel: int | None
    width: int
    height: int
    low: float
    high: float
    note: str


class InsideFigure(TypedDict):
    """how: what it was computed from, in words."""

    label: str
    value: str
    how: str


class InsideRow(TypedDict):
    """bad: whether it needs looking after."""

    name: str
    cells: list[str]
    bad: bool


class InsideAnswer(TypedDict):
    """why: why there is nothing to see, in words. total: channels that there are, of which the panels show some from `first` on.

    columns: heads of the rows' cells. code: a line of Python that gives the numbers.
    """

    why: str | None
    state: InsideState
    panels: list[InsidePanel]
    total: int
    first: int
    figures: list[InsideFigure]
    columns: list[str]
    rows: list[InsideRow]
    code: str


class ProbeSample(TypedDict):
    """A sample of the probe. row: of the data. label: its class, or "". text: what it is, where it is no picture."""

    row: int
    label: str
    text: str
    panel: InsidePanel | None


class ProbeAnswer(TypedDict):
    """why: why there is no probe, in words. rows: how many the data have. epochs: those whose weights are kept, counted from 1."""

    why: str | None
    samples: list[ProbeSample]
    rows: int
    epochs: list[int]


class CardSignal(TypedDict):
    """The signal behind a card. forward, backward: its size, None for what is not known or no number. dead: of so many units.

    says: what is wrong with it, in words.
    """

    forward: float | None
    backward: float | None
    dead: int
    units: int
    sign: SignalSign | None
    says: str | None


class SignalsAnswer(TypedDict):
    """why: why there are none, in words. cards: by the card's id. cost: share of the training's time that looking takes."""

    why: str | None
    state: InsideState
    cards: dict[str, CardSignal]
    cost: float | None


class LookInside(TypedDict):
    """sample: its place in the probe. epoch: of the checkpoint, None for now. of: the class that is asked about. tick: not read."""

    node: str
    what: InsideWhat
    sample: int
    epoch: int | None
    first: NotRequired[int]
    sort: NotRequired[bool]
    channel: NotRequired[int | None]
    of: NotRequired[int | None]
    tick: NotRequired[int]


class ProbeOf(TypedDict):
    """rows: the samples that are to be the probe, None for those that it has. tick: not read."""

    rows: NotRequired[list[int] | None]
    tick: NotRequired[int]


class SignalsOf(TypedDict):
    """gradient: whether the gradient is wanted too. tick: not read."""

    gradient: bool
    tick: NotRequired[int]
