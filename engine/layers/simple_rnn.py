"""SimpleRNN and its cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from .. import _ops as ops
from .._declared import registry, rules
from .cells import Cell, UnitWeights, activated, add_unit_weights, channels_of
from .recurrent_base import RecurrentLayer
from .recurrent_units import UnitSettings, op_settings
from .settings import penalty_field, switch_field, unused_field

if TYPE_CHECKING:
    from dataclasses import KW_ONLY

    from .._graph.tensor import Tensor
    from ..types import Shape
    from .cells import StepMasks
    from .settings import RegularizerSetting


@registry.register("layer")
class SimpleRNNCell(UnitSettings, Cell):
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
class SimpleRNN(UnitSettings, RecurrentLayer):
    """Simple recurrent network (Elman, 1990): (N, T, C) -> (N, U), or (N, T, U) with return_sequences.

    h' = activation(x W + h U + b). Weights: kernel (C, U), recurrent_kernel (U, U), bias (U,). Masks and dropout as in
    LSTM.

    >>> SimpleRNN(8, return_sequences=True).compute_output_shape((None, 20, 3))
    (None, 20, 8)
    """

    cell_class: ClassVar[type[Cell]] = SimpleRNNCell

    _: KW_ONLY
    activity_regularizer: RegularizerSetting = penalty_field(default=None, what="output", after="bias_regularizer")
    return_sequences: bool = switch_field(default=False, help="give the output of every step")
    return_state: bool = switch_field(default=False, help="give the last state too")
    go_backwards: bool = switch_field(default=False, help="read the steps from last to first")
    stateful: bool = switch_field(default=False, help="start each batch from the state the last one ended with")
    unroll: bool = unused_field(rules.switch, default=False)

    def run(self, x: Tensor, states: Sequence[Tensor | None], masks: StepMasks) -> Sequence[Tensor]:
        """y and the last state."""
        settings = op_settings(self, "activation")
        if settings is None:
            return super().run(x, states, masks)
        return ops.simple_rnn(x, self.op_weights(), states, masks.of_op(), **settings)


__all__ = ["SimpleRNN", "SimpleRNNCell"]
