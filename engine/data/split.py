"""Which rows are trained on, which measure each epoch, and which measure the end."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np

from .._declared import rules
from .._declared.fields import Declared, field
from ..errors import DataError, SettingError, UnknownName
from ..types import Array
from .columns import Columns, kind_in_words


class Parts(NamedTuple):
    """Numbers of the rows of each part, each row in at most one of them."""

    train: Array
    validation: Array
    test: Array


class Split(Declared):
    """How rows are divided.

    Args:
        validation: share that is measured after each epoch, 0.1 by default.
        test: share that is left until the end, 0 by default.
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
        if self.validation + self.test >= 1:
            raise SettingError(
                where="split",
                expected="validation and test below 1 together",
                actual=f"{self.validation + self.test:g}",
            )
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
        """Of training, test and validation; of training, test and the other folds."""
        if self.folds is None:
            return [1 - self.validation - self.test, self.test, self.validation]
        fold = (1 - self.test) / self.folds
        return [fold, self.test, *[fold] * (self.folds - 1)]

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
        groups, place = np.unique(self._named(columns)[candidates].astype(str), return_inverse=True)
        order = np.random.default_rng(self.seed).permutation(len(groups))
        # Whole groups go where the largest share of what is wanted is still open, so that no part stays empty.
        sizes, wanted = np.bincount(place, minlength=len(groups)), np.array(shares) * len(candidates)
        goes, given = np.zeros(len(groups), np.int64), np.zeros(len(shares))
        for group in order:
            filled = np.divide(given, wanted, out=np.full(len(shares), np.inf), where=wanted > 0)
            goes[group] = int(np.argmin(filled))
            given[goes[group]] += sizes[group]
        return [candidates[goes[place] == part] for part in range(len(shares))]


def _cut(rows: Array, shares: list[float]) -> list[Array]:
    """Cut rows into parts of these shares, the first one from the front and the second from the end."""
    first, second, *others = shares
    ends = np.cumsum([first, *others, second])
    front, *middle, end = np.split(rows, np.rint(ends[:-1] * len(rows)).astype(np.int64))
    return [front, end, *middle]


def _combed(rows: Array, shares: list[float], random: np.random.Generator) -> list[Array]:
    """Part rows at even distances, so that what stands together in them is shared alike, however little there is of it."""
    parts, rest = [], rows
    for share in shares[1:]:
        count = min(round(share * len(rows)), len(rest))
        chosen = ((np.arange(count) + random.random()) * len(rest) / max(count, 1)).astype(np.int64)
        parts.append(rest[chosen])
        rest = np.delete(rest, chosen)
    return [rest, *parts]
