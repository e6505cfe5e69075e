"""Cells compute one step of a recurrent layer, and what such a step is made of: weights, dropout masks, gates.

A cell's class says how its settings become weights, for the cell itself and for the layer over steps that has one
(`make_weights`), and writes the mathematics of a step (`step`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar, NamedTuple, Protocol

import numpy as np

from .. import _ops as ops
from .._graph.tensor import Tensor, Variable
from ..errors import ShapeError
from .base import Layer
from .weights import TakesWeights, add_by_settings, first_values

if TYPE_CHECKING:
    from ..activations import Activation
    from ..initializers import Filling
    from ..types import Array, Config, DType, Shape
    from .dropping import Phase
    from .node import Tensors
    from .settings import ConstraintSetting, RegularizerSetting


class UnitWeights(NamedTuple):
    """The weights of recurrent units; the columns of all gates stand side by side."""

    kernel: Variable
    recurrent_kernel: Variable
    bias: Variable | None


class DropoutMasks(NamedTuple):
    """What dropout leaves of a step's input and of the output of the step before; None leaves all."""

    inputs: Tensor | None = None
    states: Tensor | None = None


class StepMasks(NamedTuple):
    """The mask of the steps, (N, T), and the masks of dropout; a step with 0 repeats output and state of the step before."""

    steps: Tensor | None
    dropout: DropoutMasks

    def of_op(self) -> tuple[Tensor | None, Tensor | None, Tensor | None]:
        """The masks as the op over all steps takes them: of the steps, of the inputs, of the states."""
        return self.steps, self.dropout.inputs, self.dropout.states


class StepCell(Protocol):
    """What RNN asks of a cell, whether it is one of the engine's or of a user's."""

    @property
    def state_size(self) -> int | Sequence[int | Sequence[int]]:
        """Size of the state, or of each."""
        ...

    @property
    def call(self) -> Callable[..., tuple[Tensor, Tensors]]:
        """(inputs, states[, constants][, training]) -> output, new states."""
        ...


class UsesBias(TakesWeights, Protocol):
    """A layer or cell with settings of a kernel, a recurrent kernel and a bias."""

    use_bias: bool
    bias_regularizer: RegularizerSetting
    bias_constraint: ConstraintSetting


def add_unit_weights(
    owner: UsesBias,
    kernel: tuple[int, ...],
    recurrent_kernel: tuple[int, ...],
    bias: tuple[int, ...],
    bias_initializer: Filling,
) -> UnitWeights:
    """Weights of these shapes for a layer or cell, by its settings."""
    settings: Config = {"regularizer": owner.bias_regularizer, "constraint": owner.bias_constraint}
    return UnitWeights(
        add_by_settings(owner, "kernel", kernel),
        add_by_settings(owner, "recurrent", recurrent_kernel, "recurrent_kernel"),
        owner.add_weight("bias", bias, initializer=bias_initializer, **settings) if owner.use_bias else None,
    )


def channels_of(input_shape: Shape) -> int:
    """The size of the last axis; raises ShapeError when it is not known."""
    channels = input_shape[-1]
    if channels is None:
        raise ShapeError(
            expected="a known size of the last axis", actual=str(input_shape), hint="Give the Input its shape."
        )
    return channels


def forget_bias(initializer: Filling, units: int, gate: int = 1) -> Filling:
    """An initializer for the bias of all gates, with ones for the forget gate (Jozefowicz et al., 2015).

    Args:
        initializer: fills the rest.
        units: columns of each gate.
        gate: index of the forget gate.
    """

    def values(shape: tuple[int, ...], dtype: DType) -> Array:
        bias = np.array(first_values(initializer, shape, dtype))
        bias[gate * units : (gate + 1) * units] = 1
        return bias

    return values


def columns_of(x: Tensor, gate: int, units: int) -> Tensor:
    """The columns of one gate, in weights or products of all gates."""
    return ops.getitem(x, (Ellipsis, slice(gate * units, (gate + 1) * units)))


def activated(function: Activation | None, x: Tensor) -> Tensor:
    """function(x); x itself without one."""
    return x if function is None else function(x)


class Cell(Layer):
    """Base of the cells: a subclass declares its settings and writes `make_weights`, `draw_masks` and `step`."""

    group: ClassVar[str] = ""  # a cell does not stand alone in a model
    dropout = 0.0  # a subclass declares this and the next one as settings
    recurrent_dropout = 0.0

    @staticmethod
    def make_weights(owner: Layer, input_shape: Shape) -> UnitWeights:
        """Make the weights of a cell of this class for `owner`, the cell itself or the layer over steps that has one."""
        raise NotImplementedError

    def draw_masks(self, step: Tensor, training: Phase) -> DropoutMasks:
        """Dropout masks for the input of one step and for the output of the step before."""
        raise NotImplementedError(f"{type(self).__name__}.draw_masks")

    def step(self, x: Tensor, h: Tensor, states: Sequence[Tensor]) -> list[Tensor]:
        """The new states, the output first.

        Args:
            x: the input of the step, (N, C), with dropout applied.
            h: the output of the step before, with dropout applied.
            states: the states as they are.
        """
        raise NotImplementedError(f"{type(self).__name__}.step")

    def build(self, input_shape: Shape) -> None:
        """Make the weights."""
        self.use_weights(self.make_weights(self, input_shape))

    def use_weights(self, weights: UnitWeights) -> None:
        """Compute with these weights from now on."""
        self.kernel, self.recurrent_kernel, self.bias = weights
        self.built = True

    def share_weights(self, layer: Layer, weights: UnitWeights) -> None:
        """Use the weights of a built layer over steps, as the cell's own."""
        self._trainable_weights = layer._trainable_weights
        self.use_weights(weights)

    def call(
        self, inputs: Tensor, states: Sequence[Tensor] = (), training: Phase = None, masks: DropoutMasks | None = None
    ) -> tuple[Tensor, list[Tensor]]:
        """Output and new states of one step.

        Args:
            inputs: the input of the step.
            states: the states before it, the output of the step before first.
            training: whether dropout is applied; None leaves it to the run.
            masks: dropout masks, which a layer over steps draws once for all of them; by default the call draws its
                own.
        """
        masks = self.draw_masks(inputs, training) if masks is None else masks
        x = inputs if masks.inputs is None else ops.multiply(inputs, masks.inputs)
        h = states[0] if masks.states is None else ops.multiply(states[0], masks.states)
        new = self.step(x, h, list(states))
        return new[0], new
