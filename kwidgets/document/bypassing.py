"""Layers that are bypassed: the graph without them, and how a text keeps them beside it.

A bypassed layer hands on what comes into it. What is written and run is the graph without such layers; the key
`bypassed` of the text holds each of them with its settings, its inputs and the inputs that it feeds, so that reading
puts it back where it stood.
"""

from __future__ import annotations

from engine.experiment import json_able

from ..refused import Refused
from ..words import graph as say
from .draft import INPUT, Draft, Part, Source, node_id, split_node
from .records import BypassedEntry, WrittenSource


def why_not(draft: Draft, layer: str) -> str | None:
    """Why a layer cannot be bypassed, as a sentence; None where it can."""
    part = draft.layers[layer]
    if part.class_name == INPUT:
        return say.input_lets_nothing_through(layer)
    if any(len(sources) > 1 for sources in part.calls):
        return say.merge_lets_no_single_wire_through(layer)
    if any(split_node(node)[0] == layer for node in draft.outputs):
        return say.output_cannot_be_bypassed(layer)
    return None


def settle_bypassed(draft: Draft) -> None:
    """Switches on again what has become an output or a merge of several wires meanwhile."""
    still_bypassed = frozenset(name for name in draft.bypassed if name in draft.layers and why_not(draft, name) is None)
    if still_bypassed != draft.bypassed:
        draft.bypassed = still_bypassed


def through(draft: Draft, source: Source) -> Source | None:
    """The source that a wire really brings: the first before it that is not bypassed; None where nothing comes in."""
    arguments = source.arguments
    while source.layer in draft.bypassed:
        sources = draft.sources(source.node)
        if not sources:
            return None
        source = sources[0]
    return source._replace(arguments=arguments)


def without_bypassed(draft: Draft) -> Draft:
    """The draft that is written and run; the same object where nothing is bypassed."""
    if not draft.bypassed:
        return draft
    reduced = draft.copy()
    reduced.bypassed = frozenset()
    reduced.layers = {
        name: Part(part.class_name, part.config, tuple(_reduced_call(draft, call) for call in part.calls))
        for name, part in draft.layers.items()
        if name not in draft.bypassed
    }
    reduced.layout = {node: place for node, place in draft.layout.items() if reduced.has(node)}
    return reduced


def _reduced_call(draft: Draft, call: tuple[Source, ...]) -> tuple[Source, ...]:
    sources = (through(draft, source) for source in call)
    return tuple(source for source in sources if source is not None)


def described(draft: Draft) -> list[BypassedEntry]:
    """Plain data of the bypassed layers, for `reading_bypassed.restore`."""
    targets = draft.targets()
    return [
        {
            "name": name,
            "class_name": part.class_name,
            "config": {"name": name, **json_able(part.config)},
            "inbound_nodes": [[written(source) for source in call] for call in part.calls],
            "feeds": [
                [*split_node(fed), port, call, *written(draft.sources(fed)[port])[2:]]
                for call in range(len(part.calls))
                for fed, port in targets[node_id(name, call)]
                if split_node(fed)[0] not in draft.bypassed
            ],
            "place": index,
        }
        for index, (name, part) in enumerate(draft.layers.items())
        if name in draft.bypassed
    ]


def written(source: Source) -> WrittenSource:
    """[layer, call, output, arguments] as Keras writes a wire."""
    return [source.layer, source.call, source.tensor, json_able(dict(source.arguments))]


def checked_bypass(draft: Draft, layer: str) -> None:
    """Raises Refused where `why_not` knows a reason."""
    if why := why_not(draft, layer):
        raise Refused(why, say.REMOVE_OR_BYPASS_THE_LAYER_BEFORE)
