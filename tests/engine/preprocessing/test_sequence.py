"""Padding, windows and skip-grams; numbers as tf_keras gives them."""

import random

import numpy as np
import pytest

from engine.preprocessing import sequence
from engine.preprocessing.sequence import (
    TimeseriesGenerator,
    make_sampling_table,
    pad_sequences,
    skipgrams,
    timeseries_generator_from_json,
)


@pytest.mark.parametrize(
    ("padding", "truncating", "expected"),
    [
        ("pre", "pre", [[0, 1], [3, 4], [0, 0]]),
        ("post", "pre", [[1, 0], [3, 4], [0, 0]]),
        ("pre", "post", [[0, 1], [2, 3], [0, 0]]),
    ],
)
def test_short_sequences_are_filled_and_long_ones_cut(padding, truncating, expected):
    padded = pad_sequences([[1], [2, 3, 4], []], maxlen=2, padding=padding, truncating=truncating)
    assert padded.tolist() == expected and padded.dtype == "int32"


def test_vectors_and_texts_are_padded():
    assert pad_sequences([[[1, 2]], [[3, 4], [5, 6]]]).tolist() == [[[0, 0], [1, 2]], [[3, 4], [5, 6]]]
    assert pad_sequences([["a"], ["b", "c"]], dtype=object, value="-").tolist() == [["-", "a"], ["b", "c"]]


@pytest.mark.parametrize("sequences", [3, [1, 2], [[[1, 2]], [[1, 2, 3]]]])
def test_what_is_no_list_of_sequences_is_refused(sequences):
    with pytest.raises(ValueError, match="pad_sequences"):
        pad_sequences(sequences)


def test_windows_precede_their_targets_and_survive_json():
    data = np.arange(10)
    made = TimeseriesGenerator(data, 10 * data, 4, sampling_rate=2, stride=2, start_index=1, reverse=True, batch_size=2)
    for generator in (made, timeseries_generator_from_json(made.to_json())):
        assert len(generator) == 2
        x, y = generator[0]
        assert x.tolist() == [[3, 1], [5, 3]] and y.tolist() == [50, 70]
        assert generator[1][1].tolist() == [90]


def test_a_window_longer_than_the_data_is_refused():
    with pytest.raises(ValueError, match="end_index 3"):
        TimeseriesGenerator(range(4), range(4), 5)


def test_sampling_table_and_skipgrams_give_keras_numbers():
    expected = [0.0031522478751942504, 0.0031522478751942504, 0.0054759726939176976, 0.007415564097374219]
    np.testing.assert_allclose(make_sampling_table(4), expected, rtol=1e-12)
    random.seed(3)
    couples, labels = skipgrams([1, 2, 3], 5, window_size=1, seed=7)
    assert couples == [[2, 1], [2, 1], [2, 3], [3, 3], [1, 2], [3, 2], [2, 1], [1, 4]]
    assert labels == [0, 0, 1, 0, 1, 1, 1, 0]


def test_long_sequences_are_left_out_with_their_labels():
    kept, labels = sequence._remove_long_seq(3, [[1, 2], [1, 2, 3], []], "abc")
    assert kept == [[1, 2], []] and labels == ["a", "c"]
