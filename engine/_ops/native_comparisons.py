"""Which instructions of the library in C compute what metrics and masks are made of: comparisons, positions, other types."""

from __future__ import annotations

from dataclasses import replace

from .._graph.native_context import Context, native
from .._graph.native_phases import Instruction
from .._graph.op import ForwardCall
from .casting import Cast
from .compare import Comparison
from .native_broadcasting import operation_of_shapes
from .native_rules import is_last_axis
from .positions import ArgMax
from .reduce import AnyTrue

_RELATIONS = ("equal", "not_equal", "less", "less_equal", "greater", "greater_equal")
_KINDS = ("float32", "int32", "int64", "bool")


@native(ArgMax, of_other_types=True)
def argmax(call: ForwardCall, context: Context) -> list[Instruction] | None:
    """Along the last axis."""
    (x,) = call.present_inputs
    if x.dtype != "float32" or not is_last_axis(call, context.shapes[x]):
        return None
    return context.along_last_axis("argmax", x, (x, call.outputs[0]))


@native(Comparison, of_other_types=True)
def comparison(call: ForwardCall, context: Context) -> list[Instruction] | None:
    """Of two operands of one type."""
    relation, kinds = getattr(call.op, "relation", ""), {str(x.dtype) for x in call.present_inputs}
    if relation not in _RELATIONS or len(kinds) != 1 or not kinds.issubset(_KINDS):
        return None
    (a, b), y = call.present_inputs, call.outputs[0]
    made = context.element_by_element(relation, a, b, y)
    if made is None and kinds == {"float32"}:
        made = operation_of_shapes(relation, context, (a, b), y)
    if made is None:
        return None
    *moves, step = made
    return [*moves, replace(step, size=(*step.size, _KINDS.index(kinds.pop())))]


@native(AnyTrue, of_other_types=True)
def any_true(call: ForwardCall, context: Context) -> list[Instruction] | None:
    """Of booleans, along the last axis."""
    (x,) = call.present_inputs
    if x.dtype != "bool" or not is_last_axis(call, context.shapes[x]):
        return None
    return context.along_last_axis("any_true", x, (x, call.outputs[0]))


@native(Cast, of_other_types=True)
def cast(call: ForwardCall, context: Context) -> list[Instruction] | None:
    """To float32 from booleans and int64, and to int64 from float32."""
    (x,), (y,) = call.present_inputs, call.outputs
    names = {
        ("bool", "float32"): "boolean_to_float",
        ("int64", "float32"): "whole_to_float",
        ("float32", "int64"): "float_to_whole",
        ("float32", "float32"): "copy",
    }
    name = names.get((str(x.dtype), str(y.dtype)))
    return context.element_by_element(name, x, y) if name else None


__all__: list[str] = []
