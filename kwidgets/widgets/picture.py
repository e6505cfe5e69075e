"""Pictures of the graph on the canvas: for saved notebooks and for export. Places are those of the canvas."""

from __future__ import annotations

from engine.describe.diagram import Box, Drawing, draw, shorten, to_picture, to_svg

from ..document.positions import CARD_HEIGHT, CARD_WIDTH
from ..messages import Card, GraphChange, Shape
from ..words import common
from ..words import still as say
from .sheet import Sheet

# Of a still picture, which is drawn again and again.
MOST_CARDS = 120
# Of a layer's name, beside its shape in a card.
MOST_LETTERS = 18
# The engine's colour group for each family of the builder.
GROUPS = {
    "io": "input",
    "conv": "convolutional",
    "pool": "pooling",
    "rec": "recurrent",
    "norm": "normalization",
    "merge": "merge",
    "reg": "noise",
    "shape": "input",
}


def drawing(graph: GraphChange, carried: str = "") -> Drawing:
    """Boxes and the ways of the wires from the whole of the canvas's state. carried: a text that files of it carry."""
    boxes = [_box(card) for card in graph["cards"]]
    wires = [(wire["source"], wire["target"]) for wire in graph["wires"]]
    positions = {name: (x, y) for name, (x, y) in graph["places"].items()}
    made = draw(boxes, wires, positions, [[(x, y) for x, y in wire["points"]] for wire in graph["wires"]])
    made.carried = carried
    return made


def svg(graph: GraphChange, carried: str = "") -> str | None:
    """SVG text of the graph, None for an empty one. carried: a text inside it, the experiment's YAML."""
    head = graph["head"]
    if not graph["cards"] or head is None:
        return None
    return to_svg(drawing(graph, carried), title=f"{head['kind']} {head['name']}")


def picture(graph: GraphChange, format: str, carried: str = "") -> bytes:
    """Bytes of a PNG or PDF of the graph. carried: a text inside the PNG, the experiment's YAML."""
    return to_picture(drawing(graph, carried), format=format)


def graph_sheet(graph: GraphChange, carried: str) -> Sheet:
    """What a still picture shows of the whole of the canvas's state; cards beyond a bound are left out."""
    head, order = graph["head"], graph["order"] or [card["id"] for card in graph["cards"]]
    name = head["name"] if head is not None else ""
    if head is None or not graph["cards"]:
        return Sheet(say.empty_model(name), None, carried=carried)
    shown = set(order[:MOST_CARDS])
    part: GraphChange = {
        **graph,
        "cards": [card for card in graph["cards"] if card["id"] in shown],
        "wires": [wire for wire in graph["wires"] if {wire["source"], wire["target"]} <= shown],
    }
    totals = head["totals"]
    title = say.model(name, common.layers(totals["layers"]), totals["parameters"])
    layers = tuple(f"{card['layer']} {card['title']} {_shapes(card['shape'])}" for card in part["cards"])
    return Sheet(title, None, layers=layers, drawing=drawing(part), more=len(order) - len(shown), carried=carried)


def _box(card: Card) -> Box:
    times = f" × {card['fold']['times']}" if card["fold"] is not None and card["fold"]["times"] > 1 else ""
    row = ((f"{shorten(card['layer'], MOST_LETTERS)} ·", _shapes(card["shape"])),)
    return Box(
        card["id"],
        card["title"] + times,
        card["line"],
        row,
        GROUPS.get(card["family"], "core"),
        CARD_WIDTH,
        CARD_HEIGHT,
    )


def _shapes(shape: Shape | list[Shape] | None) -> str:
    if shape is None:
        return "?"
    several = [one for one in shape if isinstance(one, list)]
    return ", ".join(map(_sizes, several)) if several else _sizes([one for one in shape if not isinstance(one, list)])


def _sizes(shape: Shape) -> str:
    return "×".join("?" if size is None else str(size) for size in shape[1:]) or "1"
