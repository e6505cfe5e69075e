"""Rows that are equal to others: what is measured on them was learnt by heart."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from ..errors import DataError
from ..types import Array, ArrayLike

_DIGEST_BYTES = 16
# An odd factor spreads each bit over those above it, and the shift brings them back; MurmurHash's.
_SEED, _FACTOR = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xFF51AFD7ED558CCD)


def repeated(rows: ArrayLike | Sequence[ArrayLike], of: ArrayLike | Sequence[ArrayLike] | None = None) -> Array:
    """Which rows of arrays are equal to a row of others, or to an earlier one of their own.

    Args:
        rows: an array (N, ...), or a list of arrays of one length, whose rows belong together.
        of: the arrays that they are compared with, of as many values in a row; None (the default): an earlier row of `rows`.

    Returns:
        A mask (N,).

    Raises:
        DataError: arrays that belong together differ in their lengths, or rows of both cannot be compared.

    Example:
        >>> x_train, x_test = np.array([[1.0, 2], [3, 4], [1, 2]]), np.array([[3.0, 4], [5, 6]])
        >>> repeated(x_test, of=x_train).tolist(), repeated(x_train).tolist()
        ([True, False], [False, False, True])
        >>> x_test[~repeated(x_test, of=x_train)].tolist()
        [[5.0, 6.0]]
    """
    chosen = _arrays(rows, "rows")
    if of is None:
        seen: set[bytes] = set()
        return np.array([digest in seen or bool(seen.add(digest)) for digest in digests(chosen)], bool)
    others = _arrays(of, "of")
    shapes, of_shapes = ([array.shape[1:] for array in arrays] for arrays in (chosen, others))
    if shapes != of_shapes:
        raise DataError(where="repeated, of", expected=f"rows of shapes {shapes}", actual=f"rows of shapes {of_shapes}")
    # Equal numbers of other types have other bytes.
    alike = [other.astype(array.dtype, copy=False) for array, other in zip(chosen, others, strict=True)]
    known = set(digests(alike))
    return np.array([digest in known for digest in digests(chosen)], bool)


def digests(arrays: Sequence[Array]) -> list[bytes]:
    """A short digest of each row; of several arrays of all that belongs to it.

    Args:
        arrays: (N, ...) each.

    Returns:
        N digests.
    """
    rows = min((len(array) for array in arrays), default=0)
    contents = [np.ascontiguousarray(array) for array in arrays]
    made: list[bytes] = []
    for row in range(rows):
        content = hashlib.blake2b(digest_size=_DIGEST_BYTES)
        for array in contents:
            content.update(array[row].tobytes())
        made.append(content.digest())
    return made


def equal_rows(array: Array) -> int:
    """How many rows of an array are equal to an earlier one.

    Args:
        array: of numbers, (N, ...).

    Returns:
        Their number, told by hashes of 64 bits.

    Example:
        >>> equal_rows(np.array([[1.0, 2], [3, 4], [1, 2], [1, 2]]))
        2
    """
    rows = (
        np.ascontiguousarray(array).reshape(len(array), -1).view(np.uint8) if array.size else np.zeros((0, 0), np.uint8)
    )
    words = np.zeros((len(rows), -(-rows.shape[1] // 8)), np.uint64)
    words.view(np.uint8)[:, : rows.shape[1]] = rows
    hashes = np.full(len(rows), _SEED, np.uint64)
    for place in range(words.shape[1]):
        hashes ^= words[:, place]
        hashes *= _FACTOR
        hashes ^= hashes >> np.uint64(29)
    return len(hashes) - len(np.unique(hashes))


def _arrays(data: ArrayLike | Sequence[ArrayLike], where: str) -> list[Array]:
    """Arrays of one length: those of a list, or the only one."""
    listed = list(data) if isinstance(data, (list, tuple)) else []
    arrays = [np.asarray(one) for one in listed]
    if not any(isinstance(one, np.ndarray) for one in listed):
        arrays = [np.asarray(data)]
    lengths = {len(array) if array.ndim else 0 for array in arrays}
    if len(lengths) != 1 or not all(array.ndim for array in arrays):
        raise DataError(
            where=f"repeated, {where}", expected="arrays of one length", actual=", ".join(map(str, lengths))
        )
    return arrays
