"""A table that is larger than the memory: the same roles, steps and predictions, its rows read in blocks while training goes on."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any, cast

import numpy as np

from .._machine.device import threads
from .._machine.room import bytes_in_words, free_memory
from ..errors import DataError, SettingError, UnknownName
from ..types import Array, Config
from .block_rows import TARGETS, BlockRows, PreparedBlocks, row_bytes
from .blocks import Blocks, ChainedBlocks
from .columns import Column, ColumnKind, Columns, Table
from .dataset import Dataset, Labelled
from .finding import Finding
from .own_rows import without_share
from .preparation import Preparation, of_kind
from .split import Split
from .step import Step

# Steps are fitted on so many training rows, or fewer where they have many values, of blocks at even distances.
_MOST_FITTED = 50_000
_MOST_FITTED_VALUES = 4 * 2**20
_MOST_CLASSES = 1000
# So many texts tell how long they are.
_MEASURED_TEXTS = 256
# Blocks of more bytes are prepared one at a time: what is made of several on the way would take too much memory.
_LARGE_BLOCK = 4 * 2**20
_PARTS = ("train", "validation", "test")


class LargeTable:
    """A table that is prepared for a network block by block; nothing of it changes, `with_` gives another one.

    Args:
        blocks: the table.
        inputs: names of the input columns; None (the default): all but the target.
        target: name of the target column; None (the default): there is none.
        steps: what is done to them, in order; None (the default): what the columns suggest.
        split: which rows go where, by chance or order; None (the default): 10 % for validation, by chance.
        validation: a table whose rows are the validation rows, whatever share the split says; None (the default): there is none.

    Raises:
        UnknownName: there is no column of a name.
        SettingError: the target is an input too, or the split goes by a column or into folds.

    Example:
        >>> from engine.data.blocks import ArrayBlocks
        >>> data = LargeTable(ArrayBlocks({"x": np.zeros((100, 3)), "y": np.arange(100.0)}), target="y")
        >>> data.x.shape, data.y.shape, data.validation.x.shape
        ((90, 3), (90, 1), (10, 3))
    """

    def __init__(
        self,
        blocks: Blocks,
        inputs: Sequence[str] | None = None,
        target: str | None = None,
        steps: Sequence[Step | Mapping[str, object]] | None = None,
        split: Split | Mapping[str, object] | None = None,
        validation: Blocks | None = None,
    ) -> None:
        self.blocks, self.target, self.source = blocks, target, blocks.source
        self.own_blocks = validation
        """The table that the validation rows are of; None where they are a share of the rows."""
        # Blocks of the first table, which the split divides; all rows of those behind them are for validation.
        self._divided = len(blocks)
        self.all_blocks = blocks if validation is None else ChainedBlocks(blocks, validation)
        """All rows, those of a table of their own last."""
        self.split = split if isinstance(split, Split) else Split.from_config(split or {})
        refuse_split(self.split)
        self.inputs = tuple(inputs) if inputs is not None else tuple(n for n in blocks.names if n != target)
        self._named = [*self.inputs, *([] if target is None else [target])]
        for name in self._named:
            if name not in blocks.names:
                raise UnknownName(name, blocks.names, kind="column", where=self.source, of_model=True)
        self._given = steps
        if validation is not None:
            self.split = without_share(self.split)
            for name in self._named:
                if name not in validation.names:
                    raise UnknownName(name, validation.names, kind="column", where=validation.source, of_model=True)

    def __len__(self) -> int:
        return self.all_blocks.rows

    # Rows of the parts

    @cached_property
    def _counts(self) -> tuple[Array, Array, Array]:
        """Rows of each block that go to training, to validation and to the test."""
        starts, rows, split = self.blocks.starts, self.blocks.rows, self.split
        own_validation = np.diff(self.all_blocks.starts)[self._divided :]
        if split.by == "order":
            test = int(rows * split.test)
            measured = int((rows - test) * split.validation)
            bounds = [0, rows - test - measured, rows - test, rows]
            ends = tuple(np.clip(starts, begin, end) for begin, end in pairwise(bounds))
        else:
            test = np.floor(starts * split.test)
            measured = np.floor((starts - test) * split.validation)
            ends = (starts - test - measured, measured, test)
        training, validation, tested = (np.diff(end).astype(np.int64) for end in ends)
        none = np.zeros_like(own_validation)
        return (
            np.concatenate([training, none]),
            np.concatenate([validation, own_validation]),
            np.concatenate([tested, none]),
        )

    def _rows_in(self, block: int, part: int) -> Array:
        """The rows of a part within a block, in order."""
        if block >= self._divided:
            return np.arange(int(self._counts[part][block]))
        if self.split.by == "order":
            before = sum(int(counts[block]) for counts in self._counts[:part])
            return np.arange(before, before + int(self._counts[part][block]))
        # Of each block its share, by chance that is its own, so no list of all rows is needed.
        size = int(self.blocks.starts[block + 1] - self.blocks.starts[block])
        order = np.random.Generator(np.random.PCG64([self.split.seed, block])).permutation(size)
        ends = np.cumsum([int(counts[block]) for counts in self._counts])
        return np.sort(order[ends[part] - self._counts[part][block] : ends[part]])

    # What steps are fitted on

    @cached_property
    def looked_at(self) -> Dataset:
        """The training rows that steps are fitted on, as a table in memory: up to 50 000, with a row of each class."""
        first = self.all_blocks.read(0, self._named)
        values = sum(map(_values_of, first.values()))
        most = max(min(_MOST_FITTED, _MOST_FITTED_VALUES // max(values, 1)), 1)
        counts = self._counts[0]
        if not counts.sum():
            raise DataError(where="split", expected="enough rows for the training part", actual=f"{len(self)} rows")
        usual, count = max(int(counts[: self._divided].mean()), 1), self._divided
        chosen = np.unique(np.linspace(0, count - 1, max(1, min(count, most // usual))).astype(np.int64))
        parts = [self._training_rows(int(block)) for block in chosen if counts[block]]
        parts += self._of_other_classes(parts)
        columns = {name: joined([part[name] for part in parts]) for name in self._named}
        made = Dataset(columns, self.inputs, self.target, self._given, Split(validation=0.0), self.source)
        refuse_steps(made)
        return made

    def _training_rows(self, block: int) -> Columns:
        rows = self._rows_in(block, 0)
        return {name: column.take(rows) for name, column in self.all_blocks.read(block, self._named).items()}

    def _of_other_classes(self, parts: list[Columns]) -> list[Columns]:
        """A training row of each class that the chosen rows lack; none where the target is an amount."""
        if self.target is None:
            return []
        if not _may_be_class(parts, self.target):
            return []
        known = {value for part in parts for value in part[self.target].present().tolist()}
        additions: list[Columns] = []
        for block in range(self._divided):
            column = self.blocks.read(block, [self.target])[self.target].take(self._rows_in(block, 0))
            values, rows = np.unique(column.values[~column.missing], return_index=True)
            if len(known) + len(values) > 2 * _MOST_CLASSES or (
                column.kind == "number" and (values != np.rint(values)).any()
            ):
                return []
            new = [int(row) for value, row in zip(values.tolist(), rows, strict=True) if value not in known]
            if new:
                known.update(values.tolist())
                there = np.flatnonzero(~column.missing)[new]
                additions.append({name: one.take(there) for name, one in self._training_rows(block).items()})
        return additions

    # As a data set

    @property
    def steps(self) -> list[Step]:
        """The steps, in order: those given, else what the training rows suggest."""
        return self.looked_at.steps

    @property
    def preparation(self) -> Preparation:
        """The fitted steps, which prepare new rows too. Only training rows are looked at."""
        return self.looked_at.preparation

    @property
    def classes(self) -> list[str] | None:
        """Names of the target's classes in the order of their numbers; None where it is an amount."""
        return self.looked_at.classes

    @property
    def features(self) -> list[str]:
        """Names of the columns of `x`, in order; arrays are left out."""
        return self.looked_at.features

    @property
    def input_shape(self) -> tuple[int, ...]:
        """Shape of one input, for a network's first layer. Raises DataError where there are several inputs."""
        return self.looked_at.input_shape

    @property
    def warnings(self) -> list[Finding]:
        """What in the rows that were looked at is likely to spoil a training."""
        return self.looked_at.warnings

    def mended(self, finding: Finding) -> LargeTable:
        """The same table with the mend of a warning.

        Args:
            finding: one of `warnings`.

        Returns:
            A data set of its own.

        Raises:
            SettingError: it has no mend.
        """
        made = self.looked_at.mended(finding)
        steps = None if made.has_proposed_steps else made.steps
        return LargeTable(self.blocks, made.inputs, self.target, steps, self.split, self.own_blocks)

    def with_(
        self,
        *,
        inputs: Sequence[str] | None = None,
        steps: Sequence[Step | Mapping[str, object]] | None = None,
        split: Split | Mapping[str, object] | None = None,
    ) -> LargeTable:
        """The same table with other roles, steps or another split.

        Args:
            inputs: names of the input columns; those of this one by default.
            steps: the steps; those of this one by default, where they were given.
            split: the split; that of this one by default.

        Returns:
            A data set of its own.
        """
        return LargeTable(
            self.blocks,
            self.inputs if inputs is None else inputs,
            self.target,
            self._given if steps is None else steps,
            self.split if split is None else split,
            self.own_blocks,
        )

    def sample(self, count: int = 16) -> list[dict[str, Any]]:
        """Some training rows as the table has them, the same ones each time.

        Args:
            count: how many, 16 by default.

        Returns:
            A dict for each row; None where a value is missing.
        """
        return self.looked_at.sample(count)

    def predict(self, model: Any, rows: Table) -> Array:
        """A model's predictions for new rows, in the target's own unit or as its classes.

        Args:
            model: a model that was trained on this data set.
            rows: a table, or one row as a dict.

        Returns:
            One value for each row.
        """
        return self.looked_at.predict(model, rows)

    def get_config(self) -> Config:
        """Roles, steps and split as plain data; the table itself is not in it.

        Returns:
            What `open` takes besides the source.
        """
        roles = {**self.looked_at.get_config(), "split": self.split.get_config()}
        return {**roles, "in_memory": False}

    # Parts

    def _rows_of(self, *parts: int) -> Labelled | None:
        """Inputs and targets of some parts, one behind the other; None where they have no rows."""
        places = [(int(block), part) for part in parts for block in np.flatnonzero(self._counts[part])]
        if not places:
            return None
        probe = self.looked_at.part(np.arange(1))
        kinds: dict[str, ColumnKind] = {name: column.kind for name, column in self.looked_at.used.items()}

        def prepare(index: int) -> Labelled:
            block, part = places[index]
            rows, where = self._rows_in(block, part), self.all_blocks.where(block)
            read = self.all_blocks.read(block, self._named)
            columns = {name: of_kind(column.take(rows), kinds[name], where) for name, column in read.items()}
            return self.looked_at.labelled(columns, where)

        sizes = np.array([self._counts[part][block] for block, part in places])
        alone = any(step.one_at_a_time for step in self.steps) or int(sizes.max()) * row_bytes(probe) > _LARGE_BLOCK
        blocks = PreparedBlocks(sizes, prepare, row_bytes(probe), readers=1 if alone else max(threads(), 1))

        def array(name: str | None, like: Array) -> BlockRows:
            return BlockRows(blocks, name, like.shape[1:], like.dtype, mark=self._mark)

        x = (
            {name: array(name, like) for name, like in probe.x.items()}
            if isinstance(probe.x, dict)
            else array("", probe.x)
        )
        return Labelled(cast("Any", x), cast("Any", None if probe.y is None else array(TARGETS, probe.y)))

    @cached_property
    def _mark(self) -> str | None:
        """What tells these rows from those of another file, of other steps or of another split; None of arrays in memory."""
        return (
            None
            if self.all_blocks.mark is None
            else json.dumps([self.all_blocks.mark, self.get_config()], sort_keys=True)
        )

    @property
    def counts(self) -> tuple[int, int, int]:
        """How many rows are for training, for validation and for the test."""
        training, validation, test = (int(counts.sum()) for counts in self._counts)
        return training, validation, test

    def measured_last(self) -> Labelled:
        """Inputs and targets of the training rows and behind them of the validation rows, as `validation_split` divides them.

        Returns:
            Arrays that are read while training goes on; `counts` says how many rows are for validation.
        """
        made = self._rows_of(0, 1)
        assert made is not None
        return made

    @cached_property
    def train(self) -> Labelled:
        """Inputs and targets of the training rows, read when they are asked for."""
        part = self._rows_of(0)
        assert part is not None
        return part

    @cached_property
    def validation(self) -> Labelled | None:
        """Inputs and targets of the validation rows; None where the split keeps none."""
        return self._rows_of(1)

    @cached_property
    def test(self) -> Labelled | None:
        """Inputs and targets of the test rows; None where the split keeps none."""
        return self._rows_of(2)

    @property
    def x(self) -> Any:
        """The inputs of the training rows, read when they are asked for."""
        return self.train.x

    @property
    def y(self) -> Any:
        """The targets of the training rows (rows, 1), read when they are asked for."""
        return self.train.y

    def arrays(self) -> dict[str, Labelled]:
        """All parts that have rows, in memory.

        Returns:
            "train", and "validation" and "test" where the split keeps them.

        Raises:
            DataError: they are more than half of the free memory.
        """
        needed = len(self) * row_bytes(self.looked_at.part(np.arange(1)))
        if needed > free_memory() // 2:
            raise DataError(
                where=self.source,
                expected=f"at most half of the free memory ({bytes_in_words(free_memory() // 2)})",
                actual=bytes_in_words(needed),
                hint="fit(data) and evaluate(data) read the rows in blocks.",
            )
        made: dict[str, Labelled] = {}
        for name in _PARTS:
            part = getattr(self, name)
            if part is not None:
                x = (
                    {key: np.asarray(one) for key, one in part.x.items()}
                    if isinstance(part.x, dict)
                    else np.asarray(part.x)
                )
                made[name] = Labelled(x, None if part.y is None else np.asarray(part.y))
        return made


def refuse_split(split: Split) -> None:
    """Refuse a split that a table in blocks cannot have.

    Args:
        split: the split.

    Raises:
        SettingError: it goes by a column or into folds.
    """
    if split.by not in ("chance", "order") or split.folds is not None:
        asked = f"folds={split.folds}" if split.folds is not None else f"by={split.by!r}"
        raise SettingError(
            where="split",
            expected="by='chance' or by='order' for a table that is read in blocks",
            actual=asked,
            hint="With in_memory=True it is read as a whole.",
        )


def refuse_steps(data: Dataset) -> None:
    """Refuse steps that a table in blocks cannot have.

    Args:
        data: some of its rows, with the steps.

    Raises:
        SettingError: a step leaves out rows.
    """
    for step in data.steps:
        named = {name: data.columns[name] for name in step.columns if name in data.columns}
        if step.chooses_rows or step.drops(named) is not None:
            raise SettingError(
                where=f"{data.source}, step {step.kind}",
                expected="steps that keep all rows of a table that is read in blocks",
                actual=step.kind,
                hint="Fill what is missing, or open it with in_memory=True.",
            )


def _values_of(column: Column) -> int:
    """How many numbers take as much memory as a row of a column."""
    if column.kind == "text":
        return 1 + sum(map(len, column.values[:_MEASURED_TEXTS])) // (8 * min(len(column), _MEASURED_TEXTS))
    return int(np.prod(column.values.shape[1:], dtype=np.int64))


def _may_be_class(parts: list[Columns], target: str) -> bool:
    column = joined([part[target] for part in parts])
    values = column.present()
    if column.kind in ("text", "boolean"):
        return True
    return (
        column.kind == "number" and bool((values == np.rint(values)).all()) and len(np.unique(values)) <= _MOST_CLASSES
    )


def joined(parts: Sequence[Column]) -> Column:
    """One column of several, of the kind of the first that has values.

    Args:
        parts: columns of one name.

    Returns:
        Their rows, one part behind the other.
    """
    kind = next((part for part in parts if not part.missing.all()), parts[0]).kind
    alike = [of_kind(part, kind, "the table") for part in parts]
    values, missing = (np.concatenate([getattr(part, name) for part in alike]) for name in ("values", "missing"))
    return Column(parts[0].name, kind, values, missing, sum(part.mixed for part in parts))
