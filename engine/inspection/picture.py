"""Arrays of one sample as pictures: feature maps as tiles, sequences as heat maps, vectors as bars.

Colours run from dark to light with even steps of brightness, so that they can be told apart in grey and by people who see few
colours; where there are values on both sides of 0, from blue over white to orange. Nothing but NumPy and zlib is used.
"""

from __future__ import annotations

import base64
import html
import struct
import zlib
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from .._files.picture_text import PNG, chunk
from ..types import Array

# Points of the two scales, between which colours are interpolated.
_RISING = np.array(
    [
        (68, 1, 84),
        (71, 44, 122),
        (59, 81, 139),
        (44, 113, 142),
        (33, 144, 141),
        (39, 173, 129),
        (92, 200, 99),
        (170, 220, 50),
    ]
    + [(253, 231, 37)],
    float,
)
_SIGNED = np.array([(33, 102, 172), (146, 197, 222), (247, 247, 247), (253, 184, 99), (179, 88, 6)], float)
_NOT_A_NUMBER = (200, 0, 120)

WIDTH = 640
_TILE = 56
_MOST_TILES = 20
_MOST_BARS = 128
_MOST_CELLS = 256
_LEFT = 150
_LINE = 16
_BARS = 48


class Row(NamedTuple):
    """title: what is shown. kind: the layer's class, or "". values: of one sample."""

    title: str
    kind: str
    values: Array


def scale_of(values: Array) -> tuple[float, float]:
    """The ends of a scale: 0 and the largest value, or the same size on both sides of 0 where there are negative ones.

    Args:
        values: any numbers; those that are not finite do not count.

    Returns:
        The lower and the upper end, (0.0, 0.0) where all are 0.

    Example:
        >>> import numpy as np
        >>> scale_of(np.array([0.0, 2.0])), scale_of(np.array([-3.0, 2.0]))
        ((0.0, 2.0), (-3.0, 3.0))
    """
    finite = values[np.isfinite(values)]
    if not finite.size:
        return 0.0, 0.0
    low, high = float(finite.min()), float(finite.max())
    return (-max(-low, high), max(-low, high)) if low < 0 else (0.0, high)


def coloured(values: Array, low: float, high: float) -> Array:
    """Values as colours on a scale.

    Args:
        values: numbers of any shape.
        low: what the first colour stands for; below 0 the scale has two sides.
        high: what the last one stands for.

    Returns:
        Red, green and blue as bytes, on a new last axis; NaN has a colour of its own.

    Example:
        >>> import numpy as np
        >>> coloured(np.array([0.0, 1.0]), 0.0, 1.0).tolist()
        [[68, 1, 84], [253, 231, 37]]
    """
    points = _SIGNED if low < 0 else _RISING
    known = ~np.isnan(values)
    share = np.clip((np.where(known, values, low) - low) / ((high - low) or 1.0), 0.0, 1.0) * (len(points) - 1)
    below = np.minimum(share.astype(int), len(points) - 2)
    part = (share - below)[..., None]
    colours = np.rint(points[below] * (1 - part) + points[below + 1] * part)
    return np.where(known[..., None], colours, _NOT_A_NUMBER).astype(np.uint8)


def png(pixels: Array) -> bytes:
    """A PNG of pixels.

    Args:
        pixels: red, green and blue as bytes, (H, W, 3).

    Returns:
        The file's bytes.

    Example:
        >>> import numpy as np
        >>> png(np.zeros((1, 1, 3), np.uint8))[1:4]
        b'PNG'
    """
    height, width = pixels.shape[:2]
    lines = np.zeros((height, 1 + 3 * width), np.uint8)  # each line begins with its filter, 0 for none
    lines[:, 1:] = pixels.reshape(height, -1)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(lines.tobytes(), 6)), (b"IEND", b"")]
    return PNG + b"".join(chunk(kind, content) for kind, content in parts)


def shrunk(values: Array, rows: int, columns: int) -> Array:
    """The means of blocks, so that at most so many rows and columns are left; smaller arrays stay as they are.

    Args:
        values: (H, W) or (H, W, C).
        rows: the most rows.
        columns: the most columns.

    Returns:
        The means, of the same rank.

    Example:
        >>> import numpy as np
        >>> shrunk(np.arange(8.0).reshape(1, 8), 4, 2).tolist()
        [[1.5, 5.5]]
    """
    for axis, most in ((0, rows), (1, columns)):
        size = values.shape[axis]
        if size > most:
            starts = np.arange(most) * size // most
            counts = np.diff(np.append(starts, size))
            shape = [-1 if a == axis else 1 for a in range(values.ndim)]
            values = np.add.reduceat(values, starts, axis=axis, dtype=np.float64) / counts.reshape(shape)
    return values


def rows_as_svg(rows: Sequence[Row]) -> str:
    """Rows below each other as one picture, each with its name, shape, mean and largest value.

    Args:
        rows: what is shown.

    Returns:
        The text of the SVG.

    Example:
        >>> import numpy as np
        >>> 'dense_1' in rows_as_svg([Row("dense_1", "Dense", np.ones(3))])
        True
    """
    parts: list[str] = []
    top = 8
    for row in rows:
        drawn, height = _drawn(np.asarray(row.values, np.float64), top)
        parts += [_text(8, top + 12, row.title, 600), _text(8, top + 28, _about(row)), drawn]
        top += max(height, 2 * _LINE + 4) + 10
    style = "font-family:system-ui,sans-serif;font-size:11.5px"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{top}" '
        f'viewBox="0 0 {WIDTH} {top}" style="{style}"><rect width="{WIDTH}" height="{top}" fill="#ffffff"/>{"".join(parts)}</svg>'
    )


def _about(row: Row) -> str:
    shape = "×".join(map(str, row.values.shape)) or "one number"
    return f"{row.kind} · {shape}" if row.kind else shape


def _text(x: float, y: float, text: str, weight: int = 400) -> str:
    short = text if len(text) <= 24 else f"{text[:23]}…"
    return f'<text x="{x}" y="{y}" font-weight="{weight}" fill="#1f2937">{html.escape(short)}</text>'


def _drawn(values: Array, top: int) -> tuple[str, int]:
    while values.ndim > 3:
        values = values[len(values) // 2]
    low, high = scale_of(values)
    if values.ndim == 0:
        return _text(_LEFT, top + 12, f"{float(values):.4g}"), _LINE
    if values.ndim == 1 and len(values) <= _MOST_BARS:
        return _bars(values, top, low, high), _BARS
    if values.ndim == 3:
        return _tiles(values, top, low, high)
    sheet = values[None] if values.ndim == 1 else values.T
    return _image(shrunk(sheet, 64, _MOST_CELLS), top, low, high)


def _image(sheet: Array, top: int, low: float, high: float) -> tuple[str, int]:
    """A heat map: time steps to the right, features downwards."""
    cell = max(2, min(12, (WIDTH - _LEFT - 16) // max(sheet.shape[1], 1)))
    width, height = min(cell * sheet.shape[1], WIDTH - _LEFT - 16), max(min(cell * sheet.shape[0], 160), 14)
    return _embedded(coloured(sheet, low, high), _LEFT, top, width, height), height


def _tiles(values: Array, top: int, low: float, high: float) -> tuple[str, int]:
    """The first channels as tiles, all on one scale."""
    count = min(values.shape[2], _MOST_TILES)
    across = (WIDTH - _LEFT - 16) // (_TILE + 4)
    parts = [
        _embedded(
            coloured(shrunk(values[:, :, k], 64, 64), low, high),
            _LEFT + k % across * (_TILE + 4),
            top + k // across * (_TILE + 4),
            _TILE,
            _TILE,
        )
        for k in range(count)
    ]
    height = -(-count // across) * (_TILE + 4)
    if count < values.shape[2]:
        parts.append(_text(_LEFT, top + height + 10, f"{count} of {values.shape[2]} channels"))
        height += _LINE
    return "".join(parts), height


def _bars(values: Array, top: int, low: float, high: float) -> str:
    """A bar for each unit, from the line of 0."""
    step = min(16.0, (WIDTH - _LEFT - 16) / max(len(values), 1))
    span = (high - low) or 1.0
    zero = top + _BARS * high / span
    parts = [
        f'<rect x="{_LEFT + i * step:.1f}" y="{min(zero, zero - _BARS * v / span):.1f}" width="{max(step - 1, 0.5):.1f}" '
        f'height="{max(abs(_BARS * v / span), 0.5):.1f}" fill="{"#2166ac" if v < 0 else "#218f8d"}"/>'
        for i, v in enumerate(np.nan_to_num(values, posinf=high, neginf=low))
    ]
    return "".join(parts)


def _embedded(pixels: Array, x: float, y: float, width: float, height: float) -> str:
    data = base64.b64encode(png(pixels)).decode("ascii")
    return (
        f'<image x="{x}" y="{y}" width="{width}" height="{height}" preserveAspectRatio="none" '
        f'style="image-rendering:pixelated" href="data:image/png;base64,{data}"/>'
    )
