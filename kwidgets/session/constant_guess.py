"""The loss of the best constant guess: what a model comes to that takes nothing from its inputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from engine import experiment as experiments
from engine.data import BlockRows, spread_rows
from engine.describe import classes
from engine.errors import EngineError
from engine.experiment import Experiment
from engine.types import ArrayLike

Floats = NDArray[np.float64]
# So many rows give three digits of a mean.
MOST_ELEMENTS = 1_000_000
_LEAST = 1e-9


def constant_guess(experiment: Experiment, arrays: Mapping[str, ArrayLike]) -> float | None:
    """The sum over all outputs; None where a loss has no such value that is known here, or the targets never differ."""
    training = experiments.training_of(experiment)
    targets = (experiment.get("data") or {}).get("targets") or {}
    losses = training["loss"]
    share = 0.0 if (experiment.get("data") or {}).get("validation") else training["validation_split"]
    whole = 0.0
    for output, key in targets.items():
        loss = losses.get(output) if isinstance(losses, Mapping) else losses
        if loss is None:
            continue
        guess = _of_output(loss, arrays.get(key), share)
        if guess is None:
            return None
        whole += guess
    return whole if whole > _LEAST else None


def is_fixed(loss: object) -> bool:
    """Whether a loss as `compile` takes it is made of the engine's own, which stay the same function throughout."""
    if isinstance(loss, Mapping):
        return all(is_fixed(one) for one in loss.values())
    if isinstance(loss, (list, tuple)):
        return all(is_fixed(one) for one in loss)
    module = getattr(loss, "__module__", None) or type(loss).__module__
    return loss is None or isinstance(loss, str) or module.partition(".")[0] == "engine"


def _of_output(loss: object, target: ArrayLike | None, split: float) -> float | None:
    name = _name(loss)
    if name not in _GUESSES or target is None:
        return None
    if isinstance(target, BlockRows):
        trained = target.part(0, max(int(len(target) * (1 - split)), 1))
        target = trained[spread_rows(trained, MOST_ELEMENTS)]
        split = 0.0
    array = np.asarray(target)
    array = array[: int(len(array) * (1 - split))] if array.ndim else array
    if array.dtype.kind not in "fiub" or not array.size or not array.ndim:
        return None
    rows = max(1, MOST_ELEMENTS // max(1, array[0].size))
    if len(array) > rows:
        # Random rows: at equal distances they could follow a pattern in the order of the samples.
        array = array[np.sort(np.random.default_rng(0).choice(len(array), rows, replace=False))]
    return _GUESSES[name](array.reshape(len(array), -1).astype(np.float64))


def _name(loss: object) -> str | None:
    if not isinstance(loss, str):
        return None
    try:
        return classes.find("loss", loss).__name__
    except EngineError:
        return None


def _entropy(shares: Floats) -> float:
    shares = shares[shares > 0]
    return float(-(shares * np.log(shares)).sum())


def _of_classes(target: Floats) -> float | None:
    if target.shape[1] != 1:
        return None
    _, counts = np.unique(target, return_counts=True)
    return _entropy(counts / counts.sum())


def _of_shares(target: Floats) -> float | None:
    if target.min() < 0 or not np.allclose(target.sum(1), 1.0, atol=1e-3):
        return None
    return _entropy(target.mean(0))


def _of_flags(target: Floats) -> float | None:
    if target.min() < 0 or target.max() > 1:
        return None
    means = target.mean(0)
    return sum(_entropy(np.array([mean, 1 - mean])) for mean in means) / len(means)


def _of_squares(target: Floats) -> float | None:
    return float(target.var(0).mean())


def _of_distances(target: Floats) -> float | None:
    return float(np.abs(target - np.median(target, 0)).mean())


_GUESSES: dict[str | None, Callable[[Floats], float | None]] = {
    "sparse_categorical_crossentropy": _of_classes,
    "categorical_crossentropy": _of_shares,
    "binary_crossentropy": _of_flags,
    "mean_squared_error": _of_squares,
    "mean_absolute_error": _of_distances,
}
