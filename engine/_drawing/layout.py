"""Layered layout (Sugiyama, Tagawa and Toda, 1981): rank, order, place; no recursion, near linear in nodes and wires.

1. wires that close a circle are turned round; 2. every node gets the rank of its longest path from a start, starts
move down to their first use; 3. a long wire gets a waypoint in each rank that it crosses; 4. barycentre sweeps order
each rank; 5. each rank takes the places nearest to its neighbours' (isotonic regression: the exact answer for a given
order and given gaps). Parts that do not hang together are laid out one by one and packed in shelves.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from .ranks import connected_parts, forward_wires, ranks_of

Id = TypeVar("Id", bound=Hashable)
Point = tuple[float, float]

GAP_ACROSS = 32.0
GAP_ALONG = 48.0
DIRECTIONS = ("TB", "BT", "LR", "RL")
# Waypoints keep long wires from crossing boxes; more of them than this would take longer than they are worth.
MAX_WAYPOINTS = 6000
_WAYPOINT_WIDTH = 12.0
_ORDER_SWEEPS = 8
_PLACE_SWEEPS = 6


@dataclass
class Layout(Generic[Id]):
    """Top-left corners of nodes, and the waypoints of each wire by its index in `edges`."""

    positions: dict[Id, Point]
    routes: dict[int, list[Point]]
    width: float
    height: float


def arrange(
    nodes: Sequence[tuple[Id, float, float]], edges: Sequence[tuple[Id, Id]], direction: str = "TB"
) -> Layout[Id]:
    """Top-left corner of every node, the waypoints of long wires and the size of the whole.

    nodes: (id, width, height). edges: (source, target); circles, loops and double wires are fine.
    direction: "TB" (default), "BT", "LR" or "RL". Raises ValueError for unknown directions, double ids and wires
    to unknown nodes.

    >>> arrange([("a", 10, 10), ("b", 10, 10)], [("a", "b")]).positions
    {'a': (0.0, 0.0), 'b': (0.0, 58.0)}
    """
    if direction not in DIRECTIONS:
        raise ValueError(f"direction: expected one of {', '.join(DIRECTIONS)}, found {direction!r}")
    index = {node: i for i, (node, _, _) in enumerate(nodes)}
    if len(index) < len(nodes):
        raise ValueError("layout: expected each node id once, found one twice")
    try:
        wires = [(index[source], index[target]) for source, target in edges]
    except KeyError as error:
        raise ValueError(f"layout: a wire names the node {error.args[0]!r}, which does not exist") from None
    sideways = direction in ("LR", "RL")
    sizes = [(float(h), float(w)) if sideways else (float(w), float(h)) for _, w, h in nodes]
    parts = [_Part(part, sizes, wires).placed() for part in connected_parts(len(nodes), wires)]
    corners, routes, width, height = _pack(parts, sizes)
    if direction in ("BT", "RL"):
        corners = {node: (x, height - y - sizes[node][1]) for node, (x, y) in corners.items()}
        routes = {wire: [(x, height - y) for x, y in points] for wire, points in routes.items()}
    if sideways:
        corners = {node: (y, x) for node, (x, y) in corners.items()}
        routes = {wire: [(y, x) for x, y in points] for wire, points in routes.items()}
        width, height = height, width
    return Layout({nodes[node][0]: corners[node] for node in range(len(nodes))}, routes, width, height)


def ranked(count: int, wires: Sequence[tuple[int, int]]) -> tuple[list[list[int]], list[list[int]]]:
    """Steps 1 to 4 alone, for nodes numbered from 0: the cells of each rank from left to right, and each wire's cells.

    Cells from `count` on are waypoints. A wire's cells go from its source to its target, one a rank; only the two ends
    are there where the waypoints ran out, or where a node is wired to itself. Parts follow each other in ranks.

    >>> ranked(3, [(0, 1), (1, 2), (0, 2)])
    ([[0], [1, 3], [2]], [[0, 1], [1, 2], [0, 3, 2]])
    """
    rows: list[list[int]] = []
    ways = [[source, target] for source, target in wires]
    cells = count
    for members in connected_parts(count, list(wires)):
        part = _Part(members, [(1.0, 1.0)] * count, list(wires))
        part_rows = part.ranks()
        cell_numbers = [*members, *range(cells, cells + len(part.rank) - len(members))]
        cells += len(part.rank) - len(members)
        rows.extend([cell_numbers[cell] for cell in row] for row in part_rows)
        for wire, chain in part.chains.items():
            ways[wire][1:1] = [cell_numbers[cell] for cell in chain]
    return rows, ways


@dataclass
class _Part:
    """One connected part. Cells are its nodes, then the waypoints; a cell's place is its centre."""

    members: list[int]
    sizes: list[tuple[float, float]]
    wires: list[tuple[int, int]]
    widths: list[float] = field(default_factory=list)
    heavy: list[float] = field(default_factory=list)
    rank: list[int] = field(default_factory=list)
    above: list[list[int]] = field(default_factory=list)
    below: list[list[int]] = field(default_factory=list)
    rows: list[list[int]] = field(default_factory=list)
    chains: dict[int, list[int]] = field(default_factory=dict)
    x: list[float] = field(default_factory=list)

    def ranks(self) -> list[list[int]]:
        """Cells of each rank in order."""
        self._make_cells()
        if len(self.members) > 1:
            self._order()
        return self.rows or [[0]]

    def placed(self) -> tuple[dict[int, Point], dict[int, list[Point]], float, float]:
        """Corners, waypoints, width and height, beginning at (0, 0)."""
        self.rows = self.ranks()
        self._place()
        return self._corners()

    def _make_cells(self) -> None:
        local = {node: cell for cell, node in enumerate(self.members)}
        numbered = [
            (wire, local[source], local[target])
            for wire, (source, target) in enumerate(self.wires)
            if source in local and source != target
        ]
        forward = forward_wires(len(self.members), [(source, target) for _, source, target in numbered])
        self.rank = ranks_of(len(self.members), forward)
        self.widths = [self.sizes[node][0] for node in self.members]
        self.heavy = [1.0] * len(self.members)
        spare = MAX_WAYPOINTS
        links: list[tuple[int, int]] = []
        for (wire, source, _), (top, bottom) in sorted(
            zip(numbered, forward, strict=True), key=lambda item: self.rank[item[1][1]] - self.rank[item[1][0]]
        ):
            length = self.rank[bottom] - self.rank[top] - 1
            chain = [] if length > spare else [self._waypoint(self.rank[top] + 1 + step) for step in range(length)]
            spare -= len(chain)
            path = [top, *chain, bottom]
            if length == len(chain):
                links.extend(zip(path, path[1:], strict=False))
            self.chains[wire] = chain if source == top else chain[::-1]
        self.above = [[] for _ in self.rank]
        self.below = [[] for _ in self.rank]
        for top, bottom in links:
            self.below[top].append(bottom)
            self.above[bottom].append(top)

    def _waypoint(self, rank: int) -> int:
        self.rank.append(rank)
        self.widths.append(_WAYPOINT_WIDTH)
        self.heavy.append(4.0)
        return len(self.rank) - 1

    def _order(self) -> None:
        """Depth-first start order, then barycentre sweeps; the order with the fewest crossings seen is kept."""
        self.rows = [[] for _ in range(max(self.rank) + 1)]
        for cell in self._walk():
            self.rows[self.rank[cell]].append(cell)
        best, fewest = [list(row) for row in self.rows], self._crossings()
        for sweep in range(_ORDER_SWEEPS):
            if fewest == 0:
                break
            self._sweep(downwards=sweep % 2 == 0)
            crossings = self._crossings()
            if crossings < fewest:
                best, fewest = [list(row) for row in self.rows], crossings
        self.rows = best

    def _walk(self) -> list[int]:
        seen = [False] * len(self.rank)
        order: list[int] = []
        starts = sorted(range(len(self.rank)), key=lambda cell: self.rank[cell])
        for start in starts:
            stack = [start]
            while stack:
                cell = stack.pop()
                if seen[cell]:
                    continue
                seen[cell] = True
                order.append(cell)
                stack.extend(reversed(self.below[cell]))
        return order

    def _sweep(self, downwards: bool) -> None:
        rows = self.rows if downwards else self.rows[::-1]
        neighbours = self.above if downwards else self.below
        positions = [0.0] * len(self.rank)
        for row in rows:
            for number, cell in enumerate(row):
                near = neighbours[cell]
                positions[cell] = sum(positions[other] for other in near) / len(near) if near else float(number)
            row.sort(key=positions.__getitem__)
            for number, cell in enumerate(row):
                positions[cell] = float(number)

    def _crossings(self) -> int:
        """Pairs of crossing wires between neighbouring ranks, counted with a Fenwick tree."""
        positions = [0] * len(self.rank)
        for row in self.rows:
            for number, cell in enumerate(row):
                positions[cell] = number
        total = 0
        for row, following in zip(self.rows, self.rows[1:], strict=False):
            tree = [0] * (len(following) + 1)
            counted = 0
            for cell in row:
                ends = sorted(positions[other] for other in self.below[cell])
                for end in ends:
                    spot, smaller = end + 1, 0
                    while spot:
                        smaller += tree[spot]
                        spot &= spot - 1
                    total += counted - smaller
                for end in ends:
                    spot = end + 1
                    counted += 1
                    while spot < len(tree):
                        tree[spot] += 1
                        spot += spot & -spot
        return total

    def _place(self) -> None:
        self.x = [0.0] * len(self.rank)
        for row in self.rows:
            offset = 0.0
            for left, cell in zip([None, *row], row, strict=False):
                offset += 0.0 if left is None else self._apart(left, cell)
                self.x[cell] = offset
        for sweep in range(_PLACE_SWEEPS):
            down = sweep % 2 == 0
            for row in self.rows if down else self.rows[::-1]:
                self._settle(row, self.above if down else self.below)
        for row in self.rows:
            self._settle(
                row,
                [above + below for above, below in zip(self.above, self.below, strict=True)]
                if len(self.rows) < 3
                else self.above,
            )

    def _settle(self, row: list[int], neighbours: list[list[int]]) -> None:
        """Move a rank to the places nearest to its neighbours' mean: pool adjacent violators."""
        offset = 0.0
        blocks: list[tuple[float, float, int]] = []  # (mean of the wished positions less their offsets, weight, cells)
        offsets: list[float] = []
        previous: int | None = None
        for cell in row:
            offset += 0.0 if previous is None else self._apart(previous, cell)
            previous = cell
            offsets.append(offset)
            near = neighbours[cell]
            wish = sum(self.x[other] for other in near) / len(near) if near else self.x[cell]
            weight = self.heavy[cell] if near else 0.1
            mean, count = wish - offset, 1
            while blocks and blocks[-1][0] >= mean:
                other_mean, other_weight, other_count = blocks.pop()
                mean = (mean * weight + other_mean * other_weight) / (weight + other_weight)
                weight, count = weight + other_weight, count + other_count
            blocks.append((mean, weight, count))
        index = 0
        for mean, _, count in blocks:
            for _ in range(count):
                self.x[row[index]] = mean + offsets[index]
                index += 1

    def _apart(self, left: int, right: int) -> float:
        return (self.widths[left] + self.widths[right]) / 2 + GAP_ACROSS

    def _corners(self) -> tuple[dict[int, Point], dict[int, list[Point]], float, float]:
        start = min(x - width / 2 for x, width in zip(self.x, self.widths, strict=True))
        end = max(x + width / 2 for x, width in zip(self.x, self.widths, strict=True))
        middles: list[float] = []
        corners: dict[int, Point] = {}
        y = 0.0
        for row in self.rows:
            nodes = [cell for cell in row if cell < len(self.members)]
            tall = max((self.sizes[self.members[cell]][1] for cell in nodes), default=0.0)
            middles.append(y + tall / 2)
            for cell in nodes:
                node = self.members[cell]
                width, height = self.sizes[node]
                corners[node] = (round(self.x[cell] - width / 2 - start, 2), round(y + (tall - height) / 2, 2))
            y += tall + GAP_ALONG
        routes = {
            wire: [(round(self.x[cell] - start, 2), round(middles[self.rank[cell]], 2)) for cell in chain]
            for wire, chain in self.chains.items()
            if chain
        }
        return corners, routes, end - start, y - GAP_ALONG


def _pack(
    parts: list[tuple[dict[int, Point], dict[int, list[Point]], float, float]], sizes: list[tuple[float, float]]
) -> tuple[dict[int, Point], dict[int, list[Point]], float, float]:
    """Put parts side by side in shelves about as wide as the whole is tall."""
    area = sum((width + GAP_ACROSS) * (height + GAP_ALONG) for _, _, width, height in parts)
    widest = max((width for _, _, width, _ in parts), default=0.0)
    # A few parts stand side by side, as inputs of a half-drawn model do; hundreds of single boxes form a block.
    limit = max(widest, 1.6 * math.sqrt(area)) if len(parts) > 6 else math.inf
    corners: dict[int, Point] = {}
    routes: dict[int, list[Point]] = {}
    x = y = shelf = width_so_far = 0.0
    for part_corners, part_routes, width, height in parts:
        if x > 0 and x + width > limit:
            x, y, shelf = 0.0, y + shelf + GAP_ALONG, 0.0
        for node, (left, top) in part_corners.items():
            corners[node] = (round(left + x, 2), round(top + y, 2))
        for wire, points in part_routes.items():
            routes[wire] = [(px + x, py + y) for px, py in points]
        width_so_far = max(width_so_far, x + width)
        x += width + GAP_ACROSS
        shelf = max(shelf, height)
    return corners, routes, width_so_far, y + shelf
