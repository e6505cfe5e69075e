"""Which instructions of the library in C compute products of many matrices, and the patches that local layers multiply."""

from __future__ import annotations

import numpy as np

from .._graph.backward import BackwardCall
from .._graph.native_context import Context, native, native_gradient
from .._graph.native_phases import Instruction
from .._graph.op import ForwardCall
from .._graph.tensor import Tensor
from ..types import Array
from .matmul import Matmul
from .native_moves import bare, moved
from .native_rules import gradients_of_product, product_of_rows
from .patches import ExtractPatches
from .shapes import count


def _products(
    context: Context, operands: tuple[Tensor, Tensor, Tensor], depth: int, turned: tuple[bool, bool]
) -> list[Instruction] | None:
    """y = a @ b for each matrix of a and b; `turned`: which of them lies transposed."""
    *axes, rows, columns = context.shapes[operands[2]]
    if any(context.shapes[x][:-2] != tuple(axes) or not context.size(x) for x in operands):
        return None
    by_samples = tuple(axes[:1]) == (context.batch,)
    units = context.batch if by_samples else count(axes)
    size = (count(axes) // units, rows, columns, depth, *map(int, turned))
    work = 2 * count(axes) * rows * columns * depth
    return [Instruction("matmul", operands, size, units, by_samples, work, grain=1)]


def _is_of_rows(context: Context, a: Tensor, b: Tensor) -> bool:
    """Whether each row of a is multiplied with one and the same matrix."""
    return len(context.shapes[b]) == 2 and bool(context.size(a) and context.size(b))


@native(Matmul)
def matmul(call: ForwardCall, context: Context) -> list[Instruction] | None:
    """Of matrices one by one, where the axes before are the same; of one weight, with all rows."""
    a, b = call.present_inputs
    if _is_of_rows(context, a, b):
        return product_of_rows(context, (a, b, None, call.outputs[0]))
    return _products(context, (a, b, call.outputs[0]), context.shapes[a][-1], (False, False))


@native_gradient(Matmul)
def matmul_gradient(call: BackwardCall, context: Context) -> list[Instruction] | None:
    """da = dy @ b^T, db = a^T @ dy."""
    dy, a, b = call.present_inputs
    if _is_of_rows(context, a, b):
        return gradients_of_product(context, (dy, a, b), context.wanted(call))
    steps: list[Instruction] = []
    rows, columns = context.shapes[dy][-2:]
    for i, dx in context.wanted(call).items():
        if i == 0:
            made = _products(context, (dy, b, dx), columns, (False, True))
        else:
            made = _products(context, (a, dy, dx), rows, (True, False))
        if made is None:
            return None
        steps += made
    return steps


def _windows(op: ExtractPatches, x: Array, y: Array) -> Array:
    """The elements of x in the order of those of y, without copies; windows share elements."""
    axes, rank = x.strides[1:-1], len(op.size)
    between = tuple(step * stride for step, stride in zip(axes, op.strides, strict=True))
    strides = (x.strides[0], *between, *axes, x.strides[-1])
    assert y.ndim == 2 * rank + 2
    return np.lib.stride_tricks.as_strided(x, y.shape, strides)


@native(ExtractPatches)
def patches(call: ForwardCall, context: Context) -> list[Instruction] | None:
    """The elements of all windows."""
    op, (x,), (y,) = call.op, call.present_inputs, call.outputs
    assert isinstance(op, ExtractPatches)
    wholes = bare(context.shapes[x]), bare(context.shapes[y])
    return moved(context, (x, y), (_windows(op, *wholes), wholes[1]), wholes)


@native_gradient(ExtractPatches)
def patches_gradient(call: BackwardCall, context: Context) -> list[Instruction] | None:
    """For each element the sum over the windows that hold it."""
    op, (dy,), (dx,) = call.op, call.present_inputs, call.outputs
    assert isinstance(op, ExtractPatches)
    wholes = bare(context.shapes[dy]), bare(context.shapes[dx])
    return moved(context, (dy, dx), (wholes[0], _windows(op, wholes[1], wholes[0])), wholes, 0.0, adds=True)


__all__: list[str] = []
