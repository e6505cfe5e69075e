"""Which instructions of the library in C compute pooling over up to three axes; `Settings` tell windows as pooling.c has them."""

from __future__ import annotations

from .._graph.backward import BackwardCall
from .._graph.native_context import Context, native, native_gradient
from .._graph.native_few import FEWEST_SAMPLES
from .._graph.native_phases import Instruction, Operand, Settings
from .._graph.op import ForwardCall
from .._graph.tensor import Tensor
from .native_convolution import FEWEST_UNITS, images_of, three_axes, triple
from .pool import AveragePool, MaxPool, Pool

_FEW_POOLED = 400_000  # work of pooling that one thread may do


def _pooling(op: Pool, context: Context, x: Tensor, y: Tensor) -> Settings | None:
    """The windows of a pool over up to three axes, channels last."""
    if len(op.size) > 3 or op.channels_first or not context.size(x) or not context.size(y):
        return None
    image, (*outputs, _) = three_axes(context.shapes[x]), three_axes(context.shapes[y])
    size, strides = triple(op.size, 1), triple(op.strides, 1)
    length_of = context.shapes[x][1:-1]
    before = triple(tuple(op.before(axis, n) for axis, n in enumerate(length_of)), 0)
    return Settings((*image, *outputs, *size, *strides, *before))


def _pooled(
    operation: str, operands: tuple[Operand, ...], context: Context, images: tuple[Tensor, Tensor], separate: bool
) -> Instruction:
    """The instruction over images, or over rows of windows where there are few images; images: what is pooled, and of what.

    separate: whether rows of windows may be done in any order.
    """
    x, y = images
    units, by_samples = images_of(context, x)
    work = 3 * context.size(x)
    if units >= FEWEST_SAMPLES or work < _FEW_POOLED or not separate:
        return Instruction(operation, operands, (0,), units, by_samples, work, grain=1)
    planes, rows, *_ = three_axes(context.shapes[y])
    units *= planes * rows
    return Instruction(operation, operands, (1,), units, False, work, grain=-(-units // FEWEST_UNITS))


def _are_separate(op: Pool) -> bool:
    """Whether rows of windows share no pixel; those of volumes have planes before and behind."""
    return len(op.size) < 3 and triple(op.strides, 1)[1] >= triple(op.size, 1)[1]


@native(MaxPool, AveragePool)
def pool(call: ForwardCall, context: Context) -> list[Instruction] | None:
    """The largest or the mean of each window."""
    op, (x,), (y,) = call.op, call.present_inputs, call.outputs
    assert isinstance(op, Pool)
    settings = _pooling(op, context, x, y)
    operation = "max_pool" if isinstance(op, MaxPool) else "average_pool"
    return settings and [_pooled(operation, (x, settings, y), context, (x, y), True)]


@native_gradient(MaxPool)
def max_pool_gradient(call: BackwardCall, context: Context) -> list[Instruction] | None:
    """dy at the first largest element."""
    op, (dy, x, y), (dx,) = call.op, call.present_inputs, call.outputs
    assert isinstance(op, MaxPool)
    settings, operands = _pooling(op, context, x, y), (dy, x, y)
    return settings and [_pooled("max_pool_gradient", (*operands, settings, dx), context, (x, y), _are_separate(op))]


@native_gradient(AveragePool)
def average_pool_gradient(call: BackwardCall, context: Context) -> list[Instruction] | None:
    """dy spread over the window."""
    op, (dy,), (dx,) = call.op, call.present_inputs, call.outputs
    assert isinstance(op, AveragePool)
    settings = _pooling(op, context, dx, dy)
    return settings and [_pooled("average_pool_gradient", (dy, settings, dx), context, (dx, dy), _are_separate(op))]


__all__: list[str] = []
