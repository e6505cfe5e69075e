"""Reading the arguments of training methods that come in several forms."""

from __future__ import annotations

import warnings
from typing import Any

from ..core.errors import DataError, SettingError, SettingTypeError
from ..training import prefetch


def old_arguments(kwargs: dict[str, Any], epochs: int) -> int:
    """Read Keras 1's names; gives the number of epochs. Raises SettingTypeError for any other keyword."""
    if "nb_epoch" in kwargs:
        epochs = kwargs.pop("nb_epoch")
        warnings.warn(f"`nb_epoch` is now `epochs`: fit(epochs={epochs})", stacklevel=3)
    if kwargs.pop("show_accuracy", None) is not None:
        warnings.warn("`show_accuracy` is now compile(metrics=['accuracy']).", stacklevel=3)
    if kwargs:
        raise SettingTypeError(where="fit", expected="Keras 2's arguments", found=f"unknown {sorted(kwargs)}")
    return epochs


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
    """How many batches to take: `steps`, or all of a Sequence; raises SettingError when that is not known."""
    if steps is None and prefetch.is_sequence(source):
        steps = len(source)
    if steps is None:
        raise SettingError(where=name, expected="the number of batches to take from the generator", found="None")
    return int(steps)
