"""Steps that leave out rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from ..types import Array, Config
from .columns import KINDS, Column, ColumnKind, Columns
from .distinct import distinct
from .step import Step


class _RowStep(Step):
    """A step that leaves columns as they are, and some rows out."""

    takes: ClassVar[tuple[ColumnKind, ...]] = KINDS

    def fit(self, columns: Columns, rows: Array) -> Config:
        """Nothing has to be remembered."""
        self.chosen(columns)
        return {}

    def apply(self, columns: Columns, fitted: Config) -> Columns:
        """The columns as they are."""
        return columns


class Drop(_RowStep):
    """Leave out the rows where one of these columns is missing; at a prediction such a row is refused.

    Args:
        columns: their names.
    """

    kind: ClassVar[str] = "drop"

    def drops(self, columns: Columns) -> Array:
        """The rows where one is missing."""
        return np.any([column.missing for column in self.chosen(columns)], axis=0)


class Unique(_RowStep):
    """Leave out the rows that are equal to an earlier one in these columns, so that no row is in two parts.

    Args:
        columns: their names.
    """

    kind: ClassVar[str] = "unique"

    def drops(self, columns: Columns) -> Array:
        """The rows that an earlier one is equal to."""
        first = equal_rows(self.chosen(columns))
        return first != np.arange(len(first))


def equal_rows(columns: Sequence[Column]) -> Array:
    """For each row the number of the first row that is equal to it.

    Args:
        columns: the columns that count.

    Returns:
        Numbers of rows.

    Example:
        >>> from engine.data import columns_of
        >>> equal_rows(list(columns_of({"x": [1, 2, 1]}).values())).tolist()
        [0, 1, 0]
    """
    first = np.arange(len(columns[0]))
    # The rows that may be equal to another one, and groups of those that are as far as columns were looked at.
    rows, groups = first.copy(), np.zeros(len(first), np.int64)
    for column in columns:
        if not len(rows):
            break
        code = _code(column.take(rows))
        _, groups, counts = np.unique(groups * (code.max() + 1) + code, return_inverse=True, return_counts=True)
        several = counts[groups] > 1
        rows, groups = rows[several], groups[several]
    if len(rows):
        _, firsts, groups = np.unique(groups, return_index=True, return_inverse=True)
        first[rows] = rows[firsts][groups]
    return first


def _code(column: Column) -> Array:
    """A number for each row that is the same where the values are; 0 where it is missing."""
    values = column.values.reshape(len(column), -1)
    if values.shape[1] > 1:
        code = np.unique(values, axis=0, return_inverse=True)[1].reshape(len(column))
    else:
        code = distinct(values[:, 0])[1]
    return np.where(column.missing, 0, code + 1)
