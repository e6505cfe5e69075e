"""Layers that turn texts into numbers, before the model: `TextVectorization` and `StringLookup`, on arrays and in `Dataset.map`.

The engine's tensors hold numbers, so these take no symbols: a model that begins with texts is refused with what to do.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from .._graph.tensor import Tensor
from ..errors import DataError, SettingError, SettingTypeError
from ..layers import Layer
from .hashing import Hashing
from .values import EagerArray, eager

__all__ = ["Hashing", "Pipeline", "StringLookup", "TextVectorization"]

_PUNCTUATION = re.compile(r"[!\"#$%&()*+,\-./:;<=>?@\[\\\]^_`{|}~']")
_MODES = ("int", "one_hot", "multi_hot", "count", "tf_idf")


class _Vocabulary:
    """Words and their places: what stands for nothing first, then what is unknown, then words by frequency."""

    def __init__(self, mode: str, max_tokens: int | None, mask: str | None, unknown: str, places: int) -> None:
        self.mode, self.max_tokens, self.unknown, self.places = mode, max_tokens, unknown, places
        self.mask = mask if mode == "int" else None
        self.words: list[str] | None = None
        self.rarity: list[float] = []
        self._index: dict[str, int] = {}

    @property
    def special(self) -> list[str]:
        """What stands in front of the words."""
        return ([] if self.mask is None else [self.mask]) + [self.unknown] * self.places

    def set(self, words: Iterable[str], rarity: Sequence[float] | None = None) -> None:
        """Take words in order, with or without what stands in front of them."""
        special = self.special
        vocabulary = list(words)
        if vocabulary[: len(special)] == special:
            vocabulary = vocabulary[len(special) :]
        self.words = vocabulary
        self._index = {word: i for i, word in enumerate(vocabulary, len(special))}
        if self.mask is not None:
            self._index[self.mask] = 0
        self.rarity = list(rarity or [])

    def learn(self, documents: Iterable[list[str]]) -> None:
        """Count words. Equally frequent ones stand in the order that Keras gives them: the last of the alphabet first."""
        counts: Counter[str] = Counter()
        found_in: Counter[str] = Counter()
        document_count = 0
        for tokens in documents:
            document_count += 1
            counts.update(tokens)
            found_in.update(set(tokens))
        for word in {self.mask, self.unknown, ""}:
            counts.pop(str(word), None)
        if not counts:
            raise DataError(where="adapt", expected="texts with words", actual="none")
        ordered = sorted(sorted(counts, reverse=True), key=lambda word: -counts[word])
        most = None if self.max_tokens is None else self.max_tokens - len(self.special)
        words = ordered[:most]
        rarity = [math.log(1 + document_count / (1 + found_in[word])) for word in words]
        self.set(words, rarity)

    def all(self, *, special: bool = True) -> list[str]:
        """All texts by their places."""
        return [*(self.special if special else []), *(self.words or [])]

    def place(self, word: str) -> int:
        """The place of a word, that of unknown ones where it is none of the vocabulary."""
        return self._index.get(word, int(self.mask is not None))

    def encoded(self, rows: list[list[int]]) -> np.ndarray:
        """(N, size): ones, counts, or counts times how rare a word is."""
        result = np.zeros((len(rows), len(self.all())), "float32")
        for row, places in zip(result, rows, strict=True):
            for place in places:
                row[place] += 1
        if self.mode in ("multi_hot", "one_hot"):
            return np.minimum(result, 1)
        if self.mode == "tf_idf":
            rarity = np.asarray(self.rarity, "float32")
            return result * np.concatenate([np.full(self.places, rarity.mean(), "float32"), rarity])
        return result


def _text(x: Any) -> str:
    return x.decode("utf-8") if isinstance(x, bytes) else str(x)


def _texts(value: Any, where: str) -> np.ndarray:
    """Texts as an array of str; bytes are read as UTF-8. Raises SettingTypeError for symbols, with what to do."""
    if isinstance(value, Tensor):
        raise SettingTypeError(
            where=where,
            expected="an array or a list of texts",
            actual="a symbol of a model",
            hint="The engine's tensors hold numbers: call it before the model, dataset.map(lambda x, y: (layer(x), y)).",
        )
    array = np.asarray(value)
    if array.dtype.kind == "S" or (array.dtype.kind == "O" and any(isinstance(x, bytes) for x in array.flat)):
        flat = [x.decode("utf-8") if isinstance(x, bytes) else str(x) for x in array.flat]
        return np.array(flat, dtype=object).reshape(array.shape)
    return array.astype(object) if array.dtype.kind in "UO" else array.astype(str).astype(object)


def _batches(data: Any, where: str) -> Iterator[np.ndarray]:
    if isinstance(data, (np.ndarray, list, tuple)):
        yield _texts(data, where)
        return
    for batch in data:
        yield _texts(batch[0] if isinstance(batch, tuple) else batch, where)


class StringLookup:
    """The place of each text in a vocabulary; what it lacks is at the place for unknown ones.

    Args:
        max_tokens: largest size of the vocabulary that `adapt` makes, None for any.
        num_oov_indices: places for unknown texts; 0 or 1 here.
        mask_token: a text that stands for nothing, at place 0; None for none.
        oov_token: what unknown places become on the way back.
        vocabulary: the known texts in order; None: those of `adapt`.
        idf_weights: how rare each text is, for "tf_idf".
        invert: whether it goes back, from places to texts.
        output_mode: "int", "one_hot", "multi_hot", "count" or "tf_idf".
        **_: accepted as in Keras: name, encoding and the like.

    Raises:
        SettingError: more than one place for unknown texts, or another mode.

    Example:
        >>> StringLookup(vocabulary=["a", "b"])(["b", "c"]).tolist()
        [2, 0]
    """

    def __init__(
        self,
        max_tokens: int | None = None,
        num_oov_indices: int = 1,
        mask_token: str | None = None,
        oov_token: str = "[UNK]",
        vocabulary: Sequence[str] | None = None,
        idf_weights: Sequence[float] | None = None,
        invert: bool = False,
        output_mode: str = "int",
        **_: object,
    ) -> None:
        if num_oov_indices not in (0, 1):
            expected = "0 or 1: more places are chosen by TensorFlow's own hash"
            raise SettingError(where="StringLookup, num_oov_indices", expected=expected, actual=str(num_oov_indices))
        _check_mode("StringLookup", output_mode)
        self._vocabulary = _Vocabulary(output_mode, max_tokens, mask_token, oov_token, num_oov_indices)
        self.invert = invert
        if vocabulary is not None:
            self._vocabulary.set(vocabulary, idf_weights)

    def adapt(self, data: Any, batch_size: int | None = None, steps: int | None = None) -> None:
        """Take the texts of data as the vocabulary, the most frequent first."""
        self._vocabulary.learn([str(x) for x in batch.flat] for batch in _batches(data, "StringLookup, adapt"))

    def get_vocabulary(self, include_special_tokens: bool = True) -> list[str]:
        """The known texts by their places."""
        return self._vocabulary.all(special=include_special_tokens)

    def vocabulary_size(self) -> int:
        """How many places there are."""
        return len(self._vocabulary.all())

    def __call__(self, inputs: Any) -> Any:
        """Places of texts, or texts at places."""
        known = _ready(self._vocabulary, "StringLookup")
        if self.invert:
            words = np.array(known.all(), dtype=object)
            places = np.asarray(inputs).astype(int)
            return eager(
                np.where((places >= 0) & (places < len(words)), words[places.clip(0, len(words) - 1)], known.unknown)
            )
        texts = _texts(inputs, "StringLookup")
        places = np.array([known.place(str(x)) for x in texts.flat], "int64").reshape(texts.shape)
        if known.mode == "int":
            return eager(places)
        if known.mode == "one_hot":
            return eager(np.eye(len(known.all()), dtype="float32")[places])
        made = known.encoded(np.atleast_2d(places).tolist())
        return eager(made if texts.ndim > 1 else made[0])  # one axis is one sample, as in Keras


class TextVectorization:
    """Texts as places of their words in a vocabulary, or as ones, counts or weights of words.

    Args:
        max_tokens: largest size of the vocabulary that `adapt` makes, None for any.
        standardize: "lower_and_strip_punctuation", "lower", "strip_punctuation", None, or a function of the texts.
        split: "whitespace", "character", None, or a function of a text.
        ngrams: also so many words together: n for up to n, or a tuple of lengths.
        output_mode: "int", "multi_hot", "count" or "tf_idf".
        output_sequence_length: length to which rows are cut or filled with 0; None: that of the longest.
        pad_to_max_tokens: accepted as in Keras.
        vocabulary: the known words in order; None: those of `adapt`.
        idf_weights: how rare each word is, for "tf_idf".
        **_: accepted as in Keras: name, encoding and the like.

    Raises:
        SettingError: another mode, standardization or split.

    Example:
        >>> layer = TextVectorization(output_sequence_length=4)
        >>> layer.adapt(["the cat", "the dog!"])
        >>> layer(["The dog ran"]).tolist()
        [[2, 3, 1, 0]]
    """

    def __init__(
        self,
        max_tokens: int | None = None,
        standardize: str | Callable[[Any], Any] | None = "lower_and_strip_punctuation",
        split: str | Callable[[Any], Any] | None = "whitespace",
        ngrams: int | tuple[int, ...] | None = None,
        output_mode: str = "int",
        output_sequence_length: int | None = None,
        pad_to_max_tokens: bool = False,
        vocabulary: Sequence[str] | None = None,
        idf_weights: Sequence[float] | None = None,
        **_: object,
    ) -> None:
        _check_mode("TextVectorization", output_mode)
        for what, value, known in (
            ("standardize", standardize, ("lower_and_strip_punctuation", "lower", "strip_punctuation")),
            ("split", split, ("whitespace", "character")),
        ):
            if isinstance(value, str) and value not in known:
                expected = f"one of {', '.join(known)}, None or a function"
                raise SettingError(where=f"TextVectorization, {what}", expected=expected, actual=repr(value))
        self.standardize, self.split = standardize, split
        self.lengths = tuple(range(1, ngrams + 1)) if isinstance(ngrams, int) else ngrams
        self.output_sequence_length = output_sequence_length
        self._vocabulary = _Vocabulary(output_mode, max_tokens, "", "[UNK]", 1)
        if vocabulary is not None:
            self._vocabulary.set(vocabulary, idf_weights)

    def adapt(self, data: Any, batch_size: int | None = None, steps: int | None = None) -> None:
        """Take the words of texts as the vocabulary, the most frequent first.

        Args:
            data: an array or a list of texts, or a data set of them.
            batch_size: accepted as in Keras.
            steps: accepted as in Keras.
        """
        where = "TextVectorization, adapt"
        self._vocabulary.learn(self._tokens(text) for batch in _batches(data, where) for text in batch.flat)

    def get_vocabulary(self, include_special_tokens: bool = True) -> list[str]:
        """The known words by their places."""
        return self._vocabulary.all(special=include_special_tokens)

    def vocabulary_size(self) -> int:
        """How many places there are."""
        return len(self._vocabulary.all())

    def set_vocabulary(self, vocabulary: Sequence[str], idf_weights: Sequence[float] | None = None) -> None:
        """Take these words as the vocabulary."""
        self._vocabulary.set(vocabulary, idf_weights)

    def __call__(self, inputs: Any) -> EagerArray:
        """(N,) or (N, 1) texts as rows of numbers."""
        known = _ready(self._vocabulary, "TextVectorization")
        texts = _texts(inputs, "TextVectorization")
        rows = [[known.place(token) for token in self._tokens(text)] for text in texts.reshape(-1)]
        if known.mode != "int":
            made = known.encoded(rows)
        else:
            length = self.output_sequence_length or max(map(len, rows), default=0)
            made = np.zeros((len(rows), length), "int64")
            for row, places in zip(made, rows, strict=True):
                row[: len(places)] = places[:length]
        return eager(made if texts.ndim else made[0])

    def _tokens(self, text: Any) -> list[str]:
        written = str(text)
        if callable(self.standardize):
            written = _text(np.asarray(self.standardize(written))[()])
        elif self.standardize is not None:
            written = written.lower() if "lower" in self.standardize else written
            written = _PUNCTUATION.sub("", written) if "strip" in self.standardize else written
        if callable(self.split):
            words = [_text(x) for x in np.ravel(self.split(written))]
        else:
            words = written.split() if self.split == "whitespace" else list(written) if self.split else [written]
        if not self.lengths:
            return words
        return [" ".join(words[i : i + n]) for n in self.lengths for i in range(len(words) - n + 1)]


def _ready(vocabulary: _Vocabulary, where: str) -> _Vocabulary:
    if vocabulary.words is None:
        hint = "Call adapt(data) first, or give it a vocabulary."
        raise SettingTypeError(where=where, expected="a vocabulary", actual="none", hint=hint)
    return vocabulary


def _check_mode(where: str, mode: str) -> None:
    if mode not in _MODES:
        raise SettingError(where=f"{where}, output_mode", expected=f"one of {', '.join(_MODES)}", actual=repr(mode))


class Pipeline(Layer):
    """Layers one behind the other as one layer (Keras 3).

    Args:
        layers: the layers, in their order.
        name: its name; None, the default, makes one.

    Example:
        >>> from engine.layers import Dense
        >>> Pipeline([Dense(4), Dense(2)])(np.ones((3, 5))).shape
        (3, 2)
    """

    def __init__(self, layers: Sequence[Layer], name: str | None = None) -> None:
        super().__init__(name=name)
        self.layers = list(layers)

    @property
    def sublayers(self) -> list[Layer]:
        """The layers."""
        return self.layers

    def call(self, inputs: Any, training: Any = None) -> Any:
        """The last layer's result."""
        for layer in self.layers:
            inputs = layer(inputs, training=training) if training is not None else layer(inputs)
        return inputs
