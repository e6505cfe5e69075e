"""Many runs of one experiment on workers that are there: ipyparallel's engines, Dask's workers, a pool of this machine.

Each comes home into the table of runs like one that was trained here.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from engine import search
from engine.callbacks import Callback
from engine.events import BatchEnd, EpochBegin, EpochEnd, Event, Listener, TrainBegin, TrainEnd, hearers
from engine.experiment import Control, Experiment, build_model
from engine.types import ArrayLike

from .session.recording import of_experiment
from .session.request import Request
from .session.session import Session

_LOOK = 0.05
_KINDS: dict[str, Callable[..., Event]] = {
    kind.__name__: kind for kind in (TrainBegin, EpochBegin, BatchEnd, EpochEnd, TrainEnd)
}

Point = Mapping[str, object]


class Pending(Protocol):
    """A call that goes on somewhere."""

    def done(self) -> bool:
        """Whether it is over."""
        ...

    def result(self) -> search.Outcome:
        """What it gave; raises what it raised."""
        ...

    def cancel(self) -> object:
        """Have it not begin, if it has not."""
        ...


class Workers(Protocol):
    """What calls functions elsewhere: `concurrent.futures.Executor`, a Dask `Client`, an ipyparallel view (as `Executor`)."""

    def submit(self, function: Callable[..., search.Outcome], /, *arguments: object) -> Pending:
        """Have a function called with these arguments."""
        ...


class _Told:
    """The clock of a training elsewhere, which stands until its end is told."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """Seconds since the training began."""
        return self.now


class Sweep:
    """Runs of one experiment at several points, or on several folds; each is a run of the table.

    Args:
        experiment: what they have in common.
        data: the arrays by name, or the path of an .npz file that all workers see.
        points: what differs in each (`engine.search.grid`); one without a difference by default.
        folds: parts of a cross-validation, so many runs for each point; None (the default): the experiment's share validates.
        on: the workers: an `Executor`, a Dask client, an ipyparallel client or view; None (the default): this process, one by one.

    Example:
        >>> sweep = Sweep(experiment, arrays, engine.search.grid(learning_rate=[0.1, 0.01]), on=client)  # doctest: +SKIP
        >>> sweep.wait()  # doctest: +SKIP
        >>> sweep.values("val_loss")  # doctest: +SKIP
        [0.31, 0.42]
    """

    def __init__(
        self,
        experiment: Experiment,
        data: Mapping[str, ArrayLike] | str,
        points: Sequence[Point] = ({},),
        *,
        folds: int | None = None,
        on: Any = None,
    ) -> None:
        self._experiment, self._data = dict(experiment), data
        self._own = ThreadPoolExecutor(1) if on is None else None
        self._workers: Workers = as_workers(self._own if on is None else on)
        self._folder = Path(tempfile.mkdtemp(prefix="kwidgets-sweep-"))
        self.points: list[Point] = []
        self.sessions: list[Session] = []
        """The runs: `stop()`, `history` and `model` of each."""
        arrays = data if isinstance(data, Mapping) else {}
        rows = next((len(np.asarray(array)) for array in arrays.values()), 0)
        self._rows = [None] if folds is None else search.folds(rows, folds)
        for point in points:
            self.add(point)

    def add(self, point: Point) -> list[Session]:
        """Begin the runs of one more point.

        Args:
            point: what differs.

        Returns:
            The runs, one for each fold.

        Raises:
            EngineError: there is no such setting.
        """
        experiment = search.changed(self._experiment, point)
        begun: list[Session] = []
        for rows in self._rows:
            clock = _Told()
            session = Session(clock)
            stop = self._folder / f"stop-{len(self.sessions)}"
            arguments = (experiment, self._data, rows, str(stop))
            arrays = self._data if isinstance(self._data, Mapping) else {}
            begins = of_experiment(experiment, Request(experiment, arrays, None), None)
            work = partial(
                _work, partial(self._workers.submit, search.train_point, *arguments), experiment, stop, clock
            )
            session.launch(work, begins=begins, terminate_on_nan=False)
            self.points.append(point)
            self.sessions.append(session)
            begun.append(session)
        return begun

    def wait(self, timeout: float | None = None) -> bool:
        """Block until all runs are over, at most so many seconds; whether they are."""
        until = None if timeout is None else time.monotonic() + timeout
        left = [
            session.wait(None if until is None else max(0.0, until - time.monotonic())) for session in self.sessions
        ]
        if all(left) and self._own is not None:
            self._own.shutdown()
        return all(left)

    def stop(self) -> None:
        """Stop all runs: those that wait do not begin, those that train end after their batch.

        The latter only where the worker sees this machine's files; elsewhere they train to their end.
        """
        for session in self.sessions:
            if session.alive:
                session.stop()

    def values(self, name: str = "val_loss") -> list[float | None]:
        """The last value of a metric in each run; None where it has none.

        Args:
            name: of the metric, "val_loss" by default.
        """
        columns = [session.history.history.get(name) for session in self.sessions]
        return [column[-1] if column else None for column in columns]


def search_with(
    study: Any, suggest: Callable[[Any], Point], sweep: Sweep, count: int, *, metric: str = "val_loss", at_once: int = 1
) -> None:
    """Let an optuna study choose the points of a sweep.

    Args:
        study: of optuna (`pip install 'kwidgets[search]'`), or anything with its `ask` and `tell`.
        suggest: makes a point of a trial: `lambda trial: {"learning_rate": trial.suggest_float("rate", 1e-4, 1, log=True)}`.
        sweep: where they run.
        count: of the points.
        metric: what the study is told of each, the mean over its folds.
        at_once: points that are tried at the same time, 1 by default.
    """
    pending: list[tuple[Any, list[Session]]] = []
    asked = 0
    while asked < count or pending:
        while asked < count and len(pending) < at_once:
            trial = study.ask()
            pending.append((trial, sweep.add(suggest(trial))))
            asked += 1
        for entry in [entry for entry in pending if not any(session.alive for session in entry[1])]:
            pending.remove(entry)
            trial, sessions = entry
            ends = [column[-1] for s in sessions if (column := s.history.history.get(metric))]
            study.tell(trial, float(np.mean(ends)) if ends else float("inf"))
        time.sleep(_LOOK)


def as_workers(on: Any) -> Workers:
    """What submits calls, of an executor, a Dask client, an ipyparallel client or view."""
    if isinstance(on, Executor):
        return on
    balanced = getattr(on, "load_balanced_view", None)  # ipyparallel's client
    view: Any = balanced() if callable(balanced) else on
    executor: Workers | None = getattr(view, "executor", None)  # ipyparallel's views
    return view if executor is None else executor


def _work(
    submit: Callable[[], Pending],
    experiment: Experiment,
    stop: Path,
    clock: _Told,
    control: Control,
    listeners: Sequence[Listener],
    callbacks: Sequence[Callback],
) -> None:
    """Wait for a training elsewhere, and tell the listeners here what it has told."""
    pending = submit()
    asked = False
    while not pending.done():
        if control.stopped and not asked:
            asked = True
            if pending.cancel() is True:
                return
            stop.touch()
        time.sleep(_LOOK)
    outcome = pending.result()
    model = build_model(experiment)
    for callback in callbacks:
        callback.set_model(model)
    model.set_weights(outcome["weights"])
    for (kind, fields), clock.now in zip(outcome["events"], outcome["at"], strict=True):
        event = _KINDS[kind](**fields)
        for listener in hearers(listeners, type(event)):
            listener(event)
