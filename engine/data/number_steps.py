"""Steps of numbers: scaled, cut, or read from texts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar, Literal

import numpy as np

from .._declared import rules
from .._declared.fields import field
from ..errors import DataError, SettingError
from ..types import Array, Config
from .columns import Column, ColumnKind, numbers
from .step import OneByOne, Step, some_of

MULTIPLES = {"k": 1e3, "m": 1e6, "b": 1e9, "bn": 1e9}
"""What letters behind a number multiply it by."""
_MULTIPLE = re.compile(r"\s*(k|m|bn?)\s*$", re.IGNORECASE)


class Scale(OneByOne):
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
        values = some_of(column, rows, self.kind).astype(np.float64, copy=False)
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


class Log(OneByOne):
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


class Clip(OneByOne):
    """Keep numbers within limits.

    Args:
        columns: their names.
        low: the lowest that stays; None (the default): no limit.
        high: the highest that stays; None (the default): no limit.
    """

    kind: ClassVar[str] = "clip"
    low: float | None = field(rules.optional(rules.number), default=None, help="the lowest number that stays")
    high: float | None = field(rules.optional(rules.number), default=None, help="the highest number that stays")

    @classmethod
    def begun(cls, columns: Sequence[Column], rows: Array) -> Step:
        """Limits that leave 98 of 100 values of these columns as they are."""
        values = np.concatenate([some_of(column, rows, cls.kind).astype(np.float64) for column in columns])
        low, high = (float(f"{one:.3g}") for one in np.quantile(values[np.isfinite(values)], [0.01, 0.99]))
        return cls(columns=[column.name for column in columns], low=low, high=high)

    def prepare(self) -> None:
        """Refuse limits that leave nothing, or all."""
        if self.low is None and self.high is None:
            raise SettingError(where="step clip", expected="a limit: low, high or both", actual="none")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise SettingError(where="step clip", expected="low below high", actual=f"{self.low:g} and {self.high:g}")

    def apply_column(self, column: Column, fitted: None) -> Column:
        """The column within the limits."""
        return Column(column.name, "number", np.clip(column.values, self.low, self.high), column.missing)


class Numbers(OneByOne):
    """Numbers of texts such as "1,250.5"; what is none counts as missing.

    Args:
        columns: their names.
        thousands: what stands between thousands, "," by default.
        decimal: the decimal mark, "." by default.
        unit: what stands before or behind them, such as "€" or "kg"; None (the default): nothing does.
        multiples: whether K, M and B (also bn) behind a number mean thousands, millions and billions; False by default.

    Example:
        >>> from engine.data import columns_of
        >>> step = Numbers(["rent"], thousands=".", decimal=",", unit="€")
        >>> step.apply(columns_of({"rent": ["1.250,5 €", "980"]}), {"rent": None})["rent"].values.tolist()
        [1250.5, 980.0]
    """

    kind: ClassVar[str] = "numbers"
    takes: ClassVar[tuple[ColumnKind, ...]] = ("text", "number", "boolean")
    thousands: str = field(rules.text, default=",", help="what stands between thousands")
    decimal: str = field(rules.text, default=".", help="the decimal mark")
    unit: str | None = field(rules.optional(rules.text), default=None, help="what stands before or behind them")
    multiples: bool = field(rules.switch, default=False, help="whether K, M and B mean thousands, millions, billions")

    def apply_column(self, column: Column, fitted: None) -> Column:
        """The numbers that the texts are."""
        if column.kind != "text":
            return Column(column.name, "number", column.values.astype(np.float64), column.missing)
        return numbers(
            column.name, np.array([self._number(text) for text in column.values], np.float64), column.missing
        )

    def _number(self, text: str) -> float:
        written = text.strip()
        if written.startswith("(") and written.endswith(")"):
            written = f"-{written[1:-1].strip()}"  # as accounts write what is below zero
        if self.unit:
            sign = written[:1] if written[:1] in ("+", "-") else ""
            written = sign + written[len(sign) :].strip().removeprefix(self.unit).removesuffix(self.unit).strip()
        times = 1.0
        if self.multiples and (multiple := _MULTIPLE.search(written)) is not None:
            written, times = written[: multiple.start()], MULTIPLES[multiple[1].lower()]
        if self.thousands == " ":
            written = written.replace("\u00a0", "").replace("\u202f", "")
        try:
            return times * float(written.replace(self.thousands, "").replace(self.decimal, "."))
        except ValueError:
            return np.nan


class Finite(OneByOne):
    """Count infinite numbers as missing.

    Args:
        columns: their names.
    """

    kind: ClassVar[str] = "finite"

    def apply_column(self, column: Column, fitted: None) -> Column:
        """The column without infinite numbers."""
        values = column.values.astype(np.float64)
        return numbers(column.name, np.where(np.isfinite(values), values, np.nan), column.missing)
