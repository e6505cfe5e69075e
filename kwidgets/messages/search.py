"""What the search box finds, and what a command would do to the rest of the graph."""

from __future__ import annotations

from typing import Literal, TypedDict

from .common import Family, Json, Shape, State
from .forms import Field


class SearchRow(TypedDict):
    """One line of the search box. go: the node to go to instead of adding. command: what adding it means.

    section: "fits", "old" (found by an old name), "change" (fits after `change`, or needs what it says), "model" (is in
    the model), "block". unused: what was typed and has no place in this layer, each with its reason.
    """

    section: Literal["fits", "old", "change", "model", "block"]
    class_name: str
    title: str
    family: Family
    line: str
    shape: Shape | None
    settings: dict[str, Json]
    unused: list[str]
    old_name: str | None
    change: str | None
    command: dict[str, Json] | None
    go: str | None


class FoldedRows(TypedDict):
    """Layers that do not fit as they are. count: of all of them, shown or not. at: before which row the others stand."""

    count: int
    at: int


class SearchAnswer(TypedDict):
    """after: title of the layer that a row would be wired to. folded: None where every row is shown anyway."""

    rows: list[SearchRow]
    after: str | None
    folded: FoldedRows | None


class LayerChange(TypedDict):
    """What a command would change of a layer that is there: before and after, None where it stays."""

    title: str
    shapes: list[Shape] | None
    parameters: list[int] | None


class NewLayer(TypedDict):
    """A layer that is about to be added. fields: the settings that matter first. line: as its card would say them."""

    fields: list[Field]
    line: str
    shape: Shape | list[Shape] | None


class LayerShape(TypedDict):
    """A layer that would have a shape, which it has not while something before it is wrong."""

    title: str
    shape: Shape


class PreviewedCard(TypedDict):
    """A card as it would be."""

    title: str
    line: str
    shape: Shape | None
    state: State


class PreviewedWire(TypedDict):
    """A wire that goes. adds: the class of the new layer that would stand there; None where nothing does. shape: what it gives."""

    adds: str | None
    shape: Shape | None


class Preview(TypedDict):
    """What of the canvas would look otherwise, by the ids of cards and wires. gone: cards that would go."""

    cards: dict[str, PreviewedCard]
    wires: dict[str, PreviewedWire]
    gone: list[str]


class Consequences(TypedDict):
    """What a command would do to the rest of the graph, tried on a copy. impossible: why it cannot be carried out.

    layer: the new one, where it makes one. changed: the first layers that would be different, more: how many others.
    parameters: of the model, before and after; None where layers begin or cease to wait, whose parameters nobody knows.
    needs: what the new layer would still lack, a shape or a wire. appear, vanish: sentences about what would become
    wrong, and right. waiting: how many layers would have to wait for any of that. begin: the first that need wait no
    longer, or are right again, begin_more: how many others. effect: in one sentence what is put where and how many others
    change. preview: the same as it looks on the canvas.
    """

    impossible: str | None
    layer: NewLayer | None
    changed: list[LayerChange]
    more: int
    parameters: list[int] | None
    needs: list[str]
    appear: list[str]
    vanish: list[str]
    waiting: int
    begin: list[LayerShape]
    begin_more: int
    effect: str
    preview: Preview
