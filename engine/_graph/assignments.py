"""Several assignments of one variable after a step, made one after the other."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TypeAlias

from .ordering import depth_first
from .tensor import Call, Tensor, Variable

Assignment: TypeAlias = tuple[Variable, Tensor]


def in_sequence(assignments: Sequence[Assignment], outputs: Sequence[Tensor]) -> list[Assignment]:
    """One assignment for each variable: where there are several, each goes on from the value of the one before.

    A layer that is called twice has two updates, say of a moving average, both written with the variable as it was
    before the step. What the outputs need is computed once, from the values before; calls that only make the new value are
    recorded anew.
    """
    if len({variable for variable, _ in assignments}) == len(assignments):
        return list(assignments)
    ends = [y.call for y in outputs if y.call is not None]
    forward = set(depth_first(ends, lambda call: [x.call for x in call.inputs if x is not None and x.call is not None]))
    latest: dict[Variable, Tensor] = {}
    for variable, value in assignments:
        before = latest.get(variable)
        latest[variable] = value if before is None else _replaced(value, {variable: before}, forward, {})
    return list(latest.items())


def with_values(tensor: Tensor, values: Mapping[Variable, Tensor]) -> Tensor:
    """The tensor as it is where variables have other values: those calls are recorded anew that depend on them.

    Args:
        tensor: what is computed.
        values: what stands in the place of each variable.

    Returns:
        The tensor itself where it depends on none of them.
    """
    return _replaced(tensor, values, (), {})


def _replaced(
    tensor: Tensor, values: Mapping[Variable, Tensor], forward: Collection[Call], copies: dict[Call, Call]
) -> Tensor:
    """The tensor with values in the place of variables; itself where it does not depend on them."""
    call = tensor.call
    if isinstance(tensor, Variable) and tensor in values:
        return values[tensor]
    if call is None or call in forward or call.is_backward:
        return tensor
    if call not in copies:
        inputs = tuple(None if x is None else _replaced(x, values, forward, copies) for x in call.inputs)
        unchanged = all(new is old for new, old in zip(inputs, call.inputs, strict=True))
        copies[call] = call if unchanged else call.copy(inputs, copies)
    return copies[call].outputs[tensor.index]
