"""Training that is taken back: a step with all that it changed, or the weights and the optimizer as they were at some time."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from contextlib import contextmanager
from typing import Any, NamedTuple, Protocol

import numpy as np

from .._graph.plan import Plan
from .._graph.tensor import Variable
from .._machine.devices import of, on_host
from .._machine.random import Stream
from ..optimizers import Optimizer
from ..types import Array
from .compiled import Compiled
from .step import Step
from .trainer import trainer_of
from .updater import Updater


@contextmanager
def unchanged(step: Step, plan: Plan, updater: Updater | None, others: Iterable[Variable] = ()) -> Generator[None]:
    """Take back behind the block whatever runs of a step, and updates, have changed inside it.

    Args:
        step: the step that is run.
        plan: its plan for the batch.
        updater: what updates the weights; None where nothing does, or the plan itself.
        others: further variables that are changed.
    """
    arrays: list[Array] = [variable.array for variable in dict.fromkeys((*plan.assigned, *others))]
    if updater is not None:
        arrays += [segment.weights for segment in updater.segments]
        arrays += [array for slots in updater.slots.values() for array in slots]
        arrays.append(updater.optimizer.iterations.array)
    saved = [(array, np.array(on_host(array))) for array in arrays]
    numbers = dict(updater.state) if updater is not None else {}
    streams = [(stream, stream.get_state()) for stream in step.streams(plan)]
    try:
        yield
    finally:
        for array, copy in saved:
            of(array).put(array, copy)
        if updater is not None:
            updater.state = numbers
        for stream, state in streams:
            stream.set_state(state)


class Learner(Protocol):
    """A model, as far as it is kept."""

    @property
    def weights(self) -> list[Variable]:
        """All its weights."""
        ...

    optimizer: Optimizer


class Kept:
    """A copy of all that a model's next step is computed from beside the batch, which can be put back in its place.

    These are its weights, what its optimizer has gathered and is set to, states that go on from batch to batch, and the places in
    its random streams.

    Attributes:
        weights: copies of the weights.
    """

    def __init__(self) -> None:
        self._model: Learner | None = None
        self._copies: list[tuple[Array, Array]] = []
        self._numbers: dict[str, float] = {}
        self._settings: dict[str, float] = {}
        self._places: list[dict[str, Any]] = []
        self._parts: _Parts | None = None
        self.weights: list[Array] = []

    def take(self, model: Learner) -> None:
        """Copy what there is now."""
        # The graph is gone through once, not before each batch.
        parts = self._parts = _parts(model, self._parts)
        arrays = _arrays(model, parts)
        # Views of slots are made anew each time, of weights that move too: their copies are used again where they fit.
        spare = [copy for _, copy in self._copies]
        fits = [copy.shape for copy in spare] == [array.shape for array in arrays]
        copies = spare if fits else [np.empty(array.shape, array.dtype) for array in arrays]
        for array, copy in zip(arrays, copies, strict=True):
            copy[...] = on_host(array)
        self._model, self._copies = model, list(zip(arrays, copies, strict=True))
        self.weights = copies[: len(model.weights)]
        updater = _updater(model)
        self._numbers = {} if updater is None else dict(updater.state)
        self._settings = {name: float(setting.host()) for name, setting in _settings(model).items()}
        self._places = [stream.get_state() for stream in _streams(model, parts)]

    def put_back(self) -> None:
        """Have everything be as it was copied last; nothing where nothing was."""
        if self._model is not None:
            self._put(self._model, [array for array, _ in self._copies], _parts(self._model, self._parts))

    def put_into(self, model: Learner) -> None:
        """Have a model of the same layers and optimizer stand where the copied one stood.

        Args:
            model: one that is ready to train, so that its optimizer has slots.

        Raises:
            ValueError: its weights or slots have other shapes.
        """
        parts = _parts(model, None)
        self._put(model, _arrays(model, parts), parts)

    def _put(self, model: Learner, arrays: list[Array], parts: _Parts) -> None:
        shapes, expected = [array.shape for array in arrays], [copy.shape for _, copy in self._copies]
        if shapes != expected:
            raise ValueError(f"a kept step: expected weights and slots of shapes {expected}, found {shapes}")
        for array, (_, copy) in zip(arrays, self._copies, strict=True):
            of(array).put(array, copy)
        updater = _updater(model)
        if updater is not None:
            updater.state.clear()
            updater.state.update(self._numbers)
        for name, setting in _settings(model).items():
            if name in self._settings:
                setting.assign(np.asarray(self._settings[name]))
        for stream, place in zip(_streams(model, parts), self._places, strict=False):
            stream.set_state(place)


class _Parts(NamedTuple):
    """What the graph of a compiled model has beside its weights: states that are not among them, and streams of its layers."""

    compiled: Compiled | None
    states: list[Variable]
    streams: list[Stream]


def _parts(model: Learner, known: _Parts | None) -> _Parts:
    compiled = trainer_of(model).compiled
    if known is not None and known.compiled is compiled:
        return known
    if compiled is None:
        return _Parts(None, [], [])
    weights = set(model.weights)
    return _Parts(compiled, [v for v in compiled.state_variables if v not in weights], list(compiled.own_streams))


def _arrays(model: Learner, parts: _Parts) -> list[Array]:
    """What changes from step to step: weights, then slots, then states."""
    changing = (*model.weights, *model.optimizer.weights, *parts.states)
    return [one.array if isinstance(one, Variable) else one for one in changing]


def _updater(model: Learner) -> Updater | None:
    updater = vars(model.optimizer).get("_updater")
    return updater if isinstance(updater, Updater) else None


def _settings(model: Learner) -> dict[str, Variable]:
    """The optimizer's settings that may be changed while it trains, such as its rate."""
    formula = model.optimizer.formula
    there = {name: vars(formula).get(name) for name in formula.hyper}
    return {name: one for name, one in there.items() if isinstance(one, Variable)}


def _streams(model: Learner, parts: _Parts) -> list[Stream]:
    """The random streams that a step draws from: the model's own, and those of layers with a seed."""
    random = trainer_of(model).random
    return [*([] if random is None else [random]), *parts.streams]
