"""A convolution and the largest value over all steps, in one op.

The largest value's gradient reaches one window for each sample and filter. Texts of some hundred steps have a hundred
times as many windows, so both gradients of the convolution come from those windows alone: 3 ms where the products over
all windows took 16 (32 texts of 400 words of 50 numbers, 250 filters, 2 cores).
"""

from __future__ import annotations

import numpy as np

from .._graph.fusion import fuses
from .._graph.op import Op, Outs, Work
from .._machine import device
from .._machine.devices import current
from ..types import Array, DTypeLike, Shape
from .conv import Conv
from .largest import max_of_rows
from .rectified import RectifiedConv
from .reduce import Max
from .shapes import count
from .windows import Windows, cropped, inside_of, needs_padding, overlapping

_FEWEST_STEPS = 16  # steps, that is windows of a sample; with fewer, products over all of them are faster
_MANY_TIES = 8  # mean number of windows for each largest value above which the products over all windows are faster


class ConvMax(Op):
    """y = max over the steps of (x * kernel + bias): (N, T, C), (k, C, F), (F,) -> (N, F).

    conv: the convolution, over one axis, channels last. differentiated: whether forward keeps what backward needs: the
    windows with the largest value, which share its gradient.
    """

    conv: Conv
    differentiated: bool = True

    keeps = ("x", "kernel")

    def shape(self, x: Shape, kernel: Shape, bias: Shape | None = None) -> Shape:
        """(N, F)."""
        shape = self.conv.shape(x, kernel, bias)
        return (shape[0], shape[-1])

    def flops(self, x: Shape, kernel: Shape, bias: Shape | None = None) -> int:
        """Those of the convolution, and a comparison for each of its results."""
        return self.conv.flops(x, kernel, bias) + count(self.conv.shape(x, kernel))

    def forward(self, work: Work, x: Array, kernel: Array, bias: Array | None = None, *, out: Array) -> None:
        """y = max over t of (x * kernel + bias)[t]; keeps where each largest value stands."""
        y = work.scratch("convolved", self._between(x, kernel), out.dtype)
        self.conv.forward(work, x, kernel, bias, out=y)
        winners: list[Array] = [np.empty(0, np.intp)] * len(x)
        workers = range(min(device.threads(), len(x)))

        def run(worker: int) -> None:
            half = work.scratch(f"half{worker}", (y.shape[1] // 2, y.shape[2]), y.dtype)
            for sample in range(worker, len(x), len(workers)):
                max_of_rows(y[sample], half, out[sample])
                if self.differentiated:
                    # A rectified value of zero has no gradient, however many windows share it.
                    top = np.where(out[sample] > 0, out[sample], np.inf) if self.conv.rectifies else out[sample]
                    winners[sample] = np.flatnonzero(y[sample] == top)

        work.parallel(run, workers)
        work.saved["winners"] = winners

    def backward(self, work: Work, dy: Array, x: Array, kernel: Array, *, outs: Outs) -> None:
        """The convolution's gradients, from the windows with a largest value alone; equal ones share dy."""
        dx, dkernel, *rest = outs
        dbias = rest[0] if rest else None
        filters = kernel.shape[-1]
        winners = work.saved["winners"]
        flat = np.concatenate(winners)
        samples = np.repeat(np.arange(len(winners)), [len(one) for one in winners])
        steps, columns = np.divmod(flat, filters)
        cells = samples * filters + columns
        shares = (dy.reshape(-1) / np.maximum(np.bincount(cells, minlength=dy.size), 1)).astype(dy.dtype)[cells]
        if len(flat) > _MANY_TIES * dy.size:
            self._dense(work, (samples, steps, columns), shares, x, kernel, outs)
            return
        windows = self.conv.windows_over(x.shape, kernel.shape)
        source = _padded(work, x, windows)
        matrix = np.ascontiguousarray(kernel.reshape(-1, filters).T)
        workers = range(min(device.threads(), max(1, len(flat) // 256)))
        ends = [int(np.searchsorted(samples, len(x) * (i + 1) // len(workers))) for i in workers]
        totals = np.zeros((len(workers), *matrix.shape), kernel.dtype)
        spread = _zeros(work, "spread", source.shape, x.dtype) if dx is not None else None

        def run(worker: int) -> None:
            part = slice(ends[worker - 1] if worker else 0, ends[worker])
            choices = samples[part], steps[part], columns[part], shares[part]
            if dkernel is not None:
                _add_patches(totals[worker], source, windows, *choices)
            if spread is not None:
                _add_windows(spread, matrix, windows, *choices)

        work.parallel(run, workers)
        if dkernel is not None:
            np.copyto(dkernel.reshape(-1, filters), totals.sum(axis=0).T)
        if dbias is not None:
            np.copyto(dbias, np.bincount(columns, shares, minlength=filters), casting="same_kind")
        if dx is not None and spread is not None:
            _cut(spread, dx, windows)

    def _between(self, x: Array, kernel: Array) -> tuple[int, ...]:
        return tuple(n or 0 for n in self.conv.shape(x.shape, kernel.shape))

    def _dense(
        self, work: Work, cells: tuple[Array, Array, Array], shares: Array, x: Array, kernel: Array, outs: Outs
    ) -> None:
        """The gradients by products over all windows."""
        gradient = _zeros(work, "convolved", self._between(x, kernel), x.dtype)
        gradient[cells] = shares
        self.conv.backward(work, gradient, x, kernel, outs=outs)  # no y: the rectifier is accounted for


def _zeros(work: Work, name: str, shape: tuple[int, ...], dtype: DTypeLike) -> Array:
    array = work.scratch(name, shape, dtype)
    array.fill(0)
    return array


def _padded(work: Work, x: Array, windows: Windows) -> Array:
    """x with the zeros that the windows meet before and after it, from the first window on."""
    if not needs_padding(x, windows):
        return cropped(x, windows)
    whole = _zeros(work, "padded", (x.shape[0], *windows.reach, x.shape[-1]), x.dtype)
    whole[inside_of(x.shape[1:-1], windows)] = overlapping(x, windows)
    return whole


def _cut(spread: Array, dx: Array, windows: Windows) -> None:
    """The gradient of the padded x without what belongs to the zeros around it."""
    if needs_padding(dx, windows):
        dx.fill(0)
        overlapping(dx, windows)[...] = spread[inside_of(dx.shape[1:-1], windows)]
    else:
        np.copyto(dx, spread)


def _add_patches(
    total: Array, source: Array, windows: Windows, samples: Array, steps: Array, columns: Array, shares: Array
) -> None:
    """Add each chosen window, times its share, to its filter's row of `total` (F, k * C)."""
    counts = np.bincount(columns, minlength=len(total))
    order = np.argsort(columns, kind="stable")
    most = int(counts.max(initial=0))
    if most * len(total) > 2 * len(order) + 64:  # uneven: some filters have far more windows than others
        patches = windows.over(np, source)[samples[order], steps[order]].reshape(len(order), -1)
        patches *= shares[order, None]
        starts = np.flatnonzero(np.diff(columns[order], prepend=-1))
        if len(starts):
            total[columns[order[starts]]] = np.add.reduceat(patches, starts, axis=0)
        return
    # A table with a row for each filter: the windows that it chose, filled up to the same length with the first
    # window at weight 0. So all filters together are one product of stacked matrices.
    table = np.zeros((len(total), most), np.intp)
    weights = np.zeros((len(total), 1, most), total.dtype)
    ranks = np.arange(len(order)) - np.repeat(np.cumsum(counts) - counts, counts)
    table[columns[order], ranks] = order
    weights[columns[order], 0, ranks] = shares[order]
    patches = windows.over(np, source)[samples[table], steps[table]].reshape(len(total), most, -1)
    np.matmul(weights, patches, out=total[:, None])


def _add_windows(
    spread: Array, matrix: Array, windows: Windows, samples: Array, steps: Array, columns: Array, shares: Array
) -> None:
    """Add each filter's kernel, times its share, to the window of x that it was chosen for."""
    # The choices are sorted by sample and step, so those of the same window lie together.
    starts = np.flatnonzero(np.diff(samples * windows.outputs[0] + steps, prepend=-1))
    lengths = np.diff(np.append(starts, len(samples)))
    if not len(starts):
        return
    sums = matrix[columns[starts]]
    sums *= shares[starts, None]
    # Most windows were chosen once or twice: the second choices are added all at once, then the third ones.
    for rank in range(1, int(lengths.max())):
        again = np.flatnonzero(lengths > rank)
        rows = matrix[columns[starts[again] + rank]]
        rows *= shares[starts[again] + rank, None]
        sums[again] += rows
    sums = sums.reshape(len(starts), windows.size[0], -1)
    at, first = samples[starts], steps[starts] * windows.strides[0]
    for element in range(windows.size[0]):
        spread[at, first + element * windows.dilation[0]] += sums[:, element]


@fuses(Max, Conv, RectifiedConv)
def largest_of_conv(later: Max, earlier: Conv, between: tuple[int, ...], differentiated: bool) -> Op | None:
    """The largest value over the steps of a sequence, of a convolution with its channels last."""
    over_steps = later.axis in (1, (1,), [1]) and not later.keepdims
    fits = len(between) == 3 and between[1] >= _FEWEST_STEPS and not earlier.channels_first
    return ConvMax(earlier, differentiated) if over_steps and fits and current().on_host else None
