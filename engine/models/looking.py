"""`Model.inspect`: what every layer gives for some samples."""

from __future__ import annotations

from collections.abc import Sequence

from ..inspection import values
from ..inspection.places import Looked
from ..inspection.values import Inspection
from ..types import Data


def inspect(
    self: Looked,
    x: Data,
    layers: Sequence[str] | str | None = None,
    batch_size: int | None = None,
    details: bool = False,
) -> Inspection:
    """What every layer gives for some samples, as a dict by layer name; in a notebook it shows itself as a picture.

    Weights, states and random numbers stay as they are. `engine.inspection.LayerInspector(model, name)` looks at one layer:
    weights, gradients, dead units, saliency.

    Args:
        self: the model.
        x: samples, as in `predict`.
        layers: names of the layers that are wanted, or one; all but the inputs by default.
        batch_size: samples that are computed at a time, 32 by default.
        details: whether gates, states and attention scores are given too, as "lstm_1.forget gate"; False by default.

    Returns:
        Arrays by name, the samples first. A layer in a model inside is "inner/dense_1", the second call of a shared layer
        "dense_1:2"; a layer with several outputs has a list.

    Raises:
        UnknownName: there is no layer of a name.
        DataError: the samples do not fit the model.
        TooLarge: the arrays would take more than half of the free memory.

    Example:
        >>> import numpy as np
        >>> from engine import layers
        >>> from engine.models import Model
        >>> model = Model(x := layers.Input((4,)), layers.Dense(2, name="out")(x))
        >>> model.inspect(np.zeros((8, 4)))["out"].shape
        (8, 2)
    """
    return values.inspect(self, x, layers, batch_size, details)
