"""Some rows of a large CSV or Parquet file, from a few places of it: what can be said before all of it has been read."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO, NamedTuple

import numpy as np

from .._files.files import open_regular
from .._files.kinds import PARQUET, kind_of
from ..errors import EngineError
from ..types import Array
from . import readers
from .columns import Columns, columns_of
from .csv_pieces import whole_lines

_MOST_TRIES = 200
_PROBED_LINES, _PROBED_BYTES = 4, 2**15


@dataclass(frozen=True)
class Places:
    """Where a file is looked into.

    Args:
        small: smaller files of text are left to be read as a whole, in bytes.
        first: bytes of the beginning that tell how long rows are.
        count: places of a text.
        least: bytes of each place at least.
        groups: groups of a Parquet file; for the first row of each a page of all columns is unpacked.
    """

    small: int = 24 * 2**20
    first: int = 2**18
    count: int = 16
    least: int = 2**15
    groups: int = 4


class FileSample(NamedTuple):
    """Some rows of a file.

    Args:
        columns: their columns; a kind may be another one in the whole file, where values further down say so.
        numbers: of these rows; of text about.
        rows: how many the file has; of text about.
        exact: whether both are exact.
    """

    columns: Columns
    numbers: Array
    rows: int
    exact: bool


def sample_file(
    path: readers.Path,
    wanted: Callable[[int, int], int],
    places: Places | None = None,
    in_memory: bool = True,
) -> FileSample | None:
    """Some rows of a CSV or Parquet file, from a few places of it.

    Args:
        path: of the file.
        wanted: how many rows to read of a file with so many rows and columns.
        places: where it is looked into; None (the default): sixteen places of a text, four groups of Parquet.
        in_memory: whether it is refused where it is too large to be read as a whole later; True by default.

    Returns:
        The rows. None where all of them are wanted, or only reading all of the file tells its rows apart; then it is to be read as
        a whole.

    Raises:
        FileError: it is too large for the memory, or its beginning is no table.

    Example:
        >>> sample_file(__file__, lambda rows, columns: 100) is None
        True
    """
    name = os.fspath(path)
    kind, places = kind_of(name), places or Places()
    if kind is PARQUET:
        if in_memory:
            readers.check_room(name)
        return _of_parquet(name, wanted, places.groups)
    if readers.is_csv(name, kind) and os.path.getsize(name) > places.small:
        if in_memory:
            readers.check_room(name)
        return _of_csv(name, wanted, places)
    return None


def _of_parquet(name: str, wanted: Callable[[int, int], int], most: int) -> FileSample | None:
    """The first rows of a few groups."""
    arrow = readers.arrow_for(name, PARQUET.what)
    try:
        with open_regular(name) as file:
            stored = arrow.parquet.ParquetFile(file, pre_buffer=False, buffer_size=2**16)
            known = stored.metadata
            rows, width = known.num_rows, len(stored.schema_arrow.names)
            if rows == 0 or width == 0 or (count := wanted(rows, width)) >= rows:
                return None
            sizes = np.array([known.row_group(i).num_rows for i in range(known.num_row_groups)])
            starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
            there = np.flatnonzero(sizes)
            groups = there[np.unique(np.linspace(0, len(there) - 1, min(most, len(there))).astype(np.int64))]
            each = -(-count // len(groups))
            parts: list[Any] = []
            numbers: list[Array] = []
            for group in groups.tolist():
                part = next(iter(stored.iter_batches(each, row_groups=[group])), None)
                if part is None:  # a group without the rows that its head declares
                    return None
                parts.append(part)
                numbers.append(starts[group] + np.arange(part.num_rows))
            columns = columns_of(readers.index_first(arrow.Table.from_batches(parts)))
    except (arrow.ArrowException, OSError, EngineError):
        # What is wrong is said with its place where all of the file is read.
        return None
    return FileSample(columns, np.concatenate(numbers), rows, True)


def _of_csv(name: str, wanted: Callable[[int, int], int], places: Places) -> FileSample | None:
    """Whole lines from places at even distances, read as one small file behind the line of names."""
    arrow = readers.arrow_for(name, "CSV")
    begin, _, layout, encoding, _ = readers.csv_reading(name, None)
    if encoding == "utf-16" or layout.has_runs or layout.has_escapes:
        return None
    size = os.path.getsize(name)
    try:
        with open_regular(name) as file:
            first = whole_lines(file.read(places.first))
            if first is None:
                return None
            known = begin(arrow.csv.read_csv, io.BytesIO(first), threads=False)
            head, rest = _head_of(first, layout.head)
            if not known.num_rows or head is None:
                return None
            row_bytes = len(rest) / known.num_rows
            rows = max(round((size - len(head)) / row_bytes), 1)
            count = wanted(rows, known.num_columns)
            if count >= rows:
                return None
            piece = max(int(count * row_bytes / places.count), places.least, int(2 * row_bytes))
            starts = np.linspace(len(head), size - piece, places.count).astype(np.int64).tolist()
            pieces = [_piece(file, start, piece, known.num_columns, layout.separator) for start in starts]
            made = begin(arrow.csv.read_csv, io.BytesIO(head + b"".join(pieces)), threads=True)
            if any(map(arrow.types.is_binary, made.schema.types)):
                return None  # letters of another encoding than the beginning's
            columns = columns_of(made)
    except (arrow.ArrowException, csv.Error, OSError, UnicodeError, EngineError):
        return None
    if not made.num_rows:
        return None
    rows = max(round((size - len(head)) * made.num_rows / max(sum(map(len, pieces)), 1)), made.num_rows)
    return FileSample(columns, _numbers(starts, pieces, made.num_rows, rows, size), rows, False)


def _numbers(places: list[int], pieces: list[bytes], read: int, rows: int, size: int) -> Array:
    """About which rows the lines of the pieces are."""
    lines = np.array([one.count(b"\n") for one in pieces], np.float64)
    # A row may go over several lines.
    counts = np.diff(np.rint(np.concatenate([[0.0], np.cumsum(lines)]) * read / max(lines.sum(), 1.0)).astype(np.int64))
    parts = [int(place / size * rows) + np.arange(count) for place, count in zip(places, counts.tolist(), strict=True)]
    return np.minimum(np.concatenate(parts), rows - 1)


def _head_of(first: bytes, lines: int) -> tuple[bytes | None, bytes]:
    """What stands before the first row, and what is behind it; None where a name goes over several lines."""
    rows = first.split(b"\n", lines)
    head = b"\n".join(rows[:lines]) + b"\n"
    return (None if head.count(b'"') % 2 else head), rows[-1]


def _piece(file: BinaryIO, offset: int, length: int, width: int, separator: str) -> bytes:
    """Whole lines of a file from about a place on."""
    # The line break before it tells whether a line begins there.
    file.seek(offset - 1)
    text = file.read(length)
    begin = text.find(b"\n") + 1
    for _ in range(_MOST_TRIES):
        lines = whole_lines(text[begin:])
        if lines is None:
            return b""
        if _fits(lines, width, separator):
            return lines
        # Within a value of several lines: the next line may be the first of a row.
        following = text.find(b"\n", begin) + 1
        if following <= 0:
            return b""
        begin = following
    return b""


def _fits(lines: bytes, width: int, separator: str) -> bool:
    """Whether the first lines have as many values as there are names."""
    if b'"' not in lines:
        return True
    text = lines[:_PROBED_BYTES].decode("latin-1")
    some = csv.reader(io.StringIO(text), delimiter=separator)
    return all(len(row) == width for row, _ in zip(some, range(_PROBED_LINES), strict=False))
