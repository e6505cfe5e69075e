"""The runs of a session, for its table: what differed, what came of it, and the curves of the latest."""

from __future__ import annotations

from dataclasses import dataclass

from engine.experiment import Experiment

from ..messages import RunRow, RunState
from ..refused import Refused
from ..words import run as say
from .in_words import difference
from .points import Piece, finite
from .stream import Stream

MOST_ROWS = 200
# So many runs keep their curves, to be drawn behind those of the present one.
MOST_CURVES = 20


@dataclass
class RunRecord:
    """A training of the session.

    id: in messages. number: from 1. differs: from the run before, in words. stream: None once its curves were given up.
    """

    id: str
    number: int
    differs: str
    experiment: Experiment | None
    stream: Stream | None
    state: RunState = "idle"


class RunRecords:
    """Rows of all runs in memory, the newest first. One thread at a time may add."""

    def __init__(self) -> None:
        self._runs: list[RunRecord] = []
        self._rows: dict[str, RunRow] = {}

    def add(self, name: str, index: int, experiment: Experiment | None, stream: Stream) -> None:
        """Begin a record for a new run."""
        before = next((run.experiment for run in reversed(self._runs) if run.experiment is not None), None)
        others = [run for run in self._runs if run.id != name]
        self._runs = [*others, RunRecord(name, index, difference(before, experiment), experiment, stream)][-MOST_ROWS:]
        for old in self._runs[:-MOST_CURVES]:
            if old.stream is not None:
                self._rows[old.id] = _row(old, old.stream)
                old.stream = None
        names = {run.id for run in self._runs}
        self._rows = {key: row for key, row in self._rows.items() if key in names}

    @property
    def latest(self) -> RunRecord | None:
        """The record that was begun last."""
        return self._runs[-1] if self._runs else None

    def now(self, state: RunState, experiment: Experiment | None) -> None:
        """The state of the newest run, and what it trains: a run that goes on may have other settings."""
        if self._runs:
            self._runs[-1].state, self._runs[-1].experiment = state, experiment

    def rows(self) -> list[RunRow]:
        """One row a run, the newest first; values are those after its last epoch."""
        return [self._rows[run.id] if run.stream is None else _row(run, run.stream) for run in reversed(self._runs)]

    def curves(self, name: str) -> list[Piece]:
        """All points of a run. Raises Refused where they are not kept (any more)."""
        stream = next((run.stream for run in self._runs if run.id == name), None)
        if stream is None:
            raise Refused(say.curves_are_gone(name))
        return stream.curves.pieces()


def _row(run: RunRecord, stream: Stream) -> RunRow:
    history = stream.history.copy()
    values = {name: finite(found[-1]) for name, found in history.history.items() if found}
    return RunRow(
        id=run.id,
        number=run.number,
        differs=run.differs,
        epochs=len(history.epoch),
        planned=stream.planned,
        values=values,
        seconds=stream.seconds_of_epochs,
        state=run.state,
    )
