"""The places of cards in a text, those inside nested models too."""

from __future__ import annotations

from engine._files.text import read_yaml

from .documents import TOWER, cards, inner, read_again, tower


def test_cards_inside_are_moved_and_their_places_go_into_the_text() -> None:
    made = tower()
    made.do({"do": "move", "positions": {inner("dense_1@0"): [700, 40], "dense_2@0": [700, 300], TOWER: [0, 600]}})
    assert made.state().places[inner("dense_1@0")] == [700.0, 40.0]
    layout = read_yaml(made.text()["yaml"])["layout"]
    assert layout[TOWER] == {"card": [0, 600], "inside": {"dense_1@0": [700, 40]}}
    assert read_again(made).draft.layout == made.draft.layout
    made.do({"do": "arrange"})
    assert made.draft.layout == {}


def test_a_block_is_closed_after_a_card_in_it_was_moved_and_opens_as_it_was() -> None:
    made = tower()
    made.do({"do": "move", "positions": {inner("dense_1@0"): [700, 40]}})
    made.open_fold(TOWER, open=False)
    assert list(cards(made)) == ["input_1@0", TOWER, "dense_2@0"]
    made.open_fold(TOWER)
    assert made.state().places[inner("dense_1@0")] == [700.0, 40.0]
