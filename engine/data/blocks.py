"""Tables that are read in blocks of rows: arrays on disk by slices, Parquet by its groups; CSV is written as Parquet once."""

from __future__ import annotations

import hashlib
import os
import tempfile
import threading
import weakref
from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from math import prod
from typing import Any

import numpy as np

from .._files import npz
from .._files.files import open_regular
from .._files.guarded_hdf5 import Source
from .._files.kinds import HDF5, NPY, NPZ, PARQUET, Kind, kind_of
from .._files.maps import FileMap, map_of
from .._machine.background import in_hdf5
from ..errors import DataError, FileError, UnknownName, shorten
from ..types import Array, DType
from . import readers
from .arrow_columns import columns_of_arrow
from .columns import Columns, column_of
from .readers import Broken, Path
from .said import tell

# A block has about so many values (of 8 bytes while they are prepared), and a table so many rows.
_VALUES = 2**18
_FEWEST_ROWS, _MOST_ROWS = 16, 2**16
# A group of Parquet that takes more is written anew as smaller ones.
_LARGEST_GROUP = 32 * 2**20
_MOST_NAMED = 5
# So many pieces of a file tell it from another one.
_PIECES, _PIECE = 64, 2**16


class Blocks(ABC):
    """A table as blocks of rows that follow each other.

    Args:
        source: where it is from, for messages.
        names: of its columns.
        rows: of each block.
    """

    def __init__(self, source: str, names: Sequence[str], rows: Array) -> None:
        self.source, self.names = source, list(names)
        self.starts = np.concatenate([[0], np.cumsum(rows)]).astype(np.int64)
        """Number of each block's first row, and of all rows."""
        self.mark: str | None = None
        """What tells the file from another one; None where it is no file."""
        self._lock: AbstractContextManager[object] = threading.RLock()

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def rows(self) -> int:
        """Number of rows."""
        return int(self.starts[-1])

    def read(self, block: int, names: Collection[str] | None = None) -> Columns:
        """The columns of one block.

        Args:
            block: its number.
            names: of the columns to read; None (the default): all.

        Returns:
            The columns by name.

        Raises:
            FileError: the file is damaged there.
        """
        with self._lock:
            wanted = set(self.names if names is None else names)
            return self._read(block, [name for name in self.names if name in wanted])

    def where(self, block: int) -> str:
        """How a message names the rows of a block.

        Args:
            block: its number.

        Returns:
            Such as "flats.csv, rows from 4096 on".
        """
        return f"{self.source}, rows from {self.starts[block]} on"

    @abstractmethod
    def _read(self, block: int, names: list[str]) -> Columns: ...


class ChainedBlocks(Blocks):
    """The blocks of a second table behind those of a first.

    Args:
        first: the first table.
        second: the second one, which has the first's columns or more.

    Example:
        >>> blocks = ChainedBlocks(ArrayBlocks({"x": np.zeros(5)}), ArrayBlocks({"x": np.ones(2)}))
        >>> blocks.rows, blocks.read(1)["x"].values.tolist()
        (7, [1.0, 1.0])
    """

    def __init__(self, first: Blocks, second: Blocks) -> None:
        names = [name for name in first.names if name in second.names]
        super().__init__(first.source, names, np.concatenate([np.diff(first.starts), np.diff(second.starts)]))
        self._first, self._second = first, second
        if first.mark is not None and second.mark is not None:
            self.mark = f"{first.mark} {second.mark}"

    def _of(self, block: int) -> tuple[Blocks, int]:
        """The table that a block is of, and its number there."""
        count = len(self._first)
        return (self._first, block) if block < count else (self._second, block - count)

    def where(self, block: int) -> str:
        """How a message names the rows of a block, by the table that they are of."""
        blocks, index = self._of(block)
        return blocks.where(index)

    def _read(self, block: int, names: list[str]) -> Columns:
        blocks, index = self._of(block)
        return blocks.read(index, names)


class ArrayBlocks(Blocks):
    """Arrays of one length that are read by slices.

    Args:
        arrays: by name; whatever has a shape, a type and slices.
        source: where they are from, for messages.
        stored: the file that they are read from, whose reader gives zeros behind its end; None (the default): there is none such.

    Raises:
        DataError: their lengths differ, or there are no rows.

    Example:
        >>> blocks = ArrayBlocks({"x": np.zeros((100, 3)), "y": np.arange(100)})
        >>> blocks.rows, list(blocks.read(0))
        (100, ['x', 'y'])
    """

    def __init__(self, arrays: Mapping[str, Any], source: str = "data", stored: FileMap | None = None) -> None:
        lengths = {name: array.shape[0] for name, array in arrays.items()}
        if len(set(lengths.values())) != 1 or not all(lengths.values()):
            shown = ", ".join(f"{name!r} {length}" for name, length in list(lengths.items())[:5]) or "none"
            raise DataError(where=source, expected="arrays of one length, with rows", actual=shown)
        count = next(iter(lengths.values()))
        values = sum(prod(array.shape[1:]) for array in arrays.values())
        rows = min(max(_VALUES // max(values, 1), _FEWEST_ROWS), _MOST_ROWS)
        # Compressed files are unpacked a chunk at a time, so a block has whole ones where these are no larger than a few blocks.
        chunks = [one.chunks[0] for one in arrays.values() if isinstance(getattr(one, "chunks", None), tuple)]
        chunk = max((one for one in chunks if one <= 4 * rows), default=1)
        rows = -(-rows // chunk) * chunk
        sizes = np.full(-(-count // rows), rows)
        sizes[-1] = count - rows * (len(sizes) - 1)
        super().__init__(source, list(arrays), sizes)
        self._arrays, self._stored = dict(arrays), stored
        self._maps = {name: one for name, array in arrays.items() if (one := map_of(array)) is not None}

    @property
    def shapes(self) -> dict[str, tuple[tuple[int, ...], DType]]:
        """Shape and type of each array."""
        return {name: (tuple(array.shape), np.dtype(array.dtype)) for name, array in self._arrays.items()}

    def arrays(self, block: int) -> dict[str, Array]:
        """The rows of one block as the arrays hold them.

        Args:
            block: its number.

        Returns:
            They by name, copied.

        Raises:
            FileError: the file is damaged there.
        """
        with self._lock:
            return {name: np.array(values) for name, values in self._slices(block, self.names).items()}

    def _read(self, block: int, names: list[str]) -> Columns:
        return {name: column_of(name, values) for name, values in self._slices(block, names).items()}

    def _slices(self, block: int, names: list[str]) -> dict[str, Array]:
        first, last = self.starts[block : block + 2].tolist()
        made: dict[str, Array] = {}
        if self._stored is not None:
            self._stored.check()
        for name in names:
            if name in self._maps:
                self._maps[name].check()
            try:
                with in_hdf5:
                    values = np.asarray(self._arrays[name][first:last])
            except (OSError, RuntimeError, ValueError) as error:
                raise FileError(
                    file=self.source,
                    where=f"{self.source}, {name!r}, rows {first} to {last}",
                    expected="whole data",
                    actual=shorten(str(error)),
                ) from error
            made[name] = values
        return made


class ParquetBlocks(Blocks):
    """The groups of rows of a Parquet file.

    Args:
        path: of the file.
        source: how messages name it.
        only: names of the columns; None: all.
    """

    def __init__(self, path: str, source: str, only: Collection[str] | None = None) -> None:
        arrow = readers.arrow_for(source, "Parquet")
        self._errors = (arrow.ArrowException, OSError)
        try:
            self._file = arrow.parquet.ParquetFile(path, pre_buffer=False)
        except self._errors as error:
            raise FileError(file=source, expected="a whole Parquet file", actual=shorten(str(error))) from error
        stored = self._file.metadata
        groups = [stored.row_group(i) for i in range(stored.num_row_groups)]
        titles = readers.names_in(self._file.schema_arrow, lists=only is not None)
        readers.check_known(source, only, titles)
        readers.check_unlike(source, titles, only)
        left_out = [name for name in readers.names_in(self._file.schema_arrow) if name not in set(titles)]
        if left_out:
            tell(f"{source}: lists are not read in blocks: {', '.join(left_out[:_MOST_NAMED])} left out.", stacklevel=5)
        self.largest = max((group.total_byte_size for group in groups), default=0)
        """Bytes of the largest group."""
        names = [name for name in readers.unnamed_first(titles) if only is None or name in only]
        super().__init__(source, names, np.array([group.num_rows for group in groups], np.int64))

    def _read(self, block: int, names: list[str]) -> Columns:
        try:
            table = self._file.read_row_group(block, columns=names, use_threads=False)
        except self._errors as error:
            where = f"{self.source}, rows {self.starts[block]} to {self.starts[block + 1]}"
            raise FileError(file=self.source, where=where, expected="whole data", actual=shorten(str(error))) from error
        read = columns_of_arrow(table, names)
        return {name: read[name] for name in names}


def blocks_of(path: Path, only: Collection[str] | None = None, broken: Broken = "stop") -> Blocks:
    """The blocks of a file of CSV, Parquet, .npz, .npy (one column "x") or HDF5.

    Args:
        path: of the file.
        only: names of the columns to read; None (the default): all.
        broken: what becomes of a line of CSV with too few or too many values; "stop" by default.

    Returns:
        Its blocks.

    Raises:
        FileError: it is no such file, or damaged.
        UnknownName: there is no column of a name.
    """
    name = os.fspath(path)
    blocks = _blocks_of(name, kind_of(path), only, broken)
    if not blocks.rows:
        raise readers.no_rows(name)
    blocks.mark = mark_of(name)
    return blocks


def mark_of(name: str) -> str:
    """A digest of a file's size and of pieces at even distances: what tells it from another one without reading all of it.

    Args:
        name: path of the file.

    Returns:
        The digest in hexadecimal figures.
    """
    size = os.path.getsize(name)
    digest = hashlib.sha256(str(size).encode())
    with open_regular(name) as file:
        for place in np.unique(np.linspace(0, max(size - _PIECE, 0), _PIECES).astype(np.int64)).tolist():
            file.seek(place)
            digest.update(file.read(_PIECE))
    return digest.hexdigest()


def _blocks_of(name: str, kind: Kind, only: Collection[str] | None, broken: Broken) -> Blocks:
    if kind is HDF5:
        with Source(name) as source:
            stored = {key: array for key, array in source.arrays(whole=False).items() if array.shape}
            readers.check_known(name, only, stored)
            arrays = {key: array for key, array in stored.items() if only is None or key in only}
            source.keep_open()
        return ArrayBlocks(arrays, name, FileMap(name, os.path.getsize(name)))
    if kind is NPZ:
        return ArrayBlocks(npz.mapped(name, only), name)
    if kind is NPY:
        if only is not None and list(only) != ["x"]:
            raise UnknownName(next(one for one in only if one != "x"), ["x"], kind="column", where=name, of_model=True)
        return ArrayBlocks({"x": readers.npy(name)}, name)
    if kind is PARQUET:
        blocks = ParquetBlocks(name, name, only)
        return blocks if blocks.largest <= _LARGEST_GROUP else _in_small_groups(name, only, broken, kind)
    if readers.is_csv(name, kind):
        return _in_small_groups(name, only, broken, kind)
    raise readers.refused(name, kind)


def _in_small_groups(name: str, only: Collection[str] | None, broken: Broken, kind: Kind) -> Blocks:
    """The blocks of a copy in small groups, which is taken away with them."""
    folder = tempfile.mkdtemp(prefix="engine-data-")
    copy = os.path.join(folder, "table.parquet")
    try:
        columns = readers.width(name, kind, only)
        rows = min(max(_VALUES // max(columns, 1), _FEWEST_ROWS), _MOST_ROWS)
        readers.as_small_groups(name, only, broken, kind, rows, copy)
        blocks = ParquetBlocks(copy, name)
    except BaseException:
        _remove(copy)
        raise
    weakref.finalize(blocks, _remove, copy)
    return blocks


def _remove(copy: str) -> None:
    if os.path.exists(copy):
        os.remove(copy)
    os.rmdir(os.path.dirname(copy))
