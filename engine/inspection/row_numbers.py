"""Which tensors of a network hold numbers of rows, such as those of words: names, whose size says nothing."""

from __future__ import annotations

from collections.abc import Iterable

from .._graph.graph import order
from .._graph.tensor import Tensor
from .._ops.casting import Cast
from .._ops.embedding import Embedding
from .._ops.rearrange import Concatenate, GetItem, OneHot, Pad, Repeat, Reverse, Tile, Transpose
from .._ops.views import View

# What picks a row by number, its first input; and what hands numbers on as they are.
_PICKING = (Embedding, OneHot)
_MOVING = (Cast, View, Transpose, Concatenate, GetItem, Pad, Repeat, Reverse, Tile)


def row_numbers(outputs: Iterable[Tensor]) -> set[Tensor]:
    """The tensors by whose numbers an embedding's rows or the ones of a one-hot code are picked.

    Args:
        outputs: of a network.

    Returns:
        Those that rows are picked by, and those that they are moved together from, back to the inputs.

    Example:
        >>> from engine.layers import Embedding, Flatten, Dense
        >>> from engine.models import Sequential
        >>> model = Sequential([Embedding(9, 2, input_length=3), Flatten(), Dense(1)])
        >>> row_numbers(model.outputs) == set(model.inputs)
        True
    """
    numbers: set[Tensor] = set()
    for call in reversed(order(outputs)):
        if call.is_backward:
            continue
        if isinstance(call.op, _PICKING):
            numbers.update(x for x in call.inputs[:1] if x is not None)
        elif isinstance(call.op, _MOVING) and not numbers.isdisjoint(call.outputs):
            numbers.update(x for x in call.inputs if x is not None)
    return numbers
