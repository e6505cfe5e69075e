"""Windows of images as vectors, for layers that treat each window with weights of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .._graph.op import Op, Work, apply
from .._graph.tensor import Value
from ..errors import ShapeError
from ..types import Array, Shape
from .matmul import Matmul
from .rearrange import transpose
from .shapes import count, window_length
from .views import reshape
from .windows import window_elements

__all__ = ["local_conv"]


class ExtractPatches(Op):
    """y[n, *o] = the window of x at o: (N, *spatial, C) -> (N, *outputs, *size, C), windows without padding."""

    precision = "follows"
    size: tuple[int, ...]
    strides: tuple[int, ...]

    linear = True

    def shape(self, x: Shape) -> Shape:
        """(N, *outputs, *size, C). Raises ShapeError for a window larger than the image."""
        axes = zip(x[1:-1], self.size, self.strides, strict=True)
        outputs = tuple(window_length(n, k, s, "valid") for n, k, s in axes)
        if 0 in outputs:
            raise ShapeError(
                expected=f"an input of at least {self.size}", actual=str(x), hint="Choose a smaller kernel."
            )
        return (x[0], *outputs, *self.size, x[-1])

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y[n, o, i] = x[n, o * stride + i]."""
        for tap, window in self._taps(out.shape):
            work.xp.copyto(out[tap], x[window])

    def backward(self, work: Work, dy: Array, *, outs: tuple[Array]) -> None:
        """dx[n, j] = sum of dy[n, o, i] over all o, i with o * stride + i = j."""
        dx = outs[0]
        dx.fill(0)
        for tap, window in self._taps(dy.shape):
            dx[window] += dy[tap]

    def _taps(self, y: Shape) -> Iterator[tuple[tuple[int | slice, ...], tuple[slice, ...]]]:
        rank = len(self.size)
        for tap, window in window_elements(self.size, self.strides, (1,) * rank, y[1 : rank + 1]):
            yield ((slice(None),) * (rank + 1) + tap), (slice(None), *window)


def local_conv(x: Value, kernel: Value, size: Sequence[int], strides: Sequence[int]) -> Value:
    """Convolution with a kernel of its own for each window: (N, *spatial, C), (O, K, F) -> (N, *outputs, F).

    O: number of windows; K = prod(size) * C, channels varying fastest.

    >>> import numpy as np
    >>> local_conv(np.ones((2, 5, 3)), np.ones((4, 6, 7)), (2,), (1,)).shape
    (2, 4, 7)
    """
    patches = apply(ExtractPatches(tuple(size), tuple(strides)), x)
    outputs = patches.shape[1 : 1 + len(size)]
    if kernel.shape[0] != count(outputs):
        raise ShapeError(expected=f"{count(outputs)} windows, one for each kernel", actual=f"{kernel.shape[0]} kernels")
    flat = reshape(patches, (-1, kernel.shape[0], kernel.shape[1]))
    y = transpose(apply(Matmul(), transpose(flat, (1, 0, 2)), kernel), (1, 0, 2))
    return reshape(y, (-1, *outputs, kernel.shape[-1]))
