"""A table with roles, steps and a split as a builder has opened it: at once what a few rows say, later what all of them do."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from engine.data import (
    TOLD_BY_FEW,
    Columns,
    Dataset,
    Finding,
    LargeTable,
    dataset_of,
    large_of,
    refuse_split,
    refuse_steps,
)
from engine.errors import EngineError
from engine.experiment import BackgroundThread
from engine.types import Array

from ..messages import TableLook
from ..words import data as say
from .read_tables import ReadTable, SomeRows
from .table_looks import look_of

BROKEN = "broken"

Headers = Mapping[str, tuple[Sequence[int], str]]


@dataclass(frozen=True)
class Known:
    """What is known of a table's arrays. whole: by all rows. trouble: why there are none. validates: rows for validation."""

    whole: bool
    arrays: Headers = field(default_factory=dict[str, tuple[Sequence[int], str]])
    findings: Sequence[Finding] = ()
    trouble: str | None = None
    validates: int = 0


class OpenTable:
    """A table of a builder. read: its columns. asked: for what it was made, in a text that can be compared."""

    def __init__(self, source: Mapping[str, Any], read: ReadTable, validation: float, asked: str) -> None:
        self.read, self.asked = read, asked
        self._source, self._validation = source, validation
        self._shown = self._some()
        if self.in_blocks:
            refuse_split(self.few.split)
            refuse_steps(self.few)
        self._exact: Known | None = None
        self._look: TableLook | None = None
        self._thread: BackgroundThread | None = None
        self._told = self._closed = False

    @property
    def few(self) -> Dataset:
        """The table with the rows that are looked at first; all of them where it is not large."""
        return self._shown[0]

    @property
    def rows(self) -> int:
        """How many rows the table has; of a file that is being read about."""
        return self._shown[1].rows

    @property
    def about(self) -> bool:
        """Whether `rows` is told by the size of a few places of a file."""
        return self._shown[1].about

    @property
    def is_large(self) -> bool:
        """Whether `few` holds a few of the rows only."""
        return self.read.is_large

    @property
    def in_blocks(self) -> bool:
        """Whether it is larger than the memory, and read while training goes on."""
        return self.read.in_blocks

    def whole(self) -> Dataset:
        """The table with all rows, which is never asked of one in blocks."""
        return self._whole if self.is_large else self.few

    @cached_property
    def large(self) -> LargeTable:
        """The table in blocks."""
        blocks, second = self.read.blocks(), self.read.second_blocks()
        return large_of(self._source, self._path, self._validation, blocks, second=second)

    @cached_property
    def _whole(self) -> Dataset:
        return self._dataset(self.read.whole(), self.read.measured)

    def known(self) -> Known:
        """What is known of its arrays, and what would spoil a training: by all rows, or for now by a few."""
        return self._exact or self._first

    @cached_property
    def _first(self) -> Known:
        return _known(self.few, self._shown[1] if self.is_large else None)

    def look(self) -> tuple[TableLook, bool]:
        """The table at one look, and whether more is known of its arrays than when this was asked before.

        Of a large table a few rows are looked at, and the others in a thread, of which the next answers tell.
        """
        is_exact = self._exact is not None or not self.is_large
        look = self._look or self._first_look
        if self.is_large and self._thread is None:
            self._thread = BackgroundThread(self._find, "kwidgets-table")
            self._thread.start()
        news, self._told = self.is_large and is_exact and not self._told, is_exact
        return {**look, "settled": is_exact}, news

    @cached_property
    def _first_look(self) -> TableLook:
        few, of = self._shown
        return {**look_of(few.profile(), few.columns, of.numbers), "rows": of.rows, "about": of.about}

    def close(self) -> None:
        """Another one has taken its place, and nobody asks for the rest any more."""
        self._closed = True

    def wait(self, timeout: float | None = None) -> bool:
        """Block until all rows have been looked through, at most `timeout` seconds; whether they have."""
        thread = self._thread
        if thread is not None:
            thread.join(timeout)
        return self._exact is not None or not self.is_large

    def _find(self) -> None:
        try:
            if self.in_blocks:
                self._exact = self._in_blocks()
                return
            data = self._whole
            if self.read.settle():
                self._shown = self._some()
            # The same rows are shown as before, where these are rows of the whole.
            few, of = self._shown
            self._look = look_of(data.profile(), few.columns, of.numbers)
            if self._closed:
                return
            self._exact = _known(data, None)
        except (EngineError, OSError, MemoryError) as error:
            findings = [Finding(BROKEN, str(error), (), say.WITHOUT_BROKEN)] if may_skip(error) else []
            self._exact = Known(True, findings=findings, trouble=str(error) or type(error).__name__)

    def _in_blocks(self) -> Known:
        """What is known of a table in blocks: its rows exactly, its look and findings by those that its steps are fitted on."""
        large = self.large
        if self.read.settle():
            self._shown = self._some()
        few, of = self._shown
        self._look = {**look_of(few.profile(), few.columns, of.numbers), "rows": len(large)}
        training, validation, test = large.counts
        made: dict[str, tuple[Sequence[int], str]] = {}
        for suffix, rows in (("", training + validation), ("_test", test)):
            for key, array in large.looked_at.part(np.arange(1)).by_name().items() if rows else ():
                made[key + suffix] = ((rows, *array.shape[1:]), str(array.dtype))
        return Known(True, made, large.warnings, None, validation)

    def arrays(self) -> dict[str, Array]:
        """Its arrays: x and y, the rows for validation last, as `fit` divides them; x_test and y_test.

        Those of a table in blocks are read while training goes on. Raises EngineError where its steps do not make any.
        """
        if not self.in_blocks:
            return arrays_of(self.whole())
        tested = {} if self.large.test is None else self.large.test.by_name()
        return {**self.large.measured_last().by_name(), **{f"{key}_test": array for key, array in tested.items()}}

    def validates(self) -> int:
        """How many of the last rows of its arrays validate. Raises EngineError where they cannot be divided."""
        return self.large.counts[1] if self.in_blocks else len(self.whole().parts.validation)

    @property
    def _path(self) -> Path:
        return Path(os.path.expanduser(str(self._source["name"])))

    def _some(self) -> tuple[Dataset, SomeRows]:
        """The rows that are looked at first, as a table and by their numbers."""
        few = self.read.few
        return self._dataset(few.columns, few.measured_here), few

    def _dataset(self, columns: Columns, own_validation: int) -> Dataset:
        return dataset_of(self._source, self._path, self._validation, columns, own_validation=own_validation)


def arrays_of(data: Dataset) -> dict[str, Array]:
    """The arrays of a table as `fit` divides them. Raises EngineError where its steps do not make any."""
    parts = [part.by_name() for part in (data.train, data.validation) if part is not None]
    test = {} if data.test is None else data.test.by_name()
    together = {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}
    return {**together, **{f"{key}_test": array for key, array in test.items()}}


def may_skip(error: Exception) -> bool:
    """Whether a file can be read without what is broken in it."""
    return isinstance(error, EngineError) and error.fix == {"set": {"broken": "skip"}}


def _known(data: Dataset, of: SomeRows | None) -> Known:
    """What a data set says. of: the rows of a large table that it holds; None: it is whole."""
    trouble, arrays = None, dict[str, tuple[Sequence[int], str]]()
    counts = _counts(data, of)
    try:
        arrays = _headers(data, counts, of is None)
    except EngineError as error:
        trouble = str(error)
    findings = [one for one in data.warnings if of is None or one.kind in TOLD_BY_FEW]
    return Known(of is None, arrays, findings, trouble, counts[1])


def _counts(data: Dataset, of: SomeRows | None) -> tuple[int, int, int]:
    """Rows for training, validation and the test, told by those of a few rows where these stand for more."""
    train, validation, test = map(len, data.parts)
    if of is None:
        return train, validation, test
    scale = (of.rows - of.measured) / (len(data) - data.own_validation)
    return round(train * scale), of.measured or round(validation * scale), round(test * scale)


def _headers(data: Dataset, counts: tuple[int, int, int], whole: bool) -> Headers:
    """Shapes and types of the arrays, told by those of a few rows where all would take long."""
    train, validation, test = counts
    # What a value among all rows spoils is found by making all arrays, as they are made for a training.
    sample = data.train if whole else data.part(data.parts.train[:1])
    made: dict[str, tuple[Sequence[int], str]] = {}
    for suffix, rows in (("", train + validation), ("_test", test)):
        for key, array in sample.by_name().items() if rows else ():
            made[key + suffix] = ((rows, *array.shape[1:]), str(array.dtype))
    if whole:
        _ = data.validation, data.test
    return made
