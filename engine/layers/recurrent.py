"""Recurrent layers."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any, ClassVar

import numpy as np

from .. import activations, ops
from ..core import registry, rules
from ..core.errors import GraphError, ShapeError
from ..core.fields import field
from ..core.gradient import OnesLike
from ..core.op import apply
from ..core.tensor import Shape, Tensor, Variable
from .base import Layer
from .core import limit_field, penalty_field, switch_field
from .dropping import dropped
from .node import Hint, InputSpec, as_list


def _sequence_hint(shape: Shape) -> Hint | None:
    if len(shape) == 2:
        fix = {"insert": "Reshape", "settings": {"target_shape": [shape[1], 1]}} if shape[1] is not None else None
        return "Steps are missing: use return_sequences=True in the recurrent layer before it, or Reshape.", fix
    if len(shape) > 3 and None not in shape[1:]:
        target = [shape[1], prod(n for n in shape[2:] if n is not None)]
        fix = {"insert": "Reshape", "settings": {"target_shape": target}}
        return f"Put Reshape({tuple(target)}) before it.", fix
    return None


def _forget_bias(initializer: Any, units: int) -> Any:
    """The bias with ones for the forget gate (Jozefowicz et al., 2015)."""

    def values(shape: Any, dtype: Any) -> Any:
        bias = np.array(initializer(shape, dtype))
        bias[units : 2 * units] = 1
        return bias

    return values


class _Recurrent(Layer):
    """What LSTM, GRU and SimpleRNN share: settings, weights, states, masks.

    A subclass says how many `gates` and `state_count` states it has and writes `run`.
    """

    group: ClassVar[str] = "recurrent"
    supports_masking: ClassVar[bool] = True
    gates: ClassVar[int] = 1
    state_count: ClassVar[int] = 1

    units: int = field(rules.positive_int, help="size of state and output")
    activation: Any = field(rules.activation, default="tanh", help="function for the candidate and the output")
    use_bias: bool = switch_field(True, "add a learnt bias")
    kernel_initializer: Any = field(rules.initializer, default="glorot_uniform", help="first values of the kernel")
    recurrent_initializer: Any = field(
        rules.initializer, default="orthogonal", help="first values of the recurrent kernel"
    )
    bias_initializer: Any = field(rules.initializer, default="zeros", help="first values of the bias")
    kernel_regularizer: Any = penalty_field("kernel")
    recurrent_regularizer: Any = penalty_field("recurrent kernel")
    bias_regularizer: Any = penalty_field("bias")
    activity_regularizer: Any = penalty_field("output")
    kernel_constraint: Any = limit_field("kernel")
    recurrent_constraint: Any = limit_field("recurrent kernel")
    bias_constraint: Any = limit_field("bias")
    dropout: float = field(rules.fraction, default=0.0, help="share of the inputs dropped while training")
    recurrent_dropout: float = field(rules.fraction, default=0.0, help="share of the state dropped while training")
    return_sequences: bool = switch_field(False, "give the output of every step")
    return_state: bool = switch_field(False, "give the last state too")
    go_backwards: bool = switch_field(False, "read the steps from last to first")
    stateful: bool = switch_field(False, "start each batch from the state the last one ended with")
    unroll: bool = switch_field(False, "kept for Keras's configs; changes nothing here")

    def run(self, x: Any, states: Sequence[Any], mask: Any, input_mask: Any, recurrent_mask: Any) -> tuple[Any, ...]:
        """The op over all steps: y, then the last states."""
        raise NotImplementedError

    def prepare(self) -> None:
        """Take sequences."""
        super().prepare()
        self.input_spec = InputSpec(ndim=3, hints=_sequence_hint)
        self.states: list[Variable | None] = [None] * self.state_count

    def build(self, input_shape: Any) -> None:
        """Make the weights, and the state when it is kept from batch to batch."""
        shape = input_shape[0] if isinstance(input_shape, list) else input_shape
        channels = shape[-1]
        if channels is None:
            raise ShapeError(
                expected="a known size of the last axis", found=str(shape), hint="Give the Input its shape."
            )
        columns = self.gates * self.units
        self.kernel = self.add_weight(
            "kernel", (channels, columns), initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer, constraint=self.kernel_constraint,
        )  # fmt: skip
        self.recurrent_kernel = self.add_weight(
            "recurrent_kernel", (self.units, columns), initializer=self.recurrent_initializer,
            regularizer=self.recurrent_regularizer, constraint=self.recurrent_constraint,
        )  # fmt: skip
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                "bias", self.bias_shape(), initializer=self.first_bias(),
                regularizer=self.bias_regularizer, constraint=self.bias_constraint,
            )  # fmt: skip
        if self.stateful:
            self._make_states(shape[0])
        self.built = True

    def bias_shape(self) -> tuple[int, ...]:
        """Shape of the bias."""
        return (self.gates * self.units,)

    def first_bias(self) -> Any:
        """The bias's initializer."""
        return self.bias_initializer

    def _make_states(self, samples: int | None) -> None:
        if samples is None:
            raise GraphError(
                expected="a fixed number of samples for a stateful layer", found="None",
                hint="Give batch_input_shape=(samples, steps, features) or batch_size to the Input.",
            )  # fmt: skip
        self.states = [
            Variable((samples, self.units), name=f"{self.name}/state_{i}:0", trainable=False)
            for i in range(self.state_count)
        ]

    def reset_states(self, states: Any = None) -> None:
        """Set the kept state to zero, or to given arrays (N, U)."""
        if not self.stateful:
            raise AttributeError(f"{self.where} keeps no state: it is not stateful")
        values = [0.0] * self.state_count if states is None else as_list(states)
        if len(values) != self.state_count:
            raise ShapeError(where=self.where, expected=f"{self.state_count} states", found=str(len(values)))
        for variable, value in zip(self.states, values, strict=True):
            if variable is not None:
                variable.assign(np.broadcast_to(value, variable.shape))

    def check_inputs(self, inputs: Any) -> None:
        """The sequence must have rank 3; initial states may follow it in a list."""
        sequence = inputs[0] if isinstance(inputs, (list, tuple)) else inputs
        self.input_spec.check(sequence.shape)

    def __call__(self, inputs: Any, initial_state: Any = None, **kwargs: Any) -> Any:
        """Apply to a sequence; `initial_state`: the first states, as tensors."""
        if initial_state is not None:
            inputs = [*as_list(inputs), *as_list(initial_state)]
        return super().__call__(inputs, **kwargs)

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """The input's mask where every step is given out, else none."""
        output = as_list(mask)[0] if self.return_sequences else None
        return [output, *[None] * self.state_count] if self.return_state else output

    def call(self, inputs: Any, mask: Any = None, training: Any = None) -> Any:
        """Run over all steps; `training` True or False: drop always or never."""
        x, *given = as_list(inputs)
        if given and len(given) != self.state_count:
            raise ShapeError(expected=f"{self.state_count} initial states", found=str(len(given)))
        step = ops.getitem(x, (slice(None), 0)) if self.dropout or self.recurrent_dropout else None
        input_mask = dropped(apply(OnesLike(), step), self.dropout, training) if self.dropout else None
        recurrent_mask = self._recurrent_mask(step, training)
        y, *last = self.run(x, given or self.states, as_list(mask)[0], input_mask, recurrent_mask)
        if self.stateful:
            self.add_update(list(zip(self.states, last, strict=True)), inputs)
        return [y, *last] if self.return_state else y

    def _recurrent_mask(self, step: Tensor | None, training: Any) -> Any:
        if not self.recurrent_dropout or step is None:
            return None
        ones = ops.repeat(apply(OnesLike(), ops.getitem(step, (slice(None), slice(0, 1)))), self.units, axis=1)
        return dropped(ones, self.recurrent_dropout, training)


@registry.register("layer")
class SimpleRNN(_Recurrent):
    """Simple recurrent network (Elman, 1990): (N, T, C) -> (N, U), or (N, T, U) with return_sequences.

    h' = activation(x W + h U + b). Weights: kernel (C, U), recurrent_kernel (U, U), bias (U,). Masks and dropout as in
    LSTM.

    >>> SimpleRNN(8, return_sequences=True).compute_output_shape((None, 20, 3))
    (None, 20, 8)
    """

    def run(self, x: Any, states: Sequence[Any], mask: Any, input_mask: Any, recurrent_mask: Any) -> tuple[Any, ...]:
        """y and the last state."""
        return ops.simple_rnn(
            x, self.kernel, self.recurrent_kernel, self.bias, *states, mask=mask, input_mask=input_mask,
            recurrent_mask=recurrent_mask, activation=_name(self.activation), go_backwards=self.go_backwards,
            return_sequences=self.return_sequences,
        )  # fmt: skip


class _Gated(_Recurrent):
    recurrent_activation: Any = field(
        rules.activation, default="hard_sigmoid", help="function for the gates", after="activation"
    )
    implementation: int = field(
        rules.non_negative_int,
        default=1,
        help="kept for Keras's configs; changes nothing here",
        after="recurrent_dropout",
    )


@registry.register("layer")
class LSTM(_Gated):
    """Long short-term memory (Hochreiter & Schmidhuber, 1997): (N, T, C) -> (N, U), or (N, T, U) with return_sequences.

    i, f, o = recurrent_activation(x W + h U + b), g = activation(...), c' = f c + i g, h' = o activation(c').
    Weights: kernel (C, 4U), recurrent_kernel (U, 4U), bias (4U,), gates in the order i, f, c, o.
    A masked step repeats output and state of the step before. `dropout` and `recurrent_dropout` use one mask for all
    steps and gates (Gal & Ghahramani, 2016).

    >>> LSTM(8).compute_output_shape((None, 20, 3))
    (None, 8)
    """

    gates: ClassVar[int] = 4
    state_count: ClassVar[int] = 2

    unit_forget_bias: bool = field(
        rules.switch, default=True, help="start the forget gate's bias at 1", after="bias_initializer"
    )

    def first_bias(self) -> Any:
        """The bias's initializer, with ones for the forget gate where that is wanted."""
        first = self.bias_initializer
        return _forget_bias(first, self.units) if self.unit_forget_bias else first

    def run(self, x: Any, states: Sequence[Any], mask: Any, input_mask: Any, recurrent_mask: Any) -> tuple[Any, ...]:
        """y, the last h and the last c."""
        return ops.lstm(
            x, self.kernel, self.recurrent_kernel, self.bias, *states, mask=mask, input_mask=input_mask,
            recurrent_mask=recurrent_mask, activation=_name(self.activation),
            recurrent_activation=_name(self.recurrent_activation), go_backwards=self.go_backwards,
            return_sequences=self.return_sequences,
        )  # fmt: skip


@registry.register("layer")
class GRU(_Gated):
    """Gated recurrent unit (Cho et al., 2014): (N, T, C) -> (N, U), or (N, T, U) with return_sequences.

    z, r = recurrent_activation(x W + h U + b); g = activation(x W + (r h) U + b), with `reset_after`
    activation(x W + b + r (h U + b')) as CuDNN has it; h' = z h + (1 - z) g. Weights: kernel (C, 3U), recurrent_kernel
    (U, 3U), bias (3U,) or with reset_after (2, 3U) for b and b'; gates in the order z, r, g. Masks and dropout as in LSTM.

    >>> GRU(8).compute_output_shape((None, 20, 3))
    (None, 8)
    """

    gates: ClassVar[int] = 3

    reset_after: bool = switch_field(False, "apply the reset gate after the state's product")

    def bias_shape(self) -> tuple[int, ...]:
        """(3U,), or (2, 3U) with `reset_after`."""
        return (2, 3 * self.units) if self.reset_after else (3 * self.units,)

    def run(self, x: Any, states: Sequence[Any], mask: Any, input_mask: Any, recurrent_mask: Any) -> tuple[Any, ...]:
        """y and the last state."""
        bias, recurrent_bias = self.bias, None
        if self.reset_after and bias is not None:
            bias, recurrent_bias = ops.getitem(bias, 0), ops.getitem(bias, 1)
        return ops.gru(
            x, self.kernel, self.recurrent_kernel, bias, recurrent_bias, *states, mask=mask,
            input_mask=input_mask, recurrent_mask=recurrent_mask, activation=_name(self.activation),
            recurrent_activation=_name(self.recurrent_activation), reset_after=self.reset_after,
            go_backwards=self.go_backwards, return_sequences=self.return_sequences,
        )  # fmt: skip


def _name(activation: Any) -> str:
    return activations.linear.__name__ if activation is None else activation.__name__
