"""Areas under curves over thresholds, and the best point of a curve, over all samples."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import _ops as ops
from .._declared import registry, rules
from .._declared.fields import REQUIRED, field
from .._machine import config
from .base import ratio
from .confusion import MOST, AtThresholds, counts_at, positions, thresholds_rule
from .reductions import begun, known_shape

__all__ = ["AUC", "PrecisionAtRecall", "RecallAtPrecision", "SensitivityAtSpecificity", "SpecificityAtSensitivity"]


@registry.register_later("metric")
class AUC(AtThresholds):
    """Area under the ROC curve, or the curve of precision over recall, by counts at many thresholds.

    Args:
        num_thresholds: how many thresholds there are between 0 and 1, above 1; 200 by default.
        curve: "ROC" (the default) or "PR".
        summation_method: "interpolation" (the default), "minoring" or "majoring": the line between two points, the lower
            or the higher of them.
        name: as in `Metric`.
        dtype: as in `Metric`.
        thresholds: thresholds of one's own in place of num_thresholds, None by default.
        multi_label: whether each label of the last axis has a curve of its own, of which the mean is taken; False by default.
        num_labels: how many labels there are; None (the default): as many as the outputs have.
        label_weights: how much each label counts in the mean, None (the default) for all alike.
        from_logits: True: the sigmoid of outputs is meant; False by default.

    Example:
        >>> float(AUC(num_thresholds=3)([0, 0, 1, 1], [0.0, 0.5, 0.3, 0.9]))
        0.75
    """

    num_thresholds: int = field(rules.whole(2, MOST), default=200, after="", help="how many thresholds there are")
    curve: str = field(rules.choice("ROC", "PR"), default="ROC", after="num_thresholds", help="which curve")
    summation_method: str = field(
        rules.choice("interpolation", "minoring", "majoring"),
        default="interpolation",
        after="curve",
        help="what lies between two points",
    )
    thresholds: Any = field(thresholds_rule, default=None, help="thresholds of one's own")
    multi_label: bool = field(rules.switch, default=False, help="whether each label has a curve of its own")
    num_labels: int | None = field(rules.optional(rules.whole(1, MOST)), default=None, help="how many labels there are")
    label_weights: Any = field(
        rules.optional(rules.number_or_array), default=None, help="how much each label counts in the mean"
    )
    from_logits: bool = field(rules.switch, default=False, help="whether outputs are logits")

    def limits(self) -> list[float]:
        """The thresholds, with one below 0 and one above 1."""
        inner = evenly(self.num_thresholds)
        if self.thresholds is not None:
            inner = sorted(self.thresholds if isinstance(self.thresholds, list) else [self.thresholds])
        return [-config.epsilon(), *inner, 1.0 + config.epsilon()]

    def count_for(self, shape: tuple[int, ...]) -> None:
        """Make the states, unless the number of labels is yet to come."""
        if not self.multi_label:
            super().count_for(shape)
        elif self.num_labels is not None:
            super().count_for((*shape, self.num_labels))

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Count a batch."""
        y_pred = ops.sigmoid(y_pred) if self.from_logits else y_pred
        labels, y_pred, weights = positions(y_true, y_pred, sample_weight, None, None)
        if self.multi_label and not self._states:
            AtThresholds.count_for(self, known_shape(self, (len(self.limits()), y_pred.shape[-1])))
        self.take(counts_at(self.limits(), labels, y_pred, weights, self.multi_label))

    def result(self) -> Any:
        """The area."""
        begun(self)
        if self.curve == "PR" and self.summation_method == "interpolation":
            parts = self._between_points_of_precision()
        else:
            x, y = self._points()
            parts = ops.multiply(ops.subtract(*_ends(x)), self._heights(*_ends(y)))
        areas = ops.sum(parts, axis=0)
        if not self.multi_label:
            return areas
        if self.label_weights is None:
            return ops.mean(areas)
        weights = np.asarray(self.label_weights, "float64")
        return ops.divide(ops.sum(ops.multiply(areas, weights)), float(weights.sum()))

    def _heights(self, before: Any, after: Any) -> Any:
        """How high the curve is taken to be between two points."""
        if self.summation_method == "interpolation":
            return ops.multiply(ops.add(before, after), 0.5)
        return (ops.minimum if self.summation_method == "minoring" else ops.maximum)(before, after)

    def _points(self) -> tuple[Any, Any]:
        recall = ratio(self.true_positives, ops.add(self.true_positives, self.false_negatives))
        if self.curve == "ROC":
            return ratio(self.false_positives, ops.add(self.false_positives, self.true_negatives)), recall
        return recall, ratio(self.true_positives, ops.add(self.true_positives, self.false_positives))

    def _between_points_of_precision(self) -> Any:
        """Areas under the curve of precision, whose true positives lie on lines between two points (Davis, Goadrich 2006)."""
        chosen = ops.add(self.true_positives, self.false_positives)
        hits_before, hits = _ends(self.true_positives)
        chosen_before, chosen_after = _ends(chosen)
        more_hits = ops.subtract(hits_before, hits)
        slope = ratio(more_hits, ops.maximum(ops.subtract(chosen_before, chosen_after), 0.0))
        intercept = ops.subtract(hits, ops.multiply(slope, chosen_after))
        both = ops.logical_and(ops.greater(chosen_before, 0.0), ops.greater(chosen_after, 0.0))
        ones = ops.add(ops.multiply(chosen_after, 0.0), 1.0)
        growth = ops.where(both, ratio(chosen_before, ops.maximum(chosen_after, 0.0)), ones)
        area = ops.multiply(slope, ops.add(more_hits, ops.multiply(intercept, ops.log(growth))))
        ones_after = ops.add(hits, _ends(self.false_negatives)[1])
        return ratio(area, ops.maximum(ones_after, 0.0))


def _ends(values: Any) -> tuple[Any, Any]:
    """Of each stretch between two thresholds the values at its beginning and at its end."""
    return ops.getitem(values, slice(None, -1)), ops.getitem(values, slice(1, None))


def evenly(count: int) -> list[float]:
    """Thresholds between 0 and 1, without the two that lie outside."""
    return [(i + 1) / (count - 1) for i in range(count - 2)]


class _AtPoint(AtThresholds):
    """Base of the best value of one measure where another has a least value."""

    num_thresholds: int = field(rules.whole(1, MOST), default=200, after="", help="how many thresholds there are")
    class_id: int | None = field(
        rules.optional(rules.non_negative_int),
        default=None,
        after="num_thresholds",
        help="place of the class that counts",
    )

    def limits(self) -> list[float]:
        """The thresholds, from 0 to 1."""
        return [0.5] if self.num_thresholds == 1 else [0.0, *evenly(self.num_thresholds), 1.0]

    def best(self, measured: Any, other: Any, least: float) -> Any:
        """The largest value where the other measure is at least so large; 0 where it is so nowhere."""
        reached = ops.cast(ops.greater_equal(other, least), "float64")
        return ops.max(ops.multiply(measured, reached), axis=-1)

    def sensitivities(self) -> Any:
        """Share of the labels 1 above each threshold."""
        return ratio(self.true_positives, ops.add(self.true_positives, self.false_negatives))

    def specificities(self) -> Any:
        """Share of the labels 0 that are not above each threshold."""
        return ratio(self.true_negatives, ops.add(self.true_negatives, self.false_positives))

    def precisions(self) -> Any:
        """Share of what is above each threshold whose label is 1."""
        return ratio(self.true_positives, ops.add(self.true_positives, self.false_positives))


@registry.register_later("metric")
class SensitivityAtSpecificity(_AtPoint):
    """Largest share of the labels 1 above a threshold at which the specificity is large enough.

    Args:
        specificity: share of the labels 0 that must not be above the threshold, from 0 to 1.
        num_thresholds: how many thresholds there are from 0 to 1, 200 by default.
        class_id: place of the class that counts, None (the default) for all.
        name: as in `Metric`.
        dtype: as in `Metric`.

    Example:
        >>> float(SensitivityAtSpecificity(0.5)([0, 0, 1, 1], [0.1, 0.5, 0.3, 0.9]))
        1.0
    """

    specificity: float = field(
        rules.share, default=REQUIRED, after="", help="share of the labels 0 that must not be above the threshold"
    )

    def result(self) -> Any:
        """The value."""
        return self.best(self.sensitivities(), self.specificities(), self.specificity)


@registry.register_later("metric")
class SpecificityAtSensitivity(_AtPoint):
    """Largest share of the labels 0 below a threshold at which the sensitivity is large enough.

    Args:
        sensitivity: share of the labels 1 that must be above the threshold, from 0 to 1.
        num_thresholds: how many thresholds there are from 0 to 1, 200 by default.
        class_id: place of the class that counts, None (the default) for all.
        name: as in `Metric`.
        dtype: as in `Metric`.

    Example:
        >>> float(SpecificityAtSensitivity(0.5)([0, 0, 1, 1], [0.1, 0.5, 0.3, 0.9]))
        1.0
    """

    sensitivity: float = field(
        rules.share, default=REQUIRED, after="", help="share of the labels 1 that must be above the threshold"
    )

    def result(self) -> Any:
        """The value."""
        return self.best(self.specificities(), self.sensitivities(), self.sensitivity)


@registry.register_later("metric")
class PrecisionAtRecall(_AtPoint):
    """Largest precision at a threshold at which the recall is large enough.

    Args:
        recall: share of the labels 1 that must be above the threshold, from 0 to 1.
        num_thresholds: how many thresholds there are from 0 to 1, 200 by default.
        class_id: place of the class that counts, None (the default) for all.
        name: as in `Metric`.
        dtype: as in `Metric`.

    Example:
        >>> float(PrecisionAtRecall(0.5)([0, 0, 1, 1], [0.1, 0.5, 0.3, 0.9]))
        1.0
    """

    recall: float = field(
        rules.share, default=REQUIRED, after="", help="share of the labels 1 that must be above the threshold"
    )

    def result(self) -> Any:
        """The value."""
        return self.best(self.precisions(), self.sensitivities(), self.recall)


@registry.register_later("metric")
class RecallAtPrecision(_AtPoint):
    """Largest recall at a threshold at which the precision is large enough.

    Args:
        precision: share of what is above the threshold whose label must be 1, from 0 to 1.
        num_thresholds: how many thresholds there are from 0 to 1, 200 by default.
        class_id: place of the class that counts, None (the default) for all.
        name: as in `Metric`.
        dtype: as in `Metric`.

    Example:
        >>> float(RecallAtPrecision(0.5)([0, 0, 1, 1], [0.1, 0.5, 0.3, 0.9]))
        1.0
    """

    precision: float = field(
        rules.share, default=REQUIRED, after="", help="share of what is above the threshold whose label must be 1"
    )

    def result(self) -> Any:
        """The value."""
        return self.best(self.sensitivities(), self.precisions(), self.precision)
