"""Open regular files only; write so that a path always holds a whole old or a whole new file.

A save goes to a file without a name in the same folder, is synced, checked, named `.name.<pid>.<random>.tmp`, renamed over
the old file, and the folder is synced. A killed process leaves nothing, or, where the system knows no files without a name,
its temporary file, which the next save of that path removes.
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
from types import TracebackType
from typing import BinaryIO

from ..errors import FileError

MAX_TEXT_BYTES = 8 * 2**20
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_ONE_DAY = 86400.0
_DESCRIPTORS = "/proc/self/fd"

Path = str | os.PathLike[str]


def open_regular(path: Path) -> BinaryIO:
    """Open a regular file for reading; refuse folders, pipes and devices before a byte is read.

    Args:
        path: the file.

    Returns:
        A buffered binary file.

    Raises:
        FileError: it is anything but a plain file.
        OSError: it is not there or may not be read, as the system says it.

    Example:
        >>> with open_regular(__file__) as file:
        ...     b"import" in file.read()
        True
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
    """The text of a file in UTF-8.

    Args:
        path: the file.
        limit: the most bytes that are read.

    Returns:
        The text.

    Raises:
        FileError: the file is longer or holds bad bytes, with line and column.

    Example:
        >>> "import" in read_text(__file__)
        True
    """
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


class _Unfinished:
    """The file that a save writes. It has no name until it is whole, so a killed process leaves nothing behind.

    Where the system has no files without a name it is called `name` from the start. size: bytes at the end.
    """

    def __init__(self, folder: str, name: str) -> None:
        self._folder, self._name = folder, name
        self._has_name = False
        self.size = 0

    def __enter__(self) -> BinaryIO:
        descriptor = _nameless(self._folder)
        if descriptor is None:
            flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
            descriptor, self._has_name = os.open(self._name, flags, 0o666), True
        self._file = os.fdopen(descriptor, "w+b")
        return self._file

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()
        if error is not None and self._has_name:
            with contextlib.suppress(OSError):
                os.unlink(self._name)

    @property
    def path(self) -> str:
        """Where it can be opened while it is unfinished."""
        return self._name if self._has_name else f"{_DESCRIPTORS}/{self._file.fileno()}"

    def sync(self) -> None:
        """Have the disk hold all that was written; one with a name is closed then, as Windows renames no open file."""
        self._file.flush()
        os.fsync(self._file.fileno())
        if self._has_name:
            self._close()

    def take_mode(self, mode: int) -> None:
        """Set who may read and write it."""
        if self._has_name:
            os.chmod(self._name, mode)
        else:
            os.fchmod(self._file.fileno(), mode)

    def take_name(self) -> None:
        """Give it its name."""
        if self._has_name:
            return
        try:
            # Without a folder for the source Python would link what stands in /proc, not the file that it leads to.
            os.link(self.path, self._name, src_dir_fd=self._file.fileno(), follow_symlinks=True)
        except OSError as error:
            if error.errno in _NO_ROOM:
                raise
            shutil.copy(self.path, self._name)  # a file system that links nothing
            _sync_file(self._name)
        self._has_name = True

    def _close(self) -> None:
        if not self._file.closed:
            # A full disk makes close() raise for the unwritten rest of the buffer; the first error counts.
            with contextlib.suppress(OSError):
                self.size = os.fstat(self._file.fileno()).st_size
                self._file.close()


def _nameless(folder: str) -> int | None:
    """A new file of a folder that has no name; None where there are no such files."""
    flag = getattr(os, "O_TMPFILE", None)
    if flag is None or not os.path.isdir(_DESCRIPTORS):
        return None
    try:
        return os.open(folder, flag | os.O_RDWR | os.O_CLOEXEC, 0o666)
    except OSError:  # of a file system without them; what else is wrong a file with a name will meet too
        return None


@contextlib.contextmanager
def atomic_write(
    path: Path, *, needed: int | None = None, check: Callable[[str], None] | None = None
) -> Generator[BinaryIO]:
    """Give a binary file that replaces `path` when the block ends well, and vanishes when it does not.

    needed: bytes about to be written, if known; lack of room is then found before the first byte.
    check: called with the temporary file's path before it takes the old one's place; raises to refuse it.
    Raises OSError naming path, needed and free bytes when the disk is full; the old file stays as it was.
    """
    target = os.path.realpath(os.fspath(path))
    folder, name = os.path.split(target)
    if os.path.exists(target):
        _refuse_special(target, os.stat(target))
    elif not os.path.isdir(folder):
        raise FileNotFoundError(errno.ENOENT, "There is no folder to write into", folder)
    sweep_stale(target)
    if needed is not None and needed > _free_bytes(folder):
        raise _no_room(path, folder, needed)
    temporary = os.path.join(folder, f".{name}.{os.getpid()}.{secrets.token_hex(6)}.tmp")
    unfinished = _Unfinished(folder, temporary)
    try:
        with unfinished as file:
            yield file
            unfinished.sync()
            if check is not None:
                check(unfinished.path)
            if os.path.exists(target):
                with contextlib.suppress(OSError):
                    unfinished.take_mode(stat.S_IMODE(os.stat(target).st_mode))
            unfinished.take_name()
            os.replace(temporary, target)
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise _no_room(path, folder, needed or unfinished.size, error.errno) from error
        raise
    _sync_folder(folder)


def write_bytes(path: Path, data: bytes) -> None:
    """Replace a file, whole or not at all.

    Args:
        path: the file.
        data: its new content.

    Raises:
        OSError: there is no room or no right to write; the old file stays as it was.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     write_bytes(f"{folder}/notes.txt", b"new")
        ...     read_text(f"{folder}/notes.txt")
        'new'
    """
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
    try:  # the system may have given the process number to a new process by now
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


def _sync_file(path: str) -> None:
    with open(path, "rb+") as file:
        os.fsync(file.fileno())


def _sync_folder(folder: str) -> None:
    if os.name == "nt":
        return
    with contextlib.suppress(OSError):  # some network file systems refuse fsync on a folder
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
