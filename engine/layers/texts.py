"""Layers that turn texts into numbers by a vocabulary: `TextVectorization` and `StringLookup`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .._declared import registry, rules
from .._declared.fields import field
from ..errors import SettingError, SettingTypeError, ShapeError
from .settings import switch_field, unused_field
from .text_hashes import bucket
from .text_layers import (
    MODES,
    TextLayer,
    batches_of_texts,
    choice_or_function,
    numbers,
    text_of,
    texts_of,
    words,
)
from .vocabulary import Vocabulary

if TYPE_CHECKING:
    from .._declared.fields import Setting
    from .._graph.tensor import Tensor
    from ..types import Array, Config, Shape

__all__ = ["StringLookup", "TextVectorization"]

_PUNCTUATION = re.compile(r"[!\"#$%&()*+,\-./:;<=>?@\[\\\]^_`{|}~']")

_lengths = rules.Rule(
    lambda v: bool(v) and rules.int_tuple().test(v),
    "a whole number above 0, or several",
    (0, 2.5, "a", [0]),
    {"kind": "integers", "length": None, "minimum": 1},
    # One number means all lengths up to it.
    lambda v: tuple(range(1, v + 1)) if isinstance(v, int) and not isinstance(v, bool) else rules.int_tuple().check(v),
    lambda v: len(v) if v == tuple(range(1, len(v) + 1)) else list(v),
)


class _Looking(TextLayer):
    """A layer with a vocabulary, which is part of its config."""

    def begin(self, vocabulary: Vocabulary, words: Sequence[str] | None, rarity: Sequence[float] | None) -> None:
        """Begin with a vocabulary that has the given words, or waits for those of `adapt`."""
        self._vocabulary = vocabulary
        if words is not None:
            vocabulary.set(words, rarity)

    def get_vocabulary(self, include_special_tokens: bool = True) -> list[str]:
        """The known texts by their places.

        Args:
            include_special_tokens: whether what stands for nothing and for unknown texts is among them, True by default.
        """
        return self._vocabulary.all(special=include_special_tokens)

    @property
    def has_vocabulary(self) -> bool:
        """Whether it has a vocabulary, given or learnt."""
        return self._vocabulary.words is not None

    def rarities(self) -> Array:
        """How rare each place is in the mode "tf_idf", unknown ones as words are on average: (places,)."""
        return self._vocabulary.rarities("float32")

    def vocabulary_size(self) -> int:
        """How many places there are."""
        return len(self._vocabulary.all())

    def set_vocabulary(self, vocabulary: Sequence[str] | Array, idf_weights: Sequence[float] | None = None) -> None:
        """Take these texts as the vocabulary.

        Args:
            vocabulary: the texts in order, with or without what stands in front of them.
            idf_weights: how rare each is, for the mode "tf_idf"; None, the default, otherwise.

        Raises:
            SettingError: a text is there twice, or there are too many.
        """
        where = f"{self.where}, vocabulary"
        rarity = None if idf_weights is None else numbers.check(idf_weights, f"{self.where}, idf_weights")
        self._vocabulary.set(words.check(vocabulary, where), rarity)

    def get_config(self) -> Config:
        """The settings, with the vocabulary that `adapt` made."""
        known = self._vocabulary
        learnt = {"vocabulary": None if known.words is None else list(known.words), "idf_weights": known.rarity}
        return {**super().get_config(), **learnt}

    def _row_shape(self, shape: Shape) -> Shape:
        """The shape of ones or counts; raises SettingTypeError while the vocabulary's size is not known."""
        width = self._vocabulary.width
        if width is None:
            self._vocabulary.ready()
        return (*shape, width)


@registry.register("layer")
class StringLookup(_Looking):
    """The place of each text in a vocabulary; what it lacks is at a place for unknown ones.

    Texts become numbers before the network runs, so it stands behind an Input of texts. Its config holds the vocabulary.

    Args:
        max_tokens: largest size of the vocabulary that `adapt` makes, what is unknown included; None, the default: any.
        num_oov_indices: places for unknown texts, 1 by default; with several a text's is chosen by its hash, with 0 it is refused.
        mask_token: a text that stands for nothing, at place 0; None, the default: none.
        oov_token: what unknown places become on the way back, "[UNK]" by default.
        vocabulary: the known texts in order; None, the default: those of `adapt`.
        idf_weights: how rare each text is, for "tf_idf"; None, the default, otherwise.
        invert: whether it goes back, from places to texts, on arrays; False by default.
        output_mode: "int" (the default), "one_hot", "multi_hot", "count" or "tf_idf".
        pad_to_max_tokens: whether rows of ones or counts are max_tokens long, however many texts there are; False by default.
        sparse: kept for Keras's configs, False by default; the result is dense.
        encoding: kept for Keras's configs, "utf-8" by default; texts are UTF-8.

    Input shape:
        (N,) or (N, K) texts.

    Output shape:
        That of the input; (N, number of places) with another mode than "int".

    Raises:
        SettingError: a text is twice in the vocabulary.
        SettingTypeError: there is no vocabulary yet.

    Example:
        >>> StringLookup(vocabulary=["a", "b"])(["b", "c"]).tolist()
        [2, 0]
    """

    max_tokens: int | None = field(rules.optional(rules.positive_int), default=None, help="largest vocabulary of adapt")
    num_oov_indices: int = field(rules.non_negative_int, default=1, help="places for unknown texts")
    mask_token: str | None = field(rules.optional(rules.text), default=None, help="text that stands for nothing")
    oov_token: str = field(rules.text, default="[UNK]", help="what unknown places become on the way back")
    vocabulary: Setting[Sequence[str] | Array | None, tuple[str, ...] | None] = field(
        rules.optional(words), default=None, help="known texts in order"
    )
    idf_weights: Setting[Sequence[float] | Array | None, tuple[float, ...] | None] = field(
        rules.optional(numbers), default=None, help="how rare each text is, for tf_idf"
    )
    invert: bool = switch_field(default=False, help="go back from places to texts")
    output_mode: str = field(rules.choice(*MODES), default="int", help="places, ones, counts or weights")
    pad_to_max_tokens: bool = switch_field(default=False, help="rows as long as max_tokens")
    sparse: bool = unused_field(rules.switch, default=False, help="the result is dense")
    encoding: str = unused_field(rules.text, default="utf-8", help="texts are UTF-8")

    def prepare(self) -> None:
        """Begin with the given vocabulary."""
        super().prepare()
        made = Vocabulary(
            self.where,
            self.output_mode,
            self.max_tokens,
            self.mask_token,
            self.oov_token,
            self.num_oov_indices,
            padded=self.pad_to_max_tokens,
        )
        self.begin(made, self.vocabulary, self.idf_weights)

    def adapt(self, data: object, batch_size: int | None = None, steps: int | None = None) -> None:
        """Take the texts of data as the vocabulary, the most frequent first.

        Args:
            data: an array or a list of texts, or an object that gives batches of them when it is iterated.
            batch_size: accepted as in Keras and not used.
            steps: how many batches of an iterable are taken, all by default.

        Raises:
            DataError: there is no text.
        """
        batches = map(np.atleast_1d, batches_of_texts(data, f"{self.where}, adapt", steps))
        self._vocabulary.learn(row for batch in batches for row in batch.reshape(len(batch), -1).tolist())

    def call(self, inputs: Tensor) -> Tensor:
        """The places; on the way back texts are refused, as a network gives numbers."""
        if self.invert:
            raise SettingTypeError(
                where=self.where,
                expected="places as an array",
                actual="a symbol of a model",
                hint="A model gives numbers: call the layer on what it predicts.",
            )
        return super().call(inputs)

    def made(self, inputs: Array) -> Array:
        """Places of texts, or texts at places."""
        known = self._vocabulary.ready()
        if self.invert:
            texts = np.array(known.all(), dtype=object)
            places = np.asarray(inputs).astype(int)
            return np.where((places >= 0) & (places < len(texts)), texts[places.clip(0, len(texts) - 1)], known.unknown)
        texts = texts_of(inputs, self.where)
        several = self.num_oov_indices > 1
        flat = known.places_of(texts.reshape(-1).tolist(), self._bucket if several else None)
        places = np.array(flat, "int64").reshape(texts.shape)
        if known.mode == "int":
            return places
        if known.mode == "one_hot":
            places = places[..., 0] if places.ndim > 1 and places.shape[-1:] == (1,) else places
            return known.encoded(places.reshape(-1, 1).tolist()).reshape(*places.shape, -1)
        rows = known.encoded(places.reshape(-1, *(places.shape[-1:] or (1,))).tolist())
        return rows.reshape(*places.shape[:-1], -1)  # one axis is one sample, as in Keras

    def _bucket(self, text: str) -> int:
        return bucket(text.encode("utf-8"), self.num_oov_indices)

    def made_shape(self, shape: Shape) -> Shape:
        """That of the input, or rows of ones or counts."""
        if self.output_mode == "int":
            return shape
        if self.output_mode == "one_hot":
            return self._row_shape(shape[:-1] if len(shape) > 1 and shape[-1] == 1 else shape)
        if len(shape) < 2:
            hint = "Give the Input shape (1,)."
            raise ShapeError(
                where=self.where, expected="(N, K) texts for rows of a sample", actual=str(shape), hint=hint
            )
        return self._row_shape(shape[:-1])


@registry.register("layer")
class TextVectorization(_Looking):
    """Texts as places of their words in a vocabulary, or as ones, counts or weights of words.

    Texts become numbers before the network runs, so it stands behind an Input of texts. Its config holds the vocabulary.

    Args:
        max_tokens: largest size of the vocabulary that `adapt` makes; None, the default: any.
        standardize: "lower_and_strip_punctuation" (the default), "lower", "strip_punctuation", None, or a function of a text.
        split: "whitespace" (the default), "character", None, or a function of a text that gives its parts.
        ngrams: also so many words together: n for up to n, or several lengths; None, the default: single words.
        output_mode: "int" (the default), "multi_hot", "count" or "tf_idf".
        output_sequence_length: length to which rows of "int" are cut or filled with 0; None, the default: that of the longest text
            of a batch.
        pad_to_max_tokens: whether rows of ones or counts are max_tokens long, however many words there are; False by default.
        vocabulary: the known words in order; None, the default: those of `adapt`.
        idf_weights: how rare each word is, for "tf_idf"; None, the default, otherwise.
        sparse: kept for Keras's configs, False by default; the result is dense.
        ragged: refused where True, False by default: rows of an array have one length.
        encoding: kept for Keras's configs, "utf-8" by default; texts are UTF-8.

    Input shape:
        (N,) or (N, 1) texts.

    Output shape:
        (N, output_sequence_length), or (N, size of the vocabulary) with another mode than "int".

    Raises:
        SettingError: a word is twice in the vocabulary, or rows are to be ragged.
        SettingTypeError: there is no vocabulary yet.

    Example:
        >>> layer = TextVectorization(output_sequence_length=4)
        >>> layer.adapt(["the cat", "the dog!"])
        >>> layer(["The dog ran"]).tolist()
        [[2, 3, 1, 0]]
    """

    max_tokens: int | None = field(rules.optional(rules.positive_int), default=None, help="largest vocabulary of adapt")
    standardize: str | Callable[[Any], Any] | None = field(
        choice_or_function("lower_and_strip_punctuation", "lower", "strip_punctuation"),
        default="lower_and_strip_punctuation",
        help="what is done to a text first",
    )
    split: str | Callable[[Any], Any] | None = field(
        choice_or_function("whitespace", "character"), default="whitespace", help="where a text is cut"
    )
    ngrams: Setting[int | Sequence[int] | None, tuple[int, ...] | None] = field(
        rules.optional(_lengths), default=None, help="words together, up to so many or of these lengths"
    )
    output_mode: str = field(rules.choice(*MODES), default="int", help="places, ones, counts or weights")
    output_sequence_length: int | None = field(
        rules.optional(rules.positive_int), default=None, help="words of a text, the rest 0; else the longest's"
    )
    pad_to_max_tokens: bool = switch_field(default=False, help="rows as long as max_tokens")
    vocabulary: Setting[Sequence[str] | Array | None, tuple[str, ...] | None] = field(
        rules.optional(words), default=None, help="known words in order"
    )
    idf_weights: Setting[Sequence[float] | Array | None, tuple[float, ...] | None] = field(
        rules.optional(numbers), default=None, help="how rare each word is, for tf_idf"
    )
    sparse: bool = unused_field(rules.switch, default=False, help="the result is dense")
    ragged: bool = unused_field(rules.switch, default=False, help="rows have one length")
    encoding: str = unused_field(rules.text, default="utf-8", help="texts are UTF-8")

    def prepare(self) -> None:
        """Begin with the given vocabulary."""
        super().prepare()
        if self.ragged:
            hint = "Rows are filled with 0, which Embedding(mask_zero=True) leaves out."
            raise SettingError(where=f"{self.where}, ragged", expected="False", actual="True", hint=hint)
        made = Vocabulary(self.where, self.output_mode, self.max_tokens, "", "[UNK]", 1, padded=self.pad_to_max_tokens)
        self.begin(made, self.vocabulary, self.idf_weights)

    def adapt(self, data: object, batch_size: int | None = None, steps: int | None = None) -> None:
        """Take the words of texts as the vocabulary, the most frequent first.

        Args:
            data: an array or a list of texts, or an object that gives batches of them when it is iterated.
            batch_size: accepted as in Keras and not used.
            steps: how many batches of an iterable are taken, all by default.

        Raises:
            DataError: there is no word.
        """
        batches = batches_of_texts(data, f"{self.where}, adapt", steps)
        self._vocabulary.learn(self._tokens(text) for batch in batches for text in batch.reshape(-1).tolist())

    def made(self, inputs: Array) -> Array:
        """(N,) or (N, 1) texts as rows of numbers."""
        known = self._vocabulary.ready()
        texts = texts_of(inputs, self.where)
        self._check_column(texts.shape)
        rows = [known.places_of(self._tokens(text)) for text in texts.reshape(-1).tolist()]
        if known.mode != "int":
            made = known.encoded(rows)
        else:
            length = self.output_sequence_length or max(map(len, rows), default=0)
            made = np.zeros((len(rows), length), "int64")
            for row, places in zip(made, rows, strict=True):
                row[: len(places)] = places[:length]
        return made if texts.ndim else made[0]

    def made_shape(self, shape: Shape) -> Shape:
        """Rows of places, or of ones or counts."""
        self._check_column(shape)
        return self._row_shape(shape[:1]) if self.output_mode != "int" else (shape[0], self.output_sequence_length)

    def _check_column(self, shape: Sequence[int | None]) -> None:
        if len(shape) > 2 or (len(shape) == 2 and shape[1] != 1):
            hint = "One layer for each column of texts."
            raise ShapeError(where=self.where, expected="(N,) or (N, 1) texts", actual=str(tuple(shape)), hint=hint)

    def _tokens(self, text: str) -> list[str]:
        if callable(self.standardize):
            text = text_of(np.asarray(self.standardize(text), object)[()])
        elif self.standardize is not None:
            text = text.lower() if "lower" in self.standardize else text
            text = _PUNCTUATION.sub("", text) if "strip" in self.standardize else text
        if callable(self.split):
            parts = [text_of(x) for x in np.ravel(np.asarray(self.split(text), object))]
        else:
            parts = text.split() if self.split == "whitespace" else list(text) if self.split else [text]
        if self.ngrams is None:
            return parts
        return [" ".join(parts[i : i + n]) for n in self.ngrams for i in range(len(parts) - n + 1)]
