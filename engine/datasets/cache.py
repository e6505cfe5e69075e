"""Where data sets' files lie, and how they are read without trust."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path
from typing import NamedTuple

import numpy as np

from .._files import files, npz
from ..errors import FileError
from ..types import Array
from ..utils.data_utils import get_file, keras_home


class Remote(NamedTuple):
    """A file of a data set as it lies in the network.

    Args:
        address: where it is fetched.
        size: its bytes.
    """

    address: str
    size: int


def find(path: str, address: str, digest: str, folder: str = "datasets") -> str:
    """A file: `path` itself where it exists, else the one in Keras's cache, else fetched there and checked.

    What lies there already is used as it is and never downloaded over.
    """
    for existing in (Path(path), keras_home() / folder / path):
        if existing.is_file():
            return str(existing)
    return get_file(path, address, cache_subdir=folder, file_hash=digest)


def read_npz(path: str, *keys: str) -> list[Array]:
    """Plain arrays of an npz file; objects (pickles) are refused. Raises FileError."""
    arrays = npz.read(path, keys)
    return [arrays[key] for key in keys]


def read_idx(path: str, header: int, limit: int) -> Array:
    """The bytes of a gzipped idx file after its header, at most `limit`. Raises FileError."""
    with files.open_regular(path) as packed, gzip.GzipFile(fileobj=packed) as file:
        try:
            data = file.read(header + limit + 1)
        except (EOFError, OSError, zlib.error) as error:
            raise FileError(file=path, expected="a whole gzip file", actual=str(error)) from None
    if not header <= len(data) <= header + limit:
        raise FileError(
            file=path, expected=f"{header} to {header + limit} bytes unpacked", actual=f"{len(data)} or more"
        )
    return np.frombuffer(data, np.uint8, offset=header)
