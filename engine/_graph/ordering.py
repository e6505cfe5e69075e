"""Orders in which everything comes after what it needs, for calls, layers, cards and lines alike. Nothing here recurses."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

Node = TypeVar("Node", bound=Hashable)


def depth_first(ends: Iterable[Node], needs: Callable[[Node], Iterable[Node]]) -> list[Node]:
    """The ends and all that they need, each right behind what it needs. The graph has no circle.

    `needs` is asked once for each node, so it may look for the nodes as the walk goes on.

    >>> depth_first("d", {"a": "", "b": "a", "c": "a", "d": "bc"}.get)
    ['a', 'b', 'c', 'd']
    """
    opened: set[Node] = set()
    done: set[Node] = set()
    ordered: list[Node] = []
    stack = list(ends)[::-1]
    while stack:
        node = stack[-1]
        if node in opened:  # all that it needs has been ordered by now
            stack.pop()
            if node not in done:
                done.add(node)
                ordered.append(node)
        else:
            opened.add(node)
            stack += [needed for needed in needs(node) if needed not in done][::-1]
    return ordered


def in_order(needs: Mapping[Node, Sequence[Node]]) -> list[Node]:
    """Nodes, each after those that it needs, otherwise as they stand in the mapping.

    Args:
        needs: what each node needs.

    Returns:
        The nodes, without those on a circle and those that wait for them; so a shorter result than `needs` means a circle.

    Example:
        >>> in_order({"c": "b", "a": "", "b": "a"}), in_order({"a": "b", "b": "a", "c": ""})
        (['a', 'b', 'c'], ['c'])
    """
    if _is_ordered(needs):
        return list(needs)
    rank = {node: position for position, node in enumerate(needs)}
    missing = {node: len(before) for node, before in needs.items()}
    feeds: dict[Node, list[Node]] = {node: [] for node in needs}
    for node, before in needs.items():
        for needed in before:
            feeds[needed].append(node)
    nodes = list(needs)
    ready = [rank[node] for node, count in missing.items() if not count]
    ordered: list[Node] = []
    while ready:  # a sorted list is a heap
        node = nodes[heapq.heappop(ready)]
        ordered.append(node)
        for later in feeds[node]:
            missing[later] -= 1
            if not missing[later]:
                heapq.heappush(ready, rank[later])
    return ordered


def _is_ordered(needs: Mapping[Node, Sequence[Node]]) -> bool:
    """Whether the keys stand in order already, which is the usual case and found out without a heap."""
    seen: set[Node] = set()
    for node, before in needs.items():
        if before and not seen.issuperset(before):
            return False
        seen.add(node)
    return True


def circle(needs: Mapping[Node, Sequence[Node]]) -> list[Node]:
    """Nodes that need each other in a circle.

    Args:
        needs: what each node needs.

    Returns:
        The nodes along a circle, each before one that needs it, the first one again at the end; an empty list where there
        is none.

    Example:
        >>> circle({"a": "c", "b": "a", "c": "b", "d": "c"}), circle({"a": "", "b": "a"})
        (['a', 'b', 'c', 'a'], [])
    """
    ordered = set(in_order(needs))
    node = next((node for node in needs if node not in ordered), None)
    if node is None:
        return []
    # Whatever could not be ordered needs something else that could not, so the walk comes back to where it was.
    steps: dict[Node, int] = {}
    while node not in steps:
        steps[node] = len(steps)
        node = next(needed for needed in needs[node] if needed not in ordered)
    return [*list(steps)[steps[node] :], node][::-1]
