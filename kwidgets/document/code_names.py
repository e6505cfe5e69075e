"""Names of cards, wires and layers as code writes them: short ones for the ids that pages and commands use.

A node is written as its layer ("dense_1"), a later call of it as its id ("dense_1@1"), one inside a nested model behind
the block's name ("tower > conv_1"); a wire as its two ends (("conv_1", "dense_1")). Where a short form could mean
something else, the id itself is written. Ids are taken everywhere.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping

from engine.types import Config, Json

from ..refused import Refused
from ..words import scripting as say
from .draft import SEPARATOR, Draft, split_node, split_wire, wire_id
from .nested import block_of, exists, graph_at, within

INSIDE = " > "
# What names a node, several nodes, places by node, a layer, several layers.
NODE = ("node", "after", "source", "target", "block")
NODES = ("nodes",)
PLACES = ("positions", "places")
LAYER = ("layer",)
LAYERS = ("layers",)


def node_name(draft: Draft, node: str) -> str:
    r"""How code writes a node of the draft.

    >>> from .draft import Part
    >>> draft = Draft(layers={"dense_1": Part("Dense", {}, ((), ()))})
    >>> node_name(draft, "dense_1@0"), node_name(draft, "dense_1@1")
    ('dense_1', 'dense_1@1')
    """
    short = INSIDE.join(_short(step) for step in node.split(SEPARATOR))
    return short if _node(draft, short) == node else node


def _short(node: str) -> str:
    layer, call = split_node(node)
    return layer if call == 0 else node


def node_of(draft: Draft, name: object) -> str:
    """The id of a node that code names. Raises Refused, with the names that are like it, where there is none."""
    return _meant(draft, name, _node)


def _node(draft: Draft, name: str) -> str | None:
    steps = name.split(INSIDE)
    inside = SEPARATOR.join(step if split_node(step)[1] >= 0 else f"{step}@0" for step in steps)
    return next((one for one in (name, f"{name}@0", inside) if exists(draft, one)), None)


def _meant(draft: Draft, name: object, read: Callable[[Draft, str], str | None]) -> str:
    meant = read(draft, name) if isinstance(name, str) else None
    if meant is None:
        near = difflib.get_close_matches(str(name), list(draft.layers), n=3)
        raise Refused(say.no_such_layer(name), say.layers_like_it(near or list(draft.layers)[:10]))
    return meant


def layer_name(draft: Draft, layer: str) -> str:
    """How code writes a layer by its path, whichever of its calls is meant."""
    block = block_of(layer)
    if block is None:
        return layer
    short = node_name(draft, block) + INSIDE + layer[len(block) + 1 :]
    return short if _layer(draft, short) == layer else layer


def layer_of(draft: Draft, name: object) -> str:
    """The path of a layer that code names. Raises Refused, with the names that are like it, where there is none."""
    return _meant(draft, name, _layer)


def _layer(draft: Draft, name: str) -> str | None:
    if _has_layer(draft, name):
        return name
    node = _node(draft, name)
    if node is not None:
        block = block_of(node)
        layer = split_node(node if block is None else node[len(block) + 1 :])[0]
        return layer if block is None else within(block, layer)
    return None


def _has_layer(draft: Draft, layer: str) -> bool:
    block = block_of(layer)
    graph = graph_at(draft, block)
    return graph is not None and (layer if block is None else layer[len(block) + 1 :]) in graph.layers


def wire_ends(draft: Draft, wire: str) -> str | tuple[str, str]:
    """How code writes a wire: its two ends, where no other wire has the same."""
    node, index = split_wire(wire)
    block = block_of(node)
    graph = graph_at(draft, block)
    inner = node if block is None else node[len(block) + 1 :]
    if graph is None or not graph.has(inner) or not 0 <= index < len(graph.sources(inner)):
        return wire
    source = graph.sources(inner)[index].node
    ends = node_name(draft, source if block is None else within(block, source)), node_name(draft, node)
    return ends if _wire(draft, ends) == wire else wire


def wire_of(draft: Draft, wire: object) -> object:
    """The id of a wire that code names by its two ends; anything else as it is. Raises Refused where there is no such wire."""
    if not isinstance(wire, (tuple, list)) or len(wire) != 2:
        return wire
    source, target = (node_of(draft, end) for end in wire)
    identity = _wire(draft, (source, target))
    if identity is None:
        raise Refused(say.no_wire_between(*map(str, wire)), say.CONNECT_THEM_FIRST)
    return identity


def _wire(draft: Draft, ends: tuple[str, str]) -> str | None:
    source, target = (_node(draft, end) for end in ends)
    if source is None or target is None or block_of(source) != block_of(target):
        return None
    block = block_of(target)
    graph = graph_at(draft, block)
    start = 0 if block is None else len(block) + 1
    sources = [] if graph is None else [one.node for one in graph.sources(target[start:])]
    return wire_id(target, sources.index(source[start:])) if source[start:] in sources else None


def _renamed(message: Mapping[str, object], node: Callable[[str], str], layer: Callable[[str], str]) -> Config:
    """A command with its nodes and layers as `node` and `layer` say; what is no text stays for the command to refuse."""
    changed: Config = dict(message)
    for keys, new in ((NODE, node), (LAYER, layer)):
        changed |= {key: new(value) for key in keys if isinstance(value := message.get(key), str)}
    for keys, new in ((NODES, node), (LAYERS, layer)):
        for key in keys:
            if isinstance(value := message.get(key), (list, tuple)):
                changed[key] = [new(one) if isinstance(one, str) else one for one in value]
    for key in PLACES:
        if isinstance(value := message.get(key), dict):
            changed[key] = {_key(node, name): place for name, place in value.items()}
    return changed


def _key(node: Callable[[str], str], name: Json) -> Json:
    """A key of a table of places, as `node` says."""
    return node(name) if isinstance(name, str) else name


def written(draft: Draft, message: Mapping[str, object]) -> Config:
    """A command with its ids as code writes them."""
    plain = _renamed(message, lambda node: node_name(draft, node), lambda layer: layer_name(draft, layer))
    if isinstance(wire := message.get("wire"), str):
        plain["wire"] = wire_ends(draft, wire)
    if isinstance(wires := message.get("wires"), (list, tuple)):
        plain["wires"] = [wire_ends(draft, wire) if isinstance(wire, str) else wire for wire in wires]
    return plain


def read(draft: Draft, message: Mapping[str, object]) -> Config:
    """A command with names as code writes them, with ids in their place. Raises Refused for a name of nothing."""
    plain = _renamed(message, lambda name: node_of(draft, name), lambda name: layer_of(draft, name))
    if "wire" in message:
        plain["wire"] = wire_of(draft, message["wire"])
    if isinstance(wires := message.get("wires"), (list, tuple)):
        plain["wires"] = [wire_of(draft, wire) for wire in wires]
    return plain
