"""Rows of a second table that are measured after each epoch: behind those of the first, as columns of the same kinds."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from ..errors import DataError, UnknownName
from .columns import Column, Columns
from .preparation import of_kind
from .split import Split

FROM_SECOND = "validation/"
"""What stands before the names of arrays of a second file of arrays, beside those of the first."""


def needed_columns(
    columns: Collection[str], inputs: Sequence[str] | None, target: str | None, others: Collection[str | None] = ()
) -> list[str]:
    """Names of the columns that a second table has to have.

    Args:
        columns: names of all columns of the first.
        inputs: names of the input columns; None: all are.
        target: name of the target column; None: there is none.
        others: names of other columns that count, such as one that the steps are about; None among them is passed over.

    Returns:
        Those of the first table that are used.
    """
    if inputs is None:
        return list(columns)
    return [name for name in columns if name in (*inputs, target, *others)]


def with_rows_of(columns: Columns, second: Columns, needed: Collection[str], where: str) -> Columns:
    """A table with the rows of a second one behind its own.

    Args:
        columns: the first table.
        second: the second one; columns that the first lacks are passed over.
        needed: names of the columns that it has to have; others that it lacks are left out of both.
        where: how a message names the second table.

    Returns:
        Columns of the first table's kinds.

    Raises:
        UnknownName: the second table lacks a column.
        DataError: a column of it holds something else than in the first.

    Example:
        >>> from engine.data import columns_of
        >>> made = with_rows_of(columns_of({"x": [1, 2]}), columns_of({"x": [3], "more": [0]}), ["x"], "validation.csv")
        >>> made["x"].values.tolist()
        [1, 2, 3]
    """
    for name in needed:
        if name not in second:
            raise UnknownName(name, second, kind="column", where=where, of_model=True)
    return {name: _behind(column, second[name], where) for name, column in columns.items() if name in second}


def _behind(first: Column, second: Column, where: str) -> Column:
    # A column without a value in the first table says nothing of what it would hold.
    kind = second.kind if first.missing.all() else first.kind
    parts = [of_kind(first, kind), of_kind(second, kind, where)]
    shapes = [part.values.shape[1:] for part in parts]
    if shapes[0] != shapes[1]:
        raise DataError(
            where=f"{where}, column {first.name!r}",
            expected=f"arrays of shape {shapes[0]}, as in the other table",
            actual=f"arrays of shape {shapes[1]}",
        )
    values, missing = (np.concatenate([getattr(part, name) for part in parts]) for name in ("values", "missing"))
    return Column(first.name, kind, values, missing, first.mixed + second.mixed)


def without_share(split: Split) -> Split:
    """The split of a table whose validation rows are those of a second table.

    Args:
        split: how the rows of the first are divided.

    Returns:
        The same without a share for validation.

    Raises:
        DataError: it divides them into folds, each of which would be for validation.
    """
    if split.folds is not None:
        raise DataError(
            where="split, folds",
            expected="no folds where the validation rows are those of a second table",
            actual=str(split.folds),
            hint="Leave out the one or the other.",
        )
    return Split.from_config({**split.get_config(), "validation": 0.0})
