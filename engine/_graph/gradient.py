"""Derivatives of the recorded graph: backwards from a loss, and along a direction.

`gradients` records, for every call between the loss and the wanted tensors, one backward call that takes the gradient
of the result and what the op keeps. A plan runs these like any other call, so buffers are reused across both passes.

A loss may hold such gradients. For y = f(x) a backward call gives dx = f'(x)^T dy. Let u be the gradient of dx. Then
u . dx = dy . f'(x) u, where f'(x) u is how y moves as x moves along u: the op's `tangent`, written with other ops. So
f'(x) u is the gradient of dy, and the gradient of x comes from the tangent's own backward calls, started with dy.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import nullcontext
from typing import Protocol, TypeVar, runtime_checkable

from ..errors import GraphError
from .backward import BackwardCall, SumCall, ones_like, record_backward, total, zeros_like
from .graph import order
from .op import ForwardCall, record, recording_for
from .tensor import Call, Tensor

T = TypeVar("T")


@runtime_checkable
class HasTangent(Protocol):
    """An op that says how its results move along a direction, f'(x) dx, with other ops."""

    def tangent(self, call: Call, *dxs: Tensor | None) -> Tensor | tuple[Tensor | None, ...]:
        """f'(x) dx for a call that is recorded, as its inputs move by `dxs` (None: not at all); at least one is not None.

        One tensor for each result, None for one that stays.
        """
        ...


@runtime_checkable
class HasSimpler(Protocol):
    """An op that can be written with others which are linear, have a tangent or are written with such ones."""

    def simpler(self, *inputs: Tensor | None) -> Tensor | tuple[Tensor, ...]:
        """Its results, computed by other ops."""
        ...


@runtime_checkable
class RecordsGradient(Protocol):
    """An op whose gradient is recorded by a function of a program, in place of a backward call."""

    def recorded_gradients(self, dy: Tensor, wanted: Sequence[int]) -> Sequence[Tensor | None]:
        """The gradients of the inputs number `wanted`; None for one that the result does not depend on."""
        ...


def gradients(loss: Tensor, wrt: list[Tensor], without: Collection[Call] = ()) -> list[Tensor | None]:
    """Gradient of the sum of `loss` with respect to each tensor of `wrt`; None where the loss does not depend on it.

    without: calls that no gradient passes, as if their results were constants.

    Raises:
        GraphError: when the loss is not a float tensor, or holds a gradient of an op that has no second one.
    """
    if loss.dtype.kind != "f":
        raise GraphError(where="gradients", expected="a float tensor as loss", actual=f"dtype {loss.dtype}")
    calls = [call for call in order([loss]) if call not in without]
    walk = Backwards(set(wrt), {loss: [ones_like(loss)]})
    walk.go_through(calls)
    return [total(walk.parts.get(x)) if x in walk.dependent or x is loss else None for x in wrt]


class Backwards:
    """A walk from results back to what they depend on.

    dependent: tensors that depend on the wanted ones. parts: for each tensor the gradients that reached it.
    """

    def __init__(self, wrt: set[Tensor], parts: dict[Tensor, list[Tensor]]) -> None:
        self.dependent = wrt
        self.parts = parts

    def go_through(self, calls: Sequence[Call]) -> None:
        """Record the gradients of the calls, the last one first."""
        self._find_dependent(calls)
        parts, dependent = self.parts, self.dependent
        for call in reversed(calls):
            results = tuple(total(parts.get(y)) for y in call.outputs)
            if all(dy is None for dy in results) or not call.op.differentiable:
                continue
            if isinstance(call, ForwardCall):
                constants = call.op.constants
                wanted = tuple(
                    i
                    for i, x in enumerate(call.inputs)
                    if x is not None and x in dependent and x.dtype.kind == "f" and i not in constants
                )
                if wanted:
                    self.through_op(call, results, wanted)
            elif isinstance(call, BackwardCall) and any(y in dependent for y in call.outputs):
                self._through_gradient(call, results)
            for y, sum_of_parts in zip(call.outputs, results, strict=True):
                if sum_of_parts is not None:
                    parts[y] = [sum_of_parts]

    def _find_dependent(self, calls: Iterable[Call]) -> None:
        dependent = self.dependent
        for call in calls:
            if any(x in dependent for x in call.operands if x is not None):
                dependent.update(call.outputs)

    def through_op(self, call: ForwardCall, results: tuple[Tensor | None, ...], wanted: tuple[int, ...]) -> None:
        """The gradients of a call's inputs number `wanted`, for those of its results."""
        if isinstance(call, SumCall):
            dxs: Sequence[Tensor | None] = results * len(wanted)
        elif isinstance(call.op, RecordsGradient):
            (dy,) = results
            assert dy is not None
            dxs = [
                zeros_like(call.present_inputs[i]) if dx is None else dx
                for i, dx in zip(wanted, call.op.recorded_gradients(dy, wanted), strict=True)
            ]
        else:
            call.op.check_gradient(wanted)
            dxs = record_backward(call, results, wanted).outputs
        for i, dx in zip(wanted, dxs, strict=True):
            x = call.inputs[i]
            assert x is not None and dx is not None
            self.parts.setdefault(x, []).append(dx)

    def _through_gradient(self, call: BackwardCall, results: tuple[Tensor | None, ...]) -> None:
        """The gradients of a backward call's operands, for those of its results."""
        forward = call.forward
        directions: list[Tensor | None] = [None] * len(forward.inputs)
        for i, u in zip(call.wanted, results, strict=True):
            directions[i] = u
        with recording_for(forward.where) if forward.where else nullcontext():
            tangents = tangents_of_call(forward, directions)
        for dy, tangent in zip(call.dys, tangents, strict=True):
            if dy is not None and tangent is not None and dy in self.dependent:
                self.parts.setdefault(dy, []).append(tangent)
        if not forward.op.linear:
            self.through_tangents(forward, directions, tangents, call.dys)

    def through_tangents(
        self,
        forward: ForwardCall,
        directions: Sequence[Tensor | None],
        tangents: Sequence[Tensor | None],
        dys: Sequence[Tensor | None],
    ) -> None:
        """The gradients of a call's inputs and outputs, by which its tangents are computed, for those of its tangents."""
        moving = {x for x in (*forward.present_inputs, *forward.outputs) if x in self.dependent}
        seeds = {t: [dy] for t, dy in zip(tangents, dys, strict=True) if t is not None and dy is not None}
        leaves = {x for x in (*forward.present_inputs, *forward.outputs, *directions) if x is not None}
        # A walk of its own, as the directions may depend on the wanted tensors too, but nothing goes back through them here.
        inner = Backwards(set(moving), seeds)
        inner.go_through(calls_between(leaves, list(seeds)))
        for x in moving:
            self.parts.setdefault(x, []).extend(inner.parts.get(x, []))


def calls_between(leaves: Collection[Tensor], results: Iterable[Tensor]) -> list[Call]:
    """The calls that compute `results` from `leaves` and from tensors that do not depend on these."""

    def needs(call: Call) -> list[Tensor]:
        return [x for x in call.needs(None) if x not in leaves]

    return order([y for y in results if y not in leaves], needs)


def tangents_along(
    results: Sequence[Tensor], leaves: Collection[Tensor], directions: Mapping[Tensor, Tensor]
) -> list[Tensor | None]:
    """How each of `results` moves as some of the leaves move along `directions`; None for one that stays.

    leaves: tensors that do not move by what they are computed from.
    """
    moved = dict(directions)
    for call in calls_between(leaves, results):
        if not call.op.differentiable or not any(x in moved for x in call.operands if x is not None):
            continue
        tangents = _tangents_of_backward(call, moved) if isinstance(call, BackwardCall) else _tangents(call, moved)
        pairs = zip(call.outputs, tangents, strict=True)
        moved.update((y, t) for y, t in pairs if t is not None and y.dtype.kind == "f")
    return [moved.get(y) for y in results]


def _tangents(call: Call, moved: Mapping[Tensor, Tensor]) -> Sequence[Tensor | None]:
    directions = [None if x is None or i in call.op.constants else moved.get(x) for i, x in enumerate(call.inputs)]
    if isinstance(call, SumCall):
        return [total([d for d in directions if d is not None])]
    assert isinstance(call, ForwardCall)
    return tangents_of_call(call, directions)


def _tangents_of_backward(call: BackwardCall, moved: Mapping[Tensor, Tensor]) -> list[Tensor | None]:
    """How the gradients dx = f'(x)^T dy move as dy and x do.

    Along the move of dy: f'(x)^T of it. Along the move of x: the gradient of dy . f'(x) times it, because second
    derivatives are symmetric.
    """
    forward = call.forward
    parts: dict[Tensor, list[Tensor]] = {}
    moved_dys = tuple(None if dy is None else moved.get(dy) for dy in call.dys)
    inputs = [forward.inputs[i] for i in call.wanted]
    walk = Backwards({x for x in inputs if x is not None}, parts)
    if any(d is not None for d in moved_dys):
        for x, dx in zip(inputs, record_backward(forward, moved_dys, call.wanted).outputs, strict=True):
            assert x is not None
            parts.setdefault(x, []).append(dx)
    directions = [None if x is None else moved.get(x) for x in forward.inputs]
    if not forward.op.linear and any(d is not None for d in directions):
        tangents = tangents_of_call(forward, directions)
        walk.dependent.update(forward.outputs)
        walk.through_tangents(forward, directions, tangents, call.dys)
        through = tuple(total(parts.get(y)) for y in forward.outputs)
        if any(dy is not None for dy in through):
            for x, dx in zip(inputs, record_backward(forward, through, call.wanted).outputs, strict=True):
                assert x is not None
                parts.setdefault(x, []).append(dx)
    # A tensor that is an input twice has two gradients, whose sum alone is ever used: the first one takes all of it.
    return [None if x in inputs[:i] else total(parts.get(x)) for i, x in enumerate(inputs) if x is not None]


def tangents_of_call(call: ForwardCall, directions: Sequence[Tensor | None]) -> Sequence[Tensor | None]:
    """How each result moves as the inputs move along `directions`. Raises GraphError for an op that does not say."""
    op = call.op
    if all(d is None for d in directions):
        return [None] * len(call.outputs)
    if isinstance(op, HasTangent):
        tangents = op.tangent(call, *directions)
    elif op.linear:
        tangents = _of_linear(call, directions)
    elif isinstance(op, HasSimpler):
        moving = {x: d for x, d in zip(call.inputs, directions, strict=True) if x is not None and d is not None}
        return tangents_along(_all(op.simpler(*call.inputs)), set(call.present_inputs), moving)
    else:
        raise GraphError(
            where="gradients",
            expected="a loss whose inner gradients can be differentiated once more",
            actual=f"the gradient of {op!r}, which has no second one",
            hint="Write what this op computes with other functions of K, or keep it out of the inner gradient "
            "(K.stop_gradient).",
        )
    return _all(tangents)


def _all(results: T | tuple[T, ...]) -> Sequence[T]:
    return results if isinstance(results, tuple) else [results]


def _of_linear(call: ForwardCall, directions: Sequence[Tensor | None]) -> Tensor | tuple[Tensor, ...]:
    """The op on the directions: zeros for inputs that stay, constants as they are."""
    constants = call.op.constants
    inputs = list(directions)
    for i, x in enumerate(call.inputs):
        if inputs[i] is None and x is not None:
            inputs[i] = x if i in constants or x.dtype.kind != "f" else zeros_like(x)
    return record(call.op, tuple(inputs))


def recorded_on(results: Sequence[Tensor], others: Mapping[Tensor, Tensor]) -> list[Tensor]:
    """The results computed from the values of `others` in place of its keys, by calls recorded anew."""
    known, copies = dict(others), dict[Call, Call]()
    for call in order(results):
        copied = isinstance(call, BackwardCall) and call.forward in copies
        if copied or any(x in known for x in call.inputs if x is not None):
            copies[call] = call.copy(tuple(None if x is None else known.get(x, x) for x in call.inputs), copies)
            known.update(zip(call.outputs, copies[call].outputs, strict=True))
    return [known.get(y, y) for y in results]
