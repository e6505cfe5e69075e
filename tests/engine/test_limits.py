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
