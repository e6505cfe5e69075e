"""Layers around a layer: applied to every step, or run over the steps in both directions."""

from __future__ import annotations

import copy
from typing import Any, ClassVar

from .. import _ops as ops
from .._declared import registry, rules
from .._declared.fields import field
from ..errors import SettingError, ShapeError
from .base import Layer
from .node import InputSpec, as_list
from .recurrent_base import join_states
from .settings import num_constants_field
from .sublayers import build_sublayer


class Wrapper(Layer):
    """Base of layers that hold another one in `layer`: its weights, penalties and `trainable` are the wrapper's."""

    group: ClassVar[str] = "wrappers"

    layer: Any = field(rules.layer, help="the layer inside, or its config")

    def prepare(self) -> None:
        """Freeze the layer inside where the wrapper starts frozen."""
        super().prepare()
        if not self.__dict__["trainable"]:
            self.trainable = False

    @property
    def sublayers(self) -> list[Layer]:
        """The layer inside."""
        return [self.layer]

    @property
    def trainable(self) -> bool:  # pyright: ignore[reportIncompatibleVariableOverride] - a setting of the layer inside
        """Whether training changes the weights: that of the layer inside."""
        return self.layer.trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        for layer in (self.layer, *self.sublayers):
            layer.trainable = value

    @property
    def activity_regularizer(self) -> Any:
        """The penalty on the output that the layer inside has."""
        return getattr(self.layer, "activity_regularizer", None)


@registry.register("layer")
class TimeDistributed(Wrapper):
    """The layer inside applied to each step: (N, T, ...) -> (N, T, ...), with one set of weights.

    Steps are folded into the batch, so a layer that counts samples (BatchNormalization) sees N * T of them.

    >>> from engine.layers import Dense
    >>> TimeDistributed(Dense(8)).compute_output_shape((None, 10, 16))
    (None, 10, 8)
    """

    supports_masking: ClassVar[bool] = True

    def prepare(self) -> None:
        """Take sequences of anything."""
        super().prepare()
        self.input_spec = InputSpec(min_ndim=3)

    def build(self, input_shape: Any) -> None:
        """Build the layer inside for one step."""
        shape = tuple(input_shape)
        build_sublayer(self, self.layer, (shape[0], *shape[2:]))
        self.input_spec = InputSpec(ndim=len(shape))
        self.built = True

    def call(self, inputs: Any, training: Any = None, mask: Any = None) -> Any:
        """The layer inside on all steps of all samples."""
        arguments: dict[str, Any] = {}
        if training is not None and self.layer._takes("training"):
            arguments["training"] = training
        if mask is not None and len(mask.shape) > 2 and self.layer._takes("mask"):
            arguments["mask"] = folded(mask)
        results = [unfolded(y, inputs) for y in as_list(self.layer._record(folded(inputs), arguments))]
        return results if len(results) > 1 else results[0]

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """The mask that the layer inside makes, step by step; else the input's, made one number a step."""
        inner = folded(mask) if mask is not None and len(mask.shape) > 2 else None
        made = self.layer.compute_mask(folded(inputs), inner)
        if made is not None:
            return unfolded(made, inputs)
        if mask is None or len(mask.shape) == 2:
            return mask
        return ops.any(mask, axis=tuple(range(2, len(mask.shape))))


def folded(x: Any) -> Any:
    """(N, T, ...) as (N * T, ...)."""
    rest = x.shape[2:]
    if None not in rest:
        return ops.reshape(x, (-1, *rest))
    sizes = ops.shape_of(x)
    return ops.reshape_to(x, [-1, *(sizes[i + 2] if n is None else n for i, n in enumerate(rest))])


def unfolded(y: Any, like: Any) -> Any:
    """(N * T, ...) as (N, T, ...), N and T those of `like`."""
    steps, rest = like.shape[1], y.shape[1:]
    if steps is not None and None not in rest:
        return ops.reshape(y, (-1, steps, *rest))
    before, after = ops.shape_of(like), ops.shape_of(y)
    sizes = [after[i + 1] if n is None else n for i, n in enumerate(rest)]
    return ops.reshape_to(y, [before[0], before[1], *sizes])


_MERGES = {
    "concat": lambda a, b: ops.concatenate([a, b], axis=-1),
    "sum": ops.add,
    "ave": lambda a, b: (a + b) * 0.5,
    "mul": ops.multiply,
}


@registry.register("layer")
class Bidirectional(Wrapper):
    """A recurrent layer run forwards and a twin of it run backwards (Schuster & Paliwal, 1997).

    merge_mode joins the two outputs: 'concat' (N, [T,] 2U), 'sum', 'mul', 'ave' (N, [T,] U), or None for a list of both.
    With return_state the states of the forward layer, then those of the backward layer follow. `initial_state` at the
    call: half of them for each. weights: first values, forward then backward.

    >>> from engine.layers import LSTM
    >>> Bidirectional(LSTM(10, return_sequences=True)).compute_output_shape((None, 5, 4))
    (None, 5, 20)
    """

    supports_masking: ClassVar[bool] = True

    merge_mode: str | None = field(
        rules.optional(rules.choice(*_MERGES)), default="concat", help="how the two outputs are joined"
    )
    num_constants: Any = num_constants_field()

    def prepare(self) -> None:
        """Make the two layers."""
        if not hasattr(self.layer, "go_backwards"):
            raise SettingError(
                where="Bidirectional, layer", expected="a recurrent layer (LSTM, GRU, SimpleRNN, RNN, ...)",
                found=type(self.layer).__name__, hint="For other layers use TimeDistributed, or none.",
            )  # fmt: skip
        self.forward_layer = copy.copy(self.layer)
        self.forward_layer.prepare()
        config = self.layer.get_config()
        self.backward_layer = type(self.layer).from_config({**config, "go_backwards": not config["go_backwards"]})
        self.forward_layer.name = f"forward_{self.layer.name}"
        self.backward_layer.name = f"backward_{self.layer.name}"
        if self.num_constants:
            self.note_inputs(None, constants=self.num_constants)
        super().prepare()
        self.input_spec = self.layer.input_spec

    @property
    def sublayers(self) -> list[Layer]:
        """The two layers."""
        return [self.forward_layer, self.backward_layer]

    @property
    def return_sequences(self) -> bool:
        """Whether the output of every step is given."""
        return self.layer.return_sequences

    @property
    def return_state(self) -> bool:
        """Whether the last states are given too."""
        return self.layer.return_state

    @property
    def stateful(self) -> bool:  # pyright: ignore[reportIncompatibleVariableOverride]
        """Whether states are kept from batch to batch."""
        return self.layer.stateful

    def reset_states(self) -> None:
        """Set the kept states of both layers to zero."""
        for layer in self.sublayers:
            layer.reset_states()  # pyright: ignore[reportAttributeAccessIssue]

    def __call__(self, inputs: Any, initial_state: Any = None, constants: Any = None, **kwargs: Any) -> Any:
        """Apply to a sequence; `initial_state`: the first states; `constants`: what the cells get at every step."""
        inputs, arguments = join_states(self, inputs, initial_state, constants)
        return super().__call__(inputs, **kwargs, **arguments)

    def check_inputs(self, inputs: Any) -> None:
        """A sequence; an even number of initial states may follow it in a list."""
        given = as_list(inputs)
        states = len(given) - 1 - (self.num_constants or 0)
        if states % 2:
            raise ShapeError(
                expected="as many initial states for the backward as for the forward layer", found=str(states)
            )
        self.forward_layer.check_inputs(given[0])

    def build(self, input_shape: Any) -> None:
        """Build both layers."""
        shapes = input_shape if isinstance(input_shape, list) else [input_shape]
        constants = shapes[len(shapes) - (self.num_constants or 0) :]
        for layer in self.sublayers:
            build_sublayer(self, layer, [shapes[0], *constants] if constants else shapes[0])
        self.built = True

    def note_inputs(self, inputs: Any, initial_state: int = 0, constants: int = 0) -> None:
        """Take note of how many constants come after the states; the layers inside must take them."""
        if constants:
            for layer in self.sublayers:
                layer.note_inputs(inputs, initial_state, constants)  # pyright: ignore[reportAttributeAccessIssue]
            self.num_constants = constants

    def call(
        self, inputs: Any, mask: Any = None, training: Any = None, initial_state: Any = None, constants: Any = None
    ) -> Any:
        """Run both layers over all steps and join what they give."""
        x, *states = as_list(inputs)
        if self.num_constants and constants is None:
            states, constants = states[: -self.num_constants], states[-self.num_constants :]
        states = states if initial_state is None else as_list(initial_state)
        half = len(states) // 2
        arguments = {"mask": as_list(mask)[0], "training": training, "constants": constants}
        results: list[list[Any]] = []
        for layer, own in zip(self.sublayers, (states[:half], states[half:]), strict=True):
            taken = {name: value for name, value in arguments.items() if value is not None and layer._takes(name)}
            results.append(as_list(layer._record([x, *own] if own else x, taken)))
        (forward, *forward_states), (backward, *backward_states) = results
        if self.return_sequences:
            backward = ops.reverse(backward, 1)
        outputs = [forward, backward] if self.merge_mode is None else [_MERGES[self.merge_mode](forward, backward)]
        outputs += [*forward_states, *backward_states]
        return outputs if len(outputs) > 1 else outputs[0]

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """The input's mask where every step is given out, else none."""
        own = as_list(mask)[0] if self.return_sequences else None
        outputs = [own] * (2 if self.merge_mode is None else 1)
        if self.return_state:
            outputs += [None] * (2 * len(self.layer.states))
        return outputs if len(outputs) > 1 else own


__all__ = ["Bidirectional", "TimeDistributed", "Wrapper"]
