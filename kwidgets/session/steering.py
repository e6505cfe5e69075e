"""What the buttons of a training do, whichever thread they come from: pause, go on, step, stop, another learning rate."""

from __future__ import annotations

import logging
import math
import threading
from collections.abc import Callable, Sequence
from typing import Literal

from engine.callbacks import Callback
from engine.events import Listener
from engine.experiment import Control, Experiment
from engine.models import Model

from .. import messages
from ..refused import Refused
from ..words import common
from ..words import recording as recorded
from ..words import run as say
from .recording import Recording
from .run_records import RunRecords
from .run_state import ALIVE, plain_rate
from .stream import Stream

What = Literal["state", "progress"]


class Steering:
    """The part of a session that is steered. Who derives from it makes `stream`, `model` and `experiment`.

    recording: gets what a person did. records: the rows of the session's runs.
    """

    stream: Stream
    model: Model | None
    experiment: Experiment | None

    def __init__(self, recording: Recording) -> None:
        self._lock = threading.RLock()
        self._control = Control()
        self._state: messages.RunState = "idle"
        self._next_rate: float | None = None
        self._records, self._recording = RunRecords(), recording
        self.listeners: list[Callable[[What], None]] = []
        self.callbacks: list[Callback] = []
        self.standing: list[Callback] = []
        """What every training is given first, so that a training that goes on already can be asked of it."""
        """What a training that begins is given besides."""
        self.watchers: list[Listener] = []
        """Called by the training itself after some of its batches; they see to it that they take little of its time."""
        self.on_rate: Callable[[float], None] | None = None

    @property
    def state(self) -> messages.RunState:
        """idle, running, paused, stopping, stopped, finished or failed."""
        return self._state

    @property
    def alive(self) -> bool:
        """Whether a training is under way, paused ones included."""
        return self._state in ALIVE

    def pause(self) -> None:
        """Wait after the current batch."""
        with self._lock:
            self._need(("running",), say.ONLY_A_RUNNING_TRAINING_PAUSES)
            self._control.pause()
            self.stream.pause()
            self._recording.note("pause", recorded.PAUSED)
            self._become("paused")

    def resume(self) -> None:
        """Go on after a pause."""
        with self._lock:
            self._need(("paused",), say.NO_PAUSED_TRAINING)
            self.stream.resume()
            self._recording.note("resume", recorded.WENT_ON)
            self._become("running")
            self._control.resume()

    def step(self) -> None:
        """Train on one batch, then wait."""
        with self._lock:
            self._need(("running", "paused"), say.NO_NEXT_BATCH)
            self.stream.pause()
            self._become("paused")
            self._control.step()

    def stop(self) -> None:
        """End after the current batch; the weights are those of whole updates. A second call changes nothing."""
        with self._lock:
            if self._state == "stopping":
                return
            self._need(("running", "paused"), say.NO_TRAINING_IS_GOING_ON)
            self._recording.note("stop", recorded.STOPPED)
            self._become("stopping")
            self._control.stop()

    @property
    def learning_rate(self) -> float | None:
        """The rate in use, or the one asked for; None where there is no model yet."""
        asked = self._control.learning_rate if self.alive else self._next_rate
        if asked is not None:
            return asked
        return plain_rate(self.model)

    @learning_rate.setter
    def learning_rate(self, value: float) -> None:
        """Train on with another rate; without a training, the next one begins with it."""
        self.set_learning_rate(value)

    def set_learning_rate(self, value: object) -> None:
        """Set `learning_rate` to what a page or a cell gave for it. Raises Refused for what is no number above 0."""
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < math.inf:
            raise Refused(say.no_learning_rate(value), field="learning_rate")
        with self._lock:
            if not self.alive and self.model is None and self.on_rate is None:
                raise Refused(say.NOTHING_IS_TRAINED_YET, say.SET_THE_RATE_OF_THE_OPTIMIZER, field="learning_rate")
            if self.on_rate is not None:
                self.on_rate(float(value))
            if self.alive:
                self._control.learning_rate = float(value)
                self._recording.note("rate", recorded.rate(float(value)))
            elif self.model is not None:
                self._next_rate = float(value)
            self.stream.say(say.learning_rate(value))
        self._tell("state")

    def _need(self, states: Sequence[messages.RunState], why: str) -> None:
        if self._state not in states:
            raise Refused(why, common.PRESS_TRAIN if not self.alive else None)

    def _become(self, state: messages.RunState) -> None:
        self._state = state
        self._records.now(state, self.experiment)
        self._recording.now(state)
        self._tell("state")

    def _tell(self, what: What) -> None:
        for listener in tuple(self.listeners):
            try:
                listener(what)
            except Exception:
                # A view that fails must not end a training.
                logging.getLogger(__name__).exception("A listener of the run failed.")
