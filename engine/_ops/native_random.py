"""Which instructions of the library in C compute with random numbers: dropout, noise. Python draws them before."""

from __future__ import annotations

from .._graph.backward import BackwardCall
from .._graph.memory import Sizes
from .._graph.native_context import Context, native, native_gradient
from .._graph.native_phases import Between, Instruction, Kept
from .._graph.op import ForwardCall
from .._graph.tensor import Tensor
from .native_moves import bare, moved
from .random import Dropout, GaussianNoise, RandomNormal, RandomUniform, TruncatedNormal
from .shapes import count


@native(Dropout)
def dropout(call: ForwardCall, context: Context) -> list[Instruction] | None:
    """x times the mask, which Python draws before."""
    op, (x,), (y,) = call.op, call.present_inputs, call.outputs
    assert isinstance(op, Dropout)
    return _masked(op, call, context, x, y)


@native_gradient(Dropout)
def dropout_gradient(call: BackwardCall, context: Context) -> list[Instruction] | None:
    """dy times the mask that forward drew."""
    op, (dy,), (dx,) = call.op, call.present_inputs, call.outputs
    assert isinstance(op, Dropout)
    return _masked(op, call.forward, context, dy, dx)


def _masked(op: Dropout, call: ForwardCall, context: Context, x: Tensor, y: Tensor) -> list[Instruction] | None:
    shape, units = context.shapes[x], context.units(x)
    steps: list[Instruction] = []
    mask: Kept | Between
    if op.noise_shape is None:
        mask = context.kept(call, "mask", shape, lambda work: op.draw(work, shape, context.dtype))
    else:
        spread = _spread_mask(call, context, shape)
        if spread is None:
            return None
        steps, mask = spread
    by_samples = units == context.batch and bool(shape)
    size = (context.size(x) // units, 1, 1)
    return [*steps, Instruction("multiply", (x, mask, y), size, units, by_samples, 4 * context.size(x))]


def _spread_mask(call: ForwardCall, context: Context, shape: Sizes) -> tuple[list[Instruction], Between] | None:
    """A mask of dropout that counts for several elements, for each of them."""
    op = call.op
    assert isinstance(op, Dropout) and op.noise_shape is not None
    drawn = tuple(m if n is None else n for n, m in zip(op.noise_shape, shape, strict=True))
    mask = context.kept(call, "mask", drawn, lambda work: op.draw(work, shape, context.dtype))
    spread, wholes = context.between(call, "mask of all", shape), (bare(drawn), bare(shape))
    steps = [] if not context.is_first(call, "mask of all") else moved(context, (mask, spread), wholes, wholes)
    return None if steps is None or not count(shape) else (steps, spread)


def _drawn(op: GaussianNoise | RandomNormal | RandomUniform, call: ForwardCall, context: Context, y: Tensor) -> Kept:
    shape = context.shapes[y]
    return context.kept(call, "numbers", shape, lambda work: op.fill(work, work.keep("numbers", shape, context.dtype)))


def _of_samples(operation: str, context: Context, operands: tuple[Tensor | Kept, ...], y: Tensor) -> list[Instruction]:
    size, units = context.size(y), context.units(y)
    by_samples = units == context.batch and bool(context.shapes[y])
    of_unit = (size // units, *(1 for _ in operands))
    return [Instruction(operation, (*operands, y), of_unit, units, by_samples, 4 * size)]


@native(GaussianNoise)
def noise(call: ForwardCall, context: Context) -> list[Instruction] | None:
    """x plus the noise, which Python draws before."""
    op, (x,), (y,) = call.op, call.present_inputs, call.outputs
    assert isinstance(op, GaussianNoise)
    return _of_samples("add", context, (x, _drawn(op, call, context, y)), y)


@native_gradient(GaussianNoise)
def noise_gradient(call: BackwardCall, context: Context) -> list[Instruction] | None:
    """dy."""
    return _of_samples("copy", context, (call.present_inputs[0],), call.outputs[0])


@native(RandomNormal, TruncatedNormal, RandomUniform)
def random_numbers(call: ForwardCall, context: Context) -> list[Instruction] | None:
    """The numbers, which Python draws before."""
    op, (y,) = call.op, call.outputs
    assert isinstance(op, (RandomNormal, RandomUniform))
    return _of_samples("copy", context, (_drawn(op, call, context, y),), y)


__all__: list[str] = []
