"""One's own blocks: pieces of graphs kept as YAML texts in one folder, for every notebook of the user.

The folder is `blocks` in `workspace.home`. A block is a file `NAME.yaml`, written whole or not at all.
"""

from __future__ import annotations

import os
import re
import threading
import time
from pathlib import Path
from typing import NamedTuple

from engine.errors import FileError
from engine.experiment import read_text, write_bytes

from .document.draft import INPUT, Draft
from .document.fragments import called, read_fragment
from .messages import BlockEntry
from .refused import Refused
from .words import builder as say
from .workspace.home import home

ENDING = ".yaml"
MOST_LETTERS = 60
MOST_BYTES = 4_000_000
# Letters, digits and some signs between them: no separators, no dots at the ends, nothing a file system reads otherwise.
NAME = re.compile(r"\w(?:[\w \-+.()]*[\w)])?")
# Names of devices on Windows, whatever their ending.
RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)

# A file that was changed less than so many seconds ago is read anew: a further change may bear the same time.
TOO_FRESH = 2.0


class _Mark(NamedTuple):
    """What tells one state of a file from another without reading it."""

    inode: int
    size: int
    modified: int
    changed: int


# For each file its state when it was read, and the block in it, or None if it holds none.
_read: dict[Path, tuple[_Mark, BlockEntry | None]] = {}
_lock = threading.Lock()


def folder() -> Path:
    """Where blocks are kept; it need not exist yet."""
    return home() / "blocks"


def save(name: str, text: str) -> BlockEntry:
    """Keeps a fragment under a name; a block of that name is replaced. Raises Refused for a bad name or text.

    A single nested model is called so, too: dropped again it has the name under which it is looked for.
    """
    path = _path(name)
    text = called(text, path.stem)
    if len(text.encode()) > MOST_BYTES:
        raise Refused(say.block_is_too_long(MOST_BYTES), say.SAVE_FEWER_LAYERS)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_bytes(path, text.encode())
    except (OSError, FileError) as error:
        raise Refused(say.block_cannot_be_kept(name, path.parent, error)) from None
    return _entry(path.stem, text)


def entries() -> list[BlockEntry]:
    """All blocks by name; a file that cannot be read as one is left out.

    The folder is looked through each time; a file is read again only where its time, size or inode is another.
    """
    with _lock:
        marks = _marks()
        read = {path: _entry_of(path, mark) for path, mark in marks.items()}
        fresh = time.time() - TOO_FRESH
        _read.clear()
        _read.update({path: (mark, read[path]) for path, mark in marks.items() if mark.modified / 1e9 < fresh})
    return [entry for path in sorted(read, key=lambda path: path.stem.lower()) if (entry := read[path]) is not None]


def _marks() -> dict[Path, _Mark]:
    """The files of the folder that may be blocks; none where there is no folder."""
    try:
        with os.scandir(folder()) as listing:
            files_there = [item for item in listing if item.name.endswith(ENDING)]
    except OSError:
        return {}
    return {Path(item.path): mark for item in files_there if (mark := _mark(item)) is not None}


def _mark(item: os.DirEntry[str]) -> _Mark | None:
    """None for a link that leads nowhere, or a file that has just gone."""
    try:
        status = item.stat()
    except OSError:
        return None
    return _Mark(status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def _entry_of(path: Path, mark: _Mark) -> BlockEntry | None:
    known = _read.get(path)
    if known is not None and known[0] == mark:
        return known[1]
    try:
        return _entry(path.stem, text(path.stem))
    except Refused:
        return None


def text(name: str) -> str:
    """The YAML of a block. Raises Refused where there is none, or it cannot be read."""
    path = _path(name)
    try:
        return read_text(path, MOST_BYTES)
    except FileNotFoundError:
        raise Refused(say.no_block_named(name), say.THE_PALETTE_HAS_BEEN_REFRESHED) from None
    except (OSError, FileError) as error:
        raise Refused(say.block_cannot_be_read(name, error)) from None


def remove(name: str) -> None:
    """Takes a block away. Raises Refused where there is none."""
    try:
        _path(name).unlink()
    except FileNotFoundError:
        raise Refused(say.no_block_named(name), say.THE_PALETTE_HAS_BEEN_REFRESHED) from None
    except OSError as error:
        raise Refused(say.block_cannot_be_removed(name, error.strerror or error)) from None


def _path(name: object) -> Path:
    if not isinstance(name, str) or not NAME.fullmatch(name.strip()) or RESERVED.fullmatch(name.strip()):
        hint = say.LETTERS_OF_A_BLOCK_NAME
        raise Refused(say.no_name_of_a_block(name), hint, field="name")
    if len(name.strip()) > MOST_LETTERS:
        raise Refused(say.block_name_is_too_long(MOST_LETTERS), field="name")
    return folder() / f"{name.strip()}{ENDING}"


def _entry(name: str, fragment: str) -> BlockEntry:
    piece = read_fragment(fragment)
    layers = [part for part in piece.layers.values() if part.class_name != INPUT]
    return {"name": name, "layers": len(layers), "help": _told(piece)}


def _told(piece: Draft) -> str:
    """The classes in their order, as a line of help."""
    names = [part.class_name for part in piece.layers.values() if part.class_name != INPUT]
    return ", ".join(names[:8]) + (" …" if len(names) > 8 else "")
