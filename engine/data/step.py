"""What every step of a preparation is: chosen, fitted on training rows, applied to any rows, and kept as plain data."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from .._declared import rules
from .._declared.fields import Declared, field
from ..errors import DataError, UnknownName
from ..types import Array, Config
from .columns import Column, ColumnKind, Columns, kind_in_words
from .split import Parts


def as_names(value: object) -> object:
    """A name as a tuple of one; a list as a tuple."""
    return (value,) if isinstance(value, str) else tuple(value) if isinstance(value, (list, tuple)) else value


def are_names(value: object) -> bool:
    """Whether it is a tuple of names."""
    return isinstance(value, tuple) and value != () and all(isinstance(one, str) for one in value)


column_names = rules.Rule(are_names, "names of columns", ((), 3, None, [1]), {"kind": "names"}, as_names, list)


values_as_texts = rules.Rule(
    lambda value: value == () or are_names(value), "values as texts", (3, None, [1]), {"kind": "names"}, as_names, list
)


class Step(Declared, ABC):
    """One step of a preparation.

    Args:
        columns: names of the columns that it changes.
    """

    kind: ClassVar[str]
    takes: ClassVar[tuple[ColumnKind, ...]] = ("number",)
    takes_past: ClassVar[bool] = False
    """Whether it makes inputs of earlier rows: it leaves a target alone, whose past may be an input."""
    chooses_rows: ClassVar[bool] = False
    """Whether it changes which rows a part has, once they are divided."""
    one_at_a_time: ClassVar[bool] = False
    """Whether what it calls is not known to bear two threads at once."""
    columns: Sequence[str] = field(column_names, help="the columns that it changes")

    @classmethod
    def begun(cls, columns: Sequence[Column], rows: Array) -> Step:
        """A step of these columns to begin with, whose settings have their defaults where there are any.

        Args:
            columns: the columns that it is to change.
            rows: numbers of the rows to learn from.

        Returns:
            The step.
        """
        del rows
        return cls(columns=[column.name for column in columns])

    def of(self, columns: Sequence[str]) -> Step:
        """The same step for other columns.

        Args:
            columns: their names.

        Returns:
            A step of its own.
        """
        settings = {key: value for key, value in self.get_config().items() if key != "step"}
        return type(self).from_config({**settings, "columns": list(columns)})

    @abstractmethod
    def fit(self, columns: Columns, rows: Array) -> Config:
        """What the step has to remember, as plain data.

        Args:
            columns: the columns as the steps before have left them.
            rows: numbers of the rows to learn from.

        Returns:
            Plain data, by the columns' names.
        """

    @abstractmethod
    def apply(self, columns: Columns, fitted: Config) -> Columns:
        """The columns behind the step.

        Args:
            columns: those before it.
            fitted: what `fit` gave.

        Returns:
            Columns in the same order, some of them others.
        """

    def apply_new(self, columns: Columns, fitted: Config) -> Columns:
        """The columns of new rows behind the step, as `apply` makes them where no step says otherwise.

        Args:
            columns: those before it.
            fitted: what `fit` gave.

        Returns:
            Columns in the same order.
        """
        return self.apply(columns, fitted)

    def within(self, parts: Parts, columns: Columns) -> Parts:
        """The rows of each part once they are divided; as they are, but for steps that choose among them.

        Args:
            parts: the rows of each part.
            columns: the table's columns.

        Returns:
            The rows that each part has then.
        """
        del columns
        return parts

    def undo(self, name: str, values: Array, fitted: Config) -> Array:
        """Values of a target as they were before the step; as they are, where it has no inverse.

        Args:
            name: the target's name.
            values: values behind the step.
            fitted: what `fit` gave.

        Returns:
            The values before it.
        """
        del name, fitted
        return values

    def drops(self, columns: Columns) -> Array | None:
        """A mask of the rows that the step leaves out of training and measuring; None where it leaves out none.

        Args:
            columns: the columns before it.
        """
        del columns
        return None

    def get_config(self) -> Config:
        """The step as plain data, which `step_of` makes a step of.

        Returns:
            Its name as `step`, and its settings.
        """
        return {"step": self.kind, **super().get_config()}

    def chosen(self, columns: Columns) -> list[Column]:
        """The columns of the step.

        Args:
            columns: those that there are.

        Returns:
            Those that it changes.

        Raises:
            UnknownName: there is none of a name.
            DataError: one holds what the step cannot take.
        """
        chosen: list[Column] = []
        for name in self.columns:
            if name not in columns:
                raise UnknownName(name, columns, kind="column", where=f"step {self.kind}", of_model=True)
            column = columns[name]
            if column.kind not in self.takes:
                raise DataError(
                    where=f"step {self.kind}, column {name!r}",
                    expected=" or ".join(kind_in_words(kind) for kind in self.takes),
                    actual=kind_in_words(column.kind),
                )
            chosen.append(column)
        return chosen


def replaced(columns: Columns, changed: Mapping[str, Sequence[Column]]) -> Columns:
    """Columns with some of them replaced by others at the same place."""
    made = [new for name, column in columns.items() for new in changed.get(name, (column,))]
    return {column.name: column for column in made}


class OneByOne(Step):
    """A step that makes one column of each, by itself."""

    def fit_column(self, column: Column, rows: Array) -> Config | None:
        """What has to be remembered of one column; nothing by default."""
        del column, rows

    @abstractmethod
    def apply_column(self, column: Column, fitted: Any) -> Column:
        """One column behind the step."""

    def fit(self, columns: Columns, rows: Array) -> Config:
        """What the step has to remember of each column."""
        return {column.name: self.fit_column(column, rows) for column in self.chosen(columns)}

    def apply(self, columns: Columns, fitted: Config) -> Columns:
        """Each column behind the step."""
        made = {column.name: [self.apply_column(column, fitted[column.name])] for column in self.chosen(columns)}
        return replaced(columns, made)


def some_of(column: Column, rows: Array, step: str) -> Array:
    """The training rows' values. Raises DataError where there are none."""
    values = column.present(rows)
    if not len(values):
        raise DataError(
            where=f"step {step}, column {column.name!r}",
            expected="at least one value in the training rows",
            actual="none",
            hint="Leave the column out.",
        )
    return values


def without(steps: Sequence[Step], columns: Sequence[str]) -> list[Step]:
    """Steps that have nothing to do with some columns any more.

    Args:
        steps: the steps.
        columns: names of columns that are left out.

    Returns:
        The steps of other columns.
    """
    made: list[Step] = []
    for step in steps:
        remaining = [column for column in step.columns if column not in columns]
        if len(remaining) == len(step.columns):
            made.append(step)
        elif remaining:
            made.append(step.of(remaining))
    return made
