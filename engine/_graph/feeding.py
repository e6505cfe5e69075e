"""Values given for tensors in the middle of a graph: what is computed from them is recorded anew on placeholders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .graph import order
from .tensor import Call, Placeholder, Tensor


class _Copies(dict[Call, Call]):
    """The copy of each call that has one; the others stand for themselves."""

    def __missing__(self, call: Call) -> Call:
        return call


def fed_in(tensors: Sequence[Tensor], fed: Sequence[Tensor]) -> tuple[list[Tensor], list[Placeholder]]:
    """The tensors where those of `fed` are given from outside, and a placeholder for each of `fed`.

    Placeholders stand for themselves; where there are no others, the tensors are returned as they are.
    """
    inputs = [x if isinstance(x, Placeholder) else Placeholder(x.shape, x.dtype, x.name) for x in fed]
    stand_ins: dict[Tensor, Tensor] = {x: new for x, new in zip(fed, inputs, strict=True) if x is not new}
    return (recorded_on(tensors, stand_ins) if stand_ins else list(tensors)), inputs


def recorded_on(tensors: Sequence[Tensor], stand_ins: Mapping[Tensor, Tensor]) -> list[Tensor]:
    """The tensors recorded anew, with others in the place of some that they are computed from."""
    known = dict(stand_ins)
    copies = _Copies()
    for call in order(tensors):
        if any(x in known for x in call.inputs if x is not None):
            copies[call] = copy = call.copy(tuple(None if x is None else known.get(x, x) for x in call.inputs), copies)
            for y, new in zip(call.outputs, copy.outputs, strict=True):
                known.setdefault(y, new)
    return [known.get(y, y) for y in tensors]
