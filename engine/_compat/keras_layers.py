"""Layers of later Keras that are no layers of a file or a builder here: `Pipeline`, `RandomFourierFeatures`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .. import _ops as ops
from .._graph.tensor import Tensor
from .._machine.random import draw_seed
from ..errors import SettingError
from ..layers import Layer
from ..types import Array, Shape

__all__ = ["Pipeline", "RandomFourierFeatures"]


class RandomFourierFeatures(Layer):
    """cos(x W + b) of random W and b, whose products are near to a kernel's (Rahimi & Recht, 2007).

    Args:
        output_dim: how many features.
        kernel_initializer: "gaussian" (the default) for W from a normal distribution, or "laplacian" for Cauchy's.
        scale: what W is divided by; None, the default: 1, for "gaussian" the root of half the number of inputs.
        trainable: whether the scale is learnt; only False, the default, is known here.
        name: its name; None, the default, makes one.

    Raises:
        SettingError: another kernel, or `trainable`.

    Example:
        >>> import numpy as np
        >>> RandomFourierFeatures(8)(np.ones((3, 5))).shape
        (3, 8)
    """

    def __init__(
        self,
        output_dim: int,
        kernel_initializer: str = "gaussian",
        scale: float | None = None,
        trainable: bool = False,
        name: str | None = None,
    ) -> None:
        super().__init__(name=name)
        if kernel_initializer not in ("gaussian", "laplacian") or trainable:
            actual = f"{kernel_initializer!r}, trainable={trainable}"
            expected = "'gaussian' or 'laplacian', not trainable"
            raise SettingError(where="RandomFourierFeatures", expected=expected, actual=actual)
        self.output_dim, self.kernel_initializer, self.scale = output_dim, kernel_initializer, scale

    def build(self, input_shape: Shape) -> None:
        """Draw W and b."""
        size = int(input_shape[-1] or 0)
        drawn = np.random.default_rng(draw_seed())
        is_gaussian = self.kernel_initializer == "gaussian"
        scale = self.scale if self.scale is not None else np.sqrt(size / 2) if is_gaussian else 1.0
        shape = (size, self.output_dim)
        kernel: Array = drawn.normal(size=shape) if is_gaussian else drawn.standard_cauchy(shape)
        bias: Array = drawn.uniform(0, 2 * np.pi, self.output_dim)
        self.kernel = self.add_weight("kernel", shape, initializer=_filled(kernel / scale), trainable=False)
        self.bias = self.add_weight("bias", (self.output_dim,), initializer=_filled(bias), trainable=False)
        self.built = True

    def call(self, inputs: Tensor) -> Tensor:
        """cos(x W + b)."""
        return ops.cos(ops.matmul(inputs, self.kernel) + self.bias)


def _filled(array: Array) -> Any:
    def first_values(shape: object, dtype: Any = None) -> Array:
        return array.astype(dtype or "float32")

    return first_values


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
