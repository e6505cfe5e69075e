"""Pieces of CSV whose numbers the library in C reads, without Python's lock; what else stands in them is left to Arrow."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from .._native.columns import COPIED, LEFT_OUT, REAL, WHOLE, NotPlain, is_compiled, read_csv
from ..types import Array
from .csv_layout import Layout

MISSING = ("", "NA", "N/A", "n/a", "NaN", "nan", "NULL", "null", "None", "?")
"""What stands for no value in a text."""
_KINDS = {"int64": WHOLE, "double": REAL}


class CsvReading(NamedTuple):
    """How a CSV file is read.

    Args:
        begin: gives what a reader of Arrow's makes of the file, with or without threads; the broken lines are in `bad` then.
            Where it is said that no value goes over several lines (`by_lines`), two threads take a third less time. With
            `types` of columns it reads one of several pieces, and what was broken in the others stays in `bad`; with `names` a
            text of these columns alone, in which no line says so.
        bad: broken lines that were met.
        layout: how it is written.
        encoding: of its letters.
        has_quotes: whether a quotation mark stands in its beginning.
    """

    begin: Callable[..., Any]
    bad: list[Any]
    layout: Layout
    encoding: str
    has_quotes: bool


class Lines(NamedTuple):
    """Whole lines of a text.

    Args:
        letters: they, and a few bytes behind them.
        size: bytes of the lines.
    """

    letters: bytearray
    size: int


class CsvPiece(NamedTuple):
    """Rows of some lines.

    Args:
        names: of the columns, in the file's order.
        count: rows.
        numbers: the columns of float64 or int64.
        others: pieces of Arrow's of each other column.
    """

    names: list[str]
    count: int
    numbers: Mapping[str, Array]
    others: Mapping[str, list[Any]]

    @classmethod
    def of(cls, table: Any) -> CsvPiece:
        """The rows of a table of Arrow's.

        Args:
            table: the table.

        Returns:
            They; whole numbers of which one is missing as float64.
        """
        named = dict(zip(table.column_names, table.columns, strict=True))
        numbers = {name: column.to_numpy() for name, column in named.items() if str(column.type) in _KINDS}
        others = {name: column.chunks for name, column in named.items() if name not in numbers}
        return cls(list(named), table.num_rows, numbers, others)


class CsvNumbers:
    """Reads pieces of a file.

    Args:
        reading: how it is read.
        types: Arrow's types of the columns, by name; one of whole numbers becomes float64 in them where a fraction is met, or a
            missing value.
        arrow: the package.
    """

    def __init__(self, reading: CsvReading, types: dict[str, Any], arrow: Any) -> None:
        self._reading, self._types, self._arrow = reading, types, arrow
        self._columns = reading.layout.columns
        self._kinds = [_kind_of(types.get(name)) for name in self._columns]
        self._copied = {
            name: types[name] for name, kind in zip(self._columns, self._kinds, strict=True) if kind == COPIED
        }

    @classmethod
    def of(cls, reading: CsvReading, types: dict[str, Any], arrow: Any) -> CsvNumbers | None:
        """A reader of a file's pieces.

        Args:
            reading: how the file is read.
            types: Arrow's types of the columns that are asked for, by name.
            arrow: the package.

        Returns:
            The reader. None where there is no library, no column of numbers, or one of unknown letters.
        """
        layout = reading.layout
        named_well = len(set(layout.columns)) == len(layout.columns) and set(types) <= set(layout.names)
        of_numbers = any(_kind_of(one) in (WHOLE, REAL) for one in types.values())
        plain = (layout.separator + layout.decimal).isascii() and not any(map(arrow.types.is_binary, types.values()))
        return cls(reading, types, arrow) if is_compiled() and named_well and of_numbers and plain else None

    def read(self, lines: Lines) -> CsvPiece | None:
        """The rows of a piece.

        Args:
            lines: of the file.

        Returns:
            They; None where Arrow is to read them.

        Raises:
            pyarrow.ArrowException: a value is not of its column's type.
        """
        layout = self._reading.layout
        while True:
            kinds = list(self._kinds)
            try:
                rows = read_csv(lines.letters, lines.size, kinds, layout.separator, layout.decimal, MISSING)
                break
            except NotPlain as trouble:
                column = trouble.column
                if column is None or kinds[column] != WHOLE:
                    return None
                self._kinds[column] = REAL
                self._types[self._columns[column]] = self._arrow.float64()
        others: dict[str, list[Any]] = {}
        if self._copied:
            table = self._reading.begin(
                self._arrow.csv.read_csv,
                io.BytesIO(rows.copied),
                threads=False,
                types=self._copied,
                names=list(self._copied),
            )
            if table.num_rows != rows.count:
                return None
            others = {name: table[name].chunks for name in self._copied}
        numbers = {self._columns[place]: values for place, values in rows.numbers.items()}
        return CsvPiece(list(self._types), rows.count, numbers, others)


def _kind_of(kind: Any) -> int:
    """How a column of a type of Arrow's is read; of None, which nobody asked for."""
    return LEFT_OUT if kind is None else _KINDS.get(str(kind), COPIED)
