"""The list of runs in sqlite3: connections, the schema with its migrations, and what is done about a damaged file.

Several processes read and write at once. Points and texts lie in the runs' folders; a list that is lost is made again
from them.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import NamedTuple, TypeVar

from filelock import FileLock

from ..refused import Refused
from ..words import workspace as say
from .file_system import is_on_network

Result = TypeVar("Result")
Action = Callable[[sqlite3.Connection], Result]

_SCHEMA_1 = """
CREATE TABLE runs (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    document TEXT,
    began REAL NOT NULL,
    ended REAL,
    wrote REAL NOT NULL,
    seconds REAL NOT NULL DEFAULT 0,
    state TEXT NOT NULL,
    ended_by TEXT NOT NULL DEFAULT '',
    epochs INTEGER NOT NULL DEFAULT 0,
    planned INTEGER NOT NULL DEFAULT 0,
    metrics TEXT NOT NULL DEFAULT '{}',
    settings TEXT NOT NULL DEFAULT '{}',
    tags TEXT NOT NULL DEFAULT '[]',
    note TEXT NOT NULL DEFAULT '',
    hidden INTEGER NOT NULL DEFAULT 0,
    deleted REAL,
    parent TEXT,
    parent_epoch INTEGER,
    bytes INTEGER NOT NULL DEFAULT 0,
    facts TEXT NOT NULL DEFAULT '{}'
);
CREATE INDEX runs_by_time ON runs (began, number);
CREATE TABLE checkpoints (
    run TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    batch INTEGER NOT NULL,
    best INTEGER NOT NULL DEFAULT 0,
    pinned INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (run, epoch, batch)
) WITHOUT ROWID;
"""


def _first_schema(connection: sqlite3.Connection) -> None:
    for statement in _SCHEMA_1.split(";"):
        if statement.strip():
            connection.execute(statement)


# What brings a list of each version to the next; the first makes a list of an empty file.
MIGRATIONS: tuple[Action[None], ...] = (_first_schema,)
VERSION = len(MIGRATIONS)


class _Place(NamedTuple):
    """What tells a database that was opened from another one that took its path."""

    device: int
    inode: int


class _Open(NamedTuple):
    """process: that opened it; a connection must not be used on the other side of a fork."""

    process: int
    file: _Place
    reader: sqlite3.Connection
    writer: sqlite3.Connection
    session: int


class Database:
    """The file of the list. All methods may be called from any thread.

    Args:
        path: the file; it is made at first use.
        fill: called with a connection when a list was made anew, to fill it; what it does counts wholly or not at all.
        check: reads all of a list, and raises DatabaseError where something in it is not as it must be.
        wait: seconds to wait for another process that writes.
        writable: whether the folder may be written to; None: as the system says.
        wal: whether to write ahead into a second file, which lets others read meanwhile but needs shared memory; None: where
            the file system is of this machine.
    """

    def __init__(
        self,
        path: Path,
        fill: Action[None],
        check: Action[object],
        wait: float = 3.0,
        wal: bool | None = None,
        writable: bool | None = None,
    ) -> None:
        self.path = path
        self.moved_aside: Path | None = None
        self._fill, self._check, self._wait, self._wal, self._writable = fill, check, wait, wal, writable
        # Taken in this order; who reads or writes holds one of the last two alone.
        self._opening, self._writing, self._reading = threading.RLock(), threading.Lock(), threading.Lock()
        self._open: _Open | None = None
        # Connections of the process that we were forked from; closing them here would take its locks away.
        self._inherited: list[_Open] = []
        self._sessions = 0

    def read(self, action: Action[Result]) -> Result:
        """What `action` gives for a connection that it only reads from. It must not ask this object anything."""
        return self._attempt(lambda: self._use(self._reading, lambda connected: action(connected.reader)))

    def write(self, action: Action[Result]) -> Result:
        """What `action` gives for a connection in a transaction, which is undone where `action` raises; as for `read`."""
        return self._attempt(
            lambda: self._use(self._writing, lambda connected: self._transaction(connected.writer, action))
        )

    def token(self) -> tuple[int, int]:
        """Another one whenever anything in the list has changed, by this process or another."""
        return self._attempt(lambda: self._use(self._reading, _token))

    def _use(self, lock: threading.Lock, action: Callable[[_Open], Result]) -> Result:
        """What `action` gives, which alone uses a connection. No lock is held while the connections are made or asked for."""
        while True:
            connected = self._connected()
            with lock:
                if self._open is connected:  # nobody has closed it meanwhile
                    return action(connected)

    def close(self) -> None:
        """Let go of the file; the next use opens it again."""
        with self._opening, self._writing, self._reading:
            connected, self._open = self._open, None
            if connected is None:
                return
            if connected.process != os.getpid():
                self._inherited.append(connected)
                return
            connected.reader.close()
            connected.writer.close()

    def _attempt(self, action: Callable[[], Result]) -> Result:
        """Carry out an action; where the file turns out damaged, put it aside, make a new one and try once more.

        A file that all checks find whole, and that fails a second time, is put aside as well.
        """
        for again in (False, True):
            try:
                return action()
            except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
                if not self._shows_damage(error):
                    raise
                failed = self._open
                self._put_aside(failed.file if again and failed is not None else None)
        return action()

    def _shows_damage(self, error: sqlite3.DatabaseError | UnicodeDecodeError) -> bool:
        """Whether an error comes from a damaged file, and not from one that is locked or a disk that is full."""
        if not isinstance(error, sqlite3.OperationalError):
            return not isinstance(error, sqlite3.DatabaseError) or type(error) is sqlite3.DatabaseError
        # Of a damaged table of contents, version or text: sqlite3 takes them for a mistake of ours.
        if any(sign in str(error) for sign in ("no such", "already exists", "duplicate column", "decode")):
            return True
        # A damaged head may say that the file is only to be read, which the system does not say.
        return "readonly" in str(error) and not self._is_read_only() and os.access(self.path, os.W_OK)

    def _transaction(self, connection: sqlite3.Connection, action: Action[Result]) -> Result:
        connection.execute("BEGIN IMMEDIATE")
        try:
            result = action(connection)
            connection.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):  # a full disk has ended the transaction already
                connection.execute("ROLLBACK")
            raise
        return result

    def _connected(self) -> _Open:
        """The connections, made anew after a fork and where another file has taken the path."""
        with self._opening:
            if self._open is not None and (self._open.process, self._open.file) == (os.getpid(), _place(self.path)):
                return self._open
            self.close()
            writer = self._connection()
            try:
                self._prepare(writer)
                reader = self._connection()
            except BaseException:
                writer.close()
                raise
            self._sessions += 1
            file = _place(self.path) or _Place(0, 0)
            self._open = _Open(os.getpid(), file, reader, writer, self._sessions)
            return self._open

    def _connection(self) -> sqlite3.Connection:
        if self._is_read_only():
            # "immutable": no log, lock or shared memory, which could not be made here.
            name = f"{self.path.absolute().as_uri()}?mode=ro&immutable=1"
            return sqlite3.connect(name, uri=True, isolation_level=None, check_same_thread=False)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self.path, timeout=self._wait, isolation_level=None, check_same_thread=False)
        try:
            if self._wal is None:
                self._wal = not is_on_network(self.path.parent)
            self._set_journal(connection)
            connection.execute("PRAGMA synchronous=NORMAL")
            connection.execute("PRAGMA trusted_schema=OFF")
        except BaseException:
            connection.close()
            raise
        return connection

    def _is_read_only(self) -> bool:
        """Whether there is a list in a folder that may not be written to."""
        writable = os.access(self.path.parent, os.W_OK) if self._writable is None else self._writable
        return not writable and self.path.exists()

    def _set_journal(self, connection: sqlite3.Connection) -> None:
        """Choose how transactions are kept. Who makes the file may have it locked for a moment, which nobody waits for."""
        last = time.monotonic() + self._wait
        while True:
            try:
                connection.execute(f"PRAGMA journal_mode={'WAL' if self._wal else 'DELETE'}").fetchone()
                return
            except sqlite3.OperationalError as error:
                if is_busy(error) and time.monotonic() < last:
                    time.sleep(0.02)
                elif self._wal:
                    self._wal = False  # a file system without shared memory
                else:
                    raise

    def _prepare(self, connection: sqlite3.Connection) -> None:
        """Bring the file to this version. Raises Refused for a newer one, DatabaseError for a damaged one."""
        version = _version(connection)
        if version > VERSION:
            raise Refused(say.list_is_newer(self.path, version, VERSION), say.UPDATE_OR_CHOOSE_ANOTHER_HOME)
        if version < 0:
            raise sqlite3.DatabaseError(f"user_version={version}")
        if version == VERSION:
            if (complaint := connection.execute("PRAGMA integrity_check(1)").fetchone()[0]) != "ok":
                raise sqlite3.DatabaseError(complaint)
            return
        self._transaction(connection, self._migrate)

    def _migrate(self, connection: sqlite3.Connection) -> None:
        version = _version(connection)  # another process may have been faster
        for migrate in MIGRATIONS[version:]:
            migrate(connection)
        connection.execute(f"PRAGMA user_version={VERSION}")
        if version == 0:
            self._fill(connection)

    def _is_whole(self) -> bool:
        """Whether the file is a list that can be read, or there is none."""
        if not self.path.exists():
            return True
        connection = sqlite3.connect(self.path, timeout=self._wait, isolation_level=None)
        try:
            if connection.execute("PRAGMA integrity_check(1)").fetchone()[0] != "ok":
                return False
            version = _version(connection)
            if version < 0:
                return False
            connection.execute("BEGIN IMMEDIATE")
            for migrate in MIGRATIONS[version:]:  # tried only: a version that is too low meets what it is to make
                migrate(connection)
            connection.execute("ROLLBACK")
            if version == VERSION:
                self._check(connection)
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            return not self._shows_damage(error)
        finally:
            connection.close()
        return True

    def _put_aside(self, certain: _Place | None) -> None:
        """Move a damaged file away, whole, under a name with the time in it; not one that another process has just made.

        certain: a file that is damaged although the checks do not find it.
        """
        if self._is_read_only():
            return
        with self._opening:
            self.close()
            with _alone(self.path):
                if self._is_whole() and (certain is None or _place(self.path) != certain):
                    return
                aside = _free_name(self.path)
                # A new file must not meet the old one's log.
                for ending in ("-wal", "-shm", ""):
                    with contextlib.suppress(FileNotFoundError):
                        os.replace(f"{self.path}{ending}", f"{aside}{ending}")
                self.moved_aside = aside


def _token(connected: _Open) -> tuple[int, int]:
    return connected.session, connected.reader.execute("PRAGMA data_version").fetchone()[0]


def is_busy(error: sqlite3.OperationalError) -> bool:
    """Whether another process has been writing for longer than we waited."""
    return "locked" in str(error) or "busy" in str(error)


def _version(connection: sqlite3.Connection) -> int:
    return connection.execute("PRAGMA user_version").fetchone()[0]


def _place(path: Path) -> _Place | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return _Place(status.st_dev, status.st_ino)


def _free_name(path: Path) -> Path:
    stem = f"{path.stem}-damaged-{time.strftime('%Y%m%dT%H%M%S')}"
    names = (path.with_name(f"{stem}{f'-{count}' if count else ''}{path.suffix}") for count in range(1000))
    return next(name for name in names if not name.exists())


@contextlib.contextmanager
def _alone(path: Path) -> Generator[None]:
    """Of several processes that meet a damaged file one at a time goes on; without locks they all do."""
    lock = FileLock(f"{path}.repair.lock", timeout=10)
    with contextlib.suppress(OSError, NotImplementedError):  # filelock's Timeout is an OSError too
        lock.acquire()
    try:
        yield
    finally:
        lock.release()
