"""Which instructions of the library in C compute what metrics and masks are made of: comparisons, positions, other types."""

from __future__ import annotations

from dataclasses import replace

from .._graph.backward import BackwardCall
from .._graph.native_context import Context, native, native_gradient
from .._graph.native_phases import Between, Instruction
from .._graph.op import ForwardCall
from .._graph.tensor import Tensor
from .casting import Cast
from .compare import Comparison, Where
from .native_broadcasting import operation_of_shapes, sum_to_shape
from .native_rules import is_last_axis
from .positions import ArgMax
from .reduce import AnyTrue

_RELATIONS = ("equal", "not_equal", "less", "less_equal", "greater", "greater_equal")
_KINDS = ("float", "int32", "int64", "bool")


@native(ArgMax, of_other_types=True)
def argmax(call: ForwardCall, context: Context) -> list[Instruction] | None:
    """Along the last axis."""
    (x,) = call.present_inputs
    if not context.are_floats(x) or not is_last_axis(call, context.shapes[x]):
        return None
    return context.along_last_axis("argmax", x, (x, call.outputs[0]))


@native(Comparison, of_other_types=True)
def comparison(call: ForwardCall, context: Context) -> list[Instruction] | None:
    """Of two operands of one type."""
    relation, kinds = getattr(call.op, "relation", ""), {context.kind(x) for x in call.present_inputs}
    if relation not in _RELATIONS or len(kinds) != 1 or not kinds.issubset(_KINDS):
        return None
    (a, b), y = call.present_inputs, call.outputs[0]
    made = context.element_by_element(relation, a, b, y)
    if made is None and kinds == {"float"}:
        made = operation_of_shapes(relation, context, (a, b), y)
    if made is None:
        return None
    *moves, step = made
    return [*moves, replace(step, size=(*step.size, _KINDS.index(kinds.pop())))]


@native(Where, of_other_types=True)
def where(call: ForwardCall, context: Context) -> list[Instruction] | None:
    """Of floats, the condition as booleans or floats."""
    (condition, *choices), y = call.present_inputs, call.outputs[0]
    steps, chosen = _as_float(context, condition)
    if steps is None or not context.are_floats(*choices, y):
        return None
    made = operation_of_shapes("where", context, (chosen, *choices), y)
    return made and [*steps, *made]


@native_gradient(Where, of_other_types=True)
def where_gradient(call: BackwardCall, context: Context) -> list[Instruction] | None:
    """dy where an input was chosen, 0 elsewhere; summed where it was spread."""
    dy, condition = call.present_inputs
    made, chosen = _as_float(context, condition)
    if made is None or not context.are_floats(dy):
        return None
    steps, nothing = list(made), Between((), lasting=True)
    for i, dx in context.wanted(call).items():
        whole = context.shapes[dx] == context.shapes[dy]
        part = dx if whole else Between(context.shapes[dy])
        made = operation_of_shapes("where", context, (chosen, *((dy, nothing) if i == 1 else (nothing, dy))), part)
        summed = [] if whole else sum_to_shape(context, part, dx)
        if made is None or summed is None:
            return None
        steps += [*made, *summed]
    return steps


def _as_float(context: Context, condition: Tensor) -> tuple[list[Instruction] | None, Tensor | Between]:
    """A condition as floats, and the instruction that makes it so; None for other types."""
    if context.are_floats(condition):
        return [], condition
    if condition.dtype != "bool":
        return None, condition
    made = Between(context.shapes[condition])
    units = context.units(condition)
    size = context.size(condition)
    by_samples = units == context.batch and bool(context.shapes[condition])
    return [Instruction("boolean_to_float", (condition, made), (size // units, 1), units, by_samples, size)], made


@native(AnyTrue, of_other_types=True)
def any_true(call: ForwardCall, context: Context) -> list[Instruction] | None:
    """Of booleans, along the last axis."""
    (x,) = call.present_inputs
    if x.dtype != "bool" or not is_last_axis(call, context.shapes[x]):
        return None
    return context.along_last_axis("any_true", x, (x, call.outputs[0]))


@native(Cast, of_other_types=True)
def cast(call: ForwardCall, context: Context) -> list[Instruction] | None:
    """To floats from booleans and int64, and to int64 from floats."""
    (x,), (y,) = call.present_inputs, call.outputs
    names = {
        ("bool", "float"): "boolean_to_float",
        ("int64", "float"): "whole_to_float",
        ("float", "int64"): "float_to_whole",
        ("float", "float"): "copy",
    }
    name = names.get((context.kind(x), context.kind(y)))
    return context.element_by_element(name, x, y) if name else None


__all__: list[str] = []
