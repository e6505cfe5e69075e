"""Regularizers and constraints against their formulas."""

import numpy as np
import pytest

from engine import backend as K
from engine import constraints, regularizers

W = np.random.default_rng(0).normal(size=(5, 4)) * 3


@pytest.mark.parametrize(
    ("penalty", "expected"),
    [
        (regularizers.l1(0.1), 0.1 * abs(W).sum()),
        (regularizers.l2(0.1), 0.1 * (W**2).sum()),
        (regularizers.l1_l2(0.1, 0.2), 0.1 * abs(W).sum() + 0.2 * (W**2).sum()),
        (regularizers.get({"class_name": "L1L2", "config": {"l1": 0.0, "l2": 0.3}}), 0.3 * (W**2).sum()),
    ],
)
def test_a_penalty_is_its_formula(penalty, expected):
    assert float(K.eval(penalty(K.constant(W, "float64")))) == pytest.approx(expected)


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


def test_the_largest_singular_value_is_penalised():
    found = float(K.eval(regularizers.EigenvalueRegularizer(0.5)(K.constant(W, "float64"))))
    assert found == pytest.approx(0.5 * np.linalg.svd(W, compute_uv=False)[0], rel=1e-2)
    with pytest.raises(ValueError, match="rank 2"):
        regularizers.EigenvalueRegularizer(0.5)(K.ones((3,)))
