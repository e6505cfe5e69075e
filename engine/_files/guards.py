"""Limits, refusals and places shared by the text readers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeAlias

from ..errors import FileError
from ..types import Config
from .files import MAX_TEXT_BYTES

MAX_DEPTH = 64

# Keys and indices that lead to a part of a document; keys other than texts come from YAML.
Key: TypeAlias = "str | int | float | bool | None"
Path: TypeAlias = tuple[Key, ...]
# Line and column of each part of a document.
Places: TypeAlias = dict[Path, tuple[int, int]]


def plain(value: object, *, text_keys: bool = False) -> Any:
    """Copy of nested data with tuples and arrays as lists and NumPy's numbers as Python's.

    text_keys: keys become texts, as JSON has no others. Raises TypeError naming the type that no text file can hold.
    """
    if value is None or type(value) in (bool, int, float, str):
        return value
    if isinstance(value, (list, tuple)):
        return [plain(item, text_keys=text_keys) for item in value]
    if isinstance(value, Mapping):
        convert = str if text_keys else plain
        return {
            key if isinstance(key, str) else convert(key): plain(item, text_keys=text_keys)
            for key, item in value.items()
        }
    if hasattr(value, "dtype") and (listed := getattr(value, "tolist", None)) is not None:
        return plain(listed())
    for kind in (bool, int, float, str):  # of a class of the user's
        if isinstance(value, kind):
            return kind(value)
    if isinstance(value, bytes):
        return value.decode("utf-8")
    raise TypeError(f"a text file holds numbers, text, lists and mappings, found {type(value).__name__}")


def json_able(value: object) -> Any:
    """A copy of nested data as JSON holds it: lists, numbers of Python's, texts as keys.

    Args:
        value: nested mappings, lists, tuples, arrays, numbers and texts.

    Returns:
        The copy.

    Raises:
        TypeError: something that no text file can hold, by its type.

    Example:
        >>> import numpy as np
        >>> json_able({1: (np.float64(2.0), None)})
        {'1': [2.0, None]}
    """
    return plain(value, text_keys=True)


def check_size(text: str, where: str) -> None:
    """Refuse a text above 8 MB before any parser sees it."""
    # A character takes one to four bytes, so the cheap test decides nearly always.
    if len(text) * 4 > MAX_TEXT_BYTES and len(text.encode("utf-8", "replace")) > MAX_TEXT_BYTES:
        raise refusal(where, 1, 1, f"at most {MAX_TEXT_BYTES} bytes of text", f"{len(text)} characters")


def written_once(text: str) -> str:
    """The JSON that a JSON text holds as one string, as `json.dump(model.to_json(), file)` writes it; every other text as it is."""
    stripped = text.strip("\ufeff \t\r\n")
    if not (stripped.startswith('"{') and stripped.endswith('}"')):
        return text
    try:
        inner = json.loads(stripped)
    except ValueError:
        return text
    return inner if isinstance(inner, str) else text


def as_mapping(document: object, where: str) -> Config:
    """The document if it is a mapping. Raises FileError."""
    if isinstance(document, dict):
        return document
    actual = "an empty text" if document is None else f"a {type(document).__name__}"
    raise refusal(where, 1, 1, "a mapping, e.g. 'class_name: Sequential'", actual)


def refusal(where: str, line: int, column: int, expected: str, actual: str, hint: str | None = None) -> FileError:
    """The error that names a place in a text."""
    return FileError(file=where, line=line, column=column, expected=expected, actual=actual, hint=hint)


def line_column(text: str, position: int) -> tuple[int, int]:
    """Line and column, from 1, of a character's index."""
    return text.count("\n", 0, position) + 1, position - (text.rfind("\n", 0, position) + 1) + 1


def cut(text: str) -> str:
    """At most 80 printable characters of a text from a file."""
    text = "".join(char if char.isprintable() else "\ufffd" for char in text[:81])
    return text if len(text) <= 80 else text[:79] + "…"
