"""Recurrent layers over sequences of images: ConvLSTM2D, its cell, and ConvRNN2D, which runs any such cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from .. import _ops as ops
from .._declared import registry, rules
from .._declared.fields import field
from .._graph.gradient import OnesLike
from .._graph.op import apply
from .._graph.tensor import Constant, Placeholder, Tensor
from ..errors import GraphError, SettingError, SettingTypeError
from ..types import Shape
from .base import Layer
from .convolutional_base import hint_of_rank, known_channels
from .dropping import Phase, dropped
from .node import InputSpec, as_list
from .recurrent import RNN
from .recurrent_base import RecurrentLayer
from .recurrent_legacy import ConvRecurrent2D
from .recurrent_units import (
    Cell,
    DropoutMasks,
    UnitWeights,
    add_unit_weights,
    forget_bias,
    share_weights,
)
from .settings import (
    activation_field,
    bias_field,
    data_format_field,
    dropout_field,
    forget_bias_field,
    gate_activation_field,
    kernel_field,
    limit_field,
    padding_field,
    penalty_field,
    recurrent_field,
    switch_field,
)
from .wrappers import folded, unfolded


class _ConvLSTMSettings(Layer):
    """Keras's settings of ConvLSTM2D and its cell."""

    filters: int = field(rules.positive_int, help="channels of state and output")
    kernel_size: Any = field(rules.int_tuple(2), help="size of the windows")
    strides: Any = field(rules.int_tuple(2), default=(1, 1), help="steps of the inputs' window")
    padding: str = padding_field()
    data_format: Any = data_format_field()
    dilation_rate: Any = field(rules.int_tuple(2), default=(1, 1), help="distance of the points in the inputs' window")
    activation: Any = activation_field("function for the candidate and the output", "tanh")
    recurrent_activation: Any = gate_activation_field()
    use_bias: bool = switch_field(True, "add a learnt bias")
    kernel_initializer: Any = kernel_field()
    recurrent_initializer: Any = recurrent_field()
    bias_initializer: Any = bias_field()
    unit_forget_bias: bool = forget_bias_field()
    kernel_regularizer: Any = penalty_field("kernel")
    recurrent_regularizer: Any = penalty_field("recurrent kernel")
    bias_regularizer: Any = penalty_field("bias")
    kernel_constraint: Any = limit_field("kernel")
    recurrent_constraint: Any = limit_field("recurrent kernel")
    bias_constraint: Any = limit_field("bias")
    dropout: float = dropout_field("inputs")
    recurrent_dropout: float = dropout_field("state")


@registry.register("layer")
class ConvLSTM2DCell(_ConvLSTMSettings, Cell):
    """One step of ConvLSTM2D: images (N, H, W, C), [h, c (N, H', W', F)] -> h', [h', c'].

    >>> ConvLSTM2DCell(4, 3).state_size
    (4, 4)
    """

    def prepare(self) -> None:
        """Take images."""
        super().prepare()
        self.input_spec = InputSpec(ndim=4, hints=hint_of_rank(2))

    @staticmethod
    def make_weights(owner: ConvLSTM2DCell | ConvLSTM2D, input_shape: Shape) -> UnitWeights:
        """Kernel (h, w, C, 4F), recurrent kernel (h, w, F, 4F), bias (4F,), gates in the order i, f, c, o."""
        channels, filters = known_channels(input_shape, owner.data_format), owner.filters
        shapes = (*owner.kernel_size, channels, 4 * filters), (*owner.kernel_size, filters, 4 * filters), (4 * filters,)
        first = owner.bias_initializer
        return add_unit_weights(owner, *shapes, forget_bias(first, filters) if owner.unit_forget_bias else first)

    @property
    def state_size(self) -> tuple[int, int]:
        """Channels of h and c."""
        return (self.filters, self.filters)

    @property
    def kernel_shape(self) -> tuple[int, ...]:
        """Shape of the kernel, (h, w, C, 4F)."""
        return self.kernel.shape

    def build(self, input_shape: Any) -> None:
        """Make the weights."""
        self.kernel, self.recurrent_kernel, self.bias = self.make_weights(self, input_shape)
        self.built = True

    def input_conv(self, x: Tensor, kernel: Tensor, bias: Tensor | None = None, padding: str = "valid") -> Tensor:
        """The convolution of the inputs."""
        return ops.conv(x, kernel, bias, self.strides, padding, self.dilation_rate, self.data_format)

    def draw_masks(self, step: Tensor, training: Phase) -> DropoutMasks:
        """Masks for an image and for the state."""
        inputs = dropped(apply(OnesLike(), step), self.dropout, training) if self.dropout else None
        if not self.recurrent_dropout:
            return DropoutMasks(inputs)
        state = apply(OnesLike(), empty_state(self, step))
        return DropoutMasks(inputs, dropped(state, self.recurrent_dropout, training))

    def step(self, x: Tensor, h: Tensor, states: Sequence[Tensor]) -> list[Tensor]:
        """h' and c'."""
        return self.next_states(self.input_conv(x, self.kernel, self.bias, self.padding), h, states)

    def next_states(self, z: Tensor, h: Tensor, states: Sequence[Tensor]) -> list[Tensor]:
        """h' and c' from the inputs' products z; `h`: the output of the step before as the products see it."""
        z = ops.add(z, ops.conv(h, self.recurrent_kernel, None, 1, "same", 1, self.data_format))
        gates, act = self.recurrent_activation or ops.identity, self.activation or ops.identity
        i, f, g, o = (self._channels(z, gate) for gate in range(4))
        c = gates(f) * states[1] + gates(i) * act(g)
        return [gates(o) * act(c), c]

    def _channels(self, z: Tensor, gate: int) -> Any:
        part = slice(gate * self.filters, (gate + 1) * self.filters)
        return ops.getitem(z, (slice(None), part) if self.data_format == "channels_first" else (Ellipsis, part))


class ConvolvesImages(Protocol):
    """A cell that ConvRNN2D runs, as far as the shape of its states goes."""

    filters: int
    padding: str

    @property
    def kernel_shape(self) -> tuple[int, ...]: ...
    @property
    def state_size(self) -> int | tuple[int, ...]: ...
    def input_conv(self, x: Tensor, kernel: Tensor, bias: Tensor | None = None, padding: str = "valid") -> Tensor: ...


def empty_state(cell: ConvolvesImages, step: Tensor) -> Tensor:
    """Zeros in the shape of the state of a cell, for the images of one step: what its convolution gives for none."""
    kernel = np.zeros((*cell.kernel_shape[:-1], cell.filters), step.dtype)
    return cell.input_conv(apply(OnesLike(), step), Constant(kernel), padding=cell.padding)


class _ImageStates:
    """States as large as the images that the cell gives, for layers over sequences of images; stands before their base."""

    cell: ConvolvesImages
    _step_shape: Shape | None  # (N, H, W, C), None before the layer is built

    @property
    def state_shapes(self) -> list[Shape]:
        """Shapes of the states, without the batch; () while the images are not known."""
        size = self.cell.state_size
        count = len(size) if isinstance(size, (list, tuple)) else 1
        known = self._step_shape
        return [() if known is None else empty_state(self.cell, Placeholder(known)).shape[1:]] * count

    def make_states(self, samples: int | None) -> None:
        """Make the states that are kept from batch to batch. Raises GraphError for images of no fixed size."""
        if None in self.state_shapes[0]:
            raise GraphError(
                expected="images of a fixed size for a stateful layer",
                found=str(self._step_shape),
                hint="Give batch_input_shape=(samples, steps, rows, columns, channels).",
            )
        super().make_states(samples)

    def get_initial_state(self, inputs: Tensor) -> list[Tensor]:
        """Zeros for each state, for as many samples as the inputs have."""
        return [empty_state(self.cell, ops.getitem(inputs, (slice(None), 0)))] * len(self.state_shapes)


@registry.register("layer")
class ConvRNN2D(_ImageStates, RNN):
    """Run a convolutional cell over sequences of images: (N, T, H, W, C) -> (N, H', W', F), or with every step.

    cell: one such as ConvLSTM2DCell, with filters, padding, kernel_shape, input_conv(x, kernel, padding=...) and
    state_size besides call(inputs, states). No list of cells, no unrolling (TypeError).

    >>> ConvRNN2D(ConvLSTM2DCell(4, 3), return_sequences=True).compute_output_shape((None, 5, 8, 8, 2))
    (None, 5, 6, 6, 4)
    """

    def prepare(self) -> None:
        """Refuse what Keras refuses."""
        _refuse_unrolling(self)
        if isinstance(self.cell, (list, tuple)):
            raise SettingTypeError(where="ConvRNN2D, cell", expected="one cell", found=f"a list of {len(self.cell)}")
        if not hasattr(self.cell, "input_conv"):
            raise SettingError(
                where="ConvRNN2D, cell", expected="a convolutional cell such as ConvLSTM2DCell(4, 3)",
                found=type(self.cell).__name__,
            )  # fmt: skip
        self._step_shape: Shape | None = None
        super().prepare()
        self.input_spec = InputSpec(ndim=5)

    def build(self, input_shape: Any) -> None:
        """Build the cell, and the states that are kept from batch to batch."""
        shape = input_shape[0] if isinstance(input_shape, list) else input_shape
        self._step_shape = (shape[0], *shape[2:])
        super().build(input_shape)


@registry.register("layer")
class ConvLSTM2D(_ImageStates, _ConvLSTMSettings, RecurrentLayer):
    """LSTM whose products are convolutions (Shi et al., 2015): (N, T, H, W, C) -> (N, H', W', F), or with every step.

    The inputs' convolution has `strides`, `padding` and `dilation_rate`; that of the state keeps its size. Weights: kernel
    (h, w, C, 4F), recurrent_kernel (h, w, F, 4F), bias (4F,), gates in the order i, f, c, o. Masks and dropout as in LSTM.

    >>> ConvLSTM2D(4, (3, 3)).compute_output_shape((None, 5, 8, 8, 2))
    (None, 6, 6, 4)
    """

    activity_regularizer: Any = penalty_field("output", after="bias_regularizer")
    return_sequences: bool = switch_field(False, "give the output of every step", after="bias_constraint")
    go_backwards: bool = switch_field(False, "read the steps from last to first", after="return_sequences")
    stateful: bool = switch_field(
        False, "start each batch from the state the last one ended with", after="go_backwards"
    )
    return_state: bool = field(rules.switch, default=False, kw_only=True, help="give the last states too")
    unroll: bool = field(rules.switch, default=False, kw_only=True, help="kept for Keras's configs; must be False")

    def prepare(self) -> None:
        """Take sequences of images."""
        _refuse_unrolling(self)
        super().prepare()
        self.input_spec = InputSpec(ndim=5)
        self._step_shape: Shape | None = None
        self._cell: ConvLSTM2DCell | None = None
        self.states = [None] * len(self.state_shapes)

    @property
    def cell(self) -> ConvLSTM2DCell:
        """The cell for one step, with the layer's settings and, once there are some, its weights."""
        if self._cell is None:
            self._cell = ConvLSTM2DCell(**{name: getattr(self, name) for name in ConvLSTM2DCell._fields})
        if self.built and not self._cell.built:
            share_weights(self, self._cell)
        return self._cell

    @property
    def state_size(self) -> tuple[int, int]:
        """Channels of h and c."""
        return self.cell.state_size

    def build(self, input_shape: Any) -> None:
        """Make the weights, and the states that are kept from batch to batch."""
        shape = input_shape[0] if isinstance(input_shape, list) else input_shape
        self._step_shape = (shape[0], *shape[2:])
        self.kernel, self.recurrent_kernel, self.bias = ConvLSTM2DCell.make_weights(self, self._step_shape)
        self.built = True
        if self.stateful:
            self.make_states(shape[0])

    def call(self, inputs: Any, mask: Any = None, training: Any = None, initial_state: Any = None) -> Any:
        """Run over all steps; the inputs of all steps are convolved at once."""
        x, *with_inputs = as_list(inputs)
        states, cell = self.starting_states(x, with_inputs, initial_state), self.cell
        masks = cell.draw_masks(ops.getitem(x, (slice(None), 0)), training)
        if masks.inputs is not None:
            x = x * ops.expand_dims(masks.inputs, 1)
        z = unfolded(cell.input_conv(folded(x), self.kernel, self.bias, self.padding), x)

        def step(products: Tensor, now: Sequence[Tensor]) -> tuple[Tensor, list[Tensor]]:
            h = now[0] if masks.states is None else ops.multiply(now[0], masks.states)
            new = cell.next_states(products, h, now)
            return new[0], new

        last, outputs, ends = ops.loop(step, z, states, as_list(mask)[0], self.go_backwards, before=states[0])
        return self.results(inputs, outputs if self.return_sequences else last, ends)


def _refuse_unrolling(layer: ConvRNN2D | ConvLSTM2D) -> None:
    if layer.unroll:
        raise SettingTypeError(
            where=f"{type(layer).__name__}, unroll", expected="False", found="True",
            hint="Steps are recorded once and run as often as there are some; nothing is gained by unrolling.",
        )  # fmt: skip


__all__ = ["ConvLSTM2D", "ConvLSTM2DCell", "ConvRNN2D", "ConvRecurrent2D"]
