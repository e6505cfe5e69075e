"""Where cards and wires of the canvas stand: pins where a person has put them, all else wrapped as text is.

A pinned card keeps its position in the layout, so that moving one card leaves the others where they are. Cards that the
layout would put on a pinned one or on a note give way to the nearest free place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.describe.diagram import Cards, Wire, Wrapped, completed, connected_parts, ends_of, wrap

from .draft import Draft, Source, wire_id
from .framing import framed
from .positions import CARD_HEIGHT, CARD_WIDTH, Box, Place, free_place, free_places, overlapping
from .shown import Outline, Shown

CARD = (CARD_WIDTH, CARD_HEIGHT)
# The part of the page between palette and inspector, until the page sends its size.
CANVAS = (690.0, 556.0)
# A card that the layout puts nearer to a pinned one than this is moved.
TOO_NEAR = 12.0


@dataclass(frozen=True)
class ShownWire:
    """A wire between two cards. node: whose output it brings; index: the input of the target card, of `ports`."""

    id: str
    source: str
    target: str
    index: int
    ports: int
    output: Source
    node: str


@dataclass(frozen=True)
class Placement:
    """places: top-left corners of the cards. routes: corners of the wires' ways, by the wire's id.

    frames: the rectangles round what is open.
    """

    places: dict[str, Place]
    routes: dict[str, list[Place]]
    frames: list[tuple[Outline, tuple[Box, ...]]]


def wires_shown(draft: Draft, shown: Shown) -> list[ShownWire]:
    """Wires between cards; what comes into a closed fold from one output is one wire."""
    entering: dict[str, list[tuple[str, Source, str]]] = {card: [] for card in shown.cards}
    seen: set[tuple[str, str, int]] = set()
    for node in draft.nodes():
        card = shown.card_of[node]
        for index, source in enumerate(draft.sources(node)):
            if card in shown.closed:
                key = card, source.node, source.tensor
                if shown.card_of[source.node] == card or key in seen:
                    continue
                seen.add(key)
            entering[card].append((wire_id(node, index), source, node))
    return [
        ShownWire(wire, shown.card_of[source.node], card, index, len(wires), source, node)
        for card, wires in entering.items()
        for index, (wire, source, node) in enumerate(wires)
    ]


@dataclass(frozen=True)
class _Graph:
    """What the layout depends on: cards by number."""

    count: int
    wires: tuple[Wire, ...]
    groups: tuple[tuple[int, ...], ...]
    canvas: tuple[float, float]


class Placer:
    """Places cards; the layout is computed again only when cards, wires, folds or the canvas have changed."""

    def __init__(self) -> None:
        self._known: tuple[_Graph, Wrapped] | None = None
        self._routes: dict[str, list[Place]] = {}

    def place(
        self,
        draft: Draft,
        shown: Shown,
        wires: Sequence[ShownWire],
        canvas: tuple[float, float] = CANVAS,
    ) -> Placement:
        """Places of all cards and ways of all wires; canvas: its width and height in pixels."""
        index_of = {card: index for index, card in enumerate(shown.cards)}
        lines = [Wire(index_of[w.source], index_of[w.target], (w.index + 1) / (w.ports + 1)) for w in wires]
        pins = self._pins(draft, shown)
        flowing = self._flowing(len(index_of), lines, {index_of[card] for card in pins})
        laid_out, routes = self._wrapped(shown, index_of, lines, flowing, canvas)
        notes = [(note["x"], note["y"], note["width"], note["height"]) for note in draft.notes]
        places = _resolved(pins, {shown.cards[card]: place for card, place in laid_out.items()}, notes)
        corners = [places[card] for card in shown.cards]
        moved = {card for card, place in enumerate(corners) if laid_out.get(card) != place}
        ways = self._ways(wires, lines, routes, corners, moved)
        self._routes = {wire.id: way for wire, way in zip(wires, ways, strict=True)}
        ordered = {card: places[card] for card in shown.cards}
        return Placement(ordered, self._routes, framed(shown.outlines, ordered, pins.keys()))

    def _pins(self, draft: Draft, shown: Shown) -> dict[str, Place]:
        """Pinned cards; a closed fold stands where its first node is pinned. What is in closed blocks is no card."""
        first = {fold.nodes[0] for fold in shown.closed.values()}
        return {
            card: place
            for node, place in draft.layout.items()
            if (card := shown.card_of.get(node)) is not None and (card == node or node in first)
        }

    def _flowing(self, count: int, lines: Sequence[Wire], pinned: set[int]) -> list[int]:
        """Cards that the layout places: parts of the graph of which not every card is pinned."""
        if not pinned:
            return list(range(count))
        parts = connected_parts(count, [(line.source, line.target) for line in lines])
        return sorted(card for part in parts if not pinned.issuperset(part) for card in part)

    def _wrapped(
        self,
        shown: Shown,
        index_of: Mapping[str, int],
        lines: Sequence[Wire],
        flowing: Sequence[int],
        canvas: tuple[float, float],
    ) -> tuple[dict[int, Place], list[list[Place]]]:
        """Slots by card, and a way for each wire, [] where the layout has none."""
        local = {card: index for index, card in enumerate(flowing)}
        inner = [line for line in lines if line.source in local]
        graph = _Graph(
            len(flowing),
            tuple(Wire(local[line.source], local[line.target], line.port) for line in inner),
            tuple(
                members
                for outline in shown.outlines
                if (members := tuple(local[index_of[card]] for card in outline.cards if index_of[card] in local))
            ),
            canvas,
        )
        if self._known is None or self._known[0] != graph:
            self._known = graph, wrap(graph.count, graph.wires, graph.groups, canvas, CARD)
        wrapped = self._known[1]
        routes = iter(wrapped.routes)
        return (
            {card: wrapped.places[position] for card, position in local.items()},
            [list(next(routes)) if line.source in local else [] for line in lines],
        )

    def _ways(
        self,
        wires: Sequence[ShownWire],
        lines: Sequence[Wire],
        routes: list[list[Place]],
        corners: Sequence[Place],
        moved: set[int],
    ) -> list[list[Place]]:
        """The layout's ways where both ends stand where it put them and no moved card on them; else the old or new ones."""
        if not moved and all(routes):
            return routes
        in_the_way = Cards([corners[card] for card in moved], CARD)
        doubtful: set[int] = set()
        for index, crossed in enumerate(in_the_way.crossed(routes)):
            line = lines[index]
            if crossed or not routes[index] or line.source in moved or line.target in moved:
                old = self._routes.get(wires[index].id, [])
                still_fits = bool(old) and (old[0], old[-1]) == ends_of(line, corners, CARD)
                routes[index] = old if still_fits else []
                doubtful.add(index)
        return completed(lines, corners, routes, CARD, doubtful)


def _resolved(pins: Mapping[str, Place], laid_out: Mapping[str, Place], notes: Sequence[Box]) -> dict[str, Place]:
    """Places at which no card lies on another: pins first, then what they and the notes leave free."""
    places = dict(pins)
    for card in overlapping(pins):
        del places[card]
        places[card] = free_place(pins[card], places.values())
    moved = [place for card, place in places.items() if laid_out.get(card) != place]
    left = {card: position for card, position in laid_out.items() if card not in pins}
    free = dict(zip(left, free_places(list(left.values()), moved, TOO_NEAR, notes), strict=True))
    places |= {card: position for card, position in left.items() if free[card]}
    for card, position in left.items():
        if not free[card]:
            places[card] = free_place(position, places.values(), notes=notes)
    return places
