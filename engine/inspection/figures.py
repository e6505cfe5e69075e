"""Figures of arrays: sizes, shares and histograms, as plain NumPy computes them in double precision."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..types import Array


class Summary(NamedTuple):
    """What an array's numbers are like.

    Args:
        mean: of the finite numbers.
        std: their standard deviation.
        low: the smallest.
        high: the largest.
        rms: the root of the mean of their squares.
        zero: the share that is 0.
        bad: how many are NaN or infinite.
        size: how many numbers there are.
    """

    mean: float
    std: float
    low: float
    high: float
    rms: float
    zero: float
    bad: int
    size: int


def rms(*arrays: Array) -> float:
    """The root of the mean of the squares of all numbers.

    Args:
        *arrays: arrays of any shape.

    Returns:
        The figure, 0.0 where there are no numbers.

    Example:
        >>> import numpy as np
        >>> rms(np.array([3.0, 4.0]), np.array([]))
        3.5355339059327378
    """
    count = sum(array.size for array in arrays)
    total = sum(float(np.square(array, dtype=np.float64).sum()) for array in arrays)
    return float(np.sqrt(total / count)) if count else 0.0


def largest(array: Array) -> float:
    """The largest size of a number, 0.0 where there are none.

    Args:
        array: of any shape.

    Returns:
        The figure; NaN where there is one.

    Example:
        >>> import numpy as np
        >>> largest(np.array([-3.0, 2.0]))
        3.0
    """
    return float(np.abs(array).max()) if array.size else 0.0


def summary(array: Array) -> Summary:
    """What an array's numbers are like.

    Args:
        array: of any shape; truth values count as 0 and 1.

    Returns:
        The figures, all 0 where there are no finite numbers.

    Example:
        >>> import numpy as np
        >>> summary(np.array([0.0, 2.0, np.nan]))[:6]
        (1.0, 1.0, 0.0, 2.0, 1.4142135623730951, 0.3333333333333333)
    """
    numbers = np.asarray(array, np.float64)
    finite = numbers[np.isfinite(numbers)]
    bad, size = numbers.size - finite.size, numbers.size
    if not finite.size:
        return Summary(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, bad, size)
    zero = float((finite == 0).sum() / size)
    return Summary(
        float(finite.mean()),
        float(finite.std()),
        float(finite.min()),
        float(finite.max()),
        rms(finite),
        zero,
        bad,
        size,
    )


def histogram(array: Array, bins: int = 40) -> tuple[Array, Array]:
    """How many of an array's finite numbers lie in each of equal steps from the smallest to the largest.

    Args:
        array: of any shape.
        bins: number of steps, 40 by default.

    Returns:
        The counts (bins,) and the ends of the steps (bins + 1,).

    Example:
        >>> import numpy as np
        >>> histogram(np.array([0.0, 1.0, 1.0]), bins=2)[0].tolist()
        [1, 2]
    """
    numbers = np.asarray(array, np.float64)
    counts, edges = np.histogram(numbers[np.isfinite(numbers)], bins)
    return counts, edges
