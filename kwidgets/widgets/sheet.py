"""What a still picture shows, drawn as a PNG: a title, the state of a run, the graph, the curves.

A PNG, since the viewers that sanitise what they show (GitHub's, mail) show no other picture without fault. It is drawn in pixels
of its own on one pair of axes, without matplotlib's ticks and legends, so that no setting of a user's `rcParams` changes it.
"""

from __future__ import annotations

import io
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from engine.describe.diagram import Drawing, drawable, paint, png_with_note, png_with_text, shorten

from ..session.points import Floats, Piece
from ..words import still as say

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MARGIN = 16.0
LEAST_WIDTH = 620.0
HEAD = 30.0
LINE = 20.0
CHARACTER = 7.0
MOST_LINES = 3
# Of a chart, with the room around it.
CHART = (300.0, 176.0)
# Of a single figure.
FIGURE = (460.0, 380.0)
MOST_CHARTS = 6
MOST_POINTS = 400
COLOURS = {"train": "#1f6feb", "validation": "#c2410c", "batch": "#1f6feb"}
INK, QUIET, RULE = "#222222", "#666666", "#c4c8cf"
# Drawn finer than the page, for screens with small pixels and for zooming in.
DOTS_PER_INCH = 144
COLOURS_KEPT = 128
MOST_SIDE = 12_000
MOST_BYTES = 150_000
# The picture's second chunk says which widget it is of: a page finds it by that, to hide it while the widget is live. With
# the nine letters of the keyword the remark begins at a multiple of three bytes, so its base64 is always the same.
KEYWORD = "kw-widget"


@dataclass(frozen=True)
class Sheet:
    """What is to be seen. line: the state of the run, none without one. more: cards that the drawing leaves out.

    layers: the layers in words, for those who cannot see the picture. figure: draws one figure on matplotlib's axes.

    state: compares equal as long as nothing of it has changed. carried: the experiment's YAML.
    """

    title: str
    state: object
    line: str = field(default="", compare=False)
    layers: tuple[str, ...] = field(default=(), compare=False)
    drawing: Drawing | None = field(default=None, compare=False)
    more: int = field(default=0, compare=False)
    pieces: Sequence[Piece] = field(default=(), compare=False)
    carried: str = field(default="", compare=False)
    figure: Callable[[Axes], None] | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Picture:
    """A PNG, and its size on the page in pixels."""

    png: bytes
    width: int
    height: int


def draw(sheet: Sheet, note: str) -> Picture:
    """The sheet as a PNG with the remark `note`; it carries the experiment's text where that keeps it small."""
    from matplotlib.figure import Figure

    charts = _charts(sheet.pieces)
    inner = max(LEAST_WIDTH, sheet.drawing.width if sheet.drawing is not None else 0.0)
    columns = max(1, int(inner // CHART[0]))
    rows = -(-len(charts) // columns)
    graph = sheet.drawing.height + 2 * MARGIN if sheet.drawing is not None else 0.0
    single = FIGURE[1] + MARGIN if sheet.figure is not None else 0.0
    said = (sheet.line, say.more_cards(sheet.more) if sheet.more else "")
    lines = [line for text in said for line in textwrap.wrap(text, int(inner / CHARACTER))[:MOST_LINES]]
    top = MARGIN + HEAD + LINE * len(lines)
    width, height = inner + 2 * MARGIN, top + graph + single + rows * CHART[1] + MARGIN / 2
    figure = Figure(figsize=(width / 96, height / 96), facecolor="white")
    page = figure.add_axes((0, 0, 1, 1))
    page.set_axis_off()
    page.set_xlim(0, width)
    page.set_ylim(height, 0)
    _write(page, MARGIN, MARGIN + 14, shorten(sheet.title, 70), size=15, weight="bold")
    for row, line in enumerate(lines):
        _write(page, MARGIN, MARGIN + HEAD + row * LINE + 6, line, color=QUIET)
    if sheet.drawing is not None:
        share = ((sheet.drawing.width + 2 * MARGIN) / width, graph / height)
        paint(figure.add_axes((0, 1 - (top + graph) / height, *share)), sheet.drawing)
    if sheet.figure is not None:
        # Room on the left and below for the names of classes.
        lower_left = (MARGIN + 70) / width, 1 - (top + FIGURE[1] - 70) / height
        sheet.figure(figure.add_axes((*lower_left, FIGURE[0] / width, (FIGURE[1] - 110) / height)))
    for index, (name, pieces) in enumerate(charts):
        corner = (MARGIN + index % columns * CHART[0], top + graph + index // columns * CHART[1])
        _chart(page, corner, name, pieces)
    dots = max(24, min(DOTS_PER_INCH, int(MOST_SIDE * 96 / max(width, height))))
    png = _png(figure, dots)
    whole = png_with_text(png, sheet.carried) if sheet.carried else png
    marked = png_with_note(whole if len(whole) <= MOST_BYTES else png, KEYWORD, note)
    return Picture(marked, round(width), round(height))


def _png(figure: Figure, dots: int) -> bytes:
    """The figure in few colours, which take a third of the bytes."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    canvas = FigureCanvasAgg(figure)
    figure.set_dpi(dots)
    canvas.draw()
    image = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    data = io.BytesIO()
    image.quantize(COLOURS_KEPT, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(data, "png")
    return data.getvalue()


def _charts(pieces: Sequence[Piece]) -> list[tuple[str, list[Piece]]]:
    """The series of each chart: the epochs' values, or the batches' while there are none."""
    epochs = [piece for piece in pieces if piece.phase != "batch"]
    shown = [piece for piece in epochs or pieces if np.isfinite(piece.ys).any()]
    names = list(dict.fromkeys(piece.name for piece in shown))[:MOST_CHARTS]
    return [(name, [piece for piece in shown if piece.name == name]) for name in names]


def _chart(page: Axes, corner: tuple[float, float], name: str, pieces: Sequence[Piece]) -> None:
    left, right = corner[0] + 44, corner[0] + CHART[0] - 12
    top, bottom = corner[1] + 28, corner[1] + CHART[1] - 26
    xs = np.concatenate([piece.xs for piece in pieces]).astype(float)
    ys = np.concatenate([piece.ys for piece in pieces]).astype(float)
    ys = ys[np.isfinite(ys)]
    first, last, low, high = xs.min(), xs.max(), ys.min(), ys.max()
    across, up = (last - first) or 1.0, (high - low) or 1.0
    page.plot([left, left, right], [top, bottom, bottom], color=RULE, linewidth=0.8, marker="")
    for piece in pieces:
        good = np.isfinite(piece.ys)
        x = left + (_thinned(piece.xs[good]) - first) / across * (right - left)
        y = bottom - (_thinned(piece.ys[good]) - low) / up * (bottom - top)
        dashes = (4, 2) if piece.phase == "validation" else (None, None)
        alone = "o" if len(x) == 1 else ""
        page.plot(
            x, y, color=COLOURS[piece.phase], linestyle="-", linewidth=1.2, dashes=dashes, marker=alone, markersize=3
        )
    _write(page, left, corner[1] + 14, shorten(name, 32), weight="bold")
    ends = [(say.OF_TRAINING, "train"), (say.OF_VALIDATION, "validation")]
    known = {piece.phase for piece in pieces}
    for index, (word, phase) in enumerate([one for one in ends if one[1] in known][::-1]):
        _write(page, right - 76 - index * 60, bottom + 16, word, color=COLOURS[phase], align="right", size=11)
    _write(page, left - 6, top + 6, f"{high:.3g}", color=QUIET, align="right", size=11)
    if high > low:
        _write(page, left - 6, bottom, f"{low:.3g}", color=QUIET, align="right", size=11)
    _write(page, left, bottom + 16, f"{first:.3g}", color=QUIET, size=11)
    _write(page, right, bottom + 16, say.epoch(last), color=QUIET, align="right", size=11)


def _thinned(values: Floats) -> Floats:
    """At most 400 of the values, the last among them."""
    step = max(1, len(values) // MOST_POINTS)
    return values[::-1][::step][::-1]


def _write(
    page: Axes,
    x: float,
    y: float,
    text: str,
    *,
    size: float = 12,
    weight: str = "normal",
    color: str = INK,
    align: str = "left",
) -> None:
    page.text(
        x,
        y,
        drawable(text),
        fontsize=size * 72 / 96,
        fontweight=weight,
        color=color,
        ha=align,
        va="baseline",
        parse_math=False,
        usetex=False,
    )
