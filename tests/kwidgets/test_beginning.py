"""What a builder begins with: texts, files, models with their weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.errors import EngineError
from engine.layers import Dense
from engine.models import Sequential
from kwidgets import Builder
from kwidgets.document import Refused

pytestmark = pytest.mark.usefixtures("small_bundle")


def stack() -> Sequential:
    model = Sequential([Dense(4, activation="relu", input_dim=3, name="a"), Dense(1, name="b")])
    model.compile("sgd", "mean_absolute_error")
    return model


def test_a_builder_begins_with_a_text_a_file_a_template_or_a_model(builder, tmp_path):
    builder.save(tmp_path / "e.yaml")
    for begin in (builder.to_yaml(), builder.to_json(), tmp_path / "e.yaml", str(tmp_path / "e.yaml"), builder.model):
        other = Builder(begin)
        assert [card["class_name"] for card in other.document.graph()["cards"]] == ["InputLayer", "Dense", "Dense"]
        assert other.document.graph()["head"]["undo"] is None
        other.close()
    assert Builder(template="linear_regression").document.graph()["cards"]


def test_a_file_of_a_model_opens_with_its_weights_and_training_goes_on_from_them(tmp_path: Path) -> None:
    model = stack()
    model.save(tmp_path / "m.h5")
    builder = Builder(tmp_path / "m.h5")
    run = builder.session.status()
    assert (run["weights_from"], run["starts"]) == ("m.h5", "continue")
    assert builder.experiment["training"]["loss"] == "mean_absolute_error"
    for mine, theirs in zip(builder.model.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, theirs)


def test_weights_of_a_file_are_those_that_a_start_begins_with_until_the_graph_changes(tmp_path: Path) -> None:
    model = stack()
    model.save_weights(tmp_path / "w.h5")
    builder = Builder(model.to_json())
    builder.load_weights(tmp_path / "w.h5")
    assert builder.session.status()["weights_from"] == "w.h5"
    x, y = np.ones((8, 3), "float32"), np.ones((8, 1), "float32")
    still = {"optimizer": {"class_name": "SGD", "config": {"lr": 1e-12}}, "epochs": 1}
    data = {"inputs": {"a_input": "x"}, "targets": {"b": "y"}}
    builder.session.start({**builder.experiment, "data": data, "training": still}, {"x": x, "y": y})
    assert builder.session.wait(30)
    np.testing.assert_allclose(builder.session.model.get_weights()[0], model.get_weights()[0], atol=1e-6)
    builder.document.do({"do": "set", "layers": ["a"], "field": "units", "value": 5})
    run = builder.session.status()
    assert run["starts"] == "first"
    assert run["stale"] is not None


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("none.h5", "No such file"),
        ("text.h5", "expected an HDF5 file"),
        ("other.h5", "expected 2 layers with weights, found 1"),
    ],
)
def test_weights_that_do_not_fit_change_nothing(tmp_path: Path, name: str, says: str) -> None:
    (tmp_path / "text.h5").write_text("no HDF5")
    other = Sequential([Dense(1, input_dim=3, name="c")])
    other.save_weights(tmp_path / "other.h5")
    builder = Builder(stack())
    before = builder.model.get_weights()
    with pytest.raises((OSError, EngineError), match=says):
        builder.load_weights(tmp_path / name)
    with pytest.raises(Refused, match="no weights for any of these layers: a, b"):
        builder.load_weights(tmp_path / "other.h5", by_name=True)
    for mine, theirs in zip(builder.model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(mine, theirs)
    assert builder.session.status()["weights_from"] is None


def test_a_file_of_weights_alone_is_no_model_to_open(tmp_path: Path) -> None:
    stack().save_weights(tmp_path / "w.h5")
    with pytest.raises(EngineError, match="a file of weights only"):
        Builder(tmp_path / "w.h5")
