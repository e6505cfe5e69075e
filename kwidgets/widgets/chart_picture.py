"""What a still picture shows of a run: its curves, and its state in a line."""

from __future__ import annotations

from ..words import still as say
from .run_part import Run
from .sheet import Sheet

VALIDATION = "val_"


def run_sheet(run: Run) -> Sheet:
    """Curves and state of a run; without a line while there has been none."""
    status = run.status()
    pieces = run.stream.curves.pieces()
    if status["state"] == "idle" and not pieces:
        return Sheet(say.CURVES, None)
    values = ", ".join(say.value(_in_words(name), value) for name, value in _values(run).items())
    line = say.state_of(status["state"], status["epoch"], status["epochs"], values)
    counts = tuple((piece.name, piece.phase, len(piece.xs), float(piece.xs[-1])) for piece in pieces if len(piece.xs))
    return Sheet(say.CURVES, (status["id"], line, counts), line=line, pieces=pieces)


def _values(run: Run) -> dict[str, float]:
    """The last epoch's values, or the last batch's while no epoch has ended; those of validation first."""
    history = run.stream.history.copy().history
    logs = {name: values[-1] for name, values in history.items() if values} or run.status()["logs"]
    numbers = {
        name: float(value) for name, value in logs.items() if value is not None and name not in ("batch", "size")
    }
    return dict(sorted(numbers.items(), key=lambda item: not item[0].startswith(VALIDATION)))


def _in_words(name: str) -> str:
    return say.VALIDATION + name.removeprefix(VALIDATION) if name.startswith(VALIDATION) else name
