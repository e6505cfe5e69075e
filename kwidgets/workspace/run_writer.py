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
from .epochs import behind
from .flat_settings import flat_settings
from .journal import Frame, Journal, packed
from .records import Epochs, Intervention, Points, Progress, StoredState
from .run_files import JOURNAL, End, put_experiment, read_record, settle

# What waits to be written, while it cannot be; beyond that the oldest curves are given up.
MOST_WAITING = 64 * 2**20
# What may be wrong with a disk, a list, or with what is to be written.
CANNOT_WRITE = (OSError, sqlite3.Error, Refused, EngineError, TypeError, ValueError)


class RunWriter:
    """A run that is recorded. Its methods may be called from one thread at a time beside the one that trains.

    id: of the run. trouble: what keeps it from being written, in
    words; None while nothing does. What could not be written is tried again with the next write.
    """

    def __init__(self, run: str, index: int | None, trouble: str | None = None) -> None:
        self.id = run
        self.trouble = trouble
        self._index = index

    @property
    def number(self) -> int | None:
        """In the list; None where the run is not in it (yet)."""
        return self._index

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

    def checkpoint_dropped(self, epoch: int, batch: int = 0) -> None:
        """Remove a checkpoint that is no longer needed."""

    def trains(self, experiment: Mapping[str, Any], epochs: int, layers: Mapping[str, str] | None = None) -> None:
        """Say that the run goes on with another experiment after so many epochs. layers: identities of its layers by path."""

    def end(self, state: StoredState, ended_by: str = "") -> None:
        """The run is over. ended_by: by what, in words."""


class FolderWriter(RunWriter):
    """The writer of a run that has a folder.

    line: columns of the row of the list, which is made with the first write where `index` is None. written: the numbers of the
    epochs that are recorded. grown: called after a checkpoint and the end. ended: called at the end.
    """

    def __init__(
        self,
        run: str,
        index: int | None,
        folder: Path,
        database: Database,
        alive: Alive,
        line: Mapping[str, object],
        *,
        written: Iterable[int] = (),
        clock: Callable[[], float] = time.time,
        grown: Callable[[], object] = lambda: None,
        ended: Callable[[], object] = lambda: None,
    ) -> None:
        super().__init__(run, index)
        self._folder, self._database, self._alive = folder, database, alive
        self._clock, self._grown, self._ended = clock, grown, ended
        self._journal = Journal(folder / JOURNAL)
        self._lock = threading.RLock()
        self._epochs = list(written)
        self._waiting: list[bytes] = []
        self._row = dict(line)

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
            self.trouble = (
                self._try(lambda: self._take(points, progress, log, interventions)) or self._bring_up_to_date()
            )

    def checkpoint_path(self, epoch: int, batch: int = 0) -> Path | None:
        """Where a checkpoint belongs."""
        return path_of(self._folder, epoch, batch)

    def checkpoint_written(self, epoch: int, batch: int = 0, best: bool = False) -> None:
        """Take a checkpoint that is there, whole, into the list."""
        with self._lock:
            self._row["bytes"] = bytes_of(self._folder)
            if best:
                trouble = self._try(
                    lambda: self._database.write(lambda to: run_rows.set_best(to, self.id, epoch, batch))
                )
            else:
                trouble = None
            self.trouble = trouble or self._bring_up_to_date()
        self._grown()

    def checkpoint_dropped(self, epoch: int, batch: int = 0) -> None:
        """Remove the file of a checkpoint, and what the list says of it."""

        def remove() -> None:
            path_of(self._folder, epoch, batch).unlink(missing_ok=True)
            self._database.write(lambda to: run_rows.forget_checkpoint(to, self.id, epoch, batch))

        with self._lock:
            self.trouble = self._try(remove)
            self._row["bytes"] = bytes_of(self._folder)

    def trains(self, experiment: Mapping[str, Any], epochs: int, layers: Mapping[str, str] | None = None) -> None:
        """Put another experiment in the place of the present one, which is kept for the checkpoints up to there."""
        with self._lock:
            self.trouble = self._try(lambda: put_experiment(self._folder, experiment, layers or {}, epochs))
            if self.trouble is None:
                self._row["settings"] = dict(flat_settings(experiment))
                self.trouble = self._bring_up_to_date()

    def end(self, state: StoredState, ended_by: str = "") -> None:
        """The run is over: its record is put into its last files."""
        with self._lock:
            end = End(state=state, ended_by=ended_by, ended=self._clock())
            self._row |= {**end}
            self._waiting.append(packed(Frame({"end": end}, [])))
            self.trouble = self._bring_up_to_date() or self._try(self._settle)
            self._alive.end()
        self._ended()
        self._grown()

    def _take(
        self,
        points: Sequence[Points],
        progress: Progress | None,
        log: Sequence[str],
        interventions: Sequence[Intervention],
    ) -> None:
        """Pack what is new, to be written; raises for what is none of the kinds that can be."""
        head: dict[str, Any] = {"log": list(log), "interventions": [one.__dict__ for one in interventions]}
        columns: dict[str, object] = {}
        epochs = self._epochs
        if progress is not None:
            head["progress"] = {name: value for name, value in progress.items() if name != "history"}
            if (history := progress.get("history")) is not None:
                head["epochs"] = self._new_epochs(history)
                epochs = list(history["epoch"])
            columns = _columns(progress)
            if "data" in progress and isinstance(facts := self._row.get("facts"), dict):
                columns["facts"] = {**facts, "data": dict(progress["data"])}
        self._waiting.append(packed(Frame(head, list(points))))
        self._epochs = epochs
        self._row |= columns

    def _bring_up_to_date(self) -> str | None:
        """Write what waits, then the row of the list, which says no more than the journal holds; the trouble with it."""
        trouble = self._try(self._append)
        if trouble is not None:
            while sum(map(len, self._waiting)) > MOST_WAITING:
                del self._waiting[0]
            return trouble
        return self._try(self._write_row)

    def _append(self) -> None:
        while self._waiting:
            self._journal.append(self._waiting[0])
            del self._waiting[0]

    def _write_row(self) -> None:
        row: dict[str, object] = {"document": None, **self._row, "wrote": self._clock()}

        def write(connection: sqlite3.Connection) -> int | None:
            if self._index is not None:
                # Its document may have been renamed since it began.
                del row["document"]
                run_rows.update(connection, self.id, row)
                return self._index
            index = run_rows.insert(connection, row)
            run_rows.write_line(connection, self.id, self._folder)
            return index

        self._index = self._database.write(write)

    def _settle(self) -> None:
        settle(self._folder, read_record(self._folder))
        self._row["bytes"] = bytes_of(self._folder)
        self._write_row()
        self._database.write(lambda connection: run_rows.write_line(connection, self.id, self._folder))

    def _new_epochs(self, history: Epochs) -> dict[str, Any]:
        """What of the epochs is not recorded yet, and the last one that is: it may have been cut short."""
        epochs, start = history["epoch"], min(len(self._epochs), len(history["epoch"]))
        while start > 0 and self._epochs[start - 1] != epochs[start - 1]:
            start -= 1
        start = max(start - 1, 0)
        return {"from": start, **behind(history, start)}

    def _try(self, action: Callable[[], object]) -> str | None:
        try:
            action()
        except CANNOT_WRITE as error:
            return say.run_is_not_written(self._folder, reason(error))
        return None


def reason(error: Exception) -> str:
    """Why something could not be written, as a part of a sentence."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return str(error).rstrip(".")


def _columns(progress: Mapping[str, Any]) -> dict[str, object]:
    """Columns of the row from how far a run has come."""
    row = {name: progress[name] for name in ("state", "epochs", "planned", "seconds", "settings") if name in progress}
    if "values" in progress or "best" in progress:
        row["metrics"] = {name: run_rows.finite(progress.get(name) or {}) for name in ("values", "best")}
    return row
