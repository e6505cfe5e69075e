"""`python -m tests.messages` writes the TypeScript types of all messages from kwidgets/messages and the gestures."""

from __future__ import annotations

import sys
import types
import typing
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, is_typeddict

from typing_extensions import NotRequired

from kwidgets import gestures, graph_gestures, messages, result_gestures, run_gestures, table_gestures, text_gestures
from kwidgets.messages import (
    answers,
    canvas,
    common,
    data,
    documents,
    forecast,
    forms,
    inside,
    palette,
    results,
    run,
    runs,
    search,
    states,
    texts,
    training,
)

TARGET = Path(__file__).resolve().parents[1] / "kwidgets" / "frontend" / "src" / "shared" / "messages.ts"
HEAD = "// Written by `python -m tests.messages` from kwidgets/messages and gestures.py: change them.\n"
JSON = (
    "export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };\n"
    "export type Shape = readonly (number | null)[];\n"
    "export type Point = readonly number[];\n"
)
# The order in which their types are written.
FILES = (
    common,
    palette,
    search,
    canvas,
    forms,
    forecast,
    inside,
    texts,
    data,
    training,
    run,
    runs,
    results,
    documents,
    states,
    answers,
    run_gestures,
    result_gestures,
    table_gestures,
    text_gestures,
    graph_gestures,
    gestures,
)
LITERALS = {name: value for file in FILES for name, value in vars(file).items() if get_origin(value) is Literal}
PLAIN = {str: "string", int: "number", float: "number", bool: "boolean", type(None): "null", Any: "Json"}


def typescript(kind: Any, plain: bool = False) -> str:
    """The TypeScript of a Python type; `plain`: words written out where they have a name."""
    if kind in PLAIN:
        return PLAIN[kind]
    if kind in (messages.Shape, messages.Point):
        return "Shape" if kind == messages.Shape else "Point"
    if is_typeddict(kind):
        return kind.__name__
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Literal:
        named = next((name for name, value in LITERALS.items() if value == kind), None)
        if named is not None and not plain:
            return named
        return " | ".join(f'"{value}"' if isinstance(value, str) else str(value) for value in arguments)
    if origin in (typing.Union, types.UnionType):
        return " | ".join(typescript(one) for one in arguments)
    if origin is list:
        inner = typescript(arguments[0])
        return f"readonly ({inner})[]" if " " in inner else f"readonly {inner}[]"
    if origin is dict:
        return f"{{ readonly [key: string]: {typescript(arguments[1])} }}"
    if origin is tuple:
        return f"[{', '.join(map(typescript, arguments))}]"
    raise TypeError(f"No TypeScript is known for {kind!r}.")


def interface(table: type) -> str:
    """A TypedDict as an interface."""
    lines = [f"export interface {table.__name__} {{"]
    for name, kind in typing.get_type_hints(table, vars(sys.modules[table.__module__]), include_extras=True).items():
        optional = get_origin(kind) is NotRequired
        lines.append(f"  {name}{'?' if optional else ''}: {typescript(get_args(kind)[0] if optional else kind)};")
    return "\n".join([*lines, "}"])


def text() -> str:
    """The whole file."""
    literals = [f"export type {name} = {typescript(value, plain=True)};" for name, value in LITERALS.items()]
    tables = [
        interface(value)
        for file in FILES
        for value in vars(file).values()
        if is_typeddict(value) and value.__module__ == file.__name__
    ]
    return "\n".join([HEAD, JSON, *literals, "", "\n\n".join(tables), ""])


if __name__ == "__main__":
    TARGET.write_text(text(), "utf-8")
    sys.exit(0)
