"""11,228 newswires as word numbers with one of 46 topics, from the file that Keras uses."""

from __future__ import annotations

import numpy as np

from .._declared.keras1 import accepts_old
from ..errors import SettingError
from . import cache, word_lists
from .mnist import Split

__all__ = ["get_word_index", "load_data"]

_HASH = "d6586e694ee56d7a4e65172e12b3e987c03096cb01eab99753921ef915959916"
_HASH_OF_WORDS = "4d44cc38712099c9e383dc6e5f11a921"


@accepts_old("load_data")
def load_data(
    path: str = "reuters.npz",
    num_words: int | None = None,
    skip_top: int = 0,
    maxlen: int | None = None,
    test_split: float = 0.2,
    seed: int = 113,
    start_char: int | None = 1,
    oov_char: int | None = 2,
    index_from: int = 3,
) -> tuple[Split, Split]:
    """(x_train, y_train), (x_test, y_test): arrays of lists of word numbers, labels (N,) from 0 to 45.

    test_split: share of the newswires that are given as test data. The other arguments are those of
    `imdb.load_data`. Fetched (2 MB) when it is missing.

    >>> import os, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "reuters.npz")
    ...     np.savez(path, x=np.array([[5, 6], [7]], object), y=[3, 4])
    ...     (x_train, y_train), (x_test, y_test) = load_data(path, test_split=0.5)
    >>> len(x_train), len(x_test), sorted([*y_train, *y_test]) == [3, 4]
    (1, 1, True)
    """
    if not 0 <= test_split < 1:
        raise SettingError(where="reuters, test_split", expected="0 <= share < 1", actual=str(test_split))
    file = cache.find(path, f"{word_lists.ADDRESS}reuters.npz", _HASH)
    texts, labels = word_lists.shuffled(*word_lists.read_lists(file, "x", "y"), np.random.RandomState(seed))
    choice = word_lists.Choice(num_words, skip_top, maxlen, start_char, oov_char, index_from)
    texts, labels = choice.of(texts, labels)
    lists, at = texts.as_lists(), int(len(labels) * (1 - test_split))
    return (lists[:at], labels[:at]), (lists[at:], labels[at:])


def get_word_index(path: str = "reuters_word_index.json") -> dict[str, int]:
    """Word -> rank by frequency, from 1; `load_data` adds `index_from` to it. Fetched (0.5 MB) when it is missing.

    >>> import os, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "words.json")
    ...     with open(path, "w") as file:
    ...         _ = file.write('{"the": 1}')
    ...     get_word_index(path)
    {'the': 1}
    """
    return word_lists.read_word_index(cache.find(path, f"{word_lists.ADDRESS}reuters_word_index.json", _HASH_OF_WORDS))
