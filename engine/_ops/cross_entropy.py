"""Cross-entropies, one op each, with Keras 2.2.4's numbers.

Probabilities are kept inside [epsilon, 1 - epsilon], and where that limit acts the gradient is 0. The class axis is the
last one and is summed away; binary keeps all axes.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .._graph.backward import ones_like
from .._graph.op import Op, Outs, Work, apply
from .._graph.tensor import Tensor, Value
from .._machine import config
from ..errors import DataError, ShapeError
from ..types import Array, DType, Shape
from .activation import softplus, softplus_into
from .casting import OfReals, cast, reals
from .compare import equal
from .cumulative import cumulative_sum
from .elementwise import clip, log
from .probabilities import log_softmax
from .reduce import sum as sum_
from .shapes import broadcast, count
from .views import expand_dims, squeeze

__all__ = ["binary_crossentropy", "categorical_crossentropy", "sparse_categorical_crossentropy"]


class _OverClasses(Op):
    """A cross-entropy (..., C), (..., C) -> (...)."""

    from_logits: bool = False
    epsilon: float = 1e-7

    keeps = ("target", "output")

    def dtype(self, target: DType, output: DType) -> DType:
        """The type of the output."""
        return output

    def flops(self, target: Shape, output: Shape) -> int:
        """About six an element: limits, logarithm, product, sum."""
        return 6 * count(output)

    def _limits(self, work: Work, p: Array) -> Array:
        """Where the clip of p passes its gradient."""
        xp = work.xp
        inside = work.scratch("inside", p.shape, bool)
        below = work.scratch("below", p.shape, bool)
        xp.greater_equal(p, self.epsilon, out=inside)
        xp.less_equal(p, p.dtype.type(1 - self.epsilon), out=below)
        return xp.logical_and(inside, below, out=inside)

    def _log_softmax(self, work: Work, output: Array, out: Array) -> None:
        xp = work.xp
        xp.subtract(output, output.max(axis=-1, keepdims=True), out=out)
        powers = work.scratch("powers", output.shape, output.dtype)
        xp.exp(out, out=powers)
        out -= xp.log(powers.sum(axis=-1, keepdims=True))


class CategoricalCrossentropy(OfReals, _OverClasses):
    """y = -sum(target * log(p)), p = output / sum(output), or softmax(output) from logits."""

    def shape(self, target: Shape, output: Shape) -> Shape:
        """That of the output without its last axis. Raises ShapeError for other targets."""
        for axis, (n, m) in enumerate(zip(target, output, strict=False)):
            if n is not None and m is not None and n != m:
                raise self._error(target, output, f"They differ on axis {axis}.")
        if len(target) != len(output):
            raise self._error(target, output, "Whole-number labels go with sparse_categorical_crossentropy.")
        return output[:-1]

    def _error(self, target: Shape, output: Shape, hint: str) -> ShapeError:
        return ShapeError(expected=f"targets in the shape of the output {output}", actual=str(target), hint=hint)

    def forward(self, work: Work, target: Array, output: Array, *, out: Array) -> None:
        """y = -sum(target * log(p))."""
        log_p = work.scratch("log_p", output.shape, output.dtype)
        self._log(work, output, log_p)
        log_p *= target
        work.xp.sum(log_p, axis=-1, out=out)
        work.xp.negative(out, out=out)

    def backward(self, work: Work, dy: Array, target: Array, output: Array, *, outs: Outs) -> None:
        """From logits doutput = dy * (p * sum(target) - target); dtarget = -dy * log(p)."""
        xp = work.xp
        dtarget, doutput = outs
        dy = dy[..., None]
        if doutput is not None:
            g = work.scratch("gradient", output.shape, output.dtype)
            if self.from_logits:
                self._log_softmax(work, output, g)
                xp.exp(g, out=g)
                g *= target.sum(axis=-1, keepdims=True)
                g -= target
                xp.multiply(g, dy, out=doutput)
            else:
                self._through_clip(work, dy, target, output, g, doutput)
        if dtarget is not None:
            self._log(work, output, dtarget)
            dtarget *= dy
            xp.negative(dtarget, out=dtarget)

    def _through_clip(self, work: Work, dy: Array, target: Array, output: Array, g: Array, doutput: Array) -> None:
        # With s = sum(output), p = output / s and g = dL/dp: dL/doutput = (g - sum(g * p)) / s.
        xp = work.xp
        total = output.sum(axis=-1, keepdims=True)
        p = work.scratch("p", output.shape, output.dtype)
        xp.divide(output, total, out=p)
        inside = self._limits(work, p)
        xp.clip(p, self.epsilon, p.dtype.type(1 - self.epsilon), out=g)
        xp.divide(target, g, out=g)
        g *= inside
        g *= dy
        xp.negative(g, out=g)
        p *= g
        xp.subtract(g, p.sum(axis=-1, keepdims=True), out=doutput)
        doutput /= total

    def _log(self, work: Work, output: Array, out: Array) -> None:
        xp = work.xp
        if self.from_logits:
            self._log_softmax(work, output, out)
            return
        xp.divide(output, output.sum(axis=-1, keepdims=True), out=out)
        xp.clip(out, self.epsilon, out.dtype.type(1 - self.epsilon), out=out)
        xp.log(out, out=out)

    def simpler(self, target: Tensor, output: Tensor) -> Tensor:
        """Quotient or softmax, limits, logarithm, product and sum one after the other."""
        if self.from_logits:
            log_p = log_softmax(output)
        else:
            log_p = log(clip(output / sum_(output, -1, keepdims=True), self.epsilon, 1 - self.epsilon))
        return -sum_(cast(target, output.dtype) * log_p, -1)


class SparseCategoricalCrossentropy(_OverClasses):
    """y = -log(p[target]), p = clip(output) / sum(clip(output)), or softmax(output) from logits.

    Targets are whole numbers 0 <= target < C, of any dtype, of shape (...) or (..., 1).
    """

    constants = (0,)
    checked = 0

    def converted(self, inputs: tuple[Any, ...]) -> tuple[Any, ...]:
        """The output as floats; labels stay whole numbers."""
        return (*inputs[:1], *reals(inputs[1:]))

    def shape(self, target: Shape, output: Shape) -> Shape:
        """That of the output without its last axis. Raises ShapeError for other targets."""
        lead = output[:-1]
        labels = target[:-1] if len(target) == len(output) and target[-1] in (1, None) else target
        fits = len(labels) == len(lead) and all(None in (n, m) or n == m for n, m in zip(labels, lead, strict=True))
        if not fits:
            raise ShapeError(
                expected=f"one label for each of the outputs {output}",
                actual=str(target),
                hint="One-hot targets go with categorical_crossentropy.",
            )
        return lead

    def forward(self, work: Work, target: Array, output: Array, *, out: Array) -> None:
        """y = -log(p[target])."""
        xp = work.xp
        p = work.scratch("p", output.shape, output.dtype)
        labels = self._labels(work, target, output)
        flat = p.reshape(-1, output.shape[-1])
        rows = xp.arange(flat.shape[0])
        if self.from_logits:
            self._log_softmax(work, output, p)
            xp.negative(flat[rows, labels], out=out.reshape(-1))
            return
        xp.clip(output, self.epsilon, output.dtype.type(1 - self.epsilon), out=p)
        chosen = flat[rows, labels]
        xp.divide(flat.sum(axis=-1), chosen, out=out.reshape(-1))
        xp.log(out, out=out)

    def backward(self, work: Work, dy: Array, target: Array, output: Array, *, outs: Outs) -> None:
        """From logits doutput = dy * (p - 1 at the target's class, p elsewhere)."""
        xp = work.xp
        doutput = outs[1]
        if doutput is None:
            return
        flat = doutput.reshape(-1, output.shape[-1])
        rows, labels = xp.arange(flat.shape[0]), self._labels(work, target, output)
        if self.from_logits:
            self._log_softmax(work, output, doutput)
            xp.exp(doutput, out=doutput)
            flat[rows, labels] -= 1
        else:
            inside = self._limits(work, output)
            p = work.scratch("p", output.shape, output.dtype)
            xp.clip(output, self.epsilon, output.dtype.type(1 - self.epsilon), out=p)
            total = p.sum(axis=-1, keepdims=True)
            xp.divide(1, xp.broadcast_to(total, doutput.shape), out=doutput)
            flat[rows, labels] -= 1 / p.reshape(flat.shape)[rows, labels]
            doutput *= inside
        doutput *= dy[..., None]

    def _labels(self, work: Work, target: Array, output: Array) -> Array:
        labels = target.reshape(-1).astype("int64")
        if work.xp is np:
            self.check_values(labels, target.shape, output.shape)
        return labels

    def check_values(self, values: Array, *shapes: Shape) -> None:
        """Raise DataError for a label that an output of this shape has no class for."""
        labels, classes = values.reshape(-1).astype("int64"), shapes[-1][-1] or 0
        wrong = labels[(labels < 0) | (labels >= classes)]
        if wrong.size:
            raise DataError(
                where="sparse_categorical_crossentropy",
                expected=f"labels from 0 to {classes - 1}, as the output has {classes} classes",
                actual=f"label {int(wrong[0])}",
                hint=f"Give the output layer {int(labels.max()) + 1} units, or number the labels from 0.",
            )

    def simpler(self, target: Tensor, output: Tensor) -> Tensor:
        """The categorical one with a logarithm for the class of each label."""
        labels = squeeze(target, -1) if target.ndim == output.ndim else target
        classes = cumulative_sum(cast(ones_like(output), "int64"), -1) - 1
        chosen = cast(equal(expand_dims(cast(labels, "int64"), -1), classes), output.dtype)
        if self.from_logits:
            return -sum_(log_softmax(output) * chosen, -1)
        p = clip(output, self.epsilon, 1 - self.epsilon)
        return log(sum_(p, -1) / sum_(p * chosen, -1))


class BinaryCrossentropy(OfReals):
    """y = -(target * log(p) + (1 - target) * log(1 - p)), p = clip(output), or sigmoid(output) from logits."""

    from_logits: bool = False
    epsilon: float = 1e-7

    keeps = ("target", "output")

    def shape(self, target: Shape, output: Shape) -> Shape:
        """That of target and output, broadcast; both have one rank."""
        shape = broadcast(target, output)
        if len(target) != len(output):
            raise ShapeError(expected=f"targets in the shape of the output {output}", actual=str(target))
        return shape

    def dtype(self, target: DType, output: DType) -> DType:
        """The type of the output."""
        return output

    def forward(self, work: Work, target: Array, output: Array, *, out: Array) -> None:
        """y = log(1 + e^z) - target * z with z = log(p / (1 - p))."""
        x = work.scratch("logit", out.shape, out.dtype)
        self._logit(work, output, x)
        softplus_into(work, x, out)
        x *= target
        out -= x

    def backward(self, work: Work, dy: Array, target: Array, output: Array, *, outs: Outs) -> None:
        """doutput = dy * (p - target) / (p * (1 - p)), from logits dy * (p - target); dtarget = -dy * z."""
        xp = work.xp
        dtarget, doutput = outs
        if doutput is not None:
            self._output_gradient(work, dy, target, output, doutput)
        if dtarget is not None:
            self._logit(work, output, dtarget)
            dtarget *= dy
            xp.negative(dtarget, out=dtarget)

    def _output_gradient(self, work: Work, dy: Array, target: Array, output: Array, doutput: Array) -> None:
        xp = work.xp
        if self.from_logits:
            xp.multiply(output, 0.5, out=doutput)
            xp.tanh(doutput, out=doutput)
            doutput += 1
            doutput *= 0.5
            doutput -= target
            doutput *= dy
            return
        p = work.scratch("p", output.shape, output.dtype)
        spread = work.scratch("spread", output.shape, output.dtype)
        high = p.dtype.type(1 - self.epsilon)
        xp.clip(output, self.epsilon, high, out=p)
        inside = (output >= self.epsilon) & (output <= high)
        xp.subtract(1, p, out=spread)
        spread *= p
        xp.subtract(p, target, out=doutput)
        doutput /= spread
        doutput *= inside
        doutput *= dy

    def _logit(self, work: Work, output: Array, out: Array) -> None:
        xp = work.xp
        if self.from_logits:
            xp.copyto(out, output)
            return
        p = work.scratch("p", output.shape, output.dtype)
        xp.clip(output, self.epsilon, p.dtype.type(1 - self.epsilon), out=p)
        xp.subtract(1, p, out=out)
        xp.divide(p, out, out=out)
        xp.log(out, out=out)

    def simpler(self, target: Tensor, output: Tensor) -> Tensor:
        """Limits, the logarithm of the odds z, and log(1 + e^z) - target * z one after the other."""
        if self.from_logits:
            z = output
        else:
            p = clip(output, self.epsilon, 1 - self.epsilon)
            z = log(p / (1 - p))
        return softplus(z) - cast(target, output.dtype) * z

    def flops(self, target: Shape, output: Shape) -> int:
        """About eight an element: two logarithms, limits, products."""
        return 8 * count(output)


def categorical_crossentropy(target: Value, output: Value, from_logits: bool = False) -> Value:
    """-sum(target * log(p)) over the last axis; p = output / sum(output), clipped, or softmax(output) from logits.

    >>> import numpy as np
    >>> categorical_crossentropy(np.array([[0.0, 1.0]]), np.array([[0.5, 0.5]])).round(4)
    array([0.6931])
    """
    return apply(CategoricalCrossentropy(from_logits, config.epsilon()), target, output)


def sparse_categorical_crossentropy(target: Value, output: Value, from_logits: bool = False) -> Value:
    """-log(p[target]) for whole-number targets of shape (..., 1) or (...), output (..., C)."""
    return apply(SparseCategoricalCrossentropy(from_logits, config.epsilon()), target, output)


def binary_crossentropy(target: Value, output: Value, from_logits: bool = False) -> Value:
    """-(target * log(p) + (1 - target) * log(1 - p)) element by element; the mean is the loss's business."""
    return apply(BinaryCrossentropy(from_logits, config.epsilon()), target, output)
