"""Metrics: functions (y_true, y_pred) -> values whose mean is shown; they are not trained on.

A metric of your own is written in ops (or `engine.backend`) in the same way; it gives a tensor or a dict of tensors.
Every loss is a metric too. Names and numbers are those of Keras 2.2.4; precision, recall, fbeta_score, fmeasure and
matthews_correlation are those of Keras 1, computed batch by batch.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from .. import _ops as ops
from .._declared import registry
from .._graph.tensor import Tensor
from .._machine import config
from ..errors import ShapeError
from ..losses import Values

__all__ = [
    "binary_accuracy",
    "categorical_accuracy",
    "fbeta_score",
    "fmeasure",
    "matthews_correlation",
    "precision",
    "recall",
    "sparse_categorical_accuracy",
    "sparse_top_k_categorical_accuracy",
    "top_k_categorical_accuracy",
]

MetricFunction: TypeAlias = Callable[[Tensor, Tensor], Tensor | dict[str, Tensor]]
"""(y_true, y_pred) -> values whose mean is shown, or several of them by name; written in ops."""


def _to_float(x: Values) -> Values:
    return ops.cast(x, config.floatx())


@registry.register("metric", "binary_accuracy")
def binary_accuracy(y_true: Values, y_pred: Values, threshold: float = 0.5) -> Values:
    """Share of outputs that round to their label: (N, ..., C) -> (N, ...).

    Args:
        y_true: labels 0 and 1, (N, ..., C), a tensor or an array.
        y_pred: probabilities of the same shape.
        threshold: above which an output counts as 1, 0.5 by default.

    Returns:
        A value for each sample, (N, ...).

    Example:
        >>> import numpy as np
        >>> binary_accuracy(np.array([[1.0, 0.0]]), np.array([[0.8, 0.6]])).tolist()
        [0.5]
    """
    # Keras 2 rounds; later Keras compares, which differs where outputs are no probabilities.
    rounds = threshold == 0.5 and not config.follows_later_keras()
    chosen = ops.round(y_pred) if rounds else ops.cast(ops.greater(y_pred, float(threshold)), y_pred.dtype)
    return ops.mean(_to_float(ops.equal(y_true, chosen)), axis=-1)


@registry.register("metric", "categorical_accuracy")
def categorical_accuracy(y_true: Values, y_pred: Values) -> Values:
    """1 where the largest output is at the label's place, else 0: one-hot (N, ..., C) -> (N, ...).

    Args:
        y_true: one-hot labels (N, ..., C), a tensor or an array.
        y_pred: outputs of the same shape.

    Returns:
        A value for each sample, (N, ...).

    Example:
        >>> import numpy as np
        >>> categorical_accuracy(np.eye(2), np.array([[0.9, 0.1], [0.8, 0.2]])).tolist()
        [1.0, 0.0]
    """
    return _to_float(ops.equal(ops.argmax(y_true, axis=-1), ops.argmax(y_pred, axis=-1)))


@registry.register("metric", "sparse_categorical_accuracy")
def sparse_categorical_accuracy(y_true: Values, y_pred: Values) -> Values:
    """1 where the largest output is at the label, else 0: labels (N, ..., 1) or (N, ...), outputs (N, ..., C).

    Args:
        y_true: labels from 0 to C - 1, (N, ..., 1) or (N, ...), a tensor or an array.
        y_pred: outputs (N, ..., C).

    Returns:
        A value for each sample, (N, ...).

    Example:
        >>> import numpy as np
        >>> sparse_categorical_accuracy(np.array([[0], [1]]), np.array([[0.9, 0.1], [0.8, 0.2]])).tolist()
        [1.0, 0.0]
    """
    labels = labels_of(y_true, y_pred)
    return _to_float(ops.equal(labels, ops.cast(ops.argmax(y_pred, axis=-1), labels.dtype)))


@registry.register("metric", "top_k_categorical_accuracy")
def top_k_categorical_accuracy(y_true: Values, y_pred: Values, k: int = 5) -> Values:
    """Share of samples whose label is among the k largest outputs (ties count as in).

    Args:
        y_true: one-hot labels (N, C), a tensor or an array.
        y_pred: outputs of the same shape.
        k: how many of the largest outputs count, 5 by default.

    Returns:
        One number for the batch.

    Raises:
        ShapeError: the number of classes is not known.

    Example:
        >>> import numpy as np
        >>> float(top_k_categorical_accuracy(np.array([[0.0, 0.0, 1.0]]), np.array([[0.5, 0.2, 0.3]]), k=2))
        1.0
    """
    return ops.mean(in_top_k(ops.argmax(y_true, axis=-1), y_pred, k), axis=-1)


@registry.register("metric", "sparse_top_k_categorical_accuracy")
def sparse_top_k_categorical_accuracy(y_true: Values, y_pred: Values, k: int = 5) -> Values:
    """Share of samples whose label, a whole number, is among the k largest outputs (ties count as in).

    Args:
        y_true: labels from 0 to C - 1, (N, 1) or (N,), a tensor or an array.
        y_pred: outputs (N, C).
        k: how many of the largest outputs count, 5 by default.

    Returns:
        One number for the batch.

    Raises:
        ShapeError: the number of classes is not known.

    Example:
        >>> import numpy as np
        >>> float(sparse_top_k_categorical_accuracy(np.array([2]), np.array([[0.5, 0.2, 0.3]]), k=1))
        0.0
    """
    return ops.mean(in_top_k(labels_of(y_true, y_pred), y_pred, k), axis=-1)


def labels_of(y_true: Values, y_pred: Values) -> Values:
    """Labels without a last axis of one, so that they have an axis less than the outputs; whole ones with room for all classes."""
    labels = ops.cast(y_true, "int64") if ops.is_whole(y_true) else y_true
    return ops.squeeze(labels, axis=-1) if len(y_true.shape) == len(y_pred.shape) else labels


def in_top_k(labels: Values, y_pred: Values, k: int) -> Values:
    """1 where fewer than k outputs are larger than that of the label, else 0."""
    classes = y_pred.shape[-1]
    if classes is None:
        raise ShapeError(expected="outputs of a known number of classes", actual=str(y_pred.shape))
    one_hot = ops.cast(ops.one_hot(ops.cast(labels, "int64"), classes), y_pred.dtype)
    score = ops.sum(ops.multiply(one_hot, y_pred), axis=-1, keepdims=True)
    larger = ops.sum(_to_float(ops.greater(y_pred, score)), axis=-1)
    return _to_float(ops.less(larger, float(k)))


@registry.register("metric", "precision")
def precision(y_true: Values, y_pred: Values) -> Values:
    """Share of the outputs rounded to 1 whose label is 1, over the batch (Keras 1).

    Args:
        y_true: labels 0 and 1 of any shape, a tensor or an array.
        y_pred: probabilities of the same shape.

    Returns:
        One number for the batch.

    Example:
        >>> import numpy as np
        >>> round(float(precision(np.array([1.0, 0.0, 1.0]), np.array([0.9, 0.8, 0.2]))), 4)
        0.5
    """
    hits, _, chosen = _counts(y_true, y_pred)
    return ops.divide(hits, ops.add(chosen, config.epsilon()))


@registry.register("metric", "recall")
def recall(y_true: Values, y_pred: Values) -> Values:
    """Share of the labels 1 whose output rounds to 1, over the batch (Keras 1).

    Args:
        y_true: labels 0 and 1 of any shape, a tensor or an array.
        y_pred: probabilities of the same shape.

    Returns:
        One number for the batch.

    Example:
        >>> import numpy as np
        >>> round(float(recall(np.array([1.0, 0.0, 1.0, 1.0]), np.array([0.9, 0.8, 0.7, 0.2]))), 4)
        0.6667
    """
    hits, possible, _ = _counts(y_true, y_pred)
    return ops.divide(hits, ops.add(possible, config.epsilon()))


@registry.register("metric", "fbeta_score")
def fbeta_score(y_true: Values, y_pred: Values, beta: float = 1) -> Values:
    """Weighted mean (1 + beta^2) * p * r / (beta^2 * p + r) of precision p and recall r, over the batch (Keras 1).

    Args:
        y_true: labels 0 and 1 of any shape, a tensor or an array.
        y_pred: probabilities of the same shape.
        beta: how many times more recall counts than precision, 1 by default.

    Returns:
        One number for the batch.

    Example:
        >>> import numpy as np
        >>> round(float(fbeta_score(np.array([1.0, 0.0, 1.0]), np.array([0.9, 0.8, 0.2]), beta=2)), 4)
        0.5
    """
    p, r = precision(y_true, y_pred), recall(y_true, y_pred)
    weighted = ops.add(ops.add(ops.multiply(p, float(beta**2)), r), config.epsilon())
    return ops.divide(ops.multiply(ops.multiply(p, r), float(1 + beta**2)), weighted)


@registry.register("metric", "fmeasure")
def fmeasure(y_true: Values, y_pred: Values) -> Values:
    """Harmonic mean of precision and recall, over the batch (Keras 1).

    Args:
        y_true: labels 0 and 1 of any shape, a tensor or an array.
        y_pred: probabilities of the same shape.

    Returns:
        One number for the batch.

    Example:
        >>> import numpy as np
        >>> round(float(fmeasure(np.array([1.0, 0.0, 1.0]), np.array([0.9, 0.8, 0.2]))), 4)
        0.5
    """
    return fbeta_score(y_true, y_pred, beta=1)


@registry.register("metric", "matthews_correlation")
def matthews_correlation(y_true: Values, y_pred: Values) -> Values:
    """Correlation of rounded outputs and labels, -1 to 1, over the batch (Keras 1).

    (tp * tn - fp * fn) / sqrt((tp + fp) (tp + fn) (tn + fp) (tn + fn)), of true and false positives and negatives.

    Args:
        y_true: labels 0 and 1 of any shape, a tensor or an array.
        y_pred: probabilities of the same shape.

    Returns:
        One number for the batch.

    Example:
        >>> import numpy as np
        >>> matthews_correlation(np.array([1.0, 0.0, 1.0, 0.0]), np.array([0.9, 0.2, 0.8, 0.1])).round(4).item()
        1.0
    """
    y_true, y_pred = ops.real_numbers(y_true, y_pred)
    chosen, possible = ops.round(ops.clip(y_pred, 0.0, 1.0)), ops.round(ops.clip(y_true, 0.0, 1.0))
    not_chosen, not_possible = ops.subtract(1.0, chosen), ops.subtract(1.0, possible)
    tp, tn = ops.sum(ops.multiply(possible, chosen)), ops.sum(ops.multiply(not_possible, not_chosen))
    fp, fn = ops.sum(ops.multiply(not_possible, chosen)), ops.sum(ops.multiply(possible, not_chosen))
    above = ops.subtract(ops.multiply(tp, tn), ops.multiply(fp, fn))
    left = ops.multiply(ops.add(tp, fp), ops.add(tp, fn))
    right = ops.multiply(ops.add(tn, fp), ops.add(tn, fn))
    return ops.divide(above, ops.add(ops.sqrt(ops.multiply(left, right)), config.epsilon()))


def _counts(y_true: Values, y_pred: Values) -> tuple[Values, Values, Values]:
    """True positives, labels 1, outputs 1."""
    y_true, y_pred = ops.real_numbers(y_true, y_pred)
    hits = ops.sum(ops.round(ops.clip(ops.multiply(y_true, y_pred), 0.0, 1.0)))
    possible = ops.sum(ops.round(ops.clip(y_true, 0.0, 1.0)))
    chosen = ops.sum(ops.round(ops.clip(y_pred, 0.0, 1.0)))
    return hits, possible, chosen
