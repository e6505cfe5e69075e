"""Texts as numbers: tf_keras's figures (tests/golden/texts.npz), vocabularies, functions, bytes, what is refused."""

import importlib
import json
import sys
from pathlib import Path

import numpy as np
import pytest

from engine import layers
from engine._declared import registry
from engine.errors import DataError, GraphError, SettingError, SettingTypeError, ShapeError
from engine.layers import Input, StringLookup, TextVectorization
from engine.models import Model

FOLDER = Path(__file__).parents[2] / "golden"
sys.path.insert(0, str(FOLDER))
texts = importlib.import_module("texts")
sys.path.remove(str(FOLDER))
GOLDEN = dict(np.load(FOLDER / "texts.npz", allow_pickle=False))


@pytest.mark.parametrize("key", texts.CASES)
def test_texts_become_the_numbers_of_keras(key):
    name, config = texts.CASES[key]
    layer = getattr(layers, name)(**texts.settings(config))
    learnt, asked = texts.given(name)
    layer.adapt(np.array(learnt))
    np.testing.assert_allclose(layer(asked), GOLDEN[f"{key}/output"], rtol=1e-6)
    assert layer.vocabulary_size() == int(GOLDEN[f"{key}/size"])
    again = registry.build("layer", json.loads(json.dumps(registry.serialize("layer", layer))))
    np.testing.assert_array_equal(again(asked), layer(asked))


@pytest.mark.parametrize("key", [key for key in texts.CASES if key != "lookup_count"])
def test_a_model_gives_what_the_layer_gives(key):
    name, config = texts.CASES[key]
    layer = getattr(layers, name)(**texts.settings(config))
    learnt, asked = texts.given(name)
    layer.adapt(np.array(learnt))
    start = Input((1,), dtype="string")
    model = Model(start, layer(start))
    column = np.array(asked)[:, None]
    np.testing.assert_array_equal(model.predict(column), layer(column))


def test_texts_go_there_and_back_and_may_be_bytes():
    there = StringLookup(vocabulary=["a", "b"])
    back = StringLookup(vocabulary=there.get_vocabulary(), invert=True)
    assert back(there(np.array([[b"b", b"x"]]))).tolist() == [["b", "[UNK]"]]
    assert there.get_vocabulary(include_special_tokens=False) == ["a", "b"]
    layer = TextVectorization(
        vocabulary=["ONE", "TWO"], split=lambda text: text.split("-"), standardize=lambda text: text.upper()
    )
    assert layer("two-one").tolist() == [3, 2] and layer.get_vocabulary() == ["", "[UNK]", "ONE", "TWO"]


def test_several_places_for_unknown_texts_are_chosen_by_their_hash():
    layer = StringLookup(vocabulary=["a"], num_oov_indices=3, mask_token="")
    assert layer(["a", "", "B", "C", "B"]).tolist() == [4, 0, 1, 2, 1]  # tf.strings.to_hash_bucket_fast has 0, 1


def test_a_function_of_ones_own_is_named_in_the_config():
    def shouting(text):
        return text.upper()

    with registry.custom_object_scope({"shouting": shouting}):
        config = TextVectorization(standardize=shouting, vocabulary=["A"]).get_config()
        assert json.loads(json.dumps(config))["standardize"] == "shouting"
        assert TextVectorization.from_config(config)("a").tolist() == [2]
    with pytest.raises(ValueError, match="shouting"):
        TextVectorization.from_config(json.loads(json.dumps(config)))


def test_rows_may_be_as_long_as_there_may_be_words():
    layer = TextVectorization(
        max_tokens=5, output_mode="tf_idf", pad_to_max_tokens=True, vocabulary=["a"], idf_weights=[2.0]
    )
    assert layer(["a a b"]).tolist() == [[2.0, 4.0, 0.0, 0.0, 0.0]]
    start = Input((1,), dtype="string")
    assert Model(start, layer(start)).output_shape == (None, 5)


def test_what_does_not_fit_is_refused():
    text = Input((1,), dtype="string")
    with pytest.raises(ShapeError, match="dtype='string'") as found:
        TextVectorization(vocabulary=["a"])(Input((1,)))
    assert "string" in str(found.value.mends)
    with pytest.raises(GraphError, match="behind the Input"):
        StringLookup(vocabulary=["a"])(layers.Reshape((1, 1))(text))
    with pytest.raises(ShapeError, match="One layer for each column"):
        TextVectorization(vocabulary=["a"])(Input((2,), dtype="string"))
    with pytest.raises(SettingTypeError, match="what it predicts"):
        StringLookup(vocabulary=["a"], invert=True)(text)
    with pytest.raises(SettingTypeError, match="a vocabulary"):
        TextVectorization()(["a"])
    with pytest.raises(SettingTypeError, match="a vocabulary"):
        TextVectorization(output_mode="count")(text)
    with pytest.raises(SettingError, match="output_mode"):
        StringLookup(output_mode="ints")
    with pytest.raises(SettingError, match="split"):
        TextVectorization(split="words")
    with pytest.raises(SettingError, match="ragged"):
        TextVectorization(ragged=True)
    with pytest.raises(SettingError, match="'a' twice"):
        StringLookup(vocabulary=["a", "b", "a"])
    with pytest.raises(SettingError, match="max_tokens=2"):
        StringLookup(vocabulary=["a", "b"], max_tokens=2)
    with pytest.raises(SettingError, match="idf_weights"):
        StringLookup(vocabulary=["a", "b"], output_mode="tf_idf")
    with pytest.raises(DataError, match="known texts, found 'b'"):
        StringLookup(vocabulary=["a"], num_oov_indices=0)(["b"])
    with pytest.raises(DataError, match="texts with words"):
        TextVectorization().adapt(["", " "])
    with pytest.raises(DataError, match="batches of texts"):
        TextVectorization().adapt(iter([]))
    with pytest.raises(DataError, match="expected texts"):
        StringLookup(vocabulary=["a"])([0.5])


def test_a_batch_is_as_long_as_its_longest_text():
    start = Input((1,), dtype="string")
    ones = layers.Embedding(4, 1, embeddings_initializer="ones")(TextVectorization(vocabulary=["a", "b"])(start))
    model = Model(start, layers.GlobalAveragePooling1D()(layers.Dense(1, kernel_initializer="ones")(ones)))
    places = Model(start, model.layers[1].output)
    assert places.output_shape == (None, None)
    assert places.predict(np.array(["a b a", "b"])).tolist() == [[2, 3, 2], [3, 0, 0]]
    assert places.predict(np.array(["b"])).tolist() == [[3]]
    assert model.predict(np.array(["a b a", "b"])).tolist() == [[1.0], [1.0]]
