"""Losses and metrics with settings in a document: by a text or a table, in the form, in programs both ways, in training."""

from __future__ import annotations

import pytest

from kwidgets.document import Document, Refused, forms
from kwidgets.document.python_code import written_program
from tests.kwidgets.document.test_reading_code import pasted

PROGRAM = """
from tensorflow import keras
from tensorflow.keras import layers
model = keras.Sequential([keras.Input((4,)), layers.Dense(3, name="classes")])
model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=[keras.metrics.AUC(curve="PR")])
"""


def document() -> Document:
    return pasted(PROGRAM.replace("SparseCategoricalCrossentropy(from_logits=True)", "MeanSquaredError()"))


def loss_of(made: Document) -> object:
    return made.experiment()["training"]["loss"]


def test_a_program_keeps_the_settings_of_its_loss_and_metrics() -> None:
    training = pasted(PROGRAM).experiment()["training"]
    assert training["loss"] == "SparseCategoricalCrossentropy(from_logits=True)"
    assert training["metrics"] == ["AUC(curve='PR')"]


@pytest.mark.parametrize("written", ["Huber(delta=3.0)", {"class_name": "huber", "config": {"delta": 3.0}}])
def test_settings_are_written_as_a_text_or_a_table(written: object) -> None:
    made = document()
    made.do({"do": "set_training", "loss": {"classes": written}})
    assert loss_of(made) == "Huber(delta=3.0)"
    made.do({"do": "set_training", "loss": {"classes": {"class_name": "huber", "config": {"delta": 1.0}}}})
    assert loss_of(made) == "huber"


def test_the_form_shows_the_name_and_its_settings() -> None:
    made = document()
    made.do({"do": "set_training", "loss": "Tversky(alpha=0.3)"})
    shown = forms.training(made.draft)
    assert shown["loss"] == {"classes": "tversky"}
    settings = shown["of_loss"]["classes"]
    assert settings["config"] == {"alpha": 0.3}
    assert {field["name"]: field["value"] for field in settings["fields"]} == {
        "alpha": 0.3, "beta": 0.5, "axis": None, "reduction": "sum_over_batch_size"
    }  # fmt: skip


def test_the_form_shows_the_settings_of_each_metric_and_takes_one_back_within_the_list() -> None:
    made = document()
    made.do(
        {
            "do": "set_training",
            "metrics": ["accuracy", "AUC(curve='PR')", "top_k_categorical_accuracy", "MeanIoU(num_classes=3)"],
        }
    )
    shown = forms.training(made.draft)["of_metrics"]
    assert [one["name"] for one in shown] == ["accuracy", "AUC", "top_k_categorical_accuracy", "MeanIoU"]
    assert (
        shown[0]["fields"] == [] and shown[1]["config"] == {"curve": "PR"} and shown[3]["config"] == {"num_classes": 3}
    )
    assert "name" not in {field["name"] for field in shown[1]["fields"]}
    changed = {"class_name": shown[2]["name"], "config": {**shown[2]["config"], "k": 3}}
    metrics = made.experiment()["training"]["metrics"]
    made.do({"do": "set_training", "metrics": [*metrics[:2], changed, metrics[3]]})
    assert made.experiment()["training"]["metrics"][1:3] == ["AUC(curve='PR')", "TopKCategoricalAccuracy(k=3)"]


def test_wrong_settings_are_refused_with_the_field() -> None:
    made = document()
    with pytest.raises(Refused) as caught:
        made.do({"do": "set_training", "loss": "Huber(delta=-1.0)"})
    assert caught.value.field == "loss" and "delta" in str(caught.value)


@pytest.mark.parametrize(
    ("dialect", "expected"),
    [
        ("engine", "from engine.losses import SparseCategoricalCrossentropy"),
        ("tf.keras", "from tensorflow.keras.losses import SparseCategoricalCrossentropy"),
        ("keras3", "from keras.losses import SparseCategoricalCrossentropy"),
    ],
)
def test_programs_make_an_object_of_the_class(dialect: str, expected: str) -> None:
    text = written_program(pasted(PROGRAM).experiment(), dialect).text
    assert expected in text and "loss=SparseCategoricalCrossentropy(from_logits=True)" in text
    assert "AUC(curve='PR')" in text


@pytest.mark.parametrize("loss", ["dice", "tversky", "ctc", "Tversky(alpha=0.3)"])
def test_a_dialect_without_a_loss_says_so(loss: str) -> None:
    made = document()
    made.do({"do": "set_training", "loss": loss})
    assert loss.partition("(")[0].lower() in written_program(made.experiment(), "tf.keras").text.lower()
    assert "loss=None" in written_program(made.experiment(), "keras2").text
    assert "loss=None" not in written_program(made.experiment(), "keras3").text
