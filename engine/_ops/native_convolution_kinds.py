"""Which instructions of the library in C compute transposed and depthwise convolutions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .._graph.backward import BackwardCall
from .._graph.native_context import Context, Groups, native, native_gradient, worth_a_thread
from .._graph.native_few import FEWEST_SAMPLES
from .._graph.native_phases import Between, Instruction, Settings
from .._graph.op import ForwardCall
from .._graph.tensor import Tensor
from ..types import Array
from .conv import Conv
from .conv_depthwise import DepthwiseConv
from .conv_transposed import ConvTransposed
from .native_convolution import (
    FEWEST_UNITS,
    bias_gradient,
    folded_normalisation,
    forward_windows,
    input_gradient,
    kernel_gradient,
    results_of,
    suits,
    sum_of_groups,
)
from .native_moves import bare, moved
from .normalised import NormalisedConv, NormalisedDepthwiseConv
from .shapes import count

worth_a_thread(ConvTransposed, DepthwiseConv, NormalisedDepthwiseConv)


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
        steps += bias_gradient(context, dy, dy, wanted[2])
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
    x, kernel, *_ = call.present_inputs
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
    op, (x, kernel) = call.op, call.present_inputs
    assert isinstance(op, DepthwiseConv)
    return _results(op, context, call, (x, kernel))


@native(NormalisedDepthwiseConv)
def normalised_depthwise(call: ForwardCall, context: Context) -> list[Instruction] | None:
    """What normalising needs, then the same with it."""
    op, (x, kernel, gamma, beta, mean, variance) = call.op, call.inputs
    assert isinstance(op, NormalisedConv) and isinstance(op.conv, DepthwiseConv)
    assert x is not None and kernel is not None
    fold, folded = folded_normalisation(context, op.epsilon, (mean, variance, gamma, beta, None))
    steps = _results(op.conv, context, call, (x, kernel), folded, (float(op.rectified), op.most))
    return steps and [fold, *steps]


def _results(
    op: DepthwiseConv,
    context: Context,
    call: ForwardCall,
    operands: tuple[Tensor, Tensor],
    folded: Between | None = None,
    rectified: tuple[float, float] = (0.0, 0.0),
) -> list[Instruction] | None:
    """The instructions for operands x and kernel, with the normalisation that was `folded` behind the sums, if any."""
    (x, kernel), (y,) = operands, call.outputs
    windows = _depthwise_windows(op, context, x, kernel)
    repeated = None if windows is None or not context.size(y) else _repeated(call, context)
    if windows is None or repeated is None:
        return None
    steps, wide = repeated
    size, (units, grain, by_samples) = _cut(context, x, y)
    work = _work(context, y, kernel)
    if folded is None:
        operation, numbers, read = "depthwise", (), (wide, kernel, windows)
    else:
        operation, numbers, read = "depthwise_normalised", rectified, (wide, kernel, windows, folded)
    whole = tuple(z for z in read[1:] if z is not windows)
    return [
        *steps,
        Instruction(operation, (*read, y), size, units, by_samples, work, numbers, grain=grain, whole=whole),
    ]


def _cut(context: Context, x: Tensor, written: Tensor | Between) -> tuple[tuple[int], Groups]:
    """Sizes and units of what writes images: images, or their rows where these are so few that threads are to share them."""
    images = context.shapes[x][0]
    if images >= FEWEST_SAMPLES:
        return (0,), context.groups(x)
    shape = written.shape if isinstance(written, Between) else context.shapes[written]
    units = images * (shape[1] if len(shape) > 3 else 1)
    return (1,), Groups(units, -(-units // FEWEST_UNITS), False)


@native_gradient(DepthwiseConv)
def depthwise_gradient(call: BackwardCall, context: Context) -> list[Instruction] | None:
    """Gradients of image and kernel."""
    op, (dy, x, kernel), wanted = call.op, call.present_inputs, context.wanted(call)
    assert isinstance(op, DepthwiseConv)
    windows = _depthwise_windows(op, context, x, kernel)
    if windows is None or not context.size(dy):
        return None
    times = context.shapes[kernel][-1]
    work, steps = _work(context, dy, kernel), list[Instruction]()
    if 0 in wanted:
        dx = wanted[0] if times == 1 else Between((*context.shapes[x][:-1], context.shapes[x][-1] * times))
        operands, size, (units, grain, by_samples) = (dy, kernel, windows, dx), *_cut(context, x, dx)
        if max(op.strides) > 1 and max(op.dilation) > 1:  # whose windows are spread over an image one after the other
            size, (units, grain, by_samples) = (0,), context.groups(x)
        whole = (kernel,)
        steps.append(
            Instruction("depthwise_input_gradient", operands, size, units, by_samples, work, grain=grain, whole=whole)
        )
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
        groups = context.groups(x)
        sums = Between((groups.count, context.size(kernel)))
        of_group, cut = (repeated[1], dy, windows, sums), (groups.units, groups.by_samples)
        steps += [
            Instruction("depthwise_gradient_sums", of_group, (groups.size,), *cut, work, grain=groups.size),
            sum_of_groups(sums, 0, wanted[1], context.size(kernel)),
        ]
    return steps


__all__: list[str] = []
