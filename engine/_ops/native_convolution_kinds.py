"""Which instructions of the library in C compute transposed and depthwise convolutions."""

from __future__ import annotations

from .._graph.backward import BackwardCall
from .._graph.native_phases import Between, Instruction, Settings
from .._graph.native_plan import Context, native, native_gradient, worth_a_thread
from .._graph.op import ForwardCall
from .._graph.tensor import Tensor
from .conv import Conv
from .conv_depthwise import DepthwiseConv
from .conv_transposed import ConvTransposed
from .native_convolution import (
    bias_gradient,
    forward_windows,
    input_gradient,
    kernel_gradient,
    results_of,
    suits,
    sum_of_groups,
)

worth_a_thread(ConvTransposed, DepthwiseConv)


@native(ConvTransposed)
def transposed(call: ForwardCall, context: Context) -> list[Instruction] | None:
    """The gradient of the image of a convolution, and the bias."""
    op, (x, kernel, *rest), (y,) = call.op, call.present_inputs, call.outputs
    assert isinstance(op, ConvTransposed)
    if not suits(op.conv, context, x, kernel, y) or not all(map(context.is_given, rest)):
        return None
    return input_gradient(op.conv, context, (x, kernel, rest[0] if rest else None), y)


@native_gradient(ConvTransposed)
def transposed_gradient(call: BackwardCall, context: Context) -> list[Instruction] | None:
    """dy is what the convolution reads, x what it gives."""
    op, (dy, x, kernel) = call.op, call.present_inputs
    assert isinstance(op, ConvTransposed)
    wanted, steps = context.wanted(call), list[Instruction]()
    if not suits(op.conv, context, x, kernel, dy):
        return None
    if 0 in wanted:
        steps += results_of(op.conv, context, (dy, kernel), wanted[0]) or ()
    if 1 in wanted:
        steps += kernel_gradient(op.conv, context, (dy, x), kernel, {1: wanted[1]})
    if 2 in wanted:
        steps.append(bias_gradient(context, dy, dy, wanted[2]))
    return steps


def _depthwise_windows(op: DepthwiseConv, context: Context, x: Tensor, kernel: Tensor) -> Settings | None:
    """The windows, where each channel has one kernel."""
    like = Conv(op.strides, op.padding, op.dilation)
    if context.shapes[kernel][-1] != 1 or not suits(like, context, x, kernel):
        return None
    return Settings(forward_windows(like, context, x, kernel, flat=False).settings())


def _work(context: Context, y: Tensor, kernel: Tensor) -> int:
    *size, _, _ = context.shapes[kernel]
    work = 2 * context.size(y)
    for n in size:
        work *= n
    return work


@native(DepthwiseConv)
def depthwise(call: ForwardCall, context: Context) -> list[Instruction] | None:
    """Of one kernel a channel."""
    op, (x, kernel), (y,) = call.op, call.present_inputs, call.outputs
    assert isinstance(op, DepthwiseConv)
    windows, groups = _depthwise_windows(op, context, x, kernel), context.groups(x)
    if windows is None or not context.is_given(kernel) or not context.size(y):
        return None
    cut, work = (groups.units, groups.by_samples), _work(context, y, kernel)
    return [Instruction("depthwise", (x, kernel, windows, y), (), *cut, work, grain=groups.size)]


@native_gradient(DepthwiseConv)
def depthwise_gradient(call: BackwardCall, context: Context) -> list[Instruction] | None:
    """Gradients of image and kernel."""
    op, (dy, x, kernel), wanted = call.op, call.present_inputs, context.wanted(call)
    assert isinstance(op, DepthwiseConv)
    windows, groups = _depthwise_windows(op, context, x, kernel), context.groups(x)
    if windows is None or not context.is_given(kernel) or not context.size(dy):
        return None
    cut, work, steps = (groups.units, groups.by_samples), _work(context, dy, kernel), list[Instruction]()
    if 0 in wanted:
        operands = (dy, kernel, windows, wanted[0])
        steps.append(Instruction("depthwise_input_gradient", operands, (), *cut, work, grain=groups.size))
    if 1 in wanted:
        sums = Between((groups.count, context.size(kernel)))
        of_group = (x, dy, windows, sums)
        steps += [
            Instruction("depthwise_gradient_sums", of_group, (groups.size,), *cut, work, grain=groups.size),
            sum_of_groups(sums, 0, wanted[1], context.size(kernel)),
        ]
    return steps


__all__: list[str] = []
