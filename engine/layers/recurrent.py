"""RNN, which runs any cell over the steps, and stacks of cells; SimpleRNN, GRU and LSTM under Keras's import path."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from .. import _ops as ops
from .._declared import registry, rules
from .._declared.fields import field
from .._graph.tensor import Tensor
from .._ops.loop import call_before_recording
from ..errors import SettingError
from .base import Layer
from .cells import Cell, DropoutMasks, StepCell
from .gru import GRU, GRUCell
from .lstm import LSTM, LSTMCell
from .node import InputSpec, as_list, takes_argument
from .recurrent_base import RecurrentLayer, sequence_hint, split_inputs
from .recurrent_helpers import generate_dropout_mask, standardize_args, time_distributed_dense
from .recurrent_legacy import Recurrent
from .settings import num_constants_field, switch_field, unused_field
from .simple_rnn import SimpleRNN, SimpleRNNCell
from .sublayers import build_sublayer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .._declared.fields import Setting
    from .._graph.tensor import Tensor
    from ..types import Config, Shape
    from .calling import Inputs
    from .dropping import Phase
    from .node import Masks, Tensors
    from .recurrent_base import States

    Size: TypeAlias = int | tuple[int, ...]
    """The size of a state: units, or a shape without the batch."""
    MasksOfCell: TypeAlias = DropoutMasks | Sequence[DropoutMasks | None] | None
    """Dropout masks of a cell, or of each cell of a stack."""
    CellSetting: TypeAlias = Setting[
        StepCell | Mapping[str, object] | Sequence[StepCell | Mapping[str, object]], StepCell
    ]

# Under these names Keras's own module has them.
_generate_dropout_mask, _standardize_args, _time_distributed_dense = (
    generate_dropout_mask,
    standardize_args,
    time_distributed_dense,
)


def _sizes(cell: StepCell) -> list[Size]:
    """The state sizes of a cell, one an entry."""
    size = cell.state_size
    sizes = [size] if isinstance(size, int) else size
    return [s if isinstance(s, int) else tuple(s) for s in sizes]


def _call_cell(
    cell: StepCell, x: Tensor, states: Sequence[Tensor], arguments: Config, masks: MasksOfCell = None
) -> tuple[Tensor, list[Tensor]]:
    """Call any cell for one step.

    Args:
        cell: the cell.
        x: the input of the step.
        states: the states before it.
        arguments: further arguments, of which the cell gets those that its `call` takes.
        masks: dropout masks, a list of them for a stack.
    """
    taken = {name: value for name, value in arguments.items() if takes_argument(cell.call, name)}
    if masks is not None and takes_argument(cell.call, "masks"):
        taken["masks"] = masks
    elif masks is not None:
        cell = _with_masks(cell, masks)
    output, new = cell.call(x, states, **taken)
    return output, as_list(new)


def _with_masks(cell: StepCell, masks: MasksOfCell) -> StepCell:
    """A copy of a user's cell or stack that draws these masks, since its `call` has no argument for them."""

    def draw_masks(step: Tensor, training: Phase) -> MasksOfCell:
        return masks

    twin = copy.copy(cell)
    cells = getattr(cell, "cells", None)
    if cells is not None and isinstance(masks, list):
        vars(twin)["cells"] = [c if m is None else _with_masks(c, m) for c, m in zip(cells, masks, strict=True)]
    else:
        vars(twin)["draw_masks"] = draw_masks
    return twin


@registry.register("layer")
class StackedRNNCells(Layer):
    """Several cells as one: the output of each is the input of the next; states in the order of the cells.

    Args:
        cells: the cells or their configs, the first one first.
        reverse_state_order: whether the states of the last cell come first, as before Keras 2.2.3; False by default.

    Input shape:
        (N, ...), as the first cell takes it, and a list of the states of all cells.

    Output shape:
        That of the last cell, and a list of the new states of all cells.

    Example:
        >>> StackedRNNCells([LSTMCell(3), GRUCell(4)]).state_size
        (3, 3, 4)
    """

    group: ClassVar[str] = ""

    cells: Setting[Sequence[StepCell | Mapping[str, object]], list[StepCell]] = field(
        rules.cells, help="the cells, the first one first"
    )
    reverse_state_order: bool | None = field(
        rules.optional(rules.switch),
        default=None,
        kw_only=True,
        config="if_set",
        help="states of the last cell first, as before Keras 2.2.3",
    )

    @property
    def _in_order_of_states(self) -> list[StepCell]:
        return list(reversed(self.cells)) if self.reverse_state_order else list(self.cells)

    @property
    def sublayers(self) -> list[Layer]:
        """The cells."""
        return [cell for cell in self.cells if isinstance(cell, Layer)]

    @property
    def state_size(self) -> tuple[Size, ...]:
        """Sizes of all states."""
        return tuple(size for cell in self._in_order_of_states for size in _sizes(cell))

    def build(self, input_shape: Shape | list[Shape]) -> None:
        """Build the cells, each for what the one before it gives."""
        shapes = input_shape if isinstance(input_shape, list) else [input_shape]
        shape, constants = tuple(shapes[0]), shapes[1:]
        for cell in self.cells:
            if isinstance(cell, Layer):
                takes_constants = constants and takes_argument(cell.call, "constants")
                build_sublayer(self, cell, [shape, *constants] if takes_constants else shape)
            size = _sizes(cell)[0]
            shape = (shape[0], *size) if isinstance(size, tuple) else (shape[0], size)
        self.built = True

    def call(
        self,
        inputs: Tensor,
        states: Sequence[Tensor] = (),
        constants: Sequence[Tensor] | None = None,
        training: Phase = None,
        masks: Sequence[DropoutMasks | None] | None = None,
    ) -> tuple[Tensor, list[Tensor]]:
        """The output of the last cell, and all new states.

        Args:
            inputs: the input of the step.
            states: the states of all cells, in the order of `state_size`.
            constants: tensors that every step gets.
            training: whether dropout is applied; None leaves it to the run.
            masks: dropout masks of each cell, None for one without dropout.
        """
        states_of: dict[int, list[Tensor]] = {}
        rest = list(states)
        for cell in self._in_order_of_states:
            count = len(_sizes(cell))
            states_of[id(cell)], rest = rest[:count], rest[count:]
        options = {"constants": constants, "training": training}
        arguments = {name: value for name, value in options.items() if value is not None}
        for cell, mask in zip(self.cells, masks or [None] * len(self.cells), strict=True):
            inputs, states_of[id(cell)] = _call_cell(cell, inputs, states_of[id(cell)], arguments, mask)
        return inputs, [state for cell in self._in_order_of_states for state in states_of[id(cell)]]


@registry.register("layer")
class RNN(RecurrentLayer):
    """Run a cell over the steps: (N, T, ...) -> (N, U), or (N, T, U) with return_sequences.

    A masked time step repeats output and states of the one before. At the call `initial_state` holds the first states,
    `constants` tensors that the cell gets at every time step.

    Args:
        cell: a layer with `state_size` (a size or a list of sizes) and call(inputs, states[, constants][, training]) ->
            output, new states, written with K; or a list of such cells, which are stacked.
        return_sequences: whether the output of every time step is returned, not only the last one; False by default.
        return_state: whether the last states are returned too, behind the output; False by default.
        go_backwards: whether the time steps are read from last to first, False by default.
        stateful: whether each batch starts from the state that the one before it ended with, which needs a fixed
            batch size; False by default.
        unroll: has no effect; accepted since Keras's configs name it.
        num_constants: how many tensors every time step gets; the call sets it by its `constants`.

    Input shape:
        (N, T, ...), three axes or more.

    Output shape:
        (N, U), or (N, T, U) with `return_sequences`, U being the size of the cell's first state; with `return_state` a
        list of that and the states.

    Raises:
        SettingError: `cell` has no `call` or no `state_size`.
        GraphError: a stateful layer is used for batches of no fixed size.

    Example:
        >>> RNN([LSTMCell(8), LSTMCell(4)], return_sequences=True).compute_output_shape((None, 20, 3))
        (None, 20, 4)
    """

    cell: CellSetting = field(rules.cell, help="the cell, or a list of cells")
    return_sequences: bool = switch_field(default=False, help="give the output of every step")
    return_state: bool = switch_field(default=False, help="give the last states too")
    go_backwards: bool = switch_field(default=False, help="read the steps from last to first")
    stateful: bool = switch_field(default=False, help="start each batch from the states the last one ended with")
    unroll: bool = unused_field(rules.switch, default=False)
    num_constants: int | None = num_constants_field(default=None, kw_only=True)

    def prepare(self) -> None:
        """Stack a list of cells."""
        if isinstance(self.cell, (list, tuple)):
            self.cell = StackedRNNCells(list(self.cell))
        if not hasattr(self.cell, "call") or not hasattr(self.cell, "state_size"):
            raise SettingError(
                where="RNN, cell",
                expected="a cell with call(inputs, states) and state_size",
                actual=type(self.cell).__name__,
                hint="LSTMCell, GRUCell and SimpleRNNCell are cells; LSTM is a layer.",
            )
        super().prepare()
        self.input_spec = InputSpec(min_ndim=3, hints=sequence_hint)

    @property
    def sublayers(self) -> list[Layer]:
        """The cell, where it is a layer."""
        return [self.cell] if isinstance(self.cell, Layer) else []

    @property
    def state_shapes(self) -> list[Shape]:
        """Shapes of the states, without the batch."""
        return [s if isinstance(s, tuple) else (s,) for s in _sizes(self.cell)]

    def note_inputs(self, inputs: Inputs, initial_state: int = 0, constants: int = 0) -> None:
        """Take note of how many constants come after the states."""
        if constants:
            self.num_constants = constants

    def build(self, input_shape: Shape | list[Shape]) -> None:
        """Build the cell, and the states that are kept from batch to batch."""
        shapes = input_shape if isinstance(input_shape, list) else [input_shape]
        constants = shapes[len(shapes) - (self.num_constants or 0) :]
        self.step_shape = step = (shapes[0][0], *shapes[0][2:])
        if isinstance(self.cell, Layer):
            build_sublayer(self, self.cell, [step, *constants] if constants else step)
        if self.stateful:
            self.make_states(shapes[0][0])
        self.built = True

    def call(
        self,
        inputs: Tensors,
        mask: Masks = None,
        training: Phase = None,
        initial_state: States = None,
        constants: Sequence[Tensor] | None = None,
    ) -> Tensors:
        """Run the cell over all steps."""
        x, with_inputs, constants = split_inputs(inputs, self.num_constants, constants)
        states = self.starting_states(x, with_inputs, initial_state)
        arguments: Config = {} if training is None else {"training": training}
        if constants:
            arguments["constants"] = list(constants)
        masks = self._masks_of_cell(x, training)

        def step(element: Tensor, now: list[Tensor]) -> tuple[Tensor, list[Tensor]]:
            return _call_cell(self.cell, element, now, arguments, masks)

        call_before_recording(step, x, states)
        before = states[0] if isinstance(self.cell, Cell) else None
        last, outputs, ends = ops.loop(step, x, states, as_list(mask)[0], self.go_backwards, before=before)
        return self.results(inputs, outputs if self.return_sequences else last, ends)

    def _masks_of_cell(self, x: Tensor, training: Phase) -> MasksOfCell:
        """Dropout masks for all steps: those of the cell, or a list with those of each cell of a stack."""
        step = ops.getitem(x, (slice(None), 0))
        masks: list[DropoutMasks | None] = []
        for cell in getattr(self.cell, "cells", [self.cell]):
            drops = isinstance(cell, Cell) and (cell.dropout or cell.recurrent_dropout)
            masks.append(cell.draw_masks(step, training) if drops else None)
            units = getattr(cell, "units", None) if isinstance(cell, Layer) else None
            if units is not None:
                step = ops.full([ops.shape_of(x)[0], units], 1.0, x.dtype)
        if not hasattr(self.cell, "cells"):
            return masks[0]
        return masks if any(m is not None for m in masks) else None


__all__ = ["GRU", "LSTM", "RNN", "GRUCell", "LSTMCell", "Recurrent", "SimpleRNN", "SimpleRNNCell", "StackedRNNCells"]
