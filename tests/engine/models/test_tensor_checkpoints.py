"""TensorFlow's checkpoints and SavedModels without Keras's records give weights; older SavedModels their optimizer's state too."""

from __future__ import annotations

import importlib
import shutil
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest

import engine
from engine.errors import FileError
from engine.layers import Dense, Input
from engine.models import Sequential, load_model, model_from_json

GOLDEN = Path(__file__).parents[2] / "golden"
FILES = GOLDEN / "files"
sys.path.insert(0, str(GOLDEN))
listed = importlib.import_module("model_files")
sys.path.remove(str(GOLDEN))
FIGURES = dict(np.load(FILES / "tf_keras_older.npz", allow_pickle=False))


@pytest.mark.parametrize("name", listed.OLDER)
def test_a_saved_model_of_before_trains_on_where_it_stopped(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = load_model(FILES / f"tf_keras_older_{name.lower()}_saved")
    assert type(model.optimizer).__name__ == name
    np.testing.assert_allclose(model.predict(FIGURES["x"]), FIGURES[f"{name} before"], rtol=1e-4, atol=1e-5)
    model.train_on_batch(FIGURES["x"], FIGURES["y"])
    # tf.keras keeps a variance that is larger by n / (n - 1).
    np.testing.assert_allclose(model.predict(FIGURES["x"]), FIGURES[f"{name} after"], rtol=2e-2, atol=2e-3)


@pytest.mark.parametrize("path", ["tf_keras_older_adam_checkpoint/cp", "tf_keras_older_adam_exported"])
def test_weights_go_to_a_model_that_is_built_here(path: str) -> None:
    model = listed.vectors(engine)
    model.load_weights(FILES / path)
    np.testing.assert_allclose(model.predict(FIGURES["x"]), FIGURES["Adam before"], rtol=1e-4, atol=1e-5)


def test_weights_of_cells_heads_and_models_inside_are_found() -> None:
    inputs = listed.MODELS["sequences"][1]()
    model = model_from_json((FILES / "tf_keras_sequences.json").read_text())
    model.load_weights(FILES / "tf_keras_older_sequences" / "cp")
    for i, output in enumerate(model.predict(inputs)):
        np.testing.assert_allclose(output, FIGURES[f"sequences {i}"], rtol=1e-4, atol=1e-5)


def test_the_graph_alone_says_what_is_missing_and_what_to_do() -> None:
    with pytest.raises(FileError, match=r"records of the layers.*load_weights of a model that is built here"):
        load_model(FILES / "tf_keras_older_adam_exported")


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ([Dense(3)], "1 layers with weights, found 3"),
        ([Dense(3), Dense(3), Dense(2)], "'kernel' of"),
    ],
)
def test_weights_of_other_layers_are_refused(layers: list[Dense], message: str) -> None:
    model = Sequential([Input((4,)), *layers])
    before = model.get_weights()
    with pytest.raises(FileError, match=message):
        model.load_weights(FILES / "tf_keras_older_adam_checkpoint" / "cp")
    for one, other in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_another_shape_is_named_with_the_layer(tmp_path: Path) -> None:
    shutil.copytree(FILES / "tf_keras_older_adam_exported", tmp_path / "saved")
    model = Sequential([Input((5,)), Dense(3, use_bias=False)])
    with pytest.raises(FileError, match=r"1 weights, found 8|shape"):
        model.load_weights(tmp_path / "saved")
