"""SVG text of a graph: boxes with a title, a name and rows; every text is escaped, nothing in it runs."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .._files.picture_text import svg_with_text
from .boxes import LINE, PADDING, Box, shorten
from .layout import Layout, Point, arrange

MARGIN = 16.0
ACCENTS = {
    "core": "#3b6fb6",
    "convolutional": "#b6603b",
    "pooling": "#8a7a1f",
    "recurrent": "#7a4fb0",
    "normalization": "#2e8b6f",
    "merge": "#a83c6e",
    "embeddings": "#2f8698",
    "noise": "#777777",
    "input": "#4d4d4d",
}
_STYLE = (
    "text{font-family:Helvetica,Arial,sans-serif;font-size:12px;fill:#222}"
    ".t{font-size:13.5px;font-weight:600}.l{fill:#777}.n{fill:#444}"
    ".b{fill:#fff;stroke:#c4c8cf}.w{fill:none;stroke:#8a8f98;stroke-width:1.4}"
)


# Two controls and the end of a cubic Bezier curve.
Piece = tuple[Point, Point, Point]
# Radius of the corners of a way.
CORNER = 10.0


@dataclass
class Drawing:
    """Boxes and curves, moved so that they begin at (0, 0).

    Args:
        boxes: the boxes.
        corners: their top-left corners, by id.
        curves: start and pieces of each wire.
        width: of the whole, in pixels.
        height: likewise.
        carried: a text that goes into the files of the picture, such as a model's YAML; none by default.
    """

    boxes: Sequence[Box]
    corners: dict[str, Point]
    curves: list[tuple[Point, list[Piece]]]
    width: float
    height: float
    carried: str = ""


def draw(
    boxes: Sequence[Box],
    edges: Sequence[tuple[str, str]],
    positions: Mapping[str, Point] | None = None,
    routes: Sequence[Sequence[Point]] | None = None,
    direction: str = "TB",
) -> Drawing:
    """Boxes and wires in their positions.

    Args:
        boxes: the nodes.
        edges: (source, target) by the boxes' ids.
        positions: top-left corners by id; None (the default): a layout is computed.
        routes: with `positions`, the corners of each edge's way, ends included, drawn with level and upright lines; None
            (the default): curves.
        direction: "TB" (the default) from top to bottom, "LR" from left to right.

    Returns:
        The drawing, for `to_svg` and `to_picture`.

    Example:
        >>> draw([Box("a", "Dense"), Box("b", "Dense")], [], {"a": (5, 5), "b": (5, 105)}).corners
        {'a': (0, 0), 'b': (0, 100)}
    """
    if positions is None:
        layout = arrange([(box.id, *box.size) for box in boxes], edges, direction)
        lines = _wires(boxes, edges, layout, direction)
        curves = [(points[0], bends(points, direction)) for points in lines]
        return Drawing(boxes, layout.positions, curves, layout.width, layout.height)
    ways = routes or []
    points = [*(positions[box.id] for box in boxes), *(point for way in ways for point in way)]
    left, top = min((x for x, _ in points), default=0.0), min((y for _, y in points), default=0.0)
    corners = {box.id: (positions[box.id][0] - left, positions[box.id][1] - top) for box in boxes}
    ends = [(corners[box.id][0] + box.size[0], corners[box.id][1] + box.size[1]) for box in boxes]
    moved = [[(x - left, y - top) for x, y in way] for way in ways]
    ends += [point for way in moved for point in way]
    width, height = max((x for x, _ in ends), default=0.0), max((y for _, y in ends), default=0.0)
    if routes is None:
        lines = _wires(boxes, edges, Layout(corners, {}, width, height), direction)
        return Drawing(boxes, corners, [(points[0], bends(points, direction)) for points in lines], width, height)
    return Drawing(boxes, corners, [(way[0], rounded(way)) for way in moved], width, height)


def to_svg(drawing: Drawing, title: str = "") -> str:
    """A drawing as SVG.

    Args:
        drawing: the drawing.
        title: the picture in words, for those who do not see it; none by default.

    Returns:
        The document's text.

    Example:
        >>> to_svg(draw([Box("a", "Dense", "<b>")], []))[:4]
        '<svg'
    """
    width, height = drawing.width + 2 * MARGIN, drawing.height + 2 * MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{width:.0f}" '
        f'height="{height:.0f}" viewBox="{-MARGIN:g} {-MARGIN:g} {width:g} {height:g}">',
        f"<title>{text_of(title or 'model', 200)}</title><style>{_STYLE}</style>",
        '<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0L8 4L0 8z" fill="#8a8f98"/></marker></defs>',
    ]
    for start, pieces in drawing.curves:
        parts.append(f'<path class="w" marker-end="url(#arrow)" d="{_curve(start, pieces)}"/>')
    parts.extend(_box(box, drawing.corners[box.id]) for box in drawing.boxes)
    parts.append("</svg>")
    svg = "\n".join(parts) + "\n"
    return svg_with_text(svg, drawing.carried) if drawing.carried else svg


def _wires(
    boxes: Sequence[Box], edges: Sequence[tuple[str, str]], layout: Layout[str], direction: str
) -> list[list[Point]]:
    """Points of each wire: the side of its source, its waypoints, the side of its target."""
    sizes = {box.id: box.size for box in boxes}
    ports = {
        "TB": ((0.5, 1.0), (0.5, 0.0)),
        "BT": ((0.5, 0.0), (0.5, 1.0)),
        "LR": ((1.0, 0.5), (0.0, 0.5)),
        "RL": ((0.0, 0.5), (1.0, 0.5)),
    }[direction]
    lines: list[list[Point]] = []
    for wire, (source, target) in enumerate(edges):
        ends = [
            (layout.positions[node][0] + sizes[node][0] * port[0], layout.positions[node][1] + sizes[node][1] * port[1])
            for node, port in ((source, ports[0]), (target, ports[1]))
        ]
        lines.append([ends[0], *layout.routes.get(wire, []), ends[1]])
    return lines


def bends(points: Sequence[Point], direction: str) -> list[Piece]:
    """Curves through the points, leaving and entering along the direction."""
    pieces: list[Piece] = []
    for (x0, y0), (x1, y1) in zip(points, points[1:], strict=False):
        if direction in ("TB", "BT"):
            pieces.append(((x0, (y0 + y1) / 2), (x1, (y0 + y1) / 2), (x1, y1)))
        else:
            pieces.append((((x0 + x1) / 2, y0), ((x0 + x1) / 2, y1), (x1, y1)))
    return pieces


def rounded(points: Sequence[Point]) -> list[Piece]:
    """Straight lines along the points, each corner rounded by 10 pixels, or by half of the shorter line at it.

    >>> rounded([(0, 0), (0, 50), (80, 50)])[1]
    ((0, 50), (0, 50), (10.0, 50.0))
    """
    pieces: list[Piece] = []
    at = points[0]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        into, out = _towards(corner, before), _towards(corner, after)
        pieces += [(at, into, into), (corner, corner, out)]
        at = out
    return [*pieces, (at, points[-1], points[-1])]


def _towards(corner: Point, other: Point) -> Point:
    """Where the rounding of a corner meets the line to another point."""
    (x, y), (a, b) = corner, other
    long = abs(a - x) + abs(b - y)
    share = min(CORNER, long / 2) / long if long else 0.0
    return x + (a - x) * share, y + (b - y) * share


def text_of(text: str, limit: int = 48) -> str:
    """Text for an SVG element: one line, shortened, escaped.

    Args:
        text: any text.
        limit: the most characters, 48 by default.

    Returns:
        The text.

    Example:
        >>> text_of("a < b")
        'a &lt; b'
    """
    return html.escape(shorten(text, limit), quote=False)


def _curve(start: Point, pieces: Sequence[Piece]) -> str:
    return f"M{start[0]:g} {start[1]:g}" + "".join(
        f"C{a[0]:g} {a[1]:g} {b[0]:g} {b[1]:g} {c[0]:g} {c[1]:g}" for a, b, c in pieces
    )


def _box(box: Box, corner: Point) -> str:
    width, height = box.size
    x, y = corner
    accent = ACCENTS.get(box.group, ACCENTS["core"])
    lines = [
        f'<g transform="translate({x:g} {y:g})"><title>{text_of(box.subtitle or box.title, 256)}</title>',
        f'<rect class="b" width="{width:g}" height="{height:g}" rx="6"/>',
        f'<path d="M0 6a6 6 0 0 1 6 -6v{height:g}a6 6 0 0 1 -6 -6z" fill="{accent}"/>',
        f'<text class="t" x="{PADDING + 4:g}" y="{LINE + 2:g}">{text_of(box.title)}</text>',
    ]
    line = 2.0
    if box.subtitle:
        lines.append(f'<text class="n" x="{PADDING + 4:g}" y="{line * LINE + 2:g}">{text_of(box.subtitle)}</text>')
        line += 1
    for label, text in box.rows:
        lines.append(
            f'<text x="{PADDING + 4:g}" y="{line * LINE + 2:g}"><tspan class="l">{text_of(label)}</tspan> '
            f"{text_of(text)}</text>"
        )
        line += 1
    return "".join(lines) + "</g>"
