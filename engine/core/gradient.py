"""Reverse-mode differentiation over the recorded graph.

`gradients` records, for every call between the loss and the wanted tensors, one backward call that takes the gradient
of the result and what the op keeps. A plan runs these like any other call, so buffers are reused across both passes.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .errors import GraphError
from .graph import order
from .op import Call, Op, Work, record
from .tensor import Tensor


class Backward(Op):
    """The gradient of one call with respect to its wanted inputs."""

    def __init__(self, call: Call, wanted: tuple[int, ...]) -> None:
        self.call = call
        self.wanted = wanted

    def __repr__(self) -> str:
        return f"Backward({self.call.op!r})"

    def flops(self, *shapes: Any) -> int:
        """About one forward pass for each wanted gradient."""
        return self.call.op.flops(*shapes) * len(self.wanted)


class OnesLike(Op):
    """y = 1 everywhere, with the shape of x: the gradient of a tensor's sum with respect to the tensor."""

    differentiable = False

    def shape(self, x: Any) -> Any:
        return x

    def forward(self, work: Work, x: Any, *, out: Any) -> None:
        out.fill(1)


class SumOfGradients(Op):
    """y = x1 + x2 + ...: the gradient of a tensor that is used several times."""

    overwrites = True
    differentiable = False

    def shape(self, *xs: Any) -> Any:
        return xs[0]

    def forward(self, work: Work, *xs: Any, out: Any) -> None:
        work.xp.add(xs[0], xs[1], out=out)
        for x in xs[2:]:
            out += x

    def flops(self, *xs: Any) -> int:
        """One addition an element and input after the first."""
        return int(np.prod(xs[0], dtype=np.int64)) * (len(xs) - 1)


def gradients(loss: Tensor, wrt: list[Tensor]) -> list[Tensor | None]:
    """Gradient of the sum of `loss` with respect to each tensor of `wrt`; None where the loss does not depend on it.

    Raises GraphError when the loss is not a float tensor, or where a gradient of a gradient would be needed.
    """
    if loss.dtype.kind != "f":
        raise GraphError(where="gradients", expected="a float tensor as loss", found=f"dtype {loss.dtype}")
    calls = order([loss])
    dependent = _dependent(calls, set(wrt))
    parts: dict[Tensor, list[Tensor]] = {loss: [record(OnesLike(), (loss,))]}
    for call in reversed(calls):
        results = tuple(_total(parts.get(y)) for y in call.outputs)
        if all(dy is None for dy in results):
            continue
        wanted = tuple(i for i, x in enumerate(call.inputs) if x is not None and x in dependent and x.dtype.kind == "f")
        if not wanted or not call.op.differentiable:
            continue
        if call.forward is not None:
            raise GraphError(where="gradients", expected="a loss without gradients in it", found=repr(call.op))
        for i, dx in zip(wanted, _record_backward(call, results, wanted), strict=True):
            x = call.inputs[i]
            assert x is not None
            parts.setdefault(x, []).append(dx)
        for y, total in zip(call.outputs, results, strict=True):
            if total is not None:
                parts[y] = [total]
    return [_total(parts.get(x)) if x in dependent or x is loss else None for x in wrt]


def _dependent(calls: list[Call], wrt: set[Tensor]) -> set[Tensor]:
    dependent = set(wrt)
    for call in calls:
        if any(x in dependent for x in call.inputs if x is not None):
            dependent.update(call.outputs)
    return dependent


def _total(parts: list[Tensor] | None) -> Tensor | None:
    if not parts:
        return None
    if len(parts) > 1:
        parts[:] = [record(SumOfGradients(), tuple(parts))]
    return parts[0]


def _record_backward(call: Call, dys: tuple[Tensor | None, ...], wanted: tuple[int, ...]) -> tuple[Tensor, ...]:
    kept = call.op.kept_inputs(call.inputs, call.outputs)
    backward = Call(Backward(call, wanted), (*dys, *kept), forward=call)
    backward.where = call.where
    inputs = [call.inputs[i] for i in wanted]
    backward.outputs = tuple(
        Tensor(x.shape, x.dtype, call=backward, index=n) for n, x in enumerate(inputs) if x is not None
    )
    return backward.outputs
