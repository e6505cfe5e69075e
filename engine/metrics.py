"""Metrics: functions (y_true, y_pred) -> values whose mean is shown; they are not trained on.

A metric of your own is written in ops (or `engine.backend`) in the same way; it gives a tensor or a dict of tensors.
Every loss is a metric too. Names and numbers are those of Keras 2.2.4; precision, recall, fbeta_score, fmeasure and
matthews_correlation are those of Keras 1, computed batch by batch.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import _ops as ops
from . import losses
from ._declared import registry
from ._machine import config

__all__ = [
    "KLD",
    "MAE",
    "MAPE",
    "MSE",
    "MSLE",
    "_loss",
    "binary_accuracy",
    "binary_crossentropy",
    "categorical_accuracy",
    "categorical_crossentropy",
    "categorical_hinge",
    "cosine",
    "cosine_proximity",
    "deserialize",
    "fbeta_score",
    "fmeasure",
    "get",
    "hinge",
    "kld",
    "kullback_leibler_divergence",
    "logcosh",
    "mae",
    "mape",
    "matthews_correlation",
    "mean_absolute_error",
    "mean_absolute_percentage_error",
    "mean_squared_error",
    "mean_squared_logarithmic_error",
    "mse",
    "msle",
    "poisson",
    "precision",
    "recall",
    "serialize",
    "sparse_categorical_accuracy",
    "sparse_categorical_crossentropy",
    "sparse_top_k_categorical_accuracy",
    "squared_hinge",
    "top_k_categorical_accuracy",
]

Metric = Callable[[Any, Any], Any]


def _to_float(x: Any) -> Any:
    return ops.cast(x, config.floatx())


@registry.register("metric", "binary_accuracy")
def binary_accuracy(y_true: Any, y_pred: Any) -> Any:
    """Share of outputs that round to their label: (N, ..., C) -> (N, ...).

    >>> import numpy as np
    >>> binary_accuracy(np.array([[1.0, 0.0]]), np.array([[0.8, 0.6]])).tolist()
    [0.5]
    """
    return ops.mean(_to_float(ops.equal(y_true, ops.round(y_pred))), axis=-1)


@registry.register("metric", "categorical_accuracy")
def categorical_accuracy(y_true: Any, y_pred: Any) -> Any:
    """1 where the largest output is at the label's place, else 0: one-hot (N, ..., C) -> (N, ...)."""
    return _to_float(ops.equal(ops.argmax(y_true, axis=-1), ops.argmax(y_pred, axis=-1)))


@registry.register("metric", "sparse_categorical_accuracy")
def sparse_categorical_accuracy(y_true: Any, y_pred: Any) -> Any:
    """1 where the largest output is at the label, else 0: labels (N, ..., 1) or (N, ...), outputs (N, ..., C)."""
    labels = _labels(y_true, y_pred)
    return _to_float(ops.equal(labels, ops.cast(ops.argmax(y_pred, axis=-1), labels.dtype)))


@registry.register("metric", "top_k_categorical_accuracy")
def top_k_categorical_accuracy(y_true: Any, y_pred: Any, k: int = 5) -> Any:
    """Share of samples whose label is among the `k` largest outputs (ties count as in); one-hot labels."""
    return ops.mean(_in_top_k(ops.argmax(y_true, axis=-1), y_pred, k), axis=-1)


@registry.register("metric", "sparse_top_k_categorical_accuracy")
def sparse_top_k_categorical_accuracy(y_true: Any, y_pred: Any, k: int = 5) -> Any:
    """`top_k_categorical_accuracy` with whole-number labels of shape (N, 1) or (N,)."""
    return ops.mean(_in_top_k(_labels(y_true, y_pred), y_pred, k), axis=-1)


def _labels(y_true: Any, y_pred: Any) -> Any:
    return ops.squeeze(y_true, axis=-1) if len(y_true.shape) == len(y_pred.shape) else y_true


def _in_top_k(labels: Any, y_pred: Any, k: int) -> Any:
    own = ops.cast(ops.one_hot(ops.cast(labels, "int64"), y_pred.shape[-1]), y_pred.dtype)
    score = ops.sum(ops.multiply(own, y_pred), axis=-1, keepdims=True)
    larger = ops.sum(_to_float(ops.greater(y_pred, score)), axis=-1)
    return _to_float(ops.less(larger, float(k)))


@registry.register("metric", "precision")
def precision(y_true: Any, y_pred: Any) -> Any:
    """Share of the outputs rounded to 1 whose label is 1, over the batch (Keras 1)."""
    found, _, chosen = _counts(y_true, y_pred)
    return ops.divide(found, ops.add(chosen, config.epsilon()))


@registry.register("metric", "recall")
def recall(y_true: Any, y_pred: Any) -> Any:
    """Share of the labels 1 whose output rounds to 1, over the batch (Keras 1)."""
    found, possible, _ = _counts(y_true, y_pred)
    return ops.divide(found, ops.add(possible, config.epsilon()))


@registry.register("metric", "fbeta_score")
def fbeta_score(y_true: Any, y_pred: Any, beta: float = 1) -> Any:
    """(1 + beta^2) * p * r / (beta^2 * p + r) of precision p and recall r, over the batch (Keras 1)."""
    p, r = precision(y_true, y_pred), recall(y_true, y_pred)
    weighted = ops.add(ops.add(ops.multiply(p, float(beta**2)), r), config.epsilon())
    return ops.divide(ops.multiply(ops.multiply(p, r), float(1 + beta**2)), weighted)


@registry.register("metric", "fmeasure")
def fmeasure(y_true: Any, y_pred: Any) -> Any:
    """Harmonic mean of precision and recall, over the batch (Keras 1)."""
    return fbeta_score(y_true, y_pred, beta=1)


@registry.register("metric", "matthews_correlation")
def matthews_correlation(y_true: Any, y_pred: Any) -> Any:
    """Correlation of rounded outputs and labels, -1 to 1, over the batch (Keras 1)."""
    chosen, possible = ops.round(ops.clip(y_pred, 0.0, 1.0)), ops.round(ops.clip(y_true, 0.0, 1.0))
    not_chosen, not_possible = ops.subtract(1.0, chosen), ops.subtract(1.0, possible)
    tp, tn = ops.sum(ops.multiply(possible, chosen)), ops.sum(ops.multiply(not_possible, not_chosen))
    fp, fn = ops.sum(ops.multiply(not_possible, chosen)), ops.sum(ops.multiply(possible, not_chosen))
    above = ops.subtract(ops.multiply(tp, tn), ops.multiply(fp, fn))
    left = ops.multiply(ops.add(tp, fp), ops.add(tp, fn))
    right = ops.multiply(ops.add(tn, fp), ops.add(tn, fn))
    return ops.divide(above, ops.add(ops.sqrt(ops.multiply(left, right)), config.epsilon()))


def _counts(y_true: Any, y_pred: Any) -> tuple[Any, Any, Any]:
    """True positives, labels 1, outputs 1."""
    found = ops.sum(ops.round(ops.clip(ops.multiply(y_true, y_pred), 0.0, 1.0)))
    possible = ops.sum(ops.round(ops.clip(y_true, 0.0, 1.0)))
    chosen = ops.sum(ops.round(ops.clip(y_pred, 0.0, 1.0)))
    return found, possible, chosen


mean_squared_error = mse = MSE = losses.mean_squared_error
mean_absolute_error = mae = MAE = losses.mean_absolute_error
mean_absolute_percentage_error = mape = MAPE = losses.mean_absolute_percentage_error
mean_squared_logarithmic_error = msle = MSLE = losses.mean_squared_logarithmic_error
hinge = losses.hinge
squared_hinge = losses.squared_hinge
categorical_hinge = losses.categorical_hinge
logcosh = losses.logcosh
categorical_crossentropy = losses.categorical_crossentropy
sparse_categorical_crossentropy = losses.sparse_categorical_crossentropy
binary_crossentropy = losses.binary_crossentropy
kullback_leibler_divergence = kld = KLD = losses.kullback_leibler_divergence
poisson = losses.poisson
cosine_proximity = cosine = losses.cosine_proximity

for _name, _loss in registry.find_all("loss").items():
    registry.add("metric", _loss, _name)


def get(identifier: Any) -> Metric | None:
    """The metric for a name, a config or a function; 'accuracy' is chosen by `compile`, not here.

    >>> get("mae").__name__
    'mean_absolute_error'
    """
    return registry.build("metric", identifier, where="metric")


def serialize(metric: Metric) -> Any:
    """The name under which `get` finds the metric again."""
    return registry.serialize("metric", metric)


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Metric | None:
    """The metric with this name; `custom_objects` maps further names to functions."""
    return registry.build("metric", config, custom_objects)
