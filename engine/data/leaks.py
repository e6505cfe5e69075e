"""Inputs that are the target in other words, by themselves or two together: with them nothing else would be learned."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from ..types import Array
from .columns import Column
from .distinct import distinct
from .finding import Change, Examined, Finding, inputs_of

# Of fewer rows a good column may tell the classes apart by chance.
_LEAST_TO_DIVIDE = 100
_LEAST_TO_TELL = 20
# Values of a column for each class: fewer may be the levels that the classes are made of.
_LEAST_TO_RANGE = 5
_FEW_OF_A_CLASS = 5
_MOST_IN_SAMPLE = 1000
# Two columns make up the target where a few rows say so first; of more columns not every pair is tried.
_ROWS_TO_PROBE = 50
_MOST_COLUMNS_TO_PAIR = 200
_MADE_OF_TWO: dict[str, Callable[[Array, Array], Array]] = {
    "Columns {!r} and {!r} add up to": np.add,
    "Column {!r} less {!r} is": np.subtract,
    "Column {!r} times {!r} is": np.multiply,
    "Column {!r} divided by {!r} is": lambda first, second: np.divide(
        first, second, out=np.full(len(first), np.nan), where=second != 0
    ),
}
_EITHER_WAY = (np.add, np.multiply)


def leaks(data: Examined) -> Iterator[Finding]:
    """Inputs that are the target in other words. With one input, or two, that may be the very thing to be learned.

    Args:
        data: the data set.

    Returns:
        An iterator over the findings.
    """
    if data.target is None or len(data.inputs) < 2:
        return
    target, rows = data.columns[data.target], data.parts.train
    # Texts are compared by their numbers: of a thousand columns each is.
    wanted = target.values if target.kind in ("number", "array") else distinct(target.values)[1]
    others: list[Column] = []
    for column in inputs_of(data):
        there = rows[~(column.missing[rows] | target.missing[rows])]
        past_only = any(step.takes_past and column.name in step.columns for step in data.steps)
        if len(there) < _LEAST_TO_TELL or past_only or "array" in (column.kind, target.kind):
            continue
        a, b = column.values[there], wanted[there]
        if column.kind == target.kind and (a == target.values[there]).all():
            says = "is"
        else:
            says = _same(a, b, column.kind == target.kind == "number")
        if says is None and data.is_classes and column.kind == "number" and _divides(a, b):
            says = "tells by its size alone the classes of"
        if says is not None:
            sentence = f"Column {column.name!r} {says} the target {data.target!r}: nothing else would be learned."
            yield Finding(
                "target among inputs", sentence, (column.name,), "Leave it out", Change(without=(column.name,))
            )
        elif column.kind == "number":
            others.append(column)
    if (
        target.kind == "number"
        and not data.is_classes
        and 2 <= len(others) <= _MOST_COLUMNS_TO_PAIR
        and len(data.inputs) > 2
    ):
        yield from _made_of_two(others, target, rows)


def _made_of_two(columns: Sequence[Column], target: Column, rows: Array) -> Iterator[Finding]:
    """Two columns that make up the target: parts of a sum, what is taken away, a price and how many."""
    rows = rows[~target.missing[rows]]
    few = rows[:: max(1, len(rows) // _ROWS_TO_PROBE)]
    probed = {column.name: _with_gaps(column, few) for column in columns}
    wanted, within = _with_gaps(target, few), _rounding(_with_gaps(target, rows))
    if within is None:
        return
    for first, second in itertools.permutations(columns, 2):
        for words, made in _MADE_OF_TWO.items():
            if first.name > second.name and made in _EITHER_WAY:
                continue
            if not _is_near(made(probed[first.name], probed[second.name]), wanted, within):
                continue
            if _is_near(made(_with_gaps(first, rows), _with_gaps(second, rows)), _with_gaps(target, rows), within):
                names = (first.name, second.name)
                sentence = f"{words.format(*names)} the target {target.name!r}: nothing else would be learned."
                yield Finding("target among inputs", sentence, names, "Leave them out", Change(without=names))
                return


def _with_gaps(column: Column, rows: Array) -> Array:
    """Numbers of some rows, NaN where there is none."""
    return np.where(column.missing[rows], np.nan, column.values[rows].astype(np.float64))


def _rounding(values: Array) -> float | None:
    """How far a computed amount may be from a written one that was rounded; None where amounts hardly differ by more."""
    decimals = next((places for places in range(5) if (np.round(values, places) == values).all()), None)
    within = 1e-6 * float(np.abs(values).max(initial=0)) if decimals is None else 0.5001 * 10.0**-decimals
    return within if float(values.std()) > 20 * within else None


def _is_near(made: Array, wanted: Array, within: float) -> bool:
    """Whether amounts are the wanted ones in each row that has all of them, and there are enough of these."""
    known = np.isfinite(made)
    return bool(known.sum() >= _LEAST_TO_TELL and (np.abs(made[known] - wanted[known]) <= within).all())


def _same(a: np.ndarray, b: np.ndarray, numbers: bool) -> str | None:
    if numbers:
        a, b = a.astype(np.float64), b.astype(np.float64)
        if not (np.isfinite(a).all() and np.isfinite(b).all() and a.std() and b.std()):
            return None
        if abs(np.corrcoef(a, b)[0, 1]) > 1 - 1e-10:
            return "is a multiple of"
        return "is another form of" if _goes_along(a, b) else None
    names, second = distinct(b)
    if not 1 < len(names) <= len(a) // 4:
        return None
    # Most columns have more values than there are classes, as a few rows tell.
    if len({*a[:_ROWS_TO_PROBE].tolist()}) > len(names):
        return None
    others, first = distinct(a)
    pairs = len(np.unique(first * len(names) + second))
    return "names the same classes as" if len(names) == pairs == len(others) else None


def _divides(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether each class has a range of its own in a column of many values, with no room for chance."""
    names, places = distinct(b)
    if len(a) < _LEAST_TO_DIVIDE or len(names) < 2 or len(np.unique(a)) < _LEAST_TO_RANGE * len(names):
        return False
    if np.bincount(places).min() < _FEW_OF_A_CLASS:
        return False
    # Equal values are in the order of the classes: one that two classes share is a change too many.
    sorted_classes = places[np.lexsort((-places, a))]
    if int((np.diff(sorted_classes) != 0).sum()) != len(names) - 1:
        return False
    sorted_classes = places[np.lexsort((places, a))]
    return int((np.diff(sorted_classes) != 0).sum()) == len(names) - 1


def _goes_along(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether a target with many values always rises, or always falls, with a column of many, as its logarithm does."""
    few = slice(None, None, max(1, len(a) // _MOST_IN_SAMPLE))
    for x, y in ((a[few], b[few]), (a, b)):
        # Equal values are in the order of the target: rounding is no noise.
        sorted_up, sorted_down = y[np.lexsort((y, x))], y[np.lexsort((-y, x))]
        if not ((np.diff(sorted_up) >= 0).all() or (np.diff(sorted_down) <= 0).all()):
            return False
    different = [len(np.unique(a)), len(np.unique(b))]
    # Of few values each goes with one of the other column.
    return min(different) > len(a) // 2 or (
        min(different) >= _LEAST_TO_TELL and different[0] == different[1] == len(np.unique(a + 1j * b))
    )
