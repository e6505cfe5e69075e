"""Bypassed layers: let through on the canvas, left out of what is run, kept in the text."""

from __future__ import annotations

import pytest

from engine.experiment import build_model
from kwidgets.document import Refused

from .documents import bypass, document, read_again, template


def test_a_bypassed_layer_lets_its_input_through_and_is_not_in_the_model() -> None:
    made = template("digits_cnn")
    bypass(made, "max_pooling2d_1@0", "dropout_1@0")
    cards = {card["layer"]: card for card in made.graph()["cards"]}
    assert cards["flatten_1"]["shape"] == [None, 8 * 8 * 32]
    assert cards["max_pooling2d_1"]["parameters"] == 0
    config = made.experiment()["config"]
    assert [entry["config"]["name"] for entry in config["layers"]] == [
        "input_1", "conv2d_1", "conv2d_2", "flatten_1", "dense_1", "dense_2",
    ]  # fmt: skip
    assert "dropout" not in made.text()["python"].lower()
    model = build_model(made.experiment())
    assert model.count_params() == made.graph()["head"]["totals"]["parameters"]
    assert read_again(made).draft == made.draft
    assert bypass(made, "dropout_1@0", "max_pooling2d_1@0")["label"] == "switch on 2 layers"
    assert made.draft == template("digits_cnn").draft


def test_the_fault_is_shown_where_what_follows_cannot_take_what_comes_through() -> None:
    made = document("Reshape", "Conv2D", shape=(64,))
    made.do({"do": "set", "layers": ["reshape_1"], "field": "target_shape", "value": [8, 8, 1]})
    bypass(made, "reshape_1@0")
    assert [problem["layer"] for problem in made.problems()] == ["conv2d_1"]
    assert read_again(made).draft == made.draft


@pytest.mark.parametrize(
    ("node", "why"), [("input_1@0", "is an input"), ("add_1@0", "merges several"), ("dense_1@0", "is an output")]
)
def test_what_cannot_be_let_through_is_refused(node: str, why: str) -> None:
    made = template("residual")
    with pytest.raises(Refused, match=why):
        bypass(made, node)


def test_a_bypassed_layer_that_becomes_the_output_works_again() -> None:
    made = document("Dense", "Dense")
    bypass(made, "dense_1@0")
    made.do({"do": "remove", "nodes": ["dense_2@0"]})
    assert made.draft.bypassed == frozenset()
    assert made.draft.output_names() == ["dense_1"]


def test_a_rename_and_a_removal_carry_the_bypass_along() -> None:
    made = document("Dense", "Dropout", "Dense")
    bypass(made, "dropout_1@0")
    made.do({"do": "rename", "layer": "dropout_1", "name": "drop"})
    assert made.draft.bypassed == {"drop"}
    made.do({"do": "remove", "nodes": ["drop@0"]})
    assert made.draft.bypassed == frozenset()
