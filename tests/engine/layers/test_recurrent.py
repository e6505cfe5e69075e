"""LSTM beyond its numbers (tests/keras): state in and out, masks, first values."""

import numpy as np
import pytest

from engine import _ops as ops
from engine.errors import GraphError, ShapeError
from engine.layers import GRU, LSTM, RNN, Input, LSTMCell, Masking, SimpleRNN
from engine.models import Model, Sequential

X = np.random.default_rng(1).normal(size=(4, 6, 3)).astype("float32")


def test_the_forget_gate_starts_open():
    layer = LSTM(2)
    layer(Input(shape=(5, 3)))
    assert layer.get_weights()[2].tolist() == [0, 0, 1, 1, 0, 0, 0, 0]


def test_the_last_state_is_given_out():
    x = Input(shape=(6, 3))
    y, h, c = LSTM(2, return_sequences=True, return_state=True)(x)
    outputs, last, cell = Model(x, [y, h, c]).predict(X)
    np.testing.assert_array_equal(outputs[:, -1], last)
    assert cell.shape == (4, 2)


def test_a_sequence_may_be_read_in_two_parts():
    layer = LSTM(2, return_state=True)
    first, second = Input(shape=(4, 3)), Input(shape=(2, 3))
    _, h, c = layer(first)
    parts = Model([first, second], layer(second, initial_state=[h, c])[0])
    whole = Input(shape=(6, 3))
    expected = Model(whole, layer(whole)[0]).predict(X)
    np.testing.assert_allclose(parts.predict([X[:, :4], X[:, 4:]]), expected, rtol=1e-5, atol=1e-6)
    again = Model.from_config(parts.get_config())
    again.set_weights(parts.get_weights())
    np.testing.assert_allclose(again.predict([X[:, :4], X[:, 4:]]), expected, rtol=1e-5, atol=1e-6)


def test_a_wrong_number_of_states_is_refused():
    with pytest.raises(ShapeError, match="2 initial states"):
        LSTM(2)(Input(shape=(6, 3)), initial_state=Input(shape=(2,)))


def test_masked_steps_at_the_end_change_nothing():
    model = Sequential([Masking(input_shape=(None, 3)), LSTM(2)])
    padded = np.concatenate([X, np.zeros((4, 3, 3), "float32")], axis=1)
    np.testing.assert_allclose(model.predict(padded), model.predict(X), rtol=1e-6)


def test_going_backwards_reads_the_reversed_steps():
    forward, backward = (Sequential([LSTM(2, go_backwards=b, input_shape=(6, 3))]) for b in (False, True))
    backward.set_weights(forward.get_weights())
    np.testing.assert_allclose(backward.predict(X[:, ::-1]), forward.predict(X), rtol=1e-6)


def test_a_stateful_layer_goes_on_until_reset():
    model = Sequential([LSTM(2, stateful=True, batch_input_shape=(4, 3, 3))])
    plain = Sequential([LSTM(2, input_shape=(6, 3))])
    plain.set_weights(model.get_weights())
    assert model.stateful
    model.predict(X[:, :3], batch_size=4)
    np.testing.assert_allclose(model.predict(X[:, 3:], batch_size=4), plain.predict(X), rtol=1e-5, atol=1e-6)
    model.reset_states()
    first = model.predict(X[:, :3], batch_size=4)
    model.layers[0].reset_states([np.zeros((4, 2)), np.zeros((4, 2))])
    np.testing.assert_array_equal(model.predict(X[:, :3], batch_size=4), first)


def test_a_stateful_layer_needs_a_fixed_batch():
    with pytest.raises(GraphError, match="batch_input_shape"):
        LSTM(2, stateful=True)(Input(shape=(6, 3)))
    with pytest.raises(AttributeError, match="not stateful"):
        LSTM(2).reset_states()


@pytest.mark.parametrize("layer_class", [SimpleRNN, GRU, LSTM])
def test_a_layer_shows_its_units_as_a_cell(layer_class):
    layer = layer_class(2, kernel_regularizer="l1", activity_regularizer="l2")
    assert layer.cell is layer.cell
    assert not layer.cell.built
    inputs = Input(shape=(6, 3))
    whole = Model(inputs, layer(inputs))
    assert layer.cell.kernel is layer.kernel
    assert layer.cell.weights == layer.weights
    assert layer.cell.state_size == layer.state_size
    assert len(layer.cell.losses) == len(layer.cell.get_losses_for(None)) == 1
    assert layer.cell.get_losses_for(inputs) == []
    stepped = Model(inputs, RNN(layer.cell)(inputs))
    np.testing.assert_allclose(stepped.predict(X), whole.predict(X), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("layer_class", [SimpleRNN, GRU, LSTM])
def test_what_code_for_keras_asks_of_a_layer_is_there(layer_class):
    layer = layer_class(2, unroll=True, stateful=True)
    inputs = Input(batch_shape=(4, 6, 3))
    layer(inputs)
    count = 2 if layer_class is LSTM else 1
    assert [s.shape for s in layer.states] == [(4, 2)] * count
    assert [s.shape[1:] for s in layer.get_initial_state(inputs)] == [(2,)] * count
    assert [spec.shape for spec in layer.state_spec] == [(None, 2)] * count
    values = [np.full((4, 2), i + 1.0) for i in range(count)]
    layer.reset_states(values if count > 1 else values[0])
    for state, value in zip(layer.states, values, strict=True):
        np.testing.assert_array_equal(state.array, value)
    with pytest.raises(ShapeError, match=r"shape \(4, 2\).*\(3, 2\)"):
        layer.reset_states([np.zeros((3, 2))] * count)
    with pytest.raises(TypeError, match="takes no constants"):
        layer_class(2)(Input(shape=(6, 3)), constants=Input(shape=(2,)))


def tanh(x):
    """A function of the user's that bears a known name."""
    return ops.tanh(x) * 0.5


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("layer_class", [SimpleRNN, GRU, LSTM])
def test_activations_that_the_ops_do_not_know_run_step_by_step(layer_class, masked):
    """The same function under a name that is known, and under none."""

    def model(activation):
        inputs, *states = (Input((6, 3)), *(Input((2,)) for _ in range(2 if layer_class is LSTM else 1)))
        x = Masking()(inputs) if masked else inputs
        layer = layer_class(2, activation=activation, go_backwards=True, return_sequences=True, return_state=True)
        return Model([inputs, *states], layer(x, initial_state=states))

    known, unknown = model("softsign"), model(lambda x: x / (ops.absolute(x) + 1))
    unknown.set_weights(known.get_weights())
    x = X.copy()
    x[0, 4:] = x[1, 2] = 0
    feed = [x, *([X[:, 0, :2]] * (len(known.inputs) - 1))]
    for ours, theirs in zip(unknown.predict(feed), known.predict(feed), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)
    own = model(tanh)
    own.set_weights(known.get_weights())
    assert not np.allclose(own.predict(feed)[0], model("tanh").predict(feed)[0])


def test_such_a_layer_trains_with_dropout_and_keeps_states():
    model = Sequential([LSTM(2, activation="elu", recurrent_activation="sigmoid", stateful=True, dropout=0.2,
                             recurrent_dropout=0.2, batch_input_shape=(4, 6, 3))])  # fmt: skip
    model.compile("sgd", "mse")
    assert np.isfinite(model.train_on_batch(X, np.zeros((4, 2))))
    assert not np.allclose(model.predict(X, batch_size=4), model.predict(X, batch_size=4))


@pytest.mark.parametrize("make", [lambda: LSTM(2), lambda: RNN(LSTMCell(2))])
def test_first_states_may_be_arrays(make):
    inputs, layer = Input((6, 3)), make()
    states = [np.full((4, 2), 0.5), np.full((4, 2), -0.5)]
    fixed = Model(inputs, layer(inputs, initial_state=states))
    given = [Input((2,)), Input((2,))]
    fed = Model([inputs, *given], layer(inputs, initial_state=given))
    np.testing.assert_allclose(fixed.predict(X), fed.predict([X, *states]), rtol=1e-6)
