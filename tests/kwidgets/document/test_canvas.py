"""What is open and closed on a canvas, and commands that name what stands there."""

from __future__ import annotations

import pytest

from kwidgets.document import Refused

from .documents import deep, network


def test_a_fold_opens_in_a_frame_and_closes_again_without_a_step_of_undo() -> None:
    made = deep()
    before, version = made.state().cards, made.version
    made.open_fold("fold:dense_4@0")
    state = made.state()
    inside = [card["id"] for card in state.cards.values() if card["inside"] == "fold:dense_4@0"]
    assert inside == ["dense_4@0", "dense_5@0", "dense_6@0"]
    (frame,) = state.head["frames"]
    assert (frame["title"], frame["times"]) == ("Dense", 3)
    for card in state.cards:
        x, y = state.places[card]
        held = frame["x"] < x < frame["x"] + frame["width"] and frame["y"] < y < frame["y"] + frame["height"]
        assert held == (card in inside)
    made.open_fold("fold:dense_4@0", False)
    assert made.state().cards == before
    assert made.version == version
    with pytest.raises(Refused, match="no such fold"):
        made.open_fold("fold:gone@0")


def test_all_folds_open_and_close() -> None:
    made = deep()
    made.open_all()
    assert len(made.state().cards) == 21
    assert made.state().head["opened"] == made.state().head["folds"] == 5
    made.open_all(False)
    assert len(made.state().cards) == 11


def test_an_open_fold_stays_open_while_its_layers_are_changed_and_renamed() -> None:
    made = deep()
    made.open_fold("fold:dense_4@0")
    made.do({"do": "rename", "layer": "dense_4", "name": "first"})
    made.do({"do": "set", "layers": ["dense_6"], "field": "activation", "value": "relu"})
    assert {"first@0", "dense_5@0", "dense_6@0"} <= made.state().cards.keys()
    made.undo()
    assert {"first@0", "dense_5@0", "dense_6@0"} <= made.state().cards.keys()


def test_a_fold_with_a_wrong_layer_says_so() -> None:
    made = network("ResNet50")
    made.do({"do": "set", "layers": ["res3b_branch2c"], "field": "filters", "value": 7})
    cards = {card["title"]: card for card in made.graph()["cards"]}
    assert cards["Stage 3"]["state"] == "wrong"
    assert "28×28×7 from 'bn3b_branch2c'" in (cards["Stage 3"]["says"] or "")
    assert cards["Stage 4"]["state"] == "waiting"
    assert (cards["Stage 4"]["says"] or "").startswith("waits for")


def test_a_command_on_a_fold_means_its_layers() -> None:
    made = deep()
    made.do({"do": "move", "positions": {"fold:dense_4@0": [1000, 300]}})
    assert made.draft.layout == {"dense_4@0": (1000.0, 300.0)}
    assert made.state().places["fold:dense_4@0"] == [1000.0, 300.0]
    made.do({"do": "add", "class_name": "Flatten", "after": "fold:dense_4@0"})
    assert made.draft.sources("flatten_1@0")[0].layer == "dense_6"
    made.do({"do": "remove", "nodes": ["fold:dense_4@0"]})
    assert not {"dense_4", "dense_5", "dense_6"} & made.draft.layers.keys()
    assert made.form(["fold:dense_1@0"]) is not None
