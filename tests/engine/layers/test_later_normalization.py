"""Normalisations of each sample: what is refused, and that they mean what their definition says."""

import numpy as np
import pytest

from engine.errors import SettingError, ShapeError
from engine.layers import GroupNormalization, Input, LayerNormalization, UnitNormalization
from engine.models import Model

X = np.random.default_rng(0).normal(3, 2, (4, 5, 6, 8)).astype("float32")


def test_each_sample_has_mean_0_and_deviation_1_over_the_axes_or_the_group():
    y = LayerNormalization(axis=[1, 2, 3], epsilon=1e-6)(X)
    np.testing.assert_allclose([y.mean((1, 2, 3)), y.std((1, 2, 3))], [[0] * 4, [1] * 4], atol=1e-5)
    y = GroupNormalization(groups=2, epsilon=1e-6)(X).reshape(4, 30, 2, 4)
    np.testing.assert_allclose([y.mean((1, 3)), y.std((1, 3))], [np.zeros((4, 2)), np.ones((4, 2))], atol=1e-5)
    np.testing.assert_allclose((UnitNormalization(axis=1)(X) ** 2).sum(1), 1, rtol=1e-5)


def test_groups_of_images_of_any_size():
    inputs = Input((None, None, 8))
    model = Model(inputs, GroupNormalization(groups=4)(inputs))
    for size in (3, 5):
        part = X[:, :size, :size]
        np.testing.assert_allclose(model.predict(part), GroupNormalization(groups=4)(part), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("layer", [LayerNormalization(axis=4), UnitNormalization(axis=0), GroupNormalization(axis=0)])
def test_an_axis_that_is_not_there_is_refused(layer):
    with pytest.raises(ShapeError, match=r"axes from 1 to 3 or -1"):
        layer(X)


def test_groups_that_do_not_divide_the_channels_are_refused_with_those_that_do():
    with pytest.raises(ShapeError, match=r"Set groups to one of \[1, 2, 4, 8\]"):
        GroupNormalization(groups=3)(X)
    with pytest.raises(SettingError, match="above 0, or -1"):
        GroupNormalization(groups=0)


def test_an_open_size_of_the_axis_is_refused():
    with pytest.raises(ShapeError, match="known sizes"):
        LayerNormalization(axis=1)(Input((None, 3)))
