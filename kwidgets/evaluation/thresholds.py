"""What a class's probability tells at each threshold: ROC, and precision over recall."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.types import Array

from ..words import results as say


@dataclass(frozen=True)
class Roc:
    """False and true positive rate at each threshold, from (0, 0) to (1, 1), and the area below.

    Each pair holds where samples of at least that probability are taken for the class; thresholds fall, the first is infinite.
    """

    false_rate: Array
    true_rate: Array
    thresholds: Array
    area: float

    @property
    def how(self) -> str:
        """How it was computed, in words."""
        return say.HOW_ROC


@dataclass(frozen=True)
class PrecisionRecall:
    """Precision and recall at each threshold, which fall; before them recall 0 at precision 1. average: average precision."""

    precision: Array
    recall: Array
    thresholds: Array
    average: float

    @property
    def how(self) -> str:
        """How it was computed, in words."""
        return say.HOW_PRECISION_RECALL


def roc(is_class: Array, probability: Array) -> Roc | None:
    """The receiver operating characteristic of one class against all others.

    Args:
        is_class: (N,) of 0 and 1, whether each sample is of the class.
        probability: (N,) what the model gave for the class.

    Returns:
        The curve; None where all samples are of the class or none is, for then there is none.

    Example:
        >>> roc(np.array([0, 0, 1, 1]), np.array([0.1, 0.4, 0.35, 0.8])).area
        0.75
    """
    found, missed, thresholds = _counted(is_class, probability)
    if not len(thresholds) or not found[-1] or not missed[-1]:
        return None
    true_rate = np.concatenate([[0.0], found / found[-1]])
    false_rate = np.concatenate([[0.0], missed / missed[-1]])
    area = float((np.diff(false_rate) * (true_rate[1:] + true_rate[:-1]) / 2).sum())
    return Roc(false_rate, true_rate, np.concatenate([[np.inf], thresholds]), area)


def precision_recall(is_class: Array, probability: Array) -> PrecisionRecall | None:
    """Precision over recall of one class against all others, with the average precision.

    Args:
        is_class: (N,) of 0 and 1, whether each sample is of the class.
        probability: (N,) what the model gave for the class.

    Returns:
        The curve; None where no sample is of the class.

    Example:
        >>> round(precision_recall(np.array([0, 0, 1, 1]), np.array([0.1, 0.4, 0.35, 0.8])).average, 4)
        0.8333
    """
    found, missed, thresholds = _counted(is_class, probability)
    if not len(thresholds) or not found[-1]:
        return None
    precision, recall = found / (found + missed), found / found[-1]
    average = float((np.diff(recall, prepend=0.0) * precision).sum())
    return PrecisionRecall(
        np.concatenate([[1.0], precision]),
        np.concatenate([[0.0], recall]),
        np.concatenate([[np.inf], thresholds]),
        average,
    )


def _counted(is_class: Array, probability: Array) -> tuple[Array, Array, Array]:
    """At each probability that occurs, falling: how many of at least that are of the class, and how many are not."""
    good = np.isfinite(probability)
    probability, is_class = probability[good].astype(np.float64), is_class[good] > 0
    order = np.argsort(-probability, kind="stable")
    probability, is_class = probability[order], is_class[order]
    # Samples of equal probability are taken at once.
    last = np.flatnonzero(np.append(np.diff(probability) != 0, True)) if len(probability) else np.zeros(0, np.int64)
    true_positives = np.cumsum(is_class)[last]
    return true_positives, last + 1 - true_positives, probability[last]
