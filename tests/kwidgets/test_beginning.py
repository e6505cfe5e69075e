"""What a builder begins with: texts, files, models with their weights."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine import losses, metrics
from engine.errors import EngineError
from engine.layers import Dense
from engine.models import Sequential
from kwidgets import Builder
from kwidgets.beginning import MOST_BYTES
from kwidgets.document import Refused

from .wire import LONG, Wire

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


def test_a_builder_begins_with_a_program_or_a_notebook_without_running_it(tmp_path: Path) -> None:
    models = "generator = Sequential([Dense(3, input_dim=2)])\nmodel = Sequential([Dense(1, input_dim=3)])\n"
    program = f"open('{tmp_path}/ran', 'w')\n{models}"
    (tmp_path / "net.py").write_text(program)
    cells = [{"cell_type": "code", "source": program}]
    (tmp_path / "net.ipynb").write_text(json.dumps({"nbformat": 4, "cells": cells}))
    for begin in (tmp_path / "net.py", str(tmp_path / "net.ipynb"), program):
        builder = Builder(begin)
        assert builder.model.input_shape == (None, 3)
        assert "generator" in builder.document.draft.notes[0]["text"]
        builder.close()
    assert Builder(f"{tmp_path}/net.py#generator").model.input_shape == (None, 2)
    with pytest.raises(Refused, match="no model named 'critic'"):
        Builder(f"{tmp_path}/net.py#critic")
    assert not (tmp_path / "ran").exists()


def test_a_program_that_looks_like_another_text_is_known_by_its_ending(tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text('"""\nconfig: the older one\n"""\nbuild(Sequential([Dense(1, input_dim=3)]))\n')
    assert Builder(tmp_path / "net.py").model.input_shape == (None, 3)


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
    assert builder.session.wait(LONG)
    np.testing.assert_allclose(builder.session.model.get_weights()[0], model.get_weights()[0], atol=1e-6)
    builder.document.do({"do": "set", "layers": ["a"], "field": "units", "value": 5})
    run = builder.session.status()
    assert run["starts"] == "changed"
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


@pytest.mark.parametrize("ending", ["svg", "png"])
def test_an_exported_picture_is_the_whole_experiment_again(builder, tmp_path, ending) -> None:
    builder.document.do({"do": "set_training", "epochs": 7})
    path = tmp_path / f"taken_away.{ending}"
    builder.save(path)
    again = Builder(path)
    assert again.to_yaml() == builder.to_yaml()
    again.close()


def test_a_picture_without_a_model_is_refused_in_words(tmp_path: Path) -> None:
    plain = tmp_path / "photo.png"
    Image.new("RGB", (2, 2)).save(plain)
    with pytest.raises(Refused, match=r"'photo\.png' is a picture without a model inside"):
        Builder(plain)
    drawn = tmp_path / "logo.svg"
    drawn.write_text('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>')
    with pytest.raises(Refused, match="a drawing"):
        Builder(drawn)


def drop(wire: Wire, name: str, data: bytes) -> dict[str, object]:
    """Send a file's content as the page does when it is dropped on the canvas."""
    wire.view._handle_custom_msg({"do": "open_file", "id": name, "name": name}, [memoryview(data)])
    assert wire.view.settled(LONG)
    return next(content for content, _ in wire.sent if content.get("id") == name)


@pytest.mark.parametrize("ending", ["svg", "png", "yaml", "json", "h5"])
def test_a_dropped_file_becomes_the_model_in_one_step_of_undo(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"given.{ending}"
    stack().save(path) if ending == "h5" else Builder(stack()).save(path)
    builder = Builder(template="linear_regression")
    before = builder.to_yaml()
    assert drop(Wire(builder.view), path.name, path.read_bytes())["ok"] is True
    assert [layer.name for layer in builder.model.layers] == ["a", "b"]
    assert (builder.session.status()["weights_from"] == path.name) == (ending == "h5")
    builder.document.do({"do": "undo"})
    assert builder.to_yaml() == before
    builder.close()


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.png", b"\x89PNG\r\n\x1a\n", "a picture without a model"),
        ("a.txt", b"hello there", "a text that describes no model"),
        ("", b"", "an empty file"),
        ("a.yaml", b"class_name: [", "Expected YAML that parses"),
        ("a.h5", b"\x89HDF\r\n\x1a\n" + bytes(100), "a.h5"),
        ("a.bin", bytes(MOST_BYTES + 1), "larger than 8 MB"),
    ],
)
def test_a_dropped_file_that_is_no_model_is_refused_and_changes_nothing(name: str, data: bytes, said: str) -> None:
    builder = Builder(template="linear_regression")
    before = builder.to_yaml()
    reply = drop(Wire(builder.view), name, data)
    assert said in str(reply["refused"]) and "kwidgets-" not in str(reply)
    assert builder.to_yaml() == before
    builder.close()


def test_a_dropped_program_becomes_the_model_in_one_step_of_undo() -> None:
    builder = Builder(template="linear_regression")
    before = builder.to_yaml()
    program = b"model = keras.Sequential([keras.layers.Dense(1, input_shape=(3,))])\n"
    assert drop(Wire(builder.view), "net.py", program)["ok"] is True
    assert builder.document.graph()["head"]["undo"] == "paste net.py"
    assert builder.model.input_shape == (None, 3)
    builder.document.do({"do": "undo"})
    assert builder.to_yaml() == before
    builder.close()


def test_losses_and_metrics_that_are_objects_come_by_their_names() -> None:
    model = Sequential([Dense(3, input_dim=4, activation="softmax")])
    model.compile(
        "sgd", losses.MeanSquaredError(), metrics=[metrics.AUC(), metrics.CategoricalAccuracy(name="a"), "mae"]
    )
    builder = Builder(model)
    training = builder.experiment["training"]
    assert (training["loss"], training["metrics"]) == ("mean_squared_error", ["AUC", "categorical_accuracy", "mae"])
    x, y = np.ones((6, 4)), np.eye(3)[[0, 1, 2] * 2]
    assert builder.model.evaluate(x, y, verbose=0)[0] == pytest.approx(model.evaluate(x, y, verbose=0)[0])
    builder.close()


def test_settings_of_losses_and_metrics_are_kept() -> None:
    model = Sequential([Dense(3, input_dim=4)])
    model.compile("sgd", losses.CategoricalCrossentropy(from_logits=True), metrics=[metrics.MeanIoU(3)])
    builder = Builder(model)
    training = builder.experiment["training"]
    assert training["loss"] == "CategoricalCrossentropy(from_logits=True)"
    assert training["metrics"] == ["MeanIoU(num_classes=3)"]
    builder.close()
