"""Placeholders whose number of axes is known when they are fed: a computation on them is recorded anew for each number."""

from __future__ import annotations

from collections.abc import Sequence

from .._graph.backward import BackwardCall, FilledLike, SumOfGradients
from .._graph.graph import order
from .._graph.op import ForwardCall, Op
from .._graph.tensor import Call, Placeholder, Tensor
from .._ops.arithmetic import Binary
from .._ops.casting import Cast
from .._ops.compare import Comparison, LogicalNot, Where
from .._ops.control import Identity, InTrainPhase, PrintValues, StopGradient
from .._ops.elementwise import Unary
from .._ops.reduce import Reduction
from ..errors import GraphError
from ..types import DTypeLike

__all__: list[str] = []

# What means the same for any number of axes.
_OF_ANY_SHAPE = (
    Unary,
    Binary,
    Comparison,
    LogicalNot,
    Where,
    Cast,
    Identity,
    StopGradient,
    InTrainPhase,
    PrintValues,
    FilledLike,
    SumOfGradients,
)


class Shapeless(Placeholder):
    """A placeholder of any shape. What is recorded on it is recorded for a number, until `with_axes` says how many axes it has."""

    any_axes = True

    def __init__(self, dtype: DTypeLike | None = None, name: str | None = None) -> None:
        super().__init__((), dtype, name)


def with_axes(
    inputs: Sequence[Placeholder], results: Sequence[Tensor], ranks: Sequence[int]
) -> tuple[list[Placeholder], list[Tensor]]:
    """The same computation on placeholders of so many axes. Raises GraphError for an op that depends on their number."""
    known: dict[Tensor, Tensor] = {}
    fed: list[Placeholder] = []
    for x, rank in zip(inputs, ranks, strict=True):
        fed.append(Placeholder((None,) * rank, x.dtype, x.name) if isinstance(x, Shapeless) else x)
        known[x] = fed[-1]
    changed: set[Tensor] = {x for x in inputs if isinstance(x, Shapeless)}
    copies: dict[Call, Call] = {}
    for call in order(list(results)):
        if changed.intersection(x for x in call.inputs if x is not None):
            _check(call)
            changed.update(call.outputs)
        copies[call] = call.copy(tuple(None if x is None else known.get(x, x) for x in call.inputs), copies)
        known.update(zip(call.outputs, copies[call].outputs, strict=True))
    return fed, [known.get(y, y) for y in results]


def _check(call: Call) -> None:
    forward = call.forward if isinstance(call, BackwardCall) else call
    op: Op | None = forward.op if isinstance(forward, ForwardCall) else None
    over_all = isinstance(op, Reduction) and op.axis is None
    if not over_all and not isinstance(op, _OF_ANY_SHAPE):
        raise GraphError(
            where="K.function",
            expected="a placeholder with a number of axes",
            actual=f"K.placeholder() as an input of {forward!r}",
            hint="Write K.placeholder(ndim=...) or K.placeholder(shape=...).",
        )
