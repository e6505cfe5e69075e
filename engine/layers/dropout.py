"""Layers that drop elements while training: Dropout, and SpatialDropout of whole channels."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from .._declared import registry, rules
from .._declared.fields import REQUIRED, argument, field
from .base import Layer
from .dropping import dropped
from .node import InputSpec
from .settings import data_format_field, noise_shape_field, seed_field

if TYPE_CHECKING:
    from .._graph.tensor import Tensor
    from .dropping import Phase
    from .settings import DataFormatSetting, ShapeSetting

__all__ = ["Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D"]


@registry.register("layer")
class Dropout(Layer):
    """Sets a share of the inputs to 0 while training and scales the rest by 1 / (1 - rate) (Srivastava et al., 2014).

    Does nothing outside training.

    Args:
        rate: share of the inputs that is set to 0, from 0 to below 1.
        noise_shape: shape of the mask, batch included: 1 for an axis whose elements share one decision, None for the
            input's size; by default each element is decided by itself.
        seed: whole number from 0 that fixes this layer's random numbers; None, the default: the engine's stream.

    Input shape:
        Any, with the batch first: (N, ...).

    Output shape:
        That of the input.

    Example:
        >>> import numpy as np
        >>> Dropout(0.5)(np.ones((1, 3))).tolist()  # outside training
        [[1.0, 1.0, 1.0]]
        >>> sorted(set(Dropout(0.5)(np.ones((1, 100)), training=True)[0].tolist()))
        [0.0, 2.0]
    """

    group: ClassVar[str] = "core"
    supports_masking = True

    rate: float = field(rules.fraction, default=REQUIRED, help="share of the inputs set to 0")
    noise_shape: ShapeSetting = noise_shape_field(default=None)
    seed: int | None = seed_field(default=None)
    if TYPE_CHECKING:  # Keras 1's names, which the constructor takes too
        _old_p: float = argument(alias="p", kw_only=True, default=None)

    def call(self, inputs: Tensor, training: Phase = None) -> Tensor:
        """Drop while training; `training` True or False: always or never."""
        return dropped(inputs, self.rate, training, self.noise_shape, self.seed)


class _SpatialDropout(Layer):
    """Base of dropouts of whole channels; a subclass says its `rank` and, where it is a setting, declares `data_format`."""

    group: ClassVar[str] = "core"
    supports_masking = True
    rank: ClassVar[int] = 2
    data_format = "channels_last"

    rate: float = field(rules.fraction, default=REQUIRED, help="share of the channels set to 0")
    if TYPE_CHECKING:  # Keras 1's names, which the constructor takes too
        _old_p: float = argument(alias="p", kw_only=True, default=None)
        _old_dim_ordering: str = argument(alias="dim_ordering", kw_only=True, default=None)

    def prepare(self) -> None:
        """Take samples of this rank."""
        super().prepare()
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def call(self, inputs: Tensor, training: Phase = None) -> Tensor:
        """Drop whole channels while training; `training` True or False: always or never."""
        ones = (1,) * self.rank
        shape = (None, *ones, None) if self.data_format == "channels_last" else (None, None, *ones)
        return dropped(inputs, self.rate, training, shape)


@registry.register("layer")
class SpatialDropout1D(_SpatialDropout):
    """Dropout of whole channels, over all steps (Tompson et al., 2015): (N, T, C) -> (N, T, C).

    Args:
        rate: share of the channels that is set to 0 while training, from 0 to below 1; the rest as in Dropout.

    Input shape:
        (N, T, C).

    Output shape:
        That of the input.

    Example:
        >>> SpatialDropout1D(0.5).compute_output_shape((None, 6, 4))
        (None, 6, 4)
    """

    rank: ClassVar[int] = 1


@registry.register("layer")
class SpatialDropout2D(_SpatialDropout):
    """Dropout of whole feature maps (Tompson et al., 2015): (N, H, W, C) -> (N, H, W, C).

    Args:
        rate: share of the maps that is set to 0 while training, from 0 to below 1; the rest as in Dropout.
        data_format: "channels_last" (N, H, W, C) or "channels_first" (N, C, H, W); K.image_data_format() by default.

    Input shape:
        (N, H, W, C), or (N, C, H, W) for "channels_first".

    Output shape:
        That of the input.

    Example:
        >>> SpatialDropout2D(0.5).compute_output_shape((None, 8, 8, 4))
        (None, 8, 8, 4)
    """

    data_format: DataFormatSetting = data_format_field(default=None)


@registry.register("layer")
class SpatialDropout3D(_SpatialDropout):
    """Dropout of whole feature maps of volumes (Tompson et al., 2015): (N, D, H, W, C) -> (N, D, H, W, C).

    Args:
        rate: share of the maps that is set to 0 while training, from 0 to below 1; the rest as in Dropout.
        data_format: "channels_last" (N, D, H, W, C) or "channels_first" (N, C, D, H, W); K.image_data_format() by
            default.

    Input shape:
        (N, D, H, W, C), or (N, C, D, H, W) for "channels_first".

    Output shape:
        That of the input.

    Example:
        >>> SpatialDropout3D(0.5).compute_output_shape((None, 8, 8, 8, 4))
        (None, 8, 8, 8, 4)
    """

    rank: ClassVar[int] = 3

    data_format: DataFormatSetting = data_format_field(default=None)
