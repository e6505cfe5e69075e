"""Names for what signatures say: arrays, shapes, axes and the plain data that files and callbacks carry.

These are aliases for people and for type checkers; nothing is checked or converted at run time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

__all__ = [
    "Array",
    "ArrayLike",
    "Axis",
    "Config",
    "DType",
    "DTypeLike",
    "Json",
    "Logs",
    "Shape",
]

Array: TypeAlias = NDArray[Any]
"""An array that is computed with: of NumPy, or of CuPy where the model lies on a GPU (it has the same methods)."""

DType: TypeAlias = "np.dtype[Any]"
"""The type of an array's elements, as NumPy keeps it. What users may write for one is `DTypeLike`."""

Shape: TypeAlias = "tuple[int | None, ...]"
"""Lengths of the axes, the batch first where there is one; None is a length that is not known yet."""

Axis: TypeAlias = "int | Sequence[int] | None"
"""One axis, several, or None for all of them; negative ones count from the end."""

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
"""Plain data, as JSON and YAML carry it."""

Config: TypeAlias = "dict[str, Any]"
"""What `get_config` returns and `from_config` takes: arguments by name, as plain data."""

Logs: TypeAlias = "Mapping[str, Any]"
"""What callbacks are told of a batch or an epoch: losses and metrics by name (`loss`, `val_acc` ...), `batch` and `size`."""
