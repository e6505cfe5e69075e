"""Curves of many runs in one message, with no more points than can be seen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from .. import messages
from ..refused import Refused
from ..workspace.epochs import rows_of
from ..workspace.records import Epochs, Floats
from .base import Reply

# A chart is some 400 pixels wide; of each part of a long curve its lowest and its highest point are drawn.
MOST_POINTS = 400
MOST_RUNS = 500


def curves_of(runs: Iterable[str], names: Sequence[str], history: Callable[[str], Epochs]) -> Reply:
    """The metrics `names` of runs by their epochs, on training and on validation data; runs that are gone have none."""
    curves: list[messages.RunCurve] = []
    xs: list[Floats] = []
    ys: list[Floats] = []
    for run in runs:
        try:
            known = history(run)
        except Refused:
            continue
        for name, phase, column in _columns(known, names):
            epochs = np.asarray([known["epoch"][row] for row in rows_of(known, column)], np.float32)
            x, y = thinned(epochs + 1, np.asarray(known["history"][column], np.float32)[: len(epochs)])
            curves.append({"run": run, "name": name, "phase": phase, "count": len(x)})
            xs.append(x)
            ys.append(y)
    answer: messages.RunCurves = {"curves": curves}
    return dict(answer), [b"".join(part.tobytes() for part in parts) for parts in (xs, ys)]


def _columns(known: Epochs, names: Sequence[str]) -> Iterable[tuple[str, messages.Phase, str]]:
    """For each of these metrics and phases that there is, with the name of its column."""
    phases: tuple[tuple[str, messages.Phase], ...] = (("", "train"), ("val_", "validation"))
    for name in names:
        for start, phase in phases:
            if known["history"].get(column := f"{start}{name}"):
                yield name, phase, column


def thinned(xs: Floats, ys: Floats, most: int = MOST_POINTS) -> tuple[Floats, Floats]:
    """At most so many points, which look the same: the first, the last, and the extremes of each part between.

    >>> xs = np.arange(10000, dtype="float32")
    >>> x, y = thinned(xs, np.where(xs == 5000, 9.0, 0.0).astype("float32"))
    >>> len(x) <= 400, float(x[0]), float(x[-1]), float(y.max())
    (True, 0.0, 9999.0, 9.0)
    """
    if len(xs) <= most:
        return xs, ys
    parts = (most - 2) // 2
    edges = np.linspace(1, len(xs) - 1, parts + 1).astype(int)
    places = [0, len(xs) - 1]
    for start, end in zip(edges[:-1], edges[1:], strict=True):
        part = ys[start:end]
        if np.isnan(part).all():
            places.append(int(start))
        else:
            places += [int(start + np.nanargmin(part)), int(start + np.nanargmax(part))]
    chosen = np.unique(places)
    return xs[chosen], ys[chosen]
