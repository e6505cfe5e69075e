"""Why a shape is what it is, as the builder tells it."""

from __future__ import annotations

from kwidgets.document import Document
from kwidgets.document.checks import Checker
from kwidgets.document.why import why
from kwidgets.messages import Why

from .documents import document


def told(made: Document, node: str) -> Why:
    return why(made.draft, Checker().check(made.draft), node)


def test_a_layer_is_explained_with_this_graphs_numbers() -> None:
    made = document("Conv2D", "Flatten", shape=(8, 8, 1))
    made.do({"do": "set", "layers": ["conv2d_1"], "field": "padding", "value": "valid"})
    made.do({"do": "set", "layers": ["conv2d_1"], "field": "kernel_size", "value": [3, 3]})
    made.do({"do": "set", "layers": ["conv2d_1"], "field": "filters", "value": 4})
    assert told(made, "conv2d_1@0") == {
        "shape": [None, 6, 6, 4],
        "lines": [
            "padding is `valid`, kernel 3, strides 1: height floor((8 - 3) / 1) + 1 = 6, width the same",
            "channels = filters = 4",
        ],
    }
    assert told(made, "flatten_1@0")["lines"] == ["all axes but the batch become one: 6 * 6 * 4 = 144"]
    assert "was given" in told(made, "input_1@0")["lines"][0]


def test_several_outputs_have_several_shapes() -> None:
    made = document("LSTM", shape=(5, 3))
    draft = made.draft.copy()
    part = draft.layers["lstm_1"]
    draft.layers["lstm_1"] = type(part)(part.class_name, {**part.config, "units": 4, "return_state": True}, part.calls)
    found = why(draft, Checker().check(draft), "lstm_1@0")
    assert found["shape"] == [[None, 4], [None, 4], [None, 4]]
    assert any("return_state is on" in line for line in found["lines"])


def test_a_node_without_a_shape_says_what_it_lacks() -> None:
    made = document("Conv2D", "Flatten", shape=(20,))
    wrong, waiting = told(made, "conv2d_1@0"), told(made, "flatten_1@0")
    assert wrong["shape"] is None
    assert "20 numbers" in wrong["lines"][0]
    assert waiting == {"shape": None, "lines": ["It waits for 'conv2d_1', which is not right yet."]}


def test_a_bypassed_layer_hands_on_what_comes_in() -> None:
    made = document("Dense", "Dense", "Dense", shape=(10,))
    draft = made.draft.copy()
    draft.bypassed = frozenset({"dense_2"})
    found = why(draft, Checker().check(draft), "dense_2@0")
    assert found["lines"] == [f"bypassed: it hands on what comes in, {(None, *found['shape'][1:])}"]
