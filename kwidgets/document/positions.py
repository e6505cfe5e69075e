"""Where nodes stand. A new node gets a free place; nodes that a person has placed are moved only to make room below."""

from __future__ import annotations

from engine.drawing.layout import layered_layout

from .draft import Draft, downstream

WIDTH, HEIGHT = 180.0, 64.0
GAP_X, GAP_Y = 40.0, 48.0
ORIGIN = (40.0, 40.0)
MAX_SHIFTS = 200


def free_place(draft: Draft, wanted: tuple[float, float]) -> tuple[float, float]:
    """The wanted place, or the next one to its right (then below all) where no other node stands."""
    x, y = wanted
    for _ in range(MAX_SHIFTS):
        if not any(
            abs(x - a) < WIDTH + GAP_X / 2 and abs(y - b) < HEIGHT + GAP_Y / 4 for a, b in draft.layout.values()
        ):
            return (x, y)
        x += WIDTH + GAP_X
    return (wanted[0], max(b for _, b in draft.layout.values()) + HEIGHT + GAP_Y)


def below(draft: Draft, node: str | None) -> tuple[float, float]:
    """A free place under `node`; without one, under the lowest node of the first column."""
    if node is not None and node in draft.layout:
        x, y = draft.layout[node]
        return free_place(draft, (x, y + HEIGHT + GAP_Y))
    if not draft.layout:
        return ORIGIN
    x = min(a for a, _ in draft.layout.values())
    lowest = max(b for a, b in draft.layout.values() if a - x < WIDTH)
    return free_place(draft, (x, lowest + HEIGHT + GAP_Y))


def beside(draft: Draft, node: str) -> tuple[float, float]:
    x, y = draft.layout.get(node, ORIGIN)
    return free_place(draft, (x + WIDTH + GAP_X, y))


def above(draft: Draft, node: str) -> tuple[float, float]:
    x, y = draft.layout.get(node, ORIGIN)
    return free_place(draft, (x, y - HEIGHT - GAP_Y))


def make_room(draft: Draft, source: str, target: str) -> tuple[float, float]:
    """A place between two wired nodes; all that follows `target` moves down when they stand too close."""
    x, y = draft.layout[source]
    a, b = draft.layout[target]
    step = HEIGHT + GAP_Y
    if b - y >= 2 * step - GAP_Y / 2:
        return free_place(draft, ((x + a) / 2, (y + b) / 2))
    shift = max(y + 2 * step - b, 0.0)
    for node in {target, *downstream(draft, target)}:
        c, d = draft.layout[node]
        draft.layout[node] = (c, d + shift)
    return free_place(draft, (a, y + step))


def arranged(draft: Draft) -> dict[str, tuple[float, float]]:
    """Places for all nodes by the engine's layered layout, the same as in exported diagrams."""
    nodes = [(node, WIDTH, HEIGHT) for node in draft.nodes()]
    edges = [(source.node, node) for node, _, _ in nodes for source in draft.sources(node)]
    places = layered_layout(nodes, edges, direction="TB")
    return {node: (round(float(x) + ORIGIN[0], 1), round(float(y) + ORIGIN[1], 1)) for node, (x, y) in places.items()}
