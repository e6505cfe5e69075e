"""The store of runs: a list in sqlite3, and a folder for each run. Several processes use it at once."""

from __future__ import annotations

import builtins
import contextlib
import secrets
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from engine.errors import EngineError
from engine.experiment import read_experiment, read_json, read_text

from ..refused import Refused
from ..words import workspace as say
from . import run_rows
from .alive import Alive, is_alive
from .checkpoint_files import checkpoint_files
from .database import Database, is_busy
from .home import home
from .new_run import first_line, make_folder
from .quota import quota, quota_trouble
from .records import (
    GOING_ON,
    Checkpoint,
    Epochs,
    Intervention,
    NewRun,
    Points,
    RunSummary,
    Swept,
    Usage,
)
from .recovery import add_unlisted, catch_up, drop_gone, folders
from .run_files import ARCHITECTURE, EXPERIMENT, FIT, LAYERS, path_at, read_record, unsettle
from .run_rows import Row
from .run_writer import CANNOT_WRITE, FolderWriter, RunWriter, reason
from .sweeping import Sweeping
from .text_search import matches

Result = TypeVar("Result")
DATABASE, RUNS = "kwidgets.db", "runs"


class RunStore:
    """All runs of a folder.

    Args:
        folder: `home()` of the user, or another one.
        clock: seconds since 1970.
        wait: seconds to wait for another process that writes.
        locks: whether the file system has locks; False: as if it had none.
        writable: whether the folder may be written to; None: as the system says.
    """

    def __init__(
        self,
        folder: Path,
        *,
        clock: Callable[[], float] = time.time,
        wait: float = 3.0,
        locks: bool = True,
        writable: bool | None = None,
    ) -> None:
        self.folder = folder
        self._runs, self._clock, self._locks = folder / RUNS, clock, locks
        wal = None if locks else False
        self._database = Database(folder / DATABASE, self._fill, run_rows.rows, wait, wal, writable)
        self._notices: builtins.list[str] = []
        self._looked = False
        self._caught: set[str] = set()
        self._writing: set[str] = set()
        self._seen: tuple[object, int] = (None, 0)
        self._sweeping = Sweeping(self, self._runs)

    # What goes on

    def begin(self, new: NewRun) -> RunWriter:
        """Begin to record a run. Never raises: where nothing can be recorded the writer says so in `trouble`."""
        run = f"{time.strftime('%Y%m%dT%H%M%S', time.localtime(self._clock()))}-{secrets.token_hex(5)}"
        try:
            return self._begin(run, new)
        except CANNOT_WRITE as error:
            return RunWriter(run, None, say.run_is_not_recorded(self.folder, reason(error)))

    def _begin(self, run: str, new: NewRun) -> RunWriter:
        folder = self._runs / run
        line = first_line(run, new, self._clock())
        folder.mkdir(parents=True)  # of another run's folder nothing may be removed
        try:
            make_folder(folder, new)
            alive = Alive(folder, self._locks)
            try:
                return self._writer(run, self._first_row(run, line), alive, line)
            except BaseException:
                alive.end()
                raise
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def _first_row(self, run: str, line: Mapping[str, object]) -> int | None:
        """The number of a new run; None where the list is busy: the writer then makes the row when it can."""

        def insert(connection: sqlite3.Connection) -> int:
            index = run_rows.insert(connection, line)
            run_rows.write_line(connection, run, self._runs / run)
            return index

        try:
            return self._database.write(insert)
        except sqlite3.OperationalError as error:
            if not is_busy(error):
                raise
            return None

    def reopen(self, run: str, at: float | None = None) -> RunWriter:
        """Go on with a run that has ended, or was cut off.

        at: epochs from which it goes on; what was recorded behind them is dropped. None: nothing is.
        Raises Refused where there is no such run, or it is going on.
        """
        row = self._row(run)
        folder = self._runs / run
        try:
            alive = Alive(folder, self._locks)
        except BlockingIOError:
            raise Refused(say.run_goes_on(row.number), say.STOP_IT_FIRST) from None
        except OSError as error:
            raise Refused(say.run_is_not_recorded(folder, reason(error))) from None
        try:
            record = unsettle(folder, at)
            changes = {"state": "running", "ended": None, "ended_by": "", "deleted": None, "wrote": self._clock()}
            changes["epochs"] = len(record.history["epoch"])
            self.write(lambda connection: run_rows.update(connection, run, changes))
        except BaseException as error:
            alive.end()
            if isinstance(error, OSError):
                raise Refused(say.run_is_not_recorded(folder, reason(error))) from None
            raise
        return self._writer(run, row.number, alive, {}, record.history["epoch"])

    def _writer(
        self, run: str, index: int | None, alive: Alive, line: Mapping[str, object], epochs: Iterable[int] = ()
    ) -> RunWriter:
        self._writing.add(run)
        self._caught.discard(run)
        return FolderWriter(
            run,
            index,
            self._runs / run,
            self._database,
            alive,
            line,
            written=epochs,
            clock=self._clock,
            grown=self._grown,
            ended=lambda: self._writing.discard(run),
        )

    # What was recorded

    def list(
        self,
        document: str | None = None,
        tag: str | None = None,
        text: str = "",
        hidden: bool = False,
        deleted: bool = False,
    ) -> builtins.list[RunSummary]:
        """The runs, the newest first.

        document, tag: only those that have it; None: all. text: words that all occur in a run's number, note, tags, settings
        or document. hidden: hidden ones as well. deleted: only deleted ones, which can be restored. Raises Refused where the
        list cannot be read.
        """
        self._look_around()
        rows = self.read(
            run_rows.deleted if deleted else lambda connection: run_rows.listed(connection, document, hidden)
        )
        runs = [self._summary(row) for row in self._caught_up(rows) if tag is None or tag in row.tags]
        return [run for run in runs if document in (None, run.document) and matches(run, text)]

    def get(self, run: str) -> RunSummary:
        """A run by its id. Raises Refused where there is none."""
        return self._summary(self._caught_up([self._row(run)])[0])

    def numbered(self, index: int) -> RunSummary:
        """A run by its number. Raises Refused where there is none."""
        self._look_around()
        row = self.read(lambda connection: run_rows.numbered(connection, index))
        if row is None:
            raise Refused(say.no_run_of_number(index), say.LOOK_AT_THE_LIST)
        return self._summary(self._caught_up([row])[0])

    def experiment(self, run: str, at: tuple[int, int] | None = None) -> dict[str, Any] | None:
        """What a run has trained, as plain data; None for a model made in code. Raises Refused where it cannot be read.

        at: as it was at a checkpoint, after so many epochs and batches of the next; None: as it was last.
        """
        path = path_at(self._path(run), EXPERIMENT, at)
        try:
            return read_experiment(read_text(path), str(path))
        except FileNotFoundError:
            return None
        except (OSError, EngineError) as error:
            raise Refused(say.runs_cannot_be_read(path, reason(error))) from None

    def layers(self, run: str, at: tuple[int, int] | None = None) -> dict[str, str]:
        """Identities of the layers of what it has trained, by their paths; empty where it knew none, or they cannot be read."""
        try:
            table = read_json(read_text(path_at(self._path(run), LAYERS, at)))
        except (OSError, EngineError):
            return {}
        return {path: one for path, one in table.items() if isinstance(one, str)}

    def fit(self, run: str) -> dict[str, Any] | None:
        """How a `fit` in code was called; None for a run of a document, or where it cannot be read."""
        try:
            return read_json(read_text(self._path(run) / FIT))
        except (OSError, EngineError):
            return None

    def architecture(self, run: str) -> str | None:
        """The JSON of a model made in code; None where there is none."""
        try:
            return read_text(self._path(run) / ARCHITECTURE)
        except (OSError, EngineError):
            return None

    def history(self, run: str) -> Epochs:
        """The values after each epoch."""
        return read_record(self._path(run), curves=False).history

    def points(self, run: str) -> builtins.list[Points]:
        """Every point of every curve."""
        return read_record(self._path(run)).points

    def log(self, run: str) -> builtins.list[str]:
        """The lines of its log."""
        return read_record(self._path(run), curves=False).log

    def interventions(self, run: str) -> builtins.list[Intervention]:
        """What was done to it while it went on."""
        return read_record(self._path(run), curves=False).interventions

    def checkpoints(self, run: str) -> builtins.list[Checkpoint]:
        """The checkpoints that are there, the oldest first."""
        there = checkpoint_files(self._path(run))
        flags = self.read(lambda connection: run_rows.flags(connection, run))
        listed: builtins.list[Checkpoint] = []
        for position, file in enumerate(there):
            best, pinned = flags.get((run, file.epoch, file.batch), (False, False))
            last = position == len(there) - 1
            listed.append(Checkpoint(file.epoch, file.batch, file.path, file.bytes, best, pinned, last))
        return listed

    def usage(self) -> Usage:
        """How much of the disk the runs take, deleted ones that can be restored as well."""
        size, count = self.read(run_rows.total)
        return Usage(size, quota(self.folder), count)

    def version(self) -> int:
        """Another number whenever anything in the store has changed, by this kernel or another; cheap to ask."""
        going_on = self.read(run_rows.going_on)
        token = (self._database.token(), tuple(run for run in going_on if self.is_alive(run)))
        if token != self._seen[0]:
            self._seen = (token, self._seen[1] + 1)
        return self._seen[1]

    def notices(self) -> builtins.list[str]:
        """What happened to the store that its users should know, in words."""
        trouble = quota_trouble(self.folder)
        return [*self._notices, *([] if trouble is None else [trouble])]

    def close(self) -> None:
        """Let go of the list; the next use opens it again."""
        self._database.close()

    # What people say of it

    def set_note(self, run: str, note: str) -> None:
        """Write a note of any length to a run."""
        self._change([run], {"note": note})

    def set_tags(self, run: str, tags: Iterable[str]) -> None:
        """Give a run these tags and no others."""
        self._change([run], {"tags": [*dict.fromkeys(tag.strip() for tag in tags if tag.strip())]})

    def set_hidden(self, run: str, hidden: bool) -> None:
        """Take a run out of the list, or back into it."""
        self._change([run], {"hidden": int(hidden)})

    def rename_document(self, before: str, now: str) -> None:
        """Have the runs of a document follow it to another name; fits in code of a model that is called so stay."""
        rows = self.read(lambda connection: run_rows.of_document(connection, before))
        folders = {row.id: self._path(row.id) for row in rows}
        of_it = [
            run for run, folder in folders.items() if (folder / EXPERIMENT).exists() and not (folder / FIT).exists()
        ]
        self._change(of_it, {"document": now})

    def pin(self, run: str, epoch: int, batch: int, pinned: bool) -> None:
        """Have a checkpoint never swept, or allow it again. Raises Refused where there is no such checkpoint."""
        folder = self._path(run)
        if (epoch, batch) not in {(file.epoch, file.batch) for file in checkpoint_files(folder)}:
            raise Refused(say.no_checkpoint(self._row(run).number, epoch))

        def change(connection: sqlite3.Connection) -> None:
            run_rows.set_flag(connection, run, epoch, batch, "pinned", pinned)
            run_rows.write_line(connection, run, folder)

        self.write(change)

    def delete(self, runs: Iterable[str]) -> None:
        """Take runs away; `restore` brings them back for a week. Raises Refused, and takes none, where one is going on."""

        def refuse(row: Row) -> None:
            if row.state in GOING_ON and self.is_alive(row.id):
                raise Refused(say.run_goes_on(row.number), say.STOP_IT_FIRST)

        self._change(list(runs), {"deleted": self._clock()}, refuse)

    def restore(self, runs: Iterable[str]) -> None:
        """Bring deleted runs back. Raises Refused where one is gone for good."""
        self._change(list(runs), {"deleted": None})

    def purge(self, runs: Iterable[str] | None = None) -> Swept:
        """Remove deleted runs for good. None: all of them."""
        chosen = None if runs is None else set(runs)
        return self._sweeping.purge(lambda row: chosen is None or row.id in chosen)

    def sweep(self, most: int | None = None) -> Swept:
        """Remove runs that were deleted a week ago, then the oldest unpinned checkpoints while there are more bytes than `most`.

        most: None for the quota. Runs that go on lose none.
        """
        return self._sweeping.sweep(self._clock(), quota(self.folder) if most is None else most)

    def spare(self, remove: bool) -> Swept:
        """What nobody will miss: checkpoints that are neither the best nor the last nor pinned, and deleted runs.

        remove: whether to remove it, or only to count it.
        """
        return self._sweeping.spare(remove)

    def summaries(self) -> builtins.list[RunSummary]:
        """All runs, hidden and deleted ones too, the newest first."""
        return [self._summary(row) for row in self._caught_up(self.read(run_rows.rows))]

    # Inside

    def _grown(self) -> None:
        """After a run has grown, sweep; what keeps from that is no trouble of the run, and is tried again the next time."""
        with contextlib.suppress(Refused, OSError):
            self.sweep()

    def _summary(self, row: Row) -> RunSummary:
        return run_rows.summary(row, self.is_alive, _died)

    def is_alive(self, run: str) -> bool:
        """Whether the process that records a run is there."""
        return run in self._writing or is_alive(self._runs / run)

    def _row(self, run: str) -> Row:
        row = self.read(lambda connection: run_rows.row_of(connection, run))
        if row is None:
            raise Refused(say.no_run_of_id(run), say.LOOK_AT_THE_LIST)
        return row

    def _path(self, run: str) -> Path:
        """The folder of a run; what is no id is never taken for a path."""
        folder = self._runs / run
        if not run_rows.ID.fullmatch(run) or not folder.is_dir():
            raise Refused(say.no_run_of_id(run), say.LOOK_AT_THE_LIST)
        return folder

    def _change(
        self,
        runs: builtins.list[str],
        changes: Mapping[str, object],
        check: Callable[[Row], None] = lambda row: None,
    ) -> None:
        """Change rows, all or none: `check` raises Refused for one that may not be changed."""

        def change(connection: sqlite3.Connection) -> None:
            for run in runs:
                row = run_rows.row_of(connection, run)
                if row is None:
                    raise Refused(say.no_run_of_id(run), say.LOOK_AT_THE_LIST)
                check(row)
                run_rows.update(connection, run, changes)
            for run in runs:
                run_rows.write_line(connection, run, self._runs / run)

        self.write(change)

    def read(self, action: Callable[[sqlite3.Connection], Result]) -> Result:
        """What an action gives that only reads from the list. Raises Refused where it cannot be read."""
        return self._said(lambda: self._database.read(action))

    def write(self, action: Callable[[sqlite3.Connection], Result]) -> Result:
        """What an action gives that changes the list, all of it or nothing. Raises Refused where it cannot be written."""
        return self._said(lambda: self._database.write(action))

    def _said(self, action: Callable[[], Result]) -> Result:
        try:
            return action()
        except (OSError, sqlite3.Error) as error:
            raise Refused(say.runs_cannot_be_read(self.folder, reason(error)), say.SEE_THAT_THERE_IS_ROOM) from None

    def _fill(self, connection: sqlite3.Connection) -> None:
        """Make the list from the runs' folders."""
        count = add_unlisted(connection, self._runs, self._notice)
        aside, self._database.moved_aside = self._database.moved_aside, None
        if aside is not None:
            self._notice(say.list_was_damaged(self._database.path, aside, count))

    def _notice(self, sentence: str) -> None:
        if sentence not in self._notices:
            self._notices.append(sentence)

    def _look_around(self) -> None:
        """Once: have the list name the runs whose folders are there, which somebody may have copied or removed."""

        def agree(connection: sqlite3.Connection) -> None:
            drop_gone(connection, self._runs)
            add_unlisted(connection, self._runs, self._notice)

        if not self._looked:
            self._looked = True
            if self.read(run_rows.ids) != set(folders(self._runs)):
                with contextlib.suppress(Refused):
                    self.write(agree)

    def _caught_up(self, rows: builtins.list[Row]) -> builtins.list[Row]:
        """Rows with what the journals of runs that were cut off say: the list may lag behind them."""
        dead = {row.id for row in rows if row.state in GOING_ON and not self.is_alive(row.id)} - self._caught
        if not dead:
            return rows
        self._caught |= dead
        with contextlib.suppress(Refused):
            self.write(lambda connection: catch_up(connection, self._runs, dead))
        fresh = self.read(lambda connection: {run: run_rows.row_of(connection, run) for run in dead})
        return [fresh.get(row.id) or row for row in rows]


def _died(wrote: float) -> str:
    """What ended a run whose process is gone; the day is said where it is not this one."""
    moment = time.localtime(wrote)
    form = "%H:%M" if moment[:3] == time.localtime()[:3] else "%Y-%m-%d %H:%M"
    return say.died(time.strftime(form, moment))


_stores: dict[Path, RunStore] = {}


def store() -> RunStore:
    """The store of this process in the user's folder."""
    folder = home()
    return _stores.setdefault(folder, RunStore(folder))
