"""Means over all samples of the functions of `engine.losses` and `engine.metrics`, as objects."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import _ops as ops
from .. import losses
from .._declared import registry, rules
from .._declared.fields import REQUIRED, field
from .._machine import config
from ..losses import Values, later_functions
from ..losses.matching import same_rank
from . import functions
from .base import ratio, wide
from .reductions import FunctionMetric, Mean

__all__ = [
    "Accuracy",
    "BinaryAccuracy",
    "BinaryCrossentropy",
    "CategoricalAccuracy",
    "CategoricalCrossentropy",
    "CategoricalHinge",
    "CosineSimilarity",
    "Hinge",
    "KLDivergence",
    "LogCoshError",
    "MeanAbsoluteError",
    "MeanAbsolutePercentageError",
    "MeanRelativeError",
    "MeanSquaredError",
    "MeanSquaredLogarithmicError",
    "Poisson",
    "RootMeanSquaredError",
    "SparseCategoricalAccuracy",
    "SparseCategoricalCrossentropy",
    "SparseTopKCategoricalAccuracy",
    "SquaredHinge",
    "TopKCategoricalAccuracy",
    "cosine_similarity",
]


@registry.register_later("metric")
def cosine_similarity(y_true: Values, y_pred: Values, axis: int = -1) -> Values:
    """Cosine of the angle between y_true and y_pred along an axis: 1 is best, -1 is worst (the loss has a minus).

    Args:
        y_true: targets (N, ..., C), a tensor or an array.
        y_pred: outputs of the same shape.
        axis: along which the vectors lie, -1 by default.

    Returns:
        A value for each sample, (N, ...).

    Example:
        >>> cosine_similarity(np.array([[3.0, 4.0]]), np.array([[6.0, 8.0]]))
        array([1.])
    """
    return later_functions.cosine(y_true, y_pred, axis)


def _equal(y_true: Any, y_pred: Any) -> Any:
    """1 where outputs equal their labels, else 0."""
    return ops.cast(ops.equal(y_true, y_pred), config.floatx())


def _above(y_true: Any, y_pred: Any, threshold: float) -> Any:
    """Share of outputs on the side of the threshold where their label is: (N, ..., C) -> (N, ...)."""
    y_true, y_pred = ops.real_numbers(y_true, y_pred)
    return ops.mean(_equal(y_true, ops.cast(ops.greater(y_pred, threshold), y_pred.dtype)), axis=-1)


def _top_k(y_true: Any, y_pred: Any, k: int) -> Any:
    """1 for samples whose one-hot label is among the k largest outputs, else 0."""
    return functions.in_top_k(ops.argmax(y_true, axis=-1), y_pred, k)


def _sparse_top_k(y_true: Any, y_pred: Any, k: int) -> Any:
    """1 for samples whose label is among the k largest outputs, else 0."""
    return functions.in_top_k(functions.labels_of(y_true, y_pred), y_pred, k)


@registry.register_later("metric")
class Accuracy(FunctionMetric):
    """Share of outputs that equal their label.

    Args:
        name: as in `Metric`.
        dtype: as in `Metric`.

    Example:
        >>> float(Accuracy()([[1], [2]], [[1], [3]]))
        0.5
    """

    function = staticmethod(_equal)


@registry.register_later("metric")
class CategoricalAccuracy(FunctionMetric):
    """Share of samples whose largest output is at the place of the one-hot label.

    Args:
        name: as in `Metric`.
        dtype: as in `Metric`.

    Example:
        >>> float(CategoricalAccuracy()([[0, 1], [1, 0]], [[0.2, 0.8], [0.3, 0.7]]))
        0.5
    """

    function = staticmethod(functions.categorical_accuracy)


@registry.register_later("metric")
class SparseCategoricalAccuracy(FunctionMetric):
    """Share of samples whose largest output is at the label, a whole number.

    Args:
        name: as in `Metric`.
        dtype: as in `Metric`.

    Example:
        >>> float(SparseCategoricalAccuracy()([1, 0], [[0.2, 0.8], [0.3, 0.7]]))
        0.5
    """

    function = staticmethod(functions.sparse_categorical_accuracy)
    by_rank = False


@registry.register_later("metric")
class MeanSquaredError(FunctionMetric):
    """Mean of (y_pred - y_true)^2 over all samples.

    Args:
        name: as in `Metric`.
        dtype: as in `Metric`.

    Example:
        >>> float(MeanSquaredError()([[0.0, 2.0]], [[1.0, 4.0]]))
        2.5
    """

    function = staticmethod(losses.mean_squared_error)


@registry.register_later("metric")
class MeanAbsoluteError(FunctionMetric):
    """Mean of `abs(y_pred - y_true)` over all samples.

    Args:
        name: as in `Metric`.
        dtype: as in `Metric`.

    Example:
        >>> float(MeanAbsoluteError()([[0.0, 2.0]], [[1.0, 4.0]]))
        1.5
    """

    function = staticmethod(losses.mean_absolute_error)


@registry.register_later("metric")
class MeanAbsolutePercentageError(FunctionMetric):
    """Mean of 100 * abs(y_true - y_pred) / max(abs(y_true), epsilon) over all samples, in per cent.

    Args:
        name: as in `Metric`.
        dtype: as in `Metric`.

    Example:
        >>> float(MeanAbsolutePercentageError()([[1.0, 2.0]], [[1.5, 2.0]]))
        25.0
    """

    function = staticmethod(losses.mean_absolute_percentage_error)


@registry.register_later("metric")
class MeanSquaredLogarithmicError(FunctionMetric):
    """Mean of (log(y_pred + 1) - log(y_true + 1))^2 over all samples.

    Args:
        name: as in `Metric`.
        dtype: as in `Metric`.

    Example:
        >>> float(MeanSquaredLogarithmicError()([[0.0]], [[0.0]]))
        0.0
    """

    function = staticmethod(losses.mean_squared_logarithmic_error)


@registry.register_later("metric")
class Hinge(FunctionMetric):
    """Mean of max(1 - y_true * y_pred, 0) over all samples, labels being -1 and 1.

    Args:
        name: as in `Metric`.
        dtype: as in `Metric`.

    Example:
        >>> float(Hinge()([[-1.0, 1.0]], [[0.0, 3.0]]))
        0.5
    """

    function = staticmethod(losses.hinge)


@registry.register_later("metric")
class SquaredHinge(FunctionMetric):
    """Mean of max(1 - y_true * y_pred, 0)^2 over all samples, labels being -1 and 1.

    Args:
        name: as in `Metric`.
        dtype: as in `Metric`.

    Example:
        >>> float(SquaredHinge()([[-1.0, 1.0]], [[0.0, 3.0]]))
        0.5
    """

    function = staticmethod(losses.squared_hinge)


@registry.register_later("metric")
class CategoricalHinge(FunctionMetric):
    """Mean over all samples of the largest wrong output less the right one, and 1, but never below 0.

    Args:
        name: as in `Metric`.
        dtype: as in `Metric`.

    Example:
        >>> float(CategoricalHinge()([[0.0, 1.0]], [[0.25, 0.75]]))
        0.5
    """

    function = staticmethod(losses.categorical_hinge)


@registry.register_later("metric")
class LogCoshError(FunctionMetric):
    """Mean of log(cosh(x)) over all samples, x = y_pred - y_true.

    Args:
        name: as in `Metric`, "logcosh" by default.
        dtype: as in `Metric`.

    Example:
        >>> float(LogCoshError()([[1.0]], [[1.0]]))
        0.0
    """

    name: Any = field(rules.optional(rules.name), default="logcosh", help="under which it is shown")

    function = staticmethod(losses.logcosh)


@registry.register_later("metric")
class Poisson(FunctionMetric):
    """Mean of y_pred - y_true * log(y_pred + epsilon) over all samples.

    Args:
        name: as in `Metric`.
        dtype: as in `Metric`.

    Example:
        >>> float(Poisson()([[0.0]], [[2.0]]))
        2.0
    """

    function = staticmethod(losses.poisson)


@registry.register_later("metric")
class KLDivergence(FunctionMetric):
    """Mean over all samples of `sum(y_true * log(y_true / y_pred))`, the divergence of two distributions.

    Args:
        name: as in `Metric`.
        dtype: as in `Metric`.

    Example:
        >>> float(KLDivergence()([[0.5, 0.5]], [[0.5, 0.5]]))
        0.0
    """

    function = staticmethod(losses.kullback_leibler_divergence)


@registry.register_later("metric")
class BinaryAccuracy(FunctionMetric):
    """Share of outputs on the side of a threshold where their label is.

    Args:
        name: as in `Metric`.
        dtype: as in `Metric`.
        threshold: above which an output counts as 1, 0.5 by default.

    Example:
        >>> float(BinaryAccuracy()([[1], [1]], [[0.9], [0.4]]))
        0.5
    """

    threshold: float = field(rules.number, default=0.5, help="above which an output counts as 1")

    function = staticmethod(_above)


@registry.register_later("metric")
class TopKCategoricalAccuracy(FunctionMetric):
    """Share of samples whose one-hot label is among the k largest outputs.

    Args:
        k: how many of the largest outputs count, 5 by default.
        name: as in `Metric`.
        dtype: as in `Metric`.

    Example:
        >>> float(TopKCategoricalAccuracy(k=2)([[0, 0, 1]], [[0.5, 0.2, 0.3]]))
        1.0
    """

    k: int = field(rules.positive_int, default=5, after="", help="how many of the largest outputs count")

    function = staticmethod(_top_k)


@registry.register_later("metric")
class SparseTopKCategoricalAccuracy(FunctionMetric):
    """Share of samples whose label, a whole number, is among the k largest outputs.

    Args:
        k: how many of the largest outputs count, 5 by default.
        name: as in `Metric`.
        dtype: as in `Metric`.

    Example:
        >>> float(SparseTopKCategoricalAccuracy(k=2)([2], [[0.5, 0.2, 0.3]]))
        1.0
    """

    k: int = field(rules.positive_int, default=5, after="", help="how many of the largest outputs count")

    function = staticmethod(_sparse_top_k)
    by_rank = False


@registry.register_later("metric")
class CosineSimilarity(FunctionMetric):
    """Mean over all samples of the cosine of the angle between y_true and y_pred: 1 is best.

    Args:
        name: as in `Metric`.
        dtype: as in `Metric`.
        axis: along which the vectors lie, -1 by default.

    Example:
        >>> float(CosineSimilarity()([[3.0, 4.0]], [[6.0, 8.0]]))
        1.0
    """

    axis: int = field(rules.axis, default=-1, help="along which the vectors lie")

    function = staticmethod(later_functions.cosine)


@registry.register_later("metric")
class BinaryCrossentropy(FunctionMetric):
    """Mean cross-entropy of labels 0 and 1 over all samples.

    Args:
        name: as in `Metric`.
        dtype: as in `Metric`.
        from_logits: True: outputs are logits; False by default.
        label_smoothing: share by which labels move to equal ones; 0 by default.

    Example:
        >>> round(float(BinaryCrossentropy()([[0.0, 1.0]], [[0.5, 0.5]])), 4)
        0.6931
    """

    from_logits: bool = field(rules.switch, default=False, help="whether outputs are logits")
    label_smoothing: float = field(rules.share, default=0, help="share by which labels move to equal ones")

    function = staticmethod(losses.binary_crossentropy)


@registry.register_later("metric")
class CategoricalCrossentropy(FunctionMetric):
    """Mean cross-entropy of one-hot labels over all samples.

    Args:
        name: as in `Metric`.
        dtype: as in `Metric`.
        from_logits: True: outputs are logits; False by default.
        label_smoothing: share by which labels move to equal ones; 0 by default.
        axis: that of the classes, -1 by default.

    Example:
        >>> round(float(CategoricalCrossentropy()([[0.0, 1.0]], [[0.5, 0.5]])), 4)
        0.6931
    """

    from_logits: bool = field(rules.switch, default=False, help="whether outputs are logits")
    label_smoothing: float = field(rules.share, default=0, help="share by which labels move to equal ones")
    axis: int = field(rules.axis, default=-1, help="that of the classes")

    function = staticmethod(losses.categorical_crossentropy)


@registry.register_later("metric")
class SparseCategoricalCrossentropy(FunctionMetric):
    """Mean cross-entropy of labels that are whole numbers over all samples.

    Args:
        name: as in `Metric`.
        dtype: as in `Metric`.
        from_logits: True: outputs are logits; False by default.
        axis: that of the classes, -1 by default.

    Example:
        >>> round(float(SparseCategoricalCrossentropy()([1], [[0.5, 0.5]])), 4)
        0.6931
    """

    from_logits: bool = field(rules.switch, default=False, help="whether outputs are logits")
    axis: int = field(rules.axis, default=-1, help="that of the classes")

    function = staticmethod(losses.sparse_categorical_crossentropy)
    by_rank = False


@registry.register_later("metric")
class RootMeanSquaredError(Mean):
    """Square root of the mean of (y_pred - y_true)^2 over all elements.

    Args:
        name: as in `Metric`.
        dtype: as in `Metric`.

    Example:
        >>> float(RootMeanSquaredError()([[0.0, 0.0]], [[3.0, 3.0]]))
        3.0
    """

    def update_state(self, y_true: object, y_pred: object, sample_weight: object = None) -> None:
        """Take a batch into the mean."""
        y_true, y_pred = same_rank(y_true, y_pred)
        super().update_state(ops.square(ops.subtract(wide(y_pred), wide(y_true))), sample_weight)

    def result(self) -> Any:
        """The root."""
        return ops.sqrt(ratio(self.total, self.count))


@registry.register_later("metric")
class MeanRelativeError(Mean):
    """Mean of `abs(y_true - y_pred) / normalizer` over all elements, 0 where the normalizer is 0.

    Args:
        normalizer: what errors are divided by, an array or number.
        name: as in `Metric`.
        dtype: as in `Metric`.

    Example:
        >>> float(MeanRelativeError([2.0, 4.0])([2.0, 4.0], [3.0, 4.0]))
        0.25
    """

    normalizer: Any = field(rules.number_or_array, default=REQUIRED, after="", help="what errors are divided by")

    def update_state(self, y_true: object, y_pred: object, sample_weight: object = None) -> None:
        """Take a batch into the mean."""
        y_true, y_pred = same_rank(y_true, y_pred)
        errors = ops.absolute(ops.subtract(wide(y_true), wide(y_pred)))
        below = ops.add(ops.multiply(errors, 0.0), np.asarray(self.normalizer, "float64"))
        super().update_state(ratio(errors, below), sample_weight)
