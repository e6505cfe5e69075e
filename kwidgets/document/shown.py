"""What stands on the canvas: nodes, closed folds as one card each, and the outlines of what is open."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace

from .draft import SEPARATOR
from .folding import MOST_CARDS, Repeat, repeats
from .spread import Scope, View


@dataclass(frozen=True)
class Outline:
    """The frame round an opened fold or nested model. id: of the fold, or the node of the block. parent: the frame around it."""

    id: str
    cards: tuple[str, ...]
    times: int
    block: bool
    parent: str | None = None


@dataclass(frozen=True)
class Shown:
    """What stands on the canvas. cards: ids in the order of the nodes.

    card_of: the card of each node, also of an opened block that a closed fold hides; an opened block in a frame has none.

    folds: all of them; closed: those that are one card, by its id; opened: the others. outlines: frames of what is
    open, the outer ones first.
    """

    cards: tuple[str, ...]
    card_of: dict[str, str]
    folds: tuple[Repeat, ...]
    closed: dict[str, Repeat]
    opened: tuple[Repeat, ...]
    outlines: tuple[Outline, ...]


def folds_of(scope: Scope, view: View) -> tuple[Repeat, ...]:
    """The folds of one graph, with long ids; none where all of its cards can be shown."""
    if sum(1 for _ in scope.draft.nodes()) <= MOST_CARDS:
        return ()
    folds = (_with_long_ids(fold, scope, view) for fold in repeats(scope.draft))
    return tuple(fold for fold in folds if len(fold.nodes) > 1)


def _with_long_ids(fold: Repeat, scope: Scope, view: View) -> Repeat:
    if not scope.prefix:
        return fold

    def long(nodes: Sequence[str]) -> tuple[str, ...]:
        return tuple(scope.prefix + node for node in nodes if view.shown_nodes(scope.prefix + node))

    return replace(fold, nodes=long(fold.nodes), unit=long(fold.unit))


def shown(view: View, folds: Sequence[Repeat], opened: Set[str]) -> Shown:
    """The cards of a view: folds with a node among `opened` are open, the others are one card."""
    open_folds = tuple(fold for fold in folds if not opened.isdisjoint(fold.nodes))
    closed = {fold.id: fold for fold in folds if opened.isdisjoint(fold.nodes)}
    card_of = {node: node for node in view.draft.nodes()}
    # Folds of outer graphs come last, as they hide the insides of the blocks that they contain.
    for fold in sorted(closed.values(), key=lambda fold: -fold.nodes[0].count(SEPARATOR)):
        card_of.update({node: fold.id for member in fold.nodes for node in view.hidden_with(member)})
    cards = tuple(dict.fromkeys(card_of.values()))
    there = set(cards)
    closed = {name: fold for name, fold in closed.items() if name in there}
    return Shown(cards, card_of, tuple(folds), closed, open_folds, _outlines(view, card_of, open_folds))


def _outlines(view: View, card_of: dict[str, str], open_folds: Sequence[Repeat]) -> tuple[Outline, ...]:
    outlines: list[Outline] = []
    for block in view.blocks:
        if block.id not in card_of:
            cards = tuple(dict.fromkeys(card_of[node] for node in block.nodes))
            outlines.append(Outline(block.id, cards, 1, True))
    for fold in open_folds:
        first = fold.nodes[0]
        if card_of.get(first, first) == first:
            nodes = [node for member in fold.nodes for node in view.shown_nodes(member)]
            cards = tuple(dict.fromkeys(card_of[node] for node in nodes))
            outlines.append(Outline(fold.id, cards, fold.times, False))
    outlines.sort(key=lambda outline: -len(outline.cards))
    return tuple(
        replace(outline, parent=_parent(outline, outlines[:index]))
        for index, outline in enumerate(outlines)
        if outline.cards
    )


def _parent(outline: Outline, larger: Sequence[Outline]) -> str | None:
    cards = set(outline.cards)
    return next((other.id for other in reversed(larger) if cards.issubset(other.cards)), None)
