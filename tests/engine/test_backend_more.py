"""K's functions beyond arithmetic: labels without alignment, sessions, statistics, convolutions by name."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from engine import backend as K

rng = np.random.default_rng(0)


def probability_of(labels: tuple[int, ...], outputs: np.ndarray) -> float:
    """Summed over every path of classes that reads as the labels: the definition."""
    blank = outputs.shape[1] - 1
    total = 0.0
    for path in itertools.product(range(outputs.shape[1]), repeat=len(outputs)):
        merged = [c for i, c in enumerate(path) if i == 0 or c != path[i - 1]]
        if tuple(c for c in merged if c != blank) == labels:
            total += np.prod(outputs[np.arange(len(path)), path])
    return total


class TestCtc:
    outputs = rng.dirichlet(np.ones(3), (3, 5))
    labels = np.array([[0, 1], [1, 1], [0, 0]])
    lengths = np.array([[2], [2], [1]])
    steps = np.array([[5], [4], [5]])

    def test_the_cost_is_that_of_all_paths(self) -> None:
        cost = K.eval(K.ctc_batch_cost(self.labels, K.variable(self.outputs), self.steps, self.lengths))
        for i in range(3):
            labels = tuple(self.labels[i, : self.lengths[i, 0]])
            expected = -np.log(probability_of(labels, self.outputs[i, : self.steps[i, 0]]))
            assert cost[i, 0] == pytest.approx(expected, rel=1e-4)

    def test_labels_that_do_not_fit_cost_infinitely_much_and_teach_nothing(self) -> None:
        outputs = K.variable(self.outputs[:1, :1])
        cost = K.ctc_batch_cost(self.labels[:1], outputs, np.array([[1]]), np.array([[2]]))
        (gradient,) = K.gradients(cost, [outputs])
        assert np.isinf(K.eval(cost)).all()
        assert not K.eval(gradient).any()

    def test_a_wide_beam_finds_the_likeliest_labelling(self) -> None:
        (best, second), logs = K.ctc_decode(self.outputs, self.steps[:, 0], greedy=False, beam_width=200, top_paths=2)
        best, second, logs = K.eval(best), K.eval(second), K.eval(logs)
        for i in range(3):
            sample = self.outputs[i, : self.steps[i, 0]]
            every = {(): 0.0}
            for length in range(len(sample) + 1):
                for labels in itertools.product(range(2), repeat=length):
                    every[labels] = probability_of(labels, sample)
            ranked = sorted(every, key=lambda labels: -every[labels])
            assert tuple(c for c in best[i] if c >= 0) == ranked[0]
            assert tuple(c for c in second[i] if c >= 0) == ranked[1]
            relative = np.log(every[ranked[0]]) - np.log(sample.max(axis=1)).sum()
            assert logs[i, 0] == pytest.approx(relative, rel=1e-4)

    def test_greedy_takes_the_likeliest_class_of_each_step(self) -> None:
        outputs = np.eye(3)[[[0, 0, 2, 0, 1]]] * 0.8 + 0.1
        (labels,), cost = K.ctc_decode(outputs, [5])
        assert K.eval(labels).tolist() == [[0, 0, 1]]
        assert K.eval(cost)[0, 0] == pytest.approx(-5 * np.log(0.9), rel=1e-5)

    def test_decoding_needs_values(self) -> None:
        with pytest.raises(ValueError, match="predict"):
            K.ctc_decode(K.placeholder(shape=(None, None, 3)), np.array([1]))


class TestSessions:
    def test_a_session_computes(self) -> None:
        x = K.placeholder(shape=(None, 2))
        session = K.get_session()
        doubled, nothing = session.run([x * 2, None], feed_dict={x: np.ones((3, 2))})
        assert doubled.tolist() == [[2, 2]] * 3 and nothing is None

    def test_settings_of_sessions_have_no_effect_and_say_so(self) -> None:
        with pytest.warns(UserWarning, match="no sessions"):
            K.set_session(object())

    def test_numbers_of_names(self) -> None:
        K.reset_uids()
        assert [K.get_uid("a"), K.get_uid("a"), K.get_uid("b")] == [1, 2, 1]

    def test_printing(self, capsys: pytest.CaptureFixture[str]) -> None:
        K.eval(K.print_tensor(K.constant([1.0, 2.0]), "values:") * 2)
        assert capsys.readouterr().out == "values: [1. 2.]\n"


class TestStatistics:
    def test_normalising_a_batch(self) -> None:
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

    def test_truncated_numbers(self) -> None:
        x = K.eval(K.truncated_normal((200, 200), mean=1.0, stddev=0.5, seed=3))
        assert np.abs(x - 1).max() <= 1.0
        assert abs(x.mean() - 1) < 0.01 and abs(x.std() - 0.5 * 0.8796) < 0.01

    def test_coins(self) -> None:
        x = K.eval(K.random_binomial((300, 300), p=0.3, seed=1))
        assert set(np.unique(x)) == {0.0, 1.0} and abs(x.mean() - 0.3) < 0.01

    def test_classes_along_another_axis(self) -> None:
        p = rng.dirichlet(np.ones(3), (2, 4))
        target = np.eye(3)[rng.integers(0, 3, (2, 4))]
        last = K.eval(K.categorical_crossentropy(K.variable(target), K.variable(p)))
        moved = [K.variable(np.moveaxis(a, -1, 1)) for a in (target, p)]
        np.testing.assert_allclose(K.eval(K.categorical_crossentropy(*moved, axis=1)), last, rtol=1e-6)


class TestShapes:
    def test_a_condition_of_fewer_axes_holds_for_whole_rows(self) -> None:
        result = K.switch(K.constant([True, False], dtype="bool"), K.ones((2, 3)), K.zeros((2, 3)))
        assert K.eval(result).tolist() == [[1, 1, 1], [0, 0, 0]]

    def test_biases(self) -> None:
        x = K.zeros((2, 3, 4, 5))
        assert K.eval(K.bias_add(x, K.constant([1.0, 2.0, 3.0]), "channels_first"))[0, :, 0, 0].tolist() == [1, 2, 3]
        with pytest.raises(ValueError, match="axes"):
            K.bias_add(x, K.ones((2, 2)))
        with pytest.raises(ValueError, match="channels_first"):
            K.bias_add(x, K.ones((5,)), "channels_middle")

    def test_words_that_are_no_padding_are_refused(self) -> None:
        with pytest.raises(ValueError, match="padding"):
            K.conv2d(K.zeros((1, 4, 4, 1)), K.zeros((2, 2, 1, 1)), padding="around")

    def test_a_transposed_convolution_of_a_given_shape(self) -> None:
        y = K.conv2d_transpose(K.ones((1, 3, 3, 2)), K.ones((3, 3, 4, 2)), (1, 6, 6, 4), strides=(2, 2), padding="same")
        assert K.eval(y).shape == (1, 6, 6, 4)
        with pytest.raises(ValueError, match="output"):
            K.conv2d_transpose(K.ones((1, 3, 3, 2)), K.ones((3, 3, 4, 2)), (1, 9, 9, 4), strides=(2, 2), padding="same")


class TestBatchDot:
    def test_heads_of_attention(self) -> None:
        q, k = rng.normal(size=(2, 3, 5, 4)), rng.normal(size=(2, 3, 6, 4))
        scores = K.eval(K.batch_dot(K.variable(q), K.variable(k), axes=[3, 3]))
        np.testing.assert_allclose(scores, np.einsum("nhtd,nhsd->nhts", q, k), rtol=1e-4, atol=1e-5)
        mixed = K.eval(K.batch_dot(K.variable(scores), K.variable(k), axes=[3, 2]))
        np.testing.assert_allclose(mixed, np.einsum("nhts,nhsd->nhtd", scores, k), rtol=1e-4, atol=1e-5)

    def test_capsules(self) -> None:
        share, votes = rng.normal(size=(2, 3, 5)), rng.normal(size=(2, 3, 5, 4))
        summed = K.eval(K.batch_dot(K.variable(share), K.variable(votes), [2, 2]))
        np.testing.assert_allclose(summed, np.einsum("nit,nitd->nid", share, votes), rtol=1e-4, atol=1e-5)
        agreement = K.eval(K.batch_dot(K.variable(summed), K.variable(votes), [2, 3]))
        np.testing.assert_allclose(agreement, np.einsum("nid,nitd->nit", summed, votes), rtol=1e-4, atol=1e-5)

    def test_two_matrices_along_the_samples(self) -> None:
        x, y = rng.normal(size=(4, 3)), rng.normal(size=(4, 3))
        np.testing.assert_allclose(
            K.eval(K.batch_dot(K.variable(x), K.variable(y), axes=0)),
            (x * y).sum(axis=0)[:, None],
            rtol=1e-4,
            atol=1e-6,
        )
