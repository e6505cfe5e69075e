"""The largest numbers over all axes between the first and the last ones, as in global pooling: by halves, on all threads."""

from __future__ import annotations

from types import ModuleType

import numpy as np

from .._graph.op import Work
from .._machine.device import threads
from ..types import Array
from .shapes import count

_FEW_ROWS = 8
_FEWEST_ELEMENTS = 1 << 16


def largest_row(rows: Array, half: Array, out: Array) -> None:
    """The largest number of each column of `rows`; `half` is memory for half as many rows.

    Long loops over two blocks of rows take a fifth of the time of np.max along the first axis.
    """
    while len(rows) > _FEW_ROWS:
        middle = len(rows) // 2
        larger = half[:middle]
        np.maximum(rows[:middle], rows[middle : 2 * middle], out=larger)
        if len(rows) % 2:
            np.maximum(larger[0], rows[-1], out=larger[0])
        rows = larger
    np.max(rows, axis=0, out=out)


def goes_by_halves(xp: ModuleType, x: Array, axes: tuple[int, ...]) -> bool:
    """Whether `largest_in_the_middle` can take x, and is worth it."""
    in_the_middle = axes == tuple(range(1, len(axes) + 1)) and xp is np and x.flags.c_contiguous
    rows, columns = count(x.shape[1 : len(axes) + 1]), count(x.shape[len(axes) + 1 :])
    return in_the_middle and rows > _FEW_ROWS <= columns and x.size >= _FEWEST_ELEMENTS


def largest_in_the_middle(work: Work, x: Array, axes: tuple[int, ...], out: Array) -> None:
    """The largest numbers over `axes`, which follow the first axis: (N, *axes, *rest) -> (N, *rest)."""
    rows = count(x.shape[1 : len(axes) + 1])
    samples, results = x.reshape(len(x), rows, -1), out.reshape(len(x), -1)
    workers = range(min(threads(), len(x)))

    def run(worker: int) -> None:
        half = work.scratch(f"half{worker}", (rows // 2, samples.shape[2]), x.dtype)
        for sample in range(worker, len(x), len(workers)):
            largest_row(samples[sample], half, results[sample])

    work.parallel(run, workers)
