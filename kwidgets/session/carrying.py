"""Going on with a changed model: what it takes over from the trained one, and what is kept so that undo brings it back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from engine import experiment as experiments
from engine.experiment import Carried, Experiment, LayerPath
from engine.models import Model

from ..document.draft import SEPARATOR
from ..document.identity import GraphIdentity
from ..words import carrying as say
from . import continuing
from .best import BestWeights
from .stream import Stream

# Models of earlier graphs that undo can bring back, and the memory that all but the newest may take.
MOST_KEPT = 20
MOST_BYTES = 1_000_000_000


@dataclass(frozen=True)
class CarriedOn:
    """A model that took over what fits. said: what that was, "" for everything. changed: its graph is not as it was."""

    model: Model
    said: str
    changed: bool


class Lineage(NamedTuple):
    """A model with the graph that it was trained on.

    graph: None for a model that no document knows. best: the weights of its best epoch.
    """

    model: Model
    experiment: Experiment
    graph: GraphIdentity | None
    best: BestWeights

    def fits(self, experiment: Experiment, graph: GraphIdentity | None) -> bool:
        """Whether its weights are those of the graph of `experiment`: the same settings, and the same layers under each name."""
        return continuing.same_graph(self.experiment, experiment) and _same_layers(self.graph, graph)

    def carried_on(self, experiment: Experiment, graph: GraphIdentity | None) -> CarriedOn:
        """The model of another graph or with other settings, with the weights and slots of this one."""
        model = experiments.build_model(dict(experiment))
        carried = experiments.carry_over(self.model, model, self._paths(graph))
        if continuing.rate_of(self.experiment) == continuing.rate_of(experiment) and carried.optimizer:
            model.optimizer.learning_rate = self.model.optimizer.learning_rate
        changed = not self.fits(experiment, graph)
        pieces = [*(_kept(carried) if changed else ()), *_changes(carried, self.model, model)]
        return CarriedOn(
            model, say.the_model_has_changed(pieces) if changed else say.settings_have_changed(pieces), changed
        )

    def foreseen(self, experiment: Experiment, graph: GraphIdentity | None) -> str:
        """What `carried_on` would keep, in words, before it is done."""
        model = experiments.build_model(dict(experiment))
        carried = experiments.carried(self.model, model, self._paths(graph))
        count = len(carried.weights) + len(carried.differs) + len(carried.new)
        if count and not carried.weights:
            return say.GOING_ON_KEEPS_NOTHING
        return say.going_on_keeps(len(carried.weights), count, list(_changes(carried, self.model, model)))

    @property
    def nbytes(self) -> int:
        """What the model takes: its weights, and as much for each slot of the optimizer."""
        slots = 0 if self.model.optimizer is None else len(self.model.optimizer.slot_names())
        return (1 + slots) * sum(weight.nbytes for weight in self.model.weights)

    def _paths(self, graph: GraphIdentity | None) -> Mapping[LayerPath, LayerPath] | None:
        """For each layer of another graph the path that it has in this one."""
        if graph is None or self.graph is None:
            return None
        return paths_before(self.graph.layers, graph.layers)


class _Earlier(NamedTuple):
    """epochs: how many were begun before the model was changed."""

    lineage: Lineage
    graph: GraphIdentity
    epochs: int


class EarlierModels:
    """The models of earlier states of the graph, each with its optimizer, the newest last."""

    def __init__(self) -> None:
        self._models: list[_Earlier] = []

    def leave(self, lineage: Lineage | None, stream: Stream) -> None:
        """Keep a model that is about to be changed, so that undo brings it back; the log tells where there is no room."""
        if lineage is None or lineage.graph is None:
            return
        others = [one for one in self._models if one.graph.state != lineage.graph.state]
        if lineage.nbytes > (experiments.free_memory() or MOST_BYTES) // 2:
            stream.say(say.NOT_KEPT_FOR_UNDO)
            self._models = others
            return
        room, models = MOST_BYTES, [_Earlier(lineage, lineage.graph, stream.epochs_begun)]
        for one in reversed(others[1 - MOST_KEPT :]):
            room -= one.lineage.nbytes
            if room < 0:
                break
            models.insert(0, one)
        self._models = models

    def swap(
        self, present: Lineage | None, experiment: Experiment, graph: GraphIdentity | None, stream: Stream
    ) -> Lineage | None:
        """The model that was trained on this very state of the graph, in place of the present one, which is kept.

        None where there is no such model, or where the present one is it.
        """
        if graph is None or present is None or present.graph is None or present.graph.state == graph.state:
            return None
        for one in self._models:
            if one.graph.state == graph.state and one.lineage.fits(experiment, graph):
                self._models = [other for other in self._models if other is not one]
                self.leave(present, stream)
                stream.say(say.is_back(one.epochs))
                return one.lineage
        return None


def paths_before(before: Mapping[str, str], now: Mapping[str, str]) -> Mapping[LayerPath, LayerPath]:
    """For each layer of a graph the path that it had in an earlier one; both by their identities."""
    paths = {identity: path for path, identity in before.items()}
    return {_names(path): _names(paths[one]) for path, one in now.items() if one in paths}


def _same_layers(one: GraphIdentity | None, other: GraphIdentity | None) -> bool:
    return one is None or other is None or one.layers == other.layers


def _names(path: str) -> LayerPath:
    return tuple(path.split(SEPARATOR))


def _shown(path: LayerPath) -> str:
    return " › ".join(path)


def _kept(carried: Carried) -> Iterator[str]:
    slots = set(carried.slots)
    for names, with_slots in (
        ([_shown(path) for path in carried.weights if path in slots], True),
        ([_shown(path) for path in carried.weights if path not in slots], False),
    ):
        if names:
            yield say.kept(names, with_slots)


def _changes(carried: Carried, before: Model, now: Model) -> Iterator[str]:
    """What is not as it was: new layers, those that begin anew and why, those that are gone, and the optimizer."""
    if carried.new:
        yield say.is_new([_shown(path) for path in carried.new])
    for path, why in carried.differs.items():
        yield say.begins_anew(_shown(path), _why(why))
    if carried.dropped:
        yield say.dropped([_shown(path) for path in carried.dropped])
    if not carried.optimizer:
        yield say.another_optimizer(type(now.optimizer).__name__, type(before.optimizer).__name__)


def _why(differs: experiments.Difference) -> str:
    if differs.class_name != differs.class_before:
        return say.another_class(differs.class_name, differs.class_before)
    if differs.shape is None:
        return say.no_such_weight(differs.weight)
    if differs.before is None:
        return say.another_weight(differs.weight)
    return say.another_shape(differs.weight, _sizes(differs.shape), _sizes(differs.before))


def _sizes(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape)) or "1"
