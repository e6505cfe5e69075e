"""The list of all runs as pages are told of it: whole once, and then what has changed."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable

from .. import messages
from ..refused import Refused
from ..workspace.records import RunSummary, Scalar
from ..workspace.run_store import RunStore
from .run_columns import columns

# Reading the list while a run goes on may take this share of the time; a page asks about every `PAUSE` seconds.
SHARE = 0.02
PAUSE = 1.5
NOTHING: messages.StoreSize = {"bytes": 0, "quota": 0, "runs": 0}


class RunList:
    """Answers pages of one view. All methods may be called from any thread.

    store: where the runs are; asked each time, as the user's folder may become another. clock: seconds that never go back.
    """

    def __init__(self, store: Callable[[], RunStore], clock: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._clock = clock
        self._rests_until = -math.inf
        self._lock = threading.Lock()
        self._version = 0
        self._seen: tuple[RunStore, int] | None = None
        self._rows: dict[str, messages.KeptRun] = {}
        # When each run came, changed or went, by `_version`.
        self._changed: dict[str, int] = {}
        self._columns: list[messages.RunColumn] = []
        # The settings that the columns were made of, by the runs and their models.
        self._made_of: dict[tuple[str, str | None], dict[str, Scalar]] = {}
        self._size: messages.StoreSize = NOTHING
        self._trouble: str | None = None

    def since(self, version: int | None) -> messages.RunList:
        """What is new since a version that a page has; all runs where it has none."""
        with self._lock:
            if self._clock() >= self._rests_until:
                self._look()
            whole = version is None or not 0 < version <= self._version
            new = [run for run, at in self._changed.items() if whole or at > (version or 0)]
            return {
                "version": self._version,
                "whole": whole,
                "rows": [self._rows[run] for run in new if run in self._rows],
                "gone": [] if whole else [run for run in new if run not in self._rows],
                "columns": self._columns,
                "size": self._size,
                "trouble": self._trouble,
            }

    def again(self) -> None:
        """Have the list read when it is asked for next: a page has changed something itself."""
        with self._lock:
            self._rests_until = -math.inf

    def _look(self) -> None:
        """Read the list again where the store says that something has changed. What was known stays where it cannot be read."""
        try:
            store = self._store()
            seen = (store, store.version())
            if seen == self._seen:
                return
            began = self._clock()
            runs, usage = store.list(hidden=True), store.usage()
        except Refused as refused:
            self._say(str(refused))
            return
        self._seen = seen
        made_of = {(run.id, run.document): run.settings for run in runs}
        if made_of != self._made_of:
            # It takes longer than all else, and settings hardly change while a run goes on.
            self._made_of, self._columns = made_of, columns(runs)
        names = [column["name"] for column in self._columns]
        self._take({run.id: row_of(run, names) for run in runs})
        self._size = {"bytes": usage.bytes, "quota": usage.quota, "runs": len(runs)}
        self._say(" ".join(store.notices()) or None)
        # A thousand runs take a tenth of a second, and one that trains changes the list all the time.
        now = self._clock()
        self._rests_until = now + (now - began) / SHARE - PAUSE

    def _take(self, rows: dict[str, messages.KeptRun]) -> None:
        """The rows from now on, the newest first."""
        self._version += 1
        new = [run for run, row in rows.items() if self._rows.get(run) != row]
        gone = [run for run in self._rows if run not in rows]
        self._rows = rows
        stamps = self._changed | dict.fromkeys([*new, *gone], self._version)
        self._changed = {run: stamps[run] for run in rows} | {run: at for run, at in stamps.items() if run not in rows}

    def _say(self, trouble: str | None) -> None:
        if trouble != self._trouble:
            self._trouble = trouble
            self._version += 1


def row_of(run: RunSummary, names: list[str]) -> messages.KeptRun:
    """A run as a row of the page's table. names: of the settings that have columns."""
    return {
        "id": run.id,
        "number": run.number,
        "document": run.document,
        "began": run.began,
        "ended": run.ended,
        "seconds": run.seconds,
        "state": run.state,
        "epochs": run.epochs,
        "planned": run.planned,
        "values": run.values,
        "settings": {name: run.settings[name] for name in names if name in run.settings},
        "tags": list(run.tags),
        "note": run.note,
        "hidden": run.hidden,
        "parent": None if run.parent is None else {"run": run.parent[0], "epoch": run.parent[1]},
        "bytes": run.bytes,
    }
