"""LSTM and its cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from .. import _ops as ops
from .._declared import registry, rules
from .cells import Cell, UnitWeights, activated, add_unit_weights, channels_of, columns_of, forget_bias
from .cudnn_layout import lstm_weights
from .recurrent_base import RecurrentLayer
from .recurrent_units import UnitSettings, op_settings
from .settings import activation_field, penalty_field, switch_field, unused_field

if TYPE_CHECKING:
    from dataclasses import KW_ONLY

    from .._graph.tensor import Tensor
    from ..types import Shape
    from .cells import StepMasks
    from .cudnn_layout import Weights
    from .settings import ActivationSetting, RegularizerSetting


@registry.register("layer")
class LSTMCell(UnitSettings, Cell):
    """One step of LSTM: (N, C), [h (N, U), c (N, U)] -> h', [h', c'].

    >>> LSTMCell(4).state_size
    (4, 4)
    """

    state_count: ClassVar[int] = 2

    _: KW_ONLY
    recurrent_activation: ActivationSetting = activation_field(
        default="hard_sigmoid", help="function for the gates", after="activation"
    )
    unit_forget_bias: bool = switch_field(
        default=True, help="start the forget gate's bias at 1", after="bias_initializer"
    )
    implementation: int = unused_field(rules.non_negative_int, default=1, after="recurrent_dropout")

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
class LSTM(UnitSettings, RecurrentLayer):
    """Long short-term memory (Hochreiter & Schmidhuber, 1997): (N, T, C) -> (N, U), or (N, T, U) with return_sequences.

    i, f, o = recurrent_activation(x W + h U + b), g = activation(...), c' = f c + i g, h' = o activation(c').
    Weights: kernel (C, 4U), recurrent_kernel (U, 4U), bias (4U,), gates in the order i, f, c, o.
    A masked step repeats output and state of the step before. `dropout` and `recurrent_dropout` use one mask for all
    steps and gates (Gal & Ghahramani, 2016).

    >>> LSTM(8).compute_output_shape((None, 20, 3))
    (None, 8)
    """

    cell_class: ClassVar[type[Cell]] = LSTMCell
    state_count: ClassVar[int] = 2

    _: KW_ONLY
    recurrent_activation: ActivationSetting = activation_field(
        default="hard_sigmoid", help="function for the gates", after="activation"
    )
    unit_forget_bias: bool = switch_field(
        default=True, help="start the forget gate's bias at 1", after="bias_initializer"
    )
    activity_regularizer: RegularizerSetting = penalty_field(default=None, what="output", after="bias_regularizer")
    implementation: int = unused_field(rules.non_negative_int, default=1, after="recurrent_dropout")
    return_sequences: bool = switch_field(default=False, help="give the output of every step")
    return_state: bool = switch_field(default=False, help="give the last state too")
    go_backwards: bool = switch_field(default=False, help="read the steps from last to first")
    stateful: bool = switch_field(default=False, help="start each batch from the state the last one ended with")
    unroll: bool = unused_field(rules.switch, default=False)

    def in_own_layout(self, weights: Weights) -> Weights:
        """Loaded weights, those of a CuDNNLSTM included, as they are kept here."""
        return lstm_weights(weights, cudnn=False)

    def run(self, x: Tensor, states: Sequence[Tensor | None], masks: StepMasks) -> Sequence[Tensor]:
        """y, the last h and the last c."""
        settings = op_settings(self, "activation", "recurrent_activation")
        if settings is None:
            return super().run(x, states, masks)
        return ops.lstm(x, self.op_weights(), states, masks.of_op(), **settings)


__all__ = ["LSTM", "LSTMCell"]
