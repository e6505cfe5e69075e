"""Rescaling and Normalization: data in one piece and in batches, files, what is refused."""

import numpy as np
import pytest

from engine.errors import DataError, SettingTypeError, ShapeError
from engine.layers import Dense, Identity, Input, Normalization, Rescaling
from engine.models import Sequential, load_model

rng = np.random.default_rng(0)
X = rng.normal([1, -2, 5], [1, 3, 0.5], (200, 3))


def test_data_in_batches_give_the_mean_and_variance_of_all():
    whole, parts = Normalization(), Normalization()
    whole.adapt(X)
    parts.adapt(iter([X[:7], (X[7:90], None), X[90:]]))
    for layer in (whole, parts):
        mean, variance, count = layer.get_weights()
        np.testing.assert_allclose(mean, X.mean(0), rtol=1e-5)
        np.testing.assert_allclose(variance, X.var(0), rtol=1e-5)
        assert count == 200
    y = whole(X)
    np.testing.assert_allclose([y.mean(0), y.std(0)], [[0] * 3, [1] * 3], atol=1e-5)
    back = Normalization(mean=X.mean(0), variance=X.var(0), invert=True)
    np.testing.assert_allclose(back(y), X, rtol=1e-4, atol=1e-4)


def test_one_mean_for_all_and_axes_in_the_middle():
    layer = Normalization(axis=None)
    layer.adapt(X)
    np.testing.assert_allclose(layer(X), (X - X.mean()) / X.std(), rtol=1e-4, atol=1e-4)
    steps = rng.normal(size=(8, 4, 3))
    layer = Normalization(axis=1)
    layer.adapt(steps)
    expected = (steps - steps.mean((0, 2), keepdims=True)) / steps.std((0, 2), keepdims=True)
    np.testing.assert_allclose(layer(steps), expected, rtol=1e-4, atol=1e-5)


def test_what_was_adapted_is_kept_by_a_file(tmp_path):
    layer = Normalization()
    layer.adapt(X)
    model = Sequential([Input((3,)), layer, Dense(1)])
    model.save(str(tmp_path / "m.h5"))
    np.testing.assert_allclose(load_model(str(tmp_path / "m.h5")).predict(X), model.predict(X), rtol=1e-6)


def test_rescaling_by_one_number_or_by_channel():
    np.testing.assert_allclose(Rescaling(1 / 255)(np.full((1, 2), 51)), np.full((1, 2), 0.2), rtol=1e-6)
    np.testing.assert_allclose(Rescaling([1, 2, 3], offset=[0, 1, 0])(X), X * [1, 2, 3] + [0, 1, 0], rtol=1e-5)
    assert Rescaling([1, 2], 0.5).get_config()["scale"] == [1, 2]


def test_identity_changes_nothing_and_hands_a_mask_on():
    np.testing.assert_array_equal(Identity()(X), X.astype("float32"))


def test_what_does_not_fit_is_refused():
    with pytest.raises(SettingTypeError, match="mean and variance, or neither"):
        Normalization(mean=1.0)
    with pytest.raises(SettingTypeError, match="without given"):
        Normalization(mean=1.0, variance=1.0).adapt(X)
    with pytest.raises(DataError, match="data"):
        Normalization().adapt([])
    with pytest.raises(DataError, match="data"):
        Normalization().adapt(iter(()))
    with pytest.raises(ShapeError, match="known sizes"):
        Normalization()(Input((None,)))
    with pytest.raises(ShapeError, match="axes from -2 to 1"):
        Normalization(axis=2)(Input((3,)))
