"""Classes as they are and as they were predicted: the confusion matrix with its samples, and the table by class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.types import Array

from ..refused import Refused
from ..words import results as say

# A matrix of more classes would take hundreds of megabytes.
MOST_CLASSES = 4096


@dataclass(frozen=True)
class Confusion:
    """How often each class was taken for each.

    counts: (C, C) whole numbers, the true class down, the predicted one across. classes: their C names.
    """

    counts: Array
    classes: Sequence[str]
    true: Array
    predicted: Array

    @property
    def how(self) -> str:
        """How it was computed, in words."""
        return say.HOW_CONFUSION

    def samples(self, true: int, predicted: int) -> Array:
        """Places of the samples of a cell.

        Args:
            true: number of the class that they are.
            predicted: number of the class that they were taken for.

        Returns:
            Whole numbers, ascending: places in the arrays that the matrix was made of.
        """
        return np.flatnonzero((self.true == true) & (self.predicted == predicted))


def confusion_matrix(true: Array, predicted: Array, classes: Sequence[str]) -> Confusion:
    """Count each pair of true and predicted class.

    Args:
        true: (N,) numbers of classes, from 0 to C - 1.
        predicted: (N,) numbers of classes.
        classes: the C names.

    Returns:
        The counts with what they were counted of.

    Raises:
        Refused: there are more classes than a matrix is made of.

    Example:
        >>> confusion_matrix(np.array([0, 1, 1]), np.array([0, 1, 0]), ["a", "b"]).counts.tolist()
        [[1, 0], [1, 1]]
    """
    count = len(classes)
    if count > MOST_CLASSES:
        raise Refused(say.too_many_classes(count, MOST_CLASSES), say.BY_CLASS_HAS_THEM)
    pairs = true.astype(np.int64) * count + predicted
    counts = np.bincount(pairs, minlength=count * count).reshape(count, count)
    return Confusion(counts, classes, true, predicted)


@dataclass(frozen=True)
class ByClass:
    """Precision, recall and F1 of each class, as arrays (C,); NaN where a class was never there, or never predicted.

    support: how many samples are of the class. predicted: how many were taken for it. right: how many of both.
    """

    classes: Sequence[str]
    support: Array
    predicted: Array
    right: Array

    @property
    def how(self) -> str:
        """How it was computed, in words."""
        return say.HOW_BY_CLASS

    @property
    def precision(self) -> Array:
        """Of those taken for the class, the share that is of it."""
        return _share(self.right, self.predicted)

    @property
    def recall(self) -> Array:
        """Of those of the class, the share that was taken for it."""
        return _share(self.right, self.support)

    @property
    def f1(self) -> Array:
        """2 right / (support + predicted), the harmonic mean of precision and recall."""
        return _share(2 * self.right, self.support + self.predicted)

    @property
    def weakest(self) -> int | None:
        """Number of the class with the least recall; None where no class is there."""
        recall = self.recall
        return None if np.isnan(recall).all() else int(np.nanargmin(recall))


def by_class(true: Array, predicted: Array, classes: Sequence[str]) -> ByClass:
    """The table by class, which the confusion matrix sums up to.

    Args:
        true: (N,) numbers of classes, from 0 to C - 1.
        predicted: (N,) numbers of classes.
        classes: the C names.

    Returns:
        A value for each class.

    Example:
        >>> table = by_class(np.array([0, 1, 1]), np.array([0, 1, 0]), ["a", "b"])
        >>> table.precision.tolist(), table.recall.tolist()
        ([0.5, 1.0], [1.0, 0.5])
    """
    count = len(classes)
    support, taken, right = (np.bincount(one, minlength=count) for one in (true, predicted, true[true == predicted]))
    return ByClass(classes, support, taken, right)


def by_label(true: Array, predicted: Array, names: Sequence[str]) -> ByClass:
    """The table by label where a sample has any number of them.

    Args:
        true: (N, L) of 0 and 1.
        predicted: (N, L) of 0 and 1.
        names: the L names.

    Returns:
        A value for each label.
    """
    is_true, is_predicted = true > 0.5, predicted > 0.5
    return ByClass(names, is_true.sum(0), is_predicted.sum(0), (is_true & is_predicted).sum(0))


def _share(part: Array, whole: Array) -> Array:
    return np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0)
