"""Steps of series: tables whose rows follow each other in time."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from .._declared import rules
from .._declared.fields import field
from ..errors import DataError
from ..types import Array, Config
from .columns import Column, ColumnKind, Columns
from .split import Parts
from .step import Step

WINDOW = "window"
"""The name of the array that `Windows` makes."""


class Windows(Step):
    """The rows before a moment as one array (rows, length, columns), for recurrent layers and convolutions over time.

    The table's rows stand in the order of time, at even distances. The target is that of a row `horizon` rows behind the
    window's last; the target's own past may be among the columns. Other inputs are those of the window's last row. It
    is the last step. A split by order or by time keeps each part together, and a window whose rows, or whose target, belong
    to two parts is left out. `Preparation.rows` gives a window for each new row that has `length` - 1 rows before it.

    Args:
        columns: their names, in the array's order.
        length: rows of a window, 24 by default.
        horizon: rows from a window's last to its target's, 1 by default.
        gap: rows that are left out besides where one part follows another, 0 by default: neighbours in time are alike.

    Example:
        >>> from engine.data import columns_of
        >>> columns = columns_of({"load": [1.0, 2.0, 3.0, 4.0]})
        >>> step = Windows(["load"], length=2)
        >>> step.apply(columns, {})["window"].values[3].tolist()
        [[2.0], [3.0]]
    """

    kind: ClassVar[str] = "windows"
    takes: ClassVar[tuple[ColumnKind, ...]] = ("number", "boolean")
    takes_past: ClassVar[bool] = True
    chooses_rows: ClassVar[bool] = True
    length: int = field(rules.positive_int, default=24, help="rows of a window")
    horizon: int = field(rules.positive_int, default=1, help="rows from the window's last to the target's")
    gap: int = field(rules.non_negative_int, default=0, help="rows left out between two parts")

    def fit(self, columns: Columns, rows: Array) -> Config:
        """Nothing has to be remembered."""
        del rows
        self.chosen(columns)
        return {}

    def apply(self, columns: Columns, fitted: Config) -> Columns:
        """For each row what was known `horizon` rows before; missing where the table does not reach back so far."""
        del fitted
        count = len(next(iter(columns.values())))
        ends = np.arange(count) - self.horizon
        return self._at(columns, np.maximum(ends, 0), ends < 0)

    def apply_new(self, columns: Columns, fitted: Config) -> Columns:
        """A window that ends at each new row from the first that has enough before it."""
        del fitted
        count = len(next(iter(columns.values())))
        if count < self.length:
            raise DataError(
                where="new rows",
                expected=f"at least {self.length} rows, in the order of time, for a window",
                actual=f"{count}",
            )
        ends = np.arange(self.length - 1, count)
        return self._at(columns, ends, np.zeros(len(ends), bool))

    def within(self, parts: Parts, columns: Columns) -> Parts:
        """The rows whose target and window lie in one part."""
        del columns
        count = max((int(part.max()) + 1 for part in parts if len(part)), default=0)
        part_of = np.full(count, -1)
        for number, part in enumerate(parts):
            part_of[part] = number
        begins = np.r_[True, part_of[1:] != part_of[:-1]]
        first = np.maximum.accumulate(np.where(begins, np.arange(count), 0))
        earliest = first + np.where(first > 0, self.gap, 0) + self.length - 1 + self.horizon
        made = Parts(*(part[part >= earliest[part]] for part in parts))
        for name, before, left in zip(Parts._fields, parts, made, strict=True):
            if len(before) and not len(left):
                raise DataError(
                    where="step windows",
                    expected=f"{self.length + self.horizon + self.gap} rows one after the other in the {name} part",
                    actual=f"{len(before)} rows, none with a whole window before it",
                    hint="Divide by order or by time, take shorter windows, or a larger share.",
                )
        return made

    def _at(self, columns: Columns, ends: Array, nowhere: Array) -> Columns:
        """Windows that end at these rows, in place of the first of their columns; other columns as they are there."""
        chosen = self.chosen(columns)
        starts = ends - (self.length - 1)
        rows = np.maximum(starts[:, None] + np.arange(self.length), 0)
        values = np.stack([column.values.astype(np.float32) for column in chosen], axis=1)
        # A window with a gap is missing as a whole.
        gaps = np.any([column.missing for column in chosen], axis=0)[rows].any(1)
        window = Column(WINDOW, "array", values[rows], nowhere | (starts < 0) | gaps)
        made: Columns = {}
        for name, column in columns.items():
            if name in self.columns:
                made.setdefault(WINDOW, window)
            else:
                other = column.take(ends)
                made[name] = Column(name, other.kind, other.values, other.missing | nowhere)
        return made
