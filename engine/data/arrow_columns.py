"""Columns of Arrow's tables by the short way: numbers, texts, dates and truth values as arrays, without an object for each row."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np

from .columns import DATES, Column, Columns, column_of, columns_of

# Arrow's names of what NumPy has alike.
_NUMBERS = ("float", "double", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32")
_TEXTS = ("string", "large_string")
_DATES = ("date32[day]", "timestamp[s]", "timestamp[ms]", "timestamp[us]", "timestamp[ns]")


def columns_of_arrow(table: Any, only: Collection[str] | None = None) -> Columns:
    """The columns of a table of Arrow's, as `columns_of` gives them.

    Args:
        table: the table.
        only: names of the columns to read; None (the default): all.

    Returns:
        They by name, in the table's order; numbers may share the table's memory.

    Raises:
        DataError: two columns have one name, or none can be read.
    """
    titles: list[str] = table.column_names
    if len(set(titles)) < len(titles):
        return columns_of(table, only, copy=False)
    plain: Columns = {}
    for name, column in zip(titles, table.columns, strict=True):
        if (only is None or name in only) and (made := plain_column(name, column)) is not None:
            plain[name] = made
    others = [name for name in titles if name not in plain]
    if not others or (only is not None and plain.keys() >= set(only)):
        return plain
    # Beside a column that can be read, those that cannot be are left out.
    company = next(iter(plain), None)
    wanted = None if only is None else [name for name in only if name not in plain]
    if wanted is not None or company is None:
        rest = columns_of(table.select(others), wanted, copy=False)
    else:
        rest = columns_of(table.select([*others, company]), copy=False)
    made_of = {title: [name for name in rest if name == title or name.startswith(f"{title}.")] for title in others}
    in_order = [name for title in titles for name in made_of.get(title, [title])]
    return {
        name: plain[name] if name in plain else rest[name]
        for name in dict.fromkeys(in_order)
        if name in plain or name in rest
    }


def plain_column(name: str, column: Any) -> Column | None:
    """A column of numbers, texts, dates or truth values.

    Args:
        name: of the column.
        column: Arrow's chunks of it.

    Returns:
        What `columns_of` gives for it; None for any other column, and for one without a value that is not of numbers.

    Example:
        >>> import pyarrow
        >>> made = plain_column("town", pyarrow.chunked_array([["Bonn", None], ["Ulm"]]))
        >>> made.values.tolist(), made.missing.tolist()
        (['Bonn', '', 'Ulm'], [False, True, False])
    """
    kind, missing = str(column.type), column.null_count
    if kind in _NUMBERS:
        return column_of(name, column.to_numpy(), copy=False)
    if missing == len(column):
        return None
    if kind in _TEXTS:
        return _texts(name, column)
    if kind in _DATES:
        return column_of(name, column.to_numpy().astype(DATES))
    if kind == "bool":
        absent = column.is_null().to_numpy()
        return Column(name, "boolean", column.fill_null(False).to_numpy(), absent)
    return None


def _texts(name: str, column: Any) -> Column:
    """Texts: one object for all rows of the same text."""
    numbered = column.dictionary_encode().combine_chunks()
    chunks = getattr(numbered, "chunks", [numbered])
    parts: list[Any] = []
    for chunk in chunks:
        listed = chunk.dictionary.to_pylist()
        texts = np.empty(len(listed) + 1, object)
        texts[:] = [*listed, ""]
        parts.append(texts[chunk.indices.fill_null(len(listed)).to_numpy(zero_copy_only=False)])
    return Column(name, "text", np.concatenate(parts), column.is_null().to_numpy())
