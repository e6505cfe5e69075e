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
    Dataset,
    LargeTable,
    Places,
    blocks_of,
    columns_of,
    columns_of_choice,
    content_mark,
    dataset_of,
    heard,
    joined,
    large_of,
    needed_columns,
    read_table,
    sample_file,
    some_rows,
    with_rows_of,
)
from engine.types import Array, Config

from ..refused import Refused
from ..words import data as say
from .notebook_tables import (
    Frames,
    columns_of_set,
    is_frame,
    is_notebook_table,
    notebook_table,
    shape_of,
    stamp_of_table,
)

TABLE, FRAME = "table", "frame"
# The rows that are shown of a table in blocks are from so many of them.
_SHOWN_BLOCKS = 16

Stamp = tuple[object, ...]


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
    places of a file. measured: how many of `rows`, the last ones, are of a second table that is measured.
    """

    columns: Columns
    numbers: Array
    rows: int
    about: bool = False
    measured: int = 0

    @property
    def measured_here(self) -> int:
        """How many of the columns' rows are of the second table."""
        return int((self.numbers >= self.rows - self.measured).sum()) if self.measured else 0


class ReadTable:
    """The columns of a table.

    stamp: tells that it was written again. few: the rows that are looked at first. whole: gives all of them. begins: inputs,
    target and steps to begin with, where what was read says them. count: how many rows of so many are looked at, where `few` are
    from a few places of a file: which these are is known when all of it has been read. mark: of what all rows held when they were
    read, where they are a frame's, which a cell may change without making another one. blocks: opens a table that is larger than
    the memory, of which `whole` is never asked for then. second: a second such table, whose rows are measured.
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
        second: Blocks | None = None,
    ) -> None:
        self.stamp, self.few, self.mark, self._second_blocks = stamp, few, mark, second
        self.begins: Config = begins or {}
        # What was said while it was read, such as which columns cannot be used.
        self.said: list[str] = []
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

    @property
    def measured(self) -> int:
        """How many of the last rows of `whole` are those of a second table, which is measured."""
        return self.few.measured

    def second_blocks(self) -> Blocks | None:
        """The second table in blocks; None where there is none."""
        return self._second_blocks

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


class PairedTables(ReadTable):
    """A table, and behind its rows those of a second one, which are measured.

    needed: gives the columns that the second has to have. where: how messages name it. Raises EngineError where they do not go
    together.
    """

    def __init__(self, first: ReadTable, second: ReadTable, needed: Callable[[Columns], list[str]], where: str) -> None:
        self.first, self.second, self._needed, self._where = first, second, needed, where
        blocks = first.blocks if first.in_blocks else None
        super().__init__(first.stamp, self._some(), self._all, first.begins, blocks=blocks)

    def _joined(self, columns: Columns, others: Columns) -> Columns:
        return with_rows_of(columns, others, self._needed(columns), self._where)

    def _some(self) -> SomeRows:
        first, second = self.first.few, self.second.few
        columns = self._joined(first.columns, second.columns)
        numbers = np.concatenate([first.numbers, first.rows + second.numbers])
        return SomeRows(columns, numbers, first.rows + second.rows, first.about or second.about, second.rows)

    def _all(self) -> Columns:
        return self._joined(self.first.whole(), self.second.whole())

    @property
    def measured(self) -> int:
        """How many of the last rows of `whole` are those of the second table."""
        return len(next(iter(self.second.whole().values())))

    def second_blocks(self) -> Blocks | None:
        """The second table in blocks."""
        return self.second.blocks()

    def settle(self) -> bool:
        """Take `few` from all rows of both tables."""
        changed = [table.settle() for table in (self.first, self.second)]
        if any(changed):
            self.few = self._some()
        return any(changed)


def stamp_of(source: Mapping[str, Any], frames: Frames) -> Stamp:
    """What tells that a file or a frame is another one than before. Raises OSError, or Refused where there is no such frame."""
    second = second_of(source, frames)
    if second is not None:
        alone = {key: value for key, value in source.items() if key != "validation"}
        return *stamp_of(alone, frames), stamp_of(second, frames)
    name = str(source["name"])
    if source["kind"] == FRAME:
        return stamp_of_table(notebook_table(name, frames))
    path = os.path.expanduser(name)
    status = os.stat(path)
    if os.path.isdir(path):
        return *_of_folder(path), source.get("broken")
    return status.st_mtime_ns, status.st_size, source.get("broken"), source.get("in_memory")


def has_changed(read: ReadTable, source: Mapping[str, Any], frames: Frames) -> bool:
    """Whether a frame holds something else than when all of it was read. Raises Refused where there is no such frame."""
    if isinstance(read, PairedTables):
        second = second_of(source, frames)
        return has_changed(read.first, source, frames) or (
            second is not None and second["kind"] == FRAME and has_changed(read.second, second, frames)
        )
    return read.mark is not None and read.mark != content_mark(notebook_table(str(source["name"]), frames))


def second_of(source: Mapping[str, Any], frames: Frames) -> Mapping[str, Any] | None:
    """The source of a table's validation rows: another frame of the notebook, or a file or folder. None: there is none."""
    name = source.get("validation")
    if name is None:
        return None
    if source["kind"] == FRAME and is_notebook_table(frames().get(str(name))):
        return {"kind": FRAME, "name": str(name)}
    return {"kind": TABLE, "name": str(name), **{key: source[key] for key in ("broken", "in_memory") if key in source}}


def read(source: Mapping[str, Any], stamp: Stamp, frames: Frames, few_rows: FewRows) -> ReadTable:
    """The table of a source. Raises EngineError or OSError where it is none, Refused where there is no such frame."""
    with heard() as said:
        made = _of_both(source, stamp, frames, few_rows)
    made.said = list(dict.fromkeys(said))
    return made


def _of_both(source: Mapping[str, Any], stamp: Stamp, frames: Frames, few_rows: FewRows) -> ReadTable:
    """The table, and behind it the second one, where there is one."""
    second = second_of(source, frames)
    if second is None or (source["kind"] == TABLE and os.path.isdir(os.path.expanduser(str(source["name"])))):
        return _read(source, stamp, frames, few_rows)
    first = _read(source, stamp, frames, few_rows)
    split = source.get("split") or {}
    others = [split.get("column"), *columns_of_choice(source.get("steps") or ())]
    needed = partial(needed_columns, inputs=source.get("inputs"), target=source.get("target"), others=others)
    where = str(second["name"])
    return PairedTables(first, _read(second, stamp, frames, few_rows), needed, where)


def _read(source: Mapping[str, Any], stamp: Stamp, frames: Frames, few_rows: FewRows) -> ReadTable:
    """One table."""
    name = str(source["name"])
    if source["kind"] == FRAME:
        frame = notebook_table(name, frames)
        if not is_frame(frame):
            return _of_columns(columns_of_set(name, frame), stamp, few_rows)
        rows, width = shape_of(frame)
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
        return _folder(source, path, stamp, few_rows)
    broken = "skip" if source.get("broken") == "skip" else "stop"
    if source.get("in_memory") is False:
        return _larger_than_memory(path, stamp, partial(blocks_of, path, None, broken), few_rows)
    sample = sample_file(path, few_rows.count, few_rows.places)
    if sample is not None and len(sample.numbers) < sample.rows:
        whole = partial(read_table, path, None, broken)
        few = SomeRows(sample.columns, sample.numbers, sample.rows, not sample.exact)
        return ReadTable(stamp, few, whole, count=few_rows.count)
    return _of_columns(read_table(path, None, broken), stamp, few_rows)


def _of_columns(columns: Columns, stamp: Stamp, few_rows: FewRows) -> ReadTable:
    """A table whose columns are in memory already."""
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


def _folder(source: Mapping[str, Any], path: Path, stamp: Stamp, few_rows: FewRows) -> ReadTable:
    """A folder of texts or sounds, whose rows are its files."""
    keys = ("kind", "name", "table", "broken", "validation", "in_memory")
    config = {key: source[key] for key in keys if key in source}
    second = None if source.get("validation") is None else Path(os.path.expanduser(str(source["validation"])))
    if source.get("in_memory") is False:
        large = large_of(config, path, second=second)
        few, own_blocks = _of_blocks(large.all_blocks, few_rows.count), large.own_blocks
        few = few._replace(measured=0 if own_blocks is None else own_blocks.rows)
        return ReadTable(stamp, few, _never, _begins(large), blocks=lambda: large.blocks, second=own_blocks)
    data = dataset_of(config, path, second=second)
    rows = len(data)
    few = SomeRows(data.columns, np.arange(rows), rows, measured=data.own_validation)
    return ReadTable(stamp, few, lambda: data.columns, _begins(data))


def _begins(data: Dataset | LargeTable) -> Config:
    """Roles and steps to begin with."""
    return {"inputs": list(data.inputs), "target": data.target, "steps": [step.get_config() for step in data.steps]}


def _of_folder(path: str) -> Stamp:
    """How many files a folder holds, how large they are together, and when one was written last."""
    files = size = latest = 0
    for folder, _, names in os.walk(path):
        for name in names:
            status = os.stat(os.path.join(folder, name))
            files, size, latest = files + 1, size + status.st_size, max(latest, status.st_mtime_ns)
    return files, size, latest
