"""Steps of values of any kind: gaps, dates, and classes."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Sequence
from typing import ClassVar, cast

import numpy as np

from .._declared import rules
from .._declared.fields import field
from ..errors import DataError, shorten
from ..types import Array, Config
from .columns import Column, ColumnKind, Columns, kind_in_words
from .distinct import distinct
from .step import OneByOne, Step, are_names, as_names, replaced, some_of, values_as_texts

DATE_PARTS: dict[str, Callable[[Array], Array]] = {
    "year": lambda dates: dates.astype("datetime64[Y]").astype(np.int64) + 1970,
    "month": lambda dates: dates.astype("datetime64[M]").astype(np.int64) % 12 + 1,
    "day": lambda dates: (dates.astype("datetime64[D]") - dates.astype("datetime64[M]")).astype(np.int64) + 1,
    # The first day of 1970 was a Thursday.
    "weekday": lambda dates: (dates.astype("datetime64[D]").astype(np.int64) + 3) % 7,
    "hour": lambda dates: (dates - dates.astype("datetime64[D]")).astype(np.int64) // 3_600_000_000,
}
"""What `DateParts` makes of a date, by name: whole numbers; weekday 0 is Monday."""


_parts = rules.Rule(
    lambda value: are_names(value) and all(part in DATE_PARTS for part in value),
    f"some of {', '.join(DATE_PARTS)}",
    ((), "century", 3, None),
    {"kind": "names", "options": list(DATE_PARTS)},
    as_names,
    list,
)


_filling = rules.Rule(
    lambda value: isinstance(value, (str, float)) and value == value,
    "'median', 'mean', 'most', or a number or text",
    (None, [1], math.nan),
    {"kind": "text"},
    lambda value: float(value) if isinstance(value, (int, np.number)) and not isinstance(value, bool) else value,
)


class Fill(Step):
    """Give missing values one.

    Args:
        columns: their names.
        by: "median" or "mean" of a number, or the "most" frequent value; or the number or text itself.
        marker: whether a column "NAME missing" of 0 and 1 is added; False by default.
    """

    kind: ClassVar[str] = "fill"
    takes: ClassVar[tuple[ColumnKind, ...]] = ("number", "text", "boolean")
    by: str | float = field(_filling, default="median", help="median, mean, most, or the value itself")
    marker: bool = field(rules.switch, default=False, help="whether a column says which were missing")

    def fit(self, columns: Columns, rows: Array) -> Config:
        """The value for each column."""
        return {column.name: self._value(column, rows) for column in self.chosen(columns)}

    def _value(self, column: Column, rows: Array) -> float | str | bool:
        if self.by in ("median", "mean"):
            if column.kind != "number":
                raise DataError(
                    where=f"step fill, column {column.name!r}",
                    expected=f"numbers, for a {self.by}",
                    actual=kind_in_words(column.kind),
                    hint="Fill it by 'most', or by a value.",
                )
            values = some_of(column, rows, self.kind)
            return float(np.median(values) if self.by == "median" else values.mean())
        if self.by == "most":
            values, places = distinct(some_of(column, rows, self.kind))
            counts = np.bincount(places)
            return cast(
                "float | str | bool",
                values[counts.argmax()].item() if column.kind != "text" else values[counts.argmax()],
            )
        if isinstance(self.by, str) != (column.kind == "text"):
            raise DataError(
                where=f"step fill, column {column.name!r}",
                expected="'median', 'mean', 'most' or a value of the column's kind",
                actual=f"{shorten(self.by)} for {kind_in_words(column.kind)}",
            )
        return self.by

    def apply(self, columns: Columns, fitted: Config) -> Columns:
        """The columns without a missing value."""
        return replaced(columns, {column.name: self._filled(column, fitted) for column in self.chosen(columns)})

    def _filled(self, column: Column, fitted: Config) -> list[Column]:
        value, missing = fitted[column.name], column.missing
        whole = column.values.dtype.kind == "i" and missing.any() and isinstance(value, float)
        values = column.values.astype(np.float64) if whole else column.values.copy()
        values[missing] = value
        filled = Column(column.name, column.kind, values, np.zeros(len(missing), bool))
        if not self.marker:
            return [filled]
        return [filled, Column(f"{column.name} missing", "boolean", missing, np.zeros(len(missing), bool))]


class Missing(OneByOne):
    """Count some values as missing that stand for one, such as -999 or "?".

    Args:
        columns: their names.
        values: the values, as texts; none by default. Of numbers those that are written so or otherwise ("-200", "-200.0").

    Example:
        >>> from engine.data import columns_of
        >>> step, columns = Missing(["ph"], values=["-999"]), columns_of({"ph": [7.1, -999.0, 6.8]})
        >>> step.apply(columns, step.fit(columns, np.arange(3)))["ph"].missing.tolist()
        [False, True, False]
    """

    kind: ClassVar[str] = "missing"
    takes: ClassVar[tuple[ColumnKind, ...]] = ("number", "text")
    values: Sequence[str] = field(values_as_texts, default=(), help="what stands for a missing value")

    def apply_column(self, column: Column, fitted: None) -> Column:
        """The column without what stands for nothing."""
        if column.kind == "text":
            names, places = distinct(column.values)
            marks = {text.strip() for text in self.values}
            absent = np.array([name.strip() in marks for name in names], bool)[places]
        else:
            absent = np.isin(column.values, [number for text in self.values if (number := _number(text)) is not None])
        return Column(column.name, column.kind, column.values, column.missing | absent)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


class Dates(OneByOne):
    """Dates of texts; what is none counts as missing.

    Args:
        columns: their names.
        format: how they are written, as `datetime.strptime` knows it ("%d.%m.%Y"); None (the default): as ISO 8601 has it,
            "2026-11-30" or "2026-11-30T14:02:31".
    """

    kind: ClassVar[str] = "dates"
    takes: ClassVar[tuple[ColumnKind, ...]] = ("text", "date")
    format: str | None = field(rules.optional(rules.text), default=None, help="how they are written; none: ISO 8601")

    def apply_column(self, column: Column, fitted: None) -> Column:
        """The dates that the texts are."""
        if column.kind == "date":
            return column
        dates = np.array([self._date(text) for text in column.values], "datetime64[us]")
        return Column(column.name, "date", dates, column.missing | np.isnat(dates))

    def _date(self, text: str) -> datetime.datetime | None:
        try:
            written = text.strip()
            date = (
                datetime.datetime.strptime(written, self.format)
                if self.format
                else datetime.datetime.fromisoformat(written)
            )
        except ValueError:
            return None
        return date if date.tzinfo is None else date.astimezone(datetime.timezone.utc).replace(tzinfo=None)


class DateParts(Step):
    """Numbers of dates: a column for each part.

    Args:
        columns: their names.
        parts: some of "year", "month", "day", "weekday" (0 is Monday) and "hour"; the first four by default.
    """

    kind: ClassVar[str] = "date_parts"
    takes: ClassVar[tuple[ColumnKind, ...]] = ("date",)
    parts: Sequence[str] = field(_parts, default=("year", "month", "day", "weekday"), help="which numbers of a date")

    @classmethod
    def begun(cls, columns: Sequence[Column], rows: Array) -> Step:
        """The default parts; the hour too where dates have one, and by itself where all are times of one day."""
        dates = np.concatenate([column.present(rows) for column in columns])
        days = dates.astype("datetime64[D]")
        names = [column.name for column in columns]
        if (dates == days).all():
            return cls(columns=names)
        of_one_day = bool((days == days[0]).all())
        return cls(columns=names, parts=("hour",) if of_one_day else (*cls(columns=names).parts, "hour"))

    def fit(self, columns: Columns, rows: Array) -> Config:
        """Nothing has to be remembered."""
        self.chosen(columns)
        return {}

    def apply(self, columns: Columns, fitted: Config) -> Columns:
        """The parts in the dates' place."""
        made: dict[str, list[Column]] = {}
        for column in self.chosen(columns):
            dates = np.where(column.missing, np.datetime64(0, "us"), column.values)
            made[column.name] = [
                Column(f"{column.name} {part}", "number", DATE_PARTS[part](dates), column.missing)
                for part in self.parts
            ]
        return replaced(columns, made)


class _Classes(Step):
    """A step that remembers which values a column had in the training rows."""

    takes: ClassVar[tuple[ColumnKind, ...]] = ("text", "number", "boolean")

    def fit(self, columns: Columns, rows: Array) -> Config:
        """The values of each column, in their order."""
        return {column.name: self._classes(column, rows) for column in self.chosen(columns)}

    def _classes(self, column: Column, rows: Array) -> list[str | float | bool]:
        return distinct(some_of(column, rows, self.kind))[0].tolist()

    @staticmethod
    def _places(column: Column, classes: list[str | float | bool]) -> Array:
        """The place of each value among the classes, -1 for what is missing or was not seen."""
        index = {value: i for i, value in enumerate(classes)}
        codes = (index.get(value, -1) for value in column.values.tolist())
        return np.where(column.missing, -1, np.fromiter(codes, np.int64, len(column)))

    def undo(self, name: str, values: Array, fitted: Config) -> Array:
        """The classes of these numbers."""
        if name not in fitted:
            return values
        classes = np.array(fitted[name], object if isinstance(fitted[name][0], str) else None)
        return classes[np.clip(np.rint(values).astype(np.int64), 0, len(classes) - 1)]


class OneHot(_Classes):
    """A column of 0 and 1 for each value; what the training rows did not have is 0 in all of them.

    Args:
        columns: their names.
        most: values that a column may have, 100 by default.
    """

    kind: ClassVar[str] = "one_hot"
    most: int = field(rules.positive_int, default=100, help="values that a column may have")

    def _classes(self, column: Column, rows: Array) -> list[str | float | bool]:
        classes = super()._classes(column, rows)
        if len(classes) > self.most:
            raise DataError(
                where=f"step one_hot, column {column.name!r}",
                expected=f"at most {self.most} different values",
                actual=f"{len(classes)}, such as {', '.join(repr(one) for one in classes[:3])}",
                hint="Leave the column out, or use the step ordinal with an Embedding layer.",
            )
        return classes

    def apply(self, columns: Columns, fitted: Config) -> Columns:
        """The columns, each spread."""
        return replaced(
            columns, {column.name: self._spread(column, fitted[column.name]) for column in self.chosen(columns)}
        )

    def _spread(self, column: Column, classes: list[str | float | bool]) -> list[Column]:
        places, nowhere = self._places(column, classes), np.zeros(len(column), bool)
        return [Column(f"{column.name} = {value}", "boolean", places == i, nowhere) for i, value in enumerate(classes)]


class Ordinal(_Classes):
    """The number of each value, from 0 in the values' order; what the training rows did not have is one more than the last.

    A target is refused where it has such a value: a network cannot learn a class without a sample.

    Args:
        columns: their names.
    """

    kind: ClassVar[str] = "ordinal"

    def apply(self, columns: Columns, fitted: Config) -> Columns:
        """The columns as numbers."""
        made: dict[str, list[Column]] = {}
        for column in self.chosen(columns):
            classes = fitted[column.name]
            places = self._places(column, classes)
            values = np.where(places < 0, len(classes), places)
            made[column.name] = [Column(column.name, "number", values, column.missing)]
        return replaced(columns, made)
