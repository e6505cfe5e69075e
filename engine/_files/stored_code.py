"""The name of a function whose code an old file holds, told from the bytes; nothing is decoded, let alone run.

Keras kept a Lambda's function as Python's marshal writes a code object, which ends with what is looked for here:

    name, [qualified name,] first line (4 bytes), table of lines[, table of exceptions]
"""

from __future__ import annotations

import base64
import binascii
import contextlib
from collections.abc import Iterator

# Marks of marshal's texts and bytes; the highest bit says that it may be referred to later.
_LONG = {ord(mark) for mark in "stuaA"}
_SHORT = {ord(mark) for mark in "zZ"}
_REFERENCE = ord("r")
_MAY_BE_REFERRED_TO = 0x80


def is_code(function: object, function_type: object) -> bool:
    """Whether a config holds a function as code: [code, defaults, closure], or the bytes of the code alone."""
    return function_type == "lambda" or not isinstance(function, str)


def is_code_of(function: object, name: str) -> bool:
    """Whether code in a config is that of a function called `name`.

    >>> import marshal
    >>> code = base64.b64encode(marshal.dumps((lambda x: x).__code__)).decode()
    >>> is_code_of([code, None, None], "<lambda>"), is_code_of(code, "scale")
    (True, False)
    """
    code = function[0] if isinstance(function, (list, tuple)) and function else function
    if not isinstance(code, str) or not name:
        return False
    return any(_ends_as_code_of(data, name.encode()) for data in _bytes_of(code))


def _bytes_of(code: str) -> Iterator[bytes]:
    """The bytes behind a text of Keras 2.1.3 and later, and of those before it."""
    with contextlib.suppress(binascii.Error, ValueError):
        yield base64.b64decode("".join(code.split()), validate=True)
    yield code.encode("raw_unicode_escape", "surrogatepass")


def _ends_as_code_of(data: bytes, name: bytes) -> bool:
    at = data.find(name)
    while at >= 0:
        end = at + len(name)
        if _is_marked(data, at, len(name)) and (_lines_end(data, end) or _lines_end(data, _after(data, end))):
            return True
        at = data.find(name, at + 1)
    return False


def _is_marked(data: bytes, at: int, length: int) -> bool:
    """Whether the bytes before a text say that a text of this length begins here."""
    short = at >= 2 and data[at - 2] & ~_MAY_BE_REFERRED_TO in _SHORT and data[at - 1] == length
    return short or (at >= 5 and data[at - 5] & ~_MAY_BE_REFERRED_TO in _LONG and _number(data, at - 4) == length)


def _lines_end(data: bytes, at: int | None) -> bool:
    """Whether the number of the first line stands here, with the tables behind it that end the code."""
    tables = None if at is None else _after(data, at + 4)
    return tables is not None and len(data) in (tables, _after(data, tables))


def _after(data: bytes, at: int) -> int | None:
    """Where a text, or a reference to one, that begins here ends; None for anything else."""
    if at >= len(data):
        return None
    mark = data[at] & ~_MAY_BE_REFERRED_TO
    if mark == _REFERENCE:
        return at + 5
    if mark in _SHORT and at + 1 < len(data):
        return at + 2 + data[at + 1]
    return at + 5 + _number(data, at + 1) if mark in _LONG else None


def _number(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 4], "little")
