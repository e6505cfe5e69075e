"""Archives unpacked without trust: plain files inside the target only, of bounded size."""

from __future__ import annotations

import stat
import tarfile
import zipfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import IO, Literal, NamedTuple, TypeAlias

from ..errors import FileError, SettingError, shorten

ArchiveFormat: TypeAlias = 'Literal["auto", "tar", "zip"] | Sequence[Literal["tar", "zip"]] | None'
_LARGEST_RATIO = 200
_CHUNK = 65536
_FREE_OF_RATIO = 2**20  # a small archive of small files may be compressed by more than any ratio


class _Member(NamedTuple):
    """What an archive says of a member. open: the bytes of a plain file."""

    name: str
    size: int
    kind: str  # "file", "folder" or what else it is
    open: Callable[[], IO[bytes] | None]


def extract_archive(path: Path, folder: Path, archive_format: ArchiveFormat = "auto") -> bool:
    """Unpack a tar or zip file into a folder; False where it is neither, or not of the formats asked for.

    archive_format: "auto", "tar", "zip", None (nothing is done) or a list of these. Every member is checked before the
    first is written. Raises FileError for links, devices, paths outside the folder and sizes beyond 200 times the archive's.
    """
    if archive_format is None:
        return False
    formats = ("tar", "zip") if archive_format == "auto" else archive_format
    for form in (formats,) if isinstance(formats, str) else formats:
        if form == "tar" and tarfile.is_tarfile(path):
            with tarfile.open(path) as tar:
                _unpack(
                    path,
                    folder,
                    [_Member(m.name, m.size, _kind_in_tar(m), partial(tar.extractfile, m)) for m in tar.getmembers()],
                )
            return True
        if form == "zip" and zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                _unpack(
                    path,
                    folder,
                    [
                        _Member(m.filename, m.file_size, _kind_in_zip(m), partial(archive.open, m))
                        for m in archive.infolist()
                    ],
                )
            return True
        if form not in ("tar", "zip"):
            raise SettingError(where="archive_format", expected="'auto', 'tar', 'zip' or None", actual=shorten(form))
    return False


def _kind_in_tar(member: tarfile.TarInfo) -> str:
    return "file" if member.isreg() else "folder" if member.isdir() else "a link or device"


def _kind_in_zip(member: zipfile.ZipInfo) -> str:
    kind = stat.S_IFMT(member.external_attr >> 16)
    return "folder" if member.is_dir() else "file" if kind in (0, stat.S_IFREG) else "a link or device"


def _unpack(path: Path, folder: Path, members: Sequence[_Member]) -> None:
    root, total = folder.resolve(), 0
    limit = max(_FREE_OF_RATIO, _LARGEST_RATIO * path.stat().st_size)
    for member in members:
        where = f"{path.name}, member {shorten(member.name)}"
        total += member.size
        if member.kind not in ("file", "folder"):
            raise FileError(where=where, expected="a plain file", actual=member.kind)
        # resolve() follows links that lie in the folder already.
        if not (root / member.name).resolve().is_relative_to(root):
            raise FileError(where=where, expected=f"a path inside {folder}", actual="one that leads out of it")
        if total > limit:
            raise FileError(where=where, expected=f"at most {limit} bytes in all", actual=f"{total} bytes")
    for member in members:
        target = root / member.name
        if member.kind == "folder":
            target.mkdir(parents=True, exist_ok=True)
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        source = member.open()
        if source is not None:  # None is what tarfile gives for a member that is no plain file
            with source, open(target, "wb") as out:
                _copy(source, out, member.size)


def _copy(source: IO[bytes], out: IO[bytes], size: int) -> None:
    """Copy no more than the declared size."""
    while size > 0 and (data := source.read(min(size, _CHUNK))):
        out.write(data)
        size -= len(data)
