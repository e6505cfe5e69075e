"""Which instructions of the library in C compute the largest value of each channel, also of a convolution: largest.c."""

from __future__ import annotations

from .._graph.backward import BackwardCall
from .._graph.native_context import Context, native, native_gradient, worth_a_thread
from .._graph.native_phases import Between, Instruction, Settings
from .._graph.op import ForwardCall
from .._graph.tensor import Tensor
from .conv_fused import ConvMax
from .native_convolution import forward_windows, results_of, suits
from .reduce import Max
from .shapes import axes_of, count

worth_a_thread(ConvMax)


def _rows(op: Max, context: Context, x: Tensor) -> tuple[int, int] | None:
    """Rows of a sample and channels, where the largest value is that over all axes between samples and channels."""
    shape = context.shapes[x]
    if len(shape) < 3 or op.axis is None or not context.size(x) or x.dtype != "float32":
        return None
    between = tuple(range(1, len(shape) - 1))
    return (count(shape[1:-1]), shape[-1]) if axes_of(op.axis, len(shape)) == between else None


@native(Max)
def largest(call: ForwardCall, context: Context) -> list[Instruction] | None:
    """Over all axes between samples and channels."""
    op, (x,) = call.op, call.present_inputs
    assert isinstance(op, Max)
    sizes, groups = _rows(op, context, x), context.groups(x)
    operands = (x, call.outputs[0])
    return sizes and [_of_samples("largest_of_rows", operands, sizes, context, x, groups.size)]


def _of_samples(
    operation: str, operands: tuple[Tensor, ...], sizes: tuple[int, int], context: Context, x: Tensor, grain: int
) -> Instruction:
    groups = context.groups(x)
    return Instruction(operation, operands, sizes, groups.units, groups.by_samples, context.size(x), grain=grain)


@native_gradient(Max)
def largest_gradient(call: BackwardCall, context: Context) -> list[Instruction] | None:
    """dy shared by the rows with the largest value."""
    op, (dy, x, y) = call.op, call.present_inputs
    assert isinstance(op, Max)
    sizes, groups = _rows(op, context, x), context.groups(x)
    operands = (dy, x, y, call.outputs[0])
    return sizes and [_of_samples("largest_of_rows_gradient", operands, sizes, context, x, groups.size)]


def _results(call: ForwardCall, context: Context) -> Between:
    """What the convolution gives for all windows, which the gradient looks for the largest values in."""
    op, (x, kernel, *_) = call.op, call.present_inputs
    assert isinstance(op, ConvMax)
    windows = forward_windows(op.conv, context, x, kernel)
    return context.between(call, "results", (context.shapes[x][0], windows.outputs[2], windows.filters))


@native(ConvMax)
def convolution_and_largest(call: ForwardCall, context: Context) -> list[Instruction] | None:
    """All results, then the largest of each filter."""
    op, (x, kernel, *_) = call.op, call.present_inputs
    assert isinstance(op, ConvMax)
    if not suits(op.conv, context, x, kernel):
        return None
    results = _results(call, context)
    steps = results_of(op.conv, context, call.present_inputs, results)
    if steps is None:
        return None
    units, grain, by_samples = context.groups(x)
    size, work = results.shape[1:], count(results.shape)
    operands = (results, call.outputs[0])
    return [*steps, Instruction("largest_of_rows", operands, size, units, by_samples, work, grain=grain)]


@native_gradient(ConvMax)
def gradient_of_convolution_and_largest(call: BackwardCall, context: Context) -> list[Instruction] | None:
    """From the windows with a largest value alone."""
    op, (dy, x, kernel) = call.op, call.present_inputs
    assert isinstance(op, ConvMax)
    if not suits(op.conv, context, x, kernel):
        return None
    windows, groups, wanted = forward_windows(op.conv, context, x, kernel), context.groups(x), context.wanted(call)
    elements, filters = windows.depth, windows.filters
    turned, sums = Between((filters, elements)), Between((groups.count, filters * (elements + 1)))
    results, largest_results = _results(call.forward, context), call.forward.outputs[0]
    operands = (dy, x, turned, results, largest_results, Settings(windows.settings()), sums, wanted.get(0))
    size, work = (groups.size, int(op.conv.rectifies)), 3 * count(results.shape)
    cut = (groups.units, groups.by_samples)
    steps = [
        Instruction("transpose", (kernel, turned), (elements, filters), filters, False, elements * filters),
        Instruction("gradient_of_largest", operands, size, *cut, work, writes=2, grain=groups.size),
    ]
    if 1 in wanted or 2 in wanted:
        totals = (sums, wanted.get(1), wanted.get(2))
        of_groups = (elements, filters, groups.count)
        work = groups.count * filters * elements
        steps.append(Instruction("gradient_of_largest_of_groups", totals, of_groups, filters, False, work, writes=2))
    return steps


__all__: list[str] = []
