"""What comes with the gestures that change the graph (`gestures.py`): layers, wires, groups, notes, blocks."""

from __future__ import annotations

from typing import Literal, TypedDict

from typing_extensions import NotRequired

from .messages import Json, Point


class Add(TypedDict):
    """beside: do not take over what `after` feeds already. wire: put it on this wire. position: a place of the canvas."""

    class_name: str
    settings: NotRequired[dict[str, Json]]
    after: NotRequired[str | None]
    wire: NotRequired[str | None]
    position: NotRequired[Point | None]
    beside: NotRequired[bool]


class AddWith(Add):
    """before: layers to put in front; set: settings of the layer before to change."""

    before: NotRequired[Json]
    set: NotRequired[Json]


class Remove(TypedDict):
    nodes: list[str]
    heal: NotRequired[bool]


class PasteLayers(TypedDict):
    text: str
    after: NotRequired[str | None]
    wire: NotRequired[str | None]
    position: NotRequired[Point | None]


class Connect(TypedDict):
    source: str
    target: str
    index: NotRequired[int | None]


class Merge(TypedDict):
    """merge: the class of the layer that joins both wires, where the target has one already."""

    source: str
    target: str
    merge: str


class Ends(TypedDict):
    source: str
    target: str


class SomeWires(TypedDict):
    wires: list[str]


class Reorder(TypedDict):
    node: str
    after: str | None


class Insert(TypedDict):
    """node: a node that has no wire yet."""

    node: str
    wire: str


class UseAgain(TypedDict):
    node: str
    position: NotRequired[Point | None]


class Move(TypedDict):
    positions: dict[str, Point]


class Align(TypedDict):
    nodes: list[str]
    side: Literal["left", "right", "top", "bottom", "center", "middle"]
    places: dict[str, Point]


class Distribute(TypedDict):
    nodes: list[str]
    axis: Literal["horizontal", "vertical"]
    places: dict[str, Point]


class MarkOutput(TypedDict):
    node: str
    output: bool


class Replace(TypedDict):
    node: str
    class_name: str


class Freeze(TypedDict):
    nodes: list[str]
    frozen: NotRequired[bool]


class Bypass(TypedDict):
    nodes: list[str]
    bypassed: NotRequired[bool]


class Group(TypedDict):
    nodes: list[str]
    name: NotRequired[str]


class Wrap(TypedDict):
    layers: list[str]
    wrapper: str | None


class SetField(TypedDict):
    layers: list[str]
    field: str
    value: Json


class Rename(TypedDict):
    layer: str
    name: Json


class AddNote(TypedDict):
    text: str
    position: Point


class SetNote(TypedDict):
    note: str
    text: NotRequired[str]
    position: NotRequired[Point]
    size: NotRequired[Point]


class ApplyMend(TypedDict):
    problem: str
    mend: str


class AddBlock(TypedDict):
    name: str
    after: NotRequired[str | None]
    wire: NotRequired[str | None]
    position: NotRequired[Point | None]


class SaveBlock(TypedDict):
    nodes: list[str]
    name: NotRequired[str]
