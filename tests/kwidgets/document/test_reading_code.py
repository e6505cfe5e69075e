"""Programs become documents: the same graph again for what the builder wrote itself, a note for what was read otherwise."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from engine.models import model_from_config
from kwidgets.document import Document, Refused
from kwidgets.document.templates import TEMPLATES

GOLDEN = Path(__file__).parents[2] / "golden"
OLD = """
generator = Sequential([Dense(3, input_dim=4)], name="generator")
model = Sequential()
model.add(Convolution2D(8, 3, 3, border_mode="same", input_shape=(8, 8, 1)))
model.add(Flatten())
model.add(Dense(classes))
model.compile("sgd", "mse")
model.fit(x, y, nb_epoch=20)
"""


def pasted(text: str, form: str = "python", **more: str) -> Document:
    made = Document()
    made.do({"do": "paste", "format": form, "text": text, **more})
    return made


def model_and_settings(made: Document) -> dict[str, Any]:
    """What a document says, its model with all defaults and without an order of layers."""
    experiment = made.experiment()
    config = model_from_config(dict(experiment)).get_config()
    return {"config": _sorted(config), **{key: experiment[key] for key in ("class_name", "training", "data")}}


def _sorted(value: Any) -> Any:
    if isinstance(value, list):
        items = [_sorted(item) for item in value]
        are_layers = items and all(isinstance(item, dict) and "inbound_nodes" in item for item in items)
        return sorted(items, key=lambda item: item["name"]) if are_layers else items
    return {key: _sorted(item) for key, item in value.items()} if isinstance(value, dict) else value


def drawn(seed: int) -> Document:
    """The document of a random model, with its losses and its optimizer."""
    sys.path.insert(0, str(GOLDEN))
    try:
        case = importlib.import_module("random_models").case(seed)
    finally:
        sys.path.remove(str(GOLDEN))
    optimizer, settings = case.optimizer
    losses = {target.name: target.loss for target in case.targets}
    training = {"loss": losses, "optimizer": {"class_name": optimizer, "config": settings}, "seed": seed}
    return pasted(json.dumps({**case.config, "training": training}), "json")


@pytest.mark.parametrize("seed", range(60))
def test_what_was_written_of_a_random_model_gives_the_same_graph_again(seed: int) -> None:
    made = drawn(seed)
    again = pasted(made.text()["python"])
    assert model_and_settings(again) == model_and_settings(made)
    assert again.draft.notes == []


@pytest.mark.parametrize("name", [name for name in TEMPLATES if TEMPLATES[name].size is None])
def test_what_was_written_of_a_template_gives_the_same_graph_again(name: str) -> None:
    made = Document()
    made.do({"do": "template", "name": name})
    again = pasted(made.text()["python"])
    assert model_and_settings(again) == model_and_settings(made)


def test_data_that_were_chosen_come_back() -> None:
    made = Document()
    made.do({"do": "template", "name": "linear_regression"})
    made.do({"do": "set_data", "inputs": {"input_1": "x"}, "targets": {"dense_1": "y"}})
    again = pasted(made.text()["python"]).experiment()["data"]
    assert (again["inputs"], again["targets"]) == ({"input_1": "x"}, {"dense_1": "y"})


def test_a_note_on_the_canvas_says_what_was_read_otherwise() -> None:
    made = pasted(OLD, file="old.py")
    (note,) = made.draft.notes
    assert note["text"].split("\n") == [
        "Read from old.py: model. Nothing of it was run.",
        "Also in it: generator (line 2).",
        "line 4: Convolution2D is Conv2D today.",
        "line 4: Conv2D: Keras 1 spelling; write Conv2D(8, (3, 3), padding='same').",
        "line 6: Dense: it is not known without running the program: classes is not defined in what is read. "
        "1 stands in its place.",
        "line 8: fit: Keras 1 spelling; write fit(epochs=20).",
    ]
    assert made.experiment()["training"]["epochs"] == 20


def test_another_model_of_the_program_is_chosen_by_its_name() -> None:
    made = pasted(OLD, model="generator")
    assert [part.class_name for part in made.draft.layers.values()] == ["InputLayer", "Dense"]
    with pytest.raises(Refused, match="no model named 'discriminator'") as refusal:
        pasted(OLD, model="discriminator")
    assert refusal.value.hint == "It has: generator (line 2), model (line 3)."


def test_a_program_without_a_model_leaves_the_document_as_it_is() -> None:
    made = pasted(OLD)
    before = made.experiment()
    with pytest.raises(Refused, match="a Python program without one"):
        made.do({"do": "paste", "format": "python", "text": "x = 1\n"})
    assert made.experiment() == before


def test_layers_of_a_program_are_pasted_among_others() -> None:
    made = pasted(OLD, model="generator")
    made.do(
        {
            "do": "paste_layers",
            "text": "import keras\nmodel = keras.Sequential([keras.layers.Dropout(0.5), keras.layers.Dense(7)])\n",
        }
    )
    assert [part.class_name for part in made.draft.layers.values()] == ["InputLayer", "Dense", "Dropout", "Dense"]


def test_a_cell_that_is_pasted_on_an_empty_canvas_brings_its_training() -> None:
    made = Document()
    made.do({"do": "paste_layers", "text": OLD})
    assert made.experiment()["training"]["epochs"] == 20
    assert len(made.draft.layers) == 4 and len(made.draft.notes) == 1


def test_a_cell_without_imports_and_names_is_pasted_too() -> None:
    made = pasted(OLD, model="generator")
    made.do({"do": "paste_layers", "text": "train(Sequential([Dense(7, input_shape=(3,))]))"})
    assert len(made.draft.layers) == 4
