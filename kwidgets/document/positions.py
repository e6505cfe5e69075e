"""Where cards stand that a person has placed: on a grid, and never one on another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from .draft import Draft

Place = tuple[float, float]
# Left, top, width and height.
Box = tuple[float, float, float, float]
Places = NDArray[np.float64]

CARD_WIDTH, CARD_HEIGHT = 210.0, 70.0
# The least distance between two cards, so that a wire with rounded corners fits.
CLEARANCE = 30.0
GRID = 10.0
# Cards looked at first for a free place, and places tried at once.
FEW, CHUNK = 24, 512
# From the top of a card to the top of the card below it, where there is room.
STEP = 120.0


def snapped(point: Place) -> Place:
    """The nearest point of the grid.

    >>> snapped((17.0, -3.2))
    (20.0, 0.0)
    """
    x, y = (round(value / GRID) * GRID + 0.0 for value in point)
    return x, y


def free_place(wanted: Place, taken: Iterable[Place], clearance: float = CLEARANCE, notes: Iterable[Box] = ()) -> Place:
    """The place nearest to `wanted` at which a card keeps `clearance` from those at `taken` (top-left corners) and notes.

    >>> free_place((0.0, 0.0), [(0.0, 40.0)])
    (0.0, -60.0)
    """
    lows, highs = _forbidden(taken, clearance, notes)
    start = np.array([wanted], float)
    if _free(start, lows, highs)[0]:
        return wanted
    by_distance = np.argsort(np.abs((lows + highs) / 2 - start).sum(axis=1), kind="stable")
    count = FEW
    while True:
        # The nearest free place touches the reach of other cards: beside or above one, or in a corner between two.
        near = by_distance[:count]
        xs, ys = (np.unique([lows[near, axis], highs[near, axis]]) for axis in (0, 1))
        places = np.stack(np.meshgrid([wanted[0], *xs], [wanted[1], *ys]), axis=-1).reshape(-1, 2)
        places = places[np.argsort(((places - start) ** 2).sum(axis=1), kind="stable")]
        for part in np.split(places, range(CHUNK, len(places), CHUNK)):
            free = _free(part, lows, highs)
            if free.any():
                x, y = part[free.argmax()]
                return float(x), float(y)
        count *= 2


def _forbidden(taken: Iterable[Place], clearance: float, notes: Iterable[Box]) -> tuple[Places, Places]:
    """Between which corners no card may stand: one pair for each card at `taken` and each note."""
    cards: Places = np.array(list(taken), float).reshape(-1, 2)
    boxes: Places = np.array(list(notes), float).reshape(-1, 4)
    corners = np.concatenate([cards, boxes[:, :2]])
    sizes = np.concatenate([np.full_like(cards, (CARD_WIDTH, CARD_HEIGHT)), boxes[:, 2:]])
    return corners - (CARD_WIDTH + clearance, CARD_HEIGHT + clearance), corners + sizes + clearance


def _free(places: Places, lows: Places, highs: Places) -> NDArray[np.bool_]:
    """Which of the places lie between none of the corners."""
    near = (places[:, None] > lows[None]) & (places[:, None] < highs[None])
    return ~_any(near[:, :, 0] & near[:, :, 1])


def _any(rows: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which rows hold a True."""
    return np.count_nonzero(rows, axis=1) > 0


def free_places(
    places: Sequence[Place], taken: Iterable[Place], clearance: float, notes: Iterable[Box] = ()
) -> list[bool]:
    """For each place whether a card there keeps `clearance` from those at `taken` and from notes."""
    return _free(np.array(places, float).reshape(-1, 2), *_forbidden(taken, clearance, notes)).tolist()


def overlapping(places: Mapping[str, Place]) -> list[str]:
    """Cards that lie on one that comes before them."""
    corners: Places = np.array(list(places.values()), float).reshape(-1, 2)
    near = np.abs(corners[:, None] - corners[None]) < (CARD_WIDTH, CARD_HEIGHT)
    on_earlier = _any(np.tril(near[:, :, 0] & near[:, :, 1], -1))
    return [card for card, on in zip(places, on_earlier.tolist(), strict=True) if on]


def pin_between(draft: Draft, node: str, source: str, target: str | None) -> None:
    """Pins a new node under its source where both neighbours were placed by hand; others go where the layout puts them."""
    if source not in draft.layout or (target is not None and target not in draft.layout):
        return
    x, y = draft.layout[source]
    draft.layout[node] = free_place((x, y + STEP), draft.layout.values())
