"""Arrays that are measured after each epoch in place of a share: chosen, checked, trained with, written and read again."""

from __future__ import annotations

import numpy as np
import pytest

from engine.experiment import own_validation, run_experiment
from kwidgets import Builder
from kwidgets.refused import Refused
from kwidgets.session.in_words import settings_in_words

RNG = np.random.default_rng(0)
X, W = RNG.normal(size=(200, 3)).astype("float32"), np.array([[1.0], [2.0], [0.0]], "float32")
THERE = {
    "x_train": X[:150], "y_train": X[:150] @ W, "x_val": X[150:], "y_val": X[150:] @ W, "x_test": X[:9], "y_test": X[:9] @ W,
    "odd_val": X[:7, :2],
}  # fmt: skip
OWN = {"x_train": "x_val", "y_train": "y_val"}


@pytest.fixture
def b():
    layer = {"class_name": "Dense", "config": {"units": 1, "batch_input_shape": [None, 3], "name": "d"}}
    training = {"epochs": 2, "seed": 3, "loss": "mean_squared_error", "validation_split": 0.5}
    builder = Builder({"class_name": "Sequential", "config": [layer], "training": training}, arrays=THERE, keep=False)
    builder.set_data(source="notebook", inputs={"d_input": "x_train"}, targets={"d": "y_train"})
    yield builder
    builder.close()


def test_the_likeliest_arrays_are_offered_and_those_of_the_test_are_not(b):
    assert b.document.data()["validation"] is None
    assert b.document.data()["own_validation"] == {"x_train": ["x_val"], "y_train": ["y_val"]}


def test_they_are_measured_and_all_other_rows_are_trained_on(b):
    b.set_data(validation=OWN)
    assert b.document.data()["problems"] == [] and b.document.data()["validation"] == OWN
    b.start()
    assert b.session.wait(120) and b.session.state == "finished", b.session.error
    # As fit does it with the arrays themselves.
    alone = run_experiment(b.experiment, THERE)
    assert alone.history["val_loss"] == pytest.approx(b.history.history["val_loss"])
    model = alone.model
    assert model.evaluate(THERE["x_val"], THERE["y_val"], verbose=0) == pytest.approx(
        alone.history["val_loss"][-1], rel=1e-5
    )
    assert "x_val, y_val for validation" in settings_in_words(b.experiment)
    # Another training of the same goes on from there.
    b.start("continue")
    assert b.session.wait(120) and len(b.history.epoch) == 4


def test_text_and_program_hold_them(b):
    b.set_data(validation=OWN)
    again = Builder(b.to_yaml(), arrays=THERE, keep=False)
    assert again.document.data()["validation"] == OWN and again.document.data()["problems"] == []
    again.close()
    program = b.to_python()
    assert 'validation_data=(arrays["x_val"], arrays["y_val"])' in program and "validation_split" not in program
    assert "validation_data" in b.to_python("keras3")


def test_what_does_not_fit_is_said_with_its_mend(b):
    b.set_data(validation={"x_train": "odd_val", "y_train": "gone"})
    sentences = " ".join(one["sentence"] for one in b.document.data()["problems"])
    assert "Samples of 'odd_val' are 2, and those of 'x_train'" in sentences and "'gone' is to be measured" in sentences
    with pytest.raises(Refused, match="odd_val"):
        b.start()
    b.set_data(validation={"x_train": "x_val"})
    problem = b.document.data()["problems"][0]
    assert problem["sentence"] == "No array is measured in place of 'y_train'."
    b.document.do({"do": "mend_data", "problem": problem["id"], "mend": problem["mends"][0]["id"]})
    assert b.document.data()["validation"] is None and b.document.data()["problems"] == []
    b.set_data(validation={"x_train": "x_val", "y_train": "y_test"})
    assert "different numbers of samples" in b.document.data()["problems"][0]["sentence"]
    for wrong in ({"other": "x_val"}, {"x_train": 3}, [1]):
        with pytest.raises(Refused):
            b.set_data(validation=wrong)


def test_an_experiment_that_names_arrays_that_are_not_there_is_refused():
    with pytest.raises(ValueError, match="data, validation"):
        own_validation({"data": {"validation": {"x": "gone"}}}, {"x": X})
    with pytest.raises(ValueError, match="a mapping"):
        own_validation({"data": {"validation": [1]}}, {"x": X})
