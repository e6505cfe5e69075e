"""The file of a document: a head that can be read alone, then the document, as one JSON text.

    {"kind": "kwidgets/document", "schema": 1, "name": "digits", "saved": 1764428551.2, ..., "digest": "...",
    "document":
    {...}
    }

The first line is the head: a list of documents reads no more than that. The digest tells a text that was cut or changed.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from engine.errors import FileError
from engine.experiment import open_regular, read_json, read_text, write_json
from engine.types import Config

from ..refused import Refused
from ..words import documents as say

KIND = "kwidgets/document"
SCHEMA = 1
MOST_BYTES = 8 * 2**20
_MOST_HEAD = 2**16
_MARK = ',\n"document":\n'
_END = "\n}\n"


@dataclass(frozen=True)
class Head:
    """What a list shows of a document. saved: seconds since 1970; model: the model's name; label: the last change, in words."""

    name: str
    saved: float
    layers: int
    model: str = ""
    label: str = ""


@dataclass(frozen=True)
class Stored:
    """A document that was read. content: plain data."""

    head: Head
    content: Config


class DamagedDocument(Refused):
    """A file that is no whole document."""


class NewerDocument(Refused):
    """A file of a later release, which stays as it is."""


def text_of(head: Head, content: str) -> str:
    """The text of a file. content: the JSON of the document. Raises OSError for one that would be too long to be read again."""
    first: Config = {
        "kind": KIND,
        "schema": SCHEMA,
        "name": head.name,
        "saved": head.saved,
        "layers": head.layers,
        "model": head.model,
        "label": head.label,
        "digest": _digest(content),
    }
    text = f"{write_json(first)[:-1]}{_MARK}{content}{_END}"
    if len(text) * 4 > MOST_BYTES and len(text.encode()) > MOST_BYTES:
        raise OSError(errno.EFBIG, say.is_too_long(MOST_BYTES))
    return text


def read_head(path: Path) -> Head:
    """The head of a file. Raises NewerDocument, DamagedDocument, OSError."""
    with open_regular(path) as file:
        first = file.readline(_MOST_HEAD)
    return _head(path, first.decode("utf-8", "replace"))[0]


def read_file(path: Path) -> Stored:
    """A whole document. Raises NewerDocument, DamagedDocument, OSError."""
    try:
        first, mark, rest = read_text(path, MOST_BYTES).partition(_MARK)
    except FileError as error:
        raise DamagedDocument(say.is_damaged(path.parent.name, error)) from None
    head, digest = _head(path, first)
    content = rest.removesuffix(_END)
    if not mark or content == rest or _digest(content) != digest:
        raise DamagedDocument(say.is_damaged(head.name, say.ITS_TEXT_WAS_CHANGED))
    try:
        return Stored(head, read_json(content, head.name))
    except FileError as error:
        raise DamagedDocument(say.is_damaged(head.name, error)) from None


def renamed(path: Path, name: str) -> str:
    """The text of a file whose document has another name. Raises NewerDocument, DamagedDocument, OSError."""
    stored, content = read_file(path), read_text(path, MOST_BYTES).partition(_MARK)[2].removesuffix(_END)
    return text_of(replace(stored.head, name=name), content)


def _head(path: Path, line: str) -> tuple[Head, object]:
    """The head in the first line of a file, and the digest that stands there."""
    line = line.rstrip("\n").removesuffix(",")
    try:
        table = read_json(line + "}", path.name)
    except FileError as error:
        raise DamagedDocument(say.is_damaged(path.parent.name, error)) from None
    name, schema = table.get("name"), table.get("schema")
    if table.get("kind") != KIND or not isinstance(name, str) or not isinstance(schema, int):
        raise DamagedDocument(say.is_damaged(path.parent.name, say.is_no_document(line)))
    if schema > SCHEMA:
        raise NewerDocument(say.is_newer(name, schema, SCHEMA), say.UPDATE_OR_COPY)
    return Head(name, *_numbers(table), _text(table, "model"), _text(table, "label")), table.get("digest")


def _numbers(table: Mapping[str, object]) -> tuple[float, int]:
    saved, layers = table.get("saved"), table.get("layers")
    return (
        float(saved) if isinstance(saved, (int, float)) else 0.0,
        layers if isinstance(layers, int) else 0,
    )


def _text(table: Mapping[str, object], key: str) -> str:
    value = table.get(key)
    return value if isinstance(value, str) else ""


def _digest(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()


def replace_file(path: Path, text: str) -> None:
    """Puts a whole new file in the place of an old one, without waiting for the disk (`synced`). Raises OSError.

    A killed process leaves the old file or the new one; only a loss of power before `synced` may take both.
    """
    # As the engine's own temporary files are called: its next save of the path sweeps what a killed process left.
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(6)}.tmp")
    try:
        with open(temporary, "xb") as file:
            file.write(text.encode())
        os.replace(temporary, path)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def synced(path: Path) -> None:
    """Has the disk hold a file and its name, so that it outlives a loss of power. Raises OSError."""
    for one in (path, path.parent):
        if one.is_dir() and os.name == "nt":  # which opens no folders
            continue
        descriptor = os.open(one, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
