"""Layers that differ between training and use: dropout, noise, batch normalisation; and calls that settle the phase."""

import numpy as np
import pytest

from engine._machine.random import set_seed
from engine.layers import LSTM, BatchNormalization, Dropout, GaussianNoise, Input
from engine.models import Model, Sequential

ONES = np.ones((40, 6, 5), "float32")


@pytest.fixture(autouse=True)
def _seed():
    set_seed(3)


def settled(layer, training, shape=(6, 5)):
    x = Input(shape=shape)
    return Model(x, layer(x, training=training))


def test_dropout_drops_when_told_and_scales_the_rest():
    y = settled(Dropout(0.25), True).predict(ONES)
    assert set(np.unique(y).round(4)) == {0.0, np.float32(1.3333)}
    assert y.mean() == pytest.approx(1.0, abs=0.1)
    assert (settled(Dropout(0.25), False).predict(ONES) == 1).all()
    again = settled(Dropout(0.25), True)
    assert (again.predict(ONES) != again.predict(ONES)).any()


def test_a_noise_shape_shares_the_decision_along_an_axis():
    y = settled(Dropout(0.5, noise_shape=(None, 1, None)), True).predict(ONES)
    assert (y == y[:, :1]).all()
    assert (y != y[:1]).any()


def test_noise_is_added_when_told():
    y = settled(GaussianNoise(0.5), True).predict(ONES)
    assert (y - 1).std() == pytest.approx(0.5, rel=0.1)
    assert (settled(GaussianNoise(0.5), False).predict(ONES) == 1).all()


def test_lstm_drops_when_told():
    layer = LSTM(3, dropout=0.5, recurrent_dropout=0.5)
    x = Input(shape=(6, 5))
    always, plain = Model(x, layer(x, training=True)), Model(x, layer(x))
    assert (always.predict(ONES) != plain.predict(ONES)).any()
    np.testing.assert_array_equal(plain.predict(ONES), plain.predict(ONES))


@pytest.mark.parametrize("axis", [1, -1])
def test_batch_normalisation_uses_the_statistics_it_is_told(axis):
    x = np.random.default_rng(0).normal(3, 2, size=(50, 4, 5)).astype("float32")
    layer = BatchNormalization(axis=axis, epsilon=1e-3)
    tensor = Input(shape=(4, 5))
    batch, moving, plain = (Model(tensor, layer(tensor, training=t)) for t in (True, False, None))
    others = (0, 2) if axis == 1 else (0, 1)
    expected = (x - x.mean(others, keepdims=True)) / np.sqrt(x.var(others, keepdims=True) + 1e-3)
    np.testing.assert_allclose(batch.predict(x, batch_size=50), expected, atol=1e-5)
    np.testing.assert_allclose(moving.predict(x), plain.predict(x), rtol=1e-5)
    assert len(batch.updates) == 2
    assert moving.updates == []


def test_moving_averages_follow_the_plain_rule():
    x = np.random.default_rng(0).normal(3, 2, size=(32, 4)).astype("float32")
    model = Sequential([BatchNormalization(momentum=0.9, input_shape=(4,))])
    model.compile("sgd", "mse")
    model.train_on_batch(x, x)
    mean, variance = model.get_weights()[2:]
    np.testing.assert_allclose(mean, 0.1 * x.mean(0), rtol=1e-4)
    np.testing.assert_allclose(variance, 0.9 + 0.1 * x.var(0), rtol=1e-4)
    model.layers[0].trainable = False
    model.compile("sgd", "mse")
    model.predict(x)
    np.testing.assert_array_equal(model.get_weights()[2], mean)


def test_a_fixed_phase_holds_for_layers_called_after_it():
    """Dropout in predict, as code for uncertainty does it."""
    from engine import backend as K

    x = np.ones((50, 40), "float32")
    try:
        K.set_learning_phase(1)
        assert K.learning_phase() == 1
        inputs = Input((40,))
        noisy = Model(inputs, BatchNormalization()(Dropout(0.5)(inputs)))
    finally:
        K.clear_session()
    quiet = Model(inputs, Dropout(0.5)(inputs))
    first, second = noisy.predict(x), noisy.predict(x)
    assert not np.array_equal(first, second) and abs(first.mean()) < 1e-3  # statistics of the batch
    assert np.array_equal(quiet.predict(x), x)
    with pytest.raises(ValueError, match="0 or 1"):
        K.set_learning_phase(2)
