"""The recorded graph: in which order calls run, what they start from, and the shapes of what they compute.

Nothing here recurses, so depth is free.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ..errors import GraphError, ShapeError
from ..types import Shape
from .memory import Sizes
from .ordering import depth_first
from .tensor import Call, Placeholder, Tensor


def all_needs(call: Call) -> list[Tensor]:
    """The tensors that must be known before `call` runs in any phase."""
    return call.needs(None)


def order(tensors: Iterable[Tensor], needs: Callable[[Call], list[Tensor]] = all_needs) -> list[Call]:
    """All calls that the tensors need, each after those that `needs` says it needs."""

    def calls_of(wanted: Iterable[Tensor]) -> list[Call]:
        return [tensor.call for tensor in wanted if tensor.call is not None]

    return depth_first(calls_of(tensors), lambda call: calls_of(needs(call)))


def sources(tensors: Iterable[Tensor]) -> list[Tensor]:
    """The placeholders, variables and constants that the tensors are computed from, in order of first use."""
    tensors = list(tensors)
    first: dict[Tensor, None] = {t: None for t in tensors if t.call is None}
    for call in order(tensors):
        for x in call.inputs:
            if x is not None and x.call is None:
                first[x] = None
    return list(first)


def concrete_shapes(
    targets: Sequence[Tensor],
    calls: Sequence[Call],
    inputs: Sequence[Placeholder],
    feeds: Mapping[Placeholder, Shape],
) -> dict[Tensor, Sizes]:
    """The shape of every tensor that the calls compute, for concrete shapes of the inputs. Raises ShapeError."""
    shapes: dict[Tensor, Any] = {}
    for placeholder in inputs:
        shapes[placeholder] = tuple(feeds.get(placeholder, placeholder.shape))
    for tensor in (*targets, *(x for call in calls for x in call.inputs if x is not None)):
        if tensor.call is None and tensor not in shapes:
            if isinstance(tensor, Placeholder):
                name = tensor.name or "a placeholder"
                raise GraphError(where=f"plan, {name!r}", expected="it among the inputs", actual="it is not fed")
            shapes[tensor] = tensor.shape
    for tensor, shape in list(shapes.items()):
        if any(n is None for n in shape):
            name = tensor.name or "a placeholder"
            raise ShapeError(where=f"plan, {name!r}", expected="a concrete shape in feeds", actual=str(shape))
    for call in calls:
        shapes.update(zip(call.outputs, call.shapes(shapes), strict=True))
    return shapes
