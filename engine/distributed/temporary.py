"""Temporary folders of common trainings: gone with the process that made them, also where it was killed.

Whoever makes a folder holds a lock on a file in it; the system lets go of the lock when the process ends, however it ends. A
folder whose lock is free is nobody's: the processes that worked in it remove it as they end, and so does the next training
that begins. Systems without such locks leave folders of killed processes behind.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

TRAINING, JOB = "engine-training-", "engine-job-"
_LOCK = "held"
# Seconds in which a folder that was just made may have no lock yet.
_NEW = 10.0


class TemporaryFolder:
    """A folder of this process's own; others that nobody holds any more are removed first.

    Args:
        prefix: what its name begins with, one of those of this file.

    Attributes:
        path: where it is.
    """

    def __init__(self, prefix: str) -> None:
        remove_abandoned()
        self.path = Path(tempfile.mkdtemp(prefix=prefix))
        self._lock = os.open(self.path / _LOCK, os.O_CREAT | os.O_RDWR, 0o600)
        _take(self._lock)

    def remove(self) -> None:
        """Remove it; a second call does nothing."""
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1
            shutil.rmtree(self.path, ignore_errors=True)


def remove_if_abandoned(folder: Path) -> bool:
    """Remove a folder whose maker is gone; gives whether it was so."""
    try:
        lock = os.open(folder / _LOCK, os.O_RDWR)
    except OSError:
        return False
    try:
        if not _take(lock):
            return False
        # The lock last: who is killed meanwhile leaves a folder that is found again.
        for entry in folder.iterdir():
            if entry.name != _LOCK:
                shutil.rmtree(entry) if entry.is_dir() else entry.unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)
        return True
    except OSError:  # another process removes it too
        return False
    finally:
        os.close(lock)


def remove_abandoned(new: float = _NEW) -> int:
    """Remove what killed processes of this user have left in the folder for temporary files; gives how many folders.

    Args:
        new: seconds in which a folder counts as being made.
    """
    removed = 0
    for prefix in (TRAINING, JOB):
        for folder in Path(tempfile.gettempdir()).glob(f"{prefix}*"):
            try:
                known = folder.lstat()
            except OSError:
                continue
            mine = not hasattr(os, "getuid") or known.st_uid == os.getuid()
            if mine and not folder.is_symlink() and time.time() - known.st_mtime > new:
                removed += remove_if_abandoned(folder)
    return removed


def _take(lock: int) -> bool:
    """Hold a lock; False where somebody else does, or the system has none."""
    if fcntl is None:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
