"""What a change does, in a sentence and as marks on the canvas: it is what the change then really does."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kwidgets.document import Refused

from .documents import document, inner, template, tower
from .strategies import message


def cards(made: Any) -> dict[str, Any]:
    return {card["id"]: card for card in made.graph()["cards"]}


@settings(max_examples=60)
@given(st.data())
def test_a_preview_shows_the_cards_as_they_are_afterwards(data: Any) -> None:
    made = template("residual")
    command = message(data, made)
    brings = made.consequences(command)
    if brings["impossible"] is not None:
        return
    before = cards(made)
    try:
        made.do(command)
    except Refused:
        return
    after = cards(made)
    for node, card in brings["preview"]["cards"].items():
        if node in after:
            assert (card["shape"], card["state"]) == (after[node]["shape"] or card["shape"], after[node]["state"])
    for node in before.keys() & after.keys() - brings["preview"]["cards"].keys():
        assert (before[node]["shape"], before[node]["state"]) == (after[node]["shape"], after[node]["state"])


def test_other_layers_are_counted_and_the_changed_one_is_not() -> None:
    made = document("Conv2D", "Flatten", "Dense")
    brings = made.consequences({"do": "set", "layers": ["conv2d_1"], "field": "filters", "value": 7})
    assert brings["effect"] == "1 layer below gets another shape"
    assert [*brings["preview"]["cards"]] == ["conv2d_1@0", "flatten_1@0"]
    brings = made.consequences({"do": "set", "layers": ["dense_1"], "field": "activation", "value": "relu"})
    assert brings["effect"] == "no other layer changes"


@pytest.mark.parametrize(
    ("command", "effect"),
    [
        ({"do": "remove", "nodes": ["flatten_1@0"]}, "takes out 'flatten_1'"),
        ({"do": "add", "class_name": "Dropout", "wire": "dense_1@0#0"}, "puts Dropout before 'dense_1'"),
        ({"do": "add", "class_name": "Dropout", "after": "dense_1@0"}, "adds Dropout"),
    ],
)
def test_what_is_put_where_comes_first(command: dict[str, Any], effect: str) -> None:
    assert document("Conv2D", "Flatten", "Dense").consequences(command)["effect"].startswith(effect)


def test_a_wire_that_gets_a_layer_says_which() -> None:
    made = document("Flatten", "LSTM", shape=(8, 8, 1))
    (problem,) = [one for one in made.problems() if one["severity"] == "error"]
    brings = made.consequences({"do": "mend", "problem": problem["id"], "mend": problem["mends"][0]["id"]})
    assert brings["preview"]["wires"]["lstm_1@0#0"]["adds"] == "Reshape"
    assert brings["preview"]["cards"]["lstm_1@0"]["state"] == "ok"


def test_inside_a_block_the_cards_have_their_long_ids() -> None:
    made = tower()
    brings = made.consequences({"do": "set", "layers": [inner("conv2d_1")], "field": "filters", "value": 7})
    assert inner("conv2d_1@0") in brings["preview"]["cards"]
