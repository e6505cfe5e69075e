"""What the page is told of a document that is stored: notices, and what can be opened."""

from __future__ import annotations

from typing import TypedDict

from .messages import Notice, NoticeKind, VersionEntry
from .workspace.document_files import Head


class Other(TypedDict):
    """by: the notebook of another opening of the document. here: whether it is in this very kernel."""

    by: str | None
    here: bool


def notice(
    kind: NoticeKind,
    *,
    saved: float | None = None,
    signed: float | None = None,
    by: str | None = None,
    here: bool = False,
    layers: int = 0,
    why: str | None = None,
) -> Notice:
    """A notice of a kind; what it says nothing of is None, 0 or False."""
    return {"kind": kind, "saved": saved, "signed": signed, "by": by, "here": here, "layers": layers, "why": why}


def entry(number: int, head: Head) -> VersionEntry:
    """A version that can be opened; 0 is the present file."""
    return {"number": number, "saved": head.saved, "layers": head.layers, "label": head.label}
