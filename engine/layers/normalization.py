"""Batch normalisation."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from .. import _ops as ops
from .._declared import registry, rules
from .._declared.fields import Class, argument, field
from .._machine.ranks import joined
from ..errors import ShapeError
from .base import Layer
from .dropping import fixed_training
from .node import InputSpec
from .settings import limit_field, penalty_field, switch_field
from .weights import add_by_settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .._graph.tensor import Tensor
    from ..types import Config, CustomObjects, Shape
    from .dropping import Phase
    from .settings import ConstraintSetting, InitializerSetting, RegularizerSetting

__all__ = ["BatchNormalization"]


@registry.register("layer")
class BatchNormalization(Layer):
    """y = gamma * (x - mean) / sqrt(variance + epsilon) + beta along axis (Ioffe & Szegedy, 2015). Any shape.

    While training, mean and variance are those of the batch over all other axes, and the moving averages follow them:
    moving = moving * momentum + batch * (1 - momentum). Otherwise the moving averages are used.
    Weights: gamma, beta, moving_mean and moving_variance, each (C,), C being the size of the axis.

    Args:
        axis: axis of the features, not the batch's; -1 by default, 1 for "channels_first" images.
        momentum: share of the old value in the moving averages, from 0 to 1; 0.99 by default.
        epsilon: added to the variance, so that nothing is divided by 0; above 0, 0.001 by default.
        center: whether a learnt beta is added, True by default.
        scale: whether the result is multiplied by a learnt gamma, True by default.
        beta_initializer: first values of beta, "zeros" by default.
        gamma_initializer: first values of gamma, "ones" by default.
        moving_mean_initializer: first values of the moving mean, "zeros" by default.
        moving_variance_initializer: first values of the moving variance, "ones" by default.
        beta_regularizer: penalty on beta that is added to the loss, None by default.
        gamma_regularizer: penalty on gamma, None by default.
        beta_constraint: limit on beta, applied after each update, None by default.
        gamma_constraint: limit on gamma, None by default.
        synchronized: whether mean and variance are those of the whole batch where several processes share it, as in Keras 3;
            False by default, each process then normalises its own part.
        mode: 0, as above, by default. As in Keras 1, 1 normalises each sample along the axis, (x - mean) / (deviation +
            epsilon), and 2 uses the batch's mean and variance outside training too.

    Input shape:
        Any, with the batch first: (N, ...).

    Output shape:
        That of the input.

    Raises:
        ShapeError: the input does not have the axis, or its size is not known.

    Example:
        >>> BatchNormalization().compute_output_shape((None, 8, 8, 3))
        (None, 8, 8, 3)
    """

    group: ClassVar[str] = "normalization"
    supports_masking = True

    axis: int = field(rules.axis, default=-1, help="axis of the features; 1 for channels_first images")
    momentum: float = field(rules.share, default=0.99, help="share of the old value in the moving averages")
    epsilon: float = field(rules.positive, default=1e-3, help="added to the variance")
    center: bool = switch_field(default=True, help="add a learnt beta")
    scale: bool = switch_field(default=True, help="multiply by a learnt gamma")
    beta_initializer: InitializerSetting = field(rules.initializer, default="zeros", help="first values of beta")
    gamma_initializer: InitializerSetting = field(rules.initializer, default="ones", help="first values of gamma")
    moving_mean_initializer: InitializerSetting = field(rules.initializer, default="zeros", help="first moving mean")
    moving_variance_initializer: InitializerSetting = field(
        rules.initializer, default="ones", help="first moving variance"
    )
    beta_regularizer: RegularizerSetting = penalty_field(default=None, what="beta")
    gamma_regularizer: RegularizerSetting = penalty_field(default=None, what="gamma")
    beta_constraint: ConstraintSetting = limit_field(default=None, what="beta")
    gamma_constraint: ConstraintSetting = limit_field(default=None, what="gamma")
    if TYPE_CHECKING:  # Keras 1's names, which the constructor takes too
        _old_beta_init: object = argument(alias="beta_init", kw_only=True, default=None)
        _old_gamma_init: object = argument(alias="gamma_init", kw_only=True, default=None)
        _old_mode: int = argument(alias="mode", kw_only=True, default=None)

    def accept(self, kwargs: Config) -> Config:
        """Take Keras 1's `mode` besides what every layer takes."""
        kwargs = super().accept(kwargs)
        self.mode = int(kwargs.pop("mode", 0))
        self.synchronized = bool(kwargs.pop("synchronized", False))
        return kwargs

    @classmethod
    def from_config(
        cls: type[Class], config: Mapping[str, object], custom_objects: CustomObjects | None = None
    ) -> Class:
        """The layer of a config; tf.keras writes the axis as a list of one."""
        axis = config.get("axis")
        one = {**config, "axis": axis[0]} if isinstance(axis, list) and len(axis) == 1 else config
        return super().from_config(one, custom_objects)

    def get_config(self) -> Config:
        """The settings, with Keras 1's mode and Keras 3's `synchronized` where they say something."""
        further = {"mode": self.mode, "synchronized": self.synchronized}
        return {**super().get_config(), **{name: value for name, value in further.items() if value}}

    def build(self, input_shape: Shape) -> None:
        """Make gamma, beta and the moving averages."""
        rank = len(input_shape)
        if not -rank < self.axis < rank or self.axis == 0:
            raise ShapeError(
                expected=f"an axis from 1 to {rank - 1} or -1 for {input_shape}", actual=f"axis {self.axis}"
            )
        size = input_shape[self.axis]
        if size is None:
            raise ShapeError(expected=f"a known size of axis {self.axis}", actual=str(input_shape))
        self.gamma = add_by_settings(self, "gamma", (size,)) if self.scale else None
        self.beta = add_by_settings(self, "beta", (size,)) if self.center else None
        self.moving_mean = self.add_weight(
            "moving_mean", (size,), initializer=self.moving_mean_initializer, trainable=False
        )
        self.moving_variance = self.add_weight(
            "moving_variance", (size,), initializer=self.moving_variance_initializer, trainable=False
        )
        self.input_spec = InputSpec(ndim=rank, axes={self.axis: size})
        self.built = True

    def call(self, inputs: Tensor, training: Phase = None) -> Tensor:
        """Normalise, and note the new moving averages; `training` True or False says which statistics are used."""
        if self.mode == 1:
            return self._by_sample(inputs)
        phase = True if self.mode == 2 else fixed_training(training)
        if phase is False:
            return self._normalised(inputs, self.moving_mean, self.moving_variance)
        others = tuple(i for i in range(inputs.ndim) if i != self.axis % inputs.ndim)
        if self.synchronized and joined().size > 1:
            mean = ops.mean_over_ranks(ops.mean(inputs, axis=others))
            variance = ops.mean_over_ranks(ops.mean(ops.square(inputs - self._along(inputs, mean)), axis=others))
            y = self._normalised(inputs, mean, variance)
            if phase is None:
                y = ops.in_train_phase(y, self._normalised(inputs, self.moving_mean, self.moving_variance))
        elif phase is None:
            y, mean, variance = ops.batch_norm(
                inputs, self.gamma, self.beta, self.moving_mean, self.moving_variance, self.axis, self.epsilon
            )
        else:
            mean, variance = ops.mean(inputs, axis=others), ops.var(inputs, axis=others)
            y = self._normalised(inputs, mean, variance)
        self.add_update(
            [
                (self.moving_mean, self._moved(self.moving_mean, mean)),
                (self.moving_variance, self._moved(self.moving_variance, variance)),
            ],
            inputs,
        )
        return y

    def _by_sample(self, inputs: Tensor) -> Tensor:
        mean = ops.mean(inputs, axis=self.axis, keepdims=True)
        deviation = ops.sqrt(ops.var(inputs, axis=self.axis, keepdims=True) + self.epsilon)
        y = (inputs - mean) / (deviation + self.epsilon)
        along = tuple(-1 if i == self.axis % inputs.ndim else 1 for i in range(inputs.ndim))
        y = y if self.gamma is None else y * ops.reshape(self.gamma, along)
        return y if self.beta is None else y + ops.reshape(self.beta, along)

    def _normalised(self, inputs: Tensor, mean: Tensor, variance: Tensor) -> Tensor:
        """gamma * (x - mean) / sqrt(variance + epsilon) + beta, each (C,) laid along `axis`."""
        factor = ops.power(variance + self.epsilon, -0.5)
        factor = factor if self.gamma is None else factor * self.gamma
        y = (inputs - self._along(inputs, mean)) * self._along(inputs, factor)
        return y if self.beta is None else y + self._along(inputs, self.beta)

    def _along(self, inputs: Tensor, values: Tensor) -> Tensor:
        """Values (C,) laid along `axis`."""
        size = self.moving_mean.shape[0]
        return ops.reshape(values, tuple(size if i == self.axis % inputs.ndim else 1 for i in range(inputs.ndim)))

    def _moved(self, average: Tensor, batch: Tensor) -> Tensor:
        """The moving average with the batch's value in it."""
        return average * self.momentum + batch * (1 - self.momentum)
