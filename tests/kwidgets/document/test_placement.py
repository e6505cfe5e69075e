"""Places of cards and ways of wires: pins, what gives way to them, and folds."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine._drawing.routes import Cards
from kwidgets.document import Document, Refused, nested
from kwidgets.document.placement import CARD

from .documents import document
from .strategies import message

Place = tuple[float, float]


def chain(count: int) -> Document:
    """An input and layers behind it, `count` cards in all; no two layers in a row are alike."""
    classes = ["Dense", "Dropout", "BatchNormalization"]
    return document(*(classes[number % 3] for number in range(count - 1)), shape=(6,))


def places(made: Document) -> dict[str, Place]:
    return {card: (x, y) for card, (x, y) in made.graph()["places"].items()}


def overlaps(made: Document) -> list[tuple[str, str]]:
    found = list(places(made).items())
    return [
        (one, other)
        for number, (one, (a, b)) in enumerate(found)
        for other, (c, d) in found[:number]
        if abs(a - c) < CARD[0] and abs(b - d) < CARD[1]
    ]


def crossed(made: Document) -> list[str]:
    """Wires that run under a card."""
    wires = made.graph()["wires"]
    ways = [[(x, y) for x, y in wire["points"]] for wire in wires]
    under = Cards(list(places(made).values()), CARD).crossed(ways)
    return [wire["id"] for wire, hidden in zip(wires, under, strict=True) if hidden]


def test_a_moved_card_is_pinned_on_the_grid_and_the_others_stay() -> None:
    made = document("Flatten", "Dense", "Dense")
    before = places(made)
    made.do({"do": "move", "positions": {"dense_1@0": [503.2, 96.9]}})
    assert made.draft.layout == {"dense_1@0": (500.0, 100.0)}
    assert places(made) == {**before, "dense_1@0": (500.0, 100.0)}
    assert not crossed(made)


@pytest.mark.parametrize("target", ["dense_2@0", "input_1@0"])
def test_a_card_moved_onto_another_stands_beside_it(target: str) -> None:
    made = document("Flatten", "Dense", "Dense")
    wanted = places(made)[target]
    made.do({"do": "move", "positions": {"flatten_1@0": wanted}})
    assert not overlaps(made)
    x, y = places(made)["flatten_1@0"]
    assert abs(x - wanted[0]) + abs(y - wanted[1]) < 260


def test_a_card_dropped_on_another_stands_beside_it_and_stays_there() -> None:
    made = document("Flatten", "Dense")
    made.do({"do": "add", "class_name": "Concatenate", "position": places(made)["dense_1@0"]})
    assert list(made.draft.layout) == ["concatenate_1@0"]
    assert not overlaps(made)


def test_arrange_takes_all_pins_back() -> None:
    made = document("Flatten", "Dense")
    before = places(made)
    made.do({"do": "move", "positions": {"flatten_1@0": [900, 300], "dense_1@0": [0, 500]}})
    made.do({"do": "arrange"})
    assert made.draft.layout == {}
    assert places(made) == before


def test_templates_and_texts_without_a_layout_pin_nothing() -> None:
    made = Document()
    made.do({"do": "template", "name": "digits_cnn"})
    assert made.draft.layout == {}
    fresh = Document()
    fresh.do({"do": "paste", "format": "yaml", "text": made.text()["yaml"]})
    assert fresh.draft.layout == {}


def test_a_text_with_a_place_for_every_node_is_shown_as_it_was() -> None:
    made = document("Flatten", "Dense")
    old = {node: [40.0, 40.0 + 112 * number] for number, node in enumerate(made.draft.nodes())}
    experiment = {**made.experiment(), "layout": old}
    made.do({"do": "paste", "format": "json", "text": json.dumps(experiment)})
    assert places(made) == {node: tuple(place) for node, place in old.items()}


def test_a_layer_added_to_hand_placed_ones_stands_below_them() -> None:
    made = document("Flatten", "Dense")
    made.do({"do": "move", "positions": {"dense_1@0": [800, 400]}})
    made.do({"do": "add", "class_name": "Dropout", "after": "dense_1@0"})
    assert places(made)["dropout_1@0"] == (800.0, 520.0)


def test_a_card_that_is_placed_in_a_block_stands_there_when_the_block_is_opened() -> None:
    made = document("Flatten", "Dense")
    made.do({"do": "group", "nodes": ["dense_1@0"]})
    inside = nested.within("block_1@0", "dense_1@0")
    made.do({"do": "move", "positions": {inside: [700, 300]}})
    assert inside not in places(made)
    made.open_all(True)
    assert inside in places(made) and inside in made.draft.layout


def test_new_columns_fill_the_size_of_the_canvas() -> None:
    made = chain(10)
    assert len({x for x, _ in places(made).values()}) == 2
    made.resize(1400, 300)
    assert len({x for x, _ in places(made).values()}) == 5


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data(), st.integers(1, 16))
def test_whatever_is_done_no_card_lies_on_another_and_no_wire_under_one(data: st.DataObject, steps: int) -> None:
    made = chain(data.draw(st.sampled_from([1, 6, 20])))
    for _ in range(steps):
        command: dict[str, Any] = message(data, made)
        if data.draw(st.booleans()):
            cards = made.state().order or ["gone@0"]
            x, y = data.draw(st.tuples(st.integers(-300, 900), st.integers(-200, 700)))
            command = {"do": "move", "positions": {data.draw(st.sampled_from(cards)): [x, y]}}
        try:
            made.do(command)
        except Refused:
            continue
        if made.state().head["folds"]:
            made.open_all(data.draw(st.booleans()))
        assert not overlaps(made)
        assert not crossed(made)


@given(
    st.integers(2, 12),
    st.lists(
        st.tuples(st.integers(-60, 500), st.integers(-60, 700), st.integers(40, 400), st.integers(40, 300)), max_size=3
    ),
)
@settings(deadline=None)
def test_the_layout_puts_no_card_on_a_note(count: int, notes: list[tuple[int, int, int, int]]) -> None:
    made = chain(count)
    free = places(made)
    for x, y, width, height in notes:
        made.do({"do": "note", "text": "here", "position": [x, y], "size": [width, height]})
    for x, y in places(made).values():
        assert not any(
            x < left + width and left < x + CARD[0] and y < top + height and top < y + CARD[1]
            for left, top, width, height in notes
        )
    assert not overlaps(made) and not crossed(made)
    for note in [note["id"] for note in made.draft.notes]:
        made.do({"do": "remove_note", "note": note})
    assert places(made) == free


def test_a_card_put_on_a_note_by_hand_stays_there() -> None:
    made = chain(3)
    made.do({"do": "note", "text": "here", "position": [500, 100], "size": [300, 200]})
    made.do({"do": "move", "positions": {"dense_1@0": [550, 150]}})
    assert places(made)["dense_1@0"] == (550, 150)


def test_new_nodes_do_not_lie_on_others() -> None:
    made = document("Conv2D", "Flatten", "Dense")
    for after in ("input_1@0", "conv2d_1@0", "input_1@0", "flatten_1@0"):
        made.do({"do": "add", "class_name": "Dropout", "after": after})
    made.do({"do": "add", "class_name": "Dropout", "position": made.graph()["places"]["dense_1@0"]})
    places = list(made.graph()["places"].values())
    apart = [abs(a - c) >= 210 or abs(b - d) >= 70 for i, (a, b) in enumerate(places) for c, d in places[:i]]
    assert len(places) == 9
    assert all(apart)
