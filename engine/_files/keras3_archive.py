"""Keras 3's `.keras` files: a zip of config.json, metadata.json and model.weights.h5, read without trust and written whole.

Nothing is unpacked to the disk. The table of members is checked before a member is read, its check sum after.
"""

from __future__ import annotations

import io
import json
import os
import stat
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO

from .._machine.room import bytes_in_words, memory_limit
from ..errors import FileError
from ..types import Config
from .files import MAX_TEXT_BYTES, Path, atomic_write, open_regular
from .guards import cut
from .json_text import read_json
from .npz import FREE_OF_RATIO, MAX_RATIO, MOST_DIRECTORY, check_directory

CONFIG, METADATA, WEIGHTS = "config.json", "metadata.json", "model.weights.h5"
_WHOLE = "a whole model of Keras 3 (.keras)"
_MOST_MEMBERS = 10_000
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    ValueError,
    KeyError,
    IndexError,
    OverflowError,
    EOFError,
    OSError,
    MemoryError,
)


@dataclass(frozen=True)
class KerasArchive:
    """What a `.keras` file holds.

    Args:
        name: how messages call the file.
        config: the model, {module, class_name, config, ...}.
        metadata: `keras_version` and more; empty where there is none.
        weights: the HDF5 file inside.
        assets: vocabularies and the like, by their paths in the file.
    """

    name: str
    config: Config
    metadata: Config
    weights: BinaryIO
    assets: Mapping[str, bytes]


def read_archive(storage: Path | BinaryIO) -> KerasArchive:
    """Read a `.keras` file; nothing in it is run, imported or opened.

    Args:
        storage: a path or a binary file object.

    Returns:
        Its parts, in the memory.

    Raises:
        FileError: it is no such file, is broken, or names more than its size may hold.

    Example:
        >>> read_archive("model.keras").config["class_name"]  # doctest: +SKIP
        'Functional'
    """
    if isinstance(storage, (str, os.PathLike)):
        with open_regular(storage) as file:
            return _read(file, os.fspath(storage))
    storage.seek(0)
    return _read(storage, str(getattr(storage, "name", "binary file")))


def _read(file: BinaryIO, name: str) -> KerasArchive:
    try:
        check_directory(file, MOST_DIRECTORY, _WHOLE, name)
        with zipfile.ZipFile(file) as archive:
            members = _members(archive, name, file.seek(0, os.SEEK_END))
            if CONFIG not in members:
                raise FileError(file=name, expected=_WHOLE, actual=f"an archive without {CONFIG}")
            if WEIGHTS not in members:
                others = [one for one in members if one.startswith("model.weights")]
                hint = "Save it by Keras 3 with model.save('model.keras'), which keeps the weights as HDF5."
                actual = f"one without {WEIGHTS}" if not others else f"weights in {cut(others[0])}"
                raise FileError(file=name, expected=_WHOLE, actual=actual, hint=hint)
            config = _json(archive, members[CONFIG], name)
            metadata = _json(archive, members[METADATA], name) if METADATA in members else {}
            assets = {key: _bytes(archive, one) for key, one in members.items() if key.startswith("assets/")}
            weights = io.BytesIO(_bytes(archive, members[WEIGHTS]))
    except FileError:
        raise
    except _BROKEN as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise FileError(file=name, expected=_WHOLE, actual=cut(str(error) or type(error).__name__)) from None
    return KerasArchive(name, config, metadata, weights, assets)


def _members(archive: zipfile.ZipFile, name: str, size: int) -> dict[str, zipfile.ZipInfo]:
    """The plain files of an archive by their names, all checked. Raises FileError."""
    members: dict[str, zipfile.ZipInfo] = {}
    infos = archive.infolist()
    if len(infos) > _MOST_MEMBERS:
        raise FileError(file=name, expected=f"at most {_MOST_MEMBERS} members", actual=str(len(infos)))
    for info in infos:
        where = f"{name}, member {cut(info.filename)!r}"
        fault = _fault(info)
        if fault is not None:
            raise FileError(where=where, file=name, expected=fault[0], actual=fault[1])
        if info.filename in members:
            raise FileError(where=where, file=name, expected="each name once", actual="a second one")
        members[info.filename] = info
    total, stored = (sum(getattr(info, what) for info in infos) for what in ("file_size", "compress_size"))
    if stored > size:
        raise FileError(file=name, expected=f"members within {size} bytes", actual=f"{stored} bytes of them")
    limit = memory_limit()
    if limit is not None and total > limit:
        expected = f"at most {bytes_in_words(limit)} (K.set_memory_limit sets it)"
        raise FileError(file=name, expected=expected, actual=bytes_in_words(total))
    if total > max(FREE_OF_RATIO, MAX_RATIO * stored):
        expected = f"at most {MAX_RATIO} bytes out of each stored one"
        raise FileError(file=name, expected=expected, actual=f"{bytes_in_words(total)} out of {stored} bytes")
    for key in (CONFIG, METADATA):
        if key in members and members[key].file_size > MAX_TEXT_BYTES:
            expected = f"at most {MAX_TEXT_BYTES} bytes of {key}"
            raise FileError(file=name, expected=expected, actual=f"{members[key].file_size} bytes")
    return members


def _fault(info: zipfile.ZipInfo) -> tuple[str, str] | None:
    """What a member would have to be, and what it is; None where it may be read."""
    path = info.filename.replace("\\", "/")
    if path.startswith("/") or ".." in path.split("/") or ":" in path.split("/")[0] or "\x00" in path:
        return "a path inside the archive", "one that leads out of it"
    kind = stat.S_IFMT(info.external_attr >> 16)
    if not info.is_dir() and kind not in (0, stat.S_IFREG):
        return "a plain file", "a link or device"
    if info.flag_bits & 0x1:
        return "a file without a password", "an encrypted one"
    if info.compress_type not in _METHODS:
        return "a stored or deflated file", f"compression {info.compress_type}"
    return None


def _bytes(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """A member's content, no longer than it declares; its check sum is compared at its end."""
    with archive.open(info) as member:
        content = member.read(info.file_size)
        member.read(1)
    if len(content) != info.file_size:
        raise EOFError(f"{info.filename} ends after {len(content)} of {info.file_size} bytes")
    return content


def _json(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> Config:
    where = f"{name}: {info.filename}"
    try:
        text = _bytes(archive, info).decode("utf-8")
    except UnicodeDecodeError:
        raise FileError(file=where, expected="text in UTF-8", actual="other bytes") from None
    return read_json(text, where)


def write_archive(storage: Path | BinaryIO, config: Config, metadata: Config, weights: bytes) -> None:
    """Write a `.keras` file; a path holds a whole old or a whole new one at every moment.

    Args:
        storage: a path or a binary file object.
        config: the model, {module, class_name, config, ...}.
        metadata: what stands beside it, such as `keras_version`.
        weights: the content of the HDF5 file.

    Raises:
        OSError: there is no room or no right to write; the old file stays as it was.
    """
    if not isinstance(storage, (str, os.PathLike)):
        _write(storage, config, metadata, weights)
        return
    with atomic_write(storage, needed=len(weights) + 2**16) as file:
        _write(file, config, metadata, weights)


def _write(file: BinaryIO, config: Config, metadata: Config, weights: bytes) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for key, content in ((METADATA, json.dumps(metadata).encode()), (CONFIG, json.dumps(config).encode())):
            archive.writestr(_member(key), content)
        archive.writestr(_member(WEIGHTS), weights)


def _member(name: str) -> zipfile.ZipInfo:
    """A member of a fixed date, so that one model always gives the same bytes."""
    info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    info.external_attr = 0o644 << 16
    return info
