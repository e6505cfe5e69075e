"""A still picture of curves as SVG, for saved notebooks: the epochs' values, or the batches' while there are none."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.describe.diagram import text_of

from ..session.points import Piece
from ..words import views as say

WIDTH, HEIGHT, MARGIN = 420.0, 180.0, 40.0
COLOURS = {"train": "#1f6feb", "validation": "#c2410c", "batch": "#1f6feb"}
MOST_POINTS = 400


def chart_svg(pieces: Sequence[Piece]) -> str | None:
    """One small chart for each metric, side by side; None without points."""
    epochs = [piece for piece in pieces if piece.phase != "batch"]
    shown = [piece for piece in epochs or pieces if np.isfinite(piece.ys).any()]
    names = list(dict.fromkeys(piece.name for piece in shown))
    if not names:
        return None
    charts = "".join(
        f'<g transform="translate({index * WIDTH:g} 0)">{_chart(name, [p for p in shown if p.name == name])}</g>'
        for index, name in enumerate(names)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{WIDTH * len(names):g}" height="{HEIGHT:g}" '
        f'viewBox="0 0 {WIDTH * len(names):g} {HEIGHT:g}"><title>{say.CURVES}</title>'
        "<style>text{font-family:Helvetica,Arial,sans-serif;font-size:11px;fill:#555}</style>"
        f'<rect width="100%" height="100%" fill="#fff"/>{charts}</svg>\n'
    )


def _chart(name: str, pieces: Sequence[Piece]) -> str:
    xs = np.concatenate([piece.xs for piece in pieces]).astype(float)
    ys = np.concatenate([piece.ys for piece in pieces]).astype(float)
    ys = ys[np.isfinite(ys)]
    left, right, low, high = xs.min(), xs.max(), ys.min(), ys.max()
    lines = []
    for piece in pieces:
        good = np.isfinite(piece.ys)
        step = max(1, int(good.sum()) // MOST_POINTS)
        x = MARGIN + (piece.xs[good][::step] - left) / ((right - left) or 1) * (WIDTH - 1.5 * MARGIN)
        y = HEIGHT - MARGIN - (piece.ys[good][::step] - low) / ((high - low) or 1) * (HEIGHT - 1.75 * MARGIN)
        points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))
        dash = ' stroke-dasharray="5 3"' if piece.phase == "validation" else ""
        lines.append(
            f'<polyline points="{points}" fill="none" stroke="{COLOURS[piece.phase]}" stroke-width="1.5"{dash}/>'
        )
    bottom = HEIGHT - MARGIN
    frame = f'<path d="M{MARGIN} {0.5 * MARGIN}V{bottom}H{WIDTH - 0.5 * MARGIN}" fill="none" stroke="#999"/>'
    words = (
        f'<text x="{MARGIN}" y="14" font-weight="600">{text_of(name)}</text>'
        f'<text x="{MARGIN - 4}" y="{0.75 * MARGIN}" text-anchor="end">{high:.3g}</text>'
        f'<text x="{MARGIN - 4}" y="{bottom}" text-anchor="end">{low:.3g}</text>'
        f'<text x="{MARGIN}" y="{bottom + 14}">{left:.3g}</text>'
        f'<text x="{WIDTH - 0.5 * MARGIN}" y="{bottom + 14}" text-anchor="end">{say.epochs(right)}</text>'
    )
    return frame + "".join(lines) + words
