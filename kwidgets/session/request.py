"""What a run was asked to train, and how its model comes to the session."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.callbacks import Callback
from engine.events import Listener
from engine.experiment import Control, ends_on_nan

from .continuing import Experiment

# A call of some `fit` with what it is given for the run.
Work = Callable[[Control, Sequence[Listener], Sequence[Callback]], object]


@dataclass(frozen=True)
class Request:
    """What a run was asked to train; test: a test set under the names of the training arrays."""

    experiment: Experiment
    arrays: Mapping[str, Any]
    test: Mapping[str, Any] | None


def ending_on_nan(work: Work) -> Work:
    """The same work, which ends after the first batch whose loss is NaN or infinite."""

    def ended(control: Control, listeners: Sequence[Listener], callbacks: Sequence[Callback]) -> object:
        return work(control, [*listeners, ends_on_nan(control)], callbacks)

    return ended


class Captured(Callback):
    """Hands the model to the session as soon as there is one, so that a failure does not lose it."""

    def __init__(self, taken: Callable[[Any], None]) -> None:
        super().__init__()
        self._taken = taken

    def set_model(self, model: Any) -> None:
        super().set_model(model)
        self._taken(model)
