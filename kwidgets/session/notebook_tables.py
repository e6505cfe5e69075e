"""Tables among the notebook's variables: frames, and data sets of other libraries, none of which is imported to tell them."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from typing import Any, cast

import numpy as np

from engine.data import Columns, columns_of, content_mark, some_rows

from ..refused import Refused
from ..words import data as say

Frames = Callable[[], Mapping[str, object]]
_PROBED_ROWS = 256
_LIBRARIES = ("pandas", "polars", "pyarrow", "modin", "cudf")


def is_frame(value: object) -> bool:
    """Whether a variable is a frame of pandas, polars or arrow.

    >>> is_frame([1, 2])
    False
    """
    kind = type(value)
    return kind.__name__ in ("DataFrame", "Table") and kind.__module__.partition(".")[0] in _LIBRARIES


def is_set(value: object) -> bool:
    """Whether a variable is a data set of Hugging Face or xarray, a group of zarr, or what scikit-learn's `load_*` give.

    >>> is_set({"data": [[1.0]], "feature_names": ["x"]})
    False
    """
    if _is_bunch(value):
        return isinstance(value, Mapping) and {"data", "feature_names", "target"} <= set(value)
    kind = type(value)
    library = kind.__module__.partition(".")[0]
    return (kind.__name__ == "Dataset" and library in ("datasets", "xarray")) or (
        kind.__name__ == "Group" and library == "zarr"
    )


def _is_bunch(value: object) -> bool:
    """Whether it is what scikit-learn's `load_*` give."""
    return type(value).__name__ == "Bunch" and type(value).__module__.partition(".")[0] == "sklearn"


def is_notebook_table(value: object) -> bool:
    """Whether a variable is offered as a table."""
    return is_frame(value) or is_set(value)


def notebook_table(name: str, frames: Frames) -> Any:
    """The table of this name. Raises Refused where there is none."""
    table = frames().get(name)
    if not is_notebook_table(table):
        raise Refused(say.no_frame_named(name), say.RUN_ITS_CELL, field="source")
    return table


def shape_of(frame: Any) -> tuple[int, int]:
    """Rows and columns of a frame."""
    rows, width = frame.shape
    return int(rows), int(width)


def stamp_of_table(table: Any) -> tuple[object, ...]:
    """What tells that a table is another one than before, or that a cell has changed one of some rows of it."""
    if is_frame(table):
        rows = shape_of(table)[0]
        return id(table), shape_of(table), content_mark(table, some_rows(rows, min(rows, _PROBED_ROWS)))
    parts = table.values() if isinstance(table, Mapping) and _is_bunch(table) else ()
    return id(table), *map(_mark, parts)


def _mark(part: object) -> int:
    """A number that tells some rows of one part of a set from what they were."""
    if is_frame(part):
        return cast("int", stamp_of_table(part)[-1])
    if not isinstance(part, np.ndarray) or part.dtype.hasobject or not part.ndim:
        return 0
    rows = some_rows(len(part), min(len(part), _PROBED_ROWS))
    return zlib.crc32(np.ascontiguousarray(part[rows]).view(np.uint8).data)


def columns_of_set(name: str, table: Any) -> Columns:
    """The columns of a data set, which has rows. Raises EngineError where it is no table, Refused where it is empty."""
    columns = columns_of(table)
    if not len(next(iter(columns.values()))):
        raise Refused(say.frame_is_empty(name), field="source")
    return columns
