"""How a document is shown: which folds and nested models are open, how large the canvas is. None of it is a step of undo."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ..messages import Head, Problem
from ..refused import Refused
from ..words import canvas as say
from ..words import common
from . import canvas_state, nested
from .canvas_state import CanvasState
from .checks import Checkup
from .commands import REPLACING, Message
from .draft import SEPARATOR, Draft
from .folding import PREFIX, Repeat, is_fold
from .placement import CANVAS, TOO_NEAR, Placement, Placer, ShownWire, wires_shown
from .positions import Place, free_place, free_places, snapped
from .shown import Shown, folds_of, shown
from .spread import View, spread

SMALLEST, LARGEST = 240.0, 20_000.0
# Keys of commands that hold one node, and which node stands for a fold under each of them.
FIRST_OF, LAST_OF = ("node", "target"), ("source", "after")


class About(NamedTuple):
    """What the head of the canvas says of the document. undo, redo: what these would do, in words."""

    version: int
    undo: str | None
    redo: str | None
    locked: str | None


class Canvas:
    """Folds, places and the state of the canvas for the drafts of one document."""

    def __init__(self) -> None:
        self._size = CANVAS
        # Nodes of opened folds, and nodes of opened nested models.
        self._opened: set[str] = set()
        self._entered: set[str] = set()
        self._placer = Placer()
        self._folded: dict[str, tuple[Draft, tuple[Repeat, ...]]] = {}
        self._view: tuple[Draft, View, Shown, list[ShownWire]] | None = None
        self._last: CanvasState | None = None

    # What is shown.

    def resize(self, width: float, height: float) -> None:
        """The size of the canvas on the page in pixels; columns are made to fill it."""
        self._size = _limited(width), _limited(height)

    def _folds(self, view: View) -> tuple[Repeat, ...]:
        """The folds of all graphs that are shown; those of a graph are looked for again where it has changed."""
        folded: dict[str, tuple[Draft, tuple[Repeat, ...]]] = {}
        for scope in view.scopes:
            remembered = self._folded.get(scope.prefix)
            same = remembered is not None and remembered[0] is scope.draft
            folded[scope.prefix] = (
                remembered if remembered is not None and same else (scope.draft, folds_of(scope, view))
            )
        self._folded = folded
        return tuple(fold for _, folds in folded.values() for fold in folds)

    def folds(self, draft: Draft) -> tuple[Repeat, ...]:
        """The folds of a draft and of its opened blocks; a graph has none where all of its cards can be shown."""
        return self.shown(draft).folds

    def open_fold(self, draft: Draft, fold: str, *, open: bool) -> None:
        """Opens or closes one fold or nested model (its node). Raises Refused where it is gone or cannot be read."""
        if fold in nested.openable(draft) or (not open and fold in self._entered):
            self._entered = self._entered | {fold} if open else self._entered - {fold}
            self._view = None
            return
        match = next(
            (candidate for candidate in self.folds(draft) if candidate.id == fold or _bare(fold) in candidate.nodes),
            None,
        )
        if match is None and not is_fold(fold) and nested.exists(draft, fold):
            raise Refused(*nested.why_closed(draft, fold))
        if match is None:
            raise Refused(say.NO_SUCH_FOLD, common.CANVAS_IS_REFRESHED)
        self._opened = self._opened | set(match.nodes) if open else self._opened - set(match.nodes)
        self._view = None

    def reveal(self, draft: Draft, node: str) -> None:
        """Opens all blocks and folds that hide a node. Raises Refused where it is gone."""
        self._entered = self._entered | set(nested.blocks_around(nested.a_card(draft, node)))
        self._view = None
        for step in [*nested.blocks_around(node), node]:
            for fold in self.shown(draft).closed.values():
                if step in fold.nodes:
                    self._opened = self._opened | set(fold.nodes)
            self._view = None

    def open_all(self, draft: Draft, *, open: bool) -> None:
        """Opens or closes every fold and every nested model."""
        self._entered = set(nested.openable(draft)) if open else set()
        self._view = None
        self._opened = {node for fold in self.folds(draft) for node in fold.nodes} if open else set()
        self._view = None

    def follow(self, command: Message) -> None:
        """Keeps folds open through a change of names; another model begins with all of them closed."""
        if command["do"] == "rename":
            old, new = str(command.get("layer")), str(command.get("name")).strip()
            block = nested.block_of(old)
            self._renamed(old, new if block is None else nested.within(block, new))
        elif command["do"] in REPLACING:
            self.close_all()

    def _renamed(self, old: str, new: str) -> None:
        """Keeps open what a layer stands in, or what stands in it, while it gets another name."""
        self._opened = {_with_new_name(node, old, new) for node in self._opened}
        self._entered = {_with_new_name(node, old, new) for node in self._entered}

    def close_all(self) -> None:
        """Forgets what was open: another model has come."""
        self._opened, self._entered = set(), set()
        self._view = None

    @property
    def open_nodes(self) -> tuple[frozenset[str], frozenset[str]]:
        """Nodes of opened folds, and nodes of opened nested models."""
        return frozenset(self._opened), frozenset(self._entered)

    @open_nodes.setter
    def open_nodes(self, nodes: tuple[frozenset[str], frozenset[str]]) -> None:
        self._opened, self._entered = set(nodes[0]), set(nodes[1])
        self._view = None

    def shown(self, draft: Draft) -> Shown:
        """The cards that stand for a draft."""
        return self._seen(draft)[2]

    def _seen(self, draft: Draft) -> tuple[Draft, View, Shown, list[ShownWire]]:
        if self._view is None or self._view[0] is not draft:
            view = spread(draft, self._entered)
            cards = shown(view, self._folds(view), self._opened)
            self._view = draft, view, cards, wires_shown(view.draft, cards)
        return self._view

    def placement(self, draft: Draft) -> Placement:
        """Where the cards and wires of a draft stand."""
        _, view, cards, wires = self._seen(draft)
        return self._placer.place(view.draft, cards, wires, self._size)

    def block_at(self, draft: Draft, point: Place) -> str | None:
        """The innermost opened block in whose frame a place of the canvas lies."""
        innermost: str | None = None
        for outline, boxes in self.placement(draft).frames:
            within = (x <= point[0] <= x + width and y <= point[1] <= y + height for x, y, width, height in boxes)
            if outline.block and any(within):
                innermost = outline.id
        return innermost

    def state(
        self, draft: Draft, checkup: Checkup, deep: Checkup, problems: Sequence[Problem], about: About
    ) -> CanvasState:
        """The present state; the one before where nothing is different.

        checkup: of the draft; deep: also of all that is inside its blocks.
        """
        _, view, cards, wires = self._seen(draft)
        placement = self.placement(draft)
        cards_now = canvas_state.cards(view.draft, deep, cards, wires)
        head: Head = {
            "version": about.version,
            "kind": "Sequential" if draft.kind == "Sequential" else "Model",
            "name": draft.name,
            "totals": canvas_state.totals(draft, checkup),
            "undo": about.undo,
            "redo": about.redo,
            "locked": about.locked,
            "folds": len(cards.folds) + sum(1 for _ in nested.openable(draft)),
            "opened": len(cards.opened) + len(view.blocks),
            "frames": canvas_state.frames(view.draft, cards, placement),
            "notes": list(draft.notes),
            "problems": list(problems),
        }
        ways = canvas_state.wires_of(view.draft, deep, cards_now, wires, placement)
        places = {card: [x, y] for card, (x, y) in placement.places.items()}
        serial = 1 if self._last is None else self._last.serial + 1
        state = CanvasState(serial, head, cards_now, ways, places)
        if self._last is None or not canvas_state.same(self._last, state):
            self._last = state
        return self._last

    # Cards in the page's messages, as nodes.

    def nodes_of(self, draft: Draft, cards: Iterable[object]) -> list[str]:
        """Ids of nodes for ids of cards: all nodes of a fold, others as they are."""
        closed = {fold.id: fold for fold in self.folds(draft)}
        nodes: list[str] = []
        for card in cards:
            nodes.extend(closed[card].nodes if isinstance(card, str) and card in closed else [_bare(card)])
        return list(dict.fromkeys(nodes))

    def cards_of(self, draft: Draft, nodes: Iterable[str]) -> list[str]:
        """The cards on which some nodes are; what is no node stays as it is."""
        card_of = self.shown(draft).card_of
        return list(dict.fromkeys(card_of.get(node, node) for node in nodes))

    def addressed(self, draft: Draft, command: Message) -> Message:
        """A command with nodes in the place of folds: all of them in `nodes`, else the one at which a wire would end."""
        meant = dict(command)
        folds = {fold.id: fold for fold in self.folds(draft)}
        for key in (*FIRST_OF, *LAST_OF):
            card = meant.get(key)
            if isinstance(card, str) and is_fold(card):
                fold = folds.get(card)
                meant[key] = _bare(card) if fold is None else fold.nodes[0 if key in FIRST_OF else -1]
        for key in ("positions", "places"):
            if isinstance(places := meant.get(key), dict):
                meant[key] = {_bare(card): place for card, place in places.items()}
        if isinstance(nodes := meant.get("nodes"), (list, tuple)):
            placed = "places" in meant
            meant["nodes"] = [_bare(card) for card in nodes] if placed else self.nodes_of(draft, nodes)
        return meant

    def make_free(self, before: Draft, after: Draft, command: Message) -> None:
        """Moves cards that a command has placed (`after`, changed in place) off those that are shown.

        Places that a person dragged to or dropped on are put on the grid first.
        """
        placed = [node for node, place in after.layout.items() if before.layout.get(node) != place]
        if not placed:
            return
        shown_before, places = self.shown(before), self.placement(before).places
        moved = {shown_before.card_of.get(node, node) for node in placed}
        stays = [place for card, place in places.items() if card not in moved and _is_there(after, shown_before, card)]
        by_hand = "position" in command or "positions" in command
        for node in placed:
            wanted: Place = snapped(after.layout[node]) if by_hand else after.layout[node]
            if not free_places([wanted], stays, TOO_NEAR)[0]:
                wanted = _rounded(free_place(wanted, stays), stays)
            after.layout[node] = wanted
            stays.append(wanted)


def _limited(size: float) -> float:
    return min(max(float(size), SMALLEST), LARGEST)


def _bare(card: object) -> str:
    """The node that a fold's id names, or the id itself."""
    return str(card).removeprefix(PREFIX) if is_fold(card) else str(card)


def _rounded(point: Place, taken: Sequence[Place]) -> Place:
    """The point of the grid beside a free place where that is free too, else the place with one decimal."""
    near = snapped(point)
    return near if free_places([near], taken, TOO_NEAR)[0] else (round(point[0], 1), round(point[1], 1))


def _with_new_name(node: str, old: str, new: str) -> str:
    """An id in which a layer, given with the blocks around it, has another name."""
    match = re.fullmatch(rf"{re.escape(old)}(@\d+(?:{SEPARATOR}.*)?)", node, re.DOTALL)
    return node if match is None else new + match[1]


def _is_there(draft: Draft, shown: Shown, card: str) -> bool:
    fold = shown.closed.get(card)
    return nested.exists(draft, card) if fold is None else any(nested.exists(draft, node) for node in fold.nodes)
