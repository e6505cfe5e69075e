"""Two ops that follow each other as one, where a plan needs nothing of what lies between them.

An op's file tells which pairs it can do at once, by `fuses`; a plan asks before it places values in memory. The graph
stays as it was recorded: another plan that needs the value between runs the two ops.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from .gradient import Backward
from .op import Call, Op
from .tensor import Tensor

Rule = Callable[[Any, Any, tuple[int, ...], bool], "Op | None"]

_rules: dict[tuple[type[Op], type[Op]], Rule] = {}


def fuses(later: type[Op], earlier: type[Op]) -> Callable[[Rule], Rule]:
    """Decorator: the function gives one op for `later` of what `earlier` gives, or None.

    It gets both ops, the shape of the value between them and whether gradients are asked for. The op it gives has the
    earlier one's inputs and the later one's result.
    """

    def decorate(rule: Rule) -> Rule:
        _rules[later, earlier] = rule
        return rule

    return decorate


def fused(calls: Sequence[Call], needed: Collection[Tensor], shapes: Mapping[Tensor, Any]) -> list[Call]:
    """The calls, in their order, with fused ones in place of pairs; `needed` are the tensors asked for."""
    found = _Calls(calls, needed)
    laters = {later for later, _ in _rules}
    for later in calls:
        if later.forward is None and type(later.op) in laters:
            found.fuse(later, shapes)
    return [call for call in found.calls if call is not None]


class _Calls:
    """The calls of a plan while pairs become one."""

    def __init__(self, calls: Sequence[Call], needed: Collection[Tensor]) -> None:
        self.calls: list[Call | None] = list(calls)
        self.places = {call: place for place, call in enumerate(calls)}
        self.needed = set(needed)
        self.makers = {y: call for call in calls for y in call.outputs}
        self.backwards: dict[Call, Call] = {}
        self.users: dict[Tensor, list[Call]] = defaultdict(list)
        for call in calls:
            if isinstance(call.op, Backward) and call.forward is not None:
                self.backwards[call.forward] = call
            for x in call.inputs:
                if x is not None:
                    self.users[x].append(call)

    def fuse(self, later: Call, shapes: Mapping[Tensor, Any]) -> None:
        """Put one call in place of `later` and the call that makes its only input, if there is a rule and nothing else uses it."""
        between = later.inputs[0] if len(later.inputs) == 1 else None
        earlier = self.makers.get(between) if between is not None else None
        rule = (
            _rules.get((type(later.op), type(earlier.op))) if earlier is not None and earlier.forward is None else None
        )
        if between is None or earlier is None or rule is None or not self._is_free(between, earlier, later):
            return
        op = rule(later.op, earlier.op, shapes[between], later in self.backwards)
        if op is None:
            return
        call = self._put(later, Call(op, earlier.inputs), later.outputs, earlier)
        self._remove(earlier)
        last, first = self.backwards.pop(later, None), self.backwards.pop(earlier, None)
        if last is not None and first is not None:
            assert isinstance(first.op, Backward)
            kept = op.kept_inputs(call.inputs, call.outputs)
            backward = Call(Backward(call, first.op.wanted), (last.inputs[0], *kept), forward=call)
            self.backwards[call] = self._put(first, backward, first.outputs, first)
            self._remove(last)

    def _is_free(self, between: Tensor, earlier: Call, later: Call) -> bool:
        """Whether only the two calls and their gradients use the value between, and its gradient."""
        last, first = self.backwards.get(later), self.backwards.get(earlier)
        if between in self.needed or any(user not in (later, last, first) for user in self.users[between]):
            return False
        if last is None or first is None:
            return last is first
        (gradient,) = last.outputs
        return gradient not in self.needed and self.users[gradient] == [first] and first.inputs[0] is gradient

    def _put(self, old: Call, new: Call, outputs: tuple[Tensor, ...], like: Call) -> Call:
        new.outputs, new.where = outputs, like.where
        place = self.places[new] = self.places.pop(old)
        self.calls[place] = new
        for x in old.inputs:
            if x is not None:
                self.users[x] = [user for user in self.users[x] if user is not old]
        for x in new.inputs:
            if x is not None:
                self.users[x].append(new)
        for y in outputs:
            self.makers[y] = new
        return new

    def _remove(self, call: Call) -> None:
        self.calls[self.places.pop(call)] = None
        for x in call.inputs:
            if x is not None:
                self.users[x] = [user for user in self.users[x] if user is not call]
