"""Recurrent layers over sequences of images: ConvLSTM2D, its cell, and ConvRNN2D, which runs any such cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Protocol, cast

import numpy as np

from .. import _ops as ops
from .._declared import registry, rules
from .._declared.fields import REQUIRED, argument, field
from .._graph.backward import ones_like
from .._graph.tensor import Constant, Placeholder, Tensor
from ..errors import SettingError, SettingTypeError
from .base import Layer
from .cells import Cell, DropoutMasks, UnitWeights, add_unit_weights, forget_bias
from .convolutional_base import known_channels, spatial_spec
from .dropping import dropped
from .node import InputSpec, as_list
from .recurrent import RNN
from .recurrent_base import RecurrentLayer
from .recurrent_legacy import ConvRecurrent2D
from .settings import (
    activation_field,
    data_format_field,
    dropout_field,
    initializer_field,
    limit_field,
    padding_field,
    penalty_field,
    sizes_field,
    switch_field,
    unused_field,
)
from .wrappers import folded, unfolded

if TYPE_CHECKING:
    from dataclasses import KW_ONLY

    from ..types import Shape
    from .cells import StepMasks
    from .dropping import Phase
    from .settings import (
        ActivationSetting,
        ConstraintSetting,
        DataFormatSetting,
        InitializerSetting,
        Padding,
        RegularizerSetting,
        SizesSetting,
    )


class _ConvLSTMSettings(Layer):
    """Keras's settings of ConvLSTM2D and its cell."""

    filters: int = field(rules.positive_int, default=REQUIRED, help="channels of state and output")
    kernel_size: SizesSetting = sizes_field(2, default=REQUIRED, help="size of the windows")
    strides: SizesSetting = sizes_field(2, default=(1, 1), help="steps of the inputs' window")
    padding: Padding = padding_field(default="valid")
    data_format: DataFormatSetting = data_format_field(default=None)
    dilation_rate: SizesSetting = sizes_field(2, default=(1, 1), help="distance of the points in the inputs' window")
    activation: ActivationSetting = activation_field(default="tanh", help="function for the candidate and the output")
    recurrent_activation: ActivationSetting = activation_field(
        default="hard_sigmoid", help="function for the gates", after="activation"
    )
    use_bias: bool = switch_field(default=True, help="add a learnt bias")
    kernel_initializer: InitializerSetting = initializer_field(default="glorot_uniform", what="kernel")
    recurrent_initializer: InitializerSetting = initializer_field(default="orthogonal", what="recurrent kernel")
    bias_initializer: InitializerSetting = initializer_field(default="zeros", what="bias")
    unit_forget_bias: bool = switch_field(
        default=True, help="start the forget gate's bias at 1", after="bias_initializer"
    )
    kernel_regularizer: RegularizerSetting = penalty_field(default=None, what="kernel")
    recurrent_regularizer: RegularizerSetting = penalty_field(default=None, what="recurrent kernel")
    bias_regularizer: RegularizerSetting = penalty_field(default=None, what="bias")
    _: KW_ONLY
    kernel_constraint: ConstraintSetting = limit_field(default=None, what="kernel")
    recurrent_constraint: ConstraintSetting = limit_field(default=None, what="recurrent kernel")
    bias_constraint: ConstraintSetting = limit_field(default=None, what="bias")
    dropout: float = dropout_field(default=0.0, what="inputs")
    recurrent_dropout: float = dropout_field(default=0.0, what="state")
    if TYPE_CHECKING:  # Keras 1's names, which the constructor takes too
        _old_nb_filter: int = argument(alias="nb_filter", kw_only=True, default=None)
        _old_nb_row: int = argument(alias="nb_row", kw_only=True, default=None)
        _old_nb_col: int = argument(alias="nb_col", kw_only=True, default=None)
        _old_init: object = argument(alias="init", kw_only=True, default=None)
        _old_inner_init: object = argument(alias="inner_init", kw_only=True, default=None)
        _old_inner_activation: object = argument(alias="inner_activation", kw_only=True, default=None)
        _old_forget_bias_init: object = argument(alias="forget_bias_init", kw_only=True, default=None)
        _old_w_regularizer: object = argument(alias="W_regularizer", kw_only=True, default=None)
        _old_u_regularizer: object = argument(alias="U_regularizer", kw_only=True, default=None)
        _old_b_regularizer: object = argument(alias="b_regularizer", kw_only=True, default=None)
        _old_dropout_w: float = argument(alias="dropout_W", kw_only=True, default=None)
        _old_dropout_u: float = argument(alias="dropout_U", kw_only=True, default=None)
        _old_border_mode: str = argument(alias="border_mode", kw_only=True, default=None)
        _old_subsample: int | Sequence[int] = argument(alias="subsample", kw_only=True, default=None)
        _old_dim_ordering: str = argument(alias="dim_ordering", kw_only=True, default=None)

    @property
    def state_size(self) -> tuple[int, int]:
        """Channels of h and c."""
        return (self.filters, self.filters)


@registry.register("layer")
class ConvLSTM2DCell(_ConvLSTMSettings, Cell):
    """One step of ConvLSTM2D: images (N, H, W, C), [h, c (N, H', W', F)] -> h', [h', c'].

    `ConvRNN2D(ConvLSTM2DCell(filters, size))` runs it over the time steps; formulas and weights are those of
    `ConvLSTM2D`.

    Args:
        filters: channels of the state and of the output, 1 or more.
        kernel_size: rows and columns of the windows; one number stands for both.
        strides: by how many rows and columns the inputs' window moves, (1, 1) by default; one number stands for both.
        padding: "valid", the default, for windows inside the inputs; "same" to pad them with zeros.
        data_format: "channels_last" (N, H, W, C) or "channels_first" (N, C, H, W); K.image_data_format() by default.
        dilation_rate: distance of the points in the inputs' window, by rows and columns; (1, 1), the default, leaves no
            gaps.
        activation: function of the candidate and of the cell state, "tanh" by default; None for y = x.
        recurrent_activation: function of the gates, "hard_sigmoid" by default.
        use_bias: whether a learnt bias is added, True by default.
        kernel_initializer: first values of the kernel, which multiplies the inputs; "glorot_uniform" by default.
        recurrent_initializer: first values of the recurrent kernel, which multiplies the state; "orthogonal" by
            default.
        bias_initializer: first values of the bias, "zeros" by default.
        unit_forget_bias: whether the forget gate's bias starts at 1 (Jozefowicz et al., 2015), True by default.
        kernel_regularizer: penalty on the kernel that is added to the loss, such as "l2"; None by default.
        recurrent_regularizer: penalty on the recurrent kernel, None by default.
        bias_regularizer: penalty on the bias, None by default.
        kernel_constraint: limit on the kernel, applied after each update, such as "max_norm"; None by default.
        recurrent_constraint: limit on the recurrent kernel, None by default.
        bias_constraint: limit on the bias, None by default.
        dropout: share of the inputs that is set to 0 while training, from 0, the default, to below 1.
        recurrent_dropout: share of the state that is set to 0 while training, from 0, the default, to below 1.

    Input shape:
        (N, H, W, C), or (N, C, H, W) for "channels_first", and a list of the states h and c.

    Output shape:
        (N, H', W', filters), and a list of the new states, each of this shape; sizes as in Conv2D.

    Example:
        >>> ConvLSTM2DCell(4, 3).state_size
        (4, 4)
    """

    def prepare(self) -> None:
        """Take images."""
        super().prepare()
        self.input_spec = spatial_spec(2)

    @staticmethod
    def make_weights(owner: ConvLSTM2DCell | ConvLSTM2D, input_shape: Shape) -> UnitWeights:
        """Kernel (h, w, C, 4F), recurrent kernel (h, w, F, 4F), bias (4F,), gates in the order i, f, c, o."""
        step = (input_shape[0], *input_shape[-3:])
        channels, filters = known_channels(step, owner.data_format), owner.filters
        shapes = (*owner.kernel_size, channels, 4 * filters), (*owner.kernel_size, filters, 4 * filters), (4 * filters,)
        first = owner.bias_initializer
        return add_unit_weights(owner, *shapes, forget_bias(first, filters) if owner.unit_forget_bias else first)

    @property
    def kernel_shape(self) -> tuple[int, ...]:
        """Shape of the kernel, (h, w, C, 4F)."""
        return self.kernel.shape

    def input_conv(self, x: Tensor, kernel: Tensor, bias: Tensor | None = None, padding: str = "valid") -> Tensor:
        """The convolution of the inputs."""
        return ops.conv(x, kernel, bias, self.strides, padding, self.dilation_rate, self.data_format)

    def draw_masks(self, step: Tensor, training: Phase) -> DropoutMasks:
        """Masks for an image and for the state."""
        inputs = dropped(ones_like(step), self.dropout, training) if self.dropout else None
        if not self.recurrent_dropout:
            return DropoutMasks(inputs)
        state = ones_like(empty_state(self, step))
        return DropoutMasks(inputs, dropped(state, self.recurrent_dropout, training))

    def step(self, x: Tensor, h: Tensor, states: Sequence[Tensor]) -> list[Tensor]:
        """The new states h' and c'."""
        return self.next_states(self.input_conv(x, self.kernel, self.bias, self.padding), h, states)

    def next_states(self, z: Tensor, h: Tensor, states: Sequence[Tensor]) -> list[Tensor]:
        """The new states h' and c'.

        Args:
            z: the convolved inputs of all gates.
            h: the output of the step before, with dropout applied.
            states: h and c as they are.
        """
        z = ops.add(z, ops.conv(h, self.recurrent_kernel, None, 1, "same", 1, self.data_format))
        gates, act = self.recurrent_activation or ops.identity, self.activation or ops.identity
        i, f, g, o = (self._channels(z, gate) for gate in range(4))
        c = gates(f) * states[1] + gates(i) * act(g)
        return [gates(o) * act(c), c]

    def _channels(self, z: Tensor, gate: int) -> Tensor:
        part = slice(gate * self.filters, (gate + 1) * self.filters)
        return ops.getitem(z, (slice(None), part) if self.data_format == "channels_first" else (Ellipsis, part))


class ConvolvesImages(Protocol):
    """What ConvRNN2D asks of a cell to work out the shape of its states."""

    filters: int

    @property
    def padding(self) -> str: ...
    @property
    def kernel_shape(self) -> tuple[int, ...]: ...
    @property
    def state_size(self) -> int | tuple[int, ...]: ...
    def input_conv(self, x: Tensor, kernel: Tensor, bias: Tensor | None = None, padding: str = "valid") -> Tensor: ...


def empty_state(cell: ConvolvesImages, step: Tensor) -> Tensor:
    """Zeros in the shape of a cell's state: the convolution of the images of one step with a kernel of zeros."""
    kernel = np.zeros((*cell.kernel_shape[:-1], cell.filters), step.dtype)
    return cell.input_conv(ones_like(step), Constant(kernel), padding=cell.padding)


def _state_shapes(layer: ConvRNN2D | ConvLSTM2D) -> list[Shape]:
    """Shapes of the states, without the batch: those of the images that the cell gives; () before the layer is built."""
    cell = cast("ConvolvesImages", layer.cell)
    count = len(as_list(cell.state_size))
    return [() if layer.step_shape is None else empty_state(cell, Placeholder(layer.step_shape)).shape[1:]] * count


def _first_states(layer: ConvRNN2D | ConvLSTM2D, inputs: Tensor) -> list[Tensor]:
    step = ops.getitem(inputs, (slice(None), 0))
    return [empty_state(cast("ConvolvesImages", layer.cell), step)] * len(layer.state_shapes)


@registry.register("layer")
class ConvRNN2D(RNN):
    """Run a convolutional cell over sequences of images: (N, T, H, W, C) -> (N, H', W', F), or with every step.

    Args:
        cell: one such as ConvLSTM2DCell, with filters, padding, kernel_shape, input_conv(x, kernel, padding=...) and
            state_size besides call(inputs, states); no list of cells.
        return_sequences: whether the output of every time step is returned, not only the last one; False by default.
        return_state: whether the last states are returned too, behind the output; False by default.
        go_backwards: whether the time steps are read from last to first, False by default.
        stateful: whether each batch starts from the state that the one before it ended with, which needs a fixed
            batch size; False by default.
        unroll: must be False, the default.
        num_constants: how many tensors every time step gets; the call sets it by its `constants`.

    Input shape:
        (N, T, H, W, C), or (N, T, C, H, W) for "channels_first".

    Output shape:
        (N, H', W', filters), or (N, T, H', W', filters) with `return_sequences`; with `return_state` a list of that and
        the states.

    Raises:
        SettingTypeError: `cell` is a list, or `unroll` is True.
        SettingError: `cell` is not convolutional.

    Example:
        >>> ConvRNN2D(ConvLSTM2DCell(4, 3), return_sequences=True).compute_output_shape((None, 5, 8, 8, 2))
        (None, 5, 6, 6, 4)
    """

    def prepare(self) -> None:
        """Refuse what Keras refuses: a list of cells, unrolling, a cell without convolution."""
        _refuse_unrolling(self)
        if isinstance(self.cell, (list, tuple)):
            raise SettingTypeError(where="ConvRNN2D, cell", expected="one cell", actual=f"a list of {len(self.cell)}")
        if not hasattr(self.cell, "input_conv"):
            raise SettingError(
                where="ConvRNN2D, cell",
                expected="a convolutional cell such as ConvLSTM2DCell(4, 3)",
                actual=type(self.cell).__name__,
            )
        super().prepare()
        self.input_spec = InputSpec(ndim=5)

    state_shapes = property(_state_shapes)

    def get_initial_state(self, inputs: Tensor) -> list[Tensor]:
        """Zeros for each state, for as many samples as the inputs have."""
        return _first_states(self, inputs)


@registry.register("layer")
class ConvLSTM2D(_ConvLSTMSettings, RecurrentLayer):
    """LSTM whose products are convolutions (Shi et al., 2015): (N, T, H, W, C) -> (N, H', W', F), or with every step.

    The inputs' convolution has `strides`, `padding` and `dilation_rate`; that of the state keeps its size. Weights:
    kernel (rows, columns, C, 4 * filters), recurrent_kernel (rows, columns, filters, 4 * filters) and bias (4 *
    filters,), gates in the order i, f, c, o. Formulas, masks and dropout are those of LSTM.

    Args:
        filters: channels of the state and of the output, 1 or more.
        kernel_size: rows and columns of the windows; one number stands for both.
        strides: by how many rows and columns the inputs' window moves, (1, 1) by default; one number stands for both.
        padding: "valid", the default, for windows inside the inputs; "same" to pad them with zeros.
        data_format: "channels_last" (N, H, W, C) or "channels_first" (N, C, H, W); K.image_data_format() by default.
        dilation_rate: distance of the points in the inputs' window, by rows and columns; (1, 1), the default, leaves no
            gaps.
        activation: function of the candidate and of the cell state, "tanh" by default; None for y = x.
        recurrent_activation: function of the gates, "hard_sigmoid" by default.
        use_bias: whether a learnt bias is added, True by default.
        kernel_initializer: first values of the kernel, which multiplies the inputs; "glorot_uniform" by default.
        recurrent_initializer: first values of the recurrent kernel, which multiplies the state; "orthogonal" by
            default.
        bias_initializer: first values of the bias, "zeros" by default.
        unit_forget_bias: whether the forget gate's bias starts at 1 (Jozefowicz et al., 2015), True by default.
        kernel_regularizer: penalty on the kernel that is added to the loss, such as "l2"; None by default.
        recurrent_regularizer: penalty on the recurrent kernel, None by default.
        bias_regularizer: penalty on the bias, None by default.
        activity_regularizer: penalty on the output, None by default.
        kernel_constraint: limit on the kernel, applied after each update, such as "max_norm"; None by default.
        recurrent_constraint: limit on the recurrent kernel, None by default.
        bias_constraint: limit on the bias, None by default.
        return_sequences: whether the output of every time step is returned, not only the last one; False by default.
        go_backwards: whether the time steps are read from last to first, False by default.
        stateful: whether each batch starts from the state that the one before it ended with, which needs a fixed
            batch size; False by default.
        dropout: share of the inputs that is set to 0 while training, from 0, the default, to below 1.
        recurrent_dropout: share of the state that is set to 0 while training, from 0, the default, to below 1.
        return_state: whether the last states h and c are returned too, behind the output; False by default.
        unroll: must be False, the default.

    Input shape:
        (N, T, H, W, C), or (N, T, C, H, W) for "channels_first".

    Output shape:
        (N, H', W', filters), or (N, T, H', W', filters) with `return_sequences`, sizes as in Conv2D; with
        `return_state` a list of that, h and c.

    Raises:
        SettingTypeError: `unroll` is True.
        GraphError: a stateful layer is used for batches or images of no fixed size.

    Example:
        >>> ConvLSTM2D(4, (3, 3)).compute_output_shape((None, 5, 8, 8, 2))
        (None, 6, 6, 4)
    """

    cell_class: ClassVar[type[Cell]] = ConvLSTM2DCell

    _: KW_ONLY
    activity_regularizer: RegularizerSetting = penalty_field(default=None, what="output", after="bias_regularizer")
    return_sequences: bool = switch_field(default=False, help="give the output of every step", after="bias_constraint")
    go_backwards: bool = switch_field(default=False, help="read the steps from last to first", after="return_sequences")
    stateful: bool = switch_field(
        default=False, help="start each batch from the state the last one ended with", after="go_backwards"
    )
    return_state: bool = switch_field(default=False, kw_only=True, help="give the last states too")
    unroll: bool = unused_field(rules.switch, default=False, kw_only=True, help="must be False")

    def prepare(self) -> None:
        """Take sequences of images."""
        _refuse_unrolling(self)
        super().prepare()
        self.input_spec = InputSpec(ndim=5)

    state_shapes = property(_state_shapes)

    def get_initial_state(self, inputs: Tensor) -> list[Tensor]:
        """Zeros for each state, for as many samples as the inputs have."""
        return _first_states(self, inputs)

    def run(self, x: Tensor, states: Sequence[Tensor | None], masks: StepMasks) -> Sequence[Tensor]:
        """Output and last states; the inputs of all steps are convolved at once."""
        cell, (dropped_inputs, dropped_states) = cast("ConvLSTM2DCell", self.cell), masks.dropout
        first = self.starting_states(x, states, None)
        if dropped_inputs is not None:
            x = x * ops.expand_dims(dropped_inputs, 1)
        z = unfolded(cell.input_conv(folded(x), self.kernel, self.bias, self.padding), x)

        def step(products: Tensor, now: list[Tensor]) -> tuple[Tensor, list[Tensor]]:
            h = now[0] if dropped_states is None else ops.multiply(now[0], dropped_states)
            new = cell.next_states(products, h, now)
            return new[0], new

        last, outputs, ends = ops.loop(step, z, first, masks.steps, self.go_backwards, before=first[0])
        return outputs if self.return_sequences else last, *ends


def _refuse_unrolling(layer: ConvRNN2D | ConvLSTM2D) -> None:
    if layer.unroll:
        raise SettingTypeError(
            where=f"{type(layer).__name__}, unroll",
            expected="False",
            actual="True",
            hint="Steps are recorded once and run as often as there are some; nothing is gained by unrolling.",
        )


__all__ = ["ConvLSTM2D", "ConvLSTM2DCell", "ConvRNN2D", "ConvRecurrent2D"]
