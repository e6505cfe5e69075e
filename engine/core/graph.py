"""The recorded graph: in which order calls run, and what they depend on. Nothing here recurses, so depth is free."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from .op import Call
from .tensor import Tensor


def dependencies(call: Call, training: bool | None = None) -> list[Tensor]:
    """The tensors that must be known before `call` runs.

    With a phase given, an op that only passes on one of its inputs in that phase depends on that one alone, so the
    branch that the phase does not take is never run.
    """
    if training is not None:
        forward = call.forward
        if forward is None:
            chosen = call.op.view_of(training)
            if chosen is not None:
                x = call.inputs[chosen]
                return [] if x is None else [x]
        elif forward.op.view_of(training) is not None:
            # Its backward only reshapes dy: neither what it kept nor the forward call is needed.
            return [x for x in call.inputs[: forward.op.outputs] if x is not None]
    needed = [x for x in call.inputs if x is not None]
    if call.forward is not None:
        needed.append(call.forward.outputs[0])
    return needed


def order(tensors: Iterable[Tensor], depends: Callable[[Call], list[Tensor]] = dependencies) -> list[Call]:
    """All calls that the tensors need, each after those that `depends` says it needs."""
    done: set[Call] = set()
    ordered: list[Call] = []
    stack: list[tuple[Call, bool]] = [(t.call, False) for t in reversed(list(tensors)) if t.call is not None]
    while stack:
        call, ready = stack.pop()
        if call in done:
            continue
        if ready:
            done.add(call)
            ordered.append(call)
            continue
        stack.append((call, True))
        for tensor in reversed(depends(call)):
            if tensor.call is not None and tensor.call not in done:
                stack.append((tensor.call, False))
    return ordered


def sources(tensors: Iterable[Tensor]) -> list[Tensor]:
    """The placeholders, variables and constants that the tensors are computed from, in order of first use."""
    tensors = list(tensors)
    found: dict[Tensor, None] = {t: None for t in tensors if t.call is None}
    for call in order(tensors):
        for x in call.inputs:
            if x is not None and x.call is None:
                found[x] = None
    return list(found)
