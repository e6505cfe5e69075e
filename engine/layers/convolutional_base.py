"""What layers over steps, images and volumes share: hints for inputs of a wrong rank, weights, activation."""

from __future__ import annotations

from collections.abc import Callable
from math import isqrt
from typing import Any, ClassVar

from .. import ops
from ..core import rules
from ..core.errors import ShapeError
from ..core.fields import field
from ..core.tensor import Shape, Variable
from .base import Layer
from .core import bias_field, limit_field, penalty_field, switch_field
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


def known_channels(input_shape: Shape, data_format: str) -> int:
    """The number of input channels; raises ShapeError when it is not known."""
    channels = input_shape[-1 if data_format == "channels_last" else 1]
    if channels is None:
        raise ShapeError(
            expected="a known number of channels", found=str(input_shape), hint="Give the Input its shape."
        )
    return channels


class Windowed(Layer):
    """What layers that slide a window over `rank` spatial axes do alike; a subclass declares the settings."""

    group: ClassVar[str] = "convolutional"
    rank: ClassVar[int] = 2

    def prepare(self) -> None:
        """Take images, sequences or volumes."""
        super().prepare()
        self.input_spec = InputSpec(ndim=self.rank + 2, hints=hint_of_rank(self.rank))

    @property
    def channel_axis(self) -> int:
        """-1 or 1."""
        return -1 if self.data_format == "channels_last" else 1

    def channels_of(self, input_shape: Any) -> int:
        """The number of input channels; raises ShapeError when it is not known."""
        return known_channels(input_shape, self.data_format)

    def add_kernel(self, name: str, shape: tuple[int, ...]) -> Variable:
        """A kernel by the settings `{name}_initializer`, `_regularizer`, `_constraint`."""
        settings = {what: getattr(self, f"{name}_{what}") for what in ("initializer", "regularizer", "constraint")}
        return self.add_weight(name if name == "kernel" else f"{name}_kernel", shape, **settings)

    def add_bias(self, shape: tuple[int, ...]) -> Variable | None:
        """The bias, or None without one."""
        if not self.use_bias:
            return None
        return self.add_weight(
            "bias", shape, initializer=self.bias_initializer,
            regularizer=self.bias_regularizer, constraint=self.bias_constraint,
        )  # fmt: skip

    def fix_channels(self, channels: int) -> None:
        """Take inputs of so many channels from now on."""
        hints = hint_of_rank(self.rank)
        self.input_spec = InputSpec(ndim=self.rank + 2, axes={self.channel_axis: channels}, hints=hints)
        self.built = True

    def activated(self, y: Any) -> Any:
        """The activation of y; softmax goes along the channels."""
        if self.activation is None:
            return y
        if self.data_format == "channels_first" and getattr(self.activation, "__name__", "") == "softmax":
            return self.activation(y, axis=1)
        return self.activation(y)


class WindowedLayer(Windowed):
    """The settings that layers with `filters` outputs share, but for those of the kernel."""

    filters: int = field(rules.positive_int, help="number of output channels")
    kernel_size: Any = field(rules.int_tuple(), help="size of the window")
    strides: Any = field(rules.int_tuple(), default=(1,), help="steps of the window")
    padding: str = field(rules.padding, default="valid", help="'same' keeps the size by padding with zeros")
    data_format: Any = field(rules.data_format, default=None, help="where the channel axis is")
    activation: Any = field(rules.activation, default=None, help="function applied to the result")
    use_bias: bool = switch_field(True, "add a learnt bias")
    bias_initializer: Any = bias_field()
    bias_regularizer: Any = penalty_field("bias")
    activity_regularizer: Any = penalty_field("output")
    bias_constraint: Any = limit_field("bias")


class KernelLayer(WindowedLayer):
    """Those with one kernel."""

    kernel_initializer: Any = field(
        rules.initializer, default="glorot_uniform", help="first values of the kernel", after="use_bias"
    )
    kernel_regularizer: Any = field(
        rules.regularizer, default=None, help="penalty on the kernel", after="bias_initializer"
    )
    kernel_constraint: Any = field(
        rules.constraint, default=None, help="limit on the kernel, kept after each update", after="activity_regularizer"
    )


class Convolution(KernelLayer):
    """Convolutions over any number of spatial axes; a subclass declares its sizes and `rank`."""

    dilation_rate: Any = field(
        rules.int_tuple(), default=(1,), help="distance of the points in the window", after="data_format"
    )

    def build(self, input_shape: Any) -> None:
        """Make kernel and bias."""
        channels = self.channels_of(input_shape)
        self.kernel = self.add_kernel("kernel", (*self.kernel_size, channels, self.filters))
        self.bias = self.add_bias((self.filters,))
        self.fix_channels(channels)

    def call(self, inputs: Any) -> Any:
        """activation(convolution + bias)."""
        rectified = self.activation is ops.relu
        y = ops.conv(
            inputs, self.kernel, self.bias, self.strides, self.padding, self.dilation_rate, self.data_format, rectified
        )  # fmt: skip
        return y if rectified else self.activated(y)
