"""Archives that climb out of their folder, link, or unfold to more than they hold."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
from collections.abc import Iterator

from ..readers import READERS
from .case import Case

KIND = "archives"


def _tar(name: str, kind: bytes = tarfile.REGTYPE, link: str = "", size: int | None = None) -> bytes:
    member = tarfile.TarInfo(name)
    member.type, member.linkname, member.size = kind, link, 5 if size is None else size
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        archive.addfile(member, io.BytesIO(b"words") if kind == tarfile.REGTYPE and size is None else None)
    return buffer.getvalue()


def _header(name: str, size: int, kind: bytes) -> bytes:
    member = tarfile.TarInfo(name)
    member.type, member.size = kind, size
    return member.tobuf(tarfile.GNU_FORMAT)


def _zeros(megabytes: int) -> bytes:
    return gzip.compress(bytes(2**20), 9) * megabytes


def _zip(name: str, content: bytes = b"words", attributes: int = 0) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        info = zipfile.ZipInfo(name)
        info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, attributes << 16
        archive.writestr(info, content)
    return buffer.getvalue()


def _overlapping(count: int) -> bytes:
    """A zip file whose members all are the same bytes of it."""
    content = _zip("a", bytes(2**20))
    end, start = content.rindex(b"PK\x05\x06"), content.index(b"PK\x01\x02")
    entry = content[start:end]
    table = b"".join(entry[:46] + f"{n:05}".encode()[:1] + entry[47:] for n in range(count))
    return content[:start] + table + struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count, count, len(table), start, 0)


TAR = {
    "a path that climbs": _tar("../canary"),
    "a path that climbs inside": _tar("a/../../canary"),
    "a path from the root": _tar("/tmp/canary"),
    "a link": _tar("a", tarfile.SYMTYPE, "/etc/passwd"),
    "a link that climbs": _tar("a", tarfile.SYMTYPE, "../.."),
    "a hard link": _tar("a", tarfile.LNKTYPE, "/etc/passwd"),
    "a pipe": _tar("a", tarfile.FIFOTYPE),
    "a device": _tar("a", tarfile.CHRTYPE),
    "a block device": _tar("a", tarfile.BLKTYPE),
    "8 GB declared": _header("a", 2**33, tarfile.REGTYPE) + bytes(1024),
    "a size below zero": _header("a", -512, tarfile.REGTYPE) + bytes(1024),
    "zeros of 2 GB": gzip.compress(_header("a", 2**31, tarfile.REGTYPE)) + _zeros(2048),
    "a name of 1 GB": gzip.compress(_header("././@LongLink", 2**30, tarfile.GNUTYPE_LONGNAME)) + _zeros(1024),
    "settings of 1 GB": gzip.compress(_header("x", 2**30, tarfile.XHDTYPE)) + _zeros(1024),
    "settings for all of 1 GB": gzip.compress(_header("x", 2**30, tarfile.XGLTYPE)) + _zeros(1024),
    "zeros of 200 MB by bz2": bz2.compress(_header("a", 2**30, tarfile.REGTYPE) + bytes(20 * 2**20)),
    "zeros of 200 MB by xz": lzma.compress(_header("a", 2**30, tarfile.REGTYPE) + bytes(20 * 2**20)),
    "only compressed": gzip.compress(b"words"),
    "zeros only": _zeros(512),
    "words": b"words",
    "empty": b"",
    "a broken gzip": b"\x1f\x8b" + bytes(100),
    "a broken xz": b"\xfd7zXZ\x00" + bytes(100),
    "cut in half": READERS["archive.tar"].honest()[:60],
}
ZIP = {
    "a path that climbs": _zip("../canary"),
    "a path from the root": _zip("/tmp/canary"),
    "a path that climbs inside": _zip("a/../../canary"),
    "a link": _zip("a", b"/etc/passwd", 0o120777),
    "a device": _zip("a", b"", 0o020666),
    "zeros of 300 MB": _zip("a", bytes(300 * 2**20)),
    "1000 members of the same bytes": _overlapping(1000),
    "cut in half": READERS["archive.zip"].honest()[:60],
    "an end only": b"PK\x05\x06" + bytes(18),
}


def cases() -> Iterator[Case]:
    """Every archive."""
    for name, content in TAR.items():
        # Two blocks of zeros end a tar: one that begins with them is empty.
        yield Case(name, KIND, "archive.tar", content, "either" if name == "zeros only" else "refused")
    for name, content in ZIP.items():
        yield Case(name, KIND, "archive.zip", content, "either" if name == "an end only" else "refused")
    for kind, pack in {"bz2": bz2.compress, "xz": lzma.compress, "gz": gzip.compress}.items():
        yield Case(f"honest, by {kind}", KIND, "archive.tar", pack(_tar("folder/a.txt")), "read")
