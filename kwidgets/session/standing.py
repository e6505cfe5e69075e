"""Where an ended run stands: all that the next start needs to go on as if it had never been stopped."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.experiment import Control, training_of
from engine.models import Model
from engine.types import Array, Config

from ..words import going_on as say
from .request import Request

# With another value of these, the batches are others, so that there is no place among them to go on from.
_ORDER = ("batch_size", "validation_split", "shuffle")


@dataclass(frozen=True)
class Standing:
    """A run between two batches. snapshot: as `Control.begin_at` takes it. weights: their digest."""

    request: Request
    snapshot: Config
    weights: str

    @property
    def done(self) -> int:
        """Whole epochs."""
        return self.snapshot["position"]["epoch"]

    @property
    def batch(self) -> int:
        """Batches done of the epoch that was cut short; 0 between two epochs."""
        return self.snapshot["position"]["batch"]

    def hindrance(self, request: Request, model: Model, compiled_anew: bool) -> str | None:
        """Why `request` cannot go on at the very batch, in words; None where it can. compiled_anew: `model` was."""
        if compiled_anew:
            return say.COMPILED_ANEW
        before, now = training_of(self.request.experiment), training_of(request.experiment)
        for name in _ORDER:
            if before[name] != now[name]:
                return say.setting_changed(name, before[name], now[name])
        if _chosen(request) != _chosen(self.request) or request.validates != self.request.validates:
            return say.OTHER_ARRAYS
        known = self.request.fingerprints.by_name() or {}
        now_known = request.fingerprints.by_name() or {}
        changed = [name for name, fingerprint in now_known.items() if known.get(name) != fingerprint]
        if changed:
            return say.data_changed(changed)
        return say.WEIGHTS_CHANGED if digest(model.get_weights()) != self.weights else None


def standing(request: Request | None, control: Control, model: Model | None) -> Standing | None:
    """Where a run that has just ended stands; None where nothing can go on from there, as after an end by itself."""
    if request is None or model is None or control.snapshot is None:
        return None
    # The arrays must be known as the run had them; whoever owns them may change them from now on.
    request.fingerprints.by_name()
    snapshot = control.snapshot()
    return None if snapshot["ended"] else Standing(request, snapshot, digest(model.get_weights()))


def _chosen(request: Request) -> tuple[object, object, object]:
    """Which array goes where."""
    data = request.experiment.get("data") or {}
    return data.get("inputs"), data.get("targets"), data.get("validation")


def digest(arrays: Sequence[Array]) -> str:
    """The same text for the same numbers.

    >>> digest([np.zeros(2)]) == digest([np.zeros(2)]), digest([np.zeros(2)]) == digest([np.ones(2)])
    (True, False)
    """
    hashed = hashlib.sha256()
    for array in arrays:
        if array.dtype.hasobject:  # texts, of which the memory holds addresses
            hashed.update(repr(array.tolist()).encode("utf-8", "surrogatepass"))
            continue
        hashed.update(np.ascontiguousarray(array).reshape(-1).view(np.uint8).data)
    return hashed.hexdigest()
