"""Which instructions of the library in C compute the largest values of a convolution over steps: largest.c."""

from __future__ import annotations

from .._graph.backward import BackwardCall
from .._graph.native_context import Context, native, native_gradient, worth_a_thread
from .._graph.native_phases import Between, Instruction, Settings
from .._graph.op import ForwardCall
from .conv_fused import ConvMax
from .native_convolution import forward_windows, results_of, suits
from .shapes import count

worth_a_thread(ConvMax)


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
    size, work = (*results.shape[1:], 1), count(results.shape)
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
