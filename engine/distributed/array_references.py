"""Arrays that several processes of one machine read, each its own rows: where they lie, not what is in them.

An array of a file is told by its place in that file; one in memory is written to a folder first, and read from there through the
system's cache.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TypedDict, cast

import numpy as np

from .._files.npz import mapped_array
from .._training.array_rows import ArrayData
from .._training.read_rows import ReadRows
from ..errors import DataError
from ..types import Array


class Reference(TypedDict):
    """Where an array lies.

    Args:
        file: the path.
        dataset: the name in an HDF5 file; None for one by itself.
        offset: where the numbers begin, of an array that is a part of a file; None for a whole .npy or HDF5 file.
        shape: lengths of the axes.
        dtype: the numbers' type.
    """

    file: str
    dataset: str | None
    offset: int | None
    shape: list[int]
    dtype: str


def written(arrays: Sequence[ArrayData], folder: Path, name: str) -> list[Reference]:
    """References to arrays; those that lie in memory are written into a folder.

    Args:
        arrays: the arrays.
        folder: where to.
        name: the beginning of the files' names.

    Returns:
        One for each array.

    Raises:
        DataError: an array is read by code of this process, which others do not have.
    """
    return [_written(array, folder / f"{name}-{i}.npy") for i, array in enumerate(arrays)]


def _written(array: ArrayData, path: Path) -> Reference:
    shape, dtype = list(array.shape), np.dtype(array.dtype).str
    if isinstance(array, np.ndarray):
        location = _place_in_file(array)
        if location is not None:
            return Reference(file=location[0], dataset=None, offset=location[1], shape=shape, dtype=dtype)
        np.save(path, array, allow_pickle=False)
        return Reference(file=str(path), dataset=None, offset=None, shape=shape, dtype=dtype)
    file, name = getattr(getattr(array, "file", None), "filename", None), getattr(array, "name", None)
    if isinstance(file, str) and isinstance(name, str):
        return Reference(file=file, dataset=name, offset=None, shape=shape, dtype=dtype)
    kind = "rows that are read while training" if isinstance(array, ReadRows) else type(array).__name__
    raise DataError(
        where="fit, processes",
        expected="arrays, maps of files or HDF5 data sets, which other processes can read",
        actual=kind,
        hint="Start the program itself by mpiexec (docs/distributed.md), so that each process opens the data.",
    )


def _place_in_file(array: Array) -> tuple[str, int] | None:
    """The file that an array is a part of, and where; None where it lies in memory, or its rows do not follow each other."""
    root: object = array
    while isinstance(root, np.ndarray) and not (isinstance(root, np.memmap) and not isinstance(root.base, np.ndarray)):
        root = root.base
    if not isinstance(root, np.memmap) or root.filename is None or not array.flags.c_contiguous:
        return None
    return str(Path(root.filename).resolve()), root.offset + array.ctypes.data - root.ctypes.data


def opened(reference: Reference) -> ArrayData:
    """The array that a reference tells of; what is looked at is read then.

    Args:
        reference: what `written` has given.
    """
    if reference["dataset"] is not None:
        import h5py

        return cast("ArrayData", h5py.File(reference["file"], "r")[reference["dataset"]])
    if reference["offset"] is None:
        return mapped_array(reference["file"])
    shape = tuple(reference["shape"])
    return np.memmap(reference["file"], np.dtype(reference["dtype"]), "r", reference["offset"], shape)
