"""Outlines round what is open: one rectangle where it holds no other card, else several that hold none.

Cards of a block stand together where the layout can do it; over two columns, or round cards that a person has placed,
other cards stand between them, and one rectangle round all would show these as part of the block.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

from .positions import CARD_HEIGHT, CARD_WIDTH, Box, Place
from .shown import Outline

SIDE, ABOVE, BELOW = 8.0, 24.0, 10.0
# Left, top, right and bottom.
Edges = tuple[float, float, float, float]


def framed(
    outlines: Sequence[Outline], places: Mapping[str, Place], pinned: Set[str]
) -> list[tuple[Outline, tuple[Box, ...]]]:
    """The rectangles of each outline, outer outlines first; the first one of each begins with its first card.

    They hold the cards that were not placed by hand, or all where all were, and the rectangles of outlines within.
    """
    cards = {card: _card(place) for card, place in places.items()}
    pieces: dict[str, list[Edges]] = {}
    for outline in reversed(outlines):
        members = set(outline.cards)
        others = [edges for card, edges in cards.items() if card not in members]
        within = [piece for other in outlines if other.parent == outline.id for piece in pieces[other.id]]
        free = [cards[card] for card in outline.cards if card not in pinned] or [cards[card] for card in outline.cards]
        pieces[outline.id] = [_padded(piece, others) for piece in _pieces([*free, *within], others)]
    return [(outline, tuple(_box(piece) for piece in pieces[outline.id])) for outline in outlines]


def _card(corner: Place) -> Edges:
    return (corner[0], corner[1], corner[0] + CARD_WIDTH, corner[1] + CARD_HEIGHT)


def _box(edges: Edges) -> Box:
    left, top, right, bottom = edges
    return (left, top, right - left, bottom - top)


def _pieces(boxes: Sequence[Edges], others: Sequence[Edges]) -> list[Edges]:
    """Boxes in as few rectangles as come without the others, joined in their order and then wherever two may be one."""
    whole = _round(boxes)
    if _is_free(whole, others):
        return [whole]
    pieces: list[Edges] = []
    for box in boxes:
        wider = _round([pieces[-1], box]) if pieces else box
        if pieces and _is_free(wider, others):
            pieces[-1] = wider
        else:
            pieces.append(box)
    joined: list[Edges] = []
    for piece in pieces:
        partner = next((at for at, one in enumerate(joined) if _is_free(_round([one, piece]), others)), None)
        if partner is None:
            joined.append(piece)
        else:
            joined[partner] = _round([joined[partner], piece])
    return joined


def _round(boxes: Sequence[Edges]) -> Edges:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _is_free(edges: Edges, others: Sequence[Edges]) -> bool:
    left, top, right, bottom = edges
    return not any(a < right and c > left and b < bottom and d > top for a, b, c, d in others)


def _padded(edges: Edges, others: Sequence[Edges]) -> Edges:
    """With room for the title and the line round it, less where another card stands nearer."""
    inner_left, inner_top, inner_right, inner_bottom = edges
    left, top, right, bottom = inner_left - SIDE, inner_top - ABOVE, inner_right + SIDE, inner_bottom + BELOW
    for a, b, c, d in others:
        if not (a < right and c > left and b < bottom and d > top):
            continue
        if d <= inner_top:
            top = d
        elif b >= inner_bottom:
            bottom = b
        elif c <= inner_left:
            left = c
        else:
            right = a
    return left, top, right, bottom
