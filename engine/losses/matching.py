"""Targets, outputs and weights of one rank, as tf.keras matches them."""

from __future__ import annotations

from typing import Any

from .. import _ops as ops
from ..errors import ShapeError


def same_rank(y_true: Any, y_pred: Any) -> tuple[Any, Any]:
    """Targets and outputs of one rank: a last axis of one that only one of them has goes away.

    Args:
        y_true: targets.
        y_pred: outputs.

    Returns:
        Both; as they are where no such axis is in the way.

    Example:
        >>> import numpy as np
        >>> [x.shape for x in same_rank(np.zeros(3), np.zeros((3, 1)))]
        [(3,), (3,)]
    """
    surplus = len(y_pred.shape) - len(y_true.shape)
    if surplus == 1 and y_pred.shape[-1] == 1:
        return y_true, ops.squeeze(y_pred, axis=-1)
    if surplus == -1 and y_true.shape[-1] == 1:
        return ops.squeeze(y_true, axis=-1), y_pred
    return y_true, y_pred


def same_shape(y_true: Any, y_pred: Any) -> tuple[Any, Any]:
    """Targets and outputs of one shape, but for a last axis of one, as `same_rank` has them.

    Args:
        y_true: targets.
        y_pred: outputs.

    Returns:
        Both.

    Raises:
        ShapeError: they differ.

    Example:
        >>> import numpy as np
        >>> same_shape(np.zeros((3, 2)), np.zeros((3, 4)))
        Traceback (most recent call last):
        engine.errors.ShapeError: expected targets in the shape of the outputs (3, 4), found (3, 2).
    """
    y_true, y_pred = same_rank(y_true, y_pred)
    known = zip(y_true.shape, y_pred.shape, strict=False)
    if len(y_true.shape) != len(y_pred.shape) or any(None not in pair and pair[0] != pair[1] for pair in known):
        raise ShapeError(expected=f"targets in the shape of the outputs {y_pred.shape}", actual=str(y_true.shape))
    return y_true, y_pred


def matched_weights(weights: Any, values: Any) -> Any:
    """Weights that multiply values: a surplus last axis of one goes away, lacking last axes are added.

    Args:
        weights: a number, or one for each sample (N,), time step (N, T), ...
        values: what they weigh, (N, ...).

    Returns:
        Weights of the rank and number type of the values, or without axes.

    Example:
        >>> import numpy as np
        >>> matched_weights(np.ones(3), np.zeros((3, 4))).shape
        (3, 1)
    """
    weights = ops.cast(weights, values.dtype)
    rank, wanted = len(weights.shape), len(values.shape)
    if rank == 0 or wanted == 0:
        return weights
    if rank == wanted + 1 and weights.shape[-1] == 1:
        return ops.squeeze(weights, axis=-1)
    for _ in range(wanted - rank):
        weights = ops.expand_dims(weights, -1)
    return weights
