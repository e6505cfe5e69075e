"""Noise while training only: added, or multiplied."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, ClassVar

from .. import _ops as ops
from .._declared import registry, rules
from .._declared.fields import REQUIRED, argument, field
from .base import Layer
from .dropping import fixed_training, keep_mask, while_training
from .settings import noise_shape_field, seed_field

if TYPE_CHECKING:
    from .._graph.tensor import Tensor
    from .dropping import Phase
    from .settings import ShapeSetting

__all__ = ["AlphaDropout", "GaussianDropout", "GaussianNoise"]


class _Noise(Layer):
    """Base of layers that do nothing outside training."""

    group: ClassVar[str] = "noise"
    supports_masking = True


@registry.register("layer")
class GaussianNoise(_Noise):
    """y = x + normal noise with standard deviation stddev, while training. Any shape.

    Args:
        stddev: standard deviation of the noise, in units of the input, 0 or above; its mean is 0.

    Input shape:
        Any, with the batch first: (N, ...).

    Output shape:
        That of the input.

    Example:
        >>> import numpy as np
        >>> GaussianNoise(0.1)(np.ones((1, 3))).tolist()  # outside training
        [[1.0, 1.0, 1.0]]
    """

    stddev: float = field(rules.non_negative, default=REQUIRED, help="standard deviation of the noise")
    if TYPE_CHECKING:  # Keras 1's names, which the constructor takes too
        _old_sigma: float = argument(alias="sigma", kw_only=True, default=None)

    def call(self, inputs: Tensor, training: Phase = None) -> Tensor:
        """Add noise while training; `training` True or False: always or never."""
        if fixed_training(training) is None:
            return ops.gaussian_noise(inputs, self.stddev)
        return while_training(lambda: inputs + ops.random_normal(inputs, 0.0, self.stddev), inputs, training)


@registry.register("layer")
class GaussianDropout(_Noise):
    """y = x times normal noise of mean 1 and standard deviation sqrt(rate / (1 - rate)), while training. Any shape.

    Srivastava et al. (2014), section 10.

    Args:
        rate: the noise varies as much as that of Dropout with this rate, from 0 to below 1.

    Input shape:
        Any, with the batch first: (N, ...).

    Output shape:
        That of the input.

    Example:
        >>> import numpy as np
        >>> GaussianDropout(0.5)(np.ones((1, 3))).tolist()  # outside training
        [[1.0, 1.0, 1.0]]
    """

    rate: float = field(
        rules.fraction, default=REQUIRED, help="as in Dropout; the noise's standard deviation: sqrt(rate / (1 - rate))"
    )
    if TYPE_CHECKING:  # Keras 1's names, which the constructor takes too
        _old_p: float = argument(alias="p", kw_only=True, default=None)

    def call(self, inputs: Tensor, training: Phase = None) -> Tensor:
        """Multiply by noise while training; `training` True or False: always or never."""
        if not self.rate:
            return inputs
        spread = sqrt(self.rate / (1 - self.rate))
        return while_training(lambda: inputs * ops.random_normal(inputs, 1.0, spread), inputs, training)


@registry.register("layer")
class AlphaDropout(_Noise):
    """Dropout that keeps mean and variance of normalised inputs, for nets of selu (Klambauer et al., 2017).

    While training, a share `rate` of the elements becomes a' = -1.7581, which selu approaches far below 0; then all are
    scaled and shifted: a x + b, with a = ((1 - rate)(1 + rate a'^2))^(-1/2) and b = -a a' rate.

    Args:
        rate: share of the inputs that is set to selu's lower limit, from 0 to below 1.
        noise_shape: shape of the mask, batch included: 1 for an axis whose elements share one decision, None for the
            input's size; by default each element is decided by itself.
        seed: whole number from 0 that fixes this layer's random numbers; None, the default: the engine's stream.

    Input shape:
        Any, with the batch first: (N, ...).

    Output shape:
        That of the input.

    Example:
        >>> import numpy as np
        >>> AlphaDropout(0.1)(np.ones((1, 3))).tolist()  # outside training
        [[1.0, 1.0, 1.0]]
    """

    rate: float = field(rules.fraction, help="share of the inputs set to selu's lower limit")
    noise_shape: ShapeSetting = noise_shape_field(default=None)
    seed: int | None = seed_field(default=None)

    def call(self, inputs: Tensor, training: Phase = None) -> Tensor:
        """Drop while training; `training` True or False: always or never."""
        if not self.rate:
            return inputs
        low = -1.6732632423543772 * 1.0507009873554805
        scale = ((1 - self.rate) * (1 + self.rate * low**2)) ** -0.5
        shift = -scale * low * self.rate

        def noisy() -> Tensor:
            stays = keep_mask(inputs, self.rate, self.noise_shape, self.seed)
            return (inputs * stays + (1 - stays) * low) * scale + shift

        return while_training(noisy, inputs, training)
