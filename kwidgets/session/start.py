"""How a run begins: with new weights, or going on from the model that is there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from engine import experiment as experiments
from engine.callbacks import Callback
from engine.errors import EngineError
from engine.events import Listener
from engine.experiment import Control, Experiment, Prepared
from engine.models import Model
from engine.types import Array

from ..refused import Refused
from ..words import run as say
from . import continuing
from .request import Request
from .run_state import plain_rate
from .thread_warnings import warnings_to

Mode = Literal["continue", "again"]


@dataclass(frozen=True)
class Trained:
    """What an earlier run has left: its model, and the experiment that it was trained on.

    done: epochs that were begun. rate: the learning rate that was set by hand since; None where none was.
    weights: copies of the model's, those of a whole number of updates.
    """

    model: Model
    experiment: Experiment
    done: int
    rate: float | None
    weights: Callable[[], list[Array]]


@dataclass(frozen=True)
class Start:
    """A run that is ready to begin: its model is built and its data fit. said: lines for its log.

    experiment: as it is trained, its epochs counted from the first run. first: the number of its first epoch.
    rate: the learning rate to begin with, None for the model's.
    """

    experiment: Experiment
    prepared: Prepared
    goes_on: bool = False
    first: int = 0
    rate: float | None = None
    said: list[str] = field(default_factory=list[str])

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
            model = _model_for(request.experiment, trained)
            rate = None if trained.rate == plain_rate(model) else trained.rate
            experiment = continuing.counted_on(request.experiment, trained.done)
            return Start(experiment, _prepared(experiment, request, model), True, trained.done, rate, said)
    except EngineError as error:
        raise Refused(str(error), say.CHOOSE_OTHER_ARRAYS) from error


def goes_on(mode: Mode | None, *, trains: bool, fits: bool, worth: bool) -> bool:
    """Whether a start goes on from the weights that are there. Raises Refused where it should and cannot.

    trains: there is a model. fits: it is one of the graph that is to be trained. worth: its weights are worth it.
    """
    if mode not in (None, "continue", "again"):
        raise Refused(say.no_such_start(mode), field="mode")
    if mode == "continue" and not fits:
        raise Refused(say.GRAPH_HAS_CHANGED if trains else say.NOTHING_TO_GO_ON_FROM, say.START_AGAIN_WITH_NEW_WEIGHTS)
    return mode == "continue" or (mode is None and fits and worth)


def _prepared(experiment: Experiment, request: Request, model: Model | None) -> Prepared:
    return experiments.prepare(dict(experiment), dict(request.arrays), model=model)


def _model_for(experiment: Experiment, trained: Trained) -> Model:
    """The trained model; compiled anew with the same weights when optimizer, loss or metrics have changed."""
    if continuing.same_training(trained.experiment, experiment):
        return trained.model
    model = experiments.build_model(dict(experiment))
    model.set_weights(trained.weights())
    return model
