"""Layers that join several inputs along an axis: Concatenate, Dot."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import TYPE_CHECKING

from .. import _ops as ops
from .._declared import registry, rules
from .._declared.fields import field
from ..errors import ShapeError
from .merge_base import MergeLayer, check_two

if TYPE_CHECKING:
    from .._declared.fields import Setting
    from .._graph.tensor import Tensor
    from ..types import Shape
    from .node import Mask, Masks

__all__ = ["Concatenate", "Dot"]


@registry.register("layer")
class Concatenate(MergeLayer):
    """Inputs one after the other along an axis; all other sizes must be equal.

    Args:
        axis: axis along which the inputs are put together, the batch counted as 0; -1, the last one, by default.

    Input shape:
        A list of tensors that differ in the size of `axis` only.

    Output shape:
        That of the inputs, with the sum of their sizes along `axis`.

    Raises:
        ShapeError: the inputs differ on another axis, do not have the axis, or there are fewer than two.

    Example:
        >>> Concatenate().compute_output_shape([(None, 4), (None, 6)])
        (None, 10)
    """

    axis: int = field(rules.axis, default=-1, help="axis along which the inputs are put together")

    def check_shapes(self, shapes: list[Shape]) -> None:
        """All sizes but those of `axis` are equal."""
        first = shapes[0]
        if not -len(first) <= self.axis < len(first):
            raise ShapeError(expected=f"an axis of {first}", actual=f"axis {self.axis}")
        along = self.axis % len(first)
        for shape in shapes[1:]:
            pairs = list(zip(first, shape, strict=False))
            if len(shape) != len(first) or any(
                i != along and None not in p and p[0] != p[1] for i, p in enumerate(pairs)
            ):
                raise ShapeError(
                    expected=f"inputs that differ on axis {self.axis} only, the first is {first}",
                    actual=str(shape),
                    hint="Put Flatten or Reshape before it, or choose another axis.",
                )

    def join(self, inputs: list[Tensor]) -> Tensor:
        """The inputs put together."""
        return ops.concatenate(inputs, axis=self.axis)

    def compute_mask(self, inputs: Sequence[Tensor], mask: Masks = None) -> Mask:
        """Masks joined along the steps where inputs are; else True where all inputs are present."""
        masks = self.masks_of(inputs, mask)
        if all(m is None for m in masks):
            return None
        along = self.axis % inputs[0].ndim
        full = [
            ops.not_equal(ops.sum(ops.absolute(x), axis=-1), -1.0) if m is None else m
            for x, m in zip(inputs, masks, strict=True)
        ]
        return ops.concatenate(full, axis=1) if along == 1 and inputs[0].ndim > 2 else reduce(ops.logical_and, full)


@registry.register("layer")
class Dot(MergeLayer):
    """Products along one axis of each of two inputs, sample by sample (K.batch_dot).

    Args:
        axes: the axis of the products, 1 or more, or a pair with one for each input; negative ones count from the end.
        normalize: whether both inputs are divided by their length along the axis first, which gives cosines; False by
            default.

    Input shape:
        A list of two tensors whose sizes along the axes are equal.

    Output shape:
        Both inputs' other axes, one behind the other: (N, A, C) and (N, B, C) with axes=2 give (N, A, B); two vectors
        give (N, 1).

    Raises:
        ShapeError: the sizes along the axes differ, an input does not have its axis, or there are not exactly two
            inputs.

    Example:
        >>> import numpy as np
        >>> Dot(axes=1)([np.array([[1.0, 2.0]]), np.array([[3.0, 5.0]])]).tolist()
        [[13.0]]
        >>> Dot(axes=2).compute_output_shape([(None, 4, 5), (None, 6, 5)])
        (None, 4, 6)
    """

    axes: Setting[int | Sequence[int], int | tuple[int, int]] = field(
        rules.axis_or_two, help="axis of the products, or one for each input"
    )
    normalize: bool = field(rules.switch, default=False, help="divide by the lengths: cosines")

    def check_shapes(self, shapes: list[Shape]) -> None:
        """Two inputs with equal sizes on the axes."""
        check_two(shapes)
        for shape, axis in zip(shapes, self._axes(shapes), strict=True):
            if not 1 <= axis < len(shape):
                raise ShapeError(expected=f"an axis after the batch of {shape}", actual=f"axes={self.axes}")
        sizes = [shape[axis] for shape, axis in zip(shapes, self._axes(shapes), strict=True)]
        if None not in sizes and sizes[0] != sizes[1]:
            raise ShapeError(
                expected=f"equal sizes along axes={self.axes}",
                actual=f"{sizes[0]} and {sizes[1]} in {shapes}",
                hint="Choose other axes, or make the layers before it give equal sizes.",
            )

    def compute_mask(self, inputs: Sequence[Tensor], mask: Masks = None) -> Mask:
        """None: steps are summed over."""
        return None

    def join(self, inputs: list[Tensor]) -> Tensor:
        """The products."""
        axes = self._axes([x.shape for x in inputs])
        if self.normalize:
            inputs = [_unit(x, axis) for x, axis in zip(inputs, axes, strict=True)]
        return ops.batch_dot(*inputs, axes=axes)

    def _axes(self, shapes: list[Shape]) -> tuple[int, int]:
        first, second = (self.axes, self.axes) if isinstance(self.axes, int) else self.axes
        first, second = (a + len(s) if a < 0 else a for a, s in zip((first, second), shapes, strict=True))
        return first, second


def _unit(x: Tensor, axis: int) -> Tensor:
    """x over its length along the axis."""
    return x / ops.sqrt(ops.maximum(ops.sum(ops.square(x), axis=axis, keepdims=True), 1e-12))
