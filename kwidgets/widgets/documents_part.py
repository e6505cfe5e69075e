"""The part of a builder's view that has to do with its document outliving the kernel: saving, versions, who has it."""

from __future__ import annotations

import time
from collections.abc import Callable

from ..autosave import Autosave
from ..document.document import Document
from ..refused import Refused
from ..words import documents as say
from ..workspace.document_names import checked_name
from ..workspace.documents import DocumentStore
from ..workspace.owners import me
from . import notebook
from .base import Answer, Gesture, Message
from .builder_view import BuilderView

SAVING = "saving"


def autosave_of(document: Document, name: str | None, spot: notebook.Place | None) -> Autosave:
    """What saves a builder's document. name: None takes that of the notebook and the cell, or makes one up."""
    who = me(notebook.file(), None if spot is None else spot.cell)
    cell = notebook.document_name(spot) if name is None else None
    # The cell's document may have been given a name.
    known = name if cell is None else DocumentStore().present_name(cell)
    if known is not None:
        return Autosave(document, known, who)
    when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(who.since))
    return Autosave(document, say.untitled(when, who.token[:4]), who, unnamed=True)


class DocumentsPart:
    """Shows how a document is saved, and answers what the page asks of it. rename: gives it another name."""

    def __init__(self, autosave: Autosave, rename: Callable[[Autosave, str], None]) -> None:
        self._autosave, self._renames = autosave, rename

    def show_in(self, view: BuilderView) -> None:
        """Show it in a view, now and whenever it changes."""
        view.show(saving=self._autosave.state())
        view.sends(SAVING, lambda: view.show(saving=self._autosave.state()))
        self._autosave.listeners.append(lambda: view.changed(SAVING))

    def close(self) -> None:
        """Save what is not saved yet, and let others have the document."""
        self._autosave.close()
        self._autosave.listeners.clear()

    def gestures(self) -> dict[str, Gesture]:
        """What the page may ask of the stored document."""
        return {
            "versions": lambda _: {"versions": self._autosave.versions()},
            "open_version": self._open_version,
            "rename_document": lambda message: self._rename(message.get("name")),
            "save_copy": lambda _: self._autosave.save_copy(),
            "take_over": lambda _: self._autosave.take_over(),
            "close_notice": lambda _: self._autosave.close_notice(),
        }

    def _open_version(self, message: Message) -> Answer:
        version = message.get("version")
        if not isinstance(version, int) or isinstance(version, bool):
            raise Refused(say.no_such_version(version), say.LIST_OF_VERSIONS_IS_REFRESHED)
        return dict(self._autosave.open_version(version))

    def _rename(self, name: object) -> None:
        self._renames(self._autosave, checked_name(name))
