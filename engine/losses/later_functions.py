"""Losses of Keras 2.3 and tf.keras that Keras 2.2.4 has not: functions (y_true, y_pred) -> one value for each sample.

They are found by their names (`compile(loss="huber")`) and stand in no list of choices.
"""

from __future__ import annotations

from .. import _ops as ops
from .._declared import registry
from .._machine import config
from .functions import Values, classes_last, spread

__all__ = [
    "binary_focal_crossentropy",
    "categorical_focal_crossentropy",
    "cosine_similarity",
    "huber",
    "huber_loss",
]


@registry.register_later("loss", "huber", "huber_loss")
def huber(y_true: Values, y_pred: Values, delta: float = 1.0) -> Values:
    """Mean over the last axis of x^2 / 2 where abs(x) <= delta, else delta * abs(x) - delta^2 / 2; x = y_pred - y_true.

    Args:
        y_true: targets (N, ..., C), a tensor or an array.
        y_pred: outputs of the same shape.
        delta: error from which on the loss grows in a straight line, above 0; 1.0 by default.

    Returns:
        A value for each sample, (N, ...).

    Example:
        >>> import numpy as np
        >>> huber(np.array([[0.0, 0.0]]), np.array([[1.0, 3.0]]))
        array([1.5])
    """
    y_true, y_pred = ops.real_numbers(y_true, y_pred)
    size = ops.absolute(ops.subtract(y_pred, y_true))
    # Of the part below delta the square, of the part above it the line that goes on from there.
    below = ops.minimum(size, float(delta))
    above = ops.subtract(size, below)
    return ops.mean(ops.add(ops.multiply(ops.square(below), 0.5), ops.multiply(above, float(delta))), axis=-1)


@registry.register_later("loss", "cosine_similarity")
def cosine_similarity(y_true: Values, y_pred: Values, axis: int = -1) -> Values:
    """Cosine of the angle between y_true and y_pred along an axis, with a minus: -1 is best, 1 is worst.

    `-sum(u * v)`, u and v being y_true and y_pred divided by their lengths (tf.keras; the metric of this name has no minus).

    Args:
        y_true: targets (N, ..., C), a tensor or an array.
        y_pred: outputs of the same shape.
        axis: along which the vectors lie, -1 by default.

    Returns:
        A value for each sample, (N, ...).

    Example:
        >>> import numpy as np
        >>> cosine_similarity(np.array([[3.0, 4.0]]), np.array([[6.0, 8.0]]))
        array([-1.])
    """
    return ops.negative(cosine(y_true, y_pred, axis))


def cosine(y_true: Values, y_pred: Values, axis: int) -> Values:
    """Cosine of the angle between two vectors along an axis; 0 where one of them has no length."""
    y_true, y_pred = ops.real_numbers(y_true, y_pred)
    return ops.sum(ops.multiply(_unit(y_true, axis), _unit(y_pred, axis)), axis=axis)


def _unit(x: Values, axis: int) -> Values:
    square_sum = ops.sum(ops.square(x), axis=axis, keepdims=True)
    return ops.divide(x, ops.sqrt(ops.maximum(square_sum, 1e-12)))


@registry.register_later("loss", "binary_focal_crossentropy")
def binary_focal_crossentropy(
    y_true: Values,
    y_pred: Values,
    apply_class_balancing: bool = False,
    alpha: float = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0,
    axis: int = -1,
) -> Values:
    """Mean of (1 - q)^gamma * binary cross-entropy, q being the probability of the right label (Lin et al. 2017).

    Args:
        y_true: labels 0 and 1, (N, ..., C), a tensor or an array.
        y_pred: probabilities of the same shape.
        apply_class_balancing: whether labels 1 count alpha times and labels 0 1 - alpha times; False by default.
        alpha: weight of the labels 1 where classes are balanced, 0.25 by default.
        gamma: how much less counts what is right already, 2.0 by default.
        from_logits: True: `sigmoid(y_pred)` are the probabilities; False by default.
        label_smoothing: share s by which labels move to 0.5; 0 by default.
        axis: over which the mean is taken, -1 by default.

    Returns:
        A value for each sample, (N, ...).

    Example:
        >>> import numpy as np
        >>> binary_focal_crossentropy(np.array([[0.0, 1.0]]), np.array([[0.5, 0.5]])).round(4)
        array([0.1733])
    """
    y_true, y_pred = ops.real_numbers(y_true, y_pred)
    if label_smoothing:
        y_true = ops.add(ops.multiply(y_true, 1.0 - label_smoothing), label_smoothing / 2)
    p = ops.sigmoid(y_pred) if from_logits else y_pred
    not_true, not_p = ops.subtract(1.0, y_true), ops.subtract(1.0, p)
    right = ops.add(ops.multiply(y_true, p), ops.multiply(not_true, not_p))
    values = ops.multiply(ops.power(ops.subtract(1.0, right), float(gamma)), ops.binary_crossentropy(y_true, p))
    if apply_class_balancing:
        values = ops.multiply(
            values, ops.add(ops.multiply(y_true, float(alpha)), ops.multiply(not_true, 1.0 - float(alpha)))
        )
    return ops.mean(values, axis=axis)


@registry.register_later("loss", "categorical_focal_crossentropy")
def categorical_focal_crossentropy(
    y_true: Values,
    y_pred: Values,
    alpha: float = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0,
    axis: int = -1,
) -> Values:
    """Sum of -alpha * (1 - p)^gamma * y_true * log(p) over the classes, p = y_pred / sum(y_pred) (Lin et al. 2017).

    Args:
        y_true: one-hot labels (N, ..., C), a tensor or an array.
        y_pred: probabilities of the same shape.
        alpha: factor of the loss, 0.25 by default.
        gamma: how much less counts what is right already, 2.0 by default.
        from_logits: True: `softmax(y_pred)` are the probabilities; False by default.
        label_smoothing: share s of each label that is spread over the C classes; 0 by default.
        axis: that of the classes, -1 by default.

    Returns:
        A value for each sample, (N, ...).

    Example:
        >>> import numpy as np
        >>> categorical_focal_crossentropy(np.array([[0.0, 1.0]]), np.array([[0.5, 0.5]])).round(4)
        array([0.0433])
    """
    y_true, y_pred = ops.real_numbers(classes_last(y_true, axis), classes_last(y_pred, axis))
    if label_smoothing:
        y_true = spread(y_true, label_smoothing)
    p = ops.softmax(y_pred) if from_logits else ops.divide(y_pred, ops.sum(y_pred, axis=-1, keepdims=True))
    p = ops.clip(p, config.epsilon(), 1.0 - config.epsilon())
    weight = ops.multiply(ops.power(ops.subtract(1.0, p), float(gamma)), float(alpha))
    return ops.negative(ops.sum(ops.multiply(weight, ops.multiply(y_true, ops.log(p))), axis=-1))


huber_loss = huber
