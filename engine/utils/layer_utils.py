"""The summary table and parameter counts, under Keras's path."""

from __future__ import annotations

from collections.abc import Iterable

from ..core.tensor import Variable
from ..models.summary import print_summary

__all__ = ["count_params", "print_summary"]


def count_params(weights: Iterable[Variable]) -> int:
    """Number of elements in distinct weights."""
    return sum(w.size for w in dict.fromkeys(weights))
