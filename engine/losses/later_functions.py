"""Losses of Keras 2.3 and tf.keras that Keras 2.2.4 has not: functions (y_true, y_pred) -> one value for each sample.

They are found by their names (`compile(loss="huber")`), and forms offer them.
"""

from __future__ import annotations

from .. import _ops as ops
from .._declared import registry
from .._machine import config
from ..types import Axis
from .functions import Values, classes_last, spread

__all__ = [
    "binary_focal_crossentropy",
    "categorical_focal_crossentropy",
    "cosine_similarity",
    "ctc",
    "dice",
    "huber",
    "huber_loss",
    "tversky",
]


@registry.register_later("loss", "huber", "huber_loss", offered=True)
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


@registry.register_later("loss", "binary_focal_crossentropy", offered=True)
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


@registry.register_later("loss", "categorical_focal_crossentropy", offered=True)
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


@registry.register_later("loss", "dice", offered=True)
def dice(y_true: Values, y_pred: Values, axis: Axis = None) -> Values:
    """1 - 2 * sum(y_true * y_pred) / (sum(y_true) + sum(y_pred) + epsilon), for areas that overlap (Keras 3).

    Args:
        y_true: labels 0 and 1, (N, ...), a tensor or an array.
        y_pred: probabilities of the same shape.
        axis: over which sums are taken; None, the default: over the whole batch, which gives one number.

    Returns:
        One number, or one for each place along the axes that are left.

    Example:
        >>> import numpy as np
        >>> round(float(dice(np.array([[1.0, 0.0]]), np.array([[0.5, 0.5]]))), 4)
        0.5
    """
    y_true, y_pred = ops.real_numbers(y_true, y_pred)
    both = ops.sum(ops.multiply(y_true, y_pred), axis=axis)
    every = ops.add(ops.sum(y_true, axis=axis), ops.sum(y_pred, axis=axis))
    return ops.subtract(1.0, ops.divide(ops.multiply(both, 2.0), ops.add(every, config.epsilon())))


@registry.register_later("loss", "tversky", offered=True)
def tversky(y_true: Values, y_pred: Values, alpha: float = 0.5, beta: float = 0.5, axis: Axis = None) -> Values:
    """1 - both / (both + alpha * missed + beta * wrong + epsilon), sums over areas (Salehi et al. 2017), as Keras 3 computes it.

    both = sum(y_true * y_pred), wrong = sum((1 - y_true) * y_pred), missed = sum(y_true * (1 - y_pred)).

    Args:
        y_true: labels 0 and 1, (N, ...), a tensor or an array.
        y_pred: probabilities of the same shape.
        alpha: how much counts what is missed, 0.5 by default; with both 0.5 it is `dice`. (Keras's documents say it the other
            way round, its program does as here.)
        beta: how much counts what is found wrongly, 0.5 by default.
        axis: as of `dice`.

    Returns:
        One number, or one for each place along the axes that are left.

    Example:
        >>> import numpy as np
        >>> round(float(tversky(np.array([[1.0, 0.0]]), np.array([[0.5, 0.5]]), alpha=1.5)), 4)
        0.6667
    """
    y_true, y_pred = ops.real_numbers(y_true, y_pred)
    both = ops.sum(ops.multiply(y_true, y_pred), axis=axis)
    wrong = ops.sum(ops.multiply(ops.subtract(1.0, y_true), y_pred), axis=axis)
    missed = ops.sum(ops.multiply(y_true, ops.subtract(1.0, y_pred)), axis=axis)
    every = ops.add(ops.add(both, ops.multiply(missed, float(alpha))), ops.multiply(wrong, float(beta)))
    return ops.subtract(1.0, ops.divide(both, ops.add(every, config.epsilon())))


@registry.register_later("loss", "ctc", offered=True)
def ctc(y_true: Values, y_pred: Values) -> Values:
    """-log p(labels) for labels without alignment to the steps (Graves et al. 2006); class 0 is the blank (Keras 3).

    Args:
        y_true: (N, L), classes from 1, filled up with 0.
        y_pred: (N, T, C), logits of the classes.

    Returns:
        A value for each sample, (N,).

    Example:
        >>> import numpy as np
        >>> ctc(np.array([[1]]), np.zeros((1, 1, 2))).astype("float64").round(3)
        array([0.693])
    """
    _, y_pred = ops.real_numbers(y_true, y_pred)
    shares = ops.softmax(y_pred)
    last = (slice(None), slice(None))
    # The engine's blank is the last class.
    turned = ops.concatenate([ops.getitem(shares, (*last, slice(1, None))), ops.getitem(shares, (*last, slice(0, 1)))])
    labels = ops.cast(y_true, "int32")
    counted = ops.sum(ops.cast(ops.not_equal(labels, 0), "int32"), axis=1, keepdims=True)
    steps = ops.add(
        ops.multiply(ops.cast(ops.getitem(labels, (slice(None), slice(0, 1))), "int32"), 0), int(y_pred.shape[1] or 0)
    )
    costs = ops.ctc_loss(ops.subtract(labels, 1), turned, steps, counted, config.epsilon())
    return ops.squeeze(costs, 1)


huber_loss = huber
