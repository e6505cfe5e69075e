"""What a config says of a Lambda: its functions by name, and further arguments as plain data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from .._declared import registry
from .._declared.remembered import Remembered
from .._files.stored_code import is_code, is_code_of
from .._graph.tensor import is_tensor
from ..errors import GraphError, UnknownName
from ..types import Config
from .known_functions import KNOWN, known_function

_ARRAY, _OBJECT = "ndarray", "object"


def function_from(config: Mapping[str, object], where: str) -> Callable[..., Any]:
    """The function of a Lambda's config: the one that it remembers, or one of custom_objects by its own or the layer's name.

    Raises UnknownName for a name that is not there, GraphError for code that no custom object stands for.
    """
    function, name = config.get("function"), str(config.get("name"))
    objects = {known: thing for known, thing in registry.custom_objects().items() if callable(thing)}
    named = registry.custom_objects().get(name)
    if isinstance(named, str):
        objects[name] = _known(named, where)
    if isinstance(function, str) and not is_code(function, config.get("function_type")):
        if function not in objects and name in objects and not isinstance(function, Remembered):
            return objects[name]
        known = known_function(function)
        if known is not None and function not in registry.custom_objects() and not isinstance(function, Remembered):
            return known
        try:
            return registry.find_custom(function, where)
        except UnknownName as error:
            error.hint = f"Give the function by this name or by the layer's: custom_objects={{{name!r}: function}}."
            raise
    if name in objects:
        return objects[name]
    for known, thing in objects.items():
        if is_code_of(function, known):
            return thing
    raise GraphError(
        where=where,
        expected="the name of a function in custom_objects",
        actual="stored code" if function else "nothing",
        hint=f"Code from files is never run. Write the function again and give it by the layer's name: "
        f"custom_objects={{{name!r}: function}}, or get_custom_objects()[{name!r}] = function; or by what it does, "
        f"{{{name!r}: 'l2_normalize'}} (docs/files.md).",
    )


def _known(name: str, where: str) -> Callable[..., Any]:
    """The function that is given by name. Raises UnknownName with the names that there are."""
    function = known_function(name)
    if function is None:
        error = UnknownName(name, [*KNOWN, "resize_64x64"], kind="function for a Lambda", where=where)
        error.hint = f"There are {', '.join(KNOWN)} and resize_ROWSxCOLUMNS; or give a function."
        raise error
    return function


def plain_arguments(arguments: Mapping[str, object] | None) -> Config | None:
    """Arguments of the function as a config holds them: arrays as Keras writes them, objects by name."""
    return None if arguments is None else {name: _plain(value) for name, value in arguments.items()}


def _plain(value: object) -> object:
    if isinstance(value, np.ndarray):
        return {"type": _ARRAY, "value": value.tolist(), "dtype": value.dtype.name}
    if callable(value) or is_tensor(value):
        return {"type": _OBJECT, "value": registry.own_name_for(value)}
    return value


def arguments_from(written: object, where: str) -> Config | None:
    """The arguments that `plain_arguments` or Keras wrote. Raises UnknownName for an object that is not known."""
    return {name: _read(value, where) for name, value in written.items()} if isinstance(written, Mapping) else None


def _read(value: object, where: str) -> object:
    kind = value.get("type") if isinstance(value, Mapping) else None
    if isinstance(value, Mapping) and set(value) <= {"type", "value", "dtype"}:
        if kind == _ARRAY:
            return np.array(value.get("value"), dtype=value.get("dtype"))
        if kind == _OBJECT:
            return registry.find_custom(value["value"], where)
    return value
