"""`kwidgets.documents()`: all documents of the user, as a list that a notebook shows as a table."""

from __future__ import annotations

import datetime
import html
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import cast, overload

from engine.experiment import bytes_in_words, write_yaml

from .builder import Builder
from .document.records import Experiment
from .document.steps import read_steps
from .refused import Refused
from .renaming import rename_stored
from .words import documents as say
from .words.common import layers
from .workspace.document_files import Head, Stored
from .workspace.documents import DocumentFolder, DocumentStore, Version


class StoredVersion:
    """A state of a document that was stored and can be opened again."""

    def __init__(self, store: DocumentStore, folder: DocumentFolder, version: Version) -> None:
        self._store = store
        self._folder = folder
        self._version = version

    def __repr__(self) -> str:
        return f"<version of {self.name!r}, {_when(self.saved)}, {layers(self.layers)}: {self.label}>"

    @property
    def name(self) -> str:
        """The name of the document."""
        return self._folder.name

    @property
    def saved(self) -> datetime.datetime:
        """When it was saved."""
        return _time(self._version.head)

    @property
    def layers(self) -> int:
        """How many layers it has."""
        return self._version.head.layers

    @property
    def label(self) -> str:
        """The last change before it was saved, in words."""
        return self._version.head.label

    @property
    def experiment(self) -> Experiment:
        """Model, layout, data and training as one plain dict. Raises Refused where it cannot be read."""
        return _experiment(self._folder.version(self._version.number))

    def open(self) -> Builder:
        """A builder on a copy of it, under a name of its own; the document itself stays as it is."""
        steps = read_steps(self._folder.version(self._version.number).content)
        builder = Builder(name=self._store.free_copy_name(self.name))
        builder.document.restore(steps)
        return builder


class StoredDocument:
    """A document that outlives the kernel."""

    def __init__(self, store: DocumentStore, folder: DocumentFolder, head: Head, deleted: bool = False) -> None:
        self._store = store
        self._folder = folder
        self._head = head
        self._deleted = deleted

    def __repr__(self) -> str:
        return f"<document {self.name!r}, {_when(self.changed)}, {layers(self.layers)}>"

    @property
    def name(self) -> str:
        """Its name, as `Builder(name=...)` takes it."""
        return self._head.name

    @property
    def changed(self) -> datetime.datetime:
        """When it was saved last."""
        return _time(self._head)

    @property
    def layers(self) -> int:
        """How many layers its model has."""
        return self._head.layers

    @property
    def size(self) -> int:
        """Bytes of its files, versions included."""
        return self._folder.size()

    @property
    def versions(self) -> list[StoredVersion]:
        """Earlier states that can be opened, newest first."""
        return [StoredVersion(self._store, self._folder, version) for version in self._folder.versions()]

    @property
    def experiment(self) -> Experiment:
        """Model, layout, data and training as one plain dict. Raises Refused where it cannot be read."""
        read = self._folder.read()
        if read is None:
            raise Refused(say.no_document_named(self.name))
        return _experiment(read[0])

    def to_yaml(self) -> str:
        """The experiment as YAML. Raises Refused where it cannot be read."""
        return write_yaml({**self.experiment})

    def open(self) -> Builder:
        """A builder on this document, as `Builder(name=...)` gives it. Raises Refused for one that was deleted."""
        if self._deleted:
            raise Refused(say.was_deleted(self.name), say.RESTORE_BRINGS_IT_BACK)
        return Builder(name=self.name)

    def rename(self, name: str) -> None:
        """Give it another name, under which its runs are listed too; `Builder(name=...)` takes the new one then.

        Args:
            name: any text of up to 1000 letters; "Digits" and "digits" are two.

        Raises:
            Refused: another document has the name, it cannot be one, or the document is open in another kernel.
        """
        if self._deleted:
            raise Refused(say.was_deleted(self.name), say.RESTORE_BRINGS_IT_BACK)
        self._folder = rename_stored(self._store, self._folder, name)
        self._head = replace(self._head, name=self._folder.name)

    def delete(self) -> None:
        """Put it aside; `restore` brings it back. Raises Refused where it is open somewhere, or gone."""
        if self._deleted:
            raise Refused(say.was_deleted(self.name), say.RESTORE_BRINGS_IT_BACK)
        self._folder = self._store.delete(self._folder)
        self._deleted = True

    def restore(self) -> None:
        """Bring back what was deleted. Raises Refused where another document has its name now."""
        if self._deleted:
            self._folder = self._store.restore(self._folder)
            self._deleted = False


class Documents(Sequence[StoredDocument]):
    """Documents, the one that was saved last first; by number, or by name."""

    def __init__(self, listed: Sequence[StoredDocument]) -> None:
        self._listed = list(listed)

    def __len__(self) -> int:
        return len(self._listed)

    def __iter__(self) -> Iterator[StoredDocument]:
        return iter(self._listed)

    @overload
    def __getitem__(self, which: int | str) -> StoredDocument: ...
    @overload
    def __getitem__(self, which: slice) -> Documents: ...
    def __getitem__(self, which: int | str | slice) -> StoredDocument | Documents:
        if isinstance(which, slice):
            return Documents(self._listed[which])
        if not isinstance(which, str):
            return self._listed[which]
        for document in self._listed:
            if document.name == which:
                return document
        names = ", ".join(repr(document.name) for document in self._listed[:10])
        raise Refused(say.no_document_named(which), say.documents_are(names) if names else say.THERE_ARE_NONE)

    def __repr__(self) -> str:
        lines = [
            "  ".join((document.name, _when(document.changed), layers(document.layers), bytes_in_words(document.size)))
            for document in self._listed
        ]
        return "\n".join(lines) or say.NO_DOCUMENTS

    def _repr_html_(self) -> str:
        if not self._listed:
            return html.escape(say.NO_DOCUMENTS)
        titles = (say.NAME, say.CHANGED, say.LAYERS, say.SIZE, say.VERSIONS)
        head = "".join(f'<th style="text-align: left">{title}</th>' for title in titles)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(map(_row, self._listed))}</tbody></table>"


def documents(*, deleted: bool = False) -> Documents:
    """All documents that builders have stored, the one that was saved last first.

    Args:
        deleted: True gives those that were deleted and can be brought back; False by default.

    Returns:
        A sequence that takes names as well, as in `documents()["digits"]`.

    Example:
        >>> from kwidgets import documents
        >>> documents()  # doctest: +SKIP
        digits  2026-11-29 14:02:31  9 layers  16 kB
        >>> documents()["digits"].open()  # doctest: +SKIP
    """
    store = DocumentStore()
    return Documents([StoredDocument(store, *stored, deleted) for stored in store.folders(deleted=deleted)])


def _row(document: StoredDocument) -> str:
    cells = (
        document.name,
        _when(document.changed),
        document.layers,
        bytes_in_words(document.size),
        len(document.versions),
    )
    inside = "".join(f'<td style="text-align: left">{html.escape(str(cell))}</td>' for cell in cells)
    return f"<tr>{inside}</tr>"


def _experiment(stored: Stored) -> Experiment:
    read_steps(stored.content)  # refuses what is no model
    return cast("Experiment", stored.content["now"])


def _time(head: Head) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(head.saved)


def _when(time: datetime.datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M:%S}"
