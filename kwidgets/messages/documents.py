"""The document that outlives the kernel: what the page says of its saving, and the versions that can be opened."""

from __future__ import annotations

from typing import Literal, TypedDict

NoticeKind = Literal["restored", "version", "given", "elsewhere", "taken", "newer", "unreadable"]


class Notice(TypedDict):
    """What a person should know of the document, once.

    kind: "restored" it came back; "version" an older version did, because of `why`; "given" the cell gave another model and
    what was stored can be opened; "elsewhere" somebody has it open, so that it is not saved here; "taken" somebody took it
    away; "newer" a later release wrote it; "unreadable" because of `why`. saved: when what is spoken of was saved, or since
    when somebody has it; signed: the last sign of life of a kernel that was killed; both seconds since 1970. by: the notebook
    that has it; here: it is open in this very kernel. layers: of what can be opened.
    """

    kind: NoticeKind
    saved: float | None
    signed: float | None
    by: str | None
    here: bool
    layers: int
    why: str | None


class Saving(TypedDict):
    """name: of the document; None until there is something to save. saved: seconds since 1970. trouble: why it cannot be saved.

    writes: whether changes are saved at all.
    """

    name: str | None
    saved: float | None
    writes: bool
    trouble: str | None
    notice: Notice | None


class VersionEntry(TypedDict):
    """A version that can be opened. number: 0 is what is stored now, where the page shows something else.

    label: the last change.
    """

    number: int
    saved: float
    layers: int
    label: str


class VersionsAnswer(TypedDict):
    versions: list[VersionEntry]
