"""Operands of several shapes for the library in C: spread over the shape of the result, and their gradients summed again."""

from __future__ import annotations

import numpy as np

from .._graph.memory import Sizes
from .._graph.native_context import Context
from .._graph.native_phases import Between, Instruction, Operand
from .._graph.tensor import Tensor
from .native_moves import bare, moved
from .shapes import count


def operation_of_shapes(
    operation: str,
    context: Context,
    operands: tuple[Tensor | Between, ...],
    result: Tensor | Between,
    numbers: tuple[float, ...] = (),
) -> list[Instruction] | None:
    """The instructions for operands whose shapes broadcast to that of the result."""
    shape = _shape(context, result)
    steps: list[Instruction] = []
    read: list[Operand] = []
    spread: list[int] = []
    for x in operands:
        sizes = _shape(context, x)
        if sizes != shape and count(sizes) != 1:
            whole = Between(shape)
            wholes = bare(sizes), bare(shape)
            made = moved(context, (x, whole), wholes, wholes)
            if made is None:
                return None
            steps += made
            x = whole
        read.append(x)
        spread.append(int(_shape(context, x) == shape))
    units, by_samples = _units(context, shape)
    size = (count(shape) // units, *spread)
    return [*steps, Instruction(operation, (*read, result), size, units, by_samples, 4 * count(shape), numbers)]


def sum_to_shape(context: Context, x: Tensor | Between, y: Tensor | Between) -> list[Instruction] | None:
    """The instructions that sum x along the axes in which y was spread over its shape."""
    shape, target = _shape(context, x), _shape(context, y)
    size, work = count(shape), 2 * count(shape)
    if not size or not count(target):
        return None
    if shape == target:
        units, by_samples = _units(context, shape)
        return [Instruction("copy", (x, y), (size // units, 1), units, by_samples, size)]
    if count(target) == 1:
        return [Instruction("sum", (x, y), (size,), 1, False, size, (1.0,))]
    columns = count(target)
    if _is_end_of(target, shape):
        return [Instruction("bias_gradient", (x, y), (size // columns, 1, columns), 1, False, work)]
    samples, channels = shape[0], shape[-1]
    if samples == context.batch and target == (samples, *[1] * (len(shape) - 2), channels):
        rows = size // (samples * channels)
        return [Instruction("middle_sum", (x, y), (rows, channels, 1), samples, True, work, (1.0,))]
    wholes = bare(shape), bare(target)
    views = wholes[0], np.broadcast_to(wholes[1], shape)
    return moved(context, (x, y), views, wholes, 0.0, adds=True)


def _is_end_of(target: Sizes, shape: Sizes) -> bool:
    """Whether a shape is the last axes of another one, with nothing or ones before them."""
    rest = target
    while rest[:1] == (1,):
        rest = rest[1:]
    return shape[len(shape) - len(rest) :] == rest


def _shape(context: Context, x: Tensor | Between) -> Sizes:
    return x.shape if isinstance(x, Between) else context.shapes[x]


def _units(context: Context, shape: Sizes) -> tuple[int, bool]:
    by_samples = shape[:1] == (context.batch,)
    return (context.batch, True) if by_samples else (1, False)


__all__: list[str] = []
