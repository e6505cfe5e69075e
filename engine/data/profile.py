"""A table at one look: how the values of each column lie, what it tells of the target, and which columns go together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, TypeVar

import numpy as np

from .._machine.device import threads
from .._native.columns import grouped, products
from ..types import Array
from .columns import Column, ColumnKind, Columns
from .distinct import TEXTS_AT_A_TIME
from .proposals import is_class

BINS = 24
MOST_VALUES = 6
MOST_DIFFERENT = 100_000
_ROWS_AT_A_TIME = 8192
_MOST_CLASSES = 20
_MOST_CODES = 50
_MOST_CORRELATED = 300
_LEAST_CORRELATION = 0.3
_MOST_PAIRS = 50
_QUANTILES_OF = 10_000
_MANY_VALUES = 2_000_000

T = TypeVar("T")


@dataclass(frozen=True)
class ColumnProfile:
    """How the values of a column lie.

    Args:
        name: its name.
        kind: what it holds.
        missing: in how many rows there is no value.
        infinite: how many numbers are infinite; the other figures leave them out.
        low: the least number, or the first date in ISO 8601; None where there is none.
        high: the greatest, or the last one.
        mean: of the numbers; None where there are none.
        histogram: how many values lie in each of 24 equal steps from low to high; None for texts, and where all are equal.
        most: the most frequent texts or truth values with their counts, at most six.
        different: how many different texts there are; None for numbers, and beyond 100 000.
        tells: the share of the target's variance that is explained by the step (of 24 between the 1st and the 99th percentile)
            or the value of this column, from 0 to 1, corrected for the number of steps (epsilon squared; of classes Goodman and
            Kruskal's tau, corrected alike); None for the target itself, and where there is none.
        means: the target's mean in each step of the histogram, of two classes the share of the second; None where a step is
            empty, and as a whole for other targets.
    """

    name: str
    kind: ColumnKind
    missing: int
    infinite: int = 0
    low: float | str | None = None
    high: float | str | None = None
    mean: float | None = None
    histogram: tuple[int, ...] | None = None
    most: tuple[tuple[str, int], ...] = ()
    different: int | None = None
    tells: float | None = None
    means: tuple[float | None, ...] | None = None


class Correlation(NamedTuple):
    """Two columns of numbers, dates or truth values that go together.

    Args:
        first: name of the one.
        second: name of the other.
        r: Pearson's correlation; a missing value counts as the mean.
    """

    first: str
    second: str
    r: float


@dataclass(frozen=True)
class Profile:
    """A table at one look.

    Args:
        rows: how many the table has.
        looked_at: how many of them, spread over all, the figures are of.
        columns: the columns by name.
        correlations: pairs of inputs whose correlation is beyond 0.3, the strongest first, at most 50.
    """

    rows: int
    looked_at: int
    columns: Mapping[str, ColumnProfile]
    correlations: tuple[Correlation, ...]

    @property
    def whole(self) -> bool:
        """Whether the figures are those of all rows."""
        return self.looked_at == self.rows


def some_rows(rows: int, count: int) -> Array:
    """Some rows of a table: of as many equal pieces one each, by chance, so that nothing that comes again and again is missed.

    Args:
        rows: how many the table has.
        count: how many are wanted, at most as many.

    Returns:
        Their numbers, in order, always the same ones.

    Example:
        >>> len(some_rows(1000, 10)), int(some_rows(1000, 10)[9]) >= 900
        (10, True)
    """
    ends = np.arange(count + 1, dtype=np.int64) * rows // max(count, 1)
    return ends[:-1] + (np.random.default_rng(0).random(count) * np.diff(ends)).astype(np.int64)


def profile_of(columns: Columns, target: str | None = None, most_rows: int | None = None) -> Profile:
    """How the columns of a table look.

    Args:
        columns: the columns.
        target: name of the target column; None (the default): there is none.
        most_rows: of more rows than this so many are looked at, spread over all; None (the default): all are.

    Returns:
        The profile; a table of a million rows and a hundred columns takes a few seconds, 10 000 rows of it a tenth of one.

    Example:
        >>> from engine.data import columns_of
        >>> columns = columns_of({"size": [50, 70, 90, 110] * 5, "town": ["Bonn", "Ulm"] * 10, "rent": [5, 7, 9, 11] * 5})
        >>> known = profile_of(columns, "rent").columns
        >>> known["size"].mean, known["town"].most, round(known["size"].tells, 2)
        (80.0, (('Bonn', 10), ('Ulm', 10)), 1.0)
    """
    rows = len(next(iter(columns.values())))
    looked_at = columns
    if most_rows is not None and rows > most_rows:
        at = some_rows(rows, most_rows)
        looked_at = {name: column.take(at) for name, column in columns.items()}
    aim = None if target is None else _Aim.of(looked_at[target])
    profiles = _by_threads(
        lambda column: _profile(column, None if column.name == target else aim), list(looked_at.values())
    )
    known = dict(zip(looked_at, profiles, strict=True))
    inputs = {name: column for name, column in looked_at.items() if name != target}
    count = len(next(iter(looked_at.values())))
    return Profile(rows, count, known, tuple(_correlations(inputs)))


def _by_threads(make: Callable[[Column], T], columns: Sequence[Column]) -> list[T]:
    """What is made of each column, by several threads where there is much to do: NumPy leaves Python to the others meanwhile."""
    if len(columns) * len(columns[0] if columns else ()) < _MANY_VALUES:
        return [make(column) for column in columns]
    with ThreadPoolExecutor(max(threads(), 1), "engine-profile") as pool:
        return list(pool.map(make, columns))


@dataclass(frozen=True)
class _Aim:
    """The target as it is explained: numbers around `center`, or a class for each row. missing: rows that say nothing of it."""

    values: Array
    missing: Array
    classes: int | None
    center: float = 0.0

    @classmethod
    def of(cls, column: Column) -> _Aim | None:
        if column.kind == "array":
            return None
        if not is_class(column):
            values = _numbers(column)
            fine = np.isfinite(values) & ~column.missing
            # Sums of squares stay exact around the mean.
            center = values[fine].mean() if fine.any() else 0.0
            return cls(values - center, ~fine, None, float(center))
        if column.kind == "text":
            counts, _ = _counted(column)
            codes = _coded(column, [name for name, _ in counts.most_common(_MOST_CLASSES - 1)])
        else:
            kept, codes = np.unique(column.values, return_inverse=True)
            codes = np.minimum(codes, _MOST_CLASSES - 1) if len(kept) > _MOST_CLASSES else codes
        return cls(codes, column.missing, int(codes.max(initial=0)) + 1)

    def told(self, codes: Array, rows: Array | None, groups: int) -> _Told:
        """What groups tell of it. codes: the group of each row. rows: a mask of the rows that have one; None: all."""
        values, codes = self._known(codes, rows)
        if self.classes is None:
            return self._explained(
                values, np.bincount(codes, minlength=groups), np.bincount(codes, values, minlength=groups)
            )
        joint = np.bincount(codes * self.classes + values, minlength=groups * self.classes)
        return self._explained(values, joint.reshape(-1, self.classes), None)

    def told_in_steps(self, numbers: Array, rows: Array | None, low: float, high: float) -> _Told:
        """What the steps that numbers lie in tell of it. rows: as those of `told`."""
        values, numbers = self._known(numbers, rows)
        return self._explained(values, *_in_steps(numbers, low, high, values, self.classes))

    def _explained(self, values: Array, sizes: Array, sums: Array | None) -> _Told:
        """What groups tell of some values. sizes: of the groups, of classes for each class. sums: of the values in each group."""
        if self.classes is None:
            assert sums is not None
            shift, squares = self._moments if values is self.values else _moments(values)
            total, sums = squares - shift**2 * len(values), sums - shift * sizes
            there = sizes > 0
            between = float((sums[there] ** 2 / sizes[there]).sum())
            return _Told(sizes, sums + (shift + self.center) * sizes, total, between)
        joint, sizes = sizes.astype(np.float64), sizes.sum(1)
        expected = float((joint.sum(0) ** 2).sum()) / max(len(values), 1)
        between = float((joint[sizes > 0] ** 2 / sizes[sizes > 0][:, None]).sum()) - expected
        return _Told(sizes, joint[:, 1] if self.classes == 2 else None, len(values) - expected, between)

    @cached_property
    def _moments(self) -> tuple[float, float]:
        return _moments(self.values)

    def _known(self, codes: Array, rows: Array | None) -> tuple[Array, Array]:
        """Its values, and the groups or numbers, of the rows that have both."""
        values, missing = (self.values, self.missing) if rows is None else (self.values[rows], self.missing[rows])
        return (values[~missing], codes[~missing]) if missing.any() else (values, codes)


def _moments(values: Array) -> tuple[float, float]:
    """The mean, and the sum of squares."""
    return (float(values.mean()) if len(values) else 0.0), float(values @ values)


class _Told(NamedTuple):
    """Rows of each group, sums of the target in them (of two classes the rows of the second), its variance and that between."""

    sizes: Array
    sums: Array | None
    total: float
    between: float

    @property
    def share(self) -> float | None:
        """Of the variance that groups explain, corrected for their number."""
        count, groups = int(self.sizes.sum()), int((self.sizes > 0).sum())
        if count <= groups + 1 or not np.isfinite(self.total) or self.total <= 0:
            return None
        return float(np.clip(1 - (1 - self.between / self.total) * (count - 1) / (count - groups), 0, 1))

    @property
    def means(self) -> tuple[float | None, ...] | None:
        """The target's mean in each group."""
        if self.sums is None:
            return None
        pairs = zip(self.sums.tolist(), self.sizes.tolist(), strict=True)
        return tuple(one / count if count else None for one, count in pairs)


def _numbers(column: Column) -> Array:
    if column.kind == "date":
        return np.where(column.missing, np.nan, column.values.astype("datetime64[s]").astype(np.float64))
    return column.values.astype(np.float64, copy=False)


def _profile(column: Column, aim: _Aim | None) -> ColumnProfile:
    missing = int(column.missing.sum())
    if column.kind in ("number", "date"):
        return _of_numbers(column, missing, aim)
    if column.kind == "array":
        return ColumnProfile(column.name, column.kind, missing)
    counts, are_all = _counted(column)
    frequent = counts.most_common(_MOST_CODES - 1)
    rows = None if not missing else ~column.missing
    codes = _coded(column, [name for name, _ in frequent])
    tells = None if aim is None else aim.told(codes if rows is None else codes[rows], rows, _MOST_CODES).share
    different = len(counts) if are_all else None
    return ColumnProfile(
        column.name, column.kind, missing, most=tuple(frequent[:MOST_VALUES]), different=different, tells=tells
    )


def _of_numbers(column: Column, missing: int, aim: _Aim | None) -> ColumnProfile:
    values = _numbers(column)
    fine = np.isfinite(values)
    rows = None if fine.all() else fine
    present = values if rows is None else values[rows]
    infinite = len(values) - len(present) - missing
    if not len(present):
        return ColumnProfile(column.name, column.kind, missing, infinite)
    low, high = float(present.min()), float(present.max())
    with np.errstate(over="ignore"):
        width = high - low
    mean = float(present.mean()) if np.isfinite(width) else None
    histogram, means, tells = None, None, None
    if 0 < width < np.inf:
        counts = None
        if aim is not None:
            explained = aim.told_in_steps(present, rows, low, high)
            means, tells = explained.means, _share(present, explained, width, aim, rows)
            counts = None if aim.missing.any() else explained.sizes
        histogram = tuple((_in_steps(present, low, high)[0] if counts is None else counts).tolist())
    ends = (low, high) if column.kind == "number" else (_date(low), _date(high))
    mean = mean if column.kind == "number" else None
    return ColumnProfile(column.name, column.kind, missing, infinite, *ends, mean, histogram, tells=tells, means=means)


def _share(present: Array, explained: _Told, width: float, aim: _Aim, rows: Array | None) -> float | None:
    """What the steps of a column explain of the target; of one with a few far values its usual range is cut into steps."""
    some = present[:: max(1, len(present) // _QUANTILES_OF)]
    first, last = np.quantile(some, [0.01, 0.99]).tolist()
    if 0 < last - first < width / 2:
        return aim.told_in_steps(present, rows, first, last).share
    return explained.share


def _in_steps(
    values: Array, low: float, high: float, targets: Array | None = None, classes: int | None = None
) -> tuple[Array, Array | None]:
    """How many values lie in each step, of classes how many of each class, and the sums of the targets there."""
    made = grouped(values, low, high, BINS, targets, classes)
    if made is not None:
        return made
    places = values.clip(low, high) - low
    places *= BINS / (high - low)
    codes = places.astype(np.int64)
    np.minimum(codes, BINS - 1, out=codes)
    if targets is None:
        return np.bincount(codes, minlength=BINS), None
    if classes is None:
        return np.bincount(codes, minlength=BINS), np.bincount(codes, targets, minlength=BINS)
    return np.bincount(codes * classes + targets, minlength=BINS * classes).reshape(BINS, classes), None


def _date(seconds: float) -> str:
    return str(np.datetime64(int(seconds), "s")).replace("T00:00:00", "")


def _texts(column: Column) -> Iterator[list[str]]:
    """Its values as texts, some at a time, those that are missing too."""
    for first in range(0, len(column), TEXTS_AT_A_TIME):
        values = column.values[first : first + TEXTS_AT_A_TIME]
        yield [str(value) for value in values.tolist()] if column.kind != "text" else values.tolist()


def _counted(column: Column) -> tuple[Counter[str], bool]:
    """How often each text or truth value is there; whether all rows were counted."""
    counts: Counter[str] = Counter()
    if column.kind == "boolean":
        yes = int(column.present().sum())
        no = len(column) - int(column.missing.sum()) - yes
        return Counter({name: count for name, count in (("True", yes), ("False", no)) if count}), True
    for number, texts in enumerate(_texts(column)):
        there = ~column.missing[number * TEXTS_AT_A_TIME :][: len(texts)]
        counts.update(texts if there.all() else [t for t, is_there in zip(texts, there, strict=True) if is_there])
        if len(counts) > MOST_DIFFERENT:
            return counts, False
    return counts, True


def _coded(column: Column, names: list[str]) -> Array:
    """The number of each row's value among some, and one more for all others."""
    if column.kind == "boolean":
        return column.values.astype(np.int64)
    numbers, other = {name: number for number, name in enumerate(names)}, len(names)
    parts = [np.array([numbers.get(text, other) for text in texts], np.int64) for texts in _texts(column)]
    return np.concatenate(parts) if parts else np.zeros(0, np.int64)


def _correlations(columns: Columns) -> Iterator[Correlation]:
    """The strongest first."""
    kinds = ("number", "date", "boolean")
    names = [name for name, column in columns.items() if column.kind in kinds][:_MOST_CORRELATED]
    if len(names) < 2:
        return
    r = _matrix([columns[name] for name in names])
    first, second = np.triu_indices(len(names), 1)
    strength = np.abs(r[first, second])
    order = np.argsort(-strength, kind="stable")[:_MOST_PAIRS]
    for pair in order[strength[order] > _LEAST_CORRELATION].tolist():
        a, b = int(first[pair]), int(second[pair])
        yield Correlation(names[a], names[b], round(float(r[a, b]), 6))


def _matrix(columns: list[Column]) -> Array:
    """The correlation of each with each; 0 where one does not vary."""
    rows = len(columns[0])
    known = _by_threads(_middle, columns)

    def product(start: int) -> Array:
        part = np.empty((min(_ROWS_AT_A_TIME, rows - start), len(columns)))
        piece = slice(start, start + len(part))
        for place, (column, (mean, scale, whole)) in enumerate(zip(columns, known, strict=True)):
            values = _numbers(column.take(piece)) - mean
            values *= scale
            if not whole:
                values[~np.isfinite(values) | column.missing[piece]] = 0.0
            part[:, place] = values
        return products(part)

    if rows <= _ROWS_AT_A_TIME:
        return _scaled(product(0))
    # Added up in one order, so that the figures are the same whatever the number of threads.
    sums = np.zeros((len(columns), len(columns)))
    with ThreadPoolExecutor(max(threads(), 1), "engine-profile") as pool:
        for one in pool.map(product, range(0, rows, _ROWS_AT_A_TIME)):
            sums += one
    return _scaled(sums)


def _middle(column: Column) -> tuple[float, float, bool]:
    """The mean of a column's numbers, what brings them to one size, and whether each row has one; 0 for those that do not vary."""
    values = _numbers(column)
    fine = np.isfinite(values) & ~column.missing
    whole = bool(fine.all())
    present = values if whole else values[fine]
    if not len(present):
        return 0.0, 0.0, whole
    with np.errstate(all="ignore"):
        mean, width = float(present.mean()), float(present.max() - present.min())
    # Any scale will do: what counts are the angles.
    return mean, 1 / width if 0 < width < np.inf else 0.0, whole


def _scaled(sums: Array) -> Array:
    """Correlations of sums of products."""
    lengths = np.sqrt(np.diag(sums))
    lengths[lengths == 0] = np.inf
    return sums / lengths[:, None] / lengths
