"""The list made again from the runs' folders: after damage, for folders that were copied here, for runs that were cut off."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from ..refused import Refused
from . import run_rows
from .records import GOING_ON
from .run_files import JOURNAL, RUN, read_record, read_table

_OF_PROGRESS = ("epochs", "planned", "seconds", "settings")


def folders(runs: Path) -> list[str]:
    """The names of the folders that may be runs."""
    try:
        with os.scandir(runs) as entries:
            return sorted(entry.name for entry in entries if run_rows.ID.fullmatch(entry.name))
    except OSError:
        return []


def add_unlisted(connection: sqlite3.Connection, runs: Path, notice: Callable[[str], None]) -> int:
    """Make rows of the runs whose folders are there and that the list lacks; gives how many.

    notice: is told in words of a run that this release cannot read.
    """
    known, added = run_rows.ids(connection), 0
    for name in folders(runs):
        if name in known:
            continue
        try:
            table = read_table(runs / name / RUN)
        except Refused as refused:
            notice(str(refused))
            continue
        if table is not None:
            state = table.get("state")
            run_rows.insert_table(connection, name, {**table, **(journalled(runs / name) if state in GOING_ON else {})})
            added += 1
    return added


def drop_gone(connection: sqlite3.Connection, runs: Path) -> None:
    """Take away the rows of runs whose folder is gone: with it went all that a row could lead to."""
    if runs.is_dir():
        for run in run_rows.ids(connection).difference(folders(runs)):
            run_rows.remove(connection, run)


def catch_up(connection: sqlite3.Connection, runs: Path, names: Iterable[str]) -> None:
    """Bring rows up to what the journals say: the list may have been out of reach when a run wrote last."""
    for name in names:
        columns = journalled(runs / name)
        if columns and run_rows.row_of(connection, name) is not None:
            run_rows.update(connection, name, columns)


def journalled(folder: Path) -> dict[str, Any]:
    """Columns of the row of a run by its journal; none where it has none."""
    journal = folder / JOURNAL
    try:
        wrote = journal.stat().st_mtime
    except OSError:
        return {}
    record = read_record(folder)
    columns: dict[str, Any] = {name: record.progress[name] for name in _OF_PROGRESS if name in record.progress}
    metrics = {name: record.progress.get(name) or {} for name in ("values", "best")}
    line = {**columns, "metrics": metrics, "wrote": wrote, **(record.end or {})}
    return {name: value for name, value in line.items() if run_rows.fits(name, value)}
