"""Loops over time steps as the calls of all their steps, in plans for the library in C: then these are compiled as any others.

An op says by `unrolls` which tensors, recorded anew, its results are. Going back through the calls of all steps would make one
gradient of a weight for each of them, as large as the weight, and add them up; so what ops of `sums_over_samples` do with it is
put side by side first, and its gradient is one product over the samples of all steps.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, TypeAlias

from .backward import BackwardCall, GradientOfWeights, record_backward, total, zeros_like
from .gradient import Backwards, calls_between
from .memory import Sizes
from .op import ForwardCall, recording_for
from .op_base import Op
from .tensor import Call, Tensor

Rule: TypeAlias = "Callable[[Any, ForwardCall, Mapping[Tensor, Sizes], bool], Sequence[Tensor] | None]"
Joins: TypeAlias = "Callable[[Sequence[Tensor]], Tensor]"

_rules: dict[type[Op], Rule] = {}
_sums: dict[type[Op], Callable[[ForwardCall], bool]] = {}
_joins: list[Joins] = []


def unrolls(*ops: type[Op]) -> Callable[[Rule], Rule]:
    """Decorator: the function records the results of an op of these types by other ops, or gives None.

    It gets the op, its call, the shapes of all tensors before, and whether the phase is training.
    """

    def decorate(rule: Rule) -> Rule:
        _rules.update(dict.fromkeys(ops, rule))
        return rule

    return decorate


def sums_over_samples(*ops: type[Op], when: Callable[[ForwardCall], bool] = lambda call: True) -> None:
    """Say that calls of these ops treat each sample of their first input alone: gradients of the others are sums over all.

    Args:
        ops: the ops.
        when: for which calls of them that holds, all by default.
    """
    _sums.update(dict.fromkeys(ops, when))


def joins_samples(join: Joins) -> Joins:
    """Decorator: the function records tensors one after the other along their first axis."""
    _joins[:] = [join]
    return join


def unrolled(
    calls: Sequence[Call], absent: set[Tensor], shapes: dict[Tensor, Sizes], training: bool
) -> tuple[list[Call], bool]:
    """The calls, loops that have a rule as those of their steps; whether there are any. `shapes` and `absent` get what is new."""
    if not any(type(call.op) in _rules for call in calls):
        return list(calls), False
    unrolling = _Unrolling(absent, shapes, training)
    for call in calls:
        unrolling.add(call)
    for call in unrolling.calls:
        absent.update(call.absences(training, absent))
    return unrolling.calls, True


class _Unrolled:
    """What a loop became: its calls in their order, what they are computed from, and results that are another tensor's."""

    def __init__(self, call: ForwardCall, calls: Sequence[Call], passed_on: Mapping[Tensor, Tensor]) -> None:
        self.calls = list(calls)
        self.leaves = {x for x in call.inputs if x is not None}
        self.passed_on = passed_on

    @property
    def known(self) -> set[Tensor]:
        """All that is known when the loop has run."""
        return {*self.leaves, *(x for call in self.calls for x in (*call.present_inputs, *call.outputs))}


class _Walk(Backwards):
    """A walk back through a loop that puts off the gradients of what every step has."""

    def __init__(self, wrt: set[Tensor], parts: dict[Tensor, list[Tensor]], shapes: dict[Tensor, Sizes]) -> None:
        super().__init__(wrt, parts)
        self._shapes = shapes
        self._shared = set(wrt)
        self._put_off: dict[tuple[object, ...], list[tuple[ForwardCall, Tensor]]] = defaultdict(list)

    def through_op(self, call: ForwardCall, results: tuple[Tensor | None, ...], wanted: tuple[int, ...]) -> None:
        """As of any call; of weights later."""
        (dy, *_), weights = results, [i for i in wanted if i > 0]
        shared = all(call.inputs[i] in self._shared for i in weights)
        sums = _sums.get(type(call.op))
        if sums is not None and sums(call) and weights and shared and dy is not None:
            self._put_off[(call.op, *call.inputs[1:], *weights)].append((call, dy))
            wanted = tuple(i for i in wanted if i == 0)
        if wanted:
            super().through_op(call, results, wanted)

    def record_what_was_put_off(self) -> list[ForwardCall]:
        """Record the gradients of weights; gives the calls that stand for all steps."""
        (join,) = _joins
        stand_ins: list[ForwardCall] = []
        for calls in self._put_off.values():
            first, dy = calls[0]
            wanted = tuple(i for i, x in enumerate(first.inputs) if i > 0 and x in self._shared)
            if len(calls) == 1:
                super().through_op(first, (dy,), wanted)
                continue
            together = ForwardCall(first.op, (self._joined_inputs(calls), *first.inputs[1:]), first.where)
            together.outputs = (Tensor((None, *first.outputs[0].shape[1:]), first.outputs[0].dtype, call=together),)
            stand_ins.append(together)
            recorded = record_backward(together, (join([dy for _, dy in calls]),), wanted)
            backward = GradientOfWeights(together, recorded.dys, wanted)
            backward.outputs = recorded.outputs
            for i, dx in zip(wanted, backward.outputs, strict=True):
                dx.call = backward
                x = first.inputs[i]
                assert x is not None
                self.parts.setdefault(x, []).append(dx)
        return stand_ins

    def _joined_inputs(self, calls: Sequence[tuple[ForwardCall, Tensor]]) -> Tensor:
        """The first inputs one after the other; where the gradient does not need them only what their shape would be."""
        (join,), first = _joins, calls[0][0].inputs[0]
        xs = [x for call, _ in calls if (x := call.inputs[0]) is not None]
        if first in calls[0][0].kept:
            return join(xs)
        shape = self._shapes[xs[0]]
        unused = Tensor((None, *shape[1:]), xs[0].dtype)
        self._shapes[unused] = (sum(self._shapes[x][0] for x in xs), *shape[1:])
        return unused


class _Unrolling:
    """The calls so far."""

    def __init__(self, absent: set[Tensor], shapes: dict[Tensor, Sizes], training: bool) -> None:
        self.calls: list[Call] = []
        self._absent = absent
        self._shapes = shapes
        self._training = training
        self._made: dict[Call, _Unrolled] = {}

    def add(self, call: Call) -> None:
        """The next call."""
        if isinstance(call, BackwardCall) and call.forward in self._made:
            self._add_gradients(call, self._made[call.forward])
        elif type(call) is not ForwardCall or not self._is_unrolled(call):
            self.calls.append(call)

    def _is_unrolled(self, call: ForwardCall) -> bool:
        rule = _rules.get(type(call.op))
        if rule is None:
            return False
        with _recording_for(call):
            results = rule(call.op, call, self._shapes, self._training)
        if results is None:
            return False
        made = calls_between({x for x in call.inputs if x is not None}, results)
        passed_on = self._take(made, dict(zip(call.outputs, results, strict=True)), set(call.present_inputs))
        self._made[call] = _Unrolled(call, made, passed_on)
        return True

    def _add_gradients(self, call: BackwardCall, loop: _Unrolled) -> None:
        seeds: dict[Tensor, list[Tensor]] = {}
        for y, dy in zip(call.forward.outputs, call.dys, strict=True):
            if dy is not None and dy not in self._absent:
                seeds.setdefault(loop.passed_on.get(y, y), []).append(dy)
        inputs = [x for i in call.wanted if (x := call.forward.inputs[i]) is not None]
        known = loop.known | {dy for parts in seeds.values() for dy in parts}
        with _recording_for(call):
            walk = _Walk(set(inputs), seeds, self._shapes)
            walk.go_through(loop.calls)
            stand_ins = walk.record_what_was_put_off()
            sums = [total(walk.parts.get(x)) for x in inputs]
            # Of a tensor that is an input twice the sum of both gradients alone is ever used: the first one takes all of it.
            results = [
                zeros_like(x) if dx is None or x in inputs[:i] else dx
                for i, (x, dx) in enumerate(zip(inputs, sums, strict=True))
            ]
        made = calls_between(known, results)
        self._take(made, dict(zip(call.outputs, results, strict=True)), known, stand_ins)

    def _take(
        self,
        made: Sequence[Call],
        results: Mapping[Tensor, Tensor],
        known: Collection[Tensor],
        stand_ins: Collection[ForwardCall] = (),
    ) -> Mapping[Tensor, Tensor]:
        """Add calls, in which each result takes the place of the tensor that stood for it; gives those that are another one's."""
        names: dict[Tensor, Tensor] = {}
        passed_on: dict[Tensor, Tensor] = {}
        for old, new in results.items():
            if new in known or new in names:
                passed_on[old] = names.get(new, new)
            else:
                names[new] = old
        for call in (*made, *stand_ins):
            call.inputs = tuple(None if x is None else names.get(x, x) for x in call.inputs)
            call.outputs = tuple(names.get(y, y) for y in call.outputs)
        for call in made:
            for x in call.present_inputs:
                if x.call is None:
                    self._shapes.setdefault(x, tuple(n or 0 for n in x.shape))
            if isinstance(call, GradientOfWeights):
                self._add_shapes(call.forward)
            self._add_shapes(call)
            self.add(call)
        for old, new in passed_on.items():
            same = ForwardCall(_Same(), (new,), None)
            same.outputs = (old,)
            self.add(same)
        return passed_on

    def _add_shapes(self, call: Call) -> None:
        self._shapes.update(zip(call.outputs, call.shapes(self._shapes), strict=True))


class _Same(Op):
    """y = x."""

    linear = True

    def shape(self, x: Sizes) -> Sizes:
        """That of x."""
        return x

    def view_of(self, training: bool) -> int | None:
        """x."""
        return 0


def _recording_for(call: Call) -> AbstractContextManager[None]:
    return recording_for(call.where) if call.where else nullcontext()
