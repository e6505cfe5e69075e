"""What a run was asked to train, and how its model comes to the session."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from engine.callbacks import Callback
from engine.events import Listener
from engine.experiment import Control, Experiment, ends_on_nan
from engine.models import Model
from engine.types import ArrayLike

from ..document.identity import GraphIdentity

# A call of some `fit` with what it is given for the run.
Work = Callable[[Control, Sequence[Listener], Sequence[Callback]], object]


@dataclass(frozen=True)
class Request:
    """What a run was asked to train.

    test: a test set under the names of the training arrays. graph: which layer is which, where a document knows it.
    """

    experiment: Experiment
    arrays: Mapping[str, ArrayLike]
    test: Mapping[str, ArrayLike] | None
    graph: GraphIdentity | None = None


def ending_on_nan(work: Work) -> Work:
    """The same work, which ends after the first batch whose loss is NaN or infinite."""

    def ended(control: Control, listeners: Sequence[Listener], callbacks: Sequence[Callback]) -> object:
        return work(control, [*listeners, ends_on_nan(control)], callbacks)

    return ended


class Captured(Callback):
    """Hands the model to the session as soon as there is one, so that a failure does not lose it."""

    def __init__(self, taken: Callable[[Model], None]) -> None:
        super().__init__()
        self._taken = taken

    def set_model(self, model: Model) -> None:
        """Hand over the model that is about to be trained."""
        super().set_model(model)
        self._taken(model)
