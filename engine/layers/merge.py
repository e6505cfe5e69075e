"""Layers that join several inputs element by element, and functions that join tensors by any such layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .. import _ops as ops
from .._declared import registry, rules
from .._declared.fields import field
from .merge_axis import Concatenate, Dot
from .merge_base import MergeLayer, check_two

if TYPE_CHECKING:
    from typing_extensions import NotRequired, TypedDict, Unpack

    from .._graph.tensor import Tensor
    from ..types import Shape

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


_Merge = MergeLayer  # Keras's name, from which users derive: `from keras.layers.merge import _Merge`


@registry.register("layer")
class Add(MergeLayer):
    """Sum of inputs of one shape.

    Input shape:
        A list of tensors of one shape, (N, ...). Axes of size 1 are stretched to the others' size, and inputs of fewer
        axes get such axes behind the batch.

    Output shape:
        (N, ...), that of the inputs.

    Raises:
        ShapeError: the shapes do not fit together, or there are fewer than two inputs.

    Example:
        >>> import numpy as np
        >>> Add()([np.array([[1.0, 2.0]]), np.array([[3.0, 5.0]])]).tolist()
        [[4.0, 7.0]]
    """

    def join(self, inputs: list[Tensor]) -> Tensor:
        """x1 + x2 + ..."""
        return self.join_pairs(ops.add, ops.wide_numbers(inputs))


@registry.register("layer")
class ScaledAdd(MergeLayer):
    """x1 + scale * x2: the residual of Inception-ResNet (Szegedy et al., 2017), a Lambda in Keras.

    Args:
        scale: factor of the second input.

    Input shape:
        A list of tensors of one shape, (N, ...). Axes of size 1 are stretched to the others' size, and inputs of fewer
        axes get such axes behind the batch.

    Output shape:
        (N, ...), that of the inputs.

    Raises:
        ShapeError: the shapes do not fit together, or there are not exactly two inputs.

    Example:
        >>> import numpy as np
        >>> ScaledAdd(0.5)([np.array([[1.0, 2.0]]), np.array([[10.0, 20.0]])]).tolist()
        [[6.0, 12.0]]
    """

    scale: float = field(rules.number, help="factor of the second input")

    def check_shapes(self, shapes: list[Shape]) -> None:
        """Exactly two inputs."""
        check_two(shapes)
        super().check_shapes(shapes)

    def join(self, inputs: list[Tensor]) -> Tensor:
        """x1 + scale * x2."""
        return self.join_pairs(self._scaled_sum, inputs)

    def _scaled_sum(self, x: Tensor, y: Tensor) -> Tensor:
        return ops.add(x, ops.multiply(y, self.scale))


@registry.register("layer")
class Subtract(MergeLayer):
    """Difference of two inputs.

    Input shape:
        A list of tensors of one shape, (N, ...). Axes of size 1 are stretched to the others' size, and inputs of fewer
        axes get such axes behind the batch.

    Output shape:
        (N, ...), that of the inputs.

    Raises:
        ShapeError: the shapes do not fit together, or there are not exactly two inputs.

    Example:
        >>> import numpy as np
        >>> Subtract()([np.array([[1.0, 2.0]]), np.array([[3.0, 5.0]])]).tolist()
        [[-2.0, -3.0]]
    """

    def check_shapes(self, shapes: list[Shape]) -> None:
        """Exactly two inputs."""
        check_two(shapes)
        super().check_shapes(shapes)

    def join(self, inputs: list[Tensor]) -> Tensor:
        """x1 - x2."""
        return self.join_pairs(ops.subtract, ops.wide_numbers(inputs))


@registry.register("layer")
class Multiply(MergeLayer):
    """Product of inputs of one shape, element by element.

    Input shape:
        A list of tensors of one shape, (N, ...). Axes of size 1 are stretched to the others' size, and inputs of fewer
        axes get such axes behind the batch.

    Output shape:
        (N, ...), that of the inputs.

    Raises:
        ShapeError: the shapes do not fit together, or there are fewer than two inputs.

    Example:
        >>> import numpy as np
        >>> Multiply()([np.array([[1.0, 2.0]]), np.array([[3.0, 5.0]])]).tolist()
        [[3.0, 10.0]]
    """

    def join(self, inputs: list[Tensor]) -> Tensor:
        """x1 * x2 * ..."""
        return self.join_pairs(ops.multiply, ops.wide_numbers(inputs))


@registry.register("layer")
class Average(MergeLayer):
    """Mean of inputs of one shape.

    Input shape:
        A list of tensors of one shape, (N, ...). Axes of size 1 are stretched to the others' size, and inputs of fewer
        axes get such axes behind the batch.

    Output shape:
        (N, ...), that of the inputs.

    Raises:
        ShapeError: the shapes do not fit together, or there are fewer than two inputs.

    Example:
        >>> import numpy as np
        >>> Average()([np.array([[1.0, 2.0]]), np.array([[3.0, 6.0]])]).tolist()
        [[2.0, 4.0]]
    """

    def join(self, inputs: list[Tensor]) -> Tensor:
        """(x1 + x2 + ...) / number."""
        return self.join_pairs(ops.add, ops.reals(inputs)) * (1.0 / len(inputs))


@registry.register("layer")
class Maximum(MergeLayer):
    """The largest of the inputs, element by element.

    Input shape:
        A list of tensors of one shape, (N, ...). Axes of size 1 are stretched to the others' size, and inputs of fewer
        axes get such axes behind the batch.

    Output shape:
        (N, ...), that of the inputs.

    Raises:
        ShapeError: the shapes do not fit together, or there are fewer than two inputs.

    Example:
        >>> import numpy as np
        >>> Maximum()([np.array([[1.0, 7.0]]), np.array([[3.0, 5.0]])]).tolist()
        [[3.0, 7.0]]
    """

    def join(self, inputs: list[Tensor]) -> Tensor:
        """max(x1, x2, ...)."""
        return self.join_pairs(ops.maximum, inputs)


@registry.register("layer")
class Minimum(MergeLayer):
    """The smallest of the inputs, element by element.

    Input shape:
        A list of tensors of one shape, (N, ...). Axes of size 1 are stretched to the others' size, and inputs of fewer
        axes get such axes behind the batch.

    Output shape:
        (N, ...), that of the inputs.

    Raises:
        ShapeError: the shapes do not fit together, or there are fewer than two inputs.

    Example:
        >>> import numpy as np
        >>> Minimum()([np.array([[1.0, 7.0]]), np.array([[3.0, 5.0]])]).tolist()
        [[1.0, 5.0]]
    """

    def join(self, inputs: list[Tensor]) -> Tensor:
        """min(x1, x2, ...)."""
        return self.join_pairs(ops.minimum, inputs)


def add(inputs: Sequence[Tensor], **kwargs: Unpack[LayerOptions]) -> Tensor:
    """Sum of the inputs, x1 + x2 + ..., by an `Add` layer.

    Args:
        inputs: two tensors or more, of one shape.
        **kwargs: `name` and `trainable` of the layer.

    Returns:
        A tensor of this shape.

    Example:
        >>> from engine.layers import Input
        >>> add([Input((5,)), Input((5,))]).shape
        (None, 5)
    """
    return Add(**kwargs)(inputs)


def subtract(inputs: Sequence[Tensor], **kwargs: Unpack[LayerOptions]) -> Tensor:
    """Difference of the inputs, x1 - x2, by a `Subtract` layer.

    Args:
        inputs: two tensors of one shape.
        **kwargs: `name` and `trainable` of the layer.

    Returns:
        A tensor of this shape.

    Example:
        >>> from engine.layers import Input
        >>> subtract([Input((5,)), Input((5,))]).shape
        (None, 5)
    """
    return Subtract(**kwargs)(inputs)


def multiply(inputs: Sequence[Tensor], **kwargs: Unpack[LayerOptions]) -> Tensor:
    """Product of the inputs, x1 * x2 * ..., element by element, by a `Multiply` layer.

    Args:
        inputs: two tensors or more, of one shape.
        **kwargs: `name` and `trainable` of the layer.

    Returns:
        A tensor of this shape.

    Example:
        >>> from engine.layers import Input
        >>> multiply([Input((5,)), Input((5,))]).shape
        (None, 5)
    """
    return Multiply(**kwargs)(inputs)


def average(inputs: Sequence[Tensor], **kwargs: Unpack[LayerOptions]) -> Tensor:
    """Mean of the inputs, (x1 + x2 + ...) / n, by an `Average` layer.

    Args:
        inputs: two tensors or more, of one shape.
        **kwargs: `name` and `trainable` of the layer.

    Returns:
        A tensor of this shape.

    Example:
        >>> from engine.layers import Input
        >>> average([Input((5,)), Input((5,))]).shape
        (None, 5)
    """
    return Average(**kwargs)(inputs)


def maximum(inputs: Sequence[Tensor], **kwargs: Unpack[LayerOptions]) -> Tensor:
    """The largest of the inputs, element by element, by a `Maximum` layer.

    Args:
        inputs: two tensors or more, of one shape.
        **kwargs: `name` and `trainable` of the layer.

    Returns:
        A tensor of this shape.

    Example:
        >>> from engine.layers import Input
        >>> maximum([Input((5,)), Input((5,))]).shape
        (None, 5)
    """
    return Maximum(**kwargs)(inputs)


def minimum(inputs: Sequence[Tensor], **kwargs: Unpack[LayerOptions]) -> Tensor:
    """The smallest of the inputs, element by element, by a `Minimum` layer.

    Args:
        inputs: two tensors or more, of one shape.
        **kwargs: `name` and `trainable` of the layer.

    Returns:
        A tensor of this shape.

    Example:
        >>> from engine.layers import Input
        >>> minimum([Input((5,)), Input((5,))]).shape
        (None, 5)
    """
    return Minimum(**kwargs)(inputs)


def concatenate(inputs: Sequence[Tensor], axis: int = -1, **kwargs: Unpack[LayerOptions]) -> Tensor:
    """The inputs one after the other along an axis, by a `Concatenate` layer.

    Args:
        inputs: two tensors or more, which differ in the size of `axis` only.
        axis: axis along which they are put together, the batch counted as 0; -1, the last one, by default.
        **kwargs: `name` and `trainable` of the layer.

    Returns:
        A tensor with the sum of their sizes along `axis`.

    Example:
        >>> from engine.layers import Input
        >>> concatenate([Input((4,)), Input((6,))]).shape
        (None, 10)
    """
    return Concatenate(axis=axis, **kwargs)(inputs)


def dot(
    inputs: Sequence[Tensor], axes: int | Sequence[int], normalize: bool = False, **kwargs: Unpack[LayerOptions]
) -> Tensor:
    """Products along one axis of each of two inputs, by a `Dot` layer.

    Args:
        inputs: two tensors whose sizes along the axes are equal.
        axes: the axis of the products, or a pair with one for each input.
        normalize: whether both are divided by their length along the axis first, which gives cosines; False by default.
        **kwargs: `name` and `trainable` of the layer.

    Returns:
        A tensor with the other axes of both inputs, (N, 1) for two vectors.

    Example:
        >>> from engine.layers import Input
        >>> dot([Input((5,)), Input((5,))], axes=1, normalize=True).shape
        (None, 1)
    """
    return Dot(axes=axes, normalize=normalize, **kwargs)(inputs)
