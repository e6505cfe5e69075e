"""Which instructions of the library in C compute transposed and depthwise convolutions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .._graph.backward import BackwardCall
from .._graph.native_context import Context, native, native_gradient, worth_a_thread
from .._graph.native_phases import Between, Instruction, Settings
from .._graph.op import ForwardCall
from .._graph.tensor import Tensor
from ..types import Array
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
from .native_moves import bare, moved
from .shapes import count

worth_a_thread(ConvTransposed, DepthwiseConv)


@native(ConvTransposed)
def transposed(call: ForwardCall, context: Context) -> list[Instruction] | None:
    """The gradient of the image of a convolution, and the bias."""
    op, (x, kernel, *rest), (y,) = call.op, call.present_inputs, call.outputs
    assert isinstance(op, ConvTransposed)
    if not suits(op.conv, context, x, kernel, y) or not all(map(context.is_given, rest)):
        return None
    bias = rest[0] if rest else None
    steps = input_gradient(op.conv, context, (x, kernel, bias), y)
    if steps is not None or bias is None:
        return steps
    # Some elements lie under no window: these get the bias alone.
    steps = input_gradient(op.conv, context, (x, kernel, None), y)
    return steps and [*steps, *context.along_last_axis("add_row", y, (y, bias, y))]


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
    """The windows, which have as many channels as there are results: with several kernels a channel x is repeated."""
    like = Conv(op.strides, op.padding, op.dilation)
    if len(op.strides) > 2 or not suits(like, context, x, kernel):
        return None
    windows = forward_windows(like, context, x, kernel, flat=False)
    *image, _ = windows.image
    results = count(context.shapes[kernel][-2:])
    return Settings(replace(windows, image=(image[0], image[1], image[2], results)).settings())


def _work(context: Context, y: Tensor, kernel: Tensor) -> int:
    return 2 * context.size(y) * count(context.shapes[kernel][:-2])


def _repeated(call: ForwardCall, context: Context) -> tuple[list[Instruction], Tensor | Between] | None:
    """x with each channel as often as it has kernels, and the instruction that makes it at first need."""
    x, kernel = call.present_inputs
    *shape, channels = context.shapes[x]
    times = context.shapes[kernel][-1]
    if times == 1:
        return [], x
    wide = context.between(call, "x for each kernel", (*shape, channels * times))
    if not context.is_first(call, "x for each kernel"):
        return [], wide
    steps = moved(context, (x, wide), *_views(context, x, wide, times))
    return None if steps is None else (steps, wide)


def _views(context: Context, x: Tensor, wide: Between, times: int) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """x and what has each of its channels several times, with these along an axis of their own; both as wholes too."""
    wholes = bare(context.shapes[x]), bare(wide.shape)
    return (wholes[0][..., None], wholes[1].reshape(*context.shapes[x], times)), wholes


@native(DepthwiseConv)
def depthwise(call: ForwardCall, context: Context) -> list[Instruction] | None:
    """Channel by channel."""
    op, (x, kernel), (y,) = call.op, call.present_inputs, call.outputs
    assert isinstance(op, DepthwiseConv)
    windows, groups = _depthwise_windows(op, context, x, kernel), context.groups(x)
    if windows is None or not context.size(y):
        return None
    repeated = _repeated(call, context)
    if repeated is None:
        return None
    steps, wide = repeated
    cut, work = (groups.units, groups.by_samples), _work(context, y, kernel)
    return [
        *steps,
        Instruction("depthwise", (wide, kernel, windows, y), (), *cut, work, grain=groups.size, whole=(kernel,)),
    ]


@native_gradient(DepthwiseConv)
def depthwise_gradient(call: BackwardCall, context: Context) -> list[Instruction] | None:
    """Gradients of image and kernel."""
    op, (dy, x, kernel), wanted = call.op, call.present_inputs, context.wanted(call)
    assert isinstance(op, DepthwiseConv)
    windows, groups = _depthwise_windows(op, context, x, kernel), context.groups(x)
    if windows is None or not context.size(dy):
        return None
    times = context.shapes[kernel][-1]
    cut, work, steps = (groups.units, groups.by_samples), _work(context, dy, kernel), list[Instruction]()
    if 0 in wanted:
        dx = wanted[0] if times == 1 else Between((*context.shapes[x][:-1], context.shapes[x][-1] * times))
        operands = (dy, kernel, windows, dx)
        whole = (kernel,)
        steps.append(Instruction("depthwise_input_gradient", operands, (), *cut, work, grain=groups.size, whole=whole))
        if isinstance(dx, Between):
            (narrow, wide), wholes = _views(context, wanted[0], dx, times)
            views = wide, np.broadcast_to(narrow, wide.shape)
            added = moved(context, (dx, wanted[0]), views, (wholes[1], wholes[0]), 0.0, adds=True)
            if added is None:
                return None
            steps += added
    if 1 in wanted:
        repeated = _repeated(call.forward, context)
        if repeated is None:
            return None
        sums = Between((groups.count, context.size(kernel)))
        of_group = (repeated[1], dy, windows, sums)
        steps += [
            Instruction("depthwise_gradient_sums", of_group, (groups.size,), *cut, work, grain=groups.size),
            sum_of_groups(sums, 0, wanted[1], context.size(kernel)),
        ]
    return steps


__all__: list[str] = []
