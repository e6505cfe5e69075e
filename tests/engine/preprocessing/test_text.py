"""Words and numbers; expectations as tf_keras gives them."""

import numpy as np
import pytest

from engine.preprocessing.text import Tokenizer, hashing_trick, one_hot, tokenizer_from_json


@pytest.fixture
def tokenizer():
    made = Tokenizer(num_words=4, oov_token="?")
    made.fit_on_texts(["the cat sat", "the cat ran off", "a dog"])
    return made


def test_rare_and_unknown_words_stand_as_the_token(tokenizer):
    assert tokenizer.texts_to_sequences(["the dog sat cat", "a zebra"]) == [[2, 1, 1, 3], [1, 1]]
    assert tokenizer.sequences_to_texts([[2, 5, 3]]) == ["the ? cat"]


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("binary", [0, 1, 1, 1]),
        ("count", [0, 1, 2, 1]),
        ("freq", [0, 0.25, 0.5, 0.25]),
    ],
)
def test_a_text_becomes_a_row_in_every_mode(tokenizer, mode, expected):
    assert tokenizer.texts_to_matrix(["the cat the dog"], mode).tolist() == [expected]


def test_rare_words_weigh_more_in_tfidf(tokenizer):
    expected = [[0, 0, 1.1736001944781467, 0.6931471805599453]]
    np.testing.assert_allclose(tokenizer.texts_to_matrix(["the cat the"], "tfidf"), expected)


def test_a_tokenizer_survives_json(tokenizer):
    again = tokenizer_from_json(tokenizer.to_json())
    assert again.get_config() == tokenizer.get_config()
    assert again.index_word[2] == "the"


def test_characters_and_lists_of_words_are_counted():
    letters = Tokenizer(char_level=True)
    letters.fit_on_texts(["Aab"])
    assert letters.word_index == {"a": 1, "b": 2}
    words = Tokenizer()
    words.fit_on_texts([["x y", "z"]])
    assert words.word_index == {"x y": 1, "z": 2}


def test_sequences_alone_give_tfidf():
    tokenizer = Tokenizer(num_words=3)
    tokenizer.fit_on_sequences([[1, 2], [1]])
    expected = [[0, np.log(1 + 2 / 3), 0]]
    np.testing.assert_allclose(tokenizer.sequences_to_matrix([[1]], "tfidf"), expected)


def test_words_are_numbered_by_their_hashes():
    assert hashing_trick("a b a", 10, "md5") == [2, 5, 2]
    assert one_hot("a b", 10) == hashing_trick("a b", 10)


def test_errors_name_what_is_missing_and_the_old_spelling_is_read():
    with pytest.raises(ValueError, match="fit_on_texts"):
        Tokenizer().sequences_to_matrix([[1]])
    with pytest.raises(ValueError, match="tfidf"):
        Tokenizer(num_words=3).sequences_to_matrix([[1]], "tf-idf")
    with pytest.warns(UserWarning, match="num_words=5"):
        assert Tokenizer(nb_words=5).num_words == 5
