"""Expressions of Python as text: on one line where there is room, else one part on each line, as `ruff format` leaves them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

WIDTH = 88


@dataclass(frozen=True)
class Written:
    """An expression that is text already: a variable, or a number."""

    text: str


@dataclass(frozen=True)
class Parts:
    """Something in brackets. open: what stands before the parts, such as "Dense("; each part has its name, or ""."""

    open: str
    close: str
    parts: tuple[tuple[str, Expression], ...] = ()
    is_open: bool = False
    """Whether each part has a line of its own in any case."""
    lonely_comma: bool = False
    """Whether a single part has a comma behind it, as in a tuple."""


@dataclass(frozen=True)
class Called:
    """`layer(tensor)`: what an expression gives for others."""

    function: Expression
    arguments: Parts


Expression: TypeAlias = "Written | Parts | Called"


def call(name: str, arguments: Iterable[tuple[str, Expression]], *, is_open: bool = False) -> Parts:
    """`name(key=value, ...)`; an argument without a key goes by its place."""
    return Parts(f"{name}(", ")", tuple((f"{key}=" if key else "", value) for key, value in arguments), is_open)


def listed(items: Iterable[Expression], *, is_open: bool = False) -> Parts:
    """A list."""
    return Parts("[", "]", tuple(("", item) for item in items), is_open)


def expression(value: object) -> Expression:
    """Plain data: lists of sizes as tuples, texts in double quotes; what is an expression stays one."""
    if isinstance(value, (Written, Parts, Called)):
        return value
    if isinstance(value, str):
        return Written(_text(value))
    if isinstance(value, (list, tuple)):
        items = tuple(("", expression(item)) for item in value)
        are_sizes = bool(items) and all(item is None or type(item) is int for item in value)
        return Parts("(", ")", items, lonely_comma=True) if are_sizes else Parts("[", "]", items)
    if isinstance(value, Mapping):
        return Parts("{", "}", tuple((f"{literal(key)}: ", expression(item)) for key, item in value.items()))
    if isinstance(value, float) and not math.isfinite(value):
        return Written(f'float("{value}")')
    return Written(repr(value))


def literal(value: object) -> str:
    r"""Python source of plain data on one line.

    >>> literal([3, None]), literal('a"b'), literal({"scale": 1.0})
    ('(3, None)', '\'a"b\'', '{"scale": 1.0}')
    """
    return flat(expression(value))


def _text(value: str) -> str:
    """A text in double quotes, unless single ones need fewer backslashes."""
    written = repr(value)
    if written[0] == '"':
        return written
    double = '"' + written[1:-1].replace("\\'", "'").replace('"', '\\"') + '"'
    return double if double.count("\\") <= written.count("\\") else written


def flat(written: Expression) -> str:
    """An expression on one line."""
    if isinstance(written, Written):
        return written.text
    if isinstance(written, Called):
        return flat(written.function) + flat(written.arguments)
    inside = ", ".join(name + flat(part) for name, part in written.parts)
    comma = "," if written.lonely_comma and len(written.parts) == 1 else ""
    return f"{written.open}{inside}{comma}{written.close}"


def laid_out(written: Expression, indent: int = 0, before: int = 0, after: int = 0) -> str:
    """An expression as it stands in a program.

    Args:
        written: the expression.
        indent: the column of the statement or of the part.
        before: how many letters stand before it on its line, behind the indent.
        after: how many letters follow it on its last line.
    """
    line = flat(written)
    if not _must_open(written) and indent + before + len(line) + after <= WIDTH:
        return line
    if isinstance(written, Called):
        return _called(written, indent, before, after)
    if isinstance(written, Written) or not written.parts:
        return line
    space = " " * (indent + 4)
    lines = [f"{space}{name}{laid_out(part, indent + 4, len(name), 1)}," for name, part in written.parts]
    return "\n".join([written.open, *lines, " " * indent + written.close])


def _called(written: Called, indent: int, before: int, after: int) -> str:
    function, arguments = flat(written.function), flat(written.arguments)
    is_long = len(arguments) > WIDTH // 2 and indent + before + len(function) + 1 <= WIDTH
    if is_long and not _must_open(written.function):
        return function + laid_out(replace(written.arguments, is_open=True), indent)
    return laid_out(written.function, indent, before, len(arguments) + after + WIDTH) + arguments


def _must_open(written: Expression) -> bool:
    if isinstance(written, Written):
        return False
    if isinstance(written, Called):
        return _must_open(written.function) or _must_open(written.arguments)
    return written.is_open or any(_must_open(part) for _, part in written.parts)


def assigned(name: str, written: Expression, indent: int = 0) -> str:
    """`name = expression`."""
    return f"{name} = {laid_out(written, indent, len(name) + 3)}"


def imported(start: str, names: Sequence[str]) -> list[str]:
    """Lines of an import; `start` ends with "import "."""
    line = start + ", ".join(names)
    return [line] if len(line) <= WIDTH else [f"{start}(", *(f"    {name}," for name in names), ")"]
