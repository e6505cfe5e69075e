"""Nested models as drafts, and the ids of what stands inside them.

A node inside a nested model is named by the node of the block, a separator that no name can hold, and its id there:
"tower@0", "conv_1@0" -> `within("tower@0", "conv_1@0")`. The same holds one level further in, and for wires and layers,
whose ids begin with that of their node or layer.
"""

from __future__ import annotations

import threading
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass

from engine.describe.graphs import ends_of, has_wires, input_name

from ..refused import Refused
from ..words import common
from ..words import nested as say
from .draft import INPUT, SEPARATOR, Draft, Part, Source, bare, node_id, outermost, split_node, wire_id
from .reading_layers import Mistake, read_graph, read_stack

CLASSES = ("Model", "Sequential")
# For so many nested models the result of reading is remembered.
MOST_REMEMBERED = 512


@dataclass(frozen=True)
class Nested:
    """A nested model. draft: its graph, never changed; with an input for each tensor that comes in. ends: what it gives.

    implied: whether the input is written nowhere, as in a Sequential that says no shape.
    """

    draft: Draft
    ends: tuple[Source, ...]
    implied: bool


def within(block: str, name: str) -> str:
    """The id of a node, wire or layer inside a block.

    >>> within("tower@0", "conv_1@0") == "tower@0" + SEPARATOR + "conv_1@0"
    True
    """
    return block + SEPARATOR + name


def block_of(name: str) -> str | None:
    """The node of the block in which something stands; None for what stands in the model itself."""
    return name.rpartition(SEPARATOR)[0] or None


def blocks_around(name: str) -> list[str]:
    """The blocks in which something stands, the outermost first."""
    steps = name.split(SEPARATOR)[:-1]
    return [SEPARATOR.join(steps[: count + 1]) for count in range(len(steps))]


def path_words(block: str) -> str:
    """The names of the blocks that lead to a block and its own, as "tower › head"."""
    return " › ".join(split_node(step)[0] for step in block.split(SEPARATOR))


def is_nested(part: Part) -> bool:
    """Whether a layer is a model of layers that its settings spell out."""
    return part.class_name in CLASSES and isinstance(part.config.get("layers"), list)


class _Remembered:
    """What was read of each settings object. The object is held, so that no other one can have its identity."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[int, tuple[dict[str, object], str, Nested | Refused]] = {}

    def get(self, name: str, part: Part) -> Nested | Refused:
        key = id(part.config)
        with self._lock:
            known = self._known.get(key)
        if known is not None and known[0] is part.config and known[1] == part.class_name:
            return known[2]
        made = _read(name, part)
        with self._lock:
            while len(self._known) >= MOST_REMEMBERED:
                del self._known[next(iter(self._known))]
            self._known[key] = (part.config, part.class_name, made)
        return made


_remembered = _Remembered()


def read(name: str, part: Part) -> Nested:
    """The graph of a nested model. Raises Refused where it cannot be read as one."""
    result = _remembered.get(name, part)
    if isinstance(result, Refused):
        raise Refused(say.cannot_be_taken_apart(bare(name), result.why), result.hint)
    return result


def readable(name: str, part: Part) -> Nested | None:
    """As `read`; None for what is no nested model, cannot be read or holds no layers."""
    result = _remembered.get(name, part) if is_nested(part) else None
    return result if isinstance(result, Nested) and result.ends else None


def _read(name: str, part: Part) -> Nested | Refused:
    if not is_nested(part):
        return Refused(say.NO_NESTED_MODEL, say.CHOOSE_A_NESTED_MODEL)
    piece = Draft(kind="Sequential" if part.class_name == "Sequential" else "Model", nested=True)
    stack = not has_wires(part.config["layers"])
    try:
        (read_stack if stack else read_graph)(piece, part.config, ())
    except Mistake as mistake:
        return Refused(mistake.why, mistake.hint)
    ends = tuple(Source(*end[:3]) for end in ends_of(part.config, "output_layers"))
    ends = ends or tuple(Source(*split_node(node)) for node in piece.outputs)
    implied = stack and not piece.input_names() and bool(piece.layers)
    if implied:
        _put_input_first(piece)
    return Nested(piece, ends, implied)


def _put_input_first(piece: Draft) -> None:
    first = next(iter(piece.layers))
    name = input_name(first)
    while name in piece.layers:
        name += "_"
    old = piece.layers[first]
    begins = Part(old.class_name, old.config, ((Source(name),),))
    piece.layers = {name: Part(INPUT, {}), **piece.layers, first: begins}


def exists(draft: Draft, node: object) -> bool:
    """Whether a node is in the draft, or inside one of its nested models."""
    if not isinstance(node, str):
        return False
    top = outermost(node)
    if not draft.has(top):
        return False
    if top == node:
        return True
    inside = readable(split_node(top)[0], draft.part(top))
    return inside is not None and exists(inside.draft, node[len(top) + 1 :])


def a_card(draft: Draft, node: object) -> str:
    """A node of the draft or inside one of its nested models. Raises Refused where it is gone."""
    if not isinstance(node, str) or not exists(draft, node):
        raise Refused(say.no_such_node(node), common.CANVAS_IS_REFRESHED)
    return node


def graph_at(draft: Draft, block: str | None) -> Draft | None:
    """The graph of a block at any depth, never to be changed; the draft itself for None; None where there is no such block."""
    if block is None:
        return draft
    for step in block.split(SEPARATOR):
        inside = readable(split_node(step)[0], draft.part(step)) if draft.has(step) else None
        if inside is None:
            return None
        draft = inside.draft
    return draft


def entrance(draft: Draft, node: str, index: int, chosen: Container[str]) -> tuple[str, int]:
    """The input (node, index) of a block, at any depth, through which comes what a node inside it takes at one of its inputs.

    The node itself with its index where what it takes comes from a layer, or goes to others too whose wires are not chosen.
    """
    while (block := block_of(node)) is not None:
        graph, short = graph_at(draft, block), node[len(block) + 1 :]
        if graph is None or not graph.has(short) or index >= len(graph.sources(short)):
            break
        source = graph.sources(short)[index]
        wires = {within(block, wire_id(*taker)) for taker in graph.targets()[source.node]} - {wire_id(node, index)}
        if not graph.is_input(source.node) or any(wire not in chosen for wire in wires):
            break
        node, index = block, graph.input_names().index(source.layer)
    return node, index


def is_fed(draft: Draft, node: str, index: int) -> bool:
    """Whether something is wired to an input of a block at any depth, and to all others of it."""
    graph, short = graph_at(draft, block_of(node)), node.rpartition(SEPARATOR)[2]
    inside = None if graph is None or not graph.has(short) else readable(split_node(short)[0], graph.part(short))
    if graph is None or inside is None:
        return False
    return index < len(graph.sources(short)) == len(inside.draft.input_names())


def openable(draft: Draft, prefix: str = "") -> Iterator[str]:
    """The nodes of all nested models that can be opened, the outer ones before those inside them."""
    for name, part in draft.layers.items():
        inside = None if name in draft.bypassed else readable(name, part)
        for call in range(len(part.calls)) if inside is not None else ():
            node = prefix + node_id(name, call)
            yield node
            if inside is not None:
                yield from openable(inside.draft, node + SEPARATOR)


def why_wrapped_is_closed(name: str, part: Part) -> tuple[str, str] | None:
    """For a wrapper round a model, why its layers are not shown on the canvas and where they are edited; None for other layers."""
    inner = part.config.get("layer")
    if not isinstance(inner, Mapping) or inner.get("class_name") not in CLASSES:
        return None
    return (
        say.applied_to_each_step(bare(name)),
        say.EDIT_IN_THE_INSPECTOR,
    )


def why_closed(draft: Draft, node: str) -> tuple[str, str | None]:
    """Why a node cannot be opened, as a sentence and what to do."""
    for block in [*blocks_around(node), node]:
        inner = block.rpartition(SEPARATOR)[2]
        name, part = split_node(inner)[0], draft.part(inner)
        if name in draft.bypassed:
            return say.is_bypassed(name), say.SWITCH_IT_ON_FIRST
        wrapped = why_wrapped_is_closed(name, part)
        if wrapped is not None:
            return wrapped
        if not is_nested(part):
            return say.has_no_layers_inside(name), say.ONLY_A_NESTED_MODEL_OPENS
        try:
            inside = read(name, part)
        except Refused as refusal:
            return refusal.why, refusal.hint
        draft = inside.draft
    return say.holds_no_layers(bare(split_node(node)[0])), say.TAKE_IT_OUT
