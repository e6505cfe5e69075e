"""Vocabularies: words and their places, and rows of places as ones, counts or weights."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from .._machine import config
from ..errors import DataError, SettingError, SettingTypeError, shorten
from ..types import Array, DTypeLike

OfUnknown = Callable[[str], int]


class Vocabulary:
    """Words and their places: what stands for nothing first, then what is unknown, then the words in order.

    Args:
        where: how messages call the layer.
        mode: "int", "one_hot", "multi_hot", "count" or "tf_idf".
        most: largest size, what stands in front included; None for any.
        mask: what stands for nothing, at place 0 of the mode "int"; None for none.
        unknown: what unknown places become on the way back.
        places: how many places unknown words have.
    """

    def __init__(
        self, where: str, mode: str, most: int | None, mask: str | None, unknown: str, places: int, *, padded: bool
    ) -> None:
        self._where, self.mode, self.most, self.unknown, self.places = where, mode, most, unknown, places
        self.mask = mask if mode == "int" else None
        self._not_learnt = {unknown} if mask is None else {unknown, mask}
        self.words: list[str] | None = None
        self.rarity: list[float] | None = None
        self._padded = padded
        self._index: dict[str, int] = {}

    @property
    def special(self) -> list[str]:
        """What stands in front of the words."""
        return ([] if self.mask is None else [self.mask]) + [self.unknown] * self.places

    def set(self, words: Iterable[str], rarity: Sequence[float] | None = None) -> None:
        """Take words in order, with or without what stands in front of them.

        Raises:
            SettingError: a word is there twice, there are more than may be, or rarity has another length.
        """
        special, vocabulary = self.special, list(words)
        if vocabulary[: len(special)] == special:
            vocabulary = vocabulary[len(special) :]
        self._index = {word: i for i, word in enumerate(vocabulary, len(special))}
        where = f"{self._where}, vocabulary"
        if len(self._index) < len(vocabulary):
            twice = next(word for word, count in Counter(vocabulary).items() if count > 1)
            raise SettingError(where=where, expected="each word once", actual=f"{shorten(twice)} twice")
        if self.most is not None and len(vocabulary) + len(special) > self.most:
            actual = f"{len(vocabulary)} words, and {len(special)} places in front of them"
            raise SettingError(where=where, expected=f"at most max_tokens={self.most}", actual=actual)
        if self.mask is not None:
            self._index[self.mask] = 0
        self.words = vocabulary
        self.rarity = self._rarity(rarity, len(vocabulary))

    def _rarity(self, rarity: Sequence[float] | None, count: int) -> list[float] | None:
        if self.mode != "tf_idf":
            return None
        if rarity is None or len(rarity) not in (count, count + self.places):
            expected = f"idf_weights, {count} numbers for output_mode='tf_idf'"
            actual = "none" if rarity is None else f"{len(rarity)} numbers"
            raise SettingError(where=self._where, expected=expected, actual=actual)
        return [float(x) for x in rarity][-count:] if count else []

    def learn(self, documents: Iterable[list[str]]) -> None:
        """Count words. Equally frequent ones stand in the order that Keras gives them: the last of the alphabet first.

        Raises:
            DataError: there is no word.
        """
        counts: Counter[str] = Counter()
        found_in: Counter[str] = Counter()
        document_count = 0
        for tokens in documents:
            document_count += 1
            counts.update(tokens)
            found_in.update(set(tokens))
        for word in self._not_learnt:
            counts.pop(word, None)
        if not counts:
            raise DataError(where=f"{self._where}, adapt", expected="texts with words", actual="none")
        ordered = sorted(sorted(counts, reverse=True), key=lambda word: -counts[word])
        words = ordered[: None if self.most is None else max(self.most - len(self.special), 0)]
        self.set(words, [math.log(1 + document_count / (1 + found_in[word])) for word in words])

    def all(self, *, special: bool = True) -> list[str]:
        """All texts by their places."""
        return [*(self.special if special else []), *(self.words or [])]

    def ready(self) -> Vocabulary:
        """Itself. Raises SettingTypeError where there are no words yet."""
        if self.words is None:
            hint = "Call adapt(data) first, or give it a vocabulary."
            raise SettingTypeError(where=self._where, expected="a vocabulary", actual="none", hint=hint)
        return self

    @property
    def width(self) -> int | None:
        """How long a row of ones or counts is; None while that is not known."""
        if self._padded and self.most is not None:
            return self.most
        return None if self.words is None else len(self.special) + len(self.words)

    def places_of(self, words: Iterable[str], of_unknown: OfUnknown | None = None) -> list[int]:
        """The places of words; of unknown ones the first that is theirs, or what a function says.

        Raises:
            DataError: one is unknown, and there is no place for such words.
        """
        first, index = int(self.mask is not None), self._index
        if self.places == 1:
            return [index.get(word, first) for word in words]
        made: list[int] = []
        for word in words:
            position = index.get(word)
            if position is not None:
                made.append(position)
                continue
            if of_unknown is None:
                hint = "num_oov_indices=1 gives unknown ones a place."
                raise DataError(where=self._where, expected="known texts", actual=shorten(word), hint=hint)
            made.append(first + of_unknown(word))
        return made

    def rarities(self, dtype: DTypeLike) -> Array:
        """How rare each place is in the mode "tf_idf": unknown ones as words are on average."""
        known = np.asarray(self.rarity or (), dtype)
        return np.concatenate([np.full(self.places, known.mean() if len(known) else 0, dtype), known])

    def encoded(self, rows: Sequence[Sequence[int]]) -> Array:
        """(N, size): ones, counts, or counts times how rare a word is."""
        result = np.zeros((len(rows), self.width or 0), config.floatx())
        for row, places in zip(result, rows, strict=True):
            np.add.at(row, np.asarray(places, "int64"), 1)
        if self.mode in ("multi_hot", "one_hot"):
            return np.minimum(result, 1)
        if self.rarity is not None:
            weights = np.zeros(result.shape[1], result.dtype)
            known = self.rarities(result.dtype)
            weights[: len(known)] = known
            return result * weights
        return result
