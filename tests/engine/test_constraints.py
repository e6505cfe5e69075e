"""Constraints against their formulas, and their old names."""

import numpy as np
import pytest

from engine import constraints, regularizers

W = np.random.default_rng(0).normal(size=(5, 4)) * 3


def norms(w):
    return np.sqrt((w**2).sum(0))


def test_norms_stay_inside_their_limits():
    np.testing.assert_allclose(norms(constraints.MaxNorm(2)(W)), np.minimum(norms(W), 2), rtol=1e-6)
    np.testing.assert_allclose(norms(constraints.UnitNorm()(W)), 1, rtol=1e-6)
    limited = norms(constraints.MinMaxNorm(1.0, 3.0)(W))
    np.testing.assert_allclose(limited, np.clip(norms(W), 1, 3), rtol=1e-6)
    half = norms(constraints.MinMaxNorm(1.0, 3.0, rate=0.5)(W))
    np.testing.assert_allclose(half, (np.clip(norms(W), 1, 3) + norms(W)) / 2, rtol=1e-6)
    np.testing.assert_array_equal(constraints.NonNeg()(W), np.maximum(W, 0))


def test_keras_1_names_and_arguments():
    for name, same in (("l1l2", "l1_l2"), ("activity_l2", "l2"), ("activity_l1", "l1"), ("activity_l1l2", "l1_l2")):
        assert getattr(regularizers, name)().get_config() == getattr(regularizers, same)().get_config()
        assert regularizers.get(name).get_config() == getattr(regularizers, same)().get_config()
    assert regularizers.WeightRegularizer(l1=0.1).get_config() == {"l1": 0.1, "l2": 0.0}
    with pytest.warns(UserWarning, match="max_value=3"):
        assert constraints.maxnorm(m=3).max_value == 3
    with pytest.warns(UserWarning, match="min_value"):
        assert constraints.MinMaxNorm(low=0.5, high=2).min_value == 0.5
