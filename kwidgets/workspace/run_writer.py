"""Writes one run that goes on. Whatever keeps it from writing is said, and never reaches the training."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from engine.errors import EngineError

from ..refused import Refused
from ..words import workspace as say
from . import run_rows
from .alive import Alive
from .checkpoint_files import bytes_of, path_of
from .database import Database
from .journal import Frame, Journal
from .records import Epochs, Intervention, Points, Progress, StoredState
from .run_files import JOURNAL, End, read_record, settle

# What waits to be written, while it cannot be, in points; beyond that the oldest are given up.
MOST_WAITING = 8_000_000
CANNOT_WRITE = (OSError, sqlite3.Error, Refused, EngineError)


class RunWriter:
    """A run that is recorded. Its methods may be called from one thread at a time beside the one that trains.

    number: in the list; None where the run is not recorded at all. trouble: what keeps it from being written, in words; None
    while nothing does. What could not be written is tried again with the next write.
    """

    def __init__(self, run: str, number: int | None, trouble: str | None = None) -> None:
        self.id = run
        self.number = number
        self.trouble = trouble

    @property
    def records(self) -> bool:
        """Whether there is a place to write to; without one all methods do nothing."""
        return False

    def write(
        self,
        points: Sequence[Points] = (),
        progress: Progress | None = None,
        log: Sequence[str] = (),
        interventions: Sequence[Intervention] = (),
    ) -> None:
        """Add what is new since the last write, all of it or nothing.

        points: only new ones; progress: how far the run has come, whole.
        """

    def checkpoint_path(self, epoch: int, batch: int = 0) -> Path | None:
        """Where the checkpoint after so many epochs, and batches of the next, belongs; None where nothing is recorded."""
        return None

    def checkpoint_written(self, epoch: int, batch: int = 0, best: bool = False) -> None:
        """Say that the file of `checkpoint_path` is there, whole. best: it is the best one so far."""

    def end(self, state: StoredState, ended_by: str = "") -> None:
        """The run is over. ended_by: by what, in words."""


class FolderWriter(RunWriter):
    """The writer of a run that has a folder and a row of the list.

    written: the numbers of the epochs that are recorded. ended: called when the run is over, and when a checkpoint was written.
    """

    def __init__(
        self,
        run: str,
        index: int,
        folder: Path,
        database: Database,
        alive: Alive,
        written: Iterable[int] = (),
        *,
        clock: Callable[[], float] = time.time,
        grown: Callable[[], None] = lambda: None,
        ended: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(run, index)
        self._folder, self._database, self._alive = folder, database, alive
        self._clock, self._grown, self._ended = clock, grown, ended
        self._journal = Journal(folder / JOURNAL)
        self._lock = threading.RLock()
        self._epochs = list(written)
        self._waiting: list[Frame] = []
        self._row: dict[str, object] = {}
        self._bytes = 0

    @property
    def records(self) -> bool:
        """Whether there is a place to write to."""
        return True

    def write(
        self,
        points: Sequence[Points] = (),
        progress: Progress | None = None,
        log: Sequence[str] = (),
        interventions: Sequence[Intervention] = (),
    ) -> None:
        """Add what is new since the last write, all of it or nothing."""
        with self._lock:
            head: dict[str, Any] = {"log": list(log), "interventions": [one.__dict__ for one in interventions]}
            if progress is not None:
                head["progress"] = {name: value for name, value in progress.items() if name != "history"}
                if (history := progress.get("history")) is not None:
                    head["epochs"] = self._new_epochs(history)
                self._row |= _columns(progress)
            self._add(Frame(head, list(points)))

    def checkpoint_path(self, epoch: int, batch: int = 0) -> Path | None:
        """Where a checkpoint belongs."""
        return path_of(self._folder, epoch, batch)

    def checkpoint_written(self, epoch: int, batch: int = 0, best: bool = False) -> None:
        """Take a checkpoint that is there, whole, into the list."""

        def note(connection: sqlite3.Connection) -> None:
            if best:
                run_rows.set_best(connection, self.id, epoch, batch)
            run_rows.update(connection, self.id, {"bytes": self._bytes, "wrote": self._clock()})

        with self._lock:
            self._bytes = bytes_of(self._folder)
            self._say(self._try(lambda: self._database.write(note)))
        self._grown()

    def end(self, state: StoredState, ended_by: str = "") -> None:
        """The run is over: its record is put into its last files."""
        with self._lock:
            now = self._clock()
            end = End(state=state, ended_by=ended_by, ended=now)
            self._row |= {**end}
            self._add(Frame({"end": end}, []))
            if not self._waiting:
                self._say(self._try(self._settle))
            self._alive.end()
        self._ended()
        self._grown()

    def _settle(self) -> None:
        settle(self._folder, read_record(self._folder))
        self._row["bytes"] = bytes_of(self._folder)
        self._write_row()

        def note(connection: sqlite3.Connection) -> None:
            run_rows.write_line(connection, self.id, self._folder)

        self._database.write(note)

    def _add(self, frame: Frame) -> None:
        """Append to the journal, with what waits from before; then bring the row of the list up to date."""
        self._waiting.append(frame)
        trouble = self._try(self._append)
        # Only what the journal holds is said in the list.
        self._say(trouble or self._try(self._write_row))
        if (
            trouble is not None
            and sum(len(one.xs) for waiting in self._waiting for one in waiting.points) > MOST_WAITING
        ):
            self._waiting = [Frame(waiting.head, []) for waiting in self._waiting]

    def _append(self) -> None:
        while self._waiting:
            self._journal.append(self._waiting[0])
            del self._waiting[0]

    def _write_row(self) -> None:
        changes = {**self._row, "wrote": self._clock()}
        self._database.write(lambda connection: run_rows.update(connection, self.id, changes))

    def _new_epochs(self, history: Epochs) -> dict[str, Any]:
        """What of the epochs is not recorded yet, and the last one that is: it may have been cut short."""
        epochs, start = history["epoch"], min(len(self._epochs), len(history["epoch"]))
        while start > 0 and self._epochs[start - 1] != epochs[start - 1]:
            start -= 1
        start = max(start - 1, 0)
        self._epochs = list(epochs)
        values = {name: column[start:] for name, column in history["history"].items()}
        return {"from": start, "epoch": epochs[start:], "history": values, "partial": history["partial"]}

    def _try(self, action: Callable[[], None]) -> str | None:
        try:
            action()
        except CANNOT_WRITE as error:
            return say.run_is_not_written(self._folder, reason(error))
        return None

    def _say(self, trouble: str | None) -> None:
        self.trouble = trouble


def reason(error: Exception) -> str:
    """Why something could not be written, as a part of a sentence."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return str(error).rstrip(".")


def _columns(progress: Mapping[str, Any]) -> dict[str, object]:
    """Columns of the row from how far a run has come."""
    row = {name: progress[name] for name in ("state", "epochs", "planned", "seconds", "settings") if name in progress}
    if "values" in progress or "best" in progress:
        values = {name: run_rows.finite(progress.get(name) or {}) for name in ("values", "best")}
        row["metrics"] = values
    return row
