"""Arrays in .npz and HDF5 files: looked at without reading the data, read without running anything.

Only regular files are opened; objects that would need pickle, links that lead out of the file and arrays larger than
half of the free memory are refused.
"""

from __future__ import annotations

import math
import os
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Any

import numpy as np

from engine.errors import FileError
from engine.experiment import free_memory, kind_of, open_regular
from engine.types import Array, DType

from ..words import data as say

Path = str | os.PathLike[str]
Headers = dict[str, tuple[tuple[int, ...], DType]]
MOST_ARRAYS = 1000


@dataclass(frozen=True)
class Format:
    """A kind of file: what the engine calls it, how to look at its arrays without reading them, and how to read some of them."""

    name: str
    kind: str
    headers: Callable[[Path], Headers]
    read: Callable[[Path, list[str]], dict[str, Array]]


def headers(path: Path) -> Headers:
    """Name, shape and dtype of every numeric array of a file.

    Errors: FileError naming the file and what was expected; FileNotFoundError and PermissionError as the system says.
    """
    return _format(path).headers(path)


def read(path: Path, keys: Iterable[str]) -> dict[str, Array]:
    """The arrays of these names. Errors as `headers`; FileError for a missing name or one too large for the memory."""
    keys, known = list(keys), headers(path)
    for key in keys:
        if key not in known:
            raise FileError(file=os.fspath(path), expected=say.one_of(", ".join(known)), actual=repr(key))
    needed = sum(math.prod(known[key][0]) * known[key][1].itemsize for key in keys)
    free = free_memory()
    if needed > free // 2:
        most, wanted = say.at_most_half_of_the_memory(free // 2), say.bytes_needed(needed)
        raise FileError(file=os.fspath(path), expected=most, actual=wanted, hint=say.CUT_THE_ARRAYS_DOWN)
    return _format(path).read(path, keys)


def _format(path: Path) -> Format:
    name = os.fspath(path)
    kind = kind_of(name)
    for known in FORMATS:
        if kind.name == known.kind:
            return known
    expected = say.file_of_a_format(", ".join(known.name for known in FORMATS))
    raise FileError(file=name, expected=expected, actual=kind.what, hint=kind.use)


def _headers_npz(path: Path) -> Headers:
    by_name: Headers = {}
    with open_regular(path) as file:
        try:
            archive = zipfile.ZipFile(file)
            for info in archive.infolist()[:MOST_ARRAYS]:
                if info.filename.endswith(".npy"):
                    with archive.open(info) as member:
                        shape, dtype = _npy_header(member)
                    declared = math.prod(shape) * dtype.itemsize
                    if dtype.kind in "biuf" and shape and declared <= info.file_size:
                        by_name[info.filename[:-4]] = (shape, dtype)
        except (zipfile.BadZipFile, ValueError, EOFError, OSError, NotImplementedError, RuntimeError) as error:
            raise FileError(file=os.fspath(path), expected=say.A_WHOLE_NPZ_FILE, actual=str(error)) from None
    return by_name


def _npy_header(member: IO[bytes]) -> tuple[tuple[int, ...], DType]:
    version = np.lib.format.read_magic(member)
    if version not in ((1, 0), (2, 0)):
        raise ValueError(say.array_in_format(version))
    reader = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, dtype = reader(member)
    return tuple(int(n) for n in shape), dtype


def _read_npz(path: Path, keys: list[str]) -> dict[str, Array]:
    with open_regular(path) as file:
        try:
            with np.load(file, allow_pickle=False) as archive:
                return {key: archive[key] for key in keys}
        except (zipfile.BadZipFile, ValueError, EOFError, OSError) as error:
            raise FileError(file=os.fspath(path), expected=say.A_WHOLE_NPZ_FILE, actual=str(error)) from None


def _datasets(group: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every data set that lies in this file and nowhere else, with its path."""
    import h5py

    waiting = [(prefix, group)]
    while waiting:
        prefix, group = waiting.pop()
        for name in group:
            if not isinstance(group.get(name, getlink=True), h5py.HardLink):
                continue
            item, path = group[name], f"{prefix}{name}"
            if isinstance(item, h5py.Group):
                if path.count("/") < 16:
                    waiting.append((f"{path}/", item))
            elif isinstance(item, h5py.Dataset) and not item.external and not item.is_virtual:
                yield path, item


def _headers_hdf5(path: Path) -> Headers:
    by_name: Headers = {}
    with _open_hdf5(path) as file:
        for name, data in _datasets(file):
            if data.dtype.kind in "biuf" and data.shape and len(by_name) < MOST_ARRAYS:
                by_name[name] = (tuple(data.shape), data.dtype)
    return by_name


def _read_hdf5(path: Path, keys: list[str]) -> dict[str, Array]:
    with _open_hdf5(path) as file:
        try:
            return {key: file[key][()] for key in keys}
        except (OSError, RuntimeError, ValueError) as error:
            raise FileError(file=os.fspath(path), expected=say.WHOLE_ARRAYS, actual=str(error)) from None


def _open_hdf5(path: Path) -> Any:
    import h5py

    try:
        return h5py.File(os.fspath(path), "r", locking=False)
    except (OSError, RuntimeError, ValueError) as error:
        raise FileError(file=os.fspath(path), expected=say.A_WHOLE_HDF5_FILE, actual=str(error)) from None


FORMATS = (
    Format(".npz", "npz", _headers_npz, _read_npz),
    Format("HDF5", "hdf5", _headers_hdf5, _read_hdf5),
)
