"""Right and wrong positives and negatives at thresholds, over all batches, and what follows from them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

import numpy as np

from .. import _ops as ops
from .._declared import registry, rules
from .._declared.fields import field
from ..errors import SettingError
from ..losses.matching import matched_weights, same_shape
from .base import Metric, State, ratio, wide

__all__ = ["FalseNegatives", "FalsePositives", "Precision", "Recall", "TrueNegatives", "TruePositives"]

COUNTS = ("true_positives", "true_negatives", "false_positives", "false_negatives")
MOST = 100_000  # thresholds, which a file may name
_MOST_LARGEST = 1000  # outputs of a sample that can be the largest; each takes a search of its own
_NO_PLACE = -1e10  # what stands in the place of outputs that are not among the k largest; no threshold is below it


def _is_threshold(value: object) -> bool:
    return isinstance(value, (int, float, np.number)) and not isinstance(value, bool) and 0 <= float(value) <= 1


def _are_thresholds(value: object) -> bool:
    if value is None or _is_threshold(value):
        return True
    return isinstance(value, (list, tuple, np.ndarray)) and 0 < len(value) <= MOST and all(map(_is_threshold, value))


thresholds_rule = rules.Rule(
    _are_thresholds,
    "a number from 0 to 1, or a list of them",
    (1.5, -0.1, "a", [], [2.0]),
    {"kind": "number"},
    lambda v: np.asarray(v, "float64").tolist() if isinstance(v, (list, tuple, np.ndarray, np.generic)) else v,
)


def positions(y_true: Any, y_pred: Any, sample_weight: Any, top_k: int | None, class_id: int | None) -> Any:
    """Labels (0 or 1), outputs and weights of each of them, all (N, ..., C), or of one class.

    Args:
        y_true: labels; above 0 counts as 1.
        y_pred: outputs.
        sample_weight: one for each sample or output; None counts all alike.
        top_k: only the k largest outputs of the last axis can be above a threshold; None: all.
        class_id: place of the class that counts; None: all do.

    Returns:
        The three.
    """
    y_true, y_pred = same_shape(y_true, y_pred)
    labels = wide(ops.greater(wide(y_true), 0.0))
    y_pred = wide(y_pred)
    if top_k is not None:
        y_pred = _largest(y_pred, top_k)
    if class_id is not None:
        labels, y_pred = (ops.getitem(x, (..., class_id)) for x in (labels, y_pred))
    ones = ops.add(ops.multiply(labels, 0.0), 1.0)
    weights = ones if sample_weight is None else ops.multiply(wide(matched_weights(sample_weight, y_pred)), ones)
    return labels, y_pred, weights


def _largest(y_pred: Any, k: int) -> Any:
    """Outputs, but for all that are not among the k largest of the last axis; of equal ones the first count."""
    classes = y_pred.shape[-1]
    if classes is None:
        raise SettingError(where="top_k", expected="outputs of a known number of classes", actual=str(y_pred.shape))
    if k >= classes:
        return y_pred
    rest, chosen = y_pred, ops.multiply(y_pred, 0.0)
    for _ in range(k):
        one_hot = wide(ops.one_hot(ops.argmax(rest, axis=-1), classes))
        chosen = ops.add(chosen, one_hot)
        rest = ops.where(ops.greater(one_hot, 0.0), ops.add(ops.multiply(rest, 0.0), 2 * _NO_PLACE), rest)
    return ops.where(ops.greater(chosen, 0.0), y_pred, ops.add(ops.multiply(y_pred, 0.0), _NO_PLACE))


def counts_at(
    thresholds: Sequence[float], labels: Any, y_pred: Any, weights: Any, each_label: bool = False
) -> dict[str, Any]:
    """How many are right and wrong above and below each threshold.

    Args:
        thresholds: T numbers.
        labels: 0 and 1, any shape; (N, L) for each label apart.
        y_pred: outputs of this shape.
        weights: how much each counts.
        each_label: whether the labels of the last axis count apart.

    Returns:
        True and false positives and negatives by the names of `COUNTS`, (T,), or (T, L) for each label.
    """
    size = (-1, labels.shape[-1]) if each_label else (-1,)
    labels, y_pred, weights = (ops.expand_dims(ops.reshape(x, size), 0) for x in (labels, y_pred, weights))
    limits = np.asarray(thresholds, "float64").reshape(-1, *([1] * len(size)))
    above = wide(ops.greater(y_pred, limits))
    of_ones, of_zeros = ops.multiply(labels, weights), ops.multiply(ops.subtract(1.0, labels), weights)
    ones, zeros = ops.sum(of_ones, axis=1), ops.sum(of_zeros, axis=1)
    hits, alarms = ops.sum(ops.multiply(above, of_ones), axis=1), ops.sum(ops.multiply(above, of_zeros), axis=1)
    return dict(zip(COUNTS, (hits, ops.subtract(zeros, alarms), alarms, ops.subtract(ones, hits)), strict=True))


class AtThresholds(Metric):
    """Base of metrics that count at one threshold or several."""

    counted: ClassVar[tuple[str, ...]] = COUNTS
    """What is counted, by the names of `COUNTS`."""

    def limits(self) -> list[float]:
        """The thresholds."""
        raise NotImplementedError

    def prepare(self) -> None:
        """Make the states."""
        super().prepare()
        self._counts: dict[str, State] = {}
        self.count_for((len(self.limits()),))

    def count_for(self, shape: tuple[int, ...]) -> None:
        """Make a state of a shape for each count."""
        for name in self.counted:
            self._counts[name] = self.exact_state(name, shape)

    true_positives = property(lambda self: self._counts["true_positives"], doc="Labels 1 above each threshold.")
    true_negatives = property(lambda self: self._counts["true_negatives"], doc="Labels 0 not above each threshold.")
    false_positives = property(lambda self: self._counts["false_positives"], doc="Labels 0 above each threshold.")
    false_negatives = property(lambda self: self._counts["false_negatives"], doc="Labels 1 not above each threshold.")

    def update_state(self, y_true: object, y_pred: object, sample_weight: object = None) -> None:
        """Count a batch: labels 0 and 1 (N, ...), outputs of this shape, weights of samples or outputs."""
        top_k, class_id = getattr(self, "top_k", None), getattr(self, "class_id", None)
        counts = counts_at(self.limits(), *positions(y_true, y_pred, sample_weight, top_k, class_id))
        self.take(counts)

    def take(self, counts: dict[str, Any]) -> None:
        """Add counts of a batch to the states."""
        for name in self.counted:
            self._counts[name].assign_add(counts[name])

    def told(self, values: Any) -> Any:
        """Values at each threshold; one threshold that is no list gives a number."""
        return values if isinstance(getattr(self, "thresholds", None), list) else ops.getitem(values, 0)


class _Count(AtThresholds):
    """Base of what counts one kind."""

    thresholds: Any = field(thresholds_rule, default=None, after="", help="above which outputs count as 1")

    def limits(self) -> list[float]:
        """The thresholds, 0.5 where none were given."""
        return _as_list(self.thresholds, 0.5)

    def result(self) -> Any:
        """How many there are, each times its weight; at each threshold of a list."""
        return self.told(self._counts[self.counted[0]])


def _as_list(thresholds: object, default: float) -> list[float]:
    if thresholds is None:
        return [default]
    return list(thresholds) if isinstance(thresholds, Iterable) else [float(str(thresholds))]


@registry.register_later("metric")
class TruePositives(_Count):
    """How many labels 1 have an output above the threshold.

    Args:
        thresholds: above which outputs count as 1, a number from 0 to 1 or a list; None (the default) is 0.5.
        name: as in `Metric`.
        dtype: as in `Metric`.

    Example:
        >>> float(TruePositives()([0, 1, 1], [1.0, 0.0, 1.0]))
        1.0
    """

    counted = ("true_positives",)


@registry.register_later("metric")
class TrueNegatives(_Count):
    """How many labels 0 have an output that is not above the threshold.

    Args:
        thresholds: above which outputs count as 1, a number from 0 to 1 or a list; None (the default) is 0.5.
        name: as in `Metric`.
        dtype: as in `Metric`.

    Example:
        >>> float(TrueNegatives()([0, 1, 0], [1.0, 0.0, 0.0]))
        1.0
    """

    counted = ("true_negatives",)


@registry.register_later("metric")
class FalsePositives(_Count):
    """How many labels 0 have an output above the threshold.

    Args:
        thresholds: above which outputs count as 1, a number from 0 to 1 or a list; None (the default) is 0.5.
        name: as in `Metric`.
        dtype: as in `Metric`.

    Example:
        >>> float(FalsePositives()([0, 1, 0], [1.0, 0.0, 1.0]))
        2.0
    """

    counted = ("false_positives",)


@registry.register_later("metric")
class FalseNegatives(_Count):
    """How many labels 1 have an output that is not above the threshold.

    Args:
        thresholds: above which outputs count as 1, a number from 0 to 1 or a list; None (the default) is 0.5.
        name: as in `Metric`.
        dtype: as in `Metric`.

    Example:
        >>> float(FalseNegatives()([0, 1, 1], [0.0, 0.0, 1.0]))
        1.0
    """

    counted = ("false_negatives",)


class _Share(AtThresholds):
    """Base of precision and recall."""

    thresholds: Any = field(thresholds_rule, default=None, after="", help="above which outputs count as 1")
    top_k: int | None = field(
        rules.optional(rules.whole(1, _MOST_LARGEST)),
        default=None,
        after="thresholds",
        help="only the k largest outputs count as 1",
    )
    class_id: int | None = field(
        rules.optional(rules.non_negative_int), default=None, after="top_k", help="place of the class that counts"
    )

    def limits(self) -> list[float]:
        """The thresholds; where none were given 0.5, or, of the k largest outputs, none at all."""
        return _as_list(self.thresholds, 0.5 if self.top_k is None else _NO_PLACE)


@registry.register_later("metric")
class Precision(_Share):
    """Share of the outputs above the threshold whose label is 1, over all samples; 0 where there are none.

    Args:
        thresholds: above which outputs count as 1, a number from 0 to 1 or a list; None (the default) is 0.5.
        top_k: only the k largest outputs of a sample count as 1; None (the default): all above the threshold.
        class_id: place of the class that counts, None (the default) for all.
        name: as in `Metric`.
        dtype: as in `Metric`.

    Example:
        >>> float(Precision()([0, 1, 1, 1], [1.0, 0.0, 1.0, 1.0])).__round__(4)
        0.6667
    """

    counted = ("true_positives", "false_positives")

    def result(self) -> Any:
        """The share, at each threshold of a list."""
        return self.told(ratio(self.true_positives, ops.add(self.true_positives, self.false_positives)))


@registry.register_later("metric")
class Recall(_Share):
    """Share of the labels 1 whose output is above the threshold, over all samples; 0 where there are none.

    Args:
        thresholds: above which outputs count as 1, a number from 0 to 1 or a list; None (the default) is 0.5.
        top_k: only the k largest outputs of a sample count as 1; None (the default): all above the threshold.
        class_id: place of the class that counts, None (the default) for all.
        name: as in `Metric`.
        dtype: as in `Metric`.

    Example:
        >>> float(Recall()([0, 1, 1, 1], [1.0, 0.0, 1.0, 1.0])).__round__(4)
        0.6667
    """

    counted = ("true_positives", "false_negatives")

    def result(self) -> Any:
        """The share, at each threshold of a list."""
        return self.told(ratio(self.true_positives, ops.add(self.true_positives, self.false_negatives)))
