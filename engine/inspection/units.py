"""Units of a layer that do nothing: dead ones, which give 0 for every sample, and saturated ones, which stand at an end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import numpy as np

from ..types import Array, Data
from .places import Place
from .reading import Reader

# What a function gives at its ends, and how near to one counts as saturated: 1 % of the distance between them.
_ENDS = {
    "sigmoid": (0.0, 1.0),
    "hard_sigmoid": (0.0, 1.0),
    "tanh": (-1.0, 1.0),
    "hard_tanh": (-1.0, 1.0),
    "softsign": (-1.0, 1.0),
    "relu6": (-np.inf, 6.0),
}
_NEAR = 0.01


@dataclass(frozen=True)
class Units:
    """The units (channels, features) of one layer over some samples, U of them.

    Attributes:
        dead: (U,), whether a unit gave 0 everywhere, for every sample.
        zero: (U,), the share of its values that are 0.
        saturated: (U,), the share of its values within 1 % of an end of the layer's function; 0 where that has no ends.
        mean: (U,), of its values.
        low: (U,), the smallest value.
        high: (U,), the largest value.
        samples: how many samples were looked at.
    """

    dead: Array
    zero: Array
    saturated: Array
    mean: Array
    low: Array
    high: Array
    samples: int

    @property
    def dead_share(self) -> float:
        """The share of units that are dead."""
        return float(self.dead.mean()) if self.dead.size else 0.0

    @property
    def saturation(self) -> float:
        """The share of all values that are saturated."""
        return float(self.saturated.mean()) if self.saturated.size else 0.0

    @property
    def by_activity(self) -> Array:
        """(U,), numbers of the units from the one with the largest mean size of values to the smallest."""
        return np.argsort(-np.maximum(np.abs(self.low), np.abs(self.high)), kind="stable")


def units_of(reader: Reader, layer_call: Place, x: Data, batch_size: int | None = None, output: int = 0) -> Units:
    """The units of a layer for any number of samples, of which one batch is in memory at a time. Raises DataError."""
    fed = reader.feed(x)
    axis = unit_axis(layer_call)
    ends = _ends_of(layer_call)
    sums: dict[str, Array] = {}
    count = 0
    for (values,) in reader.batches(fed, [layer_call.outputs[output]], batch_size):
        rows = _by_unit(values, axis)
        count += len(rows)
        parts = {
            "zero": (rows == 0).sum(0),
            "saturated": _saturated(rows, ends),
            "mean": rows.sum(0, dtype=np.float64),
            "low": rows.min(0, initial=np.inf),
            "high": rows.max(0, initial=-np.inf),
        }
        for name, part in parts.items():
            join = _JOINS.get(name, np.add)
            sums[name] = cast("Array", part) if name not in sums else join(sums[name], part)
    shares = {name: sums[name] / max(count, 1) for name in ("zero", "saturated", "mean")}
    dead = (sums["low"] == 0) & (sums["high"] == 0)
    return Units(dead, shares["zero"], shares["saturated"], shares["mean"], sums["low"], sums["high"], fed.samples)


_JOINS: dict[str, Callable[[Array, Array], Array]] = {"low": np.minimum, "high": np.maximum}


def unit_axis(layer_call: Place) -> int:
    """The axis of a layer's output that its units lie along: the last one, or 1 of images with channels first."""
    rank = len(layer_call.outputs[0].shape)
    return 1 if getattr(layer_call.layer, "data_format", None) == "channels_first" and rank > 2 else -1


def _by_unit(values: Array, axis: int) -> Array:
    """(everything else, U)."""
    if values.ndim < 2:
        return values.reshape(-1, 1)
    moved = np.moveaxis(values, axis, -1)
    rows = moved.reshape(-1, moved.shape[-1])
    return rows if rows.dtype.kind == "f" else rows.astype(np.float64)


def _ends_of(layer_call: Place) -> tuple[float, float] | None:
    activation = getattr(layer_call.layer, "activation", None)
    return _ENDS.get(getattr(activation, "__name__", ""))


def _saturated(rows: Array, ends: tuple[float, float] | None) -> Array:
    if ends is None:
        return np.zeros(rows.shape[1])
    near = _NEAR * (ends[1] - ends[0] if np.isfinite(ends[0]) else ends[1])
    return ((rows <= ends[0] + near) | (rows >= ends[1] - near)).sum(0)
