"""Data that do not fit the model: told in words, mended by one click."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from kwidgets import messages
from kwidgets.document import Document, Refused, data_problems
from kwidgets.session.array_facts import described

from .documents import document, template


class WithData(Document):
    """A document that answers for mends of data, as the builder's does."""

    def data_problems(self) -> list[messages.DataProblem]:
        return data_problems.data_problems(self.draft, self._check(), self._sources)[0]

    def data_mend_commands(self, problem: str, mend: str) -> tuple[str, list[dict[str, Any]]]:
        return data_problems.mend_commands(self.draft, self._check(), self._sources, problem, mend)


def digits(x: list[int], y: list[int], dtype: str = "int64", name: str = "digits_perceptron") -> WithData:
    made = WithData(template(name).draft)
    arrays = [{"key": "x", "shape": x, "dtype": "float32"}, {"key": "y", "shape": y, "dtype": dtype}]
    made.offer([{"name": "notebook", "kind": "notebook", "arrays": arrays, "trouble": {}}])
    made.do({"do": "set_data", "inputs": {"input_1": "x"}, "targets": {"dense_2": "y"}})
    return made


def labels(made: WithData) -> list[str]:
    return [mend["label"] for problem in made.data_problems() for mend in problem["mends"]]


@pytest.mark.parametrize(
    ("y", "dtype", "offers"),
    [
        ([1437], "int64", ["Use sparse_categorical_crossentropy", "Set units to 1 and sigmoid"]),
        ([1437, 1], "int32", ["Use sparse_categorical_crossentropy", "Set units to 1 and sigmoid"]),
        ([1437], "bool", ["Set units to 1 and sigmoid", "Use sparse_categorical_crossentropy"]),
        ([1437], "float32", ["Set units to 1 and linear", "Use sparse_categorical_crossentropy"]),
        ([1437, 7], "int64", ["Give 'dense_2' units 7"]),
    ],
)
def test_labels_that_do_not_fit_the_output_are_mended_by_one_click(y: list[int], dtype: str, offers: list[str]) -> None:
    made = digits([1437, 8, 8, 1], y, dtype)
    assert labels(made) == offers
    problem = made.data_problems()[0]
    assert problem["sentence"].startswith("'dense_2' gives 10 numbers, but y holds ")
    for offer in offers:
        before = made.draft
        assert made.do({"do": "mend_data", "problem": problem["id"], "mend": offer})["label"] == offer
        assert made.data_problems() == []
        assert [found for found in made.problems() if found["severity"] == "error"] == []
        made.undo()
        assert made.draft == before
    with pytest.raises(Refused, match="gone"):
        made.do({"do": "mend_data", "problem": problem["id"], "mend": "another"})


def test_class_numbers_where_one_column_a_class_is_given_and_the_other_way_round() -> None:
    made = digits([1437, 8, 8, 1], [1437, 10])
    assert made.data_problems() == []
    made.do({"do": "set_training", "loss": "sparse_categorical_crossentropy"})
    assert labels(made)[0] == "Use categorical_crossentropy"


def test_an_input_takes_the_shape_of_its_array_where_the_model_stays_right() -> None:
    made = digits([1437, 28, 28, 1], [1437, 10])
    problem = made.data_problems()[0]
    assert problem["sentence"] == "'input_1' takes 8×8×1, but x holds 28×28×1 a sample."
    assert labels(made) == ["Give 'input_1' shape 28×28×1"]
    made.do({"do": "mend_data", "problem": problem["id"], "mend": labels(made)[0]})
    assert made.data_problems() == []
    assert labels(digits([1437, 3], [1437, 10], name="digits_cnn")) == []


def test_an_array_that_is_missing_is_offered_by_its_shape() -> None:
    made = digits([50, 8, 8, 1], [50, 10])
    made.do({"do": "set_data", "inputs": {"input_1": None}})
    assert labels(made) == ["Use 'x'"]
    made.do({"do": "set_data", "inputs": {"input_1": "gone"}})
    assert "which the source does not have" in made.data_problems()[0]["sentence"]


def test_numbers_of_samples_that_differ_are_told() -> None:
    problem = digits([50, 8, 8, 1], [49, 10]).data_problems()[0]
    assert problem["sentence"] == "Arrays differ in their number of samples: x has 50, y has 49."


def test_data_that_does_not_fit_is_said() -> None:
    made = document("Flatten", "Dense")
    arrays = [{"key": "x", "shape": [50, 8, 8, 1], "dtype": "f4"}, {"key": "y", "shape": [49, 3], "dtype": "f4"}]
    made.offer([{"name": "notebook", "kind": "notebook", "arrays": arrays, "trouble": {}}])
    made.do({"do": "set_data", "inputs": {"input_1": "x"}, "targets": {"dense_1": "y"}})
    problems = [problem["sentence"] for problem in made.data()["problems"]]
    assert problems[0] == "'dense_1' gives 10 numbers, but y holds 3 numbers a sample."
    assert problems[1] == "Arrays differ in their number of samples: x has 50, y has 49."


@pytest.mark.parametrize("rows", [np.arange(1437) % 9 / 2, np.linspace(0, 9, 1437)])
def test_amounts_are_no_classes(rows: np.ndarray) -> None:
    made = digits([1437, 8, 8, 1], [1437], "float64")
    made.do({"do": "set_training", "loss": {"dense_2": "sparse_categorical_crossentropy"}})
    facts = {"y": described(rows)}
    problems = data_problems.data_problems(made.draft, made._check(), made._sources, facts)[0]
    assert "wants classes as whole numbers, but y holds amounts from 0" in problems[0]["sentence"]
    assert "one unit with linear" in problems[0]["mends"][0]["label"]
    whole = {"y": described(np.arange(1437) % 9 * 1.0)}
    assert data_problems.data_problems(made.draft, made._check(), made._sources, whole)[0] == []
