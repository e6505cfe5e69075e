"""Whether plain data are as a type says: the tables of messages are types, and a page gets what they promise."""

from __future__ import annotations

import types
import typing
from typing import Any

from typing_extensions import NotRequired, Required


def misfit(value: object, kind: Any, path: str = "") -> str | None:
    """Where a value is not as its type says, in words; None where it is.

    >>> misfit({"x": [1, "a"]}, dict[str, list[int]])
    "x.1: int expected, found 'a'"
    """
    if kind is Any or kind is object:
        return None
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin in (Required, NotRequired, typing.Annotated):
        return misfit(value, inner[0], path)
    if typing.is_typeddict(kind):
        return _misfit_of_record(value, kind, path)
    if origin is typing.Literal:
        return None if value in inner else _words(path, f"one of {inner}", value)
    if origin in (typing.Union, types.UnionType):
        return None if any(misfit(value, one, path) is None for one in inner) else _words(path, str(kind), value)
    if origin in (list, dict) and isinstance(value, origin):
        items = value.items() if isinstance(value, dict) else enumerate(typing.cast("list[object]", value))
        found = (misfit(item, inner[-1], f"{path}.{key}".lstrip(".")) for key, item in items)
        return next((one for one in found if one is not None), None)
    if kind is float:
        kind = (int, float)
    expected = type(None) if kind is None else origin or kind
    fits = isinstance(value, expected) and not (isinstance(value, bool) and expected in (int, (int, float)))
    return None if fits else _words(path, getattr(kind, "__name__", str(kind)), value)


def _misfit_of_record(value: object, kind: Any, path: str) -> str | None:
    if not isinstance(value, dict):
        return _words(path, kind.__name__, value)
    keys = typing.get_type_hints(kind, include_extras=True)
    # Read from the hints: where annotations are texts, the class itself does not know what is required.
    required = {key for key, hint in keys.items() if typing.get_origin(hint) is not NotRequired and kind.__total__}
    odd = [*(value.keys() - keys.keys()), *(required - value.keys())]
    if odd:
        return _words(path, f"{kind.__name__} without other or missing keys", odd)
    found = (misfit(value[key], keys[key], f"{path}.{key}".lstrip(".")) for key in value)
    return next((one for one in found if one is not None), None)


def _words(path: str, expected: str, value: object) -> str:
    return f"{path}: {expected} expected, found {value!r:.120}"
