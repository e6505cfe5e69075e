"""The settings of training are declared once: the experiment, the document, the page's form and the docs agree on each."""

import re
import typing
from typing import Any

import pytest

from engine.describe.classes import declared_fields
from engine.errors import EngineError
from engine.experiment import DEFAULTS, TrainingSettings, read_experiment, read_yaml, training_of, write_experiment
from kwidgets import gestures
from kwidgets.document import Document, Refused
from tests import training_table

from .documents import document, pasted

SETTINGS = declared_fields(TrainingSettings)
LEARNING_RATE = "learning_rate"
BAD = [(name, bad) for name, setting in SETTINGS.items() for bad in setting.rule.bad]
# Allowed values other than the defaults, of every setting.
OTHERS: dict[str, Any] = {
    "optimizer": {"class_name": "SGD", "config": {"lr": 0.5}},
    "loss": "mean_absolute_error",
    "metrics": ["accuracy", "mse"],
    "epochs": 10**9,
    "batch_size": 1,
    "validation_split": 0.99,
    "shuffle": False,
    "seed": 2**32 - 1,
    "device": "gpu:1",
    "precision": "tf32",
    "processes": 4,
    "terminate_on_nan": False,
}


def fields_of(made: Document) -> dict[str, dict[str, Any]]:
    return {field["name"]: dict(field) for field in made.training()["fields"]}


def with_training(training: dict[str, Any]) -> str:
    return write_experiment({**document("Dense").experiment(), "training": training})


def test_every_declared_setting_is_known_to_the_experiment_the_document_the_form_and_the_page() -> None:
    made = document("Dense")
    assert list(training_of({})) == list(DEFAULTS) == list(made.draft.training) == list(SETTINGS) == list(OTHERS)
    assert list(fields_of(made)) == [*SETTINGS, LEARNING_RATE]
    asked = typing.get_type_hints(gestures.SetTraining)
    # The share that is kept for validation is a matter of data, on the page too.
    assert {*asked, "validation_split"} == {*SETTINGS, LEARNING_RATE}


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_has_the_same_default_help_and_limits_everywhere(name: str) -> None:
    setting, field = SETTINGS[name], fields_of(document("Dense"))[name]
    assert setting.help and field["help"] == setting.help
    limits = {key: value for key, value in setting.rule.control.items() if key != "options"}
    assert {key: value for key, value in field["control"].items() if key != "options"} == limits
    default = setting.default["class_name"] if name == "optimizer" else setting.default
    assert field["default"] == default and training_of({})[name] == setting.default
    assert pasted(with_training({})).draft.training[name] == setting.default
    assert f"| `{name}` | {setting.help} |" in training_table.TARGET.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", SETTINGS)
def test_an_allowed_value_is_taken_by_the_document_and_by_the_experiment_alike(name: str) -> None:
    made = document("Dense")
    made.do({"do": "set_training", name: OTHERS[name]})
    assert training_of(made.experiment())[name] == made.draft.training[name] == OTHERS[name]
    shown = OTHERS[name]["class_name"] if name == "optimizer" else OTHERS[name]
    assert fields_of(made)[name]["value"] == shown
    assert pasted(made.text()["yaml"]).draft.training == made.draft.training


@pytest.mark.parametrize(("name", "bad"), BAD)
def test_a_bad_value_is_refused_by_the_experiment_and_by_the_document_with_the_setting_s_name(
    name: str, bad: Any
) -> None:
    with pytest.raises(EngineError, match=f"training, {name}"):
        training_of({"training": {name: bad}})
    made = document("Dense")
    before = made.draft
    with pytest.raises(Refused, match=f"'{name}' must be {re.escape(SETTINGS[name].rule.sentence)}, not ") as refused:
        made.do({"do": "set_training", name: bad})
    assert refused.value.field == name and made.draft is before


@pytest.mark.parametrize(
    ("name", "bad", "sentence"),
    [
        ("epochs", 0, "'epochs' must be a whole number from 1 to 1,000,000,000, not 0."),
        ("batch_size", 2.5, "'batch_size' must be a whole number from 1 to 1,000,000,000, not 2.5."),
        ("validation_split", 1, "'validation_split' must be a number from 0 to below 1, not 1."),
        ("seed", 2**32, "'seed' must be a whole number from 0 to 4,294,967,295, or None, not 4294967296."),
        ("shuffle", "yes", "'shuffle' must be True or False, not 'yes'."),
        ("terminate_on_nan", None, "'terminate_on_nan' must be True or False, not None."),
        ("metrics", "mae", "'metrics' must be a list of names, not 'mae'."),
        ("loss", "nonsense", "There is no loss named 'nonsense'."),
        ("loss", ["mse"], "A loss is chosen by its name, not by ['mse']."),
        ("loss", {"other": "mse"}, "The model has no output named 'other'."),
        ("optimizer", {"class_name": "Adam", "config": {"rate": 1}}, "Adam has no setting 'rate'."),
    ],
)
def test_a_refusal_says_what_is_allowed_in_a_command_and_in_a_text(name: str, bad: Any, sentence: str) -> None:
    made = document("Dense")
    for command in (
        {"do": "set_training", name: bad},
        {"do": "paste", "format": "yaml", "text": with_training({name: bad})},
    ):
        with pytest.raises(Refused) as refused:
            made.do(command)
        assert refused.value.why == sentence and refused.value.field == name


def test_a_new_document_has_a_seed_and_a_text_without_one_stays_without() -> None:
    made = Document()
    assert made.draft.training == {**DEFAULTS, "seed": 0} and "seed: 0" in made.text()["yaml"]
    read = pasted(with_training({"epochs": 3})).draft
    assert read.training == {**DEFAULTS, "epochs": 3} and fields_of(Document(read))["seed"]["value"] is None
    assert pasted(Document(read).text()["yaml"]).draft.training["seed"] is None


def test_two_documents_never_share_a_default() -> None:
    training_of({})["metrics"].append("mae")
    training_of({})["optimizer"]["config"]["lr"] = 5
    assert training_of({})["metrics"] == [] and training_of({})["optimizer"]["config"] == {}


def test_the_form_writes_no_loss_for_an_output_that_has_none_and_keeps_the_others() -> None:
    made = Document()
    made.do({"do": "template", "name": "siamese"})
    output = next(iter(made.training()["loss"]))
    made.do({"do": "set_training", "loss": {output: None}})
    assert made.training()["loss"][output] is None
    made.do({"do": "set_training", "loss": {output: "mse"}})
    assert made.training()["loss"][output] == "mse"


def test_the_table_in_the_docs_is_up_to_date_and_its_example_is_an_experiment() -> None:
    written = training_table.TARGET.read_text(encoding="utf-8")
    assert written == training_table.text(), "run `python -m tests.training_table`"
    example = written.partition("```yaml\n")[2].partition("```")[0]
    assert set(read_yaml(example)["training"]) <= set(SETTINGS)
    assert read_experiment(example) == read_yaml(example)
    pasted(example)
