"""Training that is taken back: a step with all that it changed, or the weights and the optimizer as they were at some time."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from contextlib import contextmanager
from typing import Protocol

import numpy as np

from .._graph.plan import Plan
from .._graph.tensor import Variable
from .._machine.devices import of, on_host
from ..optimizers import Optimizer
from ..types import Array
from .step import Step
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
    """A copy of a model's weights and of what its optimizer has gathered, which can be put back in their place."""

    def __init__(self) -> None:
        self._copies: list[tuple[Array, Array]] = []
        self._numbers: tuple[dict[str, float], dict[str, float]] | None = None

    def take(self, model: Learner) -> None:
        """Copy what there is now."""
        optimizer = model.optimizer
        arrays = [w.array if isinstance(w, Variable) else w for w in (*model.weights, *optimizer.weights)]
        # Views of slots are made anew each time, of weights that move too: their copies are used again where they fit.
        spare = [copy for _, copy in self._copies]
        fits = [copy.shape for copy in spare] == [array.shape for array in arrays]
        copies = spare if fits else [np.empty(array.shape, array.dtype) for array in arrays]
        for array, copy in zip(arrays, copies, strict=True):
            copy[...] = on_host(array)
        self._copies = list(zip(arrays, copies, strict=True))
        updater = vars(optimizer).get("_updater")
        self._numbers = (updater.state, dict(updater.state)) if isinstance(updater, Updater) else None

    def put_back(self) -> None:
        """Have everything be as it was copied last; nothing where nothing was."""
        for array, copy in self._copies:
            of(array).put(array, copy)
        if self._numbers is not None:
            numbers, before = self._numbers
            numbers.clear()
            numbers.update(before)
