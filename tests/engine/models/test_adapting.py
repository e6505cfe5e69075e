"""Layers of texts learn their vocabulary from the data of a training."""

import numpy as np

from engine.experiment import prepare
from engine.layers import Dense, Embedding, GlobalAveragePooling1D, Input, StringLookup, TextVectorization, concatenate
from engine.models import Model
from engine.models.adapting import learn_vocabularies

TEXTS = np.array(["a b", "b c", "b", "late"])


def test_each_layer_without_a_vocabulary_learns_that_of_its_input():
    text, kind = Input((1,), dtype="string", name="text"), Input((1,), dtype="string", name="kind")
    words, known = TextVectorization(output_sequence_length=2), StringLookup(vocabulary=["x"])
    kinds = StringLookup()
    joined = concatenate([words(text), known(kind), kinds(kind)])
    model = Model([text, kind], joined)
    learnt = learn_vocabularies(model, {"text": TEXTS, "kind": np.array(["u", "v", "v", "w"])}, held_out=0.25)
    assert learnt == [words, kinds]
    assert words.get_vocabulary(include_special_tokens=False) == ["b", "c", "a"]
    assert kinds.get_vocabulary() == ["[UNK]", "v", "u"] and known.get_vocabulary() == ["[UNK]", "x"]
    assert learn_vocabularies(model, {}) == []


def test_an_experiment_trains_with_the_words_of_its_data():
    text = Input((1,), dtype="string", name="text")
    places = TextVectorization(max_tokens=9, output_sequence_length=3)(text)
    out = Dense(1, name="out")(GlobalAveragePooling1D()(Embedding(9, 2)(places)))
    model = {"class_name": "Model", "config": Model(text, out).get_config()}
    experiment = {**model, "data": {"inputs": {"text": "x"}, "targets": {"out": "y"}}}
    prepared = prepare(experiment, {"x": TEXTS, "y": np.arange(4.0)})
    assert len(prepared.fit().epoch) == 10
    assert set(prepared.model.layers[1].get_vocabulary(include_special_tokens=False)) == {"a", "b", "c", "late"}
    again = type(prepared.model).from_config(prepared.model.get_config())
    again.set_weights(prepared.model.get_weights())
    np.testing.assert_array_equal(again.predict(TEXTS), prepared.model.predict(TEXTS))
