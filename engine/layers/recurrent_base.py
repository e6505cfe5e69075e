"""What layers over steps do alike: calls with first states, states that are kept from batch to batch, masks."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any, ClassVar

import numpy as np

from .. import _ops as ops
from .._graph.tensor import Constant, Tensor, Variable
from .._machine.config import floatx
from ..errors import GraphError, ShapeError
from ..types import Shape
from .base import Layer
from .node import Hint, InputSpec, as_list


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


def join_states(layer: Any, inputs: Any, initial_state: Any, constants: Any) -> tuple[Any, dict[str, Any]]:
    """Inputs and arguments of a call with first states and constants: tensors of other layers become inputs.

    The layer is told how many of them come by `note_inputs`. Raises GraphError when only some come from layers.
    """
    more = {
        name: [x if isinstance(x, Tensor) else Constant(np.asarray(x, floatx())) for x in as_list(values)]
        for name, values in (("initial_state", initial_state), ("constants", constants))
        if values is not None
    }
    of_layers = {hasattr(x, "_keras_history") for values in more.values() for x in values}
    if len(of_layers) > 1:
        raise GraphError(
            where=layer.where, expected="initial states and constants that all come from layers, or none of them",
            found="both kinds", hint="Input(tensor=...) makes a layer's tensor of another.",
        )  # fmt: skip
    if not all(of_layers):
        return inputs, dict(more)
    layer.note_inputs(inputs, **{name: len(values) for name, values in more.items()})
    return [*as_list(inputs), *(x for values in more.values() for x in values)] if more else inputs, {}


class RecurrentLayer(Layer):
    """Base of the layers over steps: a subclass declares Keras's settings for them and says which `state_shapes` it has.

    Its `call` takes its first states by `first_states` or `starting_states` and returns `results`.
    """

    group: ClassVar[str] = "recurrent"
    supports_masking: ClassVar[bool] = True
    return_sequences: ClassVar[bool] = False  # settings of the subclass, as are the next two
    return_state: ClassVar[bool] = False
    go_backwards: ClassVar[bool] = False

    @property
    def state_shapes(self) -> list[tuple[int, ...]]:
        """Shapes of the states, without the batch."""
        raise NotImplementedError(f"{type(self).__name__}.state_shapes")

    def prepare(self) -> None:
        """Take sequences."""
        super().prepare()
        self.input_spec = InputSpec(ndim=3, hints=sequence_hint)
        self.states: list[Variable | None] = []
        self._state_spec: Any = None

    def __call__(self, inputs: Any, initial_state: Any = None, constants: Any = None, **kwargs: Any) -> Any:
        """Apply to a sequence; `initial_state`: the first states; `constants`: what the cell gets at every step."""
        inputs, arguments = join_states(self, inputs, initial_state, constants)
        return super().__call__(inputs, **kwargs, **arguments)

    def note_inputs(self, inputs: Any, initial_state: int = 0, constants: int = 0) -> None:
        """Take note of how many constants come after the states."""
        if constants:
            raise TypeError(f"{self.where} takes no constants: only RNN with a cell of its own does")

    def check_inputs(self, inputs: Any) -> None:
        """The sequence must fit; initial states and constants may follow it in a list."""
        as_list(self.input_spec)[0].check(as_list(inputs)[0].shape)

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """The input's mask where every step is given out, else none."""
        output = as_list(mask)[0] if self.return_sequences else None
        return [output, *[None] * len(self.state_shapes)] if self.return_state else output

    # States

    @property
    def state_spec(self) -> Any:
        """What each state must look like (Keras's name)."""
        specs = [InputSpec(shape=(None, *shape)) for shape in self.state_shapes]
        return specs if self._state_spec is None else self._state_spec

    @state_spec.setter
    def state_spec(self, spec: Any) -> None:
        self._state_spec = spec

    def make_states(self, samples: int | None) -> None:
        """Make the states that are kept from batch to batch."""
        if samples is None:
            raise GraphError(
                expected="a fixed number of samples for a stateful layer", found="None",
                hint="Give batch_input_shape=(samples, steps, features) or batch_size to the Input.",
            )  # fmt: skip
        self.states = [
            Variable((samples, *shape), name=f"{self.name}/state_{i}:0", trainable=False)
            for i, shape in enumerate(self.state_shapes)
        ]

    def get_initial_state(self, inputs: Tensor) -> list[Tensor]:
        """Zeros for each state, for as many samples as the inputs have."""
        samples = ops.shape_of(inputs)[0]
        return [ops.full([samples, *shape], 0.0, inputs.dtype) for shape in self.state_shapes]

    def reset_states(self, states: Any = None) -> None:
        """Set the kept states to zero, or to given arrays (N, ...)."""
        if not self.stateful:
            raise AttributeError(f"{self.where} keeps no state: it is not stateful")
        if not all(isinstance(s, Variable) for s in self.states):
            raise ValueError(
                f"{self.where}, reset_states: expected a layer that has been called, found one without shape"
            )
        values = [0.0] * len(self.states) if states is None else as_list(states)
        if len(values) != len(self.states):
            raise ShapeError(where=self.where, expected=f"{len(self.states)} states", found=str(len(values)))
        for variable, value in zip(self.states, values, strict=True):
            assert variable is not None
            array = np.asarray(value)
            if array.ndim and array.shape != variable.shape:
                raise ShapeError(
                    where=self.where, expected=f"a state of shape {variable.shape}", found=str(array.shape)
                )
            variable.assign(np.broadcast_to(array, variable.shape))

    def first_states(self, with_inputs: Sequence[Any], initial_state: Any) -> list[Any]:
        """The states to start from, None for zeros: those of the call, as an argument or `with_inputs`, or those kept."""
        states = list(with_inputs) if initial_state is None else as_list(initial_state)
        count = len(self.state_shapes)
        if states and len(states) != count:
            raise ShapeError(expected=f"{count} initial states", found=str(len(states)))
        return states or list(self.states) or [None] * count

    def starting_states(self, x: Tensor, with_inputs: Sequence[Any], initial_state: Any) -> list[Any]:
        """`first_states`, with tensors of zeros where there are none."""
        states = self.first_states(with_inputs, initial_state)
        if all(state is not None for state in states):
            return states
        return [z if s is None else s for s, z in zip(states, self.get_initial_state(x), strict=True)]

    def results(self, inputs: Any, y: Any, ends: Sequence[Any]) -> Any:
        """What the layer gives for output and last states, which a stateful layer keeps."""
        if self.stateful:
            self.add_update(list(zip(self.states, ends, strict=True)), inputs)
        return [y, *ends] if self.return_state else y
