"""A training step that is made and taken back: weights, states, optimizer and random streams are then as they were."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from contextlib import contextmanager

from .._graph.plan import Plan
from .._graph.tensor import Variable
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
    saved = [(array, array.copy()) for array in arrays]
    numbers = dict(updater.state) if updater is not None else {}
    streams = [(stream, stream.get_state()) for stream in step.streams(plan)]
    try:
        yield
    finally:
        for array, copy in saved:
            array[...] = copy
        if updater is not None:
            updater.state = numbers
        for stream, state in streams:
            stream.set_state(state)
