"""Open regular files only; write so that a path always holds a whole old or a whole new file.

A save goes to `.name.<pid>.<random>.tmp` in the same folder, is synced, checked, renamed over the old file, and
the folder is synced. A killed process leaves at most its temporary file, which the next save of that path removes.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import shutil
import stat
from collections.abc import Callable, Generator
from typing import BinaryIO

from ..errors import FileError

MAX_TEXT_BYTES = 8 * 2**20
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_ONE_DAY = 86400.0

Path = str | os.PathLike[str]


def open_regular(path: Path) -> BinaryIO:
    """Open a regular file for reading; refuse folders, pipes and devices before a byte is read.

    Returns a buffered binary file. Errors: FileNotFoundError, PermissionError as the system says them;
    FileError for anything that is not a plain file.
    """
    name = os.fspath(path)
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    _refuse_special(name, os.stat(name))
    descriptor = os.open(name, flags)
    try:
        _refuse_special(name, os.fstat(descriptor))
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def read_text(path: Path, limit: int = MAX_TEXT_BYTES) -> str:
    """Text of a UTF-8 file of at most `limit` bytes. Errors: FileError with line and column for bad bytes."""
    name = os.fspath(path)
    with open_regular(name) as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise FileError(
            file=name,
            expected=f"at most {limit} bytes of text",
            actual="a larger file",
            hint="Weights belong in an HDF5 file, not into text.",
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = error.start - (before.rfind(b"\n") + 1) + 1
        raise FileError(
            file=name,
            line=line,
            column=column,
            expected="text in UTF-8",
            actual=f"byte 0x{data[error.start]:02x}",
            hint="Save the file as UTF-8.",
        ) from None


@contextlib.contextmanager
def atomic_write(
    path: Path, *, needed: int | None = None, check: Callable[[str], None] | None = None
) -> Generator[BinaryIO]:
    """Give a binary file that replaces `path` when the block ends well, and vanishes when it does not.

    needed: bytes about to be written, if known; lack of room is then found before the first byte.
    check: called with the temporary file's path before it takes the old one's place; raises to refuse it.
    Errors: OSError naming path, needed and free bytes when the disk is full; the old file stays as it was.
    """
    target = os.path.realpath(os.fspath(path))
    folder, name = os.path.split(target)
    if os.path.exists(target):
        _refuse_special(target, os.stat(target))
    sweep_stale(target)
    if needed is not None and needed > _free_bytes(folder):
        raise _no_room(path, folder, needed)
    temporary = os.path.join(folder, f".{name}.{os.getpid()}.{secrets.token_hex(6)}.tmp")
    try:
        descriptor = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
        file = os.fdopen(descriptor, "w+b")
        try:
            yield file
            file.flush()
            os.fsync(file.fileno())
        finally:
            # A full disk makes close() raise for the unwritten rest of the buffer; the first error counts.
            with contextlib.suppress(OSError):
                file.close()
        if check is not None:
            check(temporary)
        if os.path.exists(target):
            with contextlib.suppress(OSError):
                os.chmod(temporary, stat.S_IMODE(os.stat(target).st_mode))
        os.replace(temporary, target)
    except BaseException as error:
        written = os.path.getsize(temporary) if os.path.exists(temporary) else 0
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        if isinstance(error, OSError) and error.errno in _NO_ROOM:
            raise _no_room(path, folder, needed or written, error.errno) from error
        raise
    _sync_folder(folder)


def write_bytes(path: Path, data: bytes) -> None:
    """Replace `path` by `data`, whole or not at all."""
    with atomic_write(path, needed=len(data)) as file:
        file.write(data)


def write_text(path: Path, text: str) -> None:
    """Replace `path` by `text` in UTF-8, whole or not at all."""
    write_bytes(path, text.encode("utf-8"))


def sweep_stale(path: Path) -> int:
    """Remove temporary files that killed saves of `path` left behind; returns how many."""
    folder, name = os.path.split(os.path.realpath(os.fspath(path)))
    pattern = re.compile(re.escape(f".{name}.") + r"(\d{1,10})\.[0-9a-f]{12}\.tmp\Z")
    removed = 0
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return 0
    for entry in entries:
        match = pattern.match(entry.name)
        if match and _is_stale(entry, int(match.group(1))):
            with contextlib.suppress(OSError):
                os.unlink(entry.path)
                removed += 1
    return removed


def _is_stale(entry: os.DirEntry[str], pid: int) -> bool:
    if os.name == "nt":  # os.kill(pid, 0) would end that process; an open file cannot be unlinked there anyway
        return pid != os.getpid()
    if pid == os.getpid():
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except (PermissionError, OverflowError):
        pass
    try:  # the number may belong to a new process by now
        newest = max(other.stat().st_mtime for other in os.scandir(os.path.dirname(entry.path)))
        return newest - entry.stat().st_mtime > _ONE_DAY
    except OSError:
        return False


def _refuse_special(name: str, status: os.stat_result) -> None:
    if stat.S_ISREG(status.st_mode):
        return
    kinds = (
        (stat.S_ISDIR, "a folder"),
        (stat.S_ISFIFO, "a named pipe"),
        (stat.S_ISCHR, "a device"),
        (stat.S_ISBLK, "a device"),
        (stat.S_ISSOCK, "a socket"),
    )
    actual = next((word for test, word in kinds if test(status.st_mode)), "something else")
    raise FileError(file=name, expected="a regular file", actual=actual)


def _free_bytes(folder: str) -> int:
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return 2**62


def _no_room(path: Path, folder: str, needed: int, code: int = errno.ENOSPC) -> OSError:
    return OSError(
        code,
        f"no room to write the file ({os.strerror(code)}): {needed} bytes needed, {_free_bytes(folder)} free; "
        "the old file is untouched",
        os.fspath(path),
    )


def _sync_folder(folder: str) -> None:
    if os.name == "nt":
        return
    with contextlib.suppress(OSError):  # some network file systems refuse fsync on a folder
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
