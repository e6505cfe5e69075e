"""What layers that join several inputs do alike: how many inputs they take, which shapes fit together, masks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from typing import TYPE_CHECKING, ClassVar

from .. import _ops as ops
from ..errors import ShapeError
from .base import Layer
from .merge_mends import merge_mends
from .node import as_list, call_inputs

if TYPE_CHECKING:
    from .._graph.tensor import Tensor
    from ..types import Shape
    from .node import Mask, Masks


class MergeLayer(Layer):
    """Base of layers that join several inputs: a subclass writes `join`, or in Keras's style `_merge_function`.

    `least` is how many inputs it needs.
    """

    group: ClassVar[str] = "merge"
    supports_masking = True
    merges = True
    least: ClassVar[int] = 2

    def check_inputs(self, inputs: Sequence[Tensor]) -> None:
        """Raise ShapeError for too few inputs or shapes that do not fit together."""
        count = len(call_inputs(inputs))
        if count < self.least:
            raise ShapeError(
                expected=f"{self.least} or more inputs",
                actual=str(count),
                hint="Connect another layer to it.",
            )
        try:
            self.check_shapes([x.shape for x in inputs])
        except ShapeError as error:
            error.offer(lambda: merge_mends(self, inputs, self.check_shapes))
            raise

    def check_shapes(self, shapes: list[Shape]) -> None:
        """Raise ShapeError when shapes do not broadcast against each other."""
        rank = max(len(shape) for shape in shapes)
        # Inputs of fewer axes get axes of size 1 behind the batch, and only such axes are stretched, as in Keras.
        first, *others = [(shape[0], *(1,) * (rank - len(shape)), *shape[1:]) for shape in shapes]
        for shape, full in zip(shapes[1:], others, strict=True):
            if any(None not in p and 1 not in p and p[0] != p[1] for p in zip(first, full, strict=True)):
                raise ShapeError(
                    expected=f"inputs of one shape, the first is {shapes[0]}",
                    actual=str(shape),
                    hint="Make the layers before it give the same shape, or use Concatenate.",
                )

    def compute_mask(self, inputs: Sequence[Tensor], mask: Masks = None) -> Mask:
        """True where all inputs are present."""
        masks = [m for m in self.masks_of(inputs, mask) if m is not None]
        return reduce(ops.logical_and, masks) if masks else None

    def masks_of(self, inputs: Sequence[Tensor], mask: Masks) -> list[Mask]:
        """One mask, or None, for each input.

        Raises:
            ShapeError: there are not as many masks as inputs.
        """
        if mask is None:
            return [None]
        if not isinstance(mask, (list, tuple)) or not isinstance(inputs, (list, tuple)) or len(mask) != len(inputs):
            raise ShapeError(
                where=f"{self.where}, compute_mask",
                expected="a list of inputs and a list of as many masks",
                actual=f"{len(call_inputs(inputs))} and {len(as_list(mask))}",
            )
        return list(mask)

    def call(self, inputs: Sequence[Tensor], mask: Masks = None) -> Tensor:
        """Join the inputs; files of Keras 1 give masks too, which change nothing."""
        return self.join(list(inputs))

    def join_pairs(self, function: Callable[[Tensor, Tensor], Tensor], inputs: Sequence[Tensor]) -> Tensor:
        """Join the first two inputs by a function, that with the third, and so on; inputs of fewer axes get further ones first."""
        rank = max(len(x.shape) for x in inputs)
        wide = [reduce(lambda x, _: ops.expand_dims(x, 1), range(rank - len(x.shape)), x) for x in inputs]
        return reduce(function, wide)

    def join(self, inputs: list[Tensor]) -> Tensor:
        """Join the inputs, a tensor each: a subclass writes it."""
        return self._merge_function(inputs)

    def _merge_function(self, inputs: list[Tensor]) -> Tensor:
        raise NotImplementedError(f"{type(self).__name__}.join")


def check_two(shapes: list[Shape]) -> None:
    """Raise ShapeError for another number of inputs than two."""
    if len(shapes) != 2:
        raise ShapeError(expected="2 inputs", actual=str(len(shapes)))
