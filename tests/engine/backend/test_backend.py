"""K against NumPy, and what users write with it: layers, losses, metrics, functions."""

import numpy as np
import pytest

from engine import backend as K
from engine.errors import ShapeError
from engine.layers import Dense, Layer
from engine.models import Sequential

rng = np.random.default_rng(0)
X = rng.normal(size=(40, 5)).astype("float32")
Y = (X[:, :1] * 0.5 + 0.1).astype("float32")


class KerasStyle(Layer):
    def __init__(self, units, **kwargs):
        self.units = units
        super().__init__(**kwargs)

    def build(self, input_shape):
        self.kernel = self.add_weight(name="kernel", shape=(input_shape[1], self.units), initializer="uniform")
        self.bias = self.add_weight(name="bias", shape=(self.units,), initializer="zeros")
        super().build(input_shape)

    def call(self, inputs):
        return K.bias_add(K.dot(inputs, self.kernel), self.bias)

    def compute_output_shape(self, input_shape):
        return (input_shape[0], self.units)


def test_a_layer_a_loss_and_a_metric_written_with_k_learn():
    def loss(y_true, y_pred):
        return K.mean(K.square(y_pred - y_true), axis=-1) + 0.0 * K.sum(K.abs(y_pred), axis=-1)

    def mean_pred(y_true, y_pred):
        return K.mean(y_pred)

    model = Sequential([KerasStyle(1, input_shape=(5,))])
    model.compile("adam", loss, metrics=[mean_pred])
    model.optimizer.lr = 0.05
    history = model.fit(X, Y, epochs=30, verbose=0).history
    assert history["loss"][-1] < history["loss"][0] / 10
    assert history["mean_pred"][-1] == pytest.approx(float(Y.mean()), abs=0.1)


def test_a_custom_loss_trains_exactly_as_the_built_in_one():
    def mine(y_true, y_pred):
        return K.mean(K.square(y_pred - y_true), axis=-1)

    weights = []
    for loss in ("mse", mine):
        model = Sequential([Dense(3, activation="tanh", input_shape=(5,)), Dense(1)])
        model.set_weights([np.full(w.shape, 0.1) for w in model.get_weights()])
        model.compile("sgd", loss)
        model.fit(X, Y, epochs=3, shuffle=False, verbose=0)
        weights.append(model.get_weights())
    for a, b in zip(*weights, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-7)


def test_functions_update_variables_and_know_the_phase():
    x, total = K.placeholder((None, 2)), K.variable([0.0, 0.0])
    f = K.function(
        [x, K.learning_phase()], [K.in_train_phase(x * 2, x)], updates=[K.update_add(total, K.sum(x, axis=0))]
    )
    np.testing.assert_array_equal(f([np.ones((3, 2)), 1])[0], 2)
    np.testing.assert_array_equal(f([np.ones((3, 2)), 0])[0], 1)
    np.testing.assert_array_equal(K.get_value(total), 6)


def test_gradients_are_tensors():
    x = K.placeholder((None, 3), dtype="float64")
    (gradient,) = K.gradients(K.sum(K.exp(x) * 2), [x])
    a = rng.normal(size=(2, 3))
    np.testing.assert_allclose(K.function([x], [gradient])([a])[0], 2 * np.exp(a))


@pytest.mark.parametrize("backwards", [False, True])
def test_rnn_is_a_loop_that_skips_masked_steps(backwards):
    a = rng.normal(size=(2, 4, 3)).astype("float32")
    mask = np.array([[1, 1, 0, 1], [1, 0, 1, 1]], bool)
    x, m = K.placeholder((None, 4, 3)), K.placeholder((None, 4), dtype="bool")

    def step(value, states):
        new = value + 0.5 * states[0]
        return new, [new]

    last, every, states = K.rnn(step, x, [K.zeros_like(x[:, 0])], go_backwards=backwards, mask=m)
    got = K.function([x, m], [last, every, states[0]])([a, mask])
    state, expected = np.zeros((2, 3), "float32"), []
    for t in reversed(range(4)) if backwards else range(4):
        state = np.where(mask[:, t, None], a[:, t] + 0.5 * state, state)
        expected.append(state)
    np.testing.assert_allclose(got[1], np.stack(expected, 1), rtol=1e-6)
    np.testing.assert_allclose(got[0], state, rtol=1e-6)


CASES = {
    "clip": (lambda x: K.clip(x, -0.5, 0.5), lambda a: np.clip(a, -0.5, 0.5)),
    "pow": (lambda x: K.pow(x, 2), lambda a: a**2),
    "l2_normalize": (lambda x: K.l2_normalize(x, -1), lambda a: a / np.linalg.norm(a, axis=-1, keepdims=True)),
    "flatten": (K.flatten, np.ravel),
    "batch_flatten": (K.batch_flatten, lambda a: a.reshape(len(a), -1)),
    "permute": (lambda x: K.permute_dimensions(x, (0, 2, 1)), lambda a: a.transpose(0, 2, 1)),
    "repeat_elements": (lambda x: K.repeat_elements(x, 2, 1), lambda a: a.repeat(2, 1)),
    "tile": (lambda x: K.tile(x, (1, 2, 1)), lambda a: np.tile(a, (1, 2, 1))),
    "slice": (lambda x: K.slice(x, (0, 1, 0), (-1, 2, -1)), lambda a: a[:, 1:3]),
    "padding": (lambda x: K.temporal_padding(x, (1, 2)), lambda a: np.pad(a, ((0, 0), (1, 2), (0, 0)))),
    "zeros_like": (K.zeros_like, np.zeros_like),
    "switch": (lambda x: K.switch(x > 0, x, -x), np.abs),
    "map_fn": (lambda x: K.map_fn(lambda row: row * 2, x), lambda a: a * 2),
    "foldl": (lambda x: K.foldl(lambda s, row: s + row, x), lambda a: a.sum(0)),
    "reverse": (lambda x: K.reverse(x, 1), lambda a: a[:, ::-1]),
}


@pytest.mark.parametrize("name", CASES)
def test_a_function_gives_what_numpy_gives(name):
    ours, numpys = CASES[name]
    a = rng.normal(size=(2, 4, 3)).astype("float32")
    np.testing.assert_allclose(K.eval(ours(K.constant(a))), numpys(a), rtol=1e-5, atol=1e-6)


def test_sizes_that_are_not_known_are_refused_by_name():
    with pytest.raises(ShapeError, match=r"K\.foldl"):
        K.foldl(lambda a, b: a + b, K.placeholder((None, 3)))


def test_every_name_is_there():
    assert [name for name in K.__all__ if not hasattr(K, name)] == []


@pytest.mark.parametrize(
    ("loss", "variables", "message"),
    [
        (lambda m: m.output, lambda m: m.layers[0], r"variables: expected a tensor.*Write layer.output"),
        (lambda m: m.output, lambda m: np.ones((2, 3)), "variables: expected a tensor.*K.variable"),
        (lambda m: m.output, lambda m: [[m.input], [m.output]], "variables: expected a tensor.*One list"),
        (lambda m: 3.0, lambda m: m.input, "loss: expected a tensor, found 3.0"),
        (lambda m: [], lambda m: m.input, "loss: expected a tensor, found None"),
        (lambda m: None, lambda m: m.input, "loss: expected a tensor, found None"),
    ],
)
def test_gradients_of_what_is_no_tensor_are_refused_in_words(loss, variables, message):
    model = Sequential([Dense(2, input_shape=(3,))])
    with pytest.raises(TypeError, match=message):
        K.gradients(loss(model), variables(model))
