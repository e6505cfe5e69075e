"""Files of Keras 3 and tf.keras load by their content, predict and train on as there (tests/golden/model_files.py wrote them)."""

from __future__ import annotations

import importlib
import io
import json
import shutil
import sys
import warnings
from pathlib import Path

import h5py
import numpy as np
import pytest

from engine.errors import FileError, SettingError
from engine.layers import (
    GRU,
    LSTM,
    RNN,
    BatchNormalization,
    Bidirectional,
    Dense,
    Embedding,
    GRUCell,
    Input,
    LSTMCell,
    MultiHeadAttention,
    TimeDistributed,
    UpSampling2D,
    add,
)
from engine.models import Model, Sequential, load_model, model_from_json, save_model

FILES = Path(__file__).parents[2] / "golden" / "files"
sys.path.insert(0, str(FILES.parent))
texts = importlib.import_module("text_models")
sys.path.remove(str(FILES.parent))
WHOLE = [
    "keras_sequences.keras", "keras_sequences.h5", "keras_pictures.keras", "keras_pictures.h5", "tf_keras_sequences.keras",
    "tf_keras_sequences.h5", "tf_keras_pictures.keras", "tf_keras_pictures.h5", "tf_keras_pictures_saved",
]  # fmt: skip


def stem(name: str) -> str:
    """What the arrays of a file are called by."""
    return name.removesuffix("_saved").partition(".")[0]


def arrays(name: str, of: str) -> list[np.ndarray]:
    """The arrays that stand beside a file."""
    with np.load(FILES / f"{stem(name)}.npz") as stored:
        return [stored[key] for key in sorted(stored.files) if key.startswith(of)]


def predictions(model: Model, inputs: list[np.ndarray]) -> list[np.ndarray]:
    """The outputs as a list."""
    outputs = model.predict_on_batch(inputs if len(inputs) > 1 else inputs[0])
    return outputs if isinstance(outputs, list) else [outputs]


def assert_equal(ours: list[np.ndarray], theirs: list[np.ndarray]) -> None:
    """Equal to float32's rounding."""
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(one, other, rtol=2e-4, atol=2e-5)


@pytest.mark.parametrize("name", WHOLE)
def test_a_file_of_later_keras_predicts_and_trains_on_as_there(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        model = load_model(FILES / name)
    x, y = arrays(name, "x"), arrays(name, "y")
    assert_equal(predictions(model, x), arrays(name, "before"))
    model.train_on_batch(x if len(x) > 1 else x[0], y if len(y) > 1 else y[0])
    assert_equal(predictions(model, x), arrays(name, "after"))


@pytest.mark.parametrize("name", ["keras_sequences", "keras_pictures", "tf_keras_sequences", "tf_keras_pictures"])
def test_the_json_and_the_weights_alone_make_the_same_model(name: str) -> None:
    model = model_from_json((FILES / f"{name}.json").read_text())
    weights = FILES / (f"{name}.weights.h5" if name.startswith("keras") else f"{name}.keras")
    model.load_weights(weights)
    assert_equal(predictions(model, arrays(name, "x")), arrays(name, "before"))


def test_what_a_file_is_does_not_follow_from_its_name(tmp_path: Path) -> None:
    for name, other in (("keras_pictures.keras", "a.h5"), ("keras_pictures.h5", "a.keras")):
        shutil.copy(FILES / name, tmp_path / other)
        assert load_model(tmp_path / other).count_params() == load_model(FILES / name).count_params()


def a_model() -> Model:
    """Inputs, outputs, a shared layer, a model inside twice, cells, wrappers, attention."""
    x, words = Input((5, 4)), Input((5,), dtype="int32")
    both = Bidirectional(LSTM(2, recurrent_activation="sigmoid", return_sequences=True))(x)
    seen = MultiHeadAttention(2, 3)(both, both)
    steps = TimeDistributed(Dense(3))(seen)
    cells = RNN([LSTMCell(3, recurrent_activation="sigmoid"), GRUCell(2, recurrent_activation="sigmoid")])(steps)
    text = GRU(2, recurrent_activation="sigmoid", reset_after=True)(Embedding(7, 3, mask_zero=True)(words))
    block = Sequential([Dense(2, input_shape=(2,)), BatchNormalization()])
    shared = Dense(2)
    joined = add([shared(block(cells)), shared(block(text))])
    model = Model([x, words], [joined, Dense(1)(joined)])
    model.compile("adam", "mse", loss_weights=[1.0, 0.5], metrics=["mae"])
    return model


def data() -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Inputs and targets."""
    random = np.random.default_rng(0)
    x = [random.normal(size=(4, 5, 4)).astype("float32"), random.integers(1, 7, (4, 5))]
    return x, [random.normal(size=(4, 2)), random.normal(size=(4, 1))]


@pytest.mark.parametrize("form", ["keras", "tf.keras", "keras2"])
def test_a_model_comes_back_from_each_format_with_its_optimizer(form: str) -> None:
    model, (x, y), file = a_model(), data(), io.BytesIO()
    model.train_on_batch(x, y)
    save_model(model, file, save_format=form)
    again = load_model(file)
    assert [list(one.ravel()) for one in predictions(again, x)] == [list(one.ravel()) for one in predictions(model, x)]
    np.testing.assert_allclose(model.train_on_batch(x, y), again.train_on_batch(x, y), rtol=1e-6)
    assert_equal(predictions(again, x), predictions(model, x))


def test_a_name_that_ends_in_keras_asks_for_that_format(tmp_path: Path) -> None:
    model = Sequential([Dense(2, input_dim=3)])
    model.save(tmp_path / "a.keras")
    model.save_weights(tmp_path / "a.weights.h5")
    assert (tmp_path / "a.keras").read_bytes()[:2] == b"PK"
    with h5py.File(tmp_path / "a.weights.h5") as file:
        assert "layers/dense/vars/0" in file
    other = Sequential([Dense(2, input_dim=3)])
    other.load_weights(tmp_path / "a.weights.h5")
    np.testing.assert_array_equal(other.get_weights()[0], model.get_weights()[0])
    with pytest.raises(FileError, match="a new file"):
        model.save(tmp_path / "a.keras", overwrite=False)


@pytest.mark.parametrize("library", ["keras", "tf_keras"])
def test_vocabularies_beside_the_config_are_read(library: str, tmp_path: Path) -> None:
    """tests/golden/text_models.py wrote the files."""
    model = load_model(str(FILES / f"{library}_texts.keras"))
    columns = [*(np.array(one)[:, None] for one in (texts.TEXTS, texts.KINDS, texts.NUMBERS)), np.array(texts.TEXTS)]
    expected = json.loads((FILES / f"{library}_texts.json").read_text("utf-8"))
    np.testing.assert_allclose(model.predict(columns), expected, atol=1e-5)
    model.save(tmp_path / "again.keras")
    np.testing.assert_array_equal(load_model(tmp_path / "again.keras").predict(columns), model.predict(columns))


def test_what_a_format_cannot_say_is_listed_by_layer() -> None:
    model = Sequential([LSTM(2, input_shape=(3, 2), name="first"), Dense(1, name="last")])
    with pytest.raises(SettingError, match=r"first: hard_sigmoid is 0\.2 x \+ 0\.5 here"):
        model.save(io.BytesIO(), save_format="keras")
    enlarged = Sequential([UpSampling2D(2, interpolation="bilinear", input_shape=(3, 3, 1), name="up")])
    with pytest.raises(SettingError, match="up: bilinear takes other points"):
        enlarged.save(io.BytesIO(), save_format="tf.keras")


def test_further_training_by_another_formula_is_said() -> None:
    model = Sequential([Dense(1, input_dim=2)])
    model.compile("rmsprop", "mse")
    with pytest.warns(UserWarning, match="epsilon below the root"):
        model.save(io.BytesIO(), save_format="keras")


def test_an_unknown_format_is_refused() -> None:
    model = Sequential([Dense(1, input_dim=2)])
    with pytest.raises(SettingError, match=r"'keras', 'keras2' or 'tf\.keras'"):
        model.save("a.h5", save_format="onnx")
    with pytest.raises(SettingError, match="SavedModel"):
        model.save("a.h5", save_format="tf")


def test_weights_of_another_model_change_nothing(tmp_path: Path) -> None:
    Sequential([Dense(2, input_dim=3), Dense(1)]).save_weights(tmp_path / "a.weights.h5")
    for other in (Sequential([Dense(2, input_dim=3)]), Sequential([Dense(2, input_dim=4), Dense(1)])):
        before = [one.copy() for one in other.get_weights()]
        with pytest.raises(FileError, match="found"):
            other.load_weights(tmp_path / "a.weights.h5")
        for one, another in zip(before, other.get_weights(), strict=True):
            np.testing.assert_array_equal(one, another)
