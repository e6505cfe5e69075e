"""Recurrent layers over whole sequences in one op; cells and RNN under Keras's import path."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from .. import activations, ops
from ..core import registry, rules
from ..core.fields import field
from ..ops.gate_functions import FUNCTIONS as GATE_FUNCTIONS
from .core import switch_field
from .cudnn_layout import gru_weights, lstm_weights
from .node import as_list
from .recurrent_base import (
    GruUnits,
    LstmUnits,
    Recurring,
    UnitLayer,
    forget_bias_field,
    gate_activation_field,
    implementation_field,
)
from .recurrent_cells import RNN, GRUCell, LSTMCell, SimpleRNNCell, StackedRNNCells
from .recurrent_legacy import Recurrent

__all__ = ["GRU", "LSTM", "RNN", "GRUCell", "LSTMCell", "Recurrent", "SimpleRNN", "SimpleRNNCell", "StackedRNNCells"]


class _Recurrent(Recurring, UnitLayer):
    """What LSTM, GRU and SimpleRNN share; a subclass writes `run` and names the class of its cell."""

    cell_class: ClassVar[Any]

    activity_regularizer: Any = field(
        rules.regularizer, default=None, help="penalty on the output", after="bias_regularizer"
    )
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
        self.states = [None] * self.state_count
        self._cell: Any = None

    @property
    def cell(self) -> Any:
        """The units as a cell for one step, with the layer's settings and weights."""
        if self._cell is None:
            self._cell = self.cell_class(**{name: getattr(self, name) for name in self.cell_class._fields})
        if self.built and not self._cell.built:
            self._cell.share(self)
        return self._cell

    @property
    def state_shapes(self) -> list[tuple[int, ...]]:
        """(units,) for each state."""
        return [(self.units,)] * self.state_count

    def build(self, input_shape: Any) -> None:
        """Make the weights, and the state when it is kept from batch to batch."""
        shape = input_shape[0] if isinstance(input_shape, list) else input_shape
        self.add_weights(shape)
        if self.stateful:
            self.make_states(shape[0])
        self.built = True

    def call(self, inputs: Any, mask: Any = None, training: Any = None, initial_state: Any = None) -> Any:
        """Run over all steps; `training` True or False: drop always or never."""
        x, *given = as_list(inputs)
        states = self.first_states(x, given or (as_list(initial_state) if initial_state is not None else []))
        dropping = self.dropout or self.recurrent_dropout
        masks = self.masks(ops.getitem(x, (slice(None), 0)), training) if dropping else (None, None)
        run = self.run if self.fused else self._run_by_steps
        y, *last = run(x, states, as_list(mask)[0], *masks)
        return self.results(inputs, y, last)

    @property
    def fused(self) -> bool:
        """Whether the op over all steps knows the activations."""
        return all(_is_known(f) for f in (self.activation, getattr(self, "recurrent_activation", None)))

    def _run_by_steps(self, x: Any, states: Sequence[Any], mask: Any, *masks: Any) -> tuple[Any, ...]:
        """The same by the cell, step by step: for activations that the op does not know."""
        cell, states = self.cell, self.starting_states(x, states, None)
        cell.dropping = masks
        last, outputs, ends = ops.loop(cell.call, x, states, mask, self.go_backwards, before=states[0])
        cell.dropping = None
        return (outputs if self.return_sequences else last, *ends)


@registry.register("layer")
class SimpleRNN(_Recurrent):
    """Simple recurrent network (Elman, 1990): (N, T, C) -> (N, U), or (N, T, U) with return_sequences.

    h' = activation(x W + h U + b). Weights: kernel (C, U), recurrent_kernel (U, U), bias (U,). Masks and dropout as in
    LSTM.

    >>> SimpleRNN(8, return_sequences=True).compute_output_shape((None, 20, 3))
    (None, 20, 8)
    """

    cell_class: ClassVar[Any] = SimpleRNNCell

    def run(self, x: Any, states: Sequence[Any], mask: Any, input_mask: Any, recurrent_mask: Any) -> tuple[Any, ...]:
        """y and the last state."""
        return ops.simple_rnn(
            x, self.kernel, self.recurrent_kernel, self.bias, *states, mask=mask, input_mask=input_mask,
            recurrent_mask=recurrent_mask, activation=_name(self.activation), go_backwards=self.go_backwards,
            return_sequences=self.return_sequences,
        )  # fmt: skip


class _Gated(_Recurrent):
    recurrent_activation: Any = gate_activation_field()
    implementation: int = implementation_field()


@registry.register("layer")
class LSTM(LstmUnits, _Gated):
    """Long short-term memory (Hochreiter & Schmidhuber, 1997): (N, T, C) -> (N, U), or (N, T, U) with return_sequences.

    i, f, o = recurrent_activation(x W + h U + b), g = activation(...), c' = f c + i g, h' = o activation(c').
    Weights: kernel (C, 4U), recurrent_kernel (U, 4U), bias (4U,), gates in the order i, f, c, o.
    A masked step repeats output and state of the step before. `dropout` and `recurrent_dropout` use one mask for all
    steps and gates (Gal & Ghahramani, 2016).

    >>> LSTM(8).compute_output_shape((None, 20, 3))
    (None, 8)
    """

    cell_class: ClassVar[Any] = LSTMCell

    unit_forget_bias: bool = forget_bias_field()

    def in_own_layout(self, weights: list[Any]) -> list[Any]:
        """Loaded weights, those of a CuDNNLSTM included, as they are kept here."""
        return lstm_weights(weights, cudnn=False)

    def run(self, x: Any, states: Sequence[Any], mask: Any, input_mask: Any, recurrent_mask: Any) -> tuple[Any, ...]:
        """y, the last h and the last c."""
        return ops.lstm(
            x, self.kernel, self.recurrent_kernel, self.bias, *states, mask=mask, input_mask=input_mask,
            recurrent_mask=recurrent_mask, activation=_name(self.activation),
            recurrent_activation=_name(self.recurrent_activation), go_backwards=self.go_backwards,
            return_sequences=self.return_sequences,
        )  # fmt: skip


@registry.register("layer")
class GRU(GruUnits, _Gated):
    """Gated recurrent unit (Cho et al., 2014): (N, T, C) -> (N, U), or (N, T, U) with return_sequences.

    z, r = recurrent_activation(x W + h U + b); g = activation(x W + (r h) U + b), with `reset_after`
    activation(x W + b + r (h U + b')) as CuDNN has it; h' = z h + (1 - z) g. Weights: kernel (C, 3U), recurrent_kernel
    (U, 3U), bias (3U,) or with reset_after (2, 3U) for b and b'; gates in the order z, r, g. Masks and dropout as in LSTM.

    >>> GRU(8).compute_output_shape((None, 20, 3))
    (None, 8)
    """

    cell_class: ClassVar[Any] = GRUCell

    reset_after: bool = switch_field(False, "apply the reset gate after the state's product")

    def in_own_layout(self, weights: list[Any]) -> list[Any]:
        """Loaded weights, those of a CuDNNGRU included, as they are kept here."""
        return gru_weights(weights, cudnn=False, reset_after=self.reset_after)

    def run(self, x: Any, states: Sequence[Any], mask: Any, input_mask: Any, recurrent_mask: Any) -> tuple[Any, ...]:
        """y and the last state."""
        bias, recurrent_bias = self.biases()
        return ops.gru(
            x, self.kernel, self.recurrent_kernel, bias, recurrent_bias, *states, mask=mask,
            input_mask=input_mask, recurrent_mask=recurrent_mask, activation=_name(self.activation),
            recurrent_activation=_name(self.recurrent_activation), reset_after=self.reset_after,
            go_backwards=self.go_backwards, return_sequences=self.return_sequences,
        )  # fmt: skip


def _name(activation: Any) -> str:
    return "linear" if activation is None else getattr(activation, "__name__", "")


def _is_known(activation: Any) -> bool:
    """Whether the recurrent ops have the function; another one of the same name is not it."""
    name = _name(activation)
    return name in GATE_FUNCTIONS and activation in (None, getattr(activations, name, None), getattr(ops, name, None))
