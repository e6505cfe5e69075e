"""Which instructions of the library in C compute what only moves elements: padding, cropping, transposing, repeating (strided.c).

Where elements come from and go to is told by views of arrays that have shapes and strides but no elements.
"""

from __future__ import annotations

import math

import numpy as np

from .._graph.backward import BackwardCall
from .._graph.memory import Sizes
from .._graph.native_context import Context, native, native_gradient
from .._graph.native_phases import Instruction, Operand, Settings
from .._graph.op import ForwardCall
from .._graph.tensor import Tensor
from ..types import Array
from .rearrange import GetItem, Pad, Repeat, Reverse, Transpose
from .resize import Upsample
from .shapes import axes_of, axis_of
from .unstack import Unstack

_AXES = 8  # of a layout
_FLOAT = 4  # bytes


def bare(shape: Sizes) -> Array:
    """An array of this shape and its strides over one element: to take views of, never to read."""
    strides = [_FLOAT * math.prod(shape[i + 1 :]) for i in range(len(shape))]
    return np.lib.stride_tricks.as_strided(np.zeros(1, np.float32), shape, strides)


def _begin(view: Array, whole: Array) -> int:
    """Elements before the first one of a view."""
    begin = (view.ctypes.data - whole.ctypes.data) // _FLOAT
    assert 0 <= begin < max(1, whole.size), "a view of another array"
    return begin


def _merged(counts: Sizes, from_: Sizes, to: Sizes) -> list[tuple[int, int, int]] | None:
    """Axes as (count, step in x, step in y), those made one that lie behind each other in both; None for too many."""
    axes: list[tuple[int, int, int]] = []
    for axis in zip(counts, from_, to, strict=True):
        n, s, t = axis
        if n == 1:
            continue
        if axes and axes[-1][1] == n * s and axes[-1][2] == n * t:
            axes[-1] = (axes[-1][0] * n, s, t)
        else:
            axes.append(axis)
    return [(1, 0, 0)] * (_AXES - len(axes)) + axes if len(axes) <= _AXES else None


def moved(
    context: Context,
    operands: tuple[Operand, Operand],
    views: tuple[Array, Array],
    wholes: tuple[Array, Array],
    fill: float | None = None,
    adds: bool = False,
) -> list[Instruction] | None:
    """The instruction that puts the elements of a view of x where those of a view of y lie; `fill`: what all others become."""
    (source, target), (x, y) = views, wholes
    source = np.broadcast_to(source, target.shape)
    if not x.size or not y.size or not target.size:
        return None
    begin, end = _begin(source, x), _begin(target, y)
    units = context.batch
    by_samples = (
        y.shape[:1] == target.shape[:1] == (units,) and end < y.size // units and target.strides[0] == y.strides[0]
    )
    # Each sample has its own part of x, or all have the whole of it.
    repeats = source.strides[:1] == (0,)
    has_parts = x.shape[:1] == (units,) and begin < x.size // units and source.strides[:1] == x.strides[:1]
    by_samples = by_samples and (repeats or has_parts)
    if not by_samples:
        units, source, target = 1, source[None], target[None]
    steps = [tuple(n // _FLOAT for n in view.strides[1:]) for view in (source, target)]
    axes = _merged(target.shape[1:], steps[0], steps[1])
    if axes is None:
        return None
    of_units = (0 if by_samples and repeats else x.size // units, y.size // units)
    settings = Settings((*(n for column in zip(*axes, strict=True) for n in column), *of_units, begin, end))
    size, numbers = (0 if fill is None else of_units[1],), (fill or 0.0,)
    operation = "move_added" if adds else "move"
    read, written = operands
    return [Instruction(operation, (read, settings, written), size, units, by_samples, 2 * y.size, numbers)]


def _wholes(context: Context, x: Tensor, y: Tensor) -> tuple[Array, Array]:
    return bare(context.shapes[x]), bare(context.shapes[y])


def _part(whole: Array, item: GetItem) -> Array:
    """The part that an op takes as a view, also where it is a single number."""
    return whole[item.key if Ellipsis in item.key else (*item.key, ...)]


@native(Pad)
def pad(call: ForwardCall, context: Context) -> list[Instruction] | None:
    """x inside of y, the value around it."""
    op, (x,), (y,) = call.op, call.present_inputs, call.outputs
    assert isinstance(op, Pad)
    wholes = _wholes(context, x, y)
    return moved(context, (x, y), (wholes[0], wholes[1][op.inside(wholes[0].shape)]), wholes, op.value)


@native_gradient(Pad)
def pad_gradient(call: BackwardCall, context: Context) -> list[Instruction] | None:
    """The inside of dy."""
    op, (dy,), (dx,) = call.op, call.present_inputs, call.outputs
    assert isinstance(op, Pad)
    wholes = _wholes(context, dy, dx)
    return moved(context, (dy, dx), (wholes[0][op.inside(wholes[1].shape)], wholes[1]), wholes)


@native(GetItem)
def item(call: ForwardCall, context: Context) -> list[Instruction] | None:
    """x[key]."""
    op, (x,), (y,) = call.op, call.present_inputs, call.outputs
    assert isinstance(op, GetItem)
    wholes = _wholes(context, x, y)
    return moved(context, (x, y), (_part(wholes[0], op), wholes[1]), wholes) if context.are_floats(x, y) else None


@native_gradient(GetItem)
def item_gradient(call: BackwardCall, context: Context) -> list[Instruction] | None:
    """dy at the key, 0 elsewhere."""
    op, (dy,), (dx,) = call.op, call.present_inputs, call.outputs
    assert isinstance(op, GetItem)
    wholes = _wholes(context, dy, dx)
    return (
        moved(context, (dy, dx), (wholes[0], _part(wholes[1], op)), wholes, 0.0) if context.are_floats(dy, dx) else None
    )


@native(Transpose)
def transpose(call: ForwardCall, context: Context) -> list[Instruction] | None:
    """x with its axes in another order."""
    op, (x,), (y,) = call.op, call.present_inputs, call.outputs
    assert isinstance(op, Transpose)
    wholes = _wholes(context, x, y)
    order = op.order(wholes[0].ndim)
    return moved(context, (x, y), (wholes[0].transpose(order), wholes[1]), wholes) if context.are_floats(x, y) else None


@native_gradient(Transpose)
def transpose_gradient(call: BackwardCall, context: Context) -> list[Instruction] | None:
    """dy with its axes in the old order."""
    op, (dy,), (dx,) = call.op, call.present_inputs, call.outputs
    assert isinstance(op, Transpose)
    wholes = _wholes(context, dy, dx)
    order = op.order(wholes[0].ndim)
    return (
        moved(context, (dy, dx), (wholes[0], wholes[1].transpose(order)), wholes)
        if context.are_floats(dy, dx)
        else None
    )


@native(Reverse)
@native_gradient(Reverse)
def reverse(call: ForwardCall | BackwardCall, context: Context) -> list[Instruction] | None:
    """x (or dy) backwards along the axes."""
    op, (x,), (y,) = call.op, call.present_inputs, call.outputs
    assert isinstance(op, Reverse)
    wholes = _wholes(context, x, y)
    axes = axes_of(op.axes, wholes[0].ndim)
    key = tuple(slice(None, None, -1 if i in axes else 1) for i in range(wholes[0].ndim))
    return moved(context, (x, y), (wholes[0][key], wholes[1]), wholes) if context.are_floats(x, y) else None


def _repeated(context: Context, x: Tensor, y: Tensor, times: Sizes) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """x and y with an axis behind each one of x, along which its elements are repeated; both as wholes too."""
    wholes = _wholes(context, x, y)
    shape = tuple(n for pair in zip(wholes[0].shape, times, strict=True) for n in pair)
    views = (wholes[0].reshape(tuple(n for size in wholes[0].shape for n in (size, 1))), wholes[1].reshape(shape))
    return views, wholes


def _times(op: Upsample | Repeat, rank: int) -> Sizes:
    """How often the elements are repeated along each axis."""
    if isinstance(op, Upsample):
        return op.factors()
    return tuple(op.times if i == axis_of(op.axis, rank) else 1 for i in range(rank))


@native(Upsample, Repeat)
def repeated(call: ForwardCall, context: Context) -> list[Instruction] | None:
    """Each element several times."""
    op, (x,), (y,) = call.op, call.present_inputs, call.outputs
    assert isinstance(op, (Upsample, Repeat))
    views, wholes = _repeated(context, x, y, _times(op, len(context.shapes[x])))
    return moved(context, (x, y), views, wholes) if context.are_floats(x, y) else None


@native_gradient(Upsample, Repeat)
def repeated_gradient(call: BackwardCall, context: Context) -> list[Instruction] | None:
    """The sums of dy over what was one element."""
    op, (dy,), (dx,) = call.op, call.present_inputs, call.outputs
    assert isinstance(op, (Upsample, Repeat))
    (to, from_), (y, x) = _repeated(context, dx, dy, _times(op, len(context.shapes[dx])))
    views = (from_, np.broadcast_to(to, from_.shape))
    return moved(context, (dy, dx), views, (x, y), 0.0, adds=True) if context.are_floats(dy, dx) else None


@native(Unstack)
def unstacked(call: ForwardCall, context: Context) -> list[Instruction] | None:
    """Each element along axis 1."""
    (x,), steps, whole = call.present_inputs, list[Instruction](), bare(context.shapes[call.present_inputs[0]])
    for i, y in enumerate(call.outputs):
        part = bare(context.shapes[y])
        made = moved(context, (x, y), (whole[:, i], part), (whole, part)) if context.are_floats(x, y) else None
        if made is None:
            return None
        steps += made if context.is_read(y) else []
    return steps


@native_gradient(Unstack)
def unstacked_gradient(call: BackwardCall, context: Context) -> list[Instruction] | None:
    """The gradients side by side, 0 where there is none."""
    (dx,), dys, steps = call.outputs, call.dys, list[Instruction]()
    whole = bare(context.shapes[dx])
    for i, dy in enumerate(dys):
        if dy is None:
            continue
        part = bare(context.shapes[dy])
        fill = 0.0 if None in dys and not steps else None
        made = (
            moved(context, (dy, dx), (part, whole[:, i]), (part, whole), fill) if context.are_floats(dy, dx) else None
        )
        if made is None:
            return None
        steps += made
    return steps or None


def joined_along(
    context: Context, axis: int, parts: list[tuple[Tensor, Tensor, Tensor | None]], whole: Tensor, into: bool
) -> list[Instruction] | None:
    """The parts of a whole along an axis, (a tensor of its shape, what is read, what is written) of each: put into it, or taken."""
    begin, steps, all_of = 0, list[Instruction](), bare(context.shapes[whole])
    axis = axis_of(axis, all_of.ndim)
    for like, read, written in parts:
        part = bare(context.shapes[like])
        view = all_of[(*[slice(None)] * axis, slice(begin, begin + part.shape[axis]))]
        begin += part.shape[axis]
        if written is None:
            continue
        views, wholes = ((part, view), (part, all_of)) if into else ((view, part), (all_of, part))
        step = moved(context, (read, written), views, wholes)
        if step is None or not context.are_floats(read, written):
            return None
        steps += step
    return steps


__all__: list[str] = []
