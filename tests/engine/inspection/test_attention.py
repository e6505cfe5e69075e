"""Attention scores are those that the layer's output is made of."""

import numpy as np
import pytest

from engine import layers
from engine.errors import DataError
from engine.inspection import LayerInspector
from engine.models import Model

RNG = np.random.default_rng(4)
X = RNG.normal(size=(2, 5, 4)).astype("float32")


@pytest.mark.parametrize("kind", [layers.Attention, layers.AdditiveAttention])
def test_scores_times_values_is_the_output(kind):
    x = layers.Input((5, 4))
    model = Model(x, kind(name="attend")([x, x]))
    scores = LayerInspector(model, "attend").attention(X)
    assert scores.shape == (2, 5, 5)
    assert np.allclose(scores.sum(-1), 1, atol=1e-6)
    assert np.abs(scores @ X - model.predict(X)).max() < 1e-6


def test_heads_have_scores_of_their_own():
    x = layers.Input((5, 4))
    attend = layers.MultiHeadAttention(2, 3, name="attend")
    model = Model(x, attend(x, x))
    scores = LayerInspector(model, "attend").attention(X)
    q, q_bias, k, k_bias = attend.get_weights()[:4]
    query, key = (np.einsum("ntd,dhk->nhtk", X, w) + b[:, None] for w, b in ((q, q_bias), (k, k_bias)))
    products = query @ key.transpose(0, 1, 3, 2) / np.sqrt(3)
    powers = np.exp(products - products.max(-1, keepdims=True))
    assert np.abs(scores - powers / powers.sum(-1, keepdims=True)).max() < 1e-6


def test_a_layer_that_does_not_attend_is_refused():
    x = layers.Input((5, 4))
    model = Model(x, layers.Dense(2, name="dense")(x))
    with pytest.raises(DataError, match="expected a layer of attention, found Dense"):
        LayerInspector(model, "dense").attention(X)
