"""Layers of later Keras that are no layers of a file or a builder here: `Pipeline`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..layers import Layer

__all__ = ["Pipeline"]


class Pipeline(Layer):
    """Layers one behind the other as one layer (Keras 3).

    Args:
        layers: the layers, in their order.
        name: its name; None, the default, makes one.

    Example:
        >>> import numpy as np
        >>> from engine.layers import Dense
        >>> Pipeline([Dense(4), Dense(2)])(np.ones((3, 5))).shape
        (3, 2)
    """

    def __init__(self, layers: Sequence[Layer], name: str | None = None) -> None:
        super().__init__(name=name)
        self.layers = list(layers)

    @property
    def sublayers(self) -> list[Layer]:
        """The layers."""
        return self.layers

    def call(self, inputs: Any, training: Any = None) -> Any:
        """The last layer's result."""
        for layer in self.layers:
            inputs = layer(inputs, training=training) if training is not None else layer(inputs)
        return inputs
