"""Arrays of a file that are larger than the memory: read in blocks while training goes on, as a table in blocks is."""

from __future__ import annotations

import os
from collections.abc import Collection

import numpy as np

from ..errors import FileError
from ..types import Array
from .block_rows import BlockRows, PreparedBlocks
from .blocks import ArrayBlocks, blocks_of, mark_of
from .dataset import Labelled
from .readers import Path

# Of a large array so many places are looked into.
_PLACES = 16


def arrays_in_blocks(path: Path, names: Collection[str]) -> dict[str, BlockRows]:
    """Some arrays of a file of .npz, .npy (one array "x") or HDF5, whose rows are read when they are asked for.

    Those of one length are shuffled alike: blocks in an order of chance, and the rows of some blocks among each other.

    Args:
        path: of the file.
        names: of the arrays.

    Returns:
        The arrays by name, as `fit`, `evaluate` and `predict` take them.

    Raises:
        FileError: it is no such file, damaged, or compressed where that cannot be read from the middle.
        UnknownName: there is no array of a name.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     np.savez(f"{folder}/data.npz", x=np.arange(6).reshape(3, 2))
        ...     arrays_in_blocks(f"{folder}/data.npz", ["x"])["x"][1:].tolist()
        [[2, 3], [4, 5]]
    """
    mark = mark_of(os.fspath(path))
    made: dict[str, BlockRows] = {}
    for name in names:
        if name not in made:
            opened = _opened(path, name)
            alike = [name, *(one for one in names if one != name and one not in made)]
            together = [one for one in alike if one == name or _opened(path, one).rows == opened.rows]
            made.update(_of_blocks(_opened(path, *together), mark))
    return {name: made[name] for name in names}


def _opened(path: Path, *names: str) -> ArrayBlocks:
    blocks = blocks_of(path, names)
    if not isinstance(blocks, ArrayBlocks):
        raise FileError(
            file=os.fspath(path), expected="a file of arrays (.npz, .npy, HDF5)", actual="a table of values"
        )
    return blocks


def _of_blocks(blocks: ArrayBlocks, mark: str) -> dict[str, BlockRows]:
    """The arrays of blocks, which are read together."""
    shapes = blocks.shapes

    def prepare(block: int) -> Labelled:
        return Labelled(blocks.arrays(block), None)

    row_bytes = sum(int(np.prod(shape[1:], dtype=np.int64)) * kind.itemsize for shape, kind in shapes.values())
    prepared = PreparedBlocks(np.diff(blocks.starts), prepare, row_bytes)
    return {name: BlockRows(prepared, name, shape[1:], kind, mark=mark) for name, (shape, kind) in shapes.items()}


def spread_rows(array: BlockRows, most: int) -> Array:
    """Numbers of rows from places at even distances: some that follow each other of each, so that little has to be read.

    Args:
        array: what they are of.
        most: how many at most.

    Returns:
        The numbers, in order.

    Example:
        >>> blocks = PreparedBlocks(np.array([8]), lambda block: Labelled(np.arange(8.0), None), 8)
        >>> spread_rows(BlockRows(blocks, "", (), np.dtype("float64")), 4).tolist()
        [0, 2, 4, 7]
    """
    count = min(len(array), max(most, 1))
    places = min(count, _PLACES)
    each = count // places
    starts = np.linspace(0, len(array) - each, places).astype(np.int64)
    return np.unique(starts[:, None] + np.arange(each))
