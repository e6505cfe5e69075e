"""Cells, which compute one step, and RNN, which runs any cell over the steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from .. import ops
from ..core import registry, rules
from ..core.errors import SettingError
from ..core.fields import field
from ..core.tensor import Tensor
from ..ops.loop import call_once_outside
from .base import Layer
from .core import switch_field
from .node import as_list
from .recurrent_base import (
    GruUnits,
    LstmUnits,
    Recurring,
    StepCell,
    UnitLayer,
    forget_bias_field,
    gate_activation_field,
    implementation_field,
)
from .sublayers import build_sublayer


class _Cell(StepCell, UnitLayer):
    """One step of a recurrent layer: call(inputs (N, C), states) -> output (N, U), new states."""

    group: ClassVar[str] = ""  # no layer that stands alone in a model

    def build(self, input_shape: Any) -> None:
        """Make the weights."""
        self.add_weights(input_shape)
        self.built = True

    def call(self, inputs: Any, states: Any = None, training: Any = None) -> Any:
        """Output and new states of one step."""
        kept, kept_state = self.masks_now(inputs, training)
        states = [s if kept_state is None else s * kept_state for s in states], list(states)
        outputs = self.step(inputs if kept is None else inputs * kept, *states)
        return outputs[0], list(outputs)

    def step(self, x: Any, dropped: list[Any], states: list[Any]) -> list[Any]:
        """The new states, the output first; `dropped`: the states as the products see them."""
        raise NotImplementedError

    def products(self, x: Any, h: Any) -> Any:
        """x W + h U + b."""
        z = ops.matmul(x, self.kernel) + ops.matmul(h, self.recurrent_kernel)
        return z if self.bias is None else z + self.bias

    def columns(self, x: Any, gate: int) -> Any:
        """The part of a gate."""
        return ops.getitem(x, (Ellipsis, slice(gate * self.units, (gate + 1) * self.units)))


def _activated(function: Any, x: Any) -> Any:
    return x if function is None else function(x)


@registry.register("layer")
class SimpleRNNCell(_Cell):
    """One step of SimpleRNN: h' = activation(x W + h U + b); (N, C), [h (N, U)] -> h', [h'].

    >>> SimpleRNNCell(4).state_size
    4
    """

    def step(self, x: Any, dropped: list[Any], states: list[Any]) -> list[Any]:
        """h'."""
        return [_activated(self.activation, self.products(x, dropped[0]))]


@registry.register("layer")
class LSTMCell(LstmUnits, _Cell):
    """One step of LSTM: (N, C), [h (N, U), c (N, U)] -> h', [h', c'].

    >>> LSTMCell(4).state_size
    (4, 4)
    """

    recurrent_activation: Any = gate_activation_field()
    unit_forget_bias: bool = forget_bias_field()
    implementation: int = implementation_field()

    def step(self, x: Any, dropped: list[Any], states: list[Any]) -> list[Any]:
        """h' and c'."""
        z = self.products(x, dropped[0])
        i, f, o = (_activated(self.recurrent_activation, self.columns(z, gate)) for gate in (0, 1, 3))
        c = f * states[1] + i * _activated(self.activation, self.columns(z, 2))
        return [o * _activated(self.activation, c), c]


@registry.register("layer")
class GRUCell(GruUnits, _Cell):
    """One step of GRU: (N, C), [h (N, U)] -> h', [h'].

    >>> GRUCell(4).state_size
    4
    """

    recurrent_activation: Any = gate_activation_field()
    implementation: int = implementation_field()
    reset_after: bool = switch_field(False, "apply the reset gate after the state's product")

    def step(self, x: Any, dropped: list[Any], states: list[Any]) -> list[Any]:
        """h'."""
        bias, recurrent_bias = self.biases()
        a = ops.matmul(x, self.kernel)
        a = a if bias is None else a + bias
        if self.reset_after:
            b = ops.matmul(dropped[0], self.recurrent_kernel)
            b = b if recurrent_bias is None else b + recurrent_bias
            z, r = (
                _activated(self.recurrent_activation, self.columns(a, gate) + self.columns(b, gate)) for gate in (0, 1)
            )
            inner = r * self.columns(b, 2)
        else:
            z, r = (
                _activated(
                    self.recurrent_activation,
                    self.columns(a, gate) + ops.matmul(dropped[0], self.columns(self.recurrent_kernel, gate)),
                )
                for gate in (0, 1)
            )
            inner = ops.matmul(r * dropped[0], self.columns(self.recurrent_kernel, 2))
        candidate = _activated(self.activation, self.columns(a, 2) + inner)
        return [z * states[0] + (1.0 - z) * candidate]


def _sizes(cell: Any) -> list[Any]:
    """The state sizes of a cell, one an entry."""
    size = cell.state_size
    return list(size) if isinstance(size, (list, tuple)) else [size]


def _call_cell(cell: Any, x: Any, states: list[Any], arguments: Mapping[str, Any]) -> tuple[Any, list[Any]]:
    """One step of any cell, with those of the arguments that it takes."""
    taken = {name: value for name, value in arguments.items() if Layer._takes(cell, name)}
    output, new = cell.call(x, states, **taken)
    return output, as_list(new)


@registry.register("layer")
class StackedRNNCells(Layer):
    """Several cells as one: the output of each is the input of the next; states in the order of the cells.

    >>> StackedRNNCells([LSTMCell(3), GRUCell(4)]).state_size
    (3, 3, 4)
    """

    group: ClassVar[str] = ""

    cells: Any = field(rules.cells, help="the cells, the first one first")
    reverse_state_order: Any = field(
        rules.optional(rules.switch),
        default=None,
        kw_only=True,
        config="if_set",
        help="states of the last cell first, as before Keras 2.2.3",
    )

    @property
    def _in_order_of_states(self) -> list[Any]:
        return list(reversed(self.cells)) if self.reverse_state_order else list(self.cells)

    @property
    def sublayers(self) -> list[Layer]:
        """The cells."""
        return [cell for cell in self.cells if isinstance(cell, Layer)]

    @property
    def state_size(self) -> tuple[Any, ...]:
        """Sizes of all states."""
        return tuple(size for cell in self._in_order_of_states for size in _sizes(cell))

    def build(self, input_shape: Any) -> None:
        """Build the cells, each for what the one before it gives."""
        shapes = input_shape if isinstance(input_shape, list) else [input_shape]
        shape, constants = tuple(shapes[0]), shapes[1:]
        for cell in self.cells:
            if isinstance(cell, Layer):
                build_sublayer(self, cell, [shape, *constants] if constants and cell._takes("constants") else shape)
            shape = (shape[0], _sizes(cell)[0])
        self.built = True

    def call(self, inputs: Any, states: Any = None, constants: Any = None, training: Any = None) -> Any:
        """Output of the last cell and all new states."""
        own: dict[int, list[Any]] = {}
        rest = list(states)
        for cell in self._in_order_of_states:
            count = len(_sizes(cell))
            own[id(cell)], rest = rest[:count], rest[count:]
        arguments = {"constants": constants, "training": training}
        arguments = {name: value for name, value in arguments.items() if value is not None}
        for cell in self.cells:
            inputs, own[id(cell)] = _call_cell(cell, inputs, own[id(cell)], arguments)
        return inputs, [state for cell in self._in_order_of_states for state in own[id(cell)]]


@registry.register("layer")
class RNN(Recurring, Layer):
    """Run a cell over the steps: (N, T, ...) -> (N, U), or (N, T, U) with return_sequences.

    cell: a layer with `state_size` and call(inputs, states[, constants][, training]) -> output, new states, written with
    K; or a list of cells, which are stacked. A masked step repeats output and states of the step before. At the call
    `initial_state` gives the first states, `constants` what the cell gets at every step.

    >>> RNN([LSTMCell(8), LSTMCell(4)], return_sequences=True).compute_output_shape((None, 20, 3))
    (None, 20, 4)
    """

    group: ClassVar[str] = "recurrent"

    cell: Any = field(rules.cell, help="the cell, or a list of cells")
    return_sequences: bool = switch_field(False, "give the output of every step")
    return_state: bool = switch_field(False, "give the last states too")
    go_backwards: bool = switch_field(False, "read the steps from last to first")
    stateful: bool = switch_field(False, "start each batch from the states the last one ended with")
    unroll: bool = switch_field(False, "kept for Keras's configs; changes nothing here")
    num_constants: Any = field(
        rules.optional(rules.non_negative_int),
        default=None,
        kw_only=True,
        config="if_set",
        help="tensors for every step",
    )

    def prepare(self) -> None:
        """Stack a list of cells."""
        if isinstance(self.cell, (list, tuple)):
            self.cell = StackedRNNCells(list(self.cell))
        if not hasattr(self.cell, "call") or not hasattr(self.cell, "state_size"):
            raise SettingError(
                where="RNN, cell", expected="a cell with call(inputs, states) and state_size",
                found=type(self.cell).__name__, hint="LSTMCell, GRUCell and SimpleRNNCell are cells; LSTM is a layer.",
            )  # fmt: skip
        super().prepare()
        self.input_spec.ndim = None
        self.input_spec.min_ndim = 3
        self.states = [None] * len(self.state_shapes)

    @property
    def sublayers(self) -> list[Layer]:
        """The cell, where it is a layer."""
        return [self.cell] if isinstance(self.cell, Layer) else []

    @property
    def state_shapes(self) -> list[tuple[int, ...]]:
        """Shapes of the states, without the batch."""
        return [tuple(s) if isinstance(s, (list, tuple)) else (s,) for s in _sizes(self.cell)]

    def note_inputs(self, inputs: Any, initial_state: int = 0, constants: int = 0) -> None:
        """Take note of how many constants come after the states."""
        if constants:
            self.num_constants = constants

    def build(self, input_shape: Any) -> None:
        """Build the cell, and the states that are kept from batch to batch."""
        shapes = input_shape if isinstance(input_shape, list) else [input_shape]
        constants = shapes[len(shapes) - (self.num_constants or 0) :]
        step = (shapes[0][0], *shapes[0][2:])
        if isinstance(self.cell, Layer):
            build_sublayer(self, self.cell, [step, *constants] if constants else step)
        if self.stateful:
            self.make_states(shapes[0][0])
        self.built = True

    def call(
        self, inputs: Any, mask: Any = None, training: Any = None, initial_state: Any = None, constants: Any = None
    ) -> Any:
        """Run the cell over all steps."""
        x, *given = as_list(inputs)
        if self.num_constants and constants is None:
            given, constants = given[: -self.num_constants], given[-self.num_constants :]
        states = self.starting_states(x, given, initial_state)
        arguments: dict[str, Any] = {} if training is None else {"training": training}
        if constants:
            arguments["constants"] = list(constants)
        cells = [c for c in getattr(self.cell, "cells", [self.cell]) if isinstance(c, StepCell)]
        self._draw_masks(x, training)
        try:
            step = lambda element, now: _call_cell(self.cell, element, now, arguments)
            call_once_outside(step, x, states)
            last, outputs, ends = ops.loop(
                step, x, states, as_list(mask)[0], self.go_backwards,
                before=states[0] if isinstance(self.cell, StepCell) else None,
            )  # fmt: skip
        finally:
            for cell in cells:
                cell.dropping = None
        return self.results(inputs, outputs if self.return_sequences else last, ends)

    def _draw_masks(self, x: Tensor, training: Any) -> None:
        """One mask for all steps: drawn before them, not in each."""
        step = ops.getitem(x, (slice(None), 0))
        for cell in getattr(self.cell, "cells", [self.cell]):
            if isinstance(cell, StepCell) and (cell.dropout or cell.recurrent_dropout):
                cell.dropping = cell.masks(step, training)
            if isinstance(cell, Layer) and hasattr(cell, "units"):
                samples = ops.shape_of(x)[0]
                step = ops.full([samples, cell.units], 1.0, x.dtype)


__all__ = ["RNN", "GRUCell", "LSTMCell", "SimpleRNNCell", "StackedRNNCells"]
