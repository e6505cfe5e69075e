"""Batch normalisation (Ioffe & Szegedy, 2015) as one op with its gradient written by hand."""

from __future__ import annotations

from typing import Any

from ..core.op import Op, Work, apply
from .shapes import Array, Shape, axis_of, count


class BatchNorm(Op):
    """y = gamma * (x - mean) / sqrt(variance + epsilon) + beta for each index of `axis`; gamma and beta may be None.

    While training: mean and (biased) variance of the batch; otherwise the moving ones. Results: y, mean, variance.
    """

    axis: int = -1
    epsilon: float = 1e-3

    keeps = ("x", "gamma")
    outputs = 3

    def shape(
        self, x: Shape, gamma: Shape | None, beta: Shape | None, moving_mean: Shape, moving_variance: Shape
    ) -> tuple[Shape, Shape, Shape]:
        channels = (x[axis_of(self.axis, len(x))],)
        return x, channels, channels

    def dtype(self, *dtypes: Any) -> Any:
        return dtypes[0]

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
        xp = work.xp
        y, mean, variance = out
        x3, y3 = self._three(x), self._three(y)
        if work.training:
            # Centred first: mean(x^2) - mean(x)^2 loses all digits when the mean is large.
            _channel_sum(work, x3, mean)
            mean /= x.size // mean.size
            xp.subtract(x3, mean[:, None], out=y3)
            square = work.scratch("square", x3.shape, x.dtype)
            xp.multiply(y3, y3, out=square)
            _channel_sum(work, square, variance)
            variance /= x.size // mean.size
        else:
            xp.copyto(mean, moving_mean)
            xp.copyto(variance, moving_variance)
            xp.subtract(x3, mean[:, None], out=y3)
        inverse = self._inverse(work, variance)
        scale = work.scratch("scale", inverse.shape, inverse.dtype)
        xp.multiply(inverse, 1 if gamma is None else gamma, out=scale)
        xp.copyto(work.keep("mean", mean.shape, mean.dtype), mean)
        xp.multiply(y3, scale[:, None], out=y3)
        if beta is not None:
            xp.add(y3, beta[:, None], out=y3)

    def backward(self, work: Work, dy: tuple[Any, Any, Any], x: Array, gamma: Array | None, *, outs: Any) -> None:
        xp = work.xp
        dy_y, dy_mean, dy_variance = dy
        dx, dgamma, dbeta, dmoving_mean, dmoving_variance = outs
        mean, inverse = work.kept["mean"], work.kept["inverse"]
        n = x.size // mean.size
        normal = work.scratch("normal", self._three(x).shape, x.dtype)
        xp.subtract(self._three(x), mean[:, None], out=normal)
        xp.multiply(normal, inverse[:, None], out=normal)
        g = work.scratch("g", normal.shape, x.dtype)
        sum_g, sum_gn = (work.scratch(name, mean.shape, x.dtype) for name in ("sum_g", "sum_gn"))
        if dy_y is None:
            sum_g.fill(0)
            sum_gn.fill(0)
        else:
            dy3 = self._three(dy_y)
            _channel_sum(work, dy3, sum_g)
            xp.multiply(dy3, normal, out=g)
            _channel_sum(work, g, sum_gn)
        for wanted, total in ((dgamma, sum_gn), (dbeta, sum_g)):
            if wanted is not None:
                xp.copyto(wanted, total)
        scale = inverse if gamma is None else inverse * gamma
        if not work.training:
            self._through_moving(dy, scale, sum_g, sum_gn, inverse, (dmoving_mean, dmoving_variance))
        for unused in (dmoving_mean, dmoving_variance) if work.training else ():
            if unused is not None:
                unused.fill(0)
        if dx is None:
            return
        dx3 = self._three(dx)
        if dy_y is None:
            dx3.fill(0)
        else:
            xp.copyto(dx3, self._three(dy_y))
        if work.training and dy_y is not None:
            # dx = scale * (dy - mean(dy) - normal * mean(dy * normal))
            xp.multiply(normal, (sum_gn / n)[:, None], out=g)
            dx3 -= g
            dx3 -= (sum_g / n)[:, None]
        dx3 *= scale[:, None]
        if work.training and dy_mean is not None:
            dx3 += (dy_mean / n)[:, None]
        if work.training and dy_variance is not None:
            dx3 += normal * (2 * dy_variance / (n * inverse))[:, None]

    def _through_moving(
        self, dy: tuple[Any, Any, Any], scale: Array, sum_g: Array, sum_gn: Array, inverse: Array, outs: Any
    ) -> None:
        dmean, dvariance = outs
        if dmean is not None:
            dmean[...] = -scale * sum_g + (0 if dy[1] is None else dy[1])
        if dvariance is not None:
            dvariance[...] = -0.5 * scale * inverse * sum_gn + (0 if dy[2] is None else dy[2])

    def flops(self, x: Shape, *others: Shape | None) -> int:
        return 8 * count(x)

    def _three(self, x: Array) -> Array:
        """x as (before, channels, after)."""
        axis = axis_of(self.axis, x.ndim)
        return x.reshape(count(x.shape[:axis]), x.shape[axis], count(x.shape[axis + 1 :]))

    def _inverse(self, work: Work, variance: Array) -> Array:
        inverse = work.keep("inverse", variance.shape, variance.dtype)
        work.xp.add(variance, self.epsilon, out=inverse)
        work.xp.sqrt(inverse, out=inverse)
        return work.xp.divide(1, inverse, out=inverse)


def _channel_sum(work: Work, x3: Array, out: Array) -> None:
    """Sum over the first and last of three axes; by BLAS when the last is 1, which is faster and rounds less."""
    xp = work.xp
    before, channels, after = x3.shape
    if after == 1:
        ones = work.scratch("ones", (before,), x3.dtype)
        ones.fill(1)
        xp.matmul(ones, x3.reshape(before, channels), out=out)
        return
    partial = work.scratch("partial", (before, channels), x3.dtype)
    xp.sum(x3, axis=2, out=partial)
    xp.sum(partial, axis=0, out=out)


def batch_norm(
    x: Any,
    gamma: Any,
    beta: Any,
    moving_mean: Any,
    moving_variance: Any,
    axis: int = -1,
    epsilon: float = 1e-3,
) -> Any:
    """gamma * (x - mean) / sqrt(variance + epsilon) + beta; gives (y, mean, variance) of the batch while training, with
    the moving mean and variance otherwise. gamma, beta: (C,) or None."""
    return apply(BatchNorm(axis, epsilon), x, gamma, beta, moving_mean, moving_variance)
