"""How calls of models inside a graph are counted in a config: Keras counts them from 1, others from 0.

A model that stands in another one as a layer has a graph of its own, which Keras takes for its call 0; so in its files the calls
that count begin at 1. Calls of all other layers begin at 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from ..types import Config

_ENDS = ("input_layers", "output_layers")
_DEPTH = 3  # call -> sources -> source, below the list of a layer's calls


def counted_from_zero(config: Config) -> Config:
    """The config of a graph with calls of its models counted from 0.

    They are counted from 1 where the last number is one too high and none is 0, as every call that Keras writes is used.

    Args:
        config: the config of a graph; models inside it are left as they are.

    Returns:
        The config itself where calls are counted from 0 already, or where it is no config of a graph.

    Example:
        >>> counted_from_zero({"class_name": "Dense"})
        {'class_name': 'Dense'}
    """
    entries = config.get("layers")
    if not isinstance(entries, (list, tuple)):
        return config
    models = {
        entry["name"]: len(entry["inbound_nodes"])
        for entry in entries
        if isinstance(entry, Mapping)
        and isinstance(entry.get("name"), str)
        and isinstance(entry.get("inbound_nodes"), (list, tuple))
        and isinstance(entry.get("config"), Mapping)
        and "layers" in entry["config"]
    }
    if not models:
        return config
    wires = [entry.get("inbound_nodes") for entry in entries if isinstance(entry, Mapping)]
    numbers: dict[str, set[int]] = {}
    for layer, call in _sources([wires, *(config.get(key) for key in _ENDS)], _DEPTH + 2):
        if layer in models:
            numbers.setdefault(layer, set()).add(call)
    shifted = {name for name, calls in numbers.items() if 0 not in calls and models[name] in calls}
    if not shifted:
        return config
    layers = [
        {**entry, "inbound_nodes": _moved(entry["inbound_nodes"], shifted, _DEPTH)}
        if isinstance(entry, Mapping) and "inbound_nodes" in entry
        else entry
        for entry in entries
    ]
    ends = {key: _moved(config[key], shifted, _DEPTH) for key in _ENDS if key in config}
    return {**config, "layers": layers, **ends}


def _is_source(item: object) -> bool:
    """Whether it begins as [layer, call] does."""
    if not isinstance(item, (list, tuple)) or len(item) < 3:
        return False
    layer, call = cast("list[object]", item)[:2]
    return isinstance(layer, str) and isinstance(call, int) and not isinstance(call, bool)


def _sources(item: Any, depth: int) -> Iterator[tuple[str, int]]:
    if _is_source(item):
        yield item[0], item[1]
    elif isinstance(item, (list, tuple)) and depth:
        for inner in item:
            yield from _sources(inner, depth - 1)


def _moved(item: Any, shifted: set[str], depth: int) -> Any:
    if _is_source(item):
        return [item[0], item[1] - 1, *item[2:]] if item[0] in shifted else item
    if isinstance(item, (list, tuple)) and depth:
        return [_moved(inner, shifted, depth - 1) for inner in item]
    return item
