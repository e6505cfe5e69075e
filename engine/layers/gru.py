"""GRU and its cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from .. import _ops as ops
from .._declared import registry
from .._graph.tensor import Tensor
from ..types import Shape
from .cudnn_layout import Weights, gru_weights
from .recurrent_units import (
    Masks,
    UnitCell,
    UnitLayer,
    UnitWeights,
    activated,
    add_unit_weights,
    channels_of,
    columns_of,
)
from .settings import gate_activation_field, implementation_field, switch_field


def _biases(layer: GRUCell) -> tuple[Tensor | None, Tensor | None]:
    """What is added to the inputs' and, with `reset_after`, to the states' products; None for nothing."""
    if not layer.reset_after or layer.bias is None:
        return layer.bias, None
    return ops.getitem(layer.bias, 0), ops.getitem(layer.bias, 1)


def _reset_after_field() -> Any:
    return switch_field(False, "apply the reset gate after the state's product")


@registry.register("layer")
class GRUCell(UnitCell):
    """One step of GRU: (N, C), [h (N, U)] -> h', [h'].

    >>> GRUCell(4).state_size
    4
    """

    recurrent_activation: Any = gate_activation_field()
    implementation: int = implementation_field()
    reset_after: bool = _reset_after_field()

    @staticmethod
    def make_weights(owner: GRUCell | GRU, input_shape: Shape) -> UnitWeights:
        """Kernel (C, 3U), recurrent kernel (U, 3U), bias (3U,) or with `reset_after` (2, 3U), gates z, r, g."""
        units = owner.units
        bias = (2, 3 * units) if owner.reset_after else (3 * units,)
        shapes = (channels_of(input_shape), 3 * units), (units, 3 * units), bias
        return add_unit_weights(owner, *shapes, owner.bias_initializer)

    def step(self, x: Tensor, h: Tensor, states: Sequence[Tensor]) -> list[Tensor]:
        """h'."""
        bias, _ = _biases(self)
        a = ops.matmul(x, self.kernel)
        a = a if bias is None else a + bias
        z, inner = self._reset_after(a, h) if self.reset_after else self._reset_before(a, h)
        candidate = activated(self.activation, columns_of(a, 2, self.units) + inner)
        return [z * states[0] + (1.0 - z) * candidate]

    def _reset_after(self, a: Tensor, h: Tensor) -> tuple[Any, Any]:
        """z and r (h U + b')."""
        units, (_, recurrent_bias) = self.units, _biases(self)
        b = ops.matmul(h, self.recurrent_kernel)
        b = b if recurrent_bias is None else b + recurrent_bias
        z, r = (
            activated(self.recurrent_activation, columns_of(a, gate, units) + columns_of(b, gate, units))
            for gate in (0, 1)
        )
        return z, r * columns_of(b, 2, units)

    def _reset_before(self, a: Tensor, h: Tensor) -> tuple[Any, Any]:
        """z and (r h) U."""
        units, kernel = self.units, self.recurrent_kernel
        z, r = (
            activated(
                self.recurrent_activation, columns_of(a, gate, units) + ops.matmul(h, columns_of(kernel, gate, units))
            )
            for gate in (0, 1)
        )
        return z, ops.matmul(r * h, columns_of(kernel, 2, units))


@registry.register("layer")
class GRU(UnitLayer):
    """Gated recurrent unit (Cho et al., 2014): (N, T, C) -> (N, U), or (N, T, U) with return_sequences.

    z, r = recurrent_activation(x W + h U + b); g = activation(x W + (r h) U + b), with `reset_after`
    activation(x W + b + r (h U + b')) as CuDNN has it; h' = z h + (1 - z) g. Weights: kernel (C, 3U), recurrent_kernel
    (U, 3U), bias (3U,) or with reset_after (2, 3U) for b and b'; gates in the order z, r, g. Masks and dropout as in LSTM.

    >>> GRU(8).compute_output_shape((None, 20, 3))
    (None, 8)
    """

    cell_class: ClassVar[type[UnitCell]] = GRUCell
    activations: ClassVar[tuple[str, ...]] = ("activation", "recurrent_activation")

    recurrent_activation: Any = gate_activation_field()
    implementation: int = implementation_field()
    reset_after: bool = _reset_after_field()

    def in_own_layout(self, weights: Weights) -> Weights:
        """Loaded weights, those of a CuDNNGRU included, as they are kept here."""
        return gru_weights(weights, cudnn=False, reset_after=self.reset_after)

    def run(self, x: Tensor, states: Sequence[Tensor | None], masks: Masks) -> tuple[Tensor, ...]:
        """y and the last state."""
        settings = self.op_settings()
        return ops.gru(x, self.op_weights(), states, masks.of_op(), reset_after=self.reset_after, **settings)


__all__ = ["GRU", "GRUCell"]
