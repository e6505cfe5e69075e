"""How dates and numbers are written in columns of texts: told from the texts, as the step that reads them."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..types import Array
from .columns import Column
from .distinct import distinct
from .number_steps import MULTIPLES, Numbers
from .value_steps import Dates

_MOST_IN_SAMPLE = 1000
_MOST_PROBED = 20
_LEAST_WITH_UNIT = 0.3
_DAYS = ("%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y", "%Y/%m/%d", "%d-%m-%Y", "%Y%m%d", "%m/%d/%y", "%d/%m/%y", "%d.%m.%y")
_NAMED_MONTHS = (
    "%d-%b-%y",
    "%d-%b-%Y",
    "%d %b %Y",
    "%d %B %Y",
    "%d. %b %Y",
    "%d. %B %Y",
    "%b %d %Y",
    "%b %d, %Y",
    "%B %d, %Y",
    "%b-%d-%Y",
    *(f"{month}{mark}%Y" for month in ("%b", "%B") for mark in (" ", "-", ", ", "/")),
    "%b-%y",
    "%Y-%b",
)
_WEEKDAYS = tuple(
    f"{day}{one}" for day in ("%a, ", "%A, ", "%a ", "%A ") for one in ("%d %b %Y", "%d %B %Y", "%B %d, %Y")
)
_TIMES = (
    "%d.%m.%Y %H:%M", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M", "%Y/%m/%d %H:%M", "%d-%m-%Y %H:%M", "%d %b %Y %H:%M",
    "%d-%b-%Y %H:%M", "%d. %B %Y %H:%M", "%b %d, %Y %H:%M", "%B %d, %Y %H:%M",
)  # fmt: skip
_CLOCKS = ("%H:%M", "%H:%M:%S", "%H:%M:%S.%f", "%H.%M", "%H.%M.%S", "%I:%M %p", "%I:%M:%S %p")
_HALF_DAYS = ("%m/%d/%Y %I:%M %p", "%m/%d/%Y %I:%M:%S %p")
_OF_MACHINES = ("%a, %d %b %Y %H:%M:%S %z", "%a, %d %b %Y %H:%M:%S GMT", "%d/%b/%Y:%H:%M:%S %z", "%a %b %d %H:%M:%S %Y")
_FORMATS = (
    None, "%Y-%m", "%m/%Y", "%m-%Y", "%Y/%m", *_DAYS, *_NAMED_MONTHS, *_TIMES, *(f"{one}:%S" for one in _TIMES), *_WEEKDAYS,
    *_HALF_DAYS, *_OF_MACHINES, *_CLOCKS,
)  # fmt: skip

# A unit stands before a number only where it is money, so that "Q1" and "v2" stay names.
_MONEY = r"[$€£¥₹]|(?:USD|EUR|GBP|CHF|JPY|CAD|AUD|US\$)(?=[\s\d.,+-])"
_NUMBER = re.compile(
    rf"\s*\(?(?P<sign>[+-]?)\s*(?P<before>{_MONEY})?\s*(?P<number>[+-]?[\d.,][\d.,'\u00a0\u202f ]*(?:[eE][+-]?\d+)?)\s*"
    r"(?P<after>[^\d\s)][^\d)]{0,11})?\)?\s*"
)
# What stands between thousands, and the decimal mark, the usual ones first.
_MARKS = ((",", "."), (".", ","), (" ", ","), ("'", "."), (" ", "."))


class ReadAsNumbers(NamedTuple):
    """How a column's texts are read as numbers.

    Args:
        step: what reads them.
        example: a text that is no number; "" where all are.
        others: how many are none.
    """

    step: Numbers
    example: str
    others: int


def as_numbers(column: Column) -> ReadAsNumbers | None:
    """How the texts of a column are read as numbers.

    Args:
        column: the column.

    Returns:
        The step and what it does not read; None where fewer than four of five are numbers, or they are codes ("01067").

    Example:
        >>> from engine.data.columns import column_of
        >>> as_numbers(column_of("rent", ["1.250,5 €", "980 €"])).step.unit
        '€'
    """
    if column.kind != "text" or not len(column.present()):
        return None
    # Whether it does is told by its different values: there may be a million rows of a few towns.
    names, places = distinct(column.values)
    some = names[:: max(1, len(names) // _MOST_IN_SAMPLE)].tolist()
    if any(re.fullmatch(r"0\d+", text.strip()) for text in some):
        return None
    step = _likely(column.name, some)
    read = step.apply_column(Column(column.name, "text", names, np.zeros(len(names), bool)), None).take(places)
    bad: Array = read.missing & ~column.missing
    if bad.sum() > 0.2 * len(column.present()):
        return None
    return ReadAsNumbers(step, str(column.values[bad][0]) if bad.any() else "", int(bad.sum()))


def _likely(name: str, texts: Sequence[str]) -> Numbers:
    """The step that reads most of some texts."""
    matches = [match for text in texts if (match := _NUMBER.fullmatch(text)) is not None]
    behind = {after for match in matches if (after := (match["after"] or "").strip().lower())}
    # One letter for all of them is a unit, such as metres.
    multiples = behind <= MULTIPLES.keys() and (
        len(behind) > 1 or any(match["before"] for match in matches if match["after"])
    )
    units = Counter((match["before"] or ("" if multiples else match["after"]) or "").strip() for match in matches)
    # What only a few numbers have behind them ("5more") is no unit.
    unit = next((one for one, count in units.most_common() if one and count > _LEAST_WITH_UNIT * len(matches)), None)
    plain = [match["number"].strip().replace("\u00a0", " ").replace("\u202f", " ") for match in matches]
    marks = max(_MARKS, key=lambda one: sum(_is_written(text, *one) for text in plain))
    settings = {} if unit is None else {"unit": unit}
    return Numbers(columns=[name], thousands=marks[0], decimal=marks[1], multiples=multiples, **settings)


def _is_written(text: str, thousands: str, decimal: str) -> bool:
    """Whether a number is written with these marks, three figures between those of thousands."""
    between, mark = re.escape(thousands), re.escape(decimal)
    form = rf"[+-]?(?:\d{{1,3}}(?:{between}\d{{3}})+|\d*)(?:{mark}\d*)?(?:[eE][+-]?\d+)?"
    return re.fullmatch(form, text) is not None


def as_dates(column: Column) -> Dates | None:
    """How the texts of a column are read as dates.

    Args:
        column: the column, of texts.

    Returns:
        The step; None where fewer than 95 of 100 are dates in one of the usual forms, or where they are numbers.

    Example:
        >>> from engine.data.columns import column_of
        >>> as_dates(column_of("seen", ["3. March 2024", "12. May 2024"])).format
        '%d. %B %Y'
    """
    values = column.present()[:_MOST_IN_SAMPLE]
    has_figures = any(character.isdigit() for text in values[:_MOST_PROBED] for character in text)
    if not has_figures or as_numbers(column) is not None:
        return None
    for written in _FORMATS:
        if not any(_is_date(text, written) for text in values[:_MOST_PROBED]):
            continue
        if sum(_is_date(text, written) for text in values) >= 0.95 * len(values):
            return Dates(columns=[column.name], format=written)
    return None


def _is_date(text: str, written: str | None) -> bool:
    try:
        if written is None:
            datetime.datetime.fromisoformat(text.strip())
        else:
            datetime.datetime.strptime(text.strip(), written)
    except ValueError:
        return False
    return True
