"""Who has a document open: one kernel at a time may write it, and another that wants it asks, or takes it.

In the folder of a document lie
    owner.lock     locked by the system while the owner's process lives
    owner.json     who it is; written over by whoever takes the document away, so that the owner sees it before it writes again.
                   Its time is renewed while the owner lives, which is also the last sign of life of one that was killed
    wanted.json    somebody asks the owner to give the document up

Where the file system has no locks, or two machines do not see each other's, the sign of life decides. Ages are taken from the
file system's own clock, so that clocks which differ, or are set, decide nothing.
"""

from __future__ import annotations

import contextlib
import os
import socket
import time
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import filelock

from engine.errors import FileError
from engine.experiment import read_json, read_text, write_json

from .document_files import replace_file

BEAT = 1.0
# An owner that has given no sign for so long is taken for dead where no lock says that it lives.
SILENT_AFTER = 10.0
ANSWERS_WITHIN = 5.0
_MOST_BYTES = 10_000
LOCK, OWNER, WANTED = "owner.lock", "owner.json", "wanted.json"

Lock = Callable[[Path], filelock.BaseFileLock]


@dataclass(frozen=True)
class Who:
    """Somebody who has a document open, or wants it. token: of this opening alone; since: seconds since 1970.

    notebook: the notebook's file, None where it is not known; cell: the id of the cell.
    """

    token: str
    pid: int
    host: str
    since: float
    notebook: str | None = None
    cell: str | None = None


def me(notebook: str | None = None, cell: str | None = None) -> Who:
    """This process, for one opening of a document."""
    return Who(uuid.uuid4().hex, os.getpid(), socket.gethostname(), time.time(), notebook, cell)


def system_lock(path: Path) -> filelock.BaseFileLock:
    """The system's lock of a file; raises OSError or NotImplementedError where it has none."""
    return filelock.FileLock(path, timeout=0, thread_local=False)


class Owner:
    """One opening of a document. who: this one; lock: makes the lock of a path."""

    def __init__(self, folder: Path, who: Who, lock: Lock = system_lock) -> None:
        self.folder = folder
        self.who = who
        self._make_lock = lock
        self._lock: filelock.BaseFileLock | None = None
        self._has = False

    @property
    def owns(self) -> bool:
        """Whether the document was this one's when it was looked at last."""
        return self._has

    def take(self) -> Who | None:
        """Takes the document where nobody has it; who has it otherwise. Raises OSError where nothing can be written."""
        self.folder.mkdir(parents=True, exist_ok=True)
        locked = self._try_lock()
        other = self._read(OWNER)
        if other is not None and other.token != self.who.token and self._lives(other, locked):
            self._unlock()
            return other
        if locked is False:
            # Locked by somebody who has not said yet who it is.
            return Who("", 0, "", time.time())
        self._put_down()
        # Whoever asked an owner that is gone asks again.
        (self.folder / WANTED).unlink(missing_ok=True)
        return None

    def last_sign(self) -> float | None:
        """When somebody who was killed while it had the document gave its last sign; None: it was closed in order.

        To be asked before `take`.
        """
        try:
            return (self.folder / OWNER).stat().st_mtime
        except OSError:
            return None

    def still(self) -> bool:
        """Whether the document is this one's yet; False once somebody has taken it."""
        if self._has:
            other = self._read(OWNER)
            if other is not None and other.token != self.who.token:
                self._has = False
                self._unlock()
        return self._has

    def owner(self) -> Who | None:
        """Who has the document by its own word."""
        return self._read(OWNER)

    def beat(self) -> None:
        """A sign of life. Where the files were removed they are written again. Raises OSError."""
        try:
            os.utime(self.folder / OWNER)
        except FileNotFoundError:
            self._put_down()
        if self._lock is None:
            # Of one who took it by force: the lock comes free when the other ends.
            self._try_lock()

    def wanted_by(self) -> Who | None:
        """Who asks for the document."""
        other = self._read(WANTED)
        return None if other is None or other.token == self.who.token else other

    def give_up(self, to: Who | None = None) -> None:
        """Gives the document up, to somebody who asked for it or to nobody."""
        if self.still():
            with contextlib.suppress(OSError):
                if to is None:
                    (self.folder / OWNER).unlink(missing_ok=True)
                else:
                    self._write(OWNER, to)
                    (self.folder / WANTED).unlink(missing_ok=True)
        self._has = False
        self._unlock()

    def take_over(self, patience: float = ANSWERS_WITHIN) -> None:
        """Asks for the document, and takes it from an owner that does not answer in time. Raises OSError."""
        self._write(WANTED, self.who)
        end = time.monotonic() + patience
        while time.monotonic() < end:
            other = self._read(OWNER)
            if other is None or other.token == self.who.token:
                break
            time.sleep(0.02)
        (self.folder / WANTED).unlink(missing_ok=True)
        self._put_down()
        self._try_lock()

    def _put_down(self) -> None:
        self._write(OWNER, self.who)
        self._has = True

    def _lives(self, other: Who, locked: bool | None) -> bool:
        """locked: True if the lock is ours now, False if another has it, None where there are no locks."""
        if locked is False:
            return True
        here = other.host == socket.gethostname()
        if here and (locked or not _process_lives(other.pid)):
            return False
        age = self._age()
        return age is not None and age < SILENT_AFTER

    def _age(self) -> float | None:
        """Seconds since the last sign of life, by the clock of the file system."""
        probe = self.folder / f".now.{self.who.token}"
        try:
            probe.touch()
            now = probe.stat().st_mtime
            probe.unlink()
            return now - (self.folder / OWNER).stat().st_mtime
        except OSError:
            return None

    def _try_lock(self) -> bool | None:
        lock = self._make_lock(self.folder / LOCK)
        try:
            lock.acquire()
        except filelock.Timeout:
            return False
        except (OSError, NotImplementedError):
            return None
        self._lock = lock
        return True

    def _unlock(self) -> None:
        if self._lock is not None:
            with contextlib.suppress(OSError):
                self._lock.release(force=True)
            self._lock = None

    def _write(self, name: str, who: Who) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        replace_file(self.folder / name, write_json(asdict(who)))

    def _read(self, name: str) -> Who | None:
        """What stands in a file; None where there is none, or it is none of ours."""
        try:
            plain = read_json(read_text(self.folder / name, _MOST_BYTES))
        except (OSError, FileError):
            return None
        token, pid, host, since = (plain.get(key) for key in ("token", "pid", "host", "since"))
        if not (isinstance(token, str) and isinstance(pid, int) and isinstance(host, str)):
            return None
        notebook, cell = plain.get("notebook"), plain.get("cell")
        return Who(
            token,
            pid,
            host,
            float(since) if isinstance(since, (int, float)) else 0.0,
            notebook if isinstance(notebook, str) else None,
            cell if isinstance(cell, str) else None,
        )


def _process_lives(pid: int) -> bool:
    if os.name == "nt":  # os.kill would end it there
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
