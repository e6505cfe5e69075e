"""What an epoch will take on this machine, in time and memory, before the start.

A thread of its own tries the model out once nothing has been edited for a while. It never works while a training runs
(`pause`), and whatever is asked is answered at once with what is known so far.
"""

from __future__ import annotations

import contextlib
import gc
import json
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Protocol, TypeVar

from engine.experiment import DEFAULTS, BackgroundThread, Experiment

from .. import messages
from .machine_speed import Speed, measure_speed
from .trial_run import Figures, Lengths, figures_of

T = TypeVar("T")
# Seconds without another question before a model is tried; models whose figures are remembered.
REST = 1.5
_REMEMBERED = 64
# Settings on which the time and memory of an epoch depend.
_TRAINING = [name for name in DEFAULTS if name not in ("epochs", "seed", "terminate_on_nan")]
# Seconds after which the machine's speed is measured again.
_SPEED_LASTS = 300
# The memory of a tried model of more bytes than this is freed at once.
_LARGE = 20_000_000

_UNKNOWN: messages.Forecast = {"seconds": None, "memory": None, "samples": None, "basis": None}


class Trial(Protocol):
    """Finds the figures of a model, as `figures_of` does."""

    def __call__(
        self,
        experiment: Experiment,
        lengths: Lengths | None,
        speed: Callable[[], Speed | None],
        cancelled: Callable[[], bool],
        publish: Callable[[Figures], None],
        /,
    ) -> None: ...


@dataclass(frozen=True)
class _Wanted:
    key: str
    experiment: Experiment
    lengths: Lengths | None


class Forecaster:
    """Tells the time of an epoch and the memory at the peak.

    listeners: called without arguments, in the forecaster's thread, when a better answer is there.
    rest: seconds without another model before one is tried, by `clock`. trial: finds the figures of a model.

    >>> forecaster = Forecaster()
    >>> forecaster.ask({"class_name": "Sequential", "config": {"name": "m", "layers": []}}, 100)["basis"] is None
    True
    >>> forecaster.close()
    """

    def __init__(
        self, rest: float = REST, *, trial: Trial = figures_of, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._trial, self._clock = trial, clock
        self.listeners: list[Callable[[], None]] = []
        self._rest = rest
        self._changed = threading.Condition()
        self._wanted: _Wanted | None = None
        self._since = 0.0
        self._paused = False
        self._closed = False
        self._thread: BackgroundThread | None = None
        self._known: OrderedDict[str, Figures] = OrderedDict()
        self._done: OrderedDict[str, None] = OrderedDict()
        self._speed: Speed | None = None
        self._speed_since = 0.0

    def ask(self, experiment: Experiment, samples: int | None, lengths: Lengths | None = None) -> messages.Forecast:
        """What is known now of training `experiment` on so many samples; work in the background makes it better.

        lengths: whole shapes of the arrays by input and output name, for sizes that the model leaves free. samples None:
        seconds stay None, and memory is that without data. A question about another model drops the one before.
        """
        key = _key(experiment, lengths)
        with self._changed:
            if not self._closed and (self._wanted is None or self._wanted.key != key):
                self._wanted = _Wanted(key, experiment, lengths)
                self._since = self._clock()
                self._changed.notify_all()
                if self._thread is None:
                    self._thread = BackgroundThread(self._work, "forecast", self.close)
                    self._thread.start()
            return _answer(self._known.get(key), samples)

    def pause(self) -> None:
        """Try nothing until `resume`; a trial that is on ends after its present step."""
        with self._changed:
            self._paused = True

    def resume(self) -> None:
        """Go on; a trial that was dropped begins anew after the usual rest."""
        with self._changed:
            self._paused = False
            self._since = self._clock()
            self._changed.notify_all()

    @contextlib.contextmanager
    def pausing(self, begun: Callable[[], bool]) -> Generator[None]:
        """A block that begins something, beside which nothing is tried; behind it trials go on, unless it has `begun`."""
        self.pause()
        try:
            yield
        finally:
            if not begun():
                self.resume()

    def close(self) -> None:
        """End the thread. What is known is still told."""
        with self._changed:
            self._closed = True
            self._wanted = None
            self._changed.notify_all()

    # The thread

    def _work(self) -> None:
        while True:
            wanted = self._next()
            if wanted is None:
                return
            try:
                self._trial(
                    wanted.experiment,
                    wanted.lengths,
                    lambda wanted=wanted: self._speed_of_machine(wanted),
                    lambda wanted=wanted: self._dropped(wanted),
                    lambda figures, wanted=wanted: self._publish(wanted, figures),
                )
            except (
                Exception
            ):  # an unfinished graph, or a class of the user's, may raise anything: nothing is known then
                failed = True
            else:
                failed = False
            self._finish(wanted, failed)

    def _next(self) -> _Wanted | None:
        """Wait for a model that has not been tried and has rested; None at the end."""
        with self._changed:
            while not self._closed:
                wanted = self._wanted
                if wanted is None or self._paused or wanted.key in self._done:
                    self._changed.wait()
                    continue
                left = self._since + self._rest - self._clock()
                if left <= 0:
                    return wanted
                self._changed.wait(left)
        return None

    def _dropped(self, wanted: _Wanted) -> bool:
        return self._closed or self._paused or self._wanted is not wanted

    def _speed_of_machine(self, wanted: _Wanted) -> Speed | None:
        """Measured when first needed, and again after some minutes: the machine may have been busy with something else."""
        if self._speed is None or self._clock() - self._speed_since > _SPEED_LASTS:
            speed = measure_speed(lambda: self._dropped(wanted))
            if speed is None:
                return self._speed
            self._speed = speed if self._speed is None else speed.fastest(self._speed)
            self._speed_since = self._clock()
        return self._speed

    def _publish(self, wanted: _Wanted, figures: Figures) -> None:
        with self._changed:
            _remember(self._known, wanted.key, figures)
        for listener in list(self.listeners):
            listener()

    def _finish(self, wanted: _Wanted, failed: bool) -> None:
        with self._changed:
            if failed or not self._dropped(wanted):
                _remember(self._done, wanted.key, None)
            figures = self._known.get(wanted.key)
        if figures is not None and figures.lasting > _LARGE:
            gc.collect()  # layers and models refer to each other, so their arrays would stay for long


def _remember(table: OrderedDict[str, T], key: str, value: T) -> None:
    table[key] = value
    table.move_to_end(key)
    if len(table) > _REMEMBERED:
        table.popitem(last=False)


def _key(experiment: Experiment, lengths: Lengths | None) -> str:
    training = experiment.get("training") or {}
    parts = [
        experiment.get("class_name"),
        experiment.get("config"),
        [training.get(name) for name in _TRAINING],
        lengths,
    ]
    return json.dumps(parts, default=repr)


def _answer(figures: Figures | None, samples: int | None) -> messages.Forecast:
    if figures is None:
        return {**_UNKNOWN, "samples": samples}
    seconds = None if samples is None else figures.seconds * samples
    memory = int(figures.lasting + figures.a_sample * (samples or 0))
    return {"seconds": seconds, "memory": memory, "samples": samples, "basis": figures.basis}


__all__ = ["REST", "Forecaster"]
