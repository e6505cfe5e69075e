"""PNG, JPEG and PDF pictures by matplotlib (figure objects only, never pyplot: it keeps global state), and DOT text."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from .._files.picture_text import png_with_text
from .boxes import LINE, PADDING, Box, shorten
from .dot_graph import DotGraph
from .layout import Point
from .svg import ACCENTS, MARGIN, Drawing, Piece

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.patches import FancyArrowPatch

PICTURES = ("png", "jpg", "jpeg", "pdf")
MAX_PIXELS = 16_000
UNKNOWN = "\ufffd"
DOTS_PER_INCH = 144
_POINT = 72 / 96


def to_picture(drawing: Drawing, format: str = "png", dpi: int = DOTS_PER_INCH) -> bytes:
    """A drawing in one of the formats `PICTURES`. Above 16000 pixels it is made at fewer dots per inch.

    Args:
        drawing: the drawing.
        format: "png" (the default) or "pdf".
        dpi: dots per inch.

    Returns:
        The file's bytes.

    Example:
        >>> from engine._drawing.svg import draw
        >>> to_picture(draw([Box("a", "Dense")], []))[1:4]
        b'PNG'
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.backends.backend_pdf import FigureCanvasPdf
    from matplotlib.figure import Figure

    width, height = drawing.width + 2 * MARGIN, drawing.height + 2 * MARGIN
    figure = Figure(figsize=(width / 96, height / 96))
    paint(figure.add_axes((0, 0, 1, 1)), drawing)
    canvas = (FigureCanvasPdf if format == "pdf" else FigureCanvasAgg)(figure)
    data = io.BytesIO()
    dpi = max(1, min(dpi, int(MAX_PIXELS * 96 / max(width, height))))
    # Without a date in it the same model gives the same bytes.
    metadata = {"pdf": {"CreationDate": None}, "png": {"Software": None}}.get(format)
    canvas.print_figure(data, format=format, dpi=dpi, facecolor="white", metadata=metadata)
    made = data.getvalue()
    return png_with_text(made, drawing.carried) if format == "png" and drawing.carried else made


def paint(axes: Axes, drawing: Drawing) -> None:
    """Draw on axes of matplotlib, which show the drawing and its margin, one unit a pixel.

    Args:
        axes: the axes, as wide and high as the drawing with a margin of 16 pixels on each side.
        drawing: the drawing.

    Example:
        >>> from matplotlib.figure import Figure
        >>> from engine._drawing.svg import draw
        >>> axes = Figure().add_axes((0, 0, 1, 1))
        >>> paint(axes, draw([Box("a", "Dense")], []))
        >>> axes.texts[0].get_text()
        'Dense'
    """
    axes.set_axis_off()
    axes.set_xlim(-MARGIN, drawing.width + MARGIN)
    axes.set_ylim(drawing.height + MARGIN, -MARGIN)
    for start, pieces in drawing.curves:
        axes.add_patch(_wire(start, pieces))
    for box in drawing.boxes:
        _draw(axes, box, drawing.corners[box.id])


def to_dot(nodes: Sequence[Box], edges: Sequence[tuple[str, str]], direction: str = "TB") -> str:
    r"""Text in Graphviz's language, for its own tools.

    >>> print(to_dot([Box("a", "Dense", 'x"y')], []).splitlines()[3])
        n0 [label="Dense\nx\"y"]
    """
    return DotGraph.of_boxes(nodes, edges, direction).source


def drawable(text: str) -> str:
    """The text with a sign in place of each character that matplotlib's present font lacks, of which it would warn.

    Args:
        text: any text.

    Returns:
        The text that can be drawn.

    Example:
        >>> drawable("8×8")
        '8×8'
    """
    from matplotlib.font_manager import FontProperties, findfont, get_font

    font = get_font(findfont(FontProperties()))
    missing = UNKNOWN if font.get_char_index(ord(UNKNOWN)) else "?"
    return "".join(char if font.get_char_index(ord(char)) else missing for char in text)


def _wire(start: Point, pieces: Sequence[Piece]) -> FancyArrowPatch:
    from matplotlib.patches import FancyArrowPatch
    from matplotlib.path import Path

    vertices, codes = [start], [Path.MOVETO]
    for first, second, end in pieces:
        vertices += [first, second, end]
        codes += [Path.CURVE4] * 3
    return FancyArrowPatch(
        path=Path(vertices, codes), arrowstyle="-|>", mutation_scale=8, linewidth=1.0, color="#8a8f98", zorder=1
    )


def _draw(axes: Axes, box: Box, corner: Point) -> None:
    from matplotlib.patches import FancyBboxPatch, Rectangle

    (x, y), (width, height) = corner, box.size
    patch = FancyBboxPatch(
        (x, y), width, height, boxstyle="round,pad=0,rounding_size=6", facecolor="white", edgecolor="#c4c8cf", zorder=2
    )
    axes.add_patch(patch)
    stripe = Rectangle((x, y), 6, height, color=ACCENTS.get(box.group, ACCENTS["core"]), linewidth=0, zorder=2)
    stripe.set_clip_path(patch)
    axes.add_patch(stripe)
    texts = [(box.title, 13, "bold", "#222222")]
    if box.subtitle:
        texts.append((box.subtitle, 12, "normal", "#444444"))
    texts += [(f"{label} {text}", 12, "normal", "#222222") for label, text in box.rows]
    for line, (text, size, weight, color) in enumerate(texts, start=1):
        axes.text(
            x + PADDING + 4,
            y + line * LINE + 2,
            drawable(shorten(text)),
            fontsize=size * _POINT,
            fontweight=weight,
            color=color,
            parse_math=False,
            usetex=False,
            zorder=3,
        )
