"""Which instructions of the library in C compute what metrics and masks are made of: comparisons, positions, other types."""

from __future__ import annotations

from .._graph.native_context import Context, native
from .._graph.native_phases import Instruction
from .._graph.op import ForwardCall
from .casting import Cast
from .compare import Comparison
from .native_rules import is_last_axis
from .positions import ArgMax
from .reduce import AnyTrue

_RELATIONS = ("equal", "not_equal", "less", "less_equal", "greater", "greater_equal")


@native(ArgMax, of_other_types=True)
def argmax(call: ForwardCall, context: Context) -> list[Instruction] | None:
    """Along the last axis."""
    (x,) = call.present_inputs
    if x.dtype != "float32" or not is_last_axis(call, context.shapes[x]):
        return None
    return context.along_last_axis("argmax", x, (x, call.outputs[0]))


@native(Comparison, of_other_types=True)
def comparison(call: ForwardCall, context: Context) -> list[Instruction] | None:
    """Of float32; of int64 whether they are equal."""
    relation, kinds = getattr(call.op, "relation", ""), {str(x.dtype) for x in call.present_inputs}
    names = {(known, "float32"): known for known in _RELATIONS}
    names |= {("equal", "int64"): "equal_whole", ("not_equal", "int64"): "not_equal_whole"}
    name = names.get((relation, kinds.pop())) if len(kinds) == 1 else None
    return context.element_by_element(name, *call.present_inputs, call.outputs[0]) if name else None


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
