"""All runs as a list that a notebook shows as a table."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from html import escape
from typing import TYPE_CHECKING, overload

from .refused import Refused
from .stored_run import Run
from .words import conclusions
from .words import workspace as say
from .workspace import run_store
from .workspace.records import RunSummary, Scalar, Swept, Usage
from .workspace.run_store import RunStore

if TYPE_CHECKING:
    from pandas import DataFrame

MOST_ROWS = 200
# In which so many settings differ are named in a row of the table.
MOST_DIFFERENCES = 3
_TABLE = "border-collapse:collapse;font-variant-numeric:tabular-nums"
_CELL = "padding:3px 14px 3px 0;text-align:left;vertical-align:top;max-width:28em"
_FAINT = "opacity:.65"


class Runs(Sequence[Run]):
    """Runs, the newest first: a sequence of `Run`, and a table where a notebook shows it.

    Args:
        runs: the store.
        summaries: their lines.
    """

    def __init__(self, runs: RunStore, summaries: Sequence[RunSummary]) -> None:
        self._store, self._summaries = runs, list(summaries)

    def __len__(self) -> int:
        return len(self._summaries)

    @overload
    def __getitem__(self, index: int) -> Run: ...
    @overload
    def __getitem__(self, index: slice) -> Runs: ...

    def __getitem__(self, index: int | slice) -> Run | Runs:
        if isinstance(index, slice):
            return Runs(self._store, self._summaries[index])
        return Run(self._store, self._summaries[index].id)

    def __iter__(self) -> Iterator[Run]:
        return (Run(self._store, summary.id) for summary in self._summaries)

    @property
    def usage(self) -> Usage:
        """What all runs of the store take of the disk, what they may take, and how many there are."""
        return self._store.usage()

    @property
    def differing(self) -> list[str]:
        """The settings that are not the same in all of these runs."""
        names = dict.fromkeys(name for summary in self._summaries for name in summary.settings)
        return [name for name in names if len({_plain(one.settings.get(name)) for one in self._summaries}) > 1]

    def to_frame(self) -> DataFrame:
        """A pandas DataFrame: a row for each run, columns for losses, metrics and settings.

        Raises:
            Refused: pandas is not installed.
        """
        try:
            pandas = importlib.import_module("pandas")
        except ImportError:
            raise Refused(say.NO_PANDAS, say.INSTALL_PANDAS) from None
        metrics = {name for summary in self._summaries for name in summary.values}
        lines = [_line(summary, metrics) for summary in self._summaries]
        return pandas.DataFrame(lines, index=[summary.number for summary in self._summaries])

    def spare(self, remove: bool = False) -> Swept:
        """What nobody will miss of all runs: checkpoints that are neither best, last nor pinned, and deleted runs.

        Args:
            remove: whether to remove it; False (the default) only counts it.
        """
        return self._store.spare(remove)

    def delete(self) -> None:
        """Take these runs away; `restore` brings them back within a week. Raises Refused while one is going on."""
        self._store.delete([summary.id for summary in self._summaries])

    def restore(self) -> None:
        """Bring these runs back after `delete`."""
        self._store.restore([summary.id for summary in self._summaries])

    def __repr__(self) -> str:
        rows = [list(say.COLUMNS), *self._cells()]
        widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
        lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)
        return "\n".join([*lines, *self._below()]) if self._summaries else say.NO_RUNS

    def _repr_html_(self) -> str:
        if not self._summaries:
            return f"<p>{escape(say.NO_RUNS)}</p>"
        head = "".join(f'<th style="{_CELL};{_FAINT};font-weight:normal">{escape(name)}</th>' for name in say.COLUMNS)
        body = "".join(f"<tr>{''.join(_cell(cell) for cell in row)}</tr>" for row in self._cells())
        below = "".join(f'<p style="{_FAINT};margin:4px 0">{escape(line)}</p>' for line in self._below())
        return f'<table style="{_TABLE}"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{below}'

    def _cells(self) -> Iterator[list[str]]:
        """The cells of each row, as text."""
        differing = self.differing
        for run in self._summaries[:MOST_ROWS]:
            loss = run.values.get("val_loss", run.values.get("loss"))
            yield [
                str(run.number),
                _moment(run.began),
                run.document or "",
                _differences(run, differing),
                f"{run.epochs}" if run.epochs == run.planned or not run.planned else f"{run.epochs} / {run.planned}",
                "" if loss is None else f"{loss:.4g}",
                say.STATES[run.state],
                " ".join([run.note, *(f"#{tag}" for tag in run.tags)]).strip(),
            ]

    def _below(self) -> list[str]:
        more = len(self._summaries) - MOST_ROWS
        return [*([say.and_more_runs(more)] if more > 0 else []), *self._store.notices()]


def runs(
    document: str | None = None,
    tag: str | None = None,
    text: str = "",
    *,
    hidden: bool = False,
    deleted: bool = False,
    store: RunStore | None = None,
) -> Runs:
    """The runs that were recorded, the newest first.

    Args:
        document: only those of a model or document of this name; None (the default): of all.
        tag: only those with this tag; None (the default): all.
        text: words that all occur in a run's number, note, tags, settings or document; "" (the default): any.
        hidden: hidden ones as well; False by default.
        deleted: only deleted ones, which can still be restored; False by default.
        store: the store; None (the default) for the user's.

    Returns:
        The runs.

    Raises:
        Refused: the list cannot be read; the message says why, and what can be done.

    Example:
        >>> import kwidgets
        >>> len(kwidgets.runs(tag="no run has this tag"))
        0
    """
    used = run_store.store() if store is None else store
    return Runs(used, used.list(document, tag, text, hidden, deleted))


def _plain(value: Scalar) -> tuple[str, Scalar]:
    """What tells two settings apart: True is not 1."""
    return type(value).__name__ if isinstance(value, bool) else "", value


def _differences(run: RunSummary, names: Sequence[str]) -> str:
    """The settings that differ between the runs, those of this run."""
    said = [
        conclusions.setting(name.replace("_", " "), _shown(run.settings.get(name)))
        for name in names
        if name != "epochs"
    ]
    more = len(said) - MOST_DIFFERENCES
    return ", ".join([*said[:MOST_DIFFERENCES], *([conclusions.and_more(more)] if more > 0 else [])])


def _shown(value: Scalar) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    return conclusions.NONE if value is None else str(value)


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds).strftime("%Y-%m-%d %H:%M")


def _cell(text: str) -> str:
    return f'<td style="{_CELL}">{escape(text)}</td>'


def _line(run: RunSummary, metrics: set[str]) -> dict[str, object]:
    """A row of the frame. A setting that bears the name of another column, as the loss does, stands as `settings.loss`."""
    columns = {
        "number": run.number,
        "document": run.document,
        "began": datetime.fromtimestamp(run.began),
        "seconds": run.seconds,
        "state": run.state,
        "ended_by": run.ended_by,
        "epochs": run.epochs,
        **run.values,
        "tags": ", ".join(run.tags),
        "note": run.note,
        "id": run.id,
    }
    taken = columns.keys() | metrics
    return {**columns, **{f"settings.{name}" if name in taken else name: value for name, value in run.settings.items()}}
