"""Tables in files: CSV and Parquet by Apache Arrow, arrays in .npz, .npy and HDF5. Nothing in a file is run."""

from __future__ import annotations

import importlib
import os
import re
from collections.abc import Collection, Sequence
from itertools import chain
from typing import Any, Literal

import numpy as np

from .._files import hdf5, npz
from .._files.files import open_regular
from .._files.kinds import BINARY, HDF5, NPY, NPZ, PARQUET, TABLE, TEXT, Kind, kind_of
from .._machine.room import bytes_in_words, free_memory
from ..errors import EngineError, FileError, shorten
from ..types import Array
from .arrow_columns import columns_of_arrow
from .columns import Columns, columns_of
from .csv_begun import LONGEST_VALUE, OLD_LETTERS, arrow_for, check_known, check_unlike, csv_reading, zeros_in_text
from .csv_copies import texts_in, write_in_pieces
from .csv_pieces import read_by_lines, read_in_pieces
from .said import tell

Path = str | os.PathLike[str]
Broken = Literal["stop", "skip"]
_MOST_NAMED = 5
_UNNAMED_INDEX = re.compile(r"__index_level_\d+__")
_ENDINGS = (".csv", ".tsv", ".txt")
_LOOKED_AT = 2**16
# Kinds of content that a table of values may look like: one column alone is no table to `kind_of`.
_AS_TEXT = ("table", "text", "other encoding", "utf-16")


def read(path: Path, only: Collection[str] | None = None, broken: Broken = "stop") -> Columns:
    """The columns of a file.

    Args:
        path: a file of CSV, Parquet, .npz, .npy (one column "x") or HDF5.
        only: names of the columns to read; all by default.
        broken: what becomes of a line of CSV with too few or too many values: "stop" refuses the file and names it, "skip" leaves
            it out and warns.

    Returns:
        The columns by name.

    Raises:
        FileError: it is no such file, it is damaged, or too large for the memory.
    """
    name = os.fspath(path)
    kind = kind_of(name)
    check_room(name)
    if kind is PARQUET:
        columns = _parquet(name, only)
    elif is_csv(name, kind):
        columns = _csv(name, only, broken)
    elif kind is NPZ:
        columns = _in_file(name, npz.read(name, only), None)
    elif kind is HDF5:
        paths = list(only) if only is not None else list(hdf5.array_headers(name))
        columns = _in_file(name, hdf5.read_arrays(name, paths), None)
    elif kind is NPY:
        columns = columns_of({"x": np.array(npy(name))})
    else:
        raise refused(name, kind)
    if not len(next(iter(columns.values()))):
        raise no_rows(name)
    return columns


def check_room(name: str) -> None:
    """Refuse a file that is too large to be read as a whole. Raises FileError."""
    size, free = os.path.getsize(name), free_memory()
    if size > free // 2:
        raise FileError(
            file=name,
            expected=f"a file of at most half of the free memory ({bytes_in_words(free // 2)})",
            actual=bytes_in_words(size),
            hint="Open it with in_memory=False, which reads it in blocks.",
        )


def is_too_large(path: Path) -> bool:
    """Whether a file of a table is to be read in blocks: it takes more than half of the free memory.

    Args:
        path: of the file.

    Returns:
        The answer; of Parquet by what its groups take when they are unpacked.

    Raises:
        FileError: it is a damaged Parquet file.
    """
    name, room = os.fspath(path), free_memory() // 2
    if os.path.getsize(name) > room:
        return True
    if kind_of(name) is not PARQUET:
        return False
    arrow = arrow_for(name, PARQUET.what)
    with open_regular(name) as file:
        try:
            return _unpacked(arrow.parquet.ParquetFile(file)) > room
        except (arrow.ArrowException, OSError) as error:
            raise FileError(file=name, expected="a whole Parquet file", actual=shorten(str(error))) from error


def _unpacked(stored: Any) -> int:
    """Bytes of all groups of a Parquet file."""
    return sum(stored.metadata.row_group(i).total_byte_size for i in range(stored.metadata.num_row_groups))


def is_csv(name: str, kind: Kind) -> bool:
    """Whether a file of this name and kind is a table as text."""
    return kind is TABLE or (kind.name in _AS_TEXT and name.lower().endswith(_ENDINGS))


def width(name: str, kind: Kind, only: Collection[str] | None) -> int:
    """Number of columns of a CSV or Parquet file, or of those that are asked for."""
    if only is not None:
        return len(only)
    if kind is PARQUET:
        with open_regular(name) as file:
            return len(arrow_for(name, kind.what).parquet.ParquetFile(file).schema_arrow.names)
    return len(csv_reading(name, only).layout.names)


def npy(name: Path) -> Array:
    """The array of an .npy file, as a map of the file.

    Args:
        name: path of the file.

    Returns:
        The array, read where it is looked at.

    Raises:
        FileError: it holds no array, or one of Python objects.
    """
    return npz.mapped_array(name)


def names_in(schema: Any, lists: bool = True) -> list[str]:
    """Names of the columns of an Arrow schema as a table has them, those within structures as "outer.inner".

    Args:
        schema: the schema.
        lists: whether columns of lists are among them; True by default.

    Returns:
        The names in order.
    """
    arrow = importlib.import_module("pyarrow")

    def within(name: str, kind: Any) -> list[str]:
        if arrow.types.is_struct(kind):
            return [one for field in kind for one in within(f"{name}.{field.name}", field.type)]
        return [name] if lists or not arrow.types.is_nested(kind) else []

    return [name for field in schema for name in within(field.name, field.type)]


def refused(name: str, kind: Kind) -> FileError:
    """The error for a file that is no table."""
    expected = "a table (CSV, Parquet) or arrays (.npz, .npy, HDF5)"
    if kind is TEXT:
        hint = "Write it as CSV: a line with the columns' names, then a line of values for each row."
        return FileError(file=name, expected=expected, actual="a text of another form", hint=hint)
    if kind is BINARY and name.lower().endswith(_ENDINGS):
        with open_regular(name) as file:
            wrong = zeros_in_text(file.read(_LOOKED_AT))
        if wrong is not None:
            return FileError(
                file=name, expected=expected, actual=wrong, hint="Save the file as UTF-8, or write it again."
            )
    return FileError(file=name, expected=expected, actual=kind.what, hint=None if kind is BINARY else kind.use)


def _parquet(name: str, only: Collection[str] | None) -> Columns:
    arrow = arrow_for(name, "Parquet")
    with open_regular(name) as file:
        try:
            stored = arrow.parquet.ParquetFile(file)
            needed = _unpacked(stored)
            if needed > free_memory() // 2:
                raise FileError(
                    file=name,
                    expected=f"at most half of the free memory ({bytes_in_words(free_memory() // 2)})",
                    actual=f"{bytes_in_words(needed)} when it is unpacked",
                )
            titles = names_in(stored.schema_arrow)
            check_known(name, only, titles)
            check_unlike(name, titles, only)
            table = stored.read(columns=None if only is None else list(only))
        except (arrow.ArrowException, OSError) as error:
            raise FileError(file=name, expected="a whole Parquet file", actual=shorten(str(error))) from error
    return _in_file(name, index_first(table), only)


def index_first(table: Any) -> Any:
    """A table whose rows' names, which pandas writes last where they have no title, stand first as people know them.

    Args:
        table: of Arrow.

    Returns:
        A table of the same columns.
    """
    return table.select(unnamed_first(table.schema.names))


def unnamed_first(names: Sequence[str]) -> list[str]:
    """Names of columns, those first that pandas gives to its rows' names where they have none.

    Args:
        names: the names as a file has them.

    Returns:
        All of them.
    """
    return [*filter(_UNNAMED_INDEX.fullmatch, names), *(n for n in names if not _UNNAMED_INDEX.fullmatch(n))]


def _in_file(name: str, table: Any, only: Collection[str] | None) -> Columns:
    try:
        return columns_of_arrow(table, only) if hasattr(table, "column_names") else columns_of(table, only, copy=False)
    except EngineError as error:
        error.where = f"{name}, {error.where}"
        raise


def _csv(name: str, only: Collection[str] | None, broken: Broken) -> Columns:
    arrow = arrow_for(name, "CSV")
    reading = csv_reading(name, only)
    begin, bad, _, encoding, _ = reading
    try:
        in_pieces = read_in_pieces(name, reading, arrow)
        if in_pieces is not None:
            return in_pieces
        made = read_by_lines(name, reading, arrow)
        if encoding == "utf-8" and any(map(arrow.types.is_binary, made.schema.types)):
            # A letter further down was of another encoding.
            begin, bad, *_ = csv_reading(name, only, OLD_LETTERS)
            with open_regular(name) as file:
                made = begin(arrow.csv.read_csv, file, threads=True)
        if bad:
            # Which lines they are is known only where one thread reads.
            with open_regular(name) as file:
                made = begin(arrow.csv.read_csv, file, threads=False)
    except (arrow.ArrowException, OSError, UnicodeError) as error:
        raise _no_table(name, error) from error
    if bad:
        _tell(name, bad, broken, made.num_rows)
    if not made.num_rows:
        raise no_rows(name)
    return _in_file(name, made, only)


def as_small_groups(name: str, only: Collection[str] | None, broken: Broken, kind: Kind, rows: int, into: str) -> None:
    """Write a CSV or Parquet file once more, as Parquet in groups of so many rows, a part at a time.

    Args:
        name: path of the file.
        only: names of the columns to write; None: all.
        broken: what becomes of a line of CSV with too few or too many values.
        kind: of the file.
        rows: of a group.
        into: path of the new file.

    Raises:
        FileError: it is damaged, or a column holds something else further down than in its first lines.
    """
    bad, written = _written(name, only, kind, rows, into, None)
    if bad:
        _tell(name, bad, broken, written)


def _written(
    name: str, only: Collection[str] | None, kind: Kind, rows: int, into: str, encoding: str | None
) -> tuple[list[Any], int]:
    """Write a file once more; gives its broken lines, and how many rows were written."""
    arrow = arrow_for(name, kind.what)
    bad: list[Any] = []
    written = 0
    try:
        with open_regular(name) as file:
            if kind is PARQUET:
                stored = arrow.parquet.ParquetFile(file, pre_buffer=False, buffer_size=2**20)
                batches = stored.iter_batches(rows, columns=None if only is None else list(only))
                # The first tells which columns there are, those within structures too.
                first = next(batches, None)
                schema = stored.schema_arrow if first is None else first.schema
                batches = batches if first is None else chain([first], batches)
            else:
                reading = csv_reading(name, only, encoding)
                if encoding is None and (count := write_in_pieces(name, reading, arrow, rows, into)) is not None:
                    return [], count
                begin, bad, _, encoding, _ = reading
                batches = begin(arrow.csv.open_csv, file, threads=False)
                schema = batches.schema
            if not (encoding == "utf-8" and any(map(arrow.types.is_binary, schema.types))):
                with arrow.parquet.ParquetWriter(into, schema, use_dictionary=texts_in(schema)) as writer:
                    waiting: list[Any] = []
                    for batch in batches:
                        waiting.append(batch)
                        written += batch.num_rows
                        if sum(one.num_rows for one in waiting) >= rows:
                            writer.write_table(arrow.Table.from_batches(waiting), rows)
                            waiting.clear()
                    if waiting:
                        writer.write_table(arrow.Table.from_batches(waiting), rows)
                return bad, written
    except (arrow.ArrowException, OSError, UnicodeError) as error:
        if encoding != "utf-8" or "UTF8" not in str(error):
            raise _no_table(name, error) from error
    # A letter further down was of another encoding than those of the beginning.
    return _written(name, only, kind, rows, into, OLD_LETTERS)


def no_rows(name: str) -> FileError:
    """The error for a table that has names of columns alone."""
    return FileError(file=name, expected="at least one row below the names", actual="none")


def _no_table(name: str, error: Exception) -> FileError:
    """The error for what Arrow does not read, in words where these are not its own."""
    if "Empty CSV" in str(error):
        return no_rows(name)
    if "straddl" in str(error):
        expected = f"values of at most {bytes_in_words(LONGEST_VALUE)}"
        return FileError(file=name, expected=expected, actual="a longer one", hint="A quotation mark may stand alone.")
    return FileError(file=name, expected="a table of values", actual=shorten(str(error), 200))


def _tell(name: str, bad: list[Any], broken: Broken, rows: int) -> None:
    """Refuse a file for its broken lines, or warn of them. rows: how many were whole."""
    first = bad[0]
    expected, actual = f"{first.expected_columns} values in a line", f"{first.actual_columns}: {shorten(first.text)}"
    if broken == "stop":
        if len(bad) > rows:
            hint, fix = "Most lines are such: leave nothing above the columns' names but these.", None
        else:
            hint, fix = f"{len(bad):,} such lines in all; broken='skip' leaves them out.", {"set": {"broken": "skip"}}
        raise FileError(file=name, line=first.number, expected=expected, actual=actual, hint=hint, fix=fix)
    lines = ", ".join(str(row.number) for row in bad[:_MOST_NAMED])
    more = f" and {len(bad) - _MOST_NAMED:,} more" if len(bad) > _MOST_NAMED else ""
    tell(f"{name}: {len(bad):,} lines without {expected} are left out: {lines}{more}.", stacklevel=5)
