"""Large CSV files written once more as Parquet, in groups of rows that are read by themselves; several threads read the text."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import numpy as np

from ..types import Array
from .csv_numbers import CsvPiece, CsvReading
from .csv_pieces import CsvPieces, NotPlainFile

# Smaller files are written as fast without threads.
_SMALL = 8 * 2**20
# Pieces are small, so that those that wait take little memory.
_PIECE = 2 * 2**20
_MOST_EXACT = 2**53


def texts_in(schema: Any) -> list[str]:
    """Names of the columns of texts: a dictionary of numbers would take longer to write than they do, and more room.

    Args:
        schema: of Arrow.

    Returns:
        The names.
    """
    return [field.name for field in schema if str(field.type) in ("string", "large_string")]


def write_in_pieces(
    name: str, reading: CsvReading, arrow: Any, rows: int, into: str, small: int = _SMALL, piece: int = _PIECE
) -> int | None:
    """Write a CSV file as Parquet.

    Args:
        name: path of the file.
        reading: how it is read.
        arrow: the package.
        rows: of a group.
        into: path of the new file.
        small: smaller files are left to Arrow, in bytes.
        piece: how many bytes are read at a time.

    Returns:
        How many rows were written; None where Arrow is to read the file as a whole.

    Raises:
        OSError: it cannot be read, or the other not be written.
    """
    if os.path.getsize(name) < small:
        return None
    for floats in (False, True):
        try:
            pieces = CsvPieces(name, reading, arrow, piece, floats)
            schema = arrow.schema(list(pieces.types.items()))
            written = 0
            with arrow.parquet.ParquetWriter(into, schema, use_dictionary=texts_in(schema)) as writer:
                for table in _in_groups((_table(made, schema, arrow) for _, made in pieces), rows, arrow):
                    writer.write_table(table, rows)
                    written += table.num_rows
            return None if reading.bad else written
        except _Fraction:
            continue
        except (NotPlainFile, arrow.ArrowException):
            return None
    return None


class _Fraction(Exception):
    """A number with a fraction in a column that began with whole ones."""


def _in_groups(tables: Iterator[Any], rows: int, arrow: Any) -> Iterator[Any]:
    """The same rows in tables of whole groups, but for the last."""
    rest: Any = None
    for table in tables:
        rest = table if rest is None else arrow.concat_tables([rest, table])
        whole = rest.num_rows // rows * rows
        if whole:
            yield rest.slice(0, whole)
            rest = rest.slice(whole)
    if rest is not None and rest.num_rows:
        yield rest


def _table(piece: CsvPiece, schema: Any, arrow: Any) -> Any:
    """A piece as a table of Arrow's."""
    columns = [
        arrow.chunked_array(piece.others[field.name], field.type)
        if field.name in piece.others
        else arrow.chunked_array([_numbers(piece.numbers[field.name], field.type, arrow)])
        for field in schema
    ]
    return arrow.table(columns, schema=schema)


def _numbers(values: Array, kind: Any, arrow: Any) -> Any:
    """Numbers as Arrow has them; whole ones with gaps came as float64."""
    if kind != arrow.int64() or values.dtype == np.int64:
        return arrow.array(values, kind)
    absent = np.isnan(values)
    there = values[~absent]
    if (np.abs(there) >= _MOST_EXACT).any() or (there != np.rint(there)).any():
        raise _Fraction
    return arrow.array(np.where(absent, 0, values).astype(np.int64), kind, mask=absent)
