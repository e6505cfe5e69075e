"""LiveCurves: a callback that draws curves under the cell while `fit` blocks it.

The kernel can send while a cell runs, but it cannot hear: the chart moves, its buttons would not. So training is ended
with the notebook's own interrupt button, after which `fit` returns its History as usual.
"""

from __future__ import annotations

import time

from engine.events import BatchEnd, EpochBegin, EpochEnd, Event, Listener, Reason, TrainBegin, TrainEnd, only_for
from engine.experiment import Control
from engine.models import Model
from engine.types import Logs

from .fitted import Looks
from .keep import RecordedFit
from .messages import Run, RunRow, RunState, Trouble
from .refused import Refused
from .session.conclusion import conclude
from .session.constant_guess import is_fixed
from .session.divergence import Divergence
from .session.failure import ending, error_text, log_of
from .session.findings import Findings
from .session.points import Piece
from .session.run_state import RunIs, plain_rate, run_state
from .session.stream import Clock, Stream
from .session.trouble import Where, describe
from .widgets import notebook
from .widgets.dashboard_view import RUN, DashboardView
from .words import run as say


class _Watched:
    """The run of a callback, as a view sees it. `stop` is heard only where messages arrive while a cell runs."""

    def __init__(self, clock: Clock, count: int) -> None:
        self.count = count
        self.model: Model | None = None
        self.control: Control | None = None
        self.state: RunState = "idle"
        self.reason: Reason | None = None
        self.error: str | None = None
        self.fit: RecordedFit | None = None
        findings = Findings(self._diagnose, Divergence(lambda: is_fixed(getattr(self.model, "loss", None))))
        self.stream = Stream(clock, rate=lambda: plain_rate(self.model), findings=findings)

    @property
    def run_id(self) -> str:
        return f"fit-{self.count}"

    def status(self) -> Run:
        ended = self.state in ("finished", "stopped")
        return run_state(
            self.stream.status(),
            RunIs(
                id=self.run_id,
                state=self.state,
                learning_rate=plain_rate(self.model),
                error=self.error,
                reason=self.reason,
                message=say.INTERRUPT_STOPS_IT if self.state == "running" else None,
                conclusion=conclude(self.stream, self.model, None) if ended else None,
                blocking=True,
                unrecorded=None if self.fit is None else self.fit.recording.trouble,
            ),
        )

    def runs(self) -> list[RunRow]:
        """None: each fit has a view of its own."""
        return []

    def run_points(self, name: str) -> list[Piece]:
        """Refused: no run is kept."""
        raise Refused(say.curves_are_not_kept(name))

    def stop(self) -> None:
        """End after the current batch."""
        if self.model is None or self.state != "running":
            raise Refused(say.NO_TRAINING_IS_GOING_ON)
        if self.control is not None:
            self.control.stop()
        else:  # a loop that calls the hooks itself
            self.model.stop_training = True

    def end(self, event: TrainEnd) -> None:
        """The training is over."""
        self.reason, error = ending(event, self.stream.finite)
        self.stream(TrainEnd(self.reason))
        if error is not None:
            self.error = error_text(error)
            for text in log_of(error):
                self.stream.say(text)
        cut = self.reason not in ("finished", "failed")
        self.state = "failed" if self.reason == "failed" else "stopped" if cut else "finished"

    def pause(self) -> None:
        """Refused, as everything that a blocked kernel cannot hear."""
        raise Refused(say.NO_PAUSE_IN_A_CELL, say.TRAIN_WITH_A_BUILDER)

    resume = step = stop_best = restart_lower = go_on_smaller = pause

    def set_learning_rate(self, value: object) -> None:
        """Refused: the rate is that of the cell."""
        self.pause()

    def _diagnose(self, where: Where) -> Trouble:
        return describe(where, rate=plain_rate(self.model))


class LiveCurves(Looks):
    """Live curves of a blocking `fit`, under its cell.

    Outside of a notebook it only keeps the curves, in `stream`. `view` is the widget of the last fit.

    Args:
        clock: gives seconds and never goes back; the machine's by default.
        keep: whether each fit is recorded, which is so by default; `kwidgets.runs()` lists them.

    Example:
        >>> import numpy as np
        >>> from engine.layers import Dense
        >>> from engine.models import Sequential
        >>> from kwidgets import LiveCurves
        >>> model = Sequential([Dense(1, input_shape=(3,))])
        >>> model.compile("sgd", "mse")
        >>> curves = LiveCurves()
        >>> history = model.fit(np.zeros((8, 3)), np.zeros((8, 1)), epochs=2, verbose=0, callbacks=[curves])
        >>> curves.stream.history.epoch
        [0, 1]
    """

    def __init__(self, clock: Clock = time.monotonic, *, keep: bool = True) -> None:
        super().__init__()
        self._clock, self._keep = clock, keep
        self._number = 0
        self._epoch, self._began = 0, 0.0
        self._latest: tuple[int, Logs] | None = None
        self._run = _Watched(clock, 0)
        self._control: Control | None = None
        self.view: DashboardView | None = None

    @property
    def stream(self) -> Stream:
        """Curves, history and log of the last fit."""
        return self._run.stream

    def make_listener(self, control: Control) -> Listener:
        """The function that takes in how the training that begins ends, and records it.

        Args:
            control: of this training.

        Returns:
            The function.
        """
        self._control = control

        @only_for(*RecordedFit.hears)
        def heard(event: Event) -> None:
            run = self._run
            if run.control is not control:
                # The training failed before this callback was told that it begins.
                return
            if isinstance(event, TrainBegin) and self._keep:
                run.fit = RecordedFit(run.stream, self.model, control, feeds=False)
            if isinstance(event, TrainEnd):
                self._end(event)
            if run.fit is not None:
                run.fit(event)

        return heard

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Begin new curves, and show them under the cell.

        Args:
            logs: no effect.
        """
        self._number += 1
        self._run = _Watched(self._clock, self._number)
        self._run.model, self._run.state = self.model, "running"
        self._run.control, self._control = self._control, None
        p = self.params
        metrics = tuple(name for name in p.get("metrics") or () if not name.startswith("val_"))
        self.stream(
            TrainBegin(
                p.get("epochs") or 1,
                p.get("steps") or _steps(p.get("samples"), p.get("batch_size")),
                p.get("samples"),
                metrics,
            )
        )
        if notebook.is_notebook():
            self.view = DashboardView(self._run, blocking=True)
            notebook.display(self.view)

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Record that an epoch begins.

        Args:
            epoch: its number from 0.
            logs: no effect.
        """
        self._epoch, self._began = epoch, self._clock()
        self.stream(EpochBegin(epoch))

    def on_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Add the batch's values to the curves.

        Args:
            batch: its number in the epoch, from 0.
            logs: the batch's loss and metrics, and its `size`.
        """
        self._latest = batch, logs or {}
        loss = (logs or {}).get("loss", 0.0)
        if batch >= self.stream.pace.next_batch or loss - loss != 0.0:
            self._take_latest()

    def _take_latest(self) -> None:
        """Take in the latest batch, unless it has been."""
        if self._latest is None:
            return
        (batch, logs), self._latest = self._latest, None
        values = {name: float(value) for name, value in logs.items() if name not in ("batch", "size")}
        finite = values.get("loss", 0.0) - values.get("loss", 0.0) == 0.0
        self.stream(BatchEnd(self._epoch, batch, int(logs.get("size") or 1), values, finite))
        self._changed(often=True)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Add the epoch's values to the curves and to the history.

        Args:
            epoch: its number from 0.
            logs: the epoch's loss and metrics, those of validation with `val_` before their names.
        """
        values = {name: float(value) for name, value in (logs or {}).items() if isinstance(value, (int, float))}
        partial = bool(self.params.get("partial"))
        self._take_latest()
        self.stream(EpochEnd(epoch, values, self._clock() - self._began, partial))
        self._changed(often=True)

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Show how it ended, before the cell goes on: of a `fit`, once all callbacks have heard of it.

        Args:
            logs: no effect.
        """
        if self._run.control is None:
            self._end(TrainEnd("stopped" if self.stream.history.partial else "finished"))

    def _end(self, event: TrainEnd) -> None:
        self._run.end(event)
        self._changed(often=False)
        if self.view is not None:
            self.view.settled(1.0)

    def _changed(self, often: bool) -> None:
        if self.view is not None:
            self.view.changed(RUN, often=often)


def _steps(samples: int | None, size: int | None) -> int | None:
    """Batches of an epoch from the number of samples, None where they are not known."""
    return -(-samples // size) if samples and size else None
