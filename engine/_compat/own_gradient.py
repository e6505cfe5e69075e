"""A result whose gradient a program says itself, as `tf.custom_gradient` has it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

from .._graph.op import Op, Work, apply
from .._graph.tensor import Tensor
from ..types import Array, DType, Shape

__all__ = ["own_gradient"]


class OwnGradient(Op):
    """y, given y and what it is computed from; what a function makes of dy goes back to the latter."""

    gradient: Callable[[Tensor], Sequence[Tensor | None]]

    constants = (0,)

    def shape(self, y: Shape, *xs: Shape) -> Shape:
        """That of y."""
        return y

    def dtype(self, y: DType, *xs: DType) -> DType:
        """That of y."""
        return y

    def forward(self, work: Work, y: Array, *xs: Array, out: Array) -> None:
        """A copy of y."""
        work.xp.copyto(out, y)

    def recorded_gradients(self, dy: Tensor, wanted: Sequence[int]) -> list[Tensor | None]:
        """The gradients of the inputs number `wanted`."""
        gradients = list(self.gradient(dy))
        return [gradients[i - 1] for i in wanted]


def own_gradient(y: Tensor, xs: Sequence[Tensor], gradient: Callable[[Tensor], Sequence[Tensor | None]]) -> Tensor:
    """y, with a gradient of the program's own in place of that of the ops which compute it.

    Args:
        y: a tensor.
        xs: what it is computed from.
        gradient: gives the gradient of each of `xs` from that of y; None for one that y does not depend on.

    Returns:
        A tensor with the values of y.

    Example:
        >>> import numpy as np
        >>> from engine._graph.gradient import gradients
        >>> from engine._graph.plan import evaluate
        >>> from engine._graph.tensor import Placeholder
        >>> x = Placeholder((1,))
        >>> y = own_gradient(x * x, [x], lambda dy: [dy * 10.0])
        >>> evaluate([y, *gradients(y, [x])], {x: np.array([3.0])})
        [array([9.], dtype=float32), array([10.], dtype=float32)]
    """
    return cast("Tensor", apply(OwnGradient(gradient=gradient), y, *xs))
