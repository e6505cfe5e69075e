"""JSON with one linear pass before the decoder: depth, double keys and NaN are refused with their place."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Collection, Iterator

from ..errors import FileError, shorten
from ..types import Config, Json
from .guards import MAX_DEPTH, Key, Places, as_mapping, check_size, cut, plain, refusal, written_once

_TOKEN = re.compile(r'["\[\]{},:]|[^\s\[\]{},:"]+')


_DECODER = json.JSONDecoder()


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
    text = written_once(text).removeprefix("\ufeff")
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


def read_table(text: object, where: str) -> Config:
    """Mapping that a JSON text of any size holds, such as a vocabulary's. Errors: FileError.

    >>> read_table('{"the": 1}', "words")
    {'the': 1}
    """
    if not isinstance(text, (str, bytes, bytearray)):
        raise FileError(where=where, expected="a JSON text", actual=type(text).__name__)
    try:
        return as_mapping(json.loads(text), where)
    except json.JSONDecodeError as error:
        raise refusal(where, error.lineno, error.colno, "JSON that parses", f"a mistake ({cut(error.msg)})") from None
    except (ValueError, RecursionError) as error:
        if isinstance(error, FileError):
            raise
        raise refusal(where, 1, 1, "JSON that parses", f"a mistake ({cut(str(error))})") from None


def read_settings(text: object, where: str, names: Collection[str]) -> Config:
    """What stands under "config" of a JSON text {class_name, config}: settings of these names and no others. Errors: FileError."""
    settings = read_table(text, where).get("config")
    if not isinstance(settings, dict):
        raise FileError(where=where, expected="a table under 'config'", actual=shorten(settings))
    unknown = next((name for name in settings if name not in names), None)
    if unknown is not None:
        raise FileError(where=f"{where}, config", expected=f"one of {', '.join(names)}", actual=shorten(unknown))
    return settings


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
    for token, start, written in _tokens(text):
        newlines = text.count("\n", position, start)
        if newlines:
            line += newlines
            line_start = text.rfind("\n", position, start) + 1
        position = start
        column = start - line_start + 1
        if not stack and before:
            return
        keys = stack[-1][1] if stack else None
        is_key = keys is not None and before in ("{", ",") and token == '"'
        if is_key and keys is not None:
            key = written
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


def _tokens(text: str) -> Iterator[tuple[str, int, str]]:
    """Each token with its start; a text as its first quote and what it says. Ends where a text is broken.

    One pattern for whole texts would keep its way through every escape of a hostile one: 500 MB for 8.
    """
    position = 0
    while match := _TOKEN.search(text, position):
        token, position = match.group(), match.end()
        written = ""
        if token == '"':
            try:
                written, position = _DECODER.raw_decode(text, match.start())
            except json.JSONDecodeError:
                return
        yield token, match.start(), written


def _finite(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
