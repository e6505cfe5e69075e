"""Normalisations that tf.keras and Keras 3 added: of each sample by itself, which training and prediction do alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from .. import _ops as ops
from .._declared import registry, rules
from .._declared.fields import field
from ..errors import SettingError, ShapeError
from .base import Layer
from .node import InputSpec
from .settings import initializer_field, limit_field, penalty_field, switch_field
from .weights import add_by_settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .._declared.fields import Setting
    from .._graph.tensor import Tensor, Variable
    from ..types import Shape
    from .settings import ConstraintSetting, InitializerSetting, RegularizerSetting

__all__ = ["GroupNormalization", "LayerNormalization", "UnitNormalization"]

_axes = rules.int_tuple(minimum=-16)
# What no length is divided by less than (tf.keras 2.15).
_SHORTEST = 1e-12


def axes_of(layer: Layer, written: Sequence[int], shape: Shape) -> tuple[int, ...]:
    """Axes counted from the first, in order. Raises ShapeError for one that the input lacks, and for the batch's."""
    rank = len(shape)
    axes = sorted({axis % rank if -rank <= axis < rank else 0 for axis in written})
    if not axes or axes[0] == 0:
        raise ShapeError(
            where=layer.where,
            expected=f"axes from 1 to {rank - 1} or -1 for {shape}",
            actual=f"axis={list(written)}",
            hint="The batch's axis is 0; each sample is normalised by itself.",
        )
    return tuple(axes)


def _weights(
    layer: LayerNormalization | GroupNormalization, shape: tuple[int, ...]
) -> tuple[Variable | None, Variable | None]:
    """Gamma and beta, or None."""
    return (
        add_by_settings(layer, "gamma", shape) if layer.scale else None,
        add_by_settings(layer, "beta", shape) if layer.center else None,
    )


def _scaled(normal: Tensor, gamma: Tensor | None, beta: Tensor | None, along: tuple[int, ...]) -> Tensor:
    """gamma * normal + beta, each laid along the axes that are not 1."""
    normal = normal if gamma is None else normal * ops.reshape(gamma, along)
    return normal if beta is None else normal + ops.reshape(beta, along)


def _normal(x: Tensor, axes: tuple[int, ...], epsilon: float) -> Tensor:
    """(x - mean) / sqrt(variance + epsilon) over axes."""
    centred = x - _mean(x, axes)
    return centred / ops.sqrt(_mean(ops.square(centred), axes) + epsilon)


def _mean(x: Tensor, axes: tuple[int, ...]) -> Tensor:
    """The mean over axes, which stay with size 1; a run of neighbours at once, since such means are compiled."""
    runs: list[list[int]] = []
    for axis in axes:
        if runs and runs[-1][-1] == axis - 1:
            runs[-1].append(axis)
        else:
            runs.append([axis])
    for run in reversed(runs):
        x = ops.mean(x, axis=tuple(run), keepdims=True)
    return x


def _known(layer: Layer, shape: Shape, axes: Sequence[int]) -> tuple[int, ...]:
    """The sizes of axes. Raises ShapeError where one is not known."""
    sizes = [shape[axis] for axis in axes]
    known = tuple(size for size in sizes if size is not None)
    if len(known) < len(sizes):
        hint = "Give the Input its shape."
        raise ShapeError(where=layer.where, expected=f"known sizes of axes {list(axes)}", actual=str(shape), hint=hint)
    return known


@registry.register("layer")
class LayerNormalization(Layer):
    """y = gamma * (x - mean) / sqrt(variance + epsilon) + beta over the axes of each sample (Ba et al., 2016).

    Weights: gamma and beta, of the sizes of the axes.

    Args:
        axis: the axis that is normalised over, or a list of them, not the batch's; -1 by default.
        epsilon: added to the variance, so that nothing is divided by 0; above 0, 0.001 by default.
        center: whether a learnt beta is added, True by default.
        scale: whether the result is multiplied by a learnt gamma, True by default.
        beta_initializer: first values of beta, "zeros" by default.
        gamma_initializer: first values of gamma, "ones" by default.
        beta_regularizer: penalty on beta that is added to the loss, None by default.
        gamma_regularizer: penalty on gamma, None by default.
        beta_constraint: limit on beta, applied after each update, None by default.
        gamma_constraint: limit on gamma, None by default.

    Input shape:
        (N, ...), with known sizes of the axes.

    Output shape:
        That of the input.

    Raises:
        ShapeError: the input does not have the axes, or their sizes are not known.

    Example:
        >>> import numpy as np
        >>> LayerNormalization()(np.array([[1.0, 3.0]])).round(2).tolist()
        [[-1.0, 1.0]]
    """

    group: ClassVar[str] = "normalization"
    supports_masking = True

    axis: Setting[int | Sequence[int], tuple[int, ...]] = field(
        _axes, default=(-1,), help="axes that are normalised over"
    )
    epsilon: float = field(rules.positive, default=1e-3, help="added to the variance")
    center: bool = switch_field(default=True, help="add a learnt beta")
    scale: bool = switch_field(default=True, help="multiply by a learnt gamma")
    beta_initializer: InitializerSetting = initializer_field(default="zeros", what="beta")
    gamma_initializer: InitializerSetting = initializer_field(default="ones", what="gamma")
    beta_regularizer: RegularizerSetting = penalty_field(default=None, what="beta")
    gamma_regularizer: RegularizerSetting = penalty_field(default=None, what="gamma")
    beta_constraint: ConstraintSetting = limit_field(default=None, what="beta")
    gamma_constraint: ConstraintSetting = limit_field(default=None, what="gamma")

    def build(self, input_shape: Shape) -> None:
        """Make gamma and beta."""
        axes = axes_of(self, self.axis, input_shape)
        sizes = _known(self, input_shape, axes)
        self.gamma, self.beta = _weights(self, sizes)
        self.input_spec = InputSpec(ndim=len(input_shape), axes=dict(zip(axes, sizes, strict=True)))
        self.built = True

    def call(self, inputs: Tensor) -> Tensor:
        """Normalise over the axes, scale and shift."""
        axes = axes_of(self, self.axis, inputs.shape)
        sizes = iter(_known(self, inputs.shape, axes))
        along = tuple(next(sizes) if i in axes else 1 for i in range(inputs.ndim))
        return _scaled(_normal(inputs, axes, self.epsilon), self.gamma, self.beta, along)


@registry.register("layer")
class GroupNormalization(Layer):
    """y = gamma * (x - mean) / sqrt(variance + epsilon) + beta over each group of channels of a sample (Wu & He, 2018).

    Mean and variance are those of a group's channels at all places. Weights: gamma and beta, each (C,), C channels.

    Args:
        groups: number of groups, which divides the channels; 32 by default. -1: each channel by itself.
        axis: axis of the channels, not the batch's; -1 by default.
        epsilon: added to the variance, so that nothing is divided by 0; above 0, 0.001 by default.
        center: whether a learnt beta is added, True by default.
        scale: whether the result is multiplied by a learnt gamma, True by default.
        beta_initializer: first values of beta, "zeros" by default.
        gamma_initializer: first values of gamma, "ones" by default.
        beta_regularizer: penalty on beta that is added to the loss, None by default.
        gamma_regularizer: penalty on gamma, None by default.
        beta_constraint: limit on beta, applied after each update, None by default.
        gamma_constraint: limit on gamma, None by default.

    Input shape:
        (N, ..., C), with a known number of channels.

    Output shape:
        That of the input.

    Raises:
        ShapeError: the input does not have the axis, or the groups do not divide its channels.

    Example:
        >>> GroupNormalization(groups=2).compute_output_shape((None, 8, 8, 6))
        (None, 8, 8, 6)
    """

    group: ClassVar[str] = "normalization"
    supports_masking = True

    groups: int = field(rules.integer, default=32, help="number of groups of channels; -1: each channel by itself")
    axis: int = field(rules.axis, default=-1, help="axis of the channels; 1 for channels_first images")
    epsilon: float = field(rules.positive, default=1e-3, help="added to the variance")
    center: bool = switch_field(default=True, help="add a learnt beta")
    scale: bool = switch_field(default=True, help="multiply by a learnt gamma")
    beta_initializer: InitializerSetting = initializer_field(default="zeros", what="beta")
    gamma_initializer: InitializerSetting = initializer_field(default="ones", what="gamma")
    beta_regularizer: RegularizerSetting = penalty_field(default=None, what="beta")
    gamma_regularizer: RegularizerSetting = penalty_field(default=None, what="gamma")
    beta_constraint: ConstraintSetting = limit_field(default=None, what="beta")
    gamma_constraint: ConstraintSetting = limit_field(default=None, what="gamma")

    def prepare(self) -> None:
        """Refuse 0 and less, but for -1."""
        super().prepare()
        if self.groups == 0 or self.groups < -1:
            raise SettingError(
                where="GroupNormalization, groups", expected="a whole number above 0, or -1", actual=str(self.groups)
            )

    def build(self, input_shape: Shape) -> None:
        """Make gamma and beta."""
        (axis,) = axes_of(self, (self.axis,), input_shape)
        (channels,) = _known(self, input_shape, (axis,))
        groups = self._groups(channels)
        if channels % groups:
            fitting = [n for n in range(1, min(channels, 64) + 1) if channels % n == 0]
            raise ShapeError(
                where=self.where,
                expected=f"groups that divide {channels} channels",
                actual=f"groups={groups}",
                hint=f"Set groups to one of {fitting}.",
            )
        self.gamma, self.beta = _weights(self, (channels,))
        self.input_spec = InputSpec(ndim=len(input_shape), axes={axis: channels})
        self.built = True

    def call(self, inputs: Tensor) -> Tensor:
        """Normalise each group, scale and shift."""
        (axis,) = axes_of(self, (self.axis,), inputs.shape)
        (channels,) = _known(self, inputs.shape, (axis,))
        groups = self._groups(channels)
        order = (0, *(i for i in range(1, inputs.ndim) if i != axis), axis)
        last = inputs if axis == inputs.ndim - 1 else ops.transpose(inputs, order)
        parted = ops.reshape(last, (None, -1, groups, channels // groups))
        normal = _normal(parted, (1, 3), self.epsilon)
        flat = ops.reshape(normal, (None, -1, channels))
        scaled = _scaled(flat, self.gamma, self.beta, (1, 1, channels))
        if None in last.shape[1:]:
            result = ops.reshape_to(scaled, [ops.getitem(ops.shape_of(last), i) for i in range(last.ndim)])
        else:
            result = ops.reshape(scaled, (None, *last.shape[1:]))
        back = tuple(order.index(i) for i in range(inputs.ndim))
        return result if axis == inputs.ndim - 1 else ops.transpose(result, back)

    def _groups(self, channels: int) -> int:
        return channels if self.groups == -1 else self.groups


@registry.register("layer")
class UnitNormalization(Layer):
    """Each sample divided by its length over the axes, so that the squares there sum to 1.

    Args:
        axis: the axis whose squares sum to 1, or a list of them, not the batch's; -1 by default.

    Input shape:
        Any, with the batch first: (N, ...).

    Output shape:
        That of the input.

    Raises:
        ShapeError: the input does not have the axes.

    Example:
        >>> import numpy as np
        >>> UnitNormalization()(np.array([[0.0, 2.0]])).tolist()
        [[0.0, 1.0]]
    """

    group: ClassVar[str] = "normalization"
    supports_masking = True

    axis: Setting[int | Sequence[int], tuple[int, ...]] = field(
        _axes, default=(-1,), help="axes whose squares sum to 1"
    )

    def call(self, inputs: Tensor) -> Tensor:
        """x / sqrt(sum of squares)."""
        axes = axes_of(self, self.axis, inputs.shape)
        squares = ops.sum(ops.square(inputs), axis=axes, keepdims=True)
        return inputs / ops.sqrt(ops.maximum(squares, _SHORTEST))
