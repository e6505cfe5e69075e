"""CuDNNLSTM and CuDNNGRU of Keras's files: the same mathematics as LSTM and GRU, on whatever device there is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from .. import _ops as ops
from .._declared import registry, rules
from .._declared.fields import field
from .._graph.tensor import Tensor
from ..errors import SettingError
from .cudnn_layout import gru_weights, lstm_weights
from .node import as_list
from .recurrent_base import RecurrentLayer
from .recurrent_units import add_unit_weights, channels_of, forget_bias
from .settings import forget_bias_field, kernel_field, limit_field, penalty_field, recurrent_field, switch_field


class _CuDNN(RecurrentLayer):
    """What both share: sigmoid gates, two biases one after the other, no masks, no dropout; a subclass writes `run`."""

    supports_masking: ClassVar[bool] = False
    use_bias: ClassVar[bool] = True
    gates: ClassVar[int]
    state_count: ClassVar[int] = 1

    units: int = field(rules.positive_int, help="size of state and output")
    kernel_initializer: Any = kernel_field()
    recurrent_initializer: Any = recurrent_field()
    bias_initializer: Any = field(rules.initializer, default="zeros", help="first values of the biases")
    kernel_regularizer: Any = penalty_field("kernel")
    recurrent_regularizer: Any = penalty_field("recurrent kernel")
    bias_regularizer: Any = penalty_field("biases")
    activity_regularizer: Any = penalty_field("output")
    kernel_constraint: Any = limit_field("kernel")
    recurrent_constraint: Any = limit_field("recurrent kernel")
    bias_constraint: Any = limit_field("biases")
    return_sequences: bool = switch_field(False, "give the output of every step")
    return_state: bool = switch_field(False, "give the last state too")
    stateful: bool = switch_field(False, "start each batch from the state the last one ended with")
    go_backwards: bool = field(rules.switch, default=False, kw_only=True, help="read the steps from last to first")

    def run(self, x: Any, states: Sequence[Any], weights: tuple[Tensor, Tensor, Tensor]) -> tuple[Any, ...]:
        """The op over all steps: y, then the last states. weights: two kernels, the inputs' bias, the states'."""
        raise NotImplementedError

    def prepare(self) -> None:
        """Take sequences."""
        super().prepare()
        self.states = [None] * self.state_count

    @property
    def cell(self) -> Any:
        """The layer itself: settings and weights lie here."""
        return self

    @property
    def state_shapes(self) -> list[tuple[int, ...]]:
        """(units,) for each state."""
        return [(self.units,)] * self.state_count

    @property
    def state_size(self) -> Any:
        """Size of the state, or of each."""
        return self.units if self.state_count == 1 else (self.units,) * self.state_count

    def first_bias(self) -> Any:
        """The biases' initializer."""
        return self.bias_initializer

    def build(self, input_shape: Any) -> None:
        """Make kernels of all gates and both biases, one after the other; and the state when it is kept."""
        shape = input_shape[0] if isinstance(input_shape, list) else input_shape
        columns = self.gates * self.units
        shapes = (channels_of(shape), columns), (self.units, columns), (2 * columns,)
        self.kernel, self.recurrent_kernel, self.bias = add_unit_weights(self, *shapes, self.first_bias())
        if self.stateful:
            self.make_states(shape[0])
        self.built = True

    def call(self, inputs: Any, mask: Any = None, initial_state: Any = None) -> Any:
        """Run over all steps. Raises SettingError when a mask comes in."""
        if as_list(mask)[0] is not None:
            name = type(self).__name__
            raise SettingError(
                expected="inputs without a mask", found="a mask",
                hint=f"{name.removeprefix('CuDNN')}(recurrent_activation='sigmoid') is the same and takes masks.",
            )  # fmt: skip
        x, *with_inputs = as_list(inputs)
        channels = self.kernel.shape[0]
        kernel = self._transposed(self.kernel, (self.units, channels))
        recurrent = self._transposed(self.recurrent_kernel, (self.units, self.units))
        states = self.first_states(with_inputs, initial_state)
        assert self.bias is not None, "these layers always have one"
        biases = ops.reshape(self.bias, (2, self.gates * self.units))
        y, *ends = self.run(x, states, (kernel, recurrent, biases))
        return self.results(inputs, y, ends)

    def op_settings(self) -> dict[str, Any]:
        """The settings as the op over all steps takes them."""
        directions = {"go_backwards": self.go_backwards, "return_sequences": self.return_sequences}
        return {"recurrent_activation": "sigmoid", **directions}

    def _transposed(self, kernel: Any, shape: tuple[int, int]) -> Any:
        """A kernel as the plain layer has it: CuDNN keeps that of each gate transposed, see cudnn_layout.py."""
        gates = (slice(i * self.units, (i + 1) * self.units) for i in range(self.gates))
        parts = [ops.getitem(kernel, (slice(None), gate)) for gate in gates]
        return ops.concatenate([ops.transpose(ops.reshape(part, shape)) for part in parts], axis=-1)


@registry.register("layer")
class CuDNNLSTM(_CuDNN):
    """LSTM with sigmoid gates, as CuDNN computes it: (N, T, C) -> (N, U), or (N, T, U) with return_sequences.

    Weights: kernel (C, 4U), recurrent_kernel (U, 4U), bias (8U,): the inputs' then the states', gates i, f, c, o; laid
    out as in Keras's files (cudnn_layout.py), which LSTM reads too.

    >>> CuDNNLSTM(8).compute_output_shape((None, 20, 3))
    (None, 8)
    """

    gates: ClassVar[int] = 4
    state_count: ClassVar[int] = 2

    unit_forget_bias: bool = forget_bias_field()

    def first_bias(self) -> Any:
        """The bias's initializer, with ones for the forget gate (in the states' half) where that is wanted."""
        first = self.bias_initializer
        return forget_bias(first, self.units, gate=5) if self.unit_forget_bias else first

    def in_own_layout(self, weights: list[Any]) -> list[Any]:
        """Loaded weights, those of an LSTM included, as they are kept here."""
        return lstm_weights(weights, cudnn=True)

    def run(self, x: Any, states: Sequence[Any], weights: tuple[Tensor, Tensor, Tensor]) -> tuple[Any, ...]:
        """y, the last h and the last c."""
        kernel, recurrent, biases = weights
        return ops.lstm(x, (kernel, recurrent, ops.sum(biases, axis=0)), states, **self.op_settings())


@registry.register("layer")
class CuDNNGRU(_CuDNN):
    """GRU with sigmoid gates and the reset gate after the state's product: (N, T, C) -> (N, U) or (N, T, U).

    Weights: kernel (C, 3U), recurrent_kernel (U, 3U), bias (6U,): the inputs' then the states', gates z, r, h; laid out
    as in Keras's files (cudnn_layout.py), which GRU(reset_after=True) reads too.

    >>> CuDNNGRU(8, return_sequences=True).compute_output_shape((None, 20, 3))
    (None, 20, 8)
    """

    gates: ClassVar[int] = 3

    def in_own_layout(self, weights: list[Any]) -> list[Any]:
        """Loaded weights, those of a GRU(reset_after=True) included, as they are kept here."""
        return gru_weights(weights, cudnn=True)

    def run(self, x: Any, states: Sequence[Any], weights: tuple[Tensor, Tensor, Tensor]) -> tuple[Any, ...]:
        """y and the last state."""
        return ops.gru(x, weights, states, **self.op_settings(), reset_after=True)


__all__ = ["CuDNNGRU", "CuDNNLSTM"]
