"""`python -m engine convert`: formats by content and name, steps, exit status."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.__main__ import main
from engine.converting import convert
from engine.errors import FileError, SettingError
from engine.layers import LSTM, Dense
from engine.models import Sequential, load_model, model_from_json, model_from_yaml

SAVED = Path(__file__).parents[1] / "golden" / "files" / "tf_keras_pictures_saved"


@pytest.fixture
def model(tmp_path: Path) -> Sequential:
    """A small model, which lies at a.h5."""
    made = Sequential([Dense(3, activation="relu", input_dim=4), Dense(2)])
    made.compile("sgd", "mse")
    made.save(tmp_path / "a.h5")
    return made


@pytest.mark.parametrize("chain", [["b.keras", "c.h5"], ["b.hdf5", "c.keras"], ["b.keras", "c.weights.h5"]])
def test_weights_go_through_all_formats(tmp_path: Path, model: Sequential, chain: list[str]) -> None:
    source = tmp_path / "a.h5"
    for name in chain:
        assert convert(source, tmp_path / name).left_out == ()
        source = tmp_path / name
    if source.name.endswith(".weights.h5"):
        other = Sequential([Dense(3, input_dim=4), Dense(2)])
        other.load_weights(source)
    else:
        other = load_model(source)
    np.testing.assert_array_equal(other.get_weights()[0], model.get_weights()[0])


def test_a_net_of_caffe_has_the_weights_and_not_the_training(tmp_path: Path, model: Sequential) -> None:
    for name in ("b.prototxt", "b.caffemodel"):
        (sentence,) = convert(tmp_path / "a.h5", tmp_path / name).left_out
        assert "Loss and optimizer are left out" in sentence
    assert convert(tmp_path / "b.caffemodel", tmp_path / "c.keras").left_out == ()
    np.testing.assert_array_equal(load_model(tmp_path / "c.keras").get_weights()[0], model.get_weights()[0])


@pytest.mark.parametrize("form", ["keras2", "tf.keras", "keras"])
def test_texts_are_written_in_the_words_of_each_keras(tmp_path: Path, model: Sequential, form: str) -> None:
    convert(tmp_path / "a.h5", tmp_path / "b.json", form)
    convert(tmp_path / "a.h5", tmp_path / "b.yaml", form)
    for made in (
        model_from_json((tmp_path / "b.json").read_text()),
        model_from_yaml((tmp_path / "b.yaml").read_text()),
    ):
        assert made.count_params() == model.count_params()


def test_the_command_says_its_steps_and_ends_with_a_status(
    tmp_path: Path, model: Sequential, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["convert", str(SAVED), str(tmp_path / "b.keras")]) == 0
    said = capsys.readouterr()
    assert "reading" in said.err and "SavedModel" in said.err and "writing" in said.err
    assert said.out.startswith("wrote")
    assert main(["convert", str(tmp_path / "a.h5"), str(tmp_path / "b.pdf")]) == 2
    assert "a name ending in .keras" in capsys.readouterr().err


def test_what_is_trained_otherwise_gives_the_status_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = Sequential([Dense(1, input_dim=2)])
    made.compile("rmsprop", "mse")
    made.save(tmp_path / "a.h5")
    assert main(["convert", str(tmp_path / "a.h5"), str(tmp_path / "a.keras")]) == 1
    assert "left out: save as Keras 3: RMSprop adds epsilon below the root there" in capsys.readouterr().err


def test_a_layer_that_cannot_be_said_leaves_no_file(tmp_path: Path) -> None:
    Sequential([LSTM(2, input_shape=(3, 2))]).save(tmp_path / "a.h5")
    with pytest.raises(SettingError, match="hard_sigmoid"):
        convert(tmp_path / "a.h5", tmp_path / "a.keras")
    assert not (tmp_path / "a.keras").exists()
    with pytest.raises(FileError, match="a file with a model"):
        (tmp_path / "a.csv").write_text("a,b\n1,2\n3,4\n")
        convert(tmp_path / "a.csv", tmp_path / "a.keras")
