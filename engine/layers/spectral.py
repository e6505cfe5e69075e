"""`SpectralNormalization`: the kernel of the layer inside has its largest singular value near 1 (Miyato et al., 2018)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._declared import registry, rules
from .._declared.fields import field
from .._graph.taping import open_tape
from ..errors import SettingTypeError
from .dropping import Phase, fixed_training
from .sublayers import build_sublayer
from .wrappers import Wrapper

if TYPE_CHECKING:
    from .._graph.tensor import Tensor, Variable
    from ..types import Array, Shape

__all__ = ["SpectralNormalization"]

_LEAST = 1e-12


@registry.register("layer")
class SpectralNormalization(Wrapper):
    """The layer inside, whose kernel W is divided by its largest singular value before each training step: W = W / (v W u).

    With W as a matrix (..., F), v = l2(u W^T) and u = l2(v W) are iterated from step to step. Predictions take the kernel as it is.

    Args:
        layer: the layer inside, or its config; it has a `kernel` or `embeddings`.
        power_iterations: how often v and u are computed anew at each step, 1 by default.

    Input shape:
        That of the layer inside.

    Output shape:
        That of the layer inside.

    Raises:
        SettingTypeError: the layer inside has no kernel.

    Example:
        >>> from engine.layers import Dense
        >>> layer = SpectralNormalization(Dense(2, use_bias=False), power_iterations=20)
        >>> layer.build((None, 2))
        >>> _ = layer.layer.kernel.assign([[4.0, 0.0], [0.0, 1.0]])
        >>> layer.before_step()
        >>> layer.layer.kernel.array.round(3).tolist()
        [[1.0, 0.0], [0.0, 0.25]]
    """

    supports_masking = True
    power_iterations: int = field(
        rules.positive_int, default=1, help="how often the singular value is computed at a step"
    )

    def build(self, input_shape: Shape) -> None:
        """Build the layer inside, and the vector u."""
        build_sublayer(self, self.layer, input_shape)
        self.vector_u = self.add_weight(
            "vector_u", (1, int(self._kernel().shape[-1])), initializer="truncated_normal", trainable=False
        )
        self.built = True

    def _kernel(self) -> Variable:
        kernel: Any = vars(self.layer).get("kernel", vars(self.layer).get("embeddings"))
        if kernel is None:
            actual = type(self.layer).__name__
            raise SettingTypeError(where=self.where, expected="a layer with a kernel or embeddings", actual=actual)
        return kernel

    @property
    def trainable_weights(self) -> list[Variable]:
        """Those of the layer inside."""
        return self.layer.trainable_weights

    @trainable_weights.setter
    def trainable_weights(self, weights: list[Variable]) -> None:
        self.layer.trainable_weights = weights

    def before_step(self) -> None:
        """Divide the kernel by its largest singular value; training calls it before each step."""
        kernel = self._kernel()
        values = kernel.host()
        matrix = values.reshape(-1, kernel.shape[-1])
        u = np.array(self.vector_u.host())
        v = u @ matrix.T
        for _ in range(self.power_iterations):
            v = _unit(u @ matrix.T)
            u = _unit(v @ matrix)
        self.vector_u.assign(u)
        kernel.assign(values / (v @ matrix @ u.T).item())

    def call(self, inputs: Tensor, training: Phase = None) -> Any:
        """The layer inside."""
        if open_tape() is not None and fixed_training(training):
            self.before_step()
        arguments = {"training": training} if training is not None and self.layer._takes("training") else {}
        return self.layer._record(inputs, arguments)


def _unit(x: Array) -> Array:
    """x / |x|."""
    return x / np.sqrt(np.maximum(np.square(x).sum(), _LEAST))
