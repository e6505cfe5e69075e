"""Arrays in .npz, .npy and HDF5 files: looked at without reading the data, read without running anything.

Only regular files are opened; objects that would need pickle, links that lead out of the file and arrays larger than
half of the free memory are refused.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from engine.data import read_npy
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


def read(path: Path, keys: Iterable[str]) -> dict[str, Array]:
    """The arrays of these names. Errors as `headers`; FileError for a missing name or one too large for the memory."""
    keys, form = list(keys), _format(path)
    known = form.headers(path)
    for key in keys:
        if key not in known:
            form.read(path, [key])  # says what is wrong with an array that is there
            raise FileError(file=os.fspath(path), expected=say.one_of(", ".join(known)), actual=repr(key))
    needed = sum(math.prod(known[key][0]) * known[key][1].itemsize for key in keys)
    free = free_memory()
    if needed > free // 2:
        most, wanted = say.at_most_half_of_the_memory(free // 2), say.bytes_needed(needed)
        raise FileError(file=os.fspath(path), expected=most, actual=wanted, hint=say.CUT_THE_ARRAYS_DOWN)
    return form.read(path, keys)


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
        name: (shape, dtype) for name, (shape, dtype) in npz_headers(path).items() if dtype.kind in "biuf" and shape
    }


def _headers_hdf5(path: Path) -> Headers:
    return dict(list(hdf5_headers(path).items())[:MOST_ARRAYS])


def _headers_npy(path: Path) -> Headers:
    array = read_npy(path)
    return {NPY_KEY: (array.shape, array.dtype)} if array.dtype.kind in "biuf" and array.ndim else {}


def _read_npy(path: Path, keys: list[str]) -> dict[str, Array]:
    return {key: read_npy(path) for key in keys if key == NPY_KEY}


FORMATS = (
    Format(".npz", "npz", _headers_npz, read_npz),
    Format(".npy", "npy", _headers_npy, _read_npy),
    Format("HDF5", "hdf5", _headers_hdf5, read_hdf5),
)
