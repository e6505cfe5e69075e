"""Values that stand for missing ones: -999 or 9999 among numbers, a zero where none can be, "?" among texts."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from ..types import Array
from .columns import Column
from .distinct import distinct
from .finding import Change, Examined, Finding, inputs_of, is_taken_by
from .value_steps import Fill, Missing
from .written import as_numbers

TEXTS = frozenset(
    ("?", "-", "--", ".", "", "na", "n/a", "n.a.", "#n/a", "<na>", "nan", "null", "missing", "not available", "\\n")
)
"""Texts, in small letters, that people and programs write where there is no value."""
_NINES = re.compile(r"-?(?:9{2,}(?:\.9+)?|9\.9+)")
_LEAST = 20
# Where nearly all values are a mark, few others are left to compare it with.
_LEAST_OTHERS = 5
# Fewer different values than these are codes of a form or steps of a scale: a lone one below them may mean something.
_MOST_CODES = 10
_MOST_IN_SAMPLE = 1000
_LEAST_REPEATED = 3
# As many times the range of all other values away, and always the same: that is no outlier.
_FAR = 3
# Zero is a value like others where it is frequent: nothing was bought, no rain fell.
_MOST_ZEROS = 0.1
_FAR_FROM_ZERO = 1.25


def placeholders(data: Examined) -> Iterator[Finding]:
    """Inputs with values that look like marks for missing ones.

    Args:
        data: the data set.

    Returns:
        An iterator over the findings.
    """
    for column in inputs_of(data):
        if column.kind not in ("number", "text") or is_taken_by(data, column, Missing):
            continue
        marks = placeholders_of(column)
        if not marks:
            continue
        step = Missing(columns=[column.name], values=marks)
        after = step.apply_column(column, None)
        count = int((after.missing & ~column.missing).sum())
        shown = " or ".join(repr(mark) if column.kind == "text" else mark for mark in marks)
        says = f"Column {column.name!r} is {shown} in {count:,} of {len(column):,} rows"
        if column.kind == "number":
            others = after.present()
            says += f", far from its other values ({others.min():g} … {others.max():g})"
        by = "median" if column.kind == "number" else "most"
        fill = [] if data.has_proposed_steps else [Fill(columns=[column.name], by=by, marker=True)]
        yield Finding(
            "placeholder values",
            f"{says}: it seems to stand for a missing value.",
            (column.name,),
            "Count it as missing",
            Change(first=(step, *fill)),
        )


def placeholders_of(column: Column) -> list[str]:
    """The values of a column that look like marks for missing ones.

    Args:
        column: numbers or texts.

    Returns:
        These values as texts; none where there are fewer than 20 values.

    Example:
        >>> from engine.data import columns_of
        >>> placeholders_of(columns_of({"ph": [7.1, 6.8, 7.3, -999.0] * 9})["ph"])
        ['-999']
    """
    values = column.present()
    if len(values) < _LEAST:
        return []
    return _of_texts(column, values) if column.kind == "text" else _of_numbers(values)


def _of_texts(column: Column, values: Array) -> list[str]:
    names = [str(name) for name in distinct(values)[0]]
    marks = [name for name in names if name.strip().lower() in TEXTS]
    others = [name for name in names if name not in marks]
    if all(len(name) == 2 and name.isupper() for name in others):
        marks = [name for name in marks if name != "NA"]  # Namibia among countries
    # Among numbers and dates they are said with these.
    return [] if not marks or not others or as_numbers(column) is not None else marks


def _of_numbers(values: Array) -> list[str]:
    """The lowest and the highest number, where one stands out as a mark does; the lowest again without the highest."""
    values = values[np.isfinite(values)].astype(np.float64)
    marks: list[str] = []
    for edge in (np.min, np.max, np.min):
        if not len(values):
            break
        mark = float(edge(values))
        others = values[values != mark]
        if len(others) >= _LEAST_OTHERS and _stands_out(mark, len(values) - len(others), others):
            marks.append(as_text(mark))
            values = others
    return sorted(marks, key=float)


def as_text(value: float) -> str:
    """A number as a person would write it.

    Args:
        value: the number.

    Returns:
        It without a decimal point where it is whole.
    """
    return str(int(value)) if value == int(value) else repr(value)


def _stands_out(mark: float, count: int, others: Array) -> bool:
    """Whether the lowest or highest number of a column is no amount among the others."""
    is_nines = _NINES.fullmatch(as_text(mark)) is not None
    if not (is_nines or mark == int(mark)):
        return False
    low, high = float(others.min()), float(others.max())
    gap, spread = max(low - mark, mark - high), high - low
    if gap > _FAR * spread and count >= _LEAST_REPEATED and _are_many(others):
        return True
    if is_nines and spread > 0 and gap > (spread / 2 if mark < 0 else spread):
        return True
    if mark == 0:
        share = count / (count + len(others))
        return low > _FAR_FROM_ZERO * float(others.std()) and count > 1 and share <= _MOST_ZEROS and _are_many(others)
    return mark < 0 <= low and count >= _LEAST_REPEATED and _are_many(others) and _is_frequent(count, others)


def _are_many(others: Array) -> bool:
    return len(np.unique(others[:: max(1, len(others) // _MOST_IN_SAMPLE)])) > _MOST_CODES


def _is_frequent(count: int, others: Array) -> bool:
    """Whether a number comes clearly more often than others of the column do."""
    counts = np.unique(others, return_counts=True)[1]
    return count >= _LEAST_REPEATED * float(np.median(counts))
