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
    """One step of SimpleRNN: h' = activation(x W + h R + b); (N, C), [h (N, U)] -> h', [h'].

    `RNN(SimpleRNNCell(units))` runs it over the time steps.

    Args:
        units: size of the state and of the output, 1 or more.
        activation: function of the new state, "tanh" by default; None for y = x.
        use_bias: whether a learnt bias is added, True by default.
        kernel_initializer: first values of the kernel, which multiplies the inputs; "glorot_uniform" by default.
        recurrent_initializer: first values of the recurrent kernel, which multiplies the state; "orthogonal" by
            default.
        bias_initializer: first values of the bias, "zeros" by default.
        kernel_regularizer: penalty on the kernel that is added to the loss, such as "l2"; None by default.
        recurrent_regularizer: penalty on the recurrent kernel, None by default.
        bias_regularizer: penalty on the bias, None by default.
        kernel_constraint: limit on the kernel, applied after each update, such as "max_norm"; None by default.
        recurrent_constraint: limit on the recurrent kernel, None by default.
        bias_constraint: limit on the bias, None by default.
        dropout: share of the inputs that is set to 0 while training, from 0, the default, to below 1.
        recurrent_dropout: share of the state that is set to 0 while training, from 0, the default, to below 1.

    Input shape:
        (N, C), and a list of the state h, (N, units).

    Output shape:
        (N, units), and a list of the new state, (N, units).

    Example:
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
        """The new state h'."""
        z = ops.matmul(x, self.kernel) + ops.matmul(h, self.recurrent_kernel)
        return [activated(self.activation, z if self.bias is None else z + self.bias)]


@registry.register("layer")
class SimpleRNN(UnitSettings, RecurrentLayer):
    """Simple recurrent network (Elman, 1990): (N, T, C) -> (N, U), or (N, T, U) with return_sequences.

    h' = activation(x W + h R + b), which is the time step's output. Weights: kernel W (C, units), recurrent_kernel R
    (units, units), bias b (units,). Masks and dropout work as in LSTM.

    Args:
        units: size of the state and of the output, 1 or more.
        activation: function of the new state, "tanh" by default; None for y = x.
        use_bias: whether a learnt bias is added, True by default.
        kernel_initializer: first values of the kernel, which multiplies the inputs; "glorot_uniform" by default.
        recurrent_initializer: first values of the recurrent kernel, which multiplies the state; "orthogonal" by
            default.
        bias_initializer: first values of the bias, "zeros" by default.
        kernel_regularizer: penalty on the kernel that is added to the loss, such as "l2"; None by default.
        recurrent_regularizer: penalty on the recurrent kernel, None by default.
        bias_regularizer: penalty on the bias, None by default.
        activity_regularizer: penalty on the output, None by default.
        kernel_constraint: limit on the kernel, applied after each update, such as "max_norm"; None by default.
        recurrent_constraint: limit on the recurrent kernel, None by default.
        bias_constraint: limit on the bias, None by default.
        dropout: share of the inputs that is set to 0 while training, from 0, the default, to below 1.
        recurrent_dropout: share of the state that is set to 0 while training, from 0, the default, to below 1.
        return_sequences: whether the output of every time step is returned, not only the last one; False by default.
        return_state: whether the last state is returned too, behind the output; False by default.
        go_backwards: whether the time steps are read from last to first, False by default.
        stateful: whether each batch starts from the state that the one before it ended with, which needs a fixed
            batch size; False by default.
        unroll: has no effect; accepted since Keras's configs name it.

    Input shape:
        (N, T, C). The call takes the first state, (N, units), as `initial_state`; zeros by default.

    Output shape:
        (N, units), or (N, T, units) with `return_sequences`; with `return_state` a list of that and the state.

    Raises:
        GraphError: a stateful layer is used for batches of no fixed size.

    Example:
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
        """Output and the last state."""
        settings = op_settings(self, "activation")
        if settings is None:
            return super().run(x, states, masks)
        return ops.simple_rnn(x, self.op_weights(), states, masks.of_op(), **settings)


__all__ = ["SimpleRNN", "SimpleRNNCell"]
