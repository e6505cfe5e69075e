"""RNN, which runs any cell over the steps, and stacks of cells; SimpleRNN, GRU and LSTM under Keras's import path."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from .. import _ops as ops
from .._declared import registry, rules
from .._declared.fields import field
from .._graph.tensor import Tensor
from .._ops.loop import call_before_recording
from ..errors import SettingError
from .base import Layer
from .dropping import Phase
from .gru import GRU, GRUCell
from .lstm import LSTM, LSTMCell
from .node import as_list
from .recurrent_base import RecurrentLayer
from .recurrent_legacy import Recurrent
from .recurrent_units import Cell, DropoutMasks
from .settings import num_constants_field, switch_field
from .simple_rnn import SimpleRNN, SimpleRNNCell
from .sublayers import build_sublayer


def _sizes(cell: Any) -> list[Any]:
    """The state sizes of a cell, one an entry."""
    size = cell.state_size
    return list(size) if isinstance(size, (list, tuple)) else [size]


def _call_cell(
    cell: Any, x: Any, states: list[Any], arguments: Mapping[str, Any], masks: Any = None
) -> tuple[Any, list[Any]]:
    """One step of any cell, with those of the arguments that it takes; `masks`: of a cell with dropout, or of a stack."""
    taken = {name: value for name, value in arguments.items() if Layer._takes(cell, name)}
    if masks is not None and Layer._takes(cell, "masks"):
        taken["masks"] = masks
    elif masks is not None:
        cell = _with_masks(cell, masks)
    output, new = cell.call(x, states, **taken)
    return output, as_list(new)


def _with_masks(cell: Any, masks: Any) -> Any:
    """A twin that draws these masks, for a user's cell or stack of cells whose `call` has no argument to pass them on."""
    twin = copy.copy(cell)
    if hasattr(cell, "cells"):
        twin.cells = [c if m is None else _with_masks(c, m) for c, m in zip(cell.cells, masks, strict=True)]
    else:
        twin.draw_masks = lambda step, training: masks
    return twin


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

    def call(
        self,
        inputs: Any,
        states: Any = None,
        constants: Any = None,
        training: Any = None,
        masks: Sequence[DropoutMasks | None] | None = None,
    ) -> Any:
        """Output of the last cell and all new states; masks: of each cell, None for one without dropout."""
        states_of: dict[int, list[Any]] = {}
        rest = list(states)
        for cell in self._in_order_of_states:
            count = len(_sizes(cell))
            states_of[id(cell)], rest = rest[:count], rest[count:]
        arguments = {"constants": constants, "training": training}
        arguments = {name: value for name, value in arguments.items() if value is not None}
        for cell, mask in zip(self.cells, masks or [None] * len(self.cells), strict=True):
            inputs, states_of[id(cell)] = _call_cell(cell, inputs, states_of[id(cell)], arguments, mask)
        return inputs, [state for cell in self._in_order_of_states for state in states_of[id(cell)]]


@registry.register("layer")
class RNN(RecurrentLayer):
    """Run a cell over the steps: (N, T, ...) -> (N, U), or (N, T, U) with return_sequences.

    cell: a layer with `state_size` and call(inputs, states[, constants][, training]) -> output, new states, written with
    K; or a list of cells, which are stacked. A masked step repeats output and states of the step before. At the call
    `initial_state` gives the first states, `constants` what the cell gets at every step.

    >>> RNN([LSTMCell(8), LSTMCell(4)], return_sequences=True).compute_output_shape((None, 20, 3))
    (None, 20, 4)
    """

    cell: Any = field(rules.cell, help="the cell, or a list of cells")
    return_sequences: bool = switch_field(False, "give the output of every step")
    return_state: bool = switch_field(False, "give the last states too")
    go_backwards: bool = switch_field(False, "read the steps from last to first")
    stateful: bool = switch_field(False, "start each batch from the states the last one ended with")
    unroll: bool = switch_field(False, "kept for Keras's configs; changes nothing here")
    num_constants: Any = num_constants_field()

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
        x, *with_inputs = as_list(inputs)
        if self.num_constants and constants is None:
            with_inputs, constants = with_inputs[: -self.num_constants], with_inputs[-self.num_constants :]
        states = self.starting_states(x, with_inputs, initial_state)
        arguments: dict[str, Any] = {} if training is None else {"training": training}
        if constants:
            arguments["constants"] = list(constants)
        masks = self._draw_masks(x, training)

        def step(element: Tensor, now: list[Tensor]) -> tuple[Tensor, list[Tensor]]:
            return _call_cell(self.cell, element, now, arguments, masks)

        call_before_recording(step, x, states)
        before = states[0] if isinstance(self.cell, Cell) else None
        last, outputs, ends = ops.loop(step, x, states, as_list(mask)[0], self.go_backwards, before=before)
        return self.results(inputs, outputs if self.return_sequences else last, ends)

    def _draw_masks(self, x: Tensor, training: Phase) -> DropoutMasks | list[DropoutMasks | None] | None:
        """Dropout masks, the same for all steps: of the cell, or a list with those of each in a stack."""
        step = ops.getitem(x, (slice(None), 0))
        masks: list[DropoutMasks | None] = []
        for cell in getattr(self.cell, "cells", [self.cell]):
            drops = isinstance(cell, Cell) and (cell.dropout or cell.recurrent_dropout)
            masks.append(cell.draw_masks(step, training) if drops else None)
            if isinstance(cell, Layer) and hasattr(cell, "units"):
                samples = ops.shape_of(x)[0]
                step = ops.full([samples, cell.units], 1.0, x.dtype)
        if not hasattr(self.cell, "cells"):
            return masks[0]
        return masks if any(m is not None for m in masks) else None


__all__ = ["GRU", "LSTM", "RNN", "GRUCell", "LSTMCell", "Recurrent", "SimpleRNN", "SimpleRNNCell", "StackedRNNCells"]
