"""Archives unpacked without trust: plain files inside the target only, of bounded size."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import IO, BinaryIO, Literal, NamedTuple, TypeAlias

from .._files.files import open_regular
from .._files.guards import cut
from .._files.npz import check_directory
from ..errors import FileError, SettingError, shorten

ArchiveFormat: TypeAlias = 'Literal["auto", "tar", "zip"] | Sequence[Literal["tar", "zip"]] | None'
_Unpacked: TypeAlias = "IO[bytes] | gzip.GzipFile | bz2.BZ2File | lzma.LZMAFile"
_LARGEST_RATIO = 200
_CHUNK = 65536
_FREE_OF_RATIO = 2**20  # a small archive of small files may be compressed by more than any ratio
_MOST_MEMBERS = 1_000_000
_MOST_DIRECTORY = 64 * 2**20
_LONGEST_NAME = 2**20  # bytes of a name, or of a tar's table of further settings, that are read at once
_BROKEN = (
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    ValueError,
    KeyError,
    IndexError,
    OverflowError,
    NotImplementedError,
    RuntimeError,
    EOFError,
    MemoryError,
)
_COMPRESSIONS: tuple[tuple[bytes, Callable[[BinaryIO], _Unpacked]], ...] = (
    (b"\x1f\x8b", lambda file: gzip.GzipFile(fileobj=file)),
    (b"BZh", bz2.BZ2File),
    (b"\xfd7zXZ\x00", lzma.LZMAFile),
)


class _Member(NamedTuple):
    """What an archive says of a member. open: the bytes of a plain file."""

    name: str
    size: int
    kind: str  # "file", "folder" or what else it is
    open: Callable[[], IO[bytes] | None]


class _Bounded(io.RawIOBase):
    """An unpacked stream that refuses to go beyond a limit, and to give a name of any size at once."""

    def __init__(self, unpacked: _Unpacked, limit: int, where: str) -> None:
        self._unpacked, self._limit, self._where = unpacked, limit, where

    def seekable(self) -> bool:
        """It is."""
        return True

    def readable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """The position."""
        return self._unpacked.tell()

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a position counted from the start."""
        self._check(offset)
        return self._unpacked.seek(offset, whence)

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes."""
        if not 0 <= size <= _LONGEST_NAME:
            raise FileError(
                file=self._where, expected=f"names of at most {_LONGEST_NAME} bytes", actual=f"{size} bytes"
            )
        self._check(self._unpacked.tell() + size)
        return self._unpacked.read(size)

    def _check(self, end: int) -> None:
        if end > self._limit:
            raise FileError(file=self._where, expected=f"at most {self._limit} bytes in all", actual=f"{end} bytes")


def extract_archive(path: Path, folder: Path, archive_format: ArchiveFormat = "auto") -> bool:
    """Unpack a tar or zip file into a folder; False where it is neither, or not of the formats asked for.

    archive_format: "auto", "tar", "zip", None (nothing is done) or a list of these. Every member is checked before the
    first is written. Raises FileError for links, devices, paths outside the folder and sizes beyond 200 times the archive's.
    """
    if archive_format is None:
        return False
    formats = ("tar", "zip") if archive_format == "auto" else archive_format
    for form in (formats,) if isinstance(formats, str) else formats:
        if form not in _UNPACKERS:
            raise SettingError(where="archive_format", expected="'auto', 'tar', 'zip' or None", actual=shorten(form))
        with open_regular(path) as file:
            try:
                if _UNPACKERS[form](file, path, folder):
                    return True
            except FileError:
                raise
            except _BROKEN as error:
                raise FileError(
                    file=str(path), expected=f"a whole {form} file", actual=cut(str(error) or type(error).__name__)
                ) from None
    return False


def _unpack_tar(file: BinaryIO, path: Path, folder: Path) -> bool:
    try:
        opened = _opened_tar(file, path)
    except FileError:
        raise
    except (*_BROKEN, OSError):
        return False
    with opened as archive:
        members = (_Member(m.name, m.size, _kind_in_tar(m), partial(archive.extractfile, m)) for m in archive)
        _unpack(path, folder, _limit(path), members)
    return True


def _opened_tar(file: BinaryIO, path: Path) -> tarfile.TarFile:
    start = file.read(8)
    file.seek(0)
    for beginning, unpacker in _COMPRESSIONS:
        if start.startswith(beginning):
            # A tar's own blocks come on top of what its members hold.
            return tarfile.open(fileobj=_Bounded(unpacker(file), 2 * _limit(path), path.name), mode="r:")
    return tarfile.open(fileobj=_Bounded(file, path.stat().st_size + _CHUNK, path.name), mode="r:")


def _unpack_zip(file: BinaryIO, path: Path, folder: Path) -> bool:
    if not zipfile.is_zipfile(file):
        return False
    file.seek(0)
    check_directory(file, _MOST_DIRECTORY, "a whole zip file", str(path))
    with zipfile.ZipFile(file) as archive:
        infos = archive.infolist()
        members = (_Member(m.filename, m.file_size, _kind_in_zip(m), partial(archive.open, m)) for m in infos)
        _unpack(path, folder, _limit(path), members)
    return True


_UNPACKERS: dict[str, Callable[[BinaryIO, Path, Path], bool]] = {"tar": _unpack_tar, "zip": _unpack_zip}


def _limit(path: Path) -> int:
    return max(_FREE_OF_RATIO, _LARGEST_RATIO * path.stat().st_size)


def _kind_in_tar(member: tarfile.TarInfo) -> str:
    return "file" if member.isreg() and not member.issparse() else "folder" if member.isdir() else "a link or device"


def _kind_in_zip(member: zipfile.ZipInfo) -> str:
    kind = stat.S_IFMT(member.external_attr >> 16)
    return "folder" if member.is_dir() else "file" if kind in (0, stat.S_IFREG) else "a link or device"


def _unpack(path: Path, folder: Path, limit: int, members: Iterable[_Member]) -> None:
    checked = list(_checked(path, folder.resolve(), limit, members))
    for member, target in checked:
        if member.kind == "folder":
            target.mkdir(parents=True, exist_ok=True)
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        source = member.open()
        if source is not None:  # None is what tarfile gives for a member that is no plain file
            with source, open(target, "wb") as out:
                _copy(source, out, member.size)


def _checked(path: Path, root: Path, limit: int, members: Iterable[_Member]) -> Iterator[tuple[_Member, Path]]:
    """The members with their places; each is checked as it is listed, since listing a compressed tar unpacks it."""
    total = 0
    for count, member in enumerate(members):
        where = f"{path.name}, member {shorten(member.name)}"
        total += member.size
        if count >= _MOST_MEMBERS:
            raise FileError(where=where, expected=f"at most {_MOST_MEMBERS} members", actual="more")
        if member.kind not in ("file", "folder"):
            raise FileError(where=where, expected="a plain file", actual=member.kind)
        if "\x00" in member.name:
            raise FileError(where=where, expected="a name without NUL", actual="one with it")
        # resolve() follows links that lie in the folder already.
        if not (root / member.name).resolve().is_relative_to(root):
            raise FileError(where=where, expected="a path inside the folder", actual="one that leads out of it")
        if member.size < 0 or total > limit:
            raise FileError(where=where, expected=f"at most {limit} bytes in all", actual=f"{total} bytes")
        yield member, root / member.name


def _copy(source: IO[bytes], out: IO[bytes], size: int) -> None:
    """Copy no more than the declared size."""
    while size > 0 and (data := source.read(min(size, _CHUNK))):
        out.write(data)
        size -= len(data)
