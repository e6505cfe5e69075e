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

    `RNN(LSTMCell(units))` runs it over the time steps; formulas and weights are those of `LSTM`.

    Args:
        units: size of the state and of the output, 1 or more.
        activation: function of the candidate and of the cell state, "tanh" by default; None for y = x.
        recurrent_activation: function of the gates, "hard_sigmoid" by default.
        use_bias: whether a learnt bias is added, True by default.
        kernel_initializer: first values of the kernel, which multiplies the inputs; "glorot_uniform" by default.
        recurrent_initializer: first values of the recurrent kernel, which multiplies the state; "orthogonal" by
            default.
        bias_initializer: first values of the bias, "zeros" by default.
        unit_forget_bias: whether the forget gate's bias starts at 1 (Jozefowicz et al., 2015), True by default.
        kernel_regularizer: penalty on the kernel that is added to the loss, such as "l2"; None by default.
        recurrent_regularizer: penalty on the recurrent kernel, None by default.
        bias_regularizer: penalty on the bias, None by default.
        kernel_constraint: limit on the kernel, applied after each update, such as "max_norm"; None by default.
        recurrent_constraint: limit on the recurrent kernel, None by default.
        bias_constraint: limit on the bias, None by default.
        dropout: share of the inputs that is set to 0 while training, from 0, the default, to below 1.
        recurrent_dropout: share of the state that is set to 0 while training, from 0, the default, to below 1.
        implementation: has no effect; accepted since Keras's configs name it.

    Input shape:
        (N, C), and a list of the states h and c, each (N, units).

    Output shape:
        (N, units), and a list of the new states, each (N, units).

    Example:
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
        """The new states h' and c'."""
        z = ops.matmul(x, self.kernel) + ops.matmul(h, self.recurrent_kernel)
        z = z if self.bias is None else z + self.bias
        i, f, o = (activated(self.recurrent_activation, columns_of(z, gate, self.units)) for gate in (0, 1, 3))
        c = f * states[1] + i * activated(self.activation, columns_of(z, 2, self.units))
        return [o * activated(self.activation, c), c]


@registry.register("layer")
class LSTM(UnitSettings, RecurrentLayer):
    """Long short-term memory (Hochreiter & Schmidhuber, 1997): (N, T, C) -> (N, U), or (N, T, U) with return_sequences.

    i, f, o = recurrent_activation(x W + h R + b), g = activation(x W + h R + b), each with columns of its own;
    c' = f c + i g, h' = o activation(c'). The output of a time step is h'. Weights: kernel W (C, 4 * units),
    recurrent_kernel R (units, 4 * units) and bias b (4 * units,), gates in the order i, f, c, o, as in Keras 2.2.4.
    A masked time step repeats output and state of the one before. Dropout uses one mask for all time steps and gates
    (Gal & Ghahramani, 2016).

    Args:
        units: size of the state and of the output, 1 or more.
        activation: function of the candidate g and of the cell state c', "tanh" by default; None for y = x.
        recurrent_activation: function of the gates, "hard_sigmoid" by default.
        use_bias: whether a learnt bias is added, True by default.
        kernel_initializer: first values of the kernel, which multiplies the inputs; "glorot_uniform" by default.
        recurrent_initializer: first values of the recurrent kernel, which multiplies the state; "orthogonal" by
            default.
        bias_initializer: first values of the bias, "zeros" by default.
        unit_forget_bias: whether the forget gate's bias starts at 1 (Jozefowicz et al., 2015), True by default.
        kernel_regularizer: penalty on the kernel that is added to the loss, such as "l2"; None by default.
        recurrent_regularizer: penalty on the recurrent kernel, None by default.
        bias_regularizer: penalty on the bias, None by default.
        activity_regularizer: penalty on the output, None by default.
        kernel_constraint: limit on the kernel, applied after each update, such as "max_norm"; None by default.
        recurrent_constraint: limit on the recurrent kernel, None by default.
        bias_constraint: limit on the bias, None by default.
        dropout: share of the inputs that is set to 0 while training, from 0, the default, to below 1.
        recurrent_dropout: share of the state that is set to 0 while training, from 0, the default, to below 1.
        implementation: has no effect; accepted since Keras's configs name it.
        return_sequences: whether the output of every time step is returned, not only the last one; False by default.
        return_state: whether the last states h and c are returned too, behind the output; False by default.
        go_backwards: whether the time steps are read from last to first, False by default.
        stateful: whether each batch starts from the state that the one before it ended with, which needs a fixed
            batch size; False by default.
        unroll: has no effect; accepted since Keras's configs name it.

    Input shape:
        (N, T, C). The call takes the first states h and c, each (N, units), as `initial_state`; zeros by default.

    Output shape:
        (N, units), or (N, T, units) with `return_sequences`; with `return_state` a list of that, h and c.

    Raises:
        GraphError: a stateful layer is used for batches of no fixed size.

    Example:
        >>> LSTM(8).compute_output_shape((None, 20, 3))
        (None, 8)
        >>> LSTM(8, return_sequences=True, return_state=True).compute_output_shape((None, 20, 3))
        [(None, 20, 8), (None, 8), (None, 8)]
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
        """Loaded weights, also those of a CuDNNLSTM, in the order of this layer."""
        return lstm_weights(weights, cudnn=False)

    def run(self, x: Tensor, states: Sequence[Tensor | None], masks: StepMasks) -> Sequence[Tensor]:
        """Output, the last h and the last c."""
        settings = op_settings(self, "activation", "recurrent_activation")
        if settings is None:
            return super().run(x, states, masks)
        return ops.lstm(x, self.op_weights(), states, masks.of_op(), **settings)


__all__ = ["LSTM", "LSTMCell"]
