"""First half of the layered layout: connected parts, circles opened, ranks. Nodes are numbers; no recursion."""

from __future__ import annotations

from .._graph.ordering import in_order

Wires = list[tuple[int, int]]


def connected_parts(count: int, wires: Wires) -> list[list[int]]:
    """Nodes that hang together.

    Args:
        count: how many nodes there are.
        wires: (source, target) by their indices.

    Returns:
        Each part in node order, the parts in the order of their first node.

    Example:
        >>> connected_parts(4, [(0, 2), (3, 2)])
        [[0, 2, 3], [1]]
    """
    near: list[list[int]] = [[] for _ in range(count)]
    for source, target in wires:
        near[source].append(target)
        near[target].append(source)
    seen = [False] * count
    parts: list[list[int]] = []
    for start in range(count):
        if seen[start]:
            continue
        seen[start] = True
        part, todo = [start], [start]
        while todo:
            for other in near[todo.pop()]:
                if not seen[other]:
                    seen[other] = True
                    part.append(other)
                    todo.append(other)
        parts.append(sorted(part))
    return parts


def forward_wires(count: int, wires: Wires) -> Wires:
    """The wires with those turned round that close a circle (back edges of a depth-first walk).

    >>> forward_wires(3, [(0, 1), (1, 2), (2, 0)])
    [(0, 1), (1, 2), (0, 2)]
    """
    leaving: list[list[int]] = [[] for _ in range(count)]
    entering = [0] * count
    for wire, (source, target) in enumerate(wires):
        leaving[source].append(wire)
        entering[target] += 1
    result = list(wires)
    state = [0] * count  # 0 new, 1 on the path, 2 done
    for start in sorted(range(count), key=lambda node: (entering[node] > 0, node)):
        if state[start]:
            continue
        state[start] = 1
        path = [(start, iter(leaving[start]))]
        while path:
            node, rest = path[-1]
            wire = next(rest, None)
            if wire is None:
                state[node] = 2
                path.pop()
                continue
            target = wires[wire][1]
            if state[target] == 1:
                result[wire] = (target, node)
            elif state[target] == 0:
                state[target] = 1
                path.append((target, iter(leaving[target])))
    return result


def ranks_of(count: int, wires: Wires) -> list[int]:
    """The length of the longest path from a start to each node; starts stand right before their first use.

    Args:
        count: how many nodes there are.
        wires: (source, target) by their indices.

    Returns:
        A rank for each node, from 0.

    Example:
        >>> ranks_of(4, [(0, 1), (1, 2), (3, 2)])
        [0, 1, 2, 1]
    """
    entering: list[list[int]] = [[] for _ in range(count)]
    for source, target in wires:
        entering[target].append(source)
    rank = [0] * count
    first_use: dict[int, int] = {}
    for node in in_order(dict(enumerate(entering))):
        rank[node] = max((rank[source] + 1 for source in entering[node]), default=0)
        for source in entering[node]:
            first_use[source] = min(first_use.get(source, rank[node]), rank[node])
    for node, use in first_use.items():
        if not entering[node]:
            rank[node] = use - 1
    return rank
