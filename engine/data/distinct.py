"""The different values of a column: of numbers by sorting, of texts piece by piece, so that other threads go on meanwhile."""

from __future__ import annotations

import numpy as np

from ..types import Array

# Python does nothing else while it looks through so many texts.
TEXTS_AT_A_TIME = 20_000


def distinct(values: Array) -> tuple[Array, Array]:
    """The different values, and which of them each is.

    Args:
        values: numbers, dates, truth values, or texts as objects.

    Returns:
        The different values in order, and for each value its place among them.

    Example:
        >>> names, places = distinct(np.array(["b", "a", "b"], object))
        >>> names.tolist(), places.tolist()
        (['a', 'b'], [1, 0, 1])
    """
    if values.dtype.kind != "O":
        names, places = np.unique(values, return_inverse=True)
        return names, places.reshape(len(values))
    known: dict[str, int] = {}
    codes = np.empty(len(values), np.int64)
    for first in range(0, len(values), TEXTS_AT_A_TIME):
        piece = values[first : first + TEXTS_AT_A_TIME].tolist()
        codes[first : first + len(piece)] = [known.setdefault(text, len(known)) for text in piece]
    names, places = np.empty(len(known), object), np.empty(len(known), np.int64)
    names[:] = sorted(known)
    places[[known[name] for name in names]] = np.arange(len(known))
    return names, places[codes]


def distinct_texts(values: Array) -> tuple[Array, Array]:
    """As `distinct`, of the values written as texts and in the order of these.

    Args:
        values: numbers, dates, truth values, or texts as objects.

    Returns:
        The different texts in order, and for each value its place among them.

    Example:
        >>> names, places = distinct_texts(np.array([10, 2, 10]))
        >>> names.tolist(), places.tolist()
        (['10', '2'], [0, 1, 0])
    """
    names, places = distinct(values)
    texts = names.astype(str)
    order = np.argsort(texts, kind="stable")
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return texts[order], rank[places]
