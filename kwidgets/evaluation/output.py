"""All figures of one output of a model on some samples, each computed when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from engine.types import Array

from ..refused import Refused
from ..words import results as say
from .amounts import LEVEL, Interval, Residuals, interval, residuals
from .calibration import BINS, Calibration, calibration
from .classes import MOST_CLASSES, ByClass, Confusion, by_class, by_label, confusion_matrix
from .kinds import Kind, Meaning, meaning_of, numbers_of_classes, probabilities_of
from .sample_losses import sample_losses
from .thresholds import PrecisionRecall, Roc, precision_recall, roc

Undo = Callable[[Array], Array]
# Each label counts as given from this probability on.
HALF = 0.5


@dataclass(frozen=True)
class Worst:
    """Samples of the largest loss, the largest first. rows: their numbers. losses: of each."""

    rows: Array
    losses: Array
    how: str


class OutputResults:
    """Figures of one output.

    A *place* is what one class or amount belongs to: a sample, or a time step or pixel of it. Arrays of places are flat;
    `row_of` says which sample a place lies in.

    Args:
        name: the output's name.
        loss: what it was compiled with; None where it was not.
        targets: (N, ...), as the model was trained on them.
        predictions: (N, ...), as the model gave them.
        rows: (N,) numbers of the samples in the arrays that they come from; None (the default) counts them.
        classes: names of its classes; None (the default) numbers them.
        undo: brings amounts (N, 1) back to the unit that people have them in; None (the default) leaves them.

    Raises:
        Refused: targets and predictions cannot be compared.

    Example:
        >>> y, p = np.array([0, 1, 1]), np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]])
        >>> results = OutputResults("digit", None, y, p)
        >>> results.confusion.counts.tolist(), round(results.accuracy, 3)
        ([[1, 0], [1, 1]], 0.667)
    """

    def __init__(
        self,
        name: str,
        loss: object,
        targets: Array,
        predictions: Array,
        rows: Array | None = None,
        classes: Sequence[str] | None = None,
        undo: Undo | None = None,
    ) -> None:
        self.name, self.targets, self.predictions = name, targets, predictions
        self.rows = np.arange(len(predictions)) if rows is None else rows
        self._loss, self._undo = loss, undo
        self.meaning: Meaning = meaning_of(loss, targets, predictions, classes, name)

    @property
    def kind(self) -> Kind:
        """What it gives: "classes", "labels" (any number of them a sample) or "amounts"."""
        return self.meaning.kind

    @property
    def classes(self) -> Sequence[str]:
        """Names of the classes or labels; none of amounts."""
        return self.meaning.classes

    def __len__(self) -> int:
        return len(self.predictions)

    # Of classes and labels.

    @cached_property
    def probabilities(self) -> Array:
        """What the model gives for each class or label, float64 (places, C)."""
        self._only("classes", "labels")
        return probabilities_of(self.meaning, self.predictions)

    @cached_property
    def _all_true(self) -> Array:
        return numbers_of_classes(self.meaning, self.targets)

    @cached_property
    def _known(self) -> Array:
        """Places whose class the target names."""
        return np.flatnonzero(self._all_true >= 0)

    @cached_property
    def true(self) -> Array:
        """Number of the true class at each place that has one."""
        self._only("classes")
        return self._all_true[self._known]

    @cached_property
    def predicted(self) -> Array:
        """Number of the most probable class at each place whose true class is known."""
        self._only("classes")
        return self.probabilities.argmax(-1)[self._known]

    def true_of(self, at: int) -> Array:
        """Numbers of the true classes at all places of the sample that stands at a position; -1 where none is named.

        Args:
            at: the position, 0 ... N - 1.
        """
        each = len(self._all_true) // max(len(self), 1)
        return self._all_true[at * each : (at + 1) * each]

    @property
    def missing(self) -> int:
        """At how many places the target names no class, or no amount."""
        if self.kind == "classes":
            return len(self._all_true) - len(self._known)
        return int((~np.isfinite(self.targets)).sum()) if self.targets.dtype.kind == "f" else 0

    @property
    def right(self) -> Array:
        """Whether each sample is right: at most places of it, of labels with all of them. (N,) of bool, NaN counts as wrong."""
        if self.kind == "labels":
            flags = (self.probabilities >= HALF) == (self._flags > HALF)
            return flags.all(-1).reshape(len(self), -1).mean(1) > HALF
        self._only("classes")
        correct = (self.probabilities.argmax(-1) == self._all_true).reshape(len(self), -1)
        return correct.mean(1) > HALF

    @property
    def accuracy(self) -> float:
        """Share of the places, or of the labels, that are right; NaN without any."""
        if self.kind == "labels":
            known = np.isfinite(self._flags)
            same = ((self.probabilities >= HALF) == (self._flags > HALF))[known]
            return float(same.mean()) if same.size else float("nan")
        return float((self.true == self.predicted).mean()) if len(self.true) else float("nan")

    @cached_property
    def confusion(self) -> Confusion:
        """How often each class was taken for each."""
        return confusion_matrix(self.true, self.predicted, self.classes)

    @property
    def has_matrix(self) -> bool:
        """Whether there is a confusion matrix: of classes, unless there are thousands of them."""
        return self.kind == "classes" and len(self.classes) <= MOST_CLASSES

    def cell(self, true: int, predicted: int) -> Array:
        """Numbers of the samples that are of one class and were taken for another, those that were surest first.

        Args:
            true: number of the true class.
            predicted: number of the predicted class.

        Returns:
            Whole numbers, each sample once.
        """
        places = self._known[self.confusion.samples(true, predicted)]
        surest = np.argsort(-self.probabilities[places, predicted], kind="stable")
        inside = self.row_of(places[surest])
        _, first = np.unique(inside, return_index=True)
        return self.rows[inside[np.sort(first)]]

    def row_of(self, places: Array) -> Array:
        """In which sample each place lies, as positions 0 ... N - 1."""
        count = len(self.probabilities) if self.kind != "amounts" else self.predictions.size
        return places // max(count // max(len(self), 1), 1)

    @cached_property
    def by_class(self) -> ByClass:
        """Precision, recall, F1 and support of each class or label."""
        if self.kind == "labels":
            return by_label(self._flags, (self.probabilities >= HALF).astype(np.float64), self.classes)
        return by_class(self.true, self.predicted, self.classes)

    def roc(self, of: int | str) -> Roc | None:
        """The ROC of one class against all others; None where all samples are of it, or none is.

        Args:
            of: the class, by number or name.
        """
        return roc(*self._one(of))

    def precision_recall(self, of: int | str) -> PrecisionRecall | None:
        """Precision over recall of one class against all others; None where no sample is of it.

        Args:
            of: the class, by number or name.
        """
        return precision_recall(*self._one(of))

    def calibration(self, bins: int = BINS) -> Calibration:
        """The probability of what was predicted beside how often that was right; of labels, of each label given.

        Args:
            bins: how many bins from 0 to 1, 10 by default.
        """
        if self.kind == "labels":
            known = np.isfinite(self._flags)
            return calibration(self.probabilities[known], self._flags[known], bins)
        stated = self.probabilities.max(-1)[self._known]
        return calibration(stated, self.true == self.predicted, bins)

    # Of amounts.

    @cached_property
    def amounts(self) -> tuple[Array, Array]:
        """True and predicted amounts (N, ...) in the unit that people have them in; losses stay those that were trained on."""
        self._only("amounts")
        if self._undo is None:
            return self.targets, self.predictions
        true, predicted = (
            np.asarray(self._undo(one.reshape(len(self), -1))) for one in (self.targets, self.predictions)
        )
        return true, predicted

    @cached_property
    def residuals(self) -> Residuals:
        """True and predicted amounts with their errors."""
        return residuals(*self.amounts)

    def interval(self, level: float = LEVEL) -> Interval | None:
        """How far around a prediction the truth lies; None where there are too few samples for the level.

        Args:
            level: the share that lies within, 0.9 by default.
        """
        return interval(self.residuals, level)

    # Of all.

    @cached_property
    def _losses(self) -> tuple[Array, str]:
        return sample_losses(self._loss, self.meaning, self.targets, self.predictions)

    @property
    def losses(self) -> Array:
        """The loss of each sample, float64 (N,); NaN where its target is missing."""
        return self._losses[0]

    @property
    def how_losses(self) -> str:
        """How `losses` were computed, in words."""
        return self._losses[1]

    def worst(self, count: int = 16) -> Worst:
        """The samples of the largest loss.

        Args:
            count: how many, 16 by default.

        Returns:
            Their numbers and losses; those without a target are left out.
        """
        values, how = self._losses
        ranked = np.argsort(-np.nan_to_num(values, nan=-np.inf, posinf=np.finfo(float).max), kind="stable")
        ranked = ranked[np.isfinite(values[ranked]) | np.isposinf(values[ranked])][:count]
        return Worst(self.rows[ranked], values[ranked], how)

    @property
    def _flags(self) -> Array:
        return self.targets.astype(np.float64).reshape(self.probabilities.shape)

    def _one(self, of: int | str) -> tuple[Array, Array]:
        """Whether each place is of a class or label, and what the model gave for it."""
        index = self._number(of)
        if self.kind == "labels":
            flags = self._flags[:, index]
            known = np.isfinite(flags)
            return flags[known] > HALF, self.probabilities[known, index]
        return self.true == index, self.probabilities[self._known, index]

    def _number(self, of: int | str) -> int:
        names = list(self.classes)
        if isinstance(of, str) and of in names:
            return names.index(of)
        if isinstance(of, int) and not isinstance(of, bool) and 0 <= of < len(names):
            return of
        raise Refused(say.no_such_class(of, self.name), say.there_are_classes(names))

    def _only(self, *kinds: Kind) -> None:
        if self.kind not in kinds:
            raise Refused(say.other_kind(self.name, self.kind), say.ITS_FIGURES[self.kind])
