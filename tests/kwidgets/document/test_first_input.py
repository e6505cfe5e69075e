"""The first layer of a model brings its Input with it, of the data's shape or a usual one."""

import numpy as np
import pytest

from kwidgets import Builder
from kwidgets.document import catalogue
from kwidgets.document.document import Document
from kwidgets.document.first_input import input_before
from kwidgets.document.settings import STARTING_LAYERS

ALONE = {"Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate", "Dot", "ScaledAdd"}
ALONE |= {"Attention", "AdditiveAttention"}  # these take several
ALONE |= {"IntegerLookup"}  # it has no vocabulary yet
NAMES = [entry["class_name"] for group in catalogue.layer_groups() for entry in group["layers"]]


@pytest.mark.parametrize("class_name", [name for name in NAMES if name != "InputLayer"])
def test_the_first_layer_of_each_class_stands_behind_an_input_and_is_right(class_name: str) -> None:
    document = Document()
    added = document.do({"do": "add", "class_name": class_name})
    layers = [document.draft.part(node).class_name for node in document.draft.nodes()]
    assert layers == ([class_name] if class_name in ALONE else ["InputLayer", class_name])
    assert [document.draft.part(node).class_name for node in added["nodes"]] == [class_name]
    assert class_name in ALONE or not [p for p in document.problems() if p["severity"] == "error"]
    document.undo()
    assert list(document.draft.nodes()) == []


@pytest.mark.parametrize(
    ("class_name", "shape"),
    [
        ("Dense", [None, 64]),
        ("Embedding", [None, 64]),
        ("LSTM", [None, 20, 8]),
        ("Conv2D", [None, 28, 28, 1]),
        ("Flatten", [None, 28, 28, 1]),
        ("Conv3D", [None, 16, 16, 16, 1]),
        ("ConvLSTM2D", [None, 10, 28, 28, 1]),
    ],
)
def test_the_shape_is_the_usual_one_for_the_kind_and_it_is_said(class_name: str, shape: list[int | None]) -> None:
    document = Document()
    says = document.do({"do": "add", "class_name": class_name}).get("says", "")
    assert document.draft.layers["input_1"].config["batch_input_shape"] == shape
    assert "×".join(str(size) for size in shape[1:]) in says and "samples" in says


def test_texts_are_the_input_of_a_layer_of_texts() -> None:
    document = Document()
    document.do({"do": "add", "class_name": "TextVectorization"})
    assert document.draft.layers["input_1"].config["dtype"] == "string"


def test_the_shape_is_that_of_the_data_where_it_is_known_and_then_nothing_is_said() -> None:
    builder = Builder(arrays={"x": np.zeros((5, 9, 9, 3)), "y": np.zeros((5, 1))}, keep=False)
    reply = builder.document.do({"do": "add", "class_name": "Conv2D"})
    assert builder.document.draft.layers["input_1"].config["batch_input_shape"] == [None, 9, 9, 3]
    assert "says" not in reply


def test_a_layer_that_has_lost_its_input_gets_one_that_fits_by_one_click() -> None:
    for class_name in ("Dense", "Conv2D", "LSTM", *STARTING_LAYERS):
        document = Document()
        document.do({"do": "add", "class_name": class_name})
        document.do({"do": "remove", "nodes": ["input_1@0"]})
        (wanted, mend), *_ = [
            (problem["id"], mend["id"])
            for problem in document.problems()
            for mend in problem["mends"]
            if "Input" in mend["label"]
        ]
        document.do({"do": "mend", "problem": wanted, "mend": mend})
        assert not [p for p in document.problems() if p["severity"] == "error"], class_name


def test_an_input_with_data_is_not_asked_whether_the_layer_fits() -> None:
    document = Document()
    document.do({"do": "add", "class_name": "Dense"})
    part = document.draft.layers["dense_1"]
    assert input_before(part, (7, 3, 2)) == {"batch_input_shape": [None, 3, 2]}
