import numpy as np
import pytest

from engine import losses, metrics
from engine.errors import UnknownName


def test_labels_may_have_a_last_axis_or_not():
    outputs = np.array([[0.1, 0.9], [0.8, 0.2]])

    assert metrics.sparse_categorical_accuracy(np.array([[1], [1]]), outputs).tolist() == [1, 0]
    assert metrics.sparse_categorical_accuracy(np.array([1, 1]), outputs).tolist() == [1, 0]


def test_ties_count_as_in_the_top_k():
    outputs = np.array([[0.3, 0.3, 0.3, 0.1]])

    assert metrics.top_k_categorical_accuracy(np.array([[0.0, 0.0, 1.0, 0.0]]), outputs, k=1) == 1


def test_a_half_rounds_to_even():
    assert metrics.binary_accuracy(np.array([[0.0]]), np.array([[0.5]])).tolist() == [1]


def test_losses_are_metrics_under_all_their_names():
    assert metrics.get("mae") is losses.mean_absolute_error
    assert metrics.mse is losses.mse


def test_an_unknown_name_gives_the_nearest():
    with pytest.raises(UnknownName, match="categorical_accuracy"):
        metrics.get("categorical_acuracy")
