"""Calls as tf.keras 2 writes them: further tensors among the arguments, as `{"value": ["dense_1", 0, 0]}`.

Keras 2 has all tensors that a layer takes in as sources of the call. So they are put there, in the order of Keras's signatures.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..types import Config

_ORDER = ("value", "key", "attention_mask", "initial_state", "constants", "y")
_DROPPED = ("mask",)


def with_all_sources(config: Config) -> Config:
    """The config of a model with the tensors among the arguments of calls as sources.

    Args:
        config: {class_name, config}, plain data; it stays as it is.

    Returns:
        The same where no call has any.

    Example:
        >>> call = [["q", 0, 0, {"value": ["v", 0, 0], "use_causal_mask": True}]]
        >>> layers = [{"name": "q"}, {"name": "v"}, {"name": "mha", "inbound_nodes": [call]}]
        >>> with_all_sources({"class_name": "Model", "config": {"layers": layers}})["config"]["layers"][2]["inbound_nodes"]
        [[['q', 0, 0, {'use_causal_mask': True}], ['v', 0, 0, {}]]]
    """
    settings = config.get("config")
    if not isinstance(settings, Mapping) or not isinstance(settings.get("layers"), list):
        return config
    layers = [with_all_sources(dict(one)) if isinstance(one, Mapping) else one for one in settings["layers"]]
    names = {name for one in layers if isinstance(one, Mapping) and isinstance(name := one.get("name"), str)}
    written = [
        _with_sources(one, names) if isinstance(one, Mapping) and one.get("inbound_nodes") else one for one in layers
    ]
    return {**config, "config": {**settings, "layers": written}}


def _with_sources(layer: Mapping[str, Any], names: set[str]) -> Config:
    calls = layer["inbound_nodes"]
    if not isinstance(calls, list):
        return dict(layer)
    return {**layer, "inbound_nodes": [_call(call, names) for call in calls]}


def _call(call: Any, names: set[str]) -> Any:
    """A call whose first source may name further tensors."""
    if isinstance(call, list) and len(call) == 4 and isinstance(call[0], str):
        call = [call]
    if not isinstance(call, list) or not call or not isinstance(call[0], list) or len(call[0]) != 4:
        return call
    first = call[0]
    if not isinstance(first[3], Mapping):
        return call
    tensors = {key: _tensors(value, names) for key, value in first[3].items()}
    if not any(tensors.values()):
        return call
    plain = {key: value for key, value in first[3].items() if not tensors[key]}
    order = [key for key in _ORDER if tensors.get(key)]
    behind = [source for key in order for source in _padded(key, tensors, first)]
    unknown = {key: first[3][key] for key in tensors if tensors[key] and key not in (*_ORDER, *_DROPPED)}
    return [[*first[:3], {**plain, **unknown}], *call[1:], *behind]


def _padded(key: str, tensors: Mapping[str, list[list[Any]]], first: list[Any]) -> list[list[Any]]:
    """The sources of an argument; a mask without a key stands behind the value as key."""
    sources = [[*one[:3], {}] for one in tensors[key]]
    if key == "key" and not tensors.get("value"):
        return [[*first[:3], {}], *sources]
    if key == "attention_mask" and not tensors.get("key"):
        value = tensors["value"][0] if tensors.get("value") else first
        return [*([] if tensors.get("value") else [[*first[:3], {}]]), [*value[:3], {}], *sources]
    return sources


def _tensors(value: Any, names: set[str]) -> list[list[Any]]:
    if not isinstance(value, (list, tuple)):
        return []
    is_tensor = len(value) in (3, 4) and isinstance(value[0], str) and value[0] in names
    if is_tensor and all(isinstance(n, int) and not isinstance(n, bool) for n in value[1:3]):
        return [list(value)]
    inside = [_tensors(one, names) for one in value]
    return [tensor for one in inside for tensor in one] if inside and all(inside) else []
