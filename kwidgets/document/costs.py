"""Work and memory of every node, read from the ops that the checks recorded for it."""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

from engine.describe import Tensor, cost
from engine.layers import Layer
from engine.layers.node import Node

from .checks import Checked, Checkup
from .draft import Draft, split_node


@dataclass(frozen=True)
class Cost:
    """work: floating point operations a sample, forward. memory: bytes of results a sample (float32) that training keeps.

    Free sizes, such as steps of unknown number, count as 1.
    """

    work: int = 0
    memory: int = 0

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.work + other.work, self.memory + other.memory)


# By the first tensor that comes out: a check that is kept gives the same tensor, one that is made again another one.
_known: WeakKeyDictionary[Tensor, Cost] = WeakKeyDictionary()


def cost_of(draft: Draft, checkup: Checkup, node: str) -> Cost:
    """Cost of one node; nothing for one that is wrong, waits or is bypassed. What is known is found by a look into a table."""
    checked = checkup.nodes[node]
    if not checked.tensors or split_node(node)[0] in draft.bypassed:
        return Cost()
    cached = _known.get(checked.tensors[0])
    if cached is None:
        cached = _known[checked.tensors[0]] = _cost(checked)
    return cached


def total_cost(draft: Draft, checkup: Checkup) -> Cost:
    """Cost of all nodes together."""
    return sum((cost_of(draft, checkup, node) for node in checkup.nodes), Cost())


def _cost(checked: Checked) -> Cost:
    call = call_that_made(checked.tensors[0])
    masks = [mask for mask in call.input_masks if mask is not None]
    computed = cost([*call.input_tensors, *masks], checked.tensors)
    return Cost(computed.flops, computed.nbytes)


def call_that_made(tensor: Tensor) -> Node:
    """The layer's call that gave `tensor`, with the tensors and masks that came in.

    These need not be what the nodes before give now: a check that stays was made with tensors of the same kind.
    """
    history: tuple[Layer, int, int] | None = getattr(tensor, "_keras_history", None)
    if history is None:
        raise ValueError(f"No layer has made the tensor {tensor!r}: it is no result of a node.")
    layer, index, _ = history
    return layer.inbound_nodes[index]


__all__ = ["Cost", "call_that_made", "cost_of", "total_cost"]
