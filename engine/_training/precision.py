"""Training in mixed precision: the same graph with its products in half precision, weights and all else as they were.

What a model is stays untouched: the calls between its inputs and the loss are recorded once more, with casts between them, as
each op says (`Op.precision`). Products take half precision, and so do functions without sums and without steep slopes that
are given nothing else; losses, normalisations, sums and all other ops get the numbers of the model's own type back. A cast's
gradient is cast back, so the gradients of weights are of the weights' type (Micikevicius et al., ICLR 2018).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from .. import _ops as ops
from .._graph.graph import order
from .._graph.op import ForwardCall, recording_for
from .._graph.tensor import Call, Constant, Tensor, Variable
from ..types import DType


def lowered(tensors: Sequence[Tensor], half: DType, outputs: Collection[Tensor] = ()) -> list[Tensor]:
    """The tensors computed with products of half precision, in their own types.

    Args:
        tensors: results of one graph.
        half: the type of the factors.
        outputs: what is passed on in its own type; nothing is lowered behind it but products.

    Returns:
        As many tensors; the same where the graph has no products, or holds gradients or loops, which are left as they are.
    """
    calls = order(tensors)
    plain = [call for call in calls if type(call) is ForwardCall]
    if len(plain) < len(calls):
        return list(tensors)
    graph = _Lowered(half, frozenset(outputs))
    for call in plain:
        graph.take(call)
    return [graph.in_own_type(tensor) for tensor in tensors]


class _Lowered:
    """The graph as it is recorded once more: what stands in the place of each tensor, and casts that are there already."""

    def __init__(self, half: DType, outputs: Collection[Tensor]) -> None:
        self._half, self._outputs = half, outputs
        self._stands_for: dict[Tensor, Tensor] = {}
        self._casts: dict[tuple[Tensor, DType], Tensor] = {}
        self._copies: dict[Call, Call] = {}

    def take(self, call: ForwardCall) -> None:
        """Record a call, in the precision that its op says."""
        present = call.present_inputs
        lower = self._is_lower(call)
        inputs = tuple(None if x is None else self._halved(x) if lower else self.in_own_type(x) for x in call.inputs)
        if all(new is old for new, old in zip(inputs, call.inputs, strict=True)) or not present:
            return
        with recording_for(call.where or ""):
            copy = self._copies[call] = call.copy(inputs, self._copies)
        for y, new in zip(call.outputs, copy.outputs, strict=True):
            self._stands_for[y] = self._cast(new, y.dtype) if y in self._outputs else new

    def in_own_type(self, tensor: Tensor) -> Tensor:
        """What stands for a tensor, in the tensor's type."""
        return self._cast(self._stands_for.get(tensor, tensor), tensor.dtype)

    def _is_lower(self, call: ForwardCall) -> bool:
        if call.op.precision == "full":
            return False
        floats = [x for x in call.present_inputs if x.dtype.kind == "f"]
        if any(x.dtype.itemsize > 4 for x in floats):  # a model of float64 asks for exact numbers
            return False
        if call.op.precision == "half":
            return bool(floats)
        # Weights and constants take the type of the values that they meet.
        computed = [x for x in floats if not isinstance(x, Constant | Variable)]
        return bool(computed) and all(self._stands_for.get(x, x).dtype == self._half for x in computed)

    def _halved(self, tensor: Tensor) -> Tensor:
        new = self._stands_for.get(tensor, tensor)
        return self._cast(new, self._half) if tensor.dtype.kind == "f" else new

    def _cast(self, tensor: Tensor, dtype: DType) -> Tensor:
        if tensor.dtype == dtype:
            return tensor
        key = tensor, dtype
        if key not in self._casts:
            self._casts[key] = ops.cast(tensor, dtype)
        return self._casts[key]
