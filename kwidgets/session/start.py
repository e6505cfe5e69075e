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
from ..words import run as say
from . import continuing
from .carrying import Lineage
from .request import Request
from .run_state import plain_rate
from .thread_warnings import warnings_to

Mode = Literal["continue", "again"]


@dataclass(frozen=True)
class Trained:
    """What an earlier run has left: its model, and the experiment that it was trained on.

    done: epochs that were begun. rate: the learning rate that was set by hand since; None where none was.
    still: a block in which the model's weights are those of a whole number of updates.
    """

    lineage: Lineage
    done: int
    rate: float | None
    still: Callable[[], AbstractContextManager[None]]


@dataclass(frozen=True)
class Start:
    """A run that is ready to begin: its model is built and its data fit. said: lines for its log.

    experiment: as it is trained, its epochs counted from the first run. first: the number of its first epoch.
    rate: the learning rate to begin with, None for the model's. changed: it goes on with another graph, in words.
    """

    experiment: Experiment
    prepared: Prepared
    goes_on: bool = False
    first: int = 0
    rate: float | None = None
    said: list[str] = field(default_factory=list[str])
    changed: str | None = None

    def work(self, control: Control, listeners: Sequence[Listener], callbacks: Sequence[Callback]) -> object:
        """Train (`request.Work`)."""
        return self.prepared.fit(listeners=listeners, control=control, callbacks=callbacks, initial_epoch=self.first)


def ready(request: Request, trained: Trained | None) -> Start:
    """Build the model, or take the one to go on with (`trained`), and see that the data fit it. Raises Refused."""
    said: list[str] = []
    try:
        with warnings_to(said.append):
            if trained is None:
                return Start(request.experiment, _prepared(request.experiment, request, None), said=said)
            model, changed = _model_for(request, trained, said)
            rate = None if trained.rate == plain_rate(model) else trained.rate
            experiment = continuing.counted_on(request.experiment, trained.done)
            return Start(experiment, _prepared(experiment, request, model), True, trained.done, rate, said, changed)
    except EngineError as error:
        raise Refused(str(error), say.CHOOSE_OTHER_ARRAYS) from error


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
    return experiments.prepare(dict(experiment), dict(request.arrays), model=model)


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
