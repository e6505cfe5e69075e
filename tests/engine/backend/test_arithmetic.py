"""K's statistics, top k and random numbers."""

from __future__ import annotations

import numpy as np

from engine import backend as K

rng = np.random.default_rng(0)


class TestStatistics:
    def test_a_batch_is_normalised_by_its_moments(self) -> None:
        x = rng.normal(3, 2, (8, 4, 3))
        y, mean, variance = K.normalize_batch_in_training(
            K.variable(x), K.constant([1.0, 2.0, 3.0]), K.constant([0.0, 1.0, 0.0]), [0, 1]
        )
        np.testing.assert_allclose(K.eval(mean), x.mean(axis=(0, 1)), rtol=1e-5)
        np.testing.assert_allclose(K.eval(variance), x.var(axis=(0, 1)), rtol=1e-5)
        expected = (x - x.mean(axis=(0, 1))) / np.sqrt(x.var(axis=(0, 1)) + 1e-3) * [1, 2, 3] + [0, 1, 0]
        np.testing.assert_allclose(K.eval(y), expected, rtol=1e-4, atol=1e-5)

    def test_top_k_counts_ties(self) -> None:
        scores = np.array([[0.3, 0.3, 0.1], [0.5, 0.2, 0.1]])
        assert K.eval(K.in_top_k(K.variable(scores), np.array([1, 2]), 1)).tolist() == [True, False]
        assert K.eval(K.in_top_k(K.variable(scores), np.array([1, 2]), 3)).tolist() == [True, True]

    def test_truncated_numbers_stay_within_two_deviations(self) -> None:
        x = K.eval(K.truncated_normal((200, 200), mean=1.0, stddev=0.5, seed=3))
        assert np.abs(x - 1).max() <= 1.0
        assert abs(x.mean() - 1) < 0.01 and abs(x.std() - 0.5 * 0.8796) < 0.01

    def test_coins_fall_with_their_probability(self) -> None:
        x = K.eval(K.random_binomial((300, 300), p=0.3, seed=1))
        assert set(np.unique(x)) == {0.0, 1.0} and abs(x.mean() - 0.3) < 0.01

    def test_classes_may_lie_along_another_axis(self) -> None:
        p = rng.dirichlet(np.ones(3), (2, 4))
        target = np.eye(3)[rng.integers(0, 3, (2, 4))]
        last = K.eval(K.categorical_crossentropy(K.variable(target), K.variable(p)))
        moved = [K.variable(np.moveaxis(a, -1, 1)) for a in (target, p)]
        np.testing.assert_allclose(K.eval(K.categorical_crossentropy(*moved, axis=1)), last, rtol=1e-6)
