"""Bases of recurrent layers as before Keras 2.0.9: a subclass writes `step`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from .. import _ops as ops
from .._declared import rules
from .._declared.fields import field
from .._ops.loop import call_before_recording
from .node import InputSpec, as_list
from .recurrent_base import RecurrentLayer
from .settings import DILATION, data_format_field, padding_field, sizes_field, switch_field, unused_field

if TYPE_CHECKING:
    from dataclasses import KW_ONLY

    from typing_extensions import Self

    from .._graph.tensor import Tensor
    from ..types import ArrayLike, Shape
    from .dropping import Phase
    from .node import Masks, Tensors
    from .recurrent_base import States
    from .settings import DataFormatSetting, Padding, SizesSetting


class _Stepwise(RecurrentLayer):
    """What both bases do; the settings are declared by them."""

    group: ClassVar[str] = ""
    rank: ClassVar[int] = 3
    units = 0  # a subclass sets it, and dropout and recurrent_dropout

    def prepare(self) -> None:
        """Take sequences."""
        super().prepare()
        self.input_spec = [InputSpec(ndim=self.rank)]

    @property
    def state_shapes(self) -> list[tuple[int, ...]]:
        """(units,) for each state."""
        return [(self.units,)] * len(self.states)

    def build(self, input_shape: Shape | list[Shape]) -> None:
        """Make the weights: a subclass that has some writes it."""
        self.built = True

    def _unbuilt_copy(self) -> Self:
        twin = super()._unbuilt_copy()
        twin.states = [None] * len(self.states)
        return twin

    def step(self, inputs: Tensor, states: list[Tensor]) -> tuple[Tensor, Sequence[Tensor]]:
        """Output and new states; `states` ends with the constants."""
        raise NotImplementedError(f"{type(self).__name__}.step")

    def get_constants(self, inputs: Tensor, training: Phase = None) -> list[Tensor]:
        """Tensors that every step needs."""
        return []

    def preprocess_input(self, inputs: Tensor, training: Phase = None) -> Tensor:
        """What is done to all steps at once."""
        return inputs

    def reset_states(self, states: ArrayLike | Sequence[ArrayLike] | None = None) -> None:
        """Set the states that are kept from batch to batch to zero, or to arrays; make them before the first call."""
        if self.stateful and any(state is None for state in self.states):
            shape = None if self.input_spec is None else as_list(self.input_spec)[0].shape
            self.make_states(None if shape is None else shape[0])
        super().reset_states(states)

    def call(
        self, inputs: Tensors, mask: Masks = None, training: Phase = None, initial_state: States = None
    ) -> Tensors:
        """Run `step` over all steps."""
        x, *with_inputs = as_list(inputs)
        states = self.starting_states(x, with_inputs, initial_state)
        constants = self.get_constants(x, training=None)

        def step(element: Tensor, now: list[Tensor]) -> tuple[Tensor, Sequence[Tensor]]:
            return self.step(element, [*now, *constants])

        sequence = self.preprocess_input(x, training=None)
        call_before_recording(step, sequence, states)
        last, outputs, ends = ops.loop(step, sequence, states, as_list(mask)[0], self.go_backwards)
        return self.results(inputs, outputs if self.return_sequences else last, ends)


class Recurrent(_Stepwise):
    """A layer over steps whose subclass writes step(inputs, states) -> (output, new states) with K.

    The subclass sets `units` and `states` (None for each) in its constructor and makes its weights in `build`;
    `preprocess_input` changes the whole sequence before the time steps, and the tensors of `get_constants` stand behind
    the states of each `step`. Today one writes a cell for `RNN` instead.

    Args:
        return_sequences: whether the output of every time step is returned, not only the last one; False by default.
        return_state: whether the last states are returned too, behind the output; False by default.
        go_backwards: whether the time steps are read from last to first, False by default.
        stateful: whether each batch starts from the state that the one before it ended with, which needs a fixed
            batch size; False by default.
        unroll: has no effect; accepted since Keras's configs name it.
        implementation: has no effect; accepted since Keras's configs name it.

    Example:
        >>> class Total(Recurrent):
        ...     def __init__(self, units, **kwargs):
        ...         super().__init__(**kwargs)
        ...         self.units, self.states = units, [None]
        ...     def step(self, inputs, states):
        ...         return inputs + states[0], [inputs + states[0]]
        >>> Total(3, return_sequences=True).compute_output_shape((None, 5, 3))
        (None, 5, 3)
    """

    return_sequences: bool = switch_field(default=False, help="give the output of every step")
    return_state: bool = switch_field(default=False, help="give the last states too")
    go_backwards: bool = switch_field(default=False, help="read the steps from last to first")
    stateful: bool = switch_field(default=False, help="start each batch from the states the last one ended with")
    unroll: bool = unused_field(rules.switch, default=False)
    implementation: int = unused_field(rules.non_negative_int, default=0)


class ConvRecurrent2D(_Stepwise):
    """Base of layers over sequences of images, as `Recurrent`: a subclass writes `step` and `get_initial_state`.

    Args:
        filters: number of output channels, 1 or more.
        kernel_size: rows and columns of the window; one number stands for both.
        strides: by how many rows and columns the window moves, (1, 1) by default; one number stands for both.
        padding: "valid", the default, for windows inside the input; "same" to pad with zeros, so that strides of 1 keep
            the size.
        data_format: "channels_last" (N, H, W, C) or "channels_first" (N, C, H, W); K.image_data_format() by default.
        dilation_rate: distance of the points in the window, by rows and columns; (1, 1), the default, leaves no gaps.
        return_sequences: whether the output of every time step is returned, not only the last one; False by default.
        go_backwards: whether the time steps are read from last to first, False by default.
        stateful: whether each batch starts from the state that the one before it ended with, which needs a fixed
            batch size; False by default.
        return_state: whether the last states are returned too, behind the output; False by default.
        unroll: has no effect; accepted since Keras's configs name it.
        implementation: has no effect; accepted since Keras's configs name it.

    Example:
        >>> class Total(ConvRecurrent2D):
        ...     def prepare(self):
        ...         super().prepare()
        ...         self.states = [None]
        ...     def get_initial_state(self, inputs):
        ...         return [ops.sum(inputs, axis=1) * 0.0]
        ...     def step(self, inputs, states):
        ...         return inputs + states[0], [inputs + states[0]]
        >>> Total(2, 3).compute_output_shape((None, 5, 8, 8, 2))
        (None, 8, 8, 2)
    """

    rank: ClassVar[int] = 5

    filters: int = field(rules.positive_int, help="number of output channels")
    kernel_size: SizesSetting = sizes_field(2, help="size of the windows")
    strides: SizesSetting = sizes_field(2, default=(1, 1))
    padding: Padding = padding_field(default="valid")
    data_format: DataFormatSetting = data_format_field(default=None)
    dilation_rate: SizesSetting = sizes_field(2, default=(1, 1), help=DILATION)
    return_sequences: bool = switch_field(default=False, help="give the output of every step")
    go_backwards: bool = switch_field(default=False, help="read the steps from last to first")
    stateful: bool = switch_field(default=False, help="start each batch from the states the last one ended with")
    _: KW_ONLY
    return_state: bool = switch_field(default=False, kw_only=True, help="give the last states too")
    unroll: bool = unused_field(rules.switch, default=False, kw_only=True)
    implementation: int = unused_field(rules.non_negative_int, default=0, kw_only=True)


__all__ = ["ConvRecurrent2D", "Recurrent"]
