"""Nested models and wrappers: shapes stay, the way back is exact, what cannot be is said."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.experiment import build_model
from kwidgets.document import Document, Refused

from .documents import document, template

INNER = ["conv2d_2@0", "batch_normalization_1@0", "activation_1@0", "conv2d_3@0", "batch_normalization_2@0", "add_1@0"]


def shapes(made: Document) -> dict[str, Any]:
    return {card["layer"]: card["shape"] for card in made.graph()["cards"]}


def test_a_residual_block_becomes_one_layer_and_comes_back_exactly() -> None:
    made = template("residual")
    parameters = made.graph()["head"]["totals"]["parameters"]
    done = made.do({"do": "group", "nodes": INNER, "name": "block"})
    assert done == {**done, "label": "group 6 layers as 'block'", "nodes": ["block@0"]}
    assert made.problems() == []
    assert shapes(made)["block"] == [None, 8, 8, 16]
    assert made.graph()["head"]["totals"]["parameters"] == parameters
    model = build_model(made.experiment())
    assert model.count_params() == parameters
    assert model.predict(np.zeros((2, 8, 8, 1), "float32")).shape == (2, 10)
    made.do({"do": "ungroup", "node": "block@0"})
    assert made.draft == template("residual").draft


def test_an_output_in_a_block_hands_its_target_and_loss_to_the_block_and_back() -> None:
    made = template("digits_cnn")
    made.do({"do": "set_data", "targets": {"dense_2": "y"}})
    before = made.draft
    made.do({"do": "group", "nodes": ["flatten_1@0", "dense_1@0", "dense_2@0"]})
    assert made.draft.output_names() == ["block_1"]
    assert made.draft.data["targets"] == {"block_1": "y"}
    made.do({"do": "ungroup", "node": "block_1@0"})
    assert made.draft == before


def test_a_block_with_two_results_feeds_both_ways() -> None:
    made = template("news")
    before = shapes(made)
    made.do({"do": "group", "nodes": ["embedding_1@0", "lstm_1@0", "concatenate_1@0"]})
    assert made.problems() == []
    assert {name: shapes(made)[name] for name in ("aux_output", "dense_1")} == {
        name: before[name] for name in ("aux_output", "dense_1")
    }
    assert len(made.draft.sources("block_1@0")) == 2
    text = made.text()
    namespace: dict[str, Any] = {}
    exec(text["python"].partition("model.compile")[0], namespace)  # our own text
    assert namespace["model"].count_params() == build_model(made.experiment()).count_params()
    other = Document()
    other.do({"do": "paste", "format": "yaml", "text": text["yaml"]})
    assert other.draft == made.draft
    made.do({"do": "ungroup", "node": "block_1@0"})
    assert shapes(made) == before


@pytest.mark.parametrize(
    ("nodes", "why"),
    [
        (["conv2d_2@0", "activation_1@0"], "leaves the choice through 'batch_normalization_1'"),
        (["input_1@0", "conv2d_1@0"], "is an input"),
        (["conv2d_2@0", "dense_1@0"], "leaves the choice"),
        ([], "at least one node"),
    ],
)
def test_what_cannot_be_one_block_is_refused(nodes: list[str], why: str) -> None:
    with pytest.raises(Refused, match=why):
        template("residual").do({"do": "group", "nodes": nodes})


def test_layers_that_are_not_connected_or_shared_outside_are_refused() -> None:
    made = template("siamese")
    with pytest.raises(Refused, match="also used outside"):
        made.do({"do": "group", "nodes": ["encoder@0"]})
    made = document("Dense", shape=(4,))
    made.do({"do": "add", "class_name": "Dense", "after": "input_1@0", "beside": True})
    made.do({"do": "add", "class_name": "Dense", "after": "dense_1@0"})
    with pytest.raises(Refused, match="not connected"):
        made.do({"do": "group", "nodes": ["dense_1@0", "dense_2@0"]})
    with pytest.raises(Refused, match="no block"):
        made.do({"do": "ungroup", "node": "dense_1@0"})


def test_a_setting_inside_a_block_is_set_by_its_path() -> None:
    made = template("digits_cnn")
    made.do({"do": "group", "nodes": ["conv2d_1@0", "conv2d_2@0"], "name": "convolutions"})
    path = "layers.conv2d_2.filters"
    done = made.do({"do": "set", "layers": ["convolutions"], "field": path, "value": 5})
    assert done["label"] == "filters 32 → 5"
    assert shapes(made)["convolutions"] == [None, 8, 8, 5]
    for field, value in ((path, -1), ("layers.gone.filters", 3), ("layers.conv2d_2.nothing", 3)):
        with pytest.raises(Refused) as refused:
            made.do({"do": "set", "layers": ["convolutions"], "field": field, "value": value})
        assert refused.value.field == field


def test_a_wrapper_is_put_round_a_layer_and_taken_off_again() -> None:
    made = template("text_lstm")
    before = made.draft
    done = made.do({"do": "wrap", "layers": ["lstm_1"], "wrapper": "Bidirectional"})
    assert done["label"] == "Bidirectional round 'lstm_1'"
    assert shapes(made)["lstm_1"] == [None, 64]
    done = made.do({"do": "set", "layers": ["lstm_1"], "field": "layer.units", "value": 7})
    assert done["label"] == "units 32 → 7"
    assert shapes(made)["lstm_1"] == [None, 14]
    made.do({"do": "set", "layers": ["lstm_1"], "field": "layer.units", "value": 32})
    made.do({"do": "wrap", "layers": ["lstm_1"], "wrapper": None})
    assert made.draft == before
    for layer, wrapper, why in (
        ("lstm_1", None, "has no wrapper"),
        ("dense_1", "Bidirectional", "cannot be put round"),
        ("input_1", "TimeDistributed", "cannot be put round"),
        ("lstm_1", "Sequential", "is one of"),
    ):
        with pytest.raises(Refused, match=why):
            made.do({"do": "wrap", "layers": [layer], "wrapper": wrapper})


def test_a_cell_inside_a_recurrent_layer_is_set_by_its_path() -> None:
    made = document(shape=(5, 3))
    made.do({"do": "add", "class_name": "RNN"})
    made.do({"do": "set", "layers": ["rnn_1"], "field": "cell.units", "value": 9})
    assert shapes(made)["rnn_1"] == [None, 9]
