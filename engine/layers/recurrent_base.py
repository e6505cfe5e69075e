"""What recurrent layers share: hints, the settings and weights of their units, states, masks."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any, ClassVar

import numpy as np

from .. import ops
from ..core import rules
from ..core.config import floatx
from ..core.errors import GraphError, ShapeError
from ..core.fields import field
from ..core.gradient import OnesLike
from ..core.op import apply
from ..core.tensor import Constant, Shape, Tensor, Variable
from .base import Layer
from .core import limit_field, penalty_field, switch_field
from .dropping import dropped
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


def forget_bias(initializer: Any, units: int, gate: int = 1) -> Any:
    """The bias with ones for the forget gate (Jozefowicz et al., 2015), which is number `gate` in it."""

    def values(shape: Any, dtype: Any) -> Any:
        bias = np.array(initializer(shape, dtype))
        bias[gate * units : (gate + 1) * units] = 1
        return bias

    return values


def gate_activation_field() -> Any:
    """Setting: the gates' function."""
    return field(rules.activation, default="hard_sigmoid", help="function for the gates", after="activation")


def implementation_field() -> Any:
    """Setting: Keras's choice between ways to compute."""
    return field(
        rules.non_negative_int,
        default=1,
        help="kept for Keras's configs; changes nothing here",
        after="recurrent_dropout",
    )


def forget_bias_field() -> Any:
    """Setting: ones in the forget gate's bias."""
    return field(rules.switch, default=True, help="start the forget gate's bias at 1", after="bias_initializer")


class Units(Layer):
    """The weights of recurrent units; a subclass declares the settings.

    It says how many `gates` and `state_count` states it has.
    """

    group: ClassVar[str] = "recurrent"
    gates: ClassVar[int] = 1
    state_count: ClassVar[int] = 1

    @property
    def state_size(self) -> Any:
        """Size of the state, or of each."""
        return self.units if self.state_count == 1 else (self.units,) * self.state_count

    def add_weights(self, shape: Any) -> None:
        """Make kernel, recurrent kernel and bias for inputs of this shape."""
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

    def share(self, other: Units) -> None:
        """Use the weights of a built layer or cell of the same settings."""
        self.kernel, self.recurrent_kernel, self.bias = other.kernel, other.recurrent_kernel, other.bias
        self._trainable_weights = other._trainable_weights
        self.built = True

    def bias_shape(self) -> tuple[int, ...]:
        """Shape of the bias."""
        return (self.gates * self.units,)

    def first_bias(self) -> Any:
        """The bias's initializer."""
        return self.bias_initializer


class UnitLayer(Units):
    """Keras's settings of recurrent units, in a layer over steps or in a cell for one step."""

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
    kernel_constraint: Any = limit_field("kernel")
    recurrent_constraint: Any = limit_field("recurrent kernel")
    bias_constraint: Any = limit_field("bias")
    dropout: float = field(rules.fraction, default=0.0, help="share of the inputs dropped while training")
    recurrent_dropout: float = field(rules.fraction, default=0.0, help="share of the state dropped while training")

    def masks(self, step: Any, training: Any) -> tuple[Any, Any]:
        """What stays of the inputs and of the state, the same in all steps (Gal & Ghahramani, 2016); None: everything.

        step: the input of one step, (N, C).
        """
        inputs = dropped(apply(OnesLike(), step), self.dropout, training) if self.dropout else None
        if not self.recurrent_dropout:
            return inputs, None
        ones = ops.repeat(apply(OnesLike(), ops.getitem(step, (slice(None), slice(0, 1)))), self.units, axis=1)
        return inputs, dropped(ones, self.recurrent_dropout, training)


class LstmUnits:
    """Gates, states and first bias of LSTM and its cell (a mixin of `Units`)."""

    gates: ClassVar[int] = 4
    state_count: ClassVar[int] = 2
    units: Any
    bias_initializer: Any
    unit_forget_bias: Any

    def first_bias(self) -> Any:
        """The bias's initializer, with ones for the forget gate where that is wanted."""
        first = self.bias_initializer
        return forget_bias(first, self.units) if self.unit_forget_bias else first


class GruUnits:
    """Gates and biases of GRU and its cell (a mixin of `Units`)."""

    gates: ClassVar[int] = 3
    units: Any
    bias: Any
    reset_after: Any

    def bias_shape(self) -> tuple[int, ...]:
        """(3U,), or (2, 3U) with `reset_after`."""
        return (2, 3 * self.units) if self.reset_after else (3 * self.units,)

    def biases(self) -> tuple[Any, Any]:
        """What is added to the inputs' and, with `reset_after`, to the states' products; None for nothing."""
        if not self.reset_after or self.bias is None:
            return self.bias, None
        return ops.getitem(self.bias, 0), ops.getitem(self.bias, 1)


class StepCell:
    """A cell with dropout, whose masks RNN makes for all steps (a mixin)."""

    dropout: Any
    recurrent_dropout: Any

    def prepare(self) -> None:
        """Without masks until RNN makes them."""
        super().prepare()  # type: ignore[misc]
        self.dropping: tuple[Any, Any] | None = None

    def masks(self, step: Any, training: Any) -> tuple[Any, Any]:
        """What stays of the input of one step and of the state; None: everything."""
        return super().masks(step, training)  # type: ignore[misc]

    def masks_now(self, step: Any, training: Any) -> tuple[Any, Any]:
        """Those for all steps, or new ones outside RNN."""
        return self.masks(step, training) if self.dropping is None else self.dropping


class TakesStates:
    """Calls with first states and constants, for layers over steps and what wraps them (a mixin)."""

    where: Any

    def __call__(self, inputs: Any, initial_state: Any = None, constants: Any = None, **kwargs: Any) -> Any:
        """Apply to a sequence; `initial_state`: the first states; `constants`: what the cell gets at every step."""
        more = {
            name: [x if isinstance(x, Tensor) else Constant(np.asarray(x, floatx())) for x in as_list(values)]
            for name, values in (("initial_state", initial_state), ("constants", constants))
            if values is not None
        }
        of_layers = {hasattr(x, "_keras_history") for values in more.values() for x in values}
        if len(of_layers) > 1:
            raise GraphError(
                where=self.where, expected="initial states and constants that all come from layers, or none of them",
                found="both kinds", hint="Input(tensor=...) makes a layer's tensor of another.",
            )  # fmt: skip
        if all(of_layers):
            # Tensors of other layers become inputs of this one.
            self.note_inputs(inputs, **{name: len(values) for name, values in more.items()})
            inputs = [*as_list(inputs), *(x for values in more.values() for x in values)] if more else inputs
        else:
            kwargs.update(more)
        return super().__call__(inputs, **kwargs)  # type: ignore[misc]

    def note_inputs(self, inputs: Any, initial_state: int = 0, constants: int = 0) -> None:
        """Take note of how many constants come after the states."""
        if constants:
            raise TypeError(f"{self.where} takes no constants: only RNN with a cell of its own does")


class Recurring(TakesStates):
    """What layers over steps do alike with their states; a mixin of layers with Keras's settings for that."""

    name: Any
    stateful: Any
    return_sequences: Any
    return_state: Any
    go_backwards: Any
    _state_spec: Any = None
    input_spec: Any
    supports_masking: ClassVar[bool] = True

    @property
    def state_shapes(self) -> list[tuple[int, ...]]:
        """Shapes of the states, without the batch."""
        raise NotImplementedError

    def prepare(self) -> None:
        """Take sequences."""
        super().prepare()  # type: ignore[misc]
        self.input_spec = InputSpec(ndim=3, hints=sequence_hint)
        self.states: list[Variable | None] = []

    @property
    def state_spec(self) -> Any:
        """What each state must look like (Keras's name)."""
        own = [InputSpec(shape=(None, *shape)) for shape in self.state_shapes]
        return own if self._state_spec is None else self._state_spec

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

    def get_initial_state(self, inputs: Any) -> list[Any]:
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

    def check_inputs(self, inputs: Any) -> None:
        """The sequence must fit; initial states and constants may follow it in a list."""
        as_list(self.input_spec)[0].check(as_list(inputs)[0].shape)

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """The input's mask where every step is given out, else none."""
        output = as_list(mask)[0] if self.return_sequences else None
        return [output, *[None] * len(self.state_shapes)] if self.return_state else output

    def results(self, inputs: Any, y: Any, ends: Sequence[Any]) -> Any:
        """What the layer gives for output and last states, which a stateful layer keeps."""
        if self.stateful:
            self.add_update(list(zip(self.states, ends, strict=True)), inputs)  # type: ignore[attr-defined]
        return [y, *ends] if self.return_state else y

    def first_states(self, x: Tensor, given: Sequence[Any]) -> list[Any]:
        """The states to start from: those given, those kept, or none (zeros)."""
        count = len(self.state_shapes)
        if given and len(given) != count:
            raise ShapeError(expected=f"{count} initial states", found=str(len(given)))
        return list(given) or list(self.states) or [None] * count

    def starting_states(self, x: Tensor, given: Sequence[Any], initial_state: Any) -> list[Any]:
        """`first_states` of those that came with the inputs or as an argument, with zeros where there are none."""
        states = self.first_states(x, given if initial_state is None else as_list(initial_state))
        if all(state is not None for state in states):
            return states
        return [z if s is None else s for s, z in zip(states, self.get_initial_state(x), strict=True)]
