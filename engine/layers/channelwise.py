"""Layers that scale channels: by learnt factors, or by how strong their neighbours are (AlexNet's normalisation)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from .. import _ops as ops
from .._declared import registry, rules
from .._declared.fields import field
from .._graph.tensor import Constant
from .._machine.config import floatx
from .._ops.rearrange import through_channels_last
from ..errors import SettingError, ShapeError
from .base import Layer
from .convolutional_base import known_channels, spatial_spec
from .node import InputSpec
from .settings import data_format_field, initializer_field, limit_field, penalty_field, switch_field
from .weights import add_by_settings

if TYPE_CHECKING:
    from .._graph.tensor import Tensor
    from ..types import Shape
    from .settings import ConstraintSetting, DataFormatSetting, InitializerSetting, RegularizerSetting

__all__ = ["LocalResponseNormalization", "Scale"]


_WIDEST_BAND = 1024  # channels, of which a square of numbers is kept


@registry.register("layer")
class LocalResponseNormalization(Layer):
    """y = x / (k + alpha / n * sum of squares of the n neighbours) ^ beta (Krizhevsky et al., 2012), as Caffe and PyTorch have it.

    Neighbours are the channels around each channel at the same place; within_channel, the square of pixels around each pixel of the
    same channel, of which there are n = size * size. What lies outside counts as 0. TensorFlow's formula has alpha for alpha / n.

    Args:
        size: how many channels, or rows and columns, count, an odd number; 5 by default.
        alpha: weight of the neighbours, 1 by default; AlexNet has 0.0001.
        beta: the exponent, 0.75 by default.
        k: what is added to the neighbours, above 0; 1 by default.
        within_channel: whether neighbours are pixels of the same channel, False by default.
        data_format: "channels_last" (N, H, W, C) or "channels_first" (N, C, H, W); K.image_data_format() by default.

    Input shape:
        (N, H, W, C), or (N, C, H, W) for "channels_first".

    Output shape:
        That of the input.

    Raises:
        SettingError: size is an even number.
        ShapeError: the input has another rank, or its number of channels is not known.

    Example:
        >>> LocalResponseNormalization(size=3, alpha=3.0, beta=1.0)(np.array([[[[1.0, 2.0]]]])).round(3)
        array([[[[0.167, 0.333]]]], dtype=float32)
    """

    group: ClassVar[str] = "normalization"

    size: int = field(rules.positive_int, default=5, help="how many neighbours count, an odd number")
    alpha: float = field(rules.non_negative, default=1.0, help="weight of the neighbours")
    beta: float = field(rules.non_negative, default=0.75, help="the exponent")
    k: float = field(rules.positive, default=1.0, help="what is added to the neighbours")
    within_channel: bool = switch_field(default=False, help="neighbours are pixels, not channels")
    data_format: DataFormatSetting = data_format_field(default=None)

    def prepare(self) -> None:
        """Take images. Raises SettingError for an even size."""
        super().prepare()
        if self.size % 2 == 0:
            where = "LocalResponseNormalization, size"
            raise SettingError(where=where, expected="an odd number", actual=str(self.size))
        self.input_spec = spatial_spec(2)

    def build(self, input_shape: Shape) -> None:
        """Look at the number of channels."""
        known_channels(input_shape, self.data_format)
        super().build(input_shape)

    def call(self, inputs: Tensor) -> Tensor:
        """x divided by what its neighbours come to."""

        def normalised(x: Tensor) -> Tensor:
            (x,) = ops.reals([x])
            squares = ops.square(x)
            mean = self._mean_of_pixels(squares) if self.within_channel else self._mean_of_channels(squares)
            return x * ops.exp(ops.log(mean * self.alpha + self.k) * -self.beta)

        return through_channels_last(normalised, inputs, self.data_format)

    def _mean_of_channels(self, squares: Tensor) -> Tensor:
        """The mean of the channels around each one, as a product with a band of 1 / size; of very many, by windows of a pool."""
        channels, half = squares.shape[-1] or 0, self.size // 2
        channel = np.arange(channels)
        if channels <= _WIDEST_BAND:
            near = np.abs(channel[:, None] - channel) <= half
            return ops.linear(squares, Constant((near / self.size).astype(floatx())))
        inside = np.minimum(channel + half, channels - 1) - np.maximum(channel - half, 0) + 1
        volume = ops.expand_dims(squares, -1)
        means = ops.squeeze(ops.average_pool(volume, (1, 1, self.size), (1, 1, 1), "same"), -1)
        return means * Constant((inside / self.size).astype(floatx()))

    def _mean_of_pixels(self, squares: Tensor) -> Tensor:
        """The mean of the square of pixels around each one, zeros beyond the border among them."""
        around = (self.size // 2,) * 2
        padded = ops.pad(squares, ((0, 0), around, around, (0, 0)))
        return ops.average_pool(padded, (self.size, self.size), (1, 1))


@registry.register("layer")
class Scale(Layer):
    """y = gamma * x + beta, with a learnt factor and shift for each element of an axis: Caffe's Scale and Bias.

    Weights: gamma and beta, each (C,), C being the size of the axis.

    Args:
        axis: the axis that has a factor each, not the batch's; -1, the last, by default.
        scale: whether there is a gamma, True by default.
        center: whether there is a beta, True by default.
        gamma_initializer: first values of gamma, "ones" by default.
        beta_initializer: first values of beta, "zeros" by default.
        gamma_regularizer: penalty on gamma that is added to the loss, None by default.
        beta_regularizer: penalty on beta, None by default.
        gamma_constraint: limit on gamma, applied after each update, None by default.
        beta_constraint: limit on beta, None by default.

    Input shape:
        Any, with the batch first: (N, ...).

    Output shape:
        That of the input.

    Raises:
        ShapeError: the input does not have the axis, or its size is not known.

    Example:
        >>> Scale(weights=[np.array([2.0, 3.0]), np.array([0.0, 1.0])])(np.array([[1.0, 1.0]])).tolist()
        [[2.0, 4.0]]
    """

    group: ClassVar[str] = "normalization"
    supports_masking = True

    axis: int = field(rules.axis, default=-1, help="the axis that has a factor each")
    scale: bool = switch_field(default=True, help="multiply by a learnt gamma")
    center: bool = switch_field(default=True, help="add a learnt beta")
    gamma_initializer: InitializerSetting = initializer_field(default="ones", what="gamma")
    beta_initializer: InitializerSetting = initializer_field(default="zeros", what="beta")
    gamma_regularizer: RegularizerSetting = penalty_field(default=None, what="gamma")
    beta_regularizer: RegularizerSetting = penalty_field(default=None, what="beta")
    gamma_constraint: ConstraintSetting = limit_field(default=None, what="gamma")
    beta_constraint: ConstraintSetting = limit_field(default=None, what="beta")

    def build(self, input_shape: Shape) -> None:
        """Make gamma and beta."""
        rank = len(input_shape)
        if not -rank < self.axis < rank or self.axis == 0:
            expected = f"an axis from 1 to {rank - 1} or -1 for {input_shape}"
            raise ShapeError(where=self.where, expected=expected, actual=f"axis {self.axis}")
        size = input_shape[self.axis]
        if size is None:
            raise ShapeError(where=self.where, expected=f"a known size of axis {self.axis}", actual=str(input_shape))
        self.gamma = add_by_settings(self, "gamma", (size,)) if self.scale else None
        self.beta = add_by_settings(self, "beta", (size,)) if self.center else None
        self.input_spec = InputSpec(ndim=rank, axes={self.axis: size})
        self.built = True

    def call(self, inputs: Tensor) -> Tensor:
        """gamma * x + beta."""
        (y,) = ops.reals([inputs])
        along = tuple(-1 if i == self.axis % inputs.ndim else 1 for i in range(inputs.ndim))
        y = y if self.gamma is None else y * ops.reshape(self.gamma, along)
        return y if self.beta is None else y + ops.reshape(self.beta, along)
