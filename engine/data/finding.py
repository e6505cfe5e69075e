"""What a warning of a table is: its kind, its sentence, and the change that mends it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from ..types import Config
from .columns import Column, Columns
from .split import Parts, Split
from .step import Step


@dataclass(frozen=True)
class Change:
    """What a mend changes of a data set.

    Args:
        without: inputs that are left out.
        first: steps before all others; where nobody wrote any, they are proposed anew behind these.
        last: steps behind all others.
        split: settings of the split that are others.
    """

    without: tuple[str, ...] = ()
    first: tuple[Step, ...] = ()
    last: tuple[Step, ...] = ()
    split: Config = field(default_factory=dict[str, object])


@dataclass(frozen=True)
class Finding:
    """One warning of a data set.

    Args:
        kind: its kind, for programs: "constant column", "equal rows" ...
        sentence: what was found, with names and numbers.
        columns: the columns that it is about.
        mend: what mends it, in words; None where only new data would.
        change: what `Dataset.mended` does then; None where there is no mend.
    """

    kind: str
    sentence: str
    columns: tuple[str, ...]
    mend: str | None = None
    change: Change | None = None

    def __str__(self) -> str:
        return self.sentence if self.mend is None else f"{self.sentence} {self.mend}."


class Examined(Protocol):
    """A data set, as far as it is looked through."""

    @property
    def columns(self) -> Columns:
        """The table's columns."""
        ...

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the inputs."""
        ...

    @property
    def target(self) -> str | None:
        """Name of the target."""
        ...

    @property
    def split(self) -> Split:
        """How rows are divided."""
        ...

    @property
    def steps(self) -> Sequence[Step]:
        """What is done to the columns."""
        ...

    @property
    def has_proposed_steps(self) -> bool:
        """Whether nobody has written the steps."""
        ...

    @property
    def parts(self) -> Parts:
        """Numbers of the rows of each part."""
        ...

    @property
    def is_classes(self) -> bool:
        """Whether the target is a class."""
        ...

    @property
    def prepared_inputs(self) -> Columns:
        """The inputs behind the steps."""
        ...


Look: TypeAlias = "Callable[[Examined], Iterator[Finding]]"
"""What looks through a data set for findings of one kind or some."""


def inputs_of(data: Examined) -> Iterator[Column]:
    """The columns of the inputs.

    Args:
        data: the data set.

    Returns:
        An iterator over them.
    """
    return (data.columns[name] for name in data.inputs)


def is_taken_by(data: Examined, column: Column, *steps: type[Step]) -> bool:
    """Whether a step of some classes is about a column.

    Args:
        data: the data set.
        column: the column.
        steps: the classes.

    Returns:
        Whether there is one.
    """
    return any(isinstance(step, steps) and column.name in step.columns for step in data.steps)
