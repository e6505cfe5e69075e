"""Losses: functions (y_true, y_pred) -> one value for each sample, the mean or sum over the last axis.

They are written in ops, so they work on tensors and arrays alike, and a loss of your own is written the same way.
Names and numbers are those of Keras 2.2.4, the settings that some take those of Keras 2.3.

Example:
    >>> import numpy as np
    >>> mean_squared_error(np.array([[0.0, 2.0]]), np.array([[1.0, 4.0]]))
    array([2.5])
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias, TypeVar

from .. import _ops as ops
from .._declared import registry
from .._graph.tensor import Tensor
from .._machine import config
from ..errors import ShapeError
from ..types import Array

__all__ = [
    "KLD",
    "MAE",
    "MAPE",
    "MSE",
    "MSLE",
    "binary_crossentropy",
    "categorical_crossentropy",
    "categorical_hinge",
    "cosine",
    "cosine_proximity",
    "hinge",
    "kld",
    "kullback_leibler_divergence",
    "logcosh",
    "mae",
    "mape",
    "mean_absolute_error",
    "mean_absolute_percentage_error",
    "mean_squared_error",
    "mean_squared_logarithmic_error",
    "mse",
    "msle",
    "poisson",
    "sparse_categorical_crossentropy",
    "squared_hinge",
]

LossFunction: TypeAlias = Callable[[Tensor, Tensor], Tensor]
"""(y_true, y_pred) -> a value for each sample, written in ops."""

Values = TypeVar("Values", Tensor, Array)
"""Tensors give a tensor, arrays an array."""


@registry.register("loss", "mean_squared_error", "mse", "MSE")
def mean_squared_error(y_true: Values, y_pred: Values) -> Values:
    """Mean of (y_pred - y_true)^2 over the last axis: (N, ..., C) -> (N, ...).

    Args:
        y_true: targets (N, ..., C), a tensor or an array.
        y_pred: outputs of the same shape.

    Returns:
        A value for each sample, (N, ...).

    Example:
        >>> import numpy as np
        >>> mean_squared_error(np.array([[0.0, 2.0]]), np.array([[1.0, 4.0]]))
        array([2.5])
    """
    y_true, y_pred = ops.real_numbers(y_true, y_pred)
    return ops.mean(ops.square(ops.subtract(y_pred, y_true)), axis=-1)


@registry.register("loss", "mean_absolute_error", "mae", "MAE")
def mean_absolute_error(y_true: Values, y_pred: Values) -> Values:
    """Mean of abs(y_pred - y_true) over the last axis: (N, ..., C) -> (N, ...).

    Args:
        y_true: targets (N, ..., C), a tensor or an array.
        y_pred: outputs of the same shape.

    Returns:
        A value for each sample, (N, ...).

    Example:
        >>> import numpy as np
        >>> mean_absolute_error(np.array([[0.0, 2.0]]), np.array([[1.0, 4.0]]))
        array([1.5])
    """
    y_true, y_pred = ops.real_numbers(y_true, y_pred)
    return ops.mean(ops.absolute(ops.subtract(y_pred, y_true)), axis=-1)


@registry.register("loss", "mean_absolute_percentage_error", "mape", "MAPE")
def mean_absolute_percentage_error(y_true: Values, y_pred: Values) -> Values:
    """Mean of 100 * abs(y_true - y_pred) / max(abs(y_true), epsilon) over the last axis, in per cent.

    Args:
        y_true: targets (N, ..., C), a tensor or an array; those below epsilon, 1e-7, count as epsilon.
        y_pred: outputs of the same shape.

    Returns:
        A value for each sample, (N, ...).

    Example:
        >>> import numpy as np
        >>> mean_absolute_percentage_error(np.array([[1.0, 2.0]]), np.array([[1.5, 2.0]]))
        array([25.])
    """
    y_true, y_pred = ops.real_numbers(y_true, y_pred)
    share = ops.divide(ops.subtract(y_true, y_pred), ops.maximum(ops.absolute(y_true), config.epsilon()))
    return ops.multiply(ops.mean(ops.absolute(share), axis=-1), 100.0)


@registry.register("loss", "mean_squared_logarithmic_error", "msle", "MSLE")
def mean_squared_logarithmic_error(y_true: Values, y_pred: Values) -> Values:
    """Mean of (log(max(y_pred, epsilon) + 1) - log(max(y_true, epsilon) + 1))^2 over the last axis.

    Args:
        y_true: targets (N, ..., C), a tensor or an array, 0 or above.
        y_pred: outputs of the same shape.

    Returns:
        A value for each sample, (N, ...).

    Example:
        >>> import numpy as np
        >>> mean_squared_logarithmic_error(np.array([[1.0, 3.0]]), np.array([[1.0, 7.0]])).round(4)
        array([0.2402])
    """
    y_true, y_pred = ops.real_numbers(y_true, y_pred)
    log_pred = ops.log(ops.add(ops.maximum(y_pred, config.epsilon()), 1.0))
    log_true = ops.log(ops.add(ops.maximum(y_true, config.epsilon()), 1.0))
    return ops.mean(ops.square(ops.subtract(log_pred, log_true)), axis=-1)


@registry.register("loss", "squared_hinge")
def squared_hinge(y_true: Values, y_pred: Values) -> Values:
    """Mean of max(1 - y_true * y_pred, 0)^2 over the last axis; labels are -1 and 1.

    Args:
        y_true: labels -1 and 1, (N, ..., C), a tensor or an array.
        y_pred: outputs of the same shape.

    Returns:
        A value for each sample, (N, ...).

    Example:
        >>> import numpy as np
        >>> squared_hinge(np.array([[-1.0, 1.0]]), np.array([[0.0, 3.0]]))
        array([0.5])
    """
    y_true, y_pred = ops.real_numbers(y_true, y_pred)
    return ops.mean(ops.square(_margin(y_true, y_pred)), axis=-1)


@registry.register("loss", "hinge")
def hinge(y_true: Values, y_pred: Values) -> Values:
    """Mean of max(1 - y_true * y_pred, 0) over the last axis; labels are -1 and 1.

    Args:
        y_true: labels -1 and 1, (N, ..., C), a tensor or an array.
        y_pred: outputs of the same shape.

    Returns:
        A value for each sample, (N, ...).

    Example:
        >>> import numpy as np
        >>> hinge(np.array([[-1.0, 1.0]]), np.array([[0.0, 3.0]]))
        array([0.5])
    """
    y_true, y_pred = ops.real_numbers(y_true, y_pred)
    return ops.mean(_margin(y_true, y_pred), axis=-1)


def _margin(y_true: Values, y_pred: Values) -> Values:
    """max(1 - y_true * y_pred, 0)."""
    return ops.maximum(ops.subtract(1.0, ops.multiply(y_true, y_pred)), 0.0)


@registry.register("loss", "categorical_hinge")
def categorical_hinge(y_true: Values, y_pred: Values) -> Values:
    """Largest wrong output less the right one: max(0, 1 + max((1 - y_true) * y_pred) - sum(y_true * y_pred)).

    Args:
        y_true: one-hot labels (N, ..., C), a tensor or an array.
        y_pred: outputs of the same shape.

    Returns:
        A value for each sample, (N, ...).

    Example:
        >>> import numpy as np
        >>> categorical_hinge(np.array([[0.0, 1.0]]), np.array([[0.25, 0.75]]))
        array([0.5])
    """
    y_true, y_pred = ops.real_numbers(y_true, y_pred)
    right = ops.sum(ops.multiply(y_true, y_pred), axis=-1)
    wrong = ops.max(ops.multiply(ops.subtract(1.0, y_true), y_pred), axis=-1)
    return ops.maximum(ops.add(ops.subtract(wrong, right), 1.0), 0.0)


@registry.register("loss", "logcosh")
def logcosh(y_true: Values, y_pred: Values) -> Values:
    """Mean of log(cosh(x)), x = y_pred - y_true, over the last axis.

    It is computed as x + softplus(-2x) - log 2, which does not overflow.

    Args:
        y_true: targets (N, ..., C), a tensor or an array.
        y_pred: outputs of the same shape.

    Returns:
        A value for each sample, (N, ...).

    Example:
        >>> import numpy as np
        >>> logcosh(np.array([[0.0]]), np.array([[1.0]])).round(4)
        array([0.4338])
    """
    y_true, y_pred = ops.real_numbers(y_true, y_pred)
    x = ops.subtract(y_pred, y_true)
    log_2 = 0.6931471805599453
    return ops.mean(ops.subtract(ops.add(x, ops.softplus(ops.multiply(x, -2.0))), log_2), axis=-1)


@registry.register("loss", "categorical_crossentropy")
def categorical_crossentropy(
    y_true: Values, y_pred: Values, from_logits: bool = False, label_smoothing: float = 0, axis: int = -1
) -> Values:
    """Cross-entropy -sum(y_true * log(p)) over the last axis, p = y_pred / sum(y_pred).

    p is clipped to [epsilon, 1 - epsilon], epsilon being `K.epsilon()`, 1e-7.

    Args:
        y_true: one-hot labels, or any distribution, (N, ..., C), a tensor or an array.
        y_pred: probabilities of the same shape.
        from_logits: True: `softmax(y_pred)` are the probabilities; False by default.
        label_smoothing: share s of each label that is spread over the C classes, y_true * (1 - s) + s / C; 0 by default.
        axis: that of the classes, -1 by default.

    Returns:
        A value for each sample, (N, ...).

    Example:
        >>> import numpy as np
        >>> categorical_crossentropy(np.array([[0.0, 1.0]]), np.array([[0.5, 0.5]])).round(4)
        array([0.6931])
        >>> categorical_crossentropy(np.array([[0.0, 1.0]]), np.array([[-2.0, 2.0]]), from_logits=True).round(4)
        array([0.0181])
    """
    y_true, y_pred = classes_last(y_true, axis), classes_last(y_pred, axis)
    if label_smoothing:
        y_true, y_pred = ops.real_numbers(y_true, y_pred)
        y_true = spread(y_true, label_smoothing)
    return ops.categorical_crossentropy(y_true, y_pred, from_logits)


@registry.register("loss", "sparse_categorical_crossentropy")
def sparse_categorical_crossentropy(
    y_true: Values, y_pred: Values, from_logits: bool = False, axis: int = -1
) -> Values:
    """Cross-entropy -log(p[label]), as categorical_crossentropy for labels that are whole numbers.

    Args:
        y_true: labels from 0 to C - 1, (N, ..., 1) or (N, ...), a tensor or an array.
        y_pred: probabilities (N, ..., C).
        from_logits: True: `softmax(y_pred)` are the probabilities; False by default.
        axis: that of the classes in y_pred, -1 by default.

    Returns:
        A value for each sample, (N, ...).

    Example:
        >>> import numpy as np
        >>> sparse_categorical_crossentropy(np.array([[1]]), np.array([[0.5, 0.5]])).round(4)
        array([0.6931], dtype=float32)
    """
    return ops.sparse_categorical_crossentropy(y_true, classes_last(y_pred, axis), from_logits)


@registry.register("loss", "binary_crossentropy")
def binary_crossentropy(
    y_true: Values, y_pred: Values, from_logits: bool = False, label_smoothing: float = 0, axis: int = -1
) -> Values:
    """Mean of -(y_true * log(p) + (1 - y_true) * log(1 - p)) over the last axis, p = y_pred clipped to [eps, 1 - eps].

    Args:
        y_true: labels 0 and 1, or shares between, (N, ..., C), a tensor or an array.
        y_pred: probabilities of the same shape.
        from_logits: True: `sigmoid(y_pred)` are the probabilities; False by default.
        label_smoothing: share s by which labels move to 0.5, y_true * (1 - s) + s / 2; 0 by default.
        axis: over which the mean is taken, -1 by default.

    Returns:
        A value for each sample, (N, ...).

    Example:
        >>> import numpy as np
        >>> binary_crossentropy(np.array([[0.0, 1.0]]), np.array([[0.5, 0.5]])).round(4)
        array([0.6931])
    """
    if label_smoothing:
        y_true, y_pred = ops.real_numbers(y_true, y_pred)
        y_true = ops.add(ops.multiply(y_true, 1.0 - label_smoothing), label_smoothing / 2)
    return ops.mean(ops.binary_crossentropy(y_true, y_pred, from_logits), axis=axis)


def classes_last(x: Values, axis: int) -> Values:
    """x with the axis of classes behind all others; x itself where it is there already."""
    rank = len(x.shape)
    if not -rank <= axis < rank:
        raise ShapeError(expected=f"an axis of classes from {-rank} to {rank - 1}", actual=str(axis))
    axis %= rank
    return x if axis == rank - 1 else ops.transpose(x, (*(i for i in range(rank) if i != axis), axis))


def spread(y_true: Values, share: float) -> Values:
    """Labels y_true * (1 - share) + share / C, C classes lying along the last axis, whose size may be open."""
    ones = ops.add(ops.multiply(y_true, 0.0), 1.0)
    return ops.add(ops.multiply(y_true, 1.0 - share), ops.divide(share, ops.sum(ones, axis=-1, keepdims=True)))


@registry.register("loss", "kullback_leibler_divergence", "kld", "KLD")
def kullback_leibler_divergence(y_true: Values, y_pred: Values) -> Values:
    """Divergence sum(y_true * log(y_true / y_pred)) over the last axis, both clipped to [epsilon, 1].

    Args:
        y_true: probabilities (N, ..., C), a tensor or an array.
        y_pred: probabilities of the same shape.

    Returns:
        A value for each sample, (N, ...).

    Example:
        >>> import numpy as np
        >>> kullback_leibler_divergence(np.array([[0.5, 0.5]]), np.array([[0.25, 0.75]])).round(4)
        array([0.1438])
    """
    y_true, y_pred = ops.real_numbers(y_true, y_pred)
    y_true = ops.clip(y_true, config.epsilon(), 1.0)
    y_pred = ops.clip(y_pred, config.epsilon(), 1.0)
    return ops.sum(ops.multiply(y_true, ops.log(ops.divide(y_true, y_pred))), axis=-1)


@registry.register("loss", "poisson")
def poisson(y_true: Values, y_pred: Values) -> Values:
    """Mean of y_pred - y_true * log(y_pred + epsilon) over the last axis.

    Args:
        y_true: counts (N, ..., C), a tensor or an array.
        y_pred: expected counts of the same shape, above 0.

    Returns:
        A value for each sample, (N, ...).

    Example:
        >>> import numpy as np
        >>> poisson(np.array([[1.0]]), np.array([[2.0]])).round(4)
        array([1.3069])
    """
    y_true, y_pred = ops.real_numbers(y_true, y_pred)
    log_pred = ops.log(ops.add(y_pred, config.epsilon()))
    return ops.mean(ops.subtract(y_pred, ops.multiply(y_true, log_pred)), axis=-1)


@registry.register("loss", "cosine_proximity", "cosine")
def cosine_proximity(y_true: Values, y_pred: Values) -> Values:
    """Cosine of the angle between y_true and y_pred along the last axis, with a minus: -1 is best, 1 is worst.

    -sum(u * v), u and v being y_true and y_pred divided by their lengths.

    Args:
        y_true: targets (N, ..., C), a tensor or an array.
        y_pred: outputs of the same shape.

    Returns:
        A value for each sample, (N, ...).

    Example:
        >>> import numpy as np
        >>> cosine_proximity(np.array([[3.0, 4.0]]), np.array([[6.0, 8.0]]))
        array([-1.])
    """
    y_true, y_pred = ops.real_numbers(y_true, y_pred)
    return ops.negative(ops.sum(ops.multiply(_unit(y_true), _unit(y_pred)), axis=-1))


def _unit(x: Values) -> Values:
    """x divided by its length."""
    square_sum = ops.sum(ops.square(x), axis=-1, keepdims=True)
    return ops.divide(x, ops.sqrt(ops.maximum(square_sum, 1e-12)))


mse = MSE = mean_squared_error
mae = MAE = mean_absolute_error
mape = MAPE = mean_absolute_percentage_error
msle = MSLE = mean_squared_logarithmic_error
kld = KLD = kullback_leibler_divergence
cosine = cosine_proximity
