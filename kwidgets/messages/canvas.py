"""What stands on the canvas, and what changed of it."""

from __future__ import annotations

from typing import Literal, TypedDict

from .common import Family, Kind, Point, Severity, Shape, State, Tried


class Fold(TypedDict):
    """Several nodes shown as one card. times: how often the block repeats."""

    times: int
    nodes: list[str]


class Card(TypedDict):
    """A node of the canvas: one call of a layer, or a fold. Places are sent apart, so that a move is a small message.

    id: "dense_1@0", or "fold:" and the id of its first node. line: the settings that matter. says: the sentence of a
    fault, or what it waits for. short: the fault in the few words that a card has room for. work: floating point
    operations a sample. memory: bytes of its results a sample. uses: how many calls the layer has. inside: the frame in
    which it stands, the innermost. opens: whether its layers can be shown in its place. closed: of a card that holds
    layers which cannot, why, and where they are edited.
    """

    id: str
    layer: str
    call: int
    class_name: str
    title: str
    family: Family
    line: str
    shape: Shape | list[Shape] | None
    parameters: int
    work: int
    memory: int
    inputs: Literal[0, 1, "many"]
    ports: int
    state: State
    says: str | None
    short: str | None
    output: bool
    frozen: bool
    bypassed: bool
    uses: int
    fold: Fold | None
    inside: str | None
    opens: bool
    closed: str | None


class Wire(TypedDict):
    """From the output of card `source` to input `index` of card `target`. points: corners of its way, ends included.

    shape: written on the wire only where it differs from the card above.
    """

    id: str
    source: str
    target: str
    index: int
    shape: Shape | None
    points: list[Point]
    wrong: bool


class Frame(TypedDict):
    """The outline of an opened fold, or of an opened nested model (block): then id is its node. inside: the frame around it.

    more: further rectangles of it (left, top, width, height), where one round all would hold cards that are not in it.
    """

    id: str
    title: str
    times: int
    block: bool
    inside: str | None
    x: float
    y: float
    width: float
    height: float
    more: list[list[float]]


class Note(TypedDict):
    id: str
    text: str
    x: float
    y: float
    width: float
    height: float


class MendOffer(TypedDict):
    """details: what becomes of the layer that it changes. effect: what else it changes, in words.

    tried: whether the changed graph trained a batch, or its shapes alone were found to fit.
    """

    id: str
    label: str
    details: str | None
    effect: str
    tried: Tried


class Problem(TypedDict):
    """node: None for the whole graph. title: the class of the layer, layer: its name; None for the whole graph."""

    id: str
    node: str | None
    layer: str | None
    title: str | None
    sentence: str
    hint: str | None
    severity: Severity
    mends: list[MendOffer]


class Totals(TypedDict):
    """work: floating point operations a sample. memory: bytes of all results a sample. weights: bytes of the weights."""

    layers: int
    parameters: int
    trainable: int
    work: int
    memory: int
    weights: int


class Head(TypedDict):
    """What belongs to the whole graph. locked: why it cannot be edited now. folds: how many can be opened, opened or not."""

    version: int
    kind: Kind
    name: str
    totals: Totals
    undo: str | None
    redo: str | None
    locked: str | None
    folds: int
    opened: int
    frames: list[Frame]
    notes: list[Note]
    problems: list[Problem]


class GraphChange(TypedDict):
    """What changed between two states of the canvas; `before` None: the whole. Lists hold what is new or different.

    order: ids of all cards, where it changed. gone: ids of cards that are no more; gone_wires: of wires.
    """

    kind: Literal["graph"]
    before: int | None
    serial: int
    head: Head | None
    cards: list[Card]
    wires: list[Wire]
    places: dict[str, Point]
    order: list[str] | None
    gone: list[str]
    gone_wires: list[str]
