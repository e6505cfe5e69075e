"""A loop as the calls of all its steps: the rule for `_graph/unrolling.py`."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from .._graph.gradient import recorded_on
from .._graph.graph import concrete_shapes, order
from .._graph.memory import Sizes
from .._graph.native_context import FORWARD
from .._graph.op import ForwardCall
from .._graph.tensor import Constant, Tensor
from .._graph.unrolling import joins_samples, sums_over_samples, unrolls
from .._native.library import FLOATS
from .arithmetic import Add
from .casting import cast
from .conv import Conv
from .loop import Loop
from .matmul import Linear, Matmul
from .rearrange import concatenate, stack
from .unstack import unstack

# Calls of all steps forward above which making a plan takes too long: some 0.3 s for training, 0.05 for a prediction.
_MOST_CALLS, _MOST_PREDICTING = 1536, 512
# Bytes of all results that training keeps for the way back, where a loop would compute each step again.
_MOST_BYTES = 1 << 29

sums_over_samples(Linear, Conv)
sums_over_samples(Add, when=lambda call: [x.ndim for x in call.present_inputs[1:]] < [call.present_inputs[0].ndim])
sums_over_samples(Matmul, when=lambda call: [x.ndim for x in call.present_inputs[1:]] == [2])


@joins_samples
def joined(tensors: Sequence[Tensor]) -> Tensor:
    """The tensors one after the other along their first axis."""
    return concatenate(list(tensors), 0)


@unrolls(Loop)
def steps_of_loop(
    op: Loop, call: ForwardCall, shapes: Mapping[Tensor, Sizes], training: bool
) -> Sequence[Tensor] | None:
    """Last output, outputs of all steps, last states; None for what would gain nothing, or where the number of steps may vary."""
    sequences, _, captured = op.split(call.inputs)
    # Batches of many lengths would have a plan to make for each, which takes longer than some steps.
    steps = call.present_inputs[0].shape[1]
    if not steps:
        return None
    states = _first_states(op, call, shapes)
    if states is None or not _pays(op, shapes, call, steps, training):
        return None
    # A mask is read by `where` alone, which takes numbers too.
    sequences = [x if x is None or x.dtype != "bool" else cast(x, call.outputs[0].dtype) for x in sequences]
    elements = [unstack(x, steps) for x in sequences if x is not None]
    results, outputs = [op.step.output, *op.step.states], list[Tensor]()
    for t in range(steps)[::-1] if op.go_backwards else range(steps):
        values = [*(element[t] for element in elements), *states, *captured]
        inputs: dict[Tensor, Tensor] = {
            x: value for x, value in zip(op.step.inputs, values, strict=True) if value is not None
        }
        output, *states = recorded_on(results, inputs)
        outputs.append(output)
    return outputs[-1], stack(outputs, 1), *states


def _first_states(op: Loop, call: ForwardCall, shapes: Mapping[Tensor, Sizes]) -> list[Tensor] | None:
    """The states before the first step, zeros where there is none; None where they have another shape or type than later ones."""
    inputs = op.step_shapes([None if x is None else shapes[x] for x in call.inputs])
    _, *later = op.step.shapes(inputs)
    first: list[Tensor] = []
    for x, shape, state in zip(op.split(call.inputs)[1], later, op.step.states, strict=True):
        if x is not None and (shapes[x] != shape or x.dtype != state.dtype):
            return None
        first.append(Constant(np.zeros(shape, state.dtype)) if x is None else x)
    return first


def _pays(op: Loop, shapes: Mapping[Tensor, Sizes], call: ForwardCall, steps: int, training: bool) -> bool:
    """Whether all calls of a step may be compiled, none draws random numbers, and all steps are not too many or too large."""
    step = op.step
    calls = order([step.output, *step.states])
    if step.draws or steps * len(calls) > (_MOST_CALLS if training else _MOST_PREDICTING):
        return False
    known = all(type(c.op) in FORWARD or c.op.view_of(training) is not None for c in calls)
    dtypes = {str(x.dtype) for x in (step.output, *step.states, call.present_inputs[0])}
    if not known or len(dtypes) != 1 or not dtypes.issubset(FLOATS):
        return False
    inputs = op.step_shapes([None if x is None else shapes[x] for x in call.inputs])
    feeds = dict(zip(step.inputs, inputs, strict=True))
    inside = concrete_shapes([step.output, *step.states], calls, step.inputs, feeds)
    nbytes = sum(math.prod(inside[y]) * y.dtype.itemsize for c in calls for y in c.outputs)
    return not training or steps * nbytes <= _MOST_BYTES


__all__: list[str] = []
