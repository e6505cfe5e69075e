"""A draft as plain data and as text: Keras's own dialect, and the same graph when it is read again."""

from __future__ import annotations

import json

import pytest
import yaml

from engine.experiment import build_model, read_experiment
from kwidgets.document.printing import copied, experiment, implied_input, json_text, yaml_text

from .documents import document, read_again, siamese, template


@pytest.mark.parametrize("name", ["digits_cnn", "residual", "siamese", "vgg16"])
def test_both_texts_hold_the_experiment_and_give_the_same_draft(name: str) -> None:
    made = template(name)
    whole = experiment(made.draft)
    assert yaml.safe_load(yaml_text(made.draft)) == json.loads(json_text(made.draft)) == json.loads(json.dumps(whole))
    assert read_again(made).draft == made.draft == read_again(made, "json").draft


def test_a_chain_is_a_sequential_whose_first_layer_holds_the_shape() -> None:
    draft = document("Dense", shape=(4,)).draft
    assert implied_input(draft) is None
    draft = template("digits_cnn").draft.copy()
    whole = experiment(draft)
    assert whole["class_name"] == "Sequential"
    assert build_model(read_experiment(yaml_text(draft))).input_shape == (None, 8, 8, 1)


def test_a_stack_in_pieces_keeps_its_wires_in_the_text() -> None:
    made = document("Dense", "Dense", shape=(4,))
    made.do({"do": "disconnect", "wires": ["dense_2@0#0"]})
    layers = experiment(made.draft)["config"]["layers"]
    assert [entry.get("inbound_nodes") for entry in layers][-1] == [[]]
    assert read_again(made).draft == made.draft


def test_a_text_does_not_share_data_with_the_draft() -> None:
    draft = siamese().draft
    whole = experiment(draft)
    whole["config"]["layers"].clear()
    whole["training"]["epochs"] = -1
    whole["data"]["inputs"]["x"] = "y"
    assert experiment(draft)["training"]["epochs"] > 0 and experiment(draft)["config"]["layers"]
    config = {"a": (1, [2, {"b": (3,)}])}
    assert copied(config) == {"a": [1, [2, {"b": [3]}]]}
    assert config == {"a": (1, [2, {"b": (3,)}])}
