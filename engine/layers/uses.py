"""What Keras's code reads of a layer's uses: tensors, masks and shapes, of the only one or of a numbered one.

Each call of a layer made a node. The functions here make the attributes of `Layer` that read them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar, cast

from .node import Node, single

Item = TypeVar("Item")
Read = TypeVar("Read", covariant=True)


class Called(Protocol):
    """What is read of a layer."""

    inbound_nodes: list[Node]

    @property
    def where(self) -> str:
        """How messages name the layer."""
        ...


class Attribute(Protocol[Read]):
    """A property as type checkers see it."""

    def __get__(self, instance: object, owner: type | None = None) -> Read:
        """The value for a layer."""
        ...


def of_the_only_use(what: str, items: Callable[[Node], list[Item]]) -> Attribute[Item | list[Item]]:
    """A property: the `items` of a layer's nodes; an error says `what` is missing or not the only one."""

    def get(layer: Called) -> Item | list[Item]:
        node = _node(layer, 0, what)
        uses = {str(items(n)) if "shape" in what else id(n) for n in layer.inbound_nodes}
        if len(uses) > 1:
            raise AttributeError(f"{layer.where} is used {len(layer.inbound_nodes)} times: ask get_{what}_at(index)")
        return single(items(node))

    condition = "when all uses of the layer agree" if "shape" in what else "of a layer that is used once"
    doc = f"The {what.replace('_', ' ')} {condition}: one, or a list of several."
    return cast("Attribute[Item | list[Item]]", property(get, doc=doc))  # `property` does not say what it returns


def of_a_use(what: str, items: Callable[[Node], list[Item]]) -> Callable[[Called, int], Item | list[Item]]:
    """A method: the `items` of the node of index `node_index`."""

    def get(self: Called, node_index: int) -> Item | list[Item]:
        return single(items(_node(self, node_index, what)))

    get.__name__, get.__qualname__ = f"get_{what}_at", f"Layer.get_{what}_at"
    get.__doc__ = f"The {what.replace('_', ' ')} of use number `node_index`: one, or a list of several."
    return get


def _node(layer: Called, index: int, what: str) -> Node:
    if not layer.inbound_nodes:
        raise AttributeError(f"{layer.where} has no {what}: it has never been called")
    if not -len(layer.inbound_nodes) <= index < len(layer.inbound_nodes):
        raise ValueError(f"{layer.where}: expected a node index below {len(layer.inbound_nodes)}, found {index}")
    return layer.inbound_nodes[index]
