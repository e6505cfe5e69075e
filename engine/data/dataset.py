"""A table with roles, steps and a split: what a network trains on, and the way back from its predictions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple, TypeAlias, cast

import numpy as np

from ..errors import DataError, SettingError, UnknownName
from ..types import Array, Config
from .columns import Column, Columns, Table
from .distinct import distinct_texts
from .finding import Change, Finding
from .findings import findings
from .own_rows import without_share
from .preparation import Preparation, fitted, packed
from .profile import Profile, profile_of
from .proposals import is_class, proposed_steps
from .split import Parts, Split
from .step import Step, without
from .steps import step_of

_FEWEST_TO_SPLIT = 20
Inputs: TypeAlias = "Array | dict[str, Array]"


class Labelled(NamedTuple):
    """One part of a data set, as `fit` and `evaluate` take it.

    Args:
        x: the inputs.
        y: the targets; None where there is no target column.
    """

    x: Inputs
    y: Array | None

    def by_name(self) -> dict[str, Array]:
        """The arrays as experiments name them.

        Returns:
            The inputs as "x", or by the names that they have, and the targets as "y".
        """
        inputs = self.x if isinstance(self.x, dict) else {"x": self.x}
        return {**inputs, **({} if self.y is None else {"y": self.y})}


class Dataset:
    """A table that is prepared for a network, step by step; nothing of it changes, `with_` gives another one.

    Args:
        columns: the table's columns.
        inputs: names of the input columns; None (the default): all but the target and what the split goes by.
        target: name of the target column; None (the default): there is none.
        steps: what is done to them, in order; None (the default): what the columns suggest.
        split: which rows go where; None (the default): 10 % for validation, by chance; of fewer than 20 rows none.
        source: where the table came from, in words; "data" by default.
        own_validation: how many of the last rows come from a table of their own and are the validation rows, whatever share
            the split says; 0 by default.

    Raises:
        UnknownName: there is no column of a name.
        SettingError: the target is an input too.
        DataError: the split leaves a part empty.

    Example:
        >>> import engine
        >>> data = engine.data.open({"rooms": [1, 2, 3, 4] * 5, "rent": [10.0, 20, 30, 40] * 5}, target="rent")
        >>> data.x.shape, data.y.shape, len(data.validation.y)
        ((18, 1), (18, 1), 2)
    """

    def __init__(
        self,
        columns: Columns,
        inputs: Sequence[str] | None = None,
        target: str | None = None,
        steps: Sequence[Step | Mapping[str, object]] | None = None,
        split: Split | Mapping[str, object] | None = None,
        source: str = "data",
        own_validation: int = 0,
    ) -> None:
        self.columns, self.target, self.source = columns, target, source
        self.own_validation = own_validation
        self._given = None if steps is None else [step if isinstance(step, Step) else step_of(step) for step in steps]
        past = [step for step in self._given or () if step.takes_past]
        if split is None:
            # By chance hardly a window would lie in one part.
            by = "order" if past else "chance"
            split = Split(validation=0.1 if len(self) >= _FEWEST_TO_SPLIT else 0.0, by=by)
        split = split if isinstance(split, Split) else Split.from_config(split)
        self.split = without_share(split) if own_validation else split
        by = self.split.column
        self.inputs = tuple(inputs) if inputs is not None else tuple(n for n in columns if n not in (target, by))
        for name in (*self.inputs, *([] if target is None else [target])):
            if name not in columns:
                raise UnknownName(name, columns, kind="column", where=source, of_model=True)
        if target in self.inputs and not any(target in step.columns for step in past):
            raise SettingError(
                where=f"{source}, inputs",
                expected="columns other than the target",
                actual=repr(target),
                hint="Leave it out.",
            )
        if not self.inputs:
            beside = "" if target is None else f" beside the target {target!r}"
            raise SettingError(where=f"{source}, inputs", expected=f"at least one column{beside}", actual="none")

    @property
    def has_proposed_steps(self) -> bool:
        """Whether nobody has written the steps."""
        return self._given is None

    def mended(self, finding: Finding) -> Dataset:
        """The same table with the mend of a warning.

        Args:
            finding: one of `warnings`.

        Returns:
            A data set of its own.

        Raises:
            SettingError: it has no mend.
        """
        if finding.change is None:
            raise SettingError(where="finding", expected="one with a mend", actual=str(finding))
        return self._changed(finding.change)

    def _changed(self, change: Change) -> Dataset:
        made = self.with_(
            inputs=[name for name in self.inputs if name not in change.without],
            steps=None if self._given is None else without(self._given, change.without),
            split={**self.split.get_config(), **change.split},
        )
        steps = made.steps
        if change.first and self.has_proposed_steps:
            columns = made.used
            for one in fitted(change.first, columns, made.parts.train):
                columns = one.step.apply(columns, one.fitted)
            inputs = [name for name in columns if name != self.target]
            steps = proposed_steps(columns, inputs, self.target, made.parts.train)
        if change.first or change.last:
            return made.with_(steps=[*change.first, *steps, *change.last])
        return made

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    def with_(
        self,
        *,
        inputs: Sequence[str] | None = None,
        steps: Sequence[Step | Mapping[str, object]] | None = None,
        split: Split | Mapping[str, object] | None = None,
    ) -> Dataset:
        """The same table with other roles, steps or another split.

        Args:
            inputs: names of the input columns; those of this one by default.
            steps: the steps; those of this one by default, where they were given.
            split: the split; that of this one by default.

        Returns:
            A data set of its own.
        """
        return Dataset(
            self.columns,
            self.inputs if inputs is None else inputs,
            self.target,
            self._given if steps is None else steps,
            self.split if split is None else split,
            self.source,
            self.own_validation,
        )

    @cached_property
    def used(self) -> Columns:
        """The columns of the inputs and of the target, as the table has them."""
        names = (*self.inputs, *([] if self.target is None else [self.target]))
        return {name: self.columns[name] for name in names}

    @cached_property
    def steps(self) -> list[Step]:
        """The steps, in order: those given, else what the training rows suggest."""
        if self._given is not None:
            return self._given
        return proposed_steps(self.columns, list(self.inputs), self.target, self.parts.train)

    @cached_property
    def is_classes(self) -> bool:
        """Whether the target is a class rather than an amount."""
        return self.target is not None and is_class(self.columns[self.target])

    @cached_property
    def parts(self) -> Parts:
        """Numbers of the rows for training, validation and test."""
        classes = None
        if self.target is not None and self.is_classes:
            column = self.columns[self.target]
            classes = distinct_texts(column.values)[1]
        left_out = self._left_out()
        if left_out is not None and left_out.all():
            raise DataError(
                where=self.source,
                expected="rows that the steps leave",
                actual=f"all {len(self):,} left out"
                + ("" if self._given is not None else f", as none has a value of the target {self.target!r}"),
                hint="Choose another target." if self._given is None else "Take away a step, or fill what is missing.",
            )
        parts = self._divided(classes, left_out)
        for step in self._given or ():
            parts = step.within(parts, self.columns)
        return parts

    def _divided(self, classes: Array | None, left_out: Array | None) -> Parts:
        """The parts before steps choose among their rows."""
        rows = len(self) - self.own_validation
        if not self.own_validation:
            return self.split.rows(rows, self.columns, classes, left_out)
        known = np.zeros(len(self), bool) if left_out is None else left_out
        validation = rows + np.flatnonzero(~known[rows:])
        if not len(validation):
            raise DataError(
                where=f"{self.source}, validation",
                expected="rows that the steps leave",
                actual=f"all {self.own_validation:,} left out",
            )
        parts = self.split.rows(rows, self.columns, None if classes is None else classes[:rows], known[:rows])
        return Parts(parts.train, validation, parts.test)

    def _left_out(self) -> Array | None:
        """The rows that a step leaves out, as the table itself tells."""
        steps = self._given
        if steps is None:
            return None if self.target is None else self.columns[self.target].missing
        masks: list[Array] = []
        for step in steps:
            named = [name for name in step.columns if name in self.used]
            if named and (mask := step.drops({name: self.used[name] for name in named})) is not None:
                masks.append(mask)
        return np.any(masks, axis=0) if masks else None

    @cached_property
    def preparation(self) -> Preparation:
        """The fitted steps, which prepare new rows too. Only training rows are looked at."""
        steps = fitted(self.steps, self.used, self.parts.train)
        return Preparation({name: self.columns[name].kind for name in self.inputs}, self.target, steps)

    @cached_property
    def prepared_inputs(self) -> Columns:
        """The input columns behind the steps."""
        return self.preparation.applied({name: self.columns[name] for name in self.inputs})

    @cached_property
    def _prepared_target(self) -> Columns:
        target = {} if self.target is None else {self.target: self.columns[self.target]}
        return self.preparation.applied(target, of_target=True)

    def part(self, rows: Array) -> Labelled:
        """Inputs and targets of some rows.

        Args:
            rows: their numbers.

        Returns:
            The inputs as float32 (rows, features), and the targets (rows, 1), which are whole numbers where they are classes.

        Raises:
            DataError: behind the steps a value is no number, missing or infinite.
        """
        x = packed([column.take(rows) for column in self.prepared_inputs.values()], self.source)
        return Labelled(x, None if self.target is None else self.targets(rows))

    def targets(self, rows: Array) -> Array:
        """Targets of some rows behind the steps.

        Args:
            rows: their numbers.

        Returns:
            (rows, 1), or a column for each class; whole numbers where they are classes.

        Raises:
            DataError: a value is missing, infinite, or a class that no training row has.
        """
        return self._as_targets([column.take(rows) for column in self._prepared_target.values()], self.source)

    def labelled(self, columns: Columns, where: str) -> Labelled:
        """Inputs and targets of other rows of the same table, by the steps as they were fitted.

        Args:
            columns: their columns.
            where: how a message names them.

        Returns:
            As `part` gives them.

        Raises:
            DataError: behind the steps a value is no number, missing or infinite.
        """
        prepared = self.preparation.applied({name: columns[name] for name in self.inputs})
        x = packed(list(prepared.values()), where)
        if self.target is None:
            return Labelled(x, None)
        target = self.preparation.applied({self.target: columns[self.target]})
        return Labelled(x, self._as_targets(list(target.values()), where))

    def _as_targets(self, columns: list[Column], where: str) -> Array:
        if len(columns) > 1:
            # A step has spread it.
            spread = packed(columns, where)
            assert isinstance(spread, np.ndarray)
            return spread
        column, classes = columns[0], self.preparation.classes
        packed([column], where)
        if column.kind == "array":
            return column.values.astype(np.float32)
        if classes is not None and (column.values >= len(classes)).any():
            row = int(np.argmax(column.values >= len(classes)))
            raise DataError(
                where=f"{where}, target {self.target!r}",
                expected=f"one of the {len(classes)} classes of the training rows",
                actual=f"another one in a row of another part, the {row + 1}. of it",
                hint="Let each part have the same share of each class, or leave that row out.",
            )
        return column.values.astype(np.int64 if classes is not None else np.float32)[:, None]

    @cached_property
    def train(self) -> Labelled:
        """Inputs and targets of the training rows."""
        return self.part(self.parts.train)

    @property
    def x(self) -> Any:
        """The inputs of the training rows: an array (rows, features), or arrays by name."""
        return self.train.x

    @property
    def y(self) -> Any:
        """The targets of the training rows (rows, 1)."""
        return self.train.y

    @cached_property
    def validation(self) -> Labelled | None:
        """Inputs and targets of the validation rows; None where the split keeps none."""
        return self.part(self.parts.validation) if len(self.parts.validation) else None

    @cached_property
    def test(self) -> Labelled | None:
        """Inputs and targets of the test rows; None where the split keeps none."""
        return self.part(self.parts.test) if len(self.parts.test) else None

    def arrays(self) -> dict[str, Labelled]:
        """All parts that have rows.

        Returns:
            "train", and "validation" and "test" where the split keeps them.
        """
        parts = {"train": self.train, "validation": self.validation, "test": self.test}
        return {name: part for name, part in parts.items() if part is not None}

    @property
    def classes(self) -> list[str] | None:
        """Names of the target's classes in the order of their numbers; None where it is an amount."""
        return self.preparation.classes

    @property
    def class_weight(self) -> dict[int, float]:
        """A weight for each class by which all count alike in training, however few rows they have: rows / (classes * rows of it).

        For `model.fit(data, class_weight=data.class_weight)`; only training rows are counted.

        Raises:
            SettingError: the target is no class.
        """
        if self.classes is None:
            raise SettingError(where="class_weight", expected="a target that is a class", actual=repr(self.target))
        y = np.asarray(self.y)
        numbers = y.argmax(1) if y.ndim == 2 and y.shape[1] > 1 else y.reshape(-1).astype(np.int64)
        counts = np.bincount(numbers, minlength=len(self.classes))
        return {label: len(numbers) / (len(counts) * count) for label, count in enumerate(counts.tolist()) if count}

    @property
    def features(self) -> list[str]:
        """Names of the columns of `x`, in order; arrays are left out."""
        return [column.name for column in self.prepared_inputs.values() if column.kind != "array"]

    @property
    def input_shape(self) -> tuple[int, ...]:
        """Shape of one input, for a network's first layer. Raises DataError where there are several inputs."""
        x = self.x
        if isinstance(x, dict):
            raise DataError(
                where=self.source,
                expected="one input",
                actual=f"{len(x)}: {', '.join(x)}",
                hint="Make an Input for each.",
            )
        return x.shape[1:]

    def sample(self, count: int = 16) -> list[dict[str, Any]]:
        """Some training rows as the table has them, the same ones each time.

        Args:
            count: how many, 16 by default.

        Returns:
            A dict for each row; None where a value is missing.
        """
        rows = np.random.default_rng(0).permutation(self.parts.train)[:count]
        used = {name: column.take(rows) for name, column in self.used.items()}
        return [{name: _value(column, i) for name, column in used.items()} for i in range(len(rows))]

    def profile(self, most_rows: int | None = None) -> Profile:
        """The table at one look: how each column's values lie, what it tells of the target, which columns go together.

        Args:
            most_rows: of more rows than this so many are looked at, spread over all; None (the default): all are.

        Returns:
            The profile, of the table as it is, before its steps.
        """
        return profile_of(self.columns, self.target, most_rows)

    @cached_property
    def warnings(self) -> list[Finding]:
        """What in the data is likely to spoil a training, each with what mends it."""
        # Type checkers take a cached property for no property.
        return findings(cast("Any", self), lambda change: cast("Any", self._changed(change)))

    def predict(self, model: Any, rows: Table) -> Array:
        """A model's predictions for new rows, in the target's own unit or as its classes.

        Args:
            model: a model that was trained on this data set's arrays.
            rows: a table, or one row as a dict.

        Returns:
            One value for each row.
        """
        return self.preparation.undo(model.predict(self.preparation.rows(rows)))

    def get_config(self) -> Config:
        """Roles, steps and split as plain data; the table itself is not in it.

        Returns:
            What `open` takes besides the source.
        """
        steps = [step.get_config() for step in self.steps]
        return {"inputs": list(self.inputs), "target": self.target, "steps": steps, "split": self.split.get_config()}


def _value(column: Column, row: int) -> Any:
    if column.missing[row]:
        return None
    value = column.values[row]
    return value if column.kind in ("text", "array", "date") else value.item()
