"""Any text as the name of a document, and the folder that stands for it on any file system."""

from __future__ import annotations

import contextlib
import hashlib
import re
import unicodedata
from pathlib import Path

from engine.errors import FileError
from engine.experiment import read_json, read_text, write_json

from ..refused import Refused
from ..words import documents as say
from .document_files import replace_file

MOST_LETTERS = 1000
_SLUG_LETTERS = 32
_FORWARDED = ".renamed"
_MOST_BYTES = 20_000


def checked_name(name: object) -> str:
    """A name without spaces around it, in one spelling of its letters. Raises Refused with what a name may be."""
    if not isinstance(name, str) or not name.strip():
        raise Refused(say.NAME_IS_A_TEXT, field="name")
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in name):
        raise Refused(say.CONTROL_CHARACTERS_IN_A_NAME, say.CHOOSE_ANOTHER_NAME, field="name")
    name = unicodedata.normalize("NFC", name.strip())
    if len(name) > MOST_LETTERS:
        raise Refused(say.name_is_too_long(MOST_LETTERS, len(name)), say.CHOOSE_ANOTHER_NAME, field="name")
    return name


def key_of(name: str) -> str:
    """The folder's name: what can be read of the name in small ASCII letters, and a digest that tells all names apart.

    So names that differ only in what a file system overlooks (small and large letters, dots at the end, devices of Windows)
    have folders of their own. The name itself stands in the document.

    >>> key_of("Digits"), key_of("digits")
    ('digits-9cd500d3d69f', 'digits-cc6b6bad31a0')
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:_SLUG_LETTERS] or "document"
    return f"{slug}-{hashlib.sha256(name.encode()).hexdigest()[:12]}"


def forward(folder: Path, before: str, now: str) -> None:
    """Notes that a document was renamed, for cells whose builder has no name of its own, so that they find it again.

    Where that cannot be written, such a cell begins an empty document, and the renamed one is found in the list.
    """
    names = folder / _FORWARDED
    with contextlib.suppress(OSError):
        names.mkdir(parents=True, exist_ok=True)
        (names / f"{key_of(now)}.json").unlink(missing_ok=True)
        replace_file(names / f"{key_of(before)}.json", write_json({"name": before, "now": now}))


def forwarded(folder: Path, name: str) -> str:
    """The last name of a document that had this one."""
    seen: set[str] = set()
    while name not in seen:
        seen.add(name)
        try:
            now = read_json(read_text(folder / _FORWARDED / f"{key_of(name)}.json", _MOST_BYTES)).get("now")
        except (OSError, FileError):
            return name
        name = now if isinstance(now, str) else name
    return name
