"""A part of an axis as a layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from .. import _ops as ops
from .._declared import registry, rules
from .._declared.fields import field
from ..errors import ShapeError
from .base import Layer

if TYPE_CHECKING:
    from .._graph.tensor import Tensor

__all__ = ["Slice"]


@registry.register("layer")
class Slice(Layer):
    """The elements start ... stop - 1 of an axis, such as some of the channels.

    Args:
        axis: the axis, not the batch's; -1, the last, by default.
        start: the first element, 0 by default; below 0 it counts from the end.
        stop: the first that is left out; None, the default: all up to the end.

    Input shape:
        Any, with the batch first: (N, ...).

    Output shape:
        That of the input, with fewer elements along the axis.

    Raises:
        ShapeError: the input does not have the axis, or nothing is left of it.

    Example:
        >>> Slice(axis=-1, start=1, stop=3).compute_output_shape((None, 8, 8, 4))
        (None, 8, 8, 2)
    """

    group: ClassVar[str] = "core"

    axis: int = field(rules.axis, default=-1, help="the axis")
    start: int = field(rules.integer, default=0, help="the first element; below 0 from the end")
    stop: int | None = field(rules.optional(rules.integer), default=None, help="the first that is left out")

    def call(self, inputs: Tensor) -> Tensor:
        """x[..., start:stop, ...]."""
        rank = inputs.ndim
        if not -rank < self.axis < rank or self.axis == 0:
            expected = f"an axis from 1 to {rank - 1} or -1 for {inputs.shape}"
            raise ShapeError(expected=expected, actual=f"axis {self.axis}")
        size = inputs.shape[self.axis]
        if size is not None and not len(range(size)[self.start : self.stop]):
            raise ShapeError(
                expected=f"a part of axis {self.axis}, which has {size} elements", actual=f"{self.start}:{self.stop}"
            )
        key = [slice(None)] * rank
        key[self.axis] = slice(self.start, self.stop)
        return ops.getitem(inputs, tuple(key))
