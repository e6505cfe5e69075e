"""Attention: masks, later steps, sizes that are open, what is refused."""

import numpy as np
import pytest

from engine.errors import ShapeError
from engine.layers import AdditiveAttention, Attention, Dense, Embedding, GlobalAveragePooling1D, Input
from engine.models import Model, model_from_json

rng = np.random.default_rng(0)
QUERY, VALUE = (rng.normal(size=(2, n, 3)).astype("float32") for n in (4, 4))


def softmax(scores):
    e = np.exp(scores - scores.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def test_no_step_looks_at_later_ones_whether_lengths_are_known_or_not():
    scores = QUERY @ VALUE.transpose(0, 2, 1)
    expected = softmax(np.where(np.tri(4, dtype=bool), scores, -np.inf)) @ VALUE
    np.testing.assert_allclose(Attention(causal=True)([QUERY, VALUE]), expected, rtol=1e-5, atol=1e-6)
    query, value = Input((None, 3)), Input((None, 3))
    model = Model([query, value], Attention()([query, value], use_causal_mask=True))
    again = model_from_json(model.to_json())
    for one in (model, again):
        np.testing.assert_allclose(one.predict([QUERY, VALUE]), expected, rtol=1e-5, atol=1e-6)


def test_missing_steps_of_the_value_have_no_weight_and_those_of_the_query_give_0():
    words = np.array([[1, 2, 0, 0], [3, 1, 2, 0]])
    inputs = Input((4,))
    vectors = Embedding(5, 3, mask_zero=True)(inputs)
    model = Model(inputs, [vectors, AdditiveAttention(use_scale=False)([vectors, vectors])])
    x, y = model.predict(words)
    scores = np.tanh(x[:, :, None] + x[:, None]).sum(-1)
    expected = softmax(np.where(words[:, None] > 0, scores, -np.inf)) @ x * (words > 0)[..., None]
    np.testing.assert_allclose(y, expected, rtol=1e-5, atol=1e-6)


def test_a_classifier_of_texts_learns_which_word_counts():
    words = rng.integers(2, 20, (256, 8))
    labels = rng.integers(0, 2, 256)
    words[np.arange(256), rng.integers(0, 8, 256)] = labels
    inputs = Input((8,))
    vectors = Embedding(20, 16)(inputs)
    mixed = Attention(use_scale=True)([Dense(16)(vectors), vectors])
    model = Model(inputs, Dense(1, activation="sigmoid")(GlobalAveragePooling1D()(mixed)))
    model.compile("adam", "binary_crossentropy", ["accuracy"])
    model.fit(words, labels, epochs=40, batch_size=16, verbose=0)
    assert model.evaluate(words, labels, verbose=0)[1] > 0.9


@pytest.mark.parametrize(
    ("shapes", "sentence"),
    [
        ([(4, 3), (5, 2)], "equal features of query and key"),
        ([(4, 3), (5, 2), (6, 3)], "equal steps of value and key"),
        ([(4, 3), (4,)], "three axes"),
        ([(4, 3)], "2 or more inputs"),
        ([(4, 3)] * 4, "2 or 3 inputs"),
    ],
)
def test_what_does_not_fit_is_refused(shapes, sentence):
    with pytest.raises(ShapeError, match=sentence):
        Attention()([Input(shape) for shape in shapes])
