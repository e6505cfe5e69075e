"""A number that tells what a frame holds from what it held before, without keeping it."""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np

from ..types import Array
from .columns import with_text_names


def content_mark(frame: Any, rows: Array | None = None) -> int:
    """A number that is another one, but for a chance of 1 in 4 billion, where a frame holds something else.

    Args:
        frame: of pandas, polars, arrow or another library that narwhals knows. A gigabyte takes about a second.
        rows: numbers of the rows that count; None (the default): all.

    Returns:
        A whole number of 32 bits.

    Example:
        >>> import pyarrow
        >>> frames = [pyarrow.table({"x": [1.0, 2.0, last]}) for last in (3.0, 3.0, 4.0)]
        >>> marks = [content_mark(frame) for frame in frames]
        >>> marks[0] == marks[1], marks[0] == marks[2]
        (True, False)
    """
    import narwhals as nw

    known: Any = nw.from_native(with_text_names(frame), eager_only=True)
    known = known if rows is None else known[rows]
    mark = zlib.crc32(repr(list(known.columns)).encode())
    for name in known.columns:
        series = known[name]
        values = np.asarray(series.to_numpy()) if series.dtype.is_numeric() else np.empty(0, object)
        if series.dtype.is_numeric() and not values.dtype.hasobject:
            content = np.ascontiguousarray(values).view(np.uint8).data
        else:
            content = "\0".join(map(repr, series.to_list())).encode("utf-8", "surrogatepass")
        mark = zlib.crc32(content, zlib.crc32(str(series.dtype).encode(), mark))
    return mark
