"""Tensors, masks and shapes of a layer's calls, under the names by which Keras's code reads them.

Each call of a layer made a node. The functions here make the attributes of `Layer` that read them: one of the only
call, such as `output`, and a method for a call by its index, such as `get_output_at`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar, cast

from .node import Node, single

Item = TypeVar("Item")
Read = TypeVar("Read", covariant=True)


class Called(Protocol):
    """What is read of a layer that has been called."""

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


def uses(
    what: str, items: Callable[[Node], list[Item]]
) -> tuple[Attribute[Item | list[Item]], Callable[[Called, int], Item | list[Item]]]:
    """A property that reads `items` of a layer's only node, and a method that reads those of any node by its index.

    Args:
        what: the property's name, which its errors name too.
        items: reads the items of a node.
    """

    def get(layer: Called) -> Item | list[Item]:
        node = _node(layer, 0, what)
        seen = {str(items(n)) if "shape" in what else id(n) for n in layer.inbound_nodes}
        if len(seen) > 1:
            raise AttributeError(f"{layer.where} is used {len(layer.inbound_nodes)} times: ask get_{what}_at(index)")
        return single(items(node))

    def get_at(self: Called, node_index: int) -> Item | list[Item]:
        return single(items(_node(self, node_index, what)))

    words = what.replace("_", " ")
    condition = "when all uses of the layer agree" if "shape" in what else "of a layer that is used once"
    get_at.__name__, get_at.__qualname__ = f"get_{what}_at", f"Layer.get_{what}_at"
    get_at.__doc__ = f"The {words} of use number `node_index`: one, or a list of several."
    only = property(get, doc=f"The {words} {condition}: one, or a list of several.")
    return cast("Attribute[Item | list[Item]]", only), get_at  # a `property` does not say what it returns


def _node(layer: Called, index: int, what: str) -> Node:
    if not layer.inbound_nodes:
        raise AttributeError(f"{layer.where} has no {what}: it has never been called")
    if not -len(layer.inbound_nodes) <= index < len(layer.inbound_nodes):
        raise ValueError(f"{layer.where}: expected a node index below {len(layer.inbound_nodes)}, found {index}")
    return layer.inbound_nodes[index]
