"""Figures of arrays: sizes, shares and histograms, as plain NumPy computes them in double precision."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..types import Array

# Numbers that are looked at together, so that large arrays stay in the cache and take no copy of their own.
_BLOCK = 1 << 16


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
    total = sum(_squares(array) for array in arrays)
    return float(np.sqrt(total / count)) if count else 0.0


def _squares(array: Array) -> float:
    """The sum of the squares of all numbers, in double precision."""
    numbers, total = np.asarray(array).reshape(-1), 0.0
    with np.errstate(over="ignore", invalid="ignore"):
        for start in range(0, numbers.size, _BLOCK):
            block = numbers[start : start + _BLOCK].astype(np.float64)
            total += float(block @ block)
    return total


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
    return float(np.maximum(np.abs(array.max()), np.abs(array.min()))) if array.size else 0.0


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
    numbers = np.asarray(array).reshape(-1)
    count = zero = 0
    mean = squares = apart = 0.0
    low, high = np.inf, -np.inf
    for start in range(0, numbers.size, _BLOCK):
        block = numbers[start : start + _BLOCK].astype(np.float64)
        finite = block[np.isfinite(block)]
        if not finite.size:
            continue
        # Mean and squared distances of both parts joined (Chan, Golub & LeVeque, 1979).
        more, here = finite.size, float(finite.mean())
        away = here - mean
        with np.errstate(over="ignore"):
            apart += float(np.square(finite - here).sum()) + away * away * count * more / (count + more)
            squares += float(np.square(finite).sum())
        mean += away * more / (count + more)
        count += more
        low, high = min(low, float(finite.min())), max(high, float(finite.max()))
        zero += more - int(np.count_nonzero(finite))
    bad, size = numbers.size - count, numbers.size
    if not count:
        return Summary(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, bad, size)
    return Summary(
        mean, float(np.sqrt(apart / count)), low, high, float(np.sqrt(squares / count)), zero / size, bad, size
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
    finite = np.isfinite(numbers)
    counts, edges = np.histogram(numbers if finite.all() else numbers[finite], bins)
    return counts, edges
