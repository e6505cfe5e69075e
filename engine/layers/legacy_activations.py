"""Activations of Keras 1 that learn: ParametricSoftplus and SReLU."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from .. import _ops as ops
from .._declared import registry, rules
from .._declared.fields import field
from .advanced_activations import shape_with_shared
from .base import Layer

if TYPE_CHECKING:
    from .._graph.tensor import Tensor
    from ..types import Array, DType, Shape
    from .settings import InitializerSetting, OptionalSizesSetting

__all__ = ["ParametricSoftplus", "SReLU"]

_OPEN = "Name the open axes in shared_axes."
_SHARED = "axes along which the weights are one number (1, 2 for rows and columns)"


class _Learnt(Layer):
    """Base of activations whose weights have the shape of one sample, with 1 on their `shared_axes`."""

    group: ClassVar[str] = ""
    supports_masking = True


@registry.register("layer")
class ParametricSoftplus(_Learnt):
    """y = alpha * log(1 + exp(beta * x)), alpha and beta learnt for each element. Any shape.

    Weights: alphas and betas, each of the shape of one sample, with 1 on the shared axes (Keras 1).

    Args:
        alpha_init: first value of alpha, 0.2 by default.
        beta_init: first value of beta, 5.0 by default.
        shared_axes: axes along which the weights are one number, counted with the batch, such as [1, 2] for the rows
            and columns of images; None, the default: each element has its own.

    Input shape:
        (N, ...), with known sizes on all axes that are not shared.

    Output shape:
        That of the input.

    Example:
        >>> ParametricSoftplus().compute_output_shape((None, 5))
        (None, 5)
    """

    alpha_init: float = field(rules.number, default=0.2, help="first value of alpha")
    beta_init: float = field(rules.number, default=5.0, help="first value of beta")
    shared_axes: OptionalSizesSetting = field(rules.optional(rules.int_tuple()), default=None, help=_SHARED)

    def build(self, input_shape: Shape) -> None:
        """Make alpha and beta."""
        shape = shape_with_shared(input_shape, self.shared_axes or (), _OPEN)
        self.alphas = self.add_weight("alphas", shape, initializer=_filled(self.alpha_init))
        self.betas = self.add_weight("betas", shape, initializer=_filled(self.beta_init))
        self.built = True

    def call(self, inputs: Tensor) -> Tensor:
        """alpha * softplus(beta * x)."""
        return ops.softplus(self.betas * inputs) * self.alphas


@registry.register("layer")
class SReLU(_Learnt):
    """Straight lines left of t_left and right of t_left + abs(t_right), y = x between (Jin et al., 2015). Any shape.

    Weights: t_left, a_left, t_right and a_right, each of the shape of one sample, with 1 on the shared axes (Keras 1).

    Args:
        t_left_init: first values of t_left, where the left line ends, "zero" by default.
        a_left_init: first slopes of the left line, "glorot_uniform" by default.
        t_right_init: first distances of the right line from t_left, "glorot_uniform" by default.
        a_right_init: first slopes of the right line, "one" by default.
        shared_axes: axes along which the weights are one number, counted with the batch, such as [1, 2] for the rows
            and columns of images; None, the default: each element has its own.

    Input shape:
        (N, ...), with known sizes on all axes that are not shared.

    Output shape:
        That of the input.

    Example:
        >>> SReLU().compute_output_shape((None, 5))
        (None, 5)
    """

    t_left_init: InitializerSetting = field(rules.initializer, default="zero", help="first values of the left corner")
    a_left_init: InitializerSetting = field(
        rules.initializer, default="glorot_uniform", help="first slopes on the left"
    )
    t_right_init: InitializerSetting = field(
        rules.initializer, default="glorot_uniform", help="first distances of the right corner"
    )
    a_right_init: InitializerSetting = field(rules.initializer, default="one", help="first slopes on the right")
    shared_axes: OptionalSizesSetting = field(rules.optional(rules.int_tuple()), default=None, help=_SHARED)

    def build(self, input_shape: Shape) -> None:
        """Make the weights."""
        shape = shape_with_shared(input_shape, self.shared_axes or (), _OPEN)
        self.t_left = self.add_weight("t_left", shape, initializer=self.t_left_init)
        self.a_left = self.add_weight("a_left", shape, initializer=self.a_left_init)
        self.t_right = self.add_weight("t_right", shape, initializer=self.t_right_init)
        self.a_right = self.add_weight("a_right", shape, initializer=self.a_right_init)
        self.built = True

    def call(self, inputs: Tensor) -> Tensor:
        """The left line, the middle and the right line."""
        width = ops.absolute(self.t_right)
        beyond = inputs - self.t_left
        middle = ops.minimum(ops.relu(beyond), width) - self.a_left * ops.relu(-beyond)
        return self.t_left + middle + self.a_right * ops.relu(beyond - width)


def _filled(value: float) -> Callable[[tuple[int, ...], DType], Array]:
    return lambda shape, dtype: np.full(shape, value, dtype)
