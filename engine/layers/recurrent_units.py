"""What SimpleRNN, GRU, LSTM and their cells share: settings, weights, dropout masks.

A cell computes one step; `make_weights` of its class says how `units` becomes kernels, for itself and for the layer, and
`step` is its mathematics. The layer has such a cell, with its own settings and weights, and runs all steps in one op.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, NamedTuple

import numpy as np

from .. import _ops as ops
from .. import activations
from .._declared import rules
from .._declared.fields import field
from .._graph.gradient import OnesLike
from .._graph.op import apply
from .._graph.tensor import Tensor, Variable
from .._ops.gate_functions import FUNCTIONS as GATE_FUNCTIONS
from ..errors import ShapeError
from ..types import Array, Shape
from .base import Layer
from .dropping import Phase, dropped
from .node import as_list
from .recurrent_base import RecurrentLayer
from .settings import (
    activation_field,
    bias_field,
    dropout_field,
    kernel_field,
    limit_field,
    penalty_field,
    recurrent_field,
    switch_field,
)

Initializer = Callable[[Shape, "np.dtype[Any]"], Array]


class UnitWeights(NamedTuple):
    """The weights of recurrent units, with the columns of all gates side by side."""

    kernel: Variable
    recurrent_kernel: Variable
    bias: Variable | None


class DropoutMasks(NamedTuple):
    """What stays of a step's input and of the output of the step before; None: everything."""

    inputs: Tensor | None = None
    states: Tensor | None = None


class Masks(NamedTuple):
    """The mask of the steps (N, T), 0 where output and state of the step before are repeated; and those of dropout."""

    steps: Tensor | None
    dropout: DropoutMasks

    def of_op(self) -> tuple[Tensor | None, Tensor | None, Tensor | None]:
        """As the op over all steps takes them."""
        return self.steps, self.dropout.inputs, self.dropout.states


def add_unit_weights(
    owner: Layer, kernel: Shape, recurrent_kernel: Shape, bias: Shape, bias_initializer: Initializer
) -> UnitWeights:
    """Weights of these shapes for a layer or cell, by its settings."""
    return UnitWeights(
        owner.add_weight(
            "kernel", kernel, initializer=owner.kernel_initializer,
            regularizer=owner.kernel_regularizer, constraint=owner.kernel_constraint,
        ),
        owner.add_weight(
            "recurrent_kernel", recurrent_kernel, initializer=owner.recurrent_initializer,
            regularizer=owner.recurrent_regularizer, constraint=owner.recurrent_constraint,
        ),
        owner.add_weight(
            "bias", bias, initializer=bias_initializer,
            regularizer=owner.bias_regularizer, constraint=owner.bias_constraint,
        ) if owner.use_bias else None,
    )  # fmt: skip


def channels_of(input_shape: Shape) -> int:
    """The size of the last axis; raises ShapeError when it is not known."""
    channels = input_shape[-1]
    if channels is None:
        raise ShapeError(
            expected="a known size of the last axis", found=str(input_shape), hint="Give the Input its shape."
        )
    return channels


def forget_bias(initializer: Initializer, units: int, gate: int = 1) -> Initializer:
    """The bias's initializer with ones for the forget gate (Jozefowicz et al., 2015), which has index `gate` in it."""

    def values(shape: Shape, dtype: np.dtype[Any]) -> Array:
        bias = np.array(initializer(shape, dtype))
        bias[gate * units : (gate + 1) * units] = 1
        return bias

    return values


def columns_of(x: Tensor, gate: int, units: int) -> Any:
    """The part of a gate in weights or products of all gates."""
    return ops.getitem(x, (Ellipsis, slice(gate * units, (gate + 1) * units)))


def activated(function: Callable[[Tensor], Tensor] | None, x: Tensor) -> Any:
    """function(x); x itself without one."""
    return x if function is None else function(x)


class Cell(Layer):
    """Base of the cells, which compute one step: call(inputs, states) -> output, new states.

    `masks`: the dropout masks, which RNN draws once for all steps; without them the call draws its own.
    """

    group: ClassVar[str] = ""  # no layer that stands alone in a model
    dropout: ClassVar[float] = 0.0  # settings of the subclass, as is the next
    recurrent_dropout: ClassVar[float] = 0.0

    def draw_masks(self, step: Tensor, training: Phase) -> DropoutMasks:
        """Masks for the input of one step and for states."""
        raise NotImplementedError(f"{type(self).__name__}.draw_masks")

    def step(self, x: Tensor, h: Tensor, states: Sequence[Tensor]) -> list[Tensor]:
        """The new states, the output first; `h`: the output of the step before as the products see it."""
        raise NotImplementedError(f"{type(self).__name__}.step")

    def call(
        self, inputs: Tensor, states: Sequence[Tensor] = (), training: Phase = None, masks: DropoutMasks | None = None
    ) -> tuple[Tensor, list[Tensor]]:
        """Output and new states of one step."""
        masks = self.draw_masks(inputs, training) if masks is None else masks
        x = inputs if masks.inputs is None else ops.multiply(inputs, masks.inputs)
        h = states[0] if masks.states is None else ops.multiply(states[0], masks.states)
        new = self.step(x, h, list(states))
        return new[0], new


class UnitSettings(Layer):
    """Keras's settings of recurrent units, for cells and for layers over steps."""

    units: int = field(rules.positive_int, help="size of state and output")
    activation: Any = activation_field("function for the candidate and the output", "tanh")
    use_bias: bool = switch_field(True, "add a learnt bias")
    kernel_initializer: Any = kernel_field()
    recurrent_initializer: Any = recurrent_field()
    bias_initializer: Any = bias_field()
    kernel_regularizer: Any = penalty_field("kernel")
    recurrent_regularizer: Any = penalty_field("recurrent kernel")
    bias_regularizer: Any = penalty_field("bias")
    kernel_constraint: Any = limit_field("kernel")
    recurrent_constraint: Any = limit_field("recurrent kernel")
    bias_constraint: Any = limit_field("bias")
    dropout: float = dropout_field("inputs")
    recurrent_dropout: float = dropout_field("state")


class UnitCell(UnitSettings, Cell):
    """Base of the cells of recurrent units; a subclass writes `make_weights` and `step`."""

    state_count: ClassVar[int] = 1

    @staticmethod
    def make_weights(owner: Layer, input_shape: Shape) -> UnitWeights:
        """Weights for inputs (N, ..., C), for a cell of the class or for the layer that has one."""
        raise NotImplementedError

    @property
    def state_size(self) -> int | tuple[int, ...]:
        """Size of the state, or of each."""
        return self.units if self.state_count == 1 else (self.units,) * self.state_count

    def build(self, input_shape: Any) -> None:
        """Make the weights."""
        self.kernel, self.recurrent_kernel, self.bias = self.make_weights(self, input_shape)
        self.built = True

    def draw_masks(self, step: Tensor, training: Phase) -> DropoutMasks:
        """Masks for the input of one step, (N, C), and for the state (Gal & Ghahramani, 2016)."""
        return draw_unit_masks(self, step, training)


def draw_unit_masks(layer: UnitCell | UnitLayer, step: Tensor, training: Phase) -> DropoutMasks:
    """Masks by the settings of a layer or cell; step: the input of one step, (N, C)."""
    inputs = dropped(apply(OnesLike(), step), layer.dropout, training) if layer.dropout else None
    if not layer.recurrent_dropout:
        return DropoutMasks(inputs)
    ones = ops.repeat(apply(OnesLike(), ops.getitem(step, (slice(None), slice(0, 1)))), layer.units, axis=1)
    return DropoutMasks(inputs, dropped(ones, layer.recurrent_dropout, training))


class UnitLayer(UnitSettings, RecurrentLayer):
    """Base of the layers of recurrent units over steps; a subclass names the class of its cell and writes `run`."""

    cell_class: ClassVar[type[UnitCell]]
    activations: ClassVar[tuple[str, ...]] = ("activation",)  # the settings that are functions of gates

    activity_regularizer: Any = penalty_field("output", after="bias_regularizer")
    return_sequences: bool = switch_field(False, "give the output of every step")
    return_state: bool = switch_field(False, "give the last state too")
    go_backwards: bool = switch_field(False, "read the steps from last to first")
    stateful: bool = switch_field(False, "start each batch from the state the last one ended with")
    unroll: bool = switch_field(False, "kept for Keras's configs; changes nothing here")

    def run(self, x: Tensor, states: Sequence[Tensor | None], masks: Masks) -> tuple[Tensor, ...]:
        """The op over all steps: y, then the last states."""
        raise NotImplementedError(f"{type(self).__name__}.run")

    def prepare(self) -> None:
        """Take sequences."""
        super().prepare()
        self.states = [None] * self.cell_class.state_count
        self._cell: UnitCell | None = None

    @property
    def cell(self) -> UnitCell:
        """The cell for one step, with the layer's settings and, once there are some, its weights."""
        if self._cell is None:
            self._cell = self.cell_class(**{name: getattr(self, name) for name in self.cell_class._fields})
        if self.built and not self._cell.built:
            share_weights(self, self._cell)
        return self._cell

    @property
    def state_size(self) -> int | tuple[int, ...]:
        """Size of the state, or of each."""
        return self.cell.state_size

    @property
    def state_shapes(self) -> list[tuple[int, ...]]:
        """(units,) for each state."""
        return [(self.units,)] * self.cell_class.state_count

    def build(self, input_shape: Any) -> None:
        """Make the weights, and the state when it is kept from batch to batch."""
        shape = input_shape[0] if isinstance(input_shape, list) else input_shape
        self.kernel, self.recurrent_kernel, self.bias = self.cell_class.make_weights(self, shape)
        if self.stateful:
            self.make_states(shape[0])
        self.built = True

    def op_weights(self) -> tuple[Variable, Variable, Variable | None]:
        """The weights as the op over all steps takes them."""
        return self.kernel, self.recurrent_kernel, self.bias

    def op_settings(self) -> dict[str, Any]:
        """The settings as the op over all steps takes them."""
        activations = {name: gate_name(getattr(self, name)) for name in self.activations}
        return {**activations, "go_backwards": self.go_backwards, "return_sequences": self.return_sequences}

    def call(self, inputs: Any, mask: Any = None, training: Any = None, initial_state: Any = None) -> Any:
        """Run over all steps; `training` True or False: drop always or never."""
        x, *with_inputs = as_list(inputs)
        states = self.first_states(with_inputs, initial_state)
        dropout = DropoutMasks()
        if self.dropout or self.recurrent_dropout:
            dropout = draw_unit_masks(self, ops.getitem(x, (slice(None), 0)), training)
        run = self.run if self._op_knows_activations() else self._run_by_steps
        y, *last = run(x, states, Masks(as_list(mask)[0], dropout))
        return self.results(inputs, y, last)

    def _op_knows_activations(self) -> bool:
        return all(is_gate_function(getattr(self, name)) for name in self.activations)

    def _run_by_steps(self, x: Tensor, states: Sequence[Tensor | None], masks: Masks) -> tuple[Tensor, ...]:
        """The same by the cell, step by step: for activations that the op does not know."""
        cell, first = self.cell, self.starting_states(x, states, None)

        def step(element: Tensor, now: list[Tensor]) -> tuple[Tensor, list[Tensor]]:
            return cell.call(element, now, masks=masks.dropout)

        last, outputs, ends = ops.loop(step, x, first, masks.steps, self.go_backwards, before=first[0])
        return (outputs if self.return_sequences else last, *ends)


def share_weights(layer: Layer, cell: Layer) -> None:
    """Let the cell of a built layer use the layer's weights."""
    cell.kernel, cell.recurrent_kernel, cell.bias = layer.kernel, layer.recurrent_kernel, layer.bias
    cell._trainable_weights = layer._trainable_weights
    cell.built = True


def gate_name(activation: Callable[..., object] | None) -> str:
    """The name under which recurrent ops know a function."""
    return "linear" if activation is None else getattr(activation, "__name__", "")


def is_gate_function(activation: Callable[..., object] | None) -> bool:
    """Whether the recurrent ops have the function; another one of the same name is not it."""
    name = gate_name(activation)
    return name in GATE_FUNCTIONS and activation in (None, getattr(activations, name, None), getattr(ops, name, None))
