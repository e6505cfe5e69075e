"""Bypassed layers: let through on the canvas, left out of what is run, kept in the text."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.experiment import build_model
from kwidgets.document import Document, Refused

from .documents import document, read_again, template
from .strategies import message, paths

LAWS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def bypass(made: Document, *nodes: str, on: bool | None = None) -> dict[str, Any]:
    return made.do({"do": "bypass", "nodes": list(nodes), **({} if on is None else {"bypassed": on})})


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


@LAWS
@given(st.data(), st.integers(1, 12))
def test_reading_what_was_printed_gives_bypassed_layers_back(data: st.DataObject, steps: int) -> None:
    made = template(data.draw(st.sampled_from(["residual", "siamese", "news", "digits_cnn", "linear_regression"])))
    for _ in range(steps):
        nodes = [card["id"] for card in made.graph()["cards"] if "@" in card["id"]] or ["gone@0"]
        other = {"do": "bypass", "nodes": data.draw(st.lists(st.sampled_from(nodes), min_size=1, max_size=2))}
        command = other if data.draw(st.booleans()) else message(data, made)
        if command["do"] == "template":
            continue
        try:
            made.do(command)
        except Refused:
            continue
    assert read_again(made).draft == made.draft
    assert read_again(made, "json").draft == made.draft
    assert made.draft.bypassed.isdisjoint(made.draft.output_names())


@LAWS
@given(st.data())
def test_a_bypass_with_one_value_changed_is_read_or_refused(data: st.DataObject) -> None:
    made = template("residual")
    bypass(made, "batch_normalization_1@0", "activation_1@0", "activation_2@0")
    made.do({"do": "note", "text": "a note", "position": [1, 2]})
    experiment = made.experiment()
    part = data.draw(st.sampled_from(["bypassed", "notes"]))
    path = data.draw(st.sampled_from(paths(experiment[part])))
    value = data.draw(
        st.sampled_from([None, 3, -1, "conv2d_1", "add_1", [], {}, [["add_1", 0, 0, 0, 0]], 10**30, True, 0.5])
    )
    place: Any = experiment
    for key in (part, *path)[:-1]:
        place = place[key]
    place[(part, *path)[-1]] = value
    other = Document()
    try:
        other.do({"do": "paste", "format": "json", "text": json.dumps(experiment)})
    except Refused as refused:
        assert refused.line is not None
        return
    other.graph()
    assert read_again(other).draft == other.draft
