"""Forms: labels in words, what matters first, what several layers share, what stands inside a wrapper."""

from __future__ import annotations

import pytest

from kwidgets import messages
from kwidgets.document import Document

from .documents import TOWER, document, inner, template, tower


def form(made: Document, *nodes: str) -> messages.Form:
    found = made.form(list(nodes))
    assert found is not None
    return found


def labels(section: messages.Section) -> list[str]:
    return [field["label"] for field in section["fields"]]


def test_a_convolution_shows_what_matters_first_and_the_rest_under_names() -> None:
    found = form(template("digits_cnn"), "conv2d_2@0")
    assert [section["title"] for section in found["sections"]] == ["", "Weights, regularisers, constraints", "More"]
    assert labels(found["sections"][0]) == ["Filters", "Kernel size", "Padding", "Activation", "Strides", "Dilation"]
    assert [field["value"] for field in found["sections"][0]["fields"]][:4] == [32, [3, 3], "same", "relu"]
    assert labels(found["sections"][2]) == ["Channel axis", "Groups"]
    assert (found["title"], found["name"], found["summary"], found["family"]) == (
        "Conv2D",
        "conv2d_2",
        "8×8×32",
        "conv",
    )
    assert found["shape"] == [None, 8, 8, 32]
    assert found["parameters"] == 4640
    assert found["work"] > 500_000
    assert found["memory"] == 8 * 8 * 32 * 4
    assert (found["frozen"], found["bypassed"], found["output"]) == (False, False, False)
    assert [weight["shape"] for weight in found["weights"]] == [[3, 3, 16, 32], [32]]


def test_what_was_changed_is_always_shown_first() -> None:
    made = document("Dense")
    made.do({"do": "set", "layers": ["dense_1"], "field": "kernel_initializer", "value": "he_normal"})
    made.do({"do": "set", "layers": ["dense_1"], "field": "use_bias", "value": False})
    assert labels(form(made, "dense_1@0")["sections"][0]) == ["Units", "Activation", "Use bias", "Kernel initializer"]


def test_several_layers_show_what_two_of_them_share_and_how_values_differ() -> None:
    found = form(template("digits_cnn"), "conv2d_1@0", "conv2d_2@0", "dense_1@0")
    fields = {field["name"]: field for field in found["sections"][0]["fields"]}
    assert (found["title"], found["summary"]) == ("3 layers", "2 Conv2D, 1 Dense")
    assert (fields["filters"]["shared"], fields["filters"]["values"]) == ("2 of 3", "16, 32")
    assert (fields["filters"]["mixed"], fields["filters"]["value"]) == (True, None)
    assert (fields["activation"]["shared"], fields["activation"]["value"]) == ("3 of 3", "relu")
    assert "units" not in fields
    assert found["parameters"] == 160 + 4640 + 32832


def test_a_wrapper_has_the_form_of_the_layer_inside_with_paths() -> None:
    made = template("text_lstm")
    assert form(made, "lstm_1@0")["wrappers"] == ["Bidirectional", "TimeDistributed"]
    made.do({"do": "wrap", "layers": ["lstm_1"], "wrapper": "Bidirectional"})
    found = form(made, "lstm_1@0")
    assert found["wrapper"] == "Bidirectional"
    assert found["inner"] is not None
    assert found["inner"]["title"] == "LSTM"
    for field in [field for section in found["inner"]["sections"] for field in section["fields"]]:
        assert field["name"].startswith("layer.")
        if field["name"] != "layer.trainable":
            made.do({"do": "set", "layers": ["lstm_1"], "field": field["name"], "value": field["value"]})
    assert made.draft.layers["lstm_1"].config == {"layer": {"class_name": "LSTM", "config": {"units": 32}}}
    assert form(made, "dense_1@0")["inner"] is None
    assert form(made, "input_1@0")["wrappers"] == []


def test_a_nested_model_shows_the_usual_settings_of_its_layers() -> None:
    made = template("digits_cnn")
    made.do({"do": "group", "nodes": ["conv2d_1@0", "conv2d_2@0"], "name": "block"})
    sections = form(made, "block@0")["sections"]
    assert [section["title"] for section in sections][-2:] == ["conv2d_1", "conv2d_2"]
    assert sections[-1]["fields"][0]["name"] == "layers.conv2d_2.filters"


def test_a_shared_layer_tells_its_uses() -> None:
    found = form(template("siamese"), "encoder@0")
    assert found["uses"] == [{"node": "encoder@0", "after": ["left"]}, {"node": "encoder@1", "after": ["right"]}]


@pytest.mark.parametrize(
    ("node", "frozen", "bypassed", "output"),
    [("input_1@0", None, None, None), ("dropout_1@0", None, False, False), ("dense_2@0", False, None, True)],
)
def test_what_can_be_held_or_let_through_is_told(node: str, frozen: object, bypassed: object, output: object) -> None:
    found = form(template("digits_cnn"), node)
    assert (found["frozen"], found["bypassed"], found["output"]) == (frozen, bypassed, output)


def test_held_and_bypassed_layers_are_told() -> None:
    made = template("digits_cnn")
    made.do({"do": "freeze", "nodes": ["conv2d_1@0"]})
    made.do({"do": "bypass", "nodes": ["dropout_1@0"]})
    assert form(made, "conv2d_1@0")["frozen"] is True
    assert form(made, "conv2d_1@0", "conv2d_2@0")["frozen"] is False
    assert form(made, "dropout_1@0")["bypassed"] is True


def test_training_has_one_learning_rate_and_the_optimizer_s_other_settings() -> None:
    made = document("Dense")
    made.do({"do": "set_training", "optimizer": {"class_name": "SGD", "config": {"lr": 0.1, "momentum": 0.5}}})
    state = made.training()
    assert state["learning_rate"] == 0.1
    assert {field["name"]: field["value"] for field in state["of_optimizer"]}["momentum"] == 0.5
    fields = [*state["fields"], *state["of_optimizer"]]
    assert all({"label", "mixed", "value", "control"} <= set(field) for field in fields)


def test_form_and_explanation_of_an_inner_layer_are_those_of_a_layer() -> None:
    made = tower()
    form = made.form([inner("dense_1@0")])
    assert form is not None and form["name"] == "dense_1" and form["layers"] == [inner("dense_1")]
    assert form["output"] is None and form["bypassed"] is None and form["parameters"] == 11530
    assert made.why(inner("conv2d_1@0"))["shape"] == [None, 6, 6, 32]
    totals = made.graph()["head"]["totals"]
    made.open_fold(TOWER, open=False)
    assert made.graph()["head"]["totals"] == totals
    closed = made.form([TOWER])
    assert closed is not None and closed["name"] == "tower"
