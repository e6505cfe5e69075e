"""Arrays of one sample or one weight as panels: small pictures whose numbers travel as bytes, bounded however large the array."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.inspection import histogram, scale_of, shrunk
from engine.types import Array

from ..messages import InsidePanel
from ..words import inside as say

MOST_PANELS = 24
# The longest side of a tile, and of a map that is shown alone.
TILE, WHOLE = 48, 512
MOST_BARS = 512
# Numbers that a histogram counts.
MOST_COUNTED = 1 << 20
_BINS = 40
_NOT_A_NUMBER = 255


@dataclass(frozen=True)
class Drawn:
    """Panels with their numbers. total: channels that there are. first: the number of the first that is shown."""

    panels: list[InsidePanel]
    buffers: list[bytes]
    total: int = 0
    first: int = 0

    def and_then(self, other: Drawn) -> Drawn:
        """These and others behind them."""
        return Drawn([*self.panels, *other.panels], [*self.buffers, *other.buffers], self.total, self.first)


NOTHING = Drawn([], [])


def map_panel(
    values: Array,
    title: str,
    scale: tuple[float, float] | None = None,
    most: int = WHOLE,
    channel: int | None = None,
    note: str = "",
) -> Drawn:
    """A sheet of numbers (H, W) as one map, on a scale of its own where none is given."""
    low, high = scale_of(values) if scale is None else scale
    rows = shrunk(values, *_sizes(values.shape, most))
    panel: InsidePanel = {
        "kind": "map",
        "title": title,
        "channel": channel,
        "width": rows.shape[1],
        "height": rows.shape[0],
        "low": low,
        "high": high,
        "note": note,
    }
    return Drawn([panel], [_as_bytes(rows, low, high)])


def steps_panel(values: Array, title: str, scale: tuple[float, float] | None = None) -> Drawn:
    """A sequence (T, C) as a heat map: time to the right, channels down."""
    return map_panel(values.T, title, scale, note=say.of_sequence(*values.shape))


def _sizes(shape: Sequence[int], most: int) -> tuple[int, int]:
    """Rows and columns that are left where the longer side is at most so long."""
    longest = max(shape[0], shape[1], 1)
    if longest <= most:
        return shape[0], shape[1]
    return max(1, shape[0] * most // longest), max(1, shape[1] * most // longest)


def _as_bytes(values: Array, low: float, high: float) -> bytes:
    known = np.isfinite(values)
    share = (np.where(known, values, low) - low) / ((high - low) or 1.0)
    levels = np.rint(np.clip(share, 0.0, 1.0) * 254)
    levels = np.where(
        known, levels, np.where(np.isposinf(values), 254, np.where(np.isneginf(values), 0, _NOT_A_NUMBER))
    )
    return levels.astype(np.uint8).tobytes()


def bars_panel(values: Array, title: str, scale: tuple[float, float] | None = None) -> Drawn:
    """Numbers (U,) as bars; of more than 512 the means of neighbours."""
    few = shrunk(values[None], 1, MOST_BARS)[0]
    low, high = scale_of(values) if scale is None else scale
    note = say.of(len(few), len(values)) if len(few) < len(values) else ""
    panel: InsidePanel = {
        "kind": "bars",
        "title": title,
        "channel": None,
        "width": len(few),
        "height": 1,
        "low": low,
        "high": high,
        "note": note,
    }
    return Drawn([panel], [np.nan_to_num(few, posinf=high, neginf=low).astype("<f4").tobytes()])


def histogram_panel(values: Array, title: str) -> Drawn:
    """How the numbers of an array lie between the smallest and the largest; of very many, so many evenly spread ones."""
    numbers = values.reshape(-1)
    few = numbers[:: -(-numbers.size // MOST_COUNTED)] if numbers.size > MOST_COUNTED else numbers
    counts, edges = histogram(few, _BINS)
    panel: InsidePanel = {
        "kind": "histogram",
        "title": title,
        "channel": None,
        "width": len(counts),
        "height": 1,
        "low": float(edges[0]),
        "high": float(edges[-1]),
        "note": say.of(few.size, numbers.size) if few.size < numbers.size else "",
    }
    return Drawn([panel], [counts.astype("<f4").tobytes()])


def order_of(values: Array, by_activity: bool) -> Array:
    """Numbers of the channels of (..., C), as they are or from the most active to the least."""
    if not by_activity:
        return np.arange(values.shape[-1])
    sizes = np.abs(np.nan_to_num(values.reshape(-1, values.shape[-1]))).max(0, initial=0)
    return np.argsort(-sizes, kind="stable")


def tiles(
    values: Array, first: int = 0, by_activity: bool = False, one: int | None = None, most: int = MOST_PANELS
) -> Drawn:
    """Feature maps (H, W, C) as tiles on one scale, some from a first one on; or one channel alone, as large as it is."""
    scale = scale_of(values)
    if one is not None and 0 <= one < values.shape[2]:
        alone = map_panel(values[:, :, one], str(one), scale, WHOLE, one, say.channel(one))
        return Drawn(alone.panels, alone.buffers, values.shape[2], one)
    first = max(0, min(first, values.shape[2] - 1))
    drawn = Drawn([], [], values.shape[2], first)
    for number in order_of(values, by_activity)[first : first + most]:
        channel = int(number)
        drawn = drawn.and_then(map_panel(values[:, :, channel], str(channel), scale, TILE, channel))
    return drawn


def drawn_sample(
    values: Array,
    title: str,
    first: int = 0,
    by_activity: bool = False,
    one: int | None = None,
    most: int = MOST_PANELS,
) -> Drawn:
    """What a layer gives for one sample: maps as tiles, sequences as a heat map (time to the right), vectors as bars."""
    values = np.asarray(values, np.float32 if values.dtype.kind != "f" else None)
    while values.ndim > 3:
        values = values[len(values) // 2]
    if values.ndim == 3 and values.shape[2] == 1:  # there is nothing to choose from
        return Drawn(*_pair(map_panel(values[:, :, 0], title)), 1)
    if values.ndim == 3:
        return tiles(values, first, by_activity, one, most)
    if values.ndim == 2:
        order = order_of(values, by_activity)
        return Drawn(*_pair(steps_panel(values[:, order], title)), values.shape[1])
    return Drawn(*_pair(bars_panel(values.reshape(-1), title)), values.size)


def _pair(drawn: Drawn) -> tuple[list[InsidePanel], list[bytes]]:
    return drawn.panels, drawn.buffers


def drawn_weight(values: Array, name: str, first: int = 0, one: int | None = None) -> Drawn:
    """A weight: kernels of windows (h, w, C, F) as a tile for each filter, matrices as a map, vectors as bars; and a histogram."""
    values = np.asarray(values, np.float32)
    lies = histogram_panel(values, say.values_of(name))
    while values.ndim > 4:
        values = values[len(values) // 2]
    if values.ndim == 4:
        # Filters of many channels are shown by the mean over them.
        shown = values[:, :, 0] if values.shape[2] == 1 else values.mean(2)
        drawn = tiles(shown, first, one=one)
        return drawn.and_then(lies)
    if values.ndim == 3:
        drawn = tiles(np.moveaxis(values, 1, 2) if values.shape[1] == 1 else values, first, one=one)
        return drawn.and_then(lies)
    if values.ndim == 2:
        return map_panel(_first_rows(values), name, scale_of(values), 256, note=_shown_rows(values)).and_then(lies)
    return bars_panel(values.reshape(-1), name).and_then(lies)


_MOST_ROWS = 2048


def _first_rows(values: Array) -> Array:
    """A table of very many rows, such as an embedding, is shown by its first ones."""
    return values[:_MOST_ROWS]


def _shown_rows(values: Array) -> str:
    rows, columns = values.shape
    return say.of(_MOST_ROWS, rows) if rows > _MOST_ROWS else say.of_matrix(rows, columns)
