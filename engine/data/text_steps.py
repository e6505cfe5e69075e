"""Steps of texts: words as numbers, for an Embedding layer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import ClassVar, Literal

import numpy as np

from .._declared import rules
from .._declared.fields import field
from .._native.columns import KnownWords, is_compiled
from ..types import Array, Config
from .columns import Column, ColumnKind
from .step import OneByOne, some_of
from .subwords import learned, numbers_of

PADDING, UNSEEN = 0, 1
"""The numbers of no word, and of a word that the training rows had not, or too rarely."""
_FIRST_WORD = 2
# Letters, digits and what stands inside a word, as in "don't"; every sign of writing without spaces is a word of its own.
_WORD = re.compile(r"[぀-ヿ㐀-鿿]|[^\W぀-ヿ㐀-鿿]+(?:['’][^\W぀-ヿ㐀-鿿]+)*")

# The same in texts of ASCII alone, several times as fast.
_ASCII_WORD = re.compile(r"[a-z0-9_]+(?:'[a-z0-9_]+)*")


def words_of(text: str) -> list[str]:
    """The words of a text, in small letters.

    Args:
        text: the text.

    Returns:
        Its words, in order, without punctuation.

    Example:
        >>> words_of("Don't panic, it's 42!")
        ["don't", 'panic', "it's", '42']
    """
    small = text.lower()
    return (_ASCII_WORD if small.isascii() else _WORD).findall(small)


class Tokens(OneByOne):
    """Texts as numbers of their words, an array (rows, length) for an Embedding layer with `most` + 2 inputs.

    The training rows' most frequent word is 2, the next 3, and so on; 1 stands for every other word, 0 for none. By parts of
    words (with the package tokenizers: `pip install 'kwidgets[subwords]'`) an unseen word is told by its parts.

    Args:
        columns: their names.
        by: "words" (the default), or "subwords": parts of words by byte pair encoding.
        most: words, or parts, that have a number of their own, 10,000 by default.
        length: words, or parts, of a text, 100 by default; shorter texts are filled up with 0, longer ones cut.
        padding: where the zeros stand: "before" (the default) the words, as Keras's `pad_sequences` does, or "after" them.
        keep: which words of a longer text stay: the "last" (the default) or the "first".

    Example:
        >>> from engine.data import columns_of
        >>> step, columns = Tokens(["said"], length=3), columns_of({"said": ["yes yes", "oh no"]})
        >>> step.apply(columns, step.fit(columns, np.array([0])))["said"].values.tolist()
        [[0, 2, 2], [0, 1, 1]]
    """

    kind: ClassVar[str] = "tokens"
    takes: ClassVar[tuple[ColumnKind, ...]] = ("text",)
    by: Literal["words", "subwords"] = field(
        rules.choice("words", "subwords"), default="words", help="whole words, or parts of words (package tokenizers)"
    )
    most: int = field(rules.positive_int, default=10_000, help="words that have a number of their own")
    length: int = field(rules.positive_int, default=100, help="words of a text: longer ones are cut")
    padding: Literal["before", "after"] = field(
        rules.choice("before", "after"), default="before", help="where zeros stand in a shorter text"
    )
    keep: Literal["first", "last"] = field(
        rules.choice("first", "last"), default="last", help="which words of a longer text stay"
    )

    def fit_column(self, column: Column, rows: Array) -> list[str] | Config:
        """The words that have numbers, the most frequent first; equally frequent ones by the alphabet. Or parts of words."""
        if self.by == "subwords":
            return learned(some_of(column, rows, self.kind).tolist(), self.most)
        counts = Counter(word for text in some_of(column, rows, self.kind) for word in words_of(text))
        return sorted(counts, key=lambda word: (-counts[word], word))[: self.most]

    def apply_column(self, column: Column, fitted: list[str] | Config) -> Column:
        """The numbers of the words; a missing text has none."""
        made = np.full((len(column), self.length), PADDING, np.int32)
        left = self._numbered_at_once(column, fitted, made)
        numbered = self._numbers(column.take(left), fitted) if len(left) else ()
        for row, words in zip(left, numbered, strict=True):
            truncated = words[: self.length] if self.keep == "first" else words[-self.length :]
            if truncated:
                at = slice(len(truncated)) if self.padding == "after" else slice(-len(truncated), None)
                made[row, at] = truncated
        return Column(column.name, "array", made, np.zeros(len(column), bool))

    def names(self, fitted: object) -> list[str]:
        """The word, or part of a word, of each number that `apply_column` gives: "" for none, "…" for one that has no number."""
        known = fitted.get("parts") if isinstance(fitted, Mapping) else fitted
        listed = [str(name) for name in known] if isinstance(known, list) else []
        return ["", "…", *(listed[_FIRST_WORD:] if self.by == "subwords" else listed)]

    def _numbered_at_once(self, column: Column, fitted: list[str] | Config, made: Array) -> Array:
        """Number the words of texts in ASCII without Python's lock, so that other threads go on; gives the rows that are left."""
        there = np.flatnonzero(~column.missing)
        known = None if self.by == "subwords" or not isinstance(fitted, list) else _known(fitted)
        if known is None:
            return there
        plain = np.array([text.isascii() for text in column.values[there].tolist()], bool)
        numbers = made[there[plain]]
        texts, keep_last, after = column.values[there[plain]].tolist(), self.keep == "last", self.padding == "after"
        known.number(texts, numbers, _FIRST_WORD, UNSEEN, keep_last, after)
        made[there[plain]] = numbers
        return there[~plain]

    def _numbers(self, column: Column, fitted: list[str] | Config) -> Iterable[list[int]]:
        """The numbers of each text's words, or parts of words."""
        texts = ["" if missing else text for text, missing in zip(column.values, column.missing, strict=True)]
        if self.by == "subwords":
            yield from numbers_of(fitted, texts)
            return
        numbers = {word: number for number, word in enumerate(fitted, _FIRST_WORD)}
        kept = slice(self.length) if self.keep == "first" else slice(-self.length, None)
        for text in texts:
            yield [numbers.get(word, UNSEEN) for word in words_of(text)[kept]]


_LAST_KNOWN: list[tuple[list[str], KnownWords]] = []
# Words of so many steps are kept ready for the next block of rows.
_MOST_KNOWN = 4


def _known(words: list[str]) -> KnownWords | None:
    """Words ready to be found in texts by the library in C; None where there is none."""
    if not is_compiled():
        return None
    made = next((known for listed, known in _LAST_KNOWN if listed is words), None) or KnownWords.of(words)
    if made is not None:
        _LAST_KNOWN[:] = [(words, made), *(one for one in _LAST_KNOWN if one[0] is not words)][:_MOST_KNOWN]
    return made
