"""What `fit`, `evaluate` and `predict` are passed, before it is checked and cut into batches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from ..errors import DataError, SettingError
from . import prefetch


class Arrays(NamedTuple):
    """Data as the user has them in memory or in a file: arrays, frames, sparse matrices; lists or dicts of them.

    steps: batches in a pass when it is not all data; `steps_name` is how messages call it.
    """

    x: Any
    y: Any = None
    sample_weight: Any = None
    class_weight: Any = None
    batch_size: int | None = None
    shuffle: bool | str = False
    steps: int | None = None
    steps_name: str = "steps"


class Generated(NamedTuple):
    """Data that come batch by batch from a generator or a `Sequence`, made ahead by `workers` threads."""

    generator: Any
    steps: int | None = None
    class_weight: Any = None
    shuffle: bool = False
    workers: int = 1
    queue: int = 10
    steps_name: str = "steps"


class Validation(NamedTuple):
    """What is measured after each epoch: data of its own (arrays, generator or Sequence), or a share of the training's."""

    data: Any = None
    steps: int | None = None
    share: float = 0.0


def validation_tuple(given: Any) -> tuple[Any, ...]:
    """(x, y) or (x, y, sample_weight) as given for validation; raises DataError for anything else."""
    if not isinstance(given, (tuple, list)) or len(given) not in (2, 3):
        found = f"{len(given)} items" if isinstance(given, (tuple, list)) else type(given).__name__
        raise DataError(where="validation_data", expected="(x, y) or (x, y, sample_weight)", found=found)
    return tuple(given)


def is_source(given: Any) -> bool:
    """Whether batches come out of it one by one (generator, Sequence), rather than its being arrays."""
    return hasattr(given, "__next__") or (prefetch.is_sequence(given) and not isinstance(given, (tuple, list)))


def count_steps(source: Any, steps: int | None, name: str) -> int:
    """How many batches to take: `steps`, or all of what knows its length; raises SettingError when that is not known."""
    if steps is None and hasattr(source, "__len__"):
        steps = len(source)
    if steps is None:
        raise SettingError(where=name, expected="the number of batches to take from the generator", found="None")
    return int(steps)


def with_first(generator: Any) -> tuple[Any, Any]:
    """The first item of a generator or Sequence, and what gives all items, this one included. Raises DataError."""
    if prefetch.is_sequence(generator):
        return generator[0], generator
    try:
        first = next(generator)
    except StopIteration:
        raise DataError(where="generator", expected="at least one batch", found="none") from None
    return first, _continued(first, generator)


def _continued(first: Any, generator: Any) -> Iterator[Any]:
    yield first
    while True:
        try:
            yield next(generator)
        except StopIteration:
            return
