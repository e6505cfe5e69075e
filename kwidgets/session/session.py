"""One run: a background thread, its state, and what it leaves behind.

    idle -> running <-> paused -> stopping -> stopped | finished | failed -> running ...

The thread is the only one that trains; all methods here may be called from any thread and return at once. What happens
is told to `listeners`; they run in the thread where it happens and must only take a note.
"""

from __future__ import annotations

import math
import threading
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import numpy as np

from engine import experiment as experiments
from engine.callbacks import Callback
from engine.core.errors import EngineError
from engine.training.control import Control
from engine.training.events import Event, Listener, TrainEnd

from ..document.refused import Refused
from . import continuing
from .continuing import Experiment
from .gate import Gate
from .stream import Clock, EpochHistory, Stream

State = Literal["idle", "running", "paused", "stopping", "stopped", "finished", "failed"]
Mode = Literal["continue", "again"]
What = Literal["state", "progress"]
Work = Callable[[Control, Sequence[Listener], Sequence[Callback]], object]
ALIVE = ("running", "paused", "stopping")


class _Captured(Callback):
    """Hands the model to the session as soon as there is one, so that a failure does not lose it."""

    def __init__(self, taken: Callable[[Any], None]) -> None:
        super().__init__()
        self._taken = taken

    def set_model(self, model: Any) -> None:
        super().set_model(model)
        self._taken(model)


class Session:
    """Trains in a background thread: start, pause, resume, step, stop, learning rate.

    state: one of idle, running, paused, stopping, stopped, finished, failed. error: the exception of a failed run.
    model: the trained model, or None before the first run. stream: curves, history, log.
    listeners: called with "state" or "progress" after each change, in whichever thread it happens.
    """

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.RLock()
        self._control = Control()
        self._gate = Gate()
        self._thread: threading.Thread | None = None
        self._number = 0
        self._state: State = "idle"
        self._ended: str | None = None
        self._next_rate: float | None = None
        self.error: BaseException | None = None
        self.experiment: Experiment | None = None
        self.model: Any = None
        self.stream = self._new_stream()
        self.listeners: list[Callable[[What], None]] = []

    @property
    def state(self) -> State:
        """idle, running, paused, stopping, stopped, finished or failed."""
        return self._state

    @property
    def alive(self) -> bool:
        """Whether a training is under way, paused ones included."""
        return self._state in ALIVE

    @property
    def history(self) -> EpochHistory:
        """The epochs so far, a copy."""
        return self.stream.history.copy()

    def start(
        self, experiment: Experiment, arrays: Mapping[str, Any], mode: Mode | None = None, steps: int = 0
    ) -> None:
        """Train what `experiment` says on `arrays`.

        mode: "continue" goes on from the present weights, epochs counted on; "again" begins with new ones; None:
        continue where that makes sense. steps: train on so many batches, then wait (0: do not wait).
        Raises Refused in words when a run is going on, when the data do not fit, or when there is nothing to continue.
        """
        problems = [_sentence(problem) for problem in experiments.check_data(experiment, arrays)]
        if problems:
            raise Refused(" ".join(problems), "Choose other arrays, or change the graph.")
        with self._lock:
            self._refuse_second()
            goes_on = self._goes_on(experiment, mode)
            model, first = None, 0
            if goes_on:
                model, first = self._model_for(experiment), self.stream.epochs_begun
                experiment = continuing.counted_on(experiment, first)
            rate, self._next_rate = (self._next_rate if goes_on else None), None

            def work(control: Control, listeners: Sequence[Listener], callbacks: Sequence[Callback]) -> object:
                return experiments.run_experiment(
                    dict(experiment), dict(arrays), model=model, listeners=listeners, control=control,
                    callbacks=callbacks, verbose=0, initial_epoch=first,
                )  # fmt: skip

            self.experiment = experiment
            self._launch(work, goes_on, steps, rate)

    def adopt(self, model: Any, experiment: Experiment) -> None:
        """Take a model made in code as what was trained on `experiment`, so that a start goes on from its weights."""
        with self._lock:
            self._refuse_second()
            if getattr(model, "optimizer", None) is None:
                weights, model = model.get_weights(), experiments.build_model(dict(experiment))
                model.set_weights(weights)
            self.model, self.experiment = model, experiment
        self._tell("state")

    def launch(self, work: Work, steps: int = 0) -> None:
        """Run `work(control, listeners, callbacks)`, a call of some `fit`, as a new run. Raises Refused if one is on."""
        with self._lock:
            self._refuse_second()
            self.experiment = None
            self._launch(work, False, steps, None)

    def pause(self) -> None:
        """Wait after the current batch."""
        with self._lock:
            self._need(("running",), "Only a running training can be paused.")
            self._control.pause()
            self.stream.pause()
            self._become("paused")

    def resume(self) -> None:
        """Go on after a pause."""
        with self._lock:
            self._need(("paused",), "There is no paused training to go on with.")
            self.stream.resume()
            self._become("running")
            self._control.resume()

    def step(self) -> None:
        """Train on one batch, then wait."""
        with self._lock:
            self._need(("running", "paused"), "No training is going on, so there is no next batch.")
            self.stream.pause()
            self._become("paused")
            self._control.step()

    def stop(self) -> None:
        """End after the current batch; the weights are those of whole updates. A second call changes nothing."""
        with self._lock:
            if self._state == "stopping":
                return
            self._need(("running", "paused"), "No training is going on.")
            self._become("stopping")
            self._control.stop()

    def wait(self, timeout: float | None = None) -> bool:
        """Block until the run is over, at most `timeout` seconds; whether it is."""
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(timeout)
            return not thread.is_alive()
        return not self.alive

    @property
    def learning_rate(self) -> float | None:
        """The rate in use, or the one asked for; None where there is no model yet."""
        asked = self._control.learning_rate if self.alive else self._next_rate
        if asked is not None:
            return asked
        return _rate_of(self.model)

    @learning_rate.setter
    def learning_rate(self, value: float) -> None:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < math.inf:
            raise Refused(f"A learning rate is a number above 0, not {value!r}.", field="learning_rate")
        with self._lock:
            if self.alive:
                self._control.learning_rate = value
            elif self.model is not None:
                self._next_rate = float(value)
            else:
                raise Refused(
                    "Nothing is trained yet.", "Set the rate among the optimizer's settings.", field="learning_rate"
                )
            self.stream.say(f"learning rate {value:g}")
        self._tell("state")

    def weights(self) -> list[Any]:
        """Copies of the model's weights, those of a whole number of updates even while training goes on."""
        if self.model is None:
            raise Refused("Nothing is trained yet.", "Press Start.")
        with self._gate.still():
            return [array.copy() for array in self.model.get_weights()]

    def trained(self, experiment: Experiment) -> bool:
        """Whether `model` was trained on the graph of `experiment`."""
        return (
            self.model is not None
            and self.experiment is not None
            and continuing.same_graph(self.experiment, experiment)
        )

    def status(self) -> dict[str, Any]:
        """State and progress as plain data (the `run` of the views)."""
        progress = self.stream.status()
        return {
            "id": f"run-{self._number}" if self._number else None,
            "state": self._state,
            **progress,
            "learning_rate": self.learning_rate,
            "message": self._message(progress),
            "error": _error_text(self.error) if self.error is not None else None,
        }

    def _message(self, progress: dict[str, Any]) -> str:
        if self._state == "failed" and self.error is not None:
            return _error_text(self.error)
        where = f"epoch {progress['epoch']} of {progress['epochs']}"
        return {
            "idle": "",
            "running": where,
            "paused": f"Paused in {where}.",
            "stopping": "Stopping after this batch.",
            "stopped": f"Stopped in {where}. The weights are those of whole updates.",
            "finished": f"Finished after {progress['epoch']} epochs.",
        }.get(self._state, "")

    def _new_stream(self) -> Stream:
        return Stream(self._clock, after=self._noticed)

    def _noticed(self, event: Event) -> None:
        if isinstance(event, TrainEnd):
            self._ended = event.reason
        self._tell("progress")

    def _refuse_second(self) -> None:
        if self.alive:
            raise Refused("A training is going on already.", "Stop it first.")

    def _need(self, states: Sequence[State], why: str) -> None:
        if self._state not in states:
            raise Refused(why, "Press Start." if not self.alive else None)

    def _goes_on(self, experiment: Experiment, mode: Mode | None) -> bool:
        if mode not in (None, "continue", "again"):
            raise Refused(f"A start is 'continue' or 'again', not {mode!r}.", field="mode")
        fits = self.trained(experiment)
        if mode == "continue" and not fits:
            why = (
                "There is nothing to go on from." if self.model is None else "The graph has changed since the last run."
            )
            raise Refused(why, "Start again with new weights.")
        # After a failure or a loss that is no number, the old weights are rarely worth going on from.
        return mode == "continue" or (mode is None and fits and self._state != "failed" and self.stream.finite)

    def _model_for(self, experiment: Experiment) -> Any:
        """The trained model; compiled anew with the same weights when optimizer, loss or metrics have changed."""
        assert self.experiment is not None
        if continuing.same_training(self.experiment, experiment):
            return self.model
        model = experiments.build_model(dict(experiment))
        model.set_weights(self.weights())
        return model

    def _launch(self, work: Work, goes_on: bool, steps: int, rate: float | None) -> None:
        """Under the lock: set everything up and let the thread go."""
        if self._thread is not None and self._thread is not threading.current_thread():
            # It has told its end and only has to go; two training threads shall never be seen at once.
            self._thread.join()
        self._control = Control()
        if rate is not None:
            self._control.learning_rate = rate
        if not goes_on:
            self._number += 1
            self.stream = self._new_stream()
        self.error, self._ended = None, None
        for _ in range(steps):
            self._control.step()
        self._thread = threading.Thread(target=self._run, args=(work,), name="kwidgets-training", daemon=True)
        self._become("paused" if steps else "running")
        self._thread.start()

    def _run(self, work: Work) -> None:
        """The thread: whatever happens ends in a state."""
        try:
            # Warnings of a thread would land in whatever cell runs; a loss that is no number is said in the log.
            with np.errstate(over="ignore", invalid="ignore"):
                work(self._control, (self._gate, self.stream), (_Captured(self._capture),))
            stopped = self._control.stopped and self._ended != "finished"
            self._end("stopped" if stopped else "finished", None)
        except BaseException as error:
            self._end("failed", error)

    def _capture(self, model: Any) -> None:
        self.model = model

    def _end(self, state: State, error: BaseException | None) -> None:
        with self._lock:
            self.stream.pause()
            self.error = error
            if error is not None:
                self.stream.say(_error_text(error))
                if not isinstance(error, EngineError):
                    self.stream.say("".join(traceback.format_exception(error)).rstrip())
            self._become(state)

    def _become(self, state: State) -> None:
        self._state = state
        self._tell("state")

    def _tell(self, what: What) -> None:
        for listener in tuple(self.listeners):
            listener(what)


def _sentence(problem: Any) -> str:
    if isinstance(problem, Mapping):
        return str(problem.get("sentence") or problem.get("message") or problem)
    return str(problem)


def _error_text(error: BaseException) -> str:
    return str(error) if isinstance(error, EngineError) else f"{type(error).__name__}: {error}"


def _rate_of(model: Any) -> float | None:
    """Learning rate of a model's optimizer, None where it has none."""
    rate = getattr(getattr(model, "optimizer", None), "learning_rate", None)
    # Kept as float32: 0.001 would be shown as 0.0010000000474974513.
    return float(f"{rate:.6g}") if isinstance(rate, float) else None
