"""Layers that join several inputs: element by element, or one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import TYPE_CHECKING

from .. import _ops as ops
from .._declared import registry, rules
from .._declared.fields import field
from ..errors import ShapeError
from .merge_base import MergeLayer

if TYPE_CHECKING:
    from typing_extensions import NotRequired, TypedDict, Unpack

    from .._declared.fields import Setting
    from .._graph.tensor import Tensor
    from ..types import Shape
    from .node import Mask, Masks

    class LayerOptions(TypedDict):
        """What every layer takes besides its settings."""

        name: NotRequired[str | None]
        trainable: NotRequired[bool]


__all__ = [
    "Add",
    "Average",
    "Concatenate",
    "Dot",
    "Maximum",
    "Minimum",
    "Multiply",
    "ScaledAdd",
    "Subtract",
    "add",
    "average",
    "concatenate",
    "dot",
    "maximum",
    "minimum",
    "multiply",
    "subtract",
]


def _check_two(shapes: list[Shape]) -> None:
    if len(shapes) != 2:
        raise ShapeError(expected="2 inputs", actual=str(len(shapes)))


@registry.register("layer")
class Add(MergeLayer):
    """Sum of inputs of one shape.

    >>> Add().compute_output_shape([(None, 5), (None, 5)])
    (None, 5)
    """

    def join(self, inputs: list[Tensor]) -> Tensor:
        """x1 + x2 + ..."""
        return self.join_pairs(ops.add, inputs)


@registry.register("layer")
class ScaledAdd(MergeLayer):
    """x1 + scale * x2: the residual of Inception-ResNet (Szegedy et al., 2017), a Lambda in Keras.

    >>> ScaledAdd(0.2).compute_output_shape([(None, 5), (None, 5)])
    (None, 5)
    """

    scale: float = field(rules.number, help="factor of the second input")

    def check_shapes(self, shapes: list[Shape]) -> None:
        """Exactly two inputs."""
        _check_two(shapes)
        super().check_shapes(shapes)

    def join(self, inputs: list[Tensor]) -> Tensor:
        """x1 + scale * x2."""
        return self.join_pairs(self._scaled_sum, inputs)

    def _scaled_sum(self, x: Tensor, y: Tensor) -> Tensor:
        return ops.add(x, ops.multiply(y, self.scale))


@registry.register("layer")
class Subtract(MergeLayer):
    """Difference of two inputs.

    >>> Subtract().compute_output_shape([(None, 5), (None, 5)])
    (None, 5)
    """

    def check_shapes(self, shapes: list[Shape]) -> None:
        """Exactly two inputs."""
        _check_two(shapes)
        super().check_shapes(shapes)

    def join(self, inputs: list[Tensor]) -> Tensor:
        """x1 - x2."""
        return self.join_pairs(ops.subtract, inputs)


@registry.register("layer")
class Multiply(MergeLayer):
    """Product of inputs of one shape, element by element.

    >>> Multiply().compute_output_shape([(None, 5), (None, 5)])
    (None, 5)
    """

    def join(self, inputs: list[Tensor]) -> Tensor:
        """x1 * x2 * ..."""
        return self.join_pairs(ops.multiply, inputs)


@registry.register("layer")
class Average(MergeLayer):
    """Mean of inputs of one shape.

    >>> Average().compute_output_shape([(None, 5), (None, 5)])
    (None, 5)
    """

    def join(self, inputs: list[Tensor]) -> Tensor:
        """(x1 + x2 + ...) / number."""
        return self.join_pairs(ops.add, inputs) * (1.0 / len(inputs))


@registry.register("layer")
class Maximum(MergeLayer):
    """The largest of the inputs, element by element.

    >>> Maximum().compute_output_shape([(None, 5), (None, 5)])
    (None, 5)
    """

    def join(self, inputs: list[Tensor]) -> Tensor:
        """max(x1, x2, ...)."""
        return self.join_pairs(ops.maximum, inputs)


@registry.register("layer")
class Minimum(MergeLayer):
    """The smallest of the inputs, element by element.

    >>> Minimum().compute_output_shape([(None, 5), (None, 5)])
    (None, 5)
    """

    def join(self, inputs: list[Tensor]) -> Tensor:
        """min(x1, x2, ...)."""
        return self.join_pairs(ops.minimum, inputs)


@registry.register("layer")
class Concatenate(MergeLayer):
    """Inputs one after the other along `axis`; all other sizes must be equal.

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
        """The masks put together along the time axis, or those of all inputs where features are put together."""
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

    Shapes: (N, A, C) and (N, B, C) with axes=2 -> (N, A, B); two vectors -> (N, 1). normalize: divide both by their
    length along the axis first, which gives cosines.

    >>> Dot(axes=1).compute_output_shape([(None, 5), (None, 5)])
    (None, 1)
    """

    axes: Setting[int | Sequence[int], int | tuple[int, int]] = field(
        rules.axis_or_two, help="axis of the products, or one for each input"
    )
    normalize: bool = field(rules.switch, default=False, help="divide by the lengths: cosines")

    def check_shapes(self, shapes: list[Shape]) -> None:
        """Two inputs with equal sizes on the axes."""
        _check_two(shapes)
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


def add(inputs: Sequence[Tensor], **kwargs: Unpack[LayerOptions]) -> Tensor:
    """x1 + x2 + ...: `Add()(inputs)`; a `name` goes to the layer.

    >>> from engine.layers import Input
    >>> add([Input((5,)), Input((5,))]).shape
    (None, 5)
    """
    return Add(**kwargs)(inputs)


def subtract(inputs: Sequence[Tensor], **kwargs: Unpack[LayerOptions]) -> Tensor:
    """x1 - x2: `Subtract()(inputs)`; a `name` goes to the layer.

    >>> from engine.layers import Input
    >>> subtract([Input((5,)), Input((5,))]).shape
    (None, 5)
    """
    return Subtract(**kwargs)(inputs)


def multiply(inputs: Sequence[Tensor], **kwargs: Unpack[LayerOptions]) -> Tensor:
    """x1 * x2 * ..., element by element: `Multiply()(inputs)`; a `name` goes to the layer.

    >>> from engine.layers import Input
    >>> multiply([Input((5,)), Input((5,))]).shape
    (None, 5)
    """
    return Multiply(**kwargs)(inputs)


def average(inputs: Sequence[Tensor], **kwargs: Unpack[LayerOptions]) -> Tensor:
    """(x1 + x2 + ...) / their number: `Average()(inputs)`; a `name` goes to the layer.

    >>> from engine.layers import Input
    >>> average([Input((5,)), Input((5,))]).shape
    (None, 5)
    """
    return Average(**kwargs)(inputs)


def maximum(inputs: Sequence[Tensor], **kwargs: Unpack[LayerOptions]) -> Tensor:
    """The largest of the inputs, element by element: `Maximum()(inputs)`; a `name` goes to the layer.

    >>> from engine.layers import Input
    >>> maximum([Input((5,)), Input((5,))]).shape
    (None, 5)
    """
    return Maximum(**kwargs)(inputs)


def minimum(inputs: Sequence[Tensor], **kwargs: Unpack[LayerOptions]) -> Tensor:
    """The smallest of the inputs, element by element: `Minimum()(inputs)`; a `name` goes to the layer.

    >>> from engine.layers import Input
    >>> minimum([Input((5,)), Input((5,))]).shape
    (None, 5)
    """
    return Minimum(**kwargs)(inputs)


def concatenate(inputs: Sequence[Tensor], axis: int = -1, **kwargs: Unpack[LayerOptions]) -> Tensor:
    """The inputs one after the other along `axis`: `Concatenate(axis)(inputs)`; a `name` goes to the layer.

    >>> from engine.layers import Input
    >>> concatenate([Input((4,)), Input((6,))]).shape
    (None, 10)
    """
    return Concatenate(axis=axis, **kwargs)(inputs)


def dot(
    inputs: Sequence[Tensor], axes: int | Sequence[int], normalize: bool = False, **kwargs: Unpack[LayerOptions]
) -> Tensor:
    """Products along one axis of each of two inputs: `Dot(axes, normalize)(inputs)`; a `name` goes to the layer.

    >>> from engine.layers import Input
    >>> dot([Input((5,)), Input((5,))], axes=1, normalize=True).shape
    (None, 1)
    """
    return Dot(axes=axes, normalize=normalize, **kwargs)(inputs)
