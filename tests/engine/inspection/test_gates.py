"""Gates and states of recurrent layers: their last state is what the layer gives, and gates follow the formulas."""

import numpy as np
import pytest

from engine import layers
from engine.inspection import LayerInspector
from engine.models import Model, Sequential

X = np.random.default_rng(1).normal(size=(3, 6, 2)).astype("float32")

KINDS = [
    (layers.LSTM, {}),
    (layers.LSTM, {"recurrent_activation": "sigmoid", "go_backwards": True, "use_bias": False}),
    (layers.LSTM, {"activation": "softsign"}),
    (layers.GRU, {}),
    (layers.GRU, {"reset_after": True}),
    (layers.GRU, {"reset_after": True, "use_bias": False}),
    (layers.SimpleRNN, {"activation": "relu"}),
    (layers.CuDNNLSTM, {}),
    (layers.CuDNNGRU, {}),
]


@pytest.mark.parametrize(("kind", "settings"), KINDS)
def test_the_states_are_what_the_layer_gives(kind, settings):
    layer = kind(4, return_sequences=True, name="rnn", **settings)
    model = Sequential([layers.Masking(-5.0, input_shape=(6, 2)), layer]) if layer.supports_masking else None
    model = model or Sequential([kind(4, return_sequences=True, name="rnn", input_shape=(6, 2), **settings)])
    x = X.copy()
    if layer.supports_masking:
        x[0, 3:] = -5.0
        x[1, 1] = -5.0
    model.get_layer("rnn").set_weights(
        [np.random.default_rng(2).normal(size=w.shape) for w in model.get_layer("rnn").get_weights()]
    )
    states = LayerInspector(model, "rnn").gates(x)["state"]
    given = model.predict(x)
    states = states[:, ::-1] if settings.get("go_backwards") else states
    assert np.abs(states - given).max() < 1e-6


def test_an_lstm_has_its_four_gates_by_their_formulas():
    model = Sequential([layers.LSTM(2, recurrent_activation="sigmoid", name="lstm", input_shape=(6, 2))])
    found = LayerInspector(model, "lstm").gates(X)
    assert list(found) == ["input gate", "forget gate", "candidate", "output gate", "state", "cell state"]
    kernel, recurrent, bias = (w.astype(float) for w in model.get_weights())
    h, c = np.zeros((3, 2)), np.zeros((3, 2))
    for t in range(6):
        z = X[:, t] @ kernel + h @ recurrent + bias
        i, f, o = (1 / (1 + np.exp(-z[:, k : k + 2])) for k in (0, 2, 6))
        g = np.tanh(z[:, 4:6])
        c = f * c + i * g
        h = o * np.tanh(c)
        for name, value in zip(found, (i, f, g, o, h, c), strict=True):
            assert np.abs(found[name][:, t] - value).max() < 1e-6, name


def test_first_states_that_other_layers_give_count():
    x, h = layers.Input((6, 2)), layers.Input((3,))
    model = Model([x, h], layers.SimpleRNN(3, name="rnn", return_sequences=True)(x, initial_state=h))
    first = np.ones((3, 3))
    assert np.allclose(LayerInspector(model, "rnn").gates([X, first])["state"], model.predict([X, first]), atol=1e-6)


def test_a_layer_without_gates_has_none():
    model = Sequential([layers.Dense(2, input_shape=(6, 2), name="dense")])
    assert LayerInspector(model, "dense").gates(X) == {}
