"""Where a model's time goes: time, operations and memory of each layer, measured on a batch."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .._graph.plan import InstructionCost
from .._training.untouched import unchanged

if TYPE_CHECKING:
    from .._training.array_rows import ArrayData
    from .._training.step import Step
    from .._training.updater import Updater

_ELSEWHERE = "loss and metrics"
_OPTIMIZER = "optimizer"


@dataclass(frozen=True)
class ProfileRow:
    """What one layer costs in a step; the loss and the optimizer have rows of their own.

    Args:
        name: name and class of the layer.
        forward: seconds of the forward pass.
        backward: seconds of the backward pass.
        flops: floating point operations.
        nbytes: bytes of its results.
    """

    name: str
    forward: float
    backward: float
    flops: int
    nbytes: int

    @property
    def seconds(self) -> float:
        """Forward and backward together."""
        return self.forward + self.backward


@dataclass(frozen=True)
class Profile:
    """The rows of a model in the order in which it runs; as text a table with times in milliseconds.

    Args:
        rows: one for each layer, then loss and optimizer.
        how: whether forward and backward run as one compiled call, or what keeps them from it; "" where that is not known.

    Example:
        >>> print(Profile((ProfileRow("dense_1 (Dense)", 0.001, 0.003, 8_000_000, 2048),)))
        layer            forward  backward  share   MFLOP  GFLOP/s     KB
        dense_1 (Dense)    1.000     3.000   100%    8.00      2.0    2.0
        total              1.000     3.000   100%    8.00      2.0    2.0
    """

    rows: tuple[ProfileRow, ...]
    how: str = ""

    @property
    def seconds(self) -> float:
        """A whole step."""
        return sum(row.seconds for row in self.rows)

    def __str__(self) -> str:
        parts = ("forward", "backward", "flops", "nbytes")
        total = ProfileRow("total", *(sum(getattr(row, part) for row in self.rows) for part in parts))
        width = max(len(row.name) for row in (*self.rows, total))
        lines = [f"{'layer':<{width}}  forward  backward  share   MFLOP  GFLOP/s     KB"]
        for row in (*self.rows, total):
            share = row.seconds / self.seconds if self.seconds else 0.0
            speed = row.flops / row.seconds / 1e9 if row.seconds else 0.0
            lines.append(
                f"{row.name:<{width}} {row.forward * 1e3:>8.3f} {row.backward * 1e3:>9.3f} {share:>6.0%} "
                f"{row.flops / 1e6:>7.2f} {speed:>8.1f} {row.nbytes / 1024:>6.1f}"
            )
        return "\n".join([*lines, self.how] if self.how else lines)


def measure(step: Step, arrays: Sequence[ArrayData], updater: Updater | None, runs: int) -> Profile:
    """Profile one step of a model, which leaves weights, states, optimizer and random streams as they were."""
    plan = step.plan([a.shape for a in arrays])
    with step.lock, unchanged(step, plan, updater):
        costs = plan.profile([np.asarray(array) for array in arrays], runs)
        rows = _by_layer(costs)
        if updater is not None:
            rows.append(ProfileRow(_OPTIMIZER, 0.0, _time_update(updater, runs), 0, _accumulated(updater)))
    return Profile(tuple(rows), plan.how)


def _by_layer(costs: Sequence[InstructionCost]) -> list[ProfileRow]:
    names = list(dict.fromkeys(_layer(cost) for cost in costs))
    rows = []
    for name in sorted(names, key=lambda n: n == _ELSEWHERE):
        of_layer = [cost for cost in costs if _layer(cost) == name]
        times = [sum(c.seconds for c in of_layer if c.backward is back) for back in (False, True)]
        nbytes = sum(c.nbytes for c in of_layer if not c.backward)
        rows.append(ProfileRow(name, times[0], times[1], sum(c.flops for c in of_layer), nbytes))
    return rows


def _layer(cost: InstructionCost) -> str:
    if cost.where is None:
        return _ELSEWHERE
    return cost.where.removeprefix("layer ").replace("'", "")


def _time_update(updater: Updater, runs: int) -> float:
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        updater.apply()
        updater.device.wait()
        times.append(time.perf_counter() - start)
    return float(np.median(times))


def _accumulated(updater: Updater) -> int:
    return sum(array.nbytes for arrays in updater.slots.values() for array in arrays)
