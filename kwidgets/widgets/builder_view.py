"""Palette, canvas, form, text, data, training and curves of one experiment, in the browser."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import traitlets

from ..document.catalogue import catalogue
from ..document.commands import COMMANDS
from ..document.document import Change, Document
from .base import Gesture, Message, View
from .picture import svg
from .run_part import Run, RunPart

EDITED = "document"
SELECTED = "selection"
RUN = "run"
MOST_SELECTED = 10_000


class BuilderView(View):
    """Shows a document and a run; what is selected belongs to the view.

    gestures: further messages to answer (start, export, open_data ...); they win over the document's commands.
    """

    catalogue = traitlets.Dict(read_only=True).tag(sync=True)
    graph = traitlets.Dict(read_only=True).tag(sync=True)
    form = traitlets.Dict(read_only=True, allow_none=True, default_value=None).tag(sync=True)
    text = traitlets.Dict(read_only=True).tag(sync=True)
    data = traitlets.Dict(read_only=True).tag(sync=True)
    training = traitlets.Dict(read_only=True).tag(sync=True)
    run = traitlets.Dict(read_only=True).tag(sync=True)
    log = traitlets.List(read_only=True).tag(sync=True)

    def __init__(self, document: Document, run: Run, gestures: Mapping[str, Gesture] | None = None) -> None:
        self._document = document
        self._part = RunPart(run)
        self._selected: list[str] = []
        super().__init__("builder")
        self._gestures |= dict.fromkeys([*COMMANDS, "undo", "redo"], self.edit)
        self._gestures |= {"select": self._select, **self._part.gestures(), **(gestures or {})}
        self.show(catalogue=catalogue(), **self._part.state())
        self._show_document()
        document.listeners.append(self._document_changed)

    def close(self) -> None:
        """Take the view away; the document and the run live on."""
        if self._document_changed in self._document.listeners:
            self._document.listeners.remove(self._document_changed)
        super().close()

    def picture(self) -> str | None:
        """The graph."""
        return svg(self._document.graph(), self.catalogue)

    def edit(self, message: Message) -> dict[str, Any]:
        """Carry out a command of the document."""
        seen = message.get("seen")
        command = {key: value for key, value in message.items() if key not in ("id", "seen")}
        done = self._document.do(command, seen=seen if isinstance(seen, int) else None)
        if self._selected and not any(self._document.draft.has(node) for node in self._selected):
            self._selected = list(done["nodes"])
        return done

    def _select(self, message: Message) -> None:
        nodes = message.get("nodes")
        self._selected = [str(node) for node in nodes][:MOST_SELECTED] if isinstance(nodes, list) else []
        self.changed(SELECTED)

    def _document_changed(self, change: Change) -> None:
        self.changed(EDITED)

    def _send_state(self, names: set[str]) -> None:
        if RUN in names:
            # Before the document, whose texts take longer: who pressed Stop waits for this.
            self.show(**self._part.state())
        if EDITED in names:
            self._show_document()
        elif SELECTED in names:
            self.show(form=self._document.form(self._selected))
        if RUN in names:
            points = self._part.new_points()
            if points is not None:
                self.send(*points)

    def _show_document(self) -> None:
        """The canvas first: it is what the person looks at."""
        document = self._document
        self.show(graph=document.graph())
        self.show(form=document.form(self._selected))
        self.show(data=_with_source_name(document.data()), training=document.training())
        self.show(text=document.text())


def _with_source_name(data: dict[str, Any]) -> dict[str, Any]:
    source = data.get("source")
    return {**data, "source": source.get("name") if isinstance(source, dict) else source}
