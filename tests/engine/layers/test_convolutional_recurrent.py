"""ConvLSTM2D and ConvRNN2D beyond their numbers (tests/keras): cells, masks, states, dropout, refusals."""

import numpy as np
import pytest

from engine import backend as K
from engine.errors import GraphError, SettingError
from engine.layers import ConvLSTM2D, ConvLSTM2DCell, ConvRNN2D, Input, LSTMCell, Masking, Reshape, TimeDistributed
from engine.models import Model, Sequential

rng = np.random.default_rng(4)
X = rng.normal(size=(3, 4, 6, 5, 2)).astype("float32")
WINDOW = {"filters": 3, "kernel_size": (2, 3)}


def pair(around=None, masked=False, **settings):
    """A model of the layer and one of its cell under ConvRNN2D, with the same weights."""

    def model(layer):
        inputs = x = Input((None, 6, 5, 2))
        if masked:
            x = TimeDistributed(Reshape((60,)))(inputs)
            x = TimeDistributed(Reshape((6, 5, 2)))(Masking()(x))
        return Model(inputs, layer(x))

    whole = model(ConvLSTM2D(**WINDOW, **settings, **(around or {})))
    stepped = model(ConvRNN2D(ConvLSTM2DCell(**WINDOW, **settings), **(around or {})))
    stepped.set_weights([rng.normal(size=w.shape) * 0.3 for w in whole.get_weights()])
    whole.set_weights(stepped.get_weights())
    return whole, stepped


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("settings", [{}, {"padding": "same", "strides": 2, "use_bias": False}])
@pytest.mark.parametrize("around", [{}, {"return_state": True}, {"return_sequences": True, "go_backwards": True}])
def test_the_cell_under_conv_rnn_gives_the_numbers_of_the_layer(around, settings, masked):
    x = X.copy()
    x[0, 2:] = x[1, 0] = 0
    results = [model.predict(x) for model in pair(around, masked, **settings)]
    if "return_state" not in around:
        results = [[y] for y in results]
    assert len(results[0]) == len(results[1])
    for ours, theirs in zip(*results, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)


def test_masked_images_at_the_end_change_nothing():
    model, _ = pair(masked=True)
    padded = np.concatenate([X, np.zeros_like(X[:, :2])], axis=1)
    np.testing.assert_allclose(model.predict(padded), model.predict(X), rtol=1e-6)


def test_channels_may_come_first():
    last = Sequential([ConvLSTM2D(**WINDOW, return_sequences=True, input_shape=(4, 6, 5, 2))])
    first = Sequential(
        [ConvLSTM2D(**WINDOW, return_sequences=True, data_format="channels_first", input_shape=(4, 2, 6, 5))]
    )
    first.set_weights(last.get_weights())
    found = first.predict(X.transpose(0, 1, 4, 2, 3)).transpose(0, 1, 3, 4, 2)
    np.testing.assert_allclose(found, last.predict(X), rtol=1e-5, atol=1e-6)


def test_images_of_any_size_are_taken():
    model = Sequential([ConvLSTM2D(**WINDOW, input_shape=(None, None, None, 2))])
    assert model.output_shape == (None, None, None, 3)
    assert model.predict(X).shape == (3, 5, 3, 3)
    assert model.predict(X[:, :2, :4]).shape == (3, 3, 3, 3)


@pytest.mark.parametrize(
    "make", [lambda **s: ConvLSTM2D(**WINDOW, **s), lambda **s: ConvRNN2D(ConvLSTM2DCell(**WINDOW), **s)]
)
def test_states_go_in_and_out_and_are_kept(make):
    layer = make(return_state=True)
    first, second = Input((2, 6, 5, 2)), Input((2, 6, 5, 2))
    _, *ends = layer(first)
    continued = Model([first, second], layer(second, initial_state=ends)[0])
    stateful = Sequential([make(stateful=True, batch_input_shape=(3, 2, 6, 5, 2))])
    stateful.set_weights(continued.get_weights())
    expected = continued.predict([X[:, :2], X[:, 2:]])
    for _ in range(2):
        stateful.predict(X[:, :2], batch_size=3)
        np.testing.assert_allclose(stateful.predict(X[:, 2:], batch_size=3), expected, rtol=1e-5, atol=1e-6)
        stateful.reset_states()
    again = Model.from_config(continued.get_config())
    again.set_weights(continued.get_weights())
    np.testing.assert_allclose(again.predict([X[:, :2], X[:, 2:]]), expected, rtol=1e-6)


@pytest.mark.parametrize("which", [0, 1])
def test_dropout_keeps_one_mask_for_all_steps(which):
    model = pair({"return_sequences": True}, dropout=0.5, activation="linear", use_bias=False)[which]
    kernel, recurrent = model.get_weights()
    model.set_weights([kernel, np.zeros_like(recurrent)])
    still = np.repeat(X[:, :1], 2, axis=1)
    run = K.function([model.inputs[0], K.learning_phase()], model.outputs)
    (training,), (other,), (test,) = run([still, 1]), run([still, 1]), run([still, 0])
    # Without the state's products c' = f c + i g: the same masked image gives c, then (1 + f) c.
    first, second = training[:, 0], training[:, 1]
    assert np.all(np.abs(second) >= np.abs(first) - 1e-6)
    assert np.all(np.sign(first) == np.sign(second))
    assert not np.allclose(training, other)
    np.testing.assert_allclose(test, model.predict(still), rtol=1e-6)


def test_recurrent_dropout_trains_both_ways():
    for model in pair(dropout=0.2, recurrent_dropout=0.3):
        model.compile("sgd", "mse")
        assert np.isfinite(model.train_on_batch(X, np.ones((3, 5, 3, 3))))


def test_a_stateful_layer_needs_images_of_a_fixed_size():
    with pytest.raises(GraphError, match="batch_input_shape"):
        ConvLSTM2D(**WINDOW, stateful=True)(Input(batch_shape=(3, 4, None, 5, 2)))


def test_what_keras_refuses_is_refused():
    with pytest.raises(TypeError, match="unroll"):
        ConvLSTM2D(**WINDOW, unroll=True)
    with pytest.raises(TypeError, match="one cell"):
        ConvRNN2D([ConvLSTM2DCell(**WINDOW)])
    with pytest.raises(SettingError, match="convolutional cell"):
        ConvRNN2D(LSTMCell(3))
    with pytest.raises(ValueError, match="rank 5"):
        ConvLSTM2D(**WINDOW)(Input((6, 5, 2)))


def test_the_layer_shows_its_cell_which_has_its_weights():
    layer = ConvLSTM2D(**WINDOW, kernel_regularizer="l2")
    assert not layer.cell.built
    inputs = Input((4, 6, 5, 2))
    whole = Model(inputs, layer(inputs))
    assert layer.cell is layer.cell and isinstance(layer.cell, ConvLSTM2DCell)
    assert layer.cell.weights == layer.weights
    assert layer.cell.get_config()["kernel_size"] == [2, 3]
    stepped = Model(inputs, ConvRNN2D(layer.cell)(inputs))
    np.testing.assert_allclose(stepped.predict(X), whole.predict(X), rtol=1e-5, atol=1e-6)
