"""What all layers over steps do: take first states at the call, keep states from batch to batch, pass masks on."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeAlias, cast

import numpy as np

from .. import _ops as ops
from .._graph.tensor import Constant, Tensor, Variable
from .._machine.config import floatx
from ..errors import GraphError, ShapeError
from .base import Layer
from .cells import Cell, DropoutMasks, StepMasks, UnitWeights
from .node import InputSpec, as_list, call_inputs

if TYPE_CHECKING:
    from ..types import ArrayLike, Config, Shape
    from .calling import Inputs
    from .dropping import Phase
    from .node import Hint, Masks, Tensors

    States: TypeAlias = Tensors | None
    """First states at a call: one, several, or None for zeros."""


def sequence_hint(shape: Shape) -> Hint | None:
    """How to make sequences of inputs of another rank."""
    if len(shape) == 2:
        fix = {"insert": "Reshape", "settings": {"target_shape": [shape[1], 1]}} if shape[1] is not None else None
        return "Steps are missing: use return_sequences=True in the recurrent layer before it, or Reshape.", fix
    if len(shape) > 3 and None not in shape[1:]:
        target = [shape[1], prod(n for n in shape[2:] if n is not None)]
        fix = {"insert": "Reshape", "settings": {"target_shape": target}}
        return f"Put Reshape({tuple(target)}) before it.", fix
    return None


class TakesStates(Protocol):
    """A layer whose call takes first states, and tensors that every step gets."""

    @property
    def where(self) -> str:
        """How messages name the layer."""
        ...

    def note_inputs(self, inputs: Inputs, initial_state: int = 0, constants: int = 0) -> None:
        """Take note of how many first states and constants follow the inputs."""
        ...


def join_states(
    layer: TakesStates, inputs: Inputs, initial_state: Inputs | None, constants: Inputs | None
) -> tuple[Inputs, Config]:
    """Inputs and further arguments of a call with first states and constants.

    Where these are tensors of other layers, they become inputs, and `note_inputs` tells the layer how many there are.

    Raises:
        GraphError: only some of them come from layers.
    """
    more = {
        name: [x if isinstance(x, Tensor) else Constant(np.asarray(x, floatx())) for x in call_inputs(values)]
        for name, values in (("initial_state", initial_state), ("constants", constants))
        if values is not None
    }
    of_layers = {hasattr(x, "_keras_history") for values in more.values() for x in values}
    if len(of_layers) > 1:
        raise GraphError(
            where=layer.where,
            expected="initial states and constants that all come from layers, or none of them",
            actual="both kinds",
            hint="Input(tensor=...) makes a layer's tensor of another.",
        )
    if not all(of_layers):
        return inputs, dict(more)
    layer.note_inputs(inputs, **{name: len(values) for name, values in more.items()})
    followed = [*call_inputs(inputs), *(x for values in more.values() for x in values)] if more else inputs
    return cast("Inputs", followed), {}


def split_inputs(
    inputs: Tensors, count: int | None, constants: Sequence[Tensor] | None
) -> tuple[Tensor, list[Tensor], Sequence[Tensor] | None]:
    """The sequence, the first states and the constants of a call; the last `count` inputs are constants that came as inputs."""
    x, *states = as_list(inputs)
    if count and constants is None:
        states, constants = states[:-count], states[-count:]
    return x, states, constants


class RecurrentLayer(Layer):
    """Base of the layers over steps: a subclass declares Keras's settings for them.

    A subclass with a cell names its `cell_class`, and writes `run` where an op is faster than a call of the cell at
    every step. Others write `state_shapes`, `build` and `call`, which gets its first states from `first_states` or
    `starting_states` and returns `results`.
    """

    group: ClassVar[str] = "recurrent"
    supports_masking = True
    return_sequences = False  # a subclass declares this and the next four as settings
    return_state = False
    go_backwards = False
    dropout = 0.0
    recurrent_dropout = 0.0
    cell_class: ClassVar[type[Cell]]

    @property
    def state_shapes(self) -> list[tuple[int | None, ...]]:
        """Shapes of the states, without the batch."""
        raise NotImplementedError(f"{type(self).__name__}.state_shapes")

    @property
    def cell(self) -> Cell:
        """The cell for one step: it has the layer's settings and, once the layer is built, its weights."""
        if self._cell is None:
            self._cell = self.cell_class(**{name: getattr(self, name) for name in self.cell_class._fields})
        if self.built and not self._cell.built:
            self._cell.share_weights(self, self.op_weights())
        return self._cell

    def prepare(self) -> None:
        """Take sequences."""
        super().prepare()
        self.input_spec = InputSpec(ndim=3, hints=sequence_hint)
        self._cell: Cell | None = None
        self._state_spec: list[InputSpec] | None = None
        self.step_shape: Shape | None = None  # shape of one time step's inputs; None before the layer is built
        self.states: list[Variable | None] = []
        self.states = [None] * len(self.state_shapes)

    def build(self, input_shape: Shape | list[Shape]) -> None:
        """Make the weights, and the states that are kept from batch to batch."""
        shape = input_shape[0] if isinstance(input_shape, list) else input_shape
        samples = _known_samples(shape[0]) if self.stateful else 0
        self.step_shape = (shape[0], *shape[2:])
        self.kernel, self.recurrent_kernel, self.bias = self.cell_class.make_weights(self, shape)
        self.built = True
        if self.stateful:
            self.make_states(samples)

    def call(
        self, inputs: Tensors, mask: Masks = None, training: Phase = None, initial_state: States = None
    ) -> Tensors:
        """Run over all steps; `training` True or False: drop always or never."""
        x, *with_inputs = as_list(inputs)
        states = self.first_states(with_inputs, initial_state)
        dropout = DropoutMasks()
        if self.dropout or self.recurrent_dropout:
            dropout = self.draw_masks(ops.getitem(x, (slice(None), 0)), training)
        y, *ends = self.run(x, states, StepMasks(as_list(mask)[0], dropout))
        return self.results(inputs, y, ends)

    def draw_masks(self, step: Tensor, training: Phase) -> DropoutMasks:
        """Dropout masks for all steps; step: the input of one, (N, ...)."""
        return self.cell.draw_masks(step, training)

    def op_weights(self) -> UnitWeights:
        """The weights as an op over all steps takes them."""
        return UnitWeights(self.kernel, self.recurrent_kernel, self.bias)

    def run(self, x: Tensor, states: Sequence[Tensor | None], masks: StepMasks) -> Sequence[Tensor]:
        """Output and last states, by calling the cell at every step."""
        cell, first = self.cell, self.starting_states(x, states, None)

        def step(element: Tensor, now: list[Tensor]) -> tuple[Tensor, list[Tensor]]:
            return cell.call(element, now, masks=masks.dropout)

        last, outputs, ends = ops.loop(step, x, first, masks.steps, self.go_backwards, before=first[0])
        return outputs if self.return_sequences else last, *ends

    def __call__(
        self, inputs: Inputs, initial_state: Inputs | None = None, constants: Inputs | None = None, **kwargs: Any
    ) -> Any:
        """Apply to a sequence; `initial_state`: the first states; `constants`: what the cell gets at every step."""
        inputs, arguments = join_states(self, inputs, initial_state, constants)
        return super().__call__(inputs, **kwargs, **arguments)

    def note_inputs(self, inputs: Inputs, initial_state: int = 0, constants: int = 0) -> None:
        """Take note of how many constants come after the states."""
        if constants:
            raise TypeError(f"{self.where} takes no constants: only RNN with a cell of its own does")

    def check_inputs(self, inputs: Tensors) -> None:
        """Raise ShapeError where the sequence does not fit; states and constants that follow it in a list are not looked at."""
        if self.input_spec is not None:
            as_list(self.input_spec)[0].check(as_list(inputs)[0].shape)

    def compute_mask(self, inputs: Tensors, mask: Masks = None) -> Masks:
        """The input's mask where the output of every step is returned, else None."""
        output = as_list(mask)[0] if self.return_sequences else None
        return [output, *[None] * len(self.state_shapes)] if self.return_state else output

    # States

    @property
    def state_spec(self) -> list[InputSpec]:
        """What each state must look like (Keras's name)."""
        specs = [InputSpec(shape=(None, *shape)) for shape in self.state_shapes]
        return specs if self._state_spec is None else self._state_spec

    @state_spec.setter
    def state_spec(self, spec: list[InputSpec]) -> None:
        self._state_spec = spec

    def make_states(self, samples: int | None) -> None:
        """Make the variables that carry the states from batch to batch.

        Raises:
            GraphError: the number of samples, or a size of a state, is not known.
        """
        samples = _known_samples(samples)
        self.states = [
            Variable((samples, *_known_sizes(shape, self.step_shape)), name=f"{self.name}/state_{i}:0", trainable=False)
            for i, shape in enumerate(self.state_shapes)
        ]

    def get_initial_state(self, inputs: Tensor) -> list[Tensor]:
        """Zeros for each state, for as many samples as the inputs have."""
        samples, step = ops.shape_of(inputs)[0], self.step_shape
        return [ops.full([samples, *_known_sizes(shape, step)], 0.0, inputs.dtype) for shape in self.state_shapes]

    def reset_states(self, states: ArrayLike | Sequence[ArrayLike] | None = None) -> None:
        """Set the states that are kept from batch to batch to zero, or to arrays (N, ...).

        Raises:
            AttributeError: the layer is not stateful.
            ShapeError: other states than the layer has.
        """
        if not self.stateful:
            raise AttributeError(f"{self.where} keeps no state: it is not stateful")
        variables = [s for s in self.states if isinstance(s, Variable)]
        if len(variables) < len(self.states):
            raise ValueError(
                f"{self.where}, reset_states: expected a layer that has been called, found one without shape"
            )
        values = [0.0] * len(variables) if states is None else as_list(states)
        if len(values) != len(variables):
            raise ShapeError(where=self.where, expected=f"{len(variables)} states", actual=str(len(values)))
        for variable, value in zip(variables, values, strict=True):
            array = np.asarray(value)
            if array.ndim and array.shape != variable.shape:
                raise ShapeError(
                    where=self.where, expected=f"a state of shape {variable.shape}", actual=str(array.shape)
                )
            variable.assign(np.broadcast_to(array, variable.shape))

    def first_states(self, with_inputs: Sequence[Tensor | None], initial_state: States) -> list[Tensor | None]:
        """The states to start from: those of the call, else those of the batch before; None stands for zeros."""
        states: list[Tensor | None] = list(with_inputs) if initial_state is None else [*as_list(initial_state)]
        count = len(self.state_shapes)
        if states and len(states) != count:
            raise ShapeError(expected=f"{count} initial states", actual=str(len(states)))
        return states or [*self.states] or [None] * count

    def starting_states(self, x: Tensor, with_inputs: Sequence[Tensor | None], initial_state: States) -> list[Tensor]:
        """The states to start from as in `first_states`, with zeros where these are None."""
        states = self.first_states(with_inputs, initial_state)
        known = [state for state in states if state is not None]
        if len(known) == len(states):
            return known
        return [z if s is None else s for s, z in zip(states, self.get_initial_state(x), strict=True)]

    def results(self, inputs: Tensors, y: Tensor, ends: Sequence[Tensor]) -> Tensors:
        """What the layer returns for output and last states; a stateful layer keeps these for the next batch."""
        if self.stateful:
            self.add_update([(s, end) for s, end in zip(self.states, ends, strict=True) if s is not None], inputs)
        return [y, *ends] if self.return_state else y


def _known_samples(samples: int | None) -> int:
    if samples is None:
        raise GraphError(
            expected="a fixed number of samples for a stateful layer",
            actual="None",
            hint="Give batch_input_shape=(samples, steps, features) or batch_size to the Input.",
        )
    return samples


def _known_sizes(shape: Shape, step_shape: Shape | None) -> tuple[int, ...]:
    """The shape of a state; raises GraphError where a size is open, which only those of images can be."""
    known = tuple(size for size in shape if size is not None)
    if len(known) < len(shape):
        raise GraphError(
            expected="images of a fixed size for a stateful layer",
            actual=str(step_shape),
            hint="Give batch_input_shape=(samples, steps, rows, columns, channels).",
        )
    return known
