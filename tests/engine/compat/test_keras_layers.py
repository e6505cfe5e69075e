"""Texts as numbers: tf_keras's figures (tests/golden/texts.npz), pipelines, bytes, what is refused."""

import importlib
import sys
from pathlib import Path

import numpy as np
import pytest

from engine._compat import keras_layers
from engine._compat.dataset import Dataset
from engine._compat.keras_layers import StringLookup, TextVectorization
from engine.errors import DataError, SettingError, SettingTypeError
from engine.layers import Dense, Embedding, GlobalAveragePooling1D, Input
from engine.models import Sequential

FOLDER = Path(__file__).parents[2] / "golden"
sys.path.insert(0, str(FOLDER))
texts = importlib.import_module("texts")
sys.path.remove(str(FOLDER))
GOLDEN = dict(np.load(FOLDER / "texts.npz", allow_pickle=False))


@pytest.mark.parametrize("key", texts.CASES)
def test_texts_become_the_numbers_of_keras(key):
    name, config = texts.CASES[key]
    layer = getattr(keras_layers, name)(**texts.settings(config))
    learnt, asked = texts.given(name)
    layer.adapt(np.array(learnt))
    np.testing.assert_allclose(layer(asked), GOLDEN[f"{key}/output"], rtol=1e-6)
    assert layer.vocabulary_size() == int(GOLDEN[f"{key}/size"])


def test_a_pipeline_of_texts_trains():
    words = np.array(["good film", "bad film", "very good", "very bad"] * 8)
    labels = np.array([1, 0, 1, 0] * 8)
    layer = TextVectorization(output_sequence_length=3)
    data = Dataset.from_tensor_slices((words, labels)).batch(8)
    layer.adapt(data.map(lambda text, label: text))
    model = Sequential(
        [Input((3,)), Embedding(layer.vocabulary_size(), 8), GlobalAveragePooling1D(), Dense(1, activation="sigmoid")]
    )
    model.compile("adam", "binary_crossentropy", ["accuracy"])
    history = model.fit(data.map(lambda text, label: (layer(text), label)), epochs=60, verbose=0).history
    assert history["accuracy"][-1] == 1


def test_texts_go_there_and_back_and_may_be_bytes():
    there = StringLookup(vocabulary=["a", "b"])
    back = StringLookup(vocabulary=there.get_vocabulary(), invert=True)
    assert back(there(np.array([[b"b", b"x"]]))).tolist() == [["b", "[UNK]"]]
    assert there.get_vocabulary(include_special_tokens=False) == ["a", "b"]
    layer = TextVectorization(
        vocabulary=["one", "two"], split=lambda text: text.split("-"), standardize=lambda text: text.upper()
    )
    assert layer("one").tolist() == [1] and layer.get_vocabulary() == ["", "[UNK]", "one", "two"]


def test_what_does_not_fit_is_refused():
    with pytest.raises(SettingTypeError, match="before the model"):
        TextVectorization(vocabulary=["a"])(Input((1,)))
    with pytest.raises(SettingTypeError, match="a vocabulary"):
        TextVectorization()(["a"])
    with pytest.raises(SettingError, match="output_mode"):
        StringLookup(output_mode="ints")
    with pytest.raises(SettingError, match="split"):
        TextVectorization(split="words")
    with pytest.raises(SettingError, match="own hash"):
        StringLookup(num_oov_indices=3)
    with pytest.raises(DataError, match="texts with words"):
        TextVectorization().adapt(["", " "])
