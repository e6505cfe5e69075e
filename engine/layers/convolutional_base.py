"""What layers over steps, images and volumes share: hints for inputs of a wrong rank, weights, activation."""

from __future__ import annotations

from collections.abc import Callable
from math import isqrt
from typing import Any, ClassVar

from .. import ops
from ..core import rules
from ..core.errors import ShapeError
from ..core.fields import field
from ..core.tensor import Shape
from .base import Layer
from .core import bias_field, kernel_field, limit_field, penalty_field, switch_field
from .node import Hint, InputSpec


def image_hint(shape: Shape) -> Hint | None:
    """How to make images of inputs of a wrong rank: vectors become squares where they can."""
    size = shape[-1]
    if len(shape) == 2 and size is not None and isqrt(size) ** 2 == size:
        target = [isqrt(size), isqrt(size), 1]
        return f"Put Reshape({tuple(target)}) before it.", {"insert": "Reshape", "settings": {"target_shape": target}}
    if len(shape) == 3 and None not in shape[1:]:
        return one_channel_hint(shape)
    if len(shape) in (2, 3):
        return "Put Reshape((rows, columns, channels)) before it.", None
    return None


def one_channel_hint(shape: Shape) -> Hint | None:
    """How to give inputs without a channel axis one channel."""
    if None in shape[1:]:
        return None
    target = [*shape[1:], 1]
    return f"Put Reshape({tuple(target)}) before it.", {"insert": "Reshape", "settings": {"target_shape": target}}


def hint_of_rank(rank: int) -> Callable[[Shape], Hint | None]:
    """The hint for inputs of a wrong rank, for layers over `rank` spatial axes."""
    return image_hint if rank == 2 else lambda shape: one_channel_hint(shape) if len(shape) == rank + 1 else None


class Convolution(Layer):
    """What convolutions over any number of spatial axes share; a subclass declares its sizes and `rank`."""

    group: ClassVar[str] = "convolutional"
    rank: ClassVar[int] = 2

    filters: int = field(rules.positive_int, help="number of output channels")
    kernel_size: Any = field(rules.int_tuple(), help="size of the window")
    strides: Any = field(rules.int_tuple(), default=(1,), help="steps of the window")
    padding: str = field(rules.padding, default="valid", help="'same' keeps the size by padding with zeros")
    data_format: Any = field(rules.data_format, default=None, help="where the channel axis is")
    dilation_rate: Any = field(rules.int_tuple(), default=(1,), help="distance of the points in the window")
    activation: Any = field(rules.activation, default=None, help="function applied to the result")
    use_bias: bool = switch_field(True, "add a learnt bias")
    kernel_initializer: Any = kernel_field()
    bias_initializer: Any = bias_field()
    kernel_regularizer: Any = penalty_field("kernel")
    bias_regularizer: Any = penalty_field("bias")
    activity_regularizer: Any = penalty_field("output")
    kernel_constraint: Any = limit_field("kernel")
    bias_constraint: Any = limit_field("bias")

    def prepare(self) -> None:
        """Take images, sequences or volumes."""
        super().prepare()
        self.input_spec = InputSpec(ndim=self.rank + 2, hints=hint_of_rank(self.rank))

    @property
    def channel_axis(self) -> int:
        """-1 or 1."""
        return -1 if self.data_format == "channels_last" else 1

    def build(self, input_shape: Any) -> None:
        """Make kernel and bias."""
        channels = input_shape[self.channel_axis]
        if channels is None:
            raise ShapeError(
                expected="a known number of channels", found=str(input_shape), hint="Give the Input its shape."
            )
        self.kernel = self.add_weight(
            "kernel", (*self.kernel_size, channels, self.filters), initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer, constraint=self.kernel_constraint,
        )  # fmt: skip
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                "bias", (self.filters,), initializer=self.bias_initializer,
                regularizer=self.bias_regularizer, constraint=self.bias_constraint,
            )  # fmt: skip
        hints = hint_of_rank(self.rank)
        self.input_spec = InputSpec(ndim=self.rank + 2, axes={self.channel_axis: channels}, hints=hints)
        self.built = True

    def call(self, inputs: Any) -> Any:
        """activation(convolution + bias)."""
        rectified = self.activation is ops.relu
        y = ops.conv(
            inputs, self.kernel, self.bias, self.strides, self.padding, self.dilation_rate, self.data_format, rectified
        )  # fmt: skip
        if self.activation is None or rectified:
            return y
        if self.data_format == "channels_first" and getattr(self.activation, "__name__", "") == "softmax":
            return self.activation(y, axis=1)
        return self.activation(y)
