"""Numbers that stand for categories: cut into ranges, looked up in a vocabulary, written as ones and zeros."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from .. import _ops as ops
from .._declared import registry, rules
from .._declared.fields import REQUIRED, field
from .._graph.tensor import Constant
from .._machine import config
from ..errors import SettingError, SettingTypeError, ShapeError
from .base import Layer
from .scaling import batches_of
from .settings import switch_field, unused_field

if TYPE_CHECKING:
    from .._declared.fields import Setting
    from .._graph.tensor import Tensor
    from ..types import Array, Config

__all__ = ["CategoryEncoding", "Discretization", "IntegerLookup"]

MODES = ("int", "one_hot", "multi_hot", "count")


def encoded(indices: Tensor, mode: str, depth: int) -> Tensor:
    """Indices as they are, or ones, or counts, at their places: (N,) or (N, K) -> (N, depth); one_hot (..., depth)."""
    if mode == "int":
        return indices
    if mode == "one_hot":
        if indices.shape[-1] == 1 and indices.ndim > 1:
            indices = ops.squeeze(indices, -1)
        return ops.one_hot(indices, depth)
    if indices.ndim > 2:
        expected = f"an input of at most two axes for output_mode={mode!r}"
        raise ShapeError(expected=expected, actual=str(indices.shape))
    ones = ops.one_hot(indices if indices.ndim == 2 else ops.expand_dims(indices, -1), depth)
    return ops.max(ones, axis=1) if mode == "multi_hot" else ops.sum(ones, axis=1)


def whole(x: Tensor) -> Tensor:
    """Numbers as whole ones, so that they are indices."""
    return x if x.dtype.kind in "iu" else ops.cast(x, "int64")


@registry.register("layer")
class CategoryEncoding(Layer):
    """Whole numbers from 0 as ones and zeros: one_hot for each, multi_hot or count for each sample.

    A number outside 0 ... num_tokens - 1 is no category: it adds nothing.

    Args:
        num_tokens: number of categories.
        output_mode: "multi_hot", the default: 1 where a sample has the category; "one_hot": for each number; "count".
        sparse: kept for Keras's configs, False by default; the result is dense.

    Input shape:
        (N,) or (N, K) whole numbers; for "one_hot" any.

    Output shape:
        (N, num_tokens), floats; for "one_hot" (..., num_tokens).

    Example:
        >>> CategoryEncoding(4)(np.array([[0, 2], [3, 3]])).tolist()
        [[1.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0]]
    """

    group: ClassVar[str] = "preparation"

    num_tokens: int = field(rules.positive_int, default=REQUIRED, help="number of categories")
    output_mode: str = field(
        rules.choice(*MODES[1:]), default="multi_hot", help="ones for a sample, each number, or counts"
    )
    sparse: bool = unused_field(rules.switch, default=False, help="the result is dense")

    def call(self, inputs: Tensor) -> Tensor:
        """Ones, or counts, at the places of the numbers."""
        return encoded(whole(inputs), self.output_mode, self.num_tokens)


@registry.register("layer")
class Discretization(Layer):
    """The number of the range that each number lies in: boundaries [0, 1] make 0 below 0, 1 below 1 and 2 from 1 on.

    Args:
        bin_boundaries: the boundaries, rising; None: those of `adapt`.
        num_bins: number of ranges with about as many numbers each, which `adapt` makes of data.
        epsilon: share of the data that may lie on the wrong side of a boundary of `adapt`; 0.01 by default.
        output_mode: "int", the default; "one_hot", "multi_hot" or "count" as in CategoryEncoding.
        sparse: kept for Keras's configs, False by default; the result is dense.

    Input shape:
        Any, with the batch first.

    Output shape:
        That of the input, whole numbers; with another mode (..., number of ranges).

    Raises:
        SettingTypeError: neither boundaries nor a number of ranges are given, or both; or it was not adapted before its call.

    Example:
        >>> Discretization([0.0, 1.0])(np.array([[-1.0, 0.0, 5.0]])).tolist()
        [[0, 1, 2]]
    """

    group: ClassVar[str] = "preparation"

    bin_boundaries: Setting[Sequence[float] | Array | None, Array | None] = field(
        rules.optional(rules.array), default=None, help="the boundaries, rising"
    )
    num_bins: int | None = field(rules.optional(rules.positive_int), default=None, help="ranges that adapt makes")
    epsilon: float = field(rules.positive, default=0.01, help="share on the wrong side of a boundary")
    output_mode: str = field(rules.choice(*MODES), default="int", help="numbers, ones or counts")
    sparse: bool = unused_field(rules.switch, default=False, help="the result is dense")

    def prepare(self) -> None:
        """Refuse settings that do not say the ranges."""
        super().prepare()
        self._boundaries = self.bin_boundaries
        if self.bin_boundaries is None and self.num_bins is None:
            raise SettingTypeError(where="Discretization", expected="bin_boundaries or num_bins", actual="neither")
        if self.bin_boundaries is not None and np.any(np.diff(self.bin_boundaries) < 0):
            where, actual = "Discretization, bin_boundaries", str(self.bin_boundaries.tolist())
            raise SettingError(where=where, expected="rising boundaries", actual=actual)

    def adapt(self, data: object, batch_size: int | None = None, steps: int | None = None) -> None:
        """Choose boundaries so that about as many numbers of the data lie in each range.

        Args:
            data: an array, or an object that gives batches when it is iterated.
            batch_size: accepted as in Keras and not used.
            steps: how many batches of an iterable are taken, all by default.

        Raises:
            SettingTypeError: boundaries are given.
        """
        where = f"{self.where}, adapt"
        if self.num_bins is None:
            raise SettingTypeError(where=where, expected="a layer with num_bins", actual="given bin_boundaries")
        numbers = np.sort(
            np.concatenate([np.ravel(batch) for batch in batches_of(data, where, steps)]).astype("float32")
        )
        # Every so many numbers stand for their neighbours; boundaries lie where their weights reach a share.
        step = max(len(numbers) * self.epsilon, 1.0)
        marks = numbers[int(len(numbers) * self.epsilon) :: int(step)]
        shares = np.cumsum(np.full(len(marks), step)) / (step * len(marks))
        self._boundaries = np.interp(np.arange(1, self.num_bins) / self.num_bins, shares, marks)

    @property
    def boundaries(self) -> Array | None:
        """The boundaries that it goes by: the given ones, or those of `adapt`; None before it."""
        return self._boundaries

    def call(self, inputs: Tensor) -> Tensor:
        """How many boundaries are no larger than each number."""
        if self._boundaries is None:
            raise SettingTypeError(
                where=self.where, expected="boundaries", actual="none", hint="Call adapt(data) first."
            )
        edges = Constant(np.asarray(self._boundaries, config.floatx()))
        (x,) = ops.reals([inputs])
        reached = ops.cast(ops.greater_equal(ops.expand_dims(x, -1), edges), "int64")
        return encoded(ops.sum(reached, axis=-1), self.output_mode, len(self._boundaries) + 1)


@registry.register("layer")
class IntegerLookup(Layer):
    """The place of each whole number in a vocabulary; numbers that it lacks share the first place, or the first few.

    Args:
        max_tokens: largest size of the vocabulary that `adapt` makes, what is unknown included; None, the default: any.
        num_oov_indices: places for numbers that the vocabulary lacks, 1 by default.
        mask_token: a number that stands for nothing, at place 0; None, the default: none.
        oov_token: what unknown numbers become on the way back, -1 by default.
        vocabulary: the known numbers in order, None: those of `adapt`.
        invert: whether it goes back, from places to numbers; False by default.
        output_mode: "int", the default; "one_hot", "multi_hot" or "count" as in CategoryEncoding.
        sparse: kept for Keras's configs, False by default; the result is dense.

    Input shape:
        Any, with the batch first.

    Output shape:
        That of the input, whole numbers; with another mode (..., size of the vocabulary).

    Raises:
        SettingTypeError: it has no vocabulary yet.

    Example:
        >>> IntegerLookup(vocabulary=[10, 30])(np.array([[30, 7, 10]])).tolist()
        [[2, 0, 1]]
    """

    group: ClassVar[str] = "preparation"

    max_tokens: int | None = field(rules.optional(rules.positive_int), default=None, help="largest vocabulary of adapt")
    num_oov_indices: int = field(rules.non_negative_int, default=1, help="places for unknown numbers")
    mask_token: int | None = field(rules.optional(rules.integer), default=None, help="number that stands for nothing")
    oov_token: int = field(rules.integer, default=-1, help="what unknown places become on the way back")
    vocabulary: Setting[Sequence[int] | Array | None, tuple[int, ...] | None] = field(
        rules.optional(rules.int_tuple(minimum=-(2**62))), default=None, help="known numbers in order"
    )
    invert: bool = switch_field(default=False, help="go back from places to numbers")
    output_mode: str = field(rules.choice(*MODES), default="int", help="numbers, ones or counts")
    sparse: bool = unused_field(rules.switch, default=False, help="the result is dense")

    def prepare(self) -> None:
        """Begin with the given vocabulary."""
        super().prepare()
        self._words: list[int] | None = None
        vocabulary = None if self.vocabulary is None else list(self.vocabulary)
        special = self.get_vocabulary()
        # Keras's files have what stands in front among the numbers.
        self._words = (
            vocabulary[len(special) :]
            if vocabulary is not None and vocabulary[: len(special)] == special
            else vocabulary
        )

    @property
    def _first(self) -> int:
        """The place of the vocabulary's first number."""
        return self.num_oov_indices + (self.mask_token is not None)

    def adapt(self, data: object, batch_size: int | None = None, steps: int | None = None) -> None:
        """Take the numbers of data as the vocabulary, the most frequent first.

        Args:
            data: an array, or an object that gives batches when it is iterated.
            batch_size: accepted as in Keras and not used.
            steps: how many batches of an iterable are taken, all by default.
        """
        numbers = np.concatenate([np.ravel(batch) for batch in batches_of(data, f"{self.where}, adapt", steps)])
        values, counts = np.unique(numbers.astype("int64"), return_counts=True)
        known = values != self.mask_token if self.mask_token is not None else np.ones(len(values), bool)
        order = np.lexsort((values[known], counts[known]))[::-1]
        most = None if self.max_tokens is None else self.max_tokens - self._first
        self._words = [int(n) for n in values[known][order][:most]]

    def get_vocabulary(self, include_special_tokens: bool = True) -> list[int]:
        """The known numbers by their places.

        Args:
            include_special_tokens: whether those for nothing and for unknown numbers stand in front, True by default.
        """
        special = ([] if self.mask_token is None else [self.mask_token]) + [self.oov_token] * self.num_oov_indices
        return [*(special if include_special_tokens else []), *(self._words or [])]

    def vocabulary_size(self) -> int:
        """How many places there are."""
        return self._first + len(self._words or [])

    def get_config(self) -> Config:
        """The settings, with the vocabulary that `adapt` made."""
        return {**super().get_config(), "vocabulary": None if self._words is None else list(self._words)}

    def call(self, inputs: Tensor) -> Tensor:
        """The places, or the numbers at places."""
        if self._words is None:
            hint = "Call adapt(data) first, or give it a vocabulary."
            raise SettingTypeError(where=self.where, expected="a vocabulary", actual="none", hint=hint)
        x = whole(inputs)
        if self.invert:
            return ops.take(Constant(np.asarray(self.get_vocabulary(), "int64")), x)
        return encoded(self._places(x), self.output_mode, self.vocabulary_size())

    def _places(self, x: Tensor) -> Tensor:
        words = np.asarray(self._words, "int64")
        same = ops.cast(ops.equal(ops.expand_dims(x, -1), Constant(words)), "int64")
        position = ops.sum(same * Constant(np.arange(len(words), dtype="int64") + self._first), axis=-1)
        masked = self.mask_token is not None
        # Several places for what is unknown: by the remainder, as Keras does for whole numbers.
        unknown = (x % self.num_oov_indices if self.num_oov_indices > 1 else x * 0) + int(masked)
        result = ops.where(ops.greater(ops.sum(same, axis=-1), 0), position, unknown)
        return ops.where(ops.equal(x, self.mask_token), x * 0, result) if self.mask_token is not None else result
