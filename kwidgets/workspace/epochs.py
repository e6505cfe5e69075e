"""Columns of a history by their epochs: a column has no value for an epoch that did not measure it.

Keras's form, lists side by side, does not say which epoch that was. An epoch that was cut short has no validation values, and
a callback may add a name at any epoch; where the training goes on behind it, the column stays shorter than the others.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Mapping

from .records import Epochs, Points


def rows_of(history: Epochs, name: str) -> list[int]:
    """The rows of `history["epoch"]` that a column has values for, in order.

    >>> rows_of({"epoch": [0, 1, 2], "history": {"lr": [0.3, 0.1]}, "partial": False, "absent": {"lr": [1]}}, "lr")
    [0, 2]
    """
    absent = set(history.get("absent", {}).get(name, ()))
    rows = [row for row, epoch in enumerate(history["epoch"]) if epoch not in absent]
    return rows[: len(history["history"][name])]


def by_epoch(history: Epochs) -> list[dict[str, float]]:
    """The values after each epoch by name, without those that it does not have."""
    logs: list[dict[str, float]] = [{} for _ in history["epoch"]]
    for name, column in history["history"].items():
        for row, value in zip(rows_of(history, name), column, strict=False):
            logs[row][name] = value
    return logs


def first(history: Epochs, count: int) -> Epochs:
    """The first so many epochs, as they stood before the next one began.

    >>> first({"epoch": [0, 1], "history": {"loss": [2.0, 1.0], "lr": [0.1]}, "partial": True, "absent": {"lr": [0]}}, 1)
    {'epoch': [0], 'history': {'loss': [2.0]}, 'partial': False}
    """
    epochs = history["epoch"][:count]
    lengths = {name: sum(row < count for row in rows_of(history, name)) for name in history["history"]}
    columns = {name: history["history"][name][:length] for name, length in lengths.items() if length}
    partial = history["partial"] and count >= len(history["epoch"])
    there = set(epochs)
    absent = {name: [epoch for epoch in gap if epoch in there] for name, gap in history.get("absent", {}).items()}
    return with_gaps(epochs, columns, partial, absent, [epoch for epoch in history.get("cut", []) if epoch in there])


def behind(history: Epochs, start: int) -> Epochs:
    """What makes a history whole again that has its epochs before row `start` alone (`take_back`)."""
    epochs = history["epoch"][start:]
    there, gaps, columns = set(epochs), history.get("absent", {}), history["history"]
    before = {name: start - sum(epoch not in there for epoch in gaps.get(name, ())) for name in columns}
    # Of a name that comes only now nothing is known yet, its gap neither.
    new = {name: [epoch for epoch in gap if epoch in there or not before[name]] for name, gap in gaps.items()}
    columns = {name: column[before[name] :] for name, column in columns.items()}
    return with_gaps(epochs, columns, history["partial"], new, [one for one in history.get("cut", []) if one in there])


def take_back(history: Epochs, start: int) -> None:
    """Removes the epochs from row `start` on, in place."""
    if start >= len(history["epoch"]):
        return
    end, absent, cut = history["epoch"][start], history.get("absent", {}), history.get("cut", [])
    for name, column in history["history"].items():
        gap = absent.get(name, [])
        earlier = bisect_left(gap, end)
        del column[start - earlier :], gap[earlier:]
    del history["epoch"][start:], cut[bisect_left(cut, end) :]
    for name in [name for name, column in history["history"].items() if not column]:
        del history["history"][name]
    for name in [name for name, gap in absent.items() if not gap or name not in history["history"]]:
        del absent[name]
    if not absent:
        history.pop("absent", None)
    if not cut:
        history.pop("cut", None)


def with_gaps(
    epochs: list[int],
    columns: dict[str, list[float]],
    partial: bool,
    absent: Mapping[str, list[int]],
    cut: list[int],
) -> Epochs:
    """A history that names the gaps of its columns, where there are any."""
    history = Epochs(epoch=epochs, history=columns, partial=partial)
    if absent := {name: list(gap) for name, gap in absent.items() if gap and name in columns}:
        history["absent"] = absent
    if cut:
        history["cut"] = list(cut)
    return history


def leaves_open(history: Epochs) -> bool:
    """Whether a column is shorter than the epochs are, and nothing says where: a record of an earlier release."""
    return any(
        len(column) + len(history.get("absent", {}).get(name, ())) < len(history["epoch"])
        for name, column in history["history"].items()
    )


def told_by_curves(history: Epochs, points: Iterable[Points]) -> Epochs:
    """A history whose gaps are read from its curves, where each value stands at the epochs that it was measured after."""
    curves = {(one.name, one.phase): [math.ceil(x) - 1 for x in one.xs] for one in points if one.phase != "batch"}
    absent = dict(history.get("absent", {}))
    for name, column in history["history"].items():
        bare = name.removeprefix("val_")
        measured = curves.get((bare, "train" if bare == name else "validation"), [])
        # A curve that was thinned does not tell.
        if name not in absent and len(measured) == len(column) < len(history["epoch"]):
            absent[name] = sorted(set(history["epoch"]) - set(measured))
    ends = [x for one in points if (one.name, one.phase) == ("loss", "train") for x in one.xs]
    cut = [epoch for epoch in (math.ceil(x) - 1 for x in ends if x != math.floor(x)) if epoch in history["epoch"][:-1]]
    return with_gaps(history["epoch"], history["history"], history["partial"], absent, sorted(cut))
