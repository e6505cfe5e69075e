"""K's labels without alignment against their definition."""

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
