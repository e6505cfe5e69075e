"""What was done to a document, as lines of code that do it again.

A line is a call of one of the methods of `Scripted`, with names as `code_names` writes them: the same command, so that the
lines of a session, run one after the other, make the same graph.
"""

from __future__ import annotations

import keyword
import math
from collections.abc import Mapping, Sequence

from engine.experiment import json_able
from engine.types import Json

from . import code_names
from .draft import Draft
from .edit_together import checked_steps

DOCUMENT = "b.document"
# What stands before the named arguments of a command's call; "*" is spread out.
FIRST: dict[str, tuple[str, ...]] = {
    "add": ("class_name",),
    "add_with": ("class_name",),
    "remove": ("*nodes",),
    "cut": ("*nodes",),
    "duplicate": ("*nodes",),
    "freeze": ("*nodes",),
    "bypass": ("*nodes",),
    "group": ("*nodes",),
    "align": ("*nodes",),
    "distribute": ("*nodes",),
    "connect": ("source", "target"),
    "connect_or_merge": ("source", "target", "merge"),
    "disconnect": ("*wires",),
    "reorder": ("node",),
    "insert": ("node", "wire"),
    "use_again": ("node",),
    "move": ("positions",),
    "mark_output": ("node",),
    "replace": ("node", "class_name"),
    "ungroup": ("node",),
    "wrap": ("*layers",),
    "set": ("*layers",),
    "rename": ("layer", "name"),
    "new": ("kind",),
    "choose_model": ("name",),
    "set_kind": ("kind",),
    "name_model": ("name",),
    "template": ("name",),
    "paste": ("format", "text"),
    "paste_layers": ("text",),
    "do_all": ("label", "commands"),
    "note": ("text",),
    "set_note": ("note",),
    "remove_note": ("note",),
}
# Arguments that say something also where they are None.
MEANT_AS_NONE = {"wrap": ("wrapper",), "set": ("value",)}
# Arguments that are so anyway.
USUAL: dict[str, dict[str, Json]] = {
    "remove": {"heal": True},
    "cut": {"heal": True},
    "mark_output": {"output": True},
    "do_all": {"rewired": True},
}
# The parameters of `add` that are no settings of the layer.
OF_ADD = ("class_name", "after", "wire", "position", "beside", "block", "settings")


def line(draft: Draft, message: Mapping[str, object]) -> str:
    """The line of code that carries out a command on a draft.

    >>> line(Draft(), {"do": "add", "class_name": "Dense", "settings": {"units": 3}})
    'b.document.add("Dense", units=3)'
    >>> line(Draft(), {"do": "undo"})
    'b.document.undo()'
    """
    name = str(message["do"])
    if name == "do_all" and message.get("label") is None:
        return _several_settings(draft, checked_steps(message))
    plain = code_names.written(draft, {key: value for key, value in message.items() if key != "do"})
    meant_as_none = MEANT_AS_NONE.get(name, ())
    usual = USUAL.get(name, {})
    said = {key: value for key, value in plain.items() if key not in usual or value != usual[key]}
    arguments = {key: value for key, value in said.items() if value is not None or key in meant_as_none}
    if name == "set":
        arguments = _settings_of_set(arguments)
    elif name in ("add", "add_with"):
        arguments |= _settings_of_add(arguments.pop("settings", None))
    before: list[str] = []
    for key in FIRST.get(name, ()):
        value = arguments.pop(key.removeprefix("*"), None)
        parts = value if key.startswith("*") and isinstance(value, Sequence) and not isinstance(value, str) else [value]
        before += [literal(part) for part in parts]
    return f"{DOCUMENT}.{name}({', '.join([*before, *_named(arguments)])})"


def _several_settings(draft: Draft, commands: Sequence[Mapping[str, object]]) -> str:
    """The line of several settings of the same layers that were set at once."""
    layers = code_names.written(draft, {"layers": commands[0].get("layers")})
    values = {str(command.get("field")): json_able(command.get("value")) for command in commands}
    return f"{DOCUMENT}.set({', '.join([*map(literal, layers['layers']), *_named(values)])})"


def _settings_of_set(arguments: dict[str, Json]) -> dict[str, Json]:
    return {"layers": arguments.get("layers"), str(arguments.get("field")): arguments.get("value")}


def _settings_of_add(settings: Json) -> dict[str, Json]:
    """Settings by their names, and in a table those that have the name of something else."""
    if not isinstance(settings, dict):
        return {} if settings is None else {"settings": settings}
    apart = {key: value for key, value in settings.items() if key in OF_ADD or not _is_name(key)}
    plain = {key: value for key, value in settings.items() if key not in apart}
    return {**plain, "settings": apart} if apart else plain


def _named(arguments: Mapping[str, Json]) -> list[str]:
    """Named arguments; those that are no names of Python's are spread from a table."""
    plain = [f"{key}={literal(value)}" for key, value in arguments.items() if _is_name(key)]
    others = {key: value for key, value in arguments.items() if not _is_name(key)}
    return [*plain, f"**{literal(others)}"] if others else plain


def _is_name(key: str) -> bool:
    return key.isidentifier() and not keyword.iskeyword(key)


def literal(value: object) -> str:
    """A value as Python writes it; a text of several lines in three quotes where nothing in it speaks against that."""
    if isinstance(value, str):
        if _fits_in_three_quotes(value):
            return f'"""{value}"""'
        return repr(value) if '"' in value or "\\" in value or not value.isprintable() else f'"{value}"'
    if isinstance(value, float) and not math.isfinite(value):
        return f"float('{value}')"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{literal(key)}: {literal(item)}" for key, item in value.items()) + "}"
    if isinstance(value, tuple):
        inside = ", ".join(map(literal, value))
        return f"({inside},)" if len(value) == 1 else f"({inside})"
    if isinstance(value, list):
        return f"[{', '.join(map(literal, value))}]"
    return repr(value)


def _fits_in_three_quotes(text: str) -> bool:
    lines = text.split("\n")
    marked = "\\" in text or '"""' in text or text.endswith('"')
    return len(lines) > 1 and not marked and all(line.isprintable() for line in lines)
