"""Models that begin with texts in a builder: cards, forms, data, a training that learns the vocabulary."""

from __future__ import annotations

import numpy as np
import pytest

from engine.layers import Dense, Embedding, GlobalAveragePooling1D, Input, StringLookup, TextVectorization
from engine.models import Model, Sequential
from kwidgets import Builder

from .wire import LONG

pytestmark = pytest.mark.usefixtures("small_bundle")

TEXTS = np.array(["a good film", "a bad film", "very good", "very bad"] * 16)
LABELS = np.array([1.0, 0.0, 1.0, 0.0] * 16)


def test_cards_of_texts_are_put_together_and_trained():
    builder = Builder(arrays={"reviews": TEXTS, "y": LABELS})
    add = builder.document.add
    add("Input", shape=(1,), dtype="string")
    add("TextVectorization", after="input_1", max_tokens=20, output_sequence_length=4)
    add("Embedding", input_dim=20, output_dim=8)
    add("GlobalAveragePooling1D")
    add("Dense", units=1, activation="sigmoid")
    builder.document.set_training(loss="binary_crossentropy", metrics=["accuracy"], epochs=60)
    builder.set_data(source="notebook", inputs={"input_1": "reviews"}, targets={"dense_1": "y"})
    assert builder.document.data()["problems"] == []
    builder.start()
    assert builder.session.wait(LONG) and builder.session.state == "finished", builder.session.error
    assert builder.model.evaluate(TEXTS, LABELS, verbose=0)[1] == 1
    # The vocabulary was learnt with the weights.
    assert set(builder.model.layers[0].get_vocabulary(include_special_tokens=False)) == {
        "a",
        "good",
        "bad",
        "film",
        "very",
    }


def test_a_model_with_a_vocabulary_opens_with_it_and_its_form_shows_it():
    layer = TextVectorization(output_sequence_length=4)
    layer.adapt(TEXTS)
    model = Sequential([layer, Embedding(len(layer.get_vocabulary()), 4), GlobalAveragePooling1D(), Dense(1)])
    model.build((None, 1))
    model.compile("adam", "mse")
    builder = Builder(model)
    assert builder.model.predict(TEXTS[:2]).shape == (2, 1)
    np.testing.assert_array_equal(builder.model.predict(TEXTS[:2]), model.predict(TEXTS[:2]))
    shown = builder.document.form([f"{layer.name}@0"])
    fields = {field["name"]: field for field in shown["sections"][0]["fields"]}
    assert fields["vocabulary"]["value"] == layer.get_vocabulary(include_special_tokens=False)
    assert fields["vocabulary"]["control"]["kind"] == "texts"
    assert fields["standardize"]["control"]["options"][0] == "lower_and_strip_punctuation"
    again = Builder(builder.to_yaml())
    assert again.experiment == builder.experiment


def test_texts_are_offered_to_inputs_of_texts_alone():
    text = Input((1,), dtype="string", name="word")
    number = Input((1,), name="number")
    both = Dense(1, name="out")(StringLookup(vocabulary=["a"], output_mode="multi_hot")(text))
    model = Model([text, number], [both, Dense(1, name="other")(number)])
    model.compile("adam", "mse")
    arrays = {
        "x": np.zeros(4, "float32"),
        "words": np.array(["a", "b", "a", "b"]),
        "y": np.ones(4, "float32"),
        "z": np.ones(4),
    }
    builder = Builder(model, arrays=arrays)
    chosen = builder.document.draft.data["inputs"]
    assert chosen["word"] == "words" and chosen["number"] == "x"
