"""K's names for ops: products over batches."""

from __future__ import annotations

import numpy as np

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
