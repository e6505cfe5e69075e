"""A table at one look, as the page draws it: each column's values, what they tell of the target, a few rows."""

from __future__ import annotations

import numpy as np

from engine.data import Column, ColumnProfile, Columns, Profile
from engine.types import Array

from ..messages import ColumnLook, TableLook
from .array_facts import shown_mean
from .table_edits import MOST_SAMPLES, shown_column

# Of sentences more is shown than of values in a preview.
_MOST_LETTERS = 160


def look_of(profile: Profile, columns: Columns, numbers: Array) -> TableLook:
    """What the page shows of a profile. columns: those that the sample rows are taken from. numbers: of their rows in the table."""
    count = len(next(iter(columns.values())))
    rows = np.unique(np.linspace(0, count - 1, min(count, MOST_SAMPLES)).astype(np.int64))
    looks = [
        _column(profile.columns[name], column, rows) for name, column in columns.items() if name in profile.columns
    ]
    return {
        "rows": profile.rows,
        "looked_at": profile.looked_at,
        "settled": profile.whole,
        "about": False,
        "sample": numbers[rows].tolist(),
        "columns": looks,
        "correlations": [{"first": one.first, "second": one.second, "r": one.r} for one in profile.correlations],
    }


def _column(known: ColumnProfile, column: Column, rows: np.ndarray) -> ColumnLook:
    return {
        "name": known.name,
        "missing": known.missing,
        "infinite": known.infinite,
        "low": _text(known.low),
        "high": _text(known.high),
        "mean": _mean(known),
        "histogram": None if known.histogram is None else list(known.histogram),
        "most": [{"name": name, "count": count} for name, count in known.most],
        "different": known.different,
        "tells": known.tells,
        "means": None if known.means is None else list(known.means),
        "values": shown_column(column, rows, _MOST_LETTERS)["values"],
    }


def _mean(known: ColumnProfile) -> float | None:
    if known.mean is None or not isinstance(known.low, float) or not isinstance(known.high, float):
        return known.mean
    return shown_mean(known.mean, known.low, known.high)


def _text(end: float | str | None) -> str | None:
    return end if end is None or isinstance(end, str) else f"{end:.6g}"
