"""Pictures that look alike, told by small grey copies of them: saved anew, smaller, lighter or darker ones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..types import Array

NEARLY_LOOKED_AT = 1000
"""Of each part so many pictures are compared at most: each has to be decoded."""
THUMBNAIL = (16, 17)
"""Rows and columns of the small copies."""
# Photographs saved anew or at half their size correlate by 0.993 and more, different ones of one place by 0.95 at most.
_LIKE = 0.988
# Simple drawings look alike without being the same: in a photograph hardly two neighbours are equal.
_LEAST_BUSY = 0.5
_DIFFERENCE = 0.5


def nearly_equal(some: Sequence[Array | None], others: Sequence[Array | None]) -> list[tuple[int, int]]:
    """Pairs of pictures that look alike. Drawings of a few plain areas are left out.

    Args:
        some: small grey pictures of `THUMBNAIL`'s size, of 0 to 255; None where there is none.
        others: those that they are compared with.

    Returns:
        For each of the ones that has any like it, its number and that of the one most like it.

    Example:
        >>> picture = np.random.default_rng(0).uniform(0, 255, THUMBNAIL)
        >>> nearly_equal([0.9 * picture + 3, picture[::-1]], [np.zeros(THUMBNAIL), picture])
        [(0, 1)]
    """
    numbers, pictures = _busy(some)
    known, beside = _busy(others)
    if not numbers or not known:
        return []
    r = pictures @ beside.T
    best = r.argmax(1)
    return [(number, known[int(best[place])]) for place, number in enumerate(numbers) if r[place, best[place]] >= _LIKE]


def _busy(pictures: Sequence[Array | None]) -> tuple[list[int], Array]:
    """Numbers of the pictures that are no simple drawings, and these around 0 and of length 1."""
    numbers: list[int] = []
    rows: list[Array] = []
    for number, one in enumerate(pictures):
        if one is None or (np.abs(np.diff(one, axis=1)) > _DIFFERENCE).mean() < _LEAST_BUSY:
            continue
        centred = (one - one.mean()).reshape(-1)
        numbers.append(number)
        rows.append(centred / np.linalg.norm(centred))
    return numbers, np.array(rows)
