"""The palette, the forms and the templates."""

from __future__ import annotations

import json

import pytest

from kwidgets.document import Document
from kwidgets.document.catalogue import catalogue
from kwidgets.document.settings import starting_config
from kwidgets.document.templates import TEMPLATES

from .test_commands import document

STATE = catalogue()
LAYERS = [layer for group in STATE["groups"] for layer in group["layers"]]


def test_the_palette_holds_the_layers_of_the_engine_with_help() -> None:
    names = {layer["class_name"] for layer in LAYERS}
    assert {"InputLayer", "Dense", "Activation", "Dropout", "Flatten", "Reshape", "Conv2D", "MaxPooling2D"} <= names
    assert {"BatchNormalization", "Embedding", "LSTM", "Add", "Concatenate"} <= names
    assert all(layer["help"] for layer in LAYERS)
    assert json.loads(json.dumps(STATE)) == STATE
    conv = next(layer for layer in LAYERS if layer["class_name"] == "Conv2D")
    assert "Convolution2D" in conv["old_names"]
    assert {layer["class_name"]: layer["inputs"] for layer in LAYERS}["Add"] == "many"
    assert "mean_squared_error" in STATE["losses"]
    assert "accuracy" in STATE["metrics"]


@pytest.mark.parametrize("class_name", [layer["class_name"] for layer in LAYERS])
def test_every_layer_of_the_palette_can_be_added_and_has_a_form(class_name: str) -> None:
    made = Document()
    made.do({"do": "new", "kind": "Model"})
    node = made.do({"do": "add", "class_name": class_name})["nodes"][0]
    form = made.form([node])
    assert form is not None
    assert all(field["control"]["kind"] for field in form["fields"])
    assert starting_config(class_name, None, None) == made.draft.part(node).config
    for field in form["fields"]:
        if field["value"] is not None:
            made.do({"do": "set", "layers": form["layers"], "field": field["name"], "value": field["value"]})
    assert made.draft.part(node).config == starting_config(class_name, None, None)


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_is_right_as_it_comes(name: str) -> None:
    made = Document()
    made.do({"do": "template", "name": name})
    assert made.problems() == []
    assert made.graph()["totals"]["parameters"] > 0
    assert made.graph()["name"] == name


def test_the_form_of_several_layers_shows_what_they_share() -> None:
    made = document("Dense", "Dense", "Dropout")
    made.do({"do": "set", "layers": ["dense_1"], "field": "units", "value": 3})
    form = made.form(["dense_1@0", "dense_2@0"])
    assert form is not None
    units = next(field for field in form["fields"] if field["name"] == "units")
    assert units["mixed"]
    assert units["old_names"] == ["output_dim"]
    form = made.form(["dense_1@0", "dropout_1@0"])
    assert form is not None
    assert "units" not in [field["name"] for field in form["fields"]]
    assert made.form([]) is None
    assert made.form(["gone@0"]) is None
