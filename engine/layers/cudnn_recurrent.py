"""CuDNNLSTM and CuDNNGRU of Keras's files: the same mathematics as LSTM and GRU, on whatever device there is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from .. import _ops as ops
from .._declared import registry, rules
from .._declared.fields import field
from ..errors import SettingError
from .cells import add_unit_weights, channels_of, forget_bias
from .cudnn_layout import gru_weights, lstm_weights
from .node import as_list
from .recurrent_base import RecurrentLayer
from .settings import initializer_field, limit_field, penalty_field, switch_field

if TYPE_CHECKING:
    from dataclasses import KW_ONLY

    from .._graph.tensor import Tensor
    from ..initializers import Filling
    from ..types import Config, Shape
    from .cudnn_layout import Weights
    from .node import Masks, Tensors
    from .recurrent_base import States
    from .settings import ConstraintSetting, InitializerSetting, RegularizerSetting


class _CuDNN(RecurrentLayer):
    """Base of both layers: sigmoid gates, two biases one behind the other, no masks, no dropout; a subclass writes `run_op`."""

    supports_masking = False
    use_bias = True
    gates: ClassVar[int]
    state_count: ClassVar[int] = 1

    units: int = field(rules.positive_int, help="size of state and output")
    _: KW_ONLY
    kernel_initializer: InitializerSetting = initializer_field(default="glorot_uniform", what="kernel")
    recurrent_initializer: InitializerSetting = initializer_field(default="orthogonal", what="recurrent kernel")
    bias_initializer: InitializerSetting = initializer_field(default="zeros", what="biases")
    kernel_regularizer: RegularizerSetting = penalty_field(default=None, what="kernel")
    recurrent_regularizer: RegularizerSetting = penalty_field(default=None, what="recurrent kernel")
    bias_regularizer: RegularizerSetting = penalty_field(default=None, what="biases")
    activity_regularizer: RegularizerSetting = penalty_field(default=None, what="output")
    kernel_constraint: ConstraintSetting = limit_field(default=None, what="kernel")
    recurrent_constraint: ConstraintSetting = limit_field(default=None, what="recurrent kernel")
    bias_constraint: ConstraintSetting = limit_field(default=None, what="biases")
    return_sequences: bool = switch_field(default=False, help="give the output of every step")
    return_state: bool = switch_field(default=False, help="give the last state too")
    stateful: bool = switch_field(default=False, help="start each batch from the state the last one ended with")
    go_backwards: bool = switch_field(default=False, kw_only=True, help="read the steps from last to first")

    def run_op(
        self, x: Tensor, states: Sequence[Tensor | None], weights: tuple[Tensor, Tensor, Tensor]
    ) -> Sequence[Tensor]:
        """Run the op over all steps: y, then the last states.

        Args:
            x: the sequence.
            states: the first states, None for zeros.
            weights: the two kernels, and the biases of the inputs and of the states, (2, gates * units).
        """
        raise NotImplementedError

    @property
    def cell(self) -> _CuDNN:
        """The layer itself, which has the settings and the weights of its cell."""
        return self

    @property
    def state_shapes(self) -> list[tuple[int, ...]]:
        """(units,) for each state."""
        return [(self.units,)] * self.state_count

    @property
    def state_size(self) -> int | tuple[int, ...]:
        """Size of the state, or of each."""
        return self.units if self.state_count == 1 else (self.units,) * self.state_count

    def first_bias(self) -> Filling:
        """The biases' initializer."""
        return self.bias_initializer

    def build(self, input_shape: Shape | list[Shape]) -> None:
        """Make kernels of all gates and both biases, one after the other; and the state when it is kept."""
        shape = input_shape[0] if isinstance(input_shape, list) else input_shape
        columns = self.gates * self.units
        shapes = (channels_of(shape), columns), (self.units, columns), (2 * columns,)
        self.kernel, self.recurrent_kernel, self.bias = add_unit_weights(self, *shapes, self.first_bias())
        if self.stateful:
            self.make_states(shape[0])
        self.built = True

    def call(self, inputs: Tensors, mask: Masks = None, initial_state: States = None) -> Tensors:
        """Run over all steps. Raises SettingError when a mask comes in."""
        if as_list(mask)[0] is not None:
            name = type(self).__name__
            raise SettingError(
                expected="inputs without a mask",
                actual="a mask",
                hint=f"{name.removeprefix('CuDNN')}(recurrent_activation='sigmoid') is the same and takes masks.",
            )
        x, *with_inputs = as_list(inputs)
        channels = self.kernel.shape[0]
        kernel = self._transposed(self.kernel, (self.units, channels))
        recurrent = self._transposed(self.recurrent_kernel, (self.units, self.units))
        states = self.first_states(with_inputs, initial_state)
        assert self.bias is not None, "these layers always have one"
        biases = ops.reshape(self.bias, (2, self.gates * self.units))
        y, *ends = self.run_op(x, states, (kernel, recurrent, biases))
        return self.results(inputs, y, ends)

    def op_settings(self) -> Config:
        """The settings as the op over all steps takes them."""
        directions = {"go_backwards": self.go_backwards, "return_sequences": self.return_sequences}
        return {"recurrent_activation": "sigmoid", **directions}

    def _transposed(self, kernel: Tensor, shape: tuple[int, int]) -> Tensor:
        """The kernel as LSTM and GRU have it: CuDNN transposes that of each gate, see cudnn_layout.py."""
        gates = (slice(i * self.units, (i + 1) * self.units) for i in range(self.gates))
        parts = [ops.getitem(kernel, (slice(None), gate)) for gate in gates]
        return ops.concatenate([ops.transpose(ops.reshape(part, shape)) for part in parts], axis=-1)


@registry.register("layer")
class CuDNNLSTM(_CuDNN):
    """LSTM with sigmoid gates, as CuDNN computes it: (N, T, C) -> (N, U), or (N, T, U) with return_sequences.

    It runs on whatever device there is. Weights: kernel (C, 4 * units), recurrent_kernel (units, 4 * units), bias
    (8 * units,): the inputs' then the states', gates i, f, c, o; laid out as in Keras's files, which LSTM reads too.

    Args:
        units: size of the state and of the output, 1 or more.
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
        return_sequences: whether the output of every time step is returned, not only the last one; False by default.
        return_state: whether the last states h and c are returned too, behind the output; False by default.
        stateful: whether each batch starts from the state that the one before it ended with, which needs a fixed
            batch size; False by default.
        go_backwards: whether the time steps are read from last to first, False by default.

    Input shape:
        (N, T, C), without a mask.

    Output shape:
        (N, units), or (N, T, units) with `return_sequences`; with `return_state` a list of that, h and c.

    Raises:
        SettingError: the input carries a mask.

    Example:
        >>> CuDNNLSTM(8).compute_output_shape((None, 20, 3))
        (None, 8)
    """

    gates: ClassVar[int] = 4
    state_count: ClassVar[int] = 2

    _: KW_ONLY
    unit_forget_bias: bool = switch_field(
        default=True, help="start the forget gate's bias at 1", after="bias_initializer"
    )

    def first_bias(self) -> Filling:
        """The bias's initializer, with ones for the forget gate (in the states' half) where that is wanted."""
        first = self.bias_initializer
        return forget_bias(first, self.units, gate=5) if self.unit_forget_bias else first

    def in_own_layout(self, weights: Weights) -> Weights:
        """Loaded weights, also those of an LSTM, in the order of this layer."""
        return lstm_weights(weights, cudnn=True)

    def run_op(
        self, x: Tensor, states: Sequence[Tensor | None], weights: tuple[Tensor, Tensor, Tensor]
    ) -> Sequence[Tensor]:
        """Output, the last h and the last c."""
        kernel, recurrent, biases = weights
        return ops.lstm(x, (kernel, recurrent, ops.sum(biases, axis=0)), states, **self.op_settings())


@registry.register("layer")
class CuDNNGRU(_CuDNN):
    """GRU with sigmoid gates and the reset gate after the state's product: (N, T, C) -> (N, U) or (N, T, U).

    It runs on whatever device there is. Weights: kernel (C, 3 * units), recurrent_kernel (units, 3 * units), bias
    (6 * units,): the inputs' then the states', gates z, r, h; laid out as in Keras's files, which GRU(reset_after=True)
    reads too.

    Args:
        units: size of the state and of the output, 1 or more.
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
        return_sequences: whether the output of every time step is returned, not only the last one; False by default.
        return_state: whether the last state is returned too, behind the output; False by default.
        stateful: whether each batch starts from the state that the one before it ended with, which needs a fixed
            batch size; False by default.
        go_backwards: whether the time steps are read from last to first, False by default.

    Input shape:
        (N, T, C), without a mask.

    Output shape:
        (N, units), or (N, T, units) with `return_sequences`; with `return_state` a list of that and the state.

    Raises:
        SettingError: the input carries a mask.

    Example:
        >>> CuDNNGRU(8, return_sequences=True).compute_output_shape((None, 20, 3))
        (None, 20, 8)
    """

    gates: ClassVar[int] = 3

    def in_own_layout(self, weights: Weights) -> Weights:
        """Loaded weights, also those of a GRU(reset_after=True), in the order of this layer."""
        return gru_weights(weights, cudnn=True)

    def run_op(
        self, x: Tensor, states: Sequence[Tensor | None], weights: tuple[Tensor, Tensor, Tensor]
    ) -> Sequence[Tensor]:
        """Output and the last state."""
        return ops.gru(x, weights, states, **self.op_settings(), reset_after=True)


__all__ = ["CuDNNGRU", "CuDNNLSTM"]
