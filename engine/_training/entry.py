"""From the arrays of a network's inputs to those that its plans are fed: texts become numbers on the way, batch by batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from .._graph.derived import Derived, derived_among, inputs_of, is_text, value_of
from .._graph.tensor import Placeholder, Tensor
from ..types import Array, DType, DTypeLike
from .array_rows import ArrayData
from .read_rows import ReadRows

Sources = Mapping[Placeholder, ArrayData]


class Entry:
    """Where data go into a network.

    Args:
        inputs: what the user gives arrays for.
        tensors: what is computed from them.

    `fed` are the placeholders that plans are fed: the inputs that hold numbers, and behind them what is made of texts;
    `takes_as_given`: whether the arrays of the inputs are what is fed.
    """

    def __init__(self, inputs: Sequence[Placeholder], tensors: Sequence[Tensor]) -> None:
        self.inputs = list(inputs)
        self._derived = derived_among(tensors, inputs)
        self.fed = [x for x in self.inputs if isinstance(x, Derived) or not is_text(x.dtype)] + self._derived
        self.takes_as_given = self.fed == self.inputs

    def arrays(self, arrays: Sequence[ArrayData]) -> list[ArrayData]:
        """The arrays of `fed`, from those of the inputs; what is made of texts is made when its rows are read."""
        if self.takes_as_given:
            return list(arrays)
        known = dict(zip(self.inputs, arrays, strict=True))
        return [known[x] if x in known else _rows(x, known) for x in self.fed]


def _rows(derived: Placeholder, known: Sources) -> ArrayData:
    assert isinstance(derived, Derived)
    of_it = {x: known[x] for x in inputs_of(derived)}
    return VaryingRows(derived, of_it) if None in derived.shape[1:] else MadeRows(derived, of_it)


def _made(derived: Derived, sources: Sources, rows: Any) -> Array:
    made = value_of(derived, {x: np.asarray(array[rows]) for x, array in sources.items()})
    return np.asarray(made, derived.dtype)


class MadeRows(ReadRows):
    """Rows of numbers that are made of texts while training goes on.

    Args:
        derived: what they are fed to, with known sizes.
        sources: the arrays that they are made of.
    """

    def __init__(self, derived: Derived, sources: Sources) -> None:
        samples = len(next(iter(sources.values())))
        super().__init__((samples, *(size or 0 for size in derived.shape[1:])), derived.dtype)
        self._derived, self._sources = derived, sources

    def read(self, rows: Array, epoch: int | None = None) -> Array:
        """Some rows."""
        return _made(self._derived, self._sources, rows)


class VaryingRows:
    """Rows of numbers that are made of texts, as long as the longest of those that are read together.

    Args:
        derived: what they are fed to.
        sources: the arrays that they are made of.
        first: the first row.
        last: the row behind the last one; None, the default: all that follow.
    """

    def __init__(self, derived: Derived, sources: Sources, first: int = 0, last: int | None = None) -> None:
        self._derived, self._sources = derived, sources
        whole = len(next(iter(sources.values())))
        self._first, self._last = first, whole if last is None else last

    @property
    def dtype(self) -> DType:
        """The type of the numbers."""
        return self._derived.dtype

    @property
    def shape(self) -> tuple[int, ...]:
        """The sizes of all rows together."""
        return self._whole.shape

    def __len__(self) -> int:
        return self._last - self._first

    def __getitem__(self, rows: Any, /) -> Array:
        return _made(self._derived, self._sources, np.arange(self._first, self._last)[rows])

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> Array:
        return np.asarray(self._whole, dtype)

    def part(self, first: int, last: int) -> VaryingRows:
        """The rows from `first` to before `last`, which are not made yet."""
        return VaryingRows(self._derived, self._sources, self._first + first, self._first + last)

    @cached_property
    def _whole(self) -> Array:
        return self[:]


def read_now(arrays: list[ArrayData]) -> list[ArrayData]:
    """Arrays of one batch, where what is made of texts is made."""
    for array in arrays:
        # Nearly all are plain arrays, and asking an abstract class takes a tenth of a small step.
        if type(array) is not np.ndarray and isinstance(array, (MadeRows, VaryingRows)):
            return [np.asarray(a) if isinstance(a, (MadeRows, VaryingRows)) else a for a in arrays]
    return arrays  # the same list: predicting one sample takes some microseconds
