"""Pictures that are trained on and measured too: a score on these is better than it will be on new ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from ..errors import EngineError
from ..types import Array
from .picture_files import PictureFile
from .split import Parts

MOST_TRAINED, MOST_MEASURED = 2000, 500
# Of 360 parts of photographs and textures nine in ten copies in another size, quality or brightness lie above; no two different
# parts do (0.988 at most), nor any two of the package's 1797 digits (0.994).
_ALIKE = 0.9985


def equal_files(files: Sequence[PictureFile], parts: Parts, mark: Callable[[int], str]) -> dict[int, int]:
    """Files of the same bytes.

    Args:
        files: the files by row.
        parts: numbers of the pictures of each part.
        mark: tells files of one size apart, by row.

    Returns:
        For each measured row the training row of the same bytes, where there is one.
    """
    by_size: dict[int, list[int]] = {}
    for row, listed in enumerate(files):
        by_size.setdefault(listed.size, []).append(row)
    trained = set(parts.train.tolist())
    marked: dict[tuple[int, str], list[int]] = {}
    for size, rows in by_size.items():
        if len(rows) > 1:
            for row in rows:
                try:
                    digest = mark(row)
                except (EngineError, OSError):
                    continue  # it is named where it is read
                marked.setdefault((size, digest), []).append(row)
    copies: dict[int, int] = {}
    for rows in marked.values():
        source = next((row for row in rows if row in trained), None)
        if source is not None:
            copies.update({row: source for row in rows if row not in trained})
    return copies


def looked_at(rows: Array, most: int) -> list[int]:
    """Some rows at even distances.

    Args:
        rows: numbers of rows.
        most: how many at most.

    Returns:
        Some of them, in order.
    """
    return rows[np.unique(np.linspace(0, len(rows) - 1, min(len(rows), most)).astype(np.int64))].tolist()


def alike_pictures(
    parts: Parts, thumbnails: Callable[[Sequence[int]], Sequence[Array | None]], known: Mapping[int, int]
) -> dict[int, int]:
    """Pictures that look the same: of up to 2000 training pictures and 500 of each other part, at even distances.

    Args:
        parts: numbers of the pictures of each part.
        thumbnails: makes very small pictures of mean 0 and length 1, by row; None of a broken one.
        known: rows that are not looked at, as their files are equal.

    Returns:
        For each measured row the training row that looks the same, where there is one.
    """
    trained, of_trained = _looked_at(parts.train, MOST_TRAINED, thumbnails)
    copies: dict[int, int] = {}
    for part in (parts.validation, parts.test):
        others = np.array([row for row in part.tolist() if row not in known], np.int64)
        measured, of_measured = _looked_at(others, MOST_MEASURED, thumbnails)
        if len(trained) and len(measured):
            same = of_measured @ of_trained.T
            nearest = same.argmax(1)
            for place in np.flatnonzero(same[np.arange(len(measured)), nearest] >= _ALIKE).tolist():
                copies[measured[place]] = trained[int(nearest[place])]
    return copies


def _looked_at(
    rows: Array, most: int, thumbnails: Callable[[Sequence[int]], Sequence[Array | None]]
) -> tuple[list[int], Array]:
    """Some of the rows at even distances with their thumbnails (rows, 768); without those of one grey alone."""
    chosen = looked_at(rows, most)
    made = {row: one for row, one in zip(chosen, thumbnails(chosen), strict=True) if one is not None and one.any()}
    return list(made), np.stack(list(made.values())) if made else np.zeros((0, 1), np.float32)
