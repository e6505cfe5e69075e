"""Attention of several heads: masks, later steps, open sizes, what a graph and a program keep of a call, what is refused."""

import numpy as np
import pytest

from engine.errors import SettingError, ShapeError
from engine.experiment import read_python
from engine.layers import Dense, Embedding, GroupQueryAttention, Input, MultiHeadAttention
from engine.models import Model, model_from_json

rng = np.random.default_rng(0)
X = rng.normal(size=(2, 5, 8)).astype("float32")


def by_definition(layer, x, seen):
    """softmax(q k^T / sqrt(size)) v in plain NumPy, and the weights of the means."""
    (qk, qb, kk, kb, vk, vb, ok, ob) = layer.get_weights()
    q, k, v = (np.einsum("ntd,dhk->nhtk", x, kernel) + bias[:, None] for kernel, bias in ((qk, qb), (kk, kb), (vk, vb)))
    scores = np.where(seen, q @ k.swapaxes(-1, -2) / np.sqrt(qk.shape[-1]), -np.inf)
    weights = np.exp(scores - scores.max(-1, keepdims=True))
    weights /= weights.sum(-1, keepdims=True)
    return np.einsum("nhtk,hkd->ntd", weights @ v, ok) + ob, weights


def test_a_causal_call_of_open_length_gives_what_the_definition_gives_and_comes_back_from_its_config():
    x = Input((None, 8))
    layer = MultiHeadAttention(2, 3, bias_initializer="random_normal")
    model = Model(x, layer(x, x, return_attention_scores=True, use_causal_mask=True))
    expected = by_definition(layer, X, np.tri(5, dtype=bool))
    again = model_from_json(model.to_json())
    again.set_weights(model.get_weights())
    for one in (model, again):
        for found, wanted in zip(one.predict(X), expected, strict=True):
            np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=1e-5)


def test_one_tensor_alone_is_query_value_and_key():
    layer = MultiHeadAttention(2, 3)
    np.testing.assert_array_equal(layer(X), layer(X, X, X))
    np.testing.assert_array_equal(layer(X), layer([X, X]))
    np.testing.assert_array_equal(layer(X), layer(query=X, value=X, key=X))


def test_a_mask_may_be_an_array_or_a_tensor_and_is_kept_by_the_config():
    layer = MultiHeadAttention(2, 3)
    seen = np.tri(5)
    expected = layer(X, X, attention_mask=np.stack([seen, seen]))
    x, mask = Input((5, 8)), Input((5, 5))
    fixed, fed = Model(x, layer(x, x, attention_mask=seen)), Model([x, mask], layer(x, x, attention_mask=mask))
    for model, data in ((fixed, X), (fed, [X, np.stack([seen, seen])])):
        again = model_from_json(model.to_json())
        again.set_weights(model.get_weights())
        for one in (model, again):
            np.testing.assert_allclose(one.predict(data), expected, rtol=1e-4, atol=1e-5)


def test_missing_words_have_no_weight():
    words = np.array([[1, 2, 0, 0], [3, 1, 2, 0]])
    inputs = Input((4,))
    vectors = Embedding(5, 8, mask_zero=True)(inputs)
    layer = MultiHeadAttention(2, 3)
    model = Model(inputs, [vectors, *layer(vectors, vectors, return_attention_scores=True)])
    x, y, weights = model.predict(words)
    present = words > 0
    expected, _ = by_definition(layer, x, present[:, None, None])
    np.testing.assert_allclose(y[present], expected[present], rtol=1e-4, atol=1e-5)
    assert weights.transpose(0, 2, 3, 1)[present][:, :, :].shape[0] == present.sum()
    assert weights[0, :, :2, 2:].max() == 0


def test_as_many_groups_as_heads_are_attention_of_several_heads():
    grouped, plain = GroupQueryAttention(3, 4, 4), MultiHeadAttention(4, 3)
    expected = plain(X, X, use_causal_mask=True)
    grouped(X, X)
    grouped.set_weights(plain.get_weights())
    np.testing.assert_allclose(grouped(X, X, use_causal_mask=True), expected, rtol=1e-5, atol=1e-6)


def test_a_next_word_is_learnt_only_where_no_step_sees_it():
    words = rng.integers(0, 6, (128, 7))
    losses = {}
    for causal in (True, False):
        inputs = Input((6,))
        x = Embedding(6, 16)(inputs)
        x = MultiHeadAttention(2, 8, causal=causal)(x, x)
        model = Model(inputs, Dense(6, activation="softmax")(x))
        model.compile("adam", "sparse_categorical_crossentropy")
        history = model.fit(words[:, :-1], words[:, 1:, None], epochs=40, verbose=0)
        losses[causal] = history.history["loss"][-1]
    assert losses[False] < losses[True]  # what comes is random, so that only a look ahead helps


def test_a_program_in_tf_keras_is_read():
    program = read_python("""
from tensorflow import keras
x, mask = keras.Input((16, 8)), keras.Input((16, 16))
y = keras.layers.MultiHeadAttention(num_heads=2, key_dim=4)(x, x, use_causal_mask=True, attention_mask=mask)
z, scores = keras.layers.MultiHeadAttention(2, 4)(y, value=x, key=y, return_attention_scores=True)
model = keras.Model([x, mask], z)
""")
    assert not program.notes
    first, second = (e for e in program.experiment["config"]["layers"] if e["class_name"] == "MultiHeadAttention")
    assert first["config"]["causal"] and [wire[0] for wire in first["inbound_nodes"][0]] == [
        *["input_1"] * 3,
        "input_2",
    ]
    assert second["inbound_nodes"][0][0][3] == {"return_attention_scores": True}


@pytest.mark.parametrize(
    ("shapes", "sentence"),
    [
        ([(4, 3), (5,)], "three axes or more"),
        ([(4, None), (5, 3)], "known features"),
        ([(4, 3), (5, 2), (6, 3)], "equal steps of value and key"),
        ([(4, 3)] * 5, "at most 4 inputs"),
    ],
)
def test_what_does_not_fit_is_refused(shapes, sentence):
    with pytest.raises(ShapeError, match=sentence):
        MultiHeadAttention(2, 3)([Input(shape) for shape in shapes])


def test_settings_that_do_not_fit_are_refused():
    with pytest.raises(SettingError, match="divides the 4 query heads"):
        GroupQueryAttention(3, 4, 3)
    with pytest.raises(SettingError, match="attention_axes"):
        MultiHeadAttention(2, 3, attention_axes=2)(X, X)
    with pytest.raises(ShapeError, match="known sizes of all axes"):
        x = Input((None, 3, 4))
        MultiHeadAttention(2, 3)(x, x)
