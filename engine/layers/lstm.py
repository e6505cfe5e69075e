"""LSTM and its cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from .. import _ops as ops
from .._declared import registry
from .._graph.tensor import Tensor
from ..types import Shape
from .cudnn_layout import Weights, lstm_weights
from .recurrent_units import (
    Masks,
    UnitCell,
    UnitLayer,
    UnitWeights,
    activated,
    add_unit_weights,
    channels_of,
    columns_of,
    forget_bias,
)
from .settings import forget_bias_field, gate_activation_field, implementation_field


@registry.register("layer")
class LSTMCell(UnitCell):
    """One step of LSTM: (N, C), [h (N, U), c (N, U)] -> h', [h', c'].

    >>> LSTMCell(4).state_size
    (4, 4)
    """

    state_count: ClassVar[int] = 2

    recurrent_activation: Any = gate_activation_field()
    unit_forget_bias: bool = forget_bias_field()
    implementation: int = implementation_field()

    @staticmethod
    def make_weights(owner: LSTMCell | LSTM, input_shape: Shape) -> UnitWeights:
        """Kernel (C, 4U), recurrent kernel (U, 4U), bias (4U,), gates in the order i, f, c, o."""
        units, first = owner.units, owner.bias_initializer
        shapes = (channels_of(input_shape), 4 * units), (units, 4 * units), (4 * units,)
        return add_unit_weights(owner, *shapes, forget_bias(first, units) if owner.unit_forget_bias else first)

    def step(self, x: Tensor, h: Tensor, states: Sequence[Tensor]) -> list[Tensor]:
        """h' and c'."""
        z = ops.matmul(x, self.kernel) + ops.matmul(h, self.recurrent_kernel)
        z = z if self.bias is None else z + self.bias
        i, f, o = (activated(self.recurrent_activation, columns_of(z, gate, self.units)) for gate in (0, 1, 3))
        c = f * states[1] + i * activated(self.activation, columns_of(z, 2, self.units))
        return [o * activated(self.activation, c), c]


@registry.register("layer")
class LSTM(UnitLayer):
    """Long short-term memory (Hochreiter & Schmidhuber, 1997): (N, T, C) -> (N, U), or (N, T, U) with return_sequences.

    i, f, o = recurrent_activation(x W + h U + b), g = activation(...), c' = f c + i g, h' = o activation(c').
    Weights: kernel (C, 4U), recurrent_kernel (U, 4U), bias (4U,), gates in the order i, f, c, o.
    A masked step repeats output and state of the step before. `dropout` and `recurrent_dropout` use one mask for all
    steps and gates (Gal & Ghahramani, 2016).

    >>> LSTM(8).compute_output_shape((None, 20, 3))
    (None, 8)
    """

    cell_class: ClassVar[type[UnitCell]] = LSTMCell
    activations: ClassVar[tuple[str, ...]] = ("activation", "recurrent_activation")

    recurrent_activation: Any = gate_activation_field()
    unit_forget_bias: bool = forget_bias_field()
    implementation: int = implementation_field()

    def in_own_layout(self, weights: Weights) -> Weights:
        """Loaded weights, those of a CuDNNLSTM included, as they are kept here."""
        return lstm_weights(weights, cudnn=False)

    def run(self, x: Tensor, states: Sequence[Tensor | None], masks: Masks) -> tuple[Tensor, ...]:
        """y, the last h and the last c."""
        return ops.lstm(x, self.op_weights(), states, masks.of_op(), **self.op_settings())


__all__ = ["LSTM", "LSTMCell"]
