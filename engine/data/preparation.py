"""What becomes of a table's columns on their way into a network, as plain data: it prepares new rows as it did the old ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np

from ..errors import DataError, FileError, UnknownName, shorten
from ..types import Array, Config
from .columns import KINDS, Column, ColumnKind, Columns, Table, columns_of, example_of, kind_in_words
from .row_steps import Drop
from .step import Step
from .steps import step_of
from .text_steps import Tokens
from .value_steps import Dates, OneHot, Ordinal

_ROWS_AT_A_TIME = 2048


@dataclass(frozen=True)
class FittedStep:
    """A step and what it remembers.

    Args:
        step: the step.
        fitted: plain data, by the columns' names.
    """

    step: Step
    fitted: Config


def fitted(steps: Sequence[Step], columns: Columns, rows: Array) -> list[FittedStep]:
    """Fit steps one after the other, each on the columns as those before it leave them.

    Args:
        steps: the steps.
        columns: the columns of the table.
        rows: numbers of the training rows: nothing is learned from others.

    Returns:
        The fitted steps.
    """
    made: list[FittedStep] = []
    for step in steps:
        one = FittedStep(step, step.fit(columns, rows))
        columns = step.apply(columns, one.fitted)
        made.append(one)
    return made


class Preparation:
    """The fitted steps of a data set: from rows as people write them to a network's arrays, and from its predictions back.

    Args:
        inputs: the input columns, as the table has them: what each holds, by name.
        target: name of the target column; None where there is none.
        steps: the fitted steps.
    """

    def __init__(self, inputs: Mapping[str, ColumnKind], target: str | None, steps: Sequence[FittedStep]) -> None:
        self.inputs, self.target, self.steps = dict(inputs), target, tuple(steps)

    @property
    def classes(self) -> list[str] | None:
        """Names of the target's classes in the order of their numbers; None where the target is a number."""
        for one in self.steps:
            if isinstance(one.step, (Ordinal, OneHot)) and self.target in one.fitted:
                return [str(name) for name in one.fitted[self.target]]
        return None

    @property
    def words(self) -> dict[str, list[str]]:
        """Of each input column that became numbers of words: the word of each number, "" for none, "…" for an unseen one."""
        return {
            name: one.step.names(one.fitted[name])
            for one in self.steps
            if isinstance(one.step, Tokens)
            for name in one.step.columns
            if name in self.inputs and name in one.fitted
        }

    def applied(self, columns: Columns, new: bool = False, of_target: bool = False) -> Columns:
        """Some columns behind the steps that they have.

        Args:
            columns: columns of the table: the inputs, or the target.
            new: whether they are of new rows, none of which can be left out; False by default.
            of_target: whether it is the target rather than inputs; False by default.

        Returns:
            The columns behind the steps.

        Raises:
            DataError: a new row lacks a value whose rows were left out of training.
        """
        for one in self.steps:
            names = [name for name in one.step.columns if name in columns]
            if not names or (of_target and one.step.takes_past):
                continue
            step = one.step.of(names)
            if new and isinstance(step, Drop) and (dropped := step.drops(columns)).any():
                raise DataError(
                    where="new rows",
                    expected=f"a value in {' and '.join(names)}, whose rows without one were left out of training",
                    actual=f"none in row {int(dropped.argmax())}",
                )
            columns = step.apply_new(columns, one.fitted) if new else step.apply(columns, one.fitted)
        return columns

    def rows(self, table: Table) -> Array | dict[str, Array]:
        """What a network gets for new rows.

        Args:
            table: rows as `open` takes them, or one row as a dict; the target may be missing.

        Returns:
            float32 array (rows, features); a dict of arrays where one of several columns is an array itself.

        Raises:
            UnknownName: an input column is missing.
            DataError: a value is missing or of another kind than in training.

        Example:
            >>> import engine
            >>> data = engine.data.open({"rooms": [1, 2, 3, 4], "rent": [10.0, 20, 30, 40]}, target="rent")
            >>> data.preparation.rows({"rooms": 2}).shape
            (1, 1)
        """
        one = isinstance(table, Mapping) and not any(
            isinstance(value, (list, tuple, np.ndarray)) for value in table.values()
        )
        columns = columns_of([table] if one else table)
        for name in self.inputs:
            if name not in columns:
                raise UnknownName(name, columns, kind="column", where="new rows", of_model=True)
        inputs = {name: of_kind(columns[name], kind) for name, kind in self.inputs.items()}
        return packed(list(self.applied(inputs, new=True).values()), "new rows")

    def undo(self, predictions: Array) -> Array:
        """A network's predictions in the target's own unit, or as its classes.

        Args:
            predictions: what `predict` gave: (rows, 1), (rows,) or, of classes, (rows, classes) probabilities.

        Returns:
            One value for each row, as the table has them.

        Example:
            >>> import engine
            >>> data = engine.data.open({"x": [1.0, 2, 3, 4], "kind": ["a", "b", "a", "b"]}, target="kind")
            >>> data.preparation.undo(np.array([[0.9, 0.1], [0.2, 0.8]])).tolist()
            ['a', 'b']
        """
        values = np.asarray(predictions)
        if values.ndim == 2:
            if self.classes is not None:
                values = values.argmax(1) if values.shape[1] > 1 else (values[:, 0] > 0.5).astype(np.int64)
            elif values.shape[1] == 1:
                values = values[:, 0]
        if self.target is None:
            return values
        for one in reversed(self.steps):
            if self.target in one.step.columns:
                values = one.step.undo(self.target, values, one.fitted)
        return values

    def to_config(self) -> Config:
        """All of it as plain data, which `from_config` reads.

        Returns:
            What JSON and YAML can hold.
        """
        steps = [{**one.step.get_config(), "fitted": one.fitted} for one in self.steps]
        return {"inputs": dict(self.inputs), "target": self.target, "steps": steps}

    @classmethod
    def from_config(cls, config: Mapping[str, object]) -> Preparation:
        """A preparation from plain data.

        Args:
            config: what `to_config` gave.

        Returns:
            The preparation.

        Raises:
            FileError: it is none.
        """
        inputs, target, steps = (config.get(key) for key in ("inputs", "target", "steps"))
        known = isinstance(inputs, Mapping) and all(isinstance(n, str) and kind in KINDS for n, kind in inputs.items())
        if not known or not isinstance(steps, list) or not (target is None or isinstance(target, str)):
            raise FileError(where="preparation", expected="inputs, target and steps", actual=shorten(dict(config)))
        made: list[FittedStep] = []
        for one in steps:
            if not isinstance(one, Mapping) or not isinstance(one.get("fitted"), Mapping):
                raise FileError(
                    where="preparation, steps", expected="a step with its key 'fitted'", actual=shorten(one)
                )
            step = step_of({key: value for key, value in one.items() if key != "fitted"})
            made.append(FittedStep(step, dict(one["fitted"])))
        return cls(cast("Mapping[str, ColumnKind]", inputs), target, made)


def of_kind(column: Column, kind: ColumnKind, where: str = "new rows") -> Column:
    """A column of other rows as one of the kind that was trained on.

    Args:
        column: the column.
        kind: what it held in training.
        where: how a message names the rows, "new rows" by default.

    Returns:
        A column of this kind.

    Raises:
        DataError: it holds something else.
    """
    if column.kind == kind:
        return column
    if column.missing.all():
        # Nothing tells what a column without a value would hold.
        stand_in = {"text": "", "boolean": False, "date": np.datetime64("NaT", "us")}.get(kind, np.nan)
        return Column(
            column.name, kind, np.full(len(column), stand_in, object if kind == "text" else None), column.missing
        )
    if (column.kind, kind) == ("number", "boolean"):
        return Column(column.name, kind, column.values != 0, column.missing)
    if (column.kind, kind) == ("text", "date"):
        read = Dates(columns=[column.name]).apply_column(column, None)
        if (read.missing == column.missing).all():
            return read
    raise DataError(
        where=f"{where}, column {column.name!r}",
        expected=f"{kind_in_words(kind)}, as in training",
        actual=f"{kind_in_words(column.kind)}, such as {example_of(column.present())}",
    )


def packed(columns: Sequence[Column], where: str) -> Array | dict[str, Array]:
    """Columns as a network gets them.

    Args:
        columns: numbers, truth values or arrays, none of them missing anywhere.
        where: how a message names what they are of.

    Returns:
        One float32 array (rows, columns), or that of the only column; where several are arrays, or one beside others, a dict: each
        by its name, the others as "features".

    Raises:
        DataError: a column is no number, or a value is missing or infinite.
    """
    for column in columns:
        if column.kind in ("text", "date"):
            step = "one_hot, ordinal or numbers" if column.kind == "text" else "date_parts"
            raise DataError(
                where=f"{where}, column {column.name!r}",
                expected="numbers behind the steps",
                actual=kind_in_words(column.kind),
                hint=f"Add the step {step}, or leave the column out.",
            )
        if column.missing.any():
            raise DataError(
                where=f"{where}, column {column.name!r}",
                expected="a value in each row",
                actual=f"none in {column.missing.sum():,} of {len(column):,} rows, first in row {int(column.missing.argmax())}",
                hint="Add the step fill or drop.",
            )
        if (
            column.values.dtype.kind == "f"
            and not (finite := np.isfinite(column.values).reshape(len(column), -1).all(1)).all()
        ):
            raise DataError(
                where=f"{where}, column {column.name!r}",
                expected="finite numbers",
                actual=f"infinite ones in {(~finite).sum():,} of {len(column):,} rows, first in row {int(finite.argmin())}",
                hint="Clip the column, or leave these rows out.",
            )
    plain = [column for column in columns if column.kind != "array"]
    arrays = {column.name: _in_single(column.values) for column in columns if column.kind == "array"}
    features = _side_by_side([column.values for column in plain]) if plain else None
    if features is not None and not arrays:
        return features
    if features is not None:
        arrays["features"] = features
    return arrays if len(arrays) > 1 else next(iter(arrays.values()))


def _side_by_side(columns: Sequence[Array]) -> Array:
    """Columns as float32 (rows, columns): some rows at a time, so that what is written stays near the processor."""
    made = np.empty((len(columns[0]), len(columns)), np.float32)
    for first in range(0, len(made), _ROWS_AT_A_TIME):
        rows = slice(first, first + _ROWS_AT_A_TIME)
        part = made[rows]
        for place, values in enumerate(columns):
            part[:, place] = values[rows]
    return made


def _in_single(values: Array) -> Array:
    return values.astype(np.float32) if values.dtype == np.float64 else values
