"""What Keras's code reads of a layer's uses: tensors, masks and shapes, of the only one or of a numbered one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .node import Node, single


class Uses:
    """The attributes of a layer that its nodes know; each call of the layer made one."""

    inbound_nodes: list[Node]
    outbound_nodes: list[Node]

    @property
    def where(self) -> str:
        """How messages name the layer."""
        raise NotImplementedError

    def _node(self, index: int, what: str) -> Node:
        if not self.inbound_nodes:
            raise AttributeError(f"{self.where} has no {what}: it has never been called")
        if not -len(self.inbound_nodes) <= index < len(self.inbound_nodes):
            raise ValueError(f"{self.where}: expected a node index below {len(self.inbound_nodes)}, found {index}")
        return self.inbound_nodes[index]

    def _only(self, what: str, get: Callable[[Node], list[Any]]) -> Any:
        node = self._node(0, what)
        if len({str(get(n)) if "shape" in what else id(n) for n in self.inbound_nodes}) > 1:
            raise AttributeError(f"{self.where} is used {len(self.inbound_nodes)} times: ask get_{what}_at(index)")
        return single(get(node))

    @property
    def input(self) -> Any:
        """The input tensor(s) of a layer that is used once."""
        return self._only("input", lambda n: n.input_tensors)

    @property
    def output(self) -> Any:
        """The output tensor(s) of a layer that is used once."""
        return self._only("output", lambda n: n.output_tensors)

    @property
    def input_mask(self) -> Any:
        """The input mask(s) of a layer that is used once."""
        return self._only("input_mask", lambda n: n.input_masks)

    @property
    def output_mask(self) -> Any:
        """The output mask(s) of a layer that is used once."""
        return self._only("output_mask", lambda n: n.output_masks)

    @property
    def input_shape(self) -> Any:
        """The input shape(s), when all uses of the layer agree."""
        return self._only("input_shape", lambda n: n.input_shapes)

    @property
    def output_shape(self) -> Any:
        """The output shape(s), when all uses of the layer agree."""
        return self._only("output_shape", lambda n: n.output_shapes)

    def get_input_at(self, node_index: int) -> Any:
        """The input tensor(s) of use number `node_index`."""
        return single(self._node(node_index, "input").input_tensors)

    def get_output_at(self, node_index: int) -> Any:
        """The output tensor(s) of use number `node_index`."""
        return single(self._node(node_index, "output").output_tensors)

    def get_input_mask_at(self, node_index: int) -> Any:
        """The input mask(s) of use number `node_index`."""
        return single(self._node(node_index, "input_mask").input_masks)

    def get_output_mask_at(self, node_index: int) -> Any:
        """The output mask(s) of use number `node_index`."""
        return single(self._node(node_index, "output_mask").output_masks)

    def get_input_shape_at(self, node_index: int) -> Any:
        """The input shape(s) of use number `node_index`."""
        return single(self._node(node_index, "input_shape").input_shapes)

    def get_output_shape_at(self, node_index: int) -> Any:
        """The output shape(s) of use number `node_index`."""
        return single(self._node(node_index, "output_shape").output_shapes)

    @property
    def _inbound_nodes(self) -> list[Node]:
        return self.inbound_nodes

    @property
    def _outbound_nodes(self) -> list[Node]:
        return self.outbound_nodes
