"""Rows of one person, machine or session that are trained on and measured: the score tells how well known ones are told."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from ..types import Array
from .columns import Column
from .distinct import distinct
from .finding import Change, Examined, Finding

_WHO = (
    "patient|subject|participant|person|user|customer|client|member|student|pupil|employee|speaker|author|household|family|"
    "session|device|machine|engine|unit|vehicle|store|hospital|animal|sample|video|song|artist"
)
# "patient", "Patient_ID", "subjectNo", "user id", "unit_nr"; "id" alone counts rows where it is not repeated.
_NAME = re.compile(rf"(?:{_WHO})s?[ _.-]?(?:id|no|nr|num|number|code|key|name)?|id", re.IGNORECASE)
_LEAST_GROUPS = 10
_LEAST_ROWS, _MOST_ROWS = 2, 100


def groups_in_two_parts(data: Examined) -> Iterator[Finding]:
    """Columns that name who or what a row is of, where rows of one stand in two parts.

    Args:
        data: the data set.

    Returns:
        An iterator over the findings, the first such column only.
    """
    if data.split.by in ("group", "order", "time"):
        return
    for column in data.columns.values():
        if column.name == data.target or column.kind not in ("text", "number") or not _NAME.fullmatch(column.name):
            continue
        groups = _groups(column)
        if groups is None:
            continue
        trained = np.zeros(int(groups.max()) + 1, bool)
        trained[groups[data.parts.train]] = True
        for part, rows in (("validation", data.parts.validation), ("test", data.parts.test)):
            known = int(trained[groups[rows]].sum())
            if known:
                says = (
                    f"{known:,} of {len(rows):,} rows of the {part} part have a {column.name!r} that is also in the training "
                    "part: its score says how well known ones are told, not new ones."
                )
                change = Change(
                    without=tuple(name for name in (column.name,) if name in data.inputs),
                    split={"by": "group", "column": column.name},
                )
                yield Finding("group in two parts", says, (column.name,), "Divide by groups of it", change)
                return


def _groups(column: Column) -> Array | None:
    """The group of each row; None where values are too few to be groups, or come too rarely or too often."""
    values = column.values
    if column.missing.any() or (column.kind == "number" and values.dtype.kind != "i"):
        return None
    names, places = distinct(values)
    rows = len(values) / max(1, len(names))
    return places if len(names) >= _LEAST_GROUPS and _LEAST_ROWS <= rows <= _MOST_ROWS else None
