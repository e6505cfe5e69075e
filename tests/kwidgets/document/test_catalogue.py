"""The palette, the forms and the templates."""

from __future__ import annotations

import json

import pytest

from kwidgets.document import Document
from kwidgets.document.catalogue import catalogue
from kwidgets.document.settings import starting_config
from kwidgets.document.templates import TEMPLATES
from kwidgets.words.palette import EVERYDAY

from .documents import document

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


@pytest.mark.parametrize("class_name", [layer["class_name"] for layer in LAYERS])
def test_every_layer_of_the_palette_can_be_added_and_has_a_form(class_name: str) -> None:
    made = Document()
    made.do({"do": "new", "kind": "Model"})
    node = made.do({"do": "add", "class_name": class_name})["nodes"][0]
    form = made.form([node])
    assert form is not None
    fields = [field for section in form["sections"] for field in section["fields"]]
    assert all(field["control"]["kind"] for field in fields)
    assert starting_config(class_name, None, None) == made.draft.part(node).config
    for field in fields:
        if field["value"] is not None:
            made.do({"do": "set", "layers": form["layers"], "field": field["name"], "value": field["value"]})
    assert made.draft.part(node).config == starting_config(class_name, None, None)


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_is_right_as_it_comes(name: str) -> None:
    made = Document()
    made.do({"do": "template", "name": name})
    assert [problem for problem in made.problems() if problem["severity"] == "error"] == []
    assert made.graph()["head"]["totals"]["parameters"] > 0
    assert made.graph()["head"]["name"] == name


def test_nothing_chosen_has_no_form() -> None:
    made = document("Dense")
    assert made.form([]) is None
    assert made.form(["gone@0"]) is None


def test_the_palette_has_few_groups_with_the_usual_layers_first() -> None:
    groups = {group["title"]: [layer["class_name"] for layer in group["layers"]] for group in STATE["groups"]}
    assert len(groups) <= 12
    assert list(groups)[:4] == ["Core", "Convolution", "Pooling", "Recurrent"]
    assert [names[0] for names in groups.values()] == [
        "InputLayer", "Conv2D", "MaxPooling2D", "LSTM", "Add", "BatchNormalization", "ReLU", "Dropout", "Flatten",
        "Normalization",
    ]  # fmt: skip
    assert set(STATE["often"]) <= {layer["class_name"] for layer in LAYERS}
    assert len({layer["class_name"] for layer in LAYERS}) == len(LAYERS)
    dense = next(layer for layer in LAYERS if layer["class_name"] == "Dense")
    assert dense["family"] == "core"
    assert "fully connected" in dense["words"]


def test_all_words_of_the_search_belong_to_layers_of_the_palette() -> None:
    assert set(EVERYDAY) <= {layer["class_name"] for layer in LAYERS}
