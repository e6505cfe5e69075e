"""Images whose points are taken from other places: rotated, moved, zoomed, cut out, each image by a matrix of its own."""

from __future__ import annotations

import math
from collections.abc import Iterator

from .._graph.op import Outs, Work, apply
from .._graph.tensor import Value
from ..errors import ShapeError
from ..types import Array, Shape
from .casting import OfReals
from .shapes import count

__all__ = ["warp"]


class Warp(OfReals):
    """y[n, i, j] = x[n] at the place (m[n, 0] i + m[n, 1] j + m[n, 2], m[n, 3] i + m[n, 4] j + m[n, 5]).

    (N, H, W, C), (N, 6) -> (N, rows, columns, C). Between points on straight lines, or the nearest point; beyond the border
    by `fill`: "constant" 0, "nearest" the border, "reflect" mirrored, "wrap" from the other side.
    """

    rows: int
    columns: int
    interpolation: str = "bilinear"
    fill: str = "constant"

    keeps = ("m",)
    constants = (1,)
    linear = True

    def shape(self, x: Shape, m: Shape) -> Shape:
        """(N, rows, columns, C). Raises ShapeError for other inputs than images and six numbers each."""
        if len(x) != 4 or len(m) != 2 or m[1] != 6:
            raise ShapeError(expected="images (N, H, W, C) and matrices (N, 6)", actual=f"{x} and {m}")
        return (x[0], self.rows, self.columns, x[3])

    def forward(self, work: Work, x: Array, m: Array, *, out: Array) -> None:
        """y = the sum of the points around each place, weighted."""
        xp = work.xp
        flat = x.reshape(-1, x.shape[3])
        out.fill(0)
        for places, weights in self._points(work, m, x.shape):
            taken = flat[places]
            xp.multiply(taken, weights[..., None], out=taken)
            xp.add(out, taken, out=out)

    def backward(self, work: Work, dy: Array, m: Array, *, outs: Outs) -> None:
        """Each dy goes back to the points that it came from."""
        dx = outs[0]
        if dx is None:
            return
        flat = work.xp.zeros((math.prod(dx.shape[:3]), dx.shape[3]), dx.dtype)
        for places, weights in self._points(work, m, dx.shape):
            work.xp.add.at(flat, places, dy * weights[..., None])
        work.xp.copyto(dx, flat.reshape(dx.shape))

    def _points(self, work: Work, m: Array, shape: tuple[int, ...]) -> Iterator[tuple[Array, Array]]:
        """Places in the rows of all images, (N, rows, columns), and how much each counts; up to four for each point."""
        xp = work.xp
        images, height, width = shape[:3]
        i = xp.arange(self.rows, dtype=m.dtype)[:, None]
        j = xp.arange(self.columns, dtype=m.dtype)[None, :]
        parts = m.T[:, :, None, None]
        y = self._inside(work, parts[0] * i + parts[1] * j + parts[2], height)
        x = self._inside(work, parts[3] * i + parts[4] * j + parts[5], width)
        first = xp.arange(images)[:, None, None] * (height * width)
        if self.interpolation == "nearest":
            steps = [(xp.floor(y + 0.5), xp.floor(x + 0.5), xp.ones_like(y))]
        else:
            above, left = xp.floor(y), xp.floor(x)
            down, right = y - above, x - left
            steps = [
                (above, left, (1 - down) * (1 - right)),
                (above, left + 1, (1 - down) * right),
                (above + 1, left, down * (1 - right)),
                (above + 1, left + 1, down * right),
            ]
        for row, column, weight in steps:
            there = (row >= 0) & (row < height) & (column >= 0) & (column < width)
            row, column = xp.clip(row, 0, height - 1).astype(int), xp.clip(column, 0, width - 1).astype(int)
            yield first + row * width + column, xp.where(there, weight, 0)

    def _inside(self, work: Work, coordinates: Array, size: int) -> Array:
        """Places on the line of `size` points that stand for those beyond its ends."""
        xp = work.xp
        if self.fill == "constant":
            return coordinates
        if self.fill == "reflect":
            coordinates = xp.mod(coordinates, 2 * size)
            coordinates = xp.where(coordinates >= size, 2 * size - 1 - coordinates, coordinates)
        elif self.fill == "wrap":
            # As TensorFlow does it: whole images stand side by side, and between two of them lies the border of one.
            around = xp.floor(xp.abs(coordinates) / max(size - 1, 1))
            beyond = xp.where(coordinates > size - 1, coordinates - size * around, coordinates)
            coordinates = xp.where(coordinates < 0, coordinates + size * (around + 1), beyond)
        return xp.clip(coordinates, 0, size - 1)

    def flops(self, x: Shape, m: Shape) -> int:
        """Two for each point around each place and channel."""
        return 8 * count((*self.shape(x, m)[:3], x[3]))


def warp(x: Value, m: Value, rows: int, columns: int, interpolation: str = "bilinear", fill: str = "constant") -> Value:
    """Images whose point (i, j) is that of x at (m0 i + m1 j + m2, m3 i + m4 j + m5).

    Args:
        x: (N, H, W, C), a tensor or an array.
        m: (N, 6), a matrix for each image.
        rows: rows of the result.
        columns: columns of the result.
        interpolation: "bilinear", the default, or "nearest".
        fill: what lies beyond the border: "constant" (0), the default, "nearest", "reflect" or "wrap".

    Returns:
        Floats, (N, rows, columns, C).

    Raises:
        ShapeError: x are no images, or m has not six numbers for each.

    Example:
        >>> import numpy as np
        >>> to_the_left = np.array([[1.0, 0, 0, 0, 1, 1]])
        >>> warp(np.array([[[[1.0], [2.0], [3.0]]]]), to_the_left, 1, 3).ravel().tolist()
        [2.0, 3.0, 0.0]
    """
    return apply(Warp(rows, columns, interpolation, fill), x, m)
