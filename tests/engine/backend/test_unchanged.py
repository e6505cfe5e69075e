"""K's names for ops: products over batches."""

from __future__ import annotations

from operator import attrgetter

import numpy as np
import pytest

from engine import backend as K

rng = np.random.default_rng(0)


class TestBatchDot:
    def test_heads_of_attention_score_by_batch_dot(self) -> None:
        q, k = rng.normal(size=(2, 3, 5, 4)), rng.normal(size=(2, 3, 6, 4))
        scores = K.eval(K.batch_dot(K.variable(q), K.variable(k), axes=[3, 3]))
        np.testing.assert_allclose(scores, np.einsum("nhtd,nhsd->nhts", q, k), rtol=1e-4, atol=1e-5)
        mixed = K.eval(K.batch_dot(K.variable(scores), K.variable(k), axes=[3, 2]))
        np.testing.assert_allclose(mixed, np.einsum("nhts,nhsd->nhtd", scores, k), rtol=1e-4, atol=1e-5)

    def test_capsules_vote_by_batch_dot(self) -> None:
        share, votes = rng.normal(size=(2, 3, 5)), rng.normal(size=(2, 3, 5, 4))
        summed = K.eval(K.batch_dot(K.variable(share), K.variable(votes), [2, 2]))
        np.testing.assert_allclose(summed, np.einsum("nit,nitd->nid", share, votes), rtol=1e-4, atol=1e-5)
        agreement = K.eval(K.batch_dot(K.variable(summed), K.variable(votes), [2, 3]))
        np.testing.assert_allclose(agreement, np.einsum("nid,nitd->nit", summed, votes), rtol=1e-4, atol=1e-5)

    def test_two_matrices_are_multiplied_along_the_samples(self) -> None:
        x, y = rng.normal(size=(4, 3)), rng.normal(size=(4, 3))
        np.testing.assert_allclose(
            K.eval(K.batch_dot(K.variable(x), K.variable(y), axes=0)),
            (x * y).sum(axis=0)[:, None],
            rtol=1e-4,
            atol=1e-6,
        )


def test_settings_are_read_under_the_names_of_keras_own_variables() -> None:
    before = K.epsilon()
    K.set_epsilon(1e-5)
    try:
        assert (K._BACKEND, K._EPSILON, K._FLOATX) == ("tensorflow", 1e-5, "float32")
    finally:
        K.set_epsilon(before)
    assert K.tensorflow_backend is K.common is K
    assert K.tensorflow_backend._get_available_gpus() == []
    with pytest.raises(AttributeError, match="_NOTHING"):
        attrgetter("_NOTHING")(K)


def test_a_limited_rectifier_cuts_at_zero_above_a_negative_threshold() -> None:
    x = np.array([-4.0, -1.0, 0.5, 6.0])
    entry = K.placeholder(shape=(4,), dtype="float64")
    y = K.relu(entry, alpha=0.1, max_value=5.0, threshold=-2.0)
    value, slope = K.function([entry], [y, *K.gradients(y, [entry])])([x])
    np.testing.assert_allclose(value, [-0.2, 0.0, 0.5, 5.0])
    np.testing.assert_allclose(slope, [0.1, 0.0, 1.0, 0.0])
