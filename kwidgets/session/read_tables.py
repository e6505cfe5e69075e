"""Tables as they are read, from files and from the notebook's frames; of large ones a few rows first."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

import numpy as np

from engine.data import (
    Blocks,
    Columns,
    Places,
    blocks_of,
    columns_of,
    content_mark,
    dataset_of,
    joined,
    read_table,
    sample_file,
    some_rows,
)
from engine.types import Array, Config

from ..refused import Refused
from ..words import data as say

TABLE, FRAME = "table", "frame"
_PROBED_ROWS = 256
# The rows that are shown of a table in blocks are from so many of them.
_SHOWN_BLOCKS = 16
_LIBRARIES = ("pandas", "polars", "pyarrow", "modin", "cudf")

Stamp = tuple[object, ...]
Frames = Callable[[], Mapping[str, object]]


@dataclass(frozen=True)
class FewRows:
    """Of which tables a few rows are looked at first, until all have been looked through, and how many.

    of_values: of those with more values than this. values: so many of them, in at least `least` rows and at most `most`.
    places: where a file is looked into; None: as `sample_file` does by itself.
    """

    of_values: int = 2_000_000
    values: int = 500_000
    least: int = 1000
    most: int = 20_000
    places: Places | None = None

    def count(self, rows: int, width: int) -> int:
        """How many rows of a table of this size are looked at first."""
        if rows * width <= self.of_values:
            return rows
        return min(rows, max(self.least, min(self.most, self.values // width)))


class SomeRows(NamedTuple):
    """Rows of a table that are looked at first.

    columns: the columns at the rows `numbers`. rows: how many the table has. about: whether these are told by the size of a few
    places of a file.
    """

    columns: Columns
    numbers: Array
    rows: int
    about: bool = False


class ReadTable:
    """The columns of a table.

    stamp: tells that it was written again. few: the rows that are looked at first. whole: gives all of them. begins: inputs,
    target and steps to begin with, where what was read says them. count: how many rows of so many are looked at, where `few` are
    from a few places of a file: which these are is known when all of it has been read. mark: of what all rows held when they were
    read, where they are a frame's, which a cell may change without making another one. blocks: opens a table that is larger than
    the memory, of which `whole` is never asked for then.
    """

    def __init__(
        self,
        stamp: Stamp,
        few: SomeRows,
        whole: Callable[[], Columns],
        begins: Config | None = None,
        count: Callable[[int, int], int] | None = None,
        mark: int | None = None,
        blocks: Callable[[], Blocks] | None = None,
    ) -> None:
        self.stamp, self.few, self.mark = stamp, few, mark
        self.begins: Config = begins or {}
        self._count, self._open_blocks, self._blocks = count, blocks, None
        self._make, self._made, self._lock = whole, None if self.is_large else few.columns, Lock()

    @property
    def in_blocks(self) -> bool:
        """Whether it is larger than the memory, and read while training goes on."""
        return self._open_blocks is not None

    @property
    def is_large(self) -> bool:
        """Whether `few` are not all rows, or not to be."""
        return self.in_blocks or len(self.few.numbers) < self.few.rows

    def blocks(self) -> Blocks:
        """The table in blocks, opened once: of CSV a copy is written."""
        with self._lock:
            if self._blocks is None:
                assert self._open_blocks is not None
                self._blocks = self._open_blocks()
            return self._blocks

    def whole(self) -> Columns:
        """All rows, read once."""
        with self._lock:
            if self._made is None:
                self._made = self._make()
            return self._made

    def settle(self) -> bool:
        """Take `few` from all rows, where a few places of a file stood for them; whether that was so."""
        if self._count is None:
            return False
        if self.in_blocks:
            self.few, self._count = _of_blocks(self.blocks(), self._count), None
            return True
        columns = self.whole()
        rows = len(next(iter(columns.values())))
        # One row less than all at most: it stays a table that is looked at by a few.
        at = some_rows(rows, min(self._count(rows, len(columns)), rows - 1))
        self.few = SomeRows({name: column.take(at) for name, column in columns.items()}, at, rows)
        self._count = None
        return True


def is_frame(value: object) -> bool:
    """Whether a variable is a frame of pandas, polars or arrow, none of which is imported for this.

    >>> is_frame([1, 2])
    False
    """
    kind = type(value)
    return kind.__name__ in ("DataFrame", "Table") and kind.__module__.partition(".")[0] in _LIBRARIES


def stamp_of(source: Mapping[str, Any], frames: Frames) -> Stamp:
    """What tells that a file or a frame is another one than before. Raises OSError, or Refused where there is no such frame."""
    name = str(source["name"])
    if source["kind"] == FRAME:
        frame = _frame(name, frames)
        rows = _shape(frame)[0]
        return id(frame), _shape(frame), content_mark(frame, some_rows(rows, min(rows, _PROBED_ROWS)))
    path = os.path.expanduser(name)
    status = os.stat(path)
    if os.path.isdir(path):
        return *_of_folder(path), source.get("broken")
    return status.st_mtime_ns, status.st_size, source.get("broken"), source.get("in_memory")


def has_changed(read: ReadTable, source: Mapping[str, Any], frames: Frames) -> bool:
    """Whether a frame holds something else than when all of it was read. Raises Refused where there is no such frame."""
    return read.mark is not None and read.mark != content_mark(_frame(str(source["name"]), frames))


def read(source: Mapping[str, Any], stamp: Stamp, frames: Frames, few_rows: FewRows) -> ReadTable:
    """The table of a source. Raises EngineError or OSError where it is none, Refused where there is no such frame."""
    name = str(source["name"])
    if source["kind"] == FRAME:
        frame = _frame(name, frames)
        rows, width = _shape(frame)
        if rows == 0 or width == 0:
            raise Refused(say.frame_is_empty(name), field="source")
        at = some_rows(rows, few_rows.count(rows, width))
        few = columns_of(frame, rows=None if len(at) == rows else at)
        made: ReadTable

        def whole() -> Columns:
            made.mark = content_mark(frame)
            return columns_of(frame)

        mark = content_mark(frame) if len(at) == rows else None
        made = ReadTable(stamp, SomeRows(few, at, rows), whole, mark=mark)
        return made
    path = Path(os.path.expanduser(name))
    if path.is_dir():
        return _folder(source, path, stamp)
    broken = "skip" if source.get("broken") == "skip" else "stop"
    if source.get("in_memory") is False:
        return _larger_than_memory(path, stamp, partial(blocks_of, path, None, broken), few_rows)
    sample = sample_file(path, few_rows.count, few_rows.places)
    if sample is not None and len(sample.numbers) < sample.rows:
        whole = partial(read_table, path, None, broken)
        few = SomeRows(sample.columns, sample.numbers, sample.rows, not sample.exact)
        return ReadTable(stamp, few, whole, count=few_rows.count)
    columns = read_table(path, None, broken)
    rows = len(next(iter(columns.values())))
    at = some_rows(rows, few_rows.count(rows, len(columns)))
    some = columns if len(at) == rows else {key: column.take(at) for key, column in columns.items()}
    return ReadTable(stamp, SomeRows(some, at, rows), lambda: columns)


def _larger_than_memory(path: Path, stamp: Stamp, opened: Callable[[], Blocks], few_rows: FewRows) -> ReadTable:
    """A table that is read in blocks: a few places of its file first, or some of its blocks where these do not tell."""
    sample = sample_file(path, few_rows.count, few_rows.places, in_memory=False)
    if sample is not None:
        few = SomeRows(sample.columns, sample.numbers, sample.rows, not sample.exact)
        return ReadTable(stamp, few, _never, count=few_rows.count, blocks=opened)
    blocks = opened()
    return ReadTable(stamp, _of_blocks(blocks, few_rows.count), _never, blocks=lambda: blocks)


def _never() -> Columns:
    raise MemoryError(say.LARGER_THAN_THE_MEMORY)


def _of_blocks(blocks: Blocks, count: Callable[[int, int], int]) -> SomeRows:
    """Some rows of blocks at even distances."""
    chosen = np.unique(np.linspace(0, len(blocks) - 1, min(len(blocks), _SHOWN_BLOCKS)).astype(np.int64))
    each = -(-count(blocks.rows, len(blocks.names)) // len(chosen))
    parts: list[Columns] = []
    numbers: list[Array] = []
    for block in chosen.tolist():
        first, behind = blocks.starts[block : block + 2].tolist()
        at = some_rows(behind - first, min(each, behind - first))
        parts.append({name: column.take(at) for name, column in blocks.read(block).items()})
        numbers.append(first + at)
    columns = {name: joined([part[name] for part in parts]) for name in blocks.names}
    return SomeRows(columns, np.concatenate(numbers), blocks.rows)


def _folder(source: Mapping[str, Any], path: Path, stamp: Stamp) -> ReadTable:
    """A folder of texts or sounds, whose rows are its files."""
    data = dataset_of({key: source[key] for key in ("kind", "name", "table", "broken") if key in source}, path)
    rows = len(data)
    begins = {"inputs": list(data.inputs), "target": data.target, "steps": [step.get_config() for step in data.steps]}
    return ReadTable(stamp, SomeRows(data.columns, np.arange(rows), rows), lambda: data.columns, begins)


def _of_folder(path: str) -> Stamp:
    """How many files a folder holds, how large they are together, and when one was written last."""
    files = size = latest = 0
    for folder, _, names in os.walk(path):
        for name in names:
            status = os.stat(os.path.join(folder, name))
            files, size, latest = files + 1, size + status.st_size, max(latest, status.st_mtime_ns)
    return files, size, latest


def _frame(name: str, frames: Frames) -> Any:
    frame = frames().get(name)
    if not is_frame(frame):
        raise Refused(say.no_frame_named(name), say.RUN_ITS_CELL, field="source")
    return frame


def _shape(frame: Any) -> tuple[int, int]:
    """Rows and columns."""
    rows, width = frame.shape
    return int(rows), int(width)
