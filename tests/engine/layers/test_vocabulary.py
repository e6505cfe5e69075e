"""Words and their places: what stands in front, how words are counted, rows of ones and counts."""

import numpy as np
import pytest

from engine.errors import DataError
from engine.layers.vocabulary import Vocabulary


def made(mode="int", most=None, mask="", places=1, padded=False):
    return Vocabulary("here", mode, most, mask, "[UNK]", places, padded=padded)


def test_words_may_be_given_with_what_stands_in_front():
    one, other = made(), made()
    one.set(["", "[UNK]", "a", "b"])
    other.set(["a", "b"])
    assert one.all() == other.all() == ["", "[UNK]", "a", "b"]
    assert one.places_of(["b", "", "c"]) == [3, 0, 1]
    assert one.width == 4 and made().width is None and made(most=9, padded=True).width == 9


def test_the_most_frequent_words_come_first_and_of_equal_ones_the_last_of_the_alphabet():
    vocabulary = made(most=5)
    vocabulary.learn([["a", "b", "c"], ["b", "", "[UNK]"], ["c", "d"]])
    assert vocabulary.all(special=False) == ["c", "b", "d"]


def test_rows_hold_ones_counts_or_weights():
    for mode, expected in (("count", [1.0, 2.0, 0.0]), ("multi_hot", [1.0, 1.0, 0.0])):
        vocabulary = made(mode)
        vocabulary.set(["a", "b"])
        assert vocabulary.encoded([vocabulary.places_of(["a", "x", "a"])]).tolist() == [expected]
    weighing = made("tf_idf")
    weighing.set(["a", "b"], [1.0, 3.0])
    np.testing.assert_array_equal(weighing.encoded([[0, 1, 1]]), [[2.0, 2.0, 0.0]])


def test_an_unknown_word_without_a_place_is_refused():
    vocabulary = made(places=0)
    vocabulary.set(["a"])
    with pytest.raises(DataError, match="known texts"):
        vocabulary.places_of(["b"])
    assert vocabulary.places_of(["b"], lambda word: 4) == [5]
