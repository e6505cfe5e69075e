"""Rows of the list in sqlite3, and the same lines as the tables that lie in the runs' folders."""

from __future__ import annotations

import json
import math
import re
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, get_args

from engine.experiment import json_able

from .records import GOING_ON, RunSummary, StoredState
from .run_files import RUN, write_table

_STATES = get_args(StoredState)
# What a run's folder may be called; nothing else is taken for one.
ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,199}")
_TIMES = ("began", "wrote", "ended")
_YEAR_9999 = 253_402_300_800.0
_OF_JSON = {"metrics": dict, "settings": dict, "tags": list, "facts": dict}


class Row(NamedTuple):
    """A row of the list, texts of JSON read. wrote: when the run said something last. deleted: when it was."""

    number: int
    id: str
    document: str | None
    began: float
    ended: float | None
    wrote: float
    seconds: float
    state: StoredState
    ended_by: str
    epochs: int
    planned: int
    metrics: dict[str, Any]
    settings: dict[str, Any]
    tags: list[str]
    note: str
    hidden: int
    deleted: float | None
    parent: str | None
    parent_epoch: int | None
    bytes: int
    facts: dict[str, Any]


_COLUMNS = Row._fields
# Said with each row, so that a list whose own defaults were damaged takes in no wrong one.
_DEFAULTS: dict[str, object] = {
    "seconds": 0.0,
    "ended_by": "",
    "epochs": 0,
    "planned": 0,
    "metrics": {},
    "settings": {},
    "tags": [],
    "note": "",
    "hidden": 0,
    "bytes": 0,
    "facts": {},
}
SELECT = f"SELECT {', '.join(_COLUMNS)} FROM runs"


def rows(connection: sqlite3.Connection, where: str = "", values: tuple[object, ...] = ()) -> list[Row]:
    """The rows for which a condition holds, the newest first."""
    order = "ORDER BY began DESC, number DESC"
    return [_read(row) for row in connection.execute(f"{SELECT} {where} {order}", values)]


def row_of(connection: sqlite3.Connection, run: str) -> Row | None:
    """The row of a run by its id."""
    return next(iter(rows(connection, "WHERE id = ?", (run,))), None)


def numbered(connection: sqlite3.Connection, index: int) -> Row | None:
    """The row of a run by its number."""
    return next(iter(rows(connection, "WHERE number IS ?", (index,))), None)


def listed(connection: sqlite3.Connection, document: str | None, hidden: bool) -> list[Row]:
    """Rows that are not deleted, hidden ones where they are asked for, of one document or of all."""
    where = "WHERE deleted IS NULL AND hidden <= ? AND (? IS NULL OR document = ?)"
    return rows(connection, where, (int(hidden), document, document))


def of_document(connection: sqlite3.Connection, document: str) -> list[Row]:
    """All rows of a document, deleted ones as well."""
    return rows(connection, "WHERE document = ?", (document,))


def deleted(connection: sqlite3.Connection, before: float = math.inf) -> list[Row]:
    """Rows that were deleted before a moment."""
    return rows(connection, "WHERE deleted < ?", (before,))


def going_on(connection: sqlite3.Connection) -> list[str]:
    """The ids of runs that have not said that they ended."""
    marks = ", ".join("?" * len(GOING_ON))
    return [run for (run,) in connection.execute(f"SELECT id FROM runs WHERE state IN ({marks}) ORDER BY id", GOING_ON)]


def ids(connection: sqlite3.Connection) -> set[str]:
    """The ids of all runs."""
    return {run for (run,) in connection.execute("SELECT id FROM runs")}


def total(connection: sqlite3.Connection) -> tuple[int, int]:
    """The bytes of all runs, and how many there are."""
    size, count = connection.execute("SELECT TOTAL(bytes), COUNT(*) FROM runs").fetchone()
    return int(size), count


def shrink(connection: sqlite3.Connection, run: str, size: int) -> None:
    """Take bytes off those of a run."""
    connection.execute("UPDATE runs SET bytes = MAX(0, bytes - ?) WHERE id = ?", (size, run))


def insert(connection: sqlite3.Connection, line: Mapping[str, object]) -> int:
    """Add a row; gives its number. One that is taken already gives way to a new one."""
    line = {**_DEFAULTS, **line}
    taken = connection.execute("SELECT 1 FROM runs WHERE number IS ?", (line.get("number"),)).fetchone()
    if taken is not None:
        del line["number"]
    names = [name for name in _COLUMNS if name in line]
    marks = ", ".join("?" * len(names))
    values = [_written(name, line[name]) for name in names]
    cursor = connection.execute(f"INSERT INTO runs ({', '.join(names)}) VALUES ({marks})", values)
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def update(connection: sqlite3.Connection, run: str, changes: Mapping[str, object]) -> None:
    """Change some columns of a row."""
    names = [name for name in _COLUMNS if name in changes]
    values = [_written(name, changes[name]) for name in names]
    assigned = ", ".join(f"{name} = ?" for name in names)
    connection.execute(f"UPDATE runs SET {assigned} WHERE id = ?", (*values, run))


def remove(connection: sqlite3.Connection, run: str) -> None:
    """Take a row away with what belongs to it."""
    connection.execute("DELETE FROM runs WHERE id = ?", (run,))
    connection.execute("DELETE FROM checkpoints WHERE run = ?", (run,))


def flags(connection: sqlite3.Connection, run: str | None = None) -> dict[tuple[str, int, int], tuple[bool, bool]]:
    """Whether a checkpoint is the best one, and whether it is pinned, by run, epoch and batch; of one run or of all."""
    where, values = ("", ()) if run is None else (" WHERE run = ?", (run,))
    listed = connection.execute(f"SELECT run, epoch, batch, best, pinned FROM checkpoints{where}", values)
    return {(name, epoch, batch): (bool(best), bool(pinned)) for name, epoch, batch, best, pinned in listed}


def set_flag(connection: sqlite3.Connection, run: str, epoch: int, batch: int, column: str, value: bool) -> None:
    """Set "best" or "pinned" of a checkpoint."""
    connection.execute(
        f"INSERT INTO checkpoints (run, epoch, batch, {column}) VALUES (?, ?, ?, ?) "
        f"ON CONFLICT (run, epoch, batch) DO UPDATE SET {column} = excluded.{column}",
        (run, epoch, batch, int(value)),
    )


def set_best(connection: sqlite3.Connection, run: str, epoch: int, batch: int) -> None:
    """Have a checkpoint be the best one of its run."""
    connection.execute("UPDATE checkpoints SET best = 0 WHERE run = ?", (run,))
    set_flag(connection, run, epoch, batch, "best", True)


def forget_checkpoint(connection: sqlite3.Connection, run: str, epoch: int, batch: int) -> None:
    """Forget what was said of a checkpoint that is gone."""
    connection.execute("DELETE FROM checkpoints WHERE run = ? AND epoch = ? AND batch = ?", (run, epoch, batch))


def write_line(connection: sqlite3.Connection, run: str, folder: Path) -> None:
    """Write the row of a run into its folder, so that the list could be made again from there. Raises OSError."""
    row = row_of(connection, run)
    if row is None or not folder.is_dir():
        return
    checkpoints = [
        {"epoch": epoch, "batch": batch, "best": best, "pinned": pinned}
        for (_, epoch, batch), (best, pinned) in flags(connection, run).items()
    ]
    write_table(folder / RUN, {**row._asdict(), "checkpoints": checkpoints})


def insert_table(connection: sqlite3.Connection, run: str, table: Mapping[str, Any]) -> None:
    """Make the row of a run from what its folder says of it; what does not fit is left out."""
    line = {name: table[name] for name in _COLUMNS if name in table and fits(name, table[name])}
    line |= {"id": run, "began": line.get("began", 0.0), "wrote": line.get("wrote", line.get("began", 0.0))}
    line.setdefault("state", "running")
    insert(connection, line)
    checkpoints = table.get("checkpoints")
    for entry in checkpoints if isinstance(checkpoints, list) else []:
        if isinstance(entry, dict) and all(_is_count(entry.get(key)) for key in ("epoch", "batch")):
            for column in ("best", "pinned"):
                set_flag(connection, run, entry["epoch"], entry["batch"], column, entry.get(column) is True)


def summary(row: Row, is_alive: Callable[[str], bool], died: Callable[[float], str]) -> RunSummary:
    """A row as it is given out. died: in words what ended a run that has no end, by when it said something last."""
    state, ended, ended_by = row.state, row.ended, row.ended_by
    if state in GOING_ON and not is_alive(row.id):
        state, ended, ended_by = "interrupted", row.wrote, died(row.wrote)
    facts = row.facts
    return RunSummary(
        row.id,
        row.number,
        row.document,
        row.began,
        ended,
        row.seconds,
        state,
        ended_by,
        row.epochs,
        row.planned,
        row.metrics.get("values") or {},
        row.metrics.get("best") or {},
        row.settings,
        tuple(row.tags),
        row.note,
        bool(row.hidden),
        row.deleted is not None,
        None if row.parent is None else (row.parent, row.parent_epoch or 0),
        row.bytes,
        facts.get("data") or {},
        facts.get("rows"),
        facts.get("versions") or {},
        str(facts.get("machine", "")),
    )


def finite(values: Mapping[str, float | None]) -> dict[str, float | None]:
    """Numbers as a table shows them: None for NaN and what is infinite."""
    return {
        str(name): None if value is None or not math.isfinite(value) else float(value) for name, value in values.items()
    }


_NUMBER, _PERHAPS_NUMBER, _PERHAPS_TEXT = (int, float), (int, float, type(None)), (str, type(None))
_KINDS = (
    int,
    str,
    _PERHAPS_TEXT,
    _NUMBER,
    _PERHAPS_NUMBER,
    _NUMBER,
    _NUMBER,
    str,
    str,
    int,
    int,
    str,
    str,
    str,
    str,
    int,
    _PERHAPS_NUMBER,
    _PERHAPS_TEXT,
    (int, type(None)),
    int,
    str,
)


def _read(row: tuple[Any, ...]) -> Row:
    """A row, texts of JSON read. Raises DatabaseError for one that was damaged."""
    if not all(map(isinstance, row, _KINDS)) or not ID.fullmatch(row[1]):
        raise sqlite3.DatabaseError(row)
    try:
        values = {name: json.loads(value) for name, value in zip(_COLUMNS, row, strict=True) if name in _OF_JSON}
    except (ValueError, RecursionError):
        raise sqlite3.DatabaseError(row) from None
    line = Row(*row)._replace(**values)
    if not all(
        fits(name, value) for name, value in zip(_TIMES, (line.began, line.wrote, line.ended or 0), strict=True)
    ):
        raise sqlite3.DatabaseError(row)
    if line.state not in _STATES or not all(isinstance(values[name], kind) for name, kind in _OF_JSON.items()):
        raise sqlite3.DatabaseError(row)
    return line


def _written(column: str, value: object) -> object:
    if column in _OF_JSON:
        return json.dumps(json_able(value))
    # Halves of characters, which a program may have made, are no text for sqlite3.
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def _is_count(value: object) -> bool:
    return type(value) is int and 0 <= value < 2**63


def fits(column: str, value: object) -> bool:
    """Whether what a folder says is of the kind of a column."""
    if column in ("metrics", "settings", "facts"):
        return isinstance(value, dict)
    if column == "tags":
        return isinstance(value, list) and all(isinstance(tag, str) for tag in value)
    if column == "state":
        return value in _STATES
    if column in ("document", "parent", "note", "ended_by"):
        return isinstance(value, str)
    if column in ("began", "wrote", "seconds", "ended", "deleted"):
        return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < _YEAR_9999
    return _is_count(value) and (column != "number" or value != 0)
