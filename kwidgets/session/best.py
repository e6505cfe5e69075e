"""Which value of a run was the best, after which epoch; and the weights of that epoch."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple, Protocol

import numpy as np

from engine.events import EpochBegin, EpochEnd, Event, TrainBegin
from engine.models import Model
from engine.types import Array

from ..messages import Best
from ..words import run as words

VALIDATION = "val_"
# Beyond this, copying the weights after each better epoch would cost more memory than a notebook can be asked for.
MOST_BYTES = 500_000_000
_MORE_IS_BETTER = ("acc", "auc", "precision", "recall", "fmeasure", "f1", "r2")


@lru_cache(maxsize=256)
def wants_more(metric: str) -> bool:
    """Whether larger values of this metric are better.

    >>> wants_more("val_accuracy"), wants_more("val_loss")
    (True, False)
    """
    return any(word in metric for word in _MORE_IS_BETTER)


def watched(names: Iterable[str]) -> list[str]:
    """The metrics whose best counts: those on validation data, or all where nothing was validated.

    >>> watched(["loss", "acc", "val_loss", "lr"])
    ['val_loss']
    """
    metrics = [name for name in names if name != "lr"]
    return [name for name in metrics if name.startswith(VALIDATION)] or metrics


def leading(names: Iterable[str]) -> str | None:
    """The loss by which epochs are compared: on validation data where there are any; None without a loss."""
    there = set(names)
    return next((name for name in ("val_loss", "loss") if name in there), None)


class BestValues:
    """The best value of each watched metric so far. Values that are no numbers never count."""

    def __init__(self) -> None:
        self._by_metric: dict[str, Best] = {}

    def take(self, epoch: int, logs: Mapping[str, float]) -> None:
        """Take in the values after `epoch` (from 1)."""
        names = watched(logs)
        for name in names:
            value, known = float(logs[name]), self._by_metric.get(name)
            if math.isfinite(value) and (known is None or _beats(name, value, known["value"])):
                self._by_metric[name] = Best(metric=name, value=value, epoch=epoch)
        # Validation that began later takes the place of the training values.
        self._by_metric = {name: best for name, best in self._by_metric.items() if name in names}

    def all(self) -> list[Best]:
        """One entry a metric, in the order of the logs."""
        return list(self._by_metric.values())

    def leading(self) -> Best | None:
        """The best value of the loss by which epochs are compared."""
        name = leading(self._by_metric)
        return None if name is None else self._by_metric[name]


class BestEpoch(NamedTuple):
    """An epoch (from 1) with its values and weights."""

    epoch: int
    values: Mapping[str, float]
    weights: Sequence[Array]


class _Weight(Protocol):
    @property
    def nbytes(self) -> int: ...
    def host(self) -> Array: ...


class BestWeights:
    """A listener that keeps a copy of the weights of the best epoch, in arrays that are used again.

    Before the first whole epoch it keeps those with which the training began.

    model: gives the model that is trained. say: takes a line for the log. most_bytes: larger models are not copied.
    epoch: the epoch kept (from 1), None while there is none. refusal: why nothing is kept, or None.
    """

    def __init__(
        self, model: Callable[[], Model | None], say: Callable[[str], None], most_bytes: int = MOST_BYTES
    ) -> None:
        self._model, self._say, self._most = model, say, most_bytes
        self._values = BestValues()
        # Collecting a model's weights takes as long as an epoch of a tiny one.
        self._weights: Sequence[_Weight] | None = None
        self._kept: list[Array] = []
        self.epoch: int | None = None
        self.refusal: str | None = None

    def __call__(self, event: Event) -> None:
        """Keep the weights at the start of the run, and after each epoch that is the best so far."""
        if isinstance(event, TrainBegin):
            self._weights = None
        if isinstance(event, EpochBegin) and not self._kept and self.refusal is None:
            self._keep(None)
        if not isinstance(event, EpochEnd) or event.partial or leading(event.logs) is None:
            return
        self._values.take(event.epoch + 1, event.logs)
        best = self._values.leading()
        if best is not None and best["epoch"] == event.epoch + 1 and self.refusal is None:
            self._keep(event.epoch + 1)

    def load(self, best: BestEpoch) -> None:
        """Begin with the best epoch of an earlier training."""
        self._values.take(best.epoch, best.values)
        self._kept, self.epoch = [np.array(array) for array in best.weights], best.epoch

    @property
    def any(self) -> bool:
        """Whether there are weights to put back, be they those of the start."""
        return bool(self._kept)

    def restore(self, model: Model) -> int | None:
        """Give `model` the kept weights; the epoch they are from, None for those of the start.

        An optimizer whose accumulators are no numbers any more begins anew: it would spoil the weights at once.
        """
        model.set_weights(self._kept)
        optimizer = getattr(model, "optimizer", None)
        if optimizer is None:
            return self.epoch
        state: list[Array] = optimizer.get_weights()
        if not all(np.isfinite(array).all() for array in state):
            optimizer.set_weights([np.zeros_like(array) for array in state])
        return self.epoch

    def _keep(self, epoch: int | None) -> None:
        if self._weights is None:
            model = self._model()
            self._weights = [] if model is None else model.weights
        size = sum(weight.nbytes for weight in self._weights)
        if size > self._most:
            limit = self._most // 1_000_000
            self.refusal = words.weights_are_too_large(size / 1000000.0, limit)
            self._say(self.refusal)
            return
        arrays = [weight.host() for weight in self._weights]
        if [a.shape for a in arrays] != [k.shape for k in self._kept]:
            self._kept = [np.empty_like(array) for array in arrays]
        for kept, array in zip(self._kept, arrays, strict=True):
            np.copyto(kept, array)
        self.epoch = epoch if arrays else None


def _beats(metric: str, value: float, known: float) -> bool:
    return value > known if wants_more(metric) else value < known
