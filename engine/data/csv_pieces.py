"""Large CSV files: pieces of the text are read by several threads, straight into the columns' arrays.

Arrow makes many small arrays of a column first, which are then put together: that takes all of the memory twice, and new memory
costs more time than the numbers in it. Numbers in plain letters are read by the library in C (`CsvNumbers`). What is not plain
(broken lines, another kind of value further down, a quotation mark alone) is left to Arrow.
"""

from __future__ import annotations

import io
import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, BinaryIO

import numpy as np

from .._files.files import open_regular
from .._machine.device import threads
from .._native.columns import SLACK
from ..types import Array
from .arrow_columns import columns_of_arrow
from .columns import Column, Columns, column_of
from .csv_numbers import CsvNumbers, CsvPiece, CsvReading, Lines

# Smaller files are read as fast as a whole.
_SMALL = 24 * 2**20
_PIECE = 8 * 2**20
_FIRST = 2**18
_MOST_TRIES = 200
# Rows may be a little shorter further down than in the first piece.
_ROOM = 1.02


def read_in_pieces(
    name: str, reading: CsvReading, arrow: Any, small: int = _SMALL, piece: int = _PIECE
) -> Columns | None:
    """The columns of a large CSV file.

    Args:
        name: path of the file.
        reading: how it is read.
        arrow: the package.
        small: smaller files are left to Arrow, in bytes.
        piece: how many bytes are read at a time.

    Returns:
        The columns by name; None where the file is to be read as a whole.

    Raises:
        OSError: it cannot be read.
    """
    if os.path.getsize(name) < small:
        return None
    try:
        pieces = CsvPieces(name, reading, arrow, piece)
        filled = _Filled(pieces.size)
        for size, made in pieces:
            filled.add(size, made)
    except (NotPlainFile, arrow.ArrowException):
        return None
    return None if reading.bad or not filled.rows else filled.columns(arrow)


class NotPlainFile(Exception):
    """What only the whole file tells."""


class CsvPieces:
    """The rows of a CSV file, piece by piece, in order; threads read some of them ahead.

    Args:
        name: path of the file.
        reading: how it is read.
        arrow: the package.
        piece: how many bytes are read at a time.
        floats: whether columns of whole numbers are read as float64; as the first rows show them by default.

    Raises:
        NotPlainFile: it is to be read as a whole; also while the pieces are gone through.
    """

    def __init__(self, name: str, reading: CsvReading, arrow: Any, piece: int = _PIECE, floats: bool = False) -> None:
        layout = reading.layout
        if reading.encoding not in ("utf-8", "utf-8-sig") or layout.has_runs or layout.has_escapes:
            raise NotPlainFile
        self._name, self._reading, self._arrow, self._piece = name, reading, arrow, piece
        with open_regular(name) as file:
            self._head, self.types = _beginning(file, reading, arrow)
        """Arrow's types of the columns, by name."""
        if floats:
            self.types = {name: arrow.float64() if kind == arrow.int64() else kind for name, kind in self.types.items()}
        self.size = os.path.getsize(name) - len(self._head)
        """Bytes of all rows."""
        self._numbers = CsvNumbers.of(reading, self.types, arrow)
        reading.bad.clear()

    def __iter__(self) -> Iterator[tuple[int, CsvPiece]]:
        with open_regular(self._name) as file:
            file.seek(len(self._head))
            yield from _in_order(_pieces(file, self._piece), self._read, max(threads(), 1))

    def _read(self, text: Lines) -> CsvPiece:
        made = None if self._numbers is None else self._numbers.read(text)
        if made is not None:
            return made
        whole = io.BytesIO(self._head + text.letters[: text.size])
        table = self._reading.begin(self._arrow.csv.read_csv, whole, threads=False, types=self.types)
        if any(map(self._arrow.types.is_binary, table.schema.types)):
            raise NotPlainFile  # letters of another encoding
        return CsvPiece.of(table)


def _beginning(file: BinaryIO, reading: CsvReading, arrow: Any) -> tuple[bytes, dict[str, Any]]:
    """What stands before the first row, and the types of the columns as the first rows show them."""
    first = file.read(_FIRST)
    lines = first.split(b"\n", reading.layout.head)
    whole = whole_lines(first)
    head = b"\n".join(lines[: reading.layout.head]) + b"\n"
    if len(lines) <= reading.layout.head or whole is None or len(whole) <= len(head) or head.count(b'"') % 2:
        raise NotPlainFile
    schema = reading.begin(arrow.csv.read_csv, io.BytesIO(whole), threads=False).schema
    if any(map(arrow.types.is_null, schema.types)):
        raise NotPlainFile
    return head, {field.name: field.type for field in schema}


def _pieces(file: BinaryIO, size: int) -> Iterator[Lines]:
    """Whole lines, about so many bytes at a time."""
    assert isinstance(file, io.BufferedReader)
    rest = b""
    while True:
        letters = bytearray(len(rest) + size + SLACK)
        letters[: len(rest)] = rest
        with memoryview(letters)[len(rest) : len(rest) + size] as room:
            count = file.readinto(room)
        if not count:
            break
        known = len(rest) + count
        end = _end_of_lines(letters, known)
        if end is None and known > size:
            raise NotPlainFile  # a quotation mark stands alone
        rest = bytes(letters[end or 0 : known])
        if end is not None:
            yield Lines(letters, end)
    if rest:
        yield Lines(bytearray(rest) + bytes(SLACK), len(rest))


def _in_order(
    pieces: Iterator[Lines], read: Callable[[Lines], CsvPiece], workers: int
) -> Iterator[tuple[int, CsvPiece]]:
    """What is made of each piece, in their order; some are read ahead."""
    waiting: deque[tuple[int, Future[CsvPiece]]] = deque()
    with ThreadPoolExecutor(workers, "engine-csv") as pool:
        try:
            for text in pieces:
                waiting.append((text.size, pool.submit(read, text)))
                if len(waiting) > workers:
                    size, made = waiting.popleft()
                    yield size, made.result()
            while waiting:
                size, made = waiting.popleft()
                yield size, made.result()
        finally:
            for _, made in waiting:
                made.cancel()


def whole_lines(text: bytes) -> bytes | None:
    """A text without its last line, which may be cut; None where there is no whole one, or none ends outside of quotes.

    Args:
        text: begins with a line.

    Returns:
        Its beginning.
    """
    end = _end_of_lines(text, len(text))
    return None if end is None else text[:end]


def _end_of_lines(text: bytes | bytearray, size: int) -> int | None:
    """Where the last whole line of so many bytes ends; None where there is none, or none ends outside of quotes."""
    quotes, end = text.count(b'"', 0, size), size
    for _ in range(_MOST_TRIES):
        before = text.rfind(b"\n", 0, end)
        if before < 0:
            return None
        quotes -= text.count(b'"', before + 1, end)
        if quotes % 2 == 0:
            return before + 1
        end = before
    return None


class _Filled:
    """Columns that are filled piece by piece. size: bytes of all rows."""

    def __init__(self, size: int) -> None:
        self._size, self.rows = size, 0
        self._numbers: dict[str, Array] = {}
        self._others: dict[str, list[Any]] = {}
        self._names: list[str] = []

    def add(self, size: int, piece: CsvPiece) -> None:
        """Take in the rows of a piece of so many bytes."""
        count = piece.count
        room = int(_ROOM * self._size * count / max(size, 1)) + count
        self._names = piece.names
        for name, chunks in piece.others.items():
            self._others.setdefault(name, []).extend(chunks)
        for name, values in piece.numbers.items():
            there = self._numbers.get(name)
            if there is None:
                there = np.empty(room, values.dtype)
            elif there.dtype != values.dtype and values.dtype == np.float64:
                # Whole numbers of which one is missing, or has a fraction.
                there = there.astype(np.float64)
            if self.rows + count > len(there):
                there = np.concatenate([there[: self.rows], np.empty(max(room - self.rows, count), there.dtype)])
            there[self.rows : self.rows + count] = values
            self._numbers[name] = there
        self.rows += count

    def columns(self, arrow: Any) -> Columns:
        """The columns, in the file's order."""
        made: dict[str, Column] = {
            name: column_of(name, values[: self.rows], copy=False) for name, values in self._numbers.items()
        }
        if self._others:
            made.update(
                columns_of_arrow(
                    arrow.table({name: arrow.chunked_array(parts) for name, parts in self._others.items()})
                )
            )
        return {name: made[name] for name in self._names}


def read_by_lines(name: str, reading: CsvReading, arrow: Any) -> Any:
    """All of a CSV file, line by line as long as no quotation mark was met: only then a value may go over several.

    Args:
        name: path of the file.
        reading: how it is read.
        arrow: the package.

    Returns:
        Arrow's table.
    """
    if not reading.has_quotes and not reading.layout.has_runs:
        with open_regular(name) as file:
            watched = _ForQuotes(file)
            try:
                made = reading.begin(arrow.csv.read_csv, watched, threads=True, by_lines=True)
            except arrow.ArrowException:
                if not watched.seen:
                    raise
            else:
                if not watched.seen:
                    return made
    with open_regular(name) as file:
        return reading.begin(arrow.csv.read_csv, file, threads=True)


class _ForQuotes:
    """A file of which it is noticed whether a quotation mark was read."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self.seen, self.closed = file, False, False

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.seen = self.seen or b'"' in data
        return data

    def close(self) -> None:
        self.closed = True

    def readable(self) -> bool:
        return True
