"""The part of a view that shows a run and steers it: progress, curves, log; pause, resume, step, stop, learning rate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from .. import messages
from ..session.points import Piece, Reader
from ..session.stream import Stream
from .base import Gesture, Message, Reply

LINES_SHOWN = 200


class Run(Protocol):
    """What the part needs of a session."""

    stream: Stream

    def status(self) -> messages.Run:
        """State and progress as plain data."""
        ...

    @property
    def run_id(self) -> str | None:
        """The id of the run that was begun last."""
        ...

    def runs(self) -> list[messages.RunRow]:
        """A row for each run that is remembered, the newest first."""
        ...

    def run_points(self, name: str) -> list[Piece]:
        """All points of a run, by its id. Raises Refused where they are gone."""
        ...

    def pause(self) -> None:
        """Wait after the current batch."""
        ...

    def resume(self) -> None:
        """Go on after a pause."""
        ...

    def step(self) -> None:
        """Train on one batch, then wait."""
        ...

    def stop(self) -> None:
        """End after the current batch."""
        ...

    def stop_best(self) -> None:
        """End, and put back the weights of the best epoch."""
        ...

    def restart_lower(self) -> None:
        """Begin again with a tenth of the learning rate."""
        ...

    def go_on_smaller(self) -> None:
        """Go on with the batch that a card has memory for."""
        ...

    def set_learning_rate(self, value: object) -> None:
        """Train on with another rate. Raises Refused for what is none, or where nothing can be set."""
        ...


def points_message(run: object, pieces: Sequence[Piece]) -> Reply:
    """Pieces of curves as a message: names and counts as JSON, xs and ys of each as float32 buffers."""
    series = [{"name": p.name, "phase": p.phase, "start": p.start, "count": len(p.xs)} for p in pieces]
    buffers = [part.tobytes() for p in pieces for part in (p.xs, p.ys)]
    return {"kind": "points", "run": run, "series": series}, buffers


class RunPart:
    """Shows `run` (anything like a Session) in a view. All but the gestures runs in the view's sending thread."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._reader = run.stream.curves.reader()

    def gestures(self) -> dict[str, Gesture]:
        """The messages that this part answers."""
        return {
            "pause": lambda _: self._run.pause(),
            "resume": lambda _: self._run.resume(),
            "step": lambda _: self._run.step(),
            "stop": lambda _: self._run.stop(),
            "stop_best": lambda _: self._run.stop_best(),
            "restart_lower": lambda _: self._run.restart_lower(),
            "go_on_smaller": lambda _: self._run.go_on_smaller(),
            "learning_rate": self._set_rate,
            "points": lambda _: self._whole,
            "run_points": self._earlier,
        }

    def state(self) -> dict[str, object]:
        """The traits `run` and `log`."""
        return {"run": self._run.status(), "log": list(self._run.stream.log)[-LINES_SHOWN:]}

    def table(self) -> dict[str, object]:
        """The trait `runs`; it changes once an epoch."""
        return {"runs": self._run.runs()}

    def new_points(self) -> Reply | None:
        """The points that no message has carried yet."""
        pieces = self._present().take()
        return points_message(self._run.run_id, pieces) if pieces else None

    def _whole(self) -> Reply:
        """All points from the start. What `new_points` sends next may overlap with them, for no other page may miss it."""
        return points_message(self._run.run_id, self._run.stream.curves.pieces())

    def _earlier(self, message: Message) -> Reply:
        """All points of a run that is kept."""
        name = str(message.get("run"))
        return points_message(name, self._run.run_points(name))

    def _present(self) -> Reader:
        """The reader of the run that goes on now; a new run has new curves."""
        curves = self._run.stream.curves
        if self._reader.curves is not curves:
            self._reader = curves.reader()
        return self._reader

    def _set_rate(self, message: Message) -> None:
        self._run.set_learning_rate(message.get("value"))
