"""SimpleRNN and its cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from .. import _ops as ops
from .._declared import registry
from .._graph.tensor import Tensor
from ..types import Shape
from .recurrent_units import Masks, UnitCell, UnitLayer, UnitWeights, activated, add_unit_weights, channels_of


@registry.register("layer")
class SimpleRNNCell(UnitCell):
    """One step of SimpleRNN: h' = activation(x W + h U + b); (N, C), [h (N, U)] -> h', [h'].

    >>> SimpleRNNCell(4).state_size
    4
    """

    @staticmethod
    def make_weights(owner: SimpleRNNCell | SimpleRNN, input_shape: Shape) -> UnitWeights:
        """Kernel (C, U), recurrent kernel (U, U), bias (U,)."""
        units = owner.units
        shapes = (channels_of(input_shape), units), (units, units), (units,)
        return add_unit_weights(owner, *shapes, owner.bias_initializer)

    def step(self, x: Tensor, h: Tensor, states: Sequence[Tensor]) -> list[Tensor]:
        """h'."""
        z = ops.matmul(x, self.kernel) + ops.matmul(h, self.recurrent_kernel)
        return [activated(self.activation, z if self.bias is None else z + self.bias)]


@registry.register("layer")
class SimpleRNN(UnitLayer):
    """Simple recurrent network (Elman, 1990): (N, T, C) -> (N, U), or (N, T, U) with return_sequences.

    h' = activation(x W + h U + b). Weights: kernel (C, U), recurrent_kernel (U, U), bias (U,). Masks and dropout as in
    LSTM.

    >>> SimpleRNN(8, return_sequences=True).compute_output_shape((None, 20, 3))
    (None, 20, 8)
    """

    cell_class: ClassVar[type[UnitCell]] = SimpleRNNCell

    def run(self, x: Tensor, states: Sequence[Tensor | None], masks: Masks) -> tuple[Tensor, ...]:
        """y and the last state."""
        return ops.simple_rnn(x, self.op_weights(), states, masks.of_op(), **self.op_settings())


__all__ = ["SimpleRNN", "SimpleRNNCell"]
