"""What stands on the canvas: a closed fold hides all that lies in it, at every depth."""

from __future__ import annotations

from engine.layers import Dense
from engine.models import Sequential
from kwidgets import beginning
from kwidgets.document import Document


def blocks(outer: int, inner: int) -> Document:
    """A chain of nested models, each of equal layers; the first one has a name much longer than the others'."""
    model = Sequential(name="deep")
    for number in range(outer):
        name = f"block_{number}" if number else "a_block_with_a_name_that_is_longer_than_those_of_the_others"
        model.add(Sequential([Dense(4, input_shape=(4,), name=f"inner_{layer}") for layer in range(inner)], name=name))
    made = Document()
    made.do(beginning.command_of(model))
    return made


def test_a_closed_fold_hides_the_opened_blocks_in_it() -> None:
    made = blocks(outer=18, inner=3)
    (fold,) = [card["id"] for card in made.graph()["cards"] if card["fold"]]
    cards = made.graph()["order"]
    made.do({"do": "move", "positions": {fold: [800, 600]}})
    made.open_all(True)
    made.open_fold(fold, False)
    assert made.graph()["order"] == cards
    assert made.graph()["head"]["frames"] == []
    assert made.graph()["places"][fold] == [800, 600]
    made.do({"do": "move", "positions": {fold: [820, 600]}})
    assert made.graph()["places"][fold] == [820, 600]


def test_a_closed_fold_hides_the_closed_folds_in_its_blocks() -> None:
    made = blocks(outer=18, inner=18)
    cards = made.graph()["order"]
    (fold,) = [card for card in cards or [] if card.startswith("fold:")]
    made.open_all(True)
    for inner in [frame["id"] for frame in made.graph()["head"]["frames"] if frame["id"].startswith("fold:")]:
        made.open_fold(inner, False)
    assert made.graph()["order"] == cards
    made.open_fold(fold, True)
    assert sum(card["fold"] is not None for card in made.graph()["cards"]) == 18


def test_every_node_has_one_card_unless_it_is_an_opened_block_in_a_frame() -> None:
    made = blocks(outer=18, inner=3)
    for opened in (False, True):
        made.open_all(opened)
        state = made.state()
        frames = {frame["id"] for frame in state.head["frames"]}
        assert frames.isdisjoint(state.cards)
        inside = {card["inside"] for card in state.cards.values()}
        assert inside <= {None, *frames}
        assert (frames == set()) == (not opened)
