"""The loss of each sample, by the loss that the output was compiled with."""

from __future__ import annotations

import numpy as np

from engine import losses
from engine.types import Array

from ..words import results as say
from .kinds import Meaning, numbers_of_classes, probabilities_of

# Samples that are computed at a time.
_AT_ONCE = 4096
_LEAST = 1e-7


def sample_losses(loss: object, meaning: Meaning, targets: Array, predictions: Array) -> tuple[Array, str]:
    """The loss of each sample: the mean over its time steps, pixels and values.

    Args:
        loss: the function or object that the output was compiled with; None where it was not.
        meaning: how the output is read.
        targets: (N, ...).
        predictions: (N, ...).

    Returns:
        float64 (N,), NaN where the target is missing; and how it was computed, in words.

    Example:
        >>> from kwidgets.evaluation.kinds import meaning_of
        >>> y, p = np.array([1, 0]), np.array([[0.2, 0.8], [0.5, 0.5]])
        >>> loss = losses.get("sparse_categorical_crossentropy")
        >>> sample_losses(loss, meaning_of(loss, y, p), y, p)[0].round(4).tolist()
        [0.2231, 0.6931]
    """
    made = np.empty(len(predictions))
    function = loss if callable(loss) else None
    for start in range(0, len(made), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        values = None if function is None else _by_function(function, targets[part], predictions[part])
        if values is None:
            # A function of the user's own may take tensors alone.
            function = None
            return _plain(meaning, targets, predictions)
        made[part] = values
    name = losses.name_behind(loss) or type(loss).__name__
    return made, say.how_losses(name)


def _by_function(function: object, targets: Array, predictions: Array) -> Array | None:
    shape = predictions.shape
    if targets.size == predictions.size:
        targets = targets.reshape(shape)
    elif targets.size * shape[-1] == predictions.size:
        targets = targets.reshape(*shape[:-1], 1)
    call = function.call if isinstance(function, losses.Loss) else function
    missing = ~np.isfinite(targets).reshape(len(targets), -1).all(1) if targets.dtype.kind == "f" else None
    usable = targets if missing is None or not missing.any() else np.nan_to_num(targets)
    try:
        with np.errstate(all="ignore"):
            values = np.asarray(call(usable, predictions.astype(np.float64)), np.float64)  # type: ignore[operator]
    except Exception:
        # A function of the user's own may raise anything; the plain loss takes its place, and the page says which it is.
        return None
    if values.ndim == 0 or len(values) != len(targets):
        return None
    values = values.reshape(len(targets), -1).mean(1)
    return values if missing is None else np.where(missing, np.nan, values)


def _plain(meaning: Meaning, targets: Array, predictions: Array) -> tuple[Array, str]:
    """Cross entropy of classes and labels, squared error of amounts."""
    count = len(predictions)
    if meaning.kind == "amounts":
        wide = targets.astype(np.float64).reshape(count, -1) - predictions.reshape(count, -1)
        return np.square(wide).mean(1), say.HOW_SQUARED_ERROR
    clipped = np.clip(probabilities_of(meaning, predictions), _LEAST, 1 - _LEAST)
    if meaning.kind == "labels":
        flags = targets.astype(np.float64).reshape(clipped.shape)
        crossed = -(flags * np.log(clipped) + (1 - flags) * np.log(1 - clipped)).mean(1)
        return crossed.reshape(count, -1).mean(1), say.HOW_CROSS_ENTROPY
    numbers = numbers_of_classes(meaning, targets)
    of_class = clipped[np.arange(len(clipped)), np.maximum(numbers, 0)]
    values = np.where(numbers < 0, np.nan, -np.log(of_class)).reshape(count, -1)
    return values.mean(1), say.HOW_CROSS_ENTROPY
