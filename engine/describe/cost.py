"""What a recorded piece of a graph costs: operations and the results that training keeps, for one sample."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from .._graph.fusion import fused
from .._graph.graph import concrete_shapes, order
from .._graph.tensor import Call, Constant, Tensor, Variable
from .._ops.loop import Loop
from .._ops.shapes import count
from ..errors import EngineError
from ..types import Shape
from .op_kinds import OpKind, kind_of


@dataclass(frozen=True)
class Cost:
    """What computing something takes, for one sample; costs can be added.

    Args:
        flops: floating point operations forward; a multiplication and an addition are two. 0 by default.
        nbytes: bytes of the results that last until the gradients have been computed, 0 by default.

    Example:
        >>> Cost(10, 8) + Cost(4)
        Cost(flops=14, nbytes=8)
    """

    flops: int = 0
    nbytes: int = 0

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.flops + other.flops, self.nbytes + other.nbytes)


class OpCost(NamedTuple):
    """What one computing op takes, for one sample.

    Args:
        kind: what kind of work it is.
        shapes: of all its inputs, None where there is none.
        flops: floating point operations forward.
        inputs: bytes that go in, weights apart.
        outputs: bytes that come out.
        kept: bytes of those of its results that last.
    """

    kind: OpKind
    shapes: tuple[Shape | None, ...]
    flops: int
    inputs: int
    outputs: int
    kept: int


def cost(inputs: Sequence[Tensor], outputs: Sequence[Tensor], training: bool = True) -> Cost:
    """The cost of computing tensors from others, for a batch of one.

    Sizes that are free (None) count as 1: the batch, and also steps of unknown number, so that what comes out is the
    work of one step then.

    Bytes are those of results that the gradients need and of the outputs; what is computed on the way and kept by
    nobody does not last. Results that only look at others (reshaped ones, dropout outside training) are free, inputs
    belong to whoever made them, and weights are not counted.

    Args:
        inputs: where the computation begins.
        outputs: what is computed.
        training: the phase, that of training by default.

    Returns:
        The sum over all ops.

    Example:
        >>> from engine.layers import Dense, Input
        >>> x = Input((3,))
        >>> cost([x], [Dense(2)(x)])
        Cost(flops=14, nbytes=8)
    """
    parts = cost_by_op(inputs, outputs, training)
    return Cost(sum(part.flops for part in parts), sum(part.kept for part in parts))


def cost_by_op(inputs: Sequence[Tensor], outputs: Sequence[Tensor], training: bool = True) -> list[OpCost]:
    """The cost of each op between tensors; see `cost`. Ops that a plan makes one of are one here too.

    Args:
        inputs: where the computation begins.
        outputs: what is computed.
        training: the phase, that of training by default.

    Returns:
        The ops in the order in which they run, without those that only hand on a view.

    Example:
        >>> from engine.layers import Dense, Input
        >>> x = Input((3,))
        >>> [op.kind for op in cost_by_op([x], [Dense(2, activation="relu")(x)])]
        ['product']
    """
    shapes = _shapes(inputs, outputs, _calls_between(inputs, outputs, None))
    known = {x: _known(shape) for x, shape in shapes.items()}
    calls = fused(_calls_between(inputs, outputs, training), outputs, known, training)
    computing = [call for call in calls if call.view_of(training, ()) is None]
    makers = _makers(calls, training)
    lasting = {makers.get(y, y) for y in outputs}
    for call in computing:
        lasting.update(makers.get(x, x) for x in call.kept if x is not None)

    def nbytes(tensors: Sequence[Tensor | None]) -> int:
        return sum(count(known[x]) * x.dtype.itemsize for x in tensors if x is not None)

    return [
        OpCost(
            kind_of(call.op),
            tuple(None if x is None else known[x] for x in call.inputs),
            call.flops(known if isinstance(call.op, Loop) else shapes),  # a loop computes the shapes of its step itself
            nbytes([x for x in call.inputs if not isinstance(x, (Constant, Variable))]),
            nbytes(call.outputs),
            nbytes([y for y in call.outputs if y in lasting]),
        )
        for call in computing
    ]


def _calls_between(inputs: Sequence[Tensor], outputs: Sequence[Tensor], training: bool | None) -> list[Call]:
    """The calls that make the outputs in this phase (None: in either), none of those that made the inputs."""
    known = set(inputs)
    return order(
        [y for y in outputs if y not in known],
        lambda call: [x for x in call.needs(training) if x not in known],
    )


def _makers(calls: Sequence[Call], training: bool) -> dict[Tensor, Tensor]:
    """For each tensor that only looks at another, the one whose memory it is."""
    makers: dict[Tensor, Tensor] = {}
    for call in calls:
        source = call.view_of(training, ())
        if source is not None:
            makers[call.outputs[0]] = makers.get(source, source)
    return makers


def _shapes(inputs: Sequence[Tensor], outputs: Sequence[Tensor], calls: list[Call]) -> dict[Tensor, Shape]:
    """Shape of every tensor for one sample; as recorded, free sizes and all, where sizes other than the batch are free."""
    leaves = {x for call in calls for x in call.inputs if x is not None and x.call is None}
    sources = {*inputs, *leaves, *(y for y in outputs if y.call is None)}
    recorded = {t: t.shape for call in calls for t in (*call.inputs, *call.outputs) if t is not None}
    recorded |= {x: x.shape for x in sources}
    if any(None in x.shape[1:] for x in sources):
        # A window of 5 does not fit into a single step: shapes worked out for length 1 would hold no element.
        return recorded
    try:
        one: dict[Any, tuple[int, ...]] = {x: _known(x.shape) for x in sources}
        return {**recorded, **concrete_shapes(outputs, calls, list(one), one)}
    except EngineError:  # a user's Lambda may mix samples, and one alone may not fit
        return recorded


def _known(shape: Shape) -> tuple[int, ...]:
    return tuple(1 if n is None else n for n in shape)


__all__ = ["Cost", "OpCost", "cost", "cost_by_op"]
