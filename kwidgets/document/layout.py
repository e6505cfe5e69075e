"""The places of cards in a text: [x, y] by node; for what is inside a nested model a table of such under its node.

layout:
  dense_1@0: [0, 120]
  tower@0: {card: [0, 0], inside: {conv_1@0: [40, 40]}}     card: the place of the block's own card, where it has one
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..words import texts as say
from . import nested
from .commands import a_place
from .draft import Draft, outermost, split_node
from .nested import within
from .positions import Place
from .reading_layers import Mistake, Path, with_place

CARD, INSIDE = "card", "inside"


def written(draft: Draft) -> dict[str, Any]:
    """Fresh plain data of the places in a draft."""
    return _written({node: place for node, place in draft.layout.items() if nested.exists(draft, node)})


def _written(places: Mapping[str, Place]) -> dict[str, Any]:
    table: dict[str, Any] = {}
    tops = dict.fromkeys(outermost(node) for node in places)
    for top in tops:
        prefix = within(top, "")
        inner = {node[len(prefix) :]: place for node, place in places.items() if node.startswith(prefix)}
        if not inner:
            table[top] = [*places[top]]
        else:
            card = {CARD: [*places[top]]} if top in places else {}
            table[top] = {**card, INSIDE: _written(inner)}
    return table


def read_layout(draft: Draft, value: Any, known: Mapping[str, Place], where: Path) -> dict[str, Place]:
    """The places that a text gives; those of `known` for nodes that are there, where it gives none."""
    if value is None:
        positions = known
    elif isinstance(value, Mapping):
        positions = _read(draft, value, where)
    else:
        raise Mistake(where, say.LAYOUT_MUST_BE_A_TABLE)
    rank = {node: index for index, node in enumerate(draft.nodes())}
    there = [node for node in positions if nested.exists(draft, node)]
    there.sort(key=lambda node: (rank[outermost(node)], node))
    return {node: positions[node] for node in there}


def _read(draft: Draft, table: Mapping[Any, Any], where: Path) -> dict[str, Place]:
    positions: dict[str, Place] = {}
    for key, value in table.items():
        node, at = str(key), (*where, key)
        if not draft.has(node):
            raise Mistake(at, say.layout_names_no_node(node))
        if not isinstance(value, Mapping):
            positions[node] = with_place(lambda value=value: a_place(value), at)
            continue
        positions.update(_read_block(draft, node, value, at))
    return positions


def _read_block(draft: Draft, node: str, table: Mapping[Any, Any], where: Path) -> dict[str, Place]:
    for key in table:
        if key not in (CARD, INSIDE):
            raise Mistake((*where, key), say.unknown_key(key), say.places_of_a_block(CARD, INSIDE))
    positions: dict[str, Place] = {}
    if CARD in table:
        positions[node] = with_place(lambda: a_place(table[CARD]), (*where, CARD))
    inside = nested.readable(split_node(node)[0], draft.part(node))
    inner = table.get(INSIDE, {})
    if inside is None or not isinstance(inner, Mapping):
        raise Mistake((*where, INSIDE), say.inside_must_be_a_table(INSIDE))
    positions.update({within(node, one): place for one, place in _read(inside.draft, inner, (*where, INSIDE)).items()})
    return positions
