"""Texts as lists of word numbers: what imdb and reuters have in common."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .._files import files, npz, pickled_data
from .._files.json_text import read_table
from ..errors import DataError, FileError, SettingError
from ..types import Array

ADDRESS = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"
_LARGEST_RATIO = 200


class WordLists:
    """Lists of numbers as one flat array: `words`, and in `lengths` how many of them each list has."""

    def __init__(self, words: Array, lengths: Array) -> None:
        self.words, self.lengths = words, lengths

    @classmethod
    def of(cls, lists: Array, most: int, where: str) -> WordLists:
        """From an array of lists of at most `most` numbers together. Raises FileError for anything else."""
        if not all(isinstance(words, list) for words in lists):
            raise FileError(file=where, expected="a list of word numbers for each text", actual="something else")
        lengths = np.fromiter(map(len, lists), np.int64, len(lists))
        total = int(lengths.sum())
        if total > most:
            raise FileError(file=where, expected=f"at most {most} words", actual=f"{total}")
        try:
            words = np.fromiter((word for words in lists for word in words), np.int64, total)
        except (TypeError, ValueError, OverflowError) as error:
            raise FileError(file=where, expected="whole numbers as words", actual=str(error)) from error
        return cls(words, lengths)

    @classmethod
    def joined(cls, parts: Sequence[WordLists]) -> WordLists:
        """The lists of several, one after the other."""
        return cls(np.concatenate([p.words for p in parts]), np.concatenate([p.lengths for p in parts]))

    def take(self, order: Array) -> WordLists:
        """The lists of these indices, in that order."""
        starts = np.cumsum(self.lengths) - self.lengths
        lengths = self.lengths[order]
        shifts = starts[order] - (np.cumsum(lengths) - lengths)
        return WordLists(self.words[np.arange(lengths.sum()) + np.repeat(shifts, lengths)], lengths)

    def with_first(self, word: int) -> WordLists:
        """The lists with a word put before each."""
        starts = np.cumsum(self.lengths) - self.lengths
        return WordLists(np.insert(self.words, starts, word), self.lengths + 1)

    def where(self, mask: Array) -> WordLists:
        """The lists with those of their words for which the mask holds."""
        sums = np.concatenate([[0], np.cumsum(mask)])
        ends = np.cumsum(self.lengths)
        return WordLists(self.words[mask], sums[ends] - sums[ends - self.lengths])

    def as_lists(self) -> Array:
        """An array of Python lists, as Keras gives them."""
        ends = np.cumsum(self.lengths)
        lists = (self.words[end - n : end].tolist() for end, n in zip(ends, self.lengths, strict=True))
        return np.fromiter(lists, object, len(ends))


def read_lists(path: str, lists: str, labels: str) -> tuple[WordLists, Array]:
    """Two entries of an npz file: texts, kept there as pickled lists, and their labels. Raises FileError."""
    arrays = npz.read(path, (lists, labels), _unpickled)
    texts, marks = arrays[lists], arrays[labels]
    if marks.ndim != 1 or texts.ndim != 1 or len(marks) != len(texts) or marks.dtype.kind not in "iufO":
        raise FileError(
            file=path, expected="one label for each text", actual=f"{texts.shape} texts, {marks.shape} labels"
        )
    return WordLists.of(texts, os.path.getsize(path) * _LARGEST_RATIO, path), marks.astype(np.int64)


def _unpickled(data: bytes, where: str) -> Array:
    value = pickled_data.read(data, where)
    if not isinstance(value, np.ndarray):
        raise FileError(file=where, expected="an array", actual=type(value).__name__)
    return value


def shuffled(texts: WordLists, labels: Array, rng: np.random.RandomState) -> tuple[WordLists, Array]:
    """Both in an order that NumPy's old generator gives, as in Keras."""
    order = np.arange(len(labels))
    rng.shuffle(order)
    return texts.take(order), labels[order]


@dataclass(frozen=True)
class Choice:
    """Which texts and words `load_data` gives: Keras's arguments. Raises SettingError for numbers below 0.

    Texts are shorter than `maxlen` and begin with `start_char`; `index_from` is added to every word. Words outside
    skip_top <= word < num_words become `oov_char`, or are left out where that is None; the first word too, as in Keras.
    """

    num_words: int | None
    skip_top: int
    maxlen: int | None
    start_char: int | None
    oov_char: int | None
    index_from: int

    def __post_init__(self) -> None:
        for name in ("num_words", "skip_top", "maxlen", "index_from"):
            value: object = getattr(self, name)
            if value is not None and (isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 0):
                raise SettingError(
                    where=f"load_data, {name}", expected="a whole number of at least 0", actual=repr(value)
                )

    def of(self, texts: WordLists, labels: Array) -> tuple[WordLists, Array]:
        """The texts and labels of this choice. Raises DataError where no text is left."""
        if self.start_char is not None or self.index_from:
            texts = WordLists(texts.words + self.index_from, texts.lengths)
        if self.start_char is not None:
            texts = texts.with_first(self.start_char)
        if self.maxlen:
            short = np.flatnonzero(texts.lengths < self.maxlen)
            if not len(short):
                expected = f"texts of less than {self.maxlen} words"
                actual = f"the shortest has {min(texts.lengths, default=0)}"
                raise DataError(where="load_data, maxlen", expected=expected, actual=actual)
            texts, labels = texts.take(short), labels[short]
        most = self.num_words or texts.words.max(initial=0)
        known = (texts.words >= self.skip_top) & (texts.words < most)
        if self.oov_char is None:
            return texts.where(known), labels
        return WordLists(np.where(known, texts.words, self.oov_char), texts.lengths), labels


def read_word_index(path: str) -> dict[str, int]:
    """Word -> number, from a JSON file. Raises FileError."""
    index = read_table(files.read_text(path, limit=64 * 2**20), path)
    if not all(type(rank) is int for rank in index.values()):
        raise FileError(file=path, expected="a number for each word", actual="something else")
    return index
