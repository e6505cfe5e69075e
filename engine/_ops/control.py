"""Ops that choose what is passed on; they compute and copy nothing."""

from __future__ import annotations

import numpy as np

from .._graph.op import Op, Outs, Work, apply
from .._graph.tensor import Call, Constant, Tensor, Value
from .._machine.config import floatx
from .._machine.console import say
from ..types import Array, Shape
from .casting import OfOneType
from .shapes import broadcast
from .views import View

__all__ = ["identity", "in_train_phase", "is_phase", "learning_phase", "print_values", "stop_gradient"]


class Identity(View):
    """y = x."""

    def shape(self, x: Shape) -> Shape:
        """That of x."""
        return x

    def sizes(self, x: Array) -> Array:
        """x itself."""
        return x


class StopGradient(View):
    """y = x, but no gradient goes back."""

    differentiable = False

    def shape(self, x: Shape) -> Shape:
        """That of x."""
        return x

    def sizes(self, x: Array) -> Array:
        """x itself."""
        return x


class InTrainPhase(OfOneType):
    """y = a while training, b otherwise; the other branch is not computed."""

    linear = True

    def shape(self, a: Shape, b: Shape) -> Shape:
        """That of a and b, broadcast."""
        return broadcast(a, b)

    def view_of(self, training: bool) -> int | None:
        """a while training, b otherwise."""
        return 0 if training else 1

    def forward(self, work: Work, a: Array, b: Array, *, out: Array) -> None:
        """y = a while training, b otherwise."""
        work.xp.copyto(out, a if work.training else b)

    def backward(self, work: Work, dy: Array, *, outs: Outs) -> None:
        """da = dy and db = 0 while training, da = 0 and db = dy otherwise."""
        for out, passed in zip(outs, (work.training, not work.training), strict=True):
            if out is not None:
                work.xp.copyto(out, dy if passed else 0)


def identity(x: Value) -> Value:
    """Another tensor with the values of x."""
    return apply(Identity(), x)


def stop_gradient(x: Value) -> Value:
    """x, treated as a constant by gradients."""
    return apply(StopGradient(), x)


def in_train_phase(a: Value, b: Value) -> Value:
    """a while training, b otherwise; both of one shape. Called with arrays only it gives b."""
    return apply(InTrainPhase(), a, b)


class LearningPhase(InTrainPhase):
    """y = 1 while training, 0 otherwise, given both numbers."""


def learning_phase() -> Tensor:
    """1 while training, 0 otherwise."""
    one, zero = (Constant(np.asarray(value, floatx())) for value in (1.0, 0.0))
    return apply(LearningPhase(), one, zero)


def is_phase(x: Tensor) -> bool:
    """Whether a tensor is what `learning_phase` gives."""
    return x.call is not None and isinstance(x.call.op, LearningPhase)


class PrintValues(Op):
    """y = x; the values are printed behind the message at each run."""

    message: str = ""

    linear = True

    def shape(self, x: Shape) -> Shape:
        """That of x."""
        return x

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y = x, printed."""
        say(f"{self.message} {x}")
        work.xp.copyto(out, x)

    def backward(self, work: Work, dy: Array, *, outs: tuple[Array]) -> None:
        """dx = dy."""
        work.xp.copyto(outs[0], dy)

    def tangent(self, call: Call, dx: Tensor) -> Tensor:
        """dx, which is not printed."""
        return dx


def print_values(x: Value, message: str = "") -> Value:
    """x; its values are printed behind the message whenever they are computed."""
    return apply(PrintValues(message), x)
