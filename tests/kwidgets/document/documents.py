"""Documents to try things on, and what is looked at again and again in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import engine.applications as applications
from engine._drawing.routes import Cards
from kwidgets import beginning
from kwidgets.document import Document
from kwidgets.document.nested import within
from kwidgets.document.placement import CARD


def document(*layers: str, shape: Sequence[int | None] = (8, 8, 1)) -> Document:
    """A stack of an input and layers of these classes."""
    made = Document()
    made.do({"do": "add", "class_name": "Input", "settings": {"shape": list(shape)}})
    for class_name in layers:
        made.do({"do": "add", "class_name": class_name})
    return made


def wires(made: Document) -> list[tuple[str, str]]:
    """(source, target) of every wire on the canvas."""
    return [(wire["source"], wire["target"]) for wire in made.graph()["wires"]]


def node(made: Document, name: str) -> dict[str, Any]:
    """The card of a layer."""
    return next(node for node in made.graph()["cards"] if node["layer"] == name)


def template(name: str) -> Document:
    """A document that a template was chosen in."""
    made = Document()
    made.do({"do": "template", "name": name})
    return made


TOWER = "tower@0"


def inner(node: str, block: str = TOWER) -> str:
    """The long id of a node, wire or layer inside a block."""
    return within(block, node)


# The wire that goes on inside the tower from the one into it.
INTO = inner("conv2d_1@0#0")


def tower() -> Document:
    """input_1, [conv2d_1, flatten_1, dense_1] as the nested model 'tower', dense_2."""
    made = document("Conv2D", "Flatten", "Dense", "Dense", shape=[8, 8, 1])
    made.do({"do": "group", "nodes": ["conv2d_1@0", "flatten_1@0", "dense_1@0"], "name": "tower"})
    made.open_fold(TOWER)
    return made


def siamese() -> Document:
    """A nested Sequential called twice."""
    text = """
class_name: Model
config:
  name: siamese
  layers:
    - {name: left, class_name: InputLayer, config: {batch_input_shape: [null, 6]}, inbound_nodes: []}
    - {name: right, class_name: InputLayer, config: {batch_input_shape: [null, 6]}, inbound_nodes: []}
    - name: tower
      class_name: Sequential
      config:
        name: tower
        layers:
          - {class_name: Dense, config: {name: first, units: 5}}
          - {class_name: Dense, config: {name: second, units: 4}}
      inbound_nodes: [[[left, 0, 0, {}]], [[right, 0, 0, {}]]]
    - {name: joined, class_name: Concatenate, config: {}, inbound_nodes: [[[tower, 0, 0, {}], [tower, 1, 0, {}]]]}
    - {name: out, class_name: Dense, config: {units: 1}, inbound_nodes: [[[joined, 0, 0, {}]]]}
  input_layers: [[left, 0, 0], [right, 0, 0]]
  output_layers: [[out, 0, 0]]
"""
    made = Document()
    made.do({"do": "paste", "format": "yaml", "text": text})
    return made


def cards(made: Document) -> dict[str, Any]:
    """Every card of the canvas by its id."""
    return {card["id"]: card for card in made.graph()["cards"]}


def classes(made: Document, layer: str = "tower") -> list[str]:
    """The classes of the layers in a nested model."""
    return [entry["class_name"] for entry in made.draft.layers[layer].config["layers"]]


def pasted(text: str, form: str = "yaml") -> Document:
    """A document that a text was pasted into."""
    made = Document()
    made.do({"do": "paste", "format": form, "text": text})
    return made


def read_again(made: Document, form: str = "yaml") -> Document:
    """A document that read the text of another."""
    return pasted(made.text()[form], form)


def tower_in_tower() -> Document:
    """input_1, tower [head [conv2d_1], flatten_1, dense_1], dense_2; all of it open."""
    made = tower()
    made.do({"do": "group", "nodes": [inner("conv2d_1@0")], "name": "head"})
    made.open_all()
    return made


def faults_of_layout(made: Document) -> list[str]:
    """Wires that run under a card."""
    graph = made.graph()
    places = list(graph["places"].values())
    under = Cards([(x, y) for x, y in places], CARD).crossed(
        [[(x, y) for x, y in wire["points"]] for wire in graph["wires"]]
    )
    return [wire["id"] for wire, hidden in zip(graph["wires"], under, strict=True) if hidden]


def overlaps_of_frames(made: Document) -> list[tuple[str, str]]:
    """Frames that hold or touch a card which is not theirs."""
    graph = made.graph()
    frames = {frame["id"]: frame for frame in graph["head"]["frames"]}
    found: list[tuple[str, str]] = []
    for card in graph["cards"]:
        around: list[str | None] = [card["inside"]]
        while around[-1] is not None:
            around.append(frames[around[-1]]["inside"])
        x, y = graph["places"][card["id"]]
        for frame in frames.values():
            boxes = [[frame["x"], frame["y"], frame["width"], frame["height"]], *frame["more"]]
            for left, top, width, height in boxes if frame["id"] not in around else ():
                beside = x >= left + width or x + CARD[0] <= left
                if not beside and top - CARD[1] < y < top + height:
                    found.append((frame["id"], card["id"]))
    return found


def errors(made: Document) -> list[str]:
    """The sentences of all errors."""
    return [problem["sentence"] for problem in made.problems() if problem["severity"] == "error"]


def network(name: str) -> Document:
    """A well-known network of `engine.applications`."""
    made = Document()
    made.do(beginning.command_of(getattr(applications, name)(weights=None)))
    return made


def deep() -> Document:
    """Twenty layers: three Dense layers and a Dropout, again and again with other widths."""
    made = document(shape=(6,))
    for width in (8, 9, 10, 11, 12):
        for _ in range(3):
            made.do({"do": "add", "class_name": "Dense", "settings": {"units": width}})
        made.do({"do": "add", "class_name": "Dropout"})
    return made


def bypass(made: Document, *nodes: str, on: bool | None = None) -> dict[str, Any]:
    """Bypass nodes, or with `on` say whether they are."""
    return made.do({"do": "bypass", "nodes": list(nodes), **({} if on is None else {"bypassed": on})})
