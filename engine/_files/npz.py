"""Arrays in .npz files: known by their headers before a number is read, read in pieces, never unpickled."""

from __future__ import annotations

import math
import os
import struct
import tokenize
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from typing import IO, BinaryIO

import numpy as np

from .._machine.room import bytes_in_words, memory_limit
from ..errors import FileError
from ..types import Array, DType
from .files import Path, open_regular
from .guards import cut

Headers = dict[str, tuple[tuple[int, ...], DType]]
Unpickled = Callable[[bytes, str], Array]

MOST_ARRAYS = 10_000
MOST_DIRECTORY = 8 * 2**20
MAX_RATIO = 200
FREE_OF_RATIO = 64 * 2**20
_PIECE = 2**20
_ENDING = ".npy"
_END, _END_64 = b"PK\x05\x06", b"PK\x06\x07"
_LONGEST_COMMENT = 65535
_BROKEN = (
    zipfile.BadZipFile,
    tokenize.TokenError,
    zlib.error,
    struct.error,
    NotImplementedError,
    RuntimeError,
    ValueError,
    SyntaxError,
    TypeError,
    KeyError,
    OverflowError,
    EOFError,
    OSError,
    MemoryError,
)


def headers(path: Path) -> Headers:
    """The name, shape and type of every array of an .npz file but those of objects.

    Args:
        path: the file.

    Returns:
        Shape and type by the array's name.

    Raises:
        FileError: the file is broken.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     np.savez(f"{folder}/data.npz", x=np.zeros((2, 3)))
        ...     headers(f"{folder}/data.npz")
        {'x': ((2, 3), dtype('float64'))}
    """
    with _opened(path) as archive:
        return {name: header[:2] for name, (_, header) in _members(archive, path).items() if not header[1].hasobject}


def read(path: Path, keys: Iterable[str] | None = None, unpickled: Unpickled | None = None) -> dict[str, Array]:
    """The arrays of an .npz file; nothing is read before all their sizes are known.

    Args:
        path: the file.
        keys: the arrays' names; None (the default): all.
        unpickled: makes an array of objects of its bytes and the name of the file, without running anything; None (the
            default) refuses these.

    Returns:
        The arrays by their names.

    Raises:
        FileError: the file is broken, an array is missing, holds objects, or all are more than `memory_limit` allows.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     np.savez(f"{folder}/data.npz", x=np.zeros((2, 3)))
        ...     read(f"{folder}/data.npz")["x"].shape
        (2, 3)
    """
    with _opened(path) as archive:
        members = _members(archive, path)
        chosen = list(members) if keys is None else list(keys)
        for key in chosen:
            if key not in members:
                known = ", ".join(map(repr, list(members)[:10])) or "none"
                raise FileError(file=os.fspath(path), expected=f"an array {key!r:.82}", actual=cut(f"only {known}"))
        _check_sizes({key: members[key] for key in chosen}, path, unpickled is not None)
        return {
            key: unpickled(_content(archive, members[key][0]), f"{os.fspath(path)}, {cut(key)}")
            if unpickled is not None and members[key][1][1].hasobject
            else _array(archive, *members[key])
            for key in chosen
        }


def mapped(path: Path, keys: Iterable[str] | None = None) -> dict[str, Array]:
    """The arrays of an .npz file without compression as maps of the file: what is looked at is read then.

    Args:
        path: the file.
        keys: the arrays' names; None (the default): all.

    Returns:
        The arrays by their names, which cannot be written to.

    Raises:
        FileError: the file is broken, an array is missing, compressed, or holds objects.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     np.savez(f"{folder}/data.npz", x=np.arange(3))
        ...     mapped(f"{folder}/data.npz")["x"].tolist()
        [0, 1, 2]
    """
    name, made = os.fspath(path), dict[str, Array]()
    with _opened(path) as archive:
        members = _members(archive, path)
        for key in members if keys is None else keys:
            if key not in members:
                known = ", ".join(map(repr, list(members)[:10])) or "none"
                raise FileError(file=name, expected=f"an array {key!r:.82}", actual=cut(f"only {known}"))
            info, (shape, dtype, in_columns) = members[key]
            if info.compress_type != zipfile.ZIP_STORED or dtype.hasobject:
                raise FileError(
                    where=f"{name}, {cut(key)}",
                    expected="an array of numbers without compression, which can be read in parts",
                    actual="one of objects" if dtype.hasobject else "a compressed one",
                    hint="Save it by numpy.savez, or as HDF5.",
                )
            _check_sizes_stored(info, shape, dtype, f"{name}, {cut(key)}")
            with open_regular(path) as file:
                file.seek(info.header_offset + 26)
                skipped = sum(struct.unpack("<HH", file.read(4)))
                file.seek(info.header_offset + 30 + skipped)
                _header(file)
                made[key] = (
                    np.memmap(name, dtype, "r", file.tell(), shape, "F" if in_columns else "C")
                    if math.prod(shape)
                    else np.zeros(shape, dtype)
                )
    return made


def mapped_array(path: Path) -> Array:
    """The array of an .npy file as a map of it, so that no memory is taken for what the file only claims to hold.

    Args:
        path: the file.

    Returns:
        The array, read where it is looked at.

    Raises:
        FileError: it is no such file, holds objects, or is shorter than its array.
    """
    name = os.fspath(path)
    with open_regular(path) as file:
        try:
            shape, dtype, in_columns = _header(file)
        except _BROKEN as error:
            raise FileError(
                file=name, expected="an array of numbers", actual=cut(str(error) or type(error).__name__)
            ) from None
        if dtype.hasobject:
            hint = "Objects would have to be unpickled, which can run code: save numbers or texts."
            raise FileError(file=name, expected="an array of numbers", actual="one of objects", hint=hint)
        start = file.tell()
        declared, stored = math.prod(shape) * dtype.itemsize, file.seek(0, os.SEEK_END) - start
    if declared > stored:
        actual = f"shape {shape}, {bytes_in_words(declared)}"
        raise FileError(file=name, expected=f"at most the {stored} bytes that are stored", actual=cut(actual))
    if not declared:
        return np.zeros(shape, dtype)
    return np.memmap(name, dtype, "r", start, shape, "F" if in_columns else "C")


def _check_sizes_stored(info: zipfile.ZipInfo, shape: tuple[int, ...], dtype: DType, where: str) -> None:
    declared = math.prod(shape) * dtype.itemsize
    if declared > info.file_size:
        actual = f"shape {shape}, {bytes_in_words(declared)}"
        raise FileError(where=where, expected=f"at most the {info.file_size} bytes that are stored", actual=cut(actual))


def _content(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """What stands behind an array's header."""
    with archive.open(info) as member:
        _header(member)
        return member.read(info.file_size)


_Header = tuple[tuple[int, ...], "DType", bool]


@contextmanager
def _opened(path: Path) -> Generator[zipfile.ZipFile]:
    with open_regular(path) as file:
        try:
            check_directory(file, MOST_DIRECTORY, "an .npz file of arrays", os.fspath(path))
            with zipfile.ZipFile(file) as archive:
                yield archive
        except FileError:
            raise
        except _BROKEN as error:
            raise FileError(
                file=os.fspath(path),
                expected="a whole .npz file of arrays",
                actual=cut(str(error) or type(error).__name__),
            ) from None


def check_directory(file: BinaryIO, most: int, kind: str, where: str) -> None:
    """Refuse a zip file whose table of members takes more than `most` bytes, before the table is read. Raises FileError.

    kind: what the file should be, in words.
    """
    size = file.seek(0, os.SEEK_END)
    start = max(size - _LONGEST_COMMENT - 22 - 20, 0)
    file.seek(start)
    tail = file.read()
    file.seek(0)
    at = tail.rfind(_END)
    if at < 0 or at + 22 > len(tail):
        raise FileError(file=where, expected=kind, actual="another kind of file, or one that is cut off")
    (directory,) = struct.unpack_from("<I", tail, at + 12)
    if at >= 20 and tail[at - 20 : at - 16] == _END_64:
        (record,) = struct.unpack_from("<Q", tail, at - 20 + 8)
        if record + 56 > size:
            raise FileError(file=where, expected=kind, actual="one whose end leads out of it")
        file.seek(record)
        (directory,) = struct.unpack_from("<Q", file.read(56), 40)
        file.seek(0)
    if directory > most:
        raise FileError(file=where, expected=f"at most {most} bytes of names", actual=f"{directory} bytes")


def _members(archive: zipfile.ZipFile, path: Path) -> dict[str, tuple[zipfile.ZipInfo, _Header]]:
    """Each array's member of the archive, and what its header says."""
    infos = [info for info in archive.infolist() if info.filename.endswith(_ENDING)]
    if len(infos) > MOST_ARRAYS:
        raise FileError(file=os.fspath(path), expected=f"at most {MOST_ARRAYS} arrays", actual=str(len(infos)))
    members: dict[str, tuple[zipfile.ZipInfo, _Header]] = {}
    for info in infos:
        with archive.open(info) as member:
            members[info.filename.removesuffix(_ENDING)] = (info, _header(member))
    return members


def _header(member: IO[bytes]) -> _Header:
    version = np.lib.format.read_magic(member)
    if version not in ((1, 0), (2, 0)):
        raise ValueError(f"an array in format {version}")
    reader = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, in_columns, dtype = reader(member)
    if any(type(size) is not int or size < 0 for size in shape):
        raise ValueError(f"an array of shape {shape}")
    return tuple(shape), dtype, in_columns


def _check_sizes(members: dict[str, tuple[zipfile.ZipInfo, _Header]], path: Path, objects: bool) -> None:
    total = stored = 0
    for key, (info, (shape, dtype, _)) in members.items():
        where = f"{os.fspath(path)}, {cut(key)}"
        declared = info.file_size if dtype.hasobject else math.prod(shape) * dtype.itemsize
        if dtype.hasobject and not objects:
            hint = "Objects would have to be unpickled, which can run code: save numbers or texts."
            raise FileError(where=where, expected="an array of numbers", actual="one of objects", hint=hint)
        if not dtype.hasobject:
            _check_sizes_stored(info, shape, dtype, where)
        total, stored = total + declared, stored + info.compress_size
    limit = memory_limit()
    if limit is not None and total > limit:
        raise FileError(
            file=os.fspath(path),
            expected=f"arrays of at most {bytes_in_words(limit)}, a share of the free memory",
            actual=bytes_in_words(total),
            hint="K.set_memory_limit sets the share.",
        )
    if total > max(FREE_OF_RATIO, MAX_RATIO * stored):
        raise FileError(
            file=os.fspath(path),
            expected=f"at most {MAX_RATIO} bytes out of each stored one",
            actual=f"{bytes_in_words(total)} out of {stored} bytes",
            hint="Arrays that are nearly empty are saved by numpy.savez, without compression.",
        )


def _array(archive: zipfile.ZipFile, info: zipfile.ZipInfo, header: _Header) -> Array:
    shape, dtype, in_columns = header
    values = np.empty(math.prod(shape), dtype)
    target, at = values.view(np.uint8) if values.nbytes else np.empty(0, np.uint8), 0
    with archive.open(info) as member:
        _header(member)
        while at < len(target):
            piece = member.read(min(_PIECE, len(target) - at))
            if not piece:
                raise EOFError(f"{info.filename} ends after {at} of {len(target)} bytes")
            target[at : at + len(piece)] = np.frombuffer(piece, np.uint8)
            at += len(piece)
        member.read(1)  # the check sum is compared at the end of the member
    return values.reshape(shape, order="F" if in_columns else "C")
