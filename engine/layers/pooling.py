"""Pooling over steps, images and volumes: the largest or mean value of each window, or of the whole sample."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from .. import _ops as ops
from .._declared import registry, rules
from .._declared.fields import argument, field
from .._graph.tensor import Tensor
from .base import Layer
from .convolutional_base import spatial_spec
from .settings import data_format_field, sizes_field, switch_field

if TYPE_CHECKING:
    from .._graph.tensor import Tensor
    from ..types import Config
    from .node import Mask
    from .settings import DataFormatSetting, OptionalSizesSetting, Padding, SizesSetting

__all__ = [
    "AveragePooling1D",
    "AveragePooling2D",
    "AveragePooling3D",
    "AvgPool1D",
    "AvgPool2D",
    "AvgPool3D",
    "GlobalAveragePooling1D",
    "GlobalAveragePooling2D",
    "GlobalAveragePooling3D",
    "GlobalAvgPool1D",
    "GlobalAvgPool2D",
    "GlobalAvgPool3D",
    "GlobalMaxPool1D",
    "GlobalMaxPool2D",
    "GlobalMaxPool3D",
    "GlobalMaxPooling1D",
    "GlobalMaxPooling2D",
    "GlobalMaxPooling3D",
    "MaxPool1D",
    "MaxPool2D",
    "MaxPool3D",
    "MaxPooling1D",
    "MaxPooling2D",
    "MaxPooling3D",
]


_STRIDES = "steps of the window; None: its size"


class _Pooling(Layer):
    """Base of poolings over any number of spatial axes; a subclass declares its sizes, `rank` and `pool`."""

    group: ClassVar[str] = "pooling"
    rank: ClassVar[int] = 2
    pool: ClassVar[Callable[[Tensor, tuple[int, ...], tuple[int, ...], str, str], Tensor]]  # reduces windows

    pool_size: SizesSetting = sizes_field(None, default=(2,), help="size of the window")
    strides: OptionalSizesSetting = field(rules.optional(rules.int_tuple()), default=None, help=_STRIDES)
    padding: Padding = field(rules.padding, default="valid", help="'same': windows reach over the border")
    data_format: DataFormatSetting = data_format_field(default=None)
    if TYPE_CHECKING:  # Keras 1's names, which the constructor takes too
        _old_border_mode: str = argument(alias="border_mode", kw_only=True, default=None)
        _old_dim_ordering: str = argument(alias="dim_ordering", kw_only=True, default=None)

    def prepare(self) -> None:
        """Take samples of this rank, and write the window's size for strides that are None, as Keras does in configs."""
        super().prepare()
        if self.strides is None:
            self.strides = self.pool_size
        self.input_spec = spatial_spec(self.rank)

    def call(self, inputs: Tensor) -> Tensor:
        """The largest or mean value of each window."""
        return self.pool(inputs, self.pool_size, self.strides or self.pool_size, self.padding, self.data_format)


class _Pooling1D(_Pooling):
    rank: ClassVar[int] = 1

    pool_size: SizesSetting = sizes_field(1, default=(2,), help="length of the window")
    strides: OptionalSizesSetting = field(rules.optional(rules.int_tuple(1)), default=None, help=_STRIDES)
    data_format: DataFormatSetting = data_format_field(default="channels_last")
    if TYPE_CHECKING:  # Keras 1's names, which the constructor takes too
        _old_pool_length: int = argument(alias="pool_length", kw_only=True, default=None)
        _old_stride: int | None = argument(alias="stride", kw_only=True, default=None)


class _Pooling2D(_Pooling):
    pool_size: SizesSetting = sizes_field(2, default=(2, 2), help="rows and columns of the window")
    strides: OptionalSizesSetting = field(rules.optional(rules.int_tuple(2)), default=None, help=_STRIDES)


class _Pooling3D(_Pooling):
    rank: ClassVar[int] = 3

    pool_size: SizesSetting = sizes_field(3, default=(2, 2, 2), help="depth, rows and columns of the window")
    strides: OptionalSizesSetting = field(rules.optional(rules.int_tuple(3)), default=None, help=_STRIDES)


@registry.register("layer")
class MaxPooling1D(_Pooling1D):
    """The largest value of each window: (N, T, C) -> (N, T', C).

    Args:
        pool_size: length of the window in time steps, 2 by default.
        strides: by how many time steps the window moves; by default its length.
        padding: "valid", the default, for windows inside the input; "same" for windows that reach over its border.
        data_format: "channels_last" for (N, T, C), the default, or "channels_first" for (N, C, T).

    Input shape:
        (N, T, C), or (N, C, T) for "channels_first".

    Output shape:
        (N, T', C), or (N, C, T'). T' = floor((T - pool_size) / stride) + 1 for "valid", ceil(T / stride)
        for "same".

    Example:
        >>> MaxPooling1D().compute_output_shape((None, 20, 4))
        (None, 10, 4)
    """

    pool = staticmethod(ops.max_pool)


@registry.register("layer")
class MaxPooling2D(_Pooling2D):
    """The largest value of each window: (N, H, W, C) -> (N, H', W', C).

    Args:
        pool_size: rows and columns of the window, (2, 2) by default; one number stands for both.
        strides: by how many rows and columns the window moves; by default its size.
        padding: "valid", the default, for windows inside the input; "same" for windows that reach over its border.
        data_format: "channels_last" (N, H, W, C) or "channels_first" (N, C, H, W); K.image_data_format() by default.

    Input shape:
        (N, H, W, C), or (N, C, H, W) for "channels_first".

    Output shape:
        (N, H', W', C), or (N, C, H', W'). H' = floor((H - rows) / stride) + 1 for "valid",
        ceil(H / stride) for "same"; W' likewise.

    Example:
        >>> MaxPooling2D().compute_output_shape((None, 26, 26, 32))
        (None, 13, 13, 32)
    """

    pool = staticmethod(ops.max_pool)


@registry.register("layer")
class MaxPooling3D(_Pooling3D):
    """The largest value of each window: (N, D, H, W, C) -> (N, D', H', W', C).

    Args:
        pool_size: depth, rows and columns of the window, (2, 2, 2) by default; one number stands for all three.
        strides: by how much the window moves along each axis; by default its size.
        padding: "valid", the default, for windows inside the input; "same" for windows that reach over its border.
        data_format: "channels_last" (N, D, H, W, C) or "channels_first" (N, C, D, H, W); K.image_data_format() by
            default.

    Input shape:
        (N, D, H, W, C), or (N, C, D, H, W) for "channels_first".

    Output shape:
        (N, D', H', W', C), or (N, C, D', H', W'). Each size n becomes
        floor((n - window) / stride) + 1 for "valid", ceil(n / stride) for "same".

    Example:
        >>> MaxPooling3D().compute_output_shape((None, 8, 8, 6, 2))
        (None, 4, 4, 3, 2)
    """

    pool = staticmethod(ops.max_pool)


@registry.register("layer")
class AveragePooling1D(_Pooling1D):
    """The mean of each window; padding does not count: (N, T, C) -> (N, T', C).

    Args:
        pool_size: length of the window in time steps, 2 by default.
        strides: by how many time steps the window moves; by default its length.
        padding: "valid", the default, for windows inside the input; "same" for windows that reach over its border.
        data_format: "channels_last" for (N, T, C), the default, or "channels_first" for (N, C, T).

    Input shape:
        (N, T, C), or (N, C, T) for "channels_first".

    Output shape:
        (N, T', C), or (N, C, T'). T' = floor((T - pool_size) / stride) + 1 for "valid", ceil(T / stride)
        for "same".

    Example:
        >>> AveragePooling1D().compute_output_shape((None, 20, 4))
        (None, 10, 4)
    """

    pool = staticmethod(ops.average_pool)


@registry.register("layer")
class AveragePooling2D(_Pooling2D):
    """The mean of each window; padding does not count: (N, H, W, C) -> (N, H', W', C).

    Args:
        pool_size: rows and columns of the window, (2, 2) by default; one number stands for both.
        strides: by how many rows and columns the window moves; by default its size.
        padding: "valid", the default, for windows inside the input; "same" for windows that reach over its border.
        data_format: "channels_last" (N, H, W, C) or "channels_first" (N, C, H, W); K.image_data_format() by default.

    Input shape:
        (N, H, W, C), or (N, C, H, W) for "channels_first".

    Output shape:
        (N, H', W', C), or (N, C, H', W'). H' = floor((H - rows) / stride) + 1 for "valid",
        ceil(H / stride) for "same"; W' likewise.

    Example:
        >>> AveragePooling2D().compute_output_shape((None, 26, 26, 32))
        (None, 13, 13, 32)
    """

    pool = staticmethod(ops.average_pool)


@registry.register("layer")
class AveragePooling3D(_Pooling3D):
    """The mean of each window; padding does not count: (N, D, H, W, C) -> (N, D', H', W', C).

    Args:
        pool_size: depth, rows and columns of the window, (2, 2, 2) by default; one number stands for all three.
        strides: by how much the window moves along each axis; by default its size.
        padding: "valid", the default, for windows inside the input; "same" for windows that reach over its border.
        data_format: "channels_last" (N, D, H, W, C) or "channels_first" (N, C, D, H, W); K.image_data_format() by
            default.

    Input shape:
        (N, D, H, W, C), or (N, C, D, H, W) for "channels_first".

    Output shape:
        (N, D', H', W', C), or (N, C, D', H', W'). Each size n becomes
        floor((n - window) / stride) + 1 for "valid", ceil(n / stride) for "same".

    Example:
        >>> AveragePooling3D().compute_output_shape((None, 8, 8, 6, 2))
        (None, 4, 4, 3, 2)
    """

    pool = staticmethod(ops.average_pool)


class _GlobalPooling(Layer):
    """Base of poolings of whole samples; a subclass says its `rank` and how it reduces the spatial axes."""

    group: ClassVar[str] = "pooling"
    rank: ClassVar[int] = 2
    reduce: ClassVar[Callable[[Tensor, tuple[int, ...]], Tensor]]  # reduces axes

    data_format: DataFormatSetting = data_format_field(default=None)
    keepdims: bool = switch_field(default=False, help="leave axes of size 1 where the sample was reduced")

    def prepare(self) -> None:
        """Take samples of this rank."""
        super().prepare()
        self.input_spec = spatial_spec(self.rank)

    def get_config(self) -> Config:
        """The settings, with keepdims where it is set: Keras 2.2.4 does not know it."""
        config = super().get_config()
        return {key: value for key, value in config.items() if key != "keepdims" or value}

    def axes(self) -> tuple[int, ...]:
        """The spatial axes."""
        first = 1 if self.data_format == "channels_last" else 2
        return tuple(range(first, first + self.rank))

    def call(self, inputs: Tensor) -> Tensor:
        """The largest or mean value over the spatial axes."""
        return self.kept(self.reduce(inputs, self.axes()))

    def kept(self, reduced: Tensor) -> Tensor:
        """What is left of a sample, with axes of size 1 where `keepdims` asks for them."""
        for axis in self.axes() if self.keepdims else ():
            reduced = ops.expand_dims(reduced, axis)
        return reduced


class GlobalPooling1D(_GlobalPooling):
    """Base for a user's own pooling of sequences, under Keras's name; the subclass writes `call`."""

    rank: ClassVar[int] = 1


class GlobalPooling2D(_GlobalPooling):
    """Base for a user's own pooling of images, under Keras's name; the subclass writes `call`."""


class GlobalPooling3D(_GlobalPooling):
    """Base for a user's own pooling of volumes, under Keras's name; the subclass writes `call`."""

    rank: ClassVar[int] = 3


_GlobalPooling1D, _GlobalPooling2D, _GlobalPooling3D = GlobalPooling1D, GlobalPooling2D, GlobalPooling3D


@registry.register("layer")
class GlobalMaxPooling1D(_GlobalPooling):
    """The largest value of each channel: (N, T, C) -> (N, C).

    Args:
        data_format: "channels_last" (N, T, C) or "channels_first" (N, C, T); K.image_data_format() by default.
        keepdims: whether axes of size 1 are left where the sample was reduced, False by default.

    Input shape:
        (N, T, C), or (N, C, T) for "channels_first".

    Output shape:
        (N, C); with keepdims (N, 1, C), or (N, C, 1).

    Example:
        >>> GlobalMaxPooling1D().compute_output_shape((None, 20, 64))
        (None, 64)
    """

    rank: ClassVar[int] = 1
    reduce = staticmethod(ops.max)


@registry.register("layer")
class GlobalMaxPooling2D(_GlobalPooling):
    """The largest value of each channel: (N, H, W, C) -> (N, C).

    Args:
        data_format: "channels_last" (N, H, W, C) or "channels_first" (N, C, H, W); K.image_data_format() by default.
        keepdims: whether axes of size 1 are left where the sample was reduced, False by default.

    Input shape:
        (N, H, W, C), or (N, C, H, W) for "channels_first".

    Output shape:
        (N, C); with keepdims (N, 1, 1, C), or (N, C, 1, 1).

    Example:
        >>> GlobalMaxPooling2D().compute_output_shape((None, 7, 7, 64))
        (None, 64)
    """

    rank: ClassVar[int] = 2
    reduce = staticmethod(ops.max)


@registry.register("layer")
class GlobalMaxPooling3D(_GlobalPooling):
    """The largest value of each channel: (N, D, H, W, C) -> (N, C).

    Args:
        data_format: "channels_last" (N, D, H, W, C) or "channels_first" (N, C, D, H, W); K.image_data_format() by
            default.
        keepdims: whether axes of size 1 are left where the sample was reduced, False by default.

    Input shape:
        (N, D, H, W, C), or (N, C, D, H, W) for "channels_first".

    Output shape:
        (N, C); with keepdims (N, 1, 1, 1, C), or (N, C, 1, 1, 1).

    Example:
        >>> GlobalMaxPooling3D().compute_output_shape((None, 4, 7, 7, 64))
        (None, 64)
    """

    rank: ClassVar[int] = 3
    reduce = staticmethod(ops.max)


@registry.register("layer")
class GlobalAveragePooling1D(_GlobalPooling):
    """The mean of each channel, over the steps that are not masked, 0 where all are: (N, T, C) -> (N, C).

    Args:
        data_format: "channels_last" for (N, T, C), the default, or "channels_first" for (N, C, T).
        keepdims: whether axes of size 1 are left where the sample was reduced, False by default.

    Input shape:
        (N, T, C), or (N, C, T) for "channels_first".

    Output shape:
        (N, C); with keepdims (N, 1, C), or (N, C, 1).

    Example:
        >>> GlobalAveragePooling1D().compute_output_shape((None, 20, 64))
        (None, 64)
    """

    rank: ClassVar[int] = 1
    reduce = staticmethod(ops.mean)
    supports_masking = True

    data_format: DataFormatSetting = data_format_field(default="channels_last")

    def compute_mask(self, inputs: Tensor, mask: Mask = None) -> None:
        """None: no steps are left."""

    def call(self, inputs: Tensor, mask: Mask = None) -> Tensor:
        """The mean over the steps: sum x / T, with a mask sum m x / max(sum m, 1)."""
        if mask is None:
            return super().call(inputs)
        steps = 1 if self.data_format == "channels_last" else 2
        present = ops.expand_dims(ops.cast(mask, inputs.dtype), 3 - steps)
        return self.kept(ops.sum(inputs * present, axis=steps) / ops.maximum(ops.sum(present, axis=steps), 1.0))


@registry.register("layer")
class GlobalAveragePooling2D(_GlobalPooling):
    """The mean of each channel: (N, H, W, C) -> (N, C).

    Args:
        data_format: "channels_last" (N, H, W, C) or "channels_first" (N, C, H, W); K.image_data_format() by default.
        keepdims: whether axes of size 1 are left where the sample was reduced, False by default.

    Input shape:
        (N, H, W, C), or (N, C, H, W) for "channels_first".

    Output shape:
        (N, C); with keepdims (N, 1, 1, C), or (N, C, 1, 1).

    Example:
        >>> GlobalAveragePooling2D().compute_output_shape((None, 7, 7, 64))
        (None, 64)
    """

    rank: ClassVar[int] = 2
    reduce = staticmethod(ops.mean)


@registry.register("layer")
class GlobalAveragePooling3D(_GlobalPooling):
    """The mean of each channel: (N, D, H, W, C) -> (N, C).

    Args:
        data_format: "channels_last" (N, D, H, W, C) or "channels_first" (N, C, D, H, W); K.image_data_format() by
            default.
        keepdims: whether axes of size 1 are left where the sample was reduced, False by default.

    Input shape:
        (N, D, H, W, C), or (N, C, D, H, W) for "channels_first".

    Output shape:
        (N, C); with keepdims (N, 1, 1, 1, C), or (N, C, 1, 1, 1).

    Example:
        >>> GlobalAveragePooling3D().compute_output_shape((None, 4, 7, 7, 64))
        (None, 64)
    """

    rank: ClassVar[int] = 3
    reduce = staticmethod(ops.mean)


MaxPool1D = MaxPooling1D
AvgPool1D = AveragePooling1D
GlobalMaxPool1D = GlobalMaxPooling1D
GlobalAvgPool1D = GlobalAveragePooling1D
MaxPool2D = MaxPooling2D
AvgPool2D = AveragePooling2D
GlobalMaxPool2D = GlobalMaxPooling2D
GlobalAvgPool2D = GlobalAveragePooling2D
MaxPool3D = MaxPooling3D
AvgPool3D = AveragePooling3D
GlobalMaxPool3D = GlobalMaxPooling3D
GlobalAvgPool3D = GlobalAveragePooling3D
