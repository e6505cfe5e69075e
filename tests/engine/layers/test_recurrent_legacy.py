"""`Recurrent`, the base of recurrent layers before cells: step, constants, preprocessing, states."""

import numpy as np
import pytest

from engine import backend as K
from engine.errors import GraphError
from engine.layers import GRU, RNN, ConvRecurrent2D, GRUCell, Input, InputSpec, Recurrent
from engine.models import Model, Sequential

rng = np.random.default_rng(6)
X = rng.normal(size=(4, 6, 3)).astype("float32")


class Simple(Recurrent):
    """A simple recurrent network as it was written then: inputs are multiplied before the steps."""

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.states = [None]

    def build(self, input_shape):
        if isinstance(input_shape, list):
            input_shape = input_shape[0]
        self.input_spec = [InputSpec(shape=(input_shape[0] if self.stateful else None, None, input_shape[-1]))]
        self.kernel = self.add_weight(name="kernel", shape=(input_shape[-1], self.units), initializer="uniform")
        self.across = self.add_weight(name="across", shape=(self.units, self.units), initializer="orthogonal")
        if self.stateful:
            self.reset_states()
        self.built = True

    def preprocess_input(self, inputs, training=None):
        return K.dot(inputs, self.kernel)

    def get_constants(self, inputs, training=None):
        return [K.variable(np.full(self.units, 2.0))]

    def step(self, x, states):
        h, scale = states
        output = K.tanh(x + K.dot(h, self.across)) * scale
        return output, [output]

    def get_config(self):
        return {"units": self.units, **super().get_config()}


def expected(model, x, backwards=False, h=0.0):
    kernel, across = model.get_weights()
    for t in reversed(range(x.shape[1])) if backwards else range(x.shape[1]):
        h = np.tanh(x[:, t] @ kernel + h @ across if np.ndim(h) else x[:, t] @ kernel) * 2
    return h


@pytest.mark.parametrize("backwards", [False, True])
def test_a_layer_of_that_time_runs_and_trains(backwards):
    model = Sequential([Simple(2, go_backwards=backwards, input_shape=(None, 3))])
    np.testing.assert_allclose(model.predict(X), expected(model, X, backwards), rtol=1e-5, atol=1e-6)
    model.compile("sgd", "mse")
    before = model.get_weights()
    model.train_on_batch(X, np.zeros((4, 2)))
    assert all((a != b).any() for a, b in zip(before, model.get_weights(), strict=True))
    again = Simple.from_config(model.layers[0].get_config())
    assert again.get_config() == model.layers[0].get_config()


def test_states_go_in_and_out_and_are_kept():
    x, h = Input((6, 3)), Input((2,))
    layer = Simple(2, return_sequences=True, return_state=True)
    model = Model([x, h], layer(x, initial_state=h))
    first = rng.normal(size=(4, 2)).astype("float32")
    outputs, last = model.predict([X, first])
    np.testing.assert_allclose(last, expected(model, X, h=first), rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(outputs[:, -1], last)
    stateful = Sequential([Simple(2, stateful=True, batch_input_shape=(4, 3, 3))])
    stateful.set_weights(model.get_weights())
    for _ in range(2):
        stateful.predict(X[:, :3], batch_size=4)
        found = stateful.predict(X[:, 3:], batch_size=4)
        np.testing.assert_allclose(found, expected(model, X), rtol=1e-5, atol=1e-6)
        stateful.reset_states()


def test_the_settings_of_images_are_there():
    layer = ConvRecurrent2D(2, 3, return_sequences=True)
    assert layer.get_config()["kernel_size"] == [3, 3]
    with pytest.raises(ValueError, match="rank 5"):
        layer(Input((4, 3)))


@pytest.mark.parametrize("make", [lambda: GRU(2), lambda: RNN(GRUCell(2)), lambda: Simple(2)])
def test_first_states_of_layers_and_others_are_not_mixed(make):

    with pytest.raises(GraphError, match="both kinds"):
        make()(Input((6, 3)), initial_state=[Input((2,)), K.zeros((4, 2))])
