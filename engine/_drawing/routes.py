"""Ways for wires round cards that stand anywhere: level and upright lines that pass under no card.

A way has as few corners as there can be, found on the lines beside the cards: in each step all points that one more
corner reaches are marked at once. Ways of different sources do not run on each other while there is another way.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from .layout import Point
from .wrap import STRAIGHT, Wire, without_needless

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Whole = NDArray[np.intp]

# Distance from a card to a line beside it, and between two such lines.
ASIDE = 12.0
# Parallel ways that are nearer to each other than this look like one.
NEAR = 6.0
# Only cards this near to the two ends are looked at first.
AROUND = 500.0


class Cards:
    """Cards of one size as obstacles.

    Args:
        corners: their top-left corners.
        card: width and height of a card.
    """

    def __init__(self, corners: Sequence[Point], card: tuple[float, float]) -> None:
        self.size = np.array(card)
        self.low: Floats = np.array(corners, float).reshape(-1, 2)
        self.high: Floats = self.low + self.size

    def crossed(self, routes: Sequence[Sequence[Point]]) -> list[bool]:
        """Which of the ways pass under a card.

        Args:
            routes: the corners of each way; one without points counts as free.

        Returns:
            True or False for each.
        """
        ends, owner = _segments(routes)
        low, high = ends.min(axis=1), ends.max(axis=1)
        is_crossed = np.zeros(len(routes), bool)
        for start in range(0, len(ends), 1024):
            part = slice(start, start + 1024)
            inside = (low[part, None] < self.high - 1e-6) & (high[part, None] > self.low + 1e-6)
            is_crossed[owner[part][inside.all(axis=2).any(axis=1)]] = True
        return is_crossed.tolist()

    def within(self, low: Floats, high: Floats) -> Cards:
        """The cards that reach into a window.

        Args:
            low: its top-left corner.
            high: its bottom-right corner.

        Returns:
            These cards.
        """
        seen = ((self.low < high) & (self.high > low)).all(axis=1)
        return Cards([(float(x), float(y)) for x, y in self.low[seen]], (float(self.size[0]), float(self.size[1])))


def _segments(routes: Iterable[Sequence[Point]]) -> tuple[Floats, Whole]:
    """Both ends of every piece of the ways, and the number of its way."""
    pieces = [(pair, number) for number, way in enumerate(routes) for pair in zip(way, way[1:], strict=False)]
    ends: Floats = np.array([pair for pair, _ in pieces], float).reshape(-1, 2, 2)
    return ends, np.array([number for _, number in pieces], np.intp)


def ends_of(wire: Wire, corners: Sequence[Point], card: tuple[float, float]) -> tuple[Point, Point]:
    """Where a wire leaves its source and enters its target.

    Args:
        wire: the wire.
        corners: the cards' top-left corners.
        card: width and height of a card.

    Returns:
        The middle of the source's bottom, and a port of the target's top.

    Example:
        >>> ends_of(Wire(0, 1), [(0.0, 0.0), (0.0, 100.0)], (20.0, 10.0))
        ((10.0, 10.0), (10.0, 100.0))
    """
    (x, y), (a, b) = corners[wire.source], corners[wire.target]
    return (x + card[0] / 2, y + card[1]), (a + card[0] * wire.port, b)


def completed(
    wires: Sequence[Wire],
    corners: Sequence[Point],
    routes: Sequence[Sequence[Point]],
    card: tuple[float, float],
    doubtful: Collection[int] | None = None,
) -> list[list[Point]]:
    """The ways of wires, with new ones where there is none or it passes under a card.

    Where cards leave no way at all (they lie on each other), a wire goes straight through.

    Args:
        wires: the wires.
        corners: the cards' top-left corners.
        routes: the corners of each wire's way, empty where there is none.
        card: width and height of a card.
        doubtful: the indices of wires that may need a new way; None (the default): all.

    Returns:
        The corners of each wire's way.

    Example:
        >>> completed([Wire(0, 1)], [(0.0, 0.0), (0.0, 100.0)], [[]], (20.0, 10.0))
        [[(10.0, 10.0), (10.0, 100.0)]]
    """
    cards = Cards(corners, card)
    ways = [list(way) for way in routes]
    asked = sorted(range(len(ways)) if doubtful is None else doubtful)
    crossing = cards.crossed([ways[number] for number in asked])
    missing = [number for number, crossed in zip(asked, crossing, strict=True) if crossed or not ways[number]]
    simple = [_simple(*ends_of(wires[number], corners, card)) for number in missing]
    left: list[int] = []
    for number, way, crossed in zip(missing, simple, cards.crossed(simple), strict=True):
        ways[number] = [] if crossed else way
        if crossed or not way:
            left.append(number)
    sources = [wire.source for wire in wires]
    for number in left:
        start, end = ends_of(wires[number], corners, card)
        used = [way for source, way in zip(sources, ways, strict=True) if source != sources[number]]
        ways[number] = found_way(start, end, cards, used)
    return ways


def _simple(start: Point, end: Point) -> list[Point]:
    """Straight down, or down, across and down; nothing where the end is not clearly below the start."""
    (x, y), (a, b) = start, end
    if b - y < ASIDE:
        return []
    if abs(x - a) <= STRAIGHT:
        return [start, end]
    return [start, (x, (y + b) / 2), (a, (y + b) / 2), end]


def found_way(start: Point, end: Point, cards: Cards, used: Sequence[Sequence[Point]] = ()) -> list[Point]:
    """A way with few corners, down out of `start` and down into `end`, round all cards and beside the ways in `used`."""
    both = np.array([start, end])
    for around in (AROUND, np.inf):
        low, high = both.min(axis=0) - around, both.max(axis=0) + around
        near = cards.within(low, high)
        for others in (used, ()):
            way = _Lines(start, end, near, low, high).way(others)
            if way:
                return way
    return [start, (start[0], (start[1] + end[1]) / 2), (end[0], (start[1] + end[1]) / 2), end]


class _Lines:
    """The lines beside the cards of a window, and how the two ends lie on them."""

    def __init__(self, start: Point, end: Point, cards: Cards, low: Floats, high: Floats) -> None:
        self.ends = (start, end)
        self.cards = cards
        below, above = _room(cards, 1), _room(cards, 1, before=True)
        self.start = (start[0], start[1] + _stub(start, cards, 1))
        self.end = (end[0], end[1] - _stub(end, cards, -1))
        across = _room(cards, 0), _room(cards, 0, before=True)
        self.x = _lines(cards, 0, across, (start[0], end[0]), low[0], high[0])
        self.y = _lines(cards, 1, (below, above), (self.start[1], self.end[1]), low[1], high[1])

    def way(self, used: Sequence[Sequence[Point]]) -> list[Point]:
        """Corners of a way, [] where there is none."""
        level, upright = self._blocked(used)
        runs = (_runs(upright.T).T, _runs(level))
        start = int(np.searchsorted(self.y, self.start[1])), int(np.searchsorted(self.x, self.start[0]))
        end = int(np.searchsorted(self.y, self.end[1])), int(np.searchsorted(self.x, self.end[0]))
        reached = _spread(runs, start, end)
        if reached[end] < 0:
            return []
        points = [(float(self.x[x]), float(self.y[y])) for y, x in _back(runs, reached, start, end)]
        return without_needless([self.ends[0], *points, self.ends[1]])

    def _blocked(self, used: Sequence[Sequence[Point]]) -> tuple[Bools, Bools]:
        """Pieces of level lines [y, x to x+1] and of upright ones [y to y+1, x] that a card or another way covers."""
        x, y = self.x, self.y
        level, upright = np.zeros((len(y), len(x) - 1), bool), np.zeros((len(y) - 1, len(x)), bool)
        for low, high in zip(self.cards.low, self.cards.high, strict=True):
            level[_inside(y, low[1], high[1]), _pieces(x, low[0], high[0])] = True
            upright[_pieces(y, low[1], high[1]), _inside(x, low[0], high[0])] = True
        segments, _ = _segments(used)
        low, high = np.array([x[0], y[0]]) - NEAR, np.array([x[-1], y[-1]]) + NEAR
        seen = ((segments.min(axis=1) < high) & (segments.max(axis=1) > low)).all(axis=1)
        for (x0, y0), (x1, y1) in segments[seen].tolist():
            if y0 == y1:
                level[_inside(y, y0 - NEAR, y0 + NEAR), _pieces(x, min(x0, x1), max(x0, x1))] = True
            else:
                upright[_pieces(y, min(y0, y1), max(y0, y1)), _inside(x, x0 - NEAR, x0 + NEAR)] = True
        return level, upright


def _room(cards: Cards, axis: int, *, before: bool = False) -> Floats:
    """Free space of each card on one side, up to the next card there; at most 4 x ASIDE."""
    most = 4 * ASIDE
    if not len(cards.low):
        return np.zeros(0)
    other = 1 - axis
    side = np.abs(cards.low[:, None, other] - cards.low[None, :, other]) < cards.size[other]
    away = (cards.low[None, :, axis] - cards.high[:, None, axis]) * 1.0
    if before:
        away = cards.low[:, None, axis] - cards.high[None, :, axis]
    return np.where(side & (away >= -1e-6), np.maximum(away, 0.0), most).min(axis=1).clip(max=most)


def _stub(end: Point, cards: Cards, down: int) -> float:
    """How far a wire goes straight out of a card before it may turn."""
    x, y = end
    over = (cards.low[:, 0] < x) & (cards.high[:, 0] > x)
    away = cards.low[over, 1] - y if down > 0 else y - cards.high[over, 1]
    return float(min(ASIDE, away[away >= -1e-6].min(initial=2 * ASIDE) / 2))


def _lines(
    cards: Cards, axis: int, room: tuple[Floats, Floats], ends: Iterable[float], low: float, high: float
) -> Floats:
    """Places of the lines along one axis: one or two beside each card, between two cards that stand close in the middle."""
    after, before = room
    near = [cards.high[:, axis] + np.minimum(ASIDE, after / 2), cards.low[:, axis] - np.minimum(ASIDE, before / 2)]
    far = [(cards.high[:, axis] + 2 * ASIDE)[after >= 3 * ASIDE], (cards.low[:, axis] - 2 * ASIDE)[before >= 3 * ASIDE]]
    lines = np.unique(np.concatenate([*near, *far, list(ends)]))
    return lines[((lines > low) & (lines < high)) | np.isin(lines, list(ends))]


def _inside(lines: Floats, low: float, high: float) -> slice:
    """The lines that run through between two places."""
    return slice(int(np.searchsorted(lines, low + 1e-6)), int(np.searchsorted(lines, high - 1e-6)))


def _pieces(lines: Floats, low: float, high: float) -> slice:
    """The pieces between neighbouring lines that reach in between two places."""
    first = int(np.searchsorted(lines, low + 1e-6, side="right")) - 1
    return slice(max(first, 0), int(np.searchsorted(lines, high - 1e-6)))


def _runs(blocked: Bools) -> Whole:
    """For each point of each line (a row) the number of the free stretch that it lies on."""
    steps = np.ones((blocked.shape[0], blocked.shape[1] + 1), np.intp)
    steps[:, 1:] = blocked
    return steps.ravel().cumsum().reshape(steps.shape)


def _spread(runs: tuple[Whole, Whole], start: tuple[int, int], end: tuple[int, int]) -> Whole:
    """With how many corners each point is reached from the start, -1 where it was not needed or is not reached.

    runs: the free stretches of upright lines, then of level ones. The way begins upright.
    """
    reached: Whole = np.full(runs[0].shape, -1, np.intp)
    fresh = np.zeros(reached.shape, bool)
    fresh[start] = True
    corners = 0
    while fresh.any() and reached[end] < 0:
        on = runs[corners % 2]
        touched = np.zeros(int(on.max()) + 1, bool)
        touched[on[fresh]] = True
        fresh = touched[on] & (reached < 0)
        reached[fresh] = corners
        corners += 1
    return reached


def _back(
    runs: tuple[Whole, Whole], reached: Whole, start: tuple[int, int], end: tuple[int, int]
) -> list[tuple[int, int]]:
    """Points of the way from the start to the end."""
    way = [end]
    for corners in range(int(reached[end]), 0, -1):
        y, x = way[-1]
        on = runs[corners % 2]
        line = (slice(None), x) if corners % 2 == 0 else (y, slice(None))
        able = np.flatnonzero((on[line] == on[y, x]) & (reached[line] == corners - 1))
        here = y if corners % 2 == 0 else x
        best = int(able[np.abs(able - here).argmin()])
        way.append((best, x) if corners % 2 == 0 else (y, best))
    return [start, *reversed(way)]
