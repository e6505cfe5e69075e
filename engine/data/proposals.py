"""Steps for a table that nobody has written steps for: what makes numbers of moderate size of each column."""

from __future__ import annotations

import numpy as np

from ..types import Array
from .columns import Column, Columns
from .distinct import distinct
from .number_steps import Scale
from .row_steps import Drop
from .step import Step
from .value_steps import DateParts, Fill, OneHot, Ordinal

# More values than these are no categories to spread over columns.
MOST_CATEGORIES = 50
_MOST_CLASSES = 1000


def is_class(column: Column) -> bool:
    """Whether a target is a class rather than an amount: a text, a truth value, or a few whole numbers from 0 or 1.

    Args:
        column: the target.

    Returns:
        Whether it is.
    """
    if column.kind in ("text", "boolean"):
        return True
    values = column.present()
    if column.kind != "number" or not len(values) or (values != np.rint(values)).any():
        return False
    different = np.unique(values)
    few = len(different) <= min(_MOST_CLASSES, max(2, len(values) // 2))
    return bool(few and different[0] in (0, 1) and different[-1] - different[0] + 1 == len(different))


def proposed_steps(columns: Columns, inputs: list[str], target: str | None, rows: Array) -> list[Step]:
    """Steps that make a network's input of these columns.

    Args:
        columns: those of the table.
        inputs: names of the inputs.
        target: name of the target; None where there is none.
        rows: numbers of the training rows.

    Returns:
        Steps for missing values, dates and texts, then for the scale of all numbers.
    """
    steps: list[Step] = []

    def of(kind: str, missing: bool | None = None) -> list[str]:
        named = [columns[name] for name in inputs if columns[name].kind == kind]
        return [column.name for column in named if missing is None or bool(column.missing.any()) == missing]

    def add(step: type[Step], names: list[str], **settings: object) -> None:
        if names:
            steps.append(step(columns=names, **settings))

    if target is not None and columns[target].missing.any():
        add(Drop, [target])
    parts = _parts_of_dates([columns[name] for name in of("date")], rows)
    for chosen in dict.fromkeys(parts.values()):
        add(DateParts, [name for name in parts if parts[name] == chosen], parts=chosen)
    dated = {
        missing: [f"{name} {part}" for name in of("date", missing) for part in parts[name]] for missing in (True, False)
    }
    add(Fill, [*of("number", missing=True), *dated[True]], by="median", marker=True)
    add(Fill, [*of("text", missing=True), *of("boolean", missing=True)], by="most", marker=True)
    texts = {name: len(distinct(columns[name].present(rows))[0]) for name in of("text")}
    add(OneHot, [name for name, count in texts.items() if count <= MOST_CATEGORIES])
    add(Scale, [*of("number"), *dated[True], *dated[False], *of("array")])
    if target is not None:
        if is_class(columns[target]):
            add(Ordinal, [target])
        elif columns[target].kind == "number":
            add(Scale, [target])
    return steps


def _parts_of_dates(columns: list[Column], rows: Array) -> dict[str, tuple[str, ...]]:
    """The parts that each column of dates is spread over."""
    return {column.name: tuple(DateParts.begun([column], rows).get_config()["parts"]) for column in columns}
