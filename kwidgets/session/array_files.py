"""Arrays in .npz, .npy and HDF5 files: looked at without reading the data, read without running anything.

Only regular files are opened; objects that would need pickle and links that lead out of the file are refused. Arrays larger than
half of the free memory are read in blocks while training goes on.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import cast

from engine.data import arrays_in_blocks, read_npy
from engine.errors import FileError
from engine.experiment import free_memory, hdf5_headers, kind_of, npz_headers, read_hdf5, read_npz
from engine.types import Array, DType

from ..words import data as say

Path = str | os.PathLike[str]
Headers = dict[str, tuple[tuple[int, ...], DType]]
MOST_ARRAYS = 1000
# The name of the one array of an .npy file, as `engine.data.open` calls it.
NPY_KEY = "x"


@dataclass(frozen=True)
class Format:
    """A kind of file: what the engine calls it, how to look at its arrays without reading them, and how to read some of them."""

    name: str
    kind: str
    headers: Callable[[Path], Headers]
    read: Callable[[Path, list[str]], dict[str, Array]]


def headers(path: Path) -> Headers:
    """Name, shape and dtype of every numeric array of a file.

    Raises FileError naming the file and what was expected; FileNotFoundError and PermissionError as the system says.
    """
    return _format(path).headers(path)


def read(path: Path, keys: Iterable[str], room: Callable[[], int] | None = None) -> dict[str, Array]:
    """The arrays of these names; those that are larger than the memory are read in blocks while training goes on.

    room: gives how many bytes may be read at once; None: half of the free memory. Errors as `headers`; FileError for a missing
    name, or for arrays that are too large and compressed so that they cannot be read from the middle.
    """
    keys, form = list(keys), _format(path)
    known = form.headers(path)
    for key in keys:
        if key not in known:
            form.read(path, [key])  # says what is wrong with an array that is there
            raise FileError(file=os.fspath(path), expected=say.one_of(", ".join(known)), actual=repr(key))
    if are_too_large([known[key] for key in keys], room):
        # `fit` takes them as it takes arrays.
        return {key: cast("Array", array) for key, array in arrays_in_blocks(path, keys).items()}
    return form.read(path, keys)


def are_too_large(arrays: Iterable[tuple[tuple[int, ...], DType]], room: Callable[[], int] | None = None) -> bool:
    """Whether arrays of these shapes and types are read in blocks. room: as for `read`."""
    needed = sum(math.prod(shape) * dtype.itemsize for shape, dtype in arrays)
    return needed > (free_memory() // 2 if room is None else room())


def _format(path: Path) -> Format:
    name = os.fspath(path)
    kind = kind_of(name)
    for known in FORMATS:
        if kind.name == known.kind:
            return known
    expected = say.file_of_a_format(", ".join(known.name for known in FORMATS))
    raise FileError(file=name, expected=expected, actual=kind.what, hint=kind.use)


def _headers_npz(path: Path) -> Headers:
    return {
        name: (shape, dtype) for name, (shape, dtype) in npz_headers(path).items() if dtype.kind in "biufU" and shape
    }


def _headers_hdf5(path: Path) -> Headers:
    return dict(list(hdf5_headers(path).items())[:MOST_ARRAYS])


def _headers_npy(path: Path) -> Headers:
    array = read_npy(path)
    return {NPY_KEY: (array.shape, array.dtype)} if array.dtype.kind in "biufU" and array.ndim else {}


def _read_npy(path: Path, keys: list[str]) -> dict[str, Array]:
    return {key: read_npy(path) for key in keys if key == NPY_KEY}


FORMATS = (
    Format(".npz", "npz", _headers_npz, read_npz),
    Format(".npy", "npy", _headers_npy, _read_npy),
    Format("HDF5", "hdf5", _headers_hdf5, read_hdf5),
)
