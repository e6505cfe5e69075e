"""JSON with one linear pass before the decoder: depth, double keys and NaN are refused with their place."""

from __future__ import annotations

import json
import math
import re

from ..types import Config, Json
from .guards import MAX_DEPTH, Key, Places, as_mapping, check_size, cut, plain, refusal

_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|"|[\[\]{},:]|[^\s\[\]{},:"]+', re.DOTALL)


def read_json(text: str, where: str = "<text>", places: Places | None = None) -> Config:
    """The mapping that a JSON text holds.

    Args:
        text: at most 8 MB.
        where: the file's name, for messages.
        places: a dict to be filled with {path of keys and indices: (line, column)}; None: nothing is recorded.

    Returns:
        The mapping, as plain data.

    Raises:
        FileError: the text is no JSON, or no mapping, with line and column.

    Example:
        >>> read_json('{"units": 3}')
        {'units': 3}
    """
    check_size(text, where)
    text = text.removeprefix("\ufeff")
    _scan_json(text, where, places)
    try:
        document = json.loads(text)
        if "\\u" in text:
            json.dumps(document, ensure_ascii=False).encode("utf-8")
    except json.JSONDecodeError as error:
        raise refusal(where, error.lineno, error.colno, "JSON that parses", f"a mistake ({cut(error.msg)})") from None
    except UnicodeEncodeError:
        raise refusal(where, 1, 1, "text", "half of a character (a lone surrogate)") from None
    except ValueError as error:
        raise refusal(where, 1, 1, "JSON that parses", f"a mistake ({cut(str(error))})") from None
    return as_mapping(document, where)


def write_json(document: object, indent: int | None = None) -> str:
    """Plain data as JSON; NaN and infinity, which JSON lacks, become null.

    Args:
        document: plain data.
        indent: spaces for each level; None (the default) writes one line.

    Returns:
        The text.

    Example:
        >>> write_json({"loss": [0.5, float("nan")]})
        '{"loss": [0.5, null]}'
    """
    return json.dumps(_finite(plain(document)), indent=indent, ensure_ascii=False, allow_nan=False)


def _scan_json(text: str, where: str, places: Places | None) -> None:
    """One linear pass before the decoder: refuses depth, double keys and NaN; fills `places`.

    Grammar is the decoder's business; this pass only has to stay safe on broken text.
    """
    stack: list[tuple[str, set[str] | None]] = []
    path: list[Key] = []
    line, line_start, position = 1, 0, 0
    before = ""
    for match in _TOKEN.finditer(text):
        token, start = match.group(), match.start()
        newlines = text.count("\n", position, start)
        if newlines:
            line += newlines
            line_start = text.rfind("\n", position, start) + 1
        position = start
        column = start - line_start + 1
        if token == '"' or (not stack and before):
            return
        keys = stack[-1][1] if stack else None
        is_key = keys is not None and before in ("{", ",") and token[0] == '"'
        if is_key and keys is not None:
            key = _json_text(token)
            if key in keys:
                raise refusal(where, line, column, "each key once", f"{cut(key)!r} a second time")
            keys.add(key)
            path[-1] = key
            if places is not None:
                places[tuple(path)] = (line, column)
        elif token in "[{":
            if places is not None:
                places.setdefault(tuple(path), (line, column))
            if len(stack) >= MAX_DEPTH:
                raise refusal(where, line, column, f"at most {MAX_DEPTH} levels", "deeper nesting")
            stack.append((token, set() if token == "{" else None))
            path.append(0 if token == "[" else None)
        elif token in "]}":
            if not stack:
                return
            stack.pop()
            path.pop()
        elif token == "," and stack and keys is None and isinstance(index := path[-1], int):
            path[-1] = index + 1
        elif token not in ",:":
            if token in ("NaN", "Infinity", "-Infinity"):
                raise refusal(where, line, column, "a finite number", token)
            if places is not None:
                places.setdefault(tuple(path), (line, column))
        before = token


def _json_text(token: str) -> str:
    try:
        return json.loads(token)
    except ValueError:
        return token


def _finite(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
