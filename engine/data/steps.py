"""What is done to columns before a network sees them, one step after the other: fitted on training rows only, kept as plain data.

A step is chosen (`Scale(["rooms"])`), fitted (`fit`: what it has to remember, as plain data) and applied to any rows (`apply`).
What is remembered goes into the experiment's text, so that rows of next week are prepared as those of today were.
"""

from __future__ import annotations

import datetime
import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Literal, cast

import numpy as np

from .._declared import rules
from .._declared.fields import Declared, field
from ..errors import DataError, SettingError, UnknownName, shorten
from ..types import Array, Config
from .columns import Column, ColumnKind, Columns, kind_in_words, numbers

DATE_PARTS: dict[str, Callable[[Array], Array]] = {
    "year": lambda dates: dates.astype("datetime64[Y]").astype(np.int64) + 1970,
    "month": lambda dates: dates.astype("datetime64[M]").astype(np.int64) % 12 + 1,
    "day": lambda dates: (dates.astype("datetime64[D]") - dates.astype("datetime64[M]")).astype(np.int64) + 1,
    # The first day of 1970 was a Thursday.
    "weekday": lambda dates: (dates.astype("datetime64[D]").astype(np.int64) + 3) % 7,
    "hour": lambda dates: (dates - dates.astype("datetime64[D]")).astype(np.int64) // 3_600_000_000,
}
"""What `DateParts` makes of a date, by name: whole numbers; weekday 0 is Monday."""


def _as_names(value: object) -> object:
    return (value,) if isinstance(value, str) else tuple(value) if isinstance(value, (list, tuple)) else value


def _are_names(value: object) -> bool:
    return isinstance(value, tuple) and value != () and all(isinstance(one, str) for one in value)


_names = rules.Rule(_are_names, "names of columns", ((), 3, None, [1]), {"kind": "names"}, _as_names, list)
_parts = rules.Rule(
    lambda value: _are_names(value) and all(part in DATE_PARTS for part in value),
    f"some of {', '.join(DATE_PARTS)}",
    ((), "century", 3, None),
    {"kind": "names", "options": list(DATE_PARTS)},
    _as_names,
    list,
)
_filling = rules.Rule(
    lambda value: isinstance(value, (str, float)) and value == value,
    "'median', 'mean', 'most', or a number or text",
    (None, [1], math.nan),
    {"kind": "text"},
    lambda value: float(value) if isinstance(value, (int, np.number)) and not isinstance(value, bool) else value,
)


class Step(Declared, ABC):
    """One step of a preparation.

    Args:
        columns: names of the columns that it changes.
    """

    kind: ClassVar[str]
    takes: ClassVar[tuple[ColumnKind, ...]] = ("number",)
    columns: Sequence[str] = field(_names, help="the columns that it changes")

    @abstractmethod
    def fit(self, columns: Columns, rows: Array) -> Config:
        """What the step has to remember, as plain data.

        Args:
            columns: the columns as the steps before have left them.
            rows: numbers of the rows to learn from.

        Returns:
            Plain data, by the columns' names.
        """

    @abstractmethod
    def apply(self, columns: Columns, fitted: Config) -> Columns:
        """The columns behind the step.

        Args:
            columns: those before it.
            fitted: what `fit` gave.

        Returns:
            Columns in the same order, some of them others.
        """

    def undo(self, name: str, values: Array, fitted: Config) -> Array:
        """Values of a target as they were before the step; as they are, where it has no inverse.

        Args:
            name: the target's name.
            values: values behind the step.
            fitted: what `fit` gave.

        Returns:
            The values before it.
        """
        del name, fitted
        return values

    def drops(self, columns: Columns) -> Array | None:
        """A mask of the rows that the step leaves out of training and measuring; None where it leaves out none.

        Args:
            columns: the columns before it.
        """
        del columns
        return None

    def get_config(self) -> Config:
        """The step as plain data, which `step_of` makes a step of.

        Returns:
            Its name as `step`, and its settings.
        """
        return {"step": self.kind, **super().get_config()}

    def chosen(self, columns: Columns) -> list[Column]:
        """The columns of the step.

        Args:
            columns: those that there are.

        Returns:
            Those that it changes.

        Raises:
            UnknownName: there is none of a name.
            DataError: one holds what the step cannot take.
        """
        found: list[Column] = []
        for name in self.columns:
            if name not in columns:
                raise UnknownName(name, columns, kind="column", where=f"step {self.kind}", of_model=True)
            column = columns[name]
            if column.kind not in self.takes:
                raise DataError(
                    where=f"step {self.kind}, column {name!r}",
                    expected=" or ".join(kind_in_words(kind) for kind in self.takes),
                    actual=kind_in_words(column.kind),
                )
            found.append(column)
        return found


def _replaced(columns: Columns, changed: Mapping[str, Sequence[Column]]) -> Columns:
    """Columns with some of them replaced by others at the same place."""
    made = [new for name, column in columns.items() for new in changed.get(name, (column,))]
    return {column.name: column for column in made}


class _OneByOne(Step):
    """A step that makes one column of each, by itself."""

    def fit_column(self, column: Column, rows: Array) -> Config | None:
        """What has to be remembered of one column; nothing by default."""
        del column, rows

    @abstractmethod
    def apply_column(self, column: Column, fitted: Any) -> Column:
        """One column behind the step."""

    def fit(self, columns: Columns, rows: Array) -> Config:
        """What the step has to remember of each column."""
        return {column.name: self.fit_column(column, rows) for column in self.chosen(columns)}

    def apply(self, columns: Columns, fitted: Config) -> Columns:
        """Each column behind the step."""
        made = {column.name: [self.apply_column(column, fitted[column.name])] for column in self.chosen(columns)}
        return _replaced(columns, made)


def _some(column: Column, rows: Array, step: str) -> Array:
    """The training rows' values. Raises DataError where there are none."""
    values = column.present(rows)
    if not len(values):
        raise DataError(
            where=f"step {step}, column {column.name!r}",
            expected="at least one value in the training rows",
            actual="none",
            hint="Leave the column out.",
        )
    return values


class Scale(_OneByOne):
    """Shift and stretch numbers into a small range: x -> (x - shift) / scale.

    Args:
        columns: their names.
        by: "standard": mean 0 and standard deviation 1; "minmax": 0 to 1; "robust": median 0 and quartiles' distance 1, which
            few large values do not disturb. A column whose values are all alike is only shifted.

    Example:
        >>> from engine.data import columns_of
        >>> step, columns = Scale(["x"], by="minmax"), columns_of({"x": [10.0, 20.0, 30.0]})
        >>> step.apply(columns, step.fit(columns, np.arange(3)))["x"].values.tolist()
        [0.0, 0.5, 1.0]
    """

    kind: ClassVar[str] = "scale"
    takes: ClassVar[tuple[ColumnKind, ...]] = ("number", "array")
    by: Literal["standard", "minmax", "robust"] = field(
        rules.choice("standard", "minmax", "robust"), default="standard", help="what becomes 0 and 1"
    )

    def fit_column(self, column: Column, rows: Array) -> dict[str, float]:
        """Shift and scale of one column."""
        values = _some(column, rows, self.kind).astype(np.float64, copy=False)
        values = values[np.isfinite(values)] if np.isfinite(values).any() else np.zeros(1)
        if self.by == "minmax":
            shift, scale = float(values.min()), float(values.max() - values.min())
        elif self.by == "robust":
            low, middle, high = (float(one) for one in np.quantile(values, [0.25, 0.5, 0.75]))
            shift, scale = middle, high - low
        else:
            shift, scale = float(values.mean()), float(values.std())
        return {"shift": shift, "scale": scale or 1.0}

    def apply_column(self, column: Column, fitted: dict[str, float]) -> Column:
        """The column, scaled."""
        return Column(column.name, column.kind, (column.values - fitted["shift"]) / fitted["scale"], column.missing)

    def undo(self, name: str, values: Array, fitted: Config) -> Array:
        """Values in the target's own unit."""
        return values if name not in fitted else values * fitted[name]["scale"] + fitted[name]["shift"]


class Log(_OneByOne):
    """The logarithm of 1 + x, for amounts of very unlike size; none may be negative.

    Args:
        columns: their names.
    """

    kind: ClassVar[str] = "log"

    def apply_column(self, column: Column, fitted: None) -> Column:
        """The column's logarithms."""
        below = column.present() < 0
        if below.any():
            raise DataError(
                where=f"step log, column {column.name!r}",
                expected="no negative numbers",
                actual=f"{below.sum()} of them, {column.present()[below].min():g} the lowest",
                hint="Use the step scale, or clip the column at 0 before.",
            )
        return Column(column.name, "number", np.log1p(column.values.astype(np.float64)), column.missing)

    def undo(self, name: str, values: Array, fitted: Config) -> Array:
        """Values in the target's own unit."""
        return np.expm1(values) if name in fitted else values


class Clip(_OneByOne):
    """Keep numbers within limits.

    Args:
        columns: their names.
        low: the lowest that stays; None (the default): no limit.
        high: the highest that stays; None (the default): no limit.
    """

    kind: ClassVar[str] = "clip"
    low: float | None = field(rules.optional(rules.number), default=None, help="the lowest number that stays")
    high: float | None = field(rules.optional(rules.number), default=None, help="the highest number that stays")

    def prepare(self) -> None:
        """Refuse limits that leave nothing, or all."""
        if self.low is None and self.high is None:
            raise SettingError(where="step clip", expected="a limit: low, high or both", actual="none")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise SettingError(where="step clip", expected="low below high", actual=f"{self.low:g} and {self.high:g}")

    def apply_column(self, column: Column, fitted: None) -> Column:
        """The column within the limits."""
        return Column(column.name, "number", np.clip(column.values, self.low, self.high), column.missing)


class Numbers(_OneByOne):
    """Numbers of texts such as "1,250.5"; what is none counts as missing.

    Args:
        columns: their names.
        thousands: what stands between thousands, "," by default.
        decimal: the decimal mark, "." by default.
    """

    kind: ClassVar[str] = "numbers"
    takes: ClassVar[tuple[ColumnKind, ...]] = ("text", "number", "boolean")
    thousands: str = field(rules.text, default=",", help="what stands between thousands")
    decimal: str = field(rules.text, default=".", help="the decimal mark")

    def apply_column(self, column: Column, fitted: None) -> Column:
        """The numbers that the texts are."""
        if column.kind != "text":
            return Column(column.name, "number", column.values.astype(np.float64), column.missing)
        return numbers(
            column.name, np.array([self._number(text) for text in column.values], np.float64), column.missing
        )

    def _number(self, text: str) -> float:
        try:
            return float(text.strip().replace(self.thousands, "").replace(self.decimal, "."))
        except ValueError:
            return np.nan


class Finite(_OneByOne):
    """Count infinite numbers as missing.

    Args:
        columns: their names.
    """

    kind: ClassVar[str] = "finite"

    def apply_column(self, column: Column, fitted: None) -> Column:
        """The column without infinite numbers."""
        values = column.values.astype(np.float64)
        return numbers(column.name, np.where(np.isfinite(values), values, np.nan), column.missing)


class Dates(_OneByOne):
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
            values = _some(column, rows, self.kind)
            return float(np.median(values) if self.by == "median" else values.mean())
        if self.by == "most":
            values, counts = np.unique(_some(column, rows, self.kind), return_counts=True)
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
        return _replaced(columns, {column.name: self._filled(column, fitted) for column in self.chosen(columns)})

    def _filled(self, column: Column, fitted: Config) -> list[Column]:
        value, missing = fitted[column.name], column.missing
        whole = column.values.dtype.kind == "i" and missing.any() and isinstance(value, float)
        values = column.values.astype(np.float64) if whole else column.values.copy()
        values[missing] = value
        filled = Column(column.name, column.kind, values, np.zeros(len(missing), bool))
        if not self.marker:
            return [filled]
        return [filled, Column(f"{column.name} missing", "boolean", missing, np.zeros(len(missing), bool))]


class Drop(Step):
    """Leave out the rows where one of these columns is missing; at a prediction such a row is refused.

    Args:
        columns: their names.
    """

    kind: ClassVar[str] = "drop"
    takes: ClassVar[tuple[ColumnKind, ...]] = ("number", "text", "boolean", "date", "array")

    def fit(self, columns: Columns, rows: Array) -> Config:
        """Nothing has to be remembered."""
        self.chosen(columns)
        return {}

    def apply(self, columns: Columns, fitted: Config) -> Columns:
        """The columns as they are."""
        return columns

    def drops(self, columns: Columns) -> Array:
        """The rows where one is missing."""
        return np.any([column.missing for column in self.chosen(columns)], axis=0)


class Unique(Step):
    """Leave out the rows that are equal to an earlier one in these columns, so that no row is in two parts.

    Args:
        columns: their names.
    """

    kind: ClassVar[str] = "unique"
    takes: ClassVar[tuple[ColumnKind, ...]] = ("number", "text", "boolean", "date", "array")

    def fit(self, columns: Columns, rows: Array) -> Config:
        """Nothing has to be remembered."""
        self.chosen(columns)
        return {}

    def apply(self, columns: Columns, fitted: Config) -> Columns:
        """The columns as they are."""
        return columns

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
    codes: list[Array] = []
    for column in columns:
        values = column.values.reshape(len(column), -1)
        if column.kind == "text":
            values = values.astype(str)
        axis = 0 if values.shape[1] > 1 else None
        code = np.unique(values, axis=axis, return_inverse=True)[1].reshape(len(column)) + 1
        codes.append(np.where(column.missing, 0, code))
    _, first, place = np.unique(np.stack(codes, axis=1), axis=0, return_index=True, return_inverse=True)
    return first[place.reshape(-1)]


class _Classes(Step):
    """A step that remembers which values a column had in the training rows."""

    takes: ClassVar[tuple[ColumnKind, ...]] = ("text", "number", "boolean")

    def fit(self, columns: Columns, rows: Array) -> Config:
        """The values of each column, in their order."""
        return {column.name: self._classes(column, rows) for column in self.chosen(columns)}

    def _classes(self, column: Column, rows: Array) -> list[str | float | bool]:
        return np.unique(_some(column, rows, self.kind)).tolist()

    @staticmethod
    def _places(column: Column, classes: list[str | float | bool]) -> Array:
        """The place of each value among the classes, -1 for what is missing or was not seen."""
        place = {value: i for i, value in enumerate(classes)}
        found = (place.get(value, -1) for value in column.values.tolist())
        return np.where(column.missing, -1, np.fromiter(found, np.int64, len(column)))

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
        return _replaced(
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
        return _replaced(columns, made)


class DateParts(Step):
    """Numbers of dates: a column for each part.

    Args:
        columns: their names.
        parts: some of "year", "month", "day", "weekday" (0 is Monday) and "hour"; the first four by default.
    """

    kind: ClassVar[str] = "date_parts"
    takes: ClassVar[tuple[ColumnKind, ...]] = ("date",)
    parts: Sequence[str] = field(_parts, default=("year", "month", "day", "weekday"), help="which numbers of a date")

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
        return _replaced(columns, made)


STEPS: dict[str, type[Step]] = {
    step.kind: step
    for step in (Unique, Drop, Numbers, Dates, Finite, Fill, DateParts, OneHot, Ordinal, Clip, Log, Scale)
}
"""The steps by name."""


def step_of(config: Mapping[str, object]) -> Step:
    """A step of plain data.

    Args:
        config: its name as `step`, and its settings.

    Returns:
        The step.

    Raises:
        UnknownName: there is no step of a name.
        SettingTypeError: it has no setting of a name, or one is missing.
        SettingError: a setting has a value that it may not have.

    Example:
        >>> step_of({"step": "scale", "columns": ["rooms"]}).by
        'standard'
    """
    settings = dict(config)
    name = settings.pop("step", None)
    if not isinstance(name, str) or name not in STEPS:
        raise UnknownName(str(name), STEPS, kind="step", where="data, steps", of_model=True)
    return STEPS[name].from_config(settings)
