"""Trying a model without data: numbers that it can train on, and the memory it holds."""

from __future__ import annotations

import numpy as np
import pytest

from engine.describe.trial import (
    fill_weights,
    free_sizes,
    held_by,
    random_data,
    sample_bytes,
    weight_bytes,
)
from engine.layers import LSTM, Concatenate, Dense, Embedding, Input, Layer
from engine.models import Model, Sequential


def compiled(*layers: Layer, loss: str = "mse", optimizer: str = "adam") -> Model:
    model = Sequential(list(layers))
    model.compile(optimizer, loss)
    return model


def rng() -> np.random.Generator:
    return np.random.default_rng(3)


@pytest.mark.parametrize(
    "loss", ["mse", "binary_crossentropy", "categorical_crossentropy", "sparse_categorical_crossentropy", "hinge"]
)
def test_a_model_trains_on_its_random_data(loss: str) -> None:
    model = compiled(Dense(5, activation="softmax", input_shape=(3,)), loss=loss)
    x, y = random_data(model, 8, rng())
    assert all(len(array) == 8 for array in (*x.values(), *y.values()))
    assert np.isfinite(model.train_on_batch(x, y))


def test_words_are_known_to_the_embedding_and_classes_to_the_output() -> None:
    words, facts = Input((7,)), Input((2,))  # as in Keras, words come as floats too
    inner = Sequential([Embedding(11, 4, input_length=7), LSTM(3)])
    y = Dense(6, activation="softmax")(Concatenate()([inner(words), facts]))
    model = Model([words, facts], y)
    model.compile("sgd", "sparse_categorical_crossentropy")
    x, targets = random_data(model, 400, rng())
    numbers = x[model.input_names[0]]
    assert (numbers == numbers.round()).all()
    assert set(np.unique(numbers)) == set(range(11))
    assert not (x[model.input_names[1]] == x[model.input_names[1]].round()).all()
    assert set(np.unique(targets[model.output_names[0]])) == set(range(6))
    model.train_on_batch(x, targets)


def test_free_sizes_are_named_until_lengths_are_given() -> None:
    model = compiled(LSTM(3, input_shape=(None, 2)), Dense(1))
    name = model.input_names[0]
    assert free_sizes(model) == [name]
    assert free_sizes(model, {name: (100, 9, 2)}) == []
    x, _ = random_data(model, 4, rng(), {name: (100, 9, 2)})
    assert x[name].shape == (4, 9, 2)
    assert sample_bytes(model, {name: (100, 9, 2)}) == (9 * 2 + 1) * 4


def test_what_a_model_holds_is_weights_gradients_slots_and_buffers() -> None:
    model = compiled(Dense(100, input_shape=(200,)), optimizer="adam")
    assert weight_bytes(model) == 4 * (200 * 100 + 100)
    assert held_by(model).lasting == 0  # nothing is made before it is used
    x, y = random_data(model, 16, rng())
    model.train_on_batch(x, y)
    held = held_by(model)
    assert held.lasting == 4 * weight_bytes(model)  # weights, gradients, two slots
    assert held.buffers >= 16 * sample_bytes(model)


def test_large_weights_get_cheap_values_of_the_usual_size_and_others_keep_theirs() -> None:
    model = compiled(Dense(300, input_shape=(200,)), Dense(2))
    fill_weights(model, rng())
    large, bias, small, _ = model.weights
    assert large.materialised
    assert not small.materialised
    assert not bias.materialised
    assert 0.8 < large.array.std() / np.sqrt(1 / 200) < 1.2
    large.array[...] = 7
    fill_weights(model, rng())
    assert (large.array == 7).all()
