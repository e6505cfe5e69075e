import numpy as np
import pytest

from engine._training.weights import per_output, sample_weights
from engine.errors import DataError, UnknownName


def test_arguments_are_spread_over_the_outputs():
    weight = np.ones(3)

    assert per_output(None, ["a", "b"], "sample_weight") == [None, None]
    assert per_output(weight, ["a"], "sample_weight")[0] is weight
    assert per_output({"b": weight}, ["a", "b"], "sample_weight")[1] is weight
    assert per_output({0: 1.0, 1: 2.0}, ["a"], "class_weight") == [{0: 1.0, 1: 2.0}]
    with pytest.raises(UnknownName):
        per_output({"c": weight}, ["a", "b"], "sample_weight")
    with pytest.raises(DataError, match="2"):
        per_output(weight, ["a", "b"], "sample_weight")


def test_class_weights_follow_labels_or_one_hot_rows():
    table = {0: 1.0, 1: 5.0, 2: 0.5}

    by_label = sample_weights(np.array([[0], [2], [1]]), None, table, name="y")
    by_row = sample_weights(np.eye(3)[[0, 2, 1]], None, table, name="y")

    np.testing.assert_array_equal(by_label, [1.0, 0.5, 5.0])
    np.testing.assert_array_equal(by_row, by_label)


def test_a_class_without_weight_is_named():
    with pytest.raises(DataError, match=r"\[2\]"):
        sample_weights(np.array([[0], [2]]), None, {0: 1.0}, name="y")


def test_both_weights_are_multiplied():
    found = sample_weights(np.array([[0], [1]]), np.array([2.0, 3.0]), {0: 1.0, 1: 10.0}, name="y")

    np.testing.assert_array_equal(found, [2.0, 30.0])


def test_ranks_and_lengths_are_checked():
    target = np.zeros((4, 5, 1))

    with pytest.raises(DataError, match="temporal"):
        sample_weights(target, np.ones((4, 5)), None, name="y")
    with pytest.raises(DataError, match=r"\(4,\)"):
        sample_weights(target, np.ones(3), None, name="y")
    assert sample_weights(target, np.ones((4, 5)), None, name="y", temporal=True).shape == (4, 5)
