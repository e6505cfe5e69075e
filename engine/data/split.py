"""Which rows are trained on, which measure each epoch, and which measure the end."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np

from .._declared import rules
from .._declared.fields import Declared, field
from ..errors import DataError, SettingError, UnknownName
from ..types import Array
from .columns import Columns, kind_in_words
from .distinct import distinct_texts


class Parts(NamedTuple):
    """Numbers of the rows of each part, each row in at most one of them."""

    train: Array
    validation: Array
    test: Array


class Split(Declared):
    """How rows are divided.

    Args:
        validation: share of the rows that are not for a test which is measured after each epoch, 0.1 by default.
        test: share of all rows that is left until the end, 0 by default.
        by: "chance"; "order": the last rows, as they come; "group": rows with one value of `column` stay together; "time": the
            latest
            by the dates or numbers of `column`.
        column: the column of groups or times.
        same_share: whether by chance each part has the same share of each class, where the target is one; True by default.
        seed: of the chance, 0 by default.
        folds: number of equal parts for cross-validation, `fold` saying which one is for validation; None (the default):
            `validation` says its share.
        fold: from 0.

    Example:
        >>> parts = Split(validation=0.25, by="order").rows(8, {})
        >>> parts.train.tolist(), parts.validation.tolist()
        ([0, 1, 2, 3, 4, 5], [6, 7])
    """

    validation: float = field(rules.fraction, default=0.1, help="share that is measured after each epoch")
    test: float = field(rules.fraction, default=0.0, help="share that is left until the end")
    by: Literal["chance", "order", "group", "time"] = field(
        rules.choice("chance", "order", "group", "time"), default="chance", help="what decides where a row goes"
    )
    column: str | None = field(rules.optional(rules.text), default=None, help="the column of groups or times")
    same_share: bool = field(rules.switch, default=True, help="whether each part has the same share of each class")
    seed: int = field(rules.whole(0, 2**32 - 1), default=0, help="the same seed divides equal rows alike")
    folds: int | None = field(rules.optional(rules.whole(2, 1000)), default=None, help="parts of a cross-validation")
    fold: int = field(rules.non_negative_int, default=0, help="which of them is for validation, from 0")

    def prepare(self) -> None:
        """Refuse settings that contradict each other."""
        if (self.column is None) == (self.by in ("group", "time")):
            expected = f"the column of {self.by}s" if self.column is None else "no column, or by='group' or 'time'"
            raise SettingError(where="split, column", expected=expected, actual=repr(self.column))
        if self.folds is not None and self.fold >= self.folds:
            raise SettingError(where="split, fold", expected=f"0 to {self.folds - 1}", actual=str(self.fold))

    def rows(self, count: int, columns: Columns, classes: Array | None = None, left_out: Array | None = None) -> Parts:
        """The rows of each part.

        Args:
            count: number of rows.
            columns: the table's columns.
            classes: the class of each row, where the target is one.
            left_out: a mask of the rows that belong to no part.

        Returns:
            The rows' numbers, in the table's order.

        Raises:
            UnknownName: the table has no such column.
            DataError: there are too few rows or groups for the parts.
        """
        candidates = np.arange(count) if left_out is None else np.flatnonzero(~left_out)
        shares = self._shares()
        if self.by == "group":
            parts = self._by_group(candidates, columns, shares)
        elif self.by == "time":
            parts = _cut(candidates[np.argsort(self._times(columns)[candidates], kind="stable")], shares)
        elif self.by == "order":
            parts = _cut(candidates, shares)
        else:
            random = np.random.default_rng(self.seed)
            shuffled = random.permutation(candidates)
            if self.same_share and classes is not None:
                by_class = shuffled[np.argsort(classes[shuffled], kind="stable")]
                parts = _combed(by_class, shares, random)
            else:
                parts = _cut(shuffled, shares)
        train, test, *folds = (np.sort(part) for part in parts)
        if self.folds is not None:
            others = [part for i, part in enumerate([train, *folds]) if i != self.fold]
            train, folds = np.sort(np.concatenate(others)), [[train, *folds][self.fold]]
        made = Parts(train, folds[0] if folds else np.zeros(0, np.int64), test)
        wanted = {"training": True, "validation": self.folds is not None or self.validation > 0, "test": self.test > 0}
        for (part, asked), rows in zip(wanted.items(), made, strict=True):
            if asked and not len(rows):
                unit = "groups" if self.by == "group" else "rows"
                raise DataError(
                    where="split",
                    expected=f"enough {unit} for the {part} part",
                    actual=f"{len(candidates)} rows",
                    hint="Take a larger share, fewer folds, or more data.",
                )
        return made

    def _shares(self) -> list[float]:
        """Of test rows among all, then of the other parts behind the first one among the rest."""
        if self.folds is None:
            return [self.test, self.validation]
        return [self.test, *[1 / self.folds] * (self.folds - 1)]

    def _named(self, columns: Columns) -> Array:
        assert self.column is not None
        if self.column not in columns:
            raise UnknownName(self.column, columns, kind="column", where="split, column", of_model=True)
        return columns[self.column].values

    def _times(self, columns: Columns) -> Array:
        values, kind = self._named(columns), columns[self.column or ""].kind
        if kind not in ("date", "number"):
            raise DataError(where="split, column", expected="dates or numbers", actual=kind_in_words(kind))
        return values

    def _by_group(self, candidates: Array, columns: Columns, shares: list[float]) -> list[Array]:
        groups, codes = distinct_texts(self._named(columns)[candidates])
        order = np.random.default_rng(self.seed).permutation(len(groups))
        # Whole groups go where the largest share of what is wanted is still open, so that no part stays empty.
        sizes, wanted = np.bincount(codes, minlength=len(groups)), _whole(shares) * len(candidates)
        goes, rows = np.zeros(len(groups), np.int64), np.zeros(len(wanted))
        for group in order:
            filled = np.divide(rows, wanted, out=np.full(len(wanted), np.inf), where=wanted > 0)
            goes[group] = int(np.argmin(filled))
            rows[goes[group]] += sizes[group]
        return [candidates[goes[codes] == part] for part in range(len(wanted))]


def _whole(shares: list[float]) -> Array:
    """Shares of all rows: of the first part, of test rows, of the other parts."""
    test, *others = shares
    return np.array([(1 - sum(others)) * (1 - test), test, *(share * (1 - test) for share in others)])


def _counts(shares: list[float], rows: int) -> list[int]:
    """Rows of the test and of each other part behind the first one."""
    test = _count(shares[0], rows)
    if len(shares) == 2:
        return [test, _count(shares[1], rows - test)]
    each, more = divmod(rows - test, len(shares))
    return [test, *(each + (fold < more) for fold in range(1, len(shares)))]


def _count(share: float, rows: int) -> int:
    """As many rows as `fit(validation_split=share)` would keep, so that both divide alike."""
    return rows - int(rows * (1.0 - share)) if share else 0


def _cut(rows: Array, shares: list[float]) -> list[Array]:
    """Cut rows into parts: the first one from the front, the test from the end, the others between."""
    test, *others = _counts(shares, len(rows))
    ends = np.cumsum([test, *reversed(others)])
    front, *middle, end = np.split(rows, len(rows) - ends[::-1])
    return [front, end, *middle]


def _combed(rows: Array, shares: list[float], random: np.random.Generator) -> list[Array]:
    """Part rows at even distances, so that what stands together in them is shared alike, however little there is of it."""
    parts, rest = [], rows
    for count in _counts(shares, len(rows)):
        chosen = ((np.arange(count) + random.random()) * len(rest) / max(count, 1)).astype(np.int64)
        parts.append(rest[chosen])
        rest = np.delete(rest, chosen)
    return [rest, *parts]
