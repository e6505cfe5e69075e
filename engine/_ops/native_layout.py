"""What ops on images with channels first are with channels last, which the library in C knows: rules for `_graph/layout.py`."""

from __future__ import annotations

from .._graph.layout import ChannelsLast, channels_last_form, transposes
from .._graph.memory import Sizes
from .._graph.op import Op
from .conv import Conv
from .conv_transposed import ConvTransposed
from .native_rules import BINARY, UNARY
from .normalize import BatchNorm
from .pool import AveragePool, MaxPool, Pool
from .rearrange import Concatenate, Transpose
from .rectified import RectifiedConv
from .reduce import Max, Mean, Reduction, Sum
from .resize import Upsample
from .shapes import axes_of, axis_of

Shapes = tuple["Sizes | None", ...]


@transposes
def transposition(order: Sizes) -> Op:
    """The op that puts axes into an order."""
    return Transpose(order)


@channels_last_form(Conv, RectifiedConv)
def convolution(op: Conv, shapes: Shapes) -> ChannelsLast | None:
    """Kernel and bias are the same."""
    return ChannelsLast(type(op)(op.strides, op.padding, op.dilation, False)) if op.channels_first else None


@channels_last_form(ConvTransposed)
def transposed(op: ConvTransposed, shapes: Shapes) -> ChannelsLast | None:
    """Kernel and bias are the same."""
    if not op.channels_first:
        return None
    made = ConvTransposed(op.strides, op.padding, op.dilation, False, op.output_padding, op.lengths)
    return ChannelsLast(made)


@channels_last_form(MaxPool, AveragePool)
def pool(op: Pool, shapes: Shapes) -> ChannelsLast | None:
    """The same windows."""
    return ChannelsLast(type(op)(op.size, op.strides, op.padding, False, op.around)) if op.channels_first else None


@channels_last_form(Upsample)
def upsample(op: Upsample, shapes: Shapes) -> ChannelsLast | None:
    """The same factors; images in either order have instructions."""
    return ChannelsLast(Upsample(op.times, False), always=False) if op.channels_first else None


@channels_last_form(BatchNorm)
def batch_norm(op: BatchNorm, shapes: Shapes) -> ChannelsLast | None:
    """Moments of the last axis."""
    rank = _rank(shapes)
    return ChannelsLast(BatchNorm(axis=-1, epsilon=op.epsilon)) if rank > 2 and axis_of(op.axis, rank) == 1 else None


@channels_last_form(Concatenate)
def concatenate(op: Concatenate, shapes: Shapes) -> ChannelsLast | None:
    """Along the axis where it lies now."""
    rank = _rank(shapes)
    if rank < 3:
        return None
    axis = axis_of(op.axis, rank)
    made = Concatenate(axis if axis == 0 else rank - 1 if axis == 1 else axis - 1)
    return ChannelsLast(made, tuple(range(len(shapes))), always=False)


@channels_last_form(Mean, Sum, Max)
def reduction(op: Reduction, shapes: Shapes) -> ChannelsLast | None:
    """Over all axes between samples and channels, wherever the channels stand."""
    rank = _rank(shapes)
    if rank < 3 or op.axis is None or axes_of(op.axis, rank) != tuple(range(2, rank)):
        return None
    made = type(op)(tuple(range(1, rank - 1)), op.keepdims)
    return ChannelsLast(made, gives_image=op.keepdims, always=rank > 3)  # sums of rows have instructions as they are


@channels_last_form(*UNARY, *BINARY)
def element_by_element(op: Op, shapes: Shapes) -> ChannelsLast | None:
    """The same op, where all operands have one shape."""
    same = _rank(shapes) > 2 and len(set(shapes)) == 1
    return ChannelsLast(op, tuple(range(len(shapes))), always=False) if same else None


def _rank(shapes: Shapes) -> int:
    return len(shapes[0] or ())


__all__: list[str] = []
