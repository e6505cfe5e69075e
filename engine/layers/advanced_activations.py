"""Activations with settings of their own."""

from __future__ import annotations

from typing import Any, ClassVar

from .. import ops
from ..core import registry, rules
from ..core.fields import field
from .base import Layer


class _AdvancedActivation(Layer):
    group: ClassVar[str] = "activations"
    supports_masking: ClassVar[bool] = True


@registry.register("layer")
class LeakyReLU(_AdvancedActivation):
    """y = x for x >= 0, alpha * x otherwise (Maas et al., 2013). Any shape.

    >>> LeakyReLU().compute_output_shape((None, 5))
    (None, 5)
    """

    alpha: float = field(rules.non_negative, default=0.3, help="slope left of zero")

    def call(self, inputs: Any) -> Any:
        """The leaky rectifier."""
        return ops.relu(inputs, alpha=self.alpha)


@registry.register("layer")
class ELU(_AdvancedActivation):
    """y = x for x >= 0, alpha * (exp(x) - 1) otherwise (Clevert et al., 2015). Any shape.

    >>> ELU().compute_output_shape((None, 5))
    (None, 5)
    """

    alpha: float = field(rules.non_negative, default=1.0, help="how far below zero the values go")

    def call(self, inputs: Any) -> Any:
        """The exponential linear unit."""
        return ops.elu(inputs, self.alpha)


@registry.register("layer")
class ReLU(_AdvancedActivation):
    """y = x above the threshold, up to max_value; negative_slope * (x - threshold) below it. Any shape.

    >>> ReLU(max_value=6).compute_output_shape((None, 5))
    (None, 5)
    """

    max_value: float | None = field(
        rules.optional(rules.non_negative), default=None, help="largest output, None: no limit"
    )
    negative_slope: float = field(rules.non_negative, default=0.0, help="slope below the threshold")
    threshold: float = field(rules.number, default=0.0, help="where the slope changes")

    def call(self, inputs: Any) -> Any:
        """The rectifier."""
        return ops.relu(inputs, self.negative_slope, self.max_value, self.threshold)


@registry.register("layer")
class Softmax(_AdvancedActivation):
    """Probabilities along `axis`: exp(x) / sum(exp(x)).

    >>> Softmax().compute_output_shape((None, 5))
    (None, 5)
    """

    axis: int = field(rules.axis, default=-1, help="axis that sums to 1")

    def call(self, inputs: Any) -> Any:
        """The softmax."""
        return ops.softmax(inputs, axis=self.axis)
