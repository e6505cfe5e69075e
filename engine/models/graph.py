"""Layers as a graph, which is read back from the outputs along the nodes.

Nodes are visited once each, so neither the depth nor the number of paths matters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from .._graph.ordering import depth_first
from .._graph.tensor import Tensor, is_tensor
from ..errors import GraphError
from ..layers.base import Layer, layer_of
from ..layers.between import as_layer, connect
from ..layers.node import Node

Item = TypeVar("Item")


def source_of(tensor: Tensor) -> tuple[Layer, int, int]:
    """The layer that gave a tensor, the index of its node, and that of the output (Keras's `_keras_history`)."""
    return vars(tensor)["_keras_history"]


@dataclass
class Graph:
    """The nodes of a network in the order in which they run, and the layers in Keras's order.

    That is by depth, the farthest from the outputs first, and within a depth as a walk back from the outputs meets them.
    """

    nodes: list[Node]
    layers: list[Layer]
    depths: dict[int, int]

    @property
    def former_layers(self) -> list[Layer]:
        """The layers as our files had them before: within a depth as the nodes run. Other than today where layers are shared."""
        depths: dict[Layer, int] = {}
        for node in self.nodes:
            layer = layer_of(node)
            depths[layer] = max(depths.get(layer, 0), self.depths[id(node)])
        return sorted(depths, key=lambda layer: -depths[layer])

    def nodes_by_depth(self) -> dict[int, list[Node]]:
        """{depth: nodes}, the deepest (the inputs) first."""
        return _by_depth([(self.depths[id(node)], node) for node in self.nodes])

    def layers_by_depth(self) -> dict[int, list[Layer]]:
        """{depth: layers}, the deepest (the inputs) first."""
        deepest: dict[Layer, int] = {}
        for node in self.nodes:
            layer = layer_of(node)
            deepest[layer] = max(deepest.get(layer, 0), self.depths[id(node)])
        return _by_depth([(depth, layer) for layer, depth in deepest.items()])


def _by_depth(pairs: Sequence[tuple[int, Item]]) -> dict[int, list[Item]]:
    by_depth: dict[int, list[Item]] = {}
    for depth, item in sorted(pairs, key=lambda pair: -pair[0]):
        by_depth.setdefault(depth, []).append(item)
    return by_depth


def check_ends(inputs: Sequence[Tensor], outputs: Sequence[Tensor], where: str) -> None:
    """Refuse what no graph begins and ends with; what is computed between layers is made layers.

    Raises:
        GraphError: something is no tensor that a layer gives, or an input is there twice.
    """
    for what, tensors in (("inputs", inputs), ("outputs", outputs)):
        for x in tensors:
            if not is_tensor(x) or not as_layer(x):
                expected = f"{what} that layers give (start with Input)"
                raise GraphError(where=where, expected=expected, actual=type(x).__name__)
    if len(set(inputs)) != len(inputs):
        raise GraphError(where=where, expected="each input once", actual="one twice")


def ends_without_last(graph: Graph, outputs: list[Tensor], where: str) -> list[Tensor]:
    """The outputs of a graph whose last layer is taken off: its inputs, and the other outputs.

    Raises:
        GraphError: nothing would be left.
    """
    last = graph.layers[-1]
    nodes = [node for node in graph.nodes if node.outbound_layer is last]
    made = {y for node in nodes for y in node.output_tensors}
    taken = [x for node in nodes if node.inbound_layers for x in node.input_tensors]
    ends = list(dict.fromkeys([*(y for y in outputs if y not in made), *taken]))
    if not ends:
        raise GraphError(where=where, expected="a layer with layers before it", actual=f"the input '{last.name}'")
    return ends


def numbered(names: Sequence[str]) -> list[str]:
    """Names with a number added to those that are there already.

    Example:
        >>> numbered(["lstm", "dense", "lstm"])
        ['lstm', 'dense', 'lstm_1']
    """
    distinct: list[str] = []
    for name in names:
        candidate, count = name, 1
        while candidate in distinct:
            candidate, count = f"{name}_{count}", count + 1
        distinct.append(candidate)
    return distinct


def find_graph(inputs: list[Tensor], outputs: list[Tensor], where: str) -> Graph:
    """The graph between tensors that layers gave.

    Args:
        inputs: where it begins.
        outputs: where it ends.
        where: names the model in errors.

    Raises:
        GraphError: an output does not come from the inputs, or two layers have one name.
    """
    nodes = _nodes_in_order(inputs, outputs, where)
    depths: dict[int, int] = {}
    layer_depths: dict[Layer, int] = {}
    for node in reversed(nodes):
        layer = layer_of(node)
        depth = max(depths.get(id(node), 0), layer_depths.get(layer, 0))
        depths[id(node)] = layer_depths[layer] = depth
        for source, index in zip(node.inbound_layers, node.node_indices, strict=True):
            if source is not None:
                before = source.inbound_nodes[index]
                depths[id(before)] = max(depths.get(id(before), 0), depth + 1)
    for x in inputs:
        layer_depths.setdefault(source_of(x)[0], 0)
    met = _order_of_traversal(inputs, outputs)
    layers = sorted(layer_depths, key=lambda one: (-layer_depths[one], met[one]))
    _check_names(layers, where)
    return Graph(nodes, layers, depths)


def _nodes_in_order(inputs: list[Tensor], outputs: list[Tensor], where: str) -> list[Node]:
    """Every node between inputs and outputs, each behind those that feed it; raises GraphError where an output has no way."""
    begins = [node_of(x) for x in inputs]
    known = set(begins)

    def before(node: Node) -> list[Node]:
        if node in known:
            return []
        layer = layer_of(node)
        if not node.inbound_layers:
            raise GraphError(
                where=where,
                expected="every input that the outputs depend on among `inputs`",
                actual=f"{layer.where} outside of them",
                hint=f"Add it: Model(inputs=[..., {layer.name}], ...).",
            )
        for index, x in enumerate(node.input_tensors):
            if not hasattr(x, "_keras_history") and not connect(node, index):
                raise GraphError(
                    where=layer.where,
                    expected="inputs that layers give",
                    actual=repr(x),
                    hint="Wrap computations between layers in Lambda.",
                )
        return [node_of(x) for x in node.input_tensors]

    return depth_first([*begins, *(node_of(y) for y in outputs)], before)


def _order_of_traversal(inputs: list[Tensor], outputs: list[Tensor]) -> dict[Layer, int]:
    """When each layer is first met on the way back from the outputs: the order of Keras's layers within a depth."""
    begins = {node_of(x) for x in inputs}
    met: dict[Layer, int] = {}

    def before(node: Node) -> list[Node]:
        met.setdefault(layer_of(node), len(met))
        return [] if node in begins else [node_of(x) for x in node.input_tensors]

    depth_first([node_of(y) for y in outputs], before)
    unused = [layer for layer in dict.fromkeys(source_of(x)[0] for x in inputs) if layer not in met]
    return met | {layer: position - len(unused) for position, layer in enumerate(unused)}


def node_of(tensor: Tensor) -> Node:
    """The call that gave a tensor."""
    layer, index, _ = source_of(tensor)
    return layer.inbound_nodes[index]


def _check_names(layers: Sequence[Layer], where: str) -> None:
    seen: dict[str, Layer] = {}
    for layer in layers:
        if layer.name in seen:
            raise GraphError(
                where=where,
                expected="a name of its own for each layer",
                actual=f"{layer.name!r} twice",
            )
        seen[layer.name] = layer
