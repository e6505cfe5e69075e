"""Recurrent layers over sequences of images: ConvLSTM2D, its cell, and ConvRNN2D, which runs any such cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from .. import ops
from ..core import registry, rules
from ..core.errors import GraphError, SettingError, SettingTypeError
from ..core.fields import field
from ..core.gradient import OnesLike
from ..core.op import apply
from ..core.tensor import Constant, Placeholder
from .convolutional_base import Windowed
from .core import limit_field, penalty_field, switch_field
from .dropping import dropped
from .node import InputSpec, as_list
from .recurrent_base import Recurring, StepCell, forget_bias, forget_bias_field, gate_activation_field
from .recurrent_cells import RNN
from .recurrent_legacy import ConvRecurrent2D
from .wrappers import folded, unfolded


class _ConvLstmUnits(Windowed):
    """The settings, weights and mathematics of ConvLSTM2D, for the layer and for its cell."""

    group: ClassVar[str] = "recurrent"

    filters: int = field(rules.positive_int, help="channels of state and output")
    kernel_size: Any = field(rules.int_tuple(2), help="size of the windows")
    strides: Any = field(rules.int_tuple(2), default=(1, 1), help="steps of the inputs' window")
    padding: str = field(rules.padding, default="valid", help="'same' keeps the size by padding with zeros")
    data_format: Any = field(rules.data_format, default=None, help="where the channel axis is")
    dilation_rate: Any = field(rules.int_tuple(2), default=(1, 1), help="distance of the points in the inputs' window")
    activation: Any = field(rules.activation, default="tanh", help="function for the candidate and the output")
    recurrent_activation: Any = gate_activation_field()
    use_bias: bool = switch_field(True, "add a learnt bias")
    kernel_initializer: Any = field(rules.initializer, default="glorot_uniform", help="first values of the kernel")
    recurrent_initializer: Any = field(
        rules.initializer, default="orthogonal", help="first values of the recurrent kernel"
    )
    bias_initializer: Any = field(rules.initializer, default="zeros", help="first values of the bias")
    unit_forget_bias: bool = forget_bias_field()
    kernel_regularizer: Any = penalty_field("kernel")
    recurrent_regularizer: Any = penalty_field("recurrent kernel")
    bias_regularizer: Any = penalty_field("bias")
    kernel_constraint: Any = limit_field("kernel")
    recurrent_constraint: Any = limit_field("recurrent kernel")
    bias_constraint: Any = limit_field("bias")
    dropout: float = field(rules.fraction, default=0.0, help="share of the inputs dropped while training")
    recurrent_dropout: float = field(rules.fraction, default=0.0, help="share of the state dropped while training")

    @property
    def state_size(self) -> tuple[int, int]:
        """Channels of h and c."""
        return (self.filters, self.filters)

    def add_weights(self, shape: Any) -> None:
        """Make the weights for images of this shape."""
        channels = self.channels_of(shape)
        self.kernel_shape = (*self.kernel_size, channels, 4 * self.filters)
        self.kernel = self.add_kernel("kernel", self.kernel_shape)
        self.recurrent_kernel = self.add_kernel("recurrent", (*self.kernel_size, self.filters, 4 * self.filters))
        self.bias = None
        if self.use_bias:
            first = self.bias_initializer
            self.bias = self.add_weight(
                "bias", (4 * self.filters,),
                initializer=forget_bias(first, self.filters) if self.unit_forget_bias else first,
                regularizer=self.bias_regularizer, constraint=self.bias_constraint,
            )  # fmt: skip

    def input_conv(self, x: Any, kernel: Any, bias: Any = None, padding: str = "valid") -> Any:
        """The convolution of the inputs."""
        return ops.conv(x, kernel, bias, self.strides, padding, self.dilation_rate, self.data_format)

    def masks(self, step: Any, training: Any) -> tuple[Any, Any]:
        """What stays of an image and of the state, the same in all steps; None: everything."""
        inputs = dropped(apply(OnesLike(), step), self.dropout, training) if self.dropout else None
        if not self.recurrent_dropout:
            return inputs, None
        return inputs, dropped(apply(OnesLike(), empty_state(self, step)), self.recurrent_dropout, training)

    def next_states(self, z: Any, h: Any, c: Any, kept: Any) -> list[Any]:
        """h' and c' from the inputs' products z; `kept`: what stays of h."""
        h = h if kept is None else h * kept
        z = z + ops.conv(h, self.recurrent_kernel, None, 1, "same", 1, self.data_format)
        gates, act = self.recurrent_activation or ops.identity, self.activation or ops.identity
        i, f, g, o = (self._channels(z, gate) for gate in range(4))
        c = gates(f) * c + gates(i) * act(g)
        return [gates(o) * act(c), c]

    def _channels(self, z: Any, gate: int) -> Any:
        part = slice(gate * self.filters, (gate + 1) * self.filters)
        return ops.getitem(z, (slice(None), part) if self.channel_axis == 1 else (Ellipsis, part))


def empty_state(cell: Any, step: Any) -> Any:
    """Zeros in the shape of the state of a cell, for the images of one step: what its convolution gives for none."""
    kernel = np.zeros((*cell.kernel_shape[:-1], cell.filters), step.dtype)
    return cell.input_conv(apply(OnesLike(), step), Constant(kernel), padding=cell.padding)


class _OverImages(Recurring):
    """States that are images, for layers whose `cell` convolves the inputs (a mixin)."""

    cell: Any
    return_state: Any
    _step_shape: Any = None

    def prepare(self) -> None:
        """Take sequences of images."""
        super().prepare()
        self.input_spec = InputSpec(ndim=5)
        self.states = [None] * len(self.state_shapes)

    @property
    def state_shapes(self) -> list[tuple[Any, ...]]:
        """Shapes of the states, without the batch; () while the images are not known."""
        size = self.cell.state_size
        count = len(size) if isinstance(size, (list, tuple)) else 1
        if self._step_shape is None:
            return [()] * count
        return [empty_state(self.cell, Placeholder(self._step_shape)).shape[1:]] * count

    def make_states(self, samples: int | None) -> None:
        """Make the states that are kept from batch to batch."""
        shape = self.state_shapes[0]
        if None in shape:
            raise GraphError(
                expected="images of a fixed size for a stateful layer", found=str(self._step_shape),
                hint="Give batch_input_shape=(samples, steps, rows, columns, channels).",
            )  # fmt: skip
        super().make_states(samples)

    def get_initial_state(self, inputs: Any) -> list[Any]:
        """Zeros for each state, for as many samples as the inputs have."""
        zeros = empty_state(self.cell, ops.getitem(inputs, (slice(None), 0)))
        return [zeros] * len(self.state_shapes)


@registry.register("layer")
class ConvRNN2D(_OverImages, RNN):
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
        super().prepare()

    def build(self, input_shape: Any) -> None:
        """Build the cell, and the states that are kept from batch to batch."""
        shape = input_shape[0] if isinstance(input_shape, list) else input_shape
        self._step_shape = (shape[0], *shape[2:])
        super().build(input_shape)


@registry.register("layer")
class ConvLSTM2DCell(StepCell, _ConvLstmUnits):
    """One step of ConvLSTM2D: images (N, H, W, C), [h, c (N, H', W', F)] -> h', [h', c'].

    >>> ConvLSTM2DCell(4, 3).state_size
    (4, 4)
    """

    group: ClassVar[str] = ""  # no layer that stands alone in a model

    def build(self, input_shape: Any) -> None:
        """Make the weights."""
        self.add_weights(input_shape)
        self.built = True

    def call(self, inputs: Any, states: Any = None, training: Any = None) -> Any:
        """Output and new states of one step."""
        kept, kept_state = self.masks_now(inputs, training)
        x = inputs if kept is None else inputs * kept
        h, c = states
        new = self.next_states(self.input_conv(x, self.kernel, self.bias, self.padding), h, c, kept_state)
        return new[0], new


@registry.register("layer")
class ConvLSTM2D(_OverImages, _ConvLstmUnits):
    """LSTM whose products are convolutions (Shi et al., 2015): (N, T, H, W, C) -> (N, H', W', F), or with every step.

    The inputs' convolution has `strides`, `padding` and `dilation_rate`; that of the state keeps its size. Weights: kernel
    (h, w, C, 4F), recurrent_kernel (h, w, F, 4F), bias (4F,), gates in the order i, f, c, o. Masks and dropout as in LSTM.

    >>> ConvLSTM2D(4, (3, 3)).compute_output_shape((None, 5, 8, 8, 2))
    (None, 6, 6, 4)
    """

    activity_regularizer: Any = field(
        rules.regularizer, default=None, help="penalty on the output", after="bias_regularizer"
    )
    return_sequences: bool = field(
        rules.switch, default=False, help="give the output of every step", after="bias_constraint"
    )
    go_backwards: bool = field(
        rules.switch, default=False, help="read the steps from last to first", after="return_sequences"
    )
    stateful: bool = field(
        rules.switch,
        default=False,
        help="start each batch from the state the last one ended with",
        after="go_backwards",
    )
    return_state: bool = field(rules.switch, default=False, kw_only=True, help="give the last states too")
    unroll: bool = field(rules.switch, default=False, kw_only=True, help="kept for Keras's configs; must be False")

    def prepare(self) -> None:
        """Take sequences of images."""
        _refuse_unrolling(self)
        super().prepare()

    @property
    def cell(self) -> Any:
        """The layer itself: settings and weights lie here."""
        return self

    def build(self, input_shape: Any) -> None:
        """Make the weights, and the states that are kept from batch to batch."""
        shape = input_shape[0] if isinstance(input_shape, list) else input_shape
        self._step_shape = (shape[0], *shape[2:])
        self.add_weights(self._step_shape)
        if self.stateful:
            self.make_states(shape[0])
        self.built = True

    def call(self, inputs: Any, mask: Any = None, training: Any = None, initial_state: Any = None) -> Any:
        """Run over all steps; the inputs of all steps are convolved at once."""
        x, *given = as_list(inputs)
        states = self.starting_states(x, given, initial_state)
        kept, kept_state = self.masks(ops.getitem(x, (slice(None), 0)), training)
        if kept is not None:
            x = x * ops.expand_dims(kept, 1)
        z = unfolded(self.input_conv(folded(x), self.kernel, self.bias, self.padding), x)

        def step(products: Any, now: Sequence[Any]) -> tuple[Any, list[Any]]:
            h, c = now
            new = self.next_states(products, h, c, kept_state)
            return new[0], new

        last, outputs, ends = ops.loop(step, z, states, as_list(mask)[0], self.go_backwards, before=states[0])
        return self.results(inputs, outputs if self.return_sequences else last, ends)


def _refuse_unrolling(layer: Any) -> None:
    if layer.unroll:
        raise SettingTypeError(
            where=f"{type(layer).__name__}, unroll", expected="False", found="True",
            hint="Steps are recorded once and run as often as there are some; nothing is gained by unrolling.",
        )  # fmt: skip


__all__ = ["ConvLSTM2D", "ConvLSTM2DCell", "ConvRNN2D", "ConvRecurrent2D"]
