"""50,000 film reviews as word numbers, good or bad (Maas et al., 2011), from the file that Keras uses."""

from __future__ import annotations

import numpy as np

from .._declared.keras1 import accepts_old
from . import cache, word_lists
from .mnist import Split

__all__ = ["get_word_index", "load_data"]

REMOTE = (cache.Remote(f"{word_lists.ADDRESS}imdb.npz", 17_464_789),)
"""The files that are fetched where they are missing."""
_HASH = "69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f"
_HASH_OF_WORDS = "bfafd718b763782e994055a2d397834f"


@accepts_old("load_data")
def load_data(
    path: str = "imdb.npz",
    num_words: int | None = None,
    skip_top: int = 0,
    maxlen: int | None = None,
    seed: int = 113,
    start_char: int | None = 1,
    oov_char: int | None = 2,
    index_from: int = 3,
) -> tuple[Split, Split]:
    """Film reviews as lists of word numbers.

    With `maxlen` training and test data are cut apart after as many reviews as without it, as in Keras 2.2.4.

    Args:
        path: a file, or the name of one in Keras's cache, fetched there (17 MB) and checked where it is missing.
        num_words: only numbers below it are given; None (the default): all.
        skip_top: numbers below it are not given, 0 by default.
        maxlen: keep only texts of fewer words; None (the default) keeps all.
        seed: of the order, 113 by default.
        start_char: put before each text, 1 by default; None puts nothing there.
        oov_char: stands for every number that is not given, 2 by default; None leaves these out.
        index_from: added to every number, 3 by default; 0 is left for padding.

    Returns:
        (x_train, y_train), (x_test, y_test); x arrays (25000,) of lists, y 0 (bad) or 1 (good).

    Raises:
        DataError: no review is short enough.
        SettingError: a number below 0.
        FileError: a file of another kind.

    Example:
        >>> import os, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = os.path.join(folder, "imdb.npz")
        ...     texts = np.array([[5, 6], [7]], object)
        ...     np.savez(path, x_train=texts, y_train=[0, 1], x_test=texts, y_test=[0, 1])
        ...     (x_train, y_train), (x_test, y_test) = load_data(path)
        >>> sorted(x_train.tolist())
        [[1, 2], [1, 8, 9]]
    """
    file = cache.find(path, REMOTE[0].address, _HASH)
    rng = np.random.RandomState(seed)
    parts = [
        word_lists.shuffled(*word_lists.read_lists(file, f"x_{part}", f"y_{part}"), rng) for part in ("train", "test")
    ]
    joined = word_lists.WordLists.joined([texts for texts, _ in parts])
    choice = word_lists.Choice(num_words, skip_top, maxlen, start_char, oov_char, index_from)
    texts, labels = choice.of(joined, np.concatenate([labels for _, labels in parts]))
    lists, at = texts.as_lists(), len(parts[0][1])
    return (lists[:at], labels[:at]), (lists[at:], labels[at:])


def get_word_index(path: str = "imdb_word_index.json") -> dict[str, int]:
    """The number of each word; `load_data` adds `index_from` to it.

    Args:
        path: a file, or the name of one in Keras's cache, fetched there (1.6 MB) and checked where it is missing.

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
    return word_lists.read_word_index(cache.find(path, f"{word_lists.ADDRESS}imdb_word_index.json", _HASH_OF_WORDS))
