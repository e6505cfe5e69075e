"""What layers over steps, images and volumes share: hints for inputs of a wrong rank, weights, activation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isqrt
from typing import TYPE_CHECKING, Any, ClassVar

from .. import _ops as ops
from .._declared import rules
from .._declared.fields import argument, field
from .._graph.tensor import Variable
from ..errors import ShapeError
from ..types import Shape
from .base import Layer
from .node import Hint, InputSpec
from .settings import (
    activation_field,
    bias_field,
    data_format_field,
    kernel_field,
    limit_field,
    padding_field,
    penalty_field,
    switch_field,
)


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


def add_kernel(layer: Layer, name: str, shape: tuple[int, ...]) -> Variable:
    """A kernel by the settings `{name}_initializer`, `_regularizer`, `_constraint` of a layer."""
    settings = {what: getattr(layer, f"{name}_{what}") for what in ("initializer", "regularizer", "constraint")}
    return layer.add_weight(name if name == "kernel" else f"{name}_kernel", shape, **settings)


def add_bias(layer: Any, shape: tuple[int, ...]) -> Variable | None:
    """The bias of a layer, or None without one."""
    if not layer.use_bias:
        return None
    return layer.add_weight(
        "bias", shape, initializer=layer.bias_initializer,
        regularizer=layer.bias_regularizer, constraint=layer.bias_constraint,
    )  # fmt: skip


def fix_channels(layer: Any, channels: int) -> None:
    """Let a layer take inputs of so many channels from now on."""
    axis = -1 if layer.data_format == "channels_last" else 1
    layer.input_spec = InputSpec(ndim=layer.rank + 2, axes={axis: channels}, hints=hint_of_rank(layer.rank))
    layer.built = True


def activated(layer: Any, y: Any) -> Any:
    """The activation of a layer applied to y; softmax goes along the channels."""
    if layer.activation is None:
        return y
    if layer.data_format == "channels_first" and getattr(layer.activation, "__name__", "") == "softmax":
        return layer.activation(y, axis=1)
    return layer.activation(y)


class WindowedLayer(Layer):
    """Base of the layers that slide a window with one kernel over `rank` spatial axes, and their settings."""

    group: ClassVar[str] = "convolutional"
    rank: ClassVar[int] = 2

    filters: int = field(rules.positive_int, help="number of output channels")
    kernel_size: Any = field(rules.int_tuple(), help="size of the window")
    strides: Any = field(rules.int_tuple(), default=(1,), help="steps of the window")
    padding: str = padding_field()
    data_format: Any = data_format_field()
    activation: Any = activation_field()
    use_bias: bool = switch_field(True, "add a learnt bias")
    kernel_initializer: Any = kernel_field()
    bias_initializer: Any = bias_field()
    kernel_regularizer: Any = penalty_field("kernel")
    bias_regularizer: Any = penalty_field("bias")
    activity_regularizer: Any = penalty_field("output")
    kernel_constraint: Any = limit_field("kernel")
    bias_constraint: Any = limit_field("bias")
    if TYPE_CHECKING:  # Keras 1's names, which the constructor takes too
        _says_init: object = argument(alias="init", kw_only=True, default=None)
        _says_w_regularizer: object = argument(alias="W_regularizer", kw_only=True, default=None)
        _says_b_regularizer: object = argument(alias="b_regularizer", kw_only=True, default=None)
        _says_w_constraint: object = argument(alias="W_constraint", kw_only=True, default=None)
        _says_b_constraint: object = argument(alias="b_constraint", kw_only=True, default=None)
        _says_bias: bool = argument(alias="bias", kw_only=True, default=None)
        _says_border_mode: str = argument(alias="border_mode", kw_only=True, default=None)
        _says_subsample: int | Sequence[int] | None = argument(alias="subsample", kw_only=True, default=None)
        _says_dim_ordering: str = argument(alias="dim_ordering", kw_only=True, default=None)
        _says_input_length: int | None = argument(alias="input_length", kw_only=True, default=None)

    def prepare(self) -> None:
        """Take images, sequences or volumes."""
        super().prepare()
        self.input_spec = InputSpec(ndim=self.rank + 2, hints=hint_of_rank(self.rank))


class Convolution(WindowedLayer):
    """Convolutions over any number of spatial axes; a subclass declares its sizes and `rank`."""

    dilation_rate: Any = field(
        rules.int_tuple(), default=(1,), help="distance of the points in the window", after="data_format"
    )

    def build(self, input_shape: Any) -> None:
        """Make kernel and bias."""
        channels = known_channels(input_shape, self.data_format)
        self.kernel = add_kernel(self, "kernel", (*self.kernel_size, channels, self.filters))
        self.bias = add_bias(self, (self.filters,))
        fix_channels(self, channels)

    def call(self, inputs: Any) -> Any:
        """activation(convolution + bias)."""
        y = ops.conv(
            inputs, self.kernel, self.bias, self.strides, self.padding, self.dilation_rate, self.data_format
        )  # fmt: skip
        return activated(self, y)
