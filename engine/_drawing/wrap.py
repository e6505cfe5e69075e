"""A graph as text is set: ranks go down, then into the next column, where one wire leads from what stands above.

Between two columns as few wires as can be cross, mostly one: it goes down, along under the column, up in the gutter,
over the top and down again. All cards are of one size. Nothing stands under a wire: wires turn in the gaps
between ranks, run past ranks in lanes that the layered layout keeps free, and go from column to column in gutters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from .clusters import borders, together
from .columns import LANE, aligned
from .layout import Point, ranked
from .tracks import TRACK, tracks

# Distances from the top of a card to the top of the one below, of which the first that fits is taken; and the least and
# the largest distance between columns.
PITCHES = (118.0, 112.0, 106.0, 100.0, 94.0)
GUTTERS = (24.0, 60.0)
# Room above and below columns for the wires from one to the next, and around everything.
BAND = 24.0
MARGIN = 12.0
ZOOMS = (1.0, 0.95, 0.9, 0.85)
# Sources whose wires may cross from one column to the next where a part is too tall to stay in one.
MOST_LANES = 8
# A part is cut one rank further down for each of so many more sources whose wires cross there.
CROSSING_FOR_RANK = 0.6
# Two ends with a smaller horizontal distance than this are joined by a straight line.
STRAIGHT = 0.5
# Room for the title of an opened group above its cards, and for its outline below.
GROUP_ABOVE, GROUP_BELOW = 26.0, 12.0


@dataclass(frozen=True)
class Wire:
    """A wire between two cards.

    Args:
        source: the index of the card that it leaves.
        target: the index of the card that it enters.
        port: where it enters the target's top, from 0 (left) to 1; the middle by default.
    """

    source: int
    target: int
    port: float = 0.5


@dataclass(frozen=True)
class Wrapped:
    """Where cards stand and how wires run.

    Args:
        places: top-left corners; the first column begins at the top left of (0, 0).
        routes: the corners of each wire's way; empty where the layout could keep no lanes for it.
        width: of the whole, in pixels.
        height: likewise.
        columns: how many columns there are.
        zoom: at which the canvas holds all of it, else 0.85.
    """

    places: list[Point]
    routes: list[list[Point]]
    width: float
    height: float
    columns: int
    zoom: float


def wrap(
    count: int,
    wires: Sequence[Wire],
    groups: Sequence[Sequence[int]] = (),
    canvas: tuple[float, float] = (690.0, 556.0),
    card: tuple[float, float] = (210.0, 70.0),
) -> Wrapped:
    """Places of cards in columns that fill a canvas, and ways of their wires.

    Args:
        count: how many cards there are.
        wires: the wires between them.
        groups: cards that are outlined together; they share their columns with no others, or stand in one column in a
            row. A group may lie within another; else they have no card in common.
        canvas: width and height to fill, in pixels at zoom 1.
        card: width and height of a card.

    Returns:
        Corners, ways, and the size of the whole.

    Example:
        >>> wrap(2, [Wire(0, 1)]).places
        [(0.0, 0.0), (0.0, 118.0)]
    """
    if not count:
        return Wrapped([], [], 0.0, 0.0, 0, 1.0)
    ranks = _Ranks(count, wires, groups, card)
    columns, sizes, zoom = _fitted(ranks, canvas)
    return _Page(ranks, columns, *sizes).drawn(zoom)


class _Ranks:
    """The graph rank by rank, before it is cut into columns; places across are counted from the spine of each column.

    rows: cells of each rank. steps: for each rank, the wires that go on to the next one, with the upper cell's number on
    the way. tracks: for each rank, the track of each source's wires in the gap below it.
    """

    def __init__(
        self, count: int, wires: Sequence[Wire], groups: Sequence[Sequence[int]], card: tuple[float, float]
    ) -> None:
        self.count, self.wires, self.card = count, wires, card
        self.rows, self.ways = ranked(count, [(wire.source, wire.target) for wire in wires])
        together(self.rows, self.ways, groups)
        self.borders = borders(self.rows, self.ways, groups)
        self.row_of = {cell: number for number, row in enumerate(self.rows) for cell in row}
        self.steps: list[list[tuple[int, int]]] = [[] for _ in self.rows]
        for number, way in enumerate(self.ways):
            if self.is_whole(way):
                for step in range(len(way) - 1):
                    self.steps[self.row_of[way[step]]].append((number, step))
        self.spans = [(min(rows), max(rows)) for rows in ([self.row_of[card] for card in group] for group in groups)]
        above, below = _depths(groups, self.spans)
        self.above = [GROUP_ABOVE * above.get(row, 0) for row in range(len(self.rows))]
        self.extra = [
            GROUP_ABOVE * above.get(row, 0) + GROUP_BELOW * below.get(row - 1, 0) for row in range(len(self.rows) + 1)
        ]
        self.crossing = self._crossing()
        self.units = self._units()
        self.x: dict[int, float] = {}
        self.reach: list[tuple[float, float]] = [(0.0, 0.0)] * len(self.rows)
        for first, last in self.units:
            self._align(first, last)
        self.tracks = [tracks(self._jogs(row)) for row in range(len(self.rows))]

    def split(self, tall: float) -> None:
        """Cuts units that are higher than `tall` where few wires cross, and aligns the pieces anew."""
        units: list[tuple[int, int]] = []
        above = 0.0
        for unit in self.units:
            high = _height(self, unit, PITCHES[-1]) + self.gap(unit[1], PITCHES[-1])
            # The first piece fills the column that has been begun.
            pieces = _pieces(self, unit, tall, above if above < tall else 0.0)
            above = above + high if len(pieces) == 1 and above + high <= tall else high if len(pieces) == 1 else 0.0
            units.extend(pieces)
            for first, last in pieces if len(pieces) > 1 else ():
                self._align(first, last)
        if len(units) > len(self.units):
            self.units = units
            self.tracks = [tracks(self._jogs(row)) for row in range(len(self.rows))]

    def head(self, row: int) -> float:
        """Room above a rank that begins a column: for the title of a group, or beside it."""
        least = GROUP_ABOVE if any(first <= row <= last for first, last in self.spans) else 0.0
        return max(self.above[row], least)

    def is_whole(self, way: Sequence[int]) -> bool:
        """Whether a way has a cell in each rank that it passes, downwards."""
        return self.row_of[way[-1]] - self.row_of[way[0]] == len(way) - 1 > 0

    def enters(self, wire: int, step: int) -> float:
        """Where a wire enters the lower cell of a step of its way, across."""
        way = self.ways[wire]
        port = (self.wires[wire].port - 0.5) * self.card[0] if step + 2 == len(way) else 0.0
        return self.x[way[step + 1]] + port

    def gap(self, row: int, pitch: float) -> float:
        """Height between a rank and the one below it in the same column."""
        wanted = TRACK * (2 + max(self.tracks[row].values(), default=-1))
        return max(pitch - self.card[1], wanted) + self.extra[row + 1]

    def _crossing(self) -> list[int]:
        """For each rank, how many sources have wires that go on below it."""
        ends: dict[int, int] = {}
        for way in self.ways:
            ends[way[0]] = max(ends.get(way[0], 0), self.row_of[way[-1]])
        change = [0] * (len(self.rows) + 1)
        for source, end in ends.items():
            if end > self.row_of[source]:
                change[self.row_of[source]] += 1
                change[end] -= 1
        return list(accumulate(change[: len(self.rows)]))

    def _units(self) -> list[tuple[int, int]]:
        """First and last rank of what is rather not cut: between two units only wires from one source pass."""
        cuts = [0, *(row + 1 for row, sources in enumerate(self.crossing) if sources <= 1)]
        return [(first, after - 1) for first, after in zip(cuts, cuts[1:], strict=False)]

    def _align(self, first: int, last: int) -> None:
        links = [
            (self.ways[wire][step], self.ways[wire][step + 1], self.wires[wire].port)
            for row in range(first, last)
            for wire, step in self.steps[row]
        ]
        onward = {self.ways[wire][step] for wire, step in self.steps[last]}
        rows = self.rows[first : last + 1]
        straight = [
            cells for border in self.borders if (cells := [c for c in border if first <= self.row_of[c] <= last])
        ]
        self.x.update(aligned(rows, links, self.count, self.card[0], onward, straight))
        for row in range(first, last + 1):
            halves = [(self.x[cell], self.card[0] / 2 if cell < self.count else LANE / 2) for cell in self.rows[row]]
            self.reach[row] = max(half - x for x, half in halves), max(half + x for x, half in halves)

    def _jogs(self, row: int) -> list[tuple[int, float, float]]:
        crossings = ((wire, self.x[self.ways[wire][step]], self.enters(wire, step)) for wire, step in self.steps[row])
        return [
            (self.wires[wire].source, top, bottom) for wire, top, bottom in crossings if abs(top - bottom) > STRAIGHT
        ]


def _depths(groups: Sequence[Sequence[int]], spans: Sequence[tuple[int, int]]) -> tuple[dict[int, int], dict[int, int]]:
    """For ranks in which groups begin, and in which they end, how many that lie within each other do so there."""
    members = [set(group) for group in groups]
    above: dict[int, int] = {}
    below: dict[int, int] = {}
    for number, (first, last) in enumerate(spans):
        around = [spans[other] for other, cards in enumerate(members) if members[number] <= cards]
        above[first] = max(above.get(first, 0), sum(start == first for start, _ in around))
        below[last] = max(below.get(last, 0), sum(end == last for _, end in around))
    return above, below


# First and last rank of a column.
Column = tuple[int, int]


def _fitted(ranks: _Ranks, canvas: tuple[float, float]) -> tuple[list[Column], tuple[float, float], float]:
    """The columns, their pitch and the gutter between them, and the first zoom at which the canvas holds them."""
    for zoom in ZOOMS:
        width, height = canvas[0] / zoom - 2 * MARGIN, canvas[1] / zoom - 2 * MARGIN
        for tall in (height, height - 2 * BAND):
            columns = _columns(ranks, tall)
            free = width - sum(_width(ranks, column) for column in columns)
            gutter = free / max(len(columns) - 1, 1)
            low = all(_height(ranks, column, PITCHES[-1]) <= tall for column in columns)
            banded = len(columns) == 1 or tall < height
            if low and banded and free >= 0 and gutter >= GUTTERS[0] * (len(columns) > 1):
                return columns, (_pitch(ranks, columns, tall), float(min(gutter, GUTTERS[1]) // 1)), zoom
    width, tall = canvas[0] / ZOOMS[-1] - 2 * MARGIN, canvas[1] / ZOOMS[-1] - 2 * MARGIN - 2 * BAND
    ranks.split(tall)
    columns = _columns(ranks, tall)
    # Cut into pieces that stand close together, it may still fit.
    free = (width - sum(_width(ranks, column) for column in columns)) / max(len(columns) - 1, 1)
    gutter = max(free // 1, GUTTERS[0]) if free >= 0 else sum(GUTTERS) / 2
    return columns, (_pitch(ranks, columns, tall), min(gutter, sum(GUTTERS) / 2)), ZOOMS[-1]


def _width(ranks: _Ranks, column: Column) -> float:
    left, right = _reach(ranks, column)
    return left + right


def _reach(ranks: _Ranks, column: Column) -> tuple[float, float]:
    """How far a column reaches to the left and right of its spine."""
    rows = ranks.reach[column[0] : column[1] + 1]
    return max(left for left, _ in rows), max(right for _, right in rows)


def _height(ranks: _Ranks, column: Column, pitch: float) -> float:
    first, last = column
    gaps = sum(ranks.gap(row, pitch) for row in range(first, last))
    return ranks.head(first) + ranks.card[1] * (last + 1 - first) + gaps


def _pitch(ranks: _Ranks, columns: Sequence[Column], tall: float) -> float:
    """The most comfortable pitch at which no column gets higher than `tall`."""
    fitting = (pitch for pitch in PITCHES if all(_height(ranks, column, pitch) <= tall for column in columns))
    return next(fitting, PITCHES[-1])


def _columns(ranks: _Ranks, tall: float) -> list[Column]:
    """The units in as few columns as their height allows, about equally high."""
    together = [span for span in ranks.spans if _height(ranks, span, PITCHES[-1]) <= tall]
    inside = {row for first, last in together for row in range(first + 1, last + 1)}
    starts = [first for first, _ in ranks.units if first not in inside]
    breaks = {row for span in ranks.spans if span not in together for row in (span[0], span[1] + 1)}
    columns: list[Column] = []
    section: list[Column] = []
    for first, after in zip(starts, [*starts[1:], len(ranks.rows)], strict=True):
        if first in breaks:
            columns.extend(_balanced(ranks, section, tall))
            section = []
        section.append((first, after - 1))
    return columns + _balanced(ranks, section, tall)


def _pieces(ranks: _Ranks, block: Column, tall: float, above: float = 0.0) -> list[Column]:
    """A block cut where few wires cross, into pieces between half as high as `tall` and `tall`, where that is possible.

    above: what stands above the first piece in its column.
    """
    pieces: list[Column] = []
    start, last = block
    while _height(ranks, (start, last), PITCHES[-1]) > tall:
        cuts: list[int] = []
        for row in range(start, last):
            high = _height(ranks, (start, row), PITCHES[-1]) + (0.0 if pieces else above)
            if high > tall and cuts:
                break
            if 2 * high >= tall and ranks.crossing[row] <= MOST_LANES:
                cuts.append(row)
        if not cuts:
            break
        cut = min(cuts, key=lambda row: ranks.crossing[row] - CROSSING_FOR_RANK * row)
        pieces.append((start, cut))
        start = cut + 1
    return [*pieces, (start, last)]


def _balanced(ranks: _Ranks, blocks: Sequence[Column], tall: float) -> list[Column]:
    """Blocks of ranks in the fewest columns, each about as high as what is left divided by the columns left."""
    heights = [_height(ranks, block, PITCHES[-1]) + ranks.gap(block[1], PITCHES[-1]) for block in blocks]
    needed = _needed(heights, tall + PITCHES[-1] - ranks.card[1])
    columns: list[Column] = []
    start = 0
    rest = sum(heights)
    while start < len(blocks):
        left = needed[0] - len(columns)
        end, high = start + 1, heights[start]
        while end < len(blocks):
            must = needed[end] > left - 1
            if not must and (left == 1 or high + heights[end] / 2 > rest / left):
                break
            high += heights[end]
            end += 1
        columns.append((blocks[start][0], blocks[end - 1][1]))
        start, rest = end, rest - high
    return columns


def _needed(heights: Sequence[float], tall: float) -> list[int]:
    """For each block, how many columns it and those after it take at least; 0 after the last."""
    needed = [0] * (len(heights) + 1)
    end, high = len(heights), 0.0
    for start in reversed(range(len(heights))):
        high += heights[start]
        while high > tall and end - start > 1:
            end -= 1
            high -= heights[end]
        needed[start] = 1 + needed[end]
    return needed


class _Page:
    """Columns of ranks with their places."""

    def __init__(self, ranks: _Ranks, columns: Sequence[Column], pitch: float, gutter: float) -> None:
        self.ranks, self.columns, self.pitch = ranks, columns, pitch
        self.column_of: list[int] = []
        self.spine: list[float] = []
        self.edges: list[tuple[float, float]] = []
        self.bottom: list[float] = []
        self.y: list[float] = []
        self.lanes = [self._lanes(column[1]) for column in columns]
        left = 0.0
        for number, column in enumerate(columns):
            before, after = _reach(ranks, column)
            self.edges.append((left, left + before + after))
            rows = column[1] + 1 - column[0]
            self.column_of.extend([number] * rows)
            self.spine.extend([left + before] * rows)
            self._go_down(column)
            left += before + after + max(gutter, (len(self.lanes[number]) + 1) * TRACK)

    def _lanes(self, row: int) -> list[int]:
        """Sources whose wires leave a column, the one furthest to the right first: its lane is the innermost."""
        ranks = self.ranks
        ends: dict[int, float] = {}
        for wire, step in ranks.steps[row]:
            source, x = ranks.wires[wire].source, ranks.x[ranks.ways[wire][step]]
            ends[source] = max(ends.get(source, x), x)
        return sorted(ends, key=lambda source: -ends[source])

    def _go_down(self, column: Column) -> None:
        y = self.ranks.head(column[0])
        for row in range(column[0], column[1] + 1):
            self.y.append(y)
            y += self.ranks.card[1] + self.ranks.gap(row, self.pitch)
        self.bottom.append(self.y[-1] + self.ranks.card[1])

    def drawn(self, zoom: float) -> Wrapped:
        ranks = self.ranks
        rows = [ranks.row_of[card] for card in range(ranks.count)]
        places = [(self.spine[row] + ranks.x[card] - ranks.card[0] / 2, self.y[row]) for card, row in enumerate(rows)]
        routes = [self._route(wire) for wire in range(len(ranks.wires))]
        return Wrapped(places, routes, self.edges[-1][1], max(self.bottom), len(self.columns), zoom)

    def _route(self, wire: int) -> list[Point]:
        ranks = self.ranks
        way = ranks.ways[wire]
        if not ranks.is_whole(way):
            return []
        row = ranks.row_of[way[0]]
        points = [(self.spine[row] + ranks.x[way[0]], self.y[row] + ranks.card[1])]
        for step in range(len(way) - 1):
            enters = self.spine[row + 1] + ranks.enters(wire, step)
            points.extend(self._turns(ranks.wires[wire].source, row, points[-1][0], enters))
            points.append((enters, self.y[row + 1]))
            row += 1
        return without_needless(points)

    def _turns(self, source: int, row: int, x: float, enters: float) -> list[Point]:
        """Corners between two ranks."""
        column = self.column_of[row]
        if column != self.column_of[row + 1]:
            lanes = self.lanes[column]
            lane, last = lanes.index(source), len(lanes) - 1
            under, over = self.bottom[column] + BAND + lane * TRACK, -BAND - (last - lane) * TRACK
            gutter = (self.edges[column][1] + self.edges[column + 1][0]) / 2 + (lane - last / 2) * TRACK
            return [(x, under), (gutter, under), (gutter, over), (enters, over)]
        if source not in self.ranks.tracks[row] or abs(x - enters) <= STRAIGHT:
            return []
        used = self.ranks.tracks[row]
        high = self.ranks.gap(row, self.pitch) - self.ranks.extra[row + 1]
        y = self.y[row] + self.ranks.card[1] + high * (used[source] + 1) / (max(used.values()) + 2)
        return [(x, y), (enters, y)]


def without_needless(points: Sequence[Point]) -> list[Point]:
    """The points at which the way turns, and its ends.

    >>> without_needless([(0, 0), (0, 5), (0, 9)])
    [(0, 0), (0, 9)]
    """
    corners: list[Point] = []
    for x, y in points:
        while corners and corners[-1] == (x, y):
            corners.pop()
        if len(corners) > 1 and (corners[-2][0] == corners[-1][0] == x or corners[-2][1] == corners[-1][1] == y):
            corners.pop()
        corners.append((x, y))
    return corners
