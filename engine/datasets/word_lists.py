"""Texts as lists of word numbers: what imdb and reuters have in common."""

from __future__ import annotations

import io
import json
import os
import zipfile
from typing import Any

import numpy as np

from .._files import files, pickled_data
from ..errors import DataError, FileError, SettingError

_MOST_BYTES = 2**30
_LARGEST_RATIO = 200


class WordLists:
    """Lists of numbers as one flat array: `words`, and in `lengths` how many of them each list has."""

    def __init__(self, words: np.ndarray, lengths: np.ndarray) -> None:
        self.words, self.lengths = words, lengths

    @classmethod
    def of(cls, lists: Any, most: int, where: str) -> WordLists:
        """From an array of lists of at most `most` numbers together. Raises FileError for anything else."""
        if not all(isinstance(one, list) for one in lists):
            raise FileError(file=where, expected="a list of word numbers for each text", found="something else")
        lengths = np.fromiter(map(len, lists), np.int64, len(lists))
        total = int(lengths.sum())
        if total > most:
            raise FileError(file=where, expected=f"at most {most} words", found=f"{total}")
        try:
            words = np.fromiter((word for one in lists for word in one), np.int64, total)
        except (TypeError, ValueError, OverflowError) as error:
            raise FileError(file=where, expected="whole numbers as words", found=str(error)) from error
        return cls(words, lengths)

    @classmethod
    def joined(cls, parts: list[WordLists]) -> WordLists:
        """The lists of several, one after the other."""
        return cls(np.concatenate([p.words for p in parts]), np.concatenate([p.lengths for p in parts]))

    def taken(self, order: np.ndarray) -> WordLists:
        """The lists at some places, in that order."""
        starts = np.cumsum(self.lengths) - self.lengths
        lengths = self.lengths[order]
        shifts = starts[order] - (np.cumsum(lengths) - lengths)
        return WordLists(self.words[np.arange(lengths.sum()) + np.repeat(shifts, lengths)], lengths)

    def begun_with(self, word: int) -> WordLists:
        """The lists with a word put before each."""
        starts = np.cumsum(self.lengths) - self.lengths
        return WordLists(np.insert(self.words, starts, word), self.lengths + 1)

    def where(self, kept: np.ndarray) -> WordLists:
        """The lists without some of their words."""
        sums = np.concatenate([[0], np.cumsum(kept)])
        ends = np.cumsum(self.lengths)
        return WordLists(self.words[kept], sums[ends] - sums[ends - self.lengths])

    def as_lists(self) -> np.ndarray:
        """An array of Python lists, as Keras gives them."""
        ends = np.cumsum(self.lengths)
        lists = (self.words[end - n : end].tolist() for end, n in zip(ends, self.lengths, strict=True))
        return np.fromiter(lists, object, len(ends))


def read_lists(path: str, lists: str, labels: str) -> tuple[WordLists, np.ndarray]:
    """Two entries of an npz file: texts, kept there as pickled lists, and their labels. Raises FileError."""
    texts = _entry(path, lists)
    marks = np.asarray(_entry(path, labels))
    if marks.ndim != 1 or texts.ndim != 1 or len(marks) != len(texts) or marks.dtype.kind not in "iufO":
        raise FileError(
            file=path, expected="one label for each text", found=f"{texts.shape} texts, {marks.shape} labels"
        )
    return WordLists.of(texts, os.path.getsize(path) * _LARGEST_RATIO, path), marks.astype(np.int64)


def _entry(path: str, key: str) -> np.ndarray:
    with files.open_regular(path) as file:
        try:
            with zipfile.ZipFile(file) as archive:
                entry = archive.getinfo(f"{key}.npy")
                most = min(_MOST_BYTES, max(2**20, entry.compress_size * _LARGEST_RATIO))
                if entry.file_size > most:
                    raise FileError(file=path, expected=f"at most {most} bytes in {key}", found=f"{entry.file_size}")
                with archive.open(entry) as packed:
                    return _array(packed.read(most + 1), f"{path}, {key}")
        except KeyError:
            raise FileError(file=path, expected=f"an entry {key}", found="none") from None
        except (zipfile.BadZipFile, EOFError, OSError, ValueError) as error:
            if isinstance(error, FileError):
                raise
            raise FileError(file=path, expected="a whole npz file", found=str(error)) from error


def _array(data: bytes, where: str) -> np.ndarray:
    stream = io.BytesIO(data)
    form = np.lib.format
    version = form.read_magic(stream)
    read_header = form.read_array_header_1_0 if version == (1, 0) else form.read_array_header_2_0
    _shape, _in_columns, dtype = read_header(stream)
    if dtype.kind == "O":
        value = pickled_data.read(data[stream.tell() :], where)
        if not isinstance(value, np.ndarray):
            raise FileError(file=where, expected="an array", found=type(value).__name__)
        return value
    stream.seek(0)
    return form.read_array(stream, allow_pickle=False)


def shuffled(texts: WordLists, labels: np.ndarray, rng: np.random.RandomState) -> tuple[WordLists, np.ndarray]:
    """Both in an order that NumPy's old generator gives, as in Keras."""
    order = np.arange(len(labels))
    rng.shuffle(order)
    return texts.taken(order), labels[order]


def chosen(
    texts: WordLists,
    labels: np.ndarray,
    *,
    num_words: int | None,
    skip_top: int,
    maxlen: int | None,
    start_char: int | None,
    oov_char: int | None,
    index_from: int,
) -> tuple[WordLists, np.ndarray]:
    """Texts shorter than `maxlen`, with a first word, numbers moved by `index_from`, and rare and frequent words replaced.

    Words outside skip_top <= word < num_words become `oov_char`, or are left out where that is None. The first word is
    subject to this too, as in Keras. Raises DataError where no text is left.
    """
    for name, value in (
        ("num_words", num_words),
        ("skip_top", skip_top),
        ("maxlen", maxlen),
        ("index_from", index_from),
    ):
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 0):
            raise SettingError(where=f"load_data, {name}", expected="a whole number of at least 0", found=repr(value))
    if start_char is not None or index_from:
        texts = WordLists(texts.words + index_from, texts.lengths)
    if start_char is not None:
        texts = texts.begun_with(start_char)
    if maxlen:
        short = np.flatnonzero(texts.lengths < maxlen)
        if not len(short):
            found = f"the shortest has {min(texts.lengths, default=0)}"
            raise DataError(where="load_data, maxlen", expected=f"texts of less than {maxlen} words", found=found)
        texts, labels = texts.taken(short), labels[short]
    most = num_words or texts.words.max(initial=0)
    known = (texts.words >= skip_top) & (texts.words < most)
    if oov_char is None:
        return texts.where(known), labels
    return WordLists(np.where(known, texts.words, oov_char), texts.lengths), labels


def read_word_index(path: str) -> dict[str, int]:
    """Word -> number, from a JSON file. Raises FileError."""
    try:
        index = json.loads(files.read_text(path, limit=64 * 2**20))
    except json.JSONDecodeError as error:
        raise FileError(file=path, line=error.lineno, column=error.colno, expected="JSON", found=error.msg) from error
    if not isinstance(index, dict) or not all(type(number) is int for number in index.values()):
        raise FileError(file=path, expected="a number for each word", found="something else")
    return index
