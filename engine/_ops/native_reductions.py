"""Sums and means as instructions of the library in C: over everything, the last axes, or some in the middle that are neighbours."""

from __future__ import annotations

from .._graph.backward import BackwardCall, SumOfGradients
from .._graph.native_context import Context, may_be_folded, native, native_gradient
from .._graph.native_phases import Instruction
from .._graph.op import ForwardCall
from .._graph.tensor import Tensor
from .arithmetic import Add, Divide, Multiply, Subtract
from .elementwise import Negative
from .rearrange import Repeat
from .reduce import Mean, Sum
from .shapes import axes_of, count

may_be_folded(Add, Subtract, Multiply, Divide, Negative, Sum, Mean, SumOfGradients, Repeat)


@native(Sum, Mean)
def total(call: ForwardCall, context: Context) -> list[Instruction] | None:
    """Over everything, over the last axes, or over neighbours among those between samples and the last."""
    (x,), (y,) = call.present_inputs, call.outputs
    if x.dtype != "float32" or y.dtype != "float32" or not context.size(x):
        return None
    divisor = _divisor(call, context, x, y)
    if context.size(y) == 1:
        return [Instruction("sum", (x, y), (context.size(x),), 1, False, context.size(x), divisor)]
    if (middle := _middle(call, context, x)) is not None:
        return [Instruction("middle_sum", (x, y), middle, context.batch, True, context.size(x), divisor)]
    return _over_last_axes("row_sum", call, context, x, (x, y), divisor)


def _middle(call: ForwardCall | BackwardCall, context: Context, x: Tensor) -> tuple[int, int, int] | None:
    """How many elements are summed into one, how many lie behind the summed axes, and how many before them in a sample.

    None where the sum does not go over neighbouring axes between samples and the last.
    """
    shape, axis = context.shapes[x], getattr(call.op, "axis", None)
    if len(shape) < 3 or axis is None or shape[0] != context.batch:
        return None
    summed = axes_of(axis, len(shape))
    first, last = summed[0], summed[-1]
    if first == 0 or last == len(shape) - 1 or summed != tuple(range(first, last + 1)):
        return None
    return count(shape[first : last + 1]), count(shape[last + 1 :]), count(shape[1:first])


def _over_last_axes(
    operation: str,
    call: ForwardCall | BackwardCall,
    context: Context,
    x: Tensor,
    operands: tuple[Tensor, Tensor],
    divisor: tuple[float],
) -> list[Instruction] | None:
    """The instruction for the rows of x, its elements along the last axes; None where a sum goes over others."""
    shape, axis = context.shapes[x], getattr(call.op, "axis", None)
    summed = axes_of(axis, len(shape))
    first = len(shape) - len(summed)
    if not summed or not first or summed != tuple(range(first, len(shape))):
        return None
    units, columns = context.units(x), count(shape[first:])
    size = (context.size(x) // (units * columns), columns)
    return [Instruction(operation, operands, size, units, units == context.batch, 20 * context.size(x), divisor)]


def _divisor(call: ForwardCall | BackwardCall, context: Context, x: Tensor, y: Tensor) -> tuple[float]:
    return (context.size(x) / context.size(y) if isinstance(call.op, Mean) else 1.0,)


@native_gradient(Sum, Mean)
def total_gradient(call: BackwardCall, context: Context) -> list[Instruction] | None:
    """As `total`."""
    (dy,), (dx,) = call.present_inputs, call.outputs
    if not context.size(dx):
        return None
    divisor = _divisor(call, context, dx, dy)
    if context.size(dy) == 1:
        units, size = context.units(dx), context.size(dx)
        by_samples = units == context.batch and bool(context.shapes[dx])
        return [Instruction("sum_gradient", (dy, dx), (size // units,), units, by_samples, size, divisor)]
    if (middle := _middle(call, context, dx)) is not None:
        return [Instruction("middle_sum_gradient", (dy, dx), middle, context.batch, True, context.size(dx), divisor)]
    return _over_last_axes("row_sum_gradient", call, context, dx, (dy, dx), divisor)
