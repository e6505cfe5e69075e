"""Predicted amounts beside the true ones: residuals, errors, and how wide an interval around a prediction has to be."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from engine.types import Array

from ..words import results as say

LEVEL = 0.9


@dataclass(frozen=True)
class Residuals:
    """True minus predicted amount of each value, as float64 (N,), with both amounts."""

    true: Array
    predicted: Array

    @property
    def how(self) -> str:
        """How it was computed, in words."""
        return say.HOW_RESIDUALS

    @property
    def values(self) -> Array:
        """True minus predicted."""
        return self.true - self.predicted

    @property
    def mean(self) -> float:
        """Mean of the residuals: above 0 the model predicts too little."""
        return _mean(self.values)

    @property
    def absolute_error(self) -> float:
        """Mean absolute error."""
        return _mean(np.abs(self.values))

    @property
    def root_squared_error(self) -> float:
        """Root of the mean squared error."""
        return math.sqrt(_mean(np.square(self.values)))

    @property
    def explained(self) -> float:
        """R2: 1 - squared residuals / squared distances from the true mean; NaN where all true amounts are equal."""
        spread = float(np.square(self.true - _mean(self.true)).sum())
        return 1.0 - float(np.square(self.values).sum()) / spread if spread > 0 else math.nan


@dataclass(frozen=True)
class Interval:
    """How far below and above a prediction the truth lies, at a level.

    low, high: to be added to a prediction. level: the share of new samples that should lie within. covered: the share of these
    samples that does.
    """

    level: float
    low: float
    high: float
    covered: float

    @property
    def how(self) -> str:
        """How it was computed, in words."""
        return say.how_interval(self.level)


def residuals(true: Array, predicted: Array) -> Residuals:
    """Residuals of amounts; pairs without a finite number on both sides are left out.

    Args:
        true: amounts of any shape.
        predicted: as many.

    Returns:
        The pairs, flat.

    Example:
        >>> residuals(np.array([1.0, 3.0]), np.array([1.5, 2.0])).values.tolist()
        [-0.5, 1.0]
    """
    true, predicted = (np.asarray(one, np.float64).reshape(-1) for one in (true, predicted))
    good = np.isfinite(true) & np.isfinite(predicted)
    return Residuals(true[good], predicted[good])


def interval(errors: Residuals, level: float = LEVEL) -> Interval | None:
    """A prediction interval from residuals of samples that were not trained on (split conformal prediction).

    Of n residuals, the ones numbered floor((n + 1) a / 2) and ceil((n + 1) (1 - a / 2)) from below are the ends, a = 1 - level:
    of new samples of the same kind at least this share lies within, whatever the residuals' distribution (Vovk et al., 2005).

    Args:
        errors: the residuals.
        level: the share, 0.9 by default.

    Returns:
        The interval; None where there are too few residuals for the level.

    Example:
        >>> ninety = interval(residuals(np.arange(99.0), np.zeros(99)))
        >>> ninety.low, ninety.high
        (4.0, 94.0)
    """
    ordered = np.sort(errors.values)
    count, out = len(ordered), (1.0 - level) / 2
    # Rounding of a product such as 100 * 0.05 must not skip a whole place.
    low, high = math.floor((count + 1) * out + 1e-9), math.ceil((count + 1) * (1 - out) - 1e-9)
    if low < 1 or high > count:
        return None
    ends = float(ordered[low - 1]), float(ordered[high - 1])
    return Interval(level, *ends, _mean((ordered >= ends[0]) & (ordered <= ends[1])))


def _mean(values: Array) -> float:
    return float(values.mean()) if len(values) else math.nan
