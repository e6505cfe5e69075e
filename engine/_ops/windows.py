"""Windows that slide over a batch of images (any number of spatial axes, channels last), as matrices for a GEMM.

A batch is cut into blocks of a few images, or rows of one image, so that a block's patches stay in the L2 cache; blocks
are spread over the threads. Measured for 128x26x26x32 -> 64, 3x3, 2 cores: 15 ms; all patches at once took 30 ms.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from types import ModuleType

from .._graph.op import Work
from .._machine.device import threads
from ..types import Array, Shape
from .shapes import copy_runs, count

_BLOCK_BYTES = 1 << 21  # patches of a block; with half of it a 32x32x32x16 convolution took a third longer
_FEWEST_ROWS = 256  # with fewer, the matrix product would read the kernel too often
_SMALL_WORK = 4_000_000  # one thread finishes so many floating point operations before another one has woken up
_NARROW = 6  # elements a window row under which copying along the image's rows beats copying along the window's


@dataclass(frozen=True)
class Block:
    """Images [first, last) and, on their first spatial axis, windows [top, bottom)."""

    first: int
    last: int
    top: int
    bottom: int


@dataclass(frozen=True)
class Windows:
    """Where windows lie: along each spatial axis `outputs` windows of `size` elements, `dilation` apart.

    They start every `strides` elements, the first one `before` elements in front of the image (negative: inside it).
    """

    size: tuple[int, ...]
    strides: tuple[int, ...]
    dilation: tuple[int, ...]
    before: tuple[int, ...]
    outputs: tuple[int, ...]

    @property
    def reach(self) -> tuple[int, ...]:
        """Elements of the (padded) image that all windows together cover, along each axis."""
        return tuple(
            (o - 1) * s + (k - 1) * d + 1
            for o, s, k, d in zip(self.outputs, self.strides, self.size, self.dilation, strict=True)
        )

    def rows(self, top: int, bottom: int) -> Windows:
        """Windows [top, bottom) of the first spatial axis."""
        before = (self.before[0] - top * self.strides[0], *self.before[1:])
        return replace(self, before=before, outputs=(bottom - top, *self.outputs[1:]))

    def over(self, xp: ModuleType, x: Array) -> Array:
        """A view (N, *outputs, *size, C) of x, whose first window starts at its first element."""
        step = x.strides
        between = [st * n for st, n in zip(self.strides, step[1:-1], strict=True)]
        inside = [d * n for d, n in zip(self.dilation, step[1:-1], strict=True)]
        shape = (x.shape[0], *self.outputs, *self.size, x.shape[-1])
        return xp.lib.stride_tricks.as_strided(x, shape, (step[0], *between, *inside, step[-1]))

    def blocks(self, images: int, channels: int, itemsize: int) -> list[Block]:
        """The blocks that a batch is worked through in."""
        windows = count(self.outputs)
        if images == 0 or windows == 0:
            return []
        row_bytes = count(self.size) * channels * itemsize
        at_once = max(1, _BLOCK_BYTES // row_bytes, _FEWEST_ROWS)
        if at_once >= windows:
            step = max(1, min(at_once // windows, -(-images // threads())))
            return [Block(i, min(i + step, images), 0, self.outputs[0]) for i in range(0, images, step)]
        height = max(1, at_once * self.outputs[0] // windows)
        tops = range(0, self.outputs[0], height)
        return [Block(i, i + 1, top, min(top + height, self.outputs[0])) for i in range(images) for top in tops]


class Patches:
    """The patches of one worker's blocks: `matrix(block)` gives (windows of the block, elements of a window)."""

    def __init__(self, work: Work, x: Array, windows: Windows, blocks: Sequence[Block], name: str) -> None:
        self._work, self._x, self._windows, self._name = work, x, windows, name
        self._most = max(b.last - b.first for b in blocks)
        self._narrow = windows.size[-1] * x.shape[-1] <= _NARROW < count(windows.outputs)
        ones = (1,) * len(windows.size)
        self._plain = windows.size == windows.strides == ones and not any(windows.before)
        self._whole: tuple[Array, Array, tuple[slice, ...]] | None = None
        self._view: Array | None = None

    def matrix(self, block: Block) -> Array:
        """The patches of a block; valid until the next call."""
        x, windows = self._x[block.first : block.last], self._windows
        channels = x.shape[-1]
        if self._plain and windows.outputs == x.shape[1:-1]:
            return x[:, block.top : block.bottom].reshape(-1, channels)
        if block.bottom - block.top != windows.outputs[0]:
            windows = windows.rows(block.top, block.bottom)
            view = windows.over(self._work.xp, self._padded(x, windows))
        else:
            view = self._view_of_images(block)
        rows, columns = count(view.shape[: len(windows.size) + 1]), count(windows.size) * channels
        flat = self._work.scratch(f"patches{self._name}", (self._largest(),), x.dtype)[: rows * columns]
        if not self._narrow:
            # A window's last row lies in one piece, unless it is dilated.
            axes = 2 if view.strides[-2] == channels * view.itemsize else 1
            copy_runs(self._work.xp, flat.reshape(view.shape), view, axes)
            return flat.reshape(rows, columns)
        rank = len(windows.size) + 1
        moved = view.transpose((*range(rank, 2 * rank), *range(rank)))
        self._work.xp.copyto(flat.reshape(moved.shape), moved)
        return flat.reshape(columns, rows).T

    def _largest(self) -> int:
        windows = self._windows
        return self._most * count(windows.outputs) * count(windows.size) * self._x.shape[-1]

    def _view_of_images(self, block: Block) -> Array:
        """Windows over whole images; the view is made once, over x itself or over the padded copy of a block."""
        xp, images = self._work.xp, block.last - block.first
        if not needs_padding(self._x, self._windows):
            view = self._view
            if view is None:
                view = self._view = self._windows.over(xp, cropped(self._x, self._windows))
            return view[block.first : block.last]
        if self._whole is None:
            padded, inside = self._empty(self._windows)
            self._whole = (padded, self._windows.over(xp, padded), inside)
        padded, view, inside = self._whole
        xp.copyto(padded[:images][inside], overlapping(self._x[block.first : block.last], self._windows))
        return view[:images]

    def _padded(self, x: Array, windows: Windows) -> Array:
        if not needs_padding(x, windows):
            return cropped(x, windows)
        padded, inside = self._empty(windows)
        self._work.xp.copyto(padded[: len(x)][inside], overlapping(x, windows))
        return padded[: len(x)]

    def _empty(self, windows: Windows) -> tuple[Array, tuple[slice, ...]]:
        """Zeros for the padded images of a block, and where the image lies in them."""
        channels = self._x.shape[-1]
        shape = (self._most, *windows.reach, channels)
        largest = self._most * count(self._windows.reach) * channels
        padded = self._work.scratch(f"padded{self._name}", (largest,), self._x.dtype)[: count(shape)].reshape(shape)
        padded.fill(0)
        return padded, inside_of(self._x.shape[1:-1], windows)


def window_elements(
    size: Sequence[int], strides: Sequence[int], dilation: Sequence[int], outputs: Shape
) -> Iterator[tuple[tuple[int, ...], tuple[slice, ...]]]:
    """Each element of a window by its index, and where it lies in the (padded) image in all `outputs` windows."""
    for index in itertools.product(*map(range, size)):
        axes = zip(index, strides, dilation, outputs, strict=True)
        yield index, tuple(slice(i * d, i * d + ((n or 1) - 1) * s + 1, s) for i, s, d, n in axes)


def needs_padding(x: Array, windows: Windows) -> bool:
    """Whether some window reaches outside the image."""
    return any(b > 0 or b + n < r for b, n, r in zip(windows.before, x.shape[1:-1], windows.reach, strict=True))


def cropped(x: Array, windows: Windows) -> Array:
    """x from the first element of the first window on."""
    return x[(slice(None), *(slice(-b, None) for b in windows.before))]


def inside_of(sizes: Sequence[int], windows: Windows) -> tuple[slice, ...]:
    """Where the image lies in the padded image."""
    axes = (
        slice(max(0, b), max(0, min(r, b + n))) for n, b, r in zip(sizes, windows.before, windows.reach, strict=True)
    )
    return (slice(None), *axes)


def overlapping(x: Array, windows: Windows) -> Array:
    """The part of x that the windows reach."""
    axes = (
        slice(max(0, -b), max(0, -b, min(n, r - b)))
        for n, b, r in zip(x.shape[1:-1], windows.before, windows.reach, strict=True)
    )
    return x[(slice(None), *axes)]


def spread(work: Work, blocks: Sequence[Block], flops: int, function: Callable[[str, Sequence[Block]], None]) -> None:
    """Call `function(name, blocks)` for each worker.

    Block i always goes to worker i modulo their number, so that sums have one order.
    """
    workers = 1 if flops < _SMALL_WORK else min(threads(), len(blocks))
    if blocks:
        work.parallel(lambda i: function(str(i), blocks[i::workers]), range(workers))
