"""11,228 newswires as word numbers with one of 46 topics, from the file that Keras uses."""

from __future__ import annotations

import numpy as np

from .._declared.keras1 import accepts_old
from ..errors import SettingError
from . import cache, word_lists
from .mnist import Split

__all__ = ["get_word_index", "load_data"]

REMOTE = (cache.Remote(f"{word_lists.ADDRESS}reuters.npz", 2_110_848),)
"""The files that are fetched where they are missing."""
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
    """Newswires as lists of word numbers.

    Args:
        path: a file, or the name of one in Keras's cache, fetched there (2 MB) and checked where it is missing.
        num_words: only numbers below it are given; None (the default): all.
        skip_top: numbers below it are not given, 0 by default.
        maxlen: keep only texts of fewer words; None (the default) keeps all.
        test_split: the share of the newswires that are test data, 0.2 by default.
        seed: of the order, 113 by default.
        start_char: put before each text, 1 by default; None puts nothing there.
        oov_char: stands for every number that is not given, 2 by default; None leaves these out.
        index_from: added to every number, 3 by default; 0 is left for padding.

    Returns:
        (x_train, y_train), (x_test, y_test); x arrays (N,) of lists, y topics from 0 to 45.

    Raises:
        DataError: no newswire is short enough.
        SettingError: a number below 0, or a share outside of 0 <= test_split < 1.
        FileError: a file of another kind.

    Example:
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
    file = cache.find(path, REMOTE[0].address, _HASH)
    texts, labels = word_lists.shuffled(*word_lists.read_lists(file, "x", "y"), np.random.RandomState(seed))
    choice = word_lists.Choice(num_words, skip_top, maxlen, start_char, oov_char, index_from)
    texts, labels = choice.of(texts, labels)
    lists, at = texts.as_lists(), int(len(labels) * (1 - test_split))
    return (lists[:at], labels[:at]), (lists[at:], labels[at:])


def get_word_index(path: str = "reuters_word_index.json") -> dict[str, int]:
    """The number of each word; `load_data` adds `index_from` to it.

    Args:
        path: a file, or the name of one in Keras's cache, fetched there (0.5 MB) and checked where it is missing.

    Returns:
        A dict from words to their rank by frequency, from 1.

    Raises:
        FileError: a file of another kind.

    Example:
        >>> import os, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = os.path.join(folder, "words.json")
        ...     with open(path, "w") as file:
        ...         _ = file.write('{"the": 1}')
        ...     get_word_index(path)
        {'the': 1}
    """
    return word_lists.read_word_index(cache.find(path, f"{word_lists.ADDRESS}reuters_word_index.json", _HASH_OF_WORDS))
