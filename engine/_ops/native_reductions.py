"""What makes one element of many, as instructions of the library in C (reductions.c): sums, means, extremes, softmax, any axes."""

from __future__ import annotations

from typing import NamedTuple

from .._graph.backward import BackwardCall, SumOfGradients
from .._graph.memory import Sizes
from .._graph.native_context import Context, depends_on_shapes, may_be_folded, native, native_gradient
from .._graph.native_phases import Between, Instruction
from .._graph.op import ForwardCall
from .._graph.tensor import Tensor
from .arithmetic import Add, Divide, Multiply, Subtract
from .elementwise import Negative
from .native_moves import bare, moved
from .probabilities import Softmax
from .rearrange import Repeat
from .reduce import Max, Mean, Min, Reduction, Sum
from .resize import Interpolate
from .shapes import axes_of, axis_of, count
from .sizes import Full

may_be_folded(Add, Subtract, Multiply, Divide, Negative, Sum, Mean, SumOfGradients, Repeat)
depends_on_shapes(Full)


class Blocks(NamedTuple):
    """An array as blocks of rows, over which an instruction goes.

    Attributes:
        rows: elements that become one.
        columns: how many such groups lie side by side.
        blocks: of a unit.
        units: samples, or 1.
        by_samples: whether the units are samples.
    """

    rows: int
    columns: int
    blocks: int
    units: int
    by_samples: bool

    def step(
        self,
        operation: str,
        operands: tuple[Tensor | Between, ...],
        *more: int,
        numbers: tuple[float, ...] = (),
        effort: int = 1,
    ) -> Instruction:
        """The instruction; `effort`: about how many floating point operations an element takes."""
        sizes = (self.rows, self.columns, self.blocks)
        work = effort * self.units * count(sizes)
        return Instruction(operation, operands, (*sizes, *more), self.units, self.by_samples, work, numbers)


def blocks_of(context: Context, shape: Sizes, axes: Sizes) -> Blocks | None:
    """An array whose elements along some axes become one; None where these are no neighbours."""
    first, last = axes[0], axes[-1]
    if axes != tuple(range(first, last + 1)):
        return None
    by_samples = first > 0 and shape[0] == context.batch
    before = shape[1:first] if by_samples else shape[:first]
    units = context.batch if by_samples else 1
    return Blocks(count(shape[first : last + 1]), count(shape[last + 1 :]), count(before), units, by_samples)


class _Together(NamedTuple):
    """An array with the axes that become one moved behind the others.

    Attributes:
        blocks: the array as blocks.
        order: its axes as they lie then.
        shape: its sizes then.
    """

    blocks: Blocks
    order: Sizes
    shape: Sizes

    def turned(self, context: Context, x: Tensor) -> tuple[list[Instruction] | None, Between]:
        """The instruction that moves x so, and what it writes."""
        y, source, target = Between(self.shape), bare(context.shapes[x]), bare(self.shape)
        return moved(context, (x, y), (source.transpose(self.order), target), (source, target)), y

    def turned_back(self, context: Context, y: Between, x: Tensor) -> list[Instruction] | None:
        """The instruction that moves y to where the elements of x lie."""
        source, target = bare(self.shape), bare(context.shapes[x])
        return moved(context, (y, x), (source, target.transpose(self.order)), (source, target))


def _together(context: Context, shape: Sizes, axes: Sizes) -> _Together | None:
    order = (*(i for i in range(len(shape)) if i not in axes), *axes)
    turned = tuple(shape[i] for i in order)
    blocks = blocks_of(context, turned, tuple(range(len(shape) - len(axes), len(shape))))
    return None if blocks is None else _Together(blocks, order, turned)


def _axes(context: Context, op: Reduction, x: Tensor, y: Tensor) -> Sizes | None:
    """The axes of x that become one; None where the library has nothing to reduce."""
    if not context.are_floats(x, y) or not context.size(x):
        return None
    return axes_of(op.axis, len(context.shapes[x]))


def _sum_step(
    blocks: Blocks, operands: tuple[Tensor | Between, Tensor | Between], divisor: tuple[float], gradient: bool = False
) -> Instruction:
    if blocks.columns > 1:
        return blocks.step("middle_sum" + "_gradient" * gradient, operands, numbers=divisor)
    size, work = (blocks.blocks, blocks.rows), 20 * blocks.rows * blocks.blocks * blocks.units
    name = "row_sum" + "_gradient" * gradient
    return Instruction(name, operands, size, blocks.units, blocks.by_samples, work, divisor)


@native(Sum, Mean)
def total(call: ForwardCall, context: Context) -> list[Instruction] | None:
    """Over any axes; those that are no neighbours are brought together first."""
    op, (x,), (y,) = call.op, call.present_inputs, call.outputs
    assert isinstance(op, (Sum, Mean))
    axes, divisor = _axes(context, op, x, y), _divisor(op, context, x, y)
    if axes is None:
        return None
    if context.size(y) == 1:
        return [Instruction("sum", (x, y), (context.size(x),), 1, False, context.size(x), divisor)]
    if not axes:
        return context.element_by_element("copy", x, y)
    if (blocks := blocks_of(context, context.shapes[x], axes)) is not None:
        return [_sum_step(blocks, (x, y), divisor)]
    together = _together(context, context.shapes[x], axes)
    if together is None:
        return None
    moves, turned = together.turned(context, x)
    return None if moves is None else [*moves, _sum_step(together.blocks, (turned, y), divisor)]


def _divisor(op: Sum | Mean, context: Context, x: Tensor, y: Tensor) -> tuple[float]:
    return (context.size(x) / context.size(y) if isinstance(op, Mean) and context.size(y) else 1.0,)


@native_gradient(Sum, Mean)
def total_gradient(call: BackwardCall, context: Context) -> list[Instruction] | None:
    """As `total`."""
    op, (dy,), (dx,) = call.op, call.present_inputs, call.outputs
    assert isinstance(op, (Sum, Mean))
    axes, divisor = _axes(context, op, dx, dy), _divisor(op, context, dx, dy)
    if axes is None:
        return None
    if context.size(dy) == 1:
        units, size = context.units(dx), context.size(dx)
        by_samples = units == context.batch and bool(context.shapes[dx])
        return [Instruction("sum_gradient", (dy, dx), (size // units,), units, by_samples, size, divisor)]
    if not axes:
        return context.element_by_element("copy", dy, dx)
    if (blocks := blocks_of(context, context.shapes[dx], axes)) is not None:
        return [_sum_step(blocks, (dy, dx), divisor, gradient=True)]
    together = _together(context, context.shapes[dx], axes)
    if together is None:
        return None
    turned = Between(together.shape)
    moves = together.turned_back(context, turned, dx)
    return None if moves is None else [_sum_step(together.blocks, (dy, turned), divisor, gradient=True), *moves]


@native(Max, Min)
def extreme(call: ForwardCall, context: Context) -> list[Instruction] | None:
    """As `total`."""
    op, (x,), (y,) = call.op, call.present_inputs, call.outputs
    assert isinstance(op, (Max, Min))
    axes = _axes(context, op, x, y)
    if axes is None:
        return None
    if not axes:
        return context.element_by_element("copy", x, y)
    name = "largest_of_rows" if isinstance(op, Max) else "smallest_of_rows"
    if (blocks := blocks_of(context, context.shapes[x], axes)) is not None:
        return [blocks.step(name, (x, y))]
    together = _together(context, context.shapes[x], axes)
    if together is None:
        return None
    moves, turned = together.turned(context, x)
    return None if moves is None else [*moves, together.blocks.step(name, (turned, y))]


@native_gradient(Max, Min)
def extreme_gradient(call: BackwardCall, context: Context) -> list[Instruction] | None:
    """dy shared by the elements that equal the largest or smallest."""
    op, (dy, x, y), (dx,) = call.op, call.present_inputs, call.outputs
    assert isinstance(op, (Max, Min))
    axes, name = _axes(context, op, x, y), "extreme_of_rows_gradient"
    if axes is None:
        return None
    if not axes:
        return context.element_by_element("copy", dy, dx)
    if (blocks := blocks_of(context, context.shapes[x], axes)) is not None:
        return [blocks.step(name, (dy, x, y, dx), effort=3)]
    together = _together(context, context.shapes[x], axes)
    if together is None:
        return None
    moves, turned = together.turned(context, x)
    gradient = Between(together.shape)
    back = together.turned_back(context, gradient, dx)
    if moves is None or back is None:
        return None
    return [*moves, together.blocks.step(name, (dy, turned, y, gradient), effort=3), *back]


@native(Softmax)
def softmax(call: ForwardCall, context: Context) -> list[Instruction] | None:
    """Along any axis."""
    (x,), (y,) = call.present_inputs, call.outputs
    blocks = _along(call, context, x)
    return blocks and _softmax_steps("softmax", blocks, (x, y))


@native_gradient(Softmax)
def softmax_gradient(call: BackwardCall, context: Context) -> list[Instruction] | None:
    """Along any axis."""
    (dy, y), (dx,) = call.present_inputs, call.outputs
    blocks = _along(call, context, y)
    return blocks and _softmax_steps("softmax", blocks, (dy, y, dx), "_gradient")


def _along(call: ForwardCall | BackwardCall, context: Context, x: Tensor) -> Blocks | None:
    op, shape = call.op, context.shapes[x]
    assert isinstance(op, Softmax)
    return blocks_of(context, shape, (axis_of(op.axis, len(shape)),)) if context.size(x) else None


def _softmax_steps(name: str, blocks: Blocks, operands: tuple[Tensor, ...], of: str = "") -> list[Instruction]:
    if blocks.columns > 1:
        return [blocks.step(f"{name}_of_rows{of}", operands, effort=20)]
    size, work = (blocks.blocks, blocks.rows), 20 * blocks.rows * blocks.blocks * blocks.units
    return [Instruction(name + of, operands, size, blocks.units, blocks.by_samples, work)]


@native(Interpolate)
@native_gradient(Interpolate)
def interpolate(call: ForwardCall | BackwardCall, context: Context) -> list[Instruction] | None:
    """Points on straight lines between neighbours along an axis, and what their gradients are of those."""
    op, (x,), (y,) = call.op, call.present_inputs, call.outputs
    assert isinstance(op, Interpolate)
    shape = context.shapes[y if call.is_backward else x]
    blocks = blocks_of(context, shape, (op.axis,)) if context.size(x) else None
    name = "interpolate_gradient" if call.is_backward else "interpolate"
    return blocks and [blocks.step(name, (x, y), op.times, effort=4 * op.times)]


__all__: list[str] = []
