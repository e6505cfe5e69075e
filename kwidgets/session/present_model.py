"""The part of a session that knows its model: which graph it is of, and the models of earlier graphs."""

from __future__ import annotations

from collections.abc import Callable

from engine import experiment as experiments
from engine.experiment import Experiment
from engine.models import Model
from engine.types import Array

from ..document.identity import GraphIdentity
from ..refused import Refused
from ..words import common
from ..words import run as say
from . import continuing
from .best import BestWeights
from .carrying import EarlierModels, Lineage
from .outcome import Outcome
from .recording import Recording
from .request import Request
from .standing import Standing
from .steering import Steering


class PresentModel(Steering):
    """What was trained, and whether it is what a document says now. Who derives from it trains."""

    _best: BestWeights
    _request: Request | None
    _outcome: Outcome
    _standing: Standing | None
    _origin: tuple[str, int] | None
    _after: Callable[[], None] | None

    def __init__(self, recording: Recording) -> None:
        super().__init__(recording)
        self._graph: GraphIdentity | None = None
        self._earlier = EarlierModels()
        self._stale: str | None = None
        self._weights_from: str | None = None

    @property
    def stale(self) -> str | None:
        """Why the results are not those of the present model, in words; None while they are. Starts anew with a run."""
        return self._stale

    @stale.setter
    def stale(self, sentence: str | None) -> None:
        """Say why they are not, once the model was changed."""
        if sentence != self._stale:
            self._stale = sentence
            self._tell("progress")

    @property
    def graph(self) -> GraphIdentity | None:
        """Which layer of what was trained is which, where a document knows it."""
        return self._graph

    def trained(self, experiment: Experiment, graph: GraphIdentity | None = None) -> bool:
        """Whether `model` was trained on the graph of `experiment`, with the same layers in it."""
        known = self._lineage
        return known is not None and known.fits(experiment, graph)

    def is_behind(self, experiment: Experiment, graph: GraphIdentity | None = None) -> bool:
        """Whether a training waits that would go on with another graph, other settings or other data than these."""
        if self._state != "paused" or self._request is None or self._after is not None:
            return False
        return not (self.trained(experiment, graph) and continuing.same_but_rate(self._request.experiment, experiment))

    def foreseen(self, experiment: Experiment, graph: GraphIdentity | None = None) -> str | None:
        """What going on with this graph would keep, in words; None where there is nothing to go on from."""
        known = self._lineage if self._continues() else None
        return None if known is None else known.foreseen(experiment, graph)

    def adopt(
        self,
        model: Model,
        experiment: Experiment,
        weights_from: str | None = None,
        graph: GraphIdentity | None = None,
    ) -> None:
        """Take a model as what was trained on `experiment`: a start goes on from its weights. weights_from: their file."""
        with self._lock:
            self.refuse_second()
            if getattr(model, "optimizer", None) is None:
                weights, model = model.get_weights(), experiments.build_model(dict(experiment))
                model.set_weights(weights)
            self.model, self.experiment, self._weights_from = model, experiment, weights_from
            self._graph, self._standing, self._origin = graph, None, None
        self._tell("state")

    def weights(self) -> list[Array]:
        """Copies of the model's weights, those of a whole number of updates even while training goes on."""
        if self.model is None:
            raise Refused(say.NOTHING_IS_TRAINED_YET, common.PRESS_TRAIN)
        with self._control.still():
            return [array.copy() for array in self.model.get_weights()]

    def recall(self, experiment: Experiment, graph: GraphIdentity | None) -> None:
        """Bring back the model that was trained on this state of the graph before it was changed, where there is one.

        The model that it takes the place of is kept in turn. Nothing is brought back while a training is under way.
        """
        with self._lock:
            back = None if self.alive else self._earlier.swap(self._lineage, experiment, graph, self.stream)
            if back is not None:
                self.model, self.experiment, self._graph, self._best = back
                self._standing = self._origin = None
        if back is not None:
            self._tell("state")

    def refuse_second(self) -> None:
        """Raises Refused while a training is under way, paused ones included."""
        if self.alive:
            raise Refused(say.A_TRAINING_IS_GOING_ON_ALREADY, say.STOP_IT_FIRST)

    def _continues(self) -> bool:
        """Whether the weights are worth going on from: not after a failure, nor after a loss that is no number."""
        has_weights = self.model is not None and self.experiment is not None
        return has_weights and self._state != "failed" and not self._outcome.lost

    @property
    def _lineage(self) -> Lineage | None:
        """The model with the graph that it was trained on."""
        if self.model is None or self.experiment is None:
            return None
        return Lineage(self.model, self.experiment, self._graph, self._best)

    def _next_epoch(self) -> int | None:
        """The epoch that the next start goes on with, where it is not the one after the last."""
        if self._origin is not None:
            return self._origin[1] + 1
        standing = self._standing
        return None if standing is None or not standing.batch or self._outcome.restored else standing.done + 1
