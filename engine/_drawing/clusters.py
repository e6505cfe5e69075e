"""Cells of one group side by side in every rank, so that an outline round them holds nothing else."""

from __future__ import annotations

from collections.abc import Sequence


def together(rows: list[list[int]], ways: Sequence[Sequence[int]], groups: Sequence[Sequence[int]]) -> None:
    """Puts the cells of each group next to each other in each rank, in place; groups lie within each other or apart.

    ways: the cells of each wire; what a wire passes through between two cards of a group belongs to the group. Beside
    each other groups and cells keep the order that they have over all ranks.

    >>> rows = [[0], [1, 2, 3], [4, 5, 6]]
    >>> together(rows, [], [[1, 3, 4, 6]])
    >>> rows
    [[0], [1, 3, 2], [4, 6, 5]]
    """
    chains = _chains(ways, groups)
    if not chains:
        return
    middle = _middles(rows, chains)
    for row in rows:
        offset = {cell: number - (len(row) - 1) / 2 for number, cell in enumerate(row)}
        row[:] = _sorted(row, 0, chains, middle, offset)


def borders(rows: list[list[int]], ways: Sequence[Sequence[int]], groups: Sequence[Sequence[int]]) -> list[list[int]]:
    """Adds a cell to the left and to the right of each group in every rank from its first to its last, in place.

    Returns the cells of each side from top to bottom, to be kept straight: then nothing else stands in the rectangle
    round a group. Groups that have their ranks for themselves get none. Call it after `together`.

    >>> rows = [[0], [1, 2], [3, 4]]
    >>> borders(rows, [], [[1, 3]]), rows
    ([[5, 7], [6, 8]], [[0], [5, 1, 6, 2], [7, 3, 8, 4]])
    """
    chains = _chains(ways, groups)
    members: dict[int, set[int]] = {group: set() for group in range(len(groups))}
    for cell, chain in chains.items():
        for number in chain:
            members[number].add(cell)
    new = 1 + max((cell for row in rows for cell in row), default=-1)
    frames: list[list[int]] = []
    for number in sorted(members, key=lambda group: len(groups[group])):
        cells = members[number]
        ranks = [rank for rank, row in enumerate(rows) if not cells.isdisjoint(row)]
        span = range(ranks[0], ranks[-1] + 1)
        if len(ranks) < len(span) or len(span) == 1 or all(cells.issuperset(rows[rank]) for rank in span):
            continue
        sides: tuple[list[int], list[int]] = [], []
        for rank in span:
            places = [place for place, cell in enumerate(rows[rank]) if cell in cells]
            rows[rank].insert(places[-1] + 1, new + 1)
            rows[rank].insert(places[0], new)
            sides[0].append(new)
            sides[1].append(new + 1)
            new += 2
        frames.extend(sides)
        for other, around in members.items():
            if other != number and around > cells:
                around.update(*sides)
    return frames


def _chains(ways: Sequence[Sequence[int]], groups: Sequence[Sequence[int]]) -> dict[int, tuple[int, ...]]:
    """For each cell the groups in which it lies, the outermost first."""
    members = [set(group) for group in groups]
    for way in ways:
        for cells, group in zip(members, groups, strict=True):
            if len(way) > 2 and way[0] in group and way[-1] in group:
                cells.update(way)
    outer_first = sorted(range(len(groups)), key=lambda group: -len(groups[group]))
    chains: dict[int, tuple[int, ...]] = {}
    for number in outer_first:
        for cell in members[number]:
            chains[cell] = (*chains.get(cell, ()), number)
    return chains


def _middles(rows: Sequence[Sequence[int]], chains: dict[int, tuple[int, ...]]) -> dict[int, float]:
    """The mean place of each group's cells, from the middle of their ranks."""
    places: dict[int, list[float]] = {}
    for row in rows:
        for number, cell in enumerate(row):
            for group in chains.get(cell, ()):
                places.setdefault(group, []).append(number - (len(row) - 1) / 2)
    return {group: sum(found) / len(found) for group, found in places.items()}


def _sorted(
    cells: Sequence[int],
    level: int,
    chains: dict[int, tuple[int, ...]],
    middle: dict[int, float],
    offsets: dict[int, float],
) -> list[int]:
    """Cells of a rank in one group (level 0: all of them), each group within it in one piece."""
    pieces: dict[tuple[str, int], list[int]] = {}
    for cell in cells:
        chain = chains.get(cell, ())
        pieces.setdefault(("group", chain[level]) if len(chain) > level else ("cell", cell), []).append(cell)
    if len(pieces) == len(cells):
        return list(cells) if all(kind == "cell" for kind, _ in pieces) else _in_order(pieces, middle, offsets)
    sorted_pieces = {
        key: _sorted(piece, level + 1, chains, middle, offsets) if key[0] == "group" else piece
        for key, piece in pieces.items()
    }
    return _in_order(sorted_pieces, middle, offsets)


def _in_order(pieces: dict[tuple[str, int], list[int]], middle: dict[int, float], place: dict[int, float]) -> list[int]:
    def key(piece: tuple[str, int]) -> float:
        return middle[piece[1]] if piece[0] == "group" else place[piece[1]]

    return [cell for piece in sorted(pieces, key=key) for cell in pieces[piece]]
