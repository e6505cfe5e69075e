"""What the texts of a column may hold: dates, numbers."""

from __future__ import annotations

import datetime

import numpy as np

from .columns import Column
from .distinct import distinct
from .number_steps import Numbers

_DATES = ("%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y", "%Y/%m/%d", "%d-%m-%Y", "%Y%m%d", "%m/%d/%y", "%d/%m/%y", "%d.%m.%y")
_NAMED_MONTHS = (
    "%d-%b-%y",
    "%d-%b-%Y",
    "%d %b %Y",
    "%d %B %Y",
    "%b %d %Y",
    "%b %d, %Y",
    "%B %d, %Y",
    "%b-%d-%Y",
    "%b %Y",
    "%B %Y",
)
_TIMES = ("%d.%m.%Y %H:%M", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M", "%Y/%m/%d %H:%M")
_DATE_FORMATS = (None, "%Y-%m", *_DATES, *_NAMED_MONTHS, *_TIMES, *(f"{one}:%S" for one in _TIMES))
# Texts that are tried with each format, and those that one is held to that some of these have.
_MOST_PROBED = 20
_MOST_LOOKED_AT = 1000


def dates_in(column: Column) -> tuple[str | None] | None:
    """The format of a text column that holds dates, in a tuple; None where it holds none."""
    values = column.present()[:_MOST_LOOKED_AT]
    if not len(values) or not any(character.isdigit() for character in values[0]) or numbers_in(column) is not None:
        return None
    for written in _DATE_FORMATS:
        if not any(_is_date(text, written) for text in values[:_MOST_PROBED]):
            continue
        if sum(_is_date(text, written) for text in values) >= 0.95 * len(values):
            return (written,)
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


def numbers_in(column: Column) -> tuple[str, int] | None:
    """What is no number of a text column that holds numbers, and how many such values; None where it holds none."""
    if column.kind != "text" or not len(column.present()):
        return None
    # Whether it does is told by its different values: there may be a million rows of a few towns.
    names, places = distinct(column.values)
    read = Numbers(columns=[column.name]).apply_column(_texts(column.name, names), None)
    read = read.take(places)
    bad = read.missing & ~column.missing
    if bad.sum() > 0.2 * len(column.present()):
        return None
    return (str(column.values[bad][0]) if bad.any() else "", int(bad.sum()))


def _texts(name: str, values: np.ndarray) -> Column:
    return Column(name, "text", values, np.zeros(len(values), bool))
