"""Regularizers against their formulas."""

import numpy as np
import pytest

from engine import backend as K
from engine import regularizers

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


def test_the_largest_singular_value_is_penalised():
    found = float(K.eval(regularizers.EigenvalueRegularizer(0.5)(K.constant(W, "float64"))))
    assert found == pytest.approx(0.5 * np.linalg.svd(W, compute_uv=False)[0], rel=1e-2)
    with pytest.raises(ValueError, match="rank 2"):
        regularizers.EigenvalueRegularizer(0.5)(K.ones((3,)))
