"""Noise that is added while training only."""

from __future__ import annotations

from typing import Any, ClassVar

from .. import ops
from ..core import registry, rules
from ..core.fields import field
from .base import Layer
from .dropping import settled


@registry.register("layer")
class GaussianNoise(Layer):
    """y = x + normal noise with standard deviation `stddev`, while training. Any shape.

    >>> GaussianNoise(0.1).compute_output_shape((None, 5))
    (None, 5)
    """

    group: ClassVar[str] = "noise"
    supports_masking: ClassVar[bool] = True

    stddev: float = field(rules.non_negative, help="standard deviation of the noise")

    def call(self, inputs: Any, training: Any = None) -> Any:
        """Add noise while training; `training` True or False: always or never."""
        phase = settled(training)
        if phase is None:
            return ops.gaussian_noise(inputs, self.stddev)
        return inputs + ops.random_normal(inputs, 0.0, self.stddev) if phase else inputs
