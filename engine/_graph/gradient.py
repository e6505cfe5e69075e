"""Reverse-mode differentiation over the recorded graph.

`gradients` records, for every call between the loss and the wanted tensors, one backward call that takes the gradient
of the result and what the op keeps. A plan runs these like any other call, so buffers are reused across both passes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial

from ..errors import GraphError
from ..types import Array, Shape
from .graph import order
from .memory import Sizes
from .op import ForwardCall, record
from .op_base import Op
from .tensor import Arrays, Call, Tensor
from .work import Work


class BackwardCall(Call):
    """The gradients of a forward call with respect to its inputs number `wanted`.

    Its inputs are a gradient for each result (None: there is none) and what the op keeps.
    """

    __slots__ = ("forward", "wanted")

    is_backward = True

    def __init__(self, forward: ForwardCall, dys: tuple[Tensor | None, ...], wanted: tuple[int, ...]) -> None:
        super().__init__(forward.op, (*dys, *forward.kept), forward.where, forward.phased)
        self.forward = forward
        self.wanted = wanted

    def __repr__(self) -> str:
        return f"Backward({self.op!r})"

    def _dys(self) -> tuple[Tensor | None, ...]:
        return self.inputs[: self.op.outputs]

    def needs(self, training: bool | None) -> list[Tensor]:
        """Its inputs and the forward call; where that only reshapes, the gradient of the result alone."""
        if training is not None and self.op.view_of(training) is not None:
            return [dy for dy in self._dys() if dy is not None]
        return [*(x for x in self.inputs if x is not None), self.forward.outputs[0]]

    def view_of(self, training: bool, absent: Collection[Tensor]) -> Tensor | None:
        """The gradient of the result, where the forward call only reshapes."""
        return None if self.op.view_of(training) is None else self.inputs[0]

    def absences(self, training: bool, absent: Collection[Tensor]) -> Sequence[Tensor]:
        """All where no result has a gradient, and those of inputs that the phase does not pass on."""
        if all(dy is None or dy in absent for dy in self._dys()):
            return self.outputs
        chosen = self.op.view_of(training)
        if chosen is None:
            return ()
        return [dx for i, dx in zip(self.wanted, self.outputs, strict=True) if i != chosen]

    def copy(self, inputs: tuple[Tensor | None, ...], copies: Mapping[Call, Call]) -> Call:
        """The gradients of the forward call's copy, which has its own kept inputs."""
        forward = copies[self.forward]
        assert isinstance(forward, ForwardCall)
        return _record_backward(forward, inputs[: self.op.outputs], self.wanted)

    def shapes(self, known: Mapping[Tensor, Sizes]) -> Sequence[Sizes]:
        """Those of the inputs of the forward call."""
        wanted = [self.forward.inputs[i] for i in self.wanted]
        return [known[x] for x in wanted if x is not None]

    def flops(self, known: Mapping[Tensor, Shape]) -> int:
        """About one forward pass for each wanted gradient."""
        return self.forward.flops(known) * len(self.wanted)

    def bind(self, arrays: Arrays) -> Callable[[], None]:
        """The op's `backward` on these arrays, as a function without arguments."""
        xs = [arrays.present(x) for x in self.inputs]
        results = self.op.outputs
        outs: list[Array | None] = [None] * len(self.forward.inputs)
        for i, dx in zip(self.wanted, self.outputs, strict=True):
            outs[i] = arrays.present(dx)
        dy = xs[0] if results == 1 else tuple(xs[:results])
        return partial(self.op.backward, arrays.work(self.forward), dy, *xs[results:], outs=tuple(outs))


class SumCall(ForwardCall):
    """The sum of the gradients that reach a tensor along several ways; those that a phase lacks are left out."""

    __slots__ = ()

    def view_of(self, training: bool, absent: Collection[Tensor]) -> Tensor | None:
        """The only gradient that the phase has, if there is one only."""
        present = [x for x in self.inputs if x not in absent]
        return present[0] if len(present) == 1 else None

    def absences(self, training: bool, absent: Collection[Tensor]) -> Sequence[Tensor]:
        """The sum, where the phase has none of the gradients."""
        return self.outputs if all(x in absent for x in self.inputs) else ()


class OnesLike(Op):
    """y = 1 everywhere, with the shape of x: the gradient of a tensor's sum with respect to the tensor."""

    differentiable = False

    def shape(self, x: Shape) -> Shape:
        """That of x."""
        return x

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y = 1."""
        out.fill(1)


class SumOfGradients(Op):
    """y = x1 + x2 + ...: the gradient of a tensor that is used several times."""

    overwrites = True
    differentiable = False

    def shape(self, *xs: Shape) -> Shape:
        """The shape that all inputs have."""
        return xs[0]

    def forward(self, work: Work, *xs: Array, out: Array) -> None:
        """y = x1 + x2 + ...."""
        work.xp.add(xs[0], xs[1], out=out)
        for x in xs[2:]:
            out += x

    def flops(self, *xs: Shape) -> int:
        """One addition an element and input after the first."""
        return math.prod(n or 1 for n in xs[0]) * (len(xs) - 1)


def gradients(loss: Tensor, wrt: list[Tensor]) -> list[Tensor | None]:
    """Gradient of the sum of `loss` with respect to each tensor of `wrt`; None where the loss does not depend on it.

    Raises:
        GraphError: when the loss is not a float tensor, or where a gradient of a gradient would be needed.
    """
    if loss.dtype.kind != "f":
        raise GraphError(where="gradients", expected="a float tensor as loss", actual=f"dtype {loss.dtype}")
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
        if not isinstance(call, ForwardCall):
            raise GraphError(
                where="gradients",
                expected="a loss without gradients in it",
                actual=repr(call),
                hint="Gradients of gradients are not made: write the inner gradient as a formula, with functions of K.",
            )
        call.op.check_gradient(wanted)
        for i, dx in zip(wanted, _record_backward(call, results, wanted).outputs, strict=True):
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
        parts[:] = [record(SumOfGradients(), tuple(parts), SumCall)]
    return parts[0]


def _record_backward(call: ForwardCall, dys: tuple[Tensor | None, ...], wanted: tuple[int, ...]) -> BackwardCall:
    backward = BackwardCall(call, dys, wanted)
    inputs = [call.inputs[i] for i in wanted]
    backward.outputs = tuple(
        Tensor(x.shape, x.dtype, call=backward, index=i) for i, x in enumerate(inputs) if x is not None
    )
    return backward
