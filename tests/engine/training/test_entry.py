"""From a user's arrays to those that plans are fed."""

import numpy as np

from engine._graph.derived import TEXT, derive
from engine._graph.tensor import Placeholder
from engine._training.entry import Entry, MadeRows, VaryingRows, read_now

TEXTS = np.array(["a", "bb", "ccc", "dddd"])


def letters(texts):
    rows = [[ord(letter) for letter in text] for text in texts]
    return np.array([row + [0] * (max(map(len, rows)) - len(row)) for row in rows])


def test_numbers_are_fed_as_they_are():
    x = Placeholder((None, 2))
    entry = Entry([x], [x + 1])
    arrays = [np.zeros((3, 2))]
    assert entry.takes_as_given and entry.fed == [x]
    assert entry.arrays(arrays)[0] is arrays[0] and read_now(arrays)[0] is arrays[0]


def test_an_input_of_texts_is_replaced_by_what_is_made_of_it():
    text, number = Placeholder((None,), TEXT), Placeholder((None, 1))
    made = derive([text], lambda texts: np.char.str_len(texts)[:, None], (None, 1), "int64", "length")
    entry = Entry([text, number], [made * 1.0 + number])
    assert entry.fed == [number, made] and not entry.takes_as_given
    numbers = np.arange(4.0)[:, None]
    first, second = entry.arrays([TEXTS, numbers])
    assert first is numbers and isinstance(second, MadeRows)
    assert second.shape == (4, 1) and second[1:3].tolist() == [[2], [3]]
    assert np.asarray(second).tolist() == [[1], [2], [3], [4]]


def test_rows_are_as_long_as_the_longest_of_those_read_together():
    text = Placeholder((None,), TEXT)
    made = derive([text], letters, (None, None), "int64", "letters")
    (rows,) = Entry([text], [made + 0]).arrays([TEXTS])
    assert isinstance(rows, VaryingRows)
    assert rows[:2].shape == (2, 2) and rows.shape == (4, 4) and len(rows) == 4
    rest = rows.part(1, 4)
    assert len(rest) == 3 and rest[np.array([0])].tolist() == [[98, 98]] and rest.part(2, 3).shape == (1, 4)
    assert read_now([rows])[0].shape == (4, 4) and rows.dtype == np.int64
