"""Pooling over images: the largest or mean value of each window, or of the whole image."""

from __future__ import annotations

from typing import Any, ClassVar

from .. import ops
from ..core import registry, rules
from ..core.fields import field
from .base import Layer
from .convolutional import image_hint
from .node import InputSpec


class _Pooling2D(Layer):
    group: ClassVar[str] = "pooling"

    pool_size: Any = field(rules.int_tuple(2), default=(2, 2), help="rows and columns of the window")
    strides: Any = field(rules.optional(rules.int_tuple(2)), default=None, help="steps of the window; None: its size")
    padding: str = field(rules.padding, default="valid", help="'same': windows reach over the border")
    data_format: Any = field(rules.data_format, default=None, help="where the channel axis is")

    def prepare(self) -> None:
        """Take images; strides default to the window's size, as Keras writes them into configs."""
        super().prepare()
        if self.strides is None:
            self.strides = self.pool_size
        self.input_spec = InputSpec(ndim=4, hints=image_hint)


@registry.register("layer")
class MaxPooling2D(_Pooling2D):
    """The largest value of each window: (N, H, W, C) -> (N, H', W', C).

    >>> MaxPooling2D().compute_output_shape((None, 26, 26, 32))
    (None, 13, 13, 32)
    """

    def call(self, inputs: Any) -> Any:
        """Maxima of the windows."""
        return ops.max_pool2d(inputs, self.pool_size, self.strides, self.padding, self.data_format)


@registry.register("layer")
class AveragePooling2D(_Pooling2D):
    """The mean of each window; padding does not count: (N, H, W, C) -> (N, H', W', C).

    >>> AveragePooling2D(2).compute_output_shape((None, 26, 26, 32))
    (None, 13, 13, 32)
    """

    def call(self, inputs: Any) -> Any:
        """Means of the windows."""
        return ops.average_pool2d(inputs, self.pool_size, self.strides, self.padding, self.data_format)


class _GlobalPooling2D(Layer):
    group: ClassVar[str] = "pooling"

    data_format: Any = field(rules.data_format, default=None, help="where the channel axis is")

    def prepare(self) -> None:
        """Take images."""
        super().prepare()
        self.input_spec = InputSpec(ndim=4, hints=image_hint)

    def axes(self) -> tuple[int, int]:
        """Row and column axis."""
        return (1, 2) if self.data_format == "channels_last" else (2, 3)


@registry.register("layer")
class GlobalMaxPooling2D(_GlobalPooling2D):
    """The largest value of each channel: (N, H, W, C) -> (N, C).

    >>> GlobalMaxPooling2D().compute_output_shape((None, 7, 7, 64))
    (None, 64)
    """

    def call(self, inputs: Any) -> Any:
        """Maxima over rows and columns."""
        return ops.max(inputs, axis=self.axes())


@registry.register("layer")
class GlobalAveragePooling2D(_GlobalPooling2D):
    """The mean of each channel: (N, H, W, C) -> (N, C).

    >>> GlobalAveragePooling2D().compute_output_shape((None, 7, 7, 64))
    (None, 64)
    """

    def call(self, inputs: Any) -> Any:
        """Means over rows and columns."""
        return ops.mean(inputs, axis=self.axes())


MaxPool2D = MaxPooling2D
AvgPool2D = AveragePooling2D
GlobalMaxPool2D = GlobalMaxPooling2D
GlobalAvgPool2D = GlobalAveragePooling2D
