"""50,000 film reviews as word numbers, good or bad (Maas et al., 2011), from the file that Keras uses."""

from __future__ import annotations

import numpy as np

from .._declared.keras1 import accepts_old
from . import cache, word_lists
from .mnist import Split

__all__ = ["get_word_index", "load_data"]

_ADDRESS = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"
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
    """(x_train, y_train), (x_test, y_test): arrays (25000,) of lists of word numbers, labels 0 (bad) or 1 (good).

    path: a file, or the name of one in Keras's cache, where it is fetched (17 MB) and checked when it is not there yet.
    num_words, skip_top: words outside skip_top <= number < num_words become `oov_char` (left out where that is None).
    maxlen: keep reviews of less than so many words; the two parts are then cut after as many reviews as before, as in
    Keras 2.2.4. seed: of the shuffled order. start_char: put before each review (None: nothing). index_from: added to
    every number; 0 is left for padding. Raises DataError where no review is short enough, FileError for another file.
    """
    file = cache.find(path, f"{_ADDRESS}imdb.npz", _HASH)
    rng = np.random.RandomState(seed)
    parts = [
        word_lists.shuffled(*word_lists.read_lists(file, f"x_{part}", f"y_{part}"), rng) for part in ("train", "test")
    ]
    texts, labels = word_lists.chosen(
        word_lists.WordLists.joined([texts for texts, _ in parts]), np.concatenate([labels for _, labels in parts]),
        num_words=num_words, skip_top=skip_top, maxlen=maxlen, start_char=start_char, oov_char=oov_char,
        index_from=index_from,
    )  # fmt: skip
    lists, at = texts.as_lists(), len(parts[0][1])
    return (lists[:at], labels[:at]), (lists[at:], labels[at:])


def get_word_index(path: str = "imdb_word_index.json") -> dict[str, int]:
    """Word -> rank by frequency, from 1; `load_data` adds `index_from` to it. Fetched (1.6 MB) when it is missing."""
    return word_lists.read_word_index(cache.find(path, f"{_ADDRESS}imdb_word_index.json", _HASH_OF_WORDS))
