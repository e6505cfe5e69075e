"""Functions and classes of the user's own, made known by name, so that a model made in code can be edited as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .._declared import registry
from .._declared.remembered import Remembered
from ..errors import SettingError
from ..types import Config


def known_by_name(config: Config, model: str, part: str = "") -> Config:
    """A copy of a config whose names are texts that this process knows, as names in a file are known by custom_objects.

    What a name remembers goes into `get_custom_objects()`: a class under its own name, a function under one that says
    which layer or function of which model it is, so that no name in another file stands for it by chance.

    Args:
        config: what `get_config` gave.
        model: the name of the model.
        part: what a function without a name belongs to, where that is no layer: "loss".

    Raises:
        SettingError: a class has the name of one of the engine's, or of another one that is in use.

    Returns:
        The copy.

    Example:
        >>> from engine.layers import Lambda
        >>> known_by_name(Lambda(lambda x: x * 2, name="twice").get_config(), "tower")["function"]
        'twice_of_tower'
    """
    return _known(config, part or model, model)


def own_names_in(config: object) -> list[str]:
    """The names in a config's texts that stand for the program's own functions and classes.

    Args:
        config: plain data of any kind.

    Returns:
        The names, sorted.

    Example:
        >>> own_names_in({"activation": "relu"})
        []
    """
    return sorted(set(_texts(config)).intersection(registry.custom_objects()))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _texts(item)


def _known(value: Any, layer: str, model: str) -> Any:
    if isinstance(value, Remembered):
        return _class_name(value) if isinstance(value.thing, type) else _function_name(value, layer, model)
    if isinstance(value, Mapping):
        name = value.get("name")
        inner = name if isinstance(name, str) else layer
        return {key: _known(item, inner, model) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_known(item, layer, model) for item in value]
    return value


def _class_name(name: Remembered) -> str:
    there = registry.custom_objects().get(name) or registry.find_all("layer").get(name)
    if there not in (None, name.thing) and getattr(there, "__module__", None) != name.thing.__module__:
        raise SettingError(
            where=f"class {name}",
            expected="a name that no other class has",
            actual=f"that of {there!r}",
            hint="Give the class another name.",
        )
    registry.get_custom_objects()[name] = name.thing
    return str(name)


def _function_name(name: Remembered, layer: str, model: str) -> str:
    known = registry.custom_objects()
    if known.get(name) is name.thing:
        return str(name)
    base = f"{name if name.isidentifier() else layer}_of_{model}"
    free, suffix = base, 1
    while known.get(free, name.thing) is not name.thing:
        suffix += 1
        free = f"{base}_{suffix}"
    registry.get_custom_objects()[free] = name.thing
    return free
