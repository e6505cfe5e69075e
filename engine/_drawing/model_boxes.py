"""Boxes and wires of a model, read from its graph of nodes: one box for each use of a layer."""

from __future__ import annotations

from typing import Any

from .boxes import Box

Edges = list[tuple[str, str]]


def model_boxes(model: Any, show_shapes: bool = False, show_layer_names: bool = True) -> tuple[list[Box], Edges]:
    """Boxes and wires for anything with `graph.nodes` (engine.models.Network)."""
    nodes = model.graph.nodes
    numbers = {id(node): str(number) for number, node in enumerate(nodes)}
    boxes: list[Box] = []
    edges: Edges = []
    for node in nodes:
        layer = node.outbound_layer
        rows: tuple[tuple[str, str], ...] = ()
        if show_shapes:
            rows = (("in", _shapes(node.input_shapes)),) if node.input_shapes else ()
            rows += (("out", _shapes(node.output_shapes)),)
        name = layer.name if show_layer_names else ""
        boxes.append(Box(numbers[id(node)], type(layer).__name__, name, rows, type(layer).group))
        for source, index in zip(node.inbound_layers, node.node_indices, strict=True):
            key = id(source.inbound_nodes[index]) if source is not None else None
            if key in numbers:
                edges.append((numbers[key], numbers[id(node)]))
    return boxes, edges


def _shapes(shapes: list[Any]) -> str:
    return ", ".join(map(str, shapes))
