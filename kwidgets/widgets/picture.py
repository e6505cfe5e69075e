"""Pictures of the graph on the canvas: for saved notebooks and for export. Places are those of the canvas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.drawing.boxes import Box
from engine.drawing.svg import to_svg

State = Mapping[str, Any]
Picture = tuple[list[Box], list[tuple[str, str]], dict[str, tuple[float, float]]]


def boxes(graph: State, catalogue: State) -> Picture:
    """Boxes, wires and corners from the canvas's state."""
    groups = {
        layer["class_name"]: group["name"] for group in catalogue.get("groups", ()) for layer in group.get("layers", ())
    }
    nodes = [
        Box(
            node["id"], node["class_name"], node["layer"], (("", _shape(node["shape"])),),
            groups.get(node["class_name"], "core"), node["width"], node["height"],
        )
        for node in graph["nodes"]
    ]  # fmt: skip
    wires = [(wire["source"], wire["target"]) for wire in graph["wires"]]
    return nodes, wires, {node["id"]: (node["x"], node["y"]) for node in graph["nodes"]}


def svg(graph: State, catalogue: State) -> str | None:
    """SVG text of the graph, None for an empty one."""
    if not graph.get("nodes"):
        return None
    nodes, wires, places = boxes(graph, catalogue)
    return to_svg(nodes, wires, places, title=f"{graph['kind']} {graph['name']}")


def picture(graph: State, catalogue: State, format: str) -> bytes:
    """Bytes of a PNG or PDF of the graph."""
    from engine.drawing.picture import to_picture

    nodes, wires, places = boxes(graph, catalogue)
    return to_picture(nodes, wires, places, format=format)


def _shape(shape: Any) -> str:
    return "?" if shape is None else str(tuple(shape))
