"""Looking inside the network: what a layer gives, its weights, gradients and units, and the signal on every wire."""

from __future__ import annotations

from typing import Literal, TypedDict

from typing_extensions import NotRequired

InsideWhat = Literal["output", "weights", "gradients", "units", "sample"]
InsideState = Literal["live", "trained", "fresh", "checkpoint"]
SignalSign = Literal["dead", "vanishing", "exploding", "nan"]
StepDirection = Literal["forward", "backward"]
StepSource = Literal["probe", "waiting", "bad"]


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
    """busy: it is still computed, so there is nothing yet, and it is to be asked again. why: why there is nothing to see, in words.

    total: channels that there are, of which the panels show some from `first` on; of a sample, the classes to ask about.

    columns: heads of the rows' cells. code: a line of Python that gives the numbers. rest: seconds after which a page that looks on
    while it trains may ask again.
    """

    busy: bool
    why: str | None
    state: InsideState
    rest: float
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

    says: what is wrong with it, in words. hint: what it may come from, and what helps.
    """

    forward: float | None
    backward: float | None
    dead: int
    units: int
    sign: SignalSign | None
    says: str | None
    hint: str | None


class SignalsAnswer(TypedDict):
    """busy: they are still computed. why: why there are none, in words. cards: by the card's id.

    cost: share of the training's time that looking takes.
    """

    busy: bool
    why: str | None
    state: InsideState
    cards: dict[str, CardSignal]
    cost: float | None


class LookInside(TypedDict):
    """sample: its place in the probe. epoch: of the checkpoint, None for now. of: the class that is asked about. tick: not read.

    take: another number has it computed anew.
    """

    node: str
    what: InsideWhat
    sample: int
    epoch: int | None
    first: NotRequired[int]
    sort: NotRequired[bool]
    channel: NotRequired[int | None]
    of: NotRequired[int | None]
    take: NotRequired[int]
    tick: NotRequired[int]


class ProbeOf(TypedDict):
    """rows: the samples that are to be the probe, None for those that it has. tick: not read."""

    rows: NotRequired[list[int] | None]
    tick: NotRequired[int]


class SignalsOf(TypedDict):
    """gradient: whether the gradient is wanted too. tick: not read."""

    gradient: bool
    tick: NotRequired[int]


class StepsOf(TypedDict):
    """A step of a batch, layer by layer. source: which batch, None for the best there is. place: of the step that is shown.

    sample: its place in the batch. take: another number has the batch computed anew. first, sort, channel: of its channels.
    """

    source: StepSource | None
    place: int
    sample: int
    take: int
    first: NotRequired[int]
    sort: NotRequired[bool]
    channel: NotRequired[int | None]


class StepEntry(TypedDict):
    """What one layer computes, in short. node: its card, None where it has none. size: RMS, None of what is no number or not there.

    bad: whether there are values that are no numbers.
    """

    name: str
    node: str | None
    direction: StepDirection
    size: float | None
    bad: bool


class StepSourceEntry(TypedDict):
    """about: which batch it is, in words."""

    source: StepSource
    about: str


class StepsAnswer(TypedDict):
    """The step of a batch. busy: it is still computed. sources: batches that there are. steps: forward, then backward.

    place: which one the panels show. samples: of the batch. loss: of the batch, as text. bad: where the first number that is none
    comes up, in words; bad_sample: in which sample, None for none. The rest is as in `InsideAnswer`.
    """

    busy: bool
    sources: list[StepSourceEntry]
    source: StepSource
    steps: list[StepEntry]
    place: int
    samples: int
    loss: str
    bad: str | None
    bad_sample: int | None
    why: str | None
    panels: list[InsidePanel]
    total: int
    first: int
    figures: list[InsideFigure]
    columns: list[str]
    rows: list[InsideRow]
    code: str


class BreakSettings(TypedDict):
    """Before which batches a training pauses, None and False for never; keeps_bad: whether the first bad batch is kept."""

    gradient_norm_above: float | None
    loss_above: float | None
    loss_is_nan: bool
    class_in_batch: int | None
    each_batch: bool
    keeps_bad: bool


class BreaksOf(TypedDict):
    """set: what is to hold; without it nothing changes."""

    set: NotRequired[BreakSettings]


class BreaksAnswer(TypedDict):
    """live: whether a training looks for these already. waiting: before which batch it waits and why, in words.

    bad: the first bad batch, likewise.
    """

    settings: BreakSettings
    live: bool
    waiting: str | None
    bad: str | None


class SinceEpoch(TypedDict):
    """text: what was wrong with the card after the epoch, in words."""

    epoch: int
    sign: SignalSign | None
    text: str


class SinceAnswer(TypedDict):
    """Since when something is wrong with a card. epochs: those whose weights are kept, at most 16 of them."""

    says: str
    epochs: list[SinceEpoch]
