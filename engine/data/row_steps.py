"""Steps that leave out rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

import numpy as np

from .._declared import rules
from .._declared.fields import field
from ..errors import DataError
from ..types import Array, Config
from .columns import KINDS, Column, ColumnKind, Columns
from .distinct import distinct, distinct_texts
from .split import Parts
from .step import Step, values_as_texts


class _RowStep(Step):
    """A step that leaves columns as they are, and some rows out."""

    takes: ClassVar[tuple[ColumnKind, ...]] = KINDS

    def fit(self, columns: Columns, rows: Array) -> Config:
        """Nothing has to be remembered."""
        if not self.chooses_rows:
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


class LeaveOut(_RowStep):
    """Leave out the rows that hold one of some values, such as a class or a broken file; at a prediction they are taken.

    The other rows stay in the parts that they are in.

    Args:
        columns: names of the columns that may hold such a value; they need not be inputs.
        values: the values, as texts; none by default.

    Example:
        >>> from engine.data import Parts, columns_of
        >>> parts = Parts(np.arange(3), np.arange(3, 4), np.arange(0))
        >>> step = LeaveOut(["town"], values=["Ulm"])
        >>> step.within(parts, columns_of({"town": ["Bonn", "Ulm", "Kiel", "Bonn"]})).train.tolist()
        [0, 2]
    """

    kind: ClassVar[str] = "leave_out"
    takes: ClassVar[tuple[ColumnKind, ...]] = ("number", "text", "boolean", "date")
    chooses_rows: ClassVar[bool] = True
    values: Sequence[str] = field(values_as_texts, default=(), help="rows with one of these are left out")

    def within(self, parts: Parts, columns: Columns) -> Parts:
        """The rows without one of the values."""
        named = set(self.values)
        left_out = np.zeros(len(next(iter(columns.values()))), bool)
        for column in self.chosen(columns):
            names, places = distinct_texts(column.values)
            left_out |= np.isin(names, list(named))[places] & ~column.missing
        made = Parts(*(part[~left_out[part]] for part in parts))
        if len(parts.train) and not len(made.train):
            raise DataError(
                where="step leave_out",
                expected="training rows without these values",
                actual=f"one of them in all {len(parts.train):,} training rows",
            )
        return made


class Balance(_RowStep):
    """Have each class, or each value of a column, as often as every other one among the training rows.

    Rows that are measured stay as they are: they show how the classes will be met.

    Args:
        columns: the column of the classes, which need not be an input; of several columns their combinations count.
        by: "more" (the default): rows of rare classes come several times, as often as the most frequent class has rows;
            "fewer": of frequent ones as many are left as the rarest class has.
        seed: of the chance by which rows come again or are left, 0 by default.

    Example:
        >>> from engine.data import Parts, columns_of
        >>> parts = Parts(np.arange(4), np.arange(4, 5), np.arange(0))
        >>> columns = columns_of({"kind": ["a", "a", "a", "b", "b"]})
        >>> Balance(["kind"]).within(parts, columns).train.tolist()
        [0, 1, 2, 3, 3, 3]
        >>> len(Balance(["kind"], by="fewer").within(parts, columns).train)
        2
    """

    kind: ClassVar[str] = "balance"
    takes: ClassVar[tuple[ColumnKind, ...]] = ("text", "number", "boolean")
    chooses_rows: ClassVar[bool] = True
    by: Literal["more", "fewer"] = field(
        rules.choice("more", "fewer"), default="more", help="rare classes' rows again, or fewer of the frequent ones"
    )
    seed: int = field(rules.whole(0, 2**32 - 1), default=0, help="the same seed chooses the same rows")

    def within(self, parts: Parts, columns: Columns) -> Parts:
        """The training rows, of each class as many; other parts as they are."""
        rows = parts.train
        classes = equal_rows([column.take(rows) for column in self.chosen(columns)])
        kinds, places, counts = np.unique(classes, return_inverse=True, return_counts=True)
        wanted = int(counts.max(initial=0) if self.by == "more" else counts.min(initial=len(rows)))
        if len(kinds) > max(len(rows) // 2, 1):
            raise DataError(
                where=f"step balance, column {', '.join(map(repr, self.columns))}",
                expected="classes that come several times",
                actual=f"{len(kinds):,} different values in {len(rows):,} training rows",
                hint="Choose the column of the classes.",
            )
        random = np.random.default_rng(self.seed)
        chosen: list[Array] = []
        for number in range(len(kinds)):
            mine = random.permutation(rows[places == number])
            # Whole rounds, and of the last one some by chance: no row comes twice as often as another of its class and one.
            chosen.append(np.resize(mine, wanted))
        return parts._replace(train=np.sort(np.concatenate(chosen)) if chosen else rows)


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
