"""What the canvas shows, as the page gets it: cards, wires, places, and what belongs to the whole graph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

from ..messages import Card, Fold, Frame, GraphChange, Head, Point, Shape, State, Totals, Wire
from ..words import canvas as say
from . import settings
from .card_lines import DOT, NESTED, fold_line, line, main_node
from .checks import Checked, Checkup
from .costs import Cost, cost_of, total_cost
from .draft import INPUT, Draft, bare, outermost, split_node
from .families import family
from .folding import Repeat
from .forms import shape_of
from .nested import block_of, blocks_around, readable, why_wrapped_is_closed
from .placement import Placement, ShownWire
from .shown import Shown

BYTES_PER_PARAMETER = 4


@dataclass(frozen=True)
class CanvasState:
    """One state of the canvas. serial: rises with every state of a document; cards and wires by their ids."""

    serial: int
    head: Head
    cards: dict[str, Card]
    wires: dict[str, Wire]
    places: dict[str, Point]

    @property
    def order(self) -> list[str]:
        """Ids of the cards, from the inputs on as far as the layers are sorted."""
        return list(self.cards)


def whole(state: CanvasState) -> GraphChange:
    """A whole state as one message."""
    return {
        "kind": "graph",
        "before": None,
        "serial": state.serial,
        "head": state.head,
        "cards": list(state.cards.values()),
        "wires": list(state.wires.values()),
        "places": dict(state.places),
        "order": state.order,
        "gone": [],
        "gone_wires": [],
    }


def changes(before: CanvasState, after: CanvasState) -> GraphChange:
    """What is new or different in `after`, and what is gone."""
    return {
        "kind": "graph",
        "before": before.serial,
        "serial": after.serial,
        "head": None if after.head == before.head else after.head,
        "cards": [card for name, card in after.cards.items() if before.cards.get(name) != card],
        "wires": [wire for name, wire in after.wires.items() if before.wires.get(name) != wire],
        "places": {name: place for name, place in after.places.items() if before.places.get(name) != place},
        "order": None if after.order == before.order else after.order,
        "gone": [name for name in before.cards if name not in after.cards],
        "gone_wires": [name for name in before.wires if name not in after.wires],
    }


def same(before: CanvasState, after: CanvasState) -> bool:
    """Whether two states show the same."""
    parts = ("head", "cards", "wires", "places", "order")
    return all(getattr(before, part) == getattr(after, part) for part in parts)


# Cards.


def cards(draft: Draft, checkup: Checkup, shown: Shown, wires: Sequence[ShownWire]) -> dict[str, Card]:
    """Every card of the canvas."""
    outputs = set(draft.outputs)
    ports = {wire.target: wire.ports for wire in wires}
    inside = {card: outline.id for outline in shown.outlines for card in outline.cards}
    titles = fold_titles(draft, shown.folds)
    result: dict[str, Card] = {}
    for name in shown.cards:
        fold = shown.closed.get(name)
        if fold is None:
            card = _card(draft, checkup, name, name in outputs)
        else:
            card = _fold_card(draft, checkup, fold, titles[fold.id])
            card["output"] = not outputs.isdisjoint(fold.nodes)
        card["inside"] = inside.get(name)
        card["ports"] = ports.get(name, int(card["inputs"] != 0))
        result[name] = card
    return result


def title_of(draft: Draft, node: str) -> str:
    """The class, "Input" for an input, the name of a nested model."""
    class_name = draft.part(node).class_name
    if class_name in NESTED:
        return bare(split_node(node)[0])
    return "Input" if class_name == INPUT else class_name


def fold_titles(draft: Draft, folds: Sequence[Repeat]) -> dict[str, str]:
    """Titles of folds by their id: "Stage 2" for blocks (counted in each graph by itself), the class for other folds.

    What stands before the first block, beside the input, counts as the first stage: the convolution there is the "Stem".
    """
    titles: dict[str, str] = {}
    stages: dict[str | None, int] = {}
    staged = {block_of(fold.nodes[0]) for fold in folds if fold.block}
    for fold in folds:
        graph = block_of(fold.nodes[0])
        at_input = all(draft.is_input(source.node) for source in draft.sources(fold.nodes[0]))
        if fold.block:
            first = int(not at_input)
            stages[graph] = stages.get(graph, first) + 1
            titles[fold.id] = say.stage(stages[graph])
        elif at_input and graph in staged and family(draft.part(main_node(draft, fold)).class_name) == "conv":
            titles[fold.id] = say.STEM
        else:
            titles[fold.id] = title_of(draft, main_node(draft, fold))
    return titles


def _card(draft: Draft, checkup: Checkup, node: str, output: bool) -> Card:
    layer, call = split_node(node)
    part, checked, cost = draft.layers[layer], checkup.nodes[node], cost_of(draft, checkup, node)
    return {
        "id": node,
        "layer": bare(layer),
        "call": call,
        "class_name": part.class_name,
        "title": title_of(draft, node),
        "family": family(part.class_name),
        "line": _line(draft, layer, output),
        "shape": shape_of(draft, checkup, node),
        "parameters": checkup.layers[layer].parameters,
        "work": cost.work,
        "memory": cost.memory,
        # An input inside a block is shown only while nothing is wired to it from outside.
        "inputs": 1
        if part.class_name == INPUT and block_of(node)
        else "many"
        if len(draft.sources(node)) > 1
        else settings.inputs_of(part.class_name, part.config),
        "ports": 0,
        "state": _state(checked),
        "says": _says(draft, checked),
        "short": checked.fault.short if checked.fault else None,
        "output": output,
        "frozen": part.config.get("trainable") is False
        or any(draft.part(block).config.get("trainable") is False for block in blocks_around(node)),
        "bypassed": layer in draft.bypassed,
        "uses": prod(len(draft.part(one).calls) for one in [*blocks_around(node), node]),
        "fold": None,
        "inside": None,
        "opens": layer not in draft.bypassed and readable(layer, part) is not None,
        "closed": " ".join(why_wrapped_is_closed(layer, part) or ()) or None,
    }


def _line(draft: Draft, layer: str, output: bool) -> str:
    """The settings that matter; for an input the array that feeds it comes first."""
    array = draft.data.get("inputs", {}).get(layer) if draft.layers[layer].class_name == INPUT else None
    return DOT.join([*([array] if array else []), line(draft.layers[layer], output=output)])


def _fold_card(draft: Draft, checkup: Checkup, fold: Repeat, title: str) -> Card:
    """The card of a closed fold: its worst state, the sums of its numbers, the shape that leaves it."""
    first, main = split_node(fold.nodes[0]), draft.part(main_node(draft, fold))
    layers = list(dict.fromkeys(split_node(node)[0] for node in fold.nodes))
    learning = [name for name in layers if checkup.layers[name].parameters]
    cost = sum((cost_of(draft, checkup, node) for node in fold.nodes), Cost())
    worst = min((checkup.nodes[node] for node in fold.nodes), key=lambda checked: STATES.index(checked.state))
    return {
        "id": fold.id,
        "layer": bare(first[0]),
        "call": first[1],
        "class_name": main.class_name,
        "title": title,
        "family": family(main.class_name),
        "line": fold_line(draft, fold, with_class=title == say.STEM),
        "shape": shape_of(draft, checkup, fold.nodes[-1]),
        "parameters": sum(checkup.layers[name].parameters for name in layers),
        "work": cost.work,
        "memory": cost.memory,
        "inputs": 1,
        "ports": 0,
        "state": _state(worst),
        "says": _says(draft, worst),
        "short": worst.fault.short if worst.fault else None,
        "output": False,
        "frozen": bool(learning) and all(draft.layers[name].config.get("trainable") is False for name in learning),
        "bypassed": draft.bypassed.issuperset(layers),
        "uses": 1,
        "fold": Fold(times=fold.times, nodes=list(fold.nodes)),
        "inside": None,
        "opens": True,
        "closed": None,
    }


# The worst first.
STATES: tuple[State, ...] = ("wrong", "waiting", "ok")


def _state(checked: Checked) -> State:
    return STATES[STATES.index(checked.state)]


def _says(draft: Draft, checked: Checked) -> str | None:
    if checked.fault is not None:
        return checked.fault.sentence
    if checked.waits_for is None:
        return None
    part = draft.layers.get(checked.waits_for)
    if part is None:  # it stands inside a closed block
        return say.waits_for(split_node(outermost(checked.waits_for))[0])
    return say.waits_for("Input" if part.class_name == INPUT else part.class_name)


# Wires and the rest.


def wires_of(
    draft: Draft, checkup: Checkup, cards: Mapping[str, Card], wires: Sequence[ShownWire], placement: Placement
) -> dict[str, Wire]:
    """Every wire; its shape only where it is not the one on the card that it comes from."""
    return {
        wire.id: {
            "id": wire.id,
            "source": wire.source,
            "target": wire.target,
            "index": wire.index,
            "shape": _wire_shape(draft, checkup, wire, cards[wire.source]),
            "points": [list(point) for point in placement.routes[wire.id]],
            "wrong": checkup.nodes[wire.node].state == "wrong",
        }
        for wire in wires
    }


def _wire_shape(draft: Draft, checkup: Checkup, wire: ShownWire, source: Card) -> Shape | None:
    tensors = checkup.nodes[wire.output.node].tensors
    if wire.output.tensor >= len(tensors) or (source["fold"] is None and len(tensors) == 1):
        return None
    shape: Shape = [None if n is None else int(n) for n in tensors[wire.output.tensor].shape]
    return None if shape == source["shape"] else shape


def totals(draft: Draft, checkup: Checkup) -> Totals:
    """Layers, parameters, work and memory of the whole graph."""
    cost = total_cost(draft, checkup)
    parameters = sum(weights.parameters for weights in checkup.layers.values())
    learning = (w.trainable for n, w in checkup.layers.items() if draft.layers[n].config.get("trainable") is not False)
    return {
        "layers": len(draft.layers),
        "parameters": parameters,
        "trainable": sum(learning),
        "work": cost.work,
        "memory": cost.memory,
        "weights": parameters * BYTES_PER_PARAMETER,
    }


def frames(draft: Draft, shown: Shown, placement: Placement) -> list[Frame]:
    """Outlines of opened folds and nested models."""
    titles = fold_titles(draft, shown.folds)
    return [
        {
            "id": outline.id,
            "title": title_of(draft, outline.id) if outline.block else titles[outline.id],
            "times": outline.times,
            "block": outline.block,
            "inside": outline.parent,
            "x": x,
            "y": y,
            "width": width,
            "height": height,
            "more": [list(box) for box in more],
        }
        for outline, ((x, y, width, height), *more) in placement.frames
    ]
