"""Boxes and wires of a model, read from its graph of nodes: one box for each use of a layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ..types import Shape
from .boxes import Box


class _Layer(Protocol):
    """What the box of a layer shows."""

    @property
    def name(self) -> str: ...

    @property
    def inbound_nodes(self) -> Sequence[_Node]: ...


class _Node(Protocol):
    """One use of a layer (engine.layers.node.Node)."""

    @property
    def outbound_layer(self) -> _Layer: ...

    @property
    def inbound_layers(self) -> Sequence[_Layer | None]: ...

    @property
    def node_indices(self) -> Sequence[int]: ...

    @property
    def input_shapes(self) -> Sequence[Shape]: ...

    @property
    def output_shapes(self) -> Sequence[Shape]: ...


class _Graph(Protocol):
    @property
    def nodes(self) -> Sequence[_Node]: ...


class DrawnModel(Protocol):
    """A model whose graph can be drawn (engine.models.Network)."""

    @property
    def name(self) -> str:
        """The title of the picture."""
        ...

    @property
    def graph(self) -> _Graph:
        """The uses of layers, in the order in which they run."""
        ...


Edges = list[tuple[str, str]]


def model_boxes(model: DrawnModel, show_shapes: bool = False, show_layer_names: bool = True) -> tuple[list[Box], Edges]:
    """A box for each use of a layer, and a wire for each tensor between two of them."""
    nodes = model.graph.nodes
    ids = {id(node): str(index) for index, node in enumerate(nodes)}
    boxes: list[Box] = []
    edges: Edges = []
    for node in nodes:
        layer = node.outbound_layer
        rows: tuple[tuple[str, str], ...] = ()
        if show_shapes:
            rows = (("in", _shapes(node.input_shapes)),) if node.input_shapes else ()
            rows += (("out", _shapes(node.output_shapes)),)
        name = layer.name if show_layer_names else ""
        boxes.append(Box(ids[id(node)], type(layer).__name__, name, rows, getattr(layer, "group", "core")))
        for source, index in zip(node.inbound_layers, node.node_indices, strict=True):
            before = None if source is None else ids.get(id(source.inbound_nodes[index]))
            if before is not None:
                edges.append((before, ids[id(node)]))
    return boxes, edges


def _shapes(shapes: Sequence[Shape]) -> str:
    return ", ".join(map(str, shapes))
