"""Whether the process that writes a run still lives: it holds a lock on a file of the run's folder till it ends.

The system gives a lock back when a process ends, however it ends. Where a file system knows no locks, the process touches
a second file every few seconds, and is taken for dead when that file has become old.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from pathlib import Path

from filelock import FileLock, Timeout

from engine.experiment import BackgroundThread

if sys.platform != "win32":
    import fcntl

LOCK, BEAT = "alive.lock", "alive.beat"
EVERY = 5.0
STALE_AFTER = 30.0
_TRIES = 5

# Descriptors of locks that this process holds. A child made by fork would keep them locked after our end.
_descriptors: set[int] = set()


def _close_in_child() -> None:
    for descriptor in _descriptors:
        with contextlib.suppress(OSError):
            os.close(descriptor)
    _descriptors.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_close_in_child)


class _Lock:
    """An exclusive lock on a file; `take` raises BlockingIOError where another has it, OSError where there are none."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None
        self._portable = FileLock(path, timeout=0)

    def take(self) -> None:
        if sys.platform == "win32":
            try:
                self._portable.acquire()
            except Timeout:
                raise BlockingIOError(str(self._path)) from None
            except NotImplementedError as error:
                raise OSError(str(error)) from None
            return
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BaseException:
            os.close(descriptor)
            raise
        self._descriptor = descriptor
        _descriptors.add(descriptor)

    def give_back(self) -> None:
        if self._descriptor is not None:
            if self._descriptor in _descriptors:
                _descriptors.discard(self._descriptor)
                os.close(self._descriptor)
            self._descriptor = None
        self._portable.release()


class Alive:
    """Says to all processes that this one is at work in a folder, until `end`.

    Args:
        folder: of the run.
        locks: whether to try a lock at all; False beats in any case.
        every: seconds between two beats.
    """

    def __init__(self, folder: Path, locks: bool = True, every: float = EVERY) -> None:
        self._beat, self._every = folder / BEAT, every
        self._lock: _Lock | None = None
        self._ended = threading.Event()
        if locks and (lock := _locked(folder / LOCK)) is not None:
            self._lock = lock
            with contextlib.suppress(OSError):
                self._beat.unlink(missing_ok=True)
            return
        self._beat.touch()
        BackgroundThread(self._beat_on, "kwidgets-alive", self._ended.set).start()

    def end(self) -> None:
        """The work is over."""
        if self._lock is not None:
            self._lock.give_back()
            self._lock = None
        self._ended.set()
        with contextlib.suppress(OSError):
            self._beat.unlink(missing_ok=True)

    def _beat_on(self) -> None:
        while not self._ended.wait(self._every):
            with contextlib.suppress(OSError):
                os.utime(self._beat)


def _locked(path: Path) -> _Lock | None:
    """The lock, taken; None where the file system has none. Raises BlockingIOError where another process holds it."""
    lock = _Lock(path)
    for attempt in range(_TRIES):
        try:
            lock.take()
            return lock
        except BlockingIOError:  # perhaps somebody only looks whether we live
            if attempt == _TRIES - 1:
                raise
            time.sleep(0.002)
        except OSError:
            return None
    return None


def is_alive(folder: Path, stale_after: float = STALE_AFTER) -> bool:
    """Whether a process says that it is at work in a folder."""
    beat = folder / BEAT
    try:
        return _now_there(folder) - beat.stat().st_mtime < stale_after
    except OSError:
        return _is_locked(folder / LOCK)


def _is_locked(path: Path) -> bool:
    if not path.exists():
        return False
    if sys.platform == "win32":
        lock = FileLock(path, timeout=0)
        try:
            lock.acquire()
        except Timeout:
            return True
        lock.release()
        return False
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:  # shared, so that two who look do not take each other for the owner
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return False


def _now_there(folder: Path) -> float:
    """The time by the clock that dates the folder's files, which may be that of another machine."""
    probe = folder / f".now.{os.getpid()}.{threading.get_ident()}"
    try:
        probe.touch()
        now = probe.stat().st_mtime
        probe.unlink()
    except OSError:
        return time.time()
    return now
