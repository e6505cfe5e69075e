"""Which column of a table people want to foretell, as far as it shows."""

from __future__ import annotations

from engine.data import Column, Columns


def likely_target(columns: Columns, least: int = 2) -> str | None:
    """The last column that holds numbers or classes; the last one where none does, None of fewer columns than `least`."""
    if len(columns) < least:
        return None
    likely = [name for name, column in columns.items() if _may_be_learned(column)]
    return likely[-1] if likely else list(columns)[-1]


def _may_be_learned(column: Column) -> bool:
    values = column.present()
    if not len(values) or column.kind in ("date", "array"):
        return False
    return column.kind != "text" or len(set(values.tolist())) <= max(len(values) // 2, 2)
