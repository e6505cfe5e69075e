"""Reading the arguments of training methods that come in several forms."""

from __future__ import annotations

from typing import Any

from ..core.errors import DataError, SettingError
from ..training import prefetch


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
