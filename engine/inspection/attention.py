"""The attention scores of a layer: how much each step of the query looks at each of the value."""

from __future__ import annotations

from collections.abc import Iterator

from .._graph.tensor import Tensor
from .._ops.probabilities import Softmax
from ..layers.attention import AdditiveAttention, Attention
from ..layers.multi_head import Heads
from ..types import Array
from .places import Place
from .reading import Fed, Reader


def attention_of(reader: Reader, fed: Fed, layer_call: Place) -> dict[str, Array]:
    """{"scores": (N, T, S), or (N, heads, T, S)} of a layer that attends, which sum to 1 over S; else nothing.

    They are the values of the softmax that the layer itself computes, so they are those that its output is made of.
    """
    if not isinstance(layer_call.layer, (Attention, AdditiveAttention, Heads)):
        return {}
    scores = next(_softmaxes(layer_call), None)
    return {} if scores is None else {"scores": reader.values(fed, [scores])[0]}


def _softmaxes(layer_call: Place) -> Iterator[Tensor]:
    """What softmaxes between the layer's inputs and its outputs give, from the output backwards."""
    waiting, seen = list(layer_call.outputs), set[Tensor](layer_call.inputs)
    while waiting:
        tensor = waiting.pop(0)
        if tensor in seen or tensor.call is None:
            continue
        seen.add(tensor)
        if isinstance(tensor.call.op, Softmax):
            yield tensor
            continue
        waiting += tensor.call.present_inputs
