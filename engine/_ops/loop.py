"""A recorded step run over the time axis: forward, and back through time (Werbos, 1990).

The step is recorded once on placeholders and run by a plan of its own, so the number of steps may be unknown while a
model is built and costs no memory for code. Backward computes each step again from the state it started with, with
the random numbers that it drew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

import numpy as np

from .._graph.backward import zeros_like
from .._graph.gradient import recorded_on, tangents_along
from .._graph.graph import order
from .._graph.op import ForwardCall, Outs, Work, apply, record
from .._graph.plan import Plan
from .._graph.tensor import Arrays, Call, Placeholder, Tensor
from .._machine.random import Mark, Stream
from ..errors import ShapeError
from ..types import Array, DType, Shape
from .casting import cast
from .compare import where
from .rearrange import getitem
from .recorded_step import OverSteps, RecordedStep, StepGradients
from .views import reshape

__all__ = ["loop"]

Step = Callable[[Tensor, list[Tensor]], tuple[Tensor, Sequence[Tensor]]]
T = TypeVar("T")


def _like(x: Tensor) -> Placeholder:
    return Placeholder(x.shape, x.dtype)


def _start_of_direction(first: Tensor | None, dfirst: Tensor | None) -> Tensor | None:
    """The direction before the first step: zeros unless there is one, None (zeros too) for a state without a first value."""
    return zeros_like(first) if dfirst is None and first is not None else dfirst


class _Backward(NamedTuple):
    """A plan of one step's gradients, the indices of the step's inputs that it gives them for, and of the float states."""

    plan: Plan
    inputs: list[int]
    float_states: list[int]


@dataclass
class _Record:
    """What a loop's forward leaves for backward.

    plan: of one step. first_values: for each state those (T, N, ...) that the steps started from. streams: what the steps
    draw random numbers from; stream_states: where they stood before each step. backward: by which gradients are asked for.
    """

    plan: Plan
    first_values: list[Array]
    streams: list[Stream]
    stream_states: list[list[Mark]] = field(default_factory=list)
    backward: dict[tuple[bool, ...], _Backward] = field(default_factory=dict)

    def go_back_to(self, position: int) -> None:
        """Let the streams draw again what they drew in a step."""
        for stream, state in zip(self.streams, self.stream_states[position], strict=True):
            stream.go_to(state)


class _Again(ForwardCall):
    """A loop that draws in each step the random numbers that another loop drew there."""

    __slots__ = ("first",)

    first: Call

    def needs(self, training: bool | None) -> list[Tensor]:
        """Its inputs, and the other loop before it."""
        return [*super().needs(training), self.first.outputs[0]]

    def copy(self, inputs: tuple[Tensor | None, ...], copies: Mapping[Call, Call]) -> Call:
        """The loop on other inputs, after the other one or its copy."""
        copy = super().copy(inputs, copies)
        assert isinstance(copy, _Again)
        copy.first = copies.get(self.first, self.first)
        return copy

    def bind(self, arrays: Arrays) -> Callable[[], None]:
        """The op's `forward`, which finds what the other one left."""
        arrays.work(self).saved["first"] = arrays.work(self.first)
        return super().bind(arrays)


def _record_again(first: Call, op: Loop, inputs: tuple[Tensor | None, ...]) -> tuple[Tensor, ...]:
    """The results of a loop, which draws what the first one drew where this drew anything."""
    if not op.step.draws:
        return record(op, inputs)
    outputs = record(op, inputs, _Again)
    assert isinstance(outputs[0].call, _Again)
    outputs[0].call.first = first
    return outputs


class Loop(OverSteps):
    """Run `step` over axis 1 of the sequences: (*sequences, *states, *captured) -> (last output, outputs, *last states).

    sequences: how many inputs are (N, T, ...). As many states as the step has follow; one that is None starts with zeros.
    """

    sequences: int = 1
    go_backwards: bool = False

    keeps = ("xs",)

    def __post_init__(self) -> None:
        self.outputs = 2 + len(self.step.states)
        self._gradients: dict[tuple[int, ...], StepGradients] = {}

    @property
    def phased(self) -> bool:
        """Whether a step gives something else while training."""
        return any(call.op.phased for call in order([self.step.output, *self.step.states]))

    @property
    def _state_count(self) -> int:
        return len(self.step.states)

    def shape(self, *shapes: Shape) -> tuple[Shape, ...]:
        """(N, ...) of the output, (N, T, ...) of all outputs, and those of the states."""
        steps = shapes[0][1]
        for other in shapes[: self.sequences]:
            if None not in (steps, other[1]) and other[1] != steps:
                raise ShapeError(expected=f"sequences of {steps} steps", actual=str(other))
        inputs = self.step_shapes(shapes)
        if any(n is None for shape in inputs for n in shape):
            output, *states = [y.shape for y in (self.step.output, *self.step.states)]
        else:
            output, *states = self.step.shapes(inputs)
        return (output, (output[0], steps, *output[1:]), *states)

    def dtype(self, *dtypes: DType | None) -> tuple[DType, ...]:
        """The types of the step's results."""
        output = self.step.output.dtype
        return (output, output, *(s.dtype for s in self.step.states))

    def step_shapes(self, shapes: Sequence[Any]) -> list[Shape]:
        """Shapes of the step's inputs; those of states without a first value are those that the step gives."""
        elements = [(x[0], *x[2:]) for x in shapes[: self.sequences]]
        states = list(shapes[self.sequences : self.sequences + self._state_count])
        inputs = [*elements, *states, *shapes[self.sequences + self._state_count :]]
        if None in states:
            # Only the masked output has no first value, nor has its direction: they have the shape of any output.
            known = all(n is not None for shape in inputs if shape is not None for n in shape)
            missing = self.step.output_shape(inputs) if known else self.step.output.shape
            inputs = [missing if shape is None else shape for shape in inputs]
        return inputs

    def _times(self, work: Work) -> range:
        steps = range(work.input_shapes[0][1])
        return steps[::-1] if self.go_backwards else steps

    def _make_record(self, work: Work, steps: int) -> _Record:
        feeds = dict(zip(self.step.inputs, self.step_shapes(work.input_shapes), strict=True))
        results = [*self.step.draws, self.step.output, *self.step.states]
        plan = Plan(results, self.step.inputs, feeds, training=work.training, random=lambda: work.random, inside=True)
        states = self.split(plan.input_arrays)[1]
        streams = list(dict.fromkeys(op.stream(work) for op in self.step.random_ops))
        return _Record(plan, [work.block((steps, *s.shape), s.dtype) for s in states], streams)

    def forward(self, work: Work, *xs: Any, out: tuple[Array, ...]) -> None:
        """y[t], states = step(x[t], states, captured) for each t; last = y[T - 1]."""
        xp, times = work.xp, self._times(work)
        if work.record is None:
            work.record = self._make_record(work, len(times))
        record: _Record = work.record
        last, outputs, *last_states = out
        elements, states, captured = self.split(record.plan.input_arrays)
        for target, value in zip(captured, xs[self.sequences + len(states) :], strict=True):
            xp.copyto(target, value)
        for target, value in zip(states, xs[self.sequences :], strict=False):
            xp.copyto(target, 0 if value is None else value)
        record.stream_states = []
        other = work.saved.get("first")
        now = [stream.mark() for stream in record.streams]
        for position, t in enumerate(times):
            if other is not None:
                other.record.go_back_to(position)
            record.stream_states.append([stream.mark() for stream in record.streams])
            for target, x in zip(elements, xs, strict=False):
                xp.copyto(target, x[:, t])
            for values, state in zip(record.first_values, states, strict=True):
                xp.copyto(values[position], state)
            y, *new = record.plan.run()[len(self.step.draws) :]
            xp.copyto(outputs[:, position], y)
            for state, value in zip(states, new, strict=True):
                xp.copyto(state, value)
        xp.copyto(last, outputs[:, -1])
        for target, state in zip(last_states, states, strict=True):
            xp.copyto(target, state)
        for stream, state in zip(record.streams, now, strict=True) if other is not None else ():
            stream.go_to(state)

    def tangent(self, call: Call, *dxs: Tensor | None) -> tuple[Tensor | None, ...]:
        """A loop whose step moves the states on, and their directions: its output is the direction of the output."""
        step = self.step
        elements, states, captured = self.split(step.inputs)
        xs, first, used = self.split(call.inputs)
        outer = [x for x in used if x is not None]
        dxs_of_steps, dfirst, douter = self.split(dxs)
        inside = [step.unmasked, step.output, *step.states, *step.draws]
        unmasked, output, *others = recorded_on(inside, dict(zip(captured, outer, strict=True)))
        new_states, draws = others[: len(states)], others[len(states) :]
        along_steps = {e: _like(e) for e, d in zip(elements, dxs_of_steps, strict=True) if d is not None}
        along_states = {s: _like(s) for s in states if s.dtype.kind == "f"}
        directions = along_steps | along_states | {x: d for x, d in zip(outer, douter, strict=True) if d is not None}
        tangents = tangents_along([output, *new_states], {*elements, *states, *outer}, directions)
        moves = [zeros_like(y) if t is None else t for y, t in zip([output, *new_states], tangents, strict=True)]
        float_states = [i for i, state in enumerate(states) if state in along_states]
        recorded = RecordedStep(
            [*elements, *along_steps.values()],
            [*states, *along_states.values()],
            [moves[0], *new_states, *(moves[1 + i] for i in float_states)],
            unmasked,
            draws,
        )
        dstarts = [_start_of_direction(first[i], dfirst[i]) for i in float_states]
        sequences = [x for x in (*xs, *dxs_of_steps) if x is not None]
        op = Loop(recorded, len(sequences), self.go_backwards)
        last, outputs, *ends = _record_again(call, op, (*sequences, *first, *dstarts, *recorded.captured))
        of_states = dict(zip(float_states, ends[len(states) :], strict=True))
        return (last, outputs, *(of_states.get(i) for i in range(len(states))))

    def split(self, arrays: Sequence[T]) -> tuple[Sequence[T], Sequence[T], Sequence[T]]:
        first, second = self.sequences, self.sequences + self._state_count
        return arrays[:first], arrays[first:second], arrays[second:]

    def backward(self, work: Work, dy: Outs, *xs: Array, outs: Outs) -> None:
        """From the last step to the first: its gradients by its own plan, from the state that it began with."""
        xp, record = work.xp, work.record
        asked = tuple(out is not None for out in outs)
        if asked not in record.backward:
            record.backward[asked] = self._plan_backward(work, asked)
        plan, wanted, seeds = record.backward[asked]
        dlast, doutputs, *dstates = dy
        arrays = plan.input_arrays
        elements, states, captured = self.split(arrays[: len(self.step.inputs)])
        dys = arrays[len(self.step.inputs) :]
        for target, value in zip(captured, xs[self.sequences + len(states) :], strict=True):
            xp.copyto(target, value)
        for seed, value in zip(dys[1:], (dstates[i] for i in seeds), strict=True):
            xp.copyto(seed, 0 if value is None else value)
        for out in outs:
            if out is not None:
                out.fill(0)
        gradients_of = dict(zip(wanted, plan.output_arrays[len(self.step.draws) :], strict=True))
        pairs = [(i, out, gradients_of[i]) for i, out in enumerate(outs) if out is not None and i in gradients_of]
        in_steps = [(out, gradient) for i, out, gradient in pairs if i < self.sequences]
        totals = [(out, gradient) for i, out, gradient in pairs if i >= self.sequences + len(states)]
        times = self._times(work)
        now = [stream.mark() for stream in record.streams]
        for position in reversed(range(len(times))):
            record.go_back_to(position)
            for target, x in zip(elements, xs, strict=False):
                xp.copyto(target, x[:, times[position]])
            for values, state in zip(record.first_values, states, strict=True):
                xp.copyto(state, values[position])
            xp.copyto(dys[0], 0 if doutputs is None else doutputs[:, position])
            if dlast is not None and position == len(times) - 1:
                xp.add(dys[0], dlast, out=dys[0])
            plan.run()
            for out, gradient in in_steps:
                xp.copyto(out[:, times[position]], gradient)
            for total, gradient in totals:
                xp.add(total, gradient, out=total)
            for seed, i in zip(dys[1:], seeds, strict=True):
                xp.copyto(seed, gradients_of.get(self.sequences + i, 0))
        for stream, state in zip(record.streams, now, strict=True):
            stream.go_to(state)
        for seed, i in zip(dys[1:], seeds, strict=True):
            out = outs[self.sequences + i]
            if out is not None:
                xp.copyto(out, seed)

    def check_gradient(self, wanted: tuple[int, ...]) -> None:
        """Refuse a step with gradients in it that the result depends on, at once and not when the first batch runs."""
        self._step_gradients([i in wanted for i in range(len(self.step.inputs))])

    def _step_gradients(self, wanted: Sequence[bool]) -> StepGradients:
        """The gradients of one step with respect to its float states and to its inputs that are `wanted`."""
        step = self.step
        states = range(self.sequences, self.sequences + self._state_count)
        asked = tuple(i for i, x in enumerate(step.inputs) if x.dtype.kind == "f" and (i in states or wanted[i]))
        if asked not in self._gradients:
            self._gradients[asked] = step.gradients(asked)
        return self._gradients[asked]

    def _plan_backward(self, work: Work, wanted: Sequence[bool]) -> _Backward:
        step, recorded = self.step, self._step_gradients(wanted)
        shapes = self.step_shapes(work.input_shapes)
        output, *states = step.shapes(shapes)
        feeds = dict(zip(step.inputs, shapes, strict=True))
        feeds |= dict(zip(recorded.dys, (output, *(states[i] for i in recorded.float_states)), strict=True))
        inputs = [*step.inputs, *recorded.dys]
        results = [*step.draws, *recorded.results]
        plan = Plan(results, inputs, feeds, training=work.training, random=lambda: work.random, inside=True)
        return _Backward(plan, recorded.inputs, recorded.float_states)

    def flops(self, *shapes: Shape) -> int:
        """The operations of a step, times the number of steps."""
        return (shapes[0][1] or 0) * self.step.flops(self.step_shapes(shapes))


def loop(
    function: Step,
    sequence: Tensor,
    states: Sequence[Tensor],
    mask: Tensor | None = None,
    go_backwards: bool = False,
    before: Tensor | None = None,
) -> tuple[Tensor, Tensor, list[Tensor]]:
    """Run `function(element, states) -> (output, new states)` over axis 1: (last output, outputs (N, T, ...), states).

    Args:
        function: one step; it is called once, to be recorded, and may ask for gradients. Once more where its states turn out
            to be floats and those before the first step are whole numbers.
        sequence: (N, T, ...).
        states: those before the first step.
        mask: (N, T), 0 where output and states of the step before are repeated.
        go_backwards: from the last step to the first; outputs come in that order.
        before: the output before the first step, where that is masked (None: zeros).

    Raises:
        ShapeError: where the step gives another number of states than it takes.
        GraphError: where it asks for a gradient through random numbers that are drawn outside.

    Example:
        >>> import numpy as np
        >>> from engine._graph.tensor import Variable
        >>> x = Variable((1, 3, 1), initializer=np.array([[[1.0], [2.0], [3.0]]]))
        >>> last, outputs, _ = loop(lambda x, s: (x + s[0], [x + s[0]]), x, [Variable((1, 1))])
        >>> from engine._graph.plan import evaluate
        >>> evaluate([outputs])[0].ravel()
        array([1., 3., 6.], dtype=float32)
    """
    element = Placeholder((sequence.shape[0], *sequence.shape[2:]), sequence.dtype)
    placeholders = [Placeholder(s.shape, s.dtype) for s in states]
    output, new = function(element, list(placeholders))
    new = list(new)
    if len(new) != len(placeholders):
        raise ShapeError(expected=f"{len(placeholders)} new states, as many as there are states", actual=str(len(new)))
    if any(not np.can_cast(n.dtype, s.dtype, "same_kind") for n, s in zip(new, states, strict=True)):
        # Zeros made like whole numbers begin what goes on as floats: recorded anew, they begin as floats.
        cast_states = [cast(s, np.result_type(n.dtype, s.dtype)) for n, s in zip(new, states, strict=True)]
        return loop(function, sequence, cast_states, mask=mask, go_backwards=go_backwards, before=before)
    sequences, first, unmasked = [element], list(states), output
    if mask is not None:
        present = Placeholder(mask.shape[:1], mask.dtype)
        repeated = Placeholder(output.shape, output.dtype)
        output = where(_beside_axes_of(present, output), output, repeated)
        new = [where(_beside_axes_of(present, n), n, s) for n, s in zip(new, placeholders, strict=True)]
        sequences, placeholders, new, first = (
            [element, present],
            [*placeholders, repeated],
            [*new, output],
            [*first, before],
        )
    step = RecordedStep(sequences, placeholders, [output, *new], unmasked)
    op = Loop(step, len(sequences), go_backwards)
    last, outputs, *ends = apply(op, sequence, *([] if mask is None else [mask]), *first, *step.captured)
    return last, outputs, ends[: len(states)]


def call_before_recording(function: Step, sequence: Tensor, states: Sequence[Tensor]) -> None:
    """Call a step that a user wrote once before its loop is recorded, as Keras's K.rnn does, and drop the result.

    A cell in Keras's style may make something at its first call and keep it, such as a dropout mask. Made here it lies
    outside the loop and is the same for all steps; made inside it would be another one at each.
    """
    function(getitem(sequence, (slice(None), 0)), list(states))


def _beside_axes_of(mask: Tensor, like: Tensor) -> Tensor:
    """(N,) as (N, 1, ...) with as many axes as `like`."""
    return reshape(mask, (-1, *(1,) * (len(like.shape) - 1)))
