"""Layers that give the same elements another shape, or repeat them: Flatten, Reshape, Permute, RepeatVector."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, ClassVar

from .. import _ops as ops
from .._declared import registry, rules
from .._declared.fields import field
from ..errors import ShapeError
from .base import Layer
from .node import InputSpec, features_hint
from .settings import sizes_field

if TYPE_CHECKING:
    from .._graph.tensor import Tensor
    from ..types import Shape
    from .node import Hint
    from .settings import DataFormatSetting, SizesSetting

__all__ = ["Flatten", "Permute", "RepeatVector", "Reshape"]


def _vector_hint(shape: Shape) -> Hint | None:
    return ("Put Flatten before it.", {"insert": "Flatten"}) if len(shape) > 2 else None


@registry.register("layer")
class Flatten(Layer):
    """All axes but the batch made one: (N, H, W, C) -> (N, H*W*C).

    Args:
        data_format: "channels_last", or "channels_first" for inputs (N, C, ...), whose channels are moved to the end
            first, so that later layers have the same weights in both formats; K.image_data_format() by default.

    Input shape:
        (N, ...), two axes or more, of known sizes.

    Output shape:
        (N, product of the sizes).

    Raises:
        ShapeError: a size besides the batch is not known.

    Example:
        >>> Flatten().compute_output_shape((None, 4, 3, 2))
        (None, 24)
    """

    group: ClassVar[str] = "core"

    data_format: DataFormatSetting = field(
        rules.data_format, default=None, help="channels_first: the channels are moved to the end first"
    )

    def prepare(self) -> None:
        """Take any input of rank 2 or more."""
        super().prepare()
        self.input_spec = InputSpec(min_ndim=2, hints=features_hint)

    def call(self, inputs: Tensor) -> Tensor:
        """A view of the input."""
        if any(n is None for n in inputs.shape[1:]):
            raise ShapeError(expected="known sizes of all axes but the batch", actual=str(inputs.shape))
        if self.data_format == "channels_first" and inputs.ndim > 2:
            inputs = ops.transpose(inputs, (0, *range(2, inputs.ndim), 1))
        return ops.flatten(inputs)


@registry.register("layer")
class Reshape(Layer):
    """Another shape for the same elements: (N, ...) -> (N, target_shape); one size may be -1.

    Args:
        target_shape: sizes of a sample without the batch, whole numbers; one of them may be -1, for what is left over.

    Input shape:
        (N, ...).

    Output shape:
        (N, target_shape).

    Raises:
        ShapeError: the elements of a sample do not fill the target shape.

    Example:
        >>> Reshape((2, -1)).compute_output_shape((None, 6))
        (None, 2, 3)
    """

    group: ClassVar[str] = "core"

    target_shape: SizesSetting = field(
        rules.target_shape, help="shape without the batch, such as 8, 8, 1; -1: the rest"
    )

    def call(self, inputs: Tensor) -> Tensor:
        """A view of the input; ShapeError when a sample's elements do not fill the target shape."""
        sizes, wanted = inputs.shape[1:], self.target_shape
        count = None if None in sizes else prod(n for n in sizes if n is not None)
        if count is not None and -1 not in wanted and count != prod(wanted):
            # The op alone would fill the shape with elements of other samples, since the size of the batch is open.
            raise ShapeError(
                expected=f"{prod(wanted)} elements a sample for the target shape {(None, *wanted)}",
                actual=f"{(None, *sizes)} ({count} elements)",
                hint="The product of the sizes must stay the same; one of them may be -1.",
            )
        return ops.reshape(inputs, (None, *wanted))


@registry.register("layer")
class Permute(Layer):
    """Axes in another order; dims counts from 1 and leaves the batch out.

    Args:
        dims: the input's axes in the output's order, counted from 1: (2, 1) swaps the two after the batch.

    Input shape:
        (N, ...), with as many axes after the batch as `dims` names.

    Output shape:
        (N, ...), the same sizes in the new order.

    Raises:
        ShapeError: `dims` does not name each axis of the input once.

    Example:
        >>> Permute((2, 1)).compute_output_shape((None, 10, 64))
        (None, 64, 10)
    """

    group: ClassVar[str] = "core"

    dims: SizesSetting = sizes_field(None, help="new order of the axes, counted from 1, such as 2, 1")

    def call(self, inputs: Tensor) -> Tensor:
        """The transposed input."""
        if sorted(self.dims) != list(range(1, inputs.ndim)):
            raise ShapeError(
                expected=f"dims with each of 1 to {inputs.ndim - 1} once for an input {inputs.shape}",
                actual=str(self.dims),
            )
        return ops.transpose(inputs, (0, *self.dims))


@registry.register("layer")
class RepeatVector(Layer):
    """The input n times: (N, C) -> (N, n, C).

    Args:
        n: how often the vector is repeated, 1 or more.

    Input shape:
        (N, C).

    Output shape:
        (N, n, C).

    Example:
        >>> import numpy as np
        >>> RepeatVector(2)(np.array([[1.0, 5.0]])).tolist()
        [[[1.0, 5.0], [1.0, 5.0]]]
    """

    group: ClassVar[str] = "core"

    n: int = field(rules.positive_int, help="how often")

    def prepare(self) -> None:
        """Take vectors."""
        super().prepare()
        self.input_spec = InputSpec(ndim=2, hints=_vector_hint)

    def call(self, inputs: Tensor) -> Tensor:
        """Copies along a new axis."""
        return ops.repeat(ops.expand_dims(inputs, 1), self.n, axis=1)
