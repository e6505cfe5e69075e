"""Batch normalisation (Ioffe & Szegedy, 2015) as one op with its gradient written by hand."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .._graph.op import Outs, Work, apply
from .._graph.tensor import Tensor, Value
from .._machine.device import blocks, threads
from ..types import Array, DType, Shape
from .casting import OfReals
from .control import in_train_phase
from .elementwise import sqrt
from .reduce import mean as mean_of
from .reduce import var
from .shapes import axis_of, count
from .views import reshape

__all__ = ["batch_norm"]

_BLOCK_ELEMENTS = 1 << 18  # elements of a block that is large enough for a thread of its own
_LONG = 2048  # elements of a row; longer rows are no faster


class BatchNorm(OfReals):
    """y = gamma * (x - mean) / sqrt(variance + epsilon) + beta for each index of `axis`; gamma and beta may be None.

    While training: mean and (biased) variance of the batch; otherwise the moving ones. Results: y, mean, variance.
    """

    axis: int = -1
    epsilon: float = 1e-3

    keeps = ("x", "gamma")
    outputs = 3

    @property
    def phased(self) -> bool:
        """Always: the batch's moments while training, the moving ones otherwise."""
        return True

    def shape(
        self, x: Shape, gamma: Shape | None, beta: Shape | None, moving_mean: Shape, moving_variance: Shape
    ) -> tuple[Shape, Shape, Shape]:
        """That of x, and (C,) for mean and variance."""
        channels = (x[axis_of(self.axis, len(x))],)
        return x, channels, channels

    def dtype(self, x: DType, *others: DType | None) -> DType:
        """That of x for all results."""
        return x

    def forward(
        self,
        work: Work,
        x: Array,
        gamma: Array | None,
        beta: Array | None,
        moving_mean: Array,
        moving_variance: Array,
        *,
        out: tuple[Array, Array, Array],
    ) -> None:
        """y = gamma * n + beta with n = (x - mean) / sqrt(variance + epsilon)."""
        xp = work.xp
        y, mean, variance = out
        rows = _Rows(work, x, axis_of(self.axis, x.ndim))
        source, target = rows.of(x), rows.of(y)
        if work.training:
            centres = self._moments(work, rows, source, target, mean, variance)
        else:
            xp.copyto(mean, moving_mean)
            xp.copyto(variance, moving_variance)
            centres = None
        inverse = self._keep_inverse(work, variance)
        xp.copyto(work.keep("mean", mean.shape, mean.dtype), mean)
        scale = (
            inverse if gamma is None else xp.multiply(inverse, gamma, out=work.scratch("scale", mean.shape, x.dtype))
        )
        scales = rows.spread("scales", scale)

        def run(item: tuple[int, slice, str]) -> None:
            index, part, name = item
            result = target[part]
            if centres is None:
                xp.subtract(source[part], rows.spread(f"block{name}", mean), out=result)
            xp.multiply(result, scales, out=result)
            shift = beta
            if centres is not None:
                shift = (centres[index] - mean) * scale
                if beta is not None:
                    shift = shift + beta
            if shift is not None:
                xp.add(result, rows.spread(f"block{name}", shift), out=result)

        rows.each(run)

    def _keep_inverse(self, work: Work, variance: Array) -> Array:
        """1 / sqrt(variance + epsilon), for backward too."""
        xp = work.xp
        inverse = work.keep("inverse", variance.shape, variance.dtype)
        xp.add(variance, self.epsilon, out=inverse)
        xp.sqrt(inverse, out=inverse)
        return xp.divide(1, inverse, out=inverse)

    def _moments(self, work: Work, rows: _Rows, source: Array, centred: Array, mean: Array, variance: Array) -> Array:
        """Mean and biased variance of each channel, from those of blocks (Chan, Golub and LeVeque, 1979).

        Each block is centred on its own mean, which is given back, and left in `centred`: mean(x^2) - mean(x)^2 would
        lose all digits when the mean is large.
        """
        xp = work.xp
        shape = (len(rows.blocks), len(mean))
        means, squares = (work.scratch(n, shape, mean.dtype) for n in ("block_means", "block_squares"))
        sizes = work.saved.get("sizes")
        if sizes is None:
            counts = xp.array([p.stop - p.start for p in rows.blocks], mean.dtype)
            sizes = work.saved["sizes"] = counts[:, None] * (rows.size / len(source))

        def run(item: tuple[int, slice, str]) -> None:
            index, part, name = item
            values, result = source[part], centred[part]
            rows.sum(values, means[index], name)
            means[index] /= sizes[index]
            xp.subtract(values, rows.spread(f"block{name}", means[index]), out=result)
            square = rows.scratch(f"centred{name}", values)
            xp.multiply(result, result, out=square)
            rows.sum(square, squares[index], name)

        rows.each(run)
        xp.divide(xp.sum(means * sizes, axis=0), rows.size, out=mean)
        squares += sizes * (means - mean) ** 2
        xp.divide(xp.sum(squares, axis=0), rows.size, out=variance)
        return means

    def backward(
        self,
        work: Work,
        dy: tuple[Array | None, Array | None, Array | None],
        x: Array,
        gamma: Array | None,
        *,
        outs: Outs,
    ) -> None:
        """dx = gamma / sqrt(variance + epsilon) * (dy - mean(dy) - n * mean(dy * n)).

        dgamma = sum(dy * n), dbeta = sum(dy).
        """
        xp = work.xp
        dy_y, dy_mean, dy_variance = dy
        dx, dgamma, dbeta, dmoving_mean, dmoving_variance = outs
        mean, inverse = work.saved["mean"], work.saved["inverse"]
        rows = _Rows(work, x, axis_of(self.axis, x.ndim))
        # sum of dy, and of dy times the normalised x, for each channel
        sum_g, sum_gn = (work.scratch(name, mean.shape, x.dtype) for name in ("sum_g", "sum_gn"))
        self._sums(work, rows, x, dy_y, (sum_g, sum_gn))
        sum_gn *= inverse
        for wanted, total in ((dgamma, sum_gn), (dbeta, sum_g)):
            if wanted is not None:
                xp.copyto(wanted, total)
        scale = inverse if gamma is None else inverse * gamma
        if not work.training:
            self._through_moving(dy, scale, sum_g, sum_gn, inverse, (dmoving_mean, dmoving_variance))
        for unused in (dmoving_mean, dmoving_variance) if work.training else ():
            if unused is not None:
                unused.fill(0)
        if dx is not None:
            slope, offset = xp.zeros_like(mean), xp.zeros_like(mean)
            if work.training:
                # dx = scale * (dy - mean(dy) - normal * mean(dy * normal)), and what mean and variance pass on
                slope -= scale * inverse * sum_gn / rows.size
                offset -= scale * sum_g / rows.size
                if dy_mean is not None:
                    offset += dy_mean / rows.size
                if dy_variance is not None:
                    slope += 2 * dy_variance / rows.size
            self._input_gradient(work, rows, x, dy_y, dx, (mean, scale, slope, offset))

    def _sums(self, work: Work, rows: _Rows, x: Array, dy: Array | None, out: tuple[Array, Array]) -> None:
        """Sums over each channel of dy and of dy * (x - mean)."""
        xp = work.xp
        if dy is None:
            for total in out:
                total.fill(0)
            return
        parts = work.scratch("parts", (2, len(rows.blocks), len(out[0])), x.dtype)
        means = rows.spread("means", work.saved["mean"])
        source, slopes = rows.of(x), rows.of(dy)

        def run(item: tuple[int, slice, str]) -> None:
            index, part, name = item
            values = slopes[part]
            rows.sum(values, parts[0, index], name)
            products = rows.scratch(f"centred{name}", values)
            xp.subtract(source[part], means, out=products)
            xp.multiply(products, values, out=products)
            rows.sum(products, parts[1, index], name)

        rows.each(run)
        for part, total in zip(parts, out, strict=True):
            xp.sum(part, axis=0, out=total)

    def _input_gradient(
        self, work: Work, rows: _Rows, x: Array, dy: Array | None, dx: Array, coefficients: tuple[Array, ...]
    ) -> None:
        """dx = scale * dy + slope * (x - mean) + offset."""
        xp = work.xp
        means, scales, slopes, offsets = (
            rows.spread(n, c) for n, c in zip(("means", "scales", "slopes", "offsets"), coefficients, strict=True)
        )
        source, target = rows.of(x), rows.of(dx)
        gradient = None if dy is None else rows.of(dy)

        def run(item: tuple[int, slice, str]) -> None:
            _, part, name = item
            result = target[part]
            if gradient is None:
                result.fill(0)
            else:
                xp.multiply(gradient[part], scales, out=result)
            if work.training:
                term = rows.scratch(f"centred{name}", result)
                xp.subtract(source[part], means, out=term)
                xp.multiply(term, slopes, out=term)
                xp.add(term, offsets, out=term)
                xp.add(result, term, out=result)

        rows.each(run)

    def _through_moving(
        self,
        dy: tuple[Array | None, Array | None, Array | None],
        scale: Array,
        sum_g: Array,
        sum_gn: Array,
        inverse: Array,
        outs: Outs,
    ) -> None:
        dmean, dvariance = outs
        if dmean is not None:
            dmean[...] = -scale * sum_g + (0 if dy[1] is None else dy[1])
        if dvariance is not None:
            dvariance[...] = -0.5 * scale * inverse * sum_gn + (0 if dy[2] is None else dy[2])

    def simpler(
        self, x: Tensor, gamma: Tensor | None, beta: Tensor | None, moving_mean: Tensor, moving_variance: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Moments, difference, quotient, scale and shift one after the other."""
        axis = axis_of(self.axis, x.ndim)
        others = [i for i in range(x.ndim) if i != axis]
        beside = [-1 if i == axis else 1 for i in range(x.ndim)]
        mean = in_train_phase(mean_of(x, others), moving_mean)
        variance = in_train_phase(var(x, others), moving_variance)
        y = (x - reshape(mean, beside)) / sqrt(reshape(variance, beside) + self.epsilon)
        y = y if gamma is None else y * reshape(gamma, beside)
        return y if beta is None else y + reshape(beta, beside), mean, variance

    def flops(self, x: Shape, *others: Shape | None) -> int:
        """About eight an element: moments, difference, scale and shift."""
        return 8 * count(x)


class _Rows:
    """x as rows in which every channel stands: work is done on blocks of them, spread over the threads.

    Channels last: several pixels make a row, so that NumPy's inner loops are long (16 channels alone cost four times
    as much an element). Otherwise (before, channels, after).
    """

    def __init__(self, work: Work, x: Array, axis: int) -> None:
        self._work = work
        before, self._channels, after = count(x.shape[:axis]), x.shape[axis], count(x.shape[axis + 1 :])
        self.size = before * after
        pixels = 1
        if after == 1:
            pixels = next(
                n for n in range(max(1, min(before, _LONG // max(1, self._channels))), 0, -1) if before % n == 0
            )
            self._shape: tuple[int, ...] = (before // pixels, pixels * self._channels)
        else:
            self._shape = (before, self._channels, after)
        self._repeats = pixels if after == 1 else 0
        at_once = max(1, _BLOCK_ELEMENTS // max(1, count(self._shape[1:])))
        if work.xp is not np:  # a card has no such cache
            at_once = max(1, self._shape[0])
        elif x.size > _BLOCK_ELEMENTS:
            at_once = min(at_once, -(-self._shape[0] // threads()))
        self.blocks = blocks(self._shape[0], at_once)

    def of(self, x: Array) -> Array:
        """x as a matrix of rows."""
        return x.reshape(self._shape)

    def each(self, function: Callable[[tuple[int, slice, str]], object]) -> None:
        """Call `function` on (index, block, name of the worker) for each block."""
        workers = min(threads(), len(self.blocks))
        shares = [[(i, b, str(w)) for i, b in enumerate(self.blocks) if i % workers == w] for w in range(workers)]
        self._work.parallel(lambda share: [function(item) for item in share], shares)

    def spread(self, name: str, vector: Array) -> Array:
        """A number for each channel, shaped to meet rows."""
        if not self._repeats:
            return vector[:, None]
        if self._repeats == 1:
            return vector
        row = self._work.scratch(name, (self._repeats, self._channels), vector.dtype)
        row[...] = vector
        return row.reshape(-1)

    def scratch(self, name: str, like: Array) -> Array:
        """Scratch of the shape of a block."""
        shape = (self.blocks[0].stop, *self._shape[1:])
        return self._work.scratch(name, shape, like.dtype)[: len(like)]

    def sum(self, values: Array, out: Array, name: str) -> None:
        """Sum of a block for each channel; by BLAS with channels last, which is faster and rounds less."""
        xp = self._work.xp
        if not self._repeats:
            xp.sum(values, axis=(0, 2), out=out)
            return
        rows = values.reshape(-1, self._channels)
        ones = self._work.scratch(f"ones{name}", (self.blocks[0].stop * self._repeats,), values.dtype)
        ones.fill(1)
        xp.matmul(ones[: len(rows)], rows, out=out)


def batch_norm(
    x: Value,
    gamma: Value | None,
    beta: Value | None,
    moving_mean: Value,
    moving_variance: Value,
    axis: int = -1,
    epsilon: float = 1e-3,
) -> tuple[Value, Value, Value]:
    """gamma * (x - mean) / sqrt(variance + epsilon) + beta; gives (y, mean, variance).

    Args:
        x: any rank; C is its size along `axis`.
        gamma: (C,), or None for ones.
        beta: (C,), or None for zeros.
        moving_mean: (C,), the mean outside training; while training it is that of the batch.
        moving_variance: (C,), likewise.
        axis: that of the channels.
        epsilon: added to the variance.
    """
    return apply(BatchNorm(axis, epsilon), x, gamma, beta, moving_mean, moving_variance)
