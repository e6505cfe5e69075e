"""A first model for arrays: the likeliest pair, and an experiment that trains at once."""

import numpy as np
import pandas as pd
import pytest

from engine import experiment as experiments
from kwidgets import Builder, starting
from kwidgets.chosen_data import ChosenData
from kwidgets.document import Document, Refused
from kwidgets.session.array_facts import described
from kwidgets.session.data_sources import DataSources

from .wire import Wire

pytestmark = pytest.mark.usefixtures("small_bundle")


def entry(key, array):
    return {"key": key, "shape": list(array.shape), "dtype": str(array.dtype)}


RNG = np.random.default_rng(0)
INPUTS = {
    "pictures": RNG.random((40, 12, 12, 3), "float32"),
    "series": RNG.random((40, 30, 2), "float32"),
    "tables": RNG.random((40, 7), "float32"),
    "numbers": RNG.random(40).astype("float32"),
    "small pictures": RNG.random((40, 4, 4), "float32"),
}
TARGETS = {
    "classes": (np.arange(40) % 5, "sparse_categorical_crossentropy", 5),
    "yes or no": (np.arange(40) % 2, "binary_crossentropy", 1),
    "one column of yes or no": ((np.arange(40) % 2).astype("float32")[:, None], "binary_crossentropy", 1),
    "one-hot": (np.eye(3, dtype="float32")[np.arange(40) % 3], "categorical_crossentropy", 3),
    "a quantity": (RNG.normal(size=40), "mean_squared_error", 1),
    "several quantities": (RNG.normal(size=(40, 4)), "mean_squared_error", 4),
    "negative whole numbers": (np.arange(40) - 20, "mean_squared_error", 1),
}


@pytest.mark.parametrize("target", TARGETS)
def test_the_last_layer_and_the_loss_suit_the_target(target):
    y, loss, units = TARGETS[target]
    x = INPUTS["tables"]
    experiment = starting.experiment_for(None, entry("x", x), entry("y", y), described(y))
    assert experiment["training"]["loss"] == loss
    assert experiment["config"]["layers"][-1]["config"]["units"] == units


@pytest.mark.parametrize("kind", INPUTS)
def test_the_model_for_any_input_trains_at_once(kind):
    x, (y, _, _) = INPUTS[kind], TARGETS["classes"]
    builder = Builder(arrays={"x_train": x, "y_train": y})
    try:
        wire = Wire(builder.view)
        assert wire.say("from_arrays", input="x_train", target="y_train")["ok"]
        assert not builder.document.problems() and not builder.document.data()["problems"]
        wire.say("set_training", epochs=1)
        result = experiments.run_experiment(builder.experiment, {"x_train": x, "y_train": y})
        assert np.isfinite(result.history["loss"]).all()
        wire.say("undo")
        assert wire.say("undo")["ok"] and not builder.document.draft.layers
    finally:
        builder.close()


def test_the_likeliest_pair_goes_by_names_and_by_being_a_column():
    arrays = {
        "y_train": np.zeros(40), "weights": np.zeros((40, 3)), "x_test": np.zeros((9, 5)), "y_test": np.zeros(9),
        "x_train": np.zeros((40, 5)),
    }  # fmt: skip
    x, y = starting.pair_of([entry(key, array) for key, array in arrays.items()])
    assert (x["key"], y["key"]) == ("x_train", "y_train")


def test_arrays_without_a_partner_are_refused_in_words():
    with pytest.raises(Refused, match="equally many rows"):
        starting.pair_of([entry("a", np.zeros((3, 2))), entry("b", np.zeros((4, 2)))])
    with pytest.raises(Refused):
        starting.pair_of([])


def test_a_ready_set_is_begun_with_though_a_frame_has_its_name():
    frame = pd.DataFrame({"a": [1.0, 2.0], "b": [1.0, 2.0]})
    document = Document()
    chosen = ChosenData(document, DataSources(lambda: {"digits": frame}))
    chosen.gestures()["from_arrays"]({"do": "from_arrays", "source": "digits"})
    assert document.data()["source_kind"] == "built_in" and set(document.data()["inputs"].values()) == {"x_train"}
