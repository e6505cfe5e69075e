"""Dropout in its forms: what is dropped, what stays on average, and nothing outside training."""

from __future__ import annotations

import numpy as np
import pytest

from engine import backend as K
from engine import layers
from engine._machine.random import set_seed
from engine.models import Sequential


def trained_outputs(layer: layers.Layer, x: np.ndarray) -> np.ndarray:
    """What the layer gives while training."""
    inputs = layers.Input(x.shape[1:])
    set_seed(3)
    return K.function([inputs, K.learning_phase()], [layer(inputs)])([x, 1])[0]


@pytest.mark.parametrize(
    ("layer", "shape", "axes"),
    [
        (layers.SpatialDropout1D(0.4), (50, 6, 20), 1),
        (layers.SpatialDropout2D(0.4), (50, 4, 3, 20), (1, 2)),
        (layers.SpatialDropout2D(0.4, data_format="channels_first"), (50, 20, 4, 3), (2, 3)),
        (layers.SpatialDropout3D(0.4), (50, 2, 3, 2, 20), (1, 2, 3)),
    ],
)
def test_spatial_dropout_drops_whole_channels(layer: layers.Layer, shape: tuple[int, ...], axes: object) -> None:
    y = trained_outputs(layer, np.ones(shape, "float32"))
    channels = y.mean(axis=axes)
    assert set(np.unique(y).round(4)) == {0.0, np.float32(1 / 0.6).round(4)}
    np.testing.assert_allclose(channels, np.where(channels > 0, 1 / 0.6, 0), rtol=1e-5)
    assert abs((channels > 0).mean() - 0.6) < 0.05


def test_gaussian_dropout_multiplies_by_noise_of_mean_one() -> None:
    y = trained_outputs(layers.GaussianDropout(0.2), np.full((200, 500), 3.0, "float32"))
    assert abs(y.mean() - 3) < 0.02
    assert abs(y.std() - 3 * 0.5) < 0.02  # sqrt(0.2 / 0.8) = 0.5


@pytest.mark.parametrize("rate", [0.1, 0.5])
def test_alpha_dropout_keeps_mean_and_variance(rate: float) -> None:
    x = np.random.default_rng(0).normal(size=(400, 500)).astype("float32")
    y = trained_outputs(layers.AlphaDropout(rate), x)
    assert abs(y.mean()) < 0.02 and abs(y.std() - 1) < 0.02
    low = -1.7580993408473766
    scale = ((1 - rate) * (1 + rate * low**2)) ** -0.5
    assert abs(np.isclose(y, scale * low * (1 - rate), atol=1e-5).mean() - rate) < 0.01


@pytest.mark.parametrize(
    "layer",
    [layers.GaussianDropout(0.3), layers.AlphaDropout(0.3), layers.SpatialDropout1D(0.3), layers.GaussianNoise(0.3)],
)
def test_nothing_happens_outside_training(layer: layers.Layer) -> None:
    x = np.random.default_rng(0).normal(size=(4, 5, 6)).astype("float32")
    model = Sequential([layers.InputLayer((5, 6)), layer])
    assert np.array_equal(model.predict(x), x)


def test_a_call_settles_the_phase() -> None:
    x = layers.Input((5,))
    always = layers.GaussianDropout(0.5)(x, training=True)
    never = layers.AlphaDropout(0.5)(x, training=False)
    data = np.ones((3, 5), "float32")
    noisy, quiet = K.function([x], [always, never])([data])
    assert not np.array_equal(noisy, data)
    assert np.array_equal(quiet, data)


@pytest.mark.parametrize("rate", [0.0005, 0.1, 0.5, 0.9, 0.9999])
def test_dropout_drops_its_share_and_keeps_the_mean(rate):
    """Also at rates too small or large for sixteen random bits, and for sizes that no piece of them divides."""
    from engine._graph.op import Work
    from engine._ops.random import Dropout

    n = 400_003
    op = Dropout(rate=rate, seed=1)
    x, y = np.ones(n), np.empty(n)
    op.forward(Work(True, (x.shape,), x.shape), x, out=y)
    kept = y != 0
    deviation = np.sqrt(rate * (1 - rate) / n)
    assert abs(kept.mean() - (1 - rate)) < 5 * deviation
    assert abs(y.mean() - 1) < 5 * deviation / (1 - rate)
    assert len(np.unique(y)) == 2
    # Neighbours, whose bits come from one number, are independent.
    for distance in (1, 2, 3, 4):
        assert abs((kept[distance:] & kept[:-distance]).mean() - (1 - rate) ** 2) < 6 * deviation
