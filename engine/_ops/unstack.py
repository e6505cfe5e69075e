"""The elements along an axis as tensors of their own, which a loop over steps reads."""

from __future__ import annotations

from collections.abc import Sequence

from .._graph.op import Op, Outs, Work, apply
from .._graph.tensor import Tensor
from ..types import Array, Shape

__all__: list[str] = []


class Unstack(Op):
    """y_i = x[:, i], for each of the elements along axis 1."""

    precision = "follows"
    count: int

    linear = True

    def __post_init__(self) -> None:
        self.outputs = self.count

    def shape(self, x: Shape) -> Shape | tuple[Shape, ...]:
        """x without axis 1, for each element of it."""
        part = (x[0], *x[2:])
        return part if self.count == 1 else (part,) * self.count

    def forward(self, work: Work, x: Array, *, out: Array | tuple[Array, ...]) -> None:
        """y_i = x[:, i]."""
        for i, y in enumerate([out] if self.count == 1 else out):
            work.xp.copyto(y, x[:, i])

    def backward(self, work: Work, dy: Array | Outs, *, outs: tuple[Array]) -> None:
        """dx[:, i] = dy_i, 0 where there is none."""
        for i, part in enumerate([dy] if self.count == 1 else dy):
            work.xp.copyto(outs[0][:, i], 0 if part is None else part)


def unstack(x: Tensor, count: int) -> Sequence[Tensor]:
    """x[:, 0], x[:, 1] ... up to so many.

    Args:
        x: (N, T, ...).
        count: T.

    Returns:
        A tensor of shape (N, ...) for each step.
    """
    made = apply(Unstack(count), x)
    return made if isinstance(made, tuple) else [made]
