"""How a run begins: with new weights, or going on from the model that is there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Literal

from engine import experiment as experiments
from engine.callbacks import Callback
from engine.errors import EngineError
from engine.events import Listener
from engine.experiment import Control, Experiment, Prepared
from engine.models import Model

from ..refused import Refused
from ..words import going_on as words
from ..words import run as say
from ..workspace.run_writer import RunWriter
from . import continuing
from .best import BestEpoch
from .carrying import Lineage
from .recording import Begins
from .request import Request, Work
from .run_state import plain_rate
from .standing import Standing
from .stream import Past
from .thread_warnings import warnings_to

Mode = Literal["continue", "again"]


@dataclass(frozen=True)
class Trained:
    """What an earlier run has left: its model, and the experiment that it was trained on.

    asked: what was asked for then, None for a model that was not trained here. done: epochs that were begun. planned: the
    epoch after its last. standing: its place among the batches, where it has one. rate: the learning rate that was set by
    hand since; None where none was. still: a block in which the weights are those of a whole number of updates.
    """

    lineage: Lineage
    asked: Request | None
    done: int
    planned: int
    standing: Standing | None
    rate: float | None
    still: Callable[[], AbstractContextManager[None]]


@dataclass(frozen=True)
class Start:
    """A run that is ready to begin: its model is built and its data fit. said: lines for its log.

    experiment: as it is trained, its epochs counted from the first run. first: the number of its first epoch.
    rate: the learning rate to begin with, None for the model's. standing: the place that it goes on from as if it had never
    been stopped; None where it begins with an epoch. changed: it goes on with another graph, in words.
    """

    experiment: Experiment
    prepared: Prepared
    goes_on: bool = False
    first: int = 0
    rate: float | None = None
    standing: Standing | None = None
    said: list[str] = field(default_factory=list[str])
    changed: str | None = None

    def work(self, control: Control, listeners: Sequence[Listener], callbacks: Sequence[Callback]) -> object:
        """Train (`request.Work`)."""
        control.begin_at = None if self.standing is None else self.standing.snapshot
        return self.prepared.fit(listeners=listeners, control=control, callbacks=callbacks, initial_epoch=self.first)


@dataclass(frozen=True)
class Launch:
    """A training that begins at once.

    begins: what its record begins with. steps: batches after which it waits; 0: it does not.
    goes_on: in the curves of the run that is there. rate: the learning rate to begin with, None for the model's.
    said: lines for its log. past: what a run of the store had come to that goes on, best: its best epoch, writer: its record.
    """

    work: Work
    begins: Begins
    steps: int = 0
    goes_on: bool = False
    rate: float | None = None
    said: Sequence[str] = ()
    past: Past | None = None
    best: BestEpoch | None = None
    writer: RunWriter | None = None


def ready(request: Request, trained: Trained | None) -> Start:
    """Build the model, or take the one to go on with (`trained`), and see that the data fit it. Raises Refused."""
    said: list[str] = []
    try:
        with warnings_to(said.append):
            if trained is None:
                return Start(request.experiment, _prepared(request.experiment, request, None), said=said)
            return _going_on(request, trained, said)
    except EngineError as error:
        raise Refused(str(error), say.CHOOSE_OTHER_ARRAYS) from error


def _going_on(request: Request, trained: Trained, said: list[str]) -> Start:
    """A run that goes on: at the very batch where that can be, or with the next epoch, and then it is said why."""
    model, changed = _model_for(request, trained, said)
    rate = None if trained.rate == plain_rate(model) else trained.rate
    standing, why = trained.standing, None
    if standing is not None:
        anew = model is not trained.lineage.model
        why = standing.hindrance(request, model, compiled_anew=anew) if changed is None else words.MODEL_CHANGED
        if standing.batch and why is None:
            said.append(words.goes_on_within(standing.done + 1, standing.batch + 1))
        elif standing.batch and why is not None:
            said.append(words.epoch_stays_cut_short(standing.done + 1, standing.batch, why))
    exact = standing if why is None else None
    done = trained.done if exact is None else exact.done
    as_before = trained.asked is not None and _epochs(trained.asked.experiment) == _epochs(request.experiment)
    experiment = continuing.counted_on(request.experiment, done, trained.planned if as_before else 0)
    prepared = _prepared(experiment, request, model)
    return Start(experiment, prepared, True, done, rate, exact, said, changed)


def _epochs(experiment: Experiment) -> int:
    return experiments.training_of(experiment)["epochs"]


def goes_on(mode: Mode | None, *, trains: bool, fits: bool, worth: bool) -> bool:
    """Whether a start goes on from the weights that are there. Raises Refused where it should and cannot.

    trains: there is a model. fits: it is one of the graph that is to be trained. worth: its weights are worth it.
    """
    if mode not in (None, "continue", "again"):
        raise Refused(say.no_such_start(mode), field="mode")
    if mode == "continue" and not trains:
        raise Refused(say.NOTHING_TO_GO_ON_FROM, say.START_AGAIN_WITH_NEW_WEIGHTS)
    return mode == "continue" or (mode is None and fits and worth)


def _prepared(experiment: Experiment, request: Request, model: Model | None) -> Prepared:
    return experiments.prepare(dict(request.divided(experiment)), dict(request.arrays), model=model)


def _model_for(request: Request, trained: Trained, said: list[str]) -> tuple[Model, str | None]:
    """The trained model, or one that takes over what fits where graph, optimizer, loss or metrics have changed.

    With it what became of the layers, where the graph is another one; said: lines for the log, which get that too.
    """
    lineage, experiment = trained.lineage, request.experiment
    if lineage.fits(experiment, request.graph) and continuing.same_training(lineage.experiment, experiment):
        return lineage.model, None
    with trained.still():
        carried = lineage.carried_on(experiment, request.graph)
    if carried.said:
        said.append(carried.said)
    return carried.model, carried.said if carried.changed else None
