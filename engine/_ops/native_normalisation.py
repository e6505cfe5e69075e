"""Which instructions of the library in C compute batch normalisation: normalisation.c."""

from __future__ import annotations

from .._graph.backward import BackwardCall
from .._graph.native_context import Context, Groups, native, native_gradient
from .._graph.native_few import FEWEST_SAMPLES, parts_of_sample
from .._graph.native_phases import Between, Instruction, Operand
from .._graph.op import ForwardCall
from .._graph.tensor import Tensor
from .normalize import BatchNorm
from .shapes import axis_of, count


def _sizes(op: BatchNorm, context: Context, x: Tensor) -> tuple[int, int, int] | None:
    """Rows of a sample, channels and samples of a group, where the channels are the last axis."""
    shape = context.shapes[x]
    if len(shape) < 2 or axis_of(op.axis, len(shape)) != len(shape) - 1:
        return None
    if not context.size(x):
        return None
    groups = _groups(context, x)
    return count(shape[:-1]) // groups.units, shape[-1], groups.size


def _groups(context: Context, x: Tensor) -> Groups:
    """The chunks of samples; of parts of samples where these are few and large."""
    samples, *axes, _ = context.shapes[x]
    parts = parts_of_sample(samples, count(axes), 4 * context.size(x))
    if parts == 1:
        return context.groups(x)
    return Groups(samples * parts, -(-samples * parts // FEWEST_SAMPLES), False)


def _over_samples(
    operation: str, operands: tuple[Operand, ...], context: Context, x: Tensor, sizes: tuple[int, int, int]
) -> Instruction:
    """An instruction for the rows of x."""
    units, grain, by_samples = _groups(context, x)
    return Instruction(operation, operands, sizes, units, by_samples, 4 * context.size(x), grain=grain)


def _statistics(call: ForwardCall, context: Context, channels: int) -> tuple[Between, Between]:
    """Mean and 1 / sqrt(variance + epsilon) of the batch, which the gradient reads too."""
    return context.between(call, "mean", (channels,)), context.between(call, "inverse", (channels,))


@native(BatchNorm)
def batch_norm(call: ForwardCall, context: Context) -> list[Instruction] | None:
    """While training by the moments of the batch, else by the moving ones."""
    op = call.op
    assert isinstance(op, BatchNorm)
    x, gamma, beta, moving_mean, moving_variance = call.inputs
    assert x is not None and moving_mean is not None and moving_variance is not None
    sizes = _sizes(op, context, x)
    y, mean, variance = call.outputs
    weights = [t for t in (gamma, beta, moving_mean, moving_variance) if t is not None]
    if sizes is None or not all(map(context.is_given, weights)):
        return None
    channels = sizes[1]
    centre, inverse = _statistics(call, context, channels)
    means: Operand = centre
    steps: list[Instruction] = []
    if context.training:
        steps += _moments(op, context, x, sizes, (centre, inverse, mean, variance))
    else:
        means = moving_mean
        work, numbers = 4 * channels, (op.epsilon,)
        steps.append(Instruction("inverse_deviation", (moving_variance, inverse), (channels,), 1, False, work, numbers))
        for read, written in ((moving_mean, mean), (moving_variance, variance)):
            if context.is_read(written):
                steps.append(Instruction("copy", (read, written), (channels, 1), 1, False, channels))
    operands = (x, means, inverse, gamma, beta, y)
    steps.append(_over_samples("normalise", operands, context, x, sizes))
    return steps


def _moments(
    op: BatchNorm,
    context: Context,
    x: Tensor,
    sizes: tuple[int, int, int],
    results: tuple[Between, Between, Tensor, Tensor],
) -> list[Instruction]:
    """Records of the groups of samples, then what they come to."""
    rows, channels, samples = sizes
    groups = _groups(context, x)
    records = Between((groups.count, 2 * channels))
    of_all = (groups.count, channels, rows * samples, rows * groups.units)
    work, numbers = 8 * groups.count * channels, (op.epsilon,)
    return [
        _over_samples("batch_moments", (x, records), context, x, sizes),
        Instruction("batch_moments_of_groups", (records, *results), of_all, 1, False, work, numbers, writes=4),
    ]


@native_gradient(BatchNorm)
def batch_norm_gradient(call: BackwardCall, context: Context) -> list[Instruction] | None:
    """While training, where the moments are given no gradient of their own."""
    op, (dy, dy_mean, dy_variance), (x, gamma) = call.op, call.inputs[:3], call.inputs[3:]
    assert isinstance(op, BatchNorm) and x is not None
    sizes, wanted = _sizes(op, context, x), context.wanted(call)
    unusual = dy is None or dy_mean is not None or dy_variance is not None or not {*wanted} <= {0, 1, 2}
    if sizes is None or unusual or not context.training:
        return None
    rows, channels, _ = sizes
    centre, inverse = _statistics(call.forward, context, channels)
    groups = _groups(context, x)
    records, factors = Between((groups.count, 2 * channels)), Between((3 * channels,))
    operands = (records, gamma, inverse, wanted.get(1), wanted.get(2), factors)
    of_all, work = (groups.count, channels, rows * groups.units), 8 * groups.count * channels
    steps = [
        _over_samples("normalise_gradient_sums", (dy, x, centre, records), context, x, sizes),
        Instruction("normalise_gradient_of_groups", operands, of_all, 1, False, work, writes=3),
    ]
    if 0 in wanted:
        of_input = (dy, x, centre, factors, wanted[0])
        steps.append(_over_samples("normalise_input_gradient", of_input, context, x, sizes))
    return steps


__all__: list[str] = []
