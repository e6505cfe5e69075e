"""What layers over steps, images and volumes share: hints for inputs of a wrong rank, weights, activation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isqrt
from typing import TYPE_CHECKING, ClassVar

from .. import _ops as ops
from .._declared import rules
from .._declared.fields import argument, field
from .._graph.tensor import Variable
from .._ops.rearrange import through_channels_last
from ..errors import SettingError, ShapeError
from .base import Layer
from .node import InputSpec
from .settings import (
    DILATION,
    activation_field,
    data_format_field,
    initializer_field,
    limit_field,
    padding_field,
    penalty_field,
    sizes_field,
    switch_field,
)
from .weights import add_by_settings

if TYPE_CHECKING:
    from dataclasses import KW_ONLY

    from .._graph.tensor import Tensor, Variable
    from ..types import Config, Shape
    from .node import Hint
    from .settings import (
        ActivationSetting,
        ConstraintSetting,
        DataFormatSetting,
        InitializerSetting,
        Padding,
        RegularizerSetting,
        SizesSetting,
    )


def image_hint(shape: Shape) -> Hint | None:
    """What to do about inputs that are no images: Reshape, into squares for vectors whose size allows it."""
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
    """What to do about inputs without a channel axis: Reshape, which adds one of size 1."""
    if None in shape[1:]:
        return None
    target = [*shape[1:], 1]
    return f"Put Reshape({tuple(target)}) before it.", {"insert": "Reshape", "settings": {"target_shape": target}}


def hint_of_rank(rank: int) -> Callable[[Shape], Hint | None]:
    """What to do about inputs of a wrong rank, for layers over `rank` spatial axes."""
    return image_hint if rank == 2 else lambda shape: one_channel_hint(shape) if len(shape) == rank + 1 else None


def known_channels(input_shape: Shape, data_format: str) -> int:
    """The number of input channels; raises ShapeError when it is not known."""
    channels = input_shape[-1 if data_format == "channels_last" else 1]
    if channels is None:
        raise ShapeError(
            expected="a known number of channels", actual=str(input_shape), hint="Give the Input its shape."
        )
    return channels


def spatial_spec(rank: int) -> InputSpec:
    """What inputs a layer over `rank` spatial axes takes."""
    return InputSpec(ndim=rank + 2, hints=hint_of_rank(rank))


class WindowedLayer(Layer):
    """Base of the layers that slide a window over spatial axes: the settings that all of them have.

    A subclass says its `rank`, the number of these axes, and declares the size of its window, `strides`, its kernels
    and, where it mixes channels, `filters`.
    """

    group: ClassVar[str] = "convolutional"
    rank: ClassVar[int] = 2

    _: KW_ONLY
    padding: Padding = padding_field(default="valid")
    data_format: DataFormatSetting = data_format_field(default=None)
    activation: ActivationSetting = activation_field(default=None)
    use_bias: bool = switch_field(default=True, help="add a learnt bias")
    bias_initializer: InitializerSetting = initializer_field(default="zeros", what="bias")
    bias_regularizer: RegularizerSetting = penalty_field(default=None, what="bias")
    activity_regularizer: RegularizerSetting = penalty_field(default=None, what="output")
    bias_constraint: ConstraintSetting = limit_field(default=None, what="bias")
    if TYPE_CHECKING:  # Keras 1's names, which the constructor takes too
        _old_init: object = argument(alias="init", kw_only=True, default=None)
        _old_w_regularizer: object = argument(alias="W_regularizer", kw_only=True, default=None)
        _old_b_regularizer: object = argument(alias="b_regularizer", kw_only=True, default=None)
        _old_w_constraint: object = argument(alias="W_constraint", kw_only=True, default=None)
        _old_b_constraint: object = argument(alias="b_constraint", kw_only=True, default=None)
        _old_bias: bool = argument(alias="bias", kw_only=True, default=None)
        _old_border_mode: str = argument(alias="border_mode", kw_only=True, default=None)
        _old_subsample: int | Sequence[int] | None = argument(alias="subsample", kw_only=True, default=None)
        _old_dim_ordering: str = argument(alias="dim_ordering", kw_only=True, default=None)
        _old_input_length: int | None = argument(alias="input_length", kw_only=True, default=None)

    def prepare(self) -> None:
        """Take images, sequences or volumes."""
        super().prepare()
        self.input_spec = spatial_spec(self.rank)

    def add_bias(self, shape: tuple[int, ...]) -> Variable | None:
        """The bias, or None without one."""
        return add_by_settings(self, "bias", shape) if self.use_bias else None

    def fix_channels(self, channels: int) -> None:
        """From now on take only inputs with this number of channels."""
        axis = -1 if self.data_format == "channels_last" else 1
        self.input_spec = InputSpec(ndim=self.rank + 2, axes={axis: channels}, hints=hint_of_rank(self.rank))
        self.built = True

    def activated(self, y: Tensor) -> Tensor:
        """activation(y); softmax goes along the channels."""
        if self.activation is None:
            return y
        if self.data_format == "channels_first" and getattr(self.activation, "__name__", "") == "softmax":
            return self.activation(y, axis=1)
        return self.activation(y)


class Convolution(WindowedLayer):
    """Base of convolutions over any number of spatial axes; a subclass declares its sizes and `rank`."""

    filters: int  # a subclass declares this and the next two as settings
    kernel_size: SizesSetting
    strides: SizesSetting
    _: KW_ONLY
    dilation_rate: SizesSetting = sizes_field(None, default=(1,), help=DILATION, after="data_format")
    kernel_initializer: InitializerSetting = initializer_field(
        default="glorot_uniform", what="kernel", after="use_bias"
    )
    kernel_regularizer: RegularizerSetting = penalty_field(default=None, what="kernel", after="bias_initializer")
    kernel_constraint: ConstraintSetting = limit_field(default=None, what="kernel", after="activity_regularizer")
    groups: int = field(
        rules.positive_int, default=1, kw_only=True, help="parts of the channels with filters of their own"
    )

    def prepare(self) -> None:
        """Raises SettingError for groups that do not divide the filters."""
        super().prepare()
        if self.filters % self.groups:
            where = f"{type(self).__name__}, groups"
            raise SettingError(
                where=where, expected=f"a divisor of the {self.filters} filters", actual=str(self.groups)
            )

    def get_config(self) -> Config:
        """The settings, with groups where there are several: Keras 2.2.4 does not know them."""
        config = super().get_config()
        return {key: value for key, value in config.items() if key != "groups" or value != 1}

    def build(self, input_shape: Shape) -> None:
        """Make kernel and bias."""
        channels = known_channels(input_shape, self.data_format)
        if channels % self.groups:
            raise ShapeError(
                expected=f"a number of channels that {self.groups} groups divide",
                actual=f"{channels} in {input_shape}",
                hint=f"Set groups to a divisor of {channels}.",
            )
        self.kernel = add_by_settings(self, "kernel", (*self.kernel_size, channels // self.groups, self.filters))
        self.bias = self.add_bias((self.filters,))
        self.fix_channels(channels)

    def call(self, inputs: Tensor) -> Tensor:
        """activation(convolution + bias)."""
        if self.groups == 1:
            y = self._convolved(inputs, self.kernel, self.bias)
        else:
            y = through_channels_last(self._in_groups, inputs, self.data_format)
        return self.activated(y)

    def _convolved(self, x: Tensor, kernel: Tensor, bias: Tensor | None, data_format: str | None = None) -> Tensor:
        order = data_format or self.data_format
        return ops.conv(x, kernel, bias, self.strides, self.padding, self.dilation_rate, order)

    def _in_groups(self, x: Tensor) -> Tensor:
        """Each part of the channels with its part of the filters; x has its channels last."""
        channels, filters = (x.shape[-1] or 0) // self.groups, self.filters // self.groups
        if channels == 1 and str(self.padding) != "causal":  # each channel by itself, for which there is an op
            kernel = ops.reshape(self.kernel, (*self.kernel_size, self.groups, filters))
            y = ops.depthwise_conv(x, kernel, self.strides, self.padding, self.dilation_rate)
            return y if self.bias is None else y + self.bias
        parts = [
            self._convolved(
                ops.getitem(x, (..., slice(group * channels, (group + 1) * channels))),
                ops.getitem(self.kernel, (..., slice(group * filters, (group + 1) * filters))),
                None,
                "channels_last",
            )
            for group in range(self.groups)
        ]
        y = ops.concatenate(parts, axis=-1)
        return y if self.bias is None else y + self.bias
