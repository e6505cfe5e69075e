"""Intersection over union of classes, over all samples."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import _ops as ops
from .._declared import registry, rules
from .._declared.fields import REQUIRED, field
from ..errors import DataError
from ..losses.matching import matched_weights, same_shape
from .base import Metric, ratio, wide

__all__ = ["BinaryIoU", "IoU", "MeanIoU", "OneHotIoU", "OneHotMeanIoU"]

_NUM_CLASSES = field(rules.whole(1, 10**6), default=REQUIRED, after="", help="how many classes there are")


class _Overlap(Metric):
    """Base of these: counts how often each of `num_classes` classes is a label, an output, and both."""

    num_classes: int

    def prepare(self) -> None:
        """Make the state."""
        super().prepare()
        names = ("true_positives", "of_labels", "of_outputs")
        self.true_positives, self.of_labels, self.of_outputs = (self.exact_state(n, (self.num_classes,)) for n in names)

    def places(self, y_true: Any, y_pred: Any) -> tuple[Any, Any]:
        """Labels and outputs as numbers of classes, of the same shape."""
        return y_true, y_pred

    def counted(self) -> tuple[int, ...]:
        """The classes whose mean is taken."""
        return tuple(range(self.num_classes))

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Count a batch: classes of labels and outputs, and a weight for each of them or each sample."""
        y_true, y_pred = same_shape(*self.places(y_true, y_pred))
        labels, chosen = (ops.reshape(ops.cast(x, "int64"), (-1,)) for x in (y_true, y_pred))
        self._check(labels, chosen)
        of_labels, of_outputs = (wide(ops.one_hot(x, self.num_classes)) for x in (labels, chosen))
        hits = ops.multiply(of_labels, of_outputs)
        weights = None
        if sample_weight is not None:
            ones = ops.add(ops.multiply(wide(y_true), 0.0), 1.0)
            weights = ops.reshape(ops.multiply(wide(matched_weights(sample_weight, ones)), ones), (-1, 1))
        for state, values in ((self.true_positives, hits), (self.of_labels, of_labels), (self.of_outputs, of_outputs)):
            state.assign_add(ops.sum(values if weights is None else ops.multiply(values, weights), axis=0))

    def _check(self, *classes: object) -> None:
        """Raise DataError for numbers that are no class; a graph, which has no numbers yet, leaves them out."""
        for numbers in classes:
            if (
                isinstance(numbers, np.ndarray)
                and numbers.size
                and not 0 <= numbers.min() <= numbers.max() < self.num_classes
            ):
                wrong = numbers.max() if numbers.min() >= 0 else numbers.min()
                raise DataError(
                    where=type(self).__name__, expected=f"classes from 0 to {self.num_classes - 1}", actual=str(wrong)
                )

    def result(self) -> Any:
        """The mean over the classes that occur."""
        both = self.true_positives
        either = ops.subtract(ops.add(self.of_labels, self.of_outputs), both)
        wanted = np.isin(np.arange(self.num_classes), self.counted()).astype("float64")
        occur = ops.multiply(wide(ops.not_equal(either, 0.0)), wanted)
        return ratio(ops.sum(ops.multiply(ratio(both, either), wanted)), ops.sum(occur))


@registry.register_later("metric")
class MeanIoU(_Overlap):
    """Mean over all classes of intersection over union: tp / (tp + fp + fn).

    Args:
        num_classes: how many classes there are.
        name: as in `Metric`.
        dtype: as in `Metric`.

    Example:
        >>> round(float(MeanIoU(2)([0, 0, 1, 1], [0, 1, 0, 1])), 4)
        0.3333
    """

    num_classes: int = _NUM_CLASSES


_ids = rules.Rule(
    lambda v: isinstance(v, (list, tuple)) and len(v) > 0 and all(isinstance(n, int) and n >= 0 for n in v),
    "a list of numbers of classes",
    ([], "a", [0.5], [-1], 3),
    {"kind": "text"},
    tuple,
    list,
)


@registry.register_later("metric")
class IoU(_Overlap):
    """Mean over chosen classes of intersection over union: tp / (tp + fp + fn).

    Args:
        num_classes: how many classes there are.
        target_class_ids: numbers of the classes whose mean is taken.
        name: as in `Metric`.
        dtype: as in `Metric`.

    Example:
        >>> round(float(IoU(2, [0])([0, 0, 1, 1], [0, 1, 0, 1])), 4)
        0.3333
    """

    num_classes: int = _NUM_CLASSES
    target_class_ids: Any = field(_ids, default=REQUIRED, after="num_classes", help="classes whose mean is taken")

    def counted(self) -> tuple[int, ...]:
        """The chosen classes."""
        return tuple(self.target_class_ids)


@registry.register_later("metric")
class BinaryIoU(_Overlap):
    """Mean over the classes 0 and 1, or one of them, of intersection over union, for probabilities.

    Args:
        target_class_ids: numbers of the classes whose mean is taken, (0, 1) by default.
        threshold: from which on a probability counts as 1, 0.5 by default.
        name: as in `Metric`.
        dtype: as in `Metric`.

    Example:
        >>> round(float(BinaryIoU(threshold=0.3)([0, 1, 0, 1], [0.1, 0.2, 0.4, 0.7])), 4)
        0.3333
    """

    num_classes = 2
    target_class_ids: Any = field(_ids, default=(0, 1), after="", help="classes whose mean is taken")
    threshold: float = field(
        rules.number, default=0.5, after="target_class_ids", help="from which on outputs count as 1"
    )

    def counted(self) -> tuple[int, ...]:
        """The chosen classes."""
        return tuple(self.target_class_ids)

    def places(self, y_true: Any, y_pred: Any) -> tuple[Any, Any]:
        """Outputs on either side of the threshold."""
        return y_true, ops.greater_equal(wide(y_pred), self.threshold)


@registry.register_later("metric")
class OneHotIoU(IoU):
    """`IoU` of one-hot labels and probabilities of each class.

    Args:
        num_classes: how many classes there are.
        target_class_ids: numbers of the classes whose mean is taken.
        name: as in `Metric`.
        dtype: as in `Metric`.
        axis: that of the classes, -1 by default.

    Example:
        >>> float(OneHotIoU(2, [1])([[0, 1], [1, 0]], [[0.2, 0.8], [0.6, 0.4]]))
        1.0
    """

    axis: int = field(rules.axis, default=-1, kw_only=True, help="that of the classes")

    def places(self, y_true: Any, y_pred: Any) -> tuple[Any, Any]:
        """Places of the largest."""
        return ops.argmax(y_true, axis=self.axis), ops.argmax(y_pred, axis=self.axis)


@registry.register_later("metric")
class OneHotMeanIoU(MeanIoU):
    """`MeanIoU` of one-hot labels and probabilities of each class.

    Args:
        num_classes: how many classes there are.
        name: as in `Metric`.
        dtype: as in `Metric`.
        axis: that of the classes, -1 by default.

    Example:
        >>> float(OneHotMeanIoU(2)([[0, 1], [1, 0]], [[0.2, 0.8], [0.6, 0.4]]))
        1.0
    """

    axis: int = field(rules.axis, default=-1, kw_only=True, help="that of the classes")

    def places(self, y_true: Any, y_pred: Any) -> tuple[Any, Any]:
        """Places of the largest."""
        return ops.argmax(y_true, axis=self.axis), ops.argmax(y_pred, axis=self.axis)
