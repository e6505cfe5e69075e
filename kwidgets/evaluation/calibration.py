"""Whether a model is right as often as it says: stated probability beside the share that was right."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.types import Array

from ..words import results as say

BINS = 10


@dataclass(frozen=True)
class Calibration:
    """Samples in bins of equal width by stated probability.

    edges: (B + 1,). counts: (B,) samples of each bin. stated, right: (B,) mean stated probability and share that was right,
    NaN in an empty bin. error: their distance, weighted by the counts (expected calibration error).
    """

    edges: Array
    counts: Array
    stated: Array
    right: Array

    @property
    def error(self) -> float:
        """The mean distance of stated probability and share that was right; NaN without samples."""
        total = self.counts.sum()
        there = self.counts > 0
        return (
            float((self.counts[there] * np.abs(self.stated - self.right)[there]).sum() / total)
            if total
            else float("nan")
        )

    @property
    def how(self) -> str:
        """How it was computed, in words."""
        return say.how_calibration(len(self.counts))


def calibration(stated: Array, is_right: Array, bins: int = BINS) -> Calibration:
    """Compare stated probabilities with what came true.

    Args:
        stated: (N,) probabilities, such as that of the predicted class.
        is_right: (N,) of 0 and 1, whether that was right.
        bins: how many bins of equal width from 0 to 1, 10 by default; a bin holds its upper edge.

    Returns:
        The bins.

    Example:
        >>> bins = calibration(np.array([0.95, 0.95, 0.55, 0.55]), np.array([1, 1, 1, 0]))
        >>> round(bins.error, 3)
        0.05
    """
    good = np.isfinite(stated)
    stated, is_right = np.clip(stated[good].astype(np.float64), 0.0, 1.0), is_right[good] > 0
    edges = np.linspace(0.0, 1.0, bins + 1)
    bin_index = np.clip(np.searchsorted(edges, stated, side="left") - 1, 0, bins - 1)
    counts = np.bincount(bin_index, minlength=bins)
    some = np.maximum(counts, 1)
    means = [np.bincount(bin_index, values, minlength=bins) / some for values in (stated, is_right.astype(np.float64))]
    stated_mean, right_share = (np.where(counts > 0, mean, np.nan) for mean in means)
    return Calibration(edges, counts, stated_mean, right_share)
