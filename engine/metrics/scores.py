"""F scores and the coefficient of determination, over all samples."""

from __future__ import annotations

from typing import Any

from .. import _ops as ops
from .._declared import registry, rules
from .._declared.fields import field
from ..losses.matching import matched_weights, same_shape
from .base import Metric, ratio, wide
from .reductions import begun, known_shape

__all__ = ["F1Score", "FBetaScore", "R2Score"]

_average = rules.optional(rules.choice("micro", "macro", "weighted"))


class _FScore(Metric):
    """Base of the F scores."""

    average: str | None = field(_average, default=None, after="", help="what becomes of the scores of the classes")
    threshold: float | None = field(
        rules.optional(rules.number), default=None, after="average", help="above which outputs count as 1"
    )

    def weight_of_recall(self) -> float:
        """How many times more recall counts than precision."""
        return 1.0

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Count a batch: labels 0 and 1 (N, C), outputs of this shape."""
        y_true, y_pred = same_shape(wide(y_true), wide(y_pred))
        if not self._states:
            shape = () if self.average == "micro" else known_shape(self, y_pred.shape[1:])
            names = ("true_positives", "false_positives", "false_negatives", "intermediate_weights")
            for name in names:
                self.exact_state(name, shape)
        if self.threshold is None:
            limit = ops.max(y_pred, axis=-1, keepdims=True)
            largest = ops.logical_and(ops.greater_equal(y_pred, limit), ops.greater(ops.absolute(y_pred), 1e-9))
            chosen = wide(largest)
        else:
            chosen = wide(ops.greater(y_pred, self.threshold))
        ones = ops.add(ops.multiply(y_true, 0.0), 1.0)
        weights = ones if sample_weight is None else ops.multiply(wide(matched_weights(sample_weight, ones)), ones)
        counts = (
            ops.multiply(chosen, y_true),
            ops.multiply(chosen, ops.subtract(1.0, y_true)),
            ops.multiply(ops.subtract(1.0, chosen), y_true),
            y_true,
        )
        for state, values in zip(self._states, counts, strict=True):
            values = ops.multiply(values, weights)
            state.assign_add(ops.sum(values) if self.average == "micro" else ops.sum(values, axis=0))

    def result(self) -> Any:
        """The score, or one for each class."""
        hits, alarms, misses, labels = begun(self)
        p, r = ratio(hits, ops.add(hits, alarms)), ratio(hits, ops.add(hits, misses))
        square = self.weight_of_recall() ** 2
        scores = ratio(ops.multiply(ops.multiply(p, r), 1.0 + square), ops.add(ops.multiply(p, square), r))
        if self.average == "weighted":
            return ops.sum(ops.multiply(scores, ratio(labels, ops.sum(labels))))
        return ops.mean(scores) if self.average == "macro" else scores


@registry.register_later("metric")
class FBetaScore(_FScore):
    """Weighted mean (1 + beta^2) * p * r / (beta^2 * p + r) of precision p and recall r, over all samples.

    Args:
        average: None (the default) gives a score for each class, "micro" one of all together, "macro" the mean of the
            classes, "weighted" their mean by the number of labels.
        beta: how many times more recall counts than precision, 1.0 by default.
        threshold: above which outputs count as 1; None (the default): only the largest output of a sample does.
        name: as in `Metric`, "fbeta_score" by default.
        dtype: as in `Metric`.

    Example:
        >>> metric = FBetaScore("macro", beta=2.0, threshold=0.5)
        >>> round(float(metric([[1, 0], [1, 1]], [[0.6, 0.1], [0.4, 0.7]])), 4)
        0.7778
    """

    beta: float = field(rules.positive, default=1.0, after="average", help="how much more recall counts")
    name: Any = field(rules.optional(rules.name), default="fbeta_score", help="under which it is shown")

    def weight_of_recall(self) -> float:
        """The setting `beta`."""
        return float(self.beta)


@registry.register_later("metric")
class F1Score(_FScore):
    """Harmonic mean 2 * p * r / (p + r) of precision p and recall r, over all samples.

    Args:
        average: None (the default) gives a score for each class, "micro" one of all together, "macro" the mean of the
            classes, "weighted" their mean by the number of labels.
        threshold: above which outputs count as 1; None (the default): only the largest output of a sample does.
        name: as in `Metric`, "f1_score" by default.
        dtype: as in `Metric`.

    Example:
        >>> F1Score(threshold=0.5)([[1, 0], [1, 1]], [[0.6, 0.1], [0.4, 0.7]]).round(4).tolist()
        [0.6667, 1.0]
    """

    name: Any = field(rules.optional(rules.name), default="f1_score", help="under which it is shown")


@registry.register_later("metric")
class R2Score(Metric):
    """Coefficient of determination 1 - sum (y_true - y_pred)^2 / sum (y_true - mean)^2, over all samples.

    Args:
        class_aggregation: None gives a score for each output, "uniform_average" (the default) their mean,
            "variance_weighted_average" their mean by the variance of the targets.
        num_regressors: number of inputs for the adjusted score, 0 (the default) for the score as it is.
        name: as in `Metric`.
        dtype: as in `Metric`.

    Example:
        >>> round(float(R2Score()([[1.0], [4.0], [3.0]], [[2.0], [4.0], [4.0]])), 4)
        0.5714
    """

    class_aggregation: str | None = field(
        rules.optional(rules.choice("uniform_average", "variance_weighted_average")),
        default="uniform_average",
        after="",
        help="what becomes of the scores of the outputs",
    )
    num_regressors: int = field(
        rules.non_negative_int, default=0, after="class_aggregation", help="number of inputs for the adjusted score"
    )

    def prepare(self) -> None:
        """Make the state that needs no shape."""
        super().prepare()
        self.num_samples = self.exact_state("num_samples")

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Take a batch into the sums: targets (N, C), outputs of this shape."""
        y_true, y_pred = (
            ops.expand_dims(x, -1) if len(x.shape) == 1 else x for x in same_shape(wide(y_true), wide(y_pred))
        )
        if len(self._states) == 1:
            shape = known_shape(self, y_pred.shape[1:])
            self.squared_sum, self.sum = self.exact_state("squared_sum", shape), self.exact_state("sum", shape)
            self.residual, self.count = self.exact_state("residual", shape), self.exact_state("count", shape)
        ones = ops.add(ops.multiply(y_true, 0.0), 1.0)
        weights = ones if sample_weight is None else ops.multiply(wide(matched_weights(sample_weight, ones)), ones)
        weighed = ops.multiply(y_true, weights)
        self.sum.assign_add(ops.sum(weighed, axis=0))
        self.squared_sum.assign_add(ops.sum(ops.multiply(y_true, weighed), axis=0))
        errors = ops.square(ops.subtract(y_true, y_pred))
        self.residual.assign_add(ops.sum(ops.multiply(errors, weights), axis=0))
        self.count.assign_add(ops.sum(weights, axis=0))
        rows = ops.getitem(ones, (slice(None), *([0] * (len(ones.shape) - 1))))
        self.num_samples.assign_add(ops.sum(rows))

    def result(self) -> Any:
        """The score, or one for each output; 0 where the targets are all the same."""
        begun(self, 2)
        total = ops.subtract(self.squared_sum, ops.multiply(self.sum, ratio(self.sum, self.count)))
        same = ops.equal(total, 0.0)
        scores = ops.where(same, ops.multiply(total, 0.0), ops.subtract(1.0, ratio(self.residual, total)))
        if self.class_aggregation == "uniform_average":
            scores = ops.mean(scores)
        elif self.class_aggregation == "variance_weighted_average":
            scores = ratio(ops.sum(ops.multiply(total, scores)), ops.sum(total))
        if not self.num_regressors:
            return scores
        rows = ops.subtract(self.num_samples, 1.0)
        left = ops.subtract(rows, float(self.num_regressors))
        adjusted = ops.subtract(1.0, ratio(ops.multiply(ops.subtract(1.0, scores), rows), left))
        return ops.where(ops.greater(left, 0.0), adjusted, scores)
