"""What is wrong with a draft, for people: errors before warnings, with an id that stays, and the loss against the output."""

from __future__ import annotations

from typing import Any

import pytest

from kwidgets.document import Document
from kwidgets.document.problems import last_activation, loss_of

from .documents import document, template


def problems(made: Document) -> list[tuple[str, str]]:
    """(id, severity) of each problem."""
    return [(problem["id"], problem["severity"]) for problem in made.problems()]


def test_an_empty_model_and_one_without_ends_say_what_comes_first() -> None:
    made = Document()
    assert problems(made) == [("graph:empty", "error")]
    made.do({"do": "add", "class_name": "Dense"})
    made.do({"do": "remove", "nodes": ["input_1@0"]})
    assert ("graph:no_inputs", "error") in problems(made)


def test_errors_come_before_warnings_and_an_id_stays_while_the_fault_does() -> None:
    made = document("Dense", shape=(8, 8, 1))
    made.do({"do": "add", "class_name": "LSTM"})
    listed = problems(made)
    severities = [severity for _, severity in listed]
    assert severities == sorted(severities)
    assert "dense_1@0:dense_on_image" in dict(listed)
    made.do({"do": "set", "layers": ["dense_1"], "field": "units", "value": 5})
    assert "dense_1@0:dense_on_image" in dict(problems(made))
    made.do({"do": "rename", "layer": "dense_1", "name": "first"})
    assert "first@0:dense_on_image" in dict(problems(made))


@pytest.mark.parametrize(
    ("units", "activation", "loss", "code"),
    [
        (10, "softmax", "categorical_crossentropy", None),
        (10, "linear", "categorical_crossentropy", "loss_wants_softmax"),
        (1, "sigmoid", "categorical_crossentropy", "loss_one_unit"),
        (1, "softmax", "binary_crossentropy", "softmax_one_unit"),
        (10, "softmax", "binary_crossentropy", "softmax_wants_loss"),
        (1, "relu", "binary_crossentropy", "loss_wants_sigmoid"),
        (3, "softmax", "mean_squared_error", "softmax_wants_loss"),
        (1, "linear", "mean_squared_error", None),
        (1, "linear", "mse", None),
        (1, "linear", None, "no_loss"),
    ],
)
def test_an_output_that_does_not_go_with_its_loss_is_told(
    units: int, activation: str, loss: str | None, code: str | None
) -> None:
    made = document("Dense", shape=(4,))
    made.do({"do": "set", "layers": ["dense_1"], "field": "units", "value": units})
    made.do({"do": "set", "layers": ["dense_1"], "field": "activation", "value": activation})
    made.do({"do": "set_training", "loss": loss})
    told = [problem["id"].rpartition(":")[2] for problem in made.problems()]
    assert told == ([code] if code else [])
    severity = [problem["severity"] for problem in made.problems()]
    assert severity == ([] if code is None else ["error" if code == "no_loss" else "warning"])


def test_the_activation_of_an_output_is_found_behind_layers_that_pass_it_on() -> None:
    made = document("Dense", "Dropout", shape=(4,))
    made.do({"do": "set", "layers": ["dense_1"], "field": "activation", "value": "tanh"})
    assert last_activation(made.draft, "dropout_1@0") == ("dense_1", "tanh")
    made.do({"do": "add", "class_name": "Softmax"})
    assert last_activation(made.draft, "softmax_1@0") == ("softmax_1", "softmax")
    made.do({"do": "add", "class_name": "LSTM", "after": "input_1@0"})
    assert last_activation(made.draft, "lstm_1@0") == ("lstm_1", "")


@pytest.mark.parametrize(
    ("loss", "expected"),
    [("mse", "mean_squared_error"), ({"dense_1": "mae"}, "mean_absolute_error"), (None, None), ({}, None)],
)
def test_a_loss_is_known_by_its_whole_name(loss: Any, expected: str | None) -> None:
    draft = document("Dense", shape=(4,)).draft.copy()
    draft.training = {**draft.training, "loss": loss}
    assert loss_of(draft, "dense_1") == expected


def test_templates_have_no_problems_but_their_data() -> None:
    assert template("digits_cnn").problems() == []
