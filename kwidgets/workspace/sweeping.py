"""Taking things off the disk: deleted runs for good, and old checkpoints where the runs take more than they may."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Protocol, TypeVar

from . import run_rows
from .checkpoint_files import checkpoint_files
from .quota import Sweepable, to_sweep
from .records import GOING_ON, RunSummary, Swept
from .run_rows import Row

Result = TypeVar("Result")
# A run that was deleted can be restored for so long.
RESTORABLE_SECONDS = 7 * 86400.0
_GONE = ".gone-"


class Store(Protocol):
    """What sweeping asks of the store of runs."""

    def read(self, action: Callable[[sqlite3.Connection], Result]) -> Result:
        """What an action reads from the list."""
        ...

    def write(self, action: Callable[[sqlite3.Connection], Result]) -> Result:
        """What an action gives that changes the list."""
        ...

    def is_alive(self, run: str) -> bool:
        """Whether a run is going on."""
        ...

    def summaries(self) -> list[RunSummary]:
        """All runs, hidden and deleted ones too."""
        ...


class Sweeping:
    """Of one store.

    Args:
        store: the store.
        runs: the folder of the runs' folders.
    """

    def __init__(self, store: Store, runs: Path) -> None:
        self._store, self._runs = store, runs

    def purge(self, chosen: Callable[[Row], bool]) -> Swept:
        """Remove those of the deleted runs for good that are chosen."""

        def take(connection: sqlite3.Connection) -> list[Row]:
            there = [row for row in run_rows.deleted(connection) if chosen(row) and not self._store.is_alive(row.id)]
            for row in there:
                self._move_away(row.id)
                run_rows.remove(connection, row.id)
            return there

        removed = self._store.write(take)
        # Also what a process has left that was killed in the midst of this.
        for folder in self._runs.glob(f"{_GONE}*"):
            shutil.rmtree(folder, ignore_errors=True)
        return Swept(0, len(removed), sum(row.bytes for row in removed))

    def _move_away(self, run: str) -> None:
        """Take a folder out of sight before it is removed; another process may have been faster."""
        with contextlib.suppress(OSError):
            (self._runs / run).replace(self._runs / f"{_GONE}{run}-{os.getpid()}")

    def sweep(self, now: float, most: int) -> Swept:
        """Remove what was deleted long ago, then the oldest checkpoints while the runs take more than `most` bytes."""
        before = now - RESTORABLE_SECONDS
        old = self._store.read(lambda connection: {row.id for row in run_rows.deleted(connection, before)})
        purged = self.purge(lambda row: row.id in old) if old else Swept(0, 0, 0)
        size, _ = self._store.read(run_rows.total)
        swept = self._remove(to_sweep(self._sweepable(), size - most)) if size > most else Swept(0, 0, 0)
        return Swept(swept.checkpoints, purged.runs, purged.bytes + swept.bytes)

    def spare(self, remove: bool) -> Swept:
        """What nobody will miss: checkpoints that are neither the best nor the last nor pinned, and deleted runs."""
        between = [one for one in self._sweepable() if not (one.best or one.last or one.pinned)]
        if not remove:
            deleted = self._store.read(run_rows.deleted)
            gone = {row.id for row in deleted}
            size = sum(one.bytes for one in between if one.run not in gone) + sum(row.bytes for row in deleted)
            return Swept(sum(one.run not in gone for one in between), len(deleted), size)
        purged = self.purge(lambda row: True)
        swept = self._remove(one for one in between if one.path.exists())
        return Swept(swept.checkpoints, purged.runs, purged.bytes + swept.bytes)

    def _remove(self, checkpoints: Iterable[Sweepable]) -> Swept:
        removed = list(checkpoints)
        sizes: dict[str, int] = {}
        for checkpoint in removed:
            checkpoint.path.unlink(missing_ok=True)
            sizes[checkpoint.run] = sizes.get(checkpoint.run, 0) + checkpoint.bytes

        def change(connection: sqlite3.Connection) -> None:
            for one in removed:
                run_rows.forget_checkpoint(connection, one.run, one.epoch, one.batch)
            for run, size in sizes.items():
                run_rows.shrink(connection, run, size)
                run_rows.write_line(connection, run, self._runs / run)

        if removed:
            self._store.write(change)
        return Swept(len(removed), 0, sum(sizes.values()))

    def _sweepable(self) -> Iterator[Sweepable]:
        """The checkpoints of all runs that are over."""
        flags = self._store.read(run_rows.flags)
        for run in self._store.summaries():
            if run.state in GOING_ON:
                continue
            there = checkpoint_files(self._runs / run.id)
            for file in there:
                best, pinned = flags.get((run.id, file.epoch, file.batch), (False, False))
                last = file == there[-1]
                yield Sweepable(
                    run.id, run.state, run.began, file.epoch, file.batch, file.path, file.bytes, best, pinned, last
                )
