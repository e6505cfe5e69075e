"""Layers around a layer: applied to every step, or run over the steps in both directions."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal, cast

from .. import _ops as ops
from .._declared import registry, rules
from .._declared.fields import field
from ..errors import SettingError, ShapeError
from .base import Layer
from .node import InputSpec, as_list, single
from .recurrent_base import RecurrentLayer, join_states, split_inputs
from .settings import num_constants_field
from .sublayers import build_sublayer

if TYPE_CHECKING:
    from .._declared.fields import Setting
    from .._graph.tensor import Tensor
    from ..regularizers import Penalty
    from ..types import Config, Shape
    from .calling import Inputs
    from .dropping import Phase
    from .node import Mask, Masks, Tensors
    from .recurrent_base import States


class Wrapper(Layer):
    """Base of layers that hold another one in layer: its weights, penalties and trainable are the wrapper's.

    Args:
        layer: the layer inside, or its config.

    Example:
        >>> from engine.layers import Dense
        >>> class Twice(Wrapper):
        ...     def call(self, inputs):
        ...         return self.layer(self.layer(inputs))
        >>> Twice(Dense(5)).compute_output_shape((None, 5))
        (None, 5)
    """

    group: ClassVar[str] = "wrappers"

    layer: Setting[Layer | Mapping[str, object] | str, Layer] = field(
        rules.layer, help="the layer inside, or its config"
    )

    def prepare(self) -> None:
        """Freeze the layer inside where the wrapper starts frozen."""
        super().prepare()
        if not vars(self)["trainable"]:
            self._set_trainable(False)

    @property
    def sublayers(self) -> list[Layer]:
        """The layer inside."""
        return [self.layer]

    @property
    def trainable(self) -> bool:
        """Whether training changes the weights: that of the layer inside."""
        return self.layer.trainable

    @trainable.setter
    def trainable(  # pyright: ignore[reportIncompatibleVariableOverride] - here a property that reads the layer inside
        self, value: bool
    ) -> None:
        self._set_trainable(value)

    def _set_trainable(self, value: bool) -> None:
        for layer in (self.layer, *self.sublayers):
            layer.trainable = value

    @property
    def activity_regularizer(self) -> Penalty | None:
        """The penalty on the output that the layer inside has."""
        return getattr(self.layer, "activity_regularizer", None)


@registry.register("layer")
class TimeDistributed(Wrapper):
    """The layer inside applied to each step: (N, T, ...) -> (N, T, ...), with one set of weights.

    Time steps are folded into the batch, so a layer that counts samples (BatchNormalization) sees N * T of them.

    Args:
        layer: the layer inside, or its config; it takes one time step, (N, ...).

    Input shape:
        (N, T, ...), three axes or more.

    Output shape:
        (N, T, ...): what the layer inside gives, with the time steps behind the batch.

    Example:
        >>> from engine.layers import Dense
        >>> TimeDistributed(Dense(8)).compute_output_shape((None, 10, 16))
        (None, 10, 8)
    """

    supports_masking = True

    def prepare(self) -> None:
        """Take sequences of anything."""
        super().prepare()
        self.input_spec = InputSpec(min_ndim=3)

    def build(self, input_shape: Shape) -> None:
        """Build the layer inside for one step."""
        shape = tuple(input_shape)
        build_sublayer(self, self.layer, (shape[0], *shape[2:]))
        self.input_spec = InputSpec(ndim=len(shape))
        self.built = True

    def call(self, inputs: Tensor, training: Phase = None, mask: Mask = None) -> Tensors:
        """The layer inside on all steps of all samples."""
        arguments: Config = {}
        if training is not None and self.layer._takes("training"):
            arguments["training"] = training
        if mask is not None and len(mask.shape) > 2 and self.layer._takes("mask"):
            arguments["mask"] = folded(mask)
        return single([unfolded(y, inputs) for y in as_list(self.layer._record(folded(inputs), arguments))])

    def compute_mask(self, inputs: Tensor, mask: Mask = None) -> Mask:
        """The mask that the layer inside makes for each step; else the input's, True where any element of a step is present."""
        inner = folded(mask) if mask is not None and len(mask.shape) > 2 else None
        made = self.layer.compute_mask(folded(inputs), inner)
        if made is not None and not self._masks_less(cast("Tensor", made), inputs):
            return unfolded(cast("Tensor", made), inputs)
        if mask is None or len(mask.shape) == 2:
            return mask
        return ops.any(mask, axis=tuple(range(2, len(mask.shape))))

    def _masks_less(self, made: Tensor, inputs: Tensor) -> bool:
        """Whether a mask has as many axes as what it should mask: a layer inside took steps together and handed theirs on."""
        shape = self.layer.compute_output_shape((None, *inputs.shape[2:]))
        return isinstance(shape, tuple) and len(made.shape) >= len(shape)


def folded(x: Tensor) -> Tensor:
    """(N, T, ...) as (N * T, ...)."""
    rest = x.shape[2:]
    if None not in rest:
        return ops.reshape(x, (-1, *rest))
    sizes = ops.shape_of(x)
    return ops.reshape_to(x, [-1, *(sizes[i + 2] if n is None else n for i, n in enumerate(rest))])


def unfolded(y: Tensor, like: Tensor) -> Tensor:
    """(N * T, ...) as (N, T, ...), N and T those of `like`."""
    steps, rest = like.shape[1], y.shape[1:]
    if steps is not None and None not in rest:
        return ops.reshape(y, (-1, steps, *rest))
    before, after = ops.shape_of(like), ops.shape_of(y)
    sizes = [after[i + 1] if n is None else n for i, n in enumerate(rest)]
    return ops.reshape_to(y, [before[0], before[1], *sizes])


def _side_by_side(forward: Tensor, backward: Tensor) -> Tensor:
    return ops.concatenate([forward, backward], axis=-1)


def _mean(forward: Tensor, backward: Tensor) -> Tensor:
    return (forward + backward) * 0.5


_MERGES: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "concat": _side_by_side,
    "sum": ops.add,
    "ave": _mean,
    "mul": ops.multiply,
}


@registry.register("layer")
class Bidirectional(Wrapper):
    """A recurrent layer run forwards and a twin of it run backwards (Schuster & Paliwal, 1997).

    At the call, half of `initial_state` goes to each of the two layers.

    Args:
        layer: the recurrent layer, or its config; the twin is made from its config, with `go_backwards` reversed.
        merge_mode: how the two outputs are joined: "concat", the default, one behind the other along the last axis;
            "sum", "mul" or "ave" element by element; None for a list of both.
        num_constants: how many tensors every time step gets; the call sets it by its `constants`.
        zero_output_for_mask: whether outputs of steps that are masked are 0, as in tf.keras and Keras 3 with `return_sequences`;
            None, the default: those of the step before, as in Keras 2.2.4.
        weights: first values of all weights, those of the forward layer, then those of the backward layer.

    Input shape:
        (N, T, ...), as the layer inside takes it.

    Output shape:
        That of the layer inside, twice as large in the last axis for "concat"; with `return_state` a list of that, the
        states of the forward layer, then those of the backward layer.

    Raises:
        SettingError: the layer is not recurrent.

    Example:
        >>> from engine.layers import LSTM
        >>> Bidirectional(LSTM(10, return_sequences=True)).compute_output_shape((None, 5, 4))
        (None, 5, 20)
    """

    supports_masking = True

    merge_mode: Literal["concat", "sum", "ave", "mul"] | None = field(
        rules.optional(rules.choice(*_MERGES)), default="concat", help="how the two outputs are joined"
    )
    num_constants: int | None = num_constants_field(default=None, kw_only=True)
    zero_output_for_mask: bool | None = field(
        rules.optional(rules.switch), default=None, help="outputs of masked steps are 0", kw_only=True, config="if_set"
    )

    def prepare(self) -> None:
        """Make the two layers."""
        if not hasattr(self.layer, "go_backwards"):
            raise SettingError(
                where="Bidirectional, layer",
                expected="a recurrent layer (LSTM, GRU, SimpleRNN, RNN, ...)",
                actual=type(self.layer).__name__,
                hint="For other layers use TimeDistributed, or none.",
            )
        self.forward_layer = self._recurrent(copy.copy(self.layer))
        self.forward_layer.prepare()
        config = self.layer.get_config()
        reverse = {**config, "go_backwards": not config["go_backwards"]}
        self.backward_layer = self._recurrent(type(self.layer).from_config(reverse))
        self.forward_layer.name = f"forward_{self.layer.name}"
        self.backward_layer.name = f"backward_{self.layer.name}"
        if self.num_constants:
            self.note_inputs([], constants=self.num_constants)
        super().prepare()
        self.input_spec = self.layer.input_spec

    @staticmethod
    def _recurrent(layer: Layer) -> RecurrentLayer:
        # A user's layer need not derive from RecurrentLayer, it only has to have the same attributes.
        return cast("RecurrentLayer", layer)

    @property
    def sublayers(self) -> list[Layer]:
        """The two layers."""
        return [self.forward_layer, self.backward_layer]

    @property
    def return_sequences(self) -> bool:
        """Whether the output of every step is given."""
        return self.forward_layer.return_sequences

    @property
    def return_state(self) -> bool:
        """Whether the last states are given too."""
        return self.forward_layer.return_state

    @property
    def stateful(self) -> bool:  # pyright: ignore[reportIncompatibleVariableOverride]
        """Whether states are kept from batch to batch."""
        return self.layer.stateful

    def reset_states(self) -> None:
        """Set the kept states of both layers to zero."""
        for layer in (self.forward_layer, self.backward_layer):
            layer.reset_states()

    def __call__(
        self, inputs: Inputs, initial_state: Inputs | None = None, constants: Inputs | None = None, **kwargs: Any
    ) -> Any:
        """Apply to a sequence; `initial_state`: the first states; `constants`: what the cells get at every step."""
        inputs, arguments = join_states(self, inputs, initial_state, constants)
        return super().__call__(inputs, **kwargs, **arguments)

    def check_inputs(self, inputs: Tensors) -> None:
        """Raise ShapeError where the sequence does not fit, or an odd number of first states follows it."""
        tensors = as_list(inputs)
        states = len(tensors) - 1 - (self.num_constants or 0)
        if states % 2:
            raise ShapeError(
                expected="as many initial states for the backward as for the forward layer", actual=str(states)
            )
        self.forward_layer.check_inputs(tensors[0])

    def build(self, input_shape: Shape | list[Shape]) -> None:
        """Build both layers."""
        shapes = input_shape if isinstance(input_shape, list) else [input_shape]
        constants = shapes[len(shapes) - (self.num_constants or 0) :]
        for layer in self.sublayers:
            build_sublayer(self, layer, [shapes[0], *constants] if constants else shapes[0])
        self.built = True

    def note_inputs(self, inputs: Inputs, initial_state: int = 0, constants: int = 0) -> None:
        """Take note of how many constants come behind the states, in the layers inside too."""
        if constants:
            for layer in (self.forward_layer, self.backward_layer):
                layer.note_inputs(inputs, initial_state, constants)
            self.num_constants = constants

    def call(
        self,
        inputs: Tensors,
        mask: Masks = None,
        training: Phase = None,
        initial_state: States = None,
        constants: Sequence[Tensor] | None = None,
    ) -> Tensors:
        """Run both layers over all steps and join what they give."""
        x, with_inputs, constants = split_inputs(inputs, self.num_constants, constants)
        states = with_inputs if initial_state is None else as_list(initial_state)
        half = len(states) // 2
        arguments = {"mask": as_list(mask)[0], "training": training, "constants": constants}
        results: list[list[Tensor]] = []
        for layer, first in zip(self.sublayers, (states[:half], states[half:]), strict=True):
            taken = {name: value for name, value in arguments.items() if value is not None and layer._takes(name)}
            results.append(as_list(layer._record([x, *first] if first else x, taken)))
        (forward, *forward_states), (backward, *backward_states) = results
        if self.return_sequences:
            backward = ops.reverse(backward, 1)
        present = as_list(mask)[0]
        if self.return_sequences and self.zero_output_for_mask and present is not None:
            present = ops.expand_dims(ops.cast(present, forward.dtype), -1)
            forward, backward = forward * present, backward * present
        outputs = [forward, backward] if self.merge_mode is None else [_MERGES[self.merge_mode](forward, backward)]
        outputs += [*forward_states, *backward_states]
        return single(outputs)

    def compute_mask(self, inputs: Tensors, mask: Masks = None) -> Masks:
        """The input's mask where the output of every step is returned, else None."""
        output = as_list(mask)[0] if self.return_sequences else None
        outputs = [output] * (2 if self.merge_mode is None else 1)
        if self.return_state:
            outputs += [None] * (2 * len(self.forward_layer.states))
        return single(outputs)


__all__ = ["Bidirectional", "TimeDistributed", "Wrapper"]
