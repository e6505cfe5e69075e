"""GRU and its cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from .. import _ops as ops
from .._declared import registry, rules
from .cells import Cell, UnitWeights, activated, add_unit_weights, channels_of, columns_of
from .cudnn_layout import gru_weights
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


def _biases(layer: GRUCell) -> tuple[Tensor | None, Tensor | None]:
    """The bias of the inputs' products and, with `reset_after`, that of the state's; None for none."""
    if not layer.reset_after or layer.bias is None:
        return layer.bias, None
    return ops.getitem(layer.bias, 0), ops.getitem(layer.bias, 1)


@registry.register("layer")
class GRUCell(UnitSettings, Cell):
    """One step of GRU: (N, C), [h (N, U)] -> h', [h'].

    `RNN(GRUCell(units))` runs it over the time steps; formulas and weights are those of `GRU`.

    Args:
        units: size of the state and of the output, 1 or more.
        activation: function of the candidate, "tanh" by default; None for y = x.
        recurrent_activation: function of the gates, "hard_sigmoid" by default.
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
        implementation: has no effect; accepted since Keras's configs name it.
        reset_after: whether the reset gate is applied after the state's product, as CuDNN does, not before it; False by
            default.

    Input shape:
        (N, C), and a list of the state h, (N, units).

    Output shape:
        (N, units), and a list of the new state, (N, units).

    Example:
        >>> GRUCell(4).state_size
        4
    """

    _: KW_ONLY
    recurrent_activation: ActivationSetting = activation_field(
        default="hard_sigmoid", help="function for the gates", after="activation"
    )
    implementation: int = unused_field(rules.non_negative_int, default=1, after="recurrent_dropout")
    reset_after: bool = switch_field(default=False, help="apply the reset gate after the state's product")

    @staticmethod
    def make_weights(owner: GRUCell | GRU, input_shape: Shape) -> UnitWeights:
        """Kernel (C, 3U), recurrent kernel (U, 3U), bias (3U,) or with `reset_after` (2, 3U), gates z, r, g."""
        units = owner.units
        bias = (2, 3 * units) if owner.reset_after else (3 * units,)
        shapes = (channels_of(input_shape), 3 * units), (units, 3 * units), bias
        return add_unit_weights(owner, *shapes, owner.bias_initializer)

    def step(self, x: Tensor, h: Tensor, states: Sequence[Tensor]) -> list[Tensor]:
        """The new state h'."""
        bias, _ = _biases(self)
        a = ops.matmul(x, self.kernel)
        a = a if bias is None else a + bias
        z, inner = self._reset_after(a, h) if self.reset_after else self._reset_before(a, h)
        candidate = activated(self.activation, columns_of(a, 2, self.units) + inner)
        return [z * states[0] + (1.0 - z) * candidate]

    def _reset_after(self, a: Tensor, h: Tensor) -> tuple[Tensor, Tensor]:
        """The update gate z, and the state's part of the candidate, r * (h R + b')."""
        units, (_, recurrent_bias) = self.units, _biases(self)
        b = ops.matmul(h, self.recurrent_kernel)
        b = b if recurrent_bias is None else b + recurrent_bias
        z, r = (
            activated(self.recurrent_activation, columns_of(a, gate, units) + columns_of(b, gate, units))
            for gate in (0, 1)
        )
        return z, r * columns_of(b, 2, units)

    def _reset_before(self, a: Tensor, h: Tensor) -> tuple[Tensor, Tensor]:
        """The update gate z, and the state's part of the candidate, (r * h) R."""
        units, kernel = self.units, self.recurrent_kernel
        z, r = (
            activated(
                self.recurrent_activation, columns_of(a, gate, units) + ops.matmul(h, columns_of(kernel, gate, units))
            )
            for gate in (0, 1)
        )
        return z, ops.matmul(r * h, columns_of(kernel, 2, units))


@registry.register("layer")
class GRU(UnitSettings, RecurrentLayer):
    """Gated recurrent unit (Cho et al., 2014): (N, T, C) -> (N, U), or (N, T, U) with return_sequences.

    z, r = recurrent_activation(x W + h R + b); g = activation(x W + (r h) R + b), with `reset_after`
    activation(x W + b + r (h R + b')) as CuDNN has it; h' = z h + (1 - z) g, which is the time step's output. Weights:
    kernel W (C, 3 * units), recurrent_kernel R (units, 3 * units), bias (3 * units,) or with `reset_after` (2, 3 *
    units) for b and b'; gates in the order z, r, g. Masks and dropout work as in LSTM.

    Args:
        units: size of the state and of the output, 1 or more.
        activation: function of the candidate g, "tanh" by default; None for y = x.
        recurrent_activation: function of the gates, "hard_sigmoid" by default.
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
        implementation: has no effect; accepted since Keras's configs name it.
        return_sequences: whether the output of every time step is returned, not only the last one; False by default.
        return_state: whether the last state is returned too, behind the output; False by default.
        go_backwards: whether the time steps are read from last to first, False by default.
        stateful: whether each batch starts from the state that the one before it ended with, which needs a fixed
            batch size; False by default.
        unroll: has no effect; accepted since Keras's configs name it.
        reset_after: whether the reset gate is applied after the state's product, as CuDNN does, not before it; False by
            default.

    Input shape:
        (N, T, C). The call takes the first state, (N, units), as `initial_state`; zeros by default.

    Output shape:
        (N, units), or (N, T, units) with `return_sequences`; with `return_state` a list of that and the state.

    Raises:
        GraphError: a stateful layer is used for batches of no fixed size.

    Example:
        >>> GRU(8).compute_output_shape((None, 20, 3))
        (None, 8)
    """

    cell_class: ClassVar[type[Cell]] = GRUCell

    _: KW_ONLY
    activity_regularizer: RegularizerSetting = penalty_field(default=None, what="output", after="bias_regularizer")
    implementation: int = unused_field(rules.non_negative_int, default=1, after="recurrent_dropout")
    recurrent_activation: ActivationSetting = activation_field(
        default="hard_sigmoid", help="function for the gates", after="activation"
    )
    return_sequences: bool = switch_field(default=False, help="give the output of every step")
    return_state: bool = switch_field(default=False, help="give the last state too")
    go_backwards: bool = switch_field(default=False, help="read the steps from last to first")
    stateful: bool = switch_field(default=False, help="start each batch from the state the last one ended with")
    unroll: bool = unused_field(rules.switch, default=False)
    reset_after: bool = switch_field(default=False, help="apply the reset gate after the state's product")

    def in_own_layout(self, weights: Weights) -> Weights:
        """Loaded weights, also those of a CuDNNGRU, in the order of this layer."""
        return gru_weights(weights, cudnn=False, reset_after=self.reset_after)

    def run(self, x: Tensor, states: Sequence[Tensor | None], masks: StepMasks) -> Sequence[Tensor]:
        """Output and the last state."""
        settings = op_settings(self, "activation", "recurrent_activation")
        if settings is None:
            return super().run(x, states, masks)
        return ops.gru(x, self.op_weights(), states, masks.of_op(), reset_after=self.reset_after, **settings)


__all__ = ["GRU", "GRUCell"]
