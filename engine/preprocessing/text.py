"""Texts -> words -> numbers."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from .._declared.keras1 import accepts_old
from .._files.json_text import read_settings, read_table
from .._training.counts import whole
from ..errors import DataError, FileError, SettingError, shorten
from ..types import Array, Config, JsonOptions

if TYPE_CHECKING:
    from typing_extensions import Unpack

FILTERS = '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n'
# A text, or a list of its words.
Text: TypeAlias = "str | list[str]"
Mode: TypeAlias = Literal["binary", "count", "freq", "tfidf"]
_MODES = ("binary", "count", "freq", "tfidf")
# What a tokenizer's config holds: plain values, and tables as JSON texts.
_SETTINGS = ("num_words", "filters", "lower", "split", "char_level", "oov_token", "document_count")
_TABLES = ("word_counts", "word_docs", "index_docs", "index_word", "word_index")


def base_filter() -> str:
    r"""The characters that are no part of words, as Keras 1 asked for them.

    Returns:
        The default of `filters`.

    Example:
        >>> base_filter()[-5:]
        '|}~\t\n'
    """
    return FILTERS


def text_to_word_sequence(text: str, filters: str = FILTERS, lower: bool = True, split: str = " ") -> list[str]:
    """The words of a text.

    Args:
        text: the text.
        filters: characters that count as `split`: punctuation, tab and new line by default.
        lower: whether letters become small, which is so by default.
        split: what stands between words, a space by default.

    Returns:
        The words in their order.

    Example:
        >>> text_to_word_sequence("The cat -- it sat.")
        ['the', 'cat', 'it', 'sat']
    """
    text = text.lower() if lower else text
    return [word for word in text.translate({ord(c): split for c in filters}).split(split) if word]


def hashing_trick(
    text: str,
    n: int,
    hash_function: Callable[[str], int] | Literal["md5"] | None = None,
    filters: str = FILTERS,
    lower: bool = True,
    split: str = " ",
) -> list[int]:
    """Each word of a text as a number by its hash; different words may share one.

    Args:
        text: the text.
        n: numbers go from 1 to n - 1.
        hash_function: takes a word and returns a whole number; "md5" is the same everywhere; None (the default) is
            Python's `hash`, which differs from one process to the next.
        filters: characters that count as `split`: punctuation, tab and new line by default.
        lower: whether letters become small, which is so by default.
        split: what stands between words, a space by default.

    Returns:
        The numbers in the words' order.

    Raises:
        SettingError: another hash function.

    Example:
        >>> hashing_trick("a b a", 10, "md5")
        [2, 5, 2]
    """
    if hash_function == "md5":
        hashed: Callable[[str], int] = _md5
    elif hash_function is None:
        hashed = hash
    elif callable(hash_function):
        hashed = hash_function
    else:
        raise SettingError(
            where="hashing_trick, hash_function", expected="a function, 'md5' or None", actual=shorten(hash_function)
        )
    return [hashed(word) % (n - 1) + 1 for word in text_to_word_sequence(text, filters, lower, split)]


def _md5(word: str) -> int:
    return int(hashlib.md5(word.encode(), usedforsecurity=False).hexdigest(), 16)


def one_hot(text: str, n: int, filters: str = FILTERS, lower: bool = True, split: str = " ") -> list[int]:
    """`hashing_trick` with Python's `hash`: numbers, and not one-hot rows, whatever the name says.

    Args:
        text: the text.
        n: numbers go from 1 to n - 1.
        filters: characters that count as `split`: punctuation, tab and new line by default.
        lower: whether letters become small, which is so by default.
        split: what stands between words, a space by default.

    Returns:
        The numbers in the words' order.

    Example:
        >>> len(one_hot("a b a", 10))
        3
    """
    return hashing_trick(text, n, hash, filters, lower, split)


class Tokenizer:
    """Numbers words (or characters) by how often they occur: 1 is the most frequent, and 0 stands for no word.

    Words that are equally frequent come in the order in which they first occur. `fit_on_texts` fills the attributes
    word_counts, word_docs, word_index, index_word, index_docs and document_count.

    Args:
        num_words: only numbers below it are given out; None (the default): all.
        filters: characters that count as `split`: punctuation, tab and new line by default.
        lower: whether letters become small, which is so by default.
        split: what stands between words, a space by default.
        char_level: whether characters are numbered in place of words, False by default.
        oov_token: stands for every unknown word, as number 1; None (the default) leaves unknown words out.
        document_count: how many texts have been counted already, 0 by default.

    Example:
        >>> tokenizer = Tokenizer()
        >>> tokenizer.fit_on_texts(["a b b", "b c"])
        >>> tokenizer.texts_to_sequences(["c b x"])
        [[3, 1]]
    """

    @accepts_old("Tokenizer")
    def __init__(
        self,
        num_words: int | None = None,
        filters: str = FILTERS,
        lower: bool = True,
        split: str = " ",
        char_level: bool = False,
        oov_token: str | None = None,
        document_count: int = 0,
    ) -> None:
        self.num_words = None if num_words is None else whole(num_words, "Tokenizer, num_words", 0)
        self.filters, self.lower, self.split, self.char_level = filters, lower, split, char_level
        self.oov_token = oov_token
        self.document_count = document_count
        self.word_counts: OrderedDict[str, int] = OrderedDict()
        self.word_docs: defaultdict[str, int] = defaultdict(int)
        self.index_docs: defaultdict[int, int] = defaultdict(int)
        self.word_index: dict[str, int] = {}
        self.index_word: dict[int, str] = {}

    def _words(self, text: Text) -> Text:
        if isinstance(text, list):
            return [word.lower() for word in text] if self.lower else text
        if self.char_level:
            return text.lower() if self.lower else text
        return text_to_word_sequence(text, self.filters, self.lower, self.split)

    def fit_on_texts(self, texts: Iterable[Text]) -> None:
        """Count the words of texts and number them anew; it may be called again with more.

        Args:
            texts: texts, or lists of words.
        """
        for text in texts:
            self.document_count += 1
            words = self._words(text)
            for word in words:
                self.word_counts[word] = self.word_counts.get(word, 0) + 1
            for word in set(words):
                self.word_docs[word] += 1
        ordered = sorted(self.word_counts, key=lambda word: -self.word_counts[word])
        if self.oov_token is not None:
            ordered.insert(0, self.oov_token)
        self.word_index = {word: index for index, word in enumerate(ordered, 1)}
        self.index_word = {index: word for word, index in self.word_index.items()}
        for word, count in self.word_docs.items():
            self.index_docs[self.word_index[word]] = count

    def fit_on_sequences(self, sequences: Iterable[Iterable[int]]) -> None:
        """Count in how many sequences each number occurs, for `sequences_to_matrix` without texts.

        Args:
            sequences: lists of numbers.
        """
        for sequence in sequences:
            self.document_count += 1
            for index in set(sequence):
                self.index_docs[index] += 1

    def texts_to_sequences(self, texts: Iterable[Text]) -> list[list[int]]:
        """Each text as a list of numbers; unknown words are left out, or stand as the oov_token's number.

        Args:
            texts: texts, or lists of words.

        Returns:
            A list for each text.
        """
        return list(self.texts_to_sequences_generator(texts))

    def texts_to_sequences_generator(self, texts: Iterable[Text]) -> Iterator[list[int]]:
        """`texts_to_sequences`, one by one.

        Args:
            texts: texts, or lists of words.

        Yields:
            A list for each text.
        """
        unknown = self.word_index.get(self.oov_token) if self.oov_token is not None else None
        for text in texts:
            numbers = (self.word_index.get(word) for word in self._words(text))
            known = (n if n is not None and self._is_known(n) else unknown for n in numbers)
            yield [n for n in known if n is not None]

    def sequences_to_texts(self, sequences: Iterable[Iterable[int]]) -> list[str]:
        """Each list of numbers as words with spaces between.

        Args:
            sequences: lists of numbers.

        Returns:
            A text for each list.
        """
        return list(self.sequences_to_texts_generator(sequences))

    def sequences_to_texts_generator(self, sequences: Iterable[Iterable[int]]) -> Iterator[str]:
        """`sequences_to_texts`, one by one.

        Args:
            sequences: lists of numbers.

        Yields:
            A text for each list.
        """
        unknown = self.oov_token if self.oov_token in self.word_index else None
        for sequence in sequences:
            words = (self.index_word.get(n) if self._is_known(n) else None for n in sequence)
            known = (word if word is not None else unknown for word in words)
            yield " ".join(word for word in known if word is not None)

    def _is_known(self, index: int) -> bool:
        return not self.num_words or index < self.num_words

    def texts_to_matrix(self, texts: Iterable[Text], mode: Mode = "binary") -> Array:
        """Each text as a row with an entry for each word.

        Args:
            texts: texts, or lists of words.
            mode: as in `sequences_to_matrix`, "binary" by default.

        Returns:
            (texts, num_words), or (texts, known words + 1) without `num_words`.

        Raises:
            SettingError: another mode.
            DataError: nothing has been counted yet.

        Example:
            >>> tokenizer = Tokenizer()
            >>> tokenizer.fit_on_texts(["a b b", "b c"])
            >>> tokenizer.texts_to_matrix(["b a b"], mode="count").tolist()
            [[0.0, 2.0, 1.0, 0.0]]
        """
        return self.sequences_to_matrix(self.texts_to_sequences(texts), mode)

    def sequences_to_matrix(self, sequences: Iterable[Sequence[int]], mode: Mode = "binary") -> Array:
        """Each list of numbers as a row with an entry for each word.

        Args:
            sequences: lists of numbers.
            mode: what an entry is: "binary" (the default) 1 where the word occurs, "count" how often, "freq" its share of the
                text, "tfidf" (1 + ln count) * ln(1 + documents / (1 + documents with the word)).

        Returns:
            (lists, num_words), or (lists, known words + 1) without `num_words`.

        Raises:
            SettingError: another mode.
            DataError: nothing has been counted yet.
        """
        if mode not in _MODES:
            raise SettingError(where="Tokenizer, mode", expected=f"one of {', '.join(_MODES)}", actual=shorten(mode))
        if not self.num_words and not self.word_index:
            raise DataError("Give num_words, or call fit_on_texts first.", where="Tokenizer")
        if mode == "tfidf" and not self.document_count:
            raise DataError("Call fit_on_texts or fit_on_sequences before the mode tfidf.", where="Tokenizer")
        rows = list(sequences)
        width = self.num_words or len(self.word_index) + 1
        matrix = np.zeros((len(rows), width))
        for row, sequence in enumerate(rows):
            for index, count in Counter(sequence).items():
                if index < width:
                    matrix[row, index] = self._entry(mode, index, count, len(sequence))
        return matrix

    def _entry(self, mode: Mode, index: int, count: int, length: int) -> float:
        if mode == "count":
            return count
        if mode == "freq":
            return count / length
        if mode == "tfidf":
            inverse = np.log(1 + self.document_count / (1 + self.index_docs.get(index, 0)))
            return (1 + np.log(count)) * inverse
        return 1.0

    def get_config(self) -> Config:
        """Settings and counts; the tables are JSON texts, as in Keras's files.

        Returns:
            A dict that JSON carries.
        """
        return {
            **{name: getattr(self, name) for name in _SETTINGS},
            **{name: json.dumps(getattr(self, name)) for name in _TABLES},
        }

    def to_json(self, **kwargs: Unpack[JsonOptions]) -> str:
        """The tokenizer as JSON text.

        Args:
            **kwargs: options of `json.dumps`.

        Returns:
            The text, for `tokenizer_from_json`.
        """
        return json.dumps({"class_name": type(self).__name__, "config": self.get_config()}, **kwargs)


def tokenizer_from_json(json_string: str) -> Tokenizer:
    """The tokenizer that `to_json` wrote, here or in Keras.

    Args:
        json_string: the text.

    Returns:
        A `Tokenizer`.

    Example:
        >>> tokenizer = Tokenizer()
        >>> tokenizer.fit_on_texts(["a b"])
        >>> tokenizer_from_json(tokenizer.to_json()).word_index
        {'a': 1, 'b': 2}
    """
    where = "tokenizer_from_json"
    settings = read_settings(json_string, where, (*_SETTINGS, *_TABLES))
    tables = {name: read_table(settings.pop(name, None), f"{where}, {name}") for name in _TABLES}
    for name in ("word_counts", "word_docs", "word_index", "index_docs"):
        if not all(type(count) is int for count in tables[name].values()):
            raise FileError(where=f"{where}, {name}", expected="a whole number for each entry", actual="something else")
    for name in ("index_docs", "index_word"):
        if not all(key.isdecimal() for key in tables[name]):
            raise FileError(where=f"{where}, {name}", expected="whole numbers as keys", actual="something else")
    tokenizer = Tokenizer(**settings)
    tokenizer.word_counts = OrderedDict(tables["word_counts"])
    tokenizer.word_docs = defaultdict(int, tables["word_docs"])
    tokenizer.word_index = tables["word_index"]
    # JSON's keys are texts.
    tokenizer.index_docs = defaultdict(int, {int(n): count for n, count in tables["index_docs"].items()})
    tokenizer.index_word = {int(n): str(word) for n, word in tables["index_word"].items()}
    return tokenizer
