"""What Keras's code reads of a layer's uses: tensors, masks and shapes, of the only one or of a numbered one.

Each call of a layer made a node. The functions here make the attributes of `Layer` that read them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from .node import Node, single


class Used(Protocol):
    """What is read of a layer."""

    inbound_nodes: list[Node]

    @property
    def where(self) -> str:
        """How messages name the layer."""
        ...


def of_the_only_use(what: str, kind: str) -> property:
    """A property: what the nodes of a layer keep under `kind`; an error says `what` is missing or not the only one."""

    def get(layer: Used) -> Any:
        node = _node(layer, 0, what)
        uses = {str(getattr(n, kind)) if "shape" in what else id(n) for n in layer.inbound_nodes}
        if len(uses) > 1:
            raise AttributeError(f"{layer.where} is used {len(layer.inbound_nodes)} times: ask get_{what}_at(index)")
        return single(getattr(node, kind))

    condition = "when all uses of the layer agree" if "shape" in what else "of a layer that is used once"
    return property(get, doc=f"The {what.replace('_', ' ')} {condition}: one, or a list of several.")


def of_a_use(what: str, kind: str) -> Callable[[Any, int], Any]:
    """A method: what the node of number `node_index` keeps under `kind`."""

    def get(self: Used, node_index: int) -> Any:
        return single(getattr(_node(self, node_index, what), kind))

    get.__name__, get.__qualname__ = f"get_{what}_at", f"Layer.get_{what}_at"
    get.__doc__ = f"The {what.replace('_', ' ')} of use number `node_index`: one, or a list of several."
    return get


def _node(layer: Used, index: int, what: str) -> Node:
    if not layer.inbound_nodes:
        raise AttributeError(f"{layer.where} has no {what}: it has never been called")
    if not -len(layer.inbound_nodes) <= index < len(layer.inbound_nodes):
        raise ValueError(f"{layer.where}: expected a node index below {len(layer.inbound_nodes)}, found {index}")
    return layer.inbound_nodes[index]
