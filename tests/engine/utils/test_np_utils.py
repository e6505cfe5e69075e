"""Arrays of labels and vectors."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import DataError
from engine.utils.np_utils import normalize, to_categorical


@given(st.lists(st.integers(0, 20), min_size=1, max_size=30), st.integers(0, 5))
def test_rows_hold_a_single_one_at_the_class(labels, more):
    rows = to_categorical(labels, max(labels) + 1 + more)
    assert rows.shape == (len(labels), max(labels) + 1 + more)
    np.testing.assert_array_equal(rows.argmax(-1), labels)
    np.testing.assert_array_equal(rows.sum(-1), 1)
    assert rows.dtype == "float32"


@pytest.mark.parametrize(
    ("shape", "expected"),
    [((3,), (3, 4)), ((3, 1), (3, 4)), ((2, 3), (2, 3, 4)), ((2, 3, 1), (2, 3, 4)), ((0,), (0, 4))],
)
def test_a_last_axis_of_one_becomes_the_classes_and_others_stay(shape, expected):
    assert to_categorical(np.ones(shape, int), 4).shape == expected


@pytest.mark.parametrize("labels", [[-1], [4], [0.5], ["a"], [np.nan]])
def test_what_is_no_class_number_is_refused(labels):
    with pytest.raises(DataError, match="to_categorical"):
        to_categorical(labels, 4)


def test_old_spelling_and_other_types_are_taken():
    with pytest.warns(UserWarning, match="num_classes"):
        assert to_categorical([1], nb_classes=3).shape == (1, 3)
    assert to_categorical(np.array([True, False])).tolist() == [[0, 1], [1, 0]]
    assert to_categorical(np.array([1, 2], "uint8"), dtype="int8").dtype == "int8"


@given(st.integers(1, 4), st.integers(1, 4), st.sampled_from([1, 2]))
def test_normalized_vectors_have_norm_one_and_zero_ones_stay_zero(rows, columns, order):
    x = np.random.default_rng(rows * columns).normal(size=(rows, columns))
    x[0] = 0
    norms = np.linalg.norm(normalize(x, order=order), order, -1)
    np.testing.assert_allclose(norms, [0, *[1] * (rows - 1)], atol=1e-12)
