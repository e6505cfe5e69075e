"""Two ops that follow each other as one, where a plan needs nothing of what lies between them.

An op's file tells which pairs it can do at once, by `fuses`; a plan asks before it places values in memory. The graph
stays as it was recorded: another plan that needs the value between runs the two ops.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, TypeVar

from .backward import BackwardCall
from .memory import Sizes
from .op import ForwardCall
from .op_base import Op
from .tensor import Call, Tensor

Later = TypeVar("Later", bound=Op)
Earlier = TypeVar("Earlier", bound=Op)
Rule = Callable[[Later, Earlier, Sizes, bool], "Op | None"]

_rules: dict[tuple[type[Op], type[Op]], Callable[[Any, Any, Sizes, bool], Op | None]] = {}
_only_predicting: set[tuple[type[Op], type[Op]]] = set()


def fuses(
    later: type[Later], *earlier: type[Earlier], training: bool = True
) -> Callable[[Rule[Later, Earlier]], Rule[Later, Earlier]]:
    """Decorator: the function gives one op for `later` of what an op of a type of `earlier` gives, or None.

    It gets both ops, the shape of the value between them and whether gradients are asked for. The op it gives has the
    earlier one's inputs, then those of the later one but its first, and the later one's first result.

    Args:
        later: the type of the later op.
        earlier: those of the earlier one.
        training: whether that holds while training too, True by default.
    """

    def decorate(rule: Rule[Later, Earlier]) -> Rule[Later, Earlier]:
        _rules.update({(later, one): rule for one in earlier})
        if not training:
            _only_predicting.update((later, one) for one in earlier)
        return rule

    return decorate


def fused(
    calls: Sequence[Call], needed: Collection[Tensor], shapes: Mapping[Tensor, Sizes], training: bool
) -> list[Call]:
    """The calls, in their order, with fused ones in place of pairs; `needed` are the tensors asked for."""
    laters = {later for later, _ in _rules}
    candidates = [call for call in calls if isinstance(call, ForwardCall) and type(call.op) in laters]
    if not candidates:
        return list(calls)
    graph = _Graph(calls, needed, shapes, training)
    for later in candidates:
        graph.fuse(later)
    return [call for call in graph.calls if call is not None]


class _Graph:
    """The calls of a plan while pairs become one; None where a call has become part of another one."""

    def __init__(
        self, calls: Sequence[Call], needed: Collection[Tensor], shapes: Mapping[Tensor, Sizes], training: bool
    ) -> None:
        self.calls: list[Call | None] = list(calls)
        self._training = training
        self._positions = {call: position for position, call in enumerate(calls)}
        self._needed = set(needed)
        self._shapes = shapes
        self._makers = {y: call for call in calls if isinstance(call, ForwardCall) for y in call.outputs}
        self._backwards = {call.forward: call for call in calls if isinstance(call, BackwardCall)}
        counts = Counter(call.forward for call in calls if isinstance(call, BackwardCall))
        self._gone_back_twice = {call for call, count in counts.items() if count > 1}
        self._users: dict[Tensor, list[Call]] = defaultdict(list)
        for call in calls:
            self._add_uses(call)

    def fuse(self, later: ForwardCall) -> None:
        """Put one call in place of `later` and the call that makes its first input.

        Only where there is a rule for the two, and nothing else uses what lies between, or a further result.
        """
        between = later.inputs[0]
        earlier = None if between is None else self._makers.get(between)
        if between is None or earlier is None:
            return
        pair = type(later.op), type(earlier.op)
        rule = _rules.get(pair) if not (self._training and pair in _only_predicting) else None
        if rule is None or not self._is_free(between, earlier, later):
            return
        if any(y in self._needed or self._users[y] for y in later.outputs[1:]):
            return
        op = rule(later.op, earlier.op, self._shapes[between], later in self._backwards)
        if op is not None:
            self._put_one(op, earlier, later)

    def _is_free(self, between: Tensor, earlier: ForwardCall, later: ForwardCall) -> bool:
        """Whether only the two calls and their gradients use the value between, and its gradient."""
        last, first = self._backwards.get(later), self._backwards.get(earlier)
        if later in self._gone_back_twice or earlier in self._gone_back_twice:
            return False
        if between in self._needed or any(user not in (later, last, first) for user in self._users[between]):
            return False
        if last is None or first is None:
            return last is first
        (gradient,) = last.outputs
        return gradient not in self._needed and self._users[gradient] == [first] and first.inputs[0] is gradient

    def _put_one(self, op: Op, earlier: ForwardCall, later: ForwardCall) -> None:
        call = ForwardCall(op, (*earlier.inputs, *later.inputs[1:]), earlier.where)
        call.outputs = later.outputs[:1]
        self._replace(later, call)
        self._remove(earlier)
        self._makers.update((y, call) for y in call.outputs)
        last, first = self._backwards.pop(later, None), self._backwards.pop(earlier, None)
        if last is not None and first is not None:
            backward = self._backwards[call] = BackwardCall(call, last.inputs[:1], first.wanted)
            backward.outputs = first.outputs
            self._replace(first, backward)
            self._remove(last)

    def _replace(self, old: Call, new: Call) -> None:
        position = self._positions.pop(old)
        self._positions[new], self.calls[position] = position, new
        self._drop_uses(old)
        self._add_uses(new)

    def _remove(self, call: Call) -> None:
        self.calls[self._positions.pop(call)] = None
        self._drop_uses(call)

    def _add_uses(self, call: Call) -> None:
        for x in call.inputs:
            if x is not None:
                self._users[x].append(call)

    def _drop_uses(self, call: Call) -> None:
        for x in call.inputs:
            if x is not None:
                self._users[x] = [user for user in self._users[x] if user is not call]
