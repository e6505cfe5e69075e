"""What a run was asked to train, and how its model comes to the session."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Sized
from dataclasses import dataclass, field
from typing import cast

import numpy as np

from engine.callbacks import Callback
from engine.events import Listener
from engine.experiment import BackgroundThread, Control, Experiment
from engine.models import Model
from engine.training_folder import fingerprints
from engine.types import Array, ArrayLike

from ..document.identity import GraphIdentity

# A call of some `fit` with what it is given for the run.
Work = Callable[[Control, Sequence[Listener], Sequence[Callback]], object]


class Fingerprints:
    """What arrays hold, in short. It is found out in a thread of its own, since it takes seconds for gigabytes."""

    def __init__(self, arrays: Mapping[str, ArrayLike]) -> None:
        # What is read while training goes on is read a piece at a time for this, too.
        self._arrays = {
            name: cast("Array", array) if hasattr(array, "dtype") else np.asarray(array)
            for name, array in arrays.items()
        }
        self._found: dict[str, str] = {}
        self._thread = BackgroundThread(self._find, "kwidgets-fingerprints")
        self._thread.start()

    def by_name(self, timeout: float | None = None) -> dict[str, str] | None:
        """The fingerprint of each array, once all are known; None where that takes longer than `timeout` seconds."""
        self._thread.join(timeout)
        return None if self._thread.is_alive() else self._found

    def _find(self) -> None:
        self._found, self._arrays = fingerprints(self._arrays), {}


@dataclass(frozen=True)
class Request:
    """What a run was asked to train.

    test: a test set under the names of the training arrays. graph: which layer is which, where a document knows it.
    validates: so many of the last rows are measured after each epoch and never trained on; None: the share that the experiment
    says. fingerprints: of the arrays, as they were when it was asked for.
    """

    experiment: Experiment
    arrays: Mapping[str, ArrayLike]
    test: Mapping[str, ArrayLike] | None
    graph: GraphIdentity | None = None
    validates: int | None = None

    fingerprints: Fingerprints = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "fingerprints", Fingerprints(self.arrays))

    def divided(self, experiment: Experiment) -> Experiment:
        """An experiment with the share by which `fit` keeps exactly the rows that validate."""
        rows = next((len(array) for array in self.arrays.values() if isinstance(array, Sized)), 0)
        if self.validates is None or not rows:
            return experiment
        # Half a row less: rounding down gives the very number.
        share = (self.validates - 0.5) / rows if self.validates else 0.0
        return {**experiment, "training": {**(experiment.get("training") or {}), "validation_split": share}}


def ending_on_nan(work: Work) -> Work:
    """The same work, which ends after the first batch whose loss is NaN or infinite."""

    def ended(control: Control, listeners: Sequence[Listener], callbacks: Sequence[Callback]) -> object:
        control.ends_on_nan = True
        return work(control, listeners, callbacks)

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
