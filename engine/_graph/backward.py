"""Gradients as calls of the recorded graph: what `gradient` records, and what a plan runs like any other call."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial

from ..types import Array, Shape
from .memory import Sizes
from .op import ForwardCall, apply, record
from .op_base import Op
from .tensor import Arrays, Call, Tensor, Value
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

    @property
    def dys(self) -> tuple[Tensor | None, ...]:
        """The gradient of each result."""
        return self.inputs[: self.op.outputs]

    @property
    def operands(self) -> tuple[Tensor | None, ...]:
        """The gradients of the results and, unless the op is linear, what the forward call gets."""
        return self.dys if self.op.linear else (*self.inputs, *self.forward.inputs)

    def needs(self, training: bool | None) -> list[Tensor]:
        """What it reads and, unless the forward call only reshapes, that call: it may keep what is read here."""
        return [*self.reads(training), *([] if self._only_reshapes(training) else [self.forward.outputs[0]])]

    def reads(self, training: bool | None) -> list[Tensor]:
        """Its inputs; where the forward call only reshapes, the gradient of the result alone."""
        return [x for x in (self.dys if self._only_reshapes(training) else self.inputs) if x is not None]

    def _only_reshapes(self, training: bool | None) -> bool:
        return training is not None and self.op.view_of(training) is not None

    def view_of(self, training: bool, absent: Collection[Tensor]) -> Tensor | None:
        """The gradient of the result, where the forward call only reshapes."""
        return None if self.op.view_of(training) is None else self.inputs[0]

    def absences(self, training: bool, absent: Collection[Tensor]) -> Sequence[Tensor]:
        """All where no result has a gradient, and those of inputs that the phase does not pass on."""
        if all(dy is None or dy in absent for dy in self.dys):
            return self.outputs
        chosen = self.op.view_of(training)
        if chosen is None:
            return ()
        return [dx for i, dx in zip(self.wanted, self.outputs, strict=True) if i != chosen]

    def copy(self, inputs: tuple[Tensor | None, ...], copies: Mapping[Call, Call]) -> Call:
        """The gradients of the forward call's copy, which has its own kept inputs; of the same one where that has none."""
        forward = copies.get(self.forward, self.forward)
        assert isinstance(forward, ForwardCall)
        return record_backward(forward, inputs[: self.op.outputs], self.wanted)

    def shapes(self, known: Mapping[Tensor, Sizes]) -> Sequence[Sizes]:
        """Those of the inputs of the forward call."""
        wanted = [self.forward.inputs[i] for i in self.wanted]
        return [known[x] for x in wanted if x is not None]

    def flops(self, known: Mapping[Tensor, Shape]) -> int:
        """About one forward pass for each wanted gradient."""
        return self.forward.flops(known) * len(self.wanted)

    def bind(self, arrays: Arrays) -> Callable[[], None]:
        """The op's `backward`."""
        xs = [arrays.present(x) for x in self.inputs]
        results = self.op.outputs
        outs: list[Array | None] = [None] * len(self.forward.inputs)
        for i, dx in zip(self.wanted, self.outputs, strict=True):
            outs[i] = arrays.present(dx)
        dy = xs[0] if results == 1 else tuple(xs[:results])
        return partial(self.op.backward, arrays.work(self.forward), dy, *xs[results:], outs=tuple(outs))


class GradientOfWeights(BackwardCall):
    """The gradient of what several calls have in common, for their first inputs and their gradients one after the other.

    Its forward call is never run: nothing asks for its results.
    """

    __slots__ = ()

    def needs(self, training: bool | None) -> list[Tensor]:
        """Its inputs."""
        return self.present_inputs


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


class FilledLike(Op):
    """y = one value everywhere, with the shape of x; 1 is the gradient of a tensor's sum with respect to the tensor."""

    value: float

    differentiable = False

    def shape(self, x: Shape) -> Shape:
        """That of x."""
        return x

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y = value."""
        out.fill(self.value)


def ones_like(x: Value) -> Value:
    """Ones in the shape of x."""
    return apply(FilledLike(1.0), x)


def zeros_like(x: Value) -> Value:
    """Zeros in the shape of x."""
    return apply(FilledLike(0.0), x)


class SumOfGradients(Op):
    """y = x1 + x2 + ...: the gradient of a tensor that is used several times."""

    overwrites = True

    def shape(self, *xs: Shape) -> Shape:
        """That of all inputs."""
        return xs[0]

    def forward(self, work: Work, *xs: Array, out: Array) -> None:
        """y = x1 + x2 + ...."""
        work.xp.add(xs[0], xs[1], out=out)
        for x in xs[2:]:
            out += x

    def flops(self, *xs: Shape) -> int:
        """One addition an element and input after the first."""
        return math.prod(n or 1 for n in xs[0]) * (len(xs) - 1)


def total(parts: list[Tensor] | None) -> Tensor | None:
    """The sum of the gradients, which takes their place in the list."""
    if not parts:
        return None
    if len(parts) > 1:
        parts[:] = [record(SumOfGradients(), tuple(parts), SumCall)]
    return parts[0]


def record_backward(call: ForwardCall, dys: tuple[Tensor | None, ...], wanted: tuple[int, ...]) -> BackwardCall:
    """The gradients of a call's inputs number `wanted`, for those of its results."""
    backward = BackwardCall(call, dys, wanted)
    inputs = [call.inputs[i] for i in wanted]
    backward.outputs = tuple(
        Tensor(x.shape, x.dtype, call=backward, index=i) for i, x in enumerate(inputs) if x is not None
    )
    return backward
