"""What a run was asked to train, and how its model comes to the session."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.callbacks import Callback

from .continuing import Experiment


@dataclass(frozen=True)
class Request:
    """What a run was asked to train; test: a test set under the names of the training arrays."""

    experiment: Experiment
    arrays: Mapping[str, Any]
    test: Mapping[str, Any] | None


class Captured(Callback):
    """Hands the model to the session as soon as there is one, so that a failure does not lose it."""

    def __init__(self, taken: Callable[[Any], None]) -> None:
        super().__init__()
        self._taken = taken

    def set_model(self, model: Any) -> None:
        super().set_model(model)
        self._taken(model)
