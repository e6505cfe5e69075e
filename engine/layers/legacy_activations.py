"""Activations of Keras 1 that learn: ParametricSoftplus and SReLU."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from .. import _ops as ops
from .._declared import registry, rules
from .._declared.fields import field
from ..errors import ShapeError
from .base import Layer

__all__ = ["ParametricSoftplus", "SReLU"]

_SHARED = "axes along which the weights are one number: 1, 2 for rows and columns"


class _Learnt(Layer):
    """Weights of the shape of one sample, with 1 on the `shared_axes` (counted with the batch), a setting of subclasses."""

    group: ClassVar[str] = ""
    supports_masking: ClassVar[bool] = True
    shared_axes: Any

    def weight_shape(self, input_shape: Any) -> tuple[int, ...]:
        """The shape of each weight. Raises ShapeError where a size is not known."""
        shared = self.shared_axes or ()
        shape = tuple(1 if axis in shared else size for axis, size in enumerate(input_shape))[1:]
        if None in shape:
            hint = "Name the open axes in shared_axes."
            raise ShapeError(expected="known sizes on all axes that are not shared", found=str(input_shape), hint=hint)
        return shape


@registry.register("layer")
class ParametricSoftplus(_Learnt):
    """y = alpha * log(1 + exp(beta * x)), alpha and beta learnt for each element. Any shape.

    >>> ParametricSoftplus().compute_output_shape((None, 5))
    (None, 5)
    """

    alpha_init: float = field(rules.number, default=0.2, help="first value of alpha")
    beta_init: float = field(rules.number, default=5.0, help="first value of beta")
    shared_axes: Any = field(rules.optional(rules.int_tuple()), default=None, help=_SHARED)

    def build(self, input_shape: Any) -> None:
        """Make alpha and beta."""
        shape = self.weight_shape(input_shape)
        self.alphas = self.add_weight("alphas", shape, initializer=_filled(self.alpha_init))
        self.betas = self.add_weight("betas", shape, initializer=_filled(self.beta_init))
        self.built = True

    def call(self, inputs: Any) -> Any:
        """alpha * softplus(beta * x)."""
        return ops.softplus(self.betas * inputs) * self.alphas


@registry.register("layer")
class SReLU(_Learnt):
    """Straight lines left of t_left and right of t_left + |t_right|, y = x between (Jin et al., 2015). Any shape.

    >>> SReLU().compute_output_shape((None, 5))
    (None, 5)
    """

    t_left_init: Any = field(rules.initializer, default="zero", help="first values of the left corner")
    a_left_init: Any = field(rules.initializer, default="glorot_uniform", help="first slopes on the left")
    t_right_init: Any = field(rules.initializer, default="glorot_uniform", help="first distances of the right corner")
    a_right_init: Any = field(rules.initializer, default="one", help="first slopes on the right")
    shared_axes: Any = field(rules.optional(rules.int_tuple()), default=None, help=_SHARED)

    def build(self, input_shape: Any) -> None:
        """Make corners and slopes."""
        shape = self.weight_shape(input_shape)
        self.t_left = self.add_weight("t_left", shape, initializer=self.t_left_init)
        self.a_left = self.add_weight("a_left", shape, initializer=self.a_left_init)
        self.t_right = self.add_weight("t_right", shape, initializer=self.t_right_init)
        self.a_right = self.add_weight("a_right", shape, initializer=self.a_right_init)
        self.built = True

    def call(self, inputs: Any) -> Any:
        """The three pieces."""
        width = ops.absolute(self.t_right)
        beyond = inputs - self.t_left
        middle = ops.minimum(ops.relu(beyond), width) - self.a_left * ops.relu(-beyond)
        return self.t_left + middle + self.a_right * ops.relu(beyond - width)


def _filled(value: float) -> Any:
    return lambda shape, dtype: np.full(shape, value, dtype)
