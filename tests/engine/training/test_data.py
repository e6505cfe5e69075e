import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine._training import data
from engine._training.data import ArraySpec
from engine.errors import DataError, UnknownName

IMAGE = ArraySpec("image", (None, 4, 4, 1), "float32")
WIDTH = ArraySpec("x", (None, 3), "float32")


def test_arrays_are_taken_by_order_or_by_name():
    a, b = np.zeros((5, 3)), np.ones((5, 2))
    places = [WIDTH, ArraySpec("z", (None, 2), "float32")]

    assert data.fit_to_specs([a, b], places)[1] is b
    assert data.fit_to_specs({"z": b, "x": a}, places)[0] is a


def test_a_list_of_numbers_becomes_an_array():
    assert data.fit_to_specs([[1, 2, 3], [4, 5, 6]], [WIDTH])[0].shape == (2, 3)


def test_one_axis_gains_a_second():
    assert data.fit_to_specs(np.arange(4.0), [ArraySpec("y", (None, 1), "float32")])[0].shape == (4, 1)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (np.zeros((5, 4)), "'x' takes 3 numbers, but x holds 4 numbers a sample."),
        (np.zeros((5, 4, 4, 1)), "Flatten"),
        (np.array([["a", "b", "c"]]), "numbers"),
        (np.array([[1, None, 3]], dtype=object), "dtype object"),
        ([[1, 2, 3], [4, 5]], "unequal"),
        ([np.zeros((5, 3)), np.zeros((5, 3))], "1 array"),
        (None, "None"),
    ],
)
def test_what_does_not_fit_is_named(given, words):
    with pytest.raises(DataError, match=words):
        data.fit_to_specs(given, [WIDTH])


def test_a_missing_channel_axis_is_named():
    with pytest.raises(DataError, match=r"x = np.expand_dims\(x, -1\)"):
        data.fit_to_specs(np.zeros((5, 4, 4)), [IMAGE])


def test_a_wrong_name_gives_the_nearest():
    with pytest.raises(UnknownName, match="image"):
        data.fit_to_specs({"imge": np.zeros((5, 4, 4, 1))}, [IMAGE])


def test_different_counts_and_empty_arrays_are_refused():
    y = ArraySpec("y", (None, 1), "float32", "output")

    with pytest.raises(DataError, match="x has 5, y has 4"):
        data.count_samples([np.zeros((5, 3)), np.zeros((4, 1))], [WIDTH, y], ["x", "y"])
    with pytest.raises(DataError, match="empty"):
        data.count_samples([np.zeros((0, 3))], [WIDTH], ["x"])


def test_labels_that_are_not_one_hot_are_explained():
    place = ArraySpec("y", (None, 10), "float32", "output")

    with pytest.raises(DataError, match="to_categorical") as caught:
        data.check_labels(np.arange(10), place, (None, 10), "categorical_crossentropy")
    assert caught.value.fix == {"set": {"loss": "sparse_categorical_crossentropy"}}
    with pytest.raises(DataError, match="categorical_crossentropy"):
        data.check_labels(np.eye(10), place, (None, 10), "sparse_categorical_crossentropy")
    with pytest.raises(DataError, match="'y' knows classes 0 to 9, but y holds 0 to 10"):
        data.check_labels(np.arange(11), place, (None, 10), "sparse_categorical_crossentropy")


def test_the_split_takes_the_last_share():
    head, tail = data.split([np.arange(10)], 0.3)

    np.testing.assert_array_equal(head[0], np.arange(7))
    np.testing.assert_array_equal(tail[0], [7, 8, 9])
    with pytest.raises(DataError, match="validation_split"):
        data.split([np.arange(1)], 0.5)


def test_labels_of_time_steps_gain_their_last_axis():
    place = ArraySpec("y", (None, 7, 1), "float32", "output")

    assert data.fit_to_specs(np.zeros((4, 7)), [place])[0].shape == (4, 7, 1)


@given(
    st.lists(st.integers(1, 3), min_size=1, max_size=4),
    st.lists(st.none() | st.integers(1, 3), min_size=1, max_size=4),
    st.sampled_from(["input", "output"]),
)
def test_what_is_said_to_fit_is_what_is_taken(shape, expected, kind):
    place = ArraySpec("x", (None, *expected[1:]), "float32", kind)
    try:
        data.fit_to_specs(np.zeros(shape), [place])
    except DataError:
        assert not data.fits(shape, place.shape, kind)
    else:
        assert data.fits(shape, place.shape, kind)


@pytest.mark.parametrize("shape", [(6,), (6, 1)])
def test_one_column_of_labels_is_no_set_of_classes(shape):
    spec = ArraySpec("y", (None, 1), "float32", "output")
    with pytest.raises(DataError, match="binary_crossentropy") as refused:
        data.check_labels(np.ones(shape), spec, (None, 1), "categorical_crossentropy")
    assert refused.value.fix == {"set": {"loss": "binary_crossentropy"}}
