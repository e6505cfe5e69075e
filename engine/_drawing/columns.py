"""Where the cells of a few ranks stand across: cells that follow each other stand straight below each other."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from .._graph.ordering import in_order

LANE = 12.0
_BESIDE = 18.0
_LANES_APART = 14.0
_CARDS_APART = 30.0


def aligned(
    rows: Sequence[Sequence[int]],
    links: Sequence[tuple[int, int, float]],
    nodes: int,
    width: float,
    onward: Collection[int] = (),
    straight: Sequence[Sequence[int]] = (),
) -> dict[int, float]:
    """Centres of the cells of some ranks; 0 is the spine, the way through the most nodes.

    rows: cells from left to right, rank by rank; cells from `nodes` on are lanes, which wires pass through. width: of
    a node. links: (upper cell, lower cell, port) between neighbouring ranks; port: 0 to 1, where it enters from the left.
    onward: cells of the last rank with wires that go on below it; of two ways equally long the spine leads to one of them
    where that takes no more width. straight: cells of several ranks that must stand straight below each other.
    """
    if len(rows) == 1 and len(rows[0]) == 1:
        return {rows[0][0]: 0.0}
    below: dict[int, list[int]] = {}
    for upper, lower, _ in links:
        below.setdefault(upper, []).append(lower)
    spines = {tuple(_spine(rows, below, nodes, ends)): None for ends in (onward, ())}
    column_of = {cell: cells[0] for cells in straight for cell in cells}
    packings = (
        _packed(rows, _lines(rows, below, spine, column_of), column_of, spine[0], nodes, width) for spine in spines
    )
    x = min(packings, key=lambda x: max(x.values()) - min(x.values()))
    if _mirror(links, x, max(x.values()) + min(x.values())):
        return {cell: -place for cell, place in x.items()}
    return x


def _spine(
    rows: Sequence[Sequence[int]], below: Mapping[int, list[int]], nodes: int, onward: Collection[int]
) -> list[int]:
    """Cells of the way with the most nodes; of equal ones the one that goes on, or the first."""
    most: dict[int, float] = {}
    following: dict[int, int] = {}
    for row in reversed(rows):
        for cell in row:
            best = max(below.get(cell, ()), key=most.__getitem__, default=None)
            most[cell] = (cell < nodes) + (0.5 * (cell in onward) if best is None else most[best])
            if best is not None:
                following[cell] = best
    spine = [max((cell for row in rows for cell in row), key=most.__getitem__)]
    while spine[-1] in following:
        spine.append(following[spine[-1]])
    return spine


def _lines(
    rows: Sequence[Sequence[int]], below: Mapping[int, list[int]], spine: Sequence[int], column_of: Mapping[int, int]
) -> dict[int, int]:
    """The line of each cell, named by its first cell: cells of one line stand straight below each other. column_of: known ones."""
    line = {**column_of, **dict.fromkeys(spine, spine[0])}
    for row in rows:
        for cell in row:
            start = line.setdefault(cell, cell)
            if start == spine[0]:
                continue
            free = next((lower for lower in below.get(cell, ()) if lower not in line), None)
            if free is not None:
                line[free] = start
    return line


def _packed(
    rows: Sequence[Sequence[int]],
    line: dict[int, int],
    column_of: Mapping[int, int],
    spine: int,
    nodes: int,
    width: float,
) -> dict[int, float]:
    """Places as near to the spine as the order of the rows allows. column_of: lines to hold on to where others cannot be."""
    gaps, order = _gaps(rows, line, nodes, width)
    if order is None and column_of:  # a line that changes sides is placed cell by cell
        line = {cell: column_of.get(cell, cell) for cell in line}
        gaps, order = _gaps(rows, line, nodes, width)
    if order is None:
        line = {cell: cell for cell in line}
        gaps, order = _gaps(rows, line, nodes, width)
    order = order or []
    position = dict.fromkeys(order, 0.0)
    for left in order:
        for right, gap in gaps[left].items():
            position[right] = max(position[right], position[left] + gap)
    for left in reversed(order):
        if left != spine and position[left] <= position[spine] and gaps[left]:
            position[left] = max(position[left], min(position[right] - gap for right, gap in gaps[left].items()))
    return {cell: position[start] - position[spine] for cell, start in line.items()}


Gaps = dict[int, dict[int, float]]


def _gaps(
    rows: Sequence[Sequence[int]], line: Mapping[int, int], nodes: int, width: float
) -> tuple[Gaps, list[int] | None]:
    """How far lines must stand apart that are neighbours in a rank, and the lines from left to right; None for a circle."""
    gaps: Gaps = {start: {} for start in line.values()}
    before: dict[int, list[int]] = {start: [] for start in gaps}
    for row in rows:
        for left, right in zip(row, row[1:], strict=False):
            ends = gaps[line[left]]
            before[line[right]].append(line[left])
            ends[line[right]] = max(ends.get(line[right], 0.0), _apart(left, right, nodes, width))
    order = in_order(before)
    return gaps, order if len(order) == len(gaps) else None


def _apart(left: int, right: int, nodes: int, width: float) -> float:
    lanes = (left >= nodes) + (right >= nodes)
    return (width + _CARDS_APART, width / 2 + _BESIDE, _LANES_APART)[lanes]


def _mirror(links: Sequence[tuple[int, int, float]], x: Mapping[int, float], to_the_right: float) -> bool:
    """Whether wires would cross less before their ports the other way round; else what is beside stands on the right."""
    entering: dict[int, list[tuple[float, float]]] = {}
    for upper, lower, port in links:
        entering.setdefault(lower, []).append((port, x[upper]))
    score = 0
    for ends in entering.values():
        for number, (port, place) in enumerate(ends):
            for other_port, other_place in ends[:number]:
                score += (port - other_port) * (place - other_place) < 0
                score -= (port - other_port) * (place - other_place) > 0
    return score > 0 or (score == 0 and to_the_right < 0)
