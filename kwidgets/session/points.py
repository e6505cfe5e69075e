"""Curves as they grow: one series per metric and phase, kept whole until a bound, then thinned.

A series that reaches its bound keeps of every four neighbours the lowest and the highest, in order. So peaks stay
visible, memory stays flat, and the newest points are always the densest.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..messages import Phase, RunSeries

Floats = NDArray[np.float32]
MOST_POINTS = 20_000
_FIRST_ROOM = 64


def finite(value: float) -> float | None:
    """A number as JSON can carry it: None for NaN and what is infinite."""
    return float(value) if math.isfinite(value) else None


@dataclass(frozen=True)
class Piece:
    """Part of a series: points `start` to `start + len(xs)`; `start` 0 replaces what a view has."""

    name: str
    phase: Phase
    start: int
    xs: Floats
    ys: Floats


class Series:
    """Points of one metric in one phase. `most`: the bound at which it is thinned, a multiple of 4.

    `rewritten` counts how often that happened or points were taken back, so that a reader knows when its copy is out of date.
    """

    phase: Phase

    def __init__(self, name: str, phase: Phase, most: int = MOST_POINTS) -> None:
        self.name = name
        self.phase = phase
        self.rewritten = 0
        self._most = most
        self._count = 0
        self._points = np.empty((2, _FIRST_ROOM), np.float32)

    def __len__(self) -> int:
        return self._count

    def add(self, x: float, y: float, whole: bool = True) -> None:
        """Append one point; one that is not `whole` may be taken back, so nothing is thinned for it."""
        if self._count >= self._most and whole:
            self._thin()
        if self._count == self._points.shape[1]:
            self._points = np.concatenate([self._points, np.empty_like(self._points)], axis=1)
        self._points[:, self._count] = x, y
        self._count += 1

    def load(self, xs: Floats, ys: Floats) -> None:
        """Begin with these points."""
        self._count = len(xs)
        self._points = np.empty((2, max(_FIRST_ROOM, self._count)), np.float32)
        self._points[:, : self._count] = xs, ys

    def piece(self, start: int = 0) -> Piece:
        """A copy of the points from `start` on."""
        xs, ys = self._points[:, start : self._count].copy()
        return Piece(self.name, self.phase, start, xs, ys)

    def cut(self, after: float) -> None:
        """Take back the points behind `after`."""
        count = int(np.searchsorted(self._points[0, : self._count], after, side="right"))
        if count < self._count:
            self._count, self.rewritten = count, self.rewritten + 1

    def _thin(self) -> None:
        groups = self._points[:, : self._count // 4 * 4].reshape(2, -1, 4)
        with np.errstate(invalid="ignore"):
            picked = np.sort(np.stack([groups[1].argmin(1), groups[1].argmax(1)], 1), 1)
        # In a group of equal values the first is both least and largest; its last point then stands for the rest.
        picked[picked[:, 0] == picked[:, 1], 1] = 3
        rows = np.arange(groups.shape[1])[:, None]
        thinned = groups[:, rows, picked].reshape(2, -1)
        rest = self._points[:, self._count // 4 * 4 : self._count].copy()
        self._count = thinned.shape[1] + rest.shape[1]
        self._points[:, : self._count] = np.concatenate([thinned, rest], axis=1)
        self.rewritten += 1


class Curves:
    """All series of a run. One thread adds, any thread reads."""

    def __init__(self, most: int = MOST_POINTS) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._series: dict[tuple[str, Phase], Series] = {}

    def add(self, phase: Phase, x: float, values: dict[str, float], whole: bool = True) -> None:
        """Append the values of one batch or epoch at `x` epochs; of one that is not `whole` they may be taken back."""
        with self._lock:
            for name, value in values.items():
                key = (name, phase)
                if key not in self._series:
                    self._series[key] = Series(name, phase, self._most)
                self._series[key].add(x, value, whole)

    def load(self, pieces: Iterable[Piece]) -> None:
        """Begin with whole series."""
        with self._lock:
            for piece in pieces:
                series = self._series[piece.name, piece.phase] = Series(piece.name, piece.phase, self._most)
                series.load(piece.xs, piece.ys)

    def cut(self, phase: Phase, after: float) -> None:
        """Take back the points of a phase behind `after` epochs."""
        with self._lock:
            for series in self._series.values():
                if series.phase == phase:
                    series.cut(after)

    def summary(self) -> list[RunSeries]:
        """Name, phase and number of points of each series."""
        with self._lock:
            return [RunSeries(name=s.name, phase=s.phase, points=len(s)) for s in self._series.values()]

    def pieces(self) -> list[Piece]:
        """Every point of every series."""
        with self._lock:
            return [series.piece() for series in self._series.values()]

    def reader(self) -> Reader:
        """A reader that has seen nothing yet."""
        return Reader(self)

    def unseen(self, seen: dict[tuple[str, Phase], tuple[int, int]]) -> list[Piece]:
        """Points that are not in `seen` (series -> (times rewritten, count)), which is brought up to date."""
        pieces: list[Piece] = []
        with self._lock:
            for key, series in self._series.items():
                rewritten, count = seen.get(key, (0, 0))
                start = count if rewritten == series.rewritten else 0
                # A series all of whose points were taken back is told as an empty one.
                if len(series) > start or (count and not start):
                    pieces.append(series.piece(start))
                seen[key] = (series.rewritten, len(series))
        return pieces


class Reader:
    """Gives each point once: what came since the last call, or a whole series after it was thinned or cut."""

    def __init__(self, curves: Curves) -> None:
        self.curves = curves
        self._seen: dict[tuple[str, Phase], tuple[int, int]] = {}

    def take(self) -> list[Piece]:
        """The points that were added since the last call."""
        return self.curves.unseen(self._seen)
